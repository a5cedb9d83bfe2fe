//! Importing logs: recognised by content, read as a stream in batches, each batch whole in the journal or not at all.

use std::{
    cell::RefCell,
    fs::File,
    io::{ErrorKind, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Bench, ImportReport, JobId, News, RejectedRecord, files::unreadable, jobs::Job, stores::blocking};
use crate::{
    domain::{failure::Failure, journal::Record, profile::ProfileId},
    sources::entra,
    store::journal::{Appended, Prepared},
};

/// Records a transaction, about. Between two of them whoever else writes to the journal gets a turn.
const BATCH: usize = 4_096;
/// At most this many rejected records are listed; all are counted.
const LISTED: usize = 1_000;

pub(super) async fn run(
    bench: &Arc<Bench>,
    job: &Job,
    profile: ProfileId,
    files: Vec<PathBuf>,
) -> Result<News, Failure> {
    let (worker, ticket) = (bench.clone(), job.clone());
    let started = bench.now();
    let report = blocking(move || {
        // What cannot be opened is told before anything is imported.
        let sizes: Vec<u64> = files.iter().map(|file| size(file)).collect::<Result<_, _>>()?;
        let mut import = Import {
            bench: &worker,
            job: &ticket,
            profile,
            total: sizes.iter().sum(),
            done: 0,
            report: ImportReport::default(),
        };
        for (file, size) in files.iter().zip(sizes) {
            import.file(file)?;
            import.done += size;
        }
        Ok(import.report)
    })
    .await?;
    let seconds = bench.now().duration_since(started).as_secs_f64();
    Ok(News::Imported(Box::new(ImportReport { seconds, ..report })))
}

/// The size of a file that can be read.
fn size(path: &Path) -> Result<u64, Failure> {
    let read = || {
        let about = File::open(path)?.metadata()?;
        if about.is_dir() { Err(ErrorKind::IsADirectory.into()) } else { Ok(about.len()) }
    };
    read().map_err(|error| unreadable(path, &error))
}

struct Import<'a> {
    bench: &'a Bench,
    job: &'a Job,
    profile: ProfileId,
    total: u64,
    done: u64,
    report: ImportReport,
}

/// Records that are ready for the journal, and what went wrong with earlier ones of the file.
#[derive(Default)]
struct Batch {
    ready: Vec<Prepared>,
    failed: Option<Failure>,
    appended: Appended,
}

impl Import<'_> {
    fn file(&mut self, path: &Path) -> Result<(), Failure> {
        let file = File::open(path).map_err(|error| unreadable(path, &error))?;
        let name =
            path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
        let (id, total, bench, before) = (self.job.job(), self.total, self.bench, self.done);
        let reader = Metered { file, done: before, told: before, tell: |done| progress(bench, id, done, total) };
        let batch = RefCell::new(Batch::default());
        let stopped = || self.job.is_cancelled() || batch.borrow().failed.is_some();
        let prepare =
            |records: Vec<(Record, &str)>| Prepared::of(records.into_iter().map(|(record, json)| (record, Some(json))));
        let mut sink = |prepared: Result<Vec<Prepared>, Failure>| {
            let mut batch = batch.borrow_mut();
            match prepared {
                Ok(prepared) => batch.ready.extend(prepared),
                Err(failure) => batch.failed = Some(failure),
            }
            if batch.ready.iter().map(Prepared::len).sum::<usize>() >= BATCH {
                self.flush(&mut batch);
            }
        };
        let counts = entra::read_made(reader, &prepare, &mut sink, &stopped);
        let mut batch = batch.into_inner();
        self.flush(&mut batch);
        let Batch { failed, appended, .. } = batch;
        if let Some(failure) = failed {
            return Err(failure);
        }
        self.report.imported += appended.imported;
        self.report.duplicates += appended.duplicates;
        self.report.read += counts.read;
        let room = LISTED.saturating_sub(self.report.rejected.len());
        let mut rejected: Vec<RejectedRecord> =
            counts.listed.into_iter().map(|r| RejectedRecord { file: name.clone(), at: r.at, why: r.why }).collect();
        if counts.read == 0 && rejected.is_empty() && !counts.cancelled {
            let why = "It holds no records of a provisioning log.".to_owned();
            rejected.push(RejectedRecord { file: name, at: "the whole file".to_owned(), why });
        }
        self.report.rejected.extend(rejected.into_iter().take(room));
        Ok(())
    }

    /// Writes what is ready, unless something earlier of the file could not be written.
    fn flush(&self, batch: &mut Batch) {
        let ready = std::mem::take(&mut batch.ready);
        if batch.failed.is_some() || ready.is_empty() {
            return;
        }
        match self.bench.stores.write_here(|journal| journal.append_prepared(&self.profile, ready)) {
            Ok(more) => {
                batch.appended.imported += more.imported;
                batch.appended.duplicates += more.duplicates;
            }
            Err(failure) => batch.failed = Some(failure),
        }
    }
}

fn progress(bench: &Bench, job: JobId, done: u64, total: u64) {
    bench.outbox.send(job, News::Progress { what: "Importing", done, total: Some(total) });
}

/// Counts the bytes that go by and tells about every megabyte.
struct Metered<F: FnMut(u64)> {
    file: File,
    done: u64,
    told: u64,
    tell: F,
}

impl<F: FnMut(u64)> Read for Metered<F> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.done += count as u64;
        if self.done - self.told >= 1 << 20 {
            self.told = self.done;
            (self.tell)(self.done);
        }
        Ok(count)
    }
}
