//! What became of a change to a group's members, as the next look at the group shows: an answer of 204 shows nothing by itself.
//! It concludes nothing where the group was changed in between by a request that the log does not hold whole.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasher as _, RandomState},
};

use jiff::SignedDuration;

use super::{
    super::{
        case::Case,
        facts::{Facts, Target, texts},
    },
    Completed, Seen, Step,
};

/// Most groups that are followed at a time.
const MOST: usize = 2_000;
/// Most members of a group that are held against what was asked.
const MOST_MEMBERS: usize = 2_000;
/// What a look shows later than this, somebody else may have changed meanwhile.
const SOON: SignedDuration = SignedDuration::from_hours(24);

/// The groups.
#[derive(Debug, Default)]
pub(super) struct Groups(HashMap<u64, Group>);

/// What is known of a group: how many members the last answer showed, and what was asked since.
#[derive(Debug, Default)]
struct Group {
    shown: Option<usize>,
    asked: Option<Asked>,
}

/// The changes since the last look.
#[derive(Debug)]
struct Asked {
    last: Seen,
    added: HashSet<u64>,
    removed: HashSet<u64>,
}

impl Groups {
    /// Takes the next request in; what a look at a group shows to have gone wrong.
    pub(super) fn take(&mut self, step: &Step<'_>, hasher: &RandomState) -> Option<Completed> {
        let id = step.record.summary.resource_id.as_deref().filter(|_| step.record.summary.path.contains("/Groups"))?;
        if self.0.len() >= MOST && !self.0.contains_key(&hasher.hash_one(id)) {
            self.0.clear();
        }
        if step.record.exchange.is_none() {
            self.0.remove(&hasher.hash_one(id));
            return None;
        }
        let group = self.0.entry(hasher.hash_one(id)).or_default();
        let case = Case::of(step.record);
        let facts = Facts::of(&case);
        if facts.asked.target != Target::Groups {
            return None;
        }
        let found = match facts.asked.method {
            "PATCH" | "POST" if step.done => {
                group.ask(&facts, step.seen, hasher);
                None
            }
            "GET" if step.done => None,
            // A replacement, a removal, or a request of which the end is not known.
            _ => {
                *group = Group::default();
                return None;
            }
        };
        let members = step.answer().filter(|_| step.done).and_then(|answer| answer.get("members")?.as_array());
        match members.filter(|members| members.len() <= MOST_MEMBERS) {
            // What the answer to a change shows is told of that request itself.
            Some(members) => {
                let ids: HashSet<u64> = members.iter().flat_map(texts).map(|id| hasher.hash_one(id)).collect();
                let is_told = members.is_empty() || ids.len() >= members.len();
                let is_read = facts.asked.method == "GET" && is_told;
                group.look(&ids, members.len(), Some(step.seen).filter(|_| is_read))
            }
            None => found,
        }
    }
}

impl Group {
    fn ask(&mut self, facts: &Facts<'_>, now: Seen, hasher: &RandomState) {
        let members = &facts.asked.members;
        if members.count() == 0 {
            return;
        }
        let asked =
            self.asked.get_or_insert_with(|| Asked { last: now, added: HashSet::new(), removed: HashSet::new() });
        asked.last = now;
        for named in members.added.iter().take(MOST_MEMBERS) {
            let id = hasher.hash_one(named.id);
            asked.removed.remove(&id);
            asked.added.insert(id);
        }
        for named in members.removed().take(MOST_MEMBERS) {
            let id = hasher.hash_one(named.id);
            asked.added.remove(&id);
            asked.removed.insert(id);
        }
    }

    fn look(&mut self, shown: &HashSet<u64>, count: usize, read: Option<Seen>) -> Option<Completed> {
        let before = self.shown.replace(count);
        let asked = self.asked.take()?;
        if read?.at.duration_since(asked.last.at) > SOON {
            return None;
        }
        let stays = asked.removed.iter().any(|id| shown.contains(id));
        // Nobody was left out on purpose: more were there than were to go.
        let is_cleared = count == 0 && !asked.removed.is_empty() && before? + asked.added.len() > asked.removed.len();
        let is_lost = asked.added.iter().any(|id| !shown.contains(id));
        if stays || is_cleared {
            Some(("group-remove-member-shape", Some(asked.last)))
        } else if is_lost && count > 0 {
            Some(("group-partial-failure", Some(asked.last)))
        } else {
            None
        }
    }
}
