//! The tenant's database, the only SQL of the sandbox: one connection behind a lock, short sessions, no await inside.
//! A session is a savepoint, so what fails leaves nothing behind, and many sessions can share one durable batch.

mod about;
mod exchanges;
mod groups;
mod keeper;
mod settings;
mod users;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite_migration::{M, MigrationDefinitionError, Migrations};

use crate::domain::failure::{Failure, FailureKind};
use keeper::{Keeper, Log};

pub(super) use about::Beginning;
pub(super) use exchanges::{Entry, Exchange, NewExchange, Page};
pub(super) use groups::{Group, Member};
pub(super) use settings::NewToken;
pub(super) use users::User;

/// The database of one tenant.
pub(super) struct Data {
    store: Arc<Mutex<Store>>,
    keeper: Keeper,
    in_batch: AtomicBool,
}

/// When the changes of a session are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// Before the session returns: for whatever somebody is told of.
    Now,
    /// A moment later, together with others.
    Soon,
}

/// The transaction that holds what a session did.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ticket(u64);

/// One short unit of work: all of it is kept, or none.
pub(super) struct Session<'db>(&'db Connection);

struct Store {
    db: Connection,
    batch: bool,
    /// Number of the transaction that is open, or opens next.
    transaction: u64,
    /// Transactions that could not be kept.
    lost: BTreeSet<u64>,
    /// `None` in memory.
    log: Option<Arc<Log>>,
}

impl Session<'_> {
    /// Runs a part of the work, which is undone where it fails.
    pub(super) fn part<T, E: From<rusqlite::Error>>(&self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let part = Part::within(self.0)?;
        let done = work()?;
        part.keep()?;
        Ok(done)
    }
}

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
        // A commit only appends to the log; what somebody is told of is forced to the disk by the keeper, once for all
        // who wait. So a kill or a power cut loses nothing that was answered.
        db.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0;
             PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000;",
        )
        .map_err(|error| broken(&error))?;
        db.set_prepared_statement_cache_capacity(64);
        let steps = [
            include_str!("schema.sql"),
            include_str!("about.sql"),
            include_str!("paging.sql"),
            include_str!("groups.sql"),
        ];
        let migrations = Migrations::new(steps.into_iter().map(M::up).collect());
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
        // Where the file system has no such log, every commit goes to the disk by itself.
        let log = path.and_then(|path| Log::beside(path).ok()).map(Arc::new);
        let store = Arc::new(Mutex::new(Store { db, batch: false, transaction: 0, lost: BTreeSet::new(), log }));
        Ok(Self { keeper: Keeper::start(&store), store, in_batch: AtomicBool::new(false) })
    }

    /// Runs a session and keeps what it did.
    pub(super) fn session<T>(
        &self,
        keep: Keep,
        work: impl FnOnce(&Session<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let (result, ticket) = self.open_session(work)?;
        if keep == Keep::Now {
            self.settle(ticket)?;
        }
        Ok(result)
    }

    /// Runs a session that is kept a moment later, together with others. Before anybody is told that something was changed,
    /// its ticket has to be settled.
    pub(super) fn open_session<T>(
        &self,
        work: impl FnOnce(&Session<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<(T, Ticket)> {
        let store = lock(&self.store);
        let part = if store.db.is_autocommit() { Part::first(&store.db)? } else { Part::within(&store.db)? };
        let ticket = Ticket(store.transaction);
        self.keeper.wake();
        let result = work(&Session(&store.db))?;
        part.keep()?;
        Ok((result, ticket))
    }

    /// Keeps the transaction of a ticket, on the disk too. In a batch the owner of the batch does that.
    pub(super) fn settle(&self, ticket: Ticket) -> rusqlite::Result<()> {
        let mut store = lock(&self.store);
        if store.transaction == ticket.0 {
            store.keep()?;
        }
        let log = store.log.clone().filter(|_| !store.batch);
        let lost = store.was_lost(ticket);
        drop(store);
        log.map_or(Ok(()), |log| log.force()).map_err(|error| unkept(&error))?;
        lost
    }

    /// The same for whoever can wait together with others: one commit and one visit to the disk serve them all.
    pub(super) async fn settled(&self, ticket: Ticket) -> rusqlite::Result<()> {
        if !self.in_batch() {
            self.keeper.on_disk(ticket.0).await;
        }
        lock(&self.store).was_lost(ticket)
    }

    /// Runs a session that only reads. What it shows of this tenant is kept first, so that a kill cannot take it back.
    pub(super) fn look<T>(&self, work: impl FnOnce(&Session<'_>) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        let mut store = lock(&self.store);
        store.keep()?;
        work(&Session(&store.db))
    }

    /// Starts a transaction that all sessions share until it is ended.
    pub(super) fn begin(&self) -> rusqlite::Result<()> {
        let mut store = lock(&self.store);
        store.keep()?;
        store.db.execute_batch("BEGIN IMMEDIATE")?;
        store.batch = true;
        self.in_batch.store(true, Ordering::Release);
        Ok(())
    }

    /// Ends the shared transaction: keeps it, or undoes it.
    pub(super) fn end(&self, keep: bool) -> rusqlite::Result<()> {
        let mut store = lock(&self.store);
        store.batch = false;
        self.in_batch.store(false, Ordering::Release);
        if keep {
            store.keep()?;
            return store.log.as_ref().map_or(Ok(()), |log| log.force()).map_err(|error| unkept(&error));
        }
        store.transaction += 1;
        store.db.execute_batch("ROLLBACK")
    }

    /// Whether a shared transaction is open.
    pub(super) fn in_batch(&self) -> bool {
        self.in_batch.load(Ordering::Acquire)
    }
}

/// A part of a transaction, by statements that are prepared once. It is undone when it is dropped, by a panic too.
struct Part<'db> {
    db: &'db Connection,
    kept: bool,
    /// With nothing before it in its transaction, all of that is undone; else there is a savepoint.
    first: bool,
}

impl<'db> Part<'db> {
    fn first(db: &'db Connection) -> rusqlite::Result<Self> {
        db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        Ok(Self { db, kept: false, first: true })
    }

    fn within(db: &'db Connection) -> rusqlite::Result<Self> {
        db.prepare_cached("SAVEPOINT part")?.execute([])?;
        Ok(Self { db, kept: false, first: false })
    }

    fn keep(mut self) -> rusqlite::Result<()> {
        if !self.first {
            self.db.prepare_cached("RELEASE part")?.execute([])?;
        }
        self.kept = true;
        Ok(())
    }
}

impl Drop for Part<'_> {
    fn drop(&mut self) {
        let undo = if self.first { "ROLLBACK" } else { "ROLLBACK TO part; RELEASE part" };
        if !self.kept
            && let Err(error) = self.db.execute_batch(undo)
        {
            tracing::error!(%error, "a part of the sandbox's work could not be undone");
        }
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        lock(&self.store).keep_or_report();
    }
}

impl Store {
    /// Ends the open transaction, unless it is a batch that its owner ends. What cannot be kept is undone.
    fn keep(&mut self) -> rusqlite::Result<()> {
        if self.batch || self.db.is_autocommit() {
            return Ok(());
        }
        let kept = self.db.prepare_cached("COMMIT").and_then(|mut commit| commit.execute([]));
        if kept.is_err() {
            self.lost.insert(self.transaction);
        }
        self.transaction += 1;
        if !self.db.is_autocommit() {
            self.db.execute_batch("ROLLBACK")?;
        }
        kept.map(drop)
    }

    fn was_lost(&self, ticket: Ticket) -> rusqlite::Result<()> {
        if self.lost.contains(&ticket.0) {
            let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_ABORT_ROLLBACK);
            return Err(rusqlite::Error::SqliteFailure(code, None));
        }
        Ok(())
    }

    /// The disk failed: nobody who waits may hear that these transactions are kept.
    fn lose(&mut self, transactions: std::ops::Range<u64>) {
        self.lost.extend(transactions);
    }

    fn keep_or_report(&mut self) {
        if let Err(error) = self.keep() {
            tracing::error!(%error, "the sandbox's request log was not kept");
        }
    }
}

fn lock(store: &Mutex<Store>) -> MutexGuard<'_, Store> {
    // A panic inside a session has rolled its savepoint back, so the connection stays sound.
    store.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The disk did not take what was committed.
fn unkept(error: &std::io::Error) -> rusqlite::Error {
    tracing::error!(%error, "the sandbox's database could not be forced to the disk");
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_IOERR_FSYNC);
    rusqlite::Error::SqliteFailure(code, None)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::mapping::MappingRow;

    fn change(data: &Data) -> Ticket {
        let rows = [MappingRow::default()];
        data.open_session(|session| session.keep_mappings(&rows, Timestamp::UNIX_EPOCH)).unwrap().1
    }

    fn version(data: &Data) -> u64 {
        data.look(|session| session.mappings()).unwrap().version
    }

    #[test]
    fn what_was_shown_is_on_disk() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tenant.sqlite3");
        let data = Data::open(Some(&file)).unwrap();
        let other = Data::open(Some(&file)).unwrap();
        let ticket = change(&data);
        data.settle(ticket).unwrap();
        assert_eq!(version(&other), 2, "settled");
        data.settle(ticket).unwrap();
        change(&data);
        assert_eq!(version(&data), 3);
        assert_eq!(version(&other), 3, "kept before it was shown");
        change(&data);
        drop(data);
        assert_eq!(version(&other), 4, "kept before the tenant ends");
    }

    #[test]
    fn everyone_in_a_transaction_that_is_lost_is_told() {
        let data = Data::open(None).unwrap();
        lock(&data.store)
            .db
            .execute_batch(
                "PRAGMA foreign_keys = ON; CREATE TABLE parents (id INTEGER PRIMARY KEY);
                 CREATE TABLE children (parent REFERENCES parents DEFERRABLE INITIALLY DEFERRED);",
            )
            .unwrap();
        let first = change(&data);
        let (_, second) =
            data.open_session(|session| session.0.execute("INSERT INTO children VALUES (7)", [])).unwrap();
        data.settle(second).unwrap_err();
        data.settle(first).unwrap_err();
        assert_eq!(version(&data), 1);
        data.settle(change(&data)).unwrap();
        assert_eq!(version(&data), 2);
    }

    #[test]
    fn a_session_that_fails_leaves_nothing_behind() {
        let data = Data::open(None).unwrap();
        let before = change(&data);
        let failed = data.session(Keep::Now, |session| {
            session.keep_mappings(&[], Timestamp::UNIX_EPOCH)?;
            session.0.execute("INSERT INTO nowhere VALUES (1)", [])
        });
        failed.unwrap_err();
        data.settle(before).unwrap();
        assert_eq!(version(&data), 2, "the one before it is kept");
    }
}
