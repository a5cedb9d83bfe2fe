//! The Connect dialog: a form on the left, the live checklist on the right. Nothing is written to the tenant.

mod checks;
mod form;

use egui::{Rect, Ui, pos2, vec2};

use super::{
    icon,
    shell::region,
    theme::{Theme, Tone, space, text},
    widgets::{self, button::Button, dialog::Dialog, hairline, masked::SecretText, scroll::scroll_ui},
};
use crate::{
    app::{
        Action, Model,
        profiles::{Connect, Do},
    },
    domain::profile::ProfileId,
};

/// Width of the form beside the checklist.
const FORM: f32 = 500.0;
/// Below this width the checklist stands under the form.
const STACK_BELOW: f32 = 800.0;
/// Height of both.
const HEIGHT: f32 = 520.0;

/// The token while it is typed, and which dialog it belongs to.
#[derive(Default)]
pub(super) struct View {
    of: Option<ProfileId>,
    token: SecretText,
    advanced: bool,
}

/// Draws the dialog while it is open.
pub(super) fn connect_ui(ui: &Ui, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    let Some(dialog) = &model.profiles.connect else {
        if view.of.take().is_some() {
            view.token.clear();
        }
        return;
    };
    if view.of.as_ref() != Some(&dialog.id) {
        view.of = Some(dialog.id.clone());
        view.token.clear();
        view.advanced = !dialog.draft.proxy.is_empty() || !dialog.draft.ca_file.is_empty();
    }
    let shown = Dialog {
        title: if dialog.existing { "Edit profile" } else { "Connect a tenant" },
        subtitle: "Testing only reads. Production opens read-only; sending is switched on later, per tenant.",
        width: 900.0,
        dirty: dialog.is_dirty(),
    }
    .show(ui.ctx(), |parts| {
        let opened = parts.opened();
        parts.body(0, |ui| body_ui(ui, model, dialog, view, opened, actions));
        parts.footer(|ui| note_ui(ui, dialog), |ui| buttons_ui(ui, dialog, actions))
    });
    if shown.close || shown.inner.flatten().is_some() {
        actions.push(Action::Profiles(Do::Close));
    }
}

fn body_ui(ui: &mut Ui, model: &Model, dialog: &Connect, view: &mut View, opened: bool, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let height = HEIGHT.min(ui.ctx().content_rect().height() - 190.0);
    let (area, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), egui::Sense::hover());
    if area.width() < STACK_BELOW {
        region(ui, area, |ui| {
            scroll_ui(ui, "connect", |ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                let inner = egui::Frame::new().inner_margin(16.0);
                inner.show(ui, |ui| form::form_ui(ui, model, dialog, view, opened, actions));
                inner.fill(theme.raised).show(ui, |ui| {
                    ui.set_width(ui.available_width());
                    checks::checks_ui(ui, dialog, actions);
                });
            });
        });
        return;
    }
    let left = Rect::from_min_max(area.min, pos2(area.left() + FORM, area.bottom()));
    let right = Rect::from_min_max(pos2(left.right() + 1.0, area.top()), area.max);
    region(ui, left, |ui| {
        scroll_ui(ui, "connect form", |ui| {
            let inner = egui::Frame::new().inner_margin(16.0);
            inner.show(ui, |ui| form::form_ui(ui, model, dialog, view, opened, actions));
        });
    });
    ui.painter().rect_filled(right, 0.0, theme.raised);
    hairline(ui.painter(), left.right_top(), left.right_bottom(), theme.line);
    region(ui, right, |ui| {
        scroll_ui(ui, "connect checks", |ui| {
            let inner = egui::Frame::new().inner_margin(16.0);
            inner.show(ui, |ui| checks::checks_ui(ui, dialog, actions));
        });
    });
}

fn note_ui(ui: &mut Ui, dialog: &Connect) {
    let theme = Theme::of(ui);
    let width = ui.available_width();
    match dialog.saving.failure() {
        Some(failure) => {
            widgets::label_ui(ui, text::SMALL.wrapped(failure.to_string(), theme.hue(Tone::Fail).text, width));
        }
        None => {
            let words = "Certificate checks always stay on.";
            widgets::label_ui(ui, text::SMALL.cut(words, theme.t3, width));
        }
    }
}

/// `Some` when the dialog is to be closed.
fn buttons_ui(ui: &mut Ui, dialog: &Connect, actions: &mut Vec<Action>) -> Option<()> {
    let blocking = dialog.problems.iter().filter(|problem| problem.blocks()).count();
    let reason = (blocking > 0).then(|| match blocking {
        1 => "Mend 1 problem in the form first".to_owned(),
        many => format!("Mend {many} problems in the form first"),
    });
    // Saving shows every problem, so it stays possible to press while there are some that were not yet seen.
    let seen = dialog.problems.iter().any(|problem| problem.blocks() && dialog.shows(&problem.field));
    let reason = reason.filter(|_| seen);
    let cancel = Button::new("Cancel").show(ui).clicked();
    ui.add_space(space::S2);
    if dialog.testing.is_some() {
        if Button::new("Stop test").icon(icon::X).show(ui).clicked() {
            actions.push(Action::Profiles(Do::StopTest));
        }
    } else if Button::new("Test connection").icon(icon::PULSE).show(ui).clicked() {
        actions.push(Action::Profiles(Do::Test));
    }
    if Button::primary("Save and open").icon(icon::CHECK).blocked(reason.as_deref()).show(ui).clicked() {
        actions.push(Action::Profiles(Do::Save));
    }
    cancel.then_some(())
}
