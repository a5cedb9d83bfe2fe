//! What one request alone does not show: what came before it. A small state for each person and one for the tenant, fed
//! oldest first; it is bounded, and says only what the order of requests bears out.

mod leavers;
mod members;
mod pace;
mod pages;
mod person;
mod shown;
mod unmapped;
mod values;

use std::{
    cell::OnceCell,
    collections::HashMap,
    hash::{BuildHasher as _, RandomState},
    sync::Arc,
};

use jiff::SignedDuration;
use serde_json::Value;

pub(super) use person::finds_nobody;
pub use shown::{InOrder, Seen};
pub(super) use unmapped::Waiting;

use crate::domain::{
    attribute::AttributeName,
    exchange::{Operation, Outcome},
    journal::Record,
    landing::manager,
    problem::Severity,
    sent::{operations, sent},
};
use leavers::{Known, Leavers, Own};
use members::Groups;
use pace::Pace;
use pages::Pages;
use person::Person;
use unmapped::Unmapped;

/// Most people that are followed at a time, and most ids: beyond it all people are forgotten and followed anew, and no
/// further unknown id is kept.
const MOST_PEOPLE: usize = 200_000;
/// Most values of all people: some 40 MB. Beyond it all are forgotten, and followed anew.
const MOST_VALUES: usize = 500_000;
/// Most addresses that changed alone and are waited for.
const MOST_RENAMES: usize = 1_000;
/// The other half of a rename comes this soon: with the next cycle, or the day's.
const RENAME: SignedDuration = SignedDuration::from_hours(26);
/// So many answers of 2xx make a 401 the first of its kind.
const RUN: u32 = 3;

/// What is known of the requests so far. People and ids are kept as hashes.
#[derive(Debug, Default)]
pub(super) struct Sequences {
    hasher: RandomState,
    people: HashMap<u64, Person>,
    /// How many of their values are known.
    values: usize,
    /// Whom an id of the service stands for.
    ids: HashMap<u64, u64>,
    /// Who had an externalId last.
    external_ids: HashMap<u64, (u64, Seen)>,
    /// Whose address alone became this one, and by which request.
    addresses: HashMap<u64, (u64, Seen)>,
    /// Ids of which the service said that it does not know them, and nothing else since.
    unknown_ids: HashMap<u64, Seen>,
    unmapped: Unmapped,
    leavers: Leavers,
    pages: Pages,
    groups: Groups,
    pace: Pace,
    /// How many answers of 2xx there were since the last 401, and the last of them.
    run: u32,
    answered: Option<Seen>,
}

/// One request, as far as its place among the others matters.
struct Step<'r> {
    record: &'r Record,
    seen: Seen,
    /// Whether it did what it asked for, as far as that is known.
    done: bool,
    external_id: Option<&'r str>,
    sent: OnceCell<Vec<(AttributeName, Value)>>,
}

/// A pattern that a request completes, with the request that it goes back to.
type Completed = (&'static str, Option<Seen>);

/// The patterns that a request completes, each with the attribute that it is about where it is about one.
#[derive(Debug, Default)]
struct Found(Vec<(Completed, Option<Arc<str>>)>);

impl Found {
    fn push(&mut self, completed: Completed) {
        self.0.push((completed, None));
    }

    fn extend(&mut self, completed: Option<Completed>) {
        self.0.extend(completed.map(|completed| (completed, None)));
    }

    fn push_about(&mut self, attribute: &str, completed: Completed) {
        self.0.push((completed, Some(attribute.into())));
    }
}

impl<'r> Step<'r> {
    fn of(key: i64, record: &'r Record) -> Self {
        // A warning without a status is a request of which the end is not known.
        let done = match record.summary.outcome {
            Outcome::Success => true,
            Outcome::Warning => matches!(record.summary.status, Some(200..400)),
            Outcome::Failure | Outcome::Skipped => false,
        };
        let external_id = record.exchange.as_ref().and_then(|exchange| external_id(&exchange.request.body));
        Self { record, seen: Seen { key, at: record.summary.at }, done, external_id, sent: OnceCell::new() }
    }

    /// What it sent, where it is a write that was done.
    fn written(&self) -> Option<&'r Value> {
        let body = &self.record.exchange.as_ref()?.request.body;
        (self.done && self.is_write() && body.is_object()).then_some(body)
    }

    /// The attributes that it set, where it is a write that was done.
    fn sent(&self) -> &[(AttributeName, Value)] {
        self.sent.get_or_init(|| self.written().map(sent).unwrap_or_default())
    }

    /// Whether it took something away: a PUT does with what it does not hold (RFC 7644 §3.5.1).
    fn removes(&self) -> bool {
        let is_remove = |op: &str| op.eq_ignore_ascii_case("remove");
        let operations = self.written().and_then(operations).into_iter().flatten();
        let mut ops = operations.filter_map(|one| one.get("op")?.as_str());
        self.done && matches!(self.record.summary.method.as_str(), "PUT" | "DELETE") || ops.any(is_remove)
    }

    /// Whether it writes a user or a group.
    fn is_write(&self) -> bool {
        use Operation::{Activate, Create, Deactivate, SetManager, Update};
        matches!(self.record.summary.operation, Create | Update | SetManager | Activate | Deactivate)
    }

    /// Whether it is a write of which nobody knows what it did: it was done, and the log does not say what it sent, or no
    /// answer came that says whether it was done.
    fn is_blind(&self) -> bool {
        let end_is_unknown = !self.done && self.record.summary.status.is_none_or(|status| status >= 500);
        self.is_write() && (end_is_unknown || self.done && self.written().is_none())
    }

    /// Whether the service itself refused it, rather than something on the way to it.
    fn is_refused_by_scim(&self) -> bool {
        self.answer().is_some_and(|answer| answer.get("schemas").is_some())
    }

    /// What was answered.
    fn answer(&self) -> Option<&'r Value> {
        Some(&self.record.exchange.as_ref()?.response.as_ref()?.body)
    }
}

impl Sequences {
    /// Takes the next request in, which has this key; what it completes.
    pub(super) fn take(&mut self, key: i64, record: &Record) -> Vec<InOrder> {
        let step = Step::of(key, record);
        // What a directory changed in itself is no request: nothing of it is the person's way through the service.
        if let Some(own) = Own::of(record) {
            if let Some(who) = self.who(record) {
                let is_there = self.people.get(&who).is_some_and(Person::is_there);
                self.leavers.hear(own, who, step.seen, is_there);
            }
            return Vec::new();
        }
        let by_id = self.whose_id(record);
        let is_nameless = record.summary.user.is_none() && record.summary.resource_id.is_some() && by_id.is_none();
        let mut found = Found::default();
        found.extend(self.token_stopped_working(&step));
        found.extend(self.pace.drops_with(record).then_some(("quarantine", None)));
        found.extend(self.pages.repeated_by(&step).map(|before| ("pagination-wrong", Some(before))));
        found.extend(self.names_an_unknown_id(&step));
        found.extend(self.groups.take(&step, &self.hasher));
        self.forget_the_old_name(&step, by_id);
        let who = self.who(record);
        let known = match who.and_then(|who| self.people.get(&who)) {
            _ if is_nameless => Known::Nameless,
            Some(person) if person.was_sent() => Known::Sent,
            _ => Known::Stranger,
        };
        self.leavers.take(&step, [by_id, who], known);
        if let Some(who) = who {
            if self.people.len() >= MOST_PEOPLE && !self.people.contains_key(&who) || self.values >= MOST_VALUES {
                self.people.clear();
                self.values = 0;
            }
            let taken = self.is_anothers(&step, who);
            found.extend(self.is_their_new_address(&step, who));
            let person = self.people.entry(who).or_default();
            let before = person.values.len();
            person.take(&step, taken, &mut found);
            person.values.take(&step, &self.hasher, &mut found);
            self.values = self.values + person.values.len() - before;
            if step.is_blind() || step.removes() || step.done && step.is_write() && record.landing.is_none() {
                self.unmapped.forget(who);
            }
            if let Some(landing) = &record.landing {
                self.unmapped.take(step.seen, who, landing);
            }
        }
        let severity = if record.summary.outcome == Outcome::Failure { Severity::Error } else { Severity::Warning };
        found.0.dedup_by_key(|((id, _), _)| *id);
        let shown = |((id, other), attribute)| InOrder { id, severity, seen: step.seen, other, attribute };
        found.0.into_iter().map(shown).collect()
    }

    /// What only is missing after a request: values that were dropped for want of a mapping that is there now, of people who
    /// were not sent again since, and people who left and were never switched off.
    pub(super) fn waiting(&self) -> impl Iterator<Item = Waiting> {
        self.unmapped.waiting().chain(self.leavers.waiting())
    }

    /// The person whose id a request has, by the name that they were last seen with.
    fn whose_id(&self, record: &Record) -> Option<u64> {
        let id = record.summary.resource_id.as_deref()?;
        self.ids.get(&self.hasher.hash_one(id.to_lowercase())).copied()
    }

    /// The person that a request is about. An id stands for whom it was last seen with.
    fn who(&mut self, record: &Record) -> Option<u64> {
        let hash = |text: &str| self.hasher.hash_one(text.to_lowercase());
        let (name, id) = (record.summary.user.as_deref().map(hash), record.summary.resource_id.as_deref().map(hash));
        match (name, id) {
            (Some(name), Some(id)) => {
                if self.ids.len() >= MOST_PEOPLE {
                    self.ids.clear();
                }
                self.ids.insert(id, name);
                Some(name)
            }
            (None, Some(id)) => Some(self.ids.get(&id).copied().unwrap_or(id)),
            (name, None) => name,
        }
    }

    /// Whoever had the id of a request that gives another user name is not found by the old one.
    fn forget_the_old_name(&mut self, step: &Step<'_>, by_id: Option<u64>) {
        let is_name = |(name, _): &(AttributeName, Value)| name.path().eq_ignore_ascii_case("userName");
        if step.record.summary.operation == Operation::Create || !step.sent().iter().any(is_name) {
            return;
        }
        if let Some(person) = by_id.and_then(|who| self.people.get_mut(&who)) {
            person.is_renamed();
        }
    }

    /// Where a refused request brings the externalId of somebody else, the request that gave it to them. One that is done
    /// takes it.
    fn is_anothers(&mut self, step: &Step<'_>, who: u64) -> Option<Seen> {
        let external_id = self.hasher.hash_one(step.external_id?);
        if !step.done {
            return self.external_ids.get(&external_id).filter(|(owner, _)| *owner != who).map(|(_, seen)| *seen);
        }
        if self.external_ids.len() >= MOST_PEOPLE {
            self.external_ids.clear();
        }
        self.external_ids.insert(external_id, (who, step.seen));
        None
    }

    /// A create under a name that the address of somebody else had become: a rename of which the directory told one half. It
    /// is the same person by their externalId, or where that is not known, soon after.
    fn is_their_new_address(&mut self, step: &Step<'_>, who: u64) -> Option<Completed> {
        let sent = step.sent();
        let value = |fits: fn(&str) -> bool| {
            let mut fitting = sent.iter().filter(|(name, _)| fits(&name.path().to_ascii_lowercase()));
            fitting.find_map(|(_, value)| value.as_str().filter(|text| text.contains('@')))
        };
        let hash = |text: &str| self.hasher.hash_one(text.to_lowercase());
        let name = value(|name| name == "username").map(hash);
        let address =
            value(|name| name.starts_with("emails") && (!name.contains('[') || name.contains("work"))).map(hash);
        if step.record.summary.operation == Operation::Create {
            let (owner, seen) = self.addresses.remove(&name?).filter(|(owner, _)| *owner != who)?;
            let person = self.people.get(&owner).filter(|person| person.is_at_work())?;
            let is_soon = step.seen.at.duration_since(seen.at) <= RENAME;
            let is_same = person.has_external_id(step.external_id).unwrap_or(is_soon);
            return is_same.then_some(("username-vs-email-change", Some(seen)));
        }
        if address.is_some() || name.is_some() {
            self.addresses.retain(|_, (owner, _)| *owner != who);
        }
        if let (None, Some(address)) = (name, address) {
            if self.addresses.len() >= MOST_RENAMES {
                self.addresses.clear();
            }
            self.addresses.insert(address, (who, step.seen));
        }
        None
    }

    /// Whether what was taken names a manager or a member by an id that the service does not know: it said so.
    fn names_an_unknown_id(&mut self, step: &Step<'_>) -> Option<Completed> {
        let summary = &step.record.summary;
        if let Some(id) = summary.resource_id.as_deref().map(|id| self.hasher.hash_one(id)) {
            if step.done {
                self.unknown_ids.remove(&id);
            } else if summary.status == Some(404) && step.is_refused_by_scim() && self.unknown_ids.len() < MOST_PEOPLE {
                self.unknown_ids.insert(id, step.seen);
            }
        }
        let sent = Some(step).filter(|_| !self.unknown_ids.is_empty())?.sent();
        let unknown = |id: &Value| self.unknown_ids.get(&self.hasher.hash_one(id.as_str()?)).copied();
        sent.iter().find_map(|(name, value)| match name.path().to_ascii_lowercase().as_str() {
            "manager" | "manager.value" => Some(("manager-unresolved", Some(manager(value).and_then(unknown)?))),
            "members" | "members.value" => Some(("group-member-unknown", Some(unknown(value)?))),
            _ => None,
        })
    }

    /// The first 401 after answers of 2xx.
    fn token_stopped_working(&mut self, step: &Step<'_>) -> Option<Completed> {
        match step.record.summary.status {
            Some(401) => {
                let first = std::mem::take(&mut self.run) >= RUN;
                first.then_some(("token-invalid-or-expired", self.answered))
            }
            Some(200..300) => {
                self.run = self.run.saturating_add(1);
                self.answered = Some(step.seen);
                None
            }
            _ => None,
        }
    }
}

/// The externalId that a body sets, whether it is a whole resource or a PATCH.
fn external_id(body: &Value) -> Option<&str> {
    const NAME: &str = "externalId";
    if let Some(id) = body.get(NAME) {
        return id.as_str();
    }
    let operations = operations(body)?;
    operations.iter().find_map(|operation| {
        let value = operation.get("value")?;
        match operation.get("path").and_then(Value::as_str) {
            Some(path) if path.eq_ignore_ascii_case(NAME) => value.as_str(),
            Some(path) if !path.is_empty() => None,
            _ => value.get(NAME)?.as_str(),
        }
    })
}
