//! Every widget on one page, for the tests and for a look at a change. It is not part of the program a user sees.

use std::cell::RefCell;

use egui::{Rect, ScrollArea, Ui, UiBuilder, pos2, vec2};

use super::icon;
use super::theme::{Theme, Tone, space, text};
use super::widgets::banner::{StripButton, failure_ui, strip_ui};
use super::widgets::button::{Button, icon_button_ui, small_icon_button_unless_ui};
use super::widgets::card::{action_card_ui, card_ui};
use super::widgets::chart::{Lanes, Part, meter_ui, threshold_ui};
use super::widgets::choice::{checkbox_ui, choice_card_ui, radio_ui};
use super::widgets::code::{CodeBlock, CodeEvent, CodeText};
use super::widgets::columns::{Column, Sorted};
use super::widgets::dialog::Dialog;
use super::widgets::empty::{drop_target_ui, promise_ui};
use super::widgets::facet::{facet_title_ui, facet_ui};
use super::widgets::field::Field;
use super::widgets::histogram::{Bar, BrushEvent, Histogram};
use super::widgets::key_cap::key_cap_ui;
use super::widgets::masked::SecretText;
use super::widgets::menu::{Item, menu_ui};
use super::widgets::palette::{Palette, PaletteEvent, PaletteGroup, PaletteRow};
use super::widgets::progress::progress_ui;
use super::widgets::query::{Chip, QueryEvent, QueryField, Suggestion};
use super::widgets::segmented::{Segment, segmented_ui};
use super::widgets::select::Select;
use super::widgets::splitter::{PaneSide, PaneSizes, splitter_ui};
use super::widgets::status::{Status, spinner_ui};
use super::widgets::status_text::{done_ui, status_dot_ui};
use super::widgets::step::{Step, check_line_ui, check_row_ui, request_job};
use super::widgets::switch::switch_ui;
use super::widgets::table::{Row, Table, TableState};
use super::widgets::tabs::{Tab, tabs_ui};
use super::widgets::tag::{environment_badge_ui, paint_outcome, tag_ui};
use super::widgets::{Align, hairline, label_ui, text_at};
use crate::domain::exchange::Outcome;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::problem::{Problem, Severity};
use crate::domain::profile::Environment;

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
                        facet_ui(ui, icon, value, count);
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

    fn detail_ui(&mut self, ui: &mut Ui) {
        let theme = Theme::of(ui);
        let tabs =
            [Tab::counted("Diagnosis", 2), Tab::new("Request"), Tab::new("Response"), Tab::counted("Timeline", 14)];
        if let Some(chosen) = tabs_ui(ui, &tabs, self.tab, space::TABS) {
            self.tab = chosen;
        }
        card_ui(ui, true, 12, |ui| {
            ui.set_width(ui.available_width());
            tag_ui(ui, Tone::Fail, None, "1 · Certain");
            let width = ui.available_width();
            label_ui(ui, text::TITLE.wrapped("Entra sends “costcenter”, Thrive expects “costCenter”", theme.t1, width));
            let evidence = CodeText::evidence(
                r#""path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costcenter""#,
            )
            .mark("costcenter", Tone::Fail);
            let block = CodeBlock {
                name: "Evidence",
                text: &evidence,
                tight: false,
                most: 60.0,
                unfolded: self.unfolded,
                copies: false,
            };
            self.unfolded ^= block.show(ui) == Some(CodeEvent::Unfold);
        });
        let width = ui.available_width();
        let fix = StripButton { text: "Use costCenter", icon: icon::WRENCH, primary: true };
        strip_ui(
            ui,
            Tone::Fail,
            "Only the case differs from `costCenter`. Thrive matches exact names.",
            Some(fix),
            width,
        );
        strip_ui(ui, Tone::Warn, "Thrive's guide lists `organisation`, Entra sends `organization`.", None, width);
        let failure = Failure::new(
            FailureKind::Unreachable,
            "The host does not answer",
            "Nothing was sent.",
            "Check the address.",
        );
        let again = StripButton { text: "Try again", icon: icon::ARROW_CLOCKWISE, primary: false };
        failure_ui(ui, &failure, Some(again), width);
        let body = CodeText::new("{\n  \"userName\": \"scimtest-8f21@northwind.co\",\n  \"active\": \"False\",\n  \"costCenter\": \"CC-4410\"\n}")
            .mark("\"False\"", Tone::Warn)
            .missing_after(4, "missing: \"organization\", sent in step 3");
        let block =
            CodeBlock { name: "Response body", text: &body, tight: true, most: 200.0, unfolded: false, copies: true };
        let copied = block.show(ui) == Some(CodeEvent::Copy);
        self.said("copy body", copied);
        self.work_ui(ui);
    }

    fn work_ui(&mut self, ui: &mut Ui) {
        let width = ui.available_width();
        ui.spacing_mut().item_spacing.y = space::S4;
        let step = Step {
            status: Status::Warning,
            name: "Read back",
            method: "GET",
            path: "/Users/c8e1…40d7",
            note: Some((Tone::Warn, "1 mismatch")),
            code: Some(200),
            millis: Some(88),
            open: self.open_step,
            follows: true,
        };
        self.open_step ^= step.show(ui);
        Step {
            status: Status::Running,
            name: "Update",
            method: "PATCH",
            note: None,
            code: None,
            millis: None,
            open: false,
            follows: false,
            ..step
        }
        .show(ui);
        check_row_ui(ui, Status::Passed, "Secure connection", "TLS 1.3, certificate valid to 14 Mar 2027", Some(61));
        check_row_ui(ui, Status::Waiting, "Support API", "Waits for the step above", None);
        check_line_ui(ui, Status::Failed, "Confirm a leaver is suspended", "Not started");
        progress_ui(ui, "Onboarding steps", 7, 9, width);
        let parts = [
            Part { tone: Tone::Ok, count: 9_412, word: "fills" },
            Part { tone: Tone::Skip, count: 571, word: "empty" },
            Part { tone: Tone::Fail, count: 17, word: "dropped" },
        ];
        meter_ui(ui, "Replay", &parts, width);
        threshold_ui(ui, "Quarantine risk", 0.009, 0.4, width);
        spinner_ui(ui, "Reading the tenant");
        let upper: Vec<u64> = (0..80).map(|hour| 300 + hour * 53 % 700).collect();
        let lower: Vec<u64> = (0..80).map(|hour| hour * 7 % 5 + if hour > 60 { 8 } else { 0 }).collect();
        let lanes = Lanes {
            name: "Requests and failures",
            upper: &upper,
            lower: &lower,
            ticks: &[(4, "Tue 17"), (40, "Fri 20")],
            mark: Some((47, "Mapping changed, 16:40")),
        };
        lanes.show(ui, width);
    }

    fn dialog_ui(&mut self, ui: &Ui) {
        if !self.dialog {
            return;
        }
        let theme = Theme::of(ui);
        let dialog = Dialog {
            title: "Connect a tenant",
            subtitle: "Opens read-only. Sending is switched on later, per tenant.",
            width: 560.0,
            dirty: false,
        };
        let name = RefCell::new(&mut self.name);
        let shown = dialog.show(ui.ctx(), |parts| {
            parts.body(16, |ui| {
                Field::new("Tenant name").in_dialog().show(ui, *name.borrow_mut());
                Select::new("Proxy").in_dialog().width(180.0).show(ui, &["Use system proxy", "None"], Some(0));
            });
            let pressed = parts.footer(
                |ui| {
                    label_ui(ui, text::SMALL.job("Certificate checks stay on.", theme.t2));
                },
                |ui| {
                    let save = Button::primary("Save and open").show(ui).clicked();
                    Button::new("Cancel").show(ui).clicked() || save
                },
            );
            if pressed == Some(true) {
                parts.close();
            }
        });
        self.dialog = !shown.close;
    }

    fn palette_ui(&mut self, ui: &Ui) {
        let Some(marked) = self.palette else { return };
        let row = |icon, tone, title, detail, keys| PaletteRow {
            icon: (icon, tone),
            title,
            matched: Vec::new(),
            detail,
            keys,
        };
        let mut amelia =
            row(icon::USER, Tone::Neutral, "Amelia Hart", "amelia.hart@northwind.co, 14 failures this week", None);
        amelia.matched.push(0..6);
        let groups = [
            PaletteGroup { title: "Users", rows: vec![amelia] },
            PaletteGroup {
                title: "Commands for the selected request",
                rows: vec![
                    row(icon::X_CIRCLE, Tone::Fail, "Update failed", "`400 invalidPath` at 14:32:07", None),
                    row(icon::COPY, Tone::Neutral, "Copy reply for the ticket", "redacted", Some("Ctrl Shift C")),
                ],
            },
        ];
        let opened = self.search.is_empty() && marked == 0;
        let palette = Palette {
            groups: &groups,
            marked,
            opened,
            tenant: "Northwind Trading",
            environment: Environment::Production,
        };
        match palette.show(ui.ctx(), &mut self.search) {
            Some(PaletteEvent::Mark(row)) => self.palette = Some(row),
            Some(PaletteEvent::Close | PaletteEvent::Pick(_) | PaletteEvent::Filter(_)) => self.palette = None,
            Some(PaletteEvent::Typed) | None => {}
        }
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
