//! What an error is most like among those whose cause is known, by its words and its circumstances: the last signal, after
//! every rule. It is never more than possible, and says nothing where another cause is nearly as near.
//!
//! A complement naive Bayes classifier (Rennie et al., "Tackling the Poor Assumptions of Naive Bayes Text Classifiers",
//! ICML 2003): what counts for a cause is how seldom a word stands in the errors of all others.

mod counting;
mod signs;

use std::{
    collections::{BTreeSet, HashMap},
    sync::LazyLock,
};

use super::{
    case::Case,
    catalogue::CATALOGUE,
    facts::Facts,
    finding::Confidence,
    found::{Found, Layer},
};
use signs::signs;

/// The known errors by their signs, one a line: the sign, how many errors have it, and its weight in the errors of each
/// cause, by the cause's place in the first line (`counting`).
const KNOWN: &str = include_str!("../../../assets/diagnoses/resemblance.tsv");
/// Stands for errors of no cause in particular.
const NO_CAUSE: &str = "-";
/// How much nearer than any other a cause has to be where no rule knows one, and beside what a rule holds possible or
/// likely. Measured: docs/DIAGNOSIS.md.
const NEARER: f64 = 0.7;
const CLEARLY_NEARER: f64 = 1.5;
/// What the request or the answer itself shows, or the words that quote it: their rules have decided.
const BY_SHAPE: [&str; 6] = [
    "op-casing",
    "method-not-supported",
    "content-type-request-rejected",
    "type-mismatch-number-string",
    "filter-unsupported-attribute",
    "gateway-html-instead-of-json",
];
/// What a request shows that was seen: its rules have decided, too.
const SHOWN: [&str; 4] = ["boolean-as-string", "empty-array-replace", "empty-string", "null-values"];
/// Fewer known signs say nothing.
const FEW: usize = 4;
/// What every sign weighs in the errors of causes that it was never seen with.
const UNSEEN: f64 = 0.1;
/// Weights are written in thousandths.
const UNIT: f64 = 1_000.0;

/// Adds the cause whose known errors this one is most like, where no rule is certain.
pub(super) fn compare(facts: &Facts<'_>, found: &mut Found) {
    if !facts.has_failed() || facts.is_skipped() || found.is_certain() {
        return;
    }
    let Some(known) = LazyLock::force(&ALL) else { return };
    let needed = if found.explains_anything() { CLEARLY_NEARER } else { NEARER };
    let nearest = known.nearest(&signs(facts)).filter(|nearest| nearest.by >= needed);
    let Some(cause) = nearest.and_then(|nearest| CATALOGUE.get_key_value(nearest.cause)) else { return };
    let is_decided = |id: &str| BY_SHAPE.contains(&id) || facts.asked.is_known() && SHOWN.contains(&id);
    if found.explains(cause.0) || is_decided(cause.0) {
        return;
    }
    let draft = found.add(cause.0, Confidence::Possible, Layer::Likeness).by_likeness();
    match facts.quoted() {
        Some((place, text)) => draft.at(place, text),
        None => draft.at("response.status", facts.reply.status.map(|status| status.to_string()).unwrap_or_default()),
    };
}

static ALL: LazyLock<Option<Known<'static>>> = LazyLock::new(|| Known::read(KNOWN));

/// The known errors, counted. The console holds its own; tests count anew.
#[derive(Debug, PartialEq)]
pub struct Known<'k> {
    causes: Vec<&'k str>,
    /// What all errors of the other causes weigh, as a logarithm, by cause.
    others: Vec<f64>,
    signs: HashMap<&'k str, Sign>,
}

/// What a sign says.
#[derive(Debug, PartialEq)]
struct Sign {
    /// The rarer, the more.
    rarity: f64,
    /// Of each cause that it was seen with, how much it speaks for it.
    speaks_for: Vec<(usize, f64)>,
}

impl Sign {
    fn length(rarities: impl Iterator<Item = f64>) -> f64 {
        rarities.map(|rarity| rarity * rarity).sum::<f64>().sqrt()
    }
}

/// The cause that an error is nearest to, and by how much nearer than to the next.
struct Nearest<'k> {
    cause: &'k str,
    by: f64,
}

impl Known<'_> {
    /// The text of these errors, each with its cause where it has one; a request that did not fail is none.
    pub fn count<'c>(errors: impl Iterator<Item = (Case<'c>, Option<String>)>) -> String {
        let error = |(case, cause): (Case<'c>, Option<String>)| {
            let facts = Facts::of(&case);
            facts.has_failed().then(|| (cause, signs(&facts)))
        };
        counting::counted(&errors.filter_map(error).collect::<Vec<_>>())
    }

    /// The cause that is said of an error that no rule explains.
    #[must_use]
    pub fn cause(&self, case: &Case<'_>) -> Option<&str> {
        let facts = Facts::of(case);
        let nearest = self.nearest(&signs(&facts)).filter(|nearest| facts.has_failed() && nearest.by >= NEARER);
        nearest.map(|nearest| nearest.cause)
    }
}

impl<'k> Known<'k> {
    /// Reads what [`Known::count`] wrote; `None` of any other text.
    #[must_use]
    pub fn read(text: &'k str) -> Option<Self> {
        let mut lines = text.lines();
        let (errors, causes) = lines.next()?.split_once('\t')?;
        let (errors, causes): (f64, Vec<&str>) = (errors.parse().ok()?, causes.split('\t').collect());
        let (mut by_cause, mut all) = (vec![0.0; causes.len()], 0.0);
        let mut signs = HashMap::new();
        for line in lines {
            let mut parts = line.split('\t');
            let (sign, seen) = (parts.next()?, parts.next()?.parse::<f64>().ok()?);
            let mut weights = Vec::new();
            for part in parts {
                let (cause, weight) = part.split_once(':')?;
                weights.push((cause.parse().ok()?, weight.parse::<f64>().ok()? / UNIT));
            }
            let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
            for (cause, weight) in &weights {
                *by_cause.get_mut(*cause)? += weight;
            }
            all += total + UNSEEN;
            let speaks = |weight: f64| (total + UNSEEN).ln() - (total - weight + UNSEEN).ln();
            let speaks_for = weights.into_iter().map(|(cause, weight)| (cause, speaks(weight))).collect();
            signs.insert(sign, Sign { rarity: rarity(seen, errors), speaks_for });
        }
        let others = by_cause.into_iter().map(|own: f64| (all - own).max(UNSEEN).ln()).collect();
        Some(Self { causes, others, signs })
    }

    /// `None` where too little of it is known, or it is as near to errors of no cause in particular as to any other.
    fn nearest(&self, signs: &BTreeSet<String>) -> Option<Nearest<'k>> {
        let known: Vec<&Sign> = signs.iter().filter_map(|sign| self.signs.get(sign.as_str())).collect();
        let length = Sign::length(known.iter().map(|sign| sign.rarity));
        if known.len() < FEW || length == 0.0 {
            return None;
        }
        let together: f64 = known.iter().map(|sign| sign.rarity / length).sum();
        let mut near: Vec<f64> = self.others.iter().map(|others| together * others).collect();
        for sign in known {
            for (cause, speaks) in &sign.speaks_for {
                if let Some(near) = near.get_mut(*cause) {
                    *near += sign.rarity / length * speaks;
                }
            }
        }
        let mut places: Vec<(f64, &'k str)> = near.into_iter().zip(self.causes.iter().copied()).collect();
        places.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (first, second) = (places.first()?, places.get(1)?);
        (first.1 != NO_CAUSE).then_some(Nearest { cause: first.1, by: first.0 - second.0 })
    }
}

/// Inverse document frequency, smoothed.
fn rarity(seen: f64, errors: f64) -> f64 {
    ((1.0 + errors) / (1.0 + seen)).ln() + 1.0
}
