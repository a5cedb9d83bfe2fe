//! Where in the list the records of an import stand: counted in passing, by the threads that read, so that whoever
//! imported them is led there. It keeps no more of the records than the ids of the first and the last.

use jiff::Timestamp;

use super::event::Whereabouts;
use crate::{
    domain::{
        exchange::Outcome,
        journal::{Record, Source},
        profile::ProfileId,
        query::{Expression, Pattern, Query, Term},
    },
    store::journal::Journal,
};

/// Of more records than these, no key is looked up.
const FEW: u64 = 16;

/// A record's source and its id there.
type Identity = (Source, String);

/// What was read so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Seen {
    /// The first record and the last.
    ends: Option<(Identity, Identity)>,
    records: u64,
    failed: u64,
    span: Option<(Timestamp, Timestamp)>,
    several_sources: bool,
}

impl Seen {
    /// Of records that were just read.
    pub(super) fn of<'r>(records: impl Iterator<Item = &'r Record>) -> Self {
        let mut seen = Self::default();
        let mut ends = None;
        for record in records {
            let summary = &record.summary;
            let (first, last) = ends.get_or_insert((record, record));
            *last = record;
            seen.several_sources |= first.source != record.source;
            seen.records += 1;
            seen.failed += u64::from(summary.outcome == Outcome::Failure);
            seen.reach(summary.at, summary.at);
        }
        let identity = |record: &Record| (record.source, record.summary.id.clone());
        seen.ends = ends.map(|(first, last)| (identity(first), identity(last)));
        seen
    }

    /// The same with those of another batch.
    pub(super) fn add(&mut self, other: Self) {
        let Self { ends, records, failed, span, several_sources } = other;
        self.several_sources |= several_sources;
        self.ends = match (self.ends.take(), ends) {
            (Some((first, before)), Some((next, last))) => {
                self.several_sources |= before.0 != next.0;
                Some((first, last))
            }
            (known, new) => known.or(new),
        };
        self.records += records;
        self.failed += failed;
        if let Some((from, to)) = span {
            self.reach(from, to);
        }
    }

    fn reach(&mut self, from: Timestamp, to: Timestamp) {
        self.span = Some(self.span.map_or((from, to), |(first, last)| (first.min(from), last.max(to))));
    }

    /// Where they stand, once they are written; `None` where nothing was read. Keys are looked up where they are few.
    pub(super) fn whereabouts(self, journal: &Journal, profile: &ProfileId, now: Timestamp) -> Option<Whereabouts> {
        let ((first, last), (from, to)) = self.ends.zip(self.span)?;
        let looked_up = |(source, id): &Identity| key(journal, profile, (*source, id), now);
        let first_key = (self.records <= FEW).then(|| looked_up(&first)).flatten();
        let ends = first_key.and_then(|key| Some((key, if first == last { key } else { looked_up(&last)? })));
        let source = (!self.several_sources).then_some(first.0);
        Some(Whereabouts { from, to, source, failed: self.failed, key: first_key.filter(|_| self.records == 1), ends })
    }
}

/// The key of one record. That it is not found is no failure: the list shows it all the same.
fn key(journal: &Journal, profile: &ProfileId, (source, id): (Source, &str), now: Timestamp) -> Option<i64> {
    let query = Query::from(Expression::Term(Term::Id(Pattern::from(id))));
    let listing = journal.list(profile, &query, now).ok()?;
    listing.first.into_iter().find(|row| row.source == source && row.summary.id == id).map(|row| row.key)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(id: &str, source: &str, minute: u32, outcome: &str) -> Record {
        serde_json::from_value(json!({
            "source": source,
            "summary": {"id": id, "at": format!("2026-11-24T11:{minute:02}:00Z"), "method": "POST", "path": "/Users", "status": 409,
                "outcome": outcome, "operation": "create", "user": null, "resourceId": null, "scimType": null,
                "detail": null, "durationMs": null, "client": null},
            "exchange": null, "landing": null, "event": null,
        }))
        .unwrap()
    }

    #[test]
    fn batches_are_seen_as_one_and_few_records_are_looked_up() {
        let records =
            [record("a", "entra", 5, "failure"), record("b", "entra", 3, "success"), record("c", "okta", 9, "failure")];
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(dir.path()).unwrap();
        let (profile, now) = (ProfileId("acme".to_owned()), "2026-11-24T12:00:00Z".parse().unwrap());
        journal.append(&profile, &records).unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let mut seen = Seen::default();
        assert_eq!(seen.clone().whereabouts(&journal, &profile, now), None);
        seen.add(Seen::of(records[..1].iter()));
        let one = seen.clone().whereabouts(&journal, &profile, now).unwrap();
        assert!(one.key.is_some() && one.source == Some(Source::Entra));
        seen.add(Seen::of(records[1..2].iter()));
        let two = seen.clone().whereabouts(&journal, &profile, now).unwrap();
        let wanted = Whereabouts {
            from: at("2026-11-24T11:03:00Z"),
            to: at("2026-11-24T11:05:00Z"),
            source: Some(Source::Entra),
            failed: 1,
            key: None,
            ends: one.key.zip(one.key.map(|first| first + 1)),
        };
        assert_eq!(two, wanted);
        seen.add(Seen::of(records[2..].iter()));
        let three = seen.whereabouts(&journal, &profile, now).unwrap();
        assert_eq!((three.source, three.failed, three.to), (None, 2, at("2026-11-24T11:09:00Z")));
    }
}
