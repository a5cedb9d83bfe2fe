//! Leavers whose account in the service is still there: the directory's own log says that it switched them off, and nobody
//! asked the service to, while others are sent as before. Only Okta tells it in the log of what it sends (`idp-facts.md` §3.1,
//! §3.3): a request follows within minutes, whether for a person or for an app that was taken from them.

use std::collections::HashMap;

use super::{InOrder, Seen, Step, Waiting};
use crate::domain::{
    exchange::{Operation, Outcome},
    journal::Record,
    problem::Severity,
};
use jiff::SignedDuration;

/// The pattern.
const NOT_SENT: &str = "deactivation-not-sent";
/// What Okta calls it. Who is suspended is not switched off elsewhere, and is not meant to be.
const LEFT: &str = "user.lifecycle.deactivate";
/// A request comes sooner than this, if it comes: after it, others that were sent show that nothing else holds it up.
const LATE: SignedDuration = SignedDuration::from_hours(1);
/// Somebody unknown who is switched off this soon may be any of those who left before.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Most leavers that are waited for.
const MOST: usize = 10_000;

/// Whether a record is the directory's own of somebody who left it.
pub(super) fn has_left(record: &Record) -> bool {
    record.summary.outcome == Outcome::Success && record.own_change() == Some(LEFT)
}

/// Those who left, by person.
#[derive(Debug, Default)]
pub(super) struct Leavers {
    left: HashMap<u64, Seen>,
    /// The last change of somebody that was done.
    sent: Option<Seen>,
}

impl Leavers {
    /// Somebody left who is active in the service, as far as is known.
    pub(super) fn leave(&mut self, who: u64, seen: Seen) {
        if self.left.len() < MOST {
            self.left.insert(who, seen);
        }
    }

    /// Takes a request in; `who` is not known by name where nothing has told whose id it is.
    pub(super) fn take(&mut self, step: &Step<'_>, who: Option<u64>, is_nameless: bool) {
        let is_end = matches!(step.record.summary.operation, Operation::Deactivate | Operation::Delete);
        if let Some(who) = who.filter(|_| is_end || step.is_write()) {
            // Whatever it was answered: a refusal is no silence.
            self.left.remove(&who);
        }
        if is_nameless && (is_end || step.is_blind()) {
            self.left.retain(|_, left| step.seen.at.duration_since(left.at) > DAY);
        }
        if step.done && step.is_write() {
            self.sent = Some(step.seen);
        }
    }

    /// Those whom nobody switched off, while others were sent.
    pub(super) fn waiting(&self) -> impl Iterator<Item = Waiting> {
        let sent = self.sent;
        self.left.iter().filter_map(move |(who, left)| {
            let other = sent.filter(|sent| sent.at.duration_since(left.at) >= LATE)?;
            let (severity, other, attribute) = (Severity::Warning, Some(other), None);
            Some(Waiting { who: *who, shown: InOrder { id: NOT_SENT, severity, seen: *left, other, attribute } })
        })
    }
}
