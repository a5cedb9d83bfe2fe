//! The story of one user: all that the logs tell of a person, on one line of time, with what the tenant should hold after
//! each step. Pure: records in, steps out. It says where two people may be mixed up, and never decides which is which.

mod gathering;
mod identity;
mod kept;
mod pairing;
mod state;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

pub use gathering::{Gathered, Gathering, MOST_RECORDS};
pub use identity::{Identifier, IdentifierKind, identifiers};
pub use state::{Account, Change, State};
pub use words::{short, value_words};

use self::{
    identity::id_in_path,
    kept::{asked, lost},
    pairing::{Work, may_be, pairs, succeeded, work},
    state::claimed,
};
use super::{
    exchange::{Operation, Outcome},
    journal::{Count, Record, Source},
    landing::Dropped,
    pretty::counted,
    query::fold,
};

/// From when to when a log is in the journal.
pub type Span = (Timestamp, Timestamp);

/// Which stretch of time each log covers; only within it does silence mean something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spans {
    /// The tenant's own log.
    pub tenant: Option<Span>,
    /// Entra's provisioning log.
    pub entra: Option<Span>,
    /// Okta's system log.
    pub okta: Option<Span>,
}

/// One line of one log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Sight {
    /// Its key in the journal.
    pub key: i64,
    /// Who saw it.
    pub source: Source,
    /// When.
    pub at: Timestamp,
    /// HTTP method; empty where the log does not say.
    pub method: String,
    /// What it does.
    pub operation: Operation,
    /// How it ended.
    pub outcome: Outcome,
    /// HTTP status.
    pub status: Option<u16>,
    /// The error's code.
    pub error: Option<String>,
    /// The error's own words, or what was dropped.
    pub detail: Option<String>,
    /// Which client sent it.
    pub client: Option<String>,
    /// How many users a look-up found, where its answer is there.
    pub found: Option<u64>,
}

/// What one side's log should have and does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gap {
    /// The directory says it sent this; the tenant's log has nothing of it.
    NotReceived,
    /// The tenant received this; the directory's log has nothing of it.
    NotInDirectoryLog,
}

impl Gap {
    /// In one sentence.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotReceived => {
                "The directory says it sent this; the tenant’s log, as far as it is here, has nothing of it."
            }
            Self::NotInDirectoryLog => {
                "The tenant received this; the directory’s log, as far as it is here, has nothing of it."
            }
        }
    }
}

/// One step: what the tenant saw and what the sender says, where they are the same change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// When: the tenant's time where it is known.
    pub at: Timestamp,
    /// What it does.
    pub operation: Operation,
    /// How it ended: the tenant's word where there is one.
    pub outcome: Outcome,
    /// The account it is about.
    pub account: Option<String>,
    /// The tenant's line.
    pub tenant: Option<Sight>,
    /// The directory's line, or the console's own.
    pub sender: Option<Sight>,
    /// What a log should have and does not.
    pub gap: Option<Gap>,
    /// What it changed on the tenant, as far as its log tells; as the directory says where that log was not read.
    pub changes: Vec<Change>,
    /// What the directory says it changed.
    pub claimed: Vec<Change>,
    /// The attributes that it asked to set or remove; `None` where its body is not here.
    pub asked: Option<Vec<String>>,
    /// What was sent and not kept.
    pub lost: Vec<Dropped>,
    /// What the tenant should hold afterwards.
    pub state: State,
}

impl Step {
    /// Whether it changes something or was meant to; look-ups and reads do not.
    #[must_use]
    pub fn is_change(&self) -> bool {
        work(self.operation) != Work::LookUp
    }

    /// How it ended, with a warning where it was taken and a part of it was not kept.
    #[must_use]
    pub const fn ending(&self) -> Outcome {
        match self.outcome {
            Outcome::Success if !self.lost.is_empty() => Outcome::Warning,
            outcome => outcome,
        }
    }

    /// Whether the two sides tell different ends.
    #[must_use]
    pub fn disagrees(&self) -> bool {
        matches!((&self.tenant, &self.sender), (Some(tenant), Some(sender)) if succeeded(tenant) != succeeded(sender))
    }
}

/// Every identifier that a person went by, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// SCIM ids.
    pub ids: Vec<String>,
    /// externalIds and the directory's own ids.
    pub external_ids: Vec<String>,
    /// userNames, old and new.
    pub user_names: Vec<String>,
    /// E-mail addresses.
    pub emails: Vec<String>,
}

/// The story.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Story {
    /// What was asked for.
    pub of: String,
    /// Whom it is about.
    pub person: Person,
    /// The steps, oldest first.
    pub steps: Vec<Step>,
    /// Where care is needed, one sentence each.
    pub cautions: Vec<String>,
    /// Whom the log calls similarly, where nobody is called exactly so.
    pub candidates: Vec<Count>,
}

/// Tells the story of what was gathered.
#[must_use]
pub fn tell(gathered: &Gathered) -> Story {
    let sights: Vec<Sight> = gathered.records.iter().map(|(key, record)| sight(*key, record)).collect();
    let mut partner: BTreeMap<usize, usize> = BTreeMap::new();
    for (sender, tenant) in pairs(&sights) {
        partner.insert(sender, tenant);
        partner.insert(tenant, sender);
    }
    let mut states: BTreeMap<String, State> = BTreeMap::new();
    let mut latest = String::new();
    let mut steps = Vec::new();
    for (at, (_, record)) in gathered.records.iter().enumerate() {
        let is_sender = record.source != Source::Tenant;
        let other = partner.get(&at).copied();
        // A pair is told once, at the tenant's line, whose time is the one that counts.
        if is_sender && other.is_some() {
            continue;
        }
        let account = account_of(record).map(|id| fold(&id));
        if let Some(account) = &account {
            latest.clone_from(account);
        }
        let state = states.entry(account.clone().unwrap_or_else(|| latest.clone())).or_default();
        let before = state.clone();
        // Where lines were left out, silence means nothing.
        let gap = gap(&sights[at], other.is_some(), &gathered.spans).filter(|_| !gathered.truncated);
        match record.source {
            Source::Tenant | Source::Console | Source::Recording => state.exchanged(record),
            // What a log that was read has nothing of, the tenant does not hold.
            Source::Entra | Source::Okta if gap == Some(Gap::NotReceived) => {}
            Source::Entra | Source::Okta => state.told(record),
        }
        let directory = if is_sender { Some(record) } else { other.map(|other| &gathered.records[other].1) };
        let own = sights[at].clone();
        let sender = if is_sender { Some(own.clone()) } else { other.map(|other| sights[other].clone()) };
        steps.push(Step {
            at: own.at,
            operation: own.operation,
            outcome: own.outcome,
            account: account_of(record),
            tenant: (!is_sender).then_some(own),
            sender,
            gap,
            changes: state.since(&before),
            claimed: directory.map(claimed).unwrap_or_default(),
            asked: asked(record),
            lost: lost(record),
            state: state.clone(),
        });
    }
    let person = person(&gathered.records);
    Story {
        of: gathered.start.clone(),
        cautions: cautions(gathered, &person),
        person,
        steps,
        candidates: gathered.candidates.clone(),
    }
}

fn sight(key: i64, record: &Record) -> Sight {
    let summary = &record.summary;
    let answer = record.exchange.as_ref().and_then(|exchange| exchange.response.as_ref());
    let total = answer.and_then(|answer| answer.body.get("totalResults")).and_then(Value::as_u64);
    Sight {
        key,
        source: record.source,
        at: summary.at,
        method: summary.method.clone(),
        operation: summary.operation,
        outcome: summary.outcome,
        status: summary.status,
        error: summary.scim_type.clone(),
        detail: summary.detail.clone(),
        client: summary.client.clone(),
        found: total.filter(|_| summary.operation == Operation::Match),
    }
}

/// The SCIM id that a record is about.
fn account_of(record: &Record) -> Option<String> {
    let own = record.summary.resource_id.clone().filter(|id| !id.is_empty());
    let in_path = || id_in_path(&record.summary.path).map(str::to_owned);
    let all = || identifiers(record).into_iter().find(|one| one.kind == IdentifierKind::Id).map(|one| one.value);
    own.or_else(in_path).or_else(all)
}

fn gap(own: &Sight, paired: bool, spans: &Spans) -> Option<Gap> {
    if paired || work(own.operation) == Work::LookUp || own.outcome == Outcome::Skipped {
        return None;
    }
    let covers = |span: &Option<Span>| span.is_some_and(|(from, to)| from <= own.at && own.at <= to);
    match own.source {
        // A failure without a status may have ended before anything was sent.
        Source::Entra | Source::Okta => {
            let sent = own.outcome != Outcome::Failure || own.status.is_some();
            (sent && covers(&spans.tenant)).then_some(Gap::NotReceived)
        }
        Source::Tenant => {
            let named = |client: &str| own.client.as_deref() == Some(client);
            let missing = named("Entra") && covers(&spans.entra) && may_be(own, Source::Entra)
                || named("Okta") && covers(&spans.okta) && may_be(own, Source::Okta);
            missing.then_some(Gap::NotInDirectoryLog)
        }
        Source::Console | Source::Recording => None,
    }
}

fn person(records: &[(i64, Record)]) -> Person {
    let mut person = Person::default();
    let mut known: BTreeSet<(IdentifierKind, String)> = BTreeSet::new();
    for identifier in records.iter().flat_map(|(_, record)| identifiers(record)) {
        if !known.insert((identifier.kind, identifier.folded())) {
            continue;
        }
        let all = match identifier.kind {
            IdentifierKind::Id => &mut person.ids,
            IdentifierKind::ExternalId => &mut person.external_ids,
            IdentifierKind::UserName => &mut person.user_names,
            IdentifierKind::Email => &mut person.emails,
        };
        all.push(identifier.value);
    }
    person
}

fn cautions(gathered: &Gathered, person: &Person) -> Vec<String> {
    let mut cautions = Vec::new();
    let listed = |all: &[String]| all.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
    let accounts = accounts_by_name(&gathered.records);
    for (name, ids) in accounts.iter().filter(|(_, ids)| ids.len() > 1) {
        let ids: Vec<String> = ids.clone();
        cautions.push(format!(
            "The userName `{name}` was used by {} accounts: {}. What stands here may be of different people.",
            ids.len(),
            listed(&ids)
        ));
    }
    if cautions.is_empty() && person.ids.len() > 1 {
        cautions.push(format!(
            "{} accounts are linked by a shared identifier: {}. What stands here may be of different people.",
            person.ids.len(),
            listed(&person.ids)
        ));
    }
    for address in &gathered.shared {
        cautions.push(format!(
            "The address `{address}` is shared by several accounts. It was not followed, so that they do not become one."
        ));
    }
    if gathered.without_bodies > 0 {
        cautions.push(format!(
            "The bodies of {} could not be read from the tenant, so that the state after them may lack values.",
            counted(gathered.without_bodies, "request", "requests")
        ));
    }
    if gathered.truncated {
        cautions.push(format!(
            "There is more than one story holds: {} are shown, and no log’s silence is told.",
            counted(gathered.records.len(), "line", "lines")
        ));
    }
    cautions
}

/// The accounts that each userName was used by, oldest first.
fn accounts_by_name(records: &[(i64, Record)]) -> BTreeMap<String, Vec<String>> {
    let mut accounts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (_, record) in records {
        let Some(id) = account_of(record) else { continue };
        for name in identifiers(record).into_iter().filter(|one| one.kind == IdentifierKind::UserName) {
            let ids = accounts.entry(name.folded()).or_default();
            if !ids.iter().any(|known| fold(known) == fold(&id)) {
                ids.push(id.clone());
            }
        }
    }
    accounts
}

#[cfg(test)]
mod tests;
