//! The checklist of "Test connection": what each check found, what a failure means and what to do.

use serde::{Deserialize, Serialize};

/// Which check, in the order they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckName {
    /// The host name resolves.
    Address,
    /// The certificate is trusted, or the host is this computer.
    SecureConnection,
    /// The endpoint answers HTTP.
    Reachable,
    /// The token is accepted.
    Token,
    /// ServiceProviderConfig is understood.
    ServiceDescription,
    /// A look-up of an unknown user gives an empty list.
    LookUp,
    /// The support API is there.
    SupportApi,
}

impl CheckName {
    /// Every check, in order.
    pub const ALL: [Self; 7] = [
        Self::Address,
        Self::SecureConnection,
        Self::Reachable,
        Self::Token,
        Self::ServiceDescription,
        Self::LookUp,
        Self::SupportApi,
    ];

    /// The words on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Address => "Address found",
            Self::SecureConnection => "Secure connection",
            Self::Reachable => "Endpoint reachable",
            Self::Token => "Token accepted",
            Self::ServiceDescription => "Service description",
            Self::LookUp => "Look-up by userName",
            Self::SupportApi => "Support API",
        }
    }
}

/// How a check stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckStatus {
    /// Waits for the one above.
    Waiting,
    /// Under way.
    Running,
    /// As it should be.
    Passed,
    /// Works, with a deviation or something absent that is optional.
    Warning,
    /// Does not work.
    Failed,
    /// Not tried, since an earlier one failed.
    Skipped,
}

/// One line of the checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Which check.
    pub name: CheckName,
    /// How it stands.
    pub status: CheckStatus,
    /// What was found and what it means, one sentence.
    pub finding: String,
    /// What to do; empty when there is nothing to do.
    pub next: String,
    /// Milliseconds.
    pub duration_ms: Option<u64>,
}
