//! What an operation makes of one attribute's value: merged, replaced, or without some of its elements.
//! It knows no paths beyond the attribute in hand and never touches the rest of the resource.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::{
    Missing, PatchError, key_in, member,
    path::Attribute,
    selection::{described, selects},
};
use crate::domain::{attribute::ENTERPRISE_USER, exchange::truth};

const MULTI_VALUED: [&str; 10] = [
    "emails",
    "phoneNumbers",
    "ims",
    "photos",
    "addresses",
    "groups",
    "entitlements",
    "members",
    "roles",
    "x509Certificates",
];
const STRINGS: [&str; 11] = [
    "userName",
    "externalId",
    "displayName",
    "nickName",
    "profileUrl",
    "title",
    "userType",
    "preferredLanguage",
    "locale",
    "timezone",
    "password",
];

/// The operation's `op`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    /// Adds values, or sub-attributes to a complex value.
    Add,
    /// Replaces values; a complex value keeps the sub-attributes not named.
    Replace,
    /// Takes values away.
    Remove,
}

/// The value as it is stored: real booleans, a manager as an object, a single value out of its list.
pub(super) fn normal(attribute: &Attribute, value: &Value) -> Result<Value, PatchError> {
    let known = |names: &[&str]| {
        attribute.schema.is_none() && names.iter().any(|name| name.eq_ignore_ascii_case(&attribute.name))
    };
    let wrong = || PatchError::value(format!("The value of {} has the wrong type.", attribute.shown));
    if attribute.filter.is_some() || attribute.sub.is_some() {
        return Ok(element_member(attribute.sub.as_deref().unwrap_or_default(), value.clone()));
    }
    if attribute.is_manager() {
        return manager(value).ok_or_else(wrong);
    }
    if known(&["active"]) {
        return truth(Some(only(value))).map(Value::Bool).ok_or_else(wrong);
    }
    let enterprise = attribute.schema.as_ref().is_some_and(|schema| schema.eq_ignore_ascii_case(ENTERPRISE_USER));
    if enterprise && only(value).is_string() {
        return Ok(only(value).clone());
    }
    if known(&STRINGS) {
        let text = only(value).as_str().ok_or_else(wrong)?;
        if text.trim().is_empty() && known(&["userName"]) {
            return Err(PatchError::value("userName is required and cannot be empty."));
        }
        return Ok(text.into());
    }
    Ok(match value {
        Value::Array(items) => items.iter().cloned().map(|item| element_member("", item)).collect(),
        other if known(&MULTI_VALUED) => element_member("", other.clone()),
        other => other.clone(),
    })
}

/// A single value that Entra wrapped: `[{"value": "x"}]`, `["x"]`.
fn only(value: &Value) -> &Value {
    match value {
        Value::Array(items) if items.len() == 1 => match &items[0] {
            Value::Object(members) => members.get("value").unwrap_or(value),
            item => item,
        },
        other => other,
    }
}

fn manager(value: &Value) -> Option<Value> {
    match value {
        Value::String(_) => Some(Value::Object(Map::from_iter([("value".to_owned(), value.clone())]))),
        Value::Object(members) if members.get("value").is_some_and(Value::is_string) => Some(value.clone()),
        Value::Array(items) if items.len() == 1 => manager(&items[0]),
        _ => None,
    }
}

/// `primary` as a real boolean, on its own or within an element.
fn element_member(name: &str, value: Value) -> Value {
    match value {
        Value::Object(members) => {
            members.into_iter().map(|(name, value)| (name.clone(), element_member(&name, value))).collect()
        }
        other if name.eq_ignore_ascii_case("primary") => truth(Some(&other)).map_or(other, Value::Bool),
        other => other,
    }
}

/// A whole attribute set: a list grows or is replaced, a complex value is merged, a single one replaced.
pub(super) fn set_whole(op: Op, attribute: &Attribute, old: Value, value: Value) -> Result<Value, PatchError> {
    let multi_valued = MULTI_VALUED.iter().any(|name| attribute.is_core(name));
    if attribute.is_manager() {
        return Ok(value);
    }
    if multi_valued || old.is_array() || value.is_array() {
        let value = list(value);
        if value.iter().filter(|item| is_primary(item)).count() > 1 {
            return Err(PatchError::value(format!("Only one value of {} may be primary.", attribute.shown)));
        }
        let mut items = if op == Op::Add { list(old) } else { Vec::new() };
        let mut places: HashMap<_, _> = items.iter().map(|item| identity(attribute, item)).zip(0..).collect();
        let mut fresh = Vec::new();
        for item in value {
            let at = *places.entry(identity(attribute, &item)).or_insert(items.len());
            match items.get_mut(at) {
                // What is said of a member is said once (RFC 7643 §4.2: immutable).
                Some(_) if attribute.is_core("members") => {}
                Some(known) => *known = merged(known.take(), item),
                None => items.push(item),
            }
            fresh.push(at);
        }
        one_primary(&mut items, &fresh);
        return Ok(Value::Array(items));
    }
    match (old, value) {
        (Value::Object(_), value) if !value.is_object() => {
            Err(PatchError::value(format!("{} takes sub-attributes, not a single value.", attribute.shown)))
        }
        (old, value) => Ok(merged(old, value)),
    }
}

/// One sub-attribute set, in every element where the attribute has many.
pub(super) fn set_member(attribute: &Attribute, old: Value, sub: &str, value: Value) -> Result<Value, PatchError> {
    let multi_valued = MULTI_VALUED.iter().any(|name| attribute.is_core(name));
    match old {
        Value::Object(_) | Value::Null if attribute.is_manager() && sub.eq_ignore_ascii_case("value") => {
            manager(&value).ok_or_else(|| PatchError::value("A manager's value must be an id."))
        }
        Value::Null if multi_valued => Ok(Value::Array(vec![with_member(Value::Null, sub, value)])),
        Value::Object(_) | Value::Null => Ok(with_member(old, sub, value)),
        Value::Array(items) => {
            let mut items: Vec<_> = items.into_iter().map(|item| with_member(item, sub, value.clone())).collect();
            let all: Vec<usize> = (0..items.len()).collect();
            one_primary(&mut items, &all);
            Ok(Value::Array(items))
        }
        _ => Err(PatchError::path(format!("{} has no sub-attributes.", attribute.name))),
    }
}

/// The elements that the filter selects set; where it selects none, the one that it describes is made.
pub(super) fn set_elements(
    op: Op,
    attribute: &Attribute,
    old: Value,
    value: &Value,
    missing: Missing,
) -> Result<Value, PatchError> {
    let Some(filter) = &attribute.filter else { return Ok(old) };
    if !matches!(old, Value::Null | Value::Array(_) | Value::Object(_)) {
        return Err(PatchError::path(format!("{} has a single value; a filter cannot select in it.", attribute.name)));
    }
    let mut items = list(old);
    let mut chosen: Vec<usize> = (0..items.len()).filter(|at| selects(filter, &items[*at])).collect();
    let template = described(filter).map(Value::Object);
    if chosen.is_empty() {
        let made = template.clone().filter(|_| missing == Missing::Made).ok_or_else(|| no_target(attribute))?;
        chosen.push(items.len());
        items.push(made);
    }
    for at in &chosen {
        let item = items[*at].take();
        items[*at] = match (&attribute.sub, only(value)) {
            (Some(sub), _) => with_member(item, sub, value.clone()),
            (None, one) if value.as_array().is_some_and(|all| all.len() == 1) && !one.is_array() => {
                replaced(op, item, template.as_ref(), value[0].clone())
            }
            (None, Value::Array(_)) => {
                return Err(PatchError::value(format!("{} takes one value.", attribute.shown)));
            }
            (None, one) => replaced(op, item, template.as_ref(), one.clone()),
        };
    }
    one_primary(&mut items, &chosen);
    Ok(Value::Array(items))
}

/// A matched element with its new value; what the filter says of it stays true unless the value says otherwise.
fn replaced(op: Op, item: Value, template: Option<&Value>, value: Value) -> Value {
    match (op, value) {
        (Op::Add, value @ Value::Object(_)) => merged(item, value),
        (_, value @ Value::Object(_)) => merged(template.cloned().unwrap_or_default(), value),
        (_, scalar) if item.is_object() => with_member(item, "value", scalar),
        (_, scalar) => scalar,
    }
}

/// The elements that the filter selects removed, or their sub-attribute; gives what went.
pub(super) fn remove_elements(attribute: &Attribute, old: &mut Value) -> Result<Value, PatchError> {
    let Some(filter) = &attribute.filter else { return Ok(Value::Null) };
    let (mut gone, mut kept, mut found) = (Vec::new(), Vec::new(), false);
    for mut item in list(old.take()) {
        let selected = selects(filter, &item);
        found |= selected;
        match (&attribute.sub, selected) {
            (_, false) => kept.push(item),
            (None, true) => gone.push(item),
            (Some(sub), true) => {
                gone.push(remove_member(&mut item, sub));
                kept.extend(Some(item).filter(|item| !is_husk(item)));
            }
        }
    }
    if !found {
        return Err(no_target(attribute));
    }
    *old = Value::Array(kept);
    Ok(Value::Array(gone))
}

/// A sub-attribute removed, from every element where there are many; gives what went.
pub(super) fn remove_member(value: &mut Value, sub: &str) -> Value {
    match value {
        Value::Object(members) => members.shift_remove(&key_in(members, sub)).unwrap_or_default(),
        Value::Array(items) => {
            let gone = items.iter_mut().map(|item| remove_member(item, sub)).collect();
            items.retain(|item| !is_husk(item));
            gone
        }
        _ => Value::Null,
    }
}

/// The elements removed that a list of values names; gives what went.
pub(super) fn remove_values(old: &mut Value, values: &Value) -> Value {
    let wanted = list(values.clone());
    // Only where one of them has no `value` does an element have to be held against all of them.
    let told = |item: &Value| {
        let value = item.as_object().map_or(Some(item), |members| member(members, "value"));
        value.filter(|value| !value.is_null()).cloned()
    };
    let by_value: Option<HashSet<Value>> = wanted.iter().map(told).collect();
    let may_be =
        |item: &Value| by_value.as_ref().is_none_or(|known| told(item).is_some_and(|value| known.contains(&value)));
    let named = |item: &Value| may_be(item) && wanted.iter().any(|wanted| holds(item, wanted));
    let (gone, kept) = list(old.take()).into_iter().partition(named);
    *old = Value::Array(kept);
    Value::Array(gone)
}

/// Whether an element has every member that a wanted one names.
fn holds(item: &Value, wanted: &Value) -> bool {
    match (item, wanted) {
        (Value::Object(item), Value::Object(wanted)) => {
            let names = |name: &str, value: &Value| member(item, name) == Some(value);
            let telling = wanted.iter().filter(|(name, value)| !name.starts_with('$') && !value.is_null());
            !wanted.is_empty() && telling.fold(true, |all, (name, value)| all && names(name, value))
        }
        (Value::Object(item), scalar) => member(item, "value") == Some(scalar),
        (scalar, Value::Object(wanted)) => member(wanted, "value") == Some(scalar),
        (item, wanted) => item == wanted,
    }
}

fn no_target(attribute: &Attribute) -> PatchError {
    PatchError::new("noTarget", format!("{} selects no value of this resource.", attribute.shown))
}

fn list(value: Value) -> Vec<Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items,
        one => vec![one],
    }
}

/// By what one value of a multi-valued attribute is told from the others: its `value` and `type`, else all of it. A
/// member's type is what its `value` leads to, sent or not.
fn identity(attribute: &Attribute, item: &Value) -> (Value, Value) {
    let field = |name| item.as_object().and_then(|members| member(members, name)).cloned();
    match field("value") {
        None => (item.clone(), Value::Null),
        Some(value) if attribute.is_core("members") => (value, Value::Null),
        Some(value) => (value, field("type").unwrap_or_default()),
    }
}

/// The members of `new` over those of `old`; anything but two objects is just `new`.
fn merged(old: Value, new: Value) -> Value {
    match (old, new) {
        (Value::Object(mut old), Value::Object(new)) => {
            for (name, value) in new {
                let key = key_in(&old, &name);
                if value.is_null() {
                    old.shift_remove(&key);
                } else {
                    old.insert(key, value);
                }
            }
            Value::Object(old)
        }
        (_, Value::Object(new)) => new.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        (_, new) => new,
    }
}

fn with_member(old: Value, name: &str, value: Value) -> Value {
    let old = if old.is_object() { old } else { Value::Object(Map::new()) };
    merged(old, Value::Object(Map::from_iter([(name.to_owned(), value)])))
}

fn is_primary(item: &Value) -> bool {
    item.as_object().and_then(|members| member(members, "primary")) == Some(&Value::Bool(true))
}

/// RFC 7643 §2.4: at most one element is primary, and the one just set is it.
fn one_primary(items: &mut [Value], fresh: &[usize]) {
    let Some(chosen) = fresh.iter().copied().find(|at| is_primary(&items[*at])) else { return };
    for (at, item) in items.iter_mut().enumerate() {
        if at != chosen && is_primary(item) {
            *item = with_member(item.take(), "primary", Value::Bool(false));
        }
    }
}

/// An element that has lost what it was for.
fn is_husk(item: &Value) -> bool {
    let selects = |name: &String| ["type", "primary", "display"].iter().any(|known| known.eq_ignore_ascii_case(name));
    item.as_object().is_some_and(|members| members.keys().all(selects))
}

/// RFC 7643 §2.5: null and empty both mean that there is no value.
pub(super) fn is_unassigned(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
