//! Writing the evidence of a query's requests to a file the user named, whole or not at all.

use std::{
    io::{Cursor, Write as _},
    path::PathBuf,
};

use zip::{ZipWriter, write::SimpleFileOptions};

use super::{
    Bench, News, diagnosing,
    files::{ask_where, unwritable, write_whole},
    jobs::Job,
    reading,
    stores::blocking,
};
use crate::{
    diagnosis::{EvidenceFile, EvidenceFormat, MOST_REQUESTS},
    domain::{failure::Failure, profile::ProfileId, query::Query},
};

/// What to write.
pub(super) struct Wish {
    pub(super) profile: ProfileId,
    pub(super) tenant: String,
    pub(super) query: Query,
    pub(super) format: EvidenceFormat,
    pub(super) redacts: bool,
    /// Where; asked for when `None`.
    pub(super) to: Option<PathBuf>,
}

pub(super) async fn run(bench: &Bench, job: &Job, wish: Wish) -> Result<News, Failure> {
    let path = match wish.to {
        Some(path) => path,
        None => match ask(wish.format).await? {
            Some(path) => path,
            None => return Ok(News::Saved(None)),
        },
    };
    let listing = reading::list(bench, job, &wish.profile, wish.query.clone()).await?;
    let mut file = EvidenceFile::new(&wish.tenant, &wish.query.to_string(), bench.now(), wish.redacts);
    let keys: Vec<i64> = listing.keys.iter().take(MOST_REQUESTS).collect();
    let causes = diagnosing::over_time_of(bench, job, &wish.profile, &wish.query).await?;
    let take = |key, record| file.take(&record, causes.in_order_of(key));
    reading::records(bench, job, &wish.profile, &keys, "Gathering evidence", take).await?;
    let (target, lines) = (path.clone(), file.requests() as u64);
    blocking(move || {
        let bytes = bytes(&file, wish.format).map_err(|error| unwritable(&target, &error))?;
        write_whole(&target, |file| file.write_all(&bytes).map_err(|error| unwritable(&target, &error)))
    })
    .await?;
    Ok(News::Exported { path, lines })
}

async fn ask(format: EvidenceFormat) -> Result<Option<PathBuf>, Failure> {
    let name = format!("evidence.{}", format.extension());
    ask_where("Save the evidence", &name, Some((format.label(), format.extension()))).await
}

fn bytes(file: &EvidenceFile, format: EvidenceFormat) -> std::io::Result<Vec<u8>> {
    if format == EvidenceFormat::Markdown {
        return Ok(file.markdown().into_bytes());
    }
    if format == EvidenceFormat::Html {
        return Ok(file.html().into_bytes());
    }
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let contents =
        [("evidence.md", file.markdown()), ("evidence.html", file.html()), ("requests.jsonl", file.json_lines())];
    for (name, content) in contents {
        archive.start_file(name, SimpleFileOptions::default())?;
        archive.write_all(content.as_bytes())?;
    }
    Ok(archive.finish()?.into_inner())
}
