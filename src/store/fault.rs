//! What SQLite and the file system report, as sentences that say what to do next.

use std::io;

use rusqlite::{Error, ErrorCode};

use super::DatabaseName;
use crate::domain::failure::{Failure, FailureKind};

/// A stored value that does not read back: the file was changed by something else.
pub(super) fn unreadable(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::FromSqlConversionFailure(0, rusqlite::types::Type::Blob, Box::new(error))
}

/// The failure behind an SQLite error. `what` is what failed, without a full stop.
pub(super) fn of_sqlite(name: DatabaseName, what: &'static str, error: &Error) -> Failure {
    let kind = match error {
        Error::SqliteFailure(code, _) => match code.code {
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => FailureKind::DatabaseDamaged,
            ErrorCode::DiskFull => FailureKind::DiskFull,
            ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied => FailureKind::DataReadOnly,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => FailureKind::DatabaseBusy,
            ErrorCode::OperationInterrupted => return Failure::cancelled(),
            _ => FailureKind::Internal,
        },
        Error::FromSqlConversionFailure(..) | Error::InvalidColumnType(..) | Error::IntegralValueOutOfRange(..) => {
            FailureKind::DatabaseDamaged
        }
        _ => FailureKind::Internal,
    };
    worded(name, kind, what).with_detail(error)
}

/// The failure behind a file system error.
pub(super) fn of_io(name: DatabaseName, what: &'static str, error: &io::Error) -> Failure {
    use io::ErrorKind as E;
    let kind = match error.kind() {
        E::StorageFull | E::QuotaExceeded => FailureKind::DiskFull,
        E::PermissionDenied | E::ReadOnlyFilesystem | E::NotADirectory | E::AlreadyExists | E::IsADirectory => {
            FailureKind::DataReadOnly
        }
        _ => FailureKind::Internal,
    };
    worded(name, kind, what).with_detail(error)
}

/// The failure of a kind, in words.
pub(super) fn worded(name: DatabaseName, kind: FailureKind, what: &'static str) -> Failure {
    let file = name.file_name();
    let (meaning, next) = match kind {
        FailureKind::DatabaseDamaged => (
            format!("The file {file} is damaged; it was left as it is."),
            "Set it aside to go on with an empty one, or put back a copy from your backup.",
        ),
        FailureKind::DatabaseNewer => (
            format!("The file {file} was written by a newer version of SCIM Console; it was left as it is."),
            "Update SCIM Console, or start it with another data folder.",
        ),
        FailureKind::DiskFull => {
            ("The disk is full; nothing of this step was saved.".to_owned(), "Free some space, then try again.")
        }
        FailureKind::DataReadOnly => (
            format!("SCIM Console cannot write {file} in its data folder."),
            "Give your account write access to the folder, or start with another one by --data-dir.",
        ),
        FailureKind::DatabaseBusy => (
            format!("Another window is writing to {file} and did not finish in time; nothing of this step was saved."),
            "Wait until the other window is done, then try again.",
        ),
        _ => (
            "The database reported an unexpected error; nothing of this step was saved.".to_owned(),
            "Try again; if it stays, restart SCIM Console and send the details to its makers.",
        ),
    };
    Failure::new(kind, what, meaning, next)
}
