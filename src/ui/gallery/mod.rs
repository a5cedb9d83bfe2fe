//! Every widget on one page, for the tests and for a look at a change. It is not part of the program a user sees.

mod detail;
mod floating;

use egui::{Rect, ScrollArea, Ui, UiBuilder, pos2, vec2};

use crate::domain::exchange::Outcome;
use crate::domain::problem::{Problem, Severity};
use crate::domain::profile::Environment;
use crate::ui::icon;
use crate::ui::theme::{Theme, Tone, space, text};
use crate::ui::widgets::button::{Button, icon_button_ui, small_icon_button_unless_ui};
use crate::ui::widgets::card::action_card_ui;
use crate::ui::widgets::choice::{checkbox_ui, choice_card_ui, radio_ui};
use crate::ui::widgets::columns::{Column, Sorted};
use crate::ui::widgets::empty::{drop_target_ui, promise_ui};
use crate::ui::widgets::facet::{facet_title_ui, facet_ui};
use crate::ui::widgets::field::Field;
use crate::ui::widgets::histogram::{Bar, BrushEvent, Histogram};
use crate::ui::widgets::key_cap::key_cap_ui;
use crate::ui::widgets::masked::SecretText;
use crate::ui::widgets::menu::{Item, menu_ui};
use crate::ui::widgets::query::{Chip, QueryEvent, QueryField, Suggestion};
use crate::ui::widgets::segmented::{Segment, segmented_ui};
use crate::ui::widgets::select::Select;
use crate::ui::widgets::splitter::{PaneSide, PaneSizes, splitter_ui};
use crate::ui::widgets::status_text::{done_ui, status_dot_ui};
use crate::ui::widgets::step::request_job;
use crate::ui::widgets::switch::switch_ui;
use crate::ui::widgets::table::{Row, Table, TableState};
use crate::ui::widgets::tag::{environment_badge_ui, paint_outcome, tag_ui};
use crate::ui::widgets::{Align, hairline, label_ui, text_at};

/// What the page keeps between frames.
#[derive(Debug, Default)]
pub struct Gallery {
    /// Rows of the table.
    pub rows: u64,
    /// The selected row.
    pub selected: Option<u64>,
    /// The row that was opened last.
    pub opened: Option<u64>,
    /// Whether the dialog is open.
    pub dialog: bool,
    /// Whether the palette is open.
    pub palette: Option<usize>,
    /// The settled terms.
    pub chips: Vec<Chip>,
    /// What was last asked for, in words.
    pub last: String,
    name: String,
    attribute: String,
    token: SecretText,
    typed: String,
    search: String,
    table: TableState,
    pane: f32,
    brush: Option<std::ops::Range<usize>>,
    tab: usize,
    provider: usize,
    dialect: usize,
    live: bool,
    remind: bool,
    unfolded: bool,
    open_step: bool,
    choice: Option<usize>,
}

impl Gallery {
    /// The page with sample data and `rows` rows in its table.
    #[must_use]
    pub fn new(rows: u64) -> Self {
        let chip = |key: &str, value: &str| Chip { key: key.to_owned(), value: value.to_owned() };
        Self {
            rows,
            selected: Some(3),
            chips: vec![chip("since:", "24h"), chip("user:", "\"*@northwind.co\""), chip("-op:", "probe")],
            name: "Northwind Trading".to_owned(),
            attribute: "costcenter".to_owned(),
            pane: 424.0,
            brush: Some(60..68),
            open_step: true,
            live: true,
            ..Self::default()
        }
    }

    /// Draws the page over `ui`.
    pub fn ui(&mut self, ui: &mut Ui) {
        let theme = Theme::of(ui);
        let area = ui.available_rect_before_wrap();
        ui.painter().rect_filled(area, 0.0, theme.base);
        let left = Rect::from_min_max(area.min, pos2(area.left() + 320.0, area.bottom()));
        let right_edge = area.right() - self.pane;
        let middle = Rect::from_min_max(pos2(left.right(), area.top()), pos2(right_edge, area.bottom()));
        let right = Rect::from_min_max(pos2(right_edge, area.top()), area.max);
        ui.painter().rect_filled(left, 0.0, theme.rail);
        self.column(ui, left, "controls", Self::controls_ui);
        ui.scope_builder(UiBuilder::new().max_rect(middle), |ui| self.list_ui(ui));
        self.column(ui, right, "detail", Self::detail_ui);
        let edge = Rect::from_min_max(pos2(right_edge, area.top()), pos2(right_edge, area.bottom()));
        let sizes = PaneSizes { range: 360.0..=640.0, usual: 424.0 };
        splitter_ui(ui, "Width of the detail", edge, PaneSide::Right, &sizes, &mut self.pane);
        self.dialog_ui(ui);
        self.palette_ui(ui);
    }

    fn column(&mut self, ui: &mut Ui, rect: Rect, salt: &str, content: fn(&mut Self, &mut Ui)) {
        ui.scope_builder(UiBuilder::new().max_rect(rect.shrink2(vec2(0.0, space::S8))).id_salt(salt), |ui| {
            ScrollArea::vertical().id_salt(salt).auto_shrink(false).show(ui, |ui| {
                let inner = egui::Frame::new().inner_margin(egui::Margin::symmetric(14, 0));
                inner.show(ui, |ui| content(self, ui));
            });
        });
    }

    fn said(&mut self, words: &str, yes: bool) {
        if yes {
            words.clone_into(&mut self.last);
        }
    }

    fn controls_ui(&mut self, ui: &mut Ui) {
        heading_ui(ui, "Buttons");
        ui.horizontal_wrapped(|ui| {
            let pressed = Button::primary("Copy reply").icon(icon::COPY).show(ui).clicked();
            self.said("copy reply", pressed);
            Button::new("Open mapping").icon(icon::ARROWS_LEFT_RIGHT).hover("Ctrl M").show(ui);
            if Button::new("Connect a tenant…").show(ui).clicked() {
                self.dialog = true;
            }
            Button::quiet("New sample").icon(icon::SHUFFLE).show(ui);
            Button::new("Apply 3 changes").blocked(Some("Settle 1 conflict to apply")).show(ui);
            Button::new("Ask in ticket").icon(icon::CLIPBOARD_TEXT).small().show(ui);
            Button::link("Show all 412").show(ui);
            icon_button_ui(ui, icon::SUN, "Light theme");
            small_icon_button_unless_ui(ui, icon::CARET_UP, "Previous", Some("This is the first request"));
            let export = Button::new("Export").icon(icon::EXPORT).trailing(icon::CARET_DOWN).show(ui);
            menu_ui(&export, "Export", 180.0, |ui| {
                let ticket = Item::new("Support ticket").icon(icon::LIFEBUOY).keys("Ctrl E").show(ui);
                self.said("support ticket", ticket);
                Item::new("CSV file").icon(icon::FILE_TEXT).show(ui);
                Item::new("Okta guide").icon(icon::BOOK_OPEN).blocked(Some("This profile is Entra")).show(ui);
            });
            if Button::new("Search").icon(icon::MAGNIFYING_GLASS).show(ui).clicked() {
                self.palette = Some(0);
            }
        });
        heading_ui(ui, "Tags");
        ui.horizontal_wrapped(|ui| {
            for environment in Environment::ALL {
                environment_badge_ui(ui, environment);
            }
            tag_ui(ui, Tone::Ok, Some(icon::CHECK_CIRCLE), "Ready");
            tag_ui(ui, Tone::Skip, Some(icon::CIRCLE_DASHED), "Unseen");
            tag_ui(ui, Tone::Accent, None, "Acts first");
            tag_ui(ui, Tone::Neutral, None, "Built in");
            key_cap_ui(ui, "Ctrl K");
            key_cap_ui(ui, "/");
        });
        self.fields_ui(ui);
        self.choices_ui(ui);
    }

    fn fields_ui(&mut self, ui: &mut Ui) {
        heading_ui(ui, "Fields");
        Field::new("Name").in_dialog().show(ui, &mut self.name);
        let problem = Problem::new(
            "attribute",
            "casing-differs",
            Severity::Error,
            "Only the case differs from `costCenter`, so the value is dropped.",
        )
        .fixed_by("costCenter");
        let field = Field::new("SCIM attribute").mono().problem((self.attribute != "costCenter").then_some(&problem));
        if field.show(ui, &mut self.attribute).fix {
            "costCenter".clone_into(&mut self.attribute);
        }
        Field::new("Token").leading(icon::KEY).in_dialog().show_masked(ui, &mut self.token, "Saved, ends in 8f2c");
        let providers = ["Microsoft Entra ID", "Okta", "Another directory"];
        if let Some(chosen) = Select::new("Identity provider").show(ui, &providers, Some(self.provider)) {
            self.provider = chosen;
        }
    }

    fn choices_ui(&mut self, ui: &mut Ui) {
        heading_ui(ui, "Choices");
        let segments = [Segment::new("Entra"), Segment::new("Okta"), Segment::new("RFC 7644")];
        let size = vec2(ui.available_width(), space::CONTROL);
        if let Some(chosen) = segmented_ui(ui, "Send as", &segments, Some(self.dialect), size) {
            self.dialect = chosen;
        }
        let segments = [
            Segment { text: "Sandbox", icon: Some((icon::CUBE, Tone::Sandbox)) },
            Segment { text: "Staging", icon: Some((icon::FLOW_ARROW, Tone::Warn)) },
            Segment { text: "Production", icon: Some((icon::LOCK_SIMPLE, Tone::Fail)) },
        ];
        segmented_ui(ui, "Environment", &segments, Some(1), size);
        ui.horizontal(|ui| {
            if switch_ui(ui, self.live, "Live", None).clicked() {
                self.live = !self.live;
            }
            switch_ui(ui, false, "Sending", Some("Production opens read-only"));
            if checkbox_ui(ui, self.remind, "Remind me").clicked() {
                self.remind = !self.remind;
            }
            radio_ui(ui, true, "Keep tenant");
        });
        let width = ui.available_width();
        for (place, (title, detail)) in [
            ("Keep tenant, `costcentrecode`", "This field exists. 388 users have a value in it."),
            ("Use draft, `costcentre`", "This field exists. No user has a value in it yet."),
        ]
        .into_iter()
        .enumerate()
        {
            if choice_card_ui(ui, self.choice == Some(place), width, title, detail).clicked() {
                self.choice = Some(place);
            }
        }
        action_card_ui(ui, icon::CUBE, ("Explore the sandbox", "On this computer, no network"), None, true);
        drop_target_ui(ui, "Drop files anywhere", "Ctrl V");
        promise_ui(ui, icon::SHIELD_CHECK, "No account, no telemetry");
        status_dot_ui(ui, Tone::Ok, "Live, reading every 5 s");
        ui.horizontal(|ui| {
            let undo = done_ui(ui, "Mapping removed", Some("Ctrl Z"));
            self.said("undo", undo);
        });
    }

    fn list_ui(&mut self, ui: &mut Ui) {
        let area = ui.available_rect_before_wrap();
        let (bar, rest) = area.split_top_bottom_at_y(area.top() + space::FILTER_BAR);
        let (strip, table) = rest.split_top_bottom_at_y(rest.top() + space::STRIP);
        let theme = Theme::of(ui);
        ui.scope_builder(UiBuilder::new().max_rect(bar.shrink2(vec2(space::S12, space::S8))), |ui| self.query_ui(ui));
        hairline(ui.painter(), bar.left_bottom(), bar.right_bottom(), theme.line);
        ui.scope_builder(UiBuilder::new().max_rect(strip.shrink2(vec2(space::S12, space::S8))), |ui| self.strip_ui(ui));
        hairline(ui.painter(), strip.left_bottom(), strip.right_bottom(), theme.line);
        ui.scope_builder(UiBuilder::new().max_rect(table), |ui| self.table_ui(ui));
    }

    fn query_ui(&mut self, ui: &mut Ui) {
        let suggestions = [
            Suggestion { text: "status:>=400".to_owned(), meaning: "refused or broken".to_owned() },
            Suggestion { text: "outcome:failure".to_owned(), meaning: "only failures".to_owned() },
        ];
        let field = QueryField {
            name: "Filter requests",
            hint: "Add a filter, for example `status:>=400`",
            chips: &self.chips,
            suggestions: if self.typed.is_empty() { &[] } else { &suggestions },
            problem: None,
        };
        let width = ui.available_width();
        match field.show(ui, &mut self.typed, width) {
            Some(QueryEvent::Remove(place)) => {
                self.chips.remove(place);
            }
            Some(QueryEvent::Edit(place)) => {
                let chip = self.chips.remove(place);
                self.typed = format!("{}{}", chip.key, chip.value);
            }
            Some(QueryEvent::Settle) if !self.typed.is_empty() => {
                self.chips.push(Chip { key: String::new(), value: std::mem::take(&mut self.typed) });
            }
            Some(QueryEvent::Accept(place)) => self.typed.clone_from(&suggestions[place].text),
            Some(QueryEvent::Settle | QueryEvent::Typed) | None => {}
        }
    }

    fn strip_ui(&mut self, ui: &mut Ui) {
        let theme = Theme::of(ui);
        let bars: Vec<Bar> = (0..76u64)
            .map(|place| {
                let ok = 4 + (place * 37 % 23) + if place > 60 { 6 } else { 0 };
                Bar {
                    ok,
                    skip: u64::from(place % 9 == 0),
                    warn: u64::from(place % 11 == 3),
                    fail: u64::from(place > 58 && place % 2 == 0) * 4,
                }
            })
            .collect();
        let ticks: Vec<(usize, String)> = (0..6).map(|hour| (hour * 12, format!("{:02}:00", 3 * hour))).collect();
        let room = ui.available_rect_before_wrap();
        ui.horizontal_top(|ui| {
            let histogram =
                Histogram { name: "Requests by time", bars: &bars, ticks: &ticks, brush: self.brush.clone() };
            match histogram.show(ui, vec2(room.width() - 300.0, room.height())) {
                Some(BrushEvent::Set(span)) => self.brush = Some(span),
                Some(BrushEvent::Clear) => self.brush = None,
                None => {}
            }
            ui.add_space(space::S12);
            for (title, rows) in [
                (
                    "Outcome",
                    [
                        ("Failed", "23", Some((icon::X_CIRCLE, theme.fail.text))),
                        ("Warning", "9", Some((icon::WARNING, theme.warn.text))),
                    ],
                ),
                ("Error", [("invalidPath", "17", None), ("uniqueness", "4", None)]),
            ] {
                ui.vertical(|ui| {
                    ui.set_width(120.0);
                    ui.spacing_mut().item_spacing.y = 0.0;
                    facet_title_ui(ui, title);
                    for (value, count, icon) in rows {
                        facet_ui(ui, icon, value, count, false);
                    }
                });
            }
        });
    }

    fn table_ui(&mut self, ui: &mut Ui) {
        let columns = [
            Column::fixed("Time", 76.0).sorted(),
            Column::fixed("Outcome", 94.0),
            Column::fixed("User", 110.0),
            Column::flexible("Request", 150.0),
            Column::fixed("Status", 52.0),
            Column::fixed("ms", 54.0).right().sorted(),
        ];
        let table = Table {
            name: "Requests",
            columns: &columns,
            len: self.rows,
            selected: self.selected,
            sorted: Some(Sorted { column: 0, descending: true }),
            stale: false,
            letters: true,
        };
        let events = table.show(ui, &mut self.table, sample_row);
        self.selected = events.select.or(self.selected);
        self.opened = events.open.or(self.opened);
    }
}

fn heading_ui(ui: &mut Ui, words: &str) {
    let color = Theme::of(ui).t1;
    label_ui(ui, text::HEADING.job(words, color));
}

fn sample_row(row: &mut Row<'_>) {
    let theme = row.theme;
    let outcome = Outcome::ALL[usize::try_from(row.index % 4).unwrap_or(0)];
    let users = ["priya.nair", "joel.okafor", "amelia.hart", "george.adeyemi"];
    let user = users[usize::try_from(row.index / 3 % 4).unwrap_or(0)];
    let time = format!("{:02}:{:02}:{:02}", row.index / 3600 % 24, row.index / 60 % 60, row.index % 60);
    row.text(0, text::MONO, theme.t1, time.as_str());
    paint_outcome(row.painter, theme, row.cell(1), outcome);
    let face = if row.selected { text::SMALL.semi() } else { text::SMALL };
    row.text(2, face, theme.t1, user);
    let cell = row.cell(3);
    text_at(row.painter, cell, Align::Left, request_job(theme, "PATCH", "/Users/7f3c…91b2", theme.t2, cell.width()));
    row.text(
        4,
        text::MONO,
        if outcome == Outcome::Failure { theme.fail.text } else { theme.t1 },
        if outcome == Outcome::Failure { "400" } else { "200" },
    );
    row.text(5, text::MONO, theme.t2, (row.index % 400).to_string());
    row.say(|| format!("{time} {} {user}", outcome.key()));
}
