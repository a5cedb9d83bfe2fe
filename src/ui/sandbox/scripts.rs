//! The scripts of a bad day: what each shows, the button that plays it, and the way to its requests. It plays nothing
//! itself and says nothing of what is wrong in the log: finding that is the exercise.

use egui::{Ui, vec2};

use super::{counted, detail::section_ui};
use crate::{
    app::{Action, Model, requests, sandbox::Do},
    domain::{
        house::HousedTenant,
        script::{Played, Script},
    },
    ui::{
        icon,
        theme::{Theme, space, text},
        widgets::{self, button::Button, hairline},
    },
};

/// Room for the button at the right of a script.
const VERB: f32 = 92.0;

/// Draws the section.
pub(super) fn scripts_ui(ui: &mut Ui, model: &Model, running: bool, tenant: &HousedTenant, actions: &mut Vec<Action>) {
    section_ui(ui, "Rehearse a bad day", None, |ui| {
        let words = "Requests as Entra and Okta send them, answered by this tenant and dated as the last hours. Each run \
                     has people of its own.";
        let width = ui.available_width();
        widgets::label_ui(ui, text::SMALL.wrapped(words, Theme::of(ui).t2, width));
        if let Some(played) = model.practice.last_played() {
            played_ui(ui, model, tenant, played, actions);
        }
        let stopped = (!running).then_some("Start the sandbox to play a script.");
        let blocked = stopped.or_else(|| model.practice.busy());
        for script in Script::ALL {
            script_ui(ui, script, blocked, actions);
        }
    });
}

/// What was played last, and the way to it.
fn played_ui(ui: &mut Ui, model: &Model, tenant: &HousedTenant, played: &Played, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.set_min_height(space::CONTROL_SMALL);
        let requests = counted(played.requests, "request", "requests");
        let words = format!("{} played: {requests}.", played.script.label());
        let name = format!("Show the requests of {}", played.script.label());
        let show = Button::link("Show them").name(&name).trailing(icon::ARROW_RIGHT).small();
        let room = (ui.available_width() - show.width(ui) - space::S8).max(40.0);
        widgets::label_ui(ui, text::SMALL.medium().cut(words, Theme::of(ui).t1, room));
        if show.hover("On the Requests screen").show(ui).clicked() {
            if tenant.profile.id != model.current {
                actions.push(Action::Switch(tenant.profile.id.clone()));
            }
            actions.push(Action::Requests(requests::Do::SetQuery(played.mark.clone())));
        }
    });
}

fn script_ui(ui: &mut Ui, script: Script, blocked: Option<&str>, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let top = ui.cursor().left_top();
    hairline(ui.painter(), top, top + vec2(ui.available_width(), 0.0), theme.line);
    ui.add_space(space::S6);
    ui.horizontal_top(|ui| {
        let room = ui.available_width() - VERB - space::S8;
        ui.allocate_ui(vec2(room, 0.0), |ui| {
            ui.vertical(|ui| {
                ui.set_width(room);
                ui.spacing_mut().item_spacing.y = space::S4;
                widgets::label_ui(ui, text::SMALL.medium().cut(script.label(), theme.t1, room));
                widgets::label_ui(ui, text::SMALL.wrapped(script.description(), theme.t2, room));
            });
        });
        let name = format!("Play {}", script.label());
        let play = Button::new("Play").name(&name).icon(icon::PLAY).small().blocked(blocked);
        let pressed = ui.with_layout(egui::Layout::right_to_left(egui::Align::Min), |ui| play.show(ui).clicked());
        if pressed.inner {
            actions.push(Action::Sandbox(Do::Play(script)));
        }
    });
}
