//! Why a request failed, or succeeded and lost something: findings, each with its evidence. The catalogue is data
//! (`assets/diagnoses`), detection is code over facts that are drawn once. Pure: it reads no file, no clock and no network.
//! It never makes a cause up: where nothing fits there is no finding, and what cannot be told apart is said together.

mod case;
mod catalogue;
mod causes;
mod evidence;
mod facts;
mod finding;
mod found;
mod log;
mod reply;
mod rules;
mod sequence;

pub use case::{Case, Scheme};
pub use catalogue::{CATALOGUE, EXAMPLES, Pattern, example};
pub use causes::{Cause, Causes, Tally};
pub use evidence::{EvidenceFile, EvidenceFormat, MOST_REQUESTS};
pub use finding::{Confidence, Evidence, Finding, Mark, Owner};
pub use log::diagnose_log;
pub use reply::{Audience, Markup, Reply, Setting};

use facts::Facts;
use found::{Found, Ranked};

use crate::domain::problem::Severity;

/// What is wrong, best first; empty when nothing is.
#[must_use]
pub fn diagnose(case: &Case<'_>) -> Vec<Finding> {
    let facts = Facts::of(case);
    ranked(&facts).findings(&facts)
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
    found.ranked(facts)
}
