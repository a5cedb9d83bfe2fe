//! The bodies of the support API as they go over the wire, each with its schema and an example. They say what the
//! domain's values look like from outside and decide nothing; a secret is in one of them only: the token just made.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::data::Entry;
use crate::domain::{mapping, tenant};

/// What the tenant is and offers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "name": "Sandbox", "environment": "sandbox", "defaults": ["userName", "title", "active"],
    "filterable": ["userName"], "capabilities": ["requests", "stream", "mappings", "custom-fields", "tokens"],
}))]
pub(in crate::sandbox) struct TenantInfo {
    /// Its name, for a person.
    pub(super) name: String,
    /// `sandbox`, `staging` or `production`; in production the console asks before it writes.
    #[schema(pattern = "^(sandbox|staging|production)$")]
    pub(super) environment: String,
    /// The SCIM attributes that land without a mapping.
    pub(super) defaults: Vec<String>,
    /// The SCIM attributes that a filter may use.
    pub(super) filterable: Vec<String>,
    /// Which parts of this API are offered: `requests`, `stream`, `mappings`, `custom-fields`, `tokens`. Others may
    /// join; one that is not known is left alone.
    pub(super) capabilities: Vec<String>,
}

/// How a request ended.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[allow(dead_code, reason = "it describes the words of domain::exchange::Outcome, which knows nothing of this API")]
pub(in crate::sandbox) enum Outcome {
    /// Done as asked.
    Success,
    /// Done, but something sent did not land.
    Warning,
    /// Refused or broken.
    Failure,
    /// The directory chose not to send.
    Skipped,
}

/// A page of the request log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RequestPage {
    /// Newest first.
    pub(super) requests: Vec<Entry>,
    /// What to send as `cursor` for the page of older ones; null on the last page.
    #[schema(required, example = "4711")]
    pub(super) next_cursor: Option<String>,
}

/// What became of the attributes that a request carried.
#[derive(ToSchema)]
#[allow(dead_code, reason = "it describes domain::landing::Landing, which knows nothing of this API")]
pub(in crate::sandbox) struct Landing {
    /// Attributes that reached the learner's profile.
    landed: Vec<Landed>,
    /// Attributes that did not.
    dropped: Vec<Dropped>,
}

/// An attribute that reached a field of the learner's profile.
#[derive(ToSchema)]
#[allow(dead_code, reason = "it describes domain::landing::Landed, which knows nothing of this API")]
struct Landed {
    /// The SCIM attribute, with its URN when it is of an extension.
    #[schema(example = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter")]
    attribute: String,
    /// The field, a custom field's ref or a profile field.
    #[schema(example = "costcentre")]
    field: String,
    /// The value that landed.
    value: serde_json::Value,
}

/// An attribute that was not taken over.
#[derive(ToSchema)]
#[allow(dead_code, reason = "it describes domain::landing::Dropped, which knows nothing of this API")]
struct Dropped {
    /// The SCIM attribute as it was sent.
    #[schema(example = "nickName")]
    attribute: String,
    /// The value that was sent.
    value: serde_json::Value,
    /// Why, in a sentence.
    #[schema(example = "No mapping names this attribute.")]
    reason: String,
}

/// One SCIM attribute and the custom field that it fills.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct MappingRow {
    /// The SCIM attribute with its URN, exact casing.
    #[schema(example = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter")]
    attribute: String,
    /// The custom field's ref, always lower-case.
    #[schema(example = "costcentre")]
    field: String,
    #[serde(flatten, skip_serializing)]
    #[schema(ignore)]
    #[allow(dead_code, reason = "only an object is read, whatever else it holds")]
    others: HashMap<String, IgnoredAny>,
}

/// The mappings to put in force, all of them.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct MappingDraft {
    /// In the order that people see.
    mappings: Vec<MappingRow>,
    #[serde(flatten)]
    #[schema(ignore)]
    #[allow(dead_code, reason = "only an object is read, whatever else it holds")]
    others: HashMap<String, IgnoredAny>,
}

/// The mappings in force.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Mappings {
    /// Counts up with every change.
    #[schema(example = 3)]
    version: u64,
    /// In the order that people see.
    mappings: Vec<MappingRow>,
}

/// A custom field of the learner's profile.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "ref": "shift", "label": "Shift", "kind": "text" }))]
pub(super) struct CustomField {
    /// The ref, lower-case letters, digits, hyphens and underscores.
    #[serde(rename = "ref")]
    #[schema(pattern = "^[a-z0-9_-]+$")]
    pub(super) reference: String,
    /// The label that learners see.
    #[schema(pattern = r"\S")]
    pub(super) label: String,
    /// `text` or `checkbox`.
    #[schema(pattern = "^(text|checkbox)$")]
    pub(super) kind: String,
    #[serde(flatten, skip_serializing)]
    #[schema(ignore)]
    #[allow(dead_code, reason = "only an object is read, whatever else it holds")]
    others: HashMap<String, IgnoredAny>,
}

/// The custom fields, by ref.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CustomFields {
    pub(super) fields: Vec<CustomField>,
}

/// A token as it is listed: never its value.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TokenInfo {
    /// Its id, which the request log names.
    #[schema(example = "tok_3f0c2a9d41e7")]
    pub(super) id: String,
    /// What it is for.
    #[schema(example = "Entra job")]
    name: String,
    /// When it was issued.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it stops being accepted; null when it does not.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    expires_at: Option<Timestamp>,
    /// When it was last used, to the minute; null when it never was.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    last_used_at: Option<Timestamp>,
}

/// The tokens, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Tokens {
    pub(super) tokens: Vec<TokenInfo>,
}

/// A token to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({ "name": "Entra job", "expiresAt": null }))]
pub(super) struct TokenRequest {
    /// What it is for.
    #[schema(pattern = r"\S")]
    pub(super) name: String,
    /// When it is to stop being accepted, in the future; null or left out when it is not to.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) expires_at: Option<Timestamp>,
    #[serde(flatten)]
    #[schema(ignore)]
    #[allow(dead_code, reason = "only an object is read, whatever else it holds")]
    others: HashMap<String, IgnoredAny>,
}

/// A token just made. Its value is said here and nowhere else.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NewToken {
    #[serde(flatten)]
    pub(super) info: TokenInfo,
    /// The value to give to the directory; only a hash of it is kept.
    pub(super) value: String,
}

/// One thing wrong with a body that was understood.
#[derive(ToSchema)]
#[allow(dead_code, reason = "it describes domain::problem::Problem, which knows nothing of this API")]
struct Finding {
    /// The row that it stands in, from 0; null where there are no rows.
    #[schema(required)]
    row: Option<u32>,
    /// The member at fault.
    #[schema(example = "field")]
    field: String,
    /// Stable code.
    #[schema(example = "field-not-lowercase")]
    code: String,
    severity: Severity,
    /// One sentence for a person.
    message: String,
    /// The value that certainly mends it; null where the choice is the user's.
    #[schema(required)]
    fix: Option<String>,
}

/// How bad it is; only an error refuses the body.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[allow(dead_code, reason = "it describes domain::problem::Severity, which knows nothing of this API")]
enum Severity {
    Info,
    Warning,
    Error,
}

/// A problem document (RFC 9457).
#[derive(ToSchema)]
#[schema(example = json!({
    "type": "about:blank", "title": "Not Found", "status": 404, "detail": "There is no token tok_none.",
}))]
#[allow(dead_code, reason = "it describes what error::Refusal writes")]
pub(in crate::sandbox) struct Problem {
    r#type: String,
    title: String,
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// One sentence: what was refused, and why.
    detail: String,
}

/// Why a body that was understood does not hold. `problems` is left out where the body has the wrong shape.
#[derive(ToSchema)]
#[allow(dead_code, reason = "it describes what error::Refusal writes")]
pub(super) struct Invalid {
    #[schema(inline)]
    #[serde(flatten)]
    problem: Problem,
    problems: Option<Vec<Finding>>,
}

/// The mappings were changed by somebody else: the current ones, to merge with.
#[derive(ToSchema)]
#[allow(dead_code, reason = "it describes what error::Refusal writes")]
pub(super) struct Outdated {
    #[serde(flatten)]
    problem: Problem,
    version: u64,
    mappings: Vec<MappingRow>,
}

impl From<mapping::MappingRow> for MappingRow {
    fn from(row: mapping::MappingRow) -> Self {
        Self { attribute: row.attribute, field: row.field, others: HashMap::new() }
    }
}

impl From<MappingDraft> for mapping::MappingDraft {
    fn from(draft: MappingDraft) -> Self {
        let row = |row: MappingRow| mapping::MappingRow { attribute: row.attribute, field: row.field };
        Self { rows: draft.mappings.into_iter().map(row).collect() }
    }
}

impl From<tenant::TenantMappings> for Mappings {
    fn from(known: tenant::TenantMappings) -> Self {
        Self { version: known.version, mappings: known.mappings.into_iter().map(Into::into).collect() }
    }
}

impl From<tenant::CustomField> for CustomField {
    fn from(field: tenant::CustomField) -> Self {
        Self { reference: field.reference, label: field.label, kind: field.kind, others: HashMap::new() }
    }
}

impl From<CustomField> for tenant::CustomField {
    fn from(field: CustomField) -> Self {
        Self { reference: field.reference, label: field.label, kind: field.kind }
    }
}

impl From<tenant::TokenInfo> for TokenInfo {
    fn from(token: tenant::TokenInfo) -> Self {
        let tenant::TokenInfo { id, name, created_at, expires_at, last_used_at } = token;
        Self { id, name, created_at, expires_at, last_used_at }
    }
}
