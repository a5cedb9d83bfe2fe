//! The order of a list (RFC 7644 §3.4.2.3): by one attribute, by case where its schema says so, without a value last. It
//! reads resources and never changes one.

use std::cmp::Ordering;

use jiff::Timestamp;
use scim_v2::filter::{AttrExp, AttrPath, Filter};
use serde_json::Value;

use super::super::error::ScimError;
use super::super::filter::values;
use super::super::schema::{self, ResourceKind, Type};

/// By what, and which way.
pub(super) struct Order {
    path: AttrPath,
    descending: bool,
}

/// What a resource is sorted by.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Key {
    Flag(bool),
    Number(f64),
    Time(Timestamp),
    Text(String),
    Nothing,
}

impl Order {
    pub(super) fn read(path: &str, descending: bool) -> Result<Self, ScimError> {
        let path = path.trim();
        match format!("{path} pr").parse() {
            Ok(Filter::Attr(AttrExp::Present(path))) => Ok(Self { path, descending }),
            _ => Err(ScimError::invalid_path(format!("sortBy must be the path of an attribute, not {path}."))),
        }
    }

    pub(super) fn path(&self) -> &AttrPath {
        &self.path
    }

    /// The primary value where there are many, else the first.
    pub(super) fn key(&self, kind: ResourceKind, resource: &Value) -> Key {
        let Some(definition) = schema::at(kind, &self.path).map(schema::Definition::compared) else {
            return Key::Nothing;
        };
        let parent = AttrPath { sub_attr: None, ..self.path.clone() };
        let whole = values(kind, &parent, resource);
        let chosen = whole.iter().find(|item| item["primary"] == true).or(whole.first());
        let value = chosen.map(|chosen| chosen.get(&definition.name).unwrap_or(chosen));
        match value {
            Some(Value::Bool(flag)) => Key::Flag(*flag),
            Some(Value::Number(number)) => number.as_f64().map_or(Key::Nothing, Key::Number),
            Some(Value::String(text)) => match (definition.kind, text.parse()) {
                (Type::DateTime, Ok(time)) => Key::Time(time),
                _ if definition.case_exact => Key::Text(text.clone()),
                _ => Key::Text(text.to_lowercase()),
            },
            _ => Key::Nothing,
        }
    }

    /// Equal ones stay in the order of creation.
    pub(super) fn compare(&self, left: &Key, right: &Key) -> Ordering {
        let order = match (left, right) {
            (Key::Nothing, Key::Nothing) => Ordering::Equal,
            (Key::Nothing, _) => Ordering::Greater,
            (_, Key::Nothing) => Ordering::Less,
            (Key::Flag(left), Key::Flag(right)) => left.cmp(right),
            (Key::Number(left), Key::Number(right)) => left.total_cmp(right),
            (Key::Time(left), Key::Time(right)) => left.cmp(right),
            (Key::Text(left), Key::Text(right)) => left.cmp(right),
            _ => Ordering::Equal,
        };
        if self.descending { order.reverse() } else { order }
    }
}
