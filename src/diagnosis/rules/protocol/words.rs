//! What the service says of a refusal: whether its words name a cause, or leave it open.

use super::super::super::facts::{Facts, has_word, says};

/// Words that name a cause, an attribute or a rule: an error without any of them leaves the cause open.
const NAMING: [&str; 66] = [
    "zone",
    "boolean",
    "address",
    "nickname",
    "division",
    "organi",
    "cost",
    "does not ",
    "'",
    "\"",
    "`",
    "already",
    "exist",
    "unique",
    "duplicate",
    "conflict",
    "not found",
    "unknown",
    "unrecogni",
    "not recogni",
    "required",
    "missing",
    "mandatory",
    "licen",
    "seat",
    "quota",
    "limit",
    "permission",
    "owner",
    "admin",
    "domain",
    "too long",
    "length",
    "email",
    "e-mail",
    "username",
    "phone",
    "manager",
    "member",
    "department",
    "role",
    "locale",
    "language",
    "timezone",
    "date",
    "password",
    "attribute",
    "schema",
    "filter",
    "token",
    "media type",
    "content-type",
    "content type",
    "format",
    "must be",
    "tenant",
    "expired",
    "enterprise",
    "title",
    "displayname",
    "externalid",
    "givenname",
    "familyname",
    "is not a ",
    "read-only",
    "readonly",
];

/// The standard's own words for a scimType (RFC 7644 §3.12), and what services say in their place: they name
/// everything and nothing.
const BOILERPLATE: [&str; 10] = [
    "unknown_error",
    "unknown error",
    "violates schema",
    "violates the schema",
    "conform to the request schema",
    "a required value was missing, or the value specified was not compatible with the operation",
    "attribute type, or resource schema",
    "did not yield an attribute or attribute value that could be operated on",
    "the path attribute was invalid or malformed",
    "additional details",
];

/// Whether an error leaves the cause open.
pub(super) fn is_vague(said: &str) -> bool {
    let is_open = |said: &str| !NAMING.iter().any(|name| said.contains(name));
    if is_open(said) || !says(said, &BOILERPLATE) {
        return is_open(said);
    }
    is_open(&BOILERPLATE.iter().fold(said.to_owned(), |said, known| said.replace(known, "")))
}

/// Whether it leaves the cause open and names nothing that this request sends either.
pub(super) fn is_open(facts: &Facts<'_>, said: &str) -> bool {
    is_vague(said) && !names_sent(facts, said)
}

/// Whether an attribute that was sent is named.
pub(super) fn names_sent(facts: &Facts<'_>, said: &str) -> bool {
    let is_named = |name: &str| {
        let name = name.rsplit([':', '.']).next().unwrap_or(name).to_lowercase();
        name.len() > 3 && name != "value" && name != "schemas" && name != "operations" && has_word(said, &name)
    };
    let paths = facts.asked.ops.iter().filter_map(|op| op.path);
    let values = facts.asked.ops.iter().filter(|op| op.path.is_none()).filter_map(|op| op.value?.as_object());
    let own = facts.asked.body.as_object();
    paths.chain(values.chain(own).flat_map(|members| members.keys().map(String::as_str))).any(is_named)
}
