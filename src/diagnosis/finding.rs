//! A finding: which pattern, how sure, how bad, where it shows, and its words with the case's own values filled in.

use serde::{Deserialize, Serialize};

use crate::domain::problem::Severity;

/// How sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// It fits; others do too.
    Possible,
    /// It fits better than the others.
    Likely,
    /// The evidence leaves no other reading.
    Certain,
}

impl Confidence {
    /// The word on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Possible => "Possible",
            Self::Likely => "Likely",
            Self::Certain => "Certain",
        }
    }
}

/// On whose side the cause is, and so who acts first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Owner {
    /// The set-up of the directory.
    #[serde(rename = "IdP config")]
    IdpConfig,
    /// The service that is provisioned into.
    #[serde(rename = "service provider")]
    ServiceProvider,
    /// The values in the directory.
    #[serde(rename = "data")]
    Data,
    /// The token.
    #[serde(rename = "token")]
    Token,
    /// What lies between the two.
    #[serde(rename = "network")]
    Network,
}

impl Owner {
    /// Whether the customer acts first, in their directory.
    #[must_use]
    pub const fn is_customers(self) -> bool {
        matches!(self, Self::IdpConfig | Self::Data)
    }

    /// Who acts first, on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::IdpConfig => "The customer, in the directory’s set-up",
            Self::ServiceProvider => "Thrive",
            Self::Data => "The customer, in the directory’s data",
            Self::Token => "Thrive issues a token, the customer enters it",
            Self::Network => "Whoever runs the network in between",
        }
    }
}

/// The best finding of a line, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The finding's title.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
}

impl Mark {
    /// The mark of a line with these findings; `None` where nothing above info is known.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Option<Self> {
        let best = findings.first().filter(|best| best.severity > Severity::Info)?;
        Some(Self { title: best.title.clone(), severity: best.severity })
    }
}

/// Where a finding shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// `request.method`, `request.url`, `request.headers.NAME`, `request.body` or `response.body` with a JSON pointer after
    /// it, `response.status`, `response.headers.NAME`, `event` with a JSON pointer after it, `error`, `duration`, `landing`.
    #[serde(rename = "where")]
    pub place: String,
    /// What stands there.
    pub text: String,
}

impl Evidence {
    /// The place in words: "Request body, Operations/0/op".
    #[must_use]
    pub fn place_words(&self) -> String {
        if self.place == "event/text" {
            return "The error’s text".to_owned();
        }
        let (whole, rest) = self.place.split_once('/').unwrap_or((&self.place, ""));
        let name = match whole {
            "request.method" => "Request, method",
            "request.url" => "Request, address",
            "request.body" => "Request body",
            "response.status" => "Answer, status",
            "response.body" => "Answer, body",
            "event" => "The directory’s record",
            "error" => "In place of an answer",
            "duration" => "Time taken",
            "landing" => "What landed",
            "log" => "Among the requests",
            other => {
                return match other.split_once(".headers.") {
                    Some(("request", header)) => format!("Request header {header}"),
                    Some((_, header)) => format!("Answer header {header}"),
                    None => self.place.clone(),
                };
            }
        };
        if rest.is_empty() { name.to_owned() } else { format!("{name}, {rest}") }
    }
}

/// One diagnosis. Its JSON is the headless contract's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The pattern's id.
    pub id: String,
    /// How bad it is in this case.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Who acts first.
    pub owner: Owner,
    /// One line.
    pub title: String,
    /// What happened and why, in this case's own values.
    pub cause: String,
    /// Where it shows.
    pub evidence: Vec<Evidence>,
    /// Steps for the customer's admin.
    pub fix_customer: Vec<String>,
    /// Steps for support.
    pub fix_support: Vec<String>,
    /// What would tell it from the finding beside it, where two cannot be told apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tell_apart: Option<String>,
    /// Whether it is a habit, and no harm of it is seen.
    #[serde(skip)]
    pub is_habit: bool,
    /// The attribute whose mapping it is about, by the name that a mapping needs.
    #[serde(skip)]
    pub mapping_of: Option<String>,
}
