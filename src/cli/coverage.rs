//! `mapping coverage`: what a tenant received against what is mapped. Values are left out unless they are asked for.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{
    Ending,
    mapping::read_draft,
    output::Output,
    session::{Session, unexpected},
    token, usage,
};
use crate::{
    domain::{
        coverage::{CoverageRow, coverage},
        failure::Failure,
        mapping::MappingRow,
        profile::ProfileId,
        query::Query,
    },
    engine::{Command, News},
};

/// `mapping coverage …`
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Whose requests.
    #[arg(long)]
    profile: String,
    /// At most this many creates and updates, newest first.
    #[arg(long, default_value_t = 10_000)]
    last: usize,
    /// Only those since then: 24h, 7d, 2026-11-01.
    #[arg(long)]
    since: Option<String>,
    /// Hold them against this mapping file.
    #[arg(long, conflicts_with = "draft")]
    file: Option<PathBuf>,
    /// Hold them against the saved draft, even where the tenant's mappings are known.
    #[arg(long)]
    draft: bool,
    /// First read bodies from the tenant that the journal lacks.
    #[arg(long)]
    fetch: bool,
    /// Print example values too; they are personal data.
    #[arg(long)]
    examples: bool,
    /// Read the token from standard input.
    #[arg(long)]
    token_stdin: bool,
}

pub(super) fn run(arguments: &Arguments, data_dir: PathBuf, output: &Output) -> Result<Ending, Failure> {
    let since = arguments.since.as_ref().map(|since| format!("since:{since}")).unwrap_or_default();
    let query = Query::parse(&since)
        .map_err(|error| usage(format!("{since} cannot be read"), format!("{error}. For example: --since 7d")))?;
    let mut session = Session::open(data_dir, token::credentials(arguments.token_stdin)?)?;
    let profile = session.id(&arguments.profile)?;
    let (against, mappings) = match &arguments.file {
        Some(file) => ("file", read_draft(file)?.rows),
        None => held_against(&mut session, &profile, arguments.draft, output)?,
    };
    let command =
        Command::ReadReceived { profile, query: Box::new(query), last: arguments.last, fetching: arguments.fetch };
    let News::ReceivedRead(received) = session.ask(command)? else { return Err(unexpected()) };
    let rows = coverage(&received, &mappings);
    let attributes: Vec<_> = rows.iter().map(|row| row.to_json(arguments.examples)).collect();
    let answer = json!({
        "against": against,
        "requests": received.requests,
        "withoutBody": received.without_body,
        "namesLeftOut": received.more_names,
        "from": received.from,
        "to": received.to,
        "attributes": attributes,
    });
    output.answer(&answer, |_| rows.iter().map(line).collect());
    if received.requests == 0 {
        output.say("No create or update with a body is in the journal. Run sync first, or add --fetch.");
    }
    if received.more_names > 0 {
        output.say(
            "There are more names of attributes than are told apart; ask for fewer requests with --since or --last.",
        );
    }
    Ok(Ending::Done)
}

/// The tenant's mappings where they can be read; else the draft, and that is said.
fn held_against(
    session: &mut Session,
    profile: &ProfileId,
    draft: bool,
    output: &Output,
) -> Result<(&'static str, Vec<MappingRow>), Failure> {
    if !draft {
        match session.ask(Command::PullMappings(profile.clone())) {
            Ok(News::MappingsPulled { mappings, .. }) => return Ok(("tenant", mappings.mappings)),
            Ok(_) => return Err(unexpected()),
            Err(failure) => output.say(&format!("Held against the draft. {failure}")),
        }
    }
    match session.ask(Command::LoadDraft(profile.clone()))? {
        News::DraftRead(stored) => Ok(("draft", stored.map(|stored| stored.content.rows).unwrap_or_default())),
        _ => Err(unexpected()),
    }
}

fn line(row: &CoverageRow) -> Vec<String> {
    let why = row.dropped.as_ref().map(|dropped| dropped.reason.clone()).unwrap_or_default();
    vec![
        row.standing.label().to_owned(),
        row.attribute.clone(),
        row.field.clone().unwrap_or_else(|| "-".to_owned()),
        row.seen.to_string(),
        row.landed.to_string(),
        row.last_seen.map(|at| at.to_string()).unwrap_or_default(),
        why,
    ]
}
