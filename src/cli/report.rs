//! `report`: the evidence of the requests that a query finds, as a file for a ticket.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{
    Ending,
    output::Output,
    query,
    session::{Session, unexpected},
    token, usage,
};
use crate::{
    diagnosis::EvidenceFormat,
    domain::failure::Failure,
    engine::{Command, News},
};

/// `report …`
#[derive(Debug, Args)]
pub struct Arguments {
    /// Whose.
    #[arg(long)]
    profile: String,
    /// Which requests, for example: outcome:failure since:24h
    #[arg(allow_hyphen_values = true)]
    query: Vec<String>,
    /// Where to: .md, .html or .zip.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Write people as they are named; without this, each gets an alias.
    #[arg(long)]
    unredacted: bool,
}

pub(super) fn run(arguments: &Arguments, data_dir: PathBuf, output: &Output) -> Result<Ending, Failure> {
    let query = query(&arguments.query)?;
    let format = EvidenceFormat::of_name(&arguments.out.to_string_lossy()).ok_or_else(|| {
        let what = format!("{} is neither .md, .html nor .zip", arguments.out.display());
        usage(what, "Name the file by what it is to be.")
    })?;
    let mut session = Session::open(data_dir, token::credentials(false)?)?;
    let profile = session.id(&arguments.profile)?;
    let (tenant, redacts, to) = (arguments.profile.clone(), !arguments.unredacted, Some(arguments.out.clone()));
    let wanted = Command::Report { profile, tenant, query: Box::new(query), format, redacts, to };
    let News::Exported { path, lines } = session.ask(wanted)? else { return Err(unexpected()) };
    output.answer(&json!({"file": path, "requests": lines, "redacted": redacts}), |_| {
        vec![vec![format!("{lines} requests in {}", path.display())]]
    });
    Ok(Ending::Done)
}
