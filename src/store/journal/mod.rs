//! The journal: every request that a tenant, the console or a directory's log has shown, by profile.
//! A record is kept once however often it is imported. Times are kept to the microsecond.
//!
//! The file holds lines as columns of many records and payloads as blocks of many records; memory holds the columns. Many
//! lines are asked of memory, one payload of the file; only reading the file changes memory (`shared`).

mod append;
mod builder;
mod causes;
mod columns;
mod dictionary;
mod forgetting;
mod histogram;
mod incomplete;
mod known;
mod line;
mod listing;
mod migrating;
mod payload;
mod plan;
mod projection;
mod questions;
mod reading;
mod scan;
mod settling;
mod shared;
mod shares;
mod slots;
mod sorting;
mod tally;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use rusqlite::{Connection, InterruptHandle, ffi};
use rusqlite_migration::M;

pub use payload::Prepared;
pub use questions::Questions;
pub use shared::Elsewhere;

use self::{known::Known, projection::Projection, shared::Shared};
use super::database::{Database, DatabaseName};
use crate::domain::{failure::Failure, profile::ProfileId};

/// The schemas, oldest first. A released one never changes.
fn schemas() -> [M<'static>; 2] {
    [M::up(include_str!("schema-1.sql")), M::up_with_hook(include_str!("schema-2.sql"), migrating::carry_over)]
}

/// A connection to `journal.sqlite3`. It blocks, and is used by one thread at a time; open one for each thread with
/// [`Journal::beside`], so that they share what is in memory.
pub struct Journal {
    database: Database,
    dir: PathBuf,
    shared: Arc<Shared>,
    stop: Arc<AtomicBool>,
    /// By the profile's number.
    known: HashMap<i64, Known>,
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
pub struct Interrupt {
    sql: InterruptHandle,
    stop: Arc<AtomicBool>,
}

impl Interrupt {
    /// Stops the running call, if there is one. What it was writing is undone.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        self.sql.interrupt();
    }
}

impl Journal {
    /// Opens the journal in a data folder, making it where it is missing.
    ///
    /// # Errors
    /// When the file is damaged, newer, or cannot be written, or the disk is full.
    pub fn open(dir: &Path) -> Result<Self, Failure> {
        let database = Database::open(dir, DatabaseName::Journal, &schemas())?;
        migrating::make_room(&database)?;
        let shared = Arc::new(Shared::open(dir)?);
        Ok(Self { database, dir: dir.to_owned(), shared, stop: Arc::default(), known: HashMap::new() })
    }

    /// Another connection to the same journal, for another thread. What is in memory is there once.
    ///
    /// # Errors
    /// As [`Journal::open`].
    pub fn beside(&self) -> Result<Self, Failure> {
        let database = Database::open(&self.dir, DatabaseName::Journal, &schemas())?;
        let (dir, shared) = (self.dir.clone(), self.shared.clone());
        Ok(Self { database, dir, shared, stop: Arc::default(), known: HashMap::new() })
    }

    /// Stops this journal's running call from another thread.
    #[must_use]
    pub fn interrupt_handle(&self) -> Interrupt {
        Interrupt { sql: self.connection().get_interrupt_handle(), stop: self.stop.clone() }
    }

    /// The questions that are being answered, to let them pass.
    #[must_use]
    pub fn questions(&self) -> Questions {
        self.shared.questions.clone()
    }

    /// What another window has written since the last time this was asked.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn changed_elsewhere(&self) -> Result<Vec<Elsewhere>, Failure> {
        self.read(|connection| self.shared.changed_elsewhere(connection))
    }

    const fn connection(&self) -> &Connection {
        &self.database.connection
    }

    /// Asks a profile's lines, which are as the file holds them; there are none where nothing was ever recorded.
    fn ask<T>(
        &self,
        profile: &ProfileId,
        question: impl FnOnce(Option<&Projection>, &AtomicBool) -> rusqlite::Result<T>,
    ) -> Result<T, Failure> {
        self.stop.store(false, Ordering::Relaxed);
        let _asked = self.shared.questions.asked();
        let current = self.shared.at_hand(profile).map_err(|error| self.unread(&error))?;
        let answer = match &current {
            Some(loaded) => question(Some(&loaded.read()), &self.stop),
            None => question(None, &self.stop),
        };
        answer.map_err(|error| self.unread(&error))
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
        all().map_err(|error| self.unread(&error))
    }

    fn unread(&self, error: &rusqlite::Error) -> Failure {
        self.database.failure("The journal could not be read", error)
    }
}

/// A question that was stopped says so as SQLite does.
fn interrupted() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_INTERRUPT), None)
}

/// Undoes what a stopped call left open: a stop that comes while a call is being undone stops the undoing too.
fn settle(connection: &Connection) -> rusqlite::Result<()> {
    if connection.is_autocommit() { Ok(()) } else { connection.execute_batch("ROLLBACK") }
}

#[cfg(test)]
mod tests;
