//! An open step: what was noticed, and each of its exchanges as request, response, headers or cURL command.

use std::collections::HashMap;

use egui::Ui;

use super::{View, short_path};
use crate::{
    app::{
        Action, Model,
        trial::{Do, Run, Tab},
    },
    domain::{
        exchange::Exchange,
        trial::{StepName, StepReport, StepStatus},
    },
    ui::{
        icon,
        theme::{Theme, Tone, text},
        widgets::{
            self,
            button::small_icon_button_ui,
            choice::radio_ui,
            code::{CodeBlock, CodeEvent},
            tabs::{Tab as TabLabel, tabs_ui},
        },
    },
};

/// Width of one letter of a radio button's words, roughly.
const LETTER: f32 = 6.2;

/// Which exchange of a step shows; 0 is the deciding one.
#[derive(Default)]
pub(super) struct Chosen {
    run: u32,
    of_step: HashMap<StepName, usize>,
}

/// Draws what is inside an open step.
pub(super) fn step_ui(
    ui: &mut Ui,
    model: &Model,
    run: &Run,
    step: &StepReport,
    view: &mut View,
    actions: &mut Vec<Action>,
) {
    let theme = Theme::of(ui);
    let width = ui.available_width();
    for (index, note) in step.notes.iter().enumerate() {
        let failed = step.status == StepStatus::Failed && index == 0;
        let ink = if failed { theme.hue(Tone::Fail).text } else { theme.t2 };
        widgets::label_ui(ui, text::SMALL.wrapped(note.as_str(), ink, width));
    }
    if view.exchanges.run != run.number {
        view.exchanges = Chosen { run: run.number, ..Chosen::default() };
    }
    let all: Vec<&Exchange> = step.exchange.iter().chain(&step.earlier).collect();
    let chosen = view.exchanges.of_step.entry(step.name).or_default();
    if all.len() > 1 {
        choose_ui(ui, &all, chosen);
    }
    let index = (*chosen).min(all.len().saturating_sub(1));
    if let Some(exchange) = all.get(index) {
        ui.push_id(step.name.label(), |ui| {
            exchange_ui(ui, model, run, (step.name, index, exchange), view, actions);
        });
    }
}

/// A step may take several requests: the one that decides it, and what was read before and after.
fn choose_ui(ui: &mut Ui, all: &[&Exchange], chosen: &mut usize) {
    let width = ui.available_width();
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (index, exchange) in all.iter().enumerate() {
            let status = exchange.response.as_ref().map_or_else(|| "no answer".to_owned(), |r| r.status.to_string());
            let path = short_path(&exchange.request.url);
            let most = widgets::room_for(LETTER, width - 30.0)
                .saturating_sub(status.len() + exchange.request.method.len() + 3);
            let path = if path.chars().count() > most {
                path.chars().take(most.saturating_sub(1)).chain(['…']).collect()
            } else {
                path
            };
            let words = format!("{} {path}, {status}", exchange.request.method);
            if radio_ui(ui, *chosen == index, &words).clicked() {
                *chosen = index;
            }
        }
    });
}

fn exchange_ui(
    ui: &mut Ui,
    model: &Model,
    run: &Run,
    (step, index, exchange): (StepName, usize, &Exchange),
    view: &mut View,
    actions: &mut Vec<Action>,
) {
    let tab = model.trial.tab;
    ui.horizontal(|ui| {
        let labels = Tab::ALL.map(|tab| TabLabel::new(tab.label()));
        let chosen = Tab::ALL.iter().position(|candidate| *candidate == tab).unwrap_or_default();
        if let Some(next) = tabs_ui(ui, &labels, chosen, 28.0) {
            actions.push(Action::Trial(Do::Show(Tab::ALL[next])));
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if small_icon_button_ui(ui, icon::EXPORT, "Copy the whole exchange").clicked() {
                copy_exchange(exchange, false, actions);
            }
        });
    });
    let theme = Theme::of(ui);
    let width = ui.available_width();
    if let Some(error) = exchange.error.as_deref().filter(|_| tab == Tab::Response) {
        widgets::label_ui(ui, text::SMALL.wrapped(error, theme.hue(Tone::Fail).text, width));
        return;
    }
    let unfolded = view.texts.unfolded;
    let code = view.texts.of_run(run, exchange, (step, index, tab));
    if code.lines.iter().all(|line| line.text.is_empty()) {
        widgets::label_ui(ui, text::SMALL.job("No body", theme.t3));
        return;
    }
    let name = format!("{}, {}", step.label(), tab.label());
    let block = CodeBlock { name: &name, text: code, tight: true, most: 420.0, unfolded, copies: true };
    match block.show(ui) {
        Some(CodeEvent::Copy) => copy_part(exchange, tab, actions),
        Some(CodeEvent::Unfold) => view.texts.unfolded = !unfolded,
        None => {}
    }
}

fn copy_part(exchange: &Exchange, tab: Tab, actions: &mut Vec<Action>) {
    let body = |body: &serde_json::Value| match body.as_str() {
        Some(text) => text.to_owned(),
        None => serde_json::to_string_pretty(body).unwrap_or_default(),
    };
    let text = match tab {
        Tab::Curl => return copy_exchange(exchange, true, actions),
        Tab::Request => body(&exchange.request.body),
        Tab::Response => exchange.response.as_ref().map(|response| body(&response.body)).unwrap_or_default(),
        Tab::Headers => super::texts::headers(exchange),
    };
    actions.push(Action::Copy { text, said: format!("{} copied", tab.label()) });
}

fn copy_exchange(exchange: &Exchange, as_curl: bool, actions: &mut Vec<Action>) {
    actions.push(Action::CopyExchange { exchange: Box::new(exchange.clone()), as_curl });
}
