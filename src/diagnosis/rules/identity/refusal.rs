//! What a refusal says: whether a value is taken or missing, whom it is about, and its words as evidence.

use super::super::super::{
    facts::{Facts, Form, has_name, says},
    finding::Confidence::{self, Certain, Likely, Possible},
    found::Draft,
};

/// Beside a 409 these are plain enough.
pub(super) const TAKEN: [&str; 6] = ["already", "duplicate", "unique", "taken", "in use", "exists"];
/// These are so without one.
const TAKEN_IN_WORDS: [&str; 22] = [
    "already owns the account",
    "already exist",
    "already been taken",
    "already been provisioned",
    "already in use",
    "already used",
    "already taken",
    "already registered",
    "already provisioned",
    "exists already",
    "user exists",
    "duplicate key",
    "duplicate entry",
    "duplicate user",
    "duplicate account",
    "duplicate value",
    "must be unique",
    "not unique",
    "unique constraint",
    "uniqueness",
    "is taken",
    "e11000",
];
pub(in crate::diagnosis::rules) const MISSING: [&str; 15] = [
    "not found",
    "not be found",
    "notfound",
    "not exist",
    "n't exist",
    "not exit",
    "no such",
    "unknown",
    "could not find",
    "couldn't find",
    "cannot find",
    "unable to find",
    "no longer",
    "not known",
    "no user",
];
/// A conflict between two writers, not between two people.
const RACE: [&str; 6] = ["etag", "version", "concurren", "in progress", "another request", "try again"];

/// Whether a text names an id as a whole.
pub(in crate::diagnosis::rules) fn names(text: &str, id: &str) -> bool {
    has_name(text, &id.trim().to_lowercase())
}

/// Quotes the refusal: the directory's code, the status, and the service's own words.
pub(in crate::diagnosis::rules) fn quote<'d>(draft: &'d mut Draft, facts: &Facts<'_>) -> &'d mut Draft {
    if let Some(code) = facts.event.codes.first() {
        draft.at(code.place.clone(), code.text);
    }
    if let Some(status) = facts.reply.status {
        draft.at("response.status", status.to_string());
    }
    if let Some(kind) = facts.reply.scim_type {
        draft.at("response.body/scimType", kind);
    }
    match facts.quoted().or_else(|| Some(("error", facts.reply.error?))) {
        Some((place, text)) => draft.at(place, text),
        None => draft,
    }
}

/// How surely the refusal is about a value that is taken.
pub(in crate::diagnosis::rules) fn clash(facts: &Facts<'_>, said: &str) -> Option<Confidence> {
    let status = facts.reply.status;
    if !facts.has_failed() || facts.reply.form == Form::Html || matches!(status, Some(401 | 403 | 404 | 429)) {
        return None;
    }
    let conflicts = |code: &str| code.to_ascii_lowercase().ends_with("entryconflict");
    let is_coded =
        facts.has_code(&["uniqueness", "Conflict"]) || facts.event.codes.iter().any(|code| conflicts(code.text));
    let is_told = says(said, &TAKEN);
    match status {
        _ if is_coded => Some(Certain),
        Some(409) if is_told => Some(Certain),
        Some(409) if says(said, &RACE) => None,
        Some(409) if said.trim().is_empty() || said.trim() == "conflict" => Some(Likely),
        Some(409) => Some(Possible),
        Some(400 | 422 | 500) if says(said, &TAKEN_IN_WORDS) => Some(Likely),
        None if says(said, &TAKEN_IN_WORDS) || said.contains(": conflict") => Some(Likely),
        _ => None,
    }
}
