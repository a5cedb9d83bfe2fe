//! What one request alone does not show: what came before it. A small state for each person and one for the tenant, fed
//! oldest first; it is bounded, and says only what the order of requests bears out.

use std::collections::HashMap;

use jiff::{Timestamp, ToSpan as _};
use serde_json::Value;

use super::pace::Pace;
use crate::domain::{
    exchange::{Operation, Outcome},
    journal::Record,
    problem::Severity,
};

/// Most people that are followed at a time; beyond it all are forgotten, and followed anew.
const MOST_PEOPLE: usize = 200_000;
/// A look-up belongs to the create that follows it this soon, minutes.
const SOON: i64 = 10;
/// So many changes of active to and fro are no accident.
const TURNS: u8 = 3;

/// What is known of the requests so far.
#[derive(Debug, Default)]
pub(super) struct Sequences {
    people: HashMap<String, Person>,
    /// Whether the last answers were 2xx, and how many in a row.
    run: u32,
    refused: bool,
    pace: Pace,
}

/// What is known of one person.
#[derive(Debug, Default, Clone)]
struct Person {
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
    external_id: Option<String>,
}

impl Sequences {
    /// Takes the next request in; the patterns that it completes, an error where it failed.
    pub(super) fn take(&mut self, record: &Record) -> Vec<(&'static str, Severity)> {
        let mut found = Vec::new();
        found.extend(self.token_stopped_working(record));
        found.extend(self.pace.drops_with(record).then_some("quarantine"));
        let summary = &record.summary;
        if let Some(name) = summary.user.as_deref().or(summary.resource_id.as_deref()) {
            if self.people.len() >= MOST_PEOPLE {
                self.people.clear();
            }
            self.people.entry(name.to_lowercase()).or_default().take(record, &mut found);
        }
        let has_failed = summary.outcome == Outcome::Failure;
        let severity = if has_failed { Severity::Error } else { Severity::Warning };
        found.into_iter().map(|id| (id, severity)).collect()
    }

    /// The first 401 after answers of 2xx.
    fn token_stopped_working(&mut self, record: &Record) -> Option<&'static str> {
        match record.summary.status {
            Some(401) => {
                let first = self.run >= 3 && !std::mem::replace(&mut self.refused, true);
                self.run = 0;
                first.then_some("token-invalid-or-expired")
            }
            Some(200..300) => {
                self.run = self.run.saturating_add(1);
                self.refused = false;
                None
            }
            _ => None,
        }
    }
}

impl Person {
    fn take(&mut self, record: &Record, found: &mut Vec<&'static str>) {
        let summary = &record.summary;
        let done = matches!(summary.outcome, Outcome::Success | Outcome::Warning);
        match summary.operation {
            Operation::Match if done => {
                self.not_found = finds_nobody(record).then_some(summary.at);
            }
            Operation::Create if summary.status == Some(409) => self.conflict(summary.at, found),
            Operation::Create if done => self.create(record, found),
            Operation::Deactivate | Operation::Activate if done => {
                self.turn(summary.operation == Operation::Activate, found);
            }
            Operation::Delete if done => self.deleted = true,
            Operation::Read | Operation::Update | Operation::SetManager | Operation::Deactivate
                if summary.status == Some(404) && self.created.is_some() && !self.deleted =>
            {
                found.push("anchor-lost-404");
            }
            _ => {}
        }
        let sent = record.exchange.as_ref().and_then(|exchange| exchange.request.body.get("externalId"));
        if let Some(sent) = sent.and_then(Value::as_str).filter(|_| done) {
            let before = self.external_id.replace(sent.to_owned());
            if before.is_some_and(|before| before != sent) {
                found.push("externalid-changed-or-wrong-source");
            }
        }
    }

    /// Refused because there is somebody already.
    fn conflict(&mut self, at: Timestamp, found: &mut Vec<&'static str>) {
        let looked_up = self.not_found.take().and_then(|looked| looked.checked_add(SOON.minutes()).ok());
        if self.deleted || self.active == Some(false) {
            found.push("soft-delete-recreate-conflict");
        } else if looked_up.is_some_and(|until| at <= until) {
            // The look-up found nobody, and the create somebody: they do not compare names alike.
            found.push("filter-case-sensitivity");
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
}

/// Whether it is a look-up that found nobody.
pub(super) fn finds_nobody(record: &Record) -> bool {
    let answer = record.exchange.as_ref().and_then(|exchange| exchange.response.as_ref());
    let total = answer.and_then(|answer| answer.body.get("totalResults")).and_then(Value::as_u64);
    record.summary.operation == Operation::Match && total == Some(0)
}
