//! Counts known errors into the text that [`Known`](super::Known) reads. A test does it, with the cases of `tests/data`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use super::{NO_CAUSE, Sign, UNIT, rarity};

/// An error, and its cause where it has one.
pub(super) type Error = (Option<String>, BTreeSet<String>);

/// The first line has the number of errors and the causes; each further one a sign, how many errors have it, and its weight
/// in those of each cause: a long error counts no more than a short one.
pub(super) fn counted(errors: &[Error]) -> String {
    let cause_of = |error: &'_ Error| error.0.clone().unwrap_or_else(|| NO_CAUSE.to_owned());
    let causes: BTreeSet<String> = errors.iter().map(cause_of).collect();
    let causes: Vec<&str> = causes.iter().map(String::as_str).collect();
    let mut seen = BTreeMap::<&str, f64>::new();
    errors.iter().flat_map(|(_, signs)| signs).for_each(|sign| *seen.entry(sign).or_default() += 1.0);
    let count = errors.len() as f64;
    let mut weights = BTreeMap::<&str, BTreeMap<usize, f64>>::new();
    for error in errors {
        let cause = causes.binary_search(&cause_of(error).as_str()).unwrap_or_default();
        let of = |sign: &String| rarity(seen.get(sign.as_str()).copied().unwrap_or_default(), count);
        let length = Sign::length(error.1.iter().map(of));
        for sign in &error.1 {
            *weights.entry(sign).or_default().entry(cause).or_default() += of(sign) / length;
        }
    }
    let mut text = format!("{count}\t{}\n", causes.join("\t"));
    for (sign, weights) in weights {
        // Writing to a String never fails.
        let _ = write!(text, "{sign}\t{}", seen.get(sign).copied().unwrap_or_default());
        for (cause, weight) in weights {
            let _ = write!(text, "\t{cause}:{:.0}", weight * UNIT);
        }
        text.push('\n');
    }
    text
}
