//! Lines and payloads by key, and the newest of a kind.
//! Lines come from memory; only payloads are read from the file.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};

use super::{
    Journal,
    line::Kind,
    payload::{Block, Payload},
    projection::{key, parts},
    shared::standing,
};
use crate::{
    domain::{
        coverage::SETTING,
        exchange::{Exchange, Operation},
        failure::Failure,
        journal::{Count, Glance, Record, Row, Source},
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

    /// Shows the lines of these keys to `take`, in the order asked; a key of another profile or of none is left out. Few
    /// keys at a time, so that no writer waits.
    ///
    /// # Errors
    /// When the file is damaged or the call was interrupted.
    pub fn glance(
        &self,
        profile: &ProfileId,
        keys: impl Iterator<Item = i64>,
        mut take: impl FnMut(Glance<'_>),
    ) -> Result<(), Failure> {
        self.ask(profile, |projection, _| {
            let Some(projection) = projection else { return Ok(()) };
            for (_, number) in keys.map(parts).filter(|(profile, _)| *profile == projection.number) {
                projection.glance(number)?.map(&mut take);
            }
            Ok(())
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

    /// The attributes that the newest `last` creates and updates with a body carried, by full name, commonest first. What
    /// the console sent is in the tenant's own log too, and a recording may be of either: the first that holds any counts.
    ///
    /// # Errors
    /// When the file is damaged or the call was interrupted.
    pub fn received_attributes(&self, profile: &ProfileId, last: usize) -> Result<Vec<Count>, Failure> {
        self.ask(profile, |projection, _| {
            let Some(projection) = projection else { return Ok(Vec::new()) };
            let mut sets = HashMap::<u32, u64>::new();
            for source in [Source::Tenant, Source::Console, Source::Recording] {
                let sets_any = |kind: &&Kind| {
                    i64::from(kind.source) == source.code()
                        && SETTING.iter().any(|operation| operation.code() == i64::from(kind.operation))
                };
                let kinds = projection.newest_first().filter_map(|number| projection.kind_of(number)).filter(sets_any);
                let carried = kinds.map(|kind| kind.attributes);
                for set in carried.filter(|set| !projection.texts.text(*set).is_empty()).take(last) {
                    *sets.entry(set).or_default() += 1;
                }
                if !sets.is_empty() {
                    break;
                }
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

/// Reads what stands behind records. The block that was read last is kept: neighbours stand in it too.
struct Payloads<'c> {
    connection: &'c Connection,
    /// Its profile, the first of its numbers, and itself.
    last: Option<(i64, u32, Block)>,
}

impl<'c> Payloads<'c> {
    const fn new(connection: &'c Connection) -> Self {
        Self { connection, last: None }
    }

    fn read(&mut self, record: i64) -> rusqlite::Result<Payload> {
        let mut completed = self.connection.prepare_cached("SELECT body FROM completions WHERE key = ?1")?;
        if let Some(body) = completed.query_row([record], |row| row.get::<_, Vec<u8>>(0)).optional()? {
            return Payload::read(Block::unpack(&body)?.payload(0));
        }
        let (profile, number) = parts(record);
        let within = |(of, first, block): &(i64, u32, Block)| {
            *of == profile && number.checked_sub(*first).is_some_and(|at| (at as usize) < block.len())
        };
        if !self.last.as_ref().is_some_and(within) {
            self.last = self.block(profile, record)?;
        }
        match &self.last {
            Some((_, first, block)) => Payload::read(block.payload((number - first) as usize)),
            None => Ok(Payload::default()),
        }
    }

    /// The last block that begins no later than a record.
    fn block(&self, profile: i64, record: i64) -> rusqlite::Result<Option<(i64, u32, Block)>> {
        let mut find = self
            .connection
            .prepare_cached("SELECT key, body FROM blocks WHERE key <= ?1 AND key >= ?2 ORDER BY key DESC LIMIT 1")?;
        let mut rows = find.query([record, key(profile, 0)])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let (_, first) = parts(row.get(0)?);
        let body = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        Ok(Some((profile, first, Block::unpack(body)?)))
    }
}
