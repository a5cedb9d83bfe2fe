//! One cause over many requests: how many, of how many people, since when. Requests are handed over one by one, oldest first,
//! so that what only a sequence shows is found too; nothing is kept of them but numbers.

use std::{
    collections::{BTreeMap, HashSet},
    hash::{BuildHasher as _, RandomState},
};

use jiff::Timestamp;
use serde::Serialize;

use super::{Case, Owner, best, catalogue::CATALOGUE, sequence::Sequences};
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

/// Counts causes.
#[derive(Debug, Default)]
pub struct Tally {
    by_id: BTreeMap<&'static str, Counted>,
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
    keys: Vec<i64>,
}

impl Tally {
    /// Whether only what stands behind a line can say what is wrong with it. Nine in ten lines of a directory's log say that
    /// all went well, and quote no exchange that could say otherwise.
    #[must_use]
    pub const fn needs_all(source: Source, outcome: Outcome) -> bool {
        !(matches!(source, Source::Entra | Source::Okta) && matches!(outcome, Outcome::Success))
    }

    /// Takes one request in, oldest first. Only its best finding is counted, and what its place among the others shows.
    pub fn take(&mut self, key: i64, record: &Record) {
        self.requests += 1;
        let summary = &record.summary;
        let best = if Self::needs_all(record.source, summary.outcome) { best(&Case::of(record)) } else { None };
        if best.is_none() && summary.outcome == Outcome::Failure {
            self.unexplained += 1;
        }
        let mut found = self.sequences.take(record);
        // A cause that the request shows by itself is not counted again for its place.
        found.retain(|(id, _)| best.is_none_or(|(known, _)| known != *id));
        found.extend(best);
        let person = summary.user.as_deref().or(summary.resource_id.as_deref()).map(str::to_lowercase);
        let person = person.map(|person| self.hasher.hash_one(person));
        for (id, severity) in found {
            let counted = self.by_id.entry(id).or_insert_with(|| Counted {
                severity,
                requests: 0,
                people: HashSet::new(),
                first: summary.at,
                last: summary.at,
                newest: key,
                keys: Vec::new(),
            });
            counted.keys.push(key);
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
    pub fn causes(&self) -> Causes {
        let mut causes: Vec<Cause> = self.by_id.iter().filter_map(|(id, counted)| counted.cause(id)).collect();
        causes.sort_by_key(|cause| std::cmp::Reverse((cause.severity, cause.requests, cause.people)));
        Causes { causes, unexplained: self.unexplained, requests: self.requests }
    }

    /// The keys of the requests that each cause explains, by its pattern's id.
    pub fn keys(&self) -> impl Iterator<Item = (&'static str, &[i64])> {
        self.by_id.iter().map(|(id, counted)| (*id, counted.keys.as_slice()))
    }
}

impl Counted {
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
