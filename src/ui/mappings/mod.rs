//! The Mappings screen: the draft as a form on the left, what lands in the profile on the right.
//! Whatever is typed becomes an action at once; nothing here corrects or keeps a draft.

mod columns;
mod conflict;
mod coverage;
mod custom;
mod export;
mod header;
mod preview;
mod review;
mod sections;
mod strips;

use egui::{Event, Rect, Ui, pos2, vec2};

use super::{
    icon,
    panels::panel,
    shell::region,
    theme::{Theme, space, text},
    when::Zone,
    widgets::{
        self,
        banner::{StripButton, failure_ui},
        columns::DraggedWidths,
        hairline,
        splitter::{PaneSide, PaneSizes, splitter_ui},
        status::spinner_ui,
        tabs::{Tab as TabLabel, tabs_ui},
    },
};
use crate::app::{
    Action, Model,
    mappings::{Do, Tab},
};

/// Below this width the preview stands under the form.
const STACK_BELOW: f32 = 1120.0;
/// What the form keeps of the height when the preview stands under it.
const LEAST_FORM: f32 = 200.0;

/// What only the drawing knows.
pub(super) struct View {
    zone: Zone,
    pane: f32,
    pane_below: f32,
    dragged: DraggedWidths,
    header: header::View,
    sections: sections::View,
    coverage: coverage::View,
    review: review::View,
}

impl Default for View {
    fn default() -> Self {
        Self {
            zone: Zone::default(),
            pane: 350.0,
            pane_below: 280.0,
            dragged: DraggedWidths::default(),
            header: header::View::default(),
            sections: sections::View::default(),
            coverage: coverage::View::default(),
            review: review::View::default(),
        }
    }
}

/// Draws the screen.
pub(super) fn mappings_ui(ui: &mut Ui, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let area = ui.max_rect();
    let head = Rect::from_min_size(area.min, vec2(area.width(), space::HEADER));
    panel(ui, head, |ui| header::header_ui(ui, model, view, actions));
    hairline(ui.painter(), head.left_bottom(), head.right_bottom(), theme.line);
    let tabs = Rect::from_min_size(head.left_bottom() + vec2(0.0, 1.0), vec2(area.width(), space::TABS));
    hairline(ui.painter(), tabs.left_bottom(), tabs.right_bottom(), theme.line);
    panel(ui, tabs, |ui| parts_ui(ui, model, actions));
    let top = strips_ui(ui, model, area, tabs.bottom() + 1.0, actions);
    let rest = Rect::from_min_max(pos2(area.left(), top), area.max);
    if model.mappings.tab == Tab::Coverage {
        region(ui, rest, |ui| coverage::coverage_ui(ui, model, &mut view.coverage, &view.zone, actions));
        review::review_ui(ui, model, view, actions);
        return;
    }
    if model.mappings.draft.value().is_none() {
        region(ui, rest.shrink(space::S16), |ui| no_draft_ui(ui, model, actions));
        return;
    }
    if ui.ctx().content_rect().width() < STACK_BELOW {
        stacked_ui(ui, model, view, rest, actions);
    } else {
        let sizes = PaneSizes { range: 300.0..=560.0, usual: 350.0 };
        let edge = rest.right() - view.pane;
        let (form, preview) = rest.split_left_right_at_x(edge);
        panel(ui, form, |ui| sections::sections_ui(ui, model, view, actions));
        panel(ui, preview, |ui| preview::preview_ui(ui, model, &view.zone, actions));
        let line = Rect::from_min_max(pos2(edge, rest.top()), pos2(edge + 1.0, rest.bottom()));
        splitter_ui(ui, "Preview width", line, PaneSide::Right, &sizes, &mut view.pane);
    }
    pasted(ui, model, actions);
    review::review_ui(ui, model, view, actions);
}

/// The draft, and what the tenant's requests say of it.
fn parts_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let open = model.mappings.coverage.open();
    let labels = Tab::ALL.map(|tab| match tab {
        Tab::Coverage if open > 0 => TabLabel::counted(tab.label(), open),
        other => TabLabel::new(other.label()),
    });
    let chosen = Tab::ALL.iter().position(|tab| *tab == model.mappings.tab).unwrap_or_default();
    ui.horizontal(|ui| {
        ui.add_space(space::S4);
        if let Some(next) = tabs_ui(ui, &labels, chosen, space::TABS) {
            actions.push(Action::Mappings(Do::Show(Tab::ALL[next])));
        }
    });
}

fn stacked_ui(ui: &mut Ui, model: &Model, view: &mut View, rest: Rect, actions: &mut Vec<Action>) {
    let most = (rest.height() - LEAST_FORM).max(121.0);
    let sizes = PaneSizes { range: 120.0..=most, usual: 280.0 };
    let edge = rest.bottom() - view.pane_below.min(most);
    let (form, preview) = rest.split_top_bottom_at_y(edge);
    panel(ui, form, |ui| sections::sections_ui(ui, model, view, actions));
    panel(ui, preview, |ui| preview::preview_ui(ui, model, &view.zone, actions));
    let line = Rect::from_min_max(pos2(rest.left(), edge), pos2(rest.right(), edge + 1.0));
    splitter_ui(ui, "Preview height", line, PaneSide::Below, &sizes, &mut view.pane_below);
}

/// Draws the strips; says where the form begins.
fn strips_ui(ui: &mut Ui, model: &Model, area: Rect, top: f32, actions: &mut Vec<Action>) -> f32 {
    let rect = Rect::from_min_max(pos2(area.left() + space::S12, top), pos2(area.right() - space::S12, area.bottom()));
    let used = region(ui, rect, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let before = ui.cursor().top();
        strips::strips_ui(ui, model, rect.width(), actions);
        ui.cursor().top() - before
    });
    if used > 0.0 { top + used + space::S8 } else { top }
}

fn no_draft_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    if let Some(failure) = model.mappings.draft.failure() {
        let width = ui.available_width();
        let button = StripButton { text: "Try again", icon: icon::ARROW_CLOCKWISE, primary: false };
        if failure_ui(ui, failure, Some(button), width) {
            actions.push(Action::Mappings(Do::Reload));
        }
        return;
    }
    ui.horizontal(|ui| {
        spinner_ui(ui, "Reading the draft");
        widgets::label_ui(ui, text::SMALL.job("Reading the draft", Theme::of(ui).t2));
    });
}

/// Rows copied from a spreadsheet, pasted while no text is being edited.
fn pasted(ui: &Ui, model: &Model, actions: &mut Vec<Action>) {
    let elsewhere = model.mappings.review.is_some() || model.palette.is_some() || model.profiles.connect.is_some();
    if elsewhere || ui.ctx().text_edit_focused() {
        return;
    }
    let pasted = ui.ctx().input(|input| {
        input.events.iter().find_map(|event| match event {
            Event::Paste(text) => Some(text.clone()),
            _ => None,
        })
    });
    if let Some(text) = pasted {
        actions.push(Action::Mappings(Do::Paste(text)));
    }
}

#[cfg(test)]
mod tests;
