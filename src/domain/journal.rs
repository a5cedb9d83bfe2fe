//! One line of the Requests list and what stands behind it, whoever saw it: the tenant, the console or a directory's log.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    exchange::{Exchange, Operation, Outcome},
    keys::Keys,
    landing::Landing,
    profile::IdentityProvider,
};

/// Who saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The tenant's own log, over the support API.
    Tenant,
    /// The console sent it.
    Console,
    /// An Entra provisioning log.
    Entra,
    /// An Okta system log.
    Okta,
    /// A recording or a copy of an exchange: HAR, cURL, HTTP as text, JSON.
    Recording,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 5] = [Self::Tenant, Self::Console, Self::Entra, Self::Okta, Self::Recording];

    /// The word of the query language and of JSON.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::Console => "console",
            Self::Entra => "entra",
            Self::Okta => "okta",
            Self::Recording => "recording",
        }
    }

    /// The word on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Tenant => "Tenant",
            Self::Console => "Console",
            Self::Entra => "Entra log",
            Self::Okta => "Okta log",
            Self::Recording => "Recording",
        }
    }

    /// Reads the word of the query language.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.key().eq_ignore_ascii_case(key))
    }
}

/// One line of a request log; the support API's `summary` on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// The id its source gave it.
    pub id: String,
    /// When it was received, UTC.
    pub at: Timestamp,
    /// HTTP method; empty where a directory's log does not say.
    pub method: String,
    /// Path with query below the host; empty where a directory's log does not say.
    pub path: String,
    /// HTTP status.
    pub status: Option<u16>,
    /// How it ended.
    pub outcome: Outcome,
    /// What it does.
    pub operation: Operation,
    /// Whom it is about: userName, or the directory's name for them.
    pub user: Option<String>,
    /// The SCIM id it is about.
    pub resource_id: Option<String>,
    /// RFC 7644 scimType of an error, or the directory's error code.
    pub scim_type: Option<String>,
    /// The error's own words, or what was dropped.
    pub detail: Option<String>,
    /// Milliseconds.
    pub duration_ms: Option<u64>,
    /// Which client sent it, by User-Agent or shape: `Entra`, `Okta`, `Console`.
    pub client: Option<String>,
}

/// Everything known about one line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Who saw it.
    pub source: Source,
    /// The line.
    pub summary: Summary,
    /// The exchange, where it was seen or could be unwrapped.
    pub exchange: Option<Exchange>,
    /// What landed and what was dropped, where the tenant says.
    pub landing: Option<Landing>,
    /// The directory's own record, where it is one.
    pub event: Option<Value>,
}

impl Record {
    /// The directory that sent, or logged, what it tells of.
    #[must_use]
    pub fn directory(&self) -> IdentityProvider {
        match (self.source, self.summary.client.as_deref()) {
            (Source::Entra, _) | (_, Some("Entra")) => IdentityProvider::Entra,
            (Source::Okta, _) | (_, Some("Okta")) => IdentityProvider::Okta,
            _ => IdentityProvider::Other,
        }
    }

    /// The kind of an event by which a directory changed somebody in itself alone: no request to the service
    /// (developer.okta.com, event types).
    #[must_use]
    pub fn own_change(&self) -> Option<&str> {
        let event = self.event.as_ref().filter(|_| self.source == Source::Okta)?;
        let kind = event.get("eventType")?.as_str()?;
        ["user.lifecycle.", "user.account.", "group.user_membership."]
            .iter()
            .any(|own| kind.starts_with(own))
            .then_some(kind)
    }

    /// Whether all that is known is an error as somebody quoted it: neither a request nor whose words it is.
    #[must_use]
    pub const fn is_quotation(&self) -> bool {
        matches!(self.source, Source::Recording) && self.exchange.is_none() && self.summary.method.is_empty()
    }
}

/// A line with its place in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The journal's key, stable and unique.
    pub key: i64,
    /// Who saw it.
    pub source: Source,
    /// The line.
    #[serde(flatten)]
    pub summary: Summary,
}

/// What a line says of its request, its texts borrowed: a million lines are counted without a copy of any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glance<'l> {
    /// When it was received.
    pub at: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
    /// What was asked.
    pub operation: Operation,
    /// The HTTP status of the answer.
    pub status: Option<u16>,
    /// Whom it was about.
    pub user: Option<&'l str>,
    /// The scimType, or the directory's code.
    pub error: Option<&'l str>,
    /// What was said of the error.
    pub detail: Option<&'l str>,
    /// How long the answer took, milliseconds.
    pub duration_ms: Option<u64>,
    /// Who sent it.
    pub client: Option<&'l str>,
}

impl<'l> From<&'l Summary> for Glance<'l> {
    fn from(line: &'l Summary) -> Self {
        Self {
            at: line.at,
            outcome: line.outcome,
            operation: line.operation,
            status: line.status,
            user: line.user.as_deref(),
            error: line.scim_type.as_deref(),
            detail: line.detail.as_deref(),
            duration_ms: line.duration_ms,
            client: line.client.as_deref(),
        }
    }
}

/// A value and how often it occurs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// The value, in the words of the query language; empty for "none".
    pub key: String,
    /// How often.
    pub count: u64,
}

/// One bar of the histogram: requests by outcome in one span of time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bar {
    /// Counts in the order of [`Outcome::ALL`].
    pub counts: [u32; 4],
}

/// The shape of all requests in a span of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Histogram {
    /// Where the first bar begins.
    pub start: Timestamp,
    /// How long one bar is, seconds.
    pub bar_seconds: i64,
    /// The bars, oldest first.
    pub bars: Vec<Bar>,
}

/// What a query finds: every key in order, newest first, and the figures around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Keys of all matching lines, newest first.
    pub keys: Keys,
    /// How many lines the profile's journal holds in all.
    pub total: u64,
    /// The first lines, so that the screen shows at once.
    pub first: Vec<Row>,
    /// By outcome.
    pub outcomes: Vec<Count>,
    /// By operation.
    pub operations: Vec<Count>,
    /// By error.
    pub errors: Vec<Count>,
    /// By client.
    pub clients: Vec<Count>,
    /// Over time.
    pub histogram: Histogram,
}
