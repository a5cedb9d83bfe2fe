//! One operation of a PATCH on a user, done the obvious way to plain JSON.

use serde_json::{Map, Value, json};

use super::ENTERPRISE_USER;
use super::acts::Edit;
use super::world::Refusal;

pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

pub(super) fn object(value: &mut Value) -> &mut Map<String, Value> {
    value.as_object_mut().unwrap()
}

/// One operation on a user.
pub(super) fn apply(user: &mut Value, edit: &Edit) -> Result<(), Refusal> {
    match edit {
        Edit::Set(op, Some(path), value) => set(user, op, path, value)?,
        Edit::Set(op, None, value) => {
            for (path, value) in value.as_object().unwrap() {
                set(user, op, path, value)?;
            }
        }
        Edit::Remove(path) if path == "userName" => return Err((400, Some("mutability"))),
        Edit::Remove(path) => set(user, "replace", path, &Value::Null)?,
        Edit::SetEmail(op, kind, sub, value) => {
            let mut all = emails(user);
            if !all.iter().any(|email| email["type"] == *kind) {
                all.push(json!({ "type": kind }));
            }
            let chosen: Vec<usize> = (0..all.len()).filter(|at| all[*at]["type"] == *kind).collect();
            for at in &chosen {
                match sub {
                    Some(sub) => all[*at][*sub] = value.clone(),
                    None if op.eq_ignore_ascii_case("add") => all[*at]["value"] = value["value"].clone(),
                    None => all[*at] = json!({ "type": kind, "value": value["value"] }),
                }
            }
            one_primary(&mut all, &chosen);
            user["emails"] = all.into();
        }
        Edit::RemoveEmail(kind, sub) => {
            let mut all = emails(user);
            if !all.iter().any(|email| email["type"] == *kind) {
                return Err((400, Some("noTarget")));
            }
            match sub {
                // An email without a value is none.
                None | Some("value") => all.retain(|email| email["type"] != *kind),
                Some(sub) => {
                    let chosen = all.iter_mut().filter(|email| email["type"] == *kind);
                    chosen.for_each(|email| drop(object(email).shift_remove(*sub)));
                    // One of another type that was left without a value before is refused in the end.
                    all.retain(|email| email["type"] != *kind || email["value"].is_string());
                }
            }
            user["emails"] = all.into();
        }
    }
    object(user).retain(|_, value| !is_empty(value));
    Ok(())
}

fn set(user: &mut Value, op: &str, path: &str, value: &Value) -> Result<(), Refusal> {
    if let Value::Object(members) = value
        && (path == "name" || path == ENTERPRISE_USER)
    {
        let separator = if path == "name" { '.' } else { ':' };
        return members.iter().try_for_each(|(name, value)| set(user, op, &format!("{path}{separator}{name}"), value));
    }
    let within = path.strip_prefix(ENTERPRISE_USER).and_then(|rest| rest.strip_prefix(':'));
    let (place, name) = match (within, path.split_once('.')) {
        (Some(name), _) => (&mut user[ENTERPRISE_USER], name),
        (None, Some(("name", name))) => (&mut user["name"], name),
        _ => (&mut *user, path),
    };
    let value = match value {
        Value::String(id) if name == "manager" => json!({ "value": id }),
        other => other.clone(),
    };
    if place.is_null() {
        *place = json!({});
    }
    if value.is_null() {
        object(place).shift_remove(name);
    } else if name == "emails" {
        let mut all = if op.eq_ignore_ascii_case("add") { emails(place) } else { Vec::new() };
        let mut fresh = Vec::new();
        for email in value.as_array().into_iter().flatten() {
            let same = |known: &Value| known["value"] == email["value"] && known["type"] == email["type"];
            match all.iter().position(same) {
                Some(at) => {
                    object(&mut all[at]).extend(email.as_object().unwrap().clone());
                    fresh.push(at);
                }
                None => {
                    fresh.push(all.len());
                    all.push(email.clone());
                }
            }
        }
        one_primary(&mut all, &fresh);
        place["emails"] = all.into();
    } else {
        place[name] = value;
    }
    object(user).retain(|_, value| !is_empty(value));
    Ok(())
}

fn emails(user: &Value) -> Vec<Value> {
    user["emails"].as_array().cloned().unwrap_or_default()
}

/// The first of the fresh ones that is primary is the only one.
fn one_primary(all: &mut [Value], fresh: &[usize]) {
    let Some(chosen) = fresh.iter().copied().find(|at| all[*at]["primary"] == true) else { return };
    for (at, email) in all.iter_mut().enumerate() {
        if at != chosen && email["primary"] == true {
            email["primary"] = false.into();
        }
    }
}
