//! The system's file dialogs, and the one place that writes a file the user named.

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rfd::AsyncFileDialog;

use super::{News, Purpose, complaints::heard, stores::blocking};
use crate::domain::{
    failure::{Failure, FailureKind},
    mapping::MappingDraft,
};

/// A dialog that is gone sooner was never there.
const NO_PERSON: Duration = Duration::from_millis(150);

/// What to do instead where there is no dialog: to read a file, and to write one.
const OTHER_WAYS_IN: &str = "Drop the file on the window, paste its text, or use scim-console on the command line.";
const OTHER_WAYS_OUT: &str =
    "Nothing was written. Install zenity or a desktop portal and try again, or use scim-console on the command line.";

/// Shows the dialog for a purpose; a mapping file is read at once.
pub(super) async fn pick(purpose: Purpose) -> Result<News, Failure> {
    let dialog = AsyncFileDialog::new();
    let picked = shown(OTHER_WAYS_IN, async {
        match purpose {
            Purpose::Import => {
                dialog
                    .set_title("Import logs")
                    .add_filter(
                        "Logs and recordings",
                        &["json", "jsonl", "ndjson", "csv", "har", "txt", "log", "gz", "zip"],
                    )
                    .add_filter("All files", &["*"])
                    .pick_files()
                    .await
            }
            Purpose::CertificateAuthority => one(dialog
                .set_title("Choose a certificate authority")
                .add_filter("Certificates", &["pem", "crt", "cer"])
                .pick_file()
                .await),
            Purpose::MappingFile => {
                one(dialog.set_title("Open a mapping file").add_filter("Mappings", &["json", "csv"]).pick_file().await)
            }
        }
    })
    .await?;
    let files: Vec<_> = picked.unwrap_or_default().iter().map(|file| file.path().to_owned()).collect();
    let rows = match (purpose, files.first()) {
        (Purpose::MappingFile, Some(file)) => {
            let bytes = tokio::fs::read(file).await.map_err(|error| unreadable(file, &error))?;
            Some(MappingDraft::from_bytes(&file.display().to_string(), &bytes)?.rows)
        }
        _ => None,
    };
    Ok(News::Picked { purpose, files, rows })
}

fn one(file: Option<rfd::FileHandle>) -> Option<Vec<rfd::FileHandle>> {
    file.map(|file| vec![file])
}

/// What somebody chose in a dialog.
///
/// # Errors
/// When there was none: the library complained, or it was gone sooner than anybody closes one.
async fn shown<T>(other_ways: &'static str, dialog: impl Future<Output = Option<T>>) -> Result<Option<T>, Failure> {
    let (asked, complaints) = (Instant::now(), heard());
    match dialog.await {
        None if heard() != complaints || asked.elapsed() < NO_PERSON => Err(Failure::new(
            FailureKind::FileUnreadable,
            "No file dialog could be opened",
            "This system offers none: neither a desktop portal nor zenity answers.",
            other_ways,
        )),
        chosen => Ok(chosen),
    }
}

/// Asks where to save, then writes.
pub(super) async fn save_as(name: String, text: String) -> Result<News, Failure> {
    let Some(path) = ask_where("Save", &name, None).await? else { return Ok(News::Saved(None)) };
    let target = path.clone();
    blocking(move || {
        write_whole(&target, |file| file.write_all(text.as_bytes()).map_err(|error| unwritable(&target, &error)))
    })
    .await?;
    Ok(News::Saved(Some(path)))
}

/// Where to write a file, chosen in the system's dialog; `kind` is what it is and how its name ends.
///
/// # Errors
/// When the system has no dialog.
pub(super) async fn ask_where(title: &str, name: &str, kind: Option<(&str, &str)>) -> Result<Option<PathBuf>, Failure> {
    let dialog = AsyncFileDialog::new().set_title(title).set_file_name(name);
    let dialog = match kind {
        Some((label, extension)) => dialog.add_filter(label, &[extension]),
        None => dialog,
    };
    Ok(shown(OTHER_WAYS_OUT, dialog.save_file()).await?.map(|file| file.path().to_owned()))
}

/// Writes a file beside the one that is there, which it replaces when all is on the disk. What fails or is stopped leaves
/// nothing half written.
pub(super) fn write_whole<T>(
    target: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = target.with_file_name(name);
    let failed = |error: std::io::Error| unwritable(target, &error);
    let written = File::create(&part).map_err(failed).and_then(|file| {
        let mut file = BufWriter::new(file);
        let written = write(&mut file)?;
        file.flush().and_then(|()| file.get_ref().sync_all()).map_err(failed)?;
        std::fs::rename(&part, target).map_err(failed)?;
        Ok(written)
    });
    if written.is_err() {
        // What was begun is of no use; when it cannot be removed either, its name says what it is.
        drop(std::fs::remove_file(&part));
    }
    written
}

/// A file that cannot be written.
pub(super) fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(
        FailureKind::FileUnreadable,
        format!("{} could not be written", path.display()),
        "Nothing was saved; a file that was there before is as it was.",
        "Choose another folder, or make room on the disk.",
    )
    .with_detail(error)
}

/// A file that cannot be read.
pub(super) fn unreadable(file: &Path, error: &std::io::Error) -> Failure {
    Failure::new(
        FailureKind::FileUnreadable,
        format!("{} could not be read", file.display()),
        "Nothing of it was imported.",
        "Check that the file exists and that you may read it.",
    )
    .with_detail(error)
}
