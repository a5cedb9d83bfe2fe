//! One cause over many requests: how many, of how many people, since when. Requests are handed over one by one, oldest first,
//! so that what only a sequence shows is found too; nothing is kept of them but numbers.

use std::{
    collections::{BTreeMap, HashSet},
    hash::{BuildHasher as _, RandomState},
};

use jiff::Timestamp;
use serde::Serialize;

use super::{
    Case, Owner,
    catalogue::{CATALOGUE, filled},
    diagnose,
    sequence::Sequences,
};
use crate::domain::{
    exchange::Outcome,
    journal::{Record, Source},
    problem::Severity,
};

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
}

impl Causes {
    /// A cause by its pattern's id.
    #[must_use]
    pub fn of(&self, id: &str) -> Option<&Cause> {
        self.causes.iter().find(|cause| cause.id == id)
    }
}

/// What is known to be wrong with one line, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The best finding's title.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
}

impl Mark {
    /// The mark of a record; `None` where nothing above info is known.
    #[must_use]
    pub fn of(record: &Record) -> Option<Self> {
        let best = diagnose(&Case::of(record)).into_iter().next()?;
        (best.severity > Severity::Info).then_some(Self { title: best.title, severity: best.severity })
    }
}

/// Counts causes.
#[derive(Debug, Default)]
pub struct Tally {
    by_id: BTreeMap<String, Counted>,
    sequences: Sequences,
    hasher: RandomState,
    unexplained: u64,
    requests: u64,
}

#[derive(Debug)]
struct Counted {
    severity: Severity,
    requests: u64,
    people: HashSet<u64>,
    first: Timestamp,
    last: Timestamp,
    newest: i64,
}

impl Tally {
    /// Takes one request in, oldest first. Only what explains it is counted, its best finding alone.
    pub fn take(&mut self, key: i64, record: &Record) {
        self.requests += 1;
        let summary = &record.summary;
        // Nine in ten lines of Entra's log say that all went well, and hold no exchange that could say otherwise.
        let says_well =
            record.source == Source::Entra && summary.outcome == Outcome::Success && record.exchange.is_none();
        let found = if says_well { Vec::new() } else { diagnose(&Case::of(record)) };
        let best = found.into_iter().next().filter(|best| best.severity > Severity::Info);
        if best.is_none() && summary.outcome == Outcome::Failure {
            self.unexplained += 1;
        }
        let seen = best.map(|best| (best.id, best.severity));
        let in_sequence = self.sequences.take(record).into_iter().map(|id| (id.to_owned(), Severity::Warning));
        for (id, severity) in seen.into_iter().chain(in_sequence) {
            let person = summary.user.as_deref().or(summary.resource_id.as_deref()).map(str::to_lowercase);
            let person = person.map(|person| self.hasher.hash_one(person));
            let counted = self.by_id.entry(id).or_insert_with(|| Counted {
                severity,
                requests: 0,
                people: HashSet::new(),
                first: summary.at,
                last: summary.at,
                newest: key,
            });
            counted.requests += 1;
            counted.people.extend(person);
            counted.severity = counted.severity.max(severity);
            counted.first = counted.first.min(summary.at);
            if summary.at >= counted.last {
                (counted.last, counted.newest) = (summary.at, key);
            }
        }
    }

    /// The causes, the worst first, then those of most requests.
    #[must_use]
    pub fn finish(self) -> Causes {
        let mut causes: Vec<Cause> = self.by_id.into_iter().filter_map(|(id, counted)| counted.cause(id)).collect();
        causes.sort_by_key(|cause| std::cmp::Reverse((cause.severity, cause.requests, cause.people)));
        Causes { causes, unexplained: self.unexplained, requests: self.requests }
    }
}

impl Counted {
    fn cause(self, id: String) -> Option<Cause> {
        let pattern = CATALOGUE.get(&id)?;
        Some(Cause {
            title: filled(&pattern.title, &BTreeMap::new()),
            owner: pattern.owner,
            severity: self.severity,
            requests: self.requests,
            people: self.people.len() as u64,
            first: self.first,
            last: self.last,
            newest: self.newest,
            id,
        })
    }
}
