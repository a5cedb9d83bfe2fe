//! `import`: logs into the journal.

use std::path::PathBuf;

use clap::Args;

use super::{
    Ending,
    output::Output,
    session::{Session, unexpected},
    token,
};
use crate::{
    domain::failure::{Failure, FailureKind},
    engine::{Command, ImportReport, News},
};

/// `import …`
#[derive(Debug, Args)]
pub struct Arguments {
    /// Into whose journal.
    #[arg(long)]
    profile: String,
    /// Which files.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

pub(super) fn run(arguments: Arguments, data_dir: PathBuf, output: &Output) -> Result<Ending, Failure> {
    let mut session = Session::open(data_dir, token::credentials(false)?)?;
    let profile = session.id(&arguments.profile)?;
    let command = Command::Import { profile, files: arguments.files };
    let News::Imported(report) = session.ask(command)? else { return Err(unexpected()) };
    output.answer(&*report, |report| vec![vec![words(report)]]);
    for rejected in report.rejected.iter().take(20) {
        output.say(&format!("{}, {}: {}", rejected.file, rejected.at, rejected.why));
    }
    if report.read == 0 && !report.rejected.is_empty() {
        return Err(Failure::new(
            FailureKind::FileUnreadable,
            "Nothing could be read",
            "The files are no provisioning log that the console knows.",
            "Download the log as JSON and import that.",
        ));
    }
    Ok(if report.rejected.is_empty() { Ending::Done } else { Ending::WithFailures })
}

fn words(report: &ImportReport) -> String {
    format!(
        "{} read, {} imported, {} there already, {} rejected, {:.2} s",
        report.read,
        report.imported,
        report.duplicates,
        report.rejected.len(),
        report.seconds
    )
}
