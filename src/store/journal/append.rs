//! Writing to the journal: all of a call or nothing, each record once.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _, Result, TransactionBehavior, params};

use super::{Appended, Journal, payload::Packer, profile_number, settle};
use crate::{
    domain::{
        failure::Failure,
        journal::Record,
        profile::ProfileId,
        query::{fold, short_name},
    },
    store::{
        codes::{Code as _, signed},
        received::attributes_of,
    },
};

impl Journal {
    /// Adds records, all or none. One that is there already adds nothing; where the journal had only its line, and the
    /// new one brings the exchange, the exchange is kept with it.
    ///
    /// # Errors
    /// When the disk is full, another window keeps writing, or the file is damaged or read-only.
    pub fn append(&mut self, profile: &ProfileId, records: &[Record]) -> std::result::Result<Appended, Failure> {
        append(&mut self.database.connection, profile, records)
            .map_err(|error| self.database.failure("The requests could not be recorded", &error))
    }

    /// Forgets everything of a profile, names included.
    ///
    /// # Errors
    /// When another window keeps writing, or the file is damaged or read-only.
    pub fn remove_profile(&mut self, profile: &ProfileId) -> std::result::Result<(), Failure> {
        remove(&mut self.database.connection, profile)
            .map_err(|error| self.database.failure("The profile's requests could not be removed", &error))
    }
}

fn append(connection: &mut Connection, profile: &ProfileId, records: &[Record]) -> Result<Appended> {
    settle(connection)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute("INSERT INTO profiles (id) VALUES (?1) ON CONFLICT DO NOTHING", [&profile.0])?;
    let Some(profile) = profile_number(&transaction, profile)? else {
        return Err(rusqlite::Error::QueryReturnedNoRows);
    };
    let (texts, sets) = (HashMap::new(), HashMap::new());
    let mut writer = Writer { connection: &transaction, profile, packer: Packer::new()?, texts, sets };
    let mut appended = Appended::default();
    for record in records {
        if writer.write(record)? {
            appended.imported += 1;
        } else {
            appended.duplicates += 1;
        }
    }
    let imported = signed(appended.imported);
    transaction.execute("UPDATE profiles SET records = records + ?2 WHERE number = ?1", [profile, imported])?;
    transaction.commit()?;
    Ok(appended)
}

fn remove(connection: &mut Connection, profile: &ProfileId) -> Result<()> {
    settle(connection)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if let Some(number) = profile_number(&transaction, profile)? {
        transaction.execute("DELETE FROM records WHERE profile = ?1", [number])?;
        transaction.execute("DELETE FROM profiles WHERE number = ?1", [number])?;
        transaction.execute_batch(
            "DELETE FROM texts WHERE id NOT IN (
                 SELECT user FROM records WHERE user IS NOT NULL UNION SELECT error FROM records WHERE error IS NOT NULL
                 UNION SELECT detail FROM records WHERE detail IS NOT NULL
                 UNION SELECT client FROM records WHERE client IS NOT NULL);
             DELETE FROM attribute_sets WHERE id NOT IN (
                 SELECT attributes FROM records WHERE attributes IS NOT NULL);",
        )?;
    }
    transaction.commit()
}

/// Writes within one transaction; what it remembers holds only there.
struct Writer<'c> {
    connection: &'c Connection,
    profile: i64,
    packer: Packer,
    texts: HashMap<String, i64>,
    sets: HashMap<String, i64>,
}

impl Writer<'_> {
    /// Whether the record was new.
    fn write(&mut self, record: &Record) -> Result<bool> {
        let mut find = self.connection.prepare_cached(
            "SELECT key, has_exchange FROM records WHERE profile = ?1 AND source = ?2 AND source_id = ?3",
        )?;
        let known = find
            .query_row(params![self.profile, record.source.code(), record.summary.id], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, bool>(1)?))
            })
            .optional()?;
        match known {
            Some((key, false)) if record.exchange.is_some() => self.complete(key, record).map(|()| false),
            Some(_) => Ok(false),
            None => self.insert(record).map(|()| true),
        }
    }

    fn insert(&mut self, record: &Record) -> Result<()> {
        let line = &record.summary;
        let user = self.text(line.user.as_deref())?;
        let error = self.text(line.scim_type.as_deref())?;
        let detail = self.text(line.detail.as_deref())?;
        let client = self.text(line.client.as_deref())?;
        let attributes = self.attributes(record)?;
        let mut insert = self.connection.prepare_cached(
            "INSERT INTO records (profile, source, source_id, at, method, path, status, outcome, operation, user, \
             resource_id, error, detail, duration_ms, client, attributes, has_exchange) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
        )?;
        let key = insert.insert(params![
            self.profile,
            record.source.code(),
            line.id,
            line.at.as_microsecond(),
            line.method,
            line.path,
            line.status,
            line.outcome.code(),
            line.operation.code(),
            user,
            line.resource_id,
            error,
            detail,
            line.duration_ms.map(signed),
            client,
            attributes,
            record.exchange.is_some(),
        ])?;
        self.payload(key, record)
    }

    fn complete(&mut self, key: i64, record: &Record) -> Result<()> {
        let attributes = self.attributes(record)?;
        let mut update =
            self.connection.prepare_cached("UPDATE records SET attributes = ?2, has_exchange = 1 WHERE key = ?1")?;
        update.execute(params![key, attributes])?;
        self.payload(key, record)
    }

    fn payload(&mut self, key: i64, record: &Record) -> Result<()> {
        if let Some(body) = self.packer.pack(record)? {
            let mut put =
                self.connection.prepare_cached("INSERT OR REPLACE INTO payloads (key, body) VALUES (?1, ?2)")?;
            put.execute(params![key, body])?;
        }
        Ok(())
    }

    fn text(&mut self, text: Option<&str>) -> Result<Option<i64>> {
        let Some(text) = text else { return Ok(None) };
        if let Some(id) = self.texts.get(text) {
            return Ok(Some(*id));
        }
        let mut find = self.connection.prepare_cached("SELECT id FROM texts WHERE text = ?1")?;
        let id = match find.query_row([text], |row| row.get(0)).optional()? {
            Some(id) => id,
            None => self
                .connection
                .prepare_cached("INSERT INTO texts (text, folded) VALUES (?1, ?2)")?
                .insert([text, &fold(text)])?,
        };
        self.texts.insert(text.to_owned(), id);
        Ok(Some(id))
    }

    fn attributes(&mut self, record: &Record) -> Result<Option<i64>> {
        let names = attributes_of(record);
        if names.is_empty() {
            return Ok(None);
        }
        let joined = names.join("\n");
        if let Some(id) = self.sets.get(&joined) {
            return Ok(Some(*id));
        }
        let mut find = self.connection.prepare_cached("SELECT id FROM attribute_sets WHERE names = ?1")?;
        let id = match find.query_row([&joined], |row| row.get(0)).optional()? {
            Some(id) => id,
            None => self.attribute_set(&joined, &names)?,
        };
        self.sets.insert(joined, id);
        Ok(Some(id))
    }

    fn attribute_set(&self, joined: &str, names: &[String]) -> Result<i64> {
        let id = self.connection.prepare_cached("INSERT INTO attribute_sets (names) VALUES (?1)")?.insert([joined])?;
        let mut add = self
            .connection
            .prepare_cached("INSERT INTO attribute_members (set_id, name, folded, short) VALUES (?1, ?2, ?3, ?4)")?;
        for name in names {
            add.execute(params![id, name, fold(name), fold(&short_name(name))])?;
        }
        Ok(id)
    }
}
