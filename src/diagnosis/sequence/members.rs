//! What became of a change to a group's members, as the next look at the group shows: an answer of 204 shows nothing by itself.
//! It concludes nothing of a group that was replaced, or changed by a request that the log does not hold whole.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasher as _, RandomState},
};

use jiff::SignedDuration;
use serde_json::Value;

use super::{
    super::{
        case::Case,
        facts::{Facts, Op, Target, attribute, texts},
    },
    Completed, Seen, Step,
};
use crate::domain::exchange::Operation;

/// Most groups that are followed at a time.
const MOST: usize = 2_000;
/// Most changes of a group's members that are waited for.
const MOST_CHANGES: usize = 500;
/// So many members in an answer may be a page of them.
const PAGE: usize = 100;
/// What a look shows later than this, somebody else may have changed meanwhile.
const SOON: SignedDuration = SignedDuration::from_hours(24);

/// The groups.
#[derive(Debug, Default)]
pub(super) struct Groups(HashMap<u64, Group>);

/// What is known of a group: what the last answer showed of it, and who was added or removed since.
#[derive(Debug, Default)]
struct Group {
    shown: Option<Shown>,
    changes: HashMap<u64, Change>,
}

/// The members that an answer showed.
#[derive(Debug)]
struct Shown {
    count: usize,
    /// Those who are still there as far as the log tells; empty where there may have been more than one page of them.
    members: HashSet<u64>,
    by: Seen,
}

impl Shown {
    fn of(members: &[Value], by: Seen, hasher: &RandomState) -> Self {
        let few = members.len() < PAGE;
        let ids = members.iter().filter(|_| few).flat_map(texts).map(|id| hashed(id, hasher)).collect();
        Self { count: members.len(), members: ids, by }
    }
}

/// Whether somebody was added, and by which request.
#[derive(Debug, Clone, Copy)]
struct Change {
    adds: bool,
    by: Seen,
}

/// Ids are compared without regard to case, as they come from two sides.
fn hashed(id: &str, hasher: &RandomState) -> u64 {
    hasher.hash_one(id.to_lowercase())
}

impl Groups {
    /// Takes the next request in; what a look at a group shows to have gone wrong.
    pub(super) fn take(&mut self, step: &Step<'_>, hasher: &RandomState) -> Option<Completed> {
        let summary = &step.record.summary;
        let id = hashed(summary.resource_id.as_deref()?, hasher);
        if !summary.path.contains("/Groups") {
            // Who is gone is in no group any more.
            let is_gone =
                summary.operation == Operation::Delete && summary.status == Some(404) && step.is_refused_by_scim();
            if is_gone || step.done && matches!(summary.operation, Operation::Delete | Operation::Deactivate) {
                for group in self.0.values_mut() {
                    group.changes.remove(&id);
                    if let Some(shown) = &mut group.shown {
                        shown.members.remove(&id);
                    }
                }
            }
            return None;
        }
        if self.0.len() >= MOST && !self.0.contains_key(&id) {
            self.0.clear();
        }
        let group = self.0.entry(id).or_default();
        let case = Case::of(step.record);
        let facts = Facts::of(&case);
        let is_whole = step.record.exchange.is_some() && facts.asked.target == Target::Groups;
        let found = match facts.asked.method {
            "GET" if !step.done || facts.asked.url.contains('?') => return None,
            "GET" => group.look(step, hasher),
            "PATCH" if is_whole && step.done && group.ask(&facts.asked.ops, step.seen, hasher) => None,
            _ => {
                *group = Group::default();
                None
            }
        };
        // What the answer to a change shows is told of that request itself.
        if let Some(members) = members(step) {
            group.shown = Some(Shown::of(members, step.seen, hasher));
            group.changes.clear();
        }
        found
    }
}

/// The members that an answer shows.
fn members<'r>(step: &Step<'r>) -> Option<&'r Vec<Value>> {
    step.answer().filter(|_| step.done)?.get("members")?.as_array()
}

impl Group {
    /// Notes who is added and removed, in the order of the operations; false where that cannot be known.
    fn ask(&mut self, ops: &[Op<'_>], now: Seen, hasher: &RandomState) -> bool {
        ops.iter().all(|op| self.ask_one(op, now, hasher)) && self.changes.len() <= MOST_CHANGES
    }

    fn ask_one(&mut self, op: &Op<'_>, now: Seen, hasher: &RandomState) -> bool {
        let path = op.path.filter(|path| !path.is_empty());
        let value = match path {
            Some(path) if attribute(path) == "members" => op.value,
            Some(_) => return true,
            None => match op.value.and_then(|value| value.get("members")) {
                Some(members) => Some(members),
                None => return true,
            },
        };
        let by_filter = path.and_then(|path| path.split_once('[')).and_then(|(_, filter)| filter.split('"').nth(1));
        let ids: Vec<&str> = by_filter.map_or_else(|| value.into_iter().flat_map(texts).collect(), |id| vec![id]);
        // All of them are replaced, or all removed.
        if op.is("replace") || ids.is_empty() {
            return false;
        }
        let change = Change { adds: op.is("add"), by: now };
        self.changes.extend(ids.into_iter().take(MOST_CHANGES + 1).map(|id| (hashed(id, hasher), change)));
        true
    }

    fn look(&self, step: &Step<'_>, hasher: &RandomState) -> Option<Completed> {
        let members = members(step).filter(|members| members.len() < PAGE)?;
        let shown: HashSet<u64> = members.iter().flat_map(texts).map(|id| hashed(id, hasher)).collect();
        if shown.len() < members.len() {
            return None;
        }
        let is_soon = |then: Seen| step.seen.at.duration_since(then.at) <= SOON;
        let soon = || self.changes.iter().filter(|(_, change)| is_soon(change.by));
        let stays = soon().find(|(id, change)| !change.adds && shown.contains(id));
        let lost = soon().find(|(id, change)| change.adds && !shown.contains(id));
        // More were there than were to go.
        let adds = soon().filter(|(_, change)| change.adds).count();
        let removes = soon().count() - adds;
        let before = self.shown.as_ref().filter(|shown| is_soon(shown.by));
        let is_cleared = members.is_empty() && before.is_some_and(|before| before.count + adds > removes);
        let cleared = soon().find(|(_, change)| is_cleared && !change.adds);
        let wrong = stays.or(cleared).map(|found| ("group-remove-member-shape", found));
        let wrong = wrong.or_else(|| Some(("group-partial-failure", lost.filter(|_| !members.is_empty())?)));
        // Nobody was to go, and nobody but those who were added is there.
        let is_added = |id: &u64| self.changes.get(id).is_some_and(|change| change.adds);
        let is_replaced = removes == 0
            && shown.iter().all(is_added)
            && before.is_some_and(|before| before.members.len() > 1 && before.members.is_disjoint(&shown));
        let added = soon().find(|(id, _)| is_replaced && shown.contains(id));
        let wrong = wrong.or_else(|| Some(("group-partial-failure", added?)));
        wrong.map(|(id, (_, change))| (id, Some(change.by)))
    }
}
