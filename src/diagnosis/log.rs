//! The diagnosis of a short log as a whole: what its requests show one by one, and what only their order shows.

use std::collections::HashSet;

use super::{
    Case, Confidence, Finding, InOrder, Seen, diagnose,
    sequence::{Sequences, finds_nobody},
};
use crate::domain::{journal::Record, problem::Severity};

/// Most places that one finding quotes.
const MOST_EVIDENCE: usize = 6;
/// So many people that are not found and not created either are no accident.
const LOOK_UPS: usize = 10;

/// What is wrong in these requests, best first: what the order of requests shows, then what single ones show. Each pattern once.
#[must_use]
pub fn diagnose_log(records: &[Record]) -> Vec<Finding> {
    let mut in_time: Vec<&Record> = records.iter().collect();
    in_time.sort_by_key(|record| record.summary.at);
    let mut sequences = Sequences::default();
    let mut found: Vec<Finding> = Vec::new();
    let mut alone: Vec<Finding> = Vec::new();
    for (place, record) in (0..).zip(&in_time) {
        for shown in sequences.take(place, record) {
            note(&mut found, &shown, record);
        }
        for finding in diagnose(&Case::of(record)) {
            match alone.iter_mut().find(|known| known.id == finding.id) {
                Some(known) if weight(known) < weight(&finding) => *known = finding,
                Some(_) => {}
                None => alone.push(finding),
            }
        }
    }
    for shown in sequences.waiting().map(|waiting| waiting.shown) {
        if let Some(record) = usize::try_from(shown.seen.key).ok().and_then(|place| in_time.get(place)) {
            note(&mut found, &shown, record);
        }
    }
    if let Some(last) = in_time.last().filter(|_| only_looks_up(&in_time)) {
        let (id, seen) = ("provisioning-feature-not-enabled", Seen { key: 0, at: last.summary.at });
        let shown = InOrder { id, severity: Severity::Warning, seen, other: None, attribute: None };
        note(&mut found, &shown, last);
    }
    alone.sort_by_key(|finding| std::cmp::Reverse(weight(finding)));
    alone.retain(|finding| !found.iter().any(|known| known.id == finding.id));
    found.extend(alone);
    found
}

fn weight(finding: &Finding) -> (Severity, Confidence) {
    (finding.severity, finding.confidence)
}

/// Whether people were looked for, not found, and never created.
fn only_looks_up(records: &[&Record]) -> bool {
    let reads = records.iter().all(|record| record.summary.method == "GET");
    let nobody = records.iter().filter(|record| finds_nobody(record));
    reads && nobody.filter_map(|record| record.summary.user.as_deref()).collect::<HashSet<_>>().len() >= LOOK_UPS
}

/// Adds what the order of requests shows, with the requests that show it.
fn note(found: &mut Vec<Finding>, shown: &InOrder, record: &Record) {
    match found.iter_mut().find(|known| known.id == shown.id) {
        Some(known) => {
            known.severity = known.severity.max(shown.severity);
            let room = MOST_EVIDENCE.saturating_sub(known.evidence.len());
            known.evidence.extend(shown.evidence(record).take(room));
        }
        None => found.extend(shown.finding(record)),
    }
}
