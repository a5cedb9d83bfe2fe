//! Free seats: a person whom the service has no licence for.

use super::super::super::{
    facts::{Facts, Form, has_any_word, says, words},
    finding::Confidence::{Certain, Likely},
    found::{Found, Layer},
};
use super::refusal::quote;
use crate::domain::exchange::Operation;

/// 402, 403, 409 …, and words about seats.
pub(super) fn seats(facts: &Facts<'_>, found: &mut Found) {
    if let Some(code) = facts.event.code(&["LicenseLimitExceeded"]) {
        quote(found.add("license-limit", Certain, Layer::Told).at(code.place.clone(), code.text), facts);
        return;
    }
    let status = facts.reply.status;
    if !facts.has_failed() || facts.reply.form == Form::Html || matches!(status, Some(401 | 404 | 405 | 413 | 429)) {
        return;
    }
    let said = &facts.said;
    let takes_seat = facts.asked.creates() || matches!(facts.operation(), Operation::Create | Operation::Activate);
    let is_about_seats =
        has_any_word(said, &["seat", "seats", "licence", "licences", "license", "licenses", "licensed", "licenced"])
            || says(
                said,
                &["user limit", "limit of users", "user cap", "number of users", "max users", "maximum users"],
            )
            || says(said, &["user quota", "users quota", "users allowed", "subscription limit", "plan limit"])
            || takes_seat && !facts.is_about_group() && counts_people(said);
    let is_at_the_end = says(said, &["limit", "exceed", "reached", "maximum", "max ", "not enough", "insufficient"])
        || says(
            said,
            &["exhaust", "no more", "no free", "no available", "available", "remaining", "all seats", "no seat"],
        )
        || says(said, &["no licen", "in use", "over quota", "out of ", "unassigned", "have enough", "used up"])
        || says(said, &["seats left", "licenses left", "licences left", "consumed", "been allocated", "ran out"]);
    // Said of a person, and not of the product as a whole.
    let is_to_buy = takes_seat
        && says(said, &["increase", "purchase", "buy ", "add more", "need more", "needs more", "upgrade"])
        && !says(said, &["feature", "use scim", "scim is", "scim provisioning"]);
    // A length or a rate has limits too.
    let is_another_limit =
        says(said, &["character", "length", "rate limit", "too many requests", "per second", "per minute"]);
    if is_about_seats && (is_at_the_end || is_to_buy) && !is_another_limit {
        let is_usual = matches!(status, Some(400 | 402 | 403 | 409 | 422));
        let confidence = if takes_seat && is_usual { Certain } else { Likely };
        quote(found.add("license-limit", confidence, Layer::Told), facts);
    } else if status == Some(402) && takes_seat {
        quote(found.add("license-limit", Likely, Layer::Told), facts);
    }
}

/// Whether people are counted: `250 users`, `50 active accounts`.
fn counts_people(said: &str) -> bool {
    let all: Vec<&str> = words(said).collect();
    let is_number = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
    let is_people = |word: &&str| ["users", "accounts", "people", "employees", "persons"].contains(word);
    let mut numbers = all.iter().enumerate().filter(|(_, word)| is_number(word));
    numbers.any(|(at, _)| all.iter().skip(at + 1).take(2).any(is_people))
}
