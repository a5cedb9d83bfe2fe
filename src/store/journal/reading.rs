//! Lines and payloads by key, and the newest of a kind.
//! Lines come from memory; only payloads are read from the file.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{Journal, append::Payloads, payload::Payload, projection::parts, shared::standing};
use crate::{
    domain::{
        exchange::{Exchange, Operation},
        failure::Failure,
        journal::{Count, Record, Row, Source},
        profile::ProfileId,
    },
    store::codes::{Code as _, instant, unsigned},
};

impl Journal {
    /// How many requests of a profile are recorded.
    ///
    /// # Errors
    /// When the file is damaged or the call was interrupted.
    pub fn count(&self, profile: &ProfileId) -> Result<u64, Failure> {
        self.read(|connection| Ok(standing(connection, profile)?.map_or(0, |standing| unsigned(standing.records))))
    }

    /// The lines of these keys, in the order asked; a key of another profile or of none is left out.
    ///
    /// # Errors
    /// When the file is damaged or the call was interrupted.
    pub fn rows(&self, profile: &ProfileId, keys: &[i64]) -> Result<Vec<Row>, Failure> {
        self.ask(profile, |projection, _| {
            let Some(projection) = projection else { return Ok(Vec::new()) };
            let own = keys.iter().map(|key| parts(*key)).filter(|(profile, _)| *profile == projection.number);
            projection.rows(own.map(|(_, number)| number))
        })
    }

    /// Everything known about one line; `None` when its profile was removed meanwhile.
    ///
    /// # Errors
    /// When the file is damaged or the call was interrupted.
    pub fn record(&self, key: i64) -> Result<Option<Record>, Failure> {
        let profile = self.shared.profile(parts(key).0).map_err(|error| self.unread(&error))?;
        let Some(profile) = profile else { return Ok(None) };
        Ok(self.records(&profile, &[key])?.pop().map(|(_, record)| record))
    }

    /// Everything known about the lines of these keys, in the order asked; a key of another profile or of none is left
    /// out.
    ///
    /// # Errors
    /// When the file is damaged or the call was interrupted.
    pub fn records(&self, profile: &ProfileId, keys: &[i64]) -> Result<Vec<(i64, Record)>, Failure> {
        let rows = self.rows(profile, keys)?;
        // Read as they stand in the file: lines that are neighbours in time may come from several logs, and to unpack a
        // block for every one of them takes four times as long.
        let mut by_key: Vec<usize> = (0..rows.len()).collect();
        by_key.sort_unstable_by_key(|at| rows[*at].key);
        let behind: Vec<Payload> = self.read(|connection| {
            let mut payloads = Payloads::new(connection);
            by_key.iter().map(|at| payloads.read(rows[*at].key)).collect()
        })?;
        let mut whole: Vec<Option<Payload>> = rows.iter().map(|_| None).collect();
        for (at, payload) in by_key.into_iter().zip(behind) {
            whole[at] = Some(payload);
        }
        let record = |(row, payload): (Row, Option<Payload>)| {
            let Row { key, source, summary } = row;
            let Payload { exchange, landing, event } = payload.unwrap_or_default();
            (key, Record { source, summary, exchange, landing, event })
        };
        Ok(rows.into_iter().zip(whole).map(record).collect())
    }

    /// The source's id and time of the newest record from a source: where catching up begins.
    ///
    /// # Errors
    /// When the file is damaged or the call was interrupted.
    pub fn newest_id(&self, profile: &ProfileId, source: Source) -> Result<Option<(String, Timestamp)>, Failure> {
        self.ask(profile, |projection, _| {
            let Some(projection) = projection else { return Ok(None) };
            let from =
                |number: &u32| projection.kind_of(*number).is_some_and(|kind| i64::from(kind.source) == source.code());
            let Some(number) = projection.newest_first().find(from) else { return Ok(None) };
            let id = projection.id_of(number).map(|(_, id)| id.to_string()).unwrap_or_default();
            Ok(Some((id, instant(projection.at(number))?)))
        })
    }

    /// The newest `last` creates and updates whose bodies were seen, newest first: what a mapping is tried on.
    ///
    /// # Errors
    /// When the file is damaged or the call was interrupted.
    pub fn recent_payloads(&self, profile: &ProfileId, last: usize) -> Result<Vec<(Row, Exchange)>, Failure> {
        let recent = self.ask(profile, |projection, _| {
            let Some(projection) = projection else { return Ok(Vec::new()) };
            let telling = |number: &u32| {
                projection.kind_of(*number).is_some_and(|kind| {
                    let operation = i64::from(kind.operation);
                    let wanted = [Operation::Create, Operation::Update].iter().any(|one| one.code() == operation);
                    wanted && kind.has_exchange && !projection.texts.text(kind.attributes).is_empty()
                })
            };
            projection.rows(projection.newest_first().filter(telling).take(last))
        })?;
        self.read(|connection| {
            let mut payloads = Payloads::new(connection);
            let with_body = |row: Row| Ok(payloads.read(row.key)?.exchange.map(|exchange| (row, exchange)));
            recent.into_iter().map(with_body).filter_map(Result::transpose).collect()
        })
    }

    /// The attributes that the newest `last` requests with a body carried, by full name, commonest first.
    ///
    /// # Errors
    /// When the file is damaged or the call was interrupted.
    pub fn received_attributes(&self, profile: &ProfileId, last: usize) -> Result<Vec<Count>, Failure> {
        self.ask(profile, |projection, _| {
            let Some(projection) = projection else { return Ok(Vec::new()) };
            let mut sets = HashMap::<u32, u64>::new();
            let carried =
                projection.newest_first().filter_map(|number| projection.kind_of(number)).map(|kind| kind.attributes);
            for set in carried.filter(|set| !projection.texts.text(*set).is_empty()).take(last) {
                *sets.entry(set).or_default() += 1;
            }
            let mut counts = HashMap::<&str, u64>::new();
            for (set, count) in sets {
                for name in projection.texts.text(set).split('\n') {
                    *counts.entry(name).or_default() += count;
                }
            }
            let mut counts: Vec<Count> =
                counts.into_iter().map(|(key, count)| Count { key: key.to_owned(), count }).collect();
            counts.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.key.cmp(&b.key)));
            Ok(counts)
        })
    }
}
