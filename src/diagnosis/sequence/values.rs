//! The values of one person: what was sent last, and what the service shows. A value that was there and is another now was
//! edited by somebody else; one that goes to and fro is sent by two.

use std::hash::{BuildHasher as _, RandomState};

use jiff::SignedDuration;
use serde_json::Value;

use super::{Found, Seen, Step};
use crate::domain::{
    attribute::AttributeName,
    exchange::truth,
    landing::{flatten, shown},
};

/// Most attributes of a person that are followed.
const MOST: usize = 24;
/// So many returns to the value from before are no correction of a slip: sent by turns at least twice each.
const RETURNS: u8 = 2;
/// Two that take turns do so at every cycle; what comes back later than this was changed back on purpose.
const SOON: SignedDuration = SignedDuration::from_hours(24);

/// The values of one person.
#[derive(Debug, Default, Clone)]
pub(super) struct Values(Vec<Attribute>);

/// One attribute. Hashes of 32 bits stand for its name and its values: a wrong match is one in four thousand million.
#[derive(Debug, Clone)]
struct Attribute {
    name: u32,
    sent: u32,
    before: Option<u32>,
    changed: Seen,
    returns: u8,
    /// The answer that has shown what was sent.
    shown: Option<Seen>,
}

impl Values {
    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }

    /// Takes in what a request sent and what its answer shows. Nothing is known of a person after a removal, or after a
    /// request of which that is not known; and whatever is sent may change other values too, so they have to be shown anew.
    pub(super) fn take(&mut self, step: &Step<'_>, hasher: &RandomState, found: &mut Found) {
        let values = hashed(step.sent(), hasher);
        let is_put = step.record.summary.method == "PUT";
        if step.is_blind() || step.removes() && !is_put {
            self.0.clear();
        } else if step.written().is_some() {
            self.0.iter_mut().for_each(|attribute| attribute.shown = None);
            if is_put {
                self.0.retain(|attribute| values.iter().any(|(_, key, _)| *key == attribute.name));
            }
            for (name, key, value) in values {
                if let Some(other) = self.set(key, value, step.seen) {
                    found.push_about(&name, ("matching-duplicates-source", Some(other)));
                }
            }
        }
        if let Some(resource) = step.answer().filter(|_| step.done && !self.0.is_empty()).and_then(one_person) {
            for (name, key, value) in hashed(&flatten(resource), hasher) {
                if let Some(other) = self.shows(key, value, step.seen) {
                    found.push_about(&name, ("source-drift-manual-edit", Some(other)));
                }
            }
        }
    }

    /// Notes a value that was sent; where it takes turns with another, who sent that.
    fn set(&mut self, name: u32, value: u32, now: Seen) -> Option<Seen> {
        let Some(known) = self.0.iter_mut().find(|attribute| attribute.name == name) else {
            if self.0.len() < MOST {
                self.0.push(Attribute { name, sent: value, before: None, changed: now, returns: 0, shown: None });
            }
            return None;
        };
        if known.sent == value {
            return None;
        }
        let is_soon = now.at.duration_since(known.changed.at) <= SOON;
        known.returns = if known.before == Some(value) && is_soon { known.returns.saturating_add(1) } else { 0 };
        known.before = Some(std::mem::replace(&mut known.sent, value));
        let other = std::mem::replace(&mut known.changed, now);
        (known.returns >= RETURNS).then_some(other)
    }

    /// Notes a value that is shown; where it is not the one that was sent, the answer that showed that one.
    fn shows(&mut self, name: u32, value: u32, now: Seen) -> Option<Seen> {
        let known = self.0.iter_mut().find(|attribute| attribute.name == name)?;
        if known.sent == value {
            known.shown = Some(now);
            return None;
        }
        known.shown
    }
}

/// The one person that an answer shows, itself or as the only one of a list.
fn one_person(answer: &Value) -> Option<&Value> {
    let resource = match answer.get("Resources").and_then(Value::as_array).map(Vec::as_slice) {
        Some([only]) => only,
        Some(_) => return None,
        None => answer,
    };
    (resource.get("id").is_some() && resource.get("userName").is_some()).then_some(resource)
}

/// Names, and names and values as hashes, several values of one name as one, whatever their order. Left out is whether somebody
/// is active, which is followed by itself, and lists without types, to which a value may be added.
fn hashed(values: &[(AttributeName, Value)], hasher: &RandomState) -> Vec<(String, u32, u32)> {
    let mut all: Vec<(String, u32, u32)> = Vec::with_capacity(values.len());
    let is_listed = |path: &str| path.ends_with(".value") && !path.contains('[');
    for (name, value) in values {
        if name.path().eq_ignore_ascii_case("active") || is_listed(name.path()) {
            continue;
        }
        let hash = match (value, truth(Some(value))) {
            (_, Some(truth)) => hasher.hash_one(truth),
            (Value::String(text), None) => hasher.hash_one(text),
            (other, None) => hasher.hash_one(other.to_string()),
        };
        let name = shown(name);
        let (key, hash) = (short(hasher.hash_one(&name)), short(hash));
        match all.iter_mut().find(|(_, known, _)| *known == key) {
            Some((_, _, known)) => *known = known.wrapping_add(hash),
            None => all.push((name, key, hash)),
        }
    }
    all
}

const fn short(hash: u64) -> u32 {
    hash as u32
}
