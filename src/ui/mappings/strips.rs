//! What stands above the form: a draft that could not be saved, another window's draft, the tenant out of reach,
//! a paste that could not be read, the reminder after applying. Each with what can be done about it.

use egui::Ui;

use crate::{
    app::{
        Action, Model, Screen,
        mappings::{Do, Export},
    },
    ui::{
        icon,
        theme::{Tone, space},
        widgets::{
            banner::{StripButton, failure_ui, strip_ui},
            strip_choices::strip_choices_ui,
        },
    },
};

const fn button(text: &'static str, icon: icon::Icon) -> StripButton<'static> {
    StripButton { text, icon, primary: false }
}

/// Draws them, over `width`.
pub(super) fn strips_ui(ui: &mut Ui, model: &Model, width: f32, actions: &mut Vec<Action>) {
    reminder_ui(ui, model, width, actions);
    other_window_ui(ui, model, width, actions);
    let mappings = &model.mappings;
    if let Some(failure) = &mappings.save_failure {
        ui.add_space(space::S8);
        if failure_ui(ui, failure, Some(button("Save again", icon::ARROW_CLOCKWISE)), width) {
            actions.push(Action::Mappings(Do::Save));
        }
    }
    if let Some(failure) = &mappings.paste_failure {
        ui.add_space(space::S8);
        if failure_ui(ui, failure, Some(button("Close", icon::X)), width) {
            actions.push(Action::Mappings(Do::DismissPaste));
        }
    }
    tenant_ui(ui, model, width, actions);
}

fn reminder_ui(ui: &mut Ui, model: &Model, width: f32, actions: &mut Vec<Action>) {
    if model.mappings.reminder.is_none() {
        return;
    }
    ui.add_space(space::S8);
    let words = "Applied. Restart provisioning in the identity provider, then test one user with provision on demand.";
    let buttons = [button("Send a test provision", icon::TEST_TUBE), button("Close", icon::X)];
    match strip_choices_ui(ui, Tone::Ok, words, &buttons, width) {
        Some(0) => actions.push(Action::Go(Screen::Trial)),
        Some(_) => actions.push(Action::Mappings(Do::DismissReminder)),
        None => {}
    }
}

fn other_window_ui(ui: &mut Ui, model: &Model, width: f32, actions: &mut Vec<Action>) {
    let Some(other) = &model.mappings.other else { return };
    ui.add_space(space::S8);
    let count = match other.content.rows.len() {
        1 => "1 mapping".to_owned(),
        many => format!("{many} mappings"),
    };
    let words = format!(
        "Another window saved this draft with {count}. Yours is shown and not saved yet; nothing is lost either way."
    );
    let buttons = [button("Show the other draft", icon::GIT_MERGE), button("Keep mine", icon::CHECK)];
    match strip_choices_ui(ui, Tone::Warn, &words, &buttons, width) {
        Some(0) => actions.push(Action::Mappings(Do::TakeOther)),
        Some(_) => actions.push(Action::Mappings(Do::KeepMine)),
        None => {}
    }
}

fn tenant_ui(ui: &mut Ui, model: &Model, width: f32, actions: &mut Vec<Action>) {
    let Some(failure) = model.mappings.tenant.failure() else { return };
    ui.add_space(space::S8);
    if model.mappings.by_ticket() {
        let words =
            "This tenant applies mappings by ticket. Draft and check them here, then send the ticket to support.";
        if strip_ui(ui, Tone::Neutral, words, Some(button("Copy ticket", icon::LIFEBUOY)), width) {
            actions.push(Action::Mappings(Do::CopyExport(Export::Ticket)));
        }
        return;
    }
    if failure_ui(ui, failure, Some(button("Try again", icon::ARROW_CLOCKWISE)), width) {
        actions.push(Action::Mappings(Do::Pull));
    }
}
