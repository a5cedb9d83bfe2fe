//! Leavers whose account in the service is still there: Okta says in the same log that it switched them off itself, and nobody
//! asked the service to, while others are sent as before (`idp-facts.md` §3.1, §3.3): a request follows within minutes. Entra's
//! provisioning log does not tell who was switched off in Entra. Where it may be that somebody asked, nothing is said.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{InOrder, Seen, Step, Waiting};
use crate::domain::{
    exchange::{Operation, Outcome, truth},
    journal::Record,
    problem::Severity,
    profile::IdentityProvider,
};

/// The pattern.
const NOT_SENT: &str = "deactivation-not-sent";
/// What Okta calls it. Who is suspended is not switched off elsewhere, and is not meant to be.
const LEFT: &str = "user.lifecycle.deactivate";
const BACK: [&str; 2] = ["user.lifecycle.activate", "user.lifecycle.reactivate"];
/// A request comes sooner than this, if it comes: after it, others that were sent show that nothing else holds it up.
const LATE: SignedDuration = SignedDuration::from_hours(1);
/// Somebody unknown who is switched off this soon before or after may be any of those who left.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Most leavers that are waited for. Beyond it all are forgotten, and waited for anew.
const MOST: usize = 10_000;

/// What Okta says of somebody in its own directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Own {
    Left,
    Back,
    Other,
}

impl Own {
    /// `None` of a request to the service.
    pub(super) fn of(record: &Record) -> Option<Self> {
        let kind = record.own_change()?;
        let is_done = record.summary.outcome == Outcome::Success;
        Some(match kind {
            LEFT if is_done => Self::Left,
            _ if is_done && BACK.contains(&kind) => Self::Back,
            _ => Self::Other,
        })
    }
}

/// What is known of whom a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// An id, and nothing has told whose it is.
    Nameless,
    /// Somebody who was not sent before: the service may call anybody so.
    Stranger,
    Sent,
}

/// Those who left, by person.
#[derive(Debug, Default)]
pub(super) struct Leavers {
    left: HashMap<u64, Seen>,
    /// The last change of a person that Okta may have sent and that was done.
    sent: Option<Seen>,
    /// When somebody was last switched off, or may have been, of whom nothing tells who it is.
    anybody_off: Option<Timestamp>,
}

impl Leavers {
    /// Takes in what Okta says of itself; `is_there` where they are active in the service, as far as is known.
    pub(super) fn hear(&mut self, own: Own, who: u64, seen: Seen, is_there: bool) {
        match own {
            Own::Left if is_there => {
                let may_be_done = self.anybody_off.is_some_and(|off| seen.at.duration_since(off) <= DAY);
                if self.left.len() >= MOST {
                    self.left.clear();
                }
                if !may_be_done {
                    self.left.insert(who, seen);
                }
            }
            Own::Back => drop(self.left.remove(&who)),
            Own::Left | Own::Other => {}
        }
    }

    /// Takes a request in that is about these people, by its id and by its name.
    pub(super) fn take(&mut self, step: &Step<'_>, whom: [Option<u64>; 2], known: Known) {
        let summary = &step.record.summary;
        if is_about_a_group(step) {
            return;
        }
        // Whatever it was answered: a refusal is no silence. What a PUT or a request without a body held, nobody knows.
        let is_end = matches!(summary.operation, Operation::Deactivate | Operation::Delete)
            || summary.path.to_ascii_lowercase().ends_with("/bulk");
        let may_end = is_end || step.is_blind();
        let is_settled = matches!(summary.operation, Operation::Create | Operation::Activate)
            || summary.method == "PUT"
            || summary.status == Some(404)
            || shows_active(step) == Some(false);
        if may_end || is_settled {
            for who in whom.into_iter().flatten() {
                self.left.remove(&who);
            }
        }
        if may_end && known == Known::Nameless || is_end && known == Known::Stranger {
            self.left.retain(|_, left| step.seen.at.duration_since(left.at) > DAY);
            self.anybody_off = Some(step.seen.at);
        }
        if is_sent(step) {
            self.sent = Some(step.seen);
        }
    }

    /// Those whom nobody switched off, while others were sent. It is inferred from silence, so it is a warning however much
    /// harm it does.
    pub(super) fn waiting(&self) -> impl Iterator<Item = Waiting> {
        let sent = self.sent;
        self.left.iter().filter_map(move |(who, left)| {
            let other = sent.filter(|sent| sent.at.duration_since(left.at) >= LATE)?;
            let (severity, other, attribute) = (Severity::Warning, Some(other), None);
            Some(Waiting { who: *who, shown: InOrder { id: NOT_SENT, severity, seen: *left, other, attribute } })
        })
    }
}

/// Whether it is a change of a person that was done, and that Okta may have sent.
pub(super) fn is_sent(step: &Step<'_>) -> bool {
    step.done && step.is_write() && !is_about_a_group(step) && step.record.directory() != IdentityProvider::Entra
}

/// What an answer shows of their being active.
pub(super) fn shows_active(step: &Step<'_>) -> Option<bool> {
    truth(Some(step.answer().filter(|_| step.done)?.get("active")?))
}

fn is_about_a_group(step: &Step<'_>) -> bool {
    let is_group =
        |event: &Value| event.get("sourceIdentity")?.get("identityType")?.as_str().map(|kind| kind == "Group");
    step.record.summary.path.to_ascii_lowercase().contains("/groups")
        || step.record.event.as_ref().and_then(is_group).unwrap_or_default()
}
