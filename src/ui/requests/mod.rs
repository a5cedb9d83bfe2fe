//! The Requests screen: query, shape, rows, detail, in this reading order.

mod columns;
mod detail;
mod diagnosis;
mod facts;
mod filter;
mod import;
mod landing;
mod layout;
mod rows;
mod strip;
#[cfg(test)]
mod tests;
mod views;

pub(super) use self::{
    columns::columns_ui,
    diagnosis::{mapping_of, reply_ui},
    views::naming_ui,
};
use egui::{Key, Rect, Ui, pos2, vec2};

use super::{
    icon,
    panels::panel,
    shell::{counted, is_modal, region},
    theme::{Theme, Tone, space},
    when::Zone,
    widgets::{
        banner::{StripButton, failure_ui, strip_ui},
        button::Button,
        hairline,
        progress::progress_ui,
        splitter::{PaneSide, PaneSizes, splitter_ui},
        table::TableState,
    },
};
use crate::{
    app::{Action, Model, requests::Do},
    domain::pretty,
};

/// Below this width the detail pane moves to the bottom.
const STACK_BELOW: f32 = 1120.0;

/// In a window that is narrow and lower than this, the detail takes the place of the list.
const WHOLE_BELOW: f32 = 560.0;

/// How high the detail stands below the list, unless somebody moved its edge.
const STACKED: f32 = 360.0;

/// In one that is lower than this, list and detail take the room of the histogram.
const STRIP_BELOW: f32 = 760.0;

/// What only the drawing knows.
pub(super) struct View {
    pub(super) zone: Zone,
    table: TableState,
    pane: f32,
    pane_below: f32,
    at_top: bool,
    /// Whether the times in the list need their day.
    dated: bool,
    /// The line that was last brought into view, and whether it was open.
    selected: (Option<i64>, bool),
    /// The query whose list was last shown.
    question: u64,
    asked: Option<std::ops::Range<u64>>,
    detail: detail::View,
}

impl Default for View {
    fn default() -> Self {
        Self {
            zone: Zone::default(),
            table: TableState::default(),
            pane: 424.0,
            pane_below: STACKED,
            at_top: true,
            dated: false,
            selected: (None, false),
            question: 0,
            asked: None,
            detail: detail::View::default(),
        }
    }
}

/// Draws the screen.
pub(super) fn requests_ui(ui: &mut Ui, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let area = ui.max_rect();
    let stacked = ui.ctx().content_rect().width() < STACK_BELOW;
    if model.requests.detail_open && stacked && area.height() < WHOLE_BELOW {
        whole_ui(ui, model, view, area, actions);
        return;
    }
    let bar = Rect::from_min_size(area.min, vec2(area.width(), space::FILTER_BAR));
    panel(ui, bar, |ui| filter::filter_ui(ui, model, actions));
    hairline(ui.painter(), bar.left_bottom(), bar.right_bottom(), theme.line);
    let mut top = bar.bottom() + 1.0;
    let room_for_strip = !(model.requests.detail_open && stacked && area.height() < STRIP_BELOW);
    if room_for_strip && model.requests.listing.value().is_some_and(|listing| listing.total > 0) {
        let rect = Rect::from_min_size(pos2(area.left(), top), vec2(area.width(), space::STRIP));
        region(ui, rect, |ui| strip::strip_ui(ui, model, view, actions));
        hairline(ui.painter(), rect.left_bottom(), rect.right_bottom(), theme.line);
        top = rect.bottom() + 1.0;
    }
    top = notices_ui(ui, model, area, top, actions);
    let rest = Rect::from_min_max(pos2(area.left(), top), area.max);
    if model.requests.detail_open {
        split_ui(ui, model, view, (rest, stacked), actions);
    } else {
        panel(ui, rest, |ui| rows::rows_ui(ui, model, view, actions));
    }
}

/// The detail in place of the list, with the way back; a low window has no room for both.
fn whole_ui(ui: &mut Ui, model: &Model, view: &mut View, area: Rect, actions: &mut Vec<Action>) {
    // On the way back, the line that was open is in view.
    view.table.reveal_again();
    let top = notices_ui(ui, model, area, area.top(), actions);
    let pane = Rect::from_min_max(pos2(area.left(), top), area.max);
    panel(ui, pane, |ui| detail::detail_ui(ui, model, view, true, actions));
    let free = ui.memory(|memory| memory.focused().is_none()) && !is_modal(ui);
    let pressed = |key| free && ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key));
    for (key, by) in [(Key::J, 1), (Key::ArrowDown, 1), (Key::K, -1), (Key::ArrowUp, -1)] {
        if pressed(key) {
            actions.push(Action::Requests(Do::Move(by)));
        }
    }
}

fn split_ui(ui: &mut Ui, model: &Model, view: &mut View, (rest, stacked): (Rect, bool), actions: &mut Vec<Action>) {
    if stacked {
        let sizes = PaneSizes { range: 160.0..=(rest.height() - 120.0).max(161.0), usual: STACKED };
        let edge = rest.bottom() - view.pane_below.min(rest.height() - 120.0);
        let (list, pane) = rest.split_top_bottom_at_y(edge);
        panel(ui, list, |ui| rows::rows_ui(ui, model, view, actions));
        panel(ui, pane, |ui| detail::detail_ui(ui, model, view, false, actions));
        let line = Rect::from_min_max(pos2(rest.left(), edge), pos2(rest.right(), edge + 1.0));
        splitter_ui(ui, "Detail height", line, PaneSide::Below, &sizes, &mut view.pane_below);
    } else {
        let sizes = PaneSizes { range: 360.0..=640.0, usual: 424.0 };
        let edge = rest.right() - view.pane;
        let (list, pane) = rest.split_left_right_at_x(edge);
        panel(ui, list, |ui| rows::rows_ui(ui, model, view, actions));
        panel(ui, pane, |ui| detail::detail_ui(ui, model, view, false, actions));
        let line = Rect::from_min_max(pos2(edge, rest.top()), pos2(edge + 1.0, rest.bottom()));
        splitter_ui(ui, "Detail width", line, PaneSide::Right, &sizes, &mut view.pane);
    }
}

/// What went wrong or is under way, as strips above the table. Says where the table begins.
fn notices_ui(ui: &mut Ui, model: &Model, area: Rect, top: f32, actions: &mut Vec<Action>) -> f32 {
    let rect = Rect::from_min_max(pos2(area.left() + space::S12, top), pos2(area.right() - space::S12, area.bottom()));
    region(ui, rect, |ui| {
        let width = rect.width();
        let before = ui.cursor().top();
        ui.spacing_mut().item_spacing.y = space::S6;
        let retry = || Some(StripButton { text: "Try again", icon: icon::ARROW_CLOCKWISE, primary: false });
        let requests = &model.requests;
        if let Some(problem) = &requests.problem {
            ui.add_space(space::S6);
            strip_ui(ui, Tone::Warn, &pretty::visible(&problem.message), None, width);
        }
        for failure in [&requests.sync_failure, &requests.listing.failure().cloned()].into_iter().flatten() {
            ui.add_space(space::S6);
            if failure_ui(ui, failure, retry(), width) {
                actions.push(Action::Requests(Do::Retry));
            }
        }
        import::import_ui(ui, model, width, actions);
        export_ui(ui, model, width, actions);
        if requests.unseen > 0 {
            let words = counted(requests.unseen, "new request", "new requests");
            ui.add_space(space::S4);
            ui.vertical_centered(|ui| {
                if Button::new(&words).icon(icon::ARROW_UP).small().show(ui).clicked() {
                    actions.push(Action::Requests(Do::ShowNew));
                }
            });
        }
        let used = ui.cursor().top() - before;
        if used > 0.0 { top + used } else { top }
    })
}

fn export_ui(ui: &mut Ui, model: &Model, width: f32, actions: &mut Vec<Action>) {
    if let Some((done, total)) = model.exports.progress {
        ui.add_space(space::S6);
        ui.horizontal(|ui| {
            progress_ui(ui, "Exporting requests", done, total.max(1), width - 90.0);
            if Button::new("Stop").icon(icon::X).small().name("Stop the export").show(ui).clicked() {
                actions.push(Action::StopExport);
            }
        });
    }
    if let Some(failure) = &model.exports.failure {
        ui.add_space(space::S6);
        let close = StripButton { text: "Close", icon: icon::X, primary: false };
        if failure_ui(ui, failure, Some(close), width) {
            actions.push(Action::CloseExport);
        }
    }
}
