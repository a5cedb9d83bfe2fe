//! PATCH of a user (RFC 7644 §3.5.2), with the shapes that directories really send (`idp-facts.md` §5.7).
//! It changes one JSON document and nothing else: the resource is as it was when an operation fails.

mod edit;
mod grammar;
mod path;
mod report;
mod selection;
#[cfg(test)]
mod tests;
mod values;

use serde_json::{Map, Value};

use edit::Edit;
pub use grammar::{spaced, unquoted};

/// The schema of a patch.
pub const MESSAGE: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// One attribute that a patch touched, named as the directory sent it: `title`, `name.givenName`,
/// `emails[type eq "work"].value`, `urn:…:User:costCenter`. Core attributes go without their URN. Left out are `id`,
/// `meta`, `schemas`, `externalId`, a password, and what only selects an element (`type`, `primary`, `$ref`).
#[derive(Debug, Clone, PartialEq)]
pub struct PatchedAttribute {
    /// The name.
    pub name: String,
    /// What it was set to; null when it was removed. A manager is its id.
    pub value: Value,
}

/// Why a patch was refused (RFC 7644 §3.12, status 400).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{scim_type}: {detail}")]
pub struct PatchError {
    /// `invalidSyntax`, `invalidPath`, `invalidValue`, `noTarget` or `mutability`.
    pub scim_type: &'static str,
    /// One sentence about this patch.
    pub detail: String,
}

impl PatchError {
    fn new(scim_type: &'static str, detail: impl Into<String>) -> Self {
        Self { scim_type, detail: detail.into() }
    }

    fn syntax(detail: impl Into<String>) -> Self {
        Self::new("invalidSyntax", detail)
    }

    fn path(detail: impl Into<String>) -> Self {
        Self::new("invalidPath", detail)
    }

    fn value(detail: impl Into<String>) -> Self {
        Self::new("invalidValue", detail)
    }
}

/// What becomes of an add or replace whose filter selects no element.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Missing {
    /// The element that the filter describes is made, as directories expect.
    #[default]
    Made,
    /// It is refused with `noTarget` (RFC 7644 §3.5.2.3).
    Refused,
}

/// Applies every operation of a PatchOp message in order, and reports each leaf that it touched.
///
/// Tolerated, because directories send it: any case of `op` and of `Operations`, quoted booleans, dotted and URN keys
/// in a value without path, a filtered path that matches nothing yet (the element is made from the filter), a manager
/// as bare id or list, removal by a list of values. Names are found whatever their case; a new name is kept as sent.
///
/// # Errors
/// The first operation that cannot be carried out; the resource is then unchanged.
pub fn apply(resource: &mut Value, patch: &Value) -> Result<Vec<PatchedAttribute>, PatchError> {
    apply_with(resource, patch, Missing::Made)
}

/// The same, with a choice of what becomes of an element that is not there.
///
/// # Errors
/// The first operation that cannot be carried out; the resource is then unchanged.
pub fn apply_with(resource: &mut Value, patch: &Value, missing: Missing) -> Result<Vec<PatchedAttribute>, PatchError> {
    let members = resource.as_object().ok_or_else(|| PatchError::value("The resource is not a JSON object."))?;
    let operations = patch
        .as_object()
        .and_then(|patch| member(patch, "Operations"))
        .and_then(Value::as_array)
        .filter(|operations| !operations.is_empty())
        .ok_or_else(|| PatchError::syntax("The patch has no Operations."))?;
    let mut edit = Edit::new(members.clone(), missing);
    for operation in operations {
        let operation =
            operation.as_object().ok_or_else(|| PatchError::syntax("An operation is not a JSON object."))?;
        edit.operation(operation)?;
    }
    let (members, touched) = edit.done();
    *resource = Value::Object(members);
    Ok(touched)
}

/// A member by name in any case (RFC 7643 §2.1).
fn member<'m>(members: &'m Map<String, Value>, name: &str) -> Option<&'m Value> {
    members.get(name).or_else(|| members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

/// The key that a name has in an object already, else the name as sent.
fn key_in(members: &Map<String, Value>, name: &str) -> String {
    match members.keys().find(|key| key.eq_ignore_ascii_case(name)) {
        Some(key) if !members.contains_key(name) => key.clone(),
        _ => name.to_owned(),
    }
}
