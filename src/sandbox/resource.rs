//! User resources: what a directory sent, put into the shape of RFC 7643, and what the tenant shows of a user.
//! A password is never kept, and nothing is corrected silently: what cannot be meant is refused by attribute name.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::data::User;
use super::error::ScimError;
use super::schema::ResourceKind;
use super::{Policy, version};
use crate::domain::attribute::{AttributeName, CORE_USER, ENTERPRISE_USER};
use crate::domain::exchange::truth;
use crate::domain::landing::{Landing, default_named, flatten_members, manager, shown};

const STRINGS: [&str; 10] = [
    "userName",
    "externalId",
    "displayName",
    "nickName",
    "profileUrl",
    "title",
    "userType",
    "preferredLanguage",
    "locale",
    "timezone",
];
const LISTS: [&str; 8] =
    ["emails", "phoneNumbers", "ims", "photos", "addresses", "entitlements", "roles", "x509Certificates"];
/// The guide's default of that name; it is in lower case as it stands.
const WORK_EMAIL: &str = "emails[type eq \"work\"].value";
/// The tenant's own, or nobody's to keep.
const IGNORED: [&str; 5] = ["schemas", "id", "meta", "groups", "password"];

/// A whole resource as the tenant keeps it: attribute names in the RFC's casing, flat and dotted names in their place,
/// `active` as a boolean, the manager as an object.
pub(super) fn accept(body: &Value) -> Result<Map<String, Value>, ScimError> {
    let members = body.as_object().ok_or_else(|| ScimError::invalid_syntax("The body is not a JSON object."))?;
    check_schemas(members.get("schemas"), ResourceKind::User)?;
    let mut resource = Map::new();
    for (key, value) in members {
        place(&mut resource, key, value)?;
    }
    // RFC 7643 §2.5: what is empty has no value.
    resource.retain(|_, value| *value != json!({}) && *value != json!([]));
    match resource.get("userName").and_then(Value::as_str) {
        Some(name) if !name.trim().is_empty() => Ok(resource),
        _ => Err(ScimError::invalid_value("userName is required and may not be empty.")),
    }
}

/// The learner's profile after a request: what landed is added, and what the resource no longer holds is gone, also
/// where the request itself set it before it took it away. `was` is the resource as it was before.
pub(super) fn settle(
    before: &Map<String, Value>,
    was: &Map<String, Value>,
    resource: &Map<String, Value>,
    landing: &Landing,
) -> Map<String, Value> {
    let all = flatten_members(resource);
    let held = all.iter().filter(|(_, value)| !value.is_null() && value != "");
    let mut held: Vec<(String, &Value)> =
        held.map(|(name, value)| (canonical(name).to_ascii_lowercase(), value)).collect();
    held.sort_by(|one, other| one.0.cmp(&other.0));
    let values_of = |name: &str| {
        let first = held.partition_point(|held| held.0.as_str() < name);
        let end = held.partition_point(|held| held.0.as_str() <= name);
        &held[first..end]
    };
    let is_held = |name: &str| {
        let name = name.to_ascii_lowercase();
        // An element that is named by anything but its type is taken for held while its list holds any.
        let list = name.split_once('[').filter(|(_, filter)| !filter.starts_with("type eq ")).map(|(list, _)| list);
        let first = |list: &str| held.get(held.partition_point(|held| held.0.as_str() < list));
        let any = |list: &str| first(list).is_some_and(|held| held.0.starts_with(list));
        !values_of(&name).is_empty() || list.is_some_and(any)
    };
    let mut profile: Map<String, Value> =
        before.iter().filter(|(name, _)| is_held(name)).map(|(name, value)| (name.clone(), value.clone())).collect();
    // Of two work emails one was taken away: the other is the learner's.
    if let Some(email) = profile.get_mut(WORK_EMAIL) {
        let values = values_of(WORK_EMAIL);
        if let Some((_, left)) = values.last().filter(|_| values.iter().all(|(_, value)| *value != email)) {
            *email = (*left).clone();
        }
    }
    // RFC 7644 §3.5.2.1: what is added and was there already changes nothing, so that of two work emails the learner's
    // stays the one that it was.
    let is_said_again = |name: &str, value: &Value, profile: &Map<String, Value>| {
        let values = values_of(&name.to_ascii_lowercase());
        let stays = |own: &Value| values.iter().any(|(_, held)| *held == own);
        let had =
            || flatten_members(was).iter().any(|(had, old)| old == value && canonical(had).eq_ignore_ascii_case(name));
        values.len() > 1 && profile.get(name).is_some_and(stays) && had()
    };
    for landed in &landing.landed {
        let Ok(name) = AttributeName::parse(&landed.attribute) else { continue };
        let name = canonical(&name).into_owned();
        if is_held(&name) && !is_said_again(&name, &landed.value, &profile) {
            let value = if landed.field == "status" { json!(landed.value == "active") } else { landed.value.clone() };
            profile.insert(name, value);
        }
    }
    profile
}

/// What the tenant answers for a user: under the vendor's rules only what landed, else everything.
pub(super) fn present(user: &User, policy: Policy, base: &str) -> Value {
    let shown = match policy {
        Policy::Thrive => unfold(&user.profile),
        Policy::Rfc => user.resource.clone(),
    };
    let extensions = shown.iter().filter(|(key, value)| key.starts_with("urn:") && value.is_object());
    let schemas: Vec<&str> = std::iter::once(CORE_USER).chain(extensions.map(|(key, _)| key.as_str())).collect();
    let mut body = Map::new();
    body.insert("schemas".to_owned(), json!(schemas));
    body.insert("id".to_owned(), json!(user.id));
    if let Some(external) = user.resource.get("externalId") {
        body.insert("externalId".to_owned(), external.clone());
    }
    body.extend(shown);
    body.insert("meta".to_owned(), meta_of(user, base));
    Value::Object(body)
}

/// The whole resource with what the tenant gave it, so that a patch can be told what is read-only.
pub(super) fn with_envelope(user: &User, base: &str) -> Value {
    let mut whole = user.resource.clone();
    whole.insert("id".to_owned(), json!(user.id));
    whole.insert("meta".to_owned(), meta_of(user, base));
    Value::Object(whole)
}

/// RFC 7643 §3.1; `(created, modified)` are its times.
pub(super) fn meta(
    kind: ResourceKind,
    id: &str,
    (created, modified): (Timestamp, Timestamp),
    version: i64,
    base: &str,
) -> Value {
    json!({
        "resourceType": kind.name(),
        "created": created,
        "lastModified": modified,
        "location": location(kind, id, base),
        "version": version::etag(version),
    })
}

fn meta_of(user: &User, base: &str) -> Value {
    meta(ResourceKind::User, &user.id, (user.created, user.modified), user.version, base)
}

/// An id that nobody has. Those of one moment stand beside each other in the index (RFC 9562 §5.7), so that many that are
/// created together cost few pages of it.
pub(super) fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// Where a resource is found.
pub(super) fn location(kind: ResourceKind, id: &str, base: &str) -> String {
    format!("{base}/{}/{id}", kind.endpoint())
}

/// `attributes` and `excludedAttributes` of RFC 7644 §3.9, in lower case and without the core URN.
#[derive(Debug, Clone, Default)]
pub(super) struct Selection {
    only: Vec<String>,
    except: Vec<String>,
}

impl Selection {
    pub(super) fn new<'a>(only: impl Iterator<Item = &'a str>, except: impl Iterator<Item = &'a str>) -> Self {
        let cores = ResourceKind::ALL.map(|kind| format!("{}:", kind.urn().to_ascii_lowercase()));
        let clean = |name: &str| {
            let name = name.trim().to_ascii_lowercase();
            cores.iter().find_map(|core| name.strip_prefix(core)).map_or_else(|| name.clone(), str::to_owned)
        };
        let clean_all = |names: &mut dyn Iterator<Item = &str>| -> Vec<String> {
            names.map(clean).filter(|name| !name.is_empty()).collect()
        };
        Self { only: clean_all(&mut { only }), except: clean_all(&mut { except }) }
    }

    /// What an address asks for; the rest of it is not looked at.
    pub(super) fn from_query(query: &str) -> Self {
        let lists = |wanted: &str| -> Vec<String> {
            let pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs.filter(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, names)| names.into_owned()).collect()
        };
        let (only, except) = (lists("attributes"), lists("excludedAttributes"));
        Self::new(only.iter().flat_map(|names| names.split(',')), except.iter().flat_map(|names| names.split(',')))
    }

    /// Whether any of an attribute is part of what was asked for.
    pub(super) fn shows(&self, attribute: &str) -> bool {
        let named = |name: &String| name.split('.').next() == Some(attribute);
        !self.except.iter().any(|name| name == attribute) && (self.only.is_empty() || self.only.iter().any(named))
    }

    /// The part of a resource that was asked for; `schemas` and `id` are always part of it.
    pub(super) fn of(&self, resource: Value) -> Value {
        if self.only.is_empty() && self.except.is_empty() {
            return resource;
        }
        let Value::Object(members) = resource else { return resource };
        let select = |(key, value): (String, Value)| {
            let path = key.to_ascii_lowercase();
            let separator = if path.starts_with("urn:") { ':' } else { '.' };
            if matches!(path.as_str(), "schemas" | "id") {
                return Some((key, value));
            }
            Some((key, self.part(&path, separator, value)?))
        };
        Value::Object(members.into_iter().filter_map(select).collect())
    }

    fn part(&self, path: &str, separator: char, value: Value) -> Option<Value> {
        let below = |name: &String| name.strip_prefix(path).is_some_and(|rest| rest.starts_with(separator));
        if self.except.iter().any(|name| name == path) {
            return None;
        }
        let whole = self.only.is_empty() || self.only.iter().any(|name| name == path);
        if whole && !self.except.iter().any(below) {
            return Some(value);
        }
        if !whole && !self.only.iter().any(below) {
            return None;
        }
        let inner = Self { only: if whole { Vec::new() } else { self.only.clone() }, except: self.except.clone() };
        let part = |(key, value): (String, Value)| {
            let path = format!("{path}{separator}{}", key.to_ascii_lowercase());
            Some((key, inner.part(&path, '.', value)?))
        };
        Some(match value {
            Value::Object(members) => Value::Object(members.into_iter().filter_map(part).collect()),
            Value::Array(items) => items
                .into_iter()
                .map(|item| match item {
                    Value::Object(members) => Value::Object(members.into_iter().filter_map(part).collect()),
                    scalar => scalar,
                })
                .collect(),
            scalar => scalar,
        })
    }
}

/// RFC 7643 §3: a resource names its schema. One that names none is taken for what its address says.
pub(super) fn check_schemas(schemas: Option<&Value>, kind: ResourceKind) -> Result<(), ScimError> {
    let Some(schemas) = schemas else { return Ok(()) };
    let names = schemas.as_array().ok_or_else(|| ScimError::invalid_value("schemas must be a list of URNs."))?;
    if names.iter().any(|name| name.as_str().is_some_and(|name| name.eq_ignore_ascii_case(kind.urn()))) {
        return Ok(());
    }
    Err(ScimError::invalid_value(format!("schemas must name {}.", kind.urn())))
}

/// RFC 7644 §3.1: a message names its schema. One that names none is taken for what its address says.
pub(super) fn check_message(body: &Value, urn: &str) -> Result<(), ScimError> {
    let Some(schemas) = field(body, "schemas") else { return Ok(()) };
    let is_it = |name: &Value| name.as_str().is_some_and(|name| name.eq_ignore_ascii_case(urn));
    if schemas.as_array().is_some_and(|names| names.iter().any(is_it)) {
        return Ok(());
    }
    Err(ScimError::invalid_syntax(format!("schemas must name {urn}.")))
}

/// A member of a message, in any case (RFC 7643 §2.1).
pub(super) fn field<'v>(body: &'v Value, name: &str) -> Option<&'v Value> {
    let exact = body.get(name);
    exact.or_else(|| body.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

fn place(resource: &mut Map<String, Value>, key: &str, value: &Value) -> Result<(), ScimError> {
    let Ok(name) = AttributeName::parse(key) else { return Ok(()) };
    let is = |urn: &str| urn.eq_ignore_ascii_case(key);
    let within = |urn: &str| key.contains(':') && urn.eq_ignore_ascii_case(name.schema());
    match value {
        Value::Null => Ok(()),
        Value::Object(members) if is(CORE_USER) => {
            members.iter().try_for_each(|(key, value)| place(resource, key, value))
        }
        Value::Object(members) if is(ENTERPRISE_USER) => {
            members.iter().for_each(|(path, value)| extend(resource, path, value));
            Ok(())
        }
        _ if within(ENTERPRISE_USER) => {
            extend(resource, name.path(), value);
            Ok(())
        }
        _ if is(ENTERPRISE_USER) || is(CORE_USER) => Err(ScimError::invalid_value(format!("{key} must be an object."))),
        _ if within(CORE_USER) => place_core(resource, name.path(), value),
        _ if key.contains(':') => {
            resource.insert(key.to_owned(), value.clone());
            Ok(())
        }
        _ => place_core(resource, key, value),
    }
}

fn place_core(resource: &mut Map<String, Value>, key: &str, value: &Value) -> Result<(), ScimError> {
    let one_of = |names: &[&'static str]| names.iter().copied().find(|name| name.eq_ignore_ascii_case(key));
    let must_be = |name: &str, what: &str| Err(ScimError::invalid_value(format!("{name} must be {what}.")));
    if one_of(&IGNORED).is_some() {
        return Ok(());
    }
    if let Some(name) = one_of(&STRINGS) {
        if !value.is_string() {
            return must_be(name, "a string");
        }
        resource.insert(name.to_owned(), value.clone());
        return Ok(());
    }
    if let Some(name) = one_of(&["active"]) {
        let Some(active) = truth(Some(value)) else { return must_be(name, "true or false") };
        resource.insert(name.to_owned(), active.into());
        return Ok(());
    }
    if let Some((parent, member)) = key.split_once('.').filter(|(parent, _)| parent.eq_ignore_ascii_case("name")) {
        return place_core(resource, parent, &json!({ member: value }));
    }
    if one_of(&["name"]).is_some() {
        let Some(members) = value.as_object() else { return must_be("name", "an object") };
        if let Some((member, _)) = members.iter().find(|(_, value)| !value.is_string() && !value.is_null()) {
            return must_be(&format!("name.{member}"), "a string");
        }
        let name = resource.entry("name").or_insert_with(|| json!({}));
        for (member, value) in members.iter().filter(|(_, value)| !value.is_null()) {
            name[member.as_str()] = value.clone();
        }
        return Ok(());
    }
    if let Some(name) = one_of(&LISTS) {
        let items = match value {
            Value::Array(items) => items.clone(),
            Value::Object(_) => vec![value.clone()],
            _ => return must_be(name, "a list"),
        };
        if name == "emails" && items.iter().any(|item| !item.get("value").unwrap_or(&Value::Null).is_string()) {
            return must_be("emails", "a list of objects with a value");
        }
        resource.insert(name.to_owned(), Value::Array(items));
        return Ok(());
    }
    resource.insert(key.to_owned(), value.clone());
    Ok(())
}

/// Adds an attribute of the enterprise extension. The manager becomes the object that directories expect back.
fn extend(resource: &mut Map<String, Value>, path: &str, value: &Value) {
    let is_manager = path.eq_ignore_ascii_case("manager") || path.eq_ignore_ascii_case("manager.value");
    let value = match value {
        Value::Null => return,
        _ if path.eq_ignore_ascii_case("schemas") => return,
        Value::Object(_) if is_manager => value.clone(),
        value if is_manager => match manager(value) {
            Some(Value::String(id)) if !id.is_empty() => json!({ "value": id }),
            Some(Value::Number(id)) => json!({ "value": id.to_string() }),
            _ => return,
        },
        value => value.clone(),
    };
    let path = if is_manager { "manager" } else { path };
    resource.entry(ENTERPRISE_USER).or_insert_with(|| json!({}))[path] = value;
}

/// One name for one thing in the profile: the guide's for a default, the name as sent for anything else.
fn canonical(name: &AttributeName) -> Cow<'_, str> {
    match default_named(name) {
        Some(default) if default.schema == CORE_USER => default.path.into(),
        Some(default) => shown(&AttributeName::new(default.schema, default.path)).into(),
        None => shown(name).into(),
    }
}

/// A profile as a SCIM resource.
fn unfold(profile: &Map<String, Value>) -> Map<String, Value> {
    let mut resource = Map::new();
    for (attribute, value) in profile {
        let Ok(name) = AttributeName::parse(attribute) else { continue };
        let members = match name.schema() {
            CORE_USER => &mut resource,
            schema => match resource.entry(schema).or_insert_with(|| json!({})) {
                Value::Object(members) => members,
                _ => continue,
            },
        };
        if name.path() == "manager" {
            members.insert("manager".to_owned(), json!({ "value": value }));
        } else if let Some((list, kind, member)) = by_type(name.path()) {
            let Value::Array(items) = members.entry(list).or_insert_with(|| json!([])) else { continue };
            match items.iter_mut().find(|item| item["type"] == kind) {
                Some(item) => item[member] = value.clone(),
                None => items.push(json!({ "type": kind, member: value })),
            }
        } else if let Some((parent, member)) = name.path().split_once('.') {
            members.entry(parent).or_insert_with(|| json!({}))[member] = value.clone();
        } else {
            members.insert(name.path().to_owned(), value.clone());
        }
    }
    resource
}

/// `emails[type eq "work"].value` as list, type and member.
fn by_type(path: &str) -> Option<(&str, &str, &str)> {
    let (list, rest) = path.split_once("[type eq \"")?;
    let (kind, member) = rest.split_once("\"].")?;
    Some((list, kind, member))
}
