//! What is to be diagnosed: one line of a log with all that is known of it.

use serde_json::Value;

use crate::domain::journal::Record;

/// One thing to be diagnosed.
#[derive(Debug, Clone, Copy)]
pub struct Case<'r> {
    /// The line, with its exchange and the directory's event where there are any.
    pub record: &'r Record,
    /// How the request said who sends it. A record never holds that header, so it is known only where somebody looked before
    /// it was dropped.
    pub scheme: Option<Scheme>,
}

/// The shape of an Authorization header; never its secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// There was none.
    Missing,
    /// `Bearer` and one word.
    Bearer,
    /// `Bearer Bearer …`.
    BearerTwice,
    /// One word without a scheme.
    NoScheme,
    /// `Bearer` and nothing.
    Empty,
    /// The token has quotes or spaces in it.
    Spoilt,
    /// `Basic`, where a service provider for provisioning wants `Bearer`.
    Basic,
    /// Another one.
    Other,
}

impl<'r> Case<'r> {
    /// A line of the journal.
    #[must_use]
    pub const fn of(record: &'r Record) -> Self {
        Self { record, scheme: None }
    }
}

impl Scheme {
    /// Reads the header out of `{"request":{"headers":{…}}}`; `None` where there are no headers to look at.
    #[must_use]
    pub fn of_exchange(exchange: &Value) -> Option<Self> {
        let headers = exchange.get("request")?.get("headers")?.as_object().filter(|headers| !headers.is_empty())?;
        let found = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        // A log that leaves the header out says nothing about it.
        found.map(|(_, value)| Self::of(value.as_str().unwrap_or_default()))
    }

    /// Reads the value of the header.
    #[must_use]
    pub fn of(header: &str) -> Self {
        let header = header.trim();
        let (scheme, rest) = header.split_once(char::is_whitespace).unwrap_or((header, ""));
        let rest = rest.trim();
        let is_quoted = |text: &str| text.contains(['"', '\'', '“', '”', '\n', '\r']);
        match scheme.to_ascii_lowercase().as_str() {
            "" => Self::Missing,
            "bearer" if rest.is_empty() => Self::Empty,
            "bearer" if rest.to_ascii_lowercase().starts_with("bearer") => Self::BearerTwice,
            "bearer" if is_quoted(rest) || rest.contains(char::is_whitespace) => Self::Spoilt,
            "bearer" => Self::Bearer,
            "basic" => Self::Basic,
            _ if rest.is_empty() => Self::NoScheme,
            _ => Self::Other,
        }
    }
}
