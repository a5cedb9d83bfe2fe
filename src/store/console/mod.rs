//! What the user made: profiles, drafts with their history, settings, and the audit trail of writes to tenants.
//! Tokens are not here; they live in the system credential store.

mod drafts;
mod profiles;
mod records;

use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use rusqlite_migration::M;

use super::{
    database::{Database, DatabaseName},
    fault,
};
use crate::domain::failure::Failure;

pub use drafts::MOST_REVISIONS;

const SCHEMAS: &[M<'_>] = &[M::up(include_str!("schema-1.sql"))];

/// A connection to `console.sqlite3`. It blocks, and is used by one thread at a time; open one for each.
pub struct Console {
    database: Database,
}

impl Console {
    /// Opens the database in a data folder, making it where it is missing.
    ///
    /// # Errors
    /// When the file is damaged, newer, or cannot be written, or the disk is full.
    pub fn open(dir: &Path) -> Result<Self, Failure> {
        Ok(Self { database: Database::open(dir, DatabaseName::Console, SCHEMAS)? })
    }

    const fn connection(&self) -> &Connection {
        &self.database.connection
    }

    fn read<T>(&self, what: &'static str, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Failure> {
        let all = || {
            // One snapshot for every statement of one question.
            let transaction = self.connection().unchecked_transaction()?;
            let answer = read(&transaction)?;
            transaction.finish()?;
            Ok(answer)
        };
        all().map_err(|error| self.database.failure(what, &error))
    }

    /// Does all of `write` or nothing, and tells whether it may stand: what `write` refuses is undone.
    fn write<T, E>(
        &mut self,
        what: &'static str,
        write: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<Result<T, E>>,
    ) -> Result<Result<T, E>, Failure> {
        let connection = &mut self.database.connection;
        let all = || {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let answer = write(&transaction)?;
            if answer.is_ok() {
                transaction.commit()?;
            }
            Ok(answer)
        };
        let result = all();
        result.map_err(|error| self.database.failure(what, &error))
    }
}

fn to_json(value: &impl serde::Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> rusqlite::Result<T> {
    serde_json::from_str(text).map_err(fault::unreadable)
}

#[cfg(test)]
mod tests;
