//! Before there is anything to show: the data directory that cannot be opened, and the practice tenant while it starts.

use egui::Ui;

use super::{
    icon,
    theme::{Theme, Tone, space, text},
    widgets::{
        self,
        banner::{StripButton, strip_ui},
        button::Button,
        empty::empty_ui,
        progress::progress_ui,
    },
};
use crate::{
    app::{Action, Model, Screen},
    domain::failure::{Failure, FailureKind},
};

/// Draws what stands in the way of the screens, if anything does. Says whether it took their place.
pub(super) fn blocks_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) -> bool {
    if let Some(failure) = model.workspace.failure() {
        closed_ui(ui, failure, actions);
        return true;
    }
    if !model.current.is_sandbox() || matches!(model.screen, Screen::Sandbox | Screen::Profiles | Screen::Settings) {
        return false;
    }
    if let Some(failure) = model.sandbox.failure() {
        practice_failed_ui(ui, failure, actions);
        return true;
    }
    if model.sandbox.value().is_none() {
        starting_ui(ui, model);
        return true;
    }
    false
}

fn closed_ui(ui: &mut Ui, failure: &Failure, actions: &mut Vec<Action>) {
    let words = format!("{} {}", failure.meaning, failure.next);
    empty_ui(ui, &failure.what, &words, 160.0, |ui| {
        ui.horizontal(|ui| {
            if Button::primary("Try again").icon(icon::ARROW_CLOCKWISE).show(ui).clicked() {
                actions.push(Action::Reopen);
            }
            if failure.kind == FailureKind::DatabaseDamaged
                && Button::new("Put it aside and start anew").icon(icon::DATABASE).show(ui).clicked()
            {
                actions.push(Action::SetAsideDamaged);
            }
        });
        detail_ui(ui, failure);
    });
}

fn practice_failed_ui(ui: &mut Ui, failure: &Failure, actions: &mut Vec<Action>) {
    empty_ui(ui, "The practice tenant is not running", "Your own tenants work as usual.", 160.0, |ui| {
        let button = StripButton { text: "Start it again", icon: icon::ARROW_CLOCKWISE, primary: false };
        let width = ui.available_width();
        if strip_ui(ui, Tone::Fail, &failure.to_string(), Some(button), width) {
            actions.push(Action::StartSandbox);
        }
        detail_ui(ui, failure);
    });
}

fn detail_ui(ui: &mut Ui, failure: &Failure) {
    if let Some(detail) = &failure.detail {
        let width = ui.available_width();
        ui.add_space(space::S8);
        widgets::label_ui(ui, text::CODE.wrapped(detail.as_str(), Theme::of(ui).t3, width));
    }
}

fn starting_ui(ui: &mut Ui, model: &Model) {
    let words =
        "A tenant inside this window, filled with a day of traffic from two directories. Nothing leaves this computer.";
    empty_ui(ui, "Getting the practice tenant ready", words, 120.0, |ui| {
        let (done, total) = model.sandbox_progress.unwrap_or((0, None));
        let width = ui.available_width();
        progress_ui(ui, "Playing a day of traffic", done, total.unwrap_or(1), width);
    });
}
