//! Names the leaves that an operation touched, as `domain::landing` names those of a whole resource.
//! It reads values and never changes one.

use serde_json::{Map, Value};

use super::PatchedAttribute;

/// Adds one entry for each leaf of `value` under `name`; with `removed`, each as null.
pub(super) fn leaves(name: &str, value: &Value, removed: bool, touched: &mut Vec<PatchedAttribute>) {
    if is_envelope(name) {
        return;
    }
    let before = touched.len();
    spread(name, value, touched);
    if removed {
        if touched.len() == before {
            touched.push(PatchedAttribute { name: name.to_owned(), value: Value::Null });
        }
        for entry in &mut touched[before..] {
            entry.value = Value::Null;
        }
    }
}

fn spread(name: &str, value: &Value, touched: &mut Vec<PatchedAttribute>) {
    match value {
        Value::Object(members) if is_manager(name) => {
            let value = members.get("value").cloned().unwrap_or_default();
            touched.push(PatchedAttribute { name: name.to_owned(), value });
        }
        Value::Object(members) => element(name, members, touched),
        Value::Array(items) => items.iter().for_each(|item| spread(name, item, touched)),
        leaf => touched.push(PatchedAttribute { name: name.to_owned(), value: leaf.clone() }),
    }
}

fn element(name: &str, members: &Map<String, Value>, touched: &mut Vec<PatchedAttribute>) {
    let path = match members.get("type").and_then(Value::as_str) {
        Some(kind) if !kind.is_empty() && !name.contains('[') => format!("{name}[type eq \"{kind}\"]"),
        _ => name.to_owned(),
    };
    for (member, value) in members {
        if !member.starts_with('$') && member != "type" && member != "primary" {
            spread(&format!("{path}.{member}"), value, touched);
        }
    }
}

fn is_envelope(name: &str) -> bool {
    let stem = name.split(['.', '[']).next().unwrap_or_default();
    ["id", "meta", "schemas", "externalId", "password"].iter().any(|known| known.eq_ignore_ascii_case(stem))
}

fn is_manager(name: &str) -> bool {
    name.rsplit(':').next().is_some_and(|last| last.eq_ignore_ascii_case("manager"))
}
