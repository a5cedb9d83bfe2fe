//! Lines and payloads by key, and the newest of a kind.

use jiff::Timestamp;
use rusqlite::{CachedStatement, Connection, OptionalExtension as _, Result, Row as SqlRow, params};

use super::{
    Journal,
    payload::{self, Payload},
    profile_number,
};
use crate::{
    domain::{
        exchange::{Exchange, Operation},
        failure::Failure,
        journal::{Count, Record, Row, Source, Summary},
        profile::ProfileId,
    },
    store::codes::{Code, instant, unsigned},
};

impl Journal {
    /// How many requests of a profile are recorded.
    ///
    /// # Errors
    /// When the file is damaged or the call was interrupted.
    pub fn count(&self, profile: &ProfileId) -> std::result::Result<u64, Failure> {
        self.read(|connection| total(connection, profile))
    }

    /// The lines of these keys, in the order asked; a key of another profile or of none is left out.
    ///
    /// # Errors
    /// When the file is damaged or the call was interrupted.
    pub fn rows(&self, profile: &ProfileId, keys: &[i64]) -> std::result::Result<Vec<Row>, Failure> {
        self.read(|connection| match profile_number(connection, profile)? {
            Some(number) => rows_of(connection, number, keys),
            None => Ok(Vec::new()),
        })
    }

    /// Everything known about one line; `None` when its profile was removed meanwhile.
    ///
    /// # Errors
    /// When the file is damaged or the call was interrupted.
    pub fn record(&self, key: i64) -> std::result::Result<Option<Record>, Failure> {
        self.read(|connection| {
            let row = lines(connection, "r.key = ?1")?.query_row([key], line).optional()?;
            let Some(Row { source, summary, .. }) = row else { return Ok(None) };
            let Payload { exchange, landing, event } = payload_of(connection, key)?;
            Ok(Some(Record { source, summary, exchange, landing, event }))
        })
    }

    /// The source's id and time of the newest record from a source: where catching up begins.
    ///
    /// # Errors
    /// When the file is damaged or the call was interrupted.
    pub fn newest_id(
        &self,
        profile: &ProfileId,
        source: Source,
    ) -> std::result::Result<Option<(String, Timestamp)>, Failure> {
        self.read(|connection| {
            let Some(number) = profile_number(connection, profile)? else { return Ok(None) };
            let mut find = connection.prepare_cached(
                "SELECT source_id, at FROM records WHERE profile = ?1 AND source = ?2 ORDER BY at DESC, key DESC LIMIT 1",
            )?;
            find.query_row(params![number, source.code()], |row| Ok((row.get(0)?, instant(row.get(1)?)?))).optional()
        })
    }

    /// The newest `last` creates and updates whose bodies were seen, newest first: what a mapping is tried on.
    ///
    /// # Errors
    /// When the file is damaged or the call was interrupted.
    pub fn recent_payloads(
        &self,
        profile: &ProfileId,
        last: usize,
    ) -> std::result::Result<Vec<(Row, Exchange)>, Failure> {
        self.read(|connection| {
            let Some(number) = profile_number(connection, profile)? else { return Ok(Vec::new()) };
            let mut find = lines(
                connection,
                "r.profile = ?1 AND r.operation IN (?2, ?3) AND r.has_exchange AND r.attributes IS NOT NULL \
                 ORDER BY r.at DESC, r.key DESC LIMIT ?4",
            )?;
            let found = find.query_map(
                params![
                    number,
                    Operation::Create.code(),
                    Operation::Update.code(),
                    i64::try_from(last).unwrap_or(i64::MAX)
                ],
                line,
            )?;
            let mut recent = Vec::new();
            for row in found {
                let row = row?;
                if let Some(exchange) = payload_of(connection, row.key)?.exchange {
                    recent.push((row, exchange));
                }
            }
            Ok(recent)
        })
    }

    /// The attributes that the newest `last` requests with a body carried, by full name, commonest first.
    ///
    /// # Errors
    /// When the file is damaged or the call was interrupted.
    pub fn received_attributes(&self, profile: &ProfileId, last: usize) -> std::result::Result<Vec<Count>, Failure> {
        self.read(|connection| {
            let Some(number) = profile_number(connection, profile)? else { return Ok(Vec::new()) };
            let mut count = connection.prepare_cached(
                "SELECT m.name, count(*) FROM (SELECT attributes FROM records WHERE profile = ?1 AND attributes IS NOT NULL \
                 ORDER BY at DESC, key DESC LIMIT ?2) r JOIN attribute_members m ON m.set_id = r.attributes \
                 GROUP BY m.name ORDER BY 2 DESC, 1",
            )?;
            let last = i64::try_from(last).unwrap_or(i64::MAX);
            count.query_map([number, last], |row| Ok(Count { key: row.get(0)?, count: unsigned(row.get(1)?) }))?.collect()
        })
    }
}

/// How many records a profile has; counted as they are written, since counting a million rows takes too long.
pub(super) fn total(connection: &Connection, profile: &ProfileId) -> Result<u64> {
    let mut find = connection.prepare_cached("SELECT records FROM profiles WHERE id = ?1")?;
    Ok(find.query_row([&profile.0], |row| row.get(0)).optional()?.map_or(0, unsigned))
}

/// The lines of a profile's keys, in the order asked.
pub(super) fn rows_of(connection: &Connection, profile: i64, keys: &[i64]) -> Result<Vec<Row>> {
    let mut find = lines(connection, "r.key = ?1 AND r.profile = ?2")?;
    let found = keys.iter().map(|key| find.query_row([*key, profile], line).optional());
    found.filter_map(Result::transpose).collect()
}

fn lines<'c>(connection: &'c Connection, which: &str) -> Result<CachedStatement<'c>> {
    connection.prepare_cached(&format!(
        "SELECT r.key, r.source, r.source_id, r.at, r.method, r.path, r.status, r.outcome, r.operation, u.text, \
         r.resource_id, e.text, d.text, r.duration_ms, c.text FROM records r LEFT JOIN texts u ON u.id = r.user \
         LEFT JOIN texts e ON e.id = r.error LEFT JOIN texts d ON d.id = r.detail LEFT JOIN texts c ON c.id = r.client \
         WHERE {which}"
    ))
}

fn line(row: &SqlRow<'_>) -> Result<Row> {
    let summary = Summary {
        id: row.get(2)?,
        at: instant(row.get(3)?)?,
        method: row.get(4)?,
        path: row.get(5)?,
        status: row.get(6)?,
        outcome: Code::from_code(row.get(7)?)?,
        operation: Code::from_code(row.get(8)?)?,
        user: row.get(9)?,
        resource_id: row.get(10)?,
        scim_type: row.get(11)?,
        detail: row.get(12)?,
        duration_ms: row.get::<_, Option<i64>>(13)?.map(unsigned),
        client: row.get(14)?,
    };
    Ok(Row { key: row.get(0)?, source: Code::from_code(row.get(1)?)?, summary })
}

fn payload_of(connection: &Connection, key: i64) -> Result<Payload> {
    let mut find = connection.prepare_cached("SELECT body FROM payloads WHERE key = ?1")?;
    let stored: Option<Vec<u8>> = find.query_row([key], |row| row.get(0)).optional()?;
    payload::unpack(stored.as_deref())
}
