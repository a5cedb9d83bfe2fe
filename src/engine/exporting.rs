//! Writing the lines that a query finds to a file the user named, in batches, whole or not at all.

use std::{io::Write as _, path::PathBuf, sync::Arc};

use super::{
    Bench, News,
    files::{ask_where, unwritable, write_whole},
    jobs::Job,
    reading,
    stores::blocking,
};
use crate::domain::{
    export::{ExportFormat, Exporter},
    failure::Failure,
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
        None => match ask(format).await? {
            Some(path) => path,
            None => return Ok(News::Saved(None)),
        },
    };
    let listing = reading::list_in(bench, job, wish.sorting, &wish.profile, wish.query).await?;
    let (worker, ticket, target, profile) = (bench.clone(), job.clone(), path.clone(), wish.profile);
    let mut exporter = Exporter::new(format, wish.redacts);
    let keys = listing.keys;
    let lines = blocking(move || {
        write_whole(&target, |file| {
            let mut put = |text: &str| file.write_all(text.as_bytes()).map_err(|error| unwritable(&target, &error));
            put(&exporter.head())?;
            let total = keys.len() as u64;
            let mut first = 0;
            while let Some(batch) = keys.range(first..(first + BATCH).min(keys.len())).filter(|batch| !batch.is_empty())
            {
                if ticket.is_cancelled() {
                    return Err(Failure::cancelled());
                }
                for row in worker.stores.read_here(|journal| journal.rows(&profile, &batch))? {
                    put(&exporter.line(&row))?;
                }
                first += batch.len();
                let done = first as u64;
                worker.outbox.send(ticket.job(), News::Progress { what: "Exporting", done, total: Some(total) });
            }
            Ok(total)
        })
    })
    .await?;
    Ok(News::Exported { path, lines })
}

async fn ask(format: ExportFormat) -> Result<Option<PathBuf>, Failure> {
    let name = format!("requests.{}", format.extension());
    ask_where("Export the list", &name, Some((format.label(), format.extension()))).await
}
