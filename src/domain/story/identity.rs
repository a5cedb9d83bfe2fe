//! Who a record is about, by every identifier that it gives: SCIM id, externalId, the directory's own id, userName, e-mail.
//! It reads what stands in the record and guesses nothing; a display name is no identifier.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::domain::{
    exchange::{Exchange, Operation},
    journal::{Record, Source},
    query::fold,
};

/// What kind of identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum IdentifierKind {
    /// The id that the tenant gave.
    Id,
    /// The directory's id: externalId, or the source identity of its log.
    ExternalId,
    /// The userName, old or new.
    UserName,
    /// An e-mail address.
    Email,
}

/// One identifier as it stands in a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Identifier {
    /// Which kind.
    pub kind: IdentifierKind,
    /// Its value.
    pub value: String,
}

impl Identifier {
    /// The value in the case that comparing uses.
    #[must_use]
    pub fn folded(&self) -> String {
        fold(&self.value)
    }
}

/// Every identifier of whom a record is about; none where it is about nobody, a group or several.
#[must_use]
pub fn identifiers(record: &Record) -> Vec<Identifier> {
    let summary = &record.summary;
    let mut found = Found(Vec::new());
    if summary.path.contains("/Groups") || matches!(summary.operation, Operation::List | Operation::Discover) {
        return found.0;
    }
    if let Some(user) = &summary.user {
        // A directory's log falls back to the display name, which many may have.
        if !user.contains(char::is_whitespace) {
            found.add(IdentifierKind::UserName, user);
        }
    }
    if let Some(id) = &summary.resource_id {
        found.add(IdentifierKind::Id, id);
    }
    if let Some(id) = id_in_path(&summary.path) {
        found.add(IdentifierKind::Id, id);
    }
    if summary.operation == Operation::Match {
        found.filter(&summary.path);
    }
    if let Some(exchange) = &record.exchange {
        found.exchange(exchange);
    }
    if let Some(Value::Object(event)) = &record.event {
        found.event(content(event), record.source);
    }
    found.0
}

/// The SCIM id that a path names: `/Users/{id}`.
#[must_use]
pub(super) fn id_in_path(path: &str) -> Option<&str> {
    let rest = path.split_once("/Users/")?.1;
    let id = rest.split(['?', '/', '#']).next().unwrap_or_default();
    (!id.is_empty() && !id.starts_with('.')).then_some(id)
}

struct Found(Vec<Identifier>);

impl Found {
    fn add(&mut self, kind: IdentifierKind, value: &str) {
        let value = value.trim();
        let found = Identifier { kind, value: value.to_owned() };
        let same = |known: &Identifier| known.kind == kind && known.folded() == found.folded();
        if !value.is_empty() && value.len() <= 320 && !self.0.iter().any(same) {
            self.0.push(found);
        }
    }

    /// A member or attribute path that identifies a person, with its value.
    fn named(&mut self, name: &str, value: &Value) {
        let name = name.rsplit(':').next().unwrap_or(name).to_ascii_lowercase();
        match (name.as_str(), value) {
            ("username" | "userprincipalname", Value::String(text)) => self.add(IdentifierKind::UserName, text),
            ("externalid", Value::String(text)) => self.add(IdentifierKind::ExternalId, text),
            ("mail" | "email", Value::String(text)) => self.add(IdentifierKind::Email, text),
            ("emails", Value::Array(items)) => items.iter().for_each(|item| self.email(item)),
            (path, value) if path.starts_with("emails") => self.email(value),
            _ => {}
        }
    }

    fn email(&mut self, item: &Value) {
        match item {
            Value::Object(members) => {
                if let Some(Value::String(text)) = members.get("value") {
                    self.add(IdentifierKind::Email, text);
                }
            }
            Value::String(text) if text.contains('@') => self.add(IdentifierKind::Email, text),
            Value::Array(items) => items.iter().for_each(|item| self.email(item)),
            _ => {}
        }
    }

    fn members(&mut self, members: &Map<String, Value>) {
        for (name, value) in members {
            self.named(name, value);
        }
    }

    fn resource(&mut self, resource: &Map<String, Value>) {
        if let Some(Value::String(id)) = resource.get("id") {
            self.add(IdentifierKind::Id, id);
        }
        self.members(resource);
    }

    fn exchange(&mut self, exchange: &Exchange) {
        if let Value::Object(body) = &exchange.request.body {
            let operations = body.get("Operations").or_else(|| body.get("operations")).and_then(Value::as_array);
            match operations {
                Some(operations) => operations.iter().filter_map(Value::as_object).for_each(|one| self.operation(one)),
                None => self.resource(body),
            }
        }
        let Some(response) = exchange.response.as_ref().filter(|response| (200..300).contains(&response.status)) else {
            return;
        };
        let Value::Object(body) = &response.body else { return };
        match body.get("Resources").and_then(Value::as_array).map(Vec::as_slice) {
            Some([Value::Object(only)]) => self.resource(only),
            // Several people, or nobody.
            Some(_) => {}
            None => self.resource(body),
        }
    }

    fn operation(&mut self, operation: &Map<String, Value>) {
        let Some(value) = operation.get("value") else { return };
        match (operation.get("path").and_then(Value::as_str).unwrap_or_default(), value) {
            ("", Value::Object(members)) => self.members(members),
            (path, value) => self.named(path, value),
        }
    }

    /// `filter=userName eq "jane@x.com"`, escaped or not.
    fn filter(&mut self, path: &str) {
        let Some((_, query)) = path.split_once('?') else { return };
        for (name, filter) in url::form_urlencoded::parse(query.as_bytes()) {
            if name != "filter" {
                continue;
            }
            let mut words = filter.trim().splitn(3, ' ');
            let (attribute, test, value) = (words.next(), words.next(), words.next().unwrap_or_default());
            let value = value.trim().trim_matches('"');
            if let (Some(attribute), Some(test)) = (attribute, test)
                && test.eq_ignore_ascii_case("eq")
                && !value.contains('"')
            {
                let value = Value::from(value);
                if attribute.eq_ignore_ascii_case("id") {
                    self.add(IdentifierKind::Id, value.as_str().unwrap_or_default());
                }
                self.named(attribute, &value);
            }
        }
    }

    fn event(&mut self, event: &Map<String, Value>, source: Source) {
        if source != Source::Entra {
            return;
        }
        if let Some(identity) = part(event, "sourceIdentity") {
            self.identity(identity, IdentifierKind::ExternalId);
        }
        if let Some(identity) = part(event, "targetIdentity") {
            self.identity(identity, IdentifierKind::Id);
        }
        for (name, value) in modified(event) {
            let (before, after) = value;
            self.named(name, &before);
            self.named(name, &after);
        }
    }

    fn identity(&mut self, identity: &Map<String, Value>, kind: IdentifierKind) {
        if let Some(Value::String(id)) = member(identity, "id") {
            self.add(kind, id);
        }
        if let Some(details) = part(identity, "details") {
            self.members(details);
        }
    }
}

/// A record that was streamed to storage has its content under `properties`.
fn content(event: &Map<String, Value>) -> &Map<String, Value> {
    part(event, "properties").filter(|inner| member(inner, "sourceIdentity").is_some()).unwrap_or(event)
}

/// The values that a directory's event says it changed: name, before, after.
pub(super) fn modified(event: &Map<String, Value>) -> Vec<(&str, (Value, Value))> {
    let properties = member(content(event), "modifiedProperties").and_then(Value::as_array);
    properties
        .into_iter()
        .flatten()
        .filter_map(|property| {
            let property = property.as_object()?;
            let name = member(property, "displayName")?.as_str()?;
            let value = |key: &str| member(property, key).map_or(Value::Null, plain);
            Some((name, (value("oldValue"), value("newValue"))))
        })
        .collect()
}

/// Entra writes some values as JSON text: `"\"False\""`.
fn plain(value: &Value) -> Value {
    match value {
        Value::String(text) => serde_json::from_str::<String>(text).map_or_else(|_| value.clone(), Value::String),
        other => other.clone(),
    }
}

fn member<'m>(members: &'m Map<String, Value>, name: &str) -> Option<&'m Value> {
    members.get(name).or_else(|| members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

/// A member that is an object, or a list that begins with one.
fn part<'m>(members: &'m Map<String, Value>, name: &str) -> Option<&'m Map<String, Value>> {
    match member(members, name)? {
        Value::Array(items) => items.first().and_then(Value::as_object),
        value => value.as_object(),
    }
}
