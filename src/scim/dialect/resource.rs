//! The sample user as a SCIM resource: each attribute at its place, extension attributes under their URN.
//! It sends values exactly as typed and leaves empty ones out.

use serde_json::{Map, Value, json};

use crate::domain::attribute::{AttributeName, CORE_USER, ENTERPRISE_USER};
use crate::domain::exchange::truth;
use crate::domain::trial::SampleUser;

/// Every attribute to send with its value, in the order of the form's keys.
pub(super) fn attributes(user: &SampleUser) -> impl Iterator<Item = (AttributeName, &str)> {
    let filled = user.0.iter().filter(|(_, value)| !value.is_empty());
    filled.filter_map(|(key, value)| Some((name_of(key)?, value.as_str())))
}

/// The full name of a key. `manager` alone is the enterprise manager: the core schema has none.
pub(in crate::scim) fn name_of(key: &str) -> Option<AttributeName> {
    match key {
        "manager" => Some(AttributeName::new(ENTERPRISE_USER, "manager")),
        key => AttributeName::parse(key).ok(),
    }
}

/// Whether this is the enterprise extension's manager.
pub(in crate::scim) fn is_manager(name: &AttributeName) -> bool {
    name.schema().eq_ignore_ascii_case(ENTERPRISE_USER) && matches!(name.path(), "manager" | "manager.value")
}

/// The manager's id at the tenant, if one is to be sent.
pub(super) fn manager(user: &SampleUser) -> Option<&str> {
    attributes(user).find(|(name, _)| is_manager(name)).map(|(_, value)| value)
}

/// Puts every attribute into the body, the manager as an object unless it is sent apart.
pub(super) fn fill(body: &mut Map<String, Value>, user: &SampleUser, manager_apart: bool) {
    for (name, value) in attributes(user) {
        if is_manager(&name) {
            if !manager_apart {
                place(body, &AttributeName::new(ENTERPRISE_USER, "manager.value"), json!(value));
            }
        } else {
            let sent = if name.path() == "active" { boolean(value) } else { json!(value) };
            place(body, &name, sent);
        }
    }
    body.entry("active").or_insert(Value::Bool(true));
}

/// The extension URNs that a body uses.
pub(super) fn extensions(body: &Map<String, Value>) -> impl Iterator<Item = &str> {
    body.iter().filter(|(key, value)| key.starts_with("urn:") && value.is_object()).map(|(key, _)| key.as_str())
}

/// Given and family name as one.
pub(super) fn full_name(user: &SampleUser) -> String {
    [user.get("name.givenName"), user.get("name.familyName")].join(" ").trim().to_owned()
}

fn boolean(text: &str) -> Value {
    truth(Some(&json!(text))).map_or_else(|| json!(text), Value::Bool)
}

fn place(body: &mut Map<String, Value>, name: &AttributeName, value: Value) {
    let target = if name.schema().eq_ignore_ascii_case(CORE_USER) {
        body
    } else {
        let Some(extension) = member(body, name.schema(), json!({})).as_object_mut() else { return };
        extension
    };
    let path = name.path();
    if let Some((attribute, kind, leaf)) = filtered(path) {
        let list = member(target, attribute, json!([]));
        let Some(items) = list.as_array_mut() else { return };
        if let Some(item) = items.iter_mut().find(|item| item["type"] == kind) {
            item[leaf] = value;
            return;
        }
        let mut item = json!({ "type": kind });
        item[leaf] = value;
        if attribute == "emails" && items.is_empty() {
            item["primary"] = json!(true);
        }
        items.push(item);
    } else if let Some((parent, leaf)) = path.split_once('.') {
        if let Some(parent) = member(target, parent, json!({})).as_object_mut() {
            parent.insert(leaf.to_owned(), value);
        }
    } else {
        target.insert(path.to_owned(), value);
    }
}

/// `emails[type eq "work"].value` as `("emails", "work", "value")`.
pub(in crate::scim) fn filtered(path: &str) -> Option<(&str, &str, &str)> {
    let (attribute, rest) = path.split_once('[')?;
    let (filter, leaf) = rest.split_once(']')?;
    let kind = filter.trim().strip_prefix("type eq ")?.trim().trim_matches('"');
    let leaf = leaf.strip_prefix('.').unwrap_or("value");
    Some((attribute, kind, leaf))
}

fn member<'a>(map: &'a mut Map<String, Value>, key: &str, empty: Value) -> &'a mut Value {
    map.entry(key).or_insert(empty)
}
