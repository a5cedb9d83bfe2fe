//! Okta (`idp-facts.md` §3.3). Its throwaway password is left out: an exchange holds no secret.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{ID, object, patch, resource};
use crate::domain::attribute::CORE_USER;
use crate::domain::trial::SampleUser;

/// Core schema, and an extension only when one of its attributes is sent.
pub(super) fn creation(user: &SampleUser) -> Value {
    let mut body = object([("schemas", json!([CORE_USER]))]);
    resource::fill(&mut body, user, false);
    let schemas: Vec<_> = [CORE_USER].into_iter().chain(resource::extensions(&body)).map(Value::from).collect();
    body.insert("schemas".to_owned(), Value::Array(schemas));
    let display = resource::full_name(user);
    if !display.is_empty() {
        body.entry("displayName").or_insert(json!(display));
    }
    body.entry("externalId").or_insert(json!(okta_id(user.get("userName"))));
    body.entry("groups").or_insert(json!([]));
    Value::Object(body)
}

/// The whole user as it was read, with the new title.
pub(super) fn replacement(read: &Value, title: &str) -> Value {
    let mut whole = read.clone();
    if let Some(members) = whole.as_object_mut() {
        members.insert("title".to_owned(), json!(title));
    }
    whole
}

/// The PUT as it can be foreseen.
pub(super) fn predicted(user: &SampleUser, title: &str) -> Value {
    let mut whole = replacement(&creation(user), title);
    whole["id"] = json!(ID);
    whole
}

/// No path: the value is an object.
pub(super) fn deactivation() -> Value {
    patch(&[json!({ "op": "replace", "value": { "active": false } })])
}

/// Looks like an Okta user id, and is the same for the same name.
fn okta_id(user_name: &str) -> String {
    let digest = Uuid::new_v5(&Uuid::NAMESPACE_OID, user_name.as_bytes()).simple().to_string();
    format!("00u{}", &digest[..17])
}
