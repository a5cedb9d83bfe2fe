//! Coverage: what is received against what is mapped, one line an attribute, what needs action first. The chosen line
//! opens beside the table. Examples are shown here and nowhere else: a copy leaves them out.

mod detail;
mod table;

use egui::{Rect, Ui, pos2, vec2};

use self::table::table_ui;
use crate::{
    app::{
        Action, Model,
        mappings::{
            Do,
            coverage::{Against, Do as Cover, Span},
        },
    },
    domain::coverage::Standing,
    ui::{
        icon::{self, Icon},
        panels::panel,
        shell::{grouped, region},
        theme::{Theme, Tone, space, text},
        when::Zone,
        widgets::{
            self,
            banner::{StripButton, failure_ui},
            button::{Button, icon_button_ui},
            hairline,
            progress::progress_ui,
            segmented::{Segment, segmented_ui},
            select::Select,
            splitter::{PaneSide, PaneSizes, splitter_ui},
            table::TableState,
        },
    },
};

/// Below this width the pane stands under the table.
const STACK_BELOW: f32 = 1120.0;
/// Below this width of the bar its choices are narrower.
const TIGHT_BELOW: f32 = 740.0;

/// What only the drawing knows.
pub(super) struct View {
    table: TableState,
    pane: f32,
    pane_below: f32,
}

impl Default for View {
    fn default() -> Self {
        Self { table: TableState::default(), pane: 350.0, pane_below: 240.0 }
    }
}

/// The icon and colour of a standing.
pub(super) const fn look(standing: Standing) -> (Icon, Tone) {
    match standing {
        Standing::Unmapped => (icon::PROHIBIT, Tone::Warn),
        Standing::CasingDiffers | Standing::SpellingDiffers | Standing::NotAllowed => (icon::X_CIRCLE, Tone::Fail),
        Standing::AlwaysEmpty => (icon::CIRCLE, Tone::Skip),
        Standing::NeverReceived => (icon::CIRCLE_DASHED, Tone::Skip),
        Standing::LandsInPart => (icon::MINUS_CIRCLE, Tone::Skip),
        Standing::Lands => (icon::CHECK_CIRCLE, Tone::Ok),
    }
}

/// Draws the part.
pub(super) fn coverage_ui(ui: &mut Ui, model: &Model, view: &mut View, zone: &Zone, actions: &mut Vec<Action>) {
    let area = ui.max_rect();
    let bar = Rect::from_min_size(area.min, vec2(area.width(), space::FILTER_BAR));
    panel(ui, bar, |ui| bar_ui(ui, model, actions));
    let theme = Theme::of(ui);
    hairline(ui.painter(), bar.left_bottom(), bar.right_bottom(), theme.line);
    let top = strips_ui(ui, model, zone, area, bar.bottom() + 1.0, actions);
    let rest = Rect::from_min_max(pos2(area.left(), top), area.max);
    if model.mappings.coverage.selected().is_none() {
        panel(ui, rest, |ui| table_ui(ui, model, view, zone, actions));
    } else if ui.ctx().content_rect().width() < STACK_BELOW {
        let most = (rest.height() - 160.0).max(121.0);
        let sizes = PaneSizes { range: 120.0..=most, usual: 240.0 };
        let edge = rest.bottom() - view.pane_below.min(most);
        let (list, pane) = rest.split_top_bottom_at_y(edge);
        panel(ui, list, |ui| table_ui(ui, model, view, zone, actions));
        panel(ui, pane, |ui| detail::detail_ui(ui, model, zone, actions));
        let line = Rect::from_min_max(pos2(rest.left(), edge), pos2(rest.right(), edge + 1.0));
        splitter_ui(ui, "Attribute height", line, PaneSide::Below, &sizes, &mut view.pane_below);
    } else {
        let sizes = PaneSizes { range: 300.0..=560.0, usual: 350.0 };
        let edge = rest.right() - view.pane;
        let (list, pane) = rest.split_left_right_at_x(edge);
        panel(ui, list, |ui| table_ui(ui, model, view, zone, actions));
        panel(ui, pane, |ui| detail::detail_ui(ui, model, zone, actions));
        let line = Rect::from_min_max(pos2(edge, rest.top()), pos2(edge + 1.0, rest.bottom()));
        splitter_ui(ui, "Attribute width", line, PaneSide::Right, &sizes, &mut view.pane);
    }
}

fn cover(actions: &mut Vec<Action>, action: Cover) {
    actions.push(Action::Mappings(Do::Coverage(action)));
}

fn bar_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let coverage = &model.mappings.coverage;
    let bar = ui.max_rect().shrink2(vec2(space::S12, space::S8));
    // What there is no room for is narrowed, then the verbs are icons.
    let [span, against, only] = if bar.width() < TIGHT_BELOW { [136.0, 204.0, 166.0] } else { [158.0, 226.0, 186.0] };
    let mut left = bar.left();
    let mut place = |width: f32| {
        let rect = Rect::from_min_size(pos2(left, bar.top()), vec2(width, space::CONTROL));
        left += width + space::S8;
        rect
    };
    widgets::over(ui, place(span), |ui| {
        let options = Span::ALL.map(Span::label);
        let chosen = Span::ALL.iter().position(|span| *span == coverage.span);
        let select = Select::new("Which requests are counted").no_label().icon(icon::CALENDAR_BLANK);
        if let Some(next) = select.show(ui, &options, chosen) {
            cover(actions, Cover::Span(Span::ALL[next]));
        }
    });
    widgets::over(ui, place(against), |ui| against_ui(ui, model, actions));
    widgets::over(ui, place(only), |ui| only_ui(ui, model, actions));
    region(ui, bar.with_min_x(left), |ui| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = space::S8;
            let again = match coverage.unseen {
                0 => "Count again".to_owned(),
                1 => "Count again, 1 new request".to_owned(),
                many => format!("Count again, {} new requests", grouped(many)),
            };
            let reason = coverage.received.loading().map(|_| "The requests are being counted");
            let read = Button::new(&again).icon(icon::ARROW_CLOCKWISE).blocked(reason);
            let nothing = coverage.is_empty().then_some("There is nothing to copy yet");
            let copy = Button::new("Copy table").icon(icon::COPY).hover("Without the examples").blocked(nothing);
            let (room, copy_wide) = (ui.available_width() - space::S8, copy.width(ui));
            let counts = if read.width(ui) + space::CONTROL > room && reason.is_none() {
                icon_button_ui(ui, icon::ARROW_CLOCKWISE, &again)
            } else {
                read.show(ui)
            };
            if counts.clicked() {
                cover(actions, Cover::Read);
            }
            let copies = if copy_wide > ui.available_width() && nothing.is_none() {
                icon_button_ui(ui, icon::COPY, "Copy table")
            } else {
                copy.show(ui)
            };
            if copies.clicked() {
                cover(actions, Cover::Copy);
            }
        });
    });
}

fn against_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    const CHOICES: [Against; 2] = [Against::Tenant, Against::Draft];
    let size = vec2(ui.available_width(), space::CONTROL);
    if model.mappings.tenant.value().is_none() {
        let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
        let words = text::SMALL.job("held against this draft", Theme::of(ui).t2);
        widgets::text_at(ui.painter(), rect.with_min_x(rect.left() + space::S8), widgets::Align::Left, words);
        return;
    }
    let segments = [Segment::new("Tenant’s mappings"), Segment::new("This draft")];
    let chosen = CHOICES.iter().position(|choice| *choice == model.mappings.against());
    if let Some(next) = segmented_ui(ui, "Held against", &segments, chosen, size) {
        cover(actions, Cover::Against(CHOICES[next]));
    }
}

fn only_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let coverage = &model.mappings.coverage;
    let standings: Vec<Standing> = coverage.tally.keys().copied().collect();
    let mut words = vec![format!("All attributes, {}", coverage.all().len())];
    words.extend(coverage.tally.iter().map(|(standing, count)| format!("{}, {count}", standing.label())));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let chosen = coverage.only.map_or(Some(0), |only| standings.iter().position(|s| *s == only).map(|at| at + 1));
    let select = Select::new("Which attributes show").no_label().icon(icon::FUNNEL_SIMPLE);
    if let Some(next) = select.show(ui, &words, chosen) {
        let only = next.checked_sub(1).and_then(|at| standings.get(at).copied());
        cover(actions, Cover::Only(only));
    }
}

/// What was counted, what went wrong, and how far a count is. Says where the table begins.
fn strips_ui(ui: &mut Ui, model: &Model, zone: &Zone, area: Rect, top: f32, actions: &mut Vec<Action>) -> f32 {
    let coverage = &model.mappings.coverage;
    let rect = Rect::from_min_max(pos2(area.left() + space::S12, top), pos2(area.right() - space::S12, area.bottom()));
    region(ui, rect, |ui| {
        let (width, before) = (rect.width(), ui.cursor().top());
        ui.spacing_mut().item_spacing.y = space::S6;
        if let Some(failure) = coverage.received.failure() {
            ui.add_space(space::S6);
            let button = StripButton { text: "Count again", icon: icon::ARROW_CLOCKWISE, primary: false };
            if failure_ui(ui, failure, Some(button), width) {
                cover(actions, Cover::Read);
            }
        }
        if let (Some(_), Some((done, total))) = (coverage.received.loading(), coverage.progress) {
            ui.add_space(space::S6);
            ui.horizontal(|ui| {
                let stop = Button::new("Stop counting").icon(icon::STOP).small();
                let room = width - stop.width(ui) - space::S8;
                progress_ui(ui, "Counting requests", done, total.unwrap_or(1), room);
                if stop.show(ui).clicked() {
                    cover(actions, Cover::Stop);
                }
            });
        }
        if let Some(received) = coverage.received.value().filter(|received| received.requests > 0) {
            ui.add_space(space::S6);
            ui.horizontal_wrapped(|ui| {
                ui.set_min_height(space::CONTROL_SMALL);
                let words = basis(received, zone);
                widgets::label_ui(ui, text::SMALL.job(words, Theme::of(ui).t2));
                let can_fetch = received.without_body > 0 && model.requests.live != Some(crate::app::Live::NotOffered);
                let hover = "Reads up to 2,000 requests from the tenant’s log. Nothing is changed there.";
                let read = Button::link("Read their bodies").icon(icon::DOWNLOAD_SIMPLE).small().hover(hover);
                if can_fetch && read.show(ui).clicked() {
                    cover(actions, Cover::Fetch);
                }
            });
        }
        let used = ui.cursor().top() - before;
        if used > 0.0 { top + used } else { top }
    })
}

/// "400 requests, 23 Nov, 09:12 to 14:40; 1,080 more have no body here."
fn basis(received: &crate::domain::coverage::Received, zone: &Zone) -> String {
    let mut words = match received.requests {
        1 => "1 create or update".to_owned(),
        many => format!("{} creates and updates", grouped(many)),
    };
    if let (Some(from), Some(to)) = (received.from, received.to) {
        words.push_str(&format!(", {} to {}", zone.day_and_minute(from), zone.day_and_minute(to)));
    }
    match received.without_body {
        0 => words.push('.'),
        1 => words.push_str(". 1 more is known by its line alone."),
        many => words.push_str(&format!(". {} more came without a body.", grouped(many))),
    }
    if received.more_names > 0 {
        words.push_str(" There are more names than are told apart here; narrow the span.");
    }
    words
}

#[cfg(test)]
mod tests;
