//! Names of groups that are taken, or that cannot be searched for.

use super::super::super::{
    facts::{Facts, has_any_word, says},
    finding::Confidence::{Certain, Likely, Possible},
    found::{Found, Layer},
};
use super::{
    super::identity::{clash, doubles, quote},
    without_user_group,
};
use crate::domain::exchange::Operation;

/// Another group has the name.
pub(super) fn name_taken(facts: &Facts<'_>, found: &mut Found) {
    if !facts.is_about_group() {
        return;
    }
    let id = "group-displayname-duplicate";
    if let Some(told) = facts.event.names_code("DuplicateTargetEntries") {
        found.add(id, Certain, Layer::Told).at(told.place.clone(), told.text);
        return;
    }
    let doubles = doubles(facts, &["displayname", "externalid"]);
    if facts.has_succeeded() && doubles.len() > 1 {
        let draft = found.add(id, Certain, Layer::Reply);
        draft.at("request.url", facts.asked.url).with("matches", doubles.len().to_string());
        for (place, id) in doubles.iter().take(4) {
            draft.at(place.clone(), id);
        }
        return;
    }
    let said = &facts.said;
    if is_name_misread(facts, said) {
        quote(found.add(id, Possible, Layer::Shape).at("request.url", facts.asked.url), facts);
        return;
    }
    let strength = clash(facts, said).filter(|_| !matches!(facts.asked.method, "GET" | "DELETE"));
    let Some(strength) = strength.filter(|_| !found.explains("conflict-external-id")) else { return };
    let parts = &facts.asked.written;
    let name = parts.iter().find(|part| part.name == "displayname");
    let names_group = has_any_word(said, &["group", "groups", "displayname", "name"]);
    let plain = without_user_group(said);
    let is_about_member = has_any_word(&plain, &["member", "members", "membership", "memberships", "user"])
        && !has_any_word(said, &["displayname"]);
    let is_creation = says(said, &["creating user group", "creating group"]);
    let creates = facts.asked.creates() || facts.operation() == Operation::Create || is_creation;
    let most = match () {
        () if is_about_member && !creates => return,
        () if is_about_member => Possible,
        () if creates => {
            if names_group || name.is_some() {
                Certain
            } else {
                Likely
            }
        }
        () if name.is_some() || names_group => Likely,
        () => return,
    };
    let draft = quote(found.add(id, strength.min(most), Layer::Told), facts);
    if let Some(name) = name {
        draft.at_value(name.at.clone(), name.value);
        if let Some(text) = name.value.as_str() {
            draft.with("group", text);
        }
    }
}

/// A look-up by a name with quotes or signs that the service cannot read.
fn is_name_misread(facts: &Facts<'_>, said: &str) -> bool {
    let Some(filter) = facts.asked.filter.as_ref().filter(|_| facts.was_judged()) else { return false };
    let is_odd = filter.is_cut || filter.value.contains(['"', '\'', '&', '#', '+', '%', '\\', '/']);
    is_odd
        && filter.name().eq_ignore_ascii_case("displayname")
        && (facts.has_code(&["invalidFilter"]) || says(said, &["filter", "parse", "syntax"]))
}
