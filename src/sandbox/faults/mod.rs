//! Faults by rule: which requests of a tenant go wrong, and how. The rules and what they have struck are kept in the
//! tenant's database, so that a rehearsal goes on after a restart. A fault never touches what it does not name.

mod delivery;
mod violation;

use jiff::Timestamp;
use rusqlite::Result;

use super::{Tenant, data::Keep, data::Session, data::broken};
use crate::domain::{
    failure::{Failure, FailureKind},
    practice::{Asked, Fault, FaultRule},
};

pub(super) use delivery::{Delivery, Undelivered};
pub(super) use violation::Violation;

/// Where the database keeps the rules.
const KEY: &str = "fault-rules";
/// More would be a mistake of whoever adds them.
const MOST: usize = 100;

/// The fault that meets a request, if any: of the rules in order, the first that strikes. Those after it do not see
/// the request, and so do not count it.
pub(super) fn meet(session: &Session<'_>, mut rules: Vec<FaultRule>, asked: Asked<'_>) -> Result<Option<Fault>> {
    let before: Vec<u64> = rules.iter().map(|rule| rule.seen).collect();
    let mut fault = None;
    for rule in &mut rules {
        if fault.is_none() && rule.meets(asked) {
            fault = Some(rule.fault.clone());
        }
    }
    if rules.iter().map(|rule| rule.seen).ne(before) {
        keep(session, &rules)?;
    }
    Ok(fault)
}

/// The rules, in the order in which they are asked.
pub(super) fn rules(session: &Session<'_>) -> Result<Vec<FaultRule>> {
    let kept = session.about(KEY)?;
    Ok(kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

fn keep(session: &Session<'_>, rules: &[FaultRule]) -> Result<()> {
    if rules.is_empty() {
        return session.unsay_about(KEY);
    }
    session.say_about(KEY, &serde_json::to_string(rules).unwrap_or_default())
}

impl Tenant {
    /// The rules by which requests go wrong, in the order in which they are asked.
    ///
    /// # Errors
    /// When the database fails.
    pub fn fault_rules(&self) -> std::result::Result<Vec<FaultRule>, Failure> {
        self.data().look(rules).map_err(|error| broken(&error))
    }

    /// Adds a rule as the last one; its id and counts are given here.
    ///
    /// # Errors
    /// When it names a violation that is not known, there are too many rules, or the database fails.
    pub fn add_fault_rule(&self, rule: FaultRule) -> std::result::Result<FaultRule, Failure> {
        if let Fault::Violation { pattern } = &rule.fault
            && Violation::from_pattern(pattern).is_none()
        {
            let known: Vec<&str> = Violation::ALL.iter().map(|violation| violation.pattern()).collect();
            return Err(refused(
                format!("The violation {pattern} is not known."),
                format!("Name one of {}.", known.join(", ")),
            ));
        }
        if let Some((name, most)) = rule.excess() {
            return Err(refused(format!("{name} is larger than {most}."), "Give a smaller number."));
        }
        let id = uuid::Uuid::new_v4().to_string();
        let rule = FaultRule { id, seen: 0, struck: 0, ..rule };
        let added = self.data().session(Keep::Now, |session| {
            let mut all = rules(session)?;
            let fits = all.len() < MOST;
            if fits {
                all.push(rule.clone());
                keep(session, &all)?;
            }
            Ok(fits)
        });
        match added.map_err(|error| broken(&error))? {
            true => Ok(rule),
            false => Err(refused(format!("There are {MOST} rules already."), "Remove one first.")),
        }
    }

    /// Takes a rule away. Says whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn remove_fault_rule(&self, id: &str) -> std::result::Result<bool, Failure> {
        let removed = self.data().session(Keep::Now, |session| {
            let mut all = rules(session)?;
            let before = all.len();
            all.retain(|rule| rule.id != id);
            keep(session, &all)?;
            Ok(all.len() < before)
        });
        removed.map_err(|error| broken(&error))
    }

    /// Takes every rule away.
    ///
    /// # Errors
    /// When the database fails.
    pub fn clear_fault_rules(&self) -> std::result::Result<(), Failure> {
        self.data().session(Keep::Now, |session| keep(session, &[])).map_err(|error| broken(&error))
    }
}

fn refused(meaning: String, next: impl Into<String>) -> Failure {
    Failure::new(FailureKind::Invalid, "The fault was not added", meaning, next.into())
}

/// A request as the rules see it.
pub(super) fn asked<'a>(parts: &'a axum::http::request::Parts, user: Option<&'a str>, at: Timestamp) -> Asked<'a> {
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    Asked { method: parts.method.as_str(), path, user, at }
}
