//! What the owner of a sandbox sees of its practice tenants: their rules, addresses, counts and tokens, as values.
//! A token's value is never among them.

use std::collections::BTreeSet;

use super::{
    failure::Failure,
    practice::{FaultRule, Habit},
    profile::{Profile, ProfileId},
    tenant::TokenInfo,
};

/// How many days a tenant keeps its requests, unless told otherwise.
pub const KEPT_DAYS: u32 = 30;
/// The id that a practice tenant goes by where learner profiles are read; its secret is any token of the tenant.
pub const LEARNER_API_ID: &str = "eu-west-2_Sandbox01";
/// The choices of how long requests are kept, in days.
pub const DAYS_CHOICES: [u32; 4] = [7, 30, 90, 365];

/// Whose rules a practice tenant follows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Policy {
    /// The vendor's guide: only userName can be filtered on, and only what lands is kept.
    #[default]
    Thrive,
    /// RFC 7643 and RFC 7644 whole.
    Rfc,
}

impl Policy {
    /// Every policy, in the order of the screen.
    pub const ALL: [Self; 2] = [Self::Thrive, Self::Rfc];

    /// Its word on the command line.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Thrive => "thrive",
            Self::Rfc => "rfc",
        }
    }

    /// Its name on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Thrive => "Thrive’s guide",
            Self::Rfc => "RFC 7644",
        }
    }

    /// What it means, in one sentence.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Thrive => "Only userName can be filtered on, and only mapped attributes are kept.",
            Self::Rfc => "All of RFC 7643 and 7644: every filter and attribute, groups, bulk, order and cursors.",
        }
    }
}

impl std::str::FromStr for Policy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|policy| policy.key() == text)
            .ok_or_else(|| format!("The policy {text} is not known. It is thrive or rfc."))
    }
}

/// How much one practice tenant holds, and how it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Whose rules it follows.
    pub policy: Policy,
    /// Users.
    pub users: u64,
    /// Requests in its log.
    pub requests: u64,
    /// How many of them failed.
    pub failures: u64,
    /// For how many days requests are kept.
    pub kept_days: u32,
    /// Its tokens, oldest first.
    pub tokens: Vec<TokenInfo>,
    /// What goes wrong with its requests.
    pub faults: Vec<FaultRule>,
    /// The habits of directories that it refuses.
    pub refused: BTreeSet<Habit>,
}

/// One practice tenant.
#[derive(Debug, Clone, PartialEq)]
pub struct HousedTenant {
    /// Its name and where it is reached; where it was reached last, while the sandbox is stopped.
    pub profile: Profile,
    /// What it holds.
    pub standing: Standing,
    /// The token that this window uses itself.
    pub own_token: Option<String>,
}

/// A practice tenant whose file cannot be used.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut {
    /// The name of the file.
    pub file: String,
    /// Why.
    pub failure: Failure,
}

/// Every practice tenant of the sandbox, the first one first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HouseState {
    /// Whether it listens.
    pub running: bool,
    /// Those that are not among the tenants although they have a file.
    pub left_out: Vec<LeftOut>,
    /// The tenants.
    pub tenants: Vec<HousedTenant>,
}

impl HouseState {
    /// One tenant.
    #[must_use]
    pub fn tenant(&self, id: &ProfileId) -> Option<&HousedTenant> {
        self.tenants.iter().find(|tenant| tenant.profile.id == *id)
    }
}

/// The key of a new tenant, the first part of its path: its name in lower-case letters, digits and hyphens, unlike any
/// that is taken.
#[must_use]
pub fn tenant_key(name: &str, taken: impl Fn(&str) -> bool) -> String {
    const RESERVED: [&str; 4] = ["scim", "support", "rest", "oauth2"];
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut key: String = words.join("-").chars().take(40).collect();
    if key.is_empty() {
        "tenant".clone_into(&mut key);
    }
    if !RESERVED.contains(&key.as_str()) && !taken(&key) {
        return key;
    }
    let mut number = 2_u32;
    while taken(&format!("{key}-{number}")) {
        number += 1;
    }
    format!("{key}-{number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_plain_and_nobody_elses() {
        let free = |_: &str| false;
        for (name, key) in [
            ("Acme Ltd", "acme-ltd"),
            ("  Zoë & Söhne ", "zo-s-hne"),
            ("株式会社", "tenant"),
            ("SCIM", "scim-2"),
            ("a/../b", "a-b"),
        ] {
            assert_eq!(tenant_key(name, free), key, "{name}");
        }
        assert_eq!(tenant_key("Acme", |key| ["acme", "acme-2"].contains(&key)), "acme-3");
    }
}
