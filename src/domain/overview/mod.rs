//! How a tenant's provisioning stands, in figures: errors, people, the last push, its rhythm, answer times, and how near a
//! directory may be to a quarantine. Pure: lines in, figures out. A figure that cannot be known is absent, never guessed.

mod rhythm;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

pub use rhythm::{Cadence, Cycle};

use self::rhythm::{cadence, cycles};
use super::{
    exchange::{Operation, Outcome},
    journal::{Count, Histogram, Row},
    pretty::counted,
};

/// Lines of the two lists.
const LISTED: usize = 8;
/// From so many failures on, Entra weighs a quarantine (`idp-facts.md` §2.4).
pub const ENTRA_COUNTS_FROM: u64 = 5_000;
/// Above this share of failures, percent, Entra may quarantine then.
pub const ENTRA_PAUSES_ABOVE: u64 = 40;

/// One kind of error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorLine {
    /// The scimType or the directory's code; where there is none, the HTTP status.
    pub error: String,
    /// The query that finds these requests.
    pub query: String,
    /// How many requests.
    pub requests: u64,
    /// How many users.
    pub users: u64,
    /// What was mostly asked.
    pub operation: Operation,
    /// The newest of its own words.
    pub detail: Option<String>,
}

/// One person with failures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonLine {
    /// Who.
    pub user: String,
    /// How many of their requests failed.
    pub failures: u64,
    /// The newest error.
    pub last_error: String,
    /// When it was.
    pub latest: Timestamp,
}

/// How long answers took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Latency {
    /// Half took no longer, milliseconds.
    pub median: u64,
    /// Nineteen of twenty took no longer.
    pub p95: u64,
    /// How many were timed.
    pub of: u64,
}

/// How near a quarantine may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Risk {
    /// Few failures.
    Low,
    /// A share of failures to watch.
    Raised,
    /// A share and a number at which Entra pauses provisioning.
    High,
}

impl Risk {
    /// The word on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Low => "Low",
            Self::Raised => "Raised",
            Self::High => "High",
        }
    }
}

/// The figures.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    /// How many requests.
    pub requests: u64,
    /// How many of them failed.
    pub failed: u64,
    /// How many users they were about.
    pub users: u64,
    /// The newest request of a directory.
    pub last_push: Option<Timestamp>,
    /// How often a directory pushes, where that shows.
    pub cadence: Option<Cadence>,
    /// Who sent that.
    pub last_client: Option<String>,
    /// The newest cycle of that client: two directories that push at once are not one.
    pub last_cycle: Option<Cycle>,
    /// The newest cycle of Entra, which alone knows a quarantine.
    #[serde(skip)]
    pub entra_cycle: Option<Cycle>,
    /// Answer times.
    pub latency: Option<Latency>,
    /// The commonest errors.
    pub errors: Vec<ErrorLine>,
    /// How many different errors there are.
    pub error_kinds: u64,
    /// The people with most failures.
    pub people: Vec<PersonLine>,
    /// How many people have failures.
    pub affected: u64,
    /// How many requests each client sent, commonest first.
    pub clients: Vec<Count>,
}

/// The figures with their shape over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// The figures.
    pub overview: Overview,
    /// All requests over time.
    pub histogram: Histogram,
    /// How many lines were looked at one by one, newest first.
    pub counted: u64,
    /// Whether they are of the tenant's own log alone.
    pub tenant_only: bool,
    /// How many lines of other sources were left out, so that no change counts twice.
    pub left_out: u64,
}

impl Figures {
    /// What has to be said where only the newest lines were looked at one by one.
    #[must_use]
    pub fn partial(&self) -> Option<String> {
        (self.counted < self.overview.requests).then(|| {
            format!(
                "Users, errors, people, times and rhythm are of the newest {} of {} requests.",
                self.counted, self.overview.requests
            )
        })
    }
}

impl Figures {
    /// What the figures are of, where it is not all that is here.
    #[must_use]
    pub fn basis(&self) -> Option<String> {
        (self.left_out > 0).then(|| {
            format!(
                "Counted from the tenant’s own log. {} of imported logs and of the console {} left out, so that nothing counts twice.",
                counted(self.left_out, "request", "requests"),
                if self.left_out == 1 { "is" } else { "are" }
            )
        })
    }
}

impl Overview {
    /// The risk of a quarantine by Entra's newest cycle; `None` where none shows. Below the number of failures from which
    /// Entra counts, it is raised at most.
    #[must_use]
    pub fn risk(&self) -> Option<Risk> {
        let cycle = self.entra_cycle?;
        let percent = cycle.failed * 100 / cycle.requests.max(1);
        Some(match percent {
            0..10 => Risk::Low,
            percent if percent > ENTRA_PAUSES_ABOVE && cycle.failed >= ENTRA_COUNTS_FROM => Risk::High,
            _ => Risk::Raised,
        })
    }
}

/// Works the figures out of lines, newest first.
#[must_use]
pub fn overview(rows: &[Row]) -> Overview {
    let failed = || rows.iter().filter(|row| row.summary.outcome == Outcome::Failure);
    let users: BTreeSet<&str> = rows.iter().filter_map(|row| row.summary.user.as_deref()).collect();
    let pushed: Vec<&Row> = rows.iter().filter(|row| is_push(row)).collect();
    let of_client = |client: Option<&str>| -> Vec<&Row> {
        pushed.iter().copied().filter(|row| row.summary.client.as_deref() == client).collect()
    };
    let newest = pushed.iter().max_by_key(|row| row.summary.at);
    let client = newest.and_then(|row| row.summary.client.as_deref());
    let cycles = cycles(&of_client(client));
    let (errors, error_kinds) = errors(failed());
    let (people, affected) = people(failed());
    let mut clients: BTreeMap<&str, u64> = BTreeMap::new();
    for row in rows {
        *clients.entry(row.summary.client.as_deref().unwrap_or_default()).or_default() += 1;
    }
    let mut clients: Vec<Count> =
        clients.into_iter().map(|(key, count)| Count { key: key.to_owned(), count }).collect();
    clients.sort_by_key(|client| std::cmp::Reverse(client.count));
    Overview {
        requests: rows.len() as u64,
        failed: failed().count() as u64,
        users: users.len() as u64,
        last_push: newest.map(|row| row.summary.at),
        last_client: client.map(str::to_owned),
        cadence: cadence(&cycles),
        last_cycle: cycles.last().copied(),
        entra_cycle: rhythm::cycles(&of_client(Some("Entra"))).last().copied(),
        latency: latency(rows),
        errors,
        error_kinds,
        people,
        affected,
        clients,
    }
}

/// What a directory sent by itself: neither the console's own requests nor a look at the service's description.
fn is_push(row: &Row) -> bool {
    let client = row.summary.client.as_deref();
    client != Some("Console") && !matches!(row.summary.operation, Operation::Discover | Operation::Other)
}

fn latency(rows: &[Row]) -> Option<Latency> {
    let mut times: Vec<u64> = rows.iter().filter_map(|row| row.summary.duration_ms).collect();
    times.sort_unstable();
    let at = |percent: usize| times.get((times.len() * percent).div_ceil(100).saturating_sub(1)).copied();
    Some(Latency { median: at(50)?, p95: at(95)?, of: times.len() as u64 })
}

/// The error's code, else the status, else a word.
fn error_of(row: &Row) -> (String, String) {
    let summary = &row.summary;
    let quoted = |text: &str| text.replace('"', "");
    match (&summary.scim_type, summary.status) {
        (Some(code), _) => (code.clone(), format!("outcome:failure error:\"{}\"", quoted(code))),
        (None, Some(status)) => (format!("HTTP {status}"), format!("outcome:failure status:{status} error:\"\"")),
        (None, None) => ("No answer".to_owned(), "outcome:failure error:\"\" -status:>=0".to_owned()),
    }
}

fn errors<'r>(failed: impl Iterator<Item = &'r Row>) -> (Vec<ErrorLine>, u64) {
    struct Kind<'r> {
        query: String,
        requests: u64,
        users: BTreeSet<&'r str>,
        operations: BTreeMap<Operation, u64>,
        detail: Option<&'r str>,
    }
    let mut kinds: BTreeMap<String, Kind<'r>> = BTreeMap::new();
    for row in failed {
        let (error, query) = error_of(row);
        let detail = row.summary.detail.as_deref();
        let kind = kinds.entry(error).or_insert_with(|| Kind {
            query,
            requests: 0,
            users: BTreeSet::new(),
            operations: BTreeMap::new(),
            detail,
        });
        kind.requests += 1;
        kind.users.extend(row.summary.user.as_deref());
        *kind.operations.entry(row.summary.operation).or_default() += 1;
        kind.detail = kind.detail.or(detail);
    }
    let count = kinds.len() as u64;
    let line = |(error, kind): (String, Kind<'_>)| ErrorLine {
        error,
        query: kind.query,
        requests: kind.requests,
        users: kind.users.len() as u64,
        operation: kind.operations.iter().max_by_key(|(_, count)| **count).map_or(Operation::Other, |(op, _)| *op),
        detail: kind.detail.map(str::to_owned),
    };
    let mut lines: Vec<ErrorLine> = kinds.into_iter().map(line).collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.requests));
    lines.truncate(LISTED);
    (lines, count)
}

fn people<'r>(failed: impl Iterator<Item = &'r Row>) -> (Vec<PersonLine>, u64) {
    let mut people: BTreeMap<&str, PersonLine> = BTreeMap::new();
    for row in failed {
        let Some(user) = row.summary.user.as_deref() else { continue };
        let person = people.entry(user).or_insert_with(|| PersonLine {
            user: user.to_owned(),
            failures: 0,
            last_error: error_of(row).0,
            latest: row.summary.at,
        });
        person.failures += 1;
    }
    let count = people.len() as u64;
    let mut lines: Vec<PersonLine> = people.into_values().collect();
    lines.sort_by_key(|line| (std::cmp::Reverse(line.failures), std::cmp::Reverse(line.latest)));
    lines.truncate(LISTED);
    (lines, count)
}

/// How long ago, in the largest unit that says something: "38 s", "12 min", "3 h", "5 days".
#[must_use]
pub fn ago(at: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(at).max(SignedDuration::ZERO).as_secs();
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests;
