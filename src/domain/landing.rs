//! What of a request lands in the learner's profile, and what is dropped and why (vendor's guide).
//! It is the one rule that the sandbox enforces and the preview shows; it never corrects a name.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::attribute::{AttributeName, CORE_USER, DEFAULTS, DefaultAttribute, ENTERPRISE_USER, MAPPABLE_EXTENSION};
use super::exchange::truth;
use super::mapping::MappingRow;

/// A value that reached a profile field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Landed {
    /// The attribute as it was sent; core attributes without their URN.
    pub attribute: String,
    /// The profile field (`firstName`) or custom field ref.
    pub field: String,
    /// The value.
    pub value: Value,
}

/// A value that was received and not kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dropped {
    /// The attribute as it was sent; core attributes without their URN.
    pub attribute: String,
    /// The value.
    pub value: Value,
    /// Why, in one sentence.
    pub reason: String,
}

/// What became of every attribute of one request.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Landing {
    /// What was kept.
    pub landed: Vec<Landed>,
    /// What was not.
    pub dropped: Vec<Dropped>,
}

/// What lands of the attributes that one request sent, in the order sent. The nine defaults land in their profile
/// field; anything else needs a mapping of exactly its short name, casing included. An empty value neither lands nor
/// counts as dropped.
#[must_use]
pub fn land(sent: &[(AttributeName, Value)], mappings: &[MappingRow]) -> Landing {
    let names: Vec<(String, &str)> = mappings
        .iter()
        .filter_map(|row| {
            Some((AttributeName::parse(&row.attribute).ok()?.short_name().to_owned(), row.field.as_str()))
        })
        .collect();
    let mut landing = Landing::default();
    for (name, value) in sent.iter().filter(|(_, value)| !is_empty(value)) {
        let attribute = shown(name);
        if let Some(default) = default_named(name) {
            let value = if default.path == "active" { status(value) } else { value.clone() };
            landing.landed.push(Landed { attribute, field: default.profile_field.to_owned(), value });
            continue;
        }
        match custom_field(name, &names) {
            Ok(field) => landing.landed.push(Landed { attribute, field: field.to_owned(), value: value.clone() }),
            Err(reason) => landing.dropped.push(Dropped { attribute, value: value.clone(), reason }),
        }
    }
    landing
}

/// Every attribute of a resource, or of the `value` of a path-less PATCH operation, with its value: complex attributes
/// as sub-paths (`name.givenName`), multi-valued ones by type (`emails[type eq "work"].value`), extensions by URN.
/// Left out: `schemas`, `meta`, `id`, `externalId`, a password, empty lists, and what only selects (`type`, `primary`).
#[must_use]
pub fn flatten(resource: &Value) -> Vec<(AttributeName, Value)> {
    resource.as_object().map(flatten_members).unwrap_or_default()
}

/// The same for the members of a resource.
#[must_use]
pub fn flatten_members(resource: &Map<String, Value>) -> Vec<(AttributeName, Value)> {
    let mut all = Vec::new();
    for (key, value) in resource {
        let Ok(name) = AttributeName::parse(key) else { continue };
        if is_envelope(&name) {
            continue;
        }
        match value.as_object().filter(|_| is_schema(key, &name)) {
            Some(extension) => {
                let members = extension.iter().map(|(path, value)| (AttributeName::new(key, path), value));
                for (name, value) in members.filter(|(name, _)| !name.path().is_empty() && !is_envelope(name)) {
                    spread(&name, value, &mut all);
                }
            }
            None => spread(&name, value, &mut all),
        }
    }
    all
}

/// The default attribute that a name means, if it is one of the nine. RFC 7643 §2.1: names are case-insensitive.
#[must_use]
pub fn default_named(name: &AttributeName) -> Option<&'static DefaultAttribute> {
    let (path, is_element) = (name.path(), name.path().contains('['));
    let same = |default: &&DefaultAttribute| {
        (default.path.eq_ignore_ascii_case(path)
            || is_element && same_but_for_blanks(default.path, path)
            || default.path == "manager" && path.eq_ignore_ascii_case("manager.value"))
            && default.schema.eq_ignore_ascii_case(name.schema())
    };
    DEFAULTS.iter().find(same)
}

/// The name as a person reads it: core attributes without their URN.
#[must_use]
pub fn shown(name: &AttributeName) -> String {
    if name.schema() == CORE_USER { name.path().to_owned() } else { name.to_string() }
}

/// Whether a value says nothing: absent, or a text, list or object with nothing in it.
#[must_use]
pub fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn status(active: &Value) -> Value {
    match truth(Some(active)) {
        Some(true) => "active".into(),
        Some(false) => "suspended".into(),
        None => active.clone(),
    }
}

fn same_but_for_blanks(left: &str, right: &str) -> bool {
    fn letters(path: &str) -> impl Iterator<Item = u8> {
        path.bytes().filter(|b| !b.is_ascii_whitespace()).map(|b| b.to_ascii_lowercase())
    }
    left.contains('[') && letters(left).eq(letters(right))
}

fn custom_field<'m>(name: &AttributeName, mappings: &[(String, &'m str)]) -> Result<&'m str, String> {
    let short = name.short_name();
    let exact = mappings.iter().find(|(mapped, _)| mapped == short);
    let cased = mappings.iter().find(|(mapped, _)| mapped.eq_ignore_ascii_case(short));
    let from_enterprise = name.schema().eq_ignore_ascii_case(ENTERPRISE_USER);
    let allowed = !from_enterprise || MAPPABLE_EXTENSION.contains(&short);
    let american = short.eq_ignore_ascii_case("organization");
    if let (Some((_, field)), true) = (exact, allowed) {
        return Ok(field);
    }
    if american && (from_enterprise || mappings.iter().any(|(mapped, _)| mapped == "organisation")) {
        return Err("The guide's spelling is organisation; the directory sent organization.".to_owned());
    }
    if let (Some((mapped, _)), None) = (cased, exact) {
        return Err(format!("{OTHER_CASE}{mapped}."));
    }
    if !allowed {
        return Err(match MAPPABLE_EXTENSION.iter().find(|allowed| allowed.eq_ignore_ascii_case(short)) {
            Some(allowed) => format!("Only the case differs from {allowed}, which Thrive's guide allows."),
            None => {
                "Thrive's guide allows only employeeNumber, costCenter, organisation, division and department from \
                     the enterprise extension."
                    .to_owned()
            }
        });
    }
    let lower = short.to_ascii_lowercase();
    Err(match lower.strip_prefix("emails") {
        Some(".value") => "Only the email of type work lands; this one has no type.",
        Some(rest) if rest.starts_with('[') && rest.ends_with("].value") => "Only the email of type work lands.",
        _ => NO_MAPPING,
    }
    .to_owned())
}

/// The reason where nothing maps the attribute.
pub const NO_MAPPING: &str = "No mapping.";
const OTHER_CASE: &str = "Only the case differs from the mapping ";

/// Whether a reason is that nothing mapped the attribute by the name that was sent, so that another mapping would help.
#[must_use]
pub fn lacked_mapping(reason: &str) -> bool {
    reason == NO_MAPPING || reason.starts_with(OTHER_CASE)
}

/// Not the learner's data: what SCIM itself needs, and the password, which nobody may keep.
#[must_use]
pub fn is_envelope(name: &AttributeName) -> bool {
    let is = |known: &&str| known.eq_ignore_ascii_case(name.path());
    let core = || ["meta", "id", "externalId", "password"].iter().any(is);
    is(&"schemas") || name.schema().eq_ignore_ascii_case(CORE_USER) && core()
}

/// Whether a key is the URN of an extension rather than that of one attribute (`urn:…:User:manager`).
fn is_schema(key: &str, name: &AttributeName) -> bool {
    let is_urn = key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"));
    let known = |urn: &str| [CORE_USER, ENTERPRISE_USER].iter().any(|known| known.eq_ignore_ascii_case(urn));
    is_urn && (known(key) || !known(name.schema()))
}

fn spread(name: &AttributeName, value: &Value, all: &mut Vec<(AttributeName, Value)>) {
    let path = name.path();
    if path.eq_ignore_ascii_case("manager") {
        all.extend(manager(value).map(|id| (name.clone(), id.clone())));
        return;
    }
    match value {
        Value::Object(members) if members.get("type").is_some_and(Value::is_string) && !path.contains('[') => {
            element(name, members, all);
        }
        Value::Object(members) => members_of(name, path, members, all),
        Value::Array(items) => {
            for item in items {
                match item {
                    Value::Object(members) => element(name, members, all),
                    scalar => all.push((name.clone(), scalar.clone())),
                }
            }
        }
        _ if path.ends_with("].type") || path.ends_with("].primary") => {}
        scalar => all.push((name.clone(), scalar.clone())),
    }
}

/// One element of a multi-valued attribute, named by its type.
fn element(name: &AttributeName, members: &Map<String, Value>, all: &mut Vec<(AttributeName, Value)>) {
    let path = match members.get("type").and_then(Value::as_str) {
        Some(kind) if !kind.is_empty() => format!("{}[type eq \"{kind}\"]", name.path()),
        _ => name.path().to_owned(),
    };
    members_of(name, &path, members, all);
}

fn members_of(name: &AttributeName, path: &str, members: &Map<String, Value>, all: &mut Vec<(AttributeName, Value)>) {
    let selects = |member: &str| ["type", "primary"].contains(&member);
    for (member, value) in members.iter().filter(|(member, _)| !member.starts_with('$') && !selects(member)) {
        spread(&AttributeName::new(name.schema(), &format!("{path}.{member}")), value, all);
    }
}

/// The manager's id in every form that directories send: bare, an object, or a list of one.
#[must_use]
pub fn manager(value: &Value) -> Option<&Value> {
    match value {
        Value::Object(members) => members.get("value"),
        Value::Array(items) => items.first().and_then(manager),
        bare => Some(bare),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const DEPARTMENT: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";

    fn rows(names: &[(&str, &str)]) -> Vec<MappingRow> {
        names.iter().map(|(a, f)| MappingRow { attribute: (*a).to_owned(), field: (*f).to_owned() }).collect()
    }

    /// The field, or the reason, of the one value in a resource.
    fn fate(resource: &Value, mappings: &[(&str, &str)]) -> String {
        let landing = land(&flatten(resource), &rows(mappings));
        match (landing.landed.as_slice(), landing.dropped.as_slice()) {
            ([one], []) => format!("{}={}", one.field, one.value),
            ([], [one]) => one.reason.clone(),
            ([], []) => "nothing".to_owned(),
            _ => format!("{landing:?}"),
        }
    }

    fn enterprise(name: &str) -> Value {
        json!({ ENTERPRISE_USER: { name: "x" } })
    }

    #[test]
    fn the_nine_defaults_land_without_a_mapping() {
        for (resource, expected) in [
            (json!({"userName": "ann@x.com"}), r#"ref="ann@x.com""#),
            (json!({"USERNAME": "ann@x.com"}), r#"ref="ann@x.com""#),
            (json!({"title": "Nurse"}), r#"jobTitle="Nurse""#),
            (json!({"active": true}), r#"status="active""#),
            (json!({"active": false}), r#"status="suspended""#),
            (json!({"active": "False"}), r#"status="suspended""#),
            (json!({"emails": [{"type": "work", "primary": true, "value": "a@x"}]}), r#"email="a@x""#),
            (json!({"emails": [{"type": "Work", "value": "a@x"}]}), r#"email="a@x""#),
            (json!({"emails": {"type": "work", "value": "a@x"}}), r#"email="a@x""#),
            (json!({"emails[type eq \"work\"].value": "a@x"}), r#"email="a@x""#),
            (json!({"emails[type  Eq \"work\"].value": "a@x"}), r#"email="a@x""#),
            (json!({"emails[type eq \"work\"]": {"value": "a@x", "type": "work"}}), r#"email="a@x""#),
            (json!({"preferredLanguage": "en-GB"}), r#"languageCode="en-GB""#),
            (json!({"name": {"givenName": "Ann"}}), r#"firstName="Ann""#),
            (json!({"name.familyName": "Lee"}), r#"lastName="Lee""#),
            (json!({"timezone": "Europe/London"}), r#"timeZone="Europe/London""#),
            (json!({ENTERPRISE_USER: {"manager": "7"}}), r#"managerRef="7""#),
            (json!({ENTERPRISE_USER: {"manager": {"value": "7", "$ref": "../Users/7"}}}), r#"managerRef="7""#),
            (json!({ENTERPRISE_USER: {"manager": [{"value": "7"}]}}), r#"managerRef="7""#),
            (json!({format!("{ENTERPRISE_USER}:manager"): {"value": "7"}}), r#"managerRef="7""#),
            (json!({format!("{ENTERPRISE_USER}:manager.value"): "7"}), r#"managerRef="7""#),
            (json!({format!("{CORE_USER}:title"): "Nurse"}), r#"jobTitle="Nurse""#),
            (json!({CORE_USER: {"title": "Nurse"}}), r#"jobTitle="Nurse""#),
        ] {
            assert_eq!(fate(&resource, &[]), expected, "{resource}");
        }
    }

    #[test]
    fn anything_else_needs_a_mapping_of_exactly_its_short_name() {
        let cost = format!("{ENTERPRISE_USER}:costCenter");
        let contract = format!("{CORE_USER}:contractType");
        let all = "Thrive's guide allows only employeeNumber, costCenter, organisation, division and department from the \
                   enterprise extension.";
        let spelling = "The guide's spelling is organisation; the directory sent organization.";
        let phone = "phoneNumbers[type eq \"mobile\"].value";
        for (resource, mapping, expected) in [
            (enterprise("costCenter"), Some(cost.as_str()), r#"f="x""#),
            (enterprise("costCenter"), Some("costCenter"), r#"f="x""#),
            (json!({"costCenter": "x"}), Some(&cost), r#"f="x""#),
            (json!({cost.as_str(): "x"}), Some(&cost), r#"f="x""#),
            (enterprise("costCenter"), None, "No mapping."),
            (enterprise("costcenter"), Some(&cost), "Only the case differs from the mapping costCenter."),
            (enterprise("costCenter"), Some("costcenter"), "Only the case differs from the mapping costcenter."),
            (enterprise("costcenter"), None, "Only the case differs from costCenter, which Thrive's guide allows."),
            (
                enterprise("costcenter"),
                Some("costcenter"),
                "Only the case differs from costCenter, which Thrive's guide allows.",
            ),
            (enterprise("costCentre"), None, all),
            (enterprise("costCentre"), Some("costCentre"), all),
            (enterprise("organization"), None, spelling),
            (enterprise("organization"), Some("organization"), spelling),
            (enterprise("organization"), Some("organisation"), spelling),
            (json!({"organization": "x"}), Some("organisation"), spelling),
            (json!({"organization": "x"}), Some("organization"), r#"f="x""#),
            (json!({"organization": "x"}), None, "No mapping."),
            (enterprise("organisation"), Some("organisation"), r#"f="x""#),
            (enterprise("department"), Some(DEPARTMENT), r#"f="x""#),
            (json!({"contractType": "x"}), Some(&contract), r#"f="x""#),
            (json!({contract.as_str(): "x"}), Some(&contract), r#"f="x""#),
            (json!({"ContractType": "x"}), Some(&contract), "Only the case differs from the mapping contractType."),
            (json!({"displayName": "x"}), None, "No mapping."),
            (json!({"name": {"formatted": "x"}}), None, "No mapping."),
            (json!({"name": {"formatted": "x"}}), Some("name.formatted"), r#"f="x""#),
            (json!({"phoneNumbers": [{"type": "mobile", "value": "x"}]}), Some(phone), r#"f="x""#),
            (json!({"phoneNumbers": [{"type": "home", "value": "x"}]}), Some(phone), "No mapping."),
            (json!({"urn:example:hr:1.0:User": {"team": "x"}}), Some("team"), r#"f="x""#),
            (json!({"urn:example:hr:1.0:User:team": "x"}), Some("urn:example:hr:1.0:User:team"), r#"f="x""#),
            (json!({"emails": [{"type": "home", "value": "x"}]}), None, "Only the email of type work lands."),
            (
                json!({"emails": [{"primary": true, "value": "x"}]}),
                None,
                "Only the email of type work lands; this one has no type.",
            ),
            (json!({"roles": ["x"]}), None, "No mapping."),
        ] {
            let mappings: Vec<(&str, &str)> = mapping.iter().map(|a| (*a, "f")).collect();
            assert_eq!(fate(&resource, &mappings), expected, "{resource} with {mapping:?}");
        }
    }

    #[test]
    fn what_is_empty_neither_lands_nor_counts_as_dropped() {
        for resource in [
            json!({"title": "", "displayName": null, "emails": [], "roles": [], "name": {}}),
            json!({"schemas": [CORE_USER], "meta": {"resourceType": "User"}, "id": "7", "externalId": "e", "groups": []}),
            json!({"password": "secret", "PASSWORD": "secret"}),
            json!({ENTERPRISE_USER: {"manager": null, "department": "", "schemas": [ENTERPRISE_USER]}}),
            json!({CORE_USER: {"id": "7", "password": "secret"}}),
            json!({"emails": [{"type": "work", "primary": true}]}),
            json!({"emails[type eq \"work\"].primary": true}),
            json!("text"),
            Value::Null,
        ] {
            assert_eq!(fate(&resource, &[]), "nothing", "{resource}");
        }
    }

    #[test]
    fn false_and_zero_are_values() {
        assert_eq!(fate(&json!({"onLeave": false}), &[("onLeave", "onleave")]), "onleave=false");
        assert_eq!(fate(&json!({"grade": 0}), &[("grade", "grade")]), "grade=0");
    }

    #[test]
    fn the_first_of_two_mappings_wins_and_a_broken_one_is_passed_over() {
        let mappings = [("", "z"), ("urn:x:", "z"), ("team", "first"), ("team", "second")];
        assert_eq!(fate(&json!({"team": "x"}), &mappings), r#"first="x""#);
    }

    #[test]
    fn the_order_is_that_of_the_request_and_names_are_as_sent() {
        let sent = flatten(&json!({
            "userName": "a", "name": {"givenName": "A", "formatted": "A B"},
            ENTERPRISE_USER: {"department": "IT", "manager": {"value": "7", "displayName": "Boss"}},
        }));
        let names: Vec<String> = sent.iter().map(|(name, _)| shown(name)).collect();
        let manager = format!("{ENTERPRISE_USER}:manager");
        assert_eq!(names, ["userName", "name.givenName", "name.formatted", DEPARTMENT, manager.as_str()]);
        let landing = land(&sent, &rows(&[(DEPARTMENT, "department")]));
        assert_eq!(landing.landed.len(), 4);
        assert_eq!(landing.dropped[0].attribute, "name.formatted");
    }
}
