//! The clients of a directory's own log: Graph's `auditLogs/provisioning` and Okta's System Log, read page by page.
//! They only ever read, send the secret to the origins it was saved for, and never show it or an access token.

mod graph;
mod okta;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use super::client::{Endpoint, Limits, Scheme, Sent};
use crate::domain::directory::DirectoryLog;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::secret::Secret;

/// No server may make the console wait longer at a time.
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// Where a server asks to slow down and does not say how long.
const USUAL_WAIT: Duration = Duration::from_secs(30);

/// Which part of the log to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// What happened after the first and before the second; Okta's log goes on without an end.
    Between(Timestamp, Timestamp),
    /// Where the page before said that it goes on.
    At(String),
}

/// One page of the log, oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct LogPage {
    /// The records as they came, a JSON array.
    pub records: Value,
    /// Where it goes on, if it does.
    pub next: Option<String>,
    /// How long to wait before that.
    pub pause: Duration,
}

impl LogPage {
    /// How many records it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.as_array().map_or(0, Vec::len)
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Why there is no page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// Ask again after this time (429, or a server in difficulties).
    Wait(Duration, Failure),
    /// Asking again does not help.
    Failed(Failure),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        match failure.kind {
            FailureKind::RateLimited
            | FailureKind::TenantFailed
            | FailureKind::Unreachable
            | FailureKind::TimedOut
            | FailureKind::AnswerBroken => Self::Wait(USUAL_WAIT, failure),
            _ => Self::Failed(failure),
        }
    }
}

/// How the network is reached, as the tenant's profile says.
#[derive(Debug, Clone, Default)]
pub struct Way {
    /// HTTP proxy; the system's own when `None`.
    pub proxy: Option<Url>,
    /// PEM file of a certificate authority to trust beside the system's.
    pub ca_file: Option<PathBuf>,
}

/// The client of one directory's log.
pub struct DirectoryClient(Inner);

enum Inner {
    Graph(Box<graph::Graph>),
    Okta(Box<okta::Okta>),
}

impl DirectoryClient {
    /// A client for a log with its secret: an app's client secret, or an API token.
    ///
    /// # Errors
    /// When an address cannot carry the secret, or the secret cannot be sent.
    pub fn new(log: &DirectoryLog, secret: Secret, way: &Way, limits: Limits) -> Result<Self, Failure> {
        let reach = Reach { way: way.clone(), limits };
        Ok(Self(match log {
            DirectoryLog::Entra { base, login, tenant, client, job } => {
                Inner::Graph(Box::new(graph::Graph::new(reach, (base, login), (tenant, client), job.clone(), secret)?))
            }
            DirectoryLog::Okta { base, app } => {
                Inner::Okta(Box::new(okta::Okta::new(&reach, base, app.clone(), secret)?))
            }
        }))
    }

    /// One page of the log.
    ///
    /// # Errors
    /// What went wrong, and whether waiting helps.
    pub async fn page(&mut self, part: &Part) -> Result<LogPage, Trouble> {
        match &mut self.0 {
            Inner::Graph(graph) => graph.page(part).await,
            Inner::Okta(okta) => okta.page(part).await,
        }
    }

    /// Whether the log goes on without an end, so that a page without records only means that nothing is new yet.
    #[must_use]
    pub const fn is_endless(&self) -> bool {
        matches!(self.0, Inner::Okta(_))
    }
}

/// What every connection of one client shares.
struct Reach {
    way: Way,
    limits: Limits,
}

impl Reach {
    fn endpoint(&self, base: &Url, token: Secret, scheme: Scheme) -> Endpoint {
        let Way { proxy, ca_file } = self.way.clone();
        Endpoint { base: base.clone(), token, scheme, proxy, ca_file }
    }
}

/// How long an answer asks to wait (RFC 9110 §10.2.3, seconds).
fn retry_after(sent: &Sent) -> Option<Duration> {
    sent.header("retry-after")?.trim().parse().ok().map(Duration::from_secs)
}

fn bounded(wait: Option<Duration>) -> Duration {
    wait.unwrap_or(USUAL_WAIT).min(LONGEST_WAIT)
}

/// A failure that passes, in the words of a directory: elsewhere they speak of the tenant.
fn in_words(failure: Failure, whose: &str) -> Failure {
    let (what, meaning) = match failure.kind {
        FailureKind::RateLimited => {
            (format!("{whose} asks to slow down (429)"), "Everything that reads this directory shares one limit.")
        }
        FailureKind::TenantFailed => {
            (format!("{whose} failed on this request"), "It is in difficulties for the moment.")
        }
        _ => return failure,
    };
    let next = "Nothing to do: the console waits as long as it is asked to and goes on.";
    Failure { detail: failure.detail, ..Failure::new(failure.kind, what, meaning, next) }
}

/// The array of records, or that this is no log.
fn records(found: Option<&Value>, whose: &str) -> Result<Value, Trouble> {
    found.filter(|records| records.is_array()).cloned().ok_or_else(|| {
        Trouble::Failed(Failure::new(
            FailureKind::AnswerBroken,
            format!("{whose} answered with something that is not its log"),
            "The address may lead to another service.",
            "Check the address of the directory’s log.",
        ))
    })
}
