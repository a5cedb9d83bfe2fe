//! The habits of directories that a tenant lets pass, each with a switch, so that a stricter service can be shown.

use egui::{Rect, Sense, Ui, pos2, vec2};

use super::detail::section_ui;
use crate::{
    app::{Action, Model, sandbox::Do},
    domain::{house::HousedTenant, practice::Habit},
    ui::{
        theme::{Theme, space, text},
        widgets::{self, Align, over, switch::switch_ui, text_at},
    },
};

/// Below this width one column is enough.
const TWO_COLUMNS: f32 = 560.0;
const ROW: f32 = 44.0;
const SWITCH: f32 = 28.0;

/// Draws the section.
pub(super) fn habits_ui(ui: &mut Ui, model: &Model, tenant: &HousedTenant, actions: &mut Vec<Action>) {
    section_ui(ui, "Habits of directories", None, |ui| {
        let width = ui.available_width();
        let words =
            "What directories really send is accepted. Switch a habit off to show what a stricter service does.";
        widgets::label_ui(ui, text::SMALL.wrapped(words, Theme::of(ui).t2, width));
        let columns = if width < TWO_COLUMNS { 1 } else { 2 };
        let gap = space::S24;
        let cell = (width - gap * (columns - 1) as f32) / columns as f32;
        ui.spacing_mut().item_spacing.y = 0.0;
        for line in Habit::ALL.chunks(columns) {
            let (row, _) = ui.allocate_exact_size(vec2(width, ROW), Sense::hover());
            for (column, habit) in line.iter().enumerate() {
                let left = row.left() + column as f32 * (cell + gap);
                let place = Rect::from_min_size(pos2(left, row.top()), vec2(cell, ROW));
                habit_ui(ui, model, tenant, *habit, place, actions);
            }
        }
    });
}

fn habit_ui(ui: &mut Ui, model: &Model, tenant: &HousedTenant, habit: Habit, place: Rect, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let accepted = !tenant.standing.refused.contains(&habit);
    let knob = Rect::from_center_size(pos2(place.left() + SWITCH / 2.0, place.center().y), vec2(SWITCH, 16.0));
    let name = format!("Accept: {}", habit.label());
    if over(ui, knob, |ui| switch_ui(ui, accepted, &name, model.practice.busy())).clicked() {
        actions.push(Action::Sandbox(Do::Refuse(habit, accepted)));
    }
    let words = place.with_min_x(knob.right() + space::S12).shrink2(vec2(0.0, 3.0));
    let (upper, lower) = words.split_top_bottom_at_fraction(0.5);
    let (colour, label) = if accepted {
        (theme.t1, habit.label().to_owned())
    } else {
        (theme.warn.text, format!("{}, refused", habit.label()))
    };
    text_at(ui.painter(), upper, Align::Left, text::SMALL.medium().cut(label.as_str(), colour, upper.width()));
    text_at(ui.painter(), lower, Align::Left, text::MONO_SM.cut(habit.example(), theme.t3, lower.width()));
}
