//! The one error a person sees: what failed, what it means, what to do next.
//! A failure never holds a secret, and is either returned or reported, never both.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// What kind of thing went wrong; stable, machine-readable, and the exit code of a headless command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// The address cannot be used as typed.
    AddressInvalid,
    /// The host name does not resolve.
    HostNotFound,
    /// Nothing answers at the address, or the connection broke.
    Unreachable,
    /// The answer took too long.
    TimedOut,
    /// The certificate is not trusted, expired, or for another name.
    CertificateUntrusted,
    /// 401: the tenant does not accept the token.
    TokenRefused,
    /// 403: the token is genuine but may not do this.
    NotAllowed,
    /// 404 on the endpoint itself.
    EndpointNotFound,
    /// The answer is a web page or other text where SCIM JSON belongs.
    NotScim,
    /// The answer ended early or is not valid JSON.
    AnswerBroken,
    /// The answer is larger than the console reads.
    AnswerTooLarge,
    /// The answer points to another host; it was not followed.
    RedirectedElsewhere,
    /// 429: the tenant asks to slow down.
    RateLimited,
    /// 5xx: the tenant failed.
    TenantFailed,
    /// Any other refusal of the tenant.
    Refused,
    /// The tenant changed meanwhile (412).
    Outdated,
    /// The tenant does not offer this interface.
    NotOffered,
    /// The console's own database is damaged.
    DatabaseDamaged,
    /// The database was written by a newer console.
    DatabaseNewer,
    /// The disk is full.
    DiskFull,
    /// The data directory cannot be written.
    DataReadOnly,
    /// Another window is writing and does not let go.
    DatabaseBusy,
    /// A file cannot be read or is not what it claims.
    FileUnreadable,
    /// The system credential store refused.
    CredentialStore,
    /// The user stopped it.
    Cancelled,
    /// Something the user typed does not hold; see the problems beside it.
    Invalid,
    /// A fault of the console itself.
    Internal,
}

/// A failure in words. `Display` gives the whole sentence: what failed, what it means, what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{what}. {meaning} {next}")]
pub struct Failure {
    /// The stable kind.
    pub kind: FailureKind,
    /// What failed, without a full stop: "The host does not answer".
    pub what: Cow<'static, str>,
    /// What it means, one sentence.
    pub meaning: Cow<'static, str>,
    /// What to do next, one sentence.
    pub next: Cow<'static, str>,
    /// Raw evidence for the expert, folded by default; redacted.
    pub detail: Option<String>,
}

impl Failure {
    /// A failure without raw evidence.
    pub fn new(
        kind: FailureKind,
        what: impl Into<Cow<'static, str>>,
        meaning: impl Into<Cow<'static, str>>,
        next: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { kind, what: what.into(), meaning: meaning.into(), next: next.into(), detail: None }
    }

    /// The same failure with its raw evidence.
    #[must_use]
    pub fn with_detail(mut self, detail: impl std::fmt::Display) -> Self {
        self.detail = Some(detail.to_string());
        self
    }

    /// The user stopped the work.
    #[must_use]
    pub fn cancelled() -> Self {
        Self::new(FailureKind::Cancelled, "Stopped", "Nothing more is sent.", "Start again when you are ready.")
    }
}
