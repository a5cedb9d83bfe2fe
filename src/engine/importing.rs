//! Importing logs: recognised by content, read as a stream in batches, each batch whole in the journal or not at all.

use std::{fs::File, io::Read, path::PathBuf, sync::Arc};

use super::{Bench, ImportReport, JobId, News, RejectedRecord, files::unreadable, jobs::Job};
use crate::{
    domain::{failure::Failure, journal::Record, profile::ProfileId},
    sources::entra,
    store::journal::Journal,
};

/// Records a transaction.
const BATCH: usize = 2_000;
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
    let report = bench
        .stores
        .write(move |journal| {
            let total = files.iter().filter_map(|file| file.metadata().ok()).map(|meta| meta.len()).sum();
            let mut import =
                Import { bench: &worker, job: &ticket, profile, total, done: 0, report: ImportReport::default() };
            for file in files {
                import.file(journal, &file)?;
            }
            Ok(import.report)
        })
        .await?;
    let seconds = bench.now().duration_since(started).as_secs_f64();
    Ok(News::Imported(Box::new(ImportReport { seconds, ..report })))
}

struct Import<'a> {
    bench: &'a Bench,
    job: &'a Job,
    profile: ProfileId,
    total: u64,
    done: u64,
    report: ImportReport,
}

impl Import<'_> {
    fn file(&mut self, journal: &mut Journal, path: &std::path::Path) -> Result<(), Failure> {
        let file = File::open(path).map_err(|error| unreadable(path, &error))?;
        let name =
            path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
        let job = self.job.clone();
        let (id, total, bench, before) = (job.job(), self.total, self.bench, self.done);
        let reader = Metered { file, done: before, told: before, tell: |done| progress(bench, id, done, total) };
        let mut batch: Vec<Record> = Vec::with_capacity(BATCH);
        let mut failed: Option<Failure> = None;
        let mut sink = |record: Record| {
            batch.push(record);
            if batch.len() == BATCH && failed.is_none() {
                failed = self.flush(journal, &mut batch).err();
            }
        };
        let counts = entra::read_from(reader, &mut sink, &|| job.is_cancelled());
        self.flush(journal, &mut batch)?;
        if let Some(failure) = failed {
            return Err(failure);
        }
        self.done = before + path.metadata().map_or(0, |meta| meta.len());
        self.report.read += counts.read;
        let room = LISTED.saturating_sub(self.report.rejected.len());
        self.report.rejected.extend(counts.listed.into_iter().take(room).map(|r| RejectedRecord {
            file: name.clone(),
            at: r.at,
            why: r.why,
        }));
        Ok(())
    }

    fn flush(&mut self, journal: &mut Journal, batch: &mut Vec<Record>) -> Result<(), Failure> {
        let appended = journal.append(&self.profile, batch)?;
        batch.clear();
        self.report.imported += appended.imported;
        self.report.duplicates += appended.duplicates;
        Ok(())
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
