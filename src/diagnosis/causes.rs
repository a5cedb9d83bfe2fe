//! One cause over many requests: how many, of how many people, since when. Requests are handed over one by one, oldest first,
//! so that what only a sequence shows is found too; nothing is kept of them but numbers.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashSet},
    hash::{BuildHasher as _, RandomState},
    sync::Arc,
};

use jiff::Timestamp;
use serde::Serialize;

use super::{
    Case, Owner, best,
    catalogue::CATALOGUE,
    sequence::{InOrder, Sequences, Waiting},
};
use crate::domain::{
    exchange::{Operation, Outcome},
    journal::{Record, Source, Summary},
    problem::Severity,
};

/// Of so many requests at least, the newest, what their order shows is kept one by one.
const MOST_IN_ORDER: usize = 100_000;

/// A cause and whom it affects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cause {
    /// The pattern's id.
    pub id: String,
    /// One line.
    pub title: String,
    /// Whose side it is on.
    pub owner: Owner,
    /// The worst that it did.
    pub severity: Severity,
    /// How many requests it explains.
    pub requests: u64,
    /// How many people they are about.
    pub people: u64,
    /// When it was first seen.
    pub first: Timestamp,
    /// When it was last seen.
    pub last: Timestamp,
    /// The journal's key of the newest request.
    pub newest: i64,
}

/// The causes over many requests, the most harmful first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Causes {
    /// Each cause once.
    pub causes: Vec<Cause>,
    /// Failed requests for which no cause is known.
    pub unexplained: u64,
    /// How many requests were looked at.
    pub requests: u64,
    /// What only the order of requests shows, lowest key first.
    #[serde(skip)]
    pub in_order: Arc<[InOrder]>,
    /// The highest key that was looked at.
    #[serde(skip)]
    pub last_key: i64,
}

impl Causes {
    /// What only its place among the others shows of a request.
    #[must_use]
    pub fn in_order_of(&self, key: i64) -> &[InOrder] {
        let of_key = |than: i64| self.in_order.partition_point(move |shown| shown.seen.key < than);
        &self.in_order[of_key(key)..of_key(key.saturating_add(1))]
    }

    /// Whether a request came after those that were looked at.
    #[must_use]
    pub const fn is_beyond(&self, key: i64) -> bool {
        key > self.last_key
    }

    /// The same causes, with what the order of other requests shows of those.
    #[must_use]
    pub fn and_in_order(self, others: &Self) -> Self {
        let mut in_order: Vec<InOrder> = self.in_order.iter().chain(&*others.in_order).cloned().collect();
        in_order.sort_by_key(|shown| shown.seen.key);
        Self { in_order: in_order.into(), last_key: self.last_key.max(others.last_key), ..self }
    }

    /// A cause by its pattern's id.
    #[must_use]
    pub fn of(&self, id: &str) -> Option<&Cause> {
        self.causes.iter().find(|cause| cause.id == id)
    }
}

/// What a request shows by itself.
#[derive(Debug, Clone, Copy)]
pub struct Shown(Option<(&'static str, Severity)>);

/// Counts causes.
#[derive(Debug, Default)]
pub struct Tally {
    by_id: BTreeMap<&'static str, Counted>,
    sequences: Sequences,
    in_order: Vec<InOrder>,
    last_key: i64,
    hasher: RandomState,
    unexplained: u64,
    requests: u64,
}

#[derive(Debug, Clone)]
struct Counted {
    severity: Severity,
    requests: u64,
    people: HashSet<u64>,
    first: Timestamp,
    last: Timestamp,
    newest: i64,
    keys: Vec<i64>,
}

impl Tally {
    /// Whether only what stands behind a line can say what is wrong with it. Nine in ten lines of a directory's log say that
    /// all went well, and quote no exchange that could say otherwise. Whether somebody was switched on or off in Okta itself or
    /// by it, its event alone tells.
    #[must_use]
    pub const fn needs_all(source: Source, summary: &Summary) -> bool {
        match source {
            Source::Entra => !matches!(summary.outcome, Outcome::Success),
            Source::Okta => {
                !matches!(summary.outcome, Outcome::Success)
                    || matches!(summary.operation, Operation::Activate | Operation::Deactivate)
            }
            _ => true,
        }
    }

    /// What a request shows by itself: its best finding. That takes longest, and no other request, so that several threads can
    /// look at some each.
    #[must_use]
    pub fn look(record: &Record) -> Shown {
        Shown(if Self::needs_all(record.source, &record.summary) { best(&Case::of(record)) } else { None })
    }

    /// Takes one request in, oldest first. Only its best finding is counted, and what its place among the others shows.
    pub fn take(&mut self, key: i64, record: &Record) {
        self.take_seen(key, record, Self::look(record));
    }

    /// The same of a request that was looked at.
    pub fn take_seen(&mut self, key: i64, record: &Record, Shown(best): Shown) {
        self.requests += 1;
        self.last_key = self.last_key.max(key);
        let summary = &record.summary;
        let mut in_order = self.sequences.take(key, record);
        // A cause that the request shows by itself is not counted again for its place.
        in_order.retain(|shown| best.is_none_or(|(known, _)| known != shown.id));
        if best.is_none() && in_order.is_empty() && summary.outcome == Outcome::Failure {
            self.unexplained += 1;
        }
        let found: Vec<_> = in_order.iter().map(|shown| (shown.id, shown.severity)).chain(best).collect();
        self.in_order.extend(in_order);
        if self.in_order.len() >= 2 * MOST_IN_ORDER {
            self.in_order.drain(..MOST_IN_ORDER);
        }
        let person = summary.user.as_deref().or(summary.resource_id.as_deref()).map(str::to_lowercase);
        let person = person.map(|person| self.hasher.hash_one(person));
        for (id, severity) in found {
            let counted = self.by_id.entry(id).or_insert_with(|| Counted::new(severity, summary.at));
            counted.take(key, summary.at, person, severity);
        }
    }

    fn waiting(&self) -> Vec<Waiting> {
        self.sequences.waiting().collect()
    }

    /// What the requests show by themselves and by their order, and what only is missing after them.
    fn counted(&self, waiting: &[Waiting]) -> BTreeMap<&'static str, Cow<'_, Counted>> {
        let mut all: BTreeMap<_, _> = self.by_id.iter().map(|(id, counted)| (*id, Cow::Borrowed(counted))).collect();
        for Waiting { who, shown: InOrder { id, severity, seen, .. } } in waiting.iter().cloned() {
            let counted = all.entry(id).or_insert_with(|| Cow::Owned(Counted::new(severity, seen.at))).to_mut();
            counted.take(seen.key, seen.at, Some(who), severity);
        }
        all
    }

    fn listed(&self, waiting: &[Waiting]) -> Vec<Cause> {
        let mut causes: Vec<Cause> =
            self.counted(waiting).iter().filter_map(|(id, counted)| counted.cause(id)).collect();
        causes.sort_by_key(|cause| std::cmp::Reverse((cause.severity, cause.requests, cause.people)));
        causes
    }

    /// The causes of those that were taken so far, where more come: what only is missing after a request may still come.
    #[must_use]
    pub fn so_far(&self) -> Causes {
        let Self { unexplained, requests, last_key, .. } = *self;
        Causes { causes: self.listed(&[]), unexplained, requests, in_order: Arc::default(), last_key }
    }

    /// The causes, the worst first, then those of most requests.
    #[must_use]
    pub fn causes(&self) -> Causes {
        let waiting = self.waiting();
        let causes = self.listed(&waiting);
        let waiting = waiting.into_iter().rev().take(MOST_IN_ORDER).map(|waiting| waiting.shown);
        let mut in_order: Vec<InOrder> = self.in_order.iter().cloned().chain(waiting).collect();
        in_order.sort_by_key(|shown| shown.seen.key);
        Causes {
            causes,
            unexplained: self.unexplained,
            requests: self.requests,
            in_order: in_order.into(),
            last_key: self.last_key,
        }
    }

    /// The keys of the requests that each cause explains, by its pattern's id.
    #[must_use]
    pub fn keys(&self) -> Vec<(&'static str, Vec<i64>)> {
        self.counted(&self.waiting()).into_iter().map(|(id, counted)| (id, counted.keys.clone())).collect()
    }
}

impl Counted {
    fn new(severity: Severity, at: Timestamp) -> Self {
        Self { severity, requests: 0, people: HashSet::new(), first: at, last: at, newest: 0, keys: Vec::new() }
    }

    fn take(&mut self, key: i64, at: Timestamp, person: Option<u64>, severity: Severity) {
        self.keys.push(key);
        self.requests += 1;
        self.people.extend(person);
        self.severity = self.severity.max(severity);
        self.first = self.first.min(at);
        if at >= self.last {
            (self.last, self.newest) = (at, key);
        }
    }

    fn cause(&self, id: &str) -> Option<Cause> {
        let pattern = CATALOGUE.get(id)?;
        Some(Cause {
            title: pattern.plain_title(),
            owner: pattern.owner,
            severity: self.severity,
            requests: self.requests,
            people: self.people.len() as u64,
            first: self.first,
            last: self.last,
            newest: self.newest,
            id: id.to_owned(),
        })
    }
}
