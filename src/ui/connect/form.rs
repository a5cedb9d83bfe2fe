//! The form of the Connect dialog. Problems show beside a field once it was left, each with its certain fix.

use egui::{Ui, vec2};

use super::View;
use crate::{
    app::{
        Action, Model,
        profiles::{Connect, Do},
    },
    domain::{
        problem::Problem,
        profile::{Environment, IdentityProvider, ProfileDraft},
    },
    ui::{
        icon,
        theme::{Theme, Tone, space, text},
        widgets::{
            self,
            button::Button,
            card::card_ui,
            field::{Field, FieldResponse, field_label_ui},
            segmented::{Segment, segmented_ui},
            select::Select,
            tag::environment_look,
        },
    },
};

/// Draws the form.
pub(super) fn form_ui(
    ui: &mut Ui,
    model: &Model,
    dialog: &Connect,
    view: &mut View,
    opened: bool,
    actions: &mut Vec<Action>,
) {
    ui.spacing_mut().item_spacing = vec2(space::S12, space::S12);
    let mut draft = dialog.draft.clone();
    let mut form = Form { dialog, actions };
    let half = (ui.available_width() - space::S12) / 2.0;
    ui.horizontal_top(|ui| {
        let name = Field::new("Name").in_dialog().width(half - 40.0);
        let first = form.text(ui, name, "name", &mut draft.name);
        if opened {
            first.response.request_focus();
        }
        environment_ui(ui, &mut draft);
    });
    form.text(
        ui,
        Field::new("SCIM endpoint").in_dialog().mono().hint("https://…/scim/v2"),
        "scim_url",
        &mut draft.scim_url,
    );
    form.text(
        ui,
        Field::new("Support endpoint").in_dialog().mono().hint("https://…/support/v1, if the tenant offers it"),
        "support_url",
        &mut draft.support_url,
    );
    form.token(ui, model, view);
    ui.horizontal_top(|ui| {
        provider_ui(ui, half, &mut draft);
        let issued = Field::new("Token issued on").in_dialog().mono().hint("YYYY-MM-DD").width(half);
        form.text(ui, issued.leading(icon::CALENDAR_BLANK), "token_issued_on", &mut draft.token_issued_on);
    });
    advanced_ui(ui, &mut form, view, &mut draft);
    if draft != dialog.draft {
        form.actions.push(Action::Profiles(Do::Typed(Box::new(draft))));
    }
}

fn environment_ui(ui: &mut Ui, draft: &mut ProfileDraft) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = space::S4;
        field_label_ui(ui, "Environment");
        let segments = Environment::ALL.map(|environment| Segment {
            icon: Some(environment_look(environment)),
            ..Segment::new(environment.label())
        });
        let chosen = Environment::ALL.iter().position(|e| *e == draft.environment);
        let width = ui.available_width();
        if let Some(next) = segmented_ui(ui, "Environment", &segments, chosen, vec2(width, space::CONTROL_DIALOG)) {
            draft.environment = Environment::ALL[next];
        }
    });
}

fn provider_ui(ui: &mut Ui, width: f32, draft: &mut ProfileDraft) {
    let labels = IdentityProvider::ALL.map(IdentityProvider::label);
    let chosen = IdentityProvider::ALL.iter().position(|idp| *idp == draft.identity_provider);
    if let Some(next) = Select::new("Identity provider").in_dialog().width(width).show(ui, &labels, chosen) {
        draft.identity_provider = IdentityProvider::ALL[next];
    }
}

fn advanced_ui(ui: &mut Ui, form: &mut Form<'_>, view: &mut View, draft: &mut ProfileDraft) {
    card_ui(ui, false, if view.advanced { 10 } else { 4 }, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = space::S8;
        let (glyph, name) = if view.advanced {
            (icon::CARET_DOWN, "Advanced: proxy and certificates")
        } else {
            (icon::CARET_RIGHT, "Advanced: proxy and certificates…")
        };
        if Button::quiet(name).icon(glyph).show(ui).clicked() {
            view.advanced = !view.advanced;
        }
        if !view.advanced {
            return;
        }
        form.text(
            ui,
            Field::new("Proxy address").in_dialog().mono().hint("The system’s own unless given"),
            "proxy",
            &mut draft.proxy,
        );
        let field = Field::new("Extra certificate authority")
            .in_dialog()
            .mono()
            .leading(icon::SEAL_CHECK)
            .hint("A PEM file")
            .action("Choose…");
        if form.text(ui, field, "ca_file", &mut draft.ca_file).action {
            form.actions.push(Action::Profiles(Do::ChooseCa));
        }
    });
}

struct Form<'a> {
    dialog: &'a Connect,
    actions: &'a mut Vec<Action>,
}

impl Form<'_> {
    /// A text field with its problem and fix.
    fn text(&mut self, ui: &mut Ui, field: Field<'_>, key: &'static str, value: &mut String) -> FieldResponse {
        let problem = self.dialog.problems_of(key).max_by_key(|problem| problem.severity).cloned();
        let shown = field.problem(problem.as_ref()).show(ui, value);
        self.after(&shown, key, problem);
        shown
    }

    fn after(&mut self, shown: &FieldResponse, key: &'static str, problem: Option<Problem>) {
        if shown.response.lost_focus() {
            self.actions.push(Action::Profiles(Do::Left(key)));
        }
        if let Some(problem) = problem.filter(|_| shown.fix) {
            self.actions.push(Action::Profiles(Do::Fix(problem)));
        }
    }

    fn token(&mut self, ui: &mut Ui, model: &Model, view: &mut View) {
        let theme = Theme::of(ui);
        let problem = self.dialog.problems_of("token").max_by_key(|problem| problem.severity).cloned();
        let saved = if self.dialog.token.is_none() { "Saved; type to replace it" } else { "Paste the token" };
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = space::S4;
            let field = Field::new("Token").in_dialog().mono().leading(icon::KEY).problem(problem.as_ref());
            let shown = field.show_masked(ui, &mut view.token, saved);
            if shown.response.changed() {
                self.actions.push(Action::Profiles(Do::Token(view.token.secret())));
            }
            if shown.fix {
                self.actions.push(Action::Profiles(Do::MendToken));
            }
            self.after(&shown, "token", None);
            let keychain = model.workspace.value().is_some_and(|workspace| workspace.keychain);
            let (glyph, tone, words) = if keychain {
                (icon::VAULT, Tone::Ok, "Kept in the system’s credential store. Sent only to this endpoint.")
            } else {
                (icon::WARNING, Tone::Warn, "Kept until you close the window: this system has no credential store.")
            };
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = space::S6;
                let (place, _) = ui.allocate_exact_size(vec2(14.0, 16.0), egui::Sense::hover());
                glyph.paint(ui.painter(), place.center(), space::ICON_CELL, theme.hue(tone).text);
                let width = ui.available_width();
                widgets::label_ui(ui, text::SMALL.wrapped(words, theme.t2, width));
            });
        });
    }
}
