//! Which attributes a request carried, by full name: what `attr:` finds and what the Mappings screen calls received.
//! Names are kept as they were sent, casing and misspelling included; values are not kept here.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::domain::{attribute::AttributeName, journal::Record};

/// Most names of one request; a hostile body cannot fill the journal with names.
const MAX_NAMES: usize = 500;
/// Longest name, bytes.
const MAX_LENGTH: usize = 500;

/// The full names (`urn:…:User:costCenter`, `urn:…:User:emails[type eq "work"].value`) that a request about a user carried,
/// sorted. Empty where no body was seen.
#[must_use]
pub fn attributes_of(record: &Record) -> Vec<String> {
    let mut names = Names(BTreeSet::new());
    if let Some(landing) = &record.landing {
        let landed = landing.landed.iter().map(|landed| &landed.attribute);
        for attribute in landed.chain(landing.dropped.iter().map(|dropped| &dropped.attribute)) {
            names.add(attribute);
        }
    }
    if let Some(exchange) = &record.exchange {
        let request = &exchange.request;
        match (request.method.as_str(), &request.body) {
            _ if request.url.contains("/Groups") => {}
            ("POST" | "PUT", Value::Object(resource)) => names.resource(resource),
            ("PATCH", Value::Object(message)) => names.patch(message),
            _ => {}
        }
    }
    names.0.into_iter().collect()
}

struct Names(BTreeSet<String>);

impl Names {
    fn add(&mut self, name: &str) {
        if name.len() <= MAX_LENGTH
            && self.0.len() < MAX_NAMES
            && let Ok(name) = AttributeName::parse(name)
        {
            self.0.insert(name.to_string());
        }
    }

    fn patch(&mut self, message: &Map<String, Value>) {
        let operations = message.get("Operations").or_else(|| message.get("operations")).and_then(Value::as_array);
        for operation in operations.into_iter().flatten() {
            match (operation.get("path").and_then(Value::as_str), operation.get("value")) {
                (Some(path), value) if !path.is_empty() => self.attribute(path, value.unwrap_or(&Value::Null)),
                (_, Some(Value::Object(resource))) => self.resource(resource),
                _ => {}
            }
        }
    }

    fn resource(&mut self, resource: &Map<String, Value>) {
        for (name, value) in resource {
            if !["schemas", "meta", "id", "Operations"].contains(&name.as_str()) {
                self.attribute(name, value);
            }
        }
    }

    fn attribute(&mut self, name: &str, value: &Value) {
        match value {
            Value::Object(extension) if is_schema(name) => {
                for (inner, value) in extension {
                    self.attribute(&format!("{name}:{inner}"), value);
                }
            }
            Value::Object(complex) if name.ends_with(']') || !complex.contains_key("value") => {
                for part in complex.keys().filter(|part| !is_label(part)) {
                    self.add(&format!("{name}.{part}"));
                }
            }
            // An empty list says nothing, as in the coverage.
            Value::Array(items) if items.is_empty() => {}
            Value::Array(items) if items.iter().any(Value::is_object) => {
                for item in items.iter().filter_map(Value::as_object) {
                    let chosen = match item.get("type").and_then(Value::as_str) {
                        Some(kind) => format!("{name}[type eq \"{kind}\"]"),
                        None => name.to_owned(),
                    };
                    for part in item.keys().filter(|part| !is_label(part)) {
                        self.add(&format!("{chosen}.{part}"));
                    }
                }
            }
            _ => self.add(name),
        }
    }
}

/// What only tells the items of a list apart.
fn is_label(part: &str) -> bool {
    matches!(part, "type" | "primary")
}

/// Schemas end with the resource type's name, which has a capital; attributes do not.
fn is_schema(name: &str) -> bool {
    let last = name.rsplit(':').next().unwrap_or_default();
    name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"))
        && last.starts_with(|c: char| c.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::{
        attribute::{CORE_USER, ENTERPRISE_USER},
        exchange::{Exchange, Operation, Outcome, Request},
        journal::{Source, Summary},
        landing::{Dropped, Landing},
    };

    fn names(method: &str, url: &str, body: Value, landing: Option<Landing>) -> Vec<String> {
        let request = Request { method: method.to_owned(), url: url.to_owned(), body, ..Request::default() };
        let summary = Summary {
            id: "1".to_owned(),
            at: jiff::Timestamp::UNIX_EPOCH,
            method: method.to_owned(),
            path: url.to_owned(),
            status: None,
            outcome: Outcome::Success,
            operation: Operation::Other,
            user: None,
            resource_id: None,
            scim_type: None,
            detail: None,
            duration_ms: None,
            client: None,
        };
        let exchange = Some(Exchange { request, response: None, error: None, at: None, duration_ms: None });
        let found = attributes_of(&Record { source: Source::Tenant, summary, exchange, landing, event: None });
        found.iter().map(|name| name.replace(CORE_USER, "c").replace(ENTERPRISE_USER, "e")).collect()
    }

    #[test]
    fn names_are_found_in_every_shape() {
        let department = format!("{ENTERPRISE_USER}:department");
        for (method, body, expected) in [
            (
                "POST",
                json!({"schemas": [CORE_USER], "userName": "j", "name": {"givenName": "J", "familyName": null},
                    "emails": [{"type": "work", "value": "j@x", "primary": true}, {"value": "h@x"}],
                    "roles": ["a"], "groups": [], ENTERPRISE_USER: {"costCenter": "1", "manager": {"value": "9", "displayName": "B"}}}),
                &[
                    "c:emails.value",
                    "c:emails[type eq \"work\"].value",
                    "c:name.familyName",
                    "c:name.givenName",
                    "c:roles",
                    "c:userName",
                    "e:costCenter",
                    "e:manager",
                ][..],
            ),
            (
                "PATCH",
                json!({"Operations": [{"op": "Add", "path": "emails[type eq \"work\"].value", "value": "x"},
                    {"op": "Replace", "path": department, "value": "y"}, {"op": "remove", "path": "nickName"},
                    {"op": "replace", "path": "emails[type eq \"home\"]", "value": {"type": "home", "value": "z"}}]}),
                &["c:emails[type eq \"home\"].value", "c:emails[type eq \"work\"].value", "c:nickName", "e:department"]
                    [..],
            ),
            (
                "PATCH",
                json!({"operations": [{"op": "replace", "value": {"active": "False", "name.givenName": "x", department: "y"}}]}),
                &["c:active", "c:name.givenName", "e:department"][..],
            ),
            ("GET", Value::Null, &[][..]),
            ("POST", json!("no JSON"), &[][..]),
        ] {
            assert_eq!(names(method, "/Users", body.clone(), None), expected, "{body}");
        }
        assert!(names("PATCH", "/Groups/1", json!({"Operations": [{"path": "members"}]}), None).is_empty());
    }

    #[test]
    fn what_was_dropped_was_received() {
        let dropped = Dropped { attribute: "nickName".to_owned(), value: json!("J"), reason: String::new() };
        let landing = Landing { landed: Vec::new(), dropped: vec![dropped] };
        assert_eq!(names("GET", "/Users", Value::Null, Some(landing)), ["c:nickName"]);
    }

    #[test]
    fn a_hostile_body_gives_a_bounded_number_of_names() {
        let body: Map<String, Value> = (0..2_000).map(|n| (format!("a{n}"), Value::Null)).collect();
        assert_eq!(names("POST", "/Users", Value::Object(body), None).len(), MAX_NAMES);
        assert!(names("POST", "/Users", json!({"x".repeat(600): 1}), None).is_empty());
    }
}
