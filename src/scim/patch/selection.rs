//! The filter of a value path, `emails[type eq "work"]`: which elements it selects, and which element it describes.
//! Strings compare without case, as most SCIM attributes do (RFC 7643 §2.2, `caseExact` false).

use std::cmp::Ordering;

use scim_v2::filter::{AttrExp, AttrPath, CompValue, CompareOp, ValFilter};
use serde_json::{Map, Value};

use super::member;
use crate::domain::exchange::truth;

/// Whether the filter selects an element.
pub(super) fn selects(filter: &ValFilter, element: &Value) -> bool {
    match filter {
        ValFilter::Attr(AttrExp::Present(path)) => at(element, path).is_some_and(is_present),
        ValFilter::Attr(AttrExp::Comparison(path, op, wanted)) => compares(at(element, path), op, wanted),
        ValFilter::Not(inner) => !selects(inner, element),
        ValFilter::And(all) => all.iter().all(|inner| selects(inner, element)),
        ValFilter::Or(any) => any.iter().any(|inner| selects(inner, element)),
    }
}

/// The members that an element must have to be selected, when the filter says so by `eq` and `and` alone.
pub(super) fn described(filter: &ValFilter) -> Option<Map<String, Value>> {
    match filter {
        ValFilter::Attr(AttrExp::Comparison(path, CompareOp::Eq, wanted)) if path.sub_attr.is_none() => {
            let value = match wanted {
                CompValue::Null => return None,
                CompValue::True => Value::Bool(true),
                CompValue::False => Value::Bool(false),
                CompValue::Number(number) => Value::Number(number.clone()),
                CompValue::Str(text) => Value::String(text.clone()),
            };
            let value = match truth(Some(&value)) {
                Some(primary) if path.name.eq_ignore_ascii_case("primary") => Value::Bool(primary),
                _ => value,
            };
            Some(Map::from_iter([(path.name.clone(), value)]))
        }
        ValFilter::And(all) => all.iter().map(described).try_fold(Map::new(), |mut members, more| {
            members.extend(more?);
            Some(members)
        }),
        ValFilter::Attr(_) | ValFilter::Not(_) | ValFilter::Or(_) => None,
    }
}

fn at<'v>(element: &'v Value, path: &AttrPath) -> Option<&'v Value> {
    let Value::Object(members) = element else {
        return path.name.eq_ignore_ascii_case("value").then_some(element);
    };
    let value = member(members, &path.name)?;
    match &path.sub_attr {
        Some(sub) => member(value.as_object()?, sub),
        None => Some(value),
    }
}

fn is_present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

fn compares(value: Option<&Value>, op: &CompareOp, wanted: &CompValue) -> bool {
    let order = order(value, wanted);
    let texts = || Some((text(value?)?.to_lowercase(), wanted_text(wanted)?.to_lowercase()));
    match op {
        CompareOp::Eq => order == Some(Ordering::Equal),
        CompareOp::Ne => order != Some(Ordering::Equal),
        CompareOp::Gt => order == Some(Ordering::Greater),
        CompareOp::Lt => order == Some(Ordering::Less),
        CompareOp::Ge => order.is_some_and(Ordering::is_ge),
        CompareOp::Le => order.is_some_and(Ordering::is_le),
        CompareOp::Co => texts().is_some_and(|(value, part)| value.contains(&part)),
        CompareOp::Sw => texts().is_some_and(|(value, part)| value.starts_with(&part)),
        CompareOp::Ew => texts().is_some_and(|(value, part)| value.ends_with(&part)),
    }
}

fn order(value: Option<&Value>, wanted: &CompValue) -> Option<Ordering> {
    let value = value.filter(|value| !value.is_null());
    match (value, wanted) {
        (None, CompValue::Null) => Some(Ordering::Equal),
        (None, _) | (_, CompValue::Null) => None,
        (Some(Value::Number(number)), CompValue::Number(wanted)) => number.as_f64()?.partial_cmp(&wanted.as_f64()?),
        (Some(value), wanted) => Some(text(value)?.to_lowercase().cmp(&wanted_text(wanted)?.to_lowercase())),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn wanted_text(wanted: &CompValue) -> Option<String> {
    match wanted {
        CompValue::Str(text) => Some(text.clone()),
        CompValue::Null => None,
        other => Some(other.to_string()),
    }
}
