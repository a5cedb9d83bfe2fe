//! The scripts of a practice tenant: a bad day that people train on, by name, and what playing one has left behind.
//! Only words and values; the requests themselves are in `sandbox/demo/script`.

use jiff::Timestamp;

/// One story that can be played into a practice tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Script {
    /// A token that ends in the middle of a cycle.
    TokenExpiry,
    /// A mapping row whose attribute is spelt in other case.
    MappingCasing,
    /// Failures that pile up until Entra sends almost nothing.
    Quarantine,
    /// A create that is refused at every cycle because the account is there already.
    Duplicate,
    /// Leavers who come back.
    ReturningLeaver,
    /// All five, one after the other.
    BadDay,
}

impl Script {
    /// Every script, in the order of the screen.
    pub const ALL: [Self; 6] = [
        Self::TokenExpiry,
        Self::MappingCasing,
        Self::Quarantine,
        Self::Duplicate,
        Self::ReturningLeaver,
        Self::BadDay,
    ];

    /// Its word on the wire and on the command line.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::TokenExpiry => "token-expiry",
            Self::MappingCasing => "mapping-casing",
            Self::Quarantine => "quarantine",
            Self::Duplicate => "duplicate",
            Self::ReturningLeaver => "returning-leaver",
            Self::BadDay => "bad-day",
        }
    }

    /// The script of a word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|script| script.key() == key)
    }

    /// Every word, for whoever gave another one.
    #[must_use]
    pub fn keys() -> String {
        Self::ALL.map(Self::key).join(", ")
    }

    /// What it is, in a few words.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::TokenExpiry => "Token expires in mid-cycle",
            Self::MappingCasing => "Mapping in the wrong case",
            Self::Quarantine => "Quarantine",
            Self::Duplicate => "Duplicate at every cycle",
            Self::ReturningLeaver => "Leavers come back",
            Self::BadDay => "A bad day",
        }
    }

    /// What a trainee is going to see, in one sentence, and what stays behind.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::TokenExpiry => {
                "Entra’s token ends in the middle of a cycle and every request is refused until a new one is pasted; \
                 the expired token stays in the list."
            }
            Self::MappingCasing => {
                "Cost centres arrive with success and are dropped, because a mapping row is spelt in another case; the \
                 row stays for you to find and mend."
            }
            Self::Quarantine => {
                "Updates with a misspelt path fail and are retried, more of them each cycle, until Entra comes once a \
                 day; after the mending the cycles are back."
            }
            Self::Duplicate => {
                "A look-up loses the plus sign of an address and finds nobody, and the create is refused as a \
                 duplicate, cycle after cycle, until the address is changed."
            }
            Self::ReturningLeaver => {
                "Two leavers return: Entra finds the inactive account and switches it on, Okta creates it again and is \
                 refused."
            }
            Self::BadDay => {
                "All five in one day with everyday changes between them, each mended before the next begins; the \
                 mappings are left as they were, the expired token stays in the list."
            }
        }
    }

    /// What it shows, by the ids of the list of failures.
    #[must_use]
    pub const fn failures(self) -> &'static [&'static str] {
        match self {
            Self::TokenExpiry => &["token-invalid-or-expired"],
            Self::MappingCasing => &["wrong-casing-attribute"],
            Self::Quarantine => &["quarantine", "dot-vs-colon-extension-path"],
            Self::Duplicate => &["conflict-existing-user", "special-characters-in-lookup"],
            Self::ReturningLeaver => &["soft-delete-recreate-conflict"],
            Self::BadDay => &[
                "wrong-casing-attribute",
                "conflict-existing-user",
                "special-characters-in-lookup",
                "token-invalid-or-expired",
                "soft-delete-recreate-conflict",
                "quarantine",
                "dot-vs-colon-extension-path",
            ],
        }
    }
}

/// A script that was played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Played {
    /// Which.
    pub script: Script,
    /// How many requests were sent.
    pub requests: u64,
    /// The id of the first one in the tenant's log.
    pub first: String,
    /// The id of the last one.
    pub last: String,
    /// When the first one came, as the log has it.
    pub from: Timestamp,
    /// When the last one came.
    pub to: Timestamp,
    /// The word that stands in every request of this run and in no other: a query for it finds them.
    pub mark: String,
    /// The userNames of the people concerned, in the order of their first request.
    pub people: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_lead_back_and_descriptions_are_one_sentence() {
        for script in Script::ALL {
            assert_eq!(Script::from_key(script.key()), Some(script));
            let words = script.description();
            assert!(words.ends_with('.') && words.matches(". ").count() == 0, "{words}");
            assert!(!script.failures().is_empty());
        }
        assert_eq!(Script::from_key("Bad-Day"), None);
    }

    #[test]
    fn the_bad_day_shows_what_the_five_show() {
        let mut five: Vec<&str> = Script::ALL[..5].iter().flat_map(|script| script.failures()).copied().collect();
        let mut all = Script::BadDay.failures().to_vec();
        five.sort_unstable();
        all.sort_unstable();
        assert_eq!(five, all);
    }
}
