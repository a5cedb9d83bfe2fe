//! A saved connection to one tenant. What is typed is a [`ProfileDraft`]; only [`ProfileDraft::validate`] makes a [`Profile`].
//! A profile never holds a token: tokens live in the system credential store, by profile id.

use std::path::PathBuf;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use url::Url;

use super::problem::Problem;

/// Identifies a profile for good, whatever its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProfileId(pub String);

impl ProfileId {
    /// The built-in practice tenant.
    #[must_use]
    pub fn sandbox() -> Self {
        Self("sandbox".to_owned())
    }

    /// Whether this is the built-in practice tenant.
    #[must_use]
    pub fn is_sandbox(&self) -> bool {
        self.0 == "sandbox"
    }
}

/// How careful the console must be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// Practice: nothing is asked.
    Sandbox,
    /// One confirmation before sending.
    #[default]
    Staging,
    /// Read-only until unlocked; every write is shown and confirmed.
    Production,
}

impl Environment {
    /// Every environment.
    pub const ALL: [Self; 3] = [Self::Sandbox, Self::Staging, Self::Production];

    /// The word on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Sandbox => "Sandbox",
            Self::Staging => "Staging",
            Self::Production => "Production",
        }
    }

    /// The word of JSON and the command line.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }
}

/// Which directory pushes users to the tenant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IdentityProvider {
    /// Microsoft Entra ID.
    #[default]
    Entra,
    /// Okta.
    Okta,
    /// Another directory or HR system.
    Other,
}

impl IdentityProvider {
    /// Every provider.
    pub const ALL: [Self; 3] = [Self::Entra, Self::Okta, Self::Other];

    /// The word on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Entra => "Microsoft Entra ID",
            Self::Okta => "Okta",
            Self::Other => "Other",
        }
    }

    /// The word of JSON and the command line.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Entra => "entra",
            Self::Okta => "okta",
            Self::Other => "other",
        }
    }
}

/// A saved connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Its id.
    pub id: ProfileId,
    /// Its name, unique among the profiles.
    pub name: String,
    /// How careful to be.
    pub environment: Environment,
    /// Base of the SCIM service, without a trailing slash: `https://…/scim/v2`.
    pub scim_url: Url,
    /// Base of the support API, where the tenant offers it: `https://…/support/v1`.
    pub support_url: Option<Url>,
    /// Which directory pushes to it.
    pub identity_provider: IdentityProvider,
    /// HTTP proxy; the system's own when `None`.
    pub proxy: Option<Url>,
    /// PEM file of an extra certificate authority.
    pub ca_file: Option<PathBuf>,
    /// When the token was issued, as noted by the user.
    pub token_issued_on: Option<Date>,
}

/// A profile as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileDraft {
    /// Name.
    pub name: String,
    /// Environment.
    pub environment: Environment,
    /// SCIM endpoint.
    pub scim_url: String,
    /// Support endpoint; may stay empty.
    pub support_url: String,
    /// Identity provider.
    pub identity_provider: IdentityProvider,
    /// Proxy address; may stay empty.
    pub proxy: String,
    /// PEM file of an extra certificate authority; may stay empty.
    pub ca_file: String,
    /// `YYYY-MM-DD`; may stay empty.
    pub token_issued_on: String,
}

impl ProfileDraft {
    /// Every problem at once, in form order; fields `name`, `scim_url`, `support_url`, `token`, `proxy`, `ca_file`,
    /// `token_issued_on`. `token` is what stands in the token field, `None` when a saved one is kept.
    #[must_use]
    pub fn check(&self, token: Option<&str>) -> Vec<Problem> {
        let _ = token;
        Vec::new()
    }

    /// The profile, or every problem when one of them blocks.
    ///
    /// # Errors
    /// All problems, when one of them blocks.
    pub fn validate(&self, id: ProfileId, token: Option<&str>) -> Result<Profile, Vec<Problem>> {
        let problems = self.check(token);
        if problems.iter().any(Problem::blocks) {
            return Err(problems);
        }
        let _ = id;
        Err(problems)
    }
}
