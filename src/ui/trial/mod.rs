//! The Test provision screen: whom to create, the exact requests and how they went, what was sent against what landed.

mod confirm;
mod form;
mod steps;
mod verification;

use egui::{Rect, Ui, pos2, vec2};

use super::{
    shell::region,
    theme::{Theme, space},
    when::Zone,
    widgets::hairline,
};
use crate::app::{Action, Model};

/// Below this width the verification stands under the steps.
const STACK_BELOW: f32 = 1280.0;

/// What only the drawing knows.
#[derive(Default)]
pub(super) struct View {
    zone: Zone,
    steps: steps::View,
}

/// Draws the screen.
pub(super) fn trial_ui(ui: &mut Ui, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let area = ui.max_rect();
    let form_width = if ui.ctx().content_rect().width() < 1120.0 { 270.0 } else { 296.0 };
    let (form, rest) = area.split_left_right_at_x(area.left() + form_width);
    region(ui, form, |ui| form::form_ui(ui, model, actions));
    let rest = rest.with_min_x(rest.left() + 1.0);
    if ui.ctx().content_rect().width() < STACK_BELOW {
        let (steps, verification) = rest.split_top_bottom_at_fraction(0.58);
        region(ui, steps, |ui| steps::steps_ui(ui, model, view, actions));
        region(ui, verification.with_min_y(verification.top() + 1.0), |ui| {
            verification::verification_ui(ui, model, actions);
        });
        hairline(ui.painter(), verification.left_top(), verification.right_top(), theme.line);
    } else {
        let edge = rest.right() - 448.0_f32.min(rest.width() * 0.5);
        let steps = Rect::from_min_max(rest.min, pos2(edge, rest.bottom()));
        let verification = Rect::from_min_max(pos2(edge + 1.0, rest.top()), rest.max);
        region(ui, steps, |ui| steps::steps_ui(ui, model, view, actions));
        region(ui, verification, |ui| verification::verification_ui(ui, model, actions));
        hairline(ui.painter(), steps.right_top(), steps.right_bottom(), theme.line);
    }
    hairline(ui.painter(), form.right_top(), form.right_bottom(), theme.line);
    confirm::confirm_ui(ui, model, actions);
}

/// The 40-point head of a column, with a line under it; returns what is left below.
fn head_of(ui: &Ui) -> (Rect, Rect) {
    let area = ui.max_rect();
    let head = Rect::from_min_size(area.min, vec2(area.width(), space::HEADER_SMALL));
    hairline(ui.painter(), head.left_bottom(), head.right_bottom(), Theme::of(ui).line);
    (head.shrink2(vec2(space::S14, 0.0)), area.with_min_y(head.bottom() + 1.0))
}
