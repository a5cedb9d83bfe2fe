//! Microsoft Entra ID, with and without `aadOptscim062020` (`idp-facts.md` §2.1, Microsoft's SCIM compatibility page).

use serde_json::{Map, Value, json};

use super::{object, patch, resource};
use crate::domain::attribute::{AttributeName, CORE_USER, ENTERPRISE_USER};
use crate::domain::trial::SampleUser;

/// The enterprise URN is always listed, custom extension URNs never, even when their attributes are sent.
pub(super) fn creation(user: &SampleUser) -> Value {
    let nickname = user.get("userName").split('@').next().unwrap_or_default();
    let mut body = object([("schemas", json!([CORE_USER, ENTERPRISE_USER])), ("externalId", json!(nickname))]);
    resource::fill(&mut body, user, true);
    let formatted = resource::full_name(user);
    if let Some(name) = body.get_mut("name").and_then(Value::as_object_mut) {
        name.entry("formatted").or_insert(json!(formatted));
    }
    body.insert("meta".to_owned(), json!({ "resourceType": "User" }));
    body.insert("roles".to_owned(), json!([]));
    Value::Object(body)
}

/// A reference follows in its own PATCH, as a bare id.
pub(super) fn manager(user: &SampleUser, op: &str) -> Option<Value> {
    let id = resource::manager(user)?;
    Some(patch(&[json!({ "op": op, "path": format!("{ENTERPRISE_USER}:manager"), "value": id })]))
}

/// Values that are sent again with the new title: a dotted one, and one under a URN.
pub(super) fn resent(user: &SampleUser) -> impl Iterator<Item = (String, &str)> {
    let given = Some(user.get("name.givenName")).filter(|name| !name.is_empty());
    let extension = resource::attributes(user)
        .find(|(name, _)| !name.schema().eq_ignore_ascii_case(CORE_USER) && !resource::is_manager(name));
    let given = given.map(|name| ("name.givenName".to_owned(), name));
    given.into_iter().chain(extension.map(|(name, value): (AttributeName, &str)| (name.to_string(), value)))
}

/// One operation an attribute; with the flag one path-less replace of dotted and URN keys.
pub(super) fn update(user: &SampleUser, title: &str, flag: bool) -> Value {
    let changes = [("title".to_owned(), title)].into_iter().chain(resent(user));
    if flag {
        let value: Map<String, Value> = changes.map(|(path, value)| (path, json!(value))).collect();
        return patch(&[json!({ "op": "replace", "value": value })]);
    }
    let operations: Vec<_> =
        changes.map(|(path, value)| json!({ "op": "Replace", "path": path, "value": value })).collect();
    patch(&operations)
}

/// Without the flag the boolean is text.
pub(super) fn deactivation(flag: bool) -> Value {
    patch(&[if flag {
        json!({ "op": "replace", "path": "active", "value": false })
    } else {
        json!({ "op": "Replace", "path": "active", "value": "False" })
    }])
}
