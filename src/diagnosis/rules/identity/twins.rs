//! Twins: two who share the value by which they are matched, in the directory or at the service.

use serde_json::Value;

use super::super::super::{
    facts::{Facts, Form, attribute},
    finding::Confidence::{Certain, Likely, Possible},
    found::{Found, Layer},
};
use super::refusal::quote;

/// Entra's word that two of its people share the value.
pub(super) fn same_source(facts: &Facts<'_>, found: &mut Found) {
    if let Some(told) = facts.event.names_code("DuplicateSourceEntries") {
        found.add("matching-duplicates-source", Certain, Layer::Told).at(told.place.clone(), told.text);
    }
}

/// More than one account that matches.
pub(super) fn twins(facts: &Facts<'_>, found: &mut Found) {
    if facts.is_about_group() {
        return;
    }
    if let Some(told) = facts.event.names_code("DuplicateTargetEntries") {
        found.add("matching-duplicates-target", Certain, Layer::Told).at(told.place.clone(), told.text);
        return;
    }
    // Several came back; whether they match was not seen.
    let several = ["SystemForCrossDomainIdentityManagementMultipleEntriesInResponse"];
    if let Some(told) = facts.event.code(&several) {
        found.add("matching-duplicates-target", Possible, Layer::Told).at(told.place.clone(), told.text);
        return;
    }
    let doubles = doubles(facts, &["username", "externalid", "emails", "id", "employeenumber"]);
    if facts.has_succeeded() && doubles.len() > 1 {
        let draft = found.add("matching-duplicates-target", Certain, Layer::Reply);
        draft.at("request.url", facts.asked.url).with("matches", doubles.len().to_string());
        for (place, id) in doubles.iter().take(4) {
            draft.at(place.clone(), id);
        }
        return;
    }
    // Two came back, and the attribute that was looked for was not asked for.
    let count = facts.reply.resources().map_or(0, Vec::len);
    if facts.has_succeeded() && count == 2 && facts.asked.looks_up() && is_unseen(facts) {
        let draft = found.add("matching-duplicates-target", Possible, Layer::Reply);
        draft.at("request.url", facts.asked.url).at("response.body/Resources", "2 resources");
        return;
    }
    let several =
        ["more than one user", "multiple users", "multiple accounts", "more than one match", "multiple match"];
    if facts.has_failed() && facts.reply.form != Form::Html && facts.says(&several) {
        quote(found.add("matching-duplicates-target", Likely, Layer::Told), facts);
    }
}

/// Whether the query leaves out of the answer what its filter asks for.
fn is_unseen(facts: &Facts<'_>) -> bool {
    let looked_for = facts.asked.filter.as_ref().map(|filter| filter.name().to_ascii_lowercase()).unwrap_or_default();
    let is_match = matches!(looked_for.as_str(), "username" | "externalid" | "emails");
    is_match
        && facts
            .asked
            .parameter("attributes")
            .is_some_and(|all| all.split(',').all(|name| attribute(name) != looked_for))
}

/// The resources of an answer that have what was looked for, each with its place and id, if more than one.
pub(in crate::diagnosis::rules) fn doubles(facts: &Facts<'_>, attributes: &[&str]) -> Vec<(String, String)> {
    let looked_for = facts.asked.filter.as_ref().filter(|filter| facts.asked.looks_up() && filter.is_eq());
    let Some(filter) = looked_for.filter(|filter| !filter.value.trim().is_empty()) else { return Vec::new() };
    let is_either = filter.rest.to_ascii_lowercase().contains("or ");
    if is_either || !attributes.contains(&filter.name().to_ascii_lowercase().as_str()) {
        return Vec::new();
    }
    let has_it = |resource: &Value| filter.values(resource).into_iter().any(|value| filter.is_met(value));
    let mut all: Vec<(String, String)> = Vec::new();
    for (at, resource) in facts.reply.resources().into_iter().flatten().enumerate().take(200) {
        let id = resource.get("id").map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned));
        if let Some(id) = id.filter(|id| has_it(resource) && all.iter().all(|(_, known)| known != id)) {
            all.push((format!("response.body/Resources/{at}/id"), id));
        }
    }
    all
}
