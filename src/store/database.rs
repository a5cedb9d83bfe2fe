//! Opening a database: owner-only files, write-ahead log, schema checked and moved forward after a copy was made.
//! A damaged or newer file is never written to; only the user sets a damaged one aside.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};
use rusqlite_migration::{M, Migrations};

use super::fault;
use crate::domain::failure::{Failure, FailureKind};

/// Which of the two databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseName {
    /// Profiles, drafts, settings and the audit trail.
    Console,
    /// Requests and their payloads.
    Journal,
}

impl DatabaseName {
    /// Its file in the data folder.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Console => "console.sqlite3",
            Self::Journal => "journal.sqlite3",
        }
    }
}

/// Renames a damaged database in `dir`, with its write-ahead log, so that the next start makes an empty one.
/// Nothing is deleted; the answer is the new path. Close every connection to it first.
///
/// # Errors
/// When the folder cannot be written.
pub fn set_aside_damaged(dir: &Path, name: DatabaseName) -> Result<PathBuf, Failure> {
    const WHAT: &str = "The damaged file could not be set aside";
    let in_dir = |suffix: &str| dir.join(format!("{}{suffix}", name.file_name()));
    let rename = || -> io::Result<PathBuf> {
        let _turn = wait_for_turn(dir)?;
        let mut number = 1_u32;
        while in_dir(&format!(".damaged-{number}")).exists() {
            number += 1;
        }
        let aside = format!(".damaged-{number}");
        fs::rename(in_dir(""), in_dir(&aside))?;
        for part in ["-wal", "-shm"] {
            match fs::rename(in_dir(part), in_dir(&format!("{aside}{part}"))) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(in_dir(&aside))
    };
    rename().map_err(|error| fault::of_io(name, WHAT, &error))
}

/// A commit settles a log of so many pages.
const SETTLED_AT: i64 = 2_048;
/// How long a writer waits for another window.
const BUSY_WAIT: Duration = Duration::from_secs(5);
/// How often a writer who waits looks whether he must stop.
const STOP_WAIT: Duration = Duration::from_millis(5);

/// One connection to one of the databases.
pub(super) struct Database {
    pub(super) connection: Connection,
    path: PathBuf,
    name: DatabaseName,
}

impl Database {
    /// Opens the database in `dir`, making folder and file where they are missing, at the schema that `schemas` end with.
    pub(super) fn open(dir: &Path, name: DatabaseName, schemas: &[M<'_>]) -> Result<Self, Failure> {
        let what = match name {
            DatabaseName::Console => "The profiles and drafts could not be opened",
            DatabaseName::Journal => "The journal could not be opened",
        };
        let path = dir.join(name.file_name());
        let prepare = || -> io::Result<File> {
            make_folder(dir)?;
            let turn = wait_for_turn(dir)?;
            owner_only(&path)?;
            Ok(turn)
        };
        let _turn = prepare().map_err(|error| fault::of_io(name, what, &error))?;
        let failed = |error: rusqlite::Error| fault::of_sqlite(name, what, &error);

        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(&path, flags).map_err(failed)?;
        connection.busy_timeout(BUSY_WAIT).map_err(failed)?;
        let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed)?;
        let newest = i64::try_from(schemas.len()).unwrap_or(i64::MAX);
        if version > newest {
            return Err(fault::worded(name, FailureKind::DatabaseNewer, what)
                .with_detail(format!("schema {version}, this console knows {newest}")));
        }
        // The journal is too large to be checked at every start: there, damage shows when it is read.
        if name == DatabaseName::Console {
            check_whole(&connection, name, what)?;
        }
        configure(&connection, name, version == 0).map_err(failed)?;
        if (1..newest).contains(&version) {
            back_up(&connection, &path, version).map_err(|error| match error {
                BackUpError::Io(error) => fault::of_io(name, what, &error),
                BackUpError::Sqlite(error) => failed(error),
            })?;
        }
        Migrations::from_slice(schemas).to_latest(&mut connection).map_err(|error| match error {
            rusqlite_migration::Error::RusqliteError { err, .. } => failed(err),
            other => fault::worded(name, FailureKind::Internal, what).with_detail(other),
        })?;
        Ok(Self { connection, path, name })
    }

    /// The failure behind an error of this database.
    pub(super) fn failure(&self, what: &'static str, error: &rusqlite::Error) -> Failure {
        fault::of_sqlite(self.name, what, error)
    }

    /// Whether each commit from now on waits until the disk has what it wrote. Else it waits for no more than the head of a log
    /// that begins anew, without which a loss of power could mix old with new ([`Database::begin_log_anew`] does that before it),
    /// and settles no log:
    /// what it wrote survives the end of the process, and that of the machine once [`Database::keep_log`] has come back, or a
    /// connection that waits has settled the log.
    pub(super) fn commit_to_disk(&self, waits: bool) -> rusqlite::Result<()> {
        let (synchronous, pages) = if waits { ("full", SETTLED_AT) } else { ("normal", 0) };
        self.connection.pragma_update(None, "synchronous", synchronous)?;
        self.connection.pragma_update_and_check(None, "wal_autocheckpoint", pages, |_| Ok(()))
    }

    /// Waits until the disk has what the write-ahead log holds.
    pub(super) fn keep_log(&self) -> io::Result<()> {
        let log = self.path.with_extension("sqlite3-wal");
        match OpenOptions::new().write(true).open(log) {
            Ok(log) => log.sync_all(),
            // All of it is at its place already.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Brings what the write-ahead log holds to its place in the file, as far as nobody still reads what stands there, and
    /// waits until the disk has both. Gives whether that was all of it.
    pub(super) fn settle_log(&self) -> rusqlite::Result<bool> {
        let told = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let (busy, pages, placed): (i64, i64, i64) =
            self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], told)?;
        // Below 0, nothing was looked at.
        Ok(busy == 0 && pages >= 0 && pages == placed)
    }

    /// Begins a settled log anew, which whoever writes next would have to wait for the disk for: one page is written as it is.
    /// Where somebody writes already, nothing is done.
    pub(super) fn begin_log_anew(&self) -> rusqlite::Result<()> {
        match self.begin(&|| true, &|| false)? {
            Some(transaction) => {
                let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
                transaction.pragma_update(None, "user_version", version)?;
                transaction.commit()
            }
            None => Ok(()),
        }
    }

    /// Begins to write; `None` when another connection writes and `stopped` gives true. Whoever else writes is not waited for
    /// for ever, but as long as `must_wait` gives true.
    pub(super) fn begin(
        &self,
        stopped: &dyn Fn() -> bool,
        must_wait: &dyn Fn() -> bool,
    ) -> rusqlite::Result<Option<Transaction<'_>>> {
        let begun = Instant::now();
        self.connection.busy_timeout(if stopped() { Duration::ZERO } else { STOP_WAIT })?;
        let transaction = loop {
            match Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate) {
                Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                    if stopped() {
                        break Ok(None);
                    }
                    if begun.elapsed() >= BUSY_WAIT && !must_wait() {
                        break Err(error);
                    }
                }
                transaction => break transaction.map(Some),
            }
        };
        self.connection.busy_timeout(BUSY_WAIT)?;
        transaction
    }
}

fn configure(connection: &Connection, name: DatabaseName, is_new: bool) -> rusqlite::Result<()> {
    if name == DatabaseName::Journal {
        // What is forgotten is overwritten, and its pages are given back. The second is said before the first table, and
        // to no file that is there: saying it writes.
        connection.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
        if is_new {
            connection.pragma_update(None, "auto_vacuum", "incremental")?;
        }
    }
    // Answers with the mode that holds; a file system without shared memory keeps the old one, which is safe too.
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update_and_check(None, "wal_autocheckpoint", SETTLED_AT, |_| Ok(()))?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    // Kibibytes. The system keeps what is read often, once for all connections.
    connection.pragma_update(None, "cache_size", -1_024)?;
    connection.pragma_update_and_check(None, "journal_size_limit", 64 << 20, |_| Ok(()))?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn check_whole(connection: &Connection, name: DatabaseName, what: &'static str) -> Result<(), Failure> {
    let verdict: String = connection
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(|error| fault::of_sqlite(name, what, &error))?;
    if verdict == "ok" {
        Ok(())
    } else {
        Err(fault::worded(name, FailureKind::DatabaseDamaged, what).with_detail(verdict))
    }
}

enum BackUpError {
    Io(io::Error),
    Sqlite(rusqlite::Error),
}

/// A whole copy, what still stands in the write-ahead log included, as `journal.sqlite3.schema-1.backup`.
fn back_up(connection: &Connection, path: &Path, version: i64) -> Result<(), BackUpError> {
    let backup = path.with_extension(format!("sqlite3.schema-{version}.backup"));
    let unfinished = path.with_extension("sqlite3.backup-unfinished");
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(BackUpError::Io(error)),
        _ => {}
    }
    owner_only(&unfinished).map_err(BackUpError::Io)?;
    connection.execute("VACUUM INTO ?1", [unfinished.to_string_lossy()]).map_err(BackUpError::Sqlite)?;
    File::open(&unfinished).and_then(|copy| copy.sync_all()).map_err(BackUpError::Io)?;
    fs::rename(&unfinished, &backup).map_err(BackUpError::Io)
}

/// Makes a folder that only its owner can read, with those above it, where it is missing.
///
/// # Errors
/// When the system refuses.
pub fn make_folder(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Two windows that start together open and migrate one after the other. Held until the answer is dropped; where the file
/// system knows no locks, SQLite's own must do.
fn wait_for_turn(dir: &Path) -> io::Result<File> {
    let path = dir.join("open.lock");
    owner_only(&path)?;
    let turn = OpenOptions::new().write(true).open(path)?;
    match turn.lock() {
        Err(error) if error.kind() != io::ErrorKind::Unsupported => Err(error),
        _ => Ok(turn),
    }
}

/// Makes the file where it is missing, and takes it from everyone but its owner. SQLite gives `-wal` and `-shm` the same mode.
/// A file that is there is never opened: closing it would drop the locks that SQLite holds on it in this process.
fn owner_only(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
            fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
