//! `import`: logs, and whatever else a ticket brings, into the journal.

use std::{io::Read as _, path::PathBuf};

use clap::Args;

use super::{
    Ending,
    output::Output,
    session::{Session, unexpected},
    token,
};
use crate::{
    domain::failure::{Failure, FailureKind},
    engine::{Choice, Command, ImportReport, News, Pasted},
};

/// `import …`
#[derive(Debug, Args)]
pub struct Arguments {
    /// Into whose journal.
    #[arg(long)]
    profile: String,
    /// What a column of a table holds that is not known, as COLUMN=FIELD: "Zeitpunkt=activityDateTime".
    #[arg(long = "column", value_name = "COLUMN=FIELD", value_parser = column)]
    columns: Vec<Choice>,
    /// Which files; - for the standard input. The three CSV files of one Entra log go together.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

/// So much is read from the standard input, bytes. A file may be larger: it is read as a stream.
const MAX_INPUT: u64 = 256 << 20;

pub(super) fn run(arguments: Arguments, data_dir: PathBuf, output: &Output) -> Result<Ending, Failure> {
    let mut session = Session::open(data_dir, token::credentials(false)?)?;
    let profile = session.id(&arguments.profile)?;
    let columns = arguments.columns;
    let command = match arguments.files.as_slice() {
        [only] if only.as_os_str() == "-" => Command::ImportPasted { profile, pasted: standard_input()?, columns },
        _ => Command::Import { profile, files: arguments.files, columns },
    };
    let News::Imported(report) = session.ask(command)? else { return Err(unexpected()) };
    output.answer(&*report, |report| vec![vec![words(report)]]);
    for file in report.files.iter().filter(|file| !file.formats.is_empty()) {
        let passed = if file.passed > 0 { format!(", {} not about provisioning", file.passed) } else { String::new() };
        output.say(&format!("{}: {}{passed}", file.file, file.formats.join(", ")));
        if file.replaced > 0 {
            output.say(&format!("{}: in {} places there was no text; U+FFFD stands there", file.file, file.replaced));
        }
        if !file.unknown_columns.is_empty() {
            output.say(&format!("{}: columns that are not known: {}", file.file, file.unknown_columns.join(", ")));
        }
    }
    for rejected in report.rejected.iter().take(20) {
        output.say(&format!("{}, {}: {}", rejected.file, rejected.at, rejected.why));
    }
    if report.read == 0 && !report.rejected.is_empty() {
        return Err(Failure::new(
            FailureKind::FileUnreadable,
            "Nothing could be read",
            "It is no log, request or answer that the console knows.",
            "Download the log as JSON, or copy the request and its answer, and import that.",
        ));
    }
    Ok(if report.rejected.is_empty() { Ending::Done } else { Ending::WithFailures })
}

fn column(text: &str) -> Result<Choice, String> {
    let (header, field) = text.rsplit_once('=').ok_or("a column is named as COLUMN=FIELD")?;
    Ok(Choice { header: header.trim().to_owned(), field: field.trim().to_owned() })
}

fn standard_input() -> Result<Pasted, Failure> {
    let mut bytes = Vec::new();
    let failure = |what: &'static str, next: &'static str| {
        Failure::new(FailureKind::FileUnreadable, what, "Nothing was imported.", next)
    };
    if let Err(error) = std::io::stdin().lock().take(MAX_INPUT + 1).read_to_end(&mut bytes) {
        let next = "Save it as a file and import that.";
        return Err(failure("The standard input could not be read", next).with_detail(error));
    }
    if bytes.len() as u64 > MAX_INPUT {
        return Err(failure("The standard input is larger than 256 MiB", "Save it as a file and import that."));
    }
    Ok(Pasted(bytes))
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
