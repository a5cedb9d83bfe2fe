//! What a request asked for and what of it the tenant did not keep, as far as its log or its answer tells. It never guesses
//! where neither does.

use serde_json::Value;

use super::{
    pairing::{Work, work},
    state::{answered, removed},
};
use crate::domain::{
    exchange::Outcome,
    journal::Record,
    landing::{Dropped, is_empty, shown},
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
    let shows = |name: &str| {
        let wanted = name.strip_suffix(".value").unwrap_or(name);
        let head = name.split_once('[').map(|(head, _)| head);
        seen.attributes.keys().any(|known| {
            let same = known.strip_suffix(".value").unwrap_or(known).eq_ignore_ascii_case(wanted);
            // One element may be chosen in many ways; only a list that is not there at all was surely not kept.
            let in_list = head.is_some_and(|head| {
                known.get(..head.len()).is_some_and(|start| start.eq_ignore_ascii_case(head))
                    && known[head.len()..].starts_with(['[', '.'])
            });
            same || in_list
        })
    };
    // An answer in short shows nothing by leaving things out.
    let sent_any = sent(&exchange.request.body);
    let is_whole = seen.attributes.len() >= WHOLE || sent_any.iter().any(|(name, _)| shows(&shown(name)));
    let is_displayed = |name: &str| {
        ["displayname", "display", "$ref"].iter().any(|part| name.to_ascii_lowercase().ends_with(&format!(".{part}")))
    };
    let dropped = |attribute: String, value: Value| Dropped { attribute, value, reason: NOT_SHOWN.to_owned() };
    let values = sent_any.into_iter().map(|(name, value)| (shown(&name), value));
    let lost = values.filter(|(name, value)| is_whole && !is_empty(value) && !is_displayed(name) && !shows(name));
    lost.map(|(name, value)| dropped(name, value)).collect()
}
