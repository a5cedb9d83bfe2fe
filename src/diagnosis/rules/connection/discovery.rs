//! The documents in which a service describes itself: that they are there, that they are whole, and that the types in them
//! are those of the RFC.

use serde_json::Value;

use super::{
    super::super::{
        facts::{Facts, Form, Target},
        finding::Confidence::{self, Certain, Likely, Possible},
        found::{Found, Layer},
    },
    told::{Told, heard, quote_detail},
};

const MISSING: &str = "discovery-endpoint-missing";
const TYPES: &str = "schema-discovery-wrong-type";

/// Names that callers and services write in place of the three, lower case.
const MISSPELT: [&str; 12] = [
    "serviceconfiguration",
    "serviceproviderconfigs",
    "serviceproviderconfiguration",
    "serviceproviderconfigurations",
    "serviceproviderconfig.json",
    "serviceprovider",
    "serviceproviders",
    "serviceconfig",
    "spconfig",
    "schema",
    "resourcetype",
    "resource_types",
];

/// Attributes of RFC 7643 §4 and their types.
const KNOWN: [(&str, &str); 28] = [
    ("active", "boolean"),
    ("username", "string"),
    ("displayname", "string"),
    ("nickname", "string"),
    ("title", "string"),
    ("usertype", "string"),
    ("preferredlanguage", "string"),
    ("locale", "string"),
    ("timezone", "string"),
    ("name", "complex"),
    ("emails", "complex"),
    ("phonenumbers", "complex"),
    ("addresses", "complex"),
    ("ims", "complex"),
    ("photos", "complex"),
    ("entitlements", "complex"),
    ("roles", "complex"),
    ("groups", "complex"),
    ("members", "complex"),
    ("x509certificates", "complex"),
    ("manager", "complex"),
    ("employeenumber", "string"),
    ("costcenter", "string"),
    ("organization", "string"),
    ("division", "string"),
    ("department", "string"),
    ("password", "string"),
    ("primary", "boolean"),
];

/// Most attributes that are looked at.
const MOST: usize = 400;

/// The documents are not there, or not whole.
pub(super) fn documents(facts: &Facts<'_>, found: &mut Found) {
    let named = named(facts);
    let Some(name) = named else {
        return told_elsewhere(facts, found);
    };
    let told = Told::of(facts);
    match told.as_ref().map(|told| told.status) {
        Some(status @ (404 | 405 | 410 | 500 | 501)) => {
            let is_misspelt = MISSPELT.contains(&name.to_ascii_lowercase().as_str());
            let is_elsewhere = super::route::lacks_scim(&facts.asked) || super::route::is_doubled(&facts.asked);
            let confidence = match (status, facts.reply.form) {
                (404 | 405 | 410, _) if is_misspelt => Certain,
                (404 | 410, _) if is_elsewhere => Possible,
                (404 | 405 | 410, Form::Html | Form::Text) => Likely,
                (404 | 405 | 410 | 501, _) => Certain,
                _ => Likely,
            };
            let draft = found.add(MISSING, confidence, Layer::Address);
            draft.at("request.url", facts.asked.url).at("response.status", status.to_string()).with("document", name);
            quote_detail(facts, draft);
        }
        Some(200..=299) if facts.reply.form != Form::Html => malformed(facts, found, &name),
        _ => {}
    }
}

fn named(facts: &Facts<'_>) -> Option<String> {
    let asked = &facts.asked;
    if asked.method != "GET" {
        return None;
    }
    let rest = asked.path.get(asked.base.len()..).unwrap_or_default();
    match asked.target {
        Target::Discovery => rest.split('/').find(|part| !part.is_empty()).map(str::to_owned),
        Target::Other => {
            let last = asked.path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            MISSPELT.contains(&last.to_ascii_lowercase().as_str()).then(|| last.to_owned())
        }
        _ => None,
    }
}

fn told_elsewhere(facts: &Facts<'_>, found: &mut Found) {
    let words = ["could not find default schema", "empty schemas attribute found for schemas"];
    if let Some((place, text)) = heard(facts, &words).filter(|_| facts.has_failed()) {
        found.add(MISSING, Likely, Layer::Reply).at(place, text);
    }
}

fn malformed(facts: &Facts<'_>, found: &mut Found, name: &str) {
    let body = facts.reply.body();
    let (confidence, place, text): (Confidence, String, String) = match name.to_ascii_lowercase().as_str() {
        "serviceproviderconfig" | "serviceproviderconfigs" => match lacking(body) {
            Some((place, text)) => (Likely, place, text),
            None => return,
        },
        "schemas" | "resourcetypes" if facts.asked.id.is_none() => match facts.reply.resources() {
            None if body.is_null() => (Likely, "response.body".to_owned(), "no body".to_owned()),
            None => (Certain, "response.body".to_owned(), "no Resources".to_owned()),
            Some(all) if all.is_empty() => (Likely, "response.body/Resources".to_owned(), "[]".to_owned()),
            Some(all) => return unnamed(found, all, name),
        },
        _ => return,
    };
    found
        .add(MISSING, confidence, Layer::Reply)
        .at(place, text)
        .at("request.url", facts.asked.url)
        .with("document", name);
}

/// What a ServiceProviderConfig lacks (RFC 7643 §5).
fn lacking(body: &Value) -> Option<(String, String)> {
    let Some(object) = body.as_object() else { return Some(("response.body".to_owned(), "no JSON object".to_owned())) };
    for name in ["patch", "filter", "authenticationSchemes"] {
        match object.get(name) {
            None => return Some(("response.body".to_owned(), format!("no {name}"))),
            Some(value) if name == "authenticationSchemes" && !value.is_array() => {
                return Some((format!("response.body/{name}"), value.to_string()));
            }
            _ => {}
        }
    }
    ["patch", "bulk", "filter", "changePassword", "sort", "etag"].into_iter().find_map(|name| {
        let value = object.get(name)?;
        let is_told = value.get("supported").is_some_and(Value::is_boolean);
        (!is_told).then(|| (format!("response.body/{name}"), value.to_string()))
    })
}

/// Clients that are strict want every definition to bear its own `schemas`.
fn unnamed(found: &mut Found, all: &[Value], name: &str) {
    let lacks = |one: &&Value| one.get("schemas").and_then(Value::as_array).is_none_or(Vec::is_empty);
    if let Some(one) = all.iter().find(lacks) {
        let id = one.get("id").and_then(Value::as_str).unwrap_or("a definition");
        let draft = found.habit(MISSING, Layer::Reply);
        draft.at("response.body/Resources", format!("{id} has no schemas")).with("document", name);
    }
}

/// `/Schemas` gives an attribute another type than the RFC, and than the service itself takes.
pub(super) fn types(facts: &Facts<'_>, found: &mut Found) {
    let is_schemas = || facts.asked.path.to_ascii_lowercase().contains("/schemas");
    if !facts.has_succeeded() || facts.asked.target != Target::Discovery || !is_schemas() {
        return;
    }
    let body = facts.reply.body();
    let one = || (String::from("response.body"), body);
    let many = facts.reply.resources().into_iter().flatten().enumerate();
    let many = many.map(|(at, schema)| (format!("response.body/Resources/{at}"), schema));
    let mut left = MOST;
    for (place, schema) in many.chain(body.get("attributes").map(|_| one())) {
        let id = schema.get("id").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
        // Only the RFC's own schemas have known types.
        if id.starts_with("urn:ietf:params:scim:schemas:") && (id.ends_with(":user") || id.ends_with(":group")) {
            compare(schema.get("attributes"), &format!("{place}/attributes"), &mut left, found);
        }
    }
}

fn compare(attributes: Option<&Value>, place: &str, left: &mut usize, found: &mut Found) {
    for (at, attribute) in attributes.and_then(Value::as_array).into_iter().flatten().enumerate() {
        if *left == 0 {
            return;
        }
        *left -= 1;
        let text = |name: &str| attribute.get(name).and_then(Value::as_str).unwrap_or_default();
        let (name, told) = (text("name"), text("type"));
        let lower = name.to_ascii_lowercase();
        let known = KNOWN.iter().find(|(known, _)| *known == lower).map(|(_, kind)| *kind);
        if let Some(kind) = known.filter(|kind| !told.is_empty() && !told.eq_ignore_ascii_case(kind)) {
            let draft = found.add(TYPES, Certain, Layer::Reply);
            draft.at(format!("{place}/{at}/type"), format!("{name}: {told}"));
            draft.with("attribute", name).with("told", told).with("kind", kind);
        }
        // Sub-attributes are known by their parents; of them only `primary` is the same everywhere.
        let parts = attribute.get("subAttributes").and_then(Value::as_array).into_iter().flatten().enumerate();
        for (part, sub) in parts.take(MOST) {
            let is_primary = sub.get("name").and_then(Value::as_str) == Some("primary");
            let told = sub.get("type").and_then(Value::as_str).unwrap_or_default();
            if is_primary && !told.is_empty() && !told.eq_ignore_ascii_case("boolean") {
                let draft = found.add(TYPES, Certain, Layer::Reply);
                draft.at(format!("{place}/{at}/subAttributes/{part}/type"), format!("{name}.primary: {told}"));
                draft.with("attribute", format!("{name}.primary")).with("told", told).with("kind", "boolean");
            }
        }
    }
}
