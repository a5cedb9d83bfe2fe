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
    sent::operations,
};

/// Most attributes of a person that are followed.
const MOST: usize = 24;
/// So many returns to the value from before are no correction of a slip: sent by turns at least twice each.
const RETURNS: u8 = 2;
/// Two that take turns do so at every cycle; what comes back later than this was changed back on purpose.
const SOON: SignedDuration = SignedDuration::from_hours(24);

/// The names of values as hashes, each with how many values had it.
type Names = Box<[(u32, u8)]>;

/// The values of one person.
#[derive(Debug, Default, Clone)]
pub(super) struct Values {
    sent: Vec<Attribute>,
    /// The names that the last answer showed, each with how many values had it, and when.
    names: Option<(Names, Seen)>,
    /// The names of entries that a PATCH since changed by their type, and that PATCH.
    by_type: Option<(Box<[u32]>, Seen)>,
    put: Option<Put>,
}

/// A PUT by which something that was shown may be gone.
#[derive(Debug, Clone)]
struct Put {
    /// What it did not hold of what was shown, and what it held.
    left_out: Box<[u32]>,
    held: Box<[u32]>,
    seen: Seen,
}

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
    pub(super) fn len(&self) -> usize {
        self.sent.len() + self.names.as_ref().map_or(0, |(names, _)| names.len())
    }

    /// Takes in what a request sent and what its answer shows. Nothing is known of a person after a removal, or after a
    /// request of which that is not known; and whatever is sent may change other values too, so they have to be shown anew.
    pub(super) fn take(&mut self, step: &Step<'_>, hasher: &RandomState, found: &mut Found) {
        let values = hashed(step.sent(), hasher);
        let is_put = step.record.summary.method == "PUT";
        if step.is_blind() || step.removes() && !is_put {
            *self = Self::default();
        } else if step.written().is_some() {
            self.sent.iter_mut().for_each(|attribute| attribute.shown = None);
            self.put = None;
            let typed = changed_by_type(step);
            let keys = values.iter().filter(|one| typed.iter().any(|path| path.eq_ignore_ascii_case(&one.name)));
            let keys: Box<[u32]> = keys.map(|one| one.key).take(MOST).collect();
            self.by_type = (!keys.is_empty()).then_some((keys, step.seen));
            if is_put {
                self.leave_out(&values, step.seen);
                self.sent.retain(|attribute| values.iter().any(|one| one.key == attribute.name));
            }
            for Hashed { name, key, value, .. } in values {
                if let Some(other) = self.set(key, value, step.seen) {
                    found.push_about(&name, ("matching-duplicates-source", Some(other)));
                }
            }
        }
        if let Some(resource) = step.answer().filter(|_| step.done).and_then(one_person) {
            let shown = hashed(&flatten(resource), hasher);
            // An answer that was asked to leave things out shows nothing of them.
            if !step.record.summary.path.to_ascii_lowercase().contains("attributes=") {
                let names: Names = shown.iter().map(|one| (one.key, one.count)).take(MOST).collect();
                found.extend(self.doubled(&names).map(|patch| ("valuepath-creates-duplicate-entry", Some(patch))));
                found.extend(self.wiped(names, step.seen).map(|other| ("put-replaces-and-wipes", Some(other))));
            }
            for Hashed { name, key, value, .. } in shown {
                if let Some(other) = self.shows(key, value, step.seen) {
                    found.push_about(&name, ("source-drift-manual-edit", Some(other)));
                }
            }
        }
    }

    /// Notes what a PUT does not hold of what was shown. What the directory had sent before, it takes away on purpose.
    fn leave_out(&mut self, put: &[Hashed], now: Seen) {
        let Some((names, _)) = &self.names else { return };
        let is_held = |name: &u32| put.iter().any(|one| one.key == *name);
        let is_its_own = |name: &u32| self.sent.iter().any(|attribute| attribute.name == *name);
        let left_out: Box<[u32]> =
            names.iter().map(|(name, _)| *name).filter(|name| !is_held(name) && !is_its_own(name)).collect();
        let held = put.iter().map(|one| one.key).take(MOST).collect();
        self.put = (!left_out.is_empty()).then_some(Put { left_out, held, seen: now });
    }

    /// Whether what a PUT left out is gone from an answer that shows the rest; the request that shows the other end of it.
    fn wiped(&mut self, names: Names, now: Seen) -> Option<Seen> {
        let is_shown = |name: &u32| names.iter().any(|(shown, _)| shown == name);
        let put = self.put.take().filter(|Put { left_out, held, .. }| {
            let kept = held.iter().filter(|name| is_shown(name)).count();
            names.len() < MOST && 2 * kept > held.len() && !left_out.iter().any(is_shown)
        });
        let before = self.names.replace((names, now));
        let put = put?.seen;
        if put.key == now.key { before.map(|(_, seen)| seen) } else { Some(put) }
    }

    /// Whether an entry that was changed by its type is there twice now, and was there once; the change.
    fn doubled(&mut self, names: &[(u32, u8)]) -> Option<Seen> {
        let (keys, patch) = self.by_type.take()?;
        let (before, _) = self.names.as_ref()?;
        let count =
            |names: &[(u32, u8)], key: &u32| names.iter().find(|(name, _)| name == key).map(|(_, count)| *count);
        keys.iter().any(|key| count(before, key) == Some(1) && count(names, key) > Some(1)).then_some(patch)
    }

    /// Notes a value that was sent; where it takes turns with another, who sent that.
    fn set(&mut self, name: u32, value: u32, now: Seen) -> Option<Seen> {
        let Some(known) = self.sent.iter_mut().find(|attribute| attribute.name == name) else {
            if self.sent.len() < MOST {
                self.sent.push(Attribute { name, sent: value, before: None, changed: now, returns: 0, shown: None });
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
        let known = self.sent.iter_mut().find(|attribute| attribute.name == name)?;
        if known.sent == value {
            known.shown = Some(now);
            return None;
        }
        known.shown
    }
}

/// The paths by which a PATCH names entries by their type, `emails[type eq "work"].value`, of lists that it changes in no other
/// way.
fn changed_by_type<'r>(step: &Step<'r>) -> Vec<&'r str> {
    let operations = step.written().and_then(operations).into_iter().flatten();
    let paths: Vec<&str> = operations.filter_map(|one| one.get("path")?.as_str()).collect();
    let list = |path: &str| path.split(['[', '.']).next().unwrap_or_default().to_ascii_lowercase();
    let is_typed = |path: &&&str| path.contains("[type ");
    let is_alone = |path: &&&str| {
        let others = paths.iter().filter(|other| !other.contains("[type ") && list(other) == list(path));
        others.count() == 0
    };
    paths.iter().filter(is_typed).filter(is_alone).copied().collect()
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

/// Whether somebody is active is followed by itself; to lists without types a value may be added.
fn is_followed(name: &AttributeName) -> bool {
    let path = name.path();
    !path.eq_ignore_ascii_case("active") && (path.contains('[') || !path.ends_with(".value"))
}

/// A name with the hashes of itself and of its values.
struct Hashed {
    name: String,
    key: u32,
    value: u32,
    /// How many values it has.
    count: u8,
}

/// What was sent or shown, several values of one name as one, whatever their order.
fn hashed(values: &[(AttributeName, Value)], hasher: &RandomState) -> Vec<Hashed> {
    let mut all: Vec<Hashed> = Vec::with_capacity(values.len());
    for (name, value) in values.iter().filter(|(name, _)| is_followed(name)) {
        let hash = match (value, truth(Some(value))) {
            (_, Some(truth)) => hasher.hash_one(truth),
            (Value::String(text), None) => hasher.hash_one(text),
            (other, None) => hasher.hash_one(other.to_string()),
        };
        let name = shown(name);
        let (key, value) = (short(hasher.hash_one(&name)), short(hash));
        match all.iter_mut().find(|one| one.key == key) {
            Some(known) => {
                known.value = known.value.wrapping_add(value);
                known.count = known.count.saturating_add(1);
            }
            None => all.push(Hashed { name, key, value, count: 1 }),
        }
    }
    all
}

const fn short(hash: u64) -> u32 {
    hash as u32
}
