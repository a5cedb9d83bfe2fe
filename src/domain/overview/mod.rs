//! How a tenant's provisioning stands, in figures: errors, people, the last push, its rhythm, answer times, and how near a
//! directory may be to a quarantine. Pure: lines in, figures out. A figure that cannot be known is absent, never guessed.

mod rhythm;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap, HashSet},
};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

pub use rhythm::{Cadence, Cycle};

use self::rhythm::Cycles;
use super::{
    exchange::{Operation, Outcome},
    journal::{Count, Glance, Histogram},
    pretty::counted,
    query::{condition, fold},
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
    /// Whether they are of the tenant's own log alone.
    pub tenant_only: bool,
    /// How many lines of other sources were left out, so that no change counts twice.
    pub left_out: u64,
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

/// Figures on their way: lines go in one by one, newest first.
#[derive(Debug, Default)]
pub struct Reckoning {
    requests: u64,
    failed: u64,
    users: HashSet<String>,
    last_push: Option<(Timestamp, Option<String>)>,
    /// By client, "" for none.
    clients: HashMap<String, Client>,
    /// Milliseconds.
    times: Vec<u64>,
    /// By code in lower case.
    coded: HashMap<String, Kind>,
    /// Those without a code, by status.
    plain: HashMap<Option<u16>, Kind>,
    people: HashMap<String, PersonLine>,
}

#[derive(Debug, Default)]
struct Client {
    requests: u64,
    pushed: Cycles,
}

/// A kind of error.
#[derive(Debug, Default)]
struct Kind {
    /// As the newest is written.
    code: Option<String>,
    requests: u64,
    users: HashSet<String>,
    operations: BTreeMap<Operation, u64>,
    detail: Option<String>,
}

impl Reckoning {
    /// Takes a line that is no newer than those before it.
    pub fn take(&mut self, line: Glance<'_>) {
        self.requests += 1;
        if let Some(user) = line.user.filter(|user| !self.users.contains(*user)) {
            self.users.insert(user.to_owned());
        }
        self.times.extend(line.duration_ms);
        let is_push = is_push(line);
        named(&mut self.clients, line.client.unwrap_or_default(), |client| {
            client.requests += 1;
            if is_push {
                client.pushed.take(line.at, line.outcome);
            }
        });
        if is_push && self.last_push.is_none() {
            self.last_push = Some((line.at, line.client.map(str::to_owned)));
        }
        if line.outcome == Outcome::Failure {
            self.failed += 1;
            self.take_failure(line);
        }
    }

    fn take_failure(&mut self, line: Glance<'_>) {
        match line.error {
            // A query finds a code in either case.
            Some(code) => named(&mut self.coded, &fold(code), |kind| {
                kind.code.get_or_insert_with(|| code.to_owned());
                kind.take(line);
            }),
            None => self.plain.entry(line.status).or_default().take(line),
        }
        let Some(user) = line.user else { return };
        if let Some(person) = self.people.get_mut(user) {
            person.failures += 1;
        } else {
            let last_error = line.error.map_or_else(|| uncoded(line.status), str::to_owned);
            let person = PersonLine { user: user.to_owned(), failures: 1, last_error, latest: line.at };
            self.people.insert(user.to_owned(), person);
        }
    }

    /// The figures of all that was taken.
    #[must_use]
    pub fn figures(self) -> Overview {
        let cycles = |client: &str| self.clients.get(client).map(|client| &client.pushed);
        let (last_push, last_client) = self.last_push.map_or((None, None), |(at, client)| (Some(at), client));
        let newest = last_push.and_then(|_| cycles(last_client.as_deref().unwrap_or_default()));
        let (cadence, last_cycle) = (newest.and_then(Cycles::cadence), newest.and_then(Cycles::newest));
        let entra_cycle = cycles("Entra").and_then(Cycles::newest);
        let error_kinds = (self.coded.len() + self.plain.len()) as u64;
        let affected = self.people.len() as u64;
        let mut clients: Vec<Count> =
            self.clients.into_iter().map(|(key, client)| Count { key, count: client.requests }).collect();
        clients.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.key.cmp(&other.key)));
        Overview {
            requests: self.requests,
            failed: self.failed,
            users: self.users.len() as u64,
            last_push,
            cadence,
            last_client,
            last_cycle,
            entra_cycle,
            latency: latency(self.times),
            errors: errors(self.coded, self.plain),
            error_kinds,
            people: people(self.people),
            affected,
            clients,
        }
    }
}

impl Kind {
    fn take(&mut self, line: Glance<'_>) {
        self.requests += 1;
        *self.operations.entry(line.operation).or_default() += 1;
        if self.detail.is_none() {
            self.detail = line.detail.map(str::to_owned);
        }
        if let Some(user) = line.user.filter(|user| !self.users.contains(*user)) {
            self.users.insert(user.to_owned());
        }
    }
}

/// Changes what is kept of a name, which is copied only where it is new.
fn named<T: Default>(all: &mut HashMap<String, T>, name: &str, change: impl FnOnce(&mut T)) {
    match all.get_mut(name) {
        Some(one) => change(one),
        None => change(all.entry(name.to_owned()).or_default()),
    }
}

/// What a directory sent by itself: neither the console's own requests nor a look at the service's description.
fn is_push(line: Glance<'_>) -> bool {
    line.client != Some("Console") && !matches!(line.operation, Operation::Discover | Operation::Other)
}

fn latency(mut times: Vec<u64>) -> Option<Latency> {
    let mut at = |percent: usize| {
        let place = (times.len() * percent).div_ceil(100).saturating_sub(1);
        (place < times.len()).then(|| *times.select_nth_unstable(place).1)
    };
    let (median, p95) = (at(50)?, at(95)?);
    Some(Latency { median, p95, of: times.len() as u64 })
}

/// What an error without a code is called: by its status, else by a word.
fn uncoded(status: Option<u16>) -> String {
    status.map_or_else(|| "No answer".to_owned(), |status| format!("HTTP {status}"))
}

fn errors(coded: HashMap<String, Kind>, plain: HashMap<Option<u16>, Kind>) -> Vec<ErrorLine> {
    let line = |error: String, query: String, kind: Kind| ErrorLine {
        error,
        query,
        requests: kind.requests,
        users: kind.users.len() as u64,
        operation: kind.operations.iter().max_by_key(|(_, count)| **count).map_or(Operation::Other, |(op, _)| *op),
        detail: kind.detail,
    };
    let coded = coded.into_iter().map(|(folded, mut kind)| {
        let code = kind.code.take().unwrap_or(folded);
        let query = format!("outcome:failure {}", condition("error", &code));
        line(code, query, kind)
    });
    let plain = plain.into_iter().map(|(status, kind)| {
        let query = match status {
            Some(status) => format!("outcome:failure status:{status} error:\"\""),
            None => "outcome:failure error:\"\" -status:>=0".to_owned(),
        };
        line(uncoded(status), query, kind)
    });
    let mut lines: Vec<ErrorLine> = coded.chain(plain).collect();
    lines.sort_by(|one, other| other.requests.cmp(&one.requests).then_with(|| one.error.cmp(&other.error)));
    lines.truncate(LISTED);
    lines
}

fn people(all: HashMap<String, PersonLine>) -> Vec<PersonLine> {
    let mut lines: Vec<PersonLine> = all.into_values().collect();
    let order = |line: &PersonLine| (Reverse(line.failures), Reverse(line.latest));
    lines.sort_by(|one, other| order(one).cmp(&order(other)).then_with(|| one.user.cmp(&other.user)));
    lines.truncate(LISTED);
    lines
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
