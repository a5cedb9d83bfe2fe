//! A saved connection to one tenant. What is typed is a [`ProfileDraft`]; only [`ProfileDraft::validate`] makes a [`Profile`].
//! A profile never holds a token: tokens live in the system credential store, by profile id.

mod address;
mod check;
mod reach;

use std::path::PathBuf;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use url::Url;

pub use check::mend_token;

/// What tells the secret of a directory's log from a tenant's token.
const DIRECTORY: &str = "#directory";

/// Identifies a profile for good, whatever its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProfileId(pub String);

impl ProfileId {
    /// The first practice tenant.
    #[must_use]
    pub fn sandbox() -> Self {
        Self("sandbox".to_owned())
    }

    /// A further practice tenant, by the first part of its path.
    #[must_use]
    pub fn practice(key: &str) -> Self {
        Self(format!("sandbox-{key}"))
    }

    /// Whether this is a built-in practice tenant.
    #[must_use]
    pub fn is_sandbox(&self) -> bool {
        self.practice_key().is_some()
    }

    /// Under which id the credential store keeps the secret of the directory's log, beside the tenant's token.
    #[must_use]
    pub fn directory_secret(&self) -> Self {
        Self(format!("{}{DIRECTORY}", self.0))
    }

    /// Whether this stands for the secret of a directory's log.
    #[must_use]
    pub fn is_directory_secret(&self) -> bool {
        self.0.ends_with(DIRECTORY)
    }

    /// The first part of a practice tenant's path; empty for the first tenant, `None` for a tenant elsewhere.
    #[must_use]
    pub fn practice_key(&self) -> Option<&str> {
        match self.0.strip_prefix("sandbox")? {
            "" => Some(""),
            rest => rest.strip_prefix('-').filter(|key| !key.is_empty()),
        }
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
    /// Whether a token that was saved for `saved` may go where this leads: to no origin (scheme, host and port) that is
    /// not one of the saved. An address that is not complete yet leads nowhere.
    #[must_use]
    pub fn keeps_token_of(&self, saved: &Self) -> bool {
        let origins = |draft: &Self| [&draft.scim_url, &draft.support_url].map(|typed| origin(typed));
        let known = origins(saved);
        origins(self).iter().flatten().all(|origin| known.iter().flatten().any(|known| known == origin))
    }
}

fn origin(typed: &str) -> Option<url::Origin> {
    address::stored(typed).filter(Url::has_host).map(|url| url.origin())
}

impl Profile {
    /// The base of the SCIM service as text that `/Users` can be put after: never with a slash at its end.
    #[must_use]
    pub fn scim_base(&self) -> &str {
        self.scim_url.as_str().trim_end_matches('/')
    }

    /// The base of the support API, likewise.
    #[must_use]
    pub fn support_base(&self) -> Option<&str> {
        self.support_url.as_ref().map(|url| url.as_str().trim_end_matches('/'))
    }

    /// The profile as typed, to edit it.
    #[must_use]
    pub fn draft(&self) -> ProfileDraft {
        let text = |url: &Option<Url>| url.as_ref().map(|url| url.as_str().trim_end_matches('/').to_owned());
        ProfileDraft {
            name: self.name.clone(),
            environment: self.environment,
            scim_url: self.scim_base().to_owned(),
            support_url: text(&self.support_url).unwrap_or_default(),
            identity_provider: self.identity_provider,
            proxy: text(&self.proxy).unwrap_or_default(),
            ca_file: self.ca_file.as_ref().map(|path| path.display().to_string()).unwrap_or_default(),
            token_issued_on: self.token_issued_on.map(|date| date.to_string()).unwrap_or_default(),
        }
    }
}
