//! What the targets share: one user, and JSON and SCIM messages made of the words that matter, so that a random choice
//! comes past the first check.

use arbitrary::{Result, Unstructured};
use serde_json::{Map, Value, json};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

/// Names of attributes, and what only looks like one.
const NAMES: [&str; 36] = [
    "userName",
    "USERNAME",
    "id",
    "meta",
    "schemas",
    "externalId",
    "active",
    "title",
    "displayName",
    "name",
    "name.givenName",
    "name.familyName",
    "emails",
    "emails.value",
    "emails.primary",
    "value",
    "type",
    "primary",
    "display",
    "groups",
    "members",
    "roles",
    "addresses",
    "x509Certificates",
    "manager",
    "password",
    "$ref",
    "urn:x:y:User",
    "urn:x:y:User:team",
    "urn:",
    ".",
    ":",
    "",
    "ä",
    "meta.version",
    "timezone",
];
const TEXTS: [&str; 20] = [
    "",
    " ",
    "x",
    "ann@x",
    "ANN@x",
    "work",
    "home",
    "true",
    "False",
    "null",
    "2026-03-02T12:00:00Z",
    "W/\"1\"",
    "bulkId:b",
    "bulkId:",
    "/Users/1",
    "Åsa",
    "\u{0}",
    "\"",
    "\\",
    "\u{1f600}",
];

/// A user with something of every kind.
#[must_use]
pub fn user() -> Value {
    json!({
        "schemas": [CORE, ENTERPRISE],
        "id": "7", "userName": "ann@x", "externalId": "E1", "active": true, "title": "Nurse",
        "name": { "givenName": "Ann", "familyName": "Lee" },
        "emails": [{ "type": "work", "primary": true, "value": "ann@x" }, { "type": "home", "value": "ann@home" }],
        "roles": [{ "value": "admin" }],
        ENTERPRISE: { "department": "IT", "manager": { "value": "3" } },
        "meta": { "resourceType": "User", "created": "2026-03-02T12:00:00Z", "version": "W/\"1\"" },
    })
}

/// One of these words, or now and then anything.
pub fn word(u: &mut Unstructured<'_>, words: &[&str]) -> Result<String> {
    if u.ratio(1, 8)? {
        u.arbitrary::<&str>().map(str::to_owned)
    } else {
        u.choose(words).map(|word| (*word).to_owned())
    }
}

/// The name of an attribute, with its schema or without.
pub fn name(u: &mut Unstructured<'_>) -> Result<String> {
    let name = word(u, &NAMES)?;
    Ok(match u.int_in_range(0..=7)? {
        0 => format!("{ENTERPRISE}:{name}"),
        1 => format!("{CORE}:{name}"),
        2 => ENTERPRISE.to_owned(),
        _ => name,
    })
}

pub fn text(u: &mut Unstructured<'_>) -> Result<String> {
    word(u, &TEXTS)
}

/// A filter that is mostly well formed.
pub fn filter(u: &mut Unstructured<'_>, depth: u8) -> Result<String> {
    Ok(match if depth == 0 { u.int_in_range(0..=2)? } else { u.int_in_range(0..=8)? } {
        0 => format!("{} pr", name(u)?),
        1 | 2 | 3 => {
            let operator = *u.choose(&["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "Eq", "is"])?;
            let value = if u.ratio(1, 3)? { json_of(u, 0)? } else { text(u)?.into() };
            format!("{} {operator} {value}", name(u)?)
        }
        4 => format!("not ({})", filter(u, depth - 1)?),
        5 => format!("{} and {}", filter(u, depth - 1)?, filter(u, depth - 1)?),
        6 => format!("({}) or {}", filter(u, depth - 1)?, filter(u, depth - 1)?),
        7 => format!("{}[{}]", name(u)?, filter(u, depth - 1)?),
        _ => format!("{}[{}].{} eq {}", name(u)?, filter(u, depth - 1)?, name(u)?, Value::from(text(u)?)),
    })
}

/// The path of an operation.
pub fn path(u: &mut Unstructured<'_>) -> Result<String> {
    Ok(match u.int_in_range(0..=5)? {
        0 => format!("{}[{}]", name(u)?, filter(u, 1)?),
        1 => format!("{}[{}].{}", name(u)?, filter(u, 1)?, name(u)?),
        2 => format!("{}.{}", name(u)?, name(u)?),
        _ => name(u)?,
    })
}

/// Any JSON, not deeper than this.
pub fn json_of(u: &mut Unstructured<'_>, depth: u8) -> Result<Value> {
    Ok(match if depth == 0 { u.int_in_range(0..=3)? } else { u.int_in_range(0..=6)? } {
        0 => Value::Null,
        1 => u.arbitrary::<bool>()?.into(),
        2 if u.arbitrary()? => json!(u.arbitrary::<f64>()?),
        2 => u.arbitrary::<i64>()?.into(),
        3 => text(u)?.into(),
        4 => (0..u.int_in_range(0..=3)?).map(|_| json_of(u, depth - 1)).collect::<Result<Vec<_>>>()?.into(),
        _ => {
            let mut members = Map::new();
            for _ in 0..u.int_in_range(0..=3)? {
                members.insert(name(u)?, json_of(u, depth - 1)?);
            }
            Value::Object(members)
        }
    })
}

/// A PATCH message.
pub fn operations(u: &mut Unstructured<'_>) -> Result<Value> {
    let mut all = Vec::new();
    for _ in 0..u.int_in_range(1..=4)? {
        let mut operation = json!({ "op": word(u, &["add", "replace", "remove", "Add", "REPLACE", "Remove"])? });
        if u.ratio(3, 4)? {
            operation["path"] = path(u)?.into();
        }
        if u.ratio(7, 8)? {
            operation["value"] = json_of(u, 3)?;
        }
        all.push(operation);
    }
    Ok(json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": all }))
}

/// A user or a group as somebody may send it.
pub fn resource(u: &mut Unstructured<'_>, kind: &str) -> Result<Value> {
    let mut sent = match json_of(u, 3)? {
        Value::Object(members) => members,
        other if u.ratio(1, 4)? => return Ok(other),
        _ => Map::new(),
    };
    if u.ratio(7, 8)? {
        sent.insert(if kind == "Users" { "userName" } else { "displayName" }.to_owned(), text(u)?.into());
    }
    if u.ratio(1, 3)? {
        sent.insert("emails".to_owned(), json!([{ "type": text(u)?, "value": text(u)?, "primary": json_of(u, 0)? }]));
    }
    Ok(Value::Object(sent))
}
