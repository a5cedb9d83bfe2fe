//! The journal: every request that a tenant, the console or a directory's log has shown, one row each, by profile.
//! A record is kept once however often it is imported. Times are kept to the microsecond.

mod append;
mod incomplete;
mod listing;
mod payload;
mod reading;

use std::path::Path;

use rusqlite::{Connection, InterruptHandle, OptionalExtension as _};
use rusqlite_migration::M;

use super::database::{Database, DatabaseName};
use crate::domain::{failure::Failure, profile::ProfileId};

const SCHEMAS: &[M<'_>] = &[M::up(include_str!("schema-1.sql"))];

/// A connection to `journal.sqlite3`. It blocks, and is used by one thread at a time; open one for each.
pub struct Journal {
    database: Database,
}

/// What became of the records that were appended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Appended {
    /// New in the journal.
    pub imported: u64,
    /// There already, by profile, source and the source's id.
    pub duplicates: u64,
}

/// Stops whatever its [`Journal`] is doing; that call then fails with `FailureKind::Cancelled`.
pub struct Interrupt(InterruptHandle);

impl Interrupt {
    /// Stops the running call, if there is one. What it was writing is undone.
    pub fn stop(&self) {
        self.0.interrupt();
    }
}

impl Journal {
    /// Opens the journal in a data folder, making it where it is missing.
    ///
    /// # Errors
    /// When the file is damaged, newer, or cannot be written, or the disk is full.
    pub fn open(dir: &Path) -> Result<Self, Failure> {
        Ok(Self { database: Database::open(dir, DatabaseName::Journal, SCHEMAS)? })
    }

    /// Stops this journal's running call from another thread.
    #[must_use]
    pub fn interrupt_handle(&self) -> Interrupt {
        Interrupt(self.connection().get_interrupt_handle())
    }

    /// Whether another window has written since the last time this was asked.
    #[must_use]
    pub fn changed_elsewhere(&self) -> bool {
        self.database.changed_elsewhere()
    }

    const fn connection(&self) -> &Connection {
        &self.database.connection
    }

    fn read<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Failure> {
        let all = || {
            settle(self.connection())?;
            // One snapshot for every statement of one question.
            let transaction = self.connection().unchecked_transaction()?;
            let answer = read(&transaction)?;
            transaction.finish()?;
            Ok(answer)
        };
        all().map_err(|error| self.database.failure("The journal could not be read", &error))
    }
}

/// Undoes what a stopped call left open: a stop that comes while a call is being undone stops the undoing too.
fn settle(connection: &Connection) -> rusqlite::Result<()> {
    if connection.is_autocommit() { Ok(()) } else { connection.execute_batch("ROLLBACK") }
}

/// The number that stands for a profile; `None` where nothing of it was ever recorded.
fn profile_number(connection: &Connection, profile: &ProfileId) -> rusqlite::Result<Option<i64>> {
    let mut find = connection.prepare_cached("SELECT number FROM profiles WHERE id = ?1")?;
    find.query_row([&profile.0], |row| row.get(0)).optional()
}

#[cfg(test)]
mod tests;
