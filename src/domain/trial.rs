//! A trial: a test provision as a run of steps, each with its exchange, and a table of what was sent against what landed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::exchange::{Exchange, Request};

/// How one directory shapes its requests (`idp-facts.md` §2 and §3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// Entra without its compliance flag: capital operations, quoted booleans, one operation an attribute.
    #[default]
    Entra,
    /// Entra with `aadOptscim062020`: lower-case operations, booleans, one path-less replace.
    EntraFlag,
    /// Okta: whole-resource PUT, path-less PATCH for deactivation.
    Okta,
    /// RFC 7644 to the letter.
    Rfc,
}

impl Dialect {
    /// Every dialect.
    pub const ALL: [Self; 4] = [Self::Entra, Self::EntraFlag, Self::Okta, Self::Rfc];

    /// The words on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Entra => "Entra",
            Self::EntraFlag => "Entra flag",
            Self::Okta => "Okta",
            Self::Rfc => "RFC 7644",
        }
    }

    /// The word of JSON and the command line.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Entra => "entra",
            Self::EntraFlag => "entra-flag",
            Self::Okta => "okta",
            Self::Rfc => "rfc",
        }
    }
}

/// The person that a trial creates: default attributes by path (`userName`, `name.givenName`,
/// `emails[type eq "work"].value`, …) and mapped ones by full name (`urn:…:User:costCenter`).
/// Empty values are not sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SampleUser(pub BTreeMap<String, String>);

impl SampleUser {
    /// The value of an attribute; empty when there is none.
    #[must_use]
    pub fn get(&self, attribute: &str) -> &str {
        self.0.get(attribute).map_or("", String::as_str)
    }
}

/// Which step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepName {
    /// ServiceProviderConfig.
    Connect,
    /// Does the user exist?
    Match,
    /// Create the user.
    Create,
    /// Read the user again and compare.
    ReadBack,
    /// Change the title.
    Update,
    /// Set active to false.
    Deactivate,
    /// Delete the user.
    CleanUp,
}

impl StepName {
    /// Every step, in order.
    pub const ALL: [Self; 7] =
        [Self::Connect, Self::Match, Self::Create, Self::ReadBack, Self::Update, Self::Deactivate, Self::CleanUp];

    /// The words on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Connect => "Connect",
            Self::Match => "Match",
            Self::Create => "Create",
            Self::ReadBack => "Read back",
            Self::Update => "Update",
            Self::Deactivate => "Deactivate",
            Self::CleanUp => "Clean up",
        }
    }

    /// The word of JSON and the command line.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Match => "match",
            Self::Create => "create",
            Self::ReadBack => "read-back",
            Self::Update => "update",
            Self::Deactivate => "deactivate",
            Self::CleanUp => "clean-up",
        }
    }
}

/// A request that a trial will send; `{id}` stands for an id that is not known yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedStep {
    /// Which step.
    pub name: StepName,
    /// The exact requests, in order (Okta reads before it replaces).
    pub requests: Vec<Request>,
    /// What it does to the tenant, one sentence.
    pub effect: String,
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StepStatus {
    /// As it should be.
    Passed,
    /// Refused, broken or not as it should be.
    Failed,
    /// Not sent.
    Skipped,
}

/// One step of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepReport {
    /// Which step.
    pub name: StepName,
    /// How it ended.
    pub status: StepStatus,
    /// Milliseconds over all its requests.
    pub duration_ms: u64,
    /// The deciding exchange: the write, where there is one.
    pub exchange: Option<Exchange>,
    /// The step's other exchanges, in order: what was read first, and the read-back that proves the write.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Exchange>,
    /// What was found: why it failed, was skipped, or deviates from the RFC. Sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// What became of one attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Landed as sent.
    Match,
    /// Landed, but differs.
    Differs,
    /// Sent and not there.
    Missing,
    /// Could not be read back.
    NotChecked,
}

/// One line of the table "sent against landed".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// The attribute.
    pub attribute: String,
    /// The profile field or custom field ref it belongs to; `None` when nothing maps it.
    pub field: Option<String>,
    /// What was sent.
    pub sent: String,
    /// What is there.
    pub landed: Option<String>,
    /// The verdict.
    pub verdict: Verdict,
    /// Why, one sentence, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TrialOutcome {
    /// Every step that ran passed.
    Passed,
    /// A step failed.
    Failed,
}

/// A whole run, as `provision` prints it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrialReport {
    /// How it ended.
    pub outcome: TrialOutcome,
    /// The steps in order.
    pub steps: Vec<StepReport>,
    /// What was sent against what landed.
    pub verification: Vec<Verification>,
    /// The id of a user that was created and is still there; clean-up is then offered.
    #[serde(rename = "leftBehind", default, skip_serializing_if = "Option::is_none")]
    pub left_behind: Option<String>,
}
