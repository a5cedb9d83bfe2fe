//! What a request writes at the top of a resource, whichever form it has: a whole body, or operations with and without a path.

use serde_json::Value;

use super::Asked;

/// An attribute that a request writes.
#[derive(Debug)]
pub(in crate::diagnosis) struct Written<'c> {
    /// Lower case, without URN, filter and sub-attribute.
    pub(in crate::diagnosis) name: String,
    pub(in crate::diagnosis) at: String,
    pub(in crate::diagnosis) value: &'c Value,
}

impl<'c> Written<'c> {
    fn new(name: &str, at: String, value: &'c Value) -> Self {
        Self { name: attribute(name), at, value }
    }

    pub(super) fn all(asked: &Asked<'c>) -> Vec<Self> {
        let mut all = Vec::new();
        for op in &asked.ops {
            match (op.path.filter(|path| !path.is_empty()), op.value) {
                (Some(path), value) => all.push(Self::new(path, op.at("value"), value.unwrap_or(&Value::Null))),
                (None, Some(value)) => all.extend(below(&op.at("value"), value)),
                (None, None) => {}
            }
        }
        if asked.ops.is_empty() && matches!(asked.method, "POST" | "PUT") {
            all.extend(below("request.body", asked.body));
        }
        all
    }
}

fn below<'c>(at: &str, value: &'c Value) -> impl Iterator<Item = Written<'c>> {
    let place = move |name: &str| format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
    value.as_object().into_iter().flatten().map(move |(name, value)| Written::new(name, place(name), value))
}

/// `emails` of `urn:…:User:emails[type eq "work"].value`, in lower case.
pub(in crate::diagnosis) fn attribute(path: &str) -> String {
    let path = path.split('[').next().unwrap_or_default();
    let path = path.rsplit(':').next().unwrap_or_default();
    path.split('.').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The texts of a value: itself, or the `value` of its entries.
pub(in crate::diagnosis) fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let entries = value.as_array().into_iter().flatten().filter_map(text);
    text(value).into_iter().chain(entries)
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        Value::Object(object) => object.get("value").and_then(Value::as_str),
        _ => None,
    }
}
