//! What a request writes at the top of a resource, whichever form it has.

use serde_json::Value;

use super::super::super::facts::Facts;

/// An attribute that a request writes.
pub(in crate::diagnosis::rules) struct Written<'f> {
    /// Lower case, without URN, filter and sub-attribute.
    pub(in crate::diagnosis::rules) name: String,
    pub(in crate::diagnosis::rules) at: String,
    pub(in crate::diagnosis::rules) value: &'f Value,
}

/// What a request writes at the top of a resource.
pub(in crate::diagnosis::rules) fn written<'f>(facts: &'f Facts<'_>) -> Vec<Written<'f>> {
    let asked = &facts.asked;
    let named = |name: &str, at: String, value: &'f Value| Written { name: attribute(name), at, value };
    let below = |at: &str, name: &str| format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
    let mut all = Vec::new();
    for op in &asked.ops {
        match (op.path.filter(|path| !path.is_empty()), op.value) {
            (Some(path), value) => all.push(named(path, op.at("value"), value.unwrap_or(&Value::Null))),
            (None, Some(Value::Object(members))) => {
                let at = op.at("value");
                all.extend(members.iter().map(|(name, value)| named(name, below(&at, name), value)));
            }
            (None, _) => {}
        }
    }
    if asked.ops.is_empty() && matches!(asked.method, "POST" | "PUT") {
        let members = asked.body.as_object().into_iter().flatten();
        all.extend(members.map(|(name, value)| named(name, below("request.body", name), value)));
    }
    all
}

/// `emails` of `urn:…:User:emails[type eq "work"].value`, in lower case.
pub(in crate::diagnosis::rules) fn attribute(path: &str) -> String {
    let path = path.split('[').next().unwrap_or_default();
    let path = path.rsplit(':').next().unwrap_or_default();
    path.split('.').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The texts of a value: itself, or the `value` of its entries.
pub(in crate::diagnosis::rules) fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(object) => object.get("value").and_then(Value::as_str).into_iter().collect(),
        _ => Vec::new(),
    }
}
