//! One person's way through the requests: found or not, created, switched on and off, deleted.

use jiff::{SignedDuration, ToSpan as _};
use serde_json::Value;

use super::{
    Found, Seen, Step,
    leavers::{is_sent, shows_active},
    values::Values,
};
use crate::domain::{
    attribute::AttributeName,
    exchange::{Operation, truth},
    journal::Record,
};

/// A look-up belongs to the create that follows it this soon, minutes.
const SOON: i64 = 10;
/// So many changes of active to and fro are no accident.
const TURNS: u8 = 3;
/// Who is switched on again later than this came back: a season is no slip.
const BACK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What is known of one person.
#[derive(Debug, Default, Clone)]
pub(super) struct Person {
    /// The look-up that last found nobody.
    not_found: Option<Seen>,
    /// The request that created them, and the id that they got.
    created: Option<(String, Seen)>,
    /// The last that was said of their being active.
    active: Option<(bool, Seen)>,
    /// How often that changed.
    turns: u8,
    /// Whether a change of them was done that Okta may have sent.
    sent: bool,
    /// Whether an answer showed them switched off, and none since showed them at work.
    shown_off: bool,
    /// The request that deleted them, and the id that they had.
    deleted: Option<(String, Seen)>,
    /// Their externalId, and the one before it.
    external_ids: [Option<(String, Seen)>; 2],
    pub(super) values: Values,
}

impl Person {
    /// Takes the next request about them in; `taken` where the externalId it brings is somebody else's.
    pub(super) fn take(&mut self, step: &Step<'_>, taken: Option<Seen>, found: &mut Found) {
        let summary = &step.record.summary;
        match summary.operation {
            Operation::Match if step.done => {
                self.not_found = finds_nobody(step.record).then_some(step.seen);
            }
            Operation::Create if summary.status == Some(409) => self.conflict(step.seen, taken, found),
            Operation::Create if step.done => self.create(step, found),
            // It may have been created: a conflict that follows says nothing of the look-up.
            Operation::Create if step.is_blind() => self.not_found = None,
            // Who is not there any more is deleted, too.
            Operation::Delete if step.done || summary.status == Some(404) && step.is_refused_by_scim() => {
                self.deleted = Some((summary.resource_id.clone().unwrap_or_default(), step.seen));
            }
            Operation::Read | Operation::Update | Operation::SetManager | Operation::Deactivate
                if summary.status == Some(404) && self.deleted.is_none() =>
            {
                let same = |(id, _): &&(String, Seen)| summary.resource_id.as_deref() == Some(id);
                found.extend(self.created.as_ref().filter(same).map(|(_, seen)| ("anchor-lost-404", Some(*seen))));
                // Whoever was switched off and is not there any more was deleted by it.
                let id = summary.resource_id.clone().filter(|_| step.is_refused_by_scim());
                if let (Some((false, off)), Some(id)) = (self.active, id) {
                    self.deleted = Some((id, off));
                }
            }
            _ => {}
        }
        if let Some(active) = active_after(step).filter(|_| summary.operation != Operation::Create) {
            self.turn(active, step.seen, found);
        }
        if let Some(sent) = step.external_id.filter(|_| step.done) {
            self.known_as(sent, step.seen, found);
        }
        self.sent |= is_sent(step);
        self.shown_off = shows_active(step).map_or(self.shown_off, |active| !active);
    }

    /// Whether the service was ever told anything of them, maybe by Okta, and took it.
    pub(super) const fn was_sent(&self) -> bool {
        self.sent
    }

    /// The same, and they are active there, as far as is known.
    pub(super) fn is_there(&self) -> bool {
        self.sent && !self.shown_off && self.is_at_work()
    }

    /// Whether they are there and active, as far as is known.
    pub(super) fn is_at_work(&self) -> bool {
        self.deleted.is_none() && self.active.is_none_or(|(active, _)| active)
    }

    /// Whether an externalId is theirs; `None` where one of the two is not known.
    pub(super) fn has_external_id(&self, sent: Option<&str>) -> Option<bool> {
        self.external_ids[0].as_ref().zip(sent).map(|((known, _), sent)| known == sent)
    }

    /// They have another user name now.
    pub(super) fn is_renamed(&mut self) {
        self.created = None;
    }

    /// Refused because there is somebody already.
    fn conflict(&mut self, now: Seen, taken: Option<Seen>, found: &mut Found) {
        let soon = |looked: &Seen| looked.at.checked_add(SOON.minutes()).is_ok_and(|until| now.at <= until);
        // Who was created before the look-up was there to be found, however long ago that was.
        let was_there = |looked: &Seen| self.created.as_ref().is_some_and(|(_, created)| created.at < looked.at);
        let looked_up = self.not_found.filter(|looked| soon(looked) || was_there(looked));
        self.not_found = None;
        let switched_off = self.active.filter(|(active, _)| !active).map(|(_, seen)| seen);
        if let Some(gone) = self.deleted.as_ref().map(|(_, seen)| *seen).or(switched_off) {
            found.push(("soft-delete-recreate-conflict", Some(gone)));
        } else if looked_up.is_some() {
            // The look-up found nobody by the name. Either the externalId is somebody else's, or names are not compared
            // alike.
            found.push(match taken {
                Some(taken) => ("conflict-external-id", Some(taken)),
                None => ("filter-case-sensitivity", looked_up),
            });
        }
    }

    fn create(&mut self, step: &Step<'_>, found: &mut Found) {
        let id = step.record.summary.resource_id.clone().unwrap_or_default();
        let is_another =
            |(before, _): &&(String, Seen)| !before.is_empty() && !id.is_empty() && !before.eq_ignore_ascii_case(&id);
        if let Some((_, deleted)) = self.deleted.as_ref().filter(is_another) {
            found.push(("hard-delete-data-loss", Some(*deleted)));
        }
        let (created, active) = (Some((id, step.seen)), Some((active_after(step).unwrap_or(true), step.seen)));
        *self = Self { created, active, turns: self.turns, ..Self::default() };
    }

    /// Active to and fro.
    fn turn(&mut self, active: bool, now: Seen, found: &mut Found) {
        let Some((before, seen)) = self.active.replace((active, now)).filter(|(before, _)| *before != active) else {
            return;
        };
        let is_soon = now.at.duration_since(seen.at) <= BACK;
        self.turns = if is_soon { self.turns.saturating_add(1) } else { 0 };
        if self.turns >= TURNS && before {
            found.push(("unexpected-deactivation", Some(seen)));
        }
    }

    /// Another externalId is a change of its source; the one from before again means two people who take turns.
    fn known_as(&mut self, sent: &str, seen: Seen, found: &mut Found) {
        let [now, before] = &mut self.external_ids;
        let is = |known: &Option<(String, Seen)>| known.as_ref().is_some_and(|(known, _)| known == sent);
        if is(now) {
            return;
        }
        if let Some((_, last)) = now {
            let again = is(before);
            let id = if again { "matching-duplicates-source" } else { "externalid-changed-or-wrong-source" };
            found.push((id, Some(*last)));
        }
        *before = now.replace((sent.to_owned(), seen));
    }
}

/// What a request that was done says of their being active.
fn active_after(step: &Step<'_>) -> Option<bool> {
    let is_active = |name: &AttributeName| name.path().eq_ignore_ascii_case("active");
    let sent = step.sent().iter().rev().find(|(name, _)| is_active(name)).and_then(|(_, value)| truth(Some(value)));
    let by_operation = || match step.record.summary.operation {
        Operation::Activate if step.done => Some(true),
        Operation::Deactivate if step.done => Some(false),
        _ => None,
    };
    sent.or_else(by_operation)
}

/// Whether it is a look-up that found nobody.
pub(in crate::diagnosis) fn finds_nobody(record: &Record) -> bool {
    let answer = record.exchange.as_ref().and_then(|exchange| exchange.response.as_ref());
    let total = answer.and_then(|answer| answer.body.get("totalResults")).and_then(Value::as_u64);
    record.summary.operation == Operation::Match && total == Some(0)
}
