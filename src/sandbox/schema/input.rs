//! A resource held against its schema: names in the RFC's casing, values of their type, nothing that the schema does not
//! have and nothing that is the tenant's own. What cannot be meant is refused by attribute name, never corrected.

use std::collections::HashSet;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::super::error::ScimError;
use super::{Definition, Mutability, ResourceKind, Type, attribute};
use crate::domain::attribute::ENTERPRISE_USER;
use crate::domain::exchange::truth;

/// The resource as its schema has it; what the schema does not know is left out (RFC 7644 §3.3).
pub(in crate::sandbox) fn conform(
    kind: ResourceKind,
    resource: &Map<String, Value>,
) -> Result<Map<String, Value>, ScimError> {
    let mut conformed = Map::new();
    for (key, value) in resource {
        let own = |part: &str| part.eq_ignore_ascii_case(key);
        if own(kind.urn())
            && let Value::Object(members) = value
        {
            conformed.extend(conform(kind, members)?);
        } else if kind == ResourceKind::User && own(ENTERPRISE_USER) {
            let Value::Object(members) = value else {
                return Err(ScimError::invalid_value(format!("{key} must be an object.")));
            };
            let mut extension = Map::new();
            for (name, value) in members {
                let Some(definition) = attribute(kind, Some(ENTERPRISE_USER), name) else { continue };
                place(&mut extension, definition, &format!("{ENTERPRISE_USER}:{}", definition.name), value)?;
            }
            if !extension.is_empty() {
                conformed.insert(ENTERPRISE_USER.to_owned(), extension.into());
            }
        } else if let Some(definition) = attribute(kind, None, key) {
            place(&mut conformed, definition, &definition.name, value)?;
        }
    }
    Ok(conformed)
}

fn place(
    members: &mut Map<String, Value>,
    definition: &Definition,
    path: &str,
    value: &Value,
) -> Result<(), ScimError> {
    if definition.mutability == Mutability::ReadOnly {
        return Ok(());
    }
    let value = if definition.multi_valued { several(definition, path, value)? } else { one(definition, path, value)? };
    if let Some(value) = value {
        members.insert(definition.name.clone(), value);
    }
    Ok(())
}

/// RFC 7643 §2.4: a list in which at most one element is the primary one.
fn several(definition: &Definition, path: &str, value: &Value) -> Result<Option<Value>, ScimError> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        single => std::slice::from_ref(single),
    };
    let (mut kept, mut seen) = (Vec::new(), HashSet::new());
    for item in items {
        let item = match item {
            Value::String(text) if definition.sub("value").is_some() => &json!({ "value": text }),
            item => item,
        };
        kept.extend(one(definition, path, item)?.filter(|item| seen.insert(item.clone())));
    }
    if kept.iter().filter(|item| item["primary"] == true).count() > 1 {
        return Err(ScimError::invalid_value(format!("Only one value of {path} may be primary.")));
    }
    Ok((!kept.is_empty()).then(|| kept.into()))
}

fn one(definition: &Definition, path: &str, value: &Value) -> Result<Option<Value>, ScimError> {
    let must_be = |what: &str| Err(ScimError::invalid_value(format!("{path} must be {what}.")));
    if value.is_null() {
        return Ok(None);
    }
    match (definition.kind, value) {
        (Type::Complex, Value::Object(members)) => {
            let mut part = Map::new();
            for (name, value) in members {
                let Some(sub) = definition.sub(name) else { continue };
                place(&mut part, sub, &format!("{path}.{}", sub.name), value)?;
            }
            Ok((!part.is_empty()).then(|| part.into()))
        }
        (Type::Complex, _) => must_be("an object"),
        (Type::Boolean, value) => match truth(Some(value)) {
            Some(value) => Ok(Some(value.into())),
            None => must_be("true or false"),
        },
        (Type::Integer, Value::Number(number)) if number.is_i64() => Ok(Some(value.clone())),
        (Type::Integer, _) => must_be("a whole number"),
        (Type::Decimal, Value::Number(_)) => Ok(Some(value.clone())),
        (Type::Decimal, _) => must_be("a number"),
        (Type::DateTime, Value::String(text)) if text.parse::<Timestamp>().is_ok() => Ok(Some(value.clone())),
        (Type::DateTime, _) => must_be("a date and time"),
        (Type::Binary, Value::String(text)) if is_base64(text) => Ok(Some(value.clone())),
        (Type::Binary, _) => must_be("base64 text"),
        (Type::String | Type::Reference, Value::String(_)) => Ok(Some(value.clone())),
        (Type::String | Type::Reference, _) => must_be("a string"),
    }
}

fn is_base64(text: &str) -> bool {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let packed: String = text.split_ascii_whitespace().collect();
    GeneralPurpose::new(&STANDARD, config).decode(packed).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_takes_the_shape_of_its_schema() {
        for (sent, kept) in [
            (json!({ "USERNAME": "a", "shoeSize": 44 }), json!({ "userName": "a" })),
            (json!({ "userName": "a", "groups": [{ "value": "1" }], "id": "7" }), json!({ "userName": "a" })),
            (json!({ "name": { "GIVENNAME": "B", "nick": "x" } }), json!({ "name": { "givenName": "B" } })),
            (json!({ "active": "False", "title": null, "roles": [] }), json!({ "active": false })),
            (json!({ "roles": ["admin"] }), json!({ "roles": [{ "value": "admin" }] })),
            (json!({ "emails": { "value": "a@x" } }), json!({ "emails": [{ "value": "a@x" }] })),
            (
                json!({ ENTERPRISE_USER: { "costcenter": "1", "manager": { "value": "2", "displayName": "M" } } }),
                json!({ ENTERPRISE_USER: { "costCenter": "1", "manager": { "value": "2" } } }),
            ),
        ] {
            let conformed = conform(ResourceKind::User, sent.as_object().unwrap()).unwrap();
            assert_eq!(Value::Object(conformed), kept, "{sent}");
        }
    }

    #[test]
    fn a_value_of_another_type_is_refused_by_name() {
        for (sent, detail) in [
            (json!({ "title": 7 }), "title must be a string."),
            (json!({ "active": "maybe" }), "active must be true or false."),
            (json!({ "emails": [{ "value": 7 }] }), "emails.value must be a string."),
            (json!({ "emails": [7] }), "emails must be an object."),
            (json!({ "x509Certificates": [{ "value": "%" }] }), "x509Certificates.value must be base64 text."),
            (
                json!({ "emails": [{ "value": "a", "primary": true }, { "value": "b", "primary": true }] }),
                "Only one value of emails may be primary.",
            ),
        ] {
            let refused = conform(ResourceKind::User, sent.as_object().unwrap()).unwrap_err();
            assert_eq!((refused.scim_type, refused.detail.as_str()), (Some("invalidValue"), detail), "{sent}");
        }
    }
}
