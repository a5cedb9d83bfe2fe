//! A conflict under its row: the user and the tenant changed the same mapping. Three choices, none made beforehand.

use egui::{Ui, vec2};

use crate::{
    app::{
        Action, Model,
        mappings::{Do, Review, short_name},
    },
    domain::mapping::{Choice, ComparedRow},
    ui::{
        theme::{Theme, space, text},
        widgets::{self, choice::choice_card_ui, field::Field, hairline},
    },
};

/// Draws the choices.
pub(super) fn conflict_ui(ui: &mut Ui, model: &Model, review: &Review, row: &ComparedRow, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    ui.add_space(space::S6);
    widgets::label_ui(ui, text::SMALL.job(sentence(row), theme.t1));
    ui.add_space(space::S8);
    let chosen = review.choices.get(&row.attribute);
    let width = ((ui.available_width() - 2.0 * space::S8) / 3.0).floor();
    let other = match chosen {
        Some(Choice::Other(typed)) => Some(typed.clone()),
        _ => None,
    };
    let mut settle = |choice| actions.push(Action::Mappings(Do::Settle(row.attribute.clone(), choice)));
    ui.push_id(&row.attribute, |ui| {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing = vec2(space::S8, space::S6);
            let title = format!("Keep tenant, {}", named(row.tenant.as_deref()));
            let detail = format!("{}Your change is given up.", known(model, row.tenant.as_deref()));
            if choice_card_ui(ui, chosen == Some(&Choice::KeepTenant), width, &title, &detail).clicked() {
                settle(Choice::KeepTenant);
            }
            let title = format!("Use draft, {}", named(row.draft.as_deref()));
            let detail = format!("{}The tenant’s change is replaced.", known(model, row.draft.as_deref()));
            if choice_card_ui(ui, chosen == Some(&Choice::UseDraft), width, &title, &detail).clicked() {
                settle(Choice::UseDraft);
            }
            ui.vertical(|ui| {
                let detail = "Lower case, as Thrive shows it under Configure, Profiles.";
                let name = format!("Another ref for {}", short_name(&row.attribute));
                if choice_card_ui(ui, other.is_some(), width, "Type another ref", detail).clicked() && other.is_none() {
                    settle(Choice::Other(String::new()));
                }
                let Some(mut typed) = other.clone() else { return };
                let field = Field::new(&name).no_label().mono().in_dialog().width(width).hint("costcentre");
                let shown = field.show(ui, &mut typed);
                if typed.is_empty() && !shown.response.has_focus() && !shown.response.lost_focus() {
                    shown.response.request_focus();
                }
                if shown.response.changed() {
                    settle(Choice::Other(typed));
                }
            });
        });
    });
    ui.add_space(space::S12);
    let bottom = ui.cursor().top();
    let area = ui.max_rect();
    hairline(ui.painter(), egui::pos2(area.left(), bottom), egui::pos2(area.right(), bottom), theme.line);
}

fn sentence(row: &ComparedRow) -> &'static str {
    match (&row.base, &row.tenant, &row.draft) {
        (None, _, _) => "You and the tenant both mapped this attribute, to different fields.",
        (Some(_), None, _) => "The tenant removed this mapping, and you changed it.",
        (Some(_), _, None) => "You removed this mapping, and the tenant changed it.",
        (Some(_), Some(_), Some(_)) => "You and the tenant both changed the custom field ref.",
    }
}

fn named(field: Option<&str>) -> String {
    field.map_or_else(|| "no mapping".to_owned(), |field| format!("`{field}`"))
}

/// Whether the tenant has the field, where it tells its fields.
fn known(model: &Model, field: Option<&str>) -> &'static str {
    match (field, model.mappings.fields()) {
        (Some(field), Some(fields)) if fields.iter().any(|known| known.reference == field) => "This field exists. ",
        (Some(_), Some(_)) => "The tenant lists no such field. ",
        (Some(_), None) | (None, _) => "",
    }
}
