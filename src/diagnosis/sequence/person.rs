//! One person's way through the requests: found or not, created, switched on and off, deleted.

use jiff::{Timestamp, ToSpan as _};
use serde_json::Value;

use super::{Step, values::Values};
use crate::domain::{exchange::Operation, journal::Record};

/// A look-up belongs to the create that follows it this soon, minutes.
const SOON: i64 = 10;
/// So many changes of active to and fro are no accident.
const TURNS: u8 = 3;

/// What is known of one person.
#[derive(Debug, Default, Clone)]
pub(super) struct Person {
    /// When a look-up last found nobody.
    not_found: Option<Timestamp>,
    /// Whether a request created them, and the id that they got.
    created: Option<String>,
    /// The last that was said of their being active.
    active: Option<bool>,
    /// How often that changed.
    turns: u8,
    /// Whether they were deleted.
    deleted: bool,
    /// Their externalId, and the one before it.
    external_ids: [Option<String>; 2],
    pub(super) values: Values,
}

impl Person {
    /// Takes the next request about them in; `taken` where the externalId it brings is somebody else's.
    pub(super) fn take(&mut self, step: &Step<'_>, taken: bool, found: &mut Vec<&'static str>) {
        let summary = &step.record.summary;
        match summary.operation {
            Operation::Match if step.done => {
                self.not_found = finds_nobody(step.record).then_some(summary.at);
            }
            Operation::Create if summary.status == Some(409) => self.conflict(summary.at, taken, found),
            Operation::Create if step.done => self.create(step.record, found),
            Operation::Deactivate | Operation::Activate if step.done => {
                self.turn(summary.operation == Operation::Activate, found);
            }
            Operation::Delete if step.done => self.deleted = true,
            Operation::Read | Operation::Update | Operation::SetManager | Operation::Deactivate
                if summary.status == Some(404) && self.created.is_some() && !self.deleted =>
            {
                found.push("anchor-lost-404");
            }
            _ => {}
        }
        if let Some(sent) = step.external_id.filter(|_| step.done) {
            self.known_as(sent, found);
        }
    }

    /// Refused because there is somebody already.
    fn conflict(&mut self, at: Timestamp, taken: bool, found: &mut Vec<&'static str>) {
        let looked_up = self.not_found.take().and_then(|looked| looked.checked_add(SOON.minutes()).ok());
        if self.deleted || self.active == Some(false) {
            found.push("soft-delete-recreate-conflict");
        } else if looked_up.is_some_and(|until| at <= until) {
            // The look-up found nobody by the name. Either the externalId is somebody else's, or names are not compared
            // alike.
            found.push(if taken { "conflict-external-id" } else { "filter-case-sensitivity" });
        }
    }

    fn create(&mut self, record: &Record, found: &mut Vec<&'static str>) {
        let id = record.summary.resource_id.clone();
        if self.deleted && self.created.is_some() && self.created != id {
            found.push("hard-delete-data-loss");
        }
        *self =
            Self { created: Some(id.unwrap_or_default()), active: Some(true), turns: self.turns, ..Self::default() };
    }

    /// Active to and fro.
    fn turn(&mut self, active: bool, found: &mut Vec<&'static str>) {
        if self.active.replace(active).is_some_and(|before| before != active) {
            self.turns = self.turns.saturating_add(1);
            if self.turns >= TURNS && !active {
                found.push("unexpected-deactivation");
            }
        }
    }

    /// Another externalId is a change of its source; the one from before again means two people who take turns.
    fn known_as(&mut self, sent: &str, found: &mut Vec<&'static str>) {
        let [now, before] = &mut self.external_ids;
        if now.as_deref() == Some(sent) {
            return;
        }
        if now.is_some() {
            let again = before.as_deref() == Some(sent);
            found.push(if again { "matching-duplicates-source" } else { "externalid-changed-or-wrong-source" });
        }
        *before = now.replace(sent.to_owned());
    }
}

/// Whether it is a look-up that found nobody.
pub(in crate::diagnosis) fn finds_nobody(record: &Record) -> bool {
    let answer = record.exchange.as_ref().and_then(|exchange| exchange.response.as_ref());
    let total = answer.and_then(|answer| answer.body.get("totalResults")).and_then(Value::as_u64);
    record.summary.operation == Operation::Match && total == Some(0)
}
