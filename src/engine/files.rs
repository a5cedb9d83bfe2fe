//! The system's file dialogs, and the one place that writes a file the user named.

use rfd::AsyncFileDialog;

use super::{News, Purpose};
use crate::domain::{
    failure::{Failure, FailureKind},
    mapping::MappingDraft,
};

/// Shows the dialog for a purpose; a mapping file is read at once.
pub(super) async fn pick(purpose: Purpose) -> Result<News, Failure> {
    let dialog = AsyncFileDialog::new();
    let picked = match purpose {
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
    };
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

/// Asks where to save, then writes.
pub(super) async fn save_as(name: String, text: String) -> Result<News, Failure> {
    let Some(file) = AsyncFileDialog::new().set_title("Save").set_file_name(name).save_file().await else {
        return Ok(News::Saved(None));
    };
    tokio::fs::write(file.path(), text).await.map_err(|error| {
        Failure::new(
            FailureKind::FileUnreadable,
            format!("{} could not be written", file.path().display()),
            "The file was not saved.",
            "Choose another folder.",
        )
        .with_detail(error)
    })?;
    Ok(News::Saved(Some(file.path().to_owned())))
}

/// A file that cannot be read.
pub(super) fn unreadable(file: &std::path::Path, error: &std::io::Error) -> Failure {
    Failure::new(
        FailureKind::FileUnreadable,
        format!("{} could not be read", file.display()),
        "Nothing of it was imported.",
        "Check that the file exists and that you may read it.",
    )
    .with_detail(error)
}
