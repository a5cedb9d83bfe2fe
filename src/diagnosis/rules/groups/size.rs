//! More members than the service takes or gives.

use super::super::super::{
    facts::{Facts, Form, Members, has_any_word, says},
    finding::Confidence::{self, Certain, Likely, Possible},
    found::{Found, Layer},
};
use super::{super::identity::quote, LARGE, shown};

/// Where pages and limits end.
const ROUND: [usize; 7] = [100, 200, 250, 500, 1_000, 2_000, 5_000];

/// More members than the service takes or gives.
pub(super) fn too_large(facts: &Facts<'_>, found: &mut Found) {
    if !facts.is_about_group() {
        return;
    }
    let sent = &facts.asked.members;
    let Some(confidence) = (if facts.has_succeeded() { cut(facts, sent) } else { too_many(facts, sent) }) else {
        return;
    };
    let draft = found.add("group-too-large", confidence, Layer::Shape);
    if sent.count() > 0 {
        draft.with("members", sent.count().to_string());
        let place = sent.all().next().map_or("request.body", |named| &*named.list);
        draft.at(place, format!("{} members", sent.count()));
    }
    quote(draft, facts);
    if let Some(shown) = shown(facts).filter(|_| facts.has_succeeded()) {
        draft.at("response.body/members", format!("{} members", shown.len()));
    }
    if facts.asked.is_known() {
        draft.at("request.url", facts.asked.url);
    }
}

/// The answer ends at a round number, and somebody who was added is not in it.
fn cut(facts: &Facts<'_>, sent: &Members<'_>) -> Option<Confidence> {
    let shown = shown(facts)?;
    let is_short = ROUND.contains(&shown.len()) && sent.added.iter().any(|named| !shown.contains(named.id));
    is_short.then_some(if sent.added.len() > shown.len() { Certain } else { Likely })
}

fn too_many(facts: &Facts<'_>, sent: &Members<'_>) -> Option<Confidence> {
    let status = facts.reply.status;
    if facts.reply.form == Form::Html && status != Some(413) || matches!(status, Some(401 | 403 | 404 | 409 | 429)) {
        return None;
    }
    let said = &facts.said;
    let is_large = sent.count() >= LARGE;
    let is_limit = is_large
        && says(said, &["more than ", "less than or equal"])
        && has_any_word(said, &["member", "members", "membership", "memberships", "items", "entries"])
        || says(said, &["size must be", "too many", "too large", "maximum", "at most", "limit", "exceed", "max "])
            && (has_any_word(
                said,
                &["member", "members", "membership", "memberships", "operations", "payload", "entity", "request"],
            ) || says(said, &["size must be"]));
    // The list as a whole is refused, and nobody in it is named.
    let is_list =
        ["members is invalid", "members are invalid", "invalid members", "members: invalid", "members not valid"]
            .iter()
            .any(|words| said.contains(words))
            && !sent.all().any(|named| said.contains(&named.id.to_ascii_lowercase()));
    let is_unread = is_list
        || said.trim().is_empty()
        || says(
            said,
            &[
                "unparsable",
                "syntactically",
                "violates schema",
                "bad request",
                "internal server error",
                "unexpected error",
            ],
        );
    match status {
        Some(413) => Some(if is_large || is_limit { Certain } else { Likely }),
        Some(400 | 422 | 500) if is_limit => Some(if is_large { Certain } else { Likely }),
        Some(400 | 422 | 500) if is_large && is_unread => Some(Likely),
        // That it took too long is said by others; how many there were may be why.
        Some(504) if is_large => Some(Possible),
        None if is_large && facts.reply.error.is_some_and(|error| says(&error.to_lowercase(), &["time", "reset"])) => {
            Some(Possible)
        }
        None if facts.has_failed() && is_limit && has_any_word(said, &["member", "members", "operations"]) => {
            Some(Likely)
        }
        _ => None,
    }
}
