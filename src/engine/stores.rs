//! The two databases behind one door: opened once, used only on blocking threads, one writer and one reader of the journal,
//! which share what of it is in memory.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use super::{JobId, jobs::Job};
use crate::{
    domain::failure::{Failure, FailureKind},
    store::{
        DatabaseName,
        console::Console,
        journal::{Interrupt, Journal, Questions},
    },
};

/// The databases, closed until [`Stores::open`].
pub(super) struct Stores {
    dir: PathBuf,
    console: Arc<Mutex<Option<Console>>>,
    /// Closed before the writer: an interrupted connection could not tidy the write-ahead log up when it closes last.
    reader: Arc<Mutex<Option<Journal>>>,
    writer: Arc<Mutex<Option<Journal>>>,
    interrupt: Mutex<Option<Interrupt>>,
    questions: Mutex<Questions>,
    /// The job whose SQL the reader runs.
    serving: Arc<Mutex<Option<JobId>>>,
    /// The database that was found damaged while it was in use.
    damaged: Mutex<Option<DatabaseName>>,
}

impl Stores {
    pub(super) fn new(dir: PathBuf) -> Self {
        Self {
            dir,
            console: Arc::default(),
            reader: Arc::default(),
            writer: Arc::default(),
            interrupt: Mutex::default(),
            questions: Mutex::default(),
            serving: Arc::default(),
            damaged: Mutex::default(),
        }
    }

    /// The data directory.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The database that was found damaged while it was in use, until the next [`Stores::open`]: not all damage shows then.
    pub(super) fn damaged(&self) -> Option<DatabaseName> {
        *self.damaged.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch<T>(&self, name: DatabaseName, result: Result<T, Failure>) -> Result<T, Failure> {
        if result.as_ref().is_err_and(|failure| failure.kind == FailureKind::DatabaseDamaged) {
            *self.damaged.lock().unwrap_or_else(PoisonError::into_inner) = Some(name);
        }
        result
    }

    /// Opens both databases, or none.
    pub(super) async fn open(&self) -> Result<(), Failure> {
        let dir = self.dir.clone();
        let (console, writer, reader) = blocking(move || {
            let console = Console::open(&dir)?;
            let writer = Journal::open(&dir)?;
            let reader = writer.beside()?;
            Ok((console, writer, reader))
        })
        .await?;
        *self.interrupt.lock().unwrap_or_else(PoisonError::into_inner) = Some(reader.interrupt_handle());
        *self.questions.lock().unwrap_or_else(PoisonError::into_inner) = reader.questions();
        *self.damaged.lock().unwrap_or_else(PoisonError::into_inner) = None;
        put(&self.console, console);
        put(&self.writer, writer);
        put(&self.reader, reader);
        Ok(())
    }

    /// Closes both databases, so that their files can be put aside.
    pub(super) async fn close(&self) -> Result<(), Failure> {
        let (console, writer, reader) = (self.console.clone(), self.writer.clone(), self.reader.clone());
        blocking(move || {
            empty(&console);
            empty(&reader);
            empty(&writer);
            Ok(())
        })
        .await
    }

    /// The questions to the journal that are being answered: whoever goes through many records lets them pass.
    pub(super) fn questions(&self) -> Questions {
        self.questions.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Stops the SQL that runs for one of these jobs, because nobody waits for its answer any more; all other jobs go on.
    /// Says whether there was any.
    pub(super) fn interrupt(&self, jobs: &[JobId]) -> bool {
        // Held while interrupting, so that the reader cannot turn to another job in between.
        let serving = self.serving.lock().unwrap_or_else(PoisonError::into_inner);
        let runs = serving.is_some_and(|job| jobs.contains(&job));
        if runs {
            self.interrupt_reader();
        }
        runs
    }

    /// Stops whatever SQL the reader runs for a job.
    pub(super) fn interrupt_any(&self) {
        let serving = self.serving.lock().unwrap_or_else(PoisonError::into_inner);
        if serving.is_some() {
            self.interrupt_reader();
        }
    }

    fn interrupt_reader(&self) {
        if let Some(handle) = self.interrupt.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            handle.stop();
        }
    }

    /// Works with profiles, drafts, settings and the audit.
    pub(super) async fn console<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Console) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        self.watch(DatabaseName::Console, with(self.console.clone(), work).await)
    }

    /// Writes to the journal.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Journal) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        self.watch(DatabaseName::Journal, with(self.writer.clone(), work).await)
    }

    /// Writes to the journal from a blocking thread; others get their turn between two calls.
    pub(super) fn write_here<T>(&self, work: impl FnOnce(&mut Journal) -> Result<T, Failure>) -> Result<T, Failure> {
        let mut slot = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let result = work(slot.as_mut().ok_or_else(not_open)?);
        self.watch(DatabaseName::Journal, result)
    }

    /// Reads from the journal from a blocking thread; others get their turn between two calls.
    pub(super) fn read_here<T>(&self, work: impl FnOnce(&mut Journal) -> Result<T, Failure>) -> Result<T, Failure> {
        let mut slot = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let result = work(slot.as_mut().ok_or_else(not_open)?);
        self.watch(DatabaseName::Journal, result)
    }

    /// Reads from the journal; does not wait for a writer.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Journal) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        self.watch(DatabaseName::Journal, with(self.reader.clone(), work).await)
    }

    /// Reads from the journal for a job that may be superseded: then it fails with `Cancelled`, at once.
    pub(super) async fn read_for<T: Send + 'static>(
        &self,
        job: &Job,
        work: impl FnOnce(&mut Journal) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let (serving, job) = (self.serving.clone(), job.clone());
        self.read(move |journal| {
            let _turn = Turn::of(&serving, job.job());
            if job.is_cancelled() {
                return Err(Failure::cancelled());
            }
            work(journal)
        })
        .await
    }
}

/// While it lives, the reader works for one job.
struct Turn<'a>(&'a Mutex<Option<JobId>>);

impl<'a> Turn<'a> {
    fn of(serving: &'a Mutex<Option<JobId>>, job: JobId) -> Self {
        *serving.lock().unwrap_or_else(PoisonError::into_inner) = Some(job);
        Self(serving)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

fn put<T>(slot: &Mutex<Option<T>>, value: T) {
    *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
}

fn empty<T>(slot: &Mutex<Option<T>>) {
    *slot.lock().unwrap_or_else(PoisonError::into_inner) = None;
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

/// Work that blocks, away from the engine's own threads.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::jobs::{Jobs, Kind};

    #[tokio::test]
    async fn only_the_sql_of_its_own_job_is_stopped() {
        let dir = tempfile::tempdir().unwrap();
        let stores = Arc::new(Stores::new(dir.path().to_owned()));
        stores.open().await.unwrap();
        let jobs = Jobs::default();
        let (rows, _) = jobs.begin(JobId(2), Kind::Rows);
        let inside = stores.clone();
        let stopped = stores.read_for(&rows, move |_| Ok([1, 2].map(|job| inside.interrupt(&[JobId(job)])))).await;
        assert_eq!(stopped, Ok([false, true]));
        assert!(!stores.interrupt(&[JobId(2)]), "it works for nobody now");
    }

    #[tokio::test]
    async fn a_superseded_question_is_not_even_begun() {
        let dir = tempfile::tempdir().unwrap();
        let stores = Stores::new(dir.path().to_owned());
        stores.open().await.unwrap();
        let jobs = Jobs::default();
        let (older, _) = jobs.begin(JobId(1), Kind::List);
        jobs.begin(JobId(2), Kind::List);
        let asked: Result<(), Failure> = stores.read_for(&older, |_| unreachable!("nobody waits for it")).await;
        assert_eq!(asked.unwrap_err().kind, FailureKind::Cancelled);
    }
}
