//! What the owner of a sandbox says of a tenant and counts of it, and how it is emptied. A number of the request log is
//! never given twice, not even after that.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension as _, params};

use super::{Data, Session};
use crate::domain::{
    house::KEPT_DAYS,
    practice::Habit,
    tenant::{CustomField, TenantMappings},
};

/// The highest number of the log when it was emptied.
const FLOOR: &str = "exchange-floor";
const DAYS: &str = "kept-days";
const REFUSED: &str = "refused-habits";

/// How much a tenant holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox) struct Counts {
    pub(in crate::sandbox) users: u64,
    pub(in crate::sandbox) requests: u64,
    pub(in crate::sandbox) failures: u64,
}

/// What a tenant begins with.
pub(in crate::sandbox) struct Beginning {
    mappings: TenantMappings,
    fields: Vec<CustomField>,
}

impl Beginning {
    /// What the schema gives a fresh tenant.
    pub(in crate::sandbox) fn of_a_fresh_tenant() -> Result<Self, crate::domain::failure::Failure> {
        let fresh = Data::open(None)?;
        let read = |session: &Session<'_>| Ok(Self { mappings: session.mappings()?, fields: session.custom_fields()? });
        fresh.look(read).map_err(|error| super::broken(&error))
    }
}

impl Session<'_> {
    /// One thing that is said of the tenant.
    pub(in crate::sandbox) fn about(&self, key: &str) -> rusqlite::Result<Option<String>> {
        self.0.prepare_cached("SELECT value FROM about WHERE key = ?1")?.query_row([key], |row| row.get(0)).optional()
    }

    /// Says it.
    pub(in crate::sandbox) fn say_about(&self, key: &str, value: &str) -> rusqlite::Result<()> {
        self.0.prepare_cached("INSERT OR REPLACE INTO about VALUES (?1, ?2)")?.execute([key, value]).map(drop)
    }

    /// Takes it back.
    pub(in crate::sandbox) fn unsay_about(&self, key: &str) -> rusqlite::Result<()> {
        self.0.prepare_cached("DELETE FROM about WHERE key = ?1")?.execute([key]).map(drop)
    }

    /// For how many days requests are kept.
    pub(in crate::sandbox) fn kept_days(&self) -> rusqlite::Result<u32> {
        Ok(self.about(DAYS)?.and_then(|days| days.parse().ok()).unwrap_or(KEPT_DAYS))
    }

    /// Keeps requests for another number of days.
    pub(in crate::sandbox) fn keep_days(&self, days: u32) -> rusqlite::Result<()> {
        self.say_about(DAYS, &days.to_string())
    }

    /// The habits of directories that are refused.
    pub(in crate::sandbox) fn refused_habits(&self) -> rusqlite::Result<BTreeSet<Habit>> {
        let words = self.about(REFUSED)?.unwrap_or_default();
        Ok(words.split(' ').filter_map(Habit::from_key).collect())
    }

    /// Refuses these habits and no others.
    pub(in crate::sandbox) fn refuse_habits(&self, habits: &BTreeSet<Habit>) -> rusqlite::Result<()> {
        let words: Vec<&str> = habits.iter().map(|habit| habit.key()).collect();
        self.say_about(REFUSED, &words.join(" "))
    }

    /// Whether the oldest request is older than the days that requests are kept.
    pub(in crate::sandbox) fn has_old_exchanges(&self, now: Timestamp) -> rusqlite::Result<bool> {
        let oldest: Option<i64> = self
            .0
            .prepare_cached("SELECT at FROM exchanges ORDER BY id LIMIT 1")?
            .query_row([], |row| row.get(0))
            .optional()?;
        let end = self.end_of_keeping(now)?;
        Ok(oldest.zip(end).is_some_and(|(oldest, end)| oldest < end.as_millisecond()))
    }

    fn end_of_keeping(&self, now: Timestamp) -> rusqlite::Result<Option<Timestamp>> {
        let age = SignedDuration::from_hours(24 * i64::from(self.kept_days()?));
        Ok(now.checked_sub(age).ok())
    }

    /// Takes out what is older than the days that requests are kept. The log is in the order of arrival, so the search
    /// for the first one to keep stops there.
    pub(in crate::sandbox) fn forget_old_exchanges(&self, now: Timestamp) -> rusqlite::Result<()> {
        let Some(end) = self.end_of_keeping(now)? else { return Ok(()) };
        let first_kept: Option<i64> = self
            .0
            .prepare_cached("SELECT id FROM exchanges WHERE at >= ?1 ORDER BY id LIMIT 1")?
            .query_row([end.as_millisecond()], |row| row.get(0))
            .optional()?;
        if first_kept.is_none() {
            self.note_floor()?;
        }
        self.0
            .prepare_cached("DELETE FROM exchanges WHERE id < ?1")?
            .execute([first_kept.unwrap_or(i64::MAX)])
            .map(drop)
    }

    /// The highest number that the log had when it was last emptied.
    pub(in crate::sandbox) fn exchange_floor(&self) -> rusqlite::Result<i64> {
        Ok(self.about(FLOOR)?.and_then(|number| number.parse().ok()).unwrap_or(0))
    }

    fn note_floor(&self) -> rusqlite::Result<()> {
        let newest = self.newest_exchange()?;
        self.say_about(FLOOR, &newest.to_string())
    }

    /// Gives the first exchange after the log was emptied the number that comes after the last one before.
    pub(in crate::sandbox) fn above_floor(&self, number: i64) -> rusqlite::Result<i64> {
        let floor = self.exchange_floor()?;
        if number > floor {
            return Ok(number);
        }
        self.0.prepare_cached("UPDATE exchanges SET id = ?2 WHERE id = ?1")?.execute(params![number, floor + 1])?;
        Ok(floor + 1)
    }

    /// Counts what the tenant holds. Only the oldest requests are ever taken out, so their numbers say how many there are.
    pub(in crate::sandbox) fn counts(&self) -> rusqlite::Result<Counts> {
        let count =
            |sql: &str| self.0.prepare_cached(sql)?.query_row([], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs);
        Ok(Counts {
            users: count("SELECT count(*) FROM users")?,
            requests: count("SELECT coalesce(max(id) - min(id) + 1, 0) FROM exchanges")?,
            failures: count("SELECT count(*) FROM exchanges WHERE outcome = 'failure'")?,
        })
    }

    /// Empties the tenant: what is left is what a fresh one has, its tokens and what is said of it.
    pub(in crate::sandbox) fn empty(&self, beginning: &Beginning, at: Timestamp) -> rusqlite::Result<()> {
        const KEPT: [&str; 4] = ["about", "tokens", "mapping_sets", "custom_fields"];
        self.note_floor()?;
        let mut query = self.0.prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid DESC",
        )?;
        let tables = query.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
        for table in tables.iter().filter(|table| !KEPT.contains(&table.as_str())) {
            self.0.execute(&format!("DELETE FROM \"{table}\""), [])?;
        }
        self.0.execute("DELETE FROM custom_fields", [])?;
        for field in &beginning.fields {
            self.add_custom_field(field)?;
        }
        // A new version rather than the first one again: whoever holds the old entity tag is told.
        self.keep_mappings(&beginning.mappings.mappings, at)
    }
}
