//! What a request asked for and what of it the tenant did not keep, as far as its log or its answer tells. It never guesses
//! where neither does.

use super::{
    pairing::{Work, work},
    state::{answered, removed},
};
use crate::domain::{
    answered::{Answered, SentValue, held_against},
    exchange::Outcome,
    journal::Record,
    landing::{Dropped, shown},
    sent::sent,
};

/// So many attributes make an answer more than a receipt.
const WHOLE: usize = 6;
/// The reason where the answer shows the person without the value.
const NOT_SHOWN: &str = "The tenant’s answer does not show it.";

/// The attributes that a request asked to set or remove, in the order sent; `None` where its body is not here.
pub(super) fn asked(record: &Record) -> Option<Vec<String>> {
    let body = &record.exchange.as_ref()?.request.body;
    if work(record.summary.operation) == Work::LookUp || body.is_null() {
        return Some(Vec::new());
    }
    let mut names: Vec<String> = sent(body).iter().map(|(name, _)| shown(name)).chain(removed(body)).collect();
    let mut known = std::collections::BTreeSet::new();
    names.retain(|name| known.insert(name.to_ascii_lowercase()));
    Some(names)
}

/// What was sent and not kept: the tenant's own word, else what its answer does not show. A refused request loses nothing:
/// none of it was taken.
pub(super) fn lost(record: &Record) -> Vec<Dropped> {
    let summary = &record.summary;
    let taken = matches!(summary.outcome, Outcome::Success | Outcome::Warning);
    if !taken || work(summary.operation) == Work::LookUp {
        return Vec::new();
    }
    if let Some(landing) = &record.landing {
        return landing.dropped.clone();
    }
    let Some(exchange) = &record.exchange else { return Vec::new() };
    // An answer that was asked to leave things out shows nothing by leaving them out (RFC 7644 §3.9).
    let Some(seen) = answered(exchange).filter(|_| !summary.path.to_ascii_lowercase().contains("attributes=")) else {
        return Vec::new();
    };
    // An answer in short shows nothing by leaving things out.
    let values = held_against(exchange);
    let is_whole = seen.attributes.len() >= WHOLE || values.iter().any(|one| one.answered != Answered::Missing);
    let is_displayed = |name: &str| {
        ["displayname", "display", "$ref"].iter().any(|part| name.to_ascii_lowercase().ends_with(&format!(".{part}")))
    };
    let lost =
        values.into_iter().filter(|one| is_whole && one.answered == Answered::Missing && !is_displayed(&one.attribute));
    lost.map(|SentValue { attribute, value, .. }| Dropped { attribute, value, reason: NOT_SHOWN.to_owned() }).collect()
}
