//! The dialogs of the Sandbox screen: a new tenant, another name, a new token and its value, and the one question
//! before a tenant is emptied. A token's value is drawn here and nowhere else.

use egui::{Ui, vec2};

use super::{counted, faults};
use crate::{
    app::{
        Action, Model,
        sandbox::{Dialog, Do, End},
    },
    domain::{house::Policy, profile::ProfileId, secret::Secret},
    ui::{
        icon,
        theme::{Theme, Tone, space, text},
        widgets::{
            self,
            banner::{failure_ui, strip_ui},
            button::Button,
            choice::choice_card_ui,
            dialog::{self, DialogParts, DialogShown},
            field::{Field, field_label_ui},
            segmented::{Segment, segmented_ui},
        },
    },
};

/// What a dialog leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pressed {
    Submit,
    Close,
}

/// Draws the dialog that is open.
pub(in crate::ui) fn dialogs_ui(ui: &Ui, model: &Model, actions: &mut Vec<Action>) {
    let Some(open) = &model.practice.dialog else { return };
    let mut next = open.clone();
    let shown = match &mut next {
        Dialog::NewTenant { name, policy, with_a_day } => new_tenant_ui(ui, model, name, policy, with_a_day),
        Dialog::Rename { name, .. } => rename_ui(ui, model, name),
        Dialog::NewToken { name, end, .. } => new_token_ui(ui, model, name, end),
        Dialog::ShownToken { name, value } => shown_token_ui(ui, name, value, actions),
        Dialog::NewFault { fault, method, path, user, often, .. } => {
            faults::new_fault_ui(ui, model, faults::Asked { fault, method, path, user, often })
        }
        Dialog::Reset { tenant, with_a_day } => reset_ui(ui, model, tenant, with_a_day),
    };
    if next != *open {
        actions.push(Action::Sandbox(Do::Ask(Box::new(next))));
    }
    match shown.inner {
        Some(Pressed::Submit) => actions.push(Action::Sandbox(Do::Submit)),
        Some(Pressed::Close) => actions.push(Action::Sandbox(Do::Close)),
        None if shown.close => actions.push(Action::Sandbox(Do::Close)),
        None => {}
    }
}

pub(super) fn plain<'a>(title: &'a str, subtitle: &'a str) -> dialog::Dialog<'a> {
    dialog::Dialog { title, subtitle, width: 520.0, dirty: false }
}

/// The foot: the verb, Cancel, and at the left why it cannot be done, or what is being done.
pub(super) fn foot(
    parts: &mut DialogParts<'_>,
    model: &Model,
    (verb, glyph): (&str, icon::Icon),
    missing: Option<&str>,
) -> Option<Pressed> {
    let busy = model.practice.busy();
    let reason = busy.or(missing);
    let pressed = parts.footer(
        |ui| {
            let width = ui.available_width();
            widgets::label_ui(ui, text::SMALL.cut(reason.unwrap_or(""), Theme::of(ui).t2, width));
        },
        |ui| {
            let goes_on = busy.is_some() && model.practice.progress.is_some();
            let cancel = !goes_on && Button::new("Cancel").show(ui).clicked();
            if Button::primary(verb).icon(glyph).blocked(reason).show(ui).clicked() {
                return Some(Pressed::Submit);
            }
            cancel.then_some(Pressed::Close)
        },
    );
    pressed.flatten()
}

pub(super) fn refused_ui(ui: &mut Ui, model: &Model) {
    if let Some(failure) = &model.practice.failure {
        let width = ui.available_width();
        failure_ui(ui, failure, None, width);
    }
}

/// A field with the focus as the dialog opens. True when Enter was pressed in it.
fn first_field_ui(ui: &mut Ui, field: Field<'_>, value: &mut String, opened: bool) -> bool {
    let response = field.in_dialog().show(ui, value).response;
    if opened {
        response.request_focus();
    }
    response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter))
}

fn day_ui(ui: &mut Ui, with_a_day: &mut bool) {
    field_label_ui(ui, "Begins with");
    let width = ui.available_width();
    let day = "Two directories create, change and suspend people, and some of it fails.";
    if choice_card_ui(ui, *with_a_day, width, "A day of traffic", day).clicked() {
        *with_a_day = true;
    }
    let nothing = "No user and no request, as a tenant that was just ordered.";
    if choice_card_ui(ui, !*with_a_day, width, "Nothing", nothing).clicked() {
        *with_a_day = false;
    }
}

fn new_tenant_ui(
    ui: &Ui,
    model: &Model,
    name: &mut String,
    policy: &mut Policy,
    with_a_day: &mut bool,
) -> DialogShown<Option<Pressed>> {
    let subtitle = "Its users, tokens, mappings and requests are its own.";
    plain("New practice tenant", subtitle).show(ui.ctx(), |parts| {
        let opened = parts.opened();
        let mut entered = false;
        parts.body(16, |ui| {
            refused_ui(ui, model);
            entered = first_field_ui(ui, Field::new("Name").hint("Northwind"), name, opened);
            field_label_ui(ui, "Behaves as");
            let segments = Policy::ALL.map(|policy| Segment::new(policy.label()));
            let chosen = Policy::ALL.iter().position(|one| one == policy);
            let size = vec2(ui.available_width(), space::CONTROL_DIALOG);
            if let Some(next) = segmented_ui(ui, "Behaves as", &segments, chosen, size) {
                *policy = Policy::ALL[next];
            }
            let width = ui.available_width();
            widgets::label_ui(ui, text::SMALL.wrapped(policy.meaning(), Theme::of(ui).t3, width));
            day_ui(ui, with_a_day);
        });
        let missing = name.trim().is_empty().then_some("Give it a name.");
        let pressed = foot(parts, model, ("Add tenant", icon::PLUS), missing);
        pressed.or_else(|| (entered && missing.is_none()).then_some(Pressed::Submit))
    })
}

fn rename_ui(ui: &Ui, model: &Model, name: &mut String) -> DialogShown<Option<Pressed>> {
    plain("Rename the tenant", "Its addresses and tokens stay as they are.").show(ui.ctx(), |parts| {
        let opened = parts.opened();
        let mut entered = false;
        parts.body(16, |ui| {
            refused_ui(ui, model);
            entered = first_field_ui(ui, Field::new("Name"), name, opened);
        });
        let missing = name.trim().is_empty().then_some("Give it a name.");
        let pressed = foot(parts, model, ("Rename", icon::CHECK), missing);
        pressed.or_else(|| (entered && missing.is_none()).then_some(Pressed::Submit))
    })
}

fn new_token_ui(ui: &Ui, model: &Model, name: &mut String, end: &mut End) -> DialogShown<Option<Pressed>> {
    plain("New token", "Give each directory its own, so that one can be revoked alone.").show(ui.ctx(), |parts| {
        let opened = parts.opened();
        let mut entered = false;
        parts.body(16, |ui| {
            refused_ui(ui, model);
            entered = first_field_ui(ui, Field::new("Name").hint("Entra, test app"), name, opened);
            field_label_ui(ui, "Expires");
            let segments = End::ALL.map(|end| Segment::new(end.label()));
            let chosen = End::ALL.iter().position(|one| one == end);
            let size = vec2(ui.available_width(), space::CONTROL_DIALOG);
            if let Some(next) = segmented_ui(ui, "Expires", &segments, chosen, size) {
                *end = End::ALL[next];
            }
        });
        let missing = name.trim().is_empty().then_some("Say what it is for.");
        let pressed = foot(parts, model, ("Make token", icon::KEY), missing);
        pressed.or_else(|| (entered && missing.is_none()).then_some(Pressed::Submit))
    })
}

fn shown_token_ui(ui: &Ui, name: &str, value: &Secret, actions: &mut Vec<Action>) -> DialogShown<Option<Pressed>> {
    let mut dialog = egui::Rect::NOTHING;
    let mut shown = plain("Copy the token now", name).show(ui.ctx(), |parts| {
        parts.body(16, |ui| {
            let width = ui.available_width();
            let words = "The token is shown this once. Only its fingerprint is kept, so it cannot be shown again.";
            strip_ui(ui, Tone::Warn, words, None, width);
            value_ui(ui, value, width);
            // Header and footer belong to it.
            dialog = ui.min_rect().expand2(vec2(space::S16, 84.0));
        });
        let pressed = parts.footer(
            |_| {},
            |ui| {
                let done = Button::new("Done").show(ui).clicked();
                if Button::primary("Copy token").icon(icon::COPY).show(ui).clicked() {
                    actions.push(Action::Sandbox(Do::CopyToken));
                }
                done.then_some(Pressed::Close)
            },
        );
        pressed.flatten()
    });
    // A slip beside the dialog must not take away what cannot be shown again.
    let slipped = ui.input(|input| {
        input.pointer.any_click() && input.pointer.interact_pos().is_some_and(|at| !dialog.contains(at))
    });
    shown.close &= !slipped;
    shown
}

fn value_ui(ui: &mut Ui, value: &Secret, width: f32) {
    let theme = Theme::of(ui);
    egui::Frame::new()
        .fill(theme.input)
        .stroke(egui::Stroke::new(1.0, theme.line2))
        .corner_radius(f32::from(space::R_CONTROL))
        .inner_margin(10.0)
        .show(ui, |ui| {
            let room = width - 22.0;
            ui.set_width(room);
            widgets::label_ui(ui, text::MONO_SM.wrapped(value.expose(), theme.t1, room));
        });
}

fn reset_ui(ui: &Ui, model: &Model, tenant: &ProfileId, with_a_day: &mut bool) -> DialogShown<Option<Pressed>> {
    let housed = model.practice.house.value().and_then(|house| house.tenant(tenant));
    let (name, users, requests) = housed.map_or(("the tenant", 0, 0), |housed| {
        (housed.profile.name.as_str(), housed.standing.users, housed.standing.requests)
    });
    let title = format!("Reset {name}");
    plain(&title, "Tokens, addresses and rules stay.").show(ui.ctx(), |parts| {
        parts.body(16, |ui| {
            refused_ui(ui, model);
            let width = ui.available_width();
            let words = format!(
                "{} and {} are deleted, and mappings and custom fields are put back. This cannot be undone. \
                 What the console has read of them stays in its journal.",
                counted(users, "user", "users"),
                counted(requests, "request", "requests")
            );
            widgets::label_ui(ui, text::BODY.wrapped(words, Theme::of(ui).t1, width));
            day_ui(ui, with_a_day);
        });
        foot(parts, model, ("Reset tenant", icon::ARROW_CLOCKWISE), None)
    })
}
