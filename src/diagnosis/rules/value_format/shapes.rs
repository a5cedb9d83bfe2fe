//! Values of the wrong shape: several for a field of one, one for a list, an object as text, a formula that was never
//! worked out.

use serde_json::Value;

use super::{Certain, Found, Layer, Likely, Phrases, Possible, Sent, Verdict, View};
use crate::domain::attribute::Kind;

const SEVERAL: &str = "unsupported-multivalued-source";
const ROLE: &str = "role-as-json-string";
const MIXED: &str = "type-mismatch-number-string";
const FORMULA: &str = "constant-or-expression-error";

static ONE_ONLY: Phrases = Phrases::of(&[
    "single value",
    "single-value",
    "singlevalue",
    "one value",
    "only accept value",
    "multiple values",
    "multi-valued",
    "multivalued",
    "more than one value",
    "several values",
    "array",
    "list",
    "of a collection",
    "start_array",
    "sequence",
]);

/// A list where the target holds one value.
pub(super) fn several_for_one(view: &View<'_>, found: &mut Found) {
    let is_code = |text: &str| text.to_ascii_lowercase().starts_with("schemapropertycanonlyaccept");
    if let Some(code) = view.facts.event.codes.iter().find(|said| is_code(said.text)) {
        let named = view.sent.iter().find(|sent| view.said.names(&[sent.leaf()]) && sent.leaf().len() > 3);
        let draft = found.add(SEVERAL, Certain, Layer::Told);
        draft.at(code.place.clone(), code.text);
        if let Some(said) = view.facts.event.reasons.iter().find(|said| said.place != code.place) {
            draft.at(said.place.clone(), said.text);
        }
        if let Some(sent) = named {
            draft.at_value(sent.place.clone(), sent.value).with("attribute", sent.written);
        }
        return;
    }
    let is_single = |sent: &Sent<'_>| matches!(sent.standard(), Some((kind, false)) if kind != Kind::Complex);
    let is_many = |sent: &Sent<'_>| {
        matches!(sent.standard(), Some((_, true))) || matches!(sent.name.as_str(), "members" | "manager")
    };
    let is_list = |sent: &&Sent<'_>| {
        let items = sent.value.as_array().filter(|items| !items.is_empty() && !is_many(sent));
        items.is_some_and(|items| is_single(sent) || !items.iter().any(Value::is_object))
    };
    for sent in view.sent.iter().filter(is_list) {
        // A member of a list of its own, such as `emails.value`, is single too; another list of texts may be meant as one.
        let is_known = is_single(sent) || sent.leaf() == "value";
        let confidence = match view.verdict(&[sent.root(), sent.leaf()]) {
            Some(Verdict::Named) if is_known || view.said.has(&ONE_ONLY) || view.said.says(&["string"]) => Certain,
            Some(Verdict::Open) if is_known => view.open_confidence(sent.root()),
            Some(Verdict::Elsewhere) if is_known && view.said.has(&ONE_ONLY) && !view.names_another(sent) => Likely,
            None if is_known && kept_one(view, sent) => Likely,
            _ => continue,
        };
        view.explain(found, (SEVERAL, confidence, Layer::Mapping), &[sent]);
        return;
    }
    let words = [
        "single-valued",
        "single valued",
        "only one value",
        "only accept one",
        "only accepts one",
        "a single value",
        "multiple values for",
    ];
    if !view.has_request() && view.is_blamed_for_a_value() && view.said.says(&words) {
        view.explain(found, (SEVERAL, Likely, Layer::Mapping), &[]);
    }
}

/// A bare value where the standard has a list: `"roles": "admin"` (RFC 7643 §4.1.2).
pub(super) fn one_for_several(view: &View<'_>, found: &mut Found) {
    let is_bare = |sent: &&Sent<'_>| {
        !sent.is_told
            && !sent.name.contains('.')
            && matches!(sent.standard(), Some((_, true)))
            && sent.text().is_some_and(|text| !text.trim().is_empty())
            && !holds_json_text(sent.value)
            // A path that picks one entry means one.
            && !sent.written.contains('[')
            && !sent.text().is_some_and(|text| view.said.quotes(text))
    };
    let Some(sent) = view.sent.iter().find(is_bare) else { return };
    let confidence = match view.verdict(&[sent.root()]) {
        Some(Verdict::Named) if view.said.has(&ONE_ONLY) || view.said.says(&["expected object", "an object"]) => {
            Certain
        }
        Some(Verdict::Named) if view.said.says(&["domain", "format", "valid email"]) => return,
        Some(Verdict::Named) => Likely,
        Some(Verdict::Open) => view.open_confidence(sent.root()),
        _ => return,
    };
    view.explain(found, (MIXED, confidence, Layer::Shape), &[sent]);
}

/// The answer shows one of several.
fn kept_one(view: &View<'_>, sent: &Sent<'_>) -> bool {
    let several = sent.value.as_array().is_some_and(|items| items.len() > 1);
    several && view.answered(&sent.name).is_some_and(|now| !now.value.is_array())
}

/// Entra's app role as JSON within a text.
pub(super) fn role_in_json(view: &View<'_>, found: &mut Found) {
    let is_role = |sent: &&Sent<'_>| matches!(sent.root(), "roles" | "entitlements" | "role" | "approleassignments");
    let odd: Vec<&Sent<'_>> = view.sent.iter().filter(is_role).filter(|sent| holds_json_text(sent.value)).collect();
    let Some(first) = odd.first() else {
        let is_quoted = view.said.says(&["{\"id\":", "{\\\"id\\\":"]);
        if view.verdict(&["role", "entitlement"]) == Some(Verdict::Named) && is_quoted && !view.has_request() {
            view.explain(found, (ROLE, Likely, Layer::Shape), &[]);
        }
        return;
    };
    let confidence = match view.verdict(&["role", "entitlement", "approleassignment"]) {
        Some(Verdict::Named) => Certain,
        Some(Verdict::Open) => view.open_confidence(first.root()),
        Some(Verdict::Elsewhere) => return,
        None if !view.facts.has_succeeded() => return,
        None => {
            if let Some(now) = view.kept().iter().filter(is_role).find(|now| holds_json_text(now.value)) {
                view.explain(found, (ROLE, Certain, Layer::Shape), &[first]).at_value(now.place.clone(), now.value);
            } else {
                view.habit(found, ROLE, Layer::Shape, &odd);
            }
            return;
        }
    };
    view.explain(found, (ROLE, confidence, Layer::Shape), &odd);
}

fn holds_json_text(value: &Value) -> bool {
    match value {
        Value::String(text) => {
            let text = text.trim();
            text.starts_with('{') && text.ends_with('}') && text.contains("\":") || text.starts_with("[{\"")
        }
        Value::Array(items) => items.iter().take(20).any(|item| item.is_string() && holds_json_text(item)),
        _ => false,
    }
}

/// A formula or a place-holder that arrived as it was written, because it was mapped as a constant.
pub(super) fn formula(view: &View<'_>, found: &mut Found) {
    if let Some(sent) = view.sent.iter().find(|sent| sent.text().is_some_and(is_formula)) {
        let confidence = match view.verdict(&[sent.root(), sent.leaf()]) {
            Some(Verdict::Elsewhere) => return,
            Some(Verdict::Open) => Likely,
            Some(Verdict::Named) => Certain,
            None if view.facts.has_failed() => return,
            None => Certain,
        };
        view.explain(found, (FORMULA, confidence, Layer::Mapping), &[sent]);
        return;
    }
    let words = [
        "expression could not be",
        "evaluating the expression",
        "evaluate the expression",
        "evaluate expression",
        "evaluating expression",
        "invalid expression",
        "parse the expression",
        "error in expression",
        "error in the expression",
        "attribute mapping expression",
        "mapping function",
        "expression evaluation",
        "evaluating this function",
        "evaluating the function",
    ];
    if let Some(said) = view.facts.event.reason(&words).filter(|_| view.facts.has_failed() || view.facts.is_skipped()) {
        let is_refused = view.facts.reply.status.is_some_and(|status| status >= 400);
        let draft = found.add(FORMULA, if is_refused { Possible } else { Likely }, Layer::Mapping);
        draft.at(said.place.clone(), said.text);
    }
}

/// `Switch([Department], …)` of Entra, `user.department` and `String.join(…)` of Okta, `{$user.firstname}` of OneLogin.
fn is_formula(text: &str) -> bool {
    const FUNCTIONS: [&str; 27] = [
        "Append",
        "AppRoleAssignmentsComplex",
        "SingleAppRoleAssignment",
        "AssertiveAppRoleAssignmentsComplex",
        "Coalesce",
        "CBool",
        "CDate",
        "CStr",
        "FormatDateTime",
        "IIF",
        "IgnoreFlowIfNullOrEmpty",
        "Item",
        "Join",
        "Left",
        "Mid",
        "NormalizeDiacritics",
        "Not",
        "PCase",
        "Replace",
        "SelectUniqueValue",
        "Split",
        "StripSpaces",
        "Switch",
        "ToLower",
        "ToUpper",
        "Word",
        "IsNull",
    ];
    let text = text.trim().trim_start_matches('=');
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
    let called = text.split_once('(').filter(|_| text.ends_with(')')).map(|(name, _)| name.trim());
    let has_source = text.contains('[') || text.contains("user.") || text.contains('"');
    let is_call = has_source && called.is_some_and(|name| FUNCTIONS.contains(&name) || name.starts_with("String."));
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let is_source = bracketed
        .is_some_and(|name| is_name(name) && name.len() > 3 && name.starts_with(|c: char| c.is_ascii_lowercase()));
    let is_okta =
        ["user.", "appuser.", "source."].iter().any(|start| text.strip_prefix(start).is_some_and(is_okta_name));
    let is_macro = ["{$", "${", "{{"].iter().any(|start| text.starts_with(start)) && text.ends_with('}');
    is_call || is_source || is_okta || is_macro
}

/// A variable of Okta's profile; `user.name` may be somebody's login.
fn is_okta_name(name: &str) -> bool {
    const NAMES: [&str; 16] = [
        "firstName",
        "lastName",
        "email",
        "login",
        "displayName",
        "department",
        "title",
        "manager",
        "managerId",
        "division",
        "organization",
        "costCenter",
        "employeeNumber",
        "preferredLanguage",
        "locale",
        "timezone",
    ];
    NAMES.contains(&name)
}
