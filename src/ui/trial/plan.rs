//! The requests of the next run, exactly as they will be sent: nothing goes out unseen.

use egui::Ui;

use super::{readable, short_path, steps::indented, texts::Texts};
use crate::{
    app::{Action, Model, trial::Do},
    domain::trial::PlannedStep,
    ui::{
        icon,
        theme::{Theme, Tone, space, text},
        widgets::{
            self,
            banner::{StripButton, failure_ui},
            code::{CodeBlock, CodeEvent},
            status::{Status, spinner_ui},
            step::Step,
        },
    },
};

/// Draws the steps to come.
pub(super) fn plan_ui(ui: &mut Ui, model: &Model, texts: &mut Texts, actions: &mut Vec<Action>) {
    let trial = &model.trial;
    if let Some(failure) = trial.plan.failure() {
        let button = StripButton { text: "Try again", icon: icon::ARROW_CLOCKWISE, primary: false };
        let width = ui.available_width();
        if failure_ui(ui, failure, Some(button), width) {
            actions.push(Action::Trial(Do::PlanAgain));
        }
    }
    if trial.plan.value().is_none() {
        if trial.plan.loading().is_some() {
            ui.horizontal(|ui| {
                spinner_ui(ui, "Working out the requests");
                widgets::label_ui(ui, text::SMALL.job("Working out the requests", Theme::of(ui).t2));
            });
        }
        return;
    }
    let steps: Vec<&PlannedStep> = trial.planned_steps().collect();
    for (index, step) in steps.iter().enumerate() {
        let write = step.requests.iter().find(|request| request.method != "GET");
        let Some(request) = write.or(step.requests.first()) else { continue };
        let open = trial.open.contains(&step.name);
        let several = format!("{} requests", step.requests.len());
        let shown = Step {
            status: Status::Waiting,
            name: step.name.label(),
            method: &request.method,
            path: &short_path(&request.url),
            note: (step.requests.len() > 1).then_some((Tone::Neutral, several.as_str())),
            code: None,
            millis: None,
            open,
            follows: index + 1 < steps.len(),
        };
        if shown.show(ui) {
            actions.push(Action::Trial(Do::Toggle(step.name)));
        }
        if open {
            indented(ui, index + 1 < steps.len(), |ui| planned_ui(ui, model, step, texts, actions));
        }
    }
}

fn planned_ui(ui: &mut Ui, model: &Model, step: &PlannedStep, texts: &mut Texts, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let width = ui.available_width();
    widgets::label_ui(ui, text::SMALL.wrapped(step.effect.as_str(), theme.t2, width));
    for (index, request) in step.requests.iter().enumerate() {
        let line = format!("{} {}", request.method, readable(&request.url));
        widgets::label_ui(ui, text::MONO_SM.wrapped(line, theme.t1, width));
        if request.body.is_null() {
            continue;
        }
        let name = format!("{}, body {}", step.name.label(), index + 1);
        let unfolded = texts.unfolded;
        let code = texts.of_plan(step.name, index, &request.body, model.trial.dialect);
        let block = CodeBlock { name: &name, text: code, tight: true, most: 420.0, unfolded, copies: true };
        match block.show(ui) {
            Some(CodeEvent::Copy) => {
                let text = serde_json::to_string_pretty(&request.body).unwrap_or_default();
                actions.push(Action::Copy { text, said: "Request body copied".to_owned() });
            }
            Some(CodeEvent::Unfold) => texts.unfolded = !texts.unfolded,
            None => {}
        }
    }
    ui.add_space(space::S4);
}
