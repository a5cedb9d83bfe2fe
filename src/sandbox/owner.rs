//! What the owner of a sandbox does with a tenant in process: its name and policy, its counts, its tokens, how long it
//! keeps requests, and emptying it. A token's value is said once; only its hash is kept, also to undo a revocation.

use jiff::Timestamp;

use super::{
    Policy, Tenant,
    data::{Beginning, Keep, NewToken, broken},
    faults, tokens,
};
use crate::domain::{
    failure::{Failure, FailureKind},
    house::Standing,
    secret::Secret,
    tenant::TokenInfo,
};

const NAME: &str = "name";
const POLICY: &str = "policy";
const REMOVED: &str = "removed";

/// A token that was taken out of use, while that can still be undone.
pub struct Revoked(NewToken);

impl Revoked {
    /// Which.
    #[must_use]
    pub const fn info(&self) -> &TokenInfo {
        &self.0.info
    }
}

impl Tenant {
    /// The name that its owner gave it.
    #[must_use]
    pub fn given_name(&self) -> Option<String> {
        self.said(NAME)
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> String {
        self.given_name().unwrap_or_else(|| "Sandbox".to_owned())
    }

    /// Gives it another name; its addresses stay.
    ///
    /// # Errors
    /// When the database fails.
    pub fn rename(&self, name: &str) -> Result<(), Failure> {
        self.say(NAME, name)
    }

    /// Follows other rules from now on, and after the next start.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_policy(&self, policy: Policy) -> Result<(), Failure> {
        self.say(POLICY, policy.key())?;
        self.follow(policy);
        Ok(())
    }

    /// Follows the rules that its owner chose last, in another window too.
    pub(super) fn follow_what_was_chosen(&self) {
        if let Some(policy) = self.said(POLICY).and_then(|word| word.parse().ok()) {
            self.follow(policy);
        }
        match self.data().look(|session| session.refused_habits()) {
            Ok(habits) => self.follow_habits(habits),
            Err(error) => tracing::warn!(%error, "which habits a practice tenant refuses could not be read"),
        }
    }

    /// What it holds.
    ///
    /// # Errors
    /// When the database fails.
    pub fn standing(&self) -> Result<Standing, Failure> {
        let policy = self.policy();
        self.data()
            .look(|session| {
                let counts = session.counts()?;
                Ok(Standing {
                    policy,
                    users: counts.users,
                    requests: counts.requests,
                    failures: counts.failures,
                    kept_days: session.kept_days()?,
                    tokens: session.tokens()?,
                    faults: faults::rules(session)?,
                    refused: session.refused_habits()?,
                })
            })
            .map_err(|error| broken(&error))
    }

    /// Keeps requests for another number of days; older ones go at once.
    ///
    /// # Errors
    /// When the database fails.
    pub fn keep_days(&self, days: u32) -> Result<(), Failure> {
        let now = self.now();
        self.data()
            .session(Keep::Now, |session| {
                session.keep_days(days)?;
                session.forget_old_exchanges(now)
            })
            .map_err(|error| broken(&error))
    }

    /// Takes out what is older than requests are kept. Nothing is written where nothing is, so that a tenant opens while
    /// another window holds it; where that one is busy, it is left to the next time.
    pub(super) fn forget_old_requests(&self) {
        let now = self.now();
        let forgotten = self.data().look(|session| session.has_old_exchanges(now)).and_then(|any| {
            if any { self.data().session(Keep::Now, |session| session.forget_old_exchanges(now)) } else { Ok(()) }
        });
        if let Err(error) = forgotten {
            tracing::warn!(%error, "old requests of a practice tenant stay for now");
        }
    }

    /// Adds a random token, with an end where one is given.
    ///
    /// # Errors
    /// When the end lies in the past, or the database fails.
    pub fn issue_token_until(&self, name: &str, end: Option<Timestamp>) -> Result<(TokenInfo, Secret), Failure> {
        let now = self.now();
        if end.is_some_and(|end| end <= now) {
            return Err(Failure::new(
                FailureKind::Invalid,
                "The token was not issued",
                "Its end lies in the past.",
                "Choose a later end, or none.",
            ));
        }
        let value = tokens::random();
        self.data()
            .session(Keep::Now, |session| tokens::add(session, name, &value, now, end))
            .map(|info| (info, value))
            .map_err(|error| broken(&error))
    }

    /// Takes a token out of use at once; `None` when there is none with this id.
    ///
    /// # Errors
    /// When the database fails.
    pub fn revoke_token(&self, id: &str) -> Result<Option<Revoked>, Failure> {
        self.data()
            .session(Keep::Now, |session| {
                let token = session.whole_token(id)?;
                session.remove_token(id)?;
                Ok(token.map(Revoked))
            })
            .map_err(|error| broken(&error))
    }

    /// Accepts a revoked token again.
    ///
    /// # Errors
    /// When the database fails.
    pub fn restore_token(&self, Revoked(token): &Revoked) -> Result<(), Failure> {
        self.data().session(Keep::Now, |session| session.add_token(token)).map_err(|error| broken(&error))
    }

    /// Empties it: no user, no request, the mappings and custom fields of a fresh tenant. Its tokens, its name and its
    /// settings stay, and no request will ever have the number of one that was there.
    ///
    /// # Errors
    /// When the database fails; then nothing was emptied.
    pub fn empty(&self) -> Result<(), Failure> {
        let (beginning, now) = (Beginning::of_a_fresh_tenant()?, self.now());
        self.data().session(Keep::Now, |session| session.empty(&beginning, now)).map_err(|error| broken(&error))
    }

    /// Whether it was removed, and is only there so that this can be undone.
    pub(super) fn is_removed(&self) -> bool {
        self.said(REMOVED).is_some()
    }

    pub(super) fn set_removed(&self, removed: bool) -> Result<(), Failure> {
        if removed {
            return self.say(REMOVED, "yes");
        }
        self.data().session(Keep::Now, |session| session.unsay_about(REMOVED)).map_err(|error| broken(&error))
    }

    fn said(&self, key: &str) -> Option<String> {
        self.data().look(|session| session.about(key)).unwrap_or_else(|error| {
            tracing::warn!(%error, "what is said of a practice tenant could not be read");
            None
        })
    }

    fn say(&self, key: &str, value: &str) -> Result<(), Failure> {
        self.data().session(Keep::Now, |session| session.say_about(key, value)).map_err(|error| broken(&error))
    }
}
