//! `requests`: the lines of the journal that a query finds, their counts, or the story of one user.

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
    diagnosis::Cause,
    domain::{
        export::ExportFormat,
        failure::Failure,
        journal::Row,
        profile::ProfileId,
        query::{GroupBy, Query},
        sorting::{SortBy, Sorting},
    },
    engine::{Command, News},
};

/// `requests …`
#[derive(Debug, Args)]
pub struct Arguments {
    /// Whose.
    #[arg(long)]
    profile: String,
    /// For example: outcome:failure since:24h user:amelia*
    #[arg(allow_hyphen_values = true)]
    query: Vec<String>,
    /// At most this many lines, newest first.
    #[arg(long, default_value_t = 50)]
    limit: usize,
    /// Write every line that is found to this file, .csv or .jsonl, instead of listing.
    #[arg(long, value_name = "FILE", conflicts_with = "group_by")]
    out: Option<PathBuf>,
    /// Write people as they are named; without this, each gets an alias.
    #[arg(long, requires = "out")]
    unredacted: bool,
    /// In this order instead: time, outcome, operation, user, path, status, error, duration or source; with a minus, the other
    /// way round.
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true, conflicts_with = "group_by", value_parser = sorting)]
    sort: Option<Sorting>,
    /// Count instead of listing.
    #[arg(long, value_enum)]
    group_by: Option<Group>,
    /// Tell the story of one user instead: by userName, id, externalId or e-mail.
    #[arg(long, value_name = "USER", conflicts_with_all = ["group_by", "query", "out"])]
    story: Option<String>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Group {
    Error,
    User,
    Operation,
    Outcome,
    Hour,
    /// What is known to have gone wrong.
    Cause,
}

pub(super) fn run(arguments: &Arguments, data_dir: PathBuf, output: &Output) -> Result<Ending, Failure> {
    let query = query(&arguments.query)?;
    let mut session = Session::open(data_dir, token::credentials(false)?)?;
    let profile = session.id(&arguments.profile)?;
    if let Some(of) = &arguments.story {
        return tell_story(&mut session, profile, of, output);
    }
    if matches!(arguments.group_by, Some(Group::Cause)) {
        return tell_causes(&mut session, profile, query, output);
    }
    if let Some(group) = arguments.group_by {
        let by = match group {
            Group::Error => GroupBy::Error,
            Group::User => GroupBy::User,
            Group::Operation => GroupBy::Operation,
            Group::Outcome => GroupBy::Outcome,
            Group::Hour | Group::Cause => GroupBy::Hour,
        };
        let News::Grouped(groups) = session.ask(Command::Group { profile, query: Box::new(query), by })? else {
            return Err(unexpected());
        };
        let total: u64 = groups.iter().map(|group| group.count).sum();
        output.answer(&json!({"groups": groups, "total": total}), |_| {
            groups.iter().map(|group| vec![group.count.to_string(), group.key.clone()]).collect()
        });
        return Ok(Ending::Done);
    }
    let sorting = arguments.sort.unwrap_or_default();
    if let Some(path) = &arguments.out {
        let format = ExportFormat::of_name(&path.to_string_lossy()).ok_or_else(|| {
            usage(format!("{} is neither .csv nor .jsonl", path.display()), "Name the file by what it is to be.")
        })?;
        let (query, redacts, to) = (Box::new(query), !arguments.unredacted, Some(path.clone()));
        let News::Exported { path, lines } =
            session.ask(Command::Export { profile, query, sorting, format, redacts, to })?
        else {
            return Err(unexpected());
        };
        output.answer(&json!({"file": path, "requests": lines, "redacted": redacts}), |_| {
            vec![vec![format!("{lines} requests in {}", path.display())]]
        });
        return Ok(Ending::Done);
    }
    let News::Listed(listing) =
        session.ask(Command::List { profile: profile.clone(), query: Box::new(query), sorting })?
    else {
        return Err(unexpected());
    };
    let keys: Vec<i64> = listing.keys.iter().take(arguments.limit).collect();
    let News::RowsRead(rows) = session.ask(Command::Rows { profile, keys })? else { return Err(unexpected()) };
    let answer = json!({"requests": rows, "matched": listing.keys.len(), "total": listing.total});
    output.answer(&answer, |_| rows.iter().map(line).collect());
    Ok(Ending::Done)
}

/// The causes behind the requests, with how many requests and people each explains.
fn tell_causes(session: &mut Session, profile: ProfileId, query: Query, output: &Output) -> Result<Ending, Failure> {
    let News::CausesFound(causes) = session.ask(Command::Diagnose { profile, query: Box::new(query) })? else {
        return Err(unexpected());
    };
    let groups: Vec<_> = causes.causes.iter().map(|cause| json!({"key": cause.id, "count": cause.requests, "people": cause.people,
        "title": cause.title, "owner": cause.owner, "severity": cause.severity, "first": cause.first, "last": cause.last})).collect();
    let answer = json!({"groups": groups, "unexplained": causes.unexplained, "total": causes.requests});
    output.answer(&answer, |_| {
        let line = |cause: &Cause| {
            vec![cause.requests.to_string(), format!("{} people", cause.people), cause.title.clone(), cause.id.clone()]
        };
        causes.causes.iter().map(line).collect()
    });
    Ok(Ending::Done)
}

fn sorting(text: &str) -> Result<Sorting, String> {
    let columns = || SortBy::ALL.map(SortBy::key).join(", ");
    Sorting::from_key(text).ok_or_else(|| format!("the columns are {}", columns()))
}

/// The story as JSON with the state after each step, or as text.
fn tell_story(session: &mut Session, profile: ProfileId, of: &str, output: &Output) -> Result<Ending, Failure> {
    let News::StoryRead { mut story, .. } = session.ask(Command::Story { profile, of: of.to_owned() })? else {
        return Err(unexpected());
    };
    for caution in &mut story.cautions {
        *caution = caution.replace('`', "");
    }
    output.answer(&story, |story| story.text(true).lines().map(|line| vec![line.to_owned()]).collect());
    if story.steps.is_empty() {
        let similar: Vec<&str> = story.candidates.iter().map(|candidate| candidate.key.as_str()).collect();
        output.say(&match similar.as_slice() {
            [] => format!("Nobody in this journal goes by {of}."),
            names => format!("Nobody is called exactly {of}. Similar: {}", names.join(", ")),
        });
    }
    Ok(Ending::Done)
}

fn line(row: &Row) -> Vec<String> {
    let line = &row.summary;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    vec![
        line.at.to_string(),
        line.outcome.label().to_owned(),
        line.operation.label().to_owned(),
        text(&line.user),
        format!("{} {}", line.method, line.path),
        line.status.map(|status| status.to_string()).unwrap_or_default(),
        line.scim_type.clone().or_else(|| line.detail.clone()).unwrap_or_default(),
    ]
}
