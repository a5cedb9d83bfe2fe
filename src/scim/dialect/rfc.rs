//! RFC 7643 and 7644 to the letter: used extensions are listed, operations are lower-case and have paths.

use serde_json::{Value, json};

use super::{object, patch, resource};
use crate::domain::attribute::CORE_USER;
use crate::domain::trial::SampleUser;

/// RFC 7643 §3: `schemas` lists every extension that the body uses.
pub(super) fn creation(user: &SampleUser) -> Value {
    let mut body = object([("schemas", json!([CORE_USER]))]);
    resource::fill(&mut body, user, false);
    let schemas: Vec<_> = [CORE_USER].into_iter().chain(resource::extensions(&body)).map(Value::from).collect();
    body.insert("schemas".to_owned(), Value::Array(schemas));
    Value::Object(body)
}

/// RFC 7644 §3.5.2.3.
pub(super) fn update(title: &str) -> Value {
    patch(&[json!({ "op": "replace", "path": "title", "value": title })])
}

/// RFC 7644 §3.5.2.3.
pub(super) fn deactivation() -> Value {
    patch(&[json!({ "op": "replace", "path": "active", "value": false })])
}
