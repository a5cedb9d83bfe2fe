//! Look-ups by filter: attributes that cannot be searched, filters that are ignored, letter case.

use serde_json::Value;

use super::super::super::{
    facts::{Facts, Filter, Target, has_word, says},
    finding::Confidence::{self, Certain, Likely, Possible},
    found::{Found, Layer},
};
use super::{has_stumbled, lookup::ANSWERED_404, quote_reply, words::is_vague};
use crate::domain::exchange::Operation;

/// Entra's codes for an answer with more people than one.
const SEVERAL: [&str; 1] = ["SystemForCrossDomainIdentityManagementMultipleEntriesInResponse"];
/// Entra's code for a filter that a service does not take; it stands beside other refusals too.
const FILTERING: [&str; 1] = ["SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering"];

/// Words that refuse a filter.
const REFUSES: [&str; 10] = [
    "not supported",
    "unsupported",
    "not filterable",
    "not searchable",
    "invalid filter",
    "invalidfilter",
    "cannot filter",
    "not implemented",
    "not allowed",
    "unknown",
];

/// A look-up by an attribute that the service cannot filter.
pub(super) fn unsupported(facts: &Facts<'_>, found: &mut Found) {
    if !facts.asked.is_known() {
        return unsupported_in_words(facts, found);
    }
    let Some(text) = facts.asked.parameter("filter").filter(|_| facts.asked.method == "GET") else { return };
    // "Unknown path" with 404 is about the filter too.
    let is_unknown_path = facts.reply.status == Some(404) && facts.is_about_an_attribute();
    if !has_stumbled(facts, found) && !is_unknown_path {
        return;
    }
    let filter = only_comparison(facts);
    let attribute = filter.map_or(text, |filter| filter.attribute.as_str());
    let Some(confidence) = refused_filter(facts, filter) else { return };
    let draft = found.add("filter-unsupported-attribute", confidence, Layer::Shape);
    draft.at("request.url", format!("filter={text}")).with("attribute", attribute);
    quote_reply(draft, facts);
}

/// The filter of a GET that makes one comparison.
fn only_comparison<'f>(facts: &'f Facts<'_>) -> Option<&'f Filter> {
    let is_one = |filter: &&Filter| !filter.is_several() && !filter.operator.is_empty();
    facts.asked.filter.as_ref().filter(is_one).filter(|_| facts.asked.method == "GET")
}

fn refused_filter(facts: &Facts<'_>, filter: Option<&Filter>) -> Option<Confidence> {
    let said = &facts.said;
    let is_refused = facts.has_code(&["invalidFilter"]) || said.contains("filter") && refuses(said);
    let Some(filter) = filter else {
        // Several comparisons: one of them may be one too many.
        let has_empty = facts.asked.filter.as_ref().is_some_and(|filter| filter.text.contains("\"\""));
        return match () {
            () if is_refused => Some(Likely),
            () if is_vague(said) => Some(if has_empty { Likely } else { Possible }),
            () => None,
        };
    };
    let name = filter.name().to_lowercase();
    let is_searchable = name == "username" && !filter.attribute.contains('[')
        || facts.asked.target == Target::Groups && name == "displayname";
    if is_searchable {
        let is_odd = !filter.is_eq() && is_refused;
        return (is_odd || is_refused && facts.asked.target == Target::Groups).then_some(Possible);
    }
    let is_odd_value = filter.value.contains(['\'', '+', '&', '#', '%', '/', '$', '"']);
    let is_named = has_word(said, &name);
    match () {
        () if is_refused && !is_odd_value => Some(Certain),
        () if is_refused && says(said, &["token", "parse", "escap"]) => Some(Possible),
        () if is_refused => Some(Likely),
        () if is_named && refuses(said) => Some(Certain),
        () if is_named || is_vague(said) => Some(if is_odd_value { Possible } else { Likely }),
        () => None,
    }
}

fn refuses(said: &str) -> bool {
    says(said, &REFUSES) || has_word(said, "only") || says(said, &["limited to", "restricted to"])
}

/// The directory's word for it, where the request was not seen.
fn unsupported_in_words(facts: &Facts<'_>, found: &mut Found) {
    if !facts.has_failed() || facts.asked.is_known() {
        return;
    }
    let said = &facts.said;
    let is_refused = facts.has_code(&["invalidFilter"])
        || says(
            said,
            &[
                "filters are supported",
                "filter is not supported",
                "filter not supported",
                "unsupported filter",
                "cannot filter",
                "can't filter",
                "cannot be filtered",
                "cannot be used in a filter",
                "not filterable",
                "filtering on",
                "filtering by",
            ],
        );
    // A value path has a filter too.
    let is_of_look_up = matches!(facts.operation(), Operation::Match | Operation::List | Operation::Other)
        && matches!(facts.reply.status, None | Some(400 | 422 | 501))
        && !says(said, &["path", "patch", "operation"]);
    let is_refused = is_refused || is_of_look_up && said.contains("filter") && refuses(said);
    let code = facts.event.code(&FILTERING);
    // The code alone says as much, unless the answer that it quotes is about something else.
    let is_of_search = facts.reply.detail.is_none() || refuses_search(facts);
    let is_coded = code.is_some() && is_of_search && facts.reply.status.is_none_or(|status| status != 409);
    if !is_refused && !is_coded {
        return;
    }
    // The same code stands for a search that was read, and answered 404.
    let is_read = !is_refused && facts.event.reason(&ANSWERED_404).is_some();
    let draft = found.add("filter-unsupported-attribute", if is_read { Possible } else { Likely }, Layer::Told);
    if let Some(code) = code {
        draft.at(code.place.clone(), code.text);
    }
    quote_reply(draft, facts);
}

/// Whether nothing but a search can be what was refused: the directory got no further than to match.
fn refuses_search(facts: &Facts<'_>) -> bool {
    let is_match = facts.operation() == Operation::Match || facts.event.reason(&["failed to match an entry"]).is_some();
    is_match && matches!(facts.reply.status, Some(400 | 501)) && refuses(&facts.said)
}

/// A filter that made no difference: the answer holds people who are not what was looked for.
pub(super) fn ignored(facts: &Facts<'_>, found: &mut Found) {
    let Some(filter) = only_comparison(facts).filter(|_| facts.asked.id.is_none()) else {
        return several_in_event(facts, found);
    };
    if !facts.has_succeeded() {
        return;
    }
    let at = if facts.reply.body().is_array() { "response.body" } else { "response.body/Resources" };
    let resources = facts.reply.resources().or_else(|| facts.reply.body().as_array()).map_or(&[][..], Vec::as_slice);
    let stranger = resources.iter().enumerate().find(|(_, resource)| is_stranger(filter, resource));
    let total = facts.reply.total().unwrap_or_default();
    // As many as are shown, all with the name asked for, are duplicates: another matter.
    let shown = u64::try_from(resources.len()).unwrap_or(u64::MAX);
    let is_unproven = shown > 1
        && facts.asked.parameter("attributes").is_none()
        && resources.iter().any(|resource| filter.values(resource).is_empty());
    let is_counted = is_unique(filter) && filter.is_eq() && (total > shown.max(1) || is_unproven);
    let is_asked_for = facts.asked.parameter("count") == Some("0");
    let draft = match stranger {
        Some((place, resource)) => {
            let draft = found.add("filter-returns-unfiltered", Certain, Layer::Reply);
            let shown = filter.values(resource).into_iter().next();
            draft.at_value(format!("{at}/{place}/{}", filter.name()), shown.unwrap_or(&Value::Null))
        }
        None if is_counted && !is_asked_for => found.add("filter-returns-unfiltered", Likely, Layer::Reply),
        None => return,
    };
    draft.at("request.url", format!("{} {} \"{}\"", filter.attribute, filter.operator, filter.value));
    draft.with("attribute", &filter.attribute).with("value", &filter.value);
    if total > 0 {
        draft.at("response.body/totalResults", total.to_string()).with("total", total.to_string());
    }
    if facts.asked.target == Target::Users && !filter.name().eq_ignore_ascii_case("userName") {
        let draft = found.aside("filter-unsupported-attribute", Layer::Shape);
        draft.at("request.url", &filter.attribute).with("attribute", &filter.attribute);
    }
}

/// Whether a resource says that it is not what was looked for. One that is found by another of its names is not a
/// stranger: services that search the address where the user name was asked for are known.
fn is_stranger(filter: &Filter, resource: &Value) -> bool {
    let values = filter.values(resource);
    if values.is_empty() || values.iter().any(|value| filter.is_met(value)) {
        return false;
    }
    let emails = resource.get("emails").and_then(Value::as_array).into_iter().flatten();
    let emails = emails.filter_map(|email| email.get("value"));
    let name = resource.get("userName").filter(|_| !filter.name().eq_ignore_ascii_case("id"));
    !(is_unique(filter) && emails.chain(name).any(|value| filter.is_met(value)))
}

/// Whether it looks for a name that only one may have.
fn is_unique(filter: &Filter) -> bool {
    ["username", "externalid", "id"].contains(&filter.name().to_ascii_lowercase().as_str())
}

/// Entra's own word for an answer of several.
fn several_in_event(facts: &Facts<'_>, found: &mut Found) {
    if let Some(code) = facts.event.code(&SEVERAL) {
        found.add("filter-returns-unfiltered", Likely, Layer::Told).at(code.place.clone(), code.text);
        found.add("excluded-attributes-ignored", Possible, Layer::Told).at(code.place.clone(), code.text);
    } else if let Some(code) = facts.event.code(&["DuplicateTargetEntries"]) {
        found.add("filter-returns-unfiltered", Possible, Layer::Told).at(code.place.clone(), code.text);
    }
}

/// A create that meets somebody whose name differs only in letter case: the look-up before it cannot have found them.
pub(super) fn case(facts: &Facts<'_>, found: &mut Found) {
    if facts.reply.status != Some(409) || !(facts.asked.creates() || facts.operation() == Operation::Create) {
        return;
    }
    let sent = facts.asked.body.get("userName").and_then(Value::as_str).or(facts.record.summary.user.as_deref());
    let Some(sent) = sent.filter(|sent| sent.len() > 2) else { return };
    let told = &facts.told;
    if told.contains(sent) || !has_word(&told.to_lowercase(), &sent.to_lowercase()) {
        return;
    }
    let draft = found.add("filter-case-sensitivity", Likely, Layer::Sequence);
    draft.at("request.body/userName", sent).with("value", sent);
    quote_reply(draft, facts);
}
