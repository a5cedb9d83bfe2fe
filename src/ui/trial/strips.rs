//! What went wrong as a whole, and the users that are still in the tenant, each with the button that removes it.

use egui::Ui;

use crate::{
    app::{
        Action, Model,
        trial::{Do, LeftBehind},
    },
    domain::{failure::Failure, trial::StepStatus},
    ui::{
        icon,
        theme::{Theme, Tone, text},
        widgets::{
            self,
            banner::{StripButton, failure_ui, strip_ui},
            status::spinner_ui,
        },
    },
};

/// Draws the strips above the steps.
pub(super) fn strips_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let trial = &model.trial;
    let width = ui.available_width();
    if let Some(failure) = trial.run.as_ref().and_then(|run| run.failure.as_ref()).filter(|_| !trial.next_shown) {
        with_detail_ui(ui, failure, width);
    }
    if let Some(failure) = trial.clean_up.failure() {
        with_detail_ui(ui, failure, width);
    } else if trial.clean_up.loading().is_none()
        && let Some(step) = trial.clean_up.value()
    {
        let notes = step.notes.join(" ");
        let (tone, words) = match step.status {
            StepStatus::Passed => (Tone::Ok, "The test user was removed."),
            StepStatus::Failed | StepStatus::Skipped => (Tone::Fail, "The clean-up did not work."),
        };
        strip_ui(ui, tone, format!("{words} {notes}").trim(), None, width);
    }
    for left in &trial.left_behind {
        left_ui(ui, model, left, width, actions);
    }
}

fn left_ui(ui: &mut Ui, model: &Model, left: &LeftBehind, width: f32, actions: &mut Vec<Action>) {
    if model.trial.cleaning.as_ref() == Some(&left.id) {
        let words = format!("Removing {}", left.user_name);
        ui.horizontal(|ui| {
            spinner_ui(ui, &words);
            let width = ui.available_width();
            widgets::label_ui(ui, text::SMALL.wrapped(words.as_str(), Theme::of(ui).t2, width));
        });
        return;
    }
    let (tone, mut words) = if left.kept {
        (Tone::Neutral, format!("The user `{}` is still in the tenant, as asked.", left.user_name))
    } else {
        (Tone::Warn, format!("The user `{}` is still in the tenant.", left.user_name))
    };
    if model.is_locked() {
        words.push_str(" Unlock sending in the top bar to remove it.");
    }
    let button = StripButton { text: "Clean up", icon: icon::TRASH, primary: !left.kept };
    let free = !model.is_locked() && model.trial.cleaning.is_none();
    if ui.push_id(&left.id, |ui| strip_ui(ui, tone, &words, free.then_some(button), width)).inner {
        actions.push(Action::Trial(Do::CleanUp(left.id.clone())));
    }
}

fn with_detail_ui(ui: &mut Ui, failure: &Failure, width: f32) {
    failure_ui(ui, failure, None, width);
    if let Some(detail) = &failure.detail {
        widgets::label_ui(ui, text::CODE.wrapped(detail.as_str(), Theme::of(ui).t3, width));
    }
}
