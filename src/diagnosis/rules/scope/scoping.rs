//! What Entra's steps say of whether somebody is in scope: the account, the assignment and the scoping filters. The names
//! differ between the log, the portal and provision on demand, so each is looked for under all of them, wherever it stands.

use serde_json::Value;

use super::super::super::facts::Facts;
use crate::domain::{exchange::truth, journal::Source};

/// Most members of a record that are looked at.
const MOST: usize = 2_000;
const DEEPEST: usize = 10;

/// A statement of a record, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Stated<'c> {
    pub(in super::super) place: String,
    pub(in super::super) value: &'c Value,
}

/// What the steps say; what they do not say is empty.
#[derive(Debug, Default)]
pub(in super::super) struct Scoping<'c> {
    /// Whether the account may sign in.
    pub(in super::super) active: Option<Stated<'c>>,
    pub(in super::super) assigned: Option<Stated<'c>>,
    /// Whether the assignment is good for provisioning.
    pub(in super::super) entitled: Option<Stated<'c>>,
    pub(in super::super) in_scope: Option<Stated<'c>>,
    /// Each scoping filter with how it came out.
    pub(in super::super) filters: Option<Stated<'c>>,
    /// The value that people are matched by.
    pub(in super::super) joined_by: Option<Stated<'c>>,
}

impl<'c> Scoping<'c> {
    /// Of an Entra record; empty for any other.
    pub(in super::super) fn of(facts: &Facts<'c>) -> Self {
        let mut read = Self::default();
        if facts.event.source == Some(Source::Entra)
            && let Some(event) = &facts.record.event
        {
            read.walk(event, &mut String::from("event"), 0, &mut 0);
        }
        read
    }

    /// The statement that the person is not assigned, or did not pass a filter.
    pub(in super::super) fn outside(&self) -> Option<&Stated<'c>> {
        let assigned = self.assigned.as_ref().filter(|stated| stated.is(false));
        let in_scope = || self.in_scope.as_ref().filter(|stated| stated.is(false));
        let filters = || self.filters.as_ref().filter(|stated| has_failed(stated.value));
        assigned.or_else(filters).or_else(in_scope)
    }

    fn walk(&mut self, value: &'c Value, place: &mut String, depth: usize, seen: &mut usize) {
        if depth > DEEPEST {
            return;
        }
        let whole = place.len();
        match value {
            Value::Object(object) => {
                for (name, value) in object {
                    *seen += 1;
                    if *seen > MOST {
                        return;
                    }
                    place.push('/');
                    place.push_str(name);
                    if let Some(slot) = self.slot(name) {
                        slot.get_or_insert_with(|| Stated { place: place.clone(), value });
                    } else {
                        self.walk(value, place, depth + 1, seen);
                    }
                    place.truncate(whole);
                }
            }
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    *seen += 1;
                    if *seen > MOST {
                        return;
                    }
                    place.push('/');
                    place.push_str(&at.to_string());
                    self.walk(item, place, depth + 1, seen);
                    place.truncate(whole);
                }
            }
            _ => {}
        }
    }

    fn slot(&mut self, name: &str) -> Option<&mut Option<Stated<'c>>> {
        let is = |known: &str| {
            let plain = name.bytes().filter(|byte| *byte != b' ').map(|byte| byte.to_ascii_lowercase());
            plain.eq(known.bytes())
        };
        if is("isactive") {
            Some(&mut self.active)
        } else if is("assigned") || is("assignedtotheapplication") || is("isassigned") {
            Some(&mut self.assigned)
        } else if is("iseffectivelyentitledforprovisioning") || is("iseffectivelyentitled") {
            Some(&mut self.entitled)
        } else if is("isinprovisioningscope") || is("isinprovisioningscopedisplayname") || is("isinscope") {
            Some(&mut self.in_scope)
        } else if is("scopeevaluationresult") {
            Some(&mut self.filters)
        } else if is("joiningproperty") {
            Some(&mut self.joined_by)
        } else {
            None
        }
    }
}

impl Stated<'_> {
    /// Whether it says yes, or no.
    pub(in super::super) fn is(&self, wanted: bool) -> bool {
        truth(Some(self.value)) == Some(wanted)
    }

    /// Whether it is there and has nothing in it.
    pub(in super::super) fn is_blank(&self) -> bool {
        match self.value {
            Value::Null => true,
            Value::String(text) => text.trim().is_empty(),
            _ => false,
        }
    }
}

/// Whether a filter came out false; Entra writes the outcomes as an object, or as the text of one.
fn has_failed(filters: &Value) -> bool {
    match filters {
        Value::String(text) => {
            let mut rest = text.as_str();
            while let Some((_, after)) = rest.split_once(':') {
                if after.trim_start().get(..5).is_some_and(|word| word.eq_ignore_ascii_case("false")) {
                    return true;
                }
                rest = after;
            }
            false
        }
        Value::Object(object) => object.values().any(|outcome| truth(Some(outcome)) == Some(false)),
        _ => false,
    }
}
