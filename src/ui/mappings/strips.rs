//! What stands above the form: the tenant out of reach, another window's draft, the reminder after applying.

use egui::Ui;

use crate::{
    app::{
        Action, Model, Screen,
        mappings::{Do, Export},
    },
    domain::failure::FailureKind,
    ui::{
        icon,
        theme::{Tone, space},
        widgets::{
            banner::{StripButton, failure_ui, strip_ui},
            button::Button,
        },
    },
};

/// Draws them.
pub(super) fn strips_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let frame = egui::Frame::new().inner_margin(egui::Margin::symmetric(12, 0));
    frame.show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::S6;
        let width = ui.available_width();
        reminder_ui(ui, model, width, actions);
        other_window_ui(ui, model, width, actions);
        if let Some(failure) = &model.mappings.save_failure {
            ui.add_space(space::S6);
            failure_ui(ui, failure, None, width);
        }
        tenant_ui(ui, model, width, actions);
    });
}

fn reminder_ui(ui: &mut Ui, model: &Model, width: f32, actions: &mut Vec<Action>) {
    if model.mappings.reminder.is_none() {
        return;
    }
    ui.add_space(space::S6);
    let words = "Applied. Restart provisioning in the identity provider, then test one user with provision on demand.";
    let button = StripButton { text: "Got it", icon: icon::CHECK, primary: false };
    if strip_ui(ui, Tone::Ok, words, Some(button), width) {
        actions.push(Action::Mappings(Do::DismissReminder));
    }
    if Button::new("Send a test provision").icon(icon::TEST_TUBE).small().show(ui).clicked() {
        actions.push(Action::Go(Screen::Trial));
    }
}

fn other_window_ui(ui: &mut Ui, model: &Model, width: f32, actions: &mut Vec<Action>) {
    let Some(other) = &model.mappings.other else { return };
    ui.add_space(space::S6);
    let words = format!(
        "Another window saved this draft with {} mappings. Both are kept; yours is shown and not saved yet.",
        other.content.rows.len()
    );
    let button = StripButton { text: "Show the other draft", icon: icon::GIT_MERGE, primary: false };
    if strip_ui(ui, Tone::Warn, &words, Some(button), width) {
        actions.push(Action::Mappings(Do::TakeOther));
    }
    if Button::new("Keep mine").icon(icon::CHECK).small().show(ui).clicked() {
        actions.push(Action::Mappings(Do::KeepMine));
    }
}

fn tenant_ui(ui: &mut Ui, model: &Model, width: f32, actions: &mut Vec<Action>) {
    let Some(failure) = model.mappings.tenant.failure() else { return };
    ui.add_space(space::S6);
    if failure.kind == FailureKind::NotOffered {
        let words = "This tenant takes mappings by ticket: draft them here, then send the ticket to support.";
        let button = StripButton { text: "Copy ticket", icon: icon::LIFEBUOY, primary: false };
        if strip_ui(ui, Tone::Neutral, words, Some(button), width) {
            actions.push(Action::Mappings(Do::CopyExport(Export::Ticket)));
        }
        return;
    }
    let button = StripButton { text: "Try again", icon: icon::ARROW_CLOCKWISE, primary: false };
    if failure_ui(ui, failure, Some(button), width) {
        actions.push(Action::Mappings(Do::Pull));
    }
}
