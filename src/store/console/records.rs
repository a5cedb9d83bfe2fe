//! Settings by key, and the audit trail, which only grows.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params};
use serde_json::{Value, json};

use super::{Console, from_json, to_json};
use crate::{
    domain::{audit::AuditEntry, failure::Failure, mapping::MappedSince, profile::ProfileId},
    store::codes::instant,
};

/// Under which key it is kept since when a profile's tenant has its mappings.
pub(super) fn mapped_since(profile: &str) -> String {
    format!("mapped-since/{profile}")
}

impl Console {
    /// A setting, where it was ever set.
    ///
    /// # Errors
    /// When the file is damaged or cannot be read.
    pub fn setting(&self, key: &str) -> Result<Option<Value>, Failure> {
        self.read("The settings could not be read", |connection| {
            let mut find = connection.prepare_cached("SELECT value FROM settings WHERE key = ?1")?;
            let value: Option<String> = find.query_row([key], |row| row.get(0)).optional()?;
            value.map(|value| from_json(&value)).transpose()
        })
    }

    /// Sets a setting.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set_setting(&mut self, key: &str, value: &Value) -> Result<(), Failure> {
        self.write("The setting could not be saved", |transaction| {
            let put = "INSERT INTO settings (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
            transaction.execute(put, params![key, to_json(value)?])?;
            Ok(Ok(()))
        })?
    }

    /// Notes which mappings a tenant has now; since when it has each, as far as was seen.
    ///
    /// # Errors
    /// When the file is damaged or cannot be written.
    pub fn note_mappings(
        &mut self,
        profile: &ProfileId,
        attributes: &[String],
        now: Timestamp,
    ) -> Result<MappedSince, Failure> {
        let key = mapped_since(&profile.0);
        let known = self.setting(&key)?.and_then(|known| serde_json::from_value::<MappedSince>(known).ok());
        let mut since = known.unwrap_or_default();
        since.look(attributes.iter().map(String::as_str), now);
        self.set_setting(&key, &json!(since))?;
        Ok(since)
    }

    /// Adds to the audit trail.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn append_audit(&mut self, entry: &AuditEntry) -> Result<(), Failure> {
        self.write("The audit trail could not be written", |transaction| {
            let add = "INSERT INTO audit (at, profile, action, summary) VALUES (?1, ?2, ?3, ?4)";
            let values = params![entry.at.as_microsecond(), entry.profile.0, entry.action, entry.summary];
            transaction.execute(add, values)?;
            Ok(Ok(()))
        })?
    }

    /// The newest entries of the audit trail, of one profile or of all.
    ///
    /// # Errors
    /// When the file is damaged or cannot be read.
    pub fn list_audit(&self, profile: Option<&ProfileId>, most: usize) -> Result<Vec<AuditEntry>, Failure> {
        self.read("The audit trail could not be read", |connection| {
            let mut list = connection.prepare_cached(
                "SELECT at, profile, action, summary FROM audit WHERE ?1 IS NULL OR profile = ?1 \
                 ORDER BY at DESC, id DESC LIMIT ?2",
            )?;
            let entry = |row: &rusqlite::Row<'_>| {
                Ok(AuditEntry {
                    at: instant(row.get(0)?)?,
                    profile: ProfileId(row.get(1)?),
                    action: row.get(2)?,
                    summary: row.get(3)?,
                })
            };
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            list.query_map(params![profile.map(|profile| &profile.0), most], entry)?.collect()
        })
    }
}
