//! What can be asked of the practice tenants: plain data, like every command.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::domain::{
    house::Policy,
    practice::{FaultRule, Habit},
    profile::ProfileId,
    script::Script,
};

/// What the owner of the sandbox wants of its practice tenants. Each is answered with how the house stands then.
#[derive(Debug, Clone, PartialEq)]
pub enum HouseOrder {
    /// Only look.
    Look,
    /// Stop listening; `StartSandbox` starts it again at the same port, where that is still free.
    Stop,
    /// Add a tenant.
    Add {
        /// Its name.
        name: String,
        /// Whose rules it follows.
        policy: Policy,
        /// Whether a day of traffic is played into it. Answers `Progress`… first.
        with_a_day: bool,
    },
    /// Give a tenant another name.
    Rename {
        /// Which.
        tenant: ProfileId,
        /// The name.
        name: String,
    },
    /// Let a tenant follow other rules.
    Follow {
        /// Which.
        tenant: ProfileId,
        /// Whose rules.
        policy: Policy,
    },
    /// Keep requests for so many days.
    KeepDays {
        /// Whose.
        tenant: ProfileId,
        /// How many.
        days: u32,
    },
    /// Empty a tenant. Its tokens and settings stay. Answers `Progress`… first where a day is played.
    Reset {
        /// Which.
        tenant: ProfileId,
        /// Whether a day of traffic is played into it.
        with_a_day: bool,
    },
    /// Remove a tenant; it can be restored until the window closes.
    Remove(ProfileId),
    /// Restore a removed tenant.
    Restore(ProfileId),
    /// Give a tenant's file that cannot be used another name.
    PutAside(String),
    /// Make a token. Answers `TokenIssued`, the only time that its value is told.
    IssueToken {
        /// Of which tenant.
        tenant: ProfileId,
        /// What it is for.
        name: String,
        /// When it stops being accepted.
        end: Option<Timestamp>,
    },
    /// Take a token out of use; it can be restored until the window closes.
    RevokeToken {
        /// Of which tenant.
        tenant: ProfileId,
        /// Its id.
        token: String,
    },
    /// Accept a revoked token again.
    RestoreToken {
        /// Of which tenant.
        tenant: ProfileId,
        /// Its id.
        token: String,
    },
    /// Refuse these habits of directories from now on, and no others.
    Refuse {
        /// By which tenant.
        tenant: ProfileId,
        /// Which.
        habits: BTreeSet<Habit>,
    },
    /// Let requests go wrong from now on.
    AddFault {
        /// Of which tenant.
        tenant: ProfileId,
        /// Which, and how.
        rule: Box<FaultRule>,
    },
    /// Let them succeed again.
    RemoveFault {
        /// Of which tenant.
        tenant: ProfileId,
        /// The rule's id.
        rule: String,
    },
    /// Play a script. Answers `Progress`… where it takes its time, then `ScriptPlayed`.
    PlayScript {
        /// Into which tenant.
        tenant: ProfileId,
        /// Which.
        script: Script,
    },
}
