//! The question before sending to a tenant that is not a practice one: every request stands in it, bodies folded.

use std::collections::BTreeSet;

use egui::Ui;

use super::{counted, readable};
use crate::{
    app::{Action, Model, trial::Do},
    domain::{
        exchange::Request,
        pretty,
        profile::Environment,
        trial::{PlannedStep, StepName},
    },
    ui::{
        icon,
        theme::{Theme, Tone, space, text},
        widgets::{
            self,
            banner::failure_ui,
            button::Button,
            card::card_ui,
            code::{CodeBlock, CodeEvent, CodeText},
            dialog::Dialog,
            field::Field,
        },
    },
};

/// Which bodies are open.
#[derive(Default)]
pub(super) struct View {
    open: BTreeSet<(StepName, usize)>,
    unfolded: bool,
}

/// Draws the dialog while it is open.
pub(super) fn confirm_ui(ui: &Ui, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    let Some(confirm) = &model.trial.confirm else {
        view.open.clear();
        return;
    };
    let steps: Vec<&PlannedStep> = model.trial.planned_steps().collect();
    let count: usize = steps.iter().map(|step| step.requests.len()).sum();
    let requests = counted(count, "request", "requests");
    let to = model.tenant_name();
    let subtitle = format!("{requests} to {to}, {}. Nothing else is sent.", model.environment().label());
    let dialog = Dialog { title: "Send a test provision", subtitle: &subtitle, width: 760.0, dirty: false };
    let shown = dialog.show(ui.ctx(), |parts| {
        let opened = parts.opened();
        parts.body(16, |ui| {
            ui.spacing_mut().item_spacing.y = space::S8;
            if model.environment() == Environment::Production {
                name_ui(ui, to, &confirm.typed, opened, actions);
            }
            if let Some(failure) = model.trial.plan.failure() {
                let width = ui.available_width();
                failure_ui(ui, failure, None, width);
            }
            for step in steps {
                step_ui(ui, step, view, actions);
            }
        });
        let reason = hindrance(model);
        parts.footer(
            |ui| {
                let width = ui.available_width();
                widgets::label_ui(ui, text::SMALL.cut(reason.as_deref().unwrap_or(""), Theme::of(ui).t2, width));
            },
            |ui| {
                let cancel = Button::new("Cancel").show(ui).clicked();
                let words = format!("Send {requests}");
                let send = Button::primary(&words).icon(icon::PAPER_PLANE_TILT).blocked(reason.as_deref());
                if send.show(ui).clicked() {
                    actions.push(Action::Trial(Do::Confirm));
                }
                cancel.then_some(())
            },
        )
    });
    if shown.close || shown.inner.flatten().is_some() {
        actions.push(Action::Trial(Do::CloseConfirm));
    }
}

/// Why it cannot be sent yet.
fn hindrance(model: &Model) -> Option<String> {
    let typed = model.trial.confirm.as_ref().map_or("", |confirm| confirm.typed.trim());
    if model.trial.plan.failure().is_some() {
        return Some("The requests could not be worked out, so nothing can be sent.".to_owned());
    }
    if !model.trial.is_plan_current() {
        return Some("Working out the requests.".to_owned());
    }
    let named = model.environment() != Environment::Production || typed == model.tenant_name();
    (!named).then(|| format!("Type {} above to send.", model.tenant_name()))
}

fn name_ui(ui: &mut Ui, tenant: &str, typed: &str, opened: bool, actions: &mut Vec<Action>) {
    let name = format!("Type {tenant} to confirm");
    let mut value = typed.to_owned();
    let field = Field::new(&name).in_dialog().width(ui.available_width().min(360.0)).show(ui, &mut value);
    if opened {
        field.response.request_focus();
    }
    if field.response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter)) {
        actions.push(Action::Trial(Do::Confirm));
    }
    if value != typed {
        actions.push(Action::Trial(Do::TypeName(value)));
    }
}

fn step_ui(ui: &mut Ui, step: &PlannedStep, view: &mut View, actions: &mut Vec<Action>) {
    card_ui(ui, false, 10, |ui| {
        let theme = Theme::of(ui);
        let width = ui.available_width();
        ui.set_width(width);
        ui.spacing_mut().item_spacing.y = space::S4;
        widgets::label_ui(ui, text::HEADING.job(step.name.label(), theme.t1));
        widgets::label_ui(ui, text::SMALL.wrapped(step.effect.as_str(), theme.t2, width));
        for (index, request) in step.requests.iter().enumerate() {
            let ink = if request.method == "GET" { theme.t2 } else { theme.hue(Tone::Warn).text };
            let mut job = text::MONO_SM.wrapped(format!("{} ", request.method), ink, width);
            job.append(&readable(&request.url), 0.0, text::MONO_SM.format(theme.t1));
            widgets::label_ui(ui, job);
            if !request.body.is_null() {
                body_ui(ui, (step.name, index), request, view, actions);
            }
        }
    });
}

fn body_ui(ui: &mut Ui, place: (StepName, usize), request: &Request, view: &mut View, actions: &mut Vec<Action>) {
    let lines = pretty::json_lines(&request.body);
    let open = view.open.contains(&place);
    let (glyph, words) = match open {
        true => (icon::CARET_DOWN, "Hide the body".to_owned()),
        false => (icon::CARET_RIGHT, format!("Show the body, {}", counted(lines.len(), "line", "lines"))),
    };
    let name = format!("{words}, {}", place.0.label());
    if ui.push_id(place, |ui| Button::quiet(&words).name(&name).icon(glyph).small().show(ui)).inner.clicked() {
        if open {
            view.open.remove(&place);
        } else {
            view.open.insert(place);
        }
    }
    if !open {
        return;
    }
    let joined = lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
    let code = CodeText::new(&joined);
    let name = format!("{}, request {}", place.0.label(), place.1 + 1);
    let block = CodeBlock { name: &name, text: &code, tight: true, most: 320.0, unfolded: view.unfolded, copies: true };
    match block.show(ui) {
        Some(CodeEvent::Copy) => {
            let text = serde_json::to_string_pretty(&request.body).unwrap_or_default();
            actions.push(Action::Copy { text, said: "Request body copied".to_owned() });
        }
        Some(CodeEvent::Unfold) => view.unfolded = !view.unfolded,
        None => {}
    }
}
