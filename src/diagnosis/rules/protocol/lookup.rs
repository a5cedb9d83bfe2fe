//! A look-up that finds nobody, answered as an error in place of an empty list.

use super::super::super::{
    facts::{Asked, Facts, Form, Target, says},
    finding::Confidence::{self, Certain, Likely, Possible},
    found::{Found, Layer},
};
use super::{super::connection::names_place, quote_reply};
use crate::domain::exchange::Operation;

/// Words of a service about a person who is not there.
const NOBODY: [&str; 12] = [
    "not exist",
    "not found",
    "no user",
    "no group",
    "no resource",
    "no match",
    "no record",
    "no result",
    "does not exist",
    "doesn't exist",
    "could not find",
    "couldn't find",
];

/// Words of a router about a path that is not there.
const NO_PATH: [&str; 9] = [
    "cannot get",
    "no route",
    "route ",
    "page not found",
    "endpoint",
    "no static resource",
    "no handler",
    "url",
    "no api",
];

/// Entra's own words for a search that was answered 404.
pub(super) const ANSWERED_404: [&str; 2] =
    ["404 not found response was returned rather than", "http/404 not found response"];

/// A search answered 404, or with an error that says "not found".
pub(super) fn not_found(facts: &Facts<'_>, found: &mut Found) {
    if !facts.asked.is_known() {
        return not_found_in_words(facts, found);
    }
    let asked = &facts.asked;
    if !searches(asked) || facts.reply.form == Form::Html || !matches!(asked.target, Target::Users | Target::Groups) {
        return;
    }
    // Whoever is not there is the customer.
    if names_place(facts) {
        return;
    }
    let Some(confidence) = answered_as_error(facts) else { return };
    let draft = if is_harmless(facts) {
        found.habit("missing-resource-returns-not-empty", Layer::Reply)
    } else {
        found.add("missing-resource-returns-not-empty", confidence, Layer::Reply)
    };
    draft.at("request.url", asked.url);
    quote_reply(draft, facts);
}

/// Whether it searches by GET, also with a filter that cannot be read.
fn searches(asked: &Asked<'_>) -> bool {
    asked.method == "GET" && asked.id.is_none() && asked.parameter("filter").is_some()
}

/// Whether Okta was told 404 for somebody who is not there: it goes on to create. Where the words leave it open, the
/// address may be wrong.
pub(super) fn is_harmless(facts: &Facts<'_>) -> bool {
    searches(&facts.asked)
        && facts.reply.status == Some(404)
        && is_by_okta(facts)
        && answered_as_error(facts).is_some_and(|confidence| confidence > Possible)
}

/// Whether Okta asks, by its own name or in its manner.
fn is_by_okta(facts: &Facts<'_>) -> bool {
    let asked = &facts.asked;
    let is_page = asked.parameter("startIndex") == Some("1") && asked.parameter("count") == Some("100");
    let is_by_name = asked.filter.as_ref().is_some_and(|filter| filter.attribute.eq_ignore_ascii_case("userName"));
    let is_named = asked.header("user-agent").is_some_and(|agent| agent.to_lowercase().contains("okta"));
    is_named || is_page && is_by_name
}

fn answered_as_error(facts: &Facts<'_>) -> Option<Confidence> {
    let said = &facts.said;
    let says_nobody = says(said, &NOBODY);
    let is_of_groups = facts.asked.target == Target::Groups;
    match facts.reply.status? {
        404 if facts.is_about_an_attribute()
            || says(said, &NO_PATH)
            || says(said, &["not supported", "unsupported", "resource type"]) =>
        {
            None
        }
        404 if facts.reply.is_scim_error() || said.contains("user") && says_nobody => {
            Some(if is_of_groups { Likely } else { Certain })
        }
        404 if says_nobody && !is_of_groups && says(said, &["resource", "record", "match", "exist", "result"]) => {
            Some(Likely)
        }
        // A wrong address answers so as well.
        404 => Some(Possible),
        // An error within an answer of 2xx.
        200..300 if facts.reply.is_scim_error() => Some(Certain),
        204 => Some(Likely),
        400 | 422 | 500 if says_nobody && !says(said, &["attribute", "filter", "path"]) => Some(Likely),
        _ => None,
    }
}

/// Entra's own words for it, as the reason of a quarantine.
fn not_found_in_words(facts: &Facts<'_>, found: &mut Found) {
    let is_match = facts.operation() == Operation::Match || facts.event.reason(&["failed to match an entry"]).is_some();
    // "Resource: …?filter=… Response Status Code: NotFound": Entra quotes its own search, and may give the status as a code.
    let is_coded = facts.event.codes.iter().any(|code| code.text.to_ascii_lowercase().ends_with("managementnotfound"));
    let quotes_search = |text: &str| {
        let is_missing = is_coded || says(text, &["code: notfound", "code: 404"]);
        text.contains("filter=") && is_missing && says(text, &NOBODY)
    };
    let quoted = facts.event.reasons.iter().find(|said| quotes_search(&said.lower));
    let is_nobody = is_match && facts.reply.status == Some(404) && says(&facts.said, &NOBODY);
    if let Some(reason) = facts.event.reason(&ANSWERED_404).or(quoted) {
        let draft = found.add("missing-resource-returns-not-empty", Likely, Layer::Reply);
        draft.at(reason.place.clone(), reason.text);
    } else if is_nobody {
        quote_reply(found.add("missing-resource-returns-not-empty", Likely, Layer::Reply), facts);
    }
}
