//! The dialogs of the Sandbox screen: what each asks for, and what is chosen in it. They hold what is typed and do nothing.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{
    house::Policy,
    practice::{Fault, FaultScope},
    profile::ProfileId,
    secret::Secret,
};

/// When a new token ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum End {
    /// Never.
    #[default]
    Never,
    /// After an hour, to rehearse an expiry.
    Hour,
    /// After a week.
    Week,
    /// After ninety days.
    Quarter,
}

impl End {
    /// Every choice.
    pub const ALL: [Self; 4] = [Self::Never, Self::Hour, Self::Week, Self::Quarter];

    /// The words on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Never => "Never",
            Self::Hour => "In 1 hour",
            Self::Week => "In 7 days",
            Self::Quarter => "In 90 days",
        }
    }

    pub(super) fn at(self, now: Timestamp) -> Option<Timestamp> {
        let hours = match self {
            Self::Never => return None,
            Self::Hour => 1,
            Self::Week => 7 * 24,
            Self::Quarter => 90 * 24,
        };
        now.checked_add(SignedDuration::from_hours(hours)).ok()
    }
}

/// How often a fault strikes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Often {
    /// Every time.
    #[default]
    Always,
    /// The next time alone.
    Once,
    /// The next ten times.
    Ten,
    /// One time in ten.
    Tenth,
}

impl Often {
    /// Every choice.
    pub const ALL: [Self; 4] = [Self::Always, Self::Once, Self::Ten, Self::Tenth];

    /// The words on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Always => "Always",
            Self::Once => "Once",
            Self::Ten => "Ten times",
            Self::Tenth => "One in ten",
        }
    }
}

/// The methods that a fault can be kept to.
pub const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// The dialog that is open.
#[derive(Debug, Clone, PartialEq)]
pub enum Dialog {
    /// A new tenant.
    NewTenant {
        /// Its name.
        name: String,
        /// Whose rules it follows.
        policy: Policy,
        /// Whether a day of traffic is played into it.
        with_a_day: bool,
    },
    /// Another name for a tenant.
    Rename {
        /// Which.
        tenant: ProfileId,
        /// The name.
        name: String,
    },
    /// A new token.
    NewToken {
        /// Of which tenant.
        tenant: ProfileId,
        /// What it is for.
        name: String,
        /// When it ends.
        end: End,
    },
    /// A token that was just made.
    ShownToken {
        /// What it is for.
        name: String,
        /// Its value, until the dialog is closed.
        value: Secret,
    },
    /// What is to go wrong.
    NewFault {
        /// With which tenant.
        tenant: ProfileId,
        /// What.
        fault: Fault,
        /// Only with this method.
        method: Option<&'static str>,
        /// Only with paths that hold this.
        path: String,
        /// Only with this userName.
        user: String,
        /// How often.
        often: Often,
    },
    /// The question before a tenant is emptied.
    Reset {
        /// Which.
        tenant: ProfileId,
        /// Whether a day of traffic is played into it.
        with_a_day: bool,
    },
}

impl Dialog {
    /// The dialog of a new tenant, as it opens.
    #[must_use]
    pub fn new_tenant() -> Box<Self> {
        Box::new(Self::NewTenant { name: String::new(), policy: Policy::default(), with_a_day: true })
    }
}

/// The requests that a new fault is to strike.
pub(super) fn scope(method: Option<&str>, path: &str, user: &str, often: Often) -> FaultScope {
    let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    FaultScope {
        method: method.map(str::to_owned),
        path: text(path),
        user: text(user),
        every: (often == Often::Tenth).then_some(10),
        times: match often {
            Often::Once => Some(1),
            Often::Ten => Some(10),
            Often::Always | Often::Tenth => None,
        },
        ..FaultScope::default()
    }
}
