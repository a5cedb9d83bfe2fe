//! What a tenant should hold of one account, and how each record changes it: an answer that shows the user is believed; else
//! what was sent, less what the tenant says it dropped. A refused request changes nothing.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::identity::modified;
use crate::domain::{
    attribute::AttributeName,
    exchange::{Exchange, Operation, Outcome},
    journal::Record,
    landing::{flatten, is_empty, shown},
    sent::{operations, sent},
};

/// Whether there is an account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Account {
    /// Nothing seen so far tells.
    #[default]
    Unknown,
    /// It exists.
    Exists,
    /// It was deleted.
    Deleted,
}

/// What the tenant should hold of one account, as far as the log tells.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct State {
    /// Whether there is an account.
    pub account: Account,
    /// Its attributes by name, core ones without their URN.
    pub attributes: BTreeMap<String, Value>,
}

/// One attribute that a step changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The attribute; `account` for creation and deletion.
    pub attribute: String,
    /// Its value before; null for none.
    pub before: Value,
    /// Its value after; null for none.
    pub after: Value,
}

impl State {
    /// The value of an attribute, by name in any case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.attributes.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.account == Account::Unknown && self.attributes.is_empty()
    }

    /// What a tenant's or the console's exchange makes of it.
    pub(super) fn exchanged(&mut self, record: &Record) {
        let summary = &record.summary;
        if !matches!(summary.outcome, Outcome::Success | Outcome::Warning) {
            return;
        }
        let exchange = record.exchange.as_ref();
        match summary.operation {
            Operation::Delete => *self = Self { account: Account::Deleted, attributes: BTreeMap::new() },
            // What a look shows is there, whoever put it; it may have asked for a part alone (RFC 7644 §3.9).
            Operation::Match | Operation::Read => match exchange.and_then(answered) {
                Some(seen) if summary.path.to_ascii_lowercase().contains("attributes=") => {
                    self.account = Account::Exists;
                    seen.attributes.into_iter().for_each(|(name, value)| self.set(&name, value));
                }
                Some(seen) => *self = seen,
                None => {}
            },
            Operation::Create
            | Operation::Update
            | Operation::SetManager
            | Operation::Deactivate
            | Operation::Activate => {
                match exchange.and_then(answered) {
                    Some(seen) => *self = seen,
                    None => self.asked(record, exchange),
                }
                self.account = Account::Exists;
            }
            Operation::List | Operation::Discover | Operation::Other => {}
        }
    }

    /// The request's own word, where the answer does not show the user.
    fn asked(&mut self, record: &Record, exchange: Option<&Exchange>) {
        let Some(exchange) = exchange else {
            return match record.summary.operation {
                Operation::Deactivate => self.set("active", Value::Bool(false)),
                Operation::Activate => self.set("active", Value::Bool(true)),
                _ => {}
            };
        };
        let body = &exchange.request.body;
        let dropped: Vec<&str> =
            record.landing.iter().flat_map(|landing| &landing.dropped).map(|d| d.attribute.as_str()).collect();
        if exchange.request.method != "PATCH" {
            self.attributes.clear();
        }
        for path in removed(body) {
            self.remove(&path);
        }
        for (name, value) in sent(body) {
            let name = shown(&name);
            if dropped.contains(&name.as_str()) || is_empty(&value) {
                continue;
            }
            self.set(&name, value);
        }
        if let Some(id) = body.get("externalId").filter(|id| !is_empty(id)) {
            self.set("externalId", id.clone());
        }
    }

    /// What a directory's event says it did, where the tenant's own log was not read.
    pub(super) fn told(&mut self, record: &Record) {
        if record.summary.outcome != Outcome::Success {
            return;
        }
        let event = record.event.as_ref().and_then(Value::as_object);
        if record.summary.operation == Operation::Delete {
            *self = Self { account: Account::Deleted, attributes: BTreeMap::new() };
            return;
        }
        // It says to have changed what was deleted: which of the two holds is not known.
        let changes = matches!(
            record.summary.operation,
            Operation::Update | Operation::SetManager | Operation::Deactivate | Operation::Activate
        );
        if changes && self.account == Account::Deleted {
            self.account = Account::Unknown;
        }
        for (name, (_, after)) in event.map(modified).unwrap_or_default() {
            let Ok(name) = AttributeName::parse(name) else { continue };
            if is_empty(&after) {
                self.remove(&shown(&name));
            } else {
                self.set(&shown(&name), after);
            }
        }
        match record.summary.operation {
            Operation::Deactivate => self.set("active", Value::Bool(false)),
            Operation::Activate => self.set("active", Value::Bool(true)),
            Operation::Create => self.account = Account::Exists,
            _ => {}
        }
    }

    /// Sets a value under the name as it was sent, whatever the case of the one before.
    fn set(&mut self, name: &str, value: Value) {
        self.attributes.retain(|known, _| !known.eq_ignore_ascii_case(name));
        self.attributes.insert(name.to_owned(), value);
    }

    /// Removes an attribute and its parts.
    fn remove(&mut self, name: &str) {
        let goes = |known: &str| {
            let (head, rest) = known.split_at_checked(name.len()).unwrap_or((known, ""));
            head.eq_ignore_ascii_case(name) && (rest.is_empty() || rest.starts_with(['.', '[', ':']))
        };
        self.attributes.retain(|known, _| !goes(known));
    }

    /// What differs from an earlier state, by name.
    pub(super) fn since(&self, before: &Self) -> Vec<Change> {
        let mut changes = Vec::new();
        if self.account != before.account {
            let word = |state: &Self| match state.account {
                Account::Unknown => Value::Null,
                Account::Exists => "exists".into(),
                Account::Deleted => "deleted".into(),
            };
            changes.push(Change { attribute: "account".to_owned(), before: word(before), after: word(self) });
        }
        if self.account == Account::Deleted {
            return changes;
        }
        for (name, after) in &self.attributes {
            let earlier = before.get(name).cloned().unwrap_or_default();
            if !same(&earlier, after) {
                changes.push(Change { attribute: name.clone(), before: earlier, after: after.clone() });
            }
        }
        for (name, earlier) in before.attributes.iter().filter(|(name, _)| self.get(name).is_none()) {
            changes.push(Change { attribute: name.clone(), before: earlier.clone(), after: Value::Null });
        }
        changes
    }
}

/// What a directory's event says it changed, whatever the tenant made of it.
pub(super) fn claimed(record: &Record) -> Vec<Change> {
    let event = record.event.as_ref().and_then(Value::as_object);
    let one = |(name, (before, after)): (&str, (Value, Value))| {
        let name = AttributeName::parse(name).ok()?;
        (!same(&before, &after)).then(|| Change { attribute: shown(&name), before, after })
    };
    event.map(modified).unwrap_or_default().into_iter().filter_map(one).collect()
}

/// Entra writes booleans as text; the same word is the same value.
fn same(one: &Value, other: &Value) -> bool {
    let plain = |value: &Value| match value {
        Value::Bool(truth) => truth.to_string(),
        Value::String(text) if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") => {
            text.to_ascii_lowercase()
        }
        other => other.to_string(),
    };
    one == other || plain(one) == plain(other)
}

/// The user that an answer shows.
pub(super) fn answered(exchange: &Exchange) -> Option<State> {
    let response = exchange.response.as_ref().filter(|response| (200..300).contains(&response.status))?;
    let body = response.body.as_object()?;
    let user = match body.get("Resources").and_then(Value::as_array).map(Vec::as_slice) {
        Some([only]) => only.as_object()?,
        Some(_) => return None,
        None => body,
    };
    if !user.contains_key("id") || !user.keys().any(|key| key.eq_ignore_ascii_case("userName")) {
        return None;
    }
    let mut state = State { account: Account::Exists, attributes: BTreeMap::new() };
    for (name, value) in flatten(&Value::Object(user.clone())) {
        if !is_empty(&value) {
            state.set(&shown(&name), value);
        }
    }
    if let Some(id) = user.get("externalId").filter(|id| !is_empty(id)) {
        state.set("externalId", id.clone());
    }
    Some(state)
}

/// The attributes that a PATCH removes.
pub(super) fn removed(body: &Value) -> Vec<String> {
    let operations = operations(body);
    let path = |operation: &Value| {
        let op = operation.get("op").and_then(Value::as_str)?;
        let path = operation.get("path").and_then(Value::as_str)?;
        let name = AttributeName::parse(path).ok()?;
        op.eq_ignore_ascii_case("remove").then(|| shown(&name))
    };
    operations.into_iter().flatten().filter_map(path).collect()
}
