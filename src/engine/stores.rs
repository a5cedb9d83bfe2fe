//! The two databases behind one door: opened once, used only on blocking threads, one writer and one reader of the journal.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    domain::failure::{Failure, FailureKind},
    store::{
        console::Console,
        journal::{Interrupt, Journal},
    },
};

/// The databases, closed until [`Stores::open`].
pub(super) struct Stores {
    dir: PathBuf,
    console: Arc<Mutex<Option<Console>>>,
    writer: Arc<Mutex<Option<Journal>>>,
    reader: Arc<Mutex<Option<Journal>>>,
    interrupt: Mutex<Option<Interrupt>>,
}

impl Stores {
    pub(super) fn new(dir: PathBuf) -> Self {
        Self {
            dir,
            console: Arc::default(),
            writer: Arc::default(),
            reader: Arc::default(),
            interrupt: Mutex::default(),
        }
    }

    /// The data directory.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Opens both databases, or none.
    pub(super) async fn open(&self) -> Result<(), Failure> {
        let dir = self.dir.clone();
        let (console, writer, reader) = blocking(move || {
            let console = Console::open(&dir)?;
            Ok((console, Journal::open(&dir)?, Journal::open(&dir)?))
        })
        .await?;
        *self.interrupt.lock().unwrap_or_else(PoisonError::into_inner) = Some(reader.interrupt_handle());
        put(&self.console, console);
        put(&self.writer, writer);
        put(&self.reader, reader);
        Ok(())
    }

    /// Stops the SQL that the reader runs, because nobody waits for its answer any more.
    pub(super) fn interrupt_reader(&self) {
        if let Some(handle) = self.interrupt.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            handle.stop();
        }
    }

    /// Works with profiles, drafts, settings and the audit.
    pub(super) async fn console<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Console) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        with(self.console.clone(), work).await
    }

    /// Writes to the journal.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Journal) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        with(self.writer.clone(), work).await
    }

    /// Reads from the journal; does not wait for a writer.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Journal) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        with(self.reader.clone(), work).await
    }
}

fn put<T>(slot: &Mutex<Option<T>>, value: T) {
    *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
}

async fn with<S: Send + 'static, T: Send + 'static>(
    slot: Arc<Mutex<Option<S>>>,
    work: impl FnOnce(&mut S) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    blocking(move || {
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        work(slot.as_mut().ok_or_else(not_open)?)
    })
    .await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(|error| internal("The database did not answer", error))?
}

fn not_open() -> Failure {
    Failure::new(
        FailureKind::Internal,
        "The data directory is not open",
        "Nothing can be read or saved.",
        "Open it again, or choose another with --data-dir.",
    )
}

/// A fault of the console itself.
pub(super) fn internal(what: &'static str, error: impl std::fmt::Display) -> Failure {
    Failure::new(
        FailureKind::Internal,
        what,
        "This is a fault of the console; nothing saved is lost.",
        "Close the window and open it again.",
    )
    .with_detail(error)
}
