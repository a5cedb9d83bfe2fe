//! `schemas`: what a body says that it is. A service that reads it strictly refuses a body without it, with the wrong one,
//! or with attributes of a schema that it does not declare.

use serde_json::Value;

use super::super::super::{
    facts::{Facts, Form, has_word, says},
    finding::Confidence::{self, Certain, Likely, Possible},
    found::{Found, Layer},
};
use super::{
    fate::is_about_the_body,
    said::{Said, Sense},
    slip::{self, Schema},
};
use crate::domain::attribute::{CORE_USER, ENTERPRISE_USER};

const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const CORE_GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// What is wrong with `schemas`.
enum Fault<'c> {
    /// It is not there, or holds nothing.
    Missing,
    /// It declares another kind of message.
    Wrong,
    /// A URN in it is meant to be a known one.
    Misspelt(usize, &'c str, &'static str),
    /// A schema is used and not declared.
    Undeclared(&'c str),
}

/// `operations` where `Operations` is meant, in a PATCH that was refused.
pub(super) fn operations(facts: &Facts<'_>, found: &mut Found) {
    let Some(body) = facts.asked.body.as_object().filter(|_| facts.asked.method == "PATCH") else { return };
    let is_cased = |name: &&String| *name != "Operations" && name.eq_ignore_ascii_case("Operations");
    let Some(name) = body.keys().find(is_cased).filter(|_| !body.contains_key("Operations") && facts.was_judged())
    else {
        return;
    };
    let said = Said::of(facts);
    let is_bare = said.text.is_empty() || said.has(&["patch", "empty", "body", "syntax"]) && !said.names_any();
    let sure = match facts.reply.status {
        Some(400 | 422 | 500) if said.has(&["operations"]) => Certain,
        Some(400 | 422 | 500) if is_bare => Likely,
        _ => return,
    };
    let draft = found.add("wrong-casing-attribute", sure, Layer::Mapping);
    draft.at(format!("request.body/{name}"), name).with("attribute", name).with("meant", "Operations");
    if !said.text.is_empty() {
        draft.at(said.place.clone(), &said.text);
    }
}

/// `schemas`, where the request was refused.
pub(super) fn schemas(facts: &Facts<'_>, found: &mut Found) {
    let asked = &facts.asked;
    if asked.body.is_null() && !asked.looks_up() {
        return in_words(facts, found);
    }
    if facts.reply.form == Form::Html || !(asked.creates() || asked.changes()) || !is_about_the_body(facts) {
        return;
    }
    let Some(body) = asked.body.as_object().filter(|body| !body.is_empty()) else { return };
    let said = Said::of(facts);
    // `Schemas` is told as a name in the wrong case.
    if body.keys().any(|name| name != "schemas" && name.eq_ignore_ascii_case("schemas")) {
        return cased(&said, body, found);
    }
    let declared = body.get("schemas");
    for fault in faults(facts, declared) {
        tell(&fault, declared, &said, facts, found);
    }
}

/// The service minds `schemas`, and what was sent was not seen.
fn in_words(facts: &Facts<'_>, found: &mut Found) {
    if !facts.has_failed() || facts.reply.form == Form::Html || !is_about_the_body(facts) {
        return;
    }
    let said = Said::of(facts);
    // The word is part of every URN.
    let words = said.text.to_lowercase().replace(":schemas:", ":").replace("/schemas", "");
    let is_wanted = says(&words, &["must", "require", "missing", "empty", "invalid", "not valid", "expected", "no "]);
    let is_of_list = has_word(&words, "schemas")
        || has_word(&words, "patchop") && says(&words, &["schema"])
        || says(&words, &["scim schema"])
        || says(&words, &["no schema's", "no schema defined", "no schema specified", "no schema given"])
            && !says(&words, &[" for ", "attribute", "field", "property", "extension"]);
    // An attribute that is in none of them is another matter.
    let is_of_name =
        said.sense == Sense::Unknown && !says(&words, &["the schemas urn", "schemas are unknown", "unknown schemas"]);
    if is_of_list && (is_wanted || says(&words, &["unknown"])) && !is_of_name {
        let draft = found.add("schemas-missing-or-wrong", Likely, Layer::Mapping);
        draft.at(said.place.clone(), &said.text);
        // Which it has to be depends on what was sent.
        if has_word(&words, "patchop") {
            draft.with("schema", PATCH).with("meant", PATCH);
        }
    }
}

fn faults<'c>(facts: &'c Facts<'_>, declared: Option<&'c Value>) -> Vec<Fault<'c>> {
    let urns: Vec<&str> = match declared {
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let has = |urn: &str| urns.iter().any(|one| one.eq_ignore_ascii_case(urn));
    if urns.is_empty() {
        return vec![Fault::Missing];
    }
    if facts.asked.method == "PATCH" {
        return if has(PATCH) { Vec::new() } else { vec![Fault::Wrong] };
    }
    let misspelt = urns.iter().enumerate().find_map(|(at, urn)| match slip::schema(urn) {
        Schema::Misspelt(meant) => Some(Fault::Misspelt(at, urn, meant)),
        _ => None,
    });
    if let Some(misspelt) = misspelt {
        return vec![misspelt];
    }
    if !has(CORE_USER) && !has(CORE_GROUP) {
        return vec![Fault::Wrong];
    }
    let used = facts.asked.body.as_object().into_iter().flatten();
    let used = used.filter(|(name, value)| value.is_object() && slip::is_block(name));
    let missing = used.map(|(name, _)| name.as_str()).find(|urn| !has(urn));
    missing.filter(|urn| !matches!(slip::schema(urn), Schema::Misspelt(_))).map(Fault::Undeclared).into_iter().collect()
}

fn tell(fault: &Fault<'_>, declared: Option<&Value>, said: &Said<'_>, facts: &Facts<'_>, found: &mut Found) {
    let (id, urn, meant) = match *fault {
        Fault::Missing | Fault::Wrong if facts.asked.method == "PATCH" => ("schemas-missing-or-wrong", "", PATCH),
        Fault::Missing | Fault::Wrong => ("schemas-missing-or-wrong", "", CORE_USER),
        Fault::Misspelt(_, urn, meant) => ("namespace-urn-misspelt", urn, meant),
        Fault::Undeclared(urn) => ("schemas-array-missing-extension", urn, urn),
    };
    let Some(sure) = blame(fault, urn, said, facts) else { return };
    let draft = found.add(id, sure, Layer::Mapping);
    match (fault, declared) {
        (Fault::Misspelt(at, urn, _), _) => draft.at(format!("request.body/schemas/{at}"), urn),
        (_, Some(declared)) => draft.at_value("request.body/schemas", declared),
        (_, None) => draft.at("request.body", "It has no schemas."),
    };
    if matches!(fault, Fault::Undeclared(_)) {
        draft.at(format!("request.body/{urn}"), urn);
    }
    draft.with("schema", meant).with("meant", meant);
    if !urn.is_empty() {
        draft.with("attribute", urn);
    }
    if !said.text.is_empty() {
        draft.at(said.place.clone(), &said.text);
    }
}

/// How surely `schemas` is why it was refused.
fn blame(fault: &Fault<'_>, urn: &str, said: &Said<'_>, facts: &Facts<'_>) -> Option<Confidence> {
    let names_urn = !urn.is_empty() && said.text.to_lowercase().contains(&urn.to_lowercase());
    let names_schemas =
        said.has(&["schemas", "patchop", "schema not", "schema is", "schema urn", "schema uri", "schema id"])
            || said.has(&["schema"]) && said.sense != Sense::Value;
    if names_urn || names_schemas && !said.names_any() {
        let says_schemas = said.has(&["schemas"]);
        let is_plain = says_schemas || names_urn || said.has(&["patchop"]);
        // A service that knows no schema of that name says so in the same words.
        let is_own = matches!(fault, Fault::Undeclared(urn) if !urn.eq_ignore_ascii_case(ENTERPRISE_USER));
        return Some(if is_plain && (says_schemas || !is_own) { Certain } else { Likely });
    }
    if said.names_any() || said.sense != Sense::Open {
        return None;
    }
    let kind = facts.reply.scim_type.unwrap_or_default();
    let is_syntax = kind.eq_ignore_ascii_case("invalidSyntax");
    match fault {
        Fault::Undeclared(_) => Some(Possible),
        _ if is_syntax || said.text.is_empty() => Some(Likely),
        _ => Some(Possible),
    }
}

fn cased(said: &Said<'_>, body: &serde_json::Map<String, Value>, found: &mut Found) {
    let name = body.keys().find(|name| *name != "schemas" && name.eq_ignore_ascii_case("schemas"));
    let Some(name) = name.filter(|_| said.has(&["schema"])) else { return };
    let draft = found.add("wrong-casing-attribute", Certain, Layer::Mapping);
    draft.at(format!("request.body/{name}"), name).at(said.place.clone(), &said.text);
    draft.with("attribute", name).with("meant", "schemas");
}
