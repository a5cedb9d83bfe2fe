//! The tenant's database, the only SQL of the sandbox: one connection behind a lock, short sessions, no await inside.
//! A session is a savepoint, so what fails leaves nothing behind, and many sessions can share one durable batch.

mod exchanges;
mod settings;
mod users;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite_migration::{M, MigrationDefinitionError, Migrations};

use crate::domain::failure::{Failure, FailureKind};

pub(super) use exchanges::{Entry, Exchange, Page, Recorded};
pub(super) use settings::NewToken;
pub(super) use users::User;

/// The database of one tenant.
pub(super) struct Data(Mutex<Connection>);

/// One short unit of work: all of it is kept, or none.
pub(super) struct Session<'db>(&'db Connection);

impl Data {
    /// Opens or creates the database; in memory without a path. The file is readable by its owner only.
    pub(super) fn open(path: Option<&Path>) -> Result<Self, Failure> {
        let mut db = match path {
            Some(path) => {
                keep_private(path).map_err(|error| unusable(path, &error))?;
                Connection::open(path).map_err(|error| unusable(path, &error))?
            }
            None => Connection::open_in_memory().map_err(|error| broken(&error))?,
        };
        // WAL with NORMAL: a kill loses nothing that was answered; only a power cut can take the last moments.
        db.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000;
             PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000;",
        )
        .map_err(|error| broken(&error))?;
        db.set_prepared_statement_cache_capacity(64);
        let migrations = Migrations::new(vec![M::up(include_str!("schema.sql"))]);
        migrations.to_latest(&mut db).map_err(|error| match error {
            rusqlite_migration::Error::MigrationDefinition(MigrationDefinitionError::DatabaseTooFarAhead) => {
                Failure::new(
                    FailureKind::DatabaseNewer,
                    "The sandbox's database was not opened",
                    "A newer console wrote it.",
                    "Update this console, or start the sandbox on another file.",
                )
            }
            other => broken(&other),
        })?;
        Ok(Self(Mutex::new(db)))
    }

    /// Runs one session.
    pub(super) fn session<T>(&self, work: impl FnOnce(&Session<'_>) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        let mut db = self.lock();
        let savepoint = db.savepoint()?;
        let result = work(&Session(&savepoint))?;
        savepoint.commit()?;
        Ok(result)
    }

    /// Starts a transaction that all sessions share until it is ended.
    pub(super) fn begin(&self) -> rusqlite::Result<()> {
        self.lock().execute_batch("BEGIN IMMEDIATE")
    }

    /// Ends the shared transaction: keeps it, or undoes it.
    pub(super) fn end(&self, keep: bool) -> rusqlite::Result<()> {
        self.lock().execute_batch(if keep { "COMMIT" } else { "ROLLBACK" })
    }

    /// Whether a shared transaction is open.
    pub(super) fn in_batch(&self) -> bool {
        !self.lock().is_autocommit()
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic inside a session has rolled its savepoint back, so the connection stays sound.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a person reads when the sandbox's own database fails.
pub(super) fn broken(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(
        FailureKind::DatabaseDamaged,
        "The sandbox's database failed",
        "What was asked was not done, and nothing was changed.",
        "Start the sandbox again, or on a new file.",
    )
    .with_detail(error)
}

fn unusable(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(
        FailureKind::DataReadOnly,
        "The sandbox's database was not opened",
        format!("{} cannot be read and written.", path.display()),
        "Choose a folder that you own.",
    )
    .with_detail(error)
}

fn keep_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Times are kept as milliseconds.
fn time(millisecond: i64) -> Timestamp {
    Timestamp::from_millisecond(millisecond).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Text of ours that does not read back means a damaged file.
fn unreadable(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
}
