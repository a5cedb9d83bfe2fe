//! Importing logs: recognised by content, read as a stream in batches, each batch whole in the journal or not at all.
//! Several files are one import, so that tables which belong together are joined.

use std::{
    cell::Cell,
    fs::File,
    io::{self, ErrorKind, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    sync::{
        Arc,
        mpsc::{Receiver, sync_channel},
    },
};

use jiff::Timestamp;

use super::{
    Bench, ImportReport, ImportedFile, JobId, News, Pasted, RejectedRecord,
    files::unreadable,
    imported::Seen,
    jobs::Job,
    stores::{blocking, internal},
};
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        profile::ProfileId,
    },
    sources::{self, Arrival, Bytes, Choice, Counts, Format, Input, Reading, Stream},
    store::journal::{Appended, Journal, Prepared},
};

/// Records a transaction. Between two of them whoever else writes to the journal gets a turn.
const BATCH: usize = 8_192;
/// Parts of a batch that are ready while an earlier batch is written.
const WAITING: usize = 64;
/// At most this many rejected records are listed; all are counted.
const LISTED: usize = 1_000;
/// At most this many unknown columns of a file are named.
const NAMED_COLUMNS: usize = 50;
/// What a pasted text is called in the report.
const PASTED: &str = "the pasted text";

/// Imports files.
pub(super) async fn files(
    bench: &Arc<Bench>,
    job: &Job,
    profile: ProfileId,
    files: Vec<PathBuf>,
    columns: Vec<Choice>,
) -> Result<News, Failure> {
    let (worker, ticket) = (bench.clone(), job.clone());
    let now = bench.now();
    let report = blocking(move || {
        // What cannot be opened is told before anything is imported.
        let sizes: Vec<u64> = files.iter().map(|file| size(file)).collect::<Result<_, _>>()?;
        let (bench, id) = (&worker, ticket.job());
        let total = sizes.iter().sum();
        let tell = |done| progress(bench, id, done, total);
        let meter = Meter { tell: &tell, done: Cell::new(0), told: Cell::new(0) };
        let open =
            |(path, size): (&PathBuf, u64)| Metered { path: path.clone(), size, read: Cell::new(0), meter: &meter };
        let inputs: Vec<Metered<'_>> = files.iter().zip(sizes).map(open).collect();
        let named: Vec<(String, &dyn Input)> =
            inputs.iter().map(|input| (name(&input.path), input as &dyn Input)).collect();
        Import { bench, job: &ticket, profile: &profile, columns: &columns }.read(&named, now)
    })
    .await?;
    Ok(finished(bench, now, report))
}

/// Imports a text that somebody pasted.
pub(super) async fn pasted(
    bench: &Arc<Bench>,
    job: &Job,
    profile: ProfileId,
    pasted: Pasted,
    columns: Vec<Choice>,
) -> Result<News, Failure> {
    let (worker, ticket) = (bench.clone(), job.clone());
    let now = bench.now();
    let report = blocking(move || {
        let input = Bytes(&pasted.0);
        Import { bench: &worker, job: &ticket, profile: &profile, columns: &columns }
            .read(&[(PASTED.to_owned(), &input)], now)
    })
    .await?;
    Ok(finished(bench, now, report))
}

fn finished(bench: &Bench, started: Timestamp, report: ImportReport) -> News {
    let seconds = bench.now().duration_since(started).as_secs_f64();
    News::Imported(Box::new(ImportReport { seconds, ..report }))
}

/// The size of a file that can be read.
fn size(path: &Path) -> Result<u64, Failure> {
    let read = || {
        let about = File::open(path)?.metadata()?;
        if about.is_dir() { Err(ErrorKind::IsADirectory.into()) } else { Ok(about) }
    };
    let about = read().map_err(|error| unreadable(path, &error))?;
    // A pipe cannot be opened twice: once to see what it is, once to read it.
    if !about.is_file() {
        return Err(Failure::new(
            FailureKind::FileUnreadable,
            format!("{} is no plain file", path.display()),
            "Nothing was imported.",
            "Pipe it into scim-console import --profile NAME - or save it as a file.",
        ));
    }
    Ok(about.len())
}

fn name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

struct Import<'a> {
    bench: &'a Bench,
    job: &'a Job,
    profile: &'a ProfileId,
    columns: &'a [Choice],
}

/// Records on their way into the journal, and what came of those before them.
#[derive(Default)]
struct Batch {
    prepared: Vec<Prepared>,
    records: usize,
    appended: Appended,
}

impl Import<'_> {
    /// Reads here, prepares in the threads that parse, and writes in one more.
    fn read(&self, named: &[(String, &dyn Input)], now: Timestamp) -> Result<ImportReport, Failure> {
        let questions = self.bench.stores.questions();
        let give_way = || questions.let_pass();
        let prepare = |batch: Vec<Arrival<'_>>| {
            let seen = Seen::of(batch.iter().map(|arrival| &arrival.record));
            let prepared = Prepared::of(batch.into_iter().map(|arrival| {
                give_way();
                (arrival.record, arrival.event)
            }));
            prepared.map(|prepared| (prepared, seen))
        };
        let inputs: Vec<&dyn Input> = named.iter().map(|(_, input)| *input).collect();
        let (counts, written) = std::thread::scope(|scope| {
            let (give, take) = sync_channel(WAITING);
            let writer = scope.spawn(move || self.write(&take));
            let failed = Cell::new(false);
            let stopped = || self.job.is_cancelled() || failed.get();
            let mut sink = |prepared| failed.set(give.send(prepared).is_err());
            let how = Reading { now, choices: self.columns, stopped: &stopped, give_way: &give_way };
            let counts = sources::read_made(&inputs, &how, &prepare, &mut sink);
            drop(give);
            let written = writer.join().map_err(|_| internal("The import stopped", "the thread that writes failed"));
            (counts, written)
        });
        let (Appended { imported, duplicates }, seen) = written??;
        // What was imported is there, also where it cannot be looked up now.
        let looked_up = self.bench.stores.read_here(|journal| Ok(seen.whereabouts(journal, self.profile, now)));
        let whereabouts = looked_up.ok().flatten();
        let mut report = ImportReport { imported, duplicates, whereabouts, ..ImportReport::default() };
        for ((name, _), counts) in named.iter().zip(counts) {
            tell(&mut report, name, counts);
        }
        Ok(report)
    }

    /// Writes what comes, a batch at a time, until nothing comes any more or the import is stopped.
    fn write(&self, prepared: &Receiver<Result<(Vec<Prepared>, Seen), Failure>>) -> Result<(Appended, Seen), Failure> {
        let (mut batch, mut all) = (Batch::default(), Seen::default());
        for prepared in prepared {
            let (prepared, seen) = prepared?;
            all.add(seen);
            batch.records += prepared.iter().map(Prepared::records).sum::<usize>();
            batch.prepared.extend(prepared);
            if batch.records >= BATCH {
                self.flush(&mut batch)?;
            }
            if self.job.is_cancelled() {
                return Ok((batch.appended, all));
            }
        }
        self.flush(&mut batch)?;
        self.bench.stores.write_here(Journal::keep)?;
        Ok((batch.appended, all))
    }

    fn flush(&self, batch: &mut Batch) -> Result<(), Failure> {
        batch.records = 0;
        let prepared = std::mem::take(&mut batch.prepared);
        if prepared.is_empty() {
            return Ok(());
        }
        let stopped = || self.job.is_cancelled();
        let more = self.bench.stores.write_here(|journal| journal.append_prepared(self.profile, prepared, &stopped))?;
        let more = more.unwrap_or_default();
        batch.appended.imported += more.imported;
        batch.appended.duplicates += more.duplicates;
        Ok(())
    }
}

/// Adds what became of a file to the report.
fn tell(report: &mut ImportReport, name: &str, counts: Counts) {
    let Counts { formats, read, listed, passed, joined, replaced, columns, cancelled, .. } = counts;
    report.read += read;
    let of_file = |at: String, why: String| RejectedRecord { file: name.to_owned(), at, why };
    let mut rejected: Vec<RejectedRecord> = listed.into_iter().map(|one| of_file(one.at, one.why)).collect();
    if read == 0 && joined == 0 && rejected.is_empty() && !cancelled {
        let why = match passed {
            0 => "It holds no records.".to_owned(),
            passed => format!("None of its {passed} entries is about provisioning."),
        };
        rejected.push(of_file("the whole file".to_owned(), why));
    }
    let room = LISTED.saturating_sub(report.rejected.len());
    report.rejected.extend(rejected.into_iter().take(room));
    let unknown = columns.iter().flat_map(sources::ColumnMatch::unknown).take(NAMED_COLUMNS);
    let unread = columns.iter().filter(|columns| !columns.is_complete());
    report.files.push(ImportedFile {
        file: name.to_owned(),
        formats: formats.into_iter().map(Format::label).collect(),
        read,
        passed,
        joined,
        replaced,
        unknown_columns: unknown.map(str::to_owned).collect(),
        fields: unread.flat_map(sources::ColumnMatch::fields).collect(),
    });
}

fn progress(bench: &Bench, job: JobId, done: u64, total: u64) {
    bench.outbox.send(job, News::Progress { what: "Importing", done, total: Some(total) });
}

/// Counts the bytes that go by, packed as they are, and tells about every megabyte.
struct Meter<'m> {
    tell: &'m dyn Fn(u64),
    done: Cell<u64>,
    told: Cell<u64>,
}

/// A file whose reading is measured. What is read again does not count again.
struct Metered<'m> {
    path: PathBuf,
    size: u64,
    read: Cell<u64>,
    meter: &'m Meter<'m>,
}

impl Input for Metered<'_> {
    fn open(&self) -> io::Result<Box<dyn Stream + '_>> {
        Ok(Box::new(Passing { file: File::open(&self.path)?, input: self }))
    }
}

struct Passing<'m> {
    file: File,
    input: &'m Metered<'m>,
}

impl Read for Passing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        let Metered { size, read, meter, .. } = self.input;
        let new = (count as u64).min(size.saturating_sub(read.get()));
        read.set(read.get() + new);
        meter.done.set(meter.done.get() + new);
        if meter.done.get() - meter.told.get() >= 1 << 20 {
            meter.told.set(meter.done.get());
            (meter.tell)(meter.done.get());
        }
        Ok(count)
    }
}

impl Seek for Passing<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}
