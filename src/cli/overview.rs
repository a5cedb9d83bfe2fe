//! `overview`: how a tenant's provisioning stands, in figures. What cannot be known is null.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{
    Ending,
    output::Output,
    session::{Session, unexpected},
    token, usage,
};
use crate::{
    domain::{
        failure::Failure,
        overview::Overview,
        pretty::{counted, grouped},
        query::Query,
    },
    engine::{Command, News},
};

/// `overview …`
#[derive(Debug, Args)]
pub struct Arguments {
    /// Whose.
    #[arg(long)]
    profile: String,
    /// Only requests since then: 24h, 7d, 2026-11-01.
    #[arg(long)]
    since: Option<String>,
}

pub(super) fn run(arguments: &Arguments, data_dir: PathBuf, output: &Output) -> Result<Ending, Failure> {
    let since = arguments.since.as_ref().map(|since| format!("since:{since}")).unwrap_or_default();
    let query = Query::parse(&since)
        .map_err(|error| usage(format!("{since} cannot be read"), format!("{error}. For example: --since 7d")))?;
    let mut session = Session::open(data_dir, token::credentials(false)?)?;
    let profile = session.profile(&arguments.profile)?;
    let issued = profile.token_issued_on;
    let News::OverviewRead(figures) = session.ask(Command::Overview { profile: profile.id, query: Box::new(query) })?
    else {
        return Err(unexpected());
    };
    let overview = &figures.overview;
    let mut answer = serde_json::to_value(overview).unwrap_or_default();
    if let Some(members) = answer.as_object_mut() {
        members.insert("quarantineRisk".to_owned(), json!(overview.risk()));
        members.insert("tokenIssuedOn".to_owned(), json!(issued));
        members.insert("source".to_owned(), json!(if figures.tenant_only { "tenant" } else { "all" }));
    }
    output.answer(&answer, |_| lines(overview));
    Ok(Ending::Done)
}

fn lines(overview: &Overview) -> Vec<Vec<String>> {
    let line = |name: &str, value: String| vec![name.to_owned(), value];
    let or_unknown = |value: Option<String>| value.unwrap_or_else(|| "not known".to_owned());
    let mut lines = vec![
        line("Requests", grouped(overview.requests)),
        line("Failed", grouped(overview.failed)),
        line("Users", grouped(overview.users)),
        line("Last push", or_unknown(overview.last_push.map(|at| at.to_string()))),
        line("Rhythm", or_unknown(overview.cadence.map(|cadence| cadence.label().to_owned()))),
        line("Quarantine risk", or_unknown(overview.risk().map(|risk| risk.label().to_owned()))),
        line(
            "Answer time",
            or_unknown(
                overview.latency.map(|l| format!("median {} ms, 95% within {} ms", grouped(l.median), grouped(l.p95))),
            ),
        ),
    ];
    lines.extend(overview.errors.iter().map(|e| {
        line(&e.error, format!("{}, {}", counted(e.requests, "request", "requests"), counted(e.users, "user", "users")))
    }));
    lines.extend(
        overview
            .people
            .iter()
            .map(|p| line(&p.user, format!("{}, {}", counted(p.failures, "failure", "failures"), p.last_error))),
    );
    lines
}
