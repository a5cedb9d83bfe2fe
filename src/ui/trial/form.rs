//! The sample user and how the requests are shaped.

use egui::{Rect, ScrollArea, Ui, pos2, vec2};

use super::head_of;
use crate::{
    app::{Action, Model, trial::Do},
    domain::{attribute::ENTERPRISE_USER, profile::Environment, trial::Dialect},
    ui::{
        icon,
        shell::region,
        theme::{Theme, space, text},
        widgets::{
            self, Align,
            button::Button,
            choice::checkbox_ui,
            field::{Field, field_label_ui},
            hairline,
            key_cap::key_cap_ui,
            segmented::{Segment, segmented_ui},
            text_at,
        },
    },
};

/// The default attributes of the form, with their words.
const FIELDS: [(&str, &str); 7] = [
    ("userName", "userName"),
    ("name.givenName", "First name"),
    ("name.familyName", "Last name"),
    ("emails[type eq \"work\"].value", "Work email"),
    ("title", "Job title"),
    ("preferredLanguage", "Language"),
    ("timezone", "Timezone"),
];

/// Draws the column.
pub(super) fn form_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let (head, rest) = head_of(ui);
    text_at(ui.painter(), head, Align::Left, text::HEADING.job("Sample user", theme.t1));
    region(ui, head, |ui| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if Button::quiet("New sample").icon(icon::SHUFFLE).small().show(ui).clicked() {
                actions.push(Action::Trial(Do::NewSample));
            }
        });
    });
    let foot = Rect::from_min_max(pos2(rest.left(), rest.bottom() - 104.0), rest.max);
    let body = Rect::from_min_max(rest.min, pos2(rest.right(), foot.top()));
    region(ui, body, |ui| {
        ScrollArea::vertical().id_salt("sample user").auto_shrink(false).show(ui, |ui| {
            egui::Frame::new().inner_margin(14.0).show(ui, |ui| fields_ui(ui, model, actions));
        });
    });
    hairline(ui.painter(), foot.left_top(), foot.right_top(), theme.line);
    region(ui, foot.shrink2(vec2(space::S14, space::S12)), |ui| run_ui(ui, model, actions));
}

fn fields_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    ui.spacing_mut().item_spacing.y = space::S8;
    let width = ui.available_width();
    field_label_ui(ui, "Send as");
    let segments = Dialect::ALL.map(|dialect| {
        Segment::new(match dialect {
            Dialect::EntraFlag => "Flag",
            Dialect::Rfc => "RFC",
            other => other.label(),
        })
    });
    let chosen = Dialect::ALL.iter().position(|dialect| *dialect == model.trial.dialect);
    if let Some(next) = segmented_ui(ui, "Send as", &segments, chosen, vec2(width, space::CONTROL)) {
        actions.push(Action::Trial(Do::Dialect(Dialect::ALL[next])));
    }
    let habits = match model.trial.dialect {
        Dialect::Entra => "Capital operations, quoted booleans",
        Dialect::EntraFlag => "Entra with aadOptscim062020: one path-less replace",
        Dialect::Okta => "Whole-user PUT, path-less deactivation",
        Dialect::Rfc => "RFC 7644 to the letter",
    };
    widgets::label_ui(ui, text::SMALL.wrapped(habits, theme.t3, width));
    for (attribute, label) in FIELDS {
        let field =
            if attribute == "userName" || label == "Work email" { Field::new(label).mono() } else { Field::new(label) };
        value_ui(ui, model, attribute, field, actions);
    }
    let manager = format!("{ENTERPRISE_USER}:manager");
    value_ui(ui, model, &manager, Field::new("Manager").mono().hint("SCIM id, if the manager exists"), actions);
    ui.add_space(space::S4);
    widgets::label_ui(ui, text::HEADING.job("Custom fields", theme.t1));
    if model.trial.mappings.is_empty() {
        let words = "The tenant’s mappings are not known, so only default attributes are sent.";
        widgets::label_ui(ui, text::SMALL.wrapped(words, theme.t3, width));
    }
    for row in &model.trial.mappings {
        let short = row.attribute.rsplit(':').next().unwrap_or(&row.attribute);
        value_ui(ui, model, &row.attribute, Field::new(short).mono_label().mono().salt("custom"), actions);
    }
    if checkbox_ui(ui, model.trial.keep, "Keep the user at the end").clicked() {
        actions.push(Action::Trial(Do::Keep(!model.trial.keep)));
    }
}

fn value_ui(ui: &mut Ui, model: &Model, attribute: &str, field: Field<'_>, actions: &mut Vec<Action>) {
    let before = model.trial.user.get(attribute);
    let mut value = before.to_owned();
    field.show(ui, &mut value);
    if value != before {
        actions.push(Action::Trial(Do::Value(attribute.to_owned(), value)));
    }
}

fn run_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let width = ui.available_width();
    let words = if model.is_locked() {
        "This production tenant is read-only. Unlock sending in the top bar to run.".to_owned()
    } else if model.trial.keep {
        format!("Creates one user on {} and leaves it there.", model.tenant_name())
    } else {
        format!("Creates one throwaway user on {} and removes it at the end.", model.tenant_name())
    };
    widgets::label_ui(ui, text::SMALL.wrapped(words, theme.t2, width));
    ui.add_space(space::S8);
    ui.horizontal(|ui| {
        if model.trial.is_running() {
            if Button::new("Stop").icon(icon::X).show(ui).clicked() {
                actions.push(Action::Trial(Do::Stop));
            }
            return;
        }
        let empty = model.trial.user.get("userName").trim().is_empty().then_some("The user needs a userName");
        let locked = model.is_locked().then_some("Unlock sending first");
        let (words, glyph) = match (model.environment(), &model.trial.run) {
            (Environment::Sandbox, None) => ("Run", icon::PLAY),
            (Environment::Sandbox, Some(_)) => ("Run again", icon::PLAY),
            (Environment::Staging | Environment::Production, None) => ("Run…", icon::LOCK_SIMPLE),
            (Environment::Staging | Environment::Production, Some(_)) => ("Run again…", icon::LOCK_SIMPLE),
        };
        if Button::primary(words).icon(glyph).blocked(locked.or(empty)).show(ui).clicked() {
            actions.push(Action::Trial(Do::Run));
        }
        key_cap_ui(ui, "Ctrl Enter");
    });
}
