//! Writing the lines that a query finds to a file the user named: in batches, beside the old file until all is written,
//! so that a stop or a full disk leaves nothing half written.

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use rfd::AsyncFileDialog;

use super::{Bench, News, jobs::Job, reading, stores::blocking};
use crate::domain::{
    export::{ExportFormat, Exporter},
    failure::{Failure, FailureKind},
    profile::ProfileId,
    query::Query,
    sorting::Sorting,
};

/// Lines that are read and written at a time.
const BATCH: usize = 1_000;

/// What to write.
pub(super) struct Wish {
    pub(super) profile: ProfileId,
    pub(super) query: Query,
    pub(super) sorting: Sorting,
    pub(super) format: ExportFormat,
    pub(super) redacts: bool,
    /// Where; asked for when `None`.
    pub(super) to: Option<PathBuf>,
}

pub(super) async fn run(bench: &Arc<Bench>, job: &Job, wish: Wish) -> Result<News, Failure> {
    let format = wish.format;
    let path = match wish.to {
        Some(path) => path,
        None => match ask(format).await {
            Some(path) => path,
            None => return Ok(News::Saved(None)),
        },
    };
    let listing = reading::list_in(bench, job, wish.sorting, &wish.profile, wish.query).await?;
    let (worker, ticket, target, profile) = (bench.clone(), job.clone(), path.clone(), wish.profile);
    let mut exporter = Exporter::new(format, wish.redacts);
    let keys = listing.keys;
    let beside = beside(&path);
    let part = beside.clone();
    let written = blocking(move || {
        let unwritten = |error: &std::io::Error| unwritable(&target, error);
        let mut file = BufWriter::new(File::create(&part).map_err(|error| unwritten(&error))?);
        file.write_all(exporter.head().as_bytes()).map_err(|error| unwritten(&error))?;
        let total = keys.len() as u64;
        let mut first = 0;
        while let Some(batch) = keys.range(first..(first + BATCH).min(keys.len())).filter(|batch| !batch.is_empty()) {
            if ticket.is_cancelled() {
                return Err(Failure::cancelled());
            }
            let rows = worker.stores.read_here(|journal| journal.rows(&profile, &batch))?;
            for row in &rows {
                file.write_all(exporter.line(row).as_bytes()).map_err(|error| unwritten(&error))?;
            }
            first += batch.len();
            let done = first as u64;
            worker.outbox.send(ticket.job(), News::Progress { what: "Exporting", done, total: Some(total) });
        }
        file.flush().and_then(|()| file.get_ref().sync_all()).map_err(|error| unwritten(&error))?;
        std::fs::rename(&part, &target).map_err(|error| unwritten(&error))?;
        Ok(total)
    })
    .await;
    if written.is_err() {
        // What was begun is of no use; when it cannot be removed either, its name says what it is.
        drop(tokio::fs::remove_file(beside).await);
    }
    written.map(|lines| News::Exported { path, lines })
}

async fn ask(format: ExportFormat) -> Option<PathBuf> {
    let name = format!("requests.{}", format.extension());
    let dialog = AsyncFileDialog::new().set_title("Export the list").set_file_name(name);
    let file = dialog.add_filter(format.label(), &[format.extension()]).save_file().await?;
    Some(file.path().to_owned())
}

pub(super) fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}

pub(super) fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(
        FailureKind::FileUnreadable,
        format!("{} could not be written", path.display()),
        "Nothing was exported; a file that was there before is as it was.",
        "Choose another folder, or make room on the disk.",
    )
    .with_detail(error)
}
