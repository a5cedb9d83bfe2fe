//! Redaction: the same exchange or record with every person replaced by an alias and every secret by dots.
//! It works on the structure first and on free text after; what it gives never holds an original personal value.
//!
//! What survives, because a diagnosis may rest on it: the shape of a value (an e-mail stays one, an id keeps its digits
//! and dashes), blanks and invisible characters, the case of the first and second letter, special characters such as
//! `'`, `+`, `#EXT#`, whether there are letters beyond ASCII, and whether two values are equal whatever their case.
//! SCIM ids stay when they are opaque. Names of fewer than three letters are replaced in their own fields only.

mod alias;
mod class;
mod text;
mod url;

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Number, Value};

use super::{
    exchange::{Exchange, Headers, Operation},
    journal::Record,
    landing::Landing,
};
use alias::Aliases;
use class::{Class, Place};

/// In place of a secret.
pub const DOTS: &str = "•••";

/// Redacts document after document with the same aliases.
#[derive(Debug, Default)]
pub struct Redactor {
    aliases: Aliases,
    replaced: HashSet<String>,
    secrets: usize,
    secrets_seen: HashSet<u64>,
    /// People by every identifier they go by.
    people: HashMap<String, u32>,
    /// Whom the document in hand is about.
    subject: Option<u32>,
}

impl Redactor {
    /// A redactor that knows nobody yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many different values were replaced so far.
    #[must_use]
    pub fn redacted(&self) -> usize {
        self.replaced.len() + self.secrets
    }

    /// An exchange without personal values and secrets.
    #[must_use]
    pub fn exchange(&mut self, exchange: &Exchange) -> Exchange {
        self.twice(|redactor| redactor.one_exchange(exchange))
    }

    /// A record without personal values and secrets.
    #[must_use]
    pub fn record(&mut self, record: &Record) -> Record {
        self.twice(|redactor| redactor.one_record(record))
    }

    /// A JSON document without personal values and secrets.
    #[must_use]
    pub fn value(&mut self, value: &Value) -> Value {
        self.twice(|redactor| {
            redactor.subject = redactor.person(&class::identifiers(value));
            redactor.document(value)
        })
    }

    /// Free text without secrets, e-mail addresses and the values met before.
    #[must_use]
    pub fn text(&mut self, text: &str) -> String {
        self.twice(|redactor| redactor.scrub(text, 0))
    }

    /// The first pass learns every value of the document, so that the second finds each in its texts too.
    fn twice<T>(&mut self, pass: impl Fn(&mut Self) -> T) -> T {
        self.subject = None;
        let _ = pass(self);
        self.subject = None;
        pass(self)
    }

    fn one_exchange(&mut self, exchange: &Exchange) -> Exchange {
        let mut redacted = exchange.clone();
        if self.subject.is_none() {
            let answer = exchange.response.as_ref().map(|response| &response.body);
            let keys = url::resource_id(&exchange.request.url).map(str::to_owned).into_iter();
            let keys = keys.chain(class::identifiers(&exchange.request.body));
            self.subject =
                self.person(&keys.chain(answer.map(class::identifiers).unwrap_or_default()).collect::<Vec<_>>());
        }
        redacted.request.url = self.url(&exchange.request.url);
        redacted.request.headers = self.headers(&exchange.request.headers);
        redacted.request.body = self.document(&exchange.request.body);
        if let Some(response) = &mut redacted.response {
            response.headers = self.headers(&response.headers);
            // What a service says of itself is about attributes, and names nobody.
            let describes = Operation::of("GET", &exchange.request.url, &Value::Null) == Operation::Discover;
            response.body = if describes { response.body.clone() } else { self.document(&response.body) };
        }
        redacted.error = exchange.error.as_ref().map(|error| self.scrub(error, 0));
        redacted
    }

    fn one_record(&mut self, record: &Record) -> Record {
        let mut redacted = record.clone();
        let summary = &record.summary;
        let known = summary.user.iter().chain(&summary.resource_id).cloned();
        let event = record.event.as_ref().map(class::identifiers).unwrap_or_default();
        self.subject = self.person(&known.chain(event).collect::<Vec<_>>());
        redacted.event = record.event.as_ref().map(|event| self.document(event));
        redacted.exchange = record.exchange.as_ref().map(|exchange| self.one_exchange(exchange));
        redacted.landing = record.landing.as_ref().map(|landing| self.landing(landing));
        let out = &mut redacted.summary;
        out.user = summary.user.as_ref().map(|user| self.alias(Class::Login, user));
        out.resource_id = summary.resource_id.as_ref().map(|id| self.alias(Class::Opaque, id));
        out.path = self.url(&summary.path);
        out.detail = summary.detail.as_ref().map(|detail| self.scrub(detail, 0));
        out.client = summary.client.as_ref().map(|client| self.scrub(client, 0));
        redacted
    }

    fn landing(&mut self, landing: &Landing) -> Landing {
        let mut redacted = landing.clone();
        for landed in &mut redacted.landed {
            landed.value = self.member(&Place::root(), &landed.attribute, &landed.value, 0);
            landed.attribute = self.path(&landed.attribute);
        }
        for dropped in &mut redacted.dropped {
            dropped.value = self.member(&Place::root(), &dropped.attribute, &dropped.value, 0);
            dropped.attribute = self.path(&dropped.attribute);
            dropped.reason = self.scrub(&dropped.reason, 0);
        }
        redacted
    }

    fn headers(&mut self, headers: &Headers) -> Headers {
        let redact = |(name, value): (&str, &str)| {
            // A challenge names its scheme first, which is no secret.
            let challenge = value.split_once(' ').filter(|_| name == "www-authenticate");
            let value = if let Some((scheme, rest)) = challenge {
                format!("{scheme} {}", self.scrub(rest, 0))
            } else if value.contains("://") || value.starts_with('/') {
                self.url(value)
            } else {
                self.scrub(value, 0)
            };
            (name.to_owned(), value)
        };
        headers.iter().map(redact).collect()
    }

    fn document(&mut self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.scrub(text, 0)),
            other => self.at(&Place::root(), other, 0),
        }
    }

    /// The person that these identifiers mean, known or new.
    fn person(&mut self, identifiers: &[String]) -> Option<u32> {
        let keys: Vec<String> = identifiers.iter().map(|id| alias::canonical(id)).filter(|id| !id.is_empty()).collect();
        let known = keys.iter().find_map(|key| self.people.get(key).copied());
        let person = known.or_else(|| (!keys.is_empty()).then(|| self.aliases.next_person()))?;
        for key in keys {
            self.people.entry(key).or_insert(person);
        }
        Some(person)
    }

    /// Runs with another subject: an element of a list of users, or a manager.
    fn about<T>(&mut self, identifiers: &[String], work: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.subject;
        self.subject = self.person(identifiers);
        let done = work(self);
        self.subject = before;
        done
    }

    fn at(&mut self, place: &Place, value: &Value, depth: usize) -> Value {
        match value {
            Value::Object(members) => self.object(place, members, depth),
            Value::Array(items) => items.iter().map(|item| self.item(place, item, depth)).collect(),
            leaf => self.leaf(place, leaf, depth),
        }
    }

    fn item(&mut self, place: &Place, item: &Value, depth: usize) -> Value {
        if place.holds_people() && item.is_object() {
            return self.about(&class::identifiers(item), |redactor| redactor.at(place, item, depth));
        }
        self.at(place, item, depth)
    }

    fn object(&mut self, place: &Place, members: &Map<String, Value>, depth: usize) -> Value {
        let place = place.of_object(members);
        let named = class::named_values(&place, members);
        let mut redacted = Map::new();
        for (name, value) in members {
            let value = match &named {
                // A PATCH operation or a modified property names the attribute beside its value.
                Some(named) if named.values.contains(&name.to_ascii_lowercase().as_str()) => {
                    self.member(&place.element(), named.attribute, value, depth)
                }
                Some(named) if name == named.name => Value::String(self.path(named.attribute)),
                _ => self.member(&place, name, value, depth),
            };
            // A key of a value without path may hold a filter with a personal value.
            let name = if name.contains('[') { self.path(name) } else { name.clone() };
            redacted.insert(name, value);
        }
        Value::Object(redacted)
    }

    fn member(&mut self, place: &Place, name: &str, value: &Value, depth: usize) -> Value {
        let inner = place.member(name);
        if inner.is_another_person() && !value.is_string() {
            return self.about(&inner.identifiers(value), |redactor| redactor.at(&inner, value, depth));
        }
        self.at(&inner, value, depth)
    }

    fn leaf(&mut self, place: &Place, value: &Value, depth: usize) -> Value {
        match (place.class(), value) {
            (Some(class), Value::String(text)) => match unquoted(text) {
                Some(inner) => Value::String(Value::from(self.alias(class, &inner)).to_string()),
                None => Value::String(self.alias(class, text)),
            },
            (Some(Class::Opaque) | None, Value::Number(_)) => value.clone(),
            (Some(class), Value::Number(number)) => self.number(class, number),
            (None, Value::String(text)) => Value::String(self.scrub(text, depth)),
            (_, other) => other.clone(),
        }
    }

    fn number(&mut self, class: Class, number: &Number) -> Value {
        let alias = self.alias(class, &number.to_string());
        alias.trim_start_matches('0').parse::<u64>().map_or_else(|_| alias.clone().into(), Value::from)
    }

    fn alias(&mut self, class: Class, value: &str) -> String {
        match class {
            _ if value.trim().is_empty() => value.to_owned(),
            Class::Secret => self.dots(value),
            _ if alias::is_formula(value) => self.scrub(value, 0),
            // A sentence where an error is told by attribute: `"userName": ["The userName field is required."]`.
            Class::Login if value.split_whitespace().count() > 3 => self.scrub(value, 0),
            // The same of a manager; a name of many words has none of these.
            Class::Opaque if alias::is_of_error(value) => self.scrub(value, 0),
            Class::Link if !self.aliases.is_alias(value) && url::resource_id(value).is_some() => self.url(value),
            Class::Opaque if alias::is_opaque(value) && !self.aliases.knows(value) => value.to_owned(),
            class => {
                let canonical = alias::canonical(value);
                let known = self.people.get(&canonical).copied();
                let person = known.or(self.subject).unwrap_or_else(|| self.meet(class, value));
                let alias = self.aliases.of(class, value, person);
                if alias != value {
                    self.replaced.insert(canonical);
                }
                alias
            }
        }
    }

    /// Somebody whom only this value tells of; what follows in the document is about them too.
    fn meet(&mut self, class: Class, value: &str) -> u32 {
        if self.aliases.knows(value) || self.aliases.is_alias(value) {
            return 0;
        }
        let person = self.aliases.next_person();
        self.subject = Some(person);
        if class.identifies() {
            self.people.insert(alias::canonical(value), person);
        }
        person
    }

    fn dots(&mut self, secret: &str) -> String {
        use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(secret);
        if secret != DOTS && self.secrets_seen.insert(hash) {
            self.secrets += 1;
        }
        DOTS.to_owned()
    }
}

/// Entra writes some values as JSON text: `"\"Jane\""`.
fn unquoted(text: &str) -> Option<String> {
    text.starts_with('"').then(|| serde_json::from_str(text).ok()).flatten()
}

#[cfg(test)]
mod tests;
