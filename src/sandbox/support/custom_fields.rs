//! The custom fields over the support API: listed and added, never changed or removed, since learners' profiles
//! hold values under their refs.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::super::data::Keep;
use super::super::error::Refusal;
use super::super::tenant::Tenant;
use super::sent::{Sent, invalid};
use super::wire::{self, CustomFields};
use crate::domain::problem::{Problem, Severity};
use crate::domain::tenant::CustomField;

/// The custom fields that a mapping can fill.
#[utoipa::path(get, path = "/custom-fields", tag = "custom fields", operation_id = "listCustomFields", responses(
    (status = 200, description = "The custom fields, by ref.", body = CustomFields),
))]
pub(super) async fn list(State(tenant): State<Tenant>) -> Result<Json<CustomFields>, Refusal> {
    let fields = tenant.data().look(|session| session.custom_fields())?;
    Ok(Json(CustomFields { fields: fields.into_iter().map(Into::into).collect() }))
}

/// Adds a custom field.
#[utoipa::path(post, path = "/custom-fields", tag = "custom fields", operation_id = "addCustomField",
    request_body = wire::CustomField,
    responses(
        (status = 201, description = "It was added.", body = wire::CustomField),
        (status = 409, description = "The ref is already used.", body = wire::Problem,
            content_type = "application/problem+json"),
        (status = 422, description = "The body does not hold; nothing was added.", body = wire::Invalid,
            content_type = "application/problem+json"),
    ),
)]
pub(super) async fn add(
    State(tenant): State<Tenant>,
    Sent(field): Sent<wire::CustomField>,
) -> Result<(StatusCode, Json<wire::CustomField>), Refusal> {
    let field = CustomField::from(field);
    let problems = problems(&field);
    if !problems.is_empty() {
        return Err(invalid("The custom field was not added; see the problems.", &problems));
    }
    if !tenant.data().session(Keep::Now, |session| session.add_custom_field(&field))? {
        let detail = format!("The custom field ref {} is already used.", field.reference);
        return Err(Refusal::new(StatusCode::CONFLICT, detail));
    }
    Ok((StatusCode::CREATED, Json(field.into())))
}

fn problems(field: &CustomField) -> Vec<Problem> {
    let CustomField { reference, label, kind } = field;
    let mut problems = Vec::new();
    let mut wrong = |field, code, message: &str| problems.push(Problem::new(field, code, Severity::Error, message));
    if reference.is_empty() {
        wrong("ref", "field-empty", "Give the custom field a ref.");
    } else if reference.chars().any(char::is_uppercase) {
        wrong("ref", "field-not-lowercase", "A custom field ref is always lower-case.");
    } else if !reference.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c)) {
        wrong(
            "ref",
            "field-invalid-character",
            "A custom field ref has only letters, digits, hyphens and underscores.",
        );
    }
    if label.trim().is_empty() {
        wrong("label", "label-empty", "Give the custom field a label.");
    }
    if !["text", "checkbox"].contains(&kind.as_str()) {
        wrong("kind", "kind-unknown", "The kind of a custom field is text or checkbox.");
    }
    problems
}
