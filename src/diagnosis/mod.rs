//! Why a request failed, or succeeded and lost something: findings, each with its evidence. The catalogue is data
//! (`assets/diagnoses`), detection is code over facts that are drawn once. Pure: it reads no file, no clock and no network.
//! It never makes a cause up: where nothing fits there is no finding, and what cannot be told apart is said together. What
//! only the likeness to known errors speaks for is never more than possible.

mod case;
mod catalogue;
mod causes;
mod evidence;
mod facts;
mod finding;
mod found;
mod log;
mod reply;
mod resemblance;
mod rules;
mod sequence;

pub use case::{Case, Scheme};
pub use catalogue::{CATALOGUE, EXAMPLES, Example, Pattern, Step, example};
pub use causes::{Cause, Causes, Shown, Tally};
pub use evidence::{EvidenceFile, EvidenceFormat, MOST_REQUESTS};
pub use finding::{Confidence, Evidence, Finding, Mark, Owner};
pub use log::diagnose_log;
pub use reply::{Audience, Markup, Reply, Setting};
pub use resemblance::Known as KnownErrors;
pub use sequence::{InOrder, Seen};

use facts::Facts;
use found::{Found, Ranked};

use crate::domain::{journal::Record, problem::Severity};

/// What is wrong, best first; empty when nothing is.
#[must_use]
pub fn diagnose(case: &Case<'_>) -> Vec<Finding> {
    let facts = Facts::of(case);
    ranked(&facts).findings(&facts)
}

/// Adds what its place among the others shows to what a request shows by itself. The place says more, so it comes first of
/// those as bad as it; a pattern that the request shows by itself is not said again.
#[must_use]
pub fn with_order(alone: Vec<Finding>, record: &Record, in_order: &[InOrder]) -> Vec<Finding> {
    let mut found = alone;
    for finding in in_order.iter().filter_map(|shown| shown.finding(record)) {
        if !found.iter().any(|known| known.id == finding.id) {
            let place = found.iter().position(|known| known.severity <= finding.severity).unwrap_or(found.len());
            found.insert(place, finding);
        }
    }
    found
}

/// The pattern of the best finding, where that is above info.
fn best(case: &Case<'_>) -> Option<(&'static str, Severity)> {
    ranked(&Facts::of(case)).best().filter(|(_, severity)| *severity > Severity::Info)
}

fn ranked(facts: &Facts<'_>) -> Ranked {
    let mut found = Found::default();
    for rule in rules::all() {
        rule(facts, &mut found);
    }
    resemblance::compare(facts, &mut found);
    found.ranked(facts)
}
