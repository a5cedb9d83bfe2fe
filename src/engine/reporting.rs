//! Writing the evidence of a query's requests to a file the user named, whole or not at all.

use std::{
    io::{Cursor, Write as _},
    path::{Path, PathBuf},
};

use rfd::AsyncFileDialog;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{
    Bench, News,
    exporting::{beside, unwritable},
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
        None => match ask(wish.format).await {
            Some(path) => path,
            None => return Ok(News::Saved(None)),
        },
    };
    let listing = reading::list(bench, job, &wish.profile, wish.query.clone()).await?;
    let mut file = EvidenceFile::new(&wish.tenant, &wish.query.to_string(), bench.now(), wish.redacts);
    let keys: Vec<i64> = listing.keys.iter().take(MOST_REQUESTS).collect();
    reading::records(bench, job, &wish.profile, &keys, "Gathering evidence", |_, record| file.take(&record)).await?;
    let (target, lines) = (path.clone(), file.requests() as u64);
    blocking(move || write(&target, &file, wish.format).map_err(|error| unwritable(&target, &error))).await?;
    Ok(News::Exported { path, lines })
}

async fn ask(format: EvidenceFormat) -> Option<PathBuf> {
    let name = format!("evidence.{}", format.extension());
    let dialog = AsyncFileDialog::new().set_title("Save the evidence").set_file_name(name);
    let file = dialog.add_filter(format.label(), &[format.extension()]).save_file().await?;
    Some(file.path().to_owned())
}

fn write(target: &Path, file: &EvidenceFile, format: EvidenceFormat) -> std::io::Result<()> {
    let bytes = match format {
        EvidenceFormat::Markdown => file.markdown().into_bytes(),
        EvidenceFormat::Html => file.html().into_bytes(),
        EvidenceFormat::Zip => {
            let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
            let contents = [
                ("evidence.md", file.markdown()),
                ("evidence.html", file.html()),
                ("requests.jsonl", file.json_lines()),
            ];
            for (name, content) in contents {
                archive.start_file(name, SimpleFileOptions::default())?;
                archive.write_all(content.as_bytes())?;
            }
            archive.finish()?.into_inner()
        }
    };
    let part = beside(target);
    let written = std::fs::File::create(&part).and_then(|mut file| {
        file.write_all(&bytes)?;
        file.sync_all()
    });
    let done = written.and_then(|()| std::fs::rename(&part, target));
    if done.is_err() {
        // What was begun is of no use; when it cannot be removed either, its name says what it is.
        drop(std::fs::remove_file(&part));
    }
    done
}
