//! What the service's words tell of a name's place where the request was not seen: the directory's record gives the names,
//! and not how they were wrapped.

use super::super::super::{
    facts::Facts,
    finding::Confidence::Likely,
    found::{Found, Layer},
};
use super::{
    said::Said,
    slip::{self, Schema, is_urn},
    used::Used,
};
use crate::domain::attribute::{CORE_USER, ENTERPRISE_USER};

/// Words about a list that does not hold something.
const NOT_THERE: [&str; 10] = [
    "missing",
    "not declared",
    "not listed",
    "not included",
    "not present",
    "does not include",
    "does not contain",
    "must include",
    "must contain",
    "must be listed",
];

/// A schema that is used, and by the service's words missing from `schemas`.
pub(super) fn undeclared(facts: &Facts<'_>, said: &Said<'_>, all: &[Used<'_>], found: &mut Found) -> bool {
    if facts.asked.is_known() || !said.has(&["schemas"]) || !said.has(&NOT_THERE) {
        return false;
    }
    let Some(urn) = extension(said) else { return false };
    let draft = found.add("schemas-array-missing-extension", Likely, Layer::Mapping);
    draft.at(said.place.clone(), &said.text).with("schema", urn).with("attribute", urn);
    let used = all.iter().find(|used| used.urn.is_some_and(|schema| schema.eq_ignore_ascii_case(urn)));
    if let Some(used) = used {
        draft.at(used.place.clone(), used.full());
    }
    true
}

/// The first schema of an extension that is named.
fn extension<'s>(said: &'s Said<'_>) -> Option<&'s str> {
    schemas(said).find(|urn| !urn.to_ascii_lowercase().contains(":core:"))
}

/// The schemas that are named, messages aside.
fn schemas<'s>(said: &'s Said<'_>) -> impl Iterator<Item = &'s str> {
    let ends = |c: char| c.is_whitespace() || "'\"`,;()<>{}[]“”‘’\\".contains(c);
    let tokens = said.text.split(ends).map(|token| token.trim_end_matches(['.', ':']));
    tokens.filter(|urn| is_urn(urn) && slip::is_schema(urn) && !urn.to_ascii_lowercase().contains(":api:messages"))
}

/// A schema that the service does not know, and that is nearly one of the standard's.
pub(super) fn misspelt(facts: &Facts<'_>, said: &Said<'_>, found: &mut Found) -> bool {
    let is_unknown = said.has(&[
        "not a known",
        "unknown",
        "not supported",
        "unsupported",
        "not recogni",
        "unrecogni",
        "invalid",
        "not found",
    ]);
    if facts.asked.is_known() || !is_unknown {
        return false;
    }
    // Version 1 of the standard had other names.
    let old = ["urn:scim:schemas:core:1.0", "urn:scim:schemas:extension:enterprise:1.0"];
    let meant = [CORE_USER, ENTERPRISE_USER];
    let first = old.into_iter().zip(meant).find(|(urn, _)| said.text.to_ascii_lowercase().contains(urn));
    let Some((urn, meant)) = first.or_else(|| {
        schemas(said).find_map(|urn| match slip::schema(urn) {
            Schema::Misspelt(meant) => Some((urn, meant)),
            _ => None,
        })
    }) else {
        return false;
    };
    let draft = found.add("namespace-urn-misspelt", Likely, Layer::Mapping);
    draft.at(said.place.clone(), &said.text).with("attribute", urn).with("meant", meant);
    true
}

/// A whole name, schema and all, that the service looked for as one key of a value.
pub(super) fn flat(facts: &Facts<'_>, said: &Said<'_>, told: &[Used<'_>], found: &mut Found) -> bool {
    let is_of_value = said.has(&["core attribute", "value object", "in value", "without path", "without a path"]);
    let is_unknown =
        said.has(&["undefined", "unknown", "not defined", "not found", "not exist", "no such", "unrecogni"]);
    if facts.asked.is_known() || !is_of_value || !is_unknown {
        return false;
    }
    let is_sound = |used: &&Used<'_>| {
        !used.dot && used.urn.is_some_and(|urn| !matches!(slip::schema(urn), Schema::Misspelt(_)) && !is_core(urn))
    };
    let Some(used) = told.iter().find(is_sound) else { return false };
    let draft = found.add("extension-flat-key-in-value", Likely, Layer::Mapping);
    draft.at(said.place.clone(), &said.text).with("attribute", used.full());
    true
}

fn is_core(urn: &str) -> bool {
    urn.to_ascii_lowercase().contains(":schemas:core:")
}
