//! What the body of any request asks to set, whether it is a whole user or a PATCH: attributes and their values.
//! For previews and counts; applying a PATCH is `scim::patch`'s work.

use serde_json::Value;

use super::{
    attribute::AttributeName,
    landing::{default_named, flatten},
};

/// The operations of a PATCH (RFC 7644 §3.5.2), also under a name in small letters; `None` for any other body.
#[must_use]
pub fn operations(body: &Value) -> Option<&Vec<Value>> {
    body.get("Operations").or_else(|| body.get("operations")).and_then(Value::as_array)
}

/// Every attribute that a request body sets, in the order sent. A path-less PATCH operation counts by the keys of its value.
#[must_use]
pub fn sent(body: &Value) -> Vec<(AttributeName, Value)> {
    let operations = operations(body);
    let Some(operations) = operations else { return flatten(body) };
    operations
        .iter()
        .filter(|operation| {
            !operation.get("op").and_then(Value::as_str).is_some_and(|op| op.eq_ignore_ascii_case("remove"))
        })
        .flat_map(of_operation)
        .collect()
}

fn of_operation(operation: &Value) -> Vec<(AttributeName, Value)> {
    let Some(value) = operation.get("value") else { return Vec::new() };
    let path = operation.get("path").and_then(Value::as_str).unwrap_or_default();
    if path.is_empty() {
        return flatten(value);
    }
    match (AttributeName::parse(path), value) {
        (Ok(name), Value::Object(_) | Value::Array(_)) if !name.path().contains(['.', '[']) => {
            let mut whole = serde_json::Map::new();
            whole.insert(path.to_owned(), value.clone());
            flatten(&Value::Object(whole))
        }
        (Ok(name), value) => vec![(name, value.clone())],
        (Err(_), _) => Vec::new(),
    }
}

/// Whether an attribute, by its full or short name, is one of the nine defaults.
#[must_use]
pub fn is_default(attribute: &str) -> bool {
    AttributeName::parse(attribute).is_ok_and(|name| default_named(&name).is_some())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_patch_and_a_whole_user_name_the_same_attributes() {
        let names = |body: &Value| sent(body).iter().map(|(name, _)| name.to_string()).collect::<Vec<_>>();
        let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let whole = json!({"title": "Lead", enterprise: {"costCenter": "1"}});
        let paths = json!({"Operations": [
            {"op": "Replace", "path": "title", "value": "Lead"},
            {"op": "Add", "path": format!("{enterprise}:costCenter"), "value": "1"},
            {"op": "Remove", "path": "nickName"},
        ]});
        let pathless = json!({"Operations": [{"op": "replace", "value": {"title": "Lead", format!("{enterprise}:costCenter"): "1"}}]});
        assert_eq!(names(&whole), names(&paths));
        assert_eq!(names(&whole), names(&pathless));
    }

    #[test]
    fn defaults_are_known_by_full_and_short_name() {
        assert!(is_default("userName") && is_default("urn:ietf:params:scim:schemas:core:2.0:User:title"));
        assert!(!is_default("displayName"));
    }
}
