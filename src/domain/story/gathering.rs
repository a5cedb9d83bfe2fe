//! From one name to everything a person ever went by: what to look for next, and what of the lines found is really theirs.
//! It reads no log itself. An address that many accounts share is told and not followed, so that a crowd never becomes one.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{
    Spans,
    identity::{Identifier, IdentifierKind, identifiers},
};
use crate::domain::{
    journal::{Count, Record},
    query::{Expression, Pattern, Query, Term, fold},
};

/// Most records of one story.
pub const MOST_RECORDS: usize = 2_000;
/// Most identifiers that are followed.
const MOST_IDENTIFIERS: usize = 64;
/// An address with more accounts than this belongs to nobody in particular.
const SHARED_BY: usize = 3;
/// Shorter values stand inside too many lines; they are looked for as a whole only.
const LONG_ENOUGH: usize = 8;
/// Most names that are offered where nobody is called exactly so.
const CANDIDATES: usize = 12;

/// A person's records while they are gathered. Ask for the next search, hand over what it found, until there is none.
#[derive(Debug, Clone, Default)]
pub struct Gathering {
    start: String,
    known: BTreeSet<String>,
    waiting: VecDeque<Identifier>,
    records: BTreeMap<i64, Record>,
    shared: Vec<String>,
    candidates: BTreeMap<String, u64>,
    truncated: bool,
    without_bodies: u64,
}

/// Everything that was gathered, ready to be told.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Gathered {
    /// What was asked for.
    pub start: String,
    /// The records, by time.
    pub records: Vec<(i64, Record)>,
    /// Addresses that were not followed, since many accounts share them.
    pub shared: Vec<String>,
    /// Whom the log calls similarly, where nobody is called exactly so: name and number of lines.
    pub candidates: Vec<Count>,
    /// Whether there is more than one story holds.
    pub truncated: bool,
    /// How many requests stand with their line alone, since the tenant did not give their bodies.
    pub without_bodies: u64,
    /// Which stretch of time each log covers.
    pub spans: Spans,
}

impl Gathering {
    /// Begins with a name, an id or an address.
    #[must_use]
    pub fn of(start: &str) -> Self {
        let start = start.trim().to_owned();
        let mut gathering = Self { start: start.clone(), ..Self::default() };
        if !start.is_empty() {
            gathering.follow(Identifier { kind: IdentifierKind::UserName, value: start });
        }
        gathering
    }

    /// What to look for next, and the search for it; `None` when everything is gathered.
    pub fn next_search(&mut self) -> Option<(Identifier, Query)> {
        if self.records.len() >= MOST_RECORDS {
            self.truncated |= !self.waiting.is_empty();
            return None;
        }
        let identifier = self.waiting.pop_front()?;
        let pattern = || Pattern(identifier.value.clone());
        let mut terms = vec![Expression::Term(Term::User(pattern())), Expression::Term(Term::Id(pattern()))];
        if identifier.value.chars().count() >= LONG_ENOUGH || fold(&self.start) == identifier.folded() {
            terms.push(Expression::Term(Term::Word(pattern())));
        }
        let query = Expression::any(terms).map(|any| Query::everything().with(any)).unwrap_or_default();
        Some((identifier, query))
    }

    /// Whether a record was handed over already.
    #[must_use]
    pub fn has(&self, key: i64) -> bool {
        self.records.contains_key(&key)
    }

    /// Takes what a search found. Lines that only mention the identifier, or of somebody else, are passed over.
    pub fn take(&mut self, identifier: &Identifier, found: Vec<(i64, Record)>) {
        let wanted = identifier.folded();
        let theirs: Vec<(i64, Record, Vec<Identifier>)> = found
            .into_iter()
            .filter_map(|(key, record)| {
                let all = identifiers(&record);
                let named = record.summary.user.as_deref().is_some_and(|user| fold(user) == wanted);
                if named || all.iter().any(|one| one.folded() == wanted) {
                    return Some((key, record, all));
                }
                self.suggest(&record);
                None
            })
            .collect();
        let accounts: BTreeSet<String> = theirs
            .iter()
            .flat_map(|(_, _, all)| all.iter().filter(|one| one.kind == IdentifierKind::Id).map(Identifier::folded))
            .collect();
        if identifier.kind == IdentifierKind::Email && accounts.len() > SHARED_BY {
            self.shared.push(identifier.value.clone());
            return;
        }
        for (key, record, all) in theirs {
            if self.records.len() >= MOST_RECORDS {
                self.truncated = true;
                return;
            }
            all.into_iter().for_each(|one| self.follow(one));
            self.records.insert(key, record);
        }
    }

    /// Puts a fuller record in place of one that was handed over, and follows what it tells.
    pub fn complete(&mut self, key: i64, record: Record) {
        if let Some(known) = self.records.get_mut(&key) {
            let all = identifiers(&record);
            *known = record;
            all.into_iter().for_each(|one| self.follow(one));
        }
    }

    /// The records so far, by key.
    pub fn records(&self) -> impl Iterator<Item = (i64, &Record)> {
        self.records.iter().map(|(key, record)| (*key, record))
    }

    /// Lines of this person were left out.
    pub fn cut(&mut self) {
        self.truncated = true;
    }

    /// So many bodies could not be read.
    pub fn lacks_bodies(&mut self, requests: u64) {
        self.without_bodies = requests;
    }

    fn follow(&mut self, identifier: Identifier) {
        if self.known.len() >= MOST_IDENTIFIERS {
            self.truncated = true;
        } else if self.known.insert(identifier.folded()) {
            self.waiting.push_back(identifier);
        }
    }

    fn suggest(&mut self, record: &Record) {
        let start = fold(&self.start);
        let similar = record.summary.user.as_ref().filter(|user| fold(user).contains(&start));
        if let Some(user) = similar {
            *self.candidates.entry(user.clone()).or_default() += 1;
        }
    }

    /// Ends the gathering.
    #[must_use]
    pub fn done(mut self, spans: Spans) -> Gathered {
        let mut records: Vec<(i64, Record)> = std::mem::take(&mut self.records).into_iter().collect();
        records.sort_by_key(|(key, record)| (record.summary.at, *key));
        let mut candidates: Vec<Count> =
            std::mem::take(&mut self.candidates).into_iter().map(|(key, count)| Count { key, count }).collect();
        candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.count));
        candidates.truncate(if records.is_empty() { CANDIDATES } else { 0 });
        let Self { start, shared, truncated, without_bodies, .. } = self;
        Gathered { start, records, shared, candidates, truncated, without_bodies, spans }
    }
}
