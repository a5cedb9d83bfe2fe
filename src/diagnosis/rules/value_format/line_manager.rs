//! The manager: sent as a bare id, cleared in a way the service does not know, or unknown to it.

use serde_json::Value;

use super::{Certain, Found, Layer, Likely, Phrases, Possible, Sent, Verdict, View};

const AS_TEXT: &str = "manager-as-string";
const CLEARED: &str = "manager-empty-or-removal";
const UNRESOLVED: &str = "manager-unresolved";
const NAMES: &[&str] = &["manager"];
static SHAPE: Phrases = Phrases::of(&[
    "object",
    "complex",
    "string",
    "type",
    "json",
    "deserial",
    "unmarshal",
    "cast",
    "convert",
    "expected",
    "dictionary",
    "syntax",
    "sub-attribute",
    "subattribute",
    "parse",
    "structure",
]);
static ABSENT: Phrases = Phrases::of(&[
    "not found",
    "does not exist",
    "doesn't exist",
    "not exist",
    "unknown",
    "no such",
    "no user",
    "could not find",
    "cannot find",
    "can't find",
    "be found",
    "unable to find",
    "resolve",
    "not a valid user",
    "not a known",
    "not provisioned",
    "no matching",
    "non-existent",
    "nonexistent",
    "foreign key",
    "isn't a user",
    "is not a user",
    "does not match any",
    "not reference an existing",
]);
/// Words that fit a manager who is not there, and others.
static INVALID: Phrases = Phrases::of(&[
    "invalid reference",
    "invalid manager",
    "not a valid manager",
    "manager is invalid",
    "manager is not valid",
]);

/// A bare id where an object is meant.
pub(super) fn sent_as_text(view: &View<'_>, found: &mut Found) {
    let sent = view.sent.iter().find(|sent| sent.name == "manager" && !sent.is_removed && !sent.is_empty());
    let Some(sent) = sent.filter(|sent| sent.value.is_string()) else {
        // The request was not seen.
        let is_shape = view.said.says(&[
            "object",
            "complex",
            "error converting value",
            "could not convert",
            "cannot convert",
            "cannot cast",
            "no string-argument constructor",
            "unmarshal string",
            "value of string",
            "string value",
            "type string",
        ]);
        if !view.has_request() && view.verdict(NAMES) == Some(Verdict::Named) && is_shape && !view.said.has(&ABSENT) {
            view.explain(found, (AS_TEXT, Likely, Layer::Shape), &[]);
        }
        return;
    };
    let confidence = match view.verdict(NAMES) {
        Some(Verdict::Named) if view.said.has(&ABSENT) && !view.said.says(&["object", "complex"]) => return,
        Some(Verdict::Named) if sent.is_told && !view.said.has(&SHAPE) => return,
        Some(Verdict::Named) if sent.is_told => Likely,
        Some(Verdict::Named) if view.said.has(&SHAPE) => Certain,
        Some(Verdict::Named) if view.said.says(&["not supported", "unsupported"]) => return,
        Some(Verdict::Named) => Likely,
        // Its id, or the person of that id, was looked for: it was read as it was meant.
        Some(Verdict::Open) if sent.is_told || view.said.has(&ABSENT) => return,
        Some(Verdict::Open) => view.open_confidence("manager"),
        Some(Verdict::Elsewhere) if is_path_alone(view) && !sent.is_told => Possible,
        Some(Verdict::Elsewhere) => return,
        None => {
            if view.is_left_out(sent) {
                view.explain(found, (AS_TEXT, Likely, Layer::Shape), &[sent]);
                return;
            }
            let is_lost = view.answered("manager").is_some_and(Sent::is_empty);
            if view.facts.has_succeeded() && !sent.is_told && !is_lost {
                view.habit(found, AS_TEXT, Layer::Shape, &[sent]);
            }
            return;
        }
    };
    view.explain(found, (AS_TEXT, confidence, Layer::Shape), &[sent]);
}

/// No manager, in one of the ways that directories have for it.
pub(super) fn cleared(view: &View<'_>, found: &mut Found) {
    let is_manager = |sent: &&Sent<'_>| sent.name == "manager" || sent.name == "manager.value";
    let Some(sent) = view.sent.iter().filter(is_manager).find(|sent| sent.is_removed || sent.is_empty()) else {
        return;
    };
    if view.sent.iter().any(|other| is_manager(&other) && !other.is_removed && !other.is_empty()) {
        return;
    }
    let confidence = match view.verdict(NAMES) {
        Some(Verdict::Named) if sent.is_told => Likely,
        Some(Verdict::Named) => Certain,
        Some(Verdict::Open) if sent.is_told => return,
        Some(Verdict::Open) => view.open_confidence("manager"),
        // A path that the service does not read, or a removal that it does not know, though only this was asked.
        Some(Verdict::Elsewhere) if is_path_alone(view) => Possible,
        Some(Verdict::Elsewhere) | None if view.is_alone("manager") && is_of_removal(view) => Likely,
        Some(Verdict::Elsewhere) => return,
        None => {
            let is_kept = view.answered("manager").filter(|now| !now.is_empty());
            if let Some(now) = is_kept.filter(|_| !sent.is_told && view.facts.asked.changes()) {
                view.explain(found, (CLEARED, Certain, Layer::Shape), &[sent]).at_value(now.place.clone(), now.value);
            }
            return;
        }
    };
    view.explain(found, (CLEARED, confidence, Layer::Shape), &[sent]);
}

/// The words are about the operation that removes.
fn is_of_removal(view: &View<'_>) -> bool {
    let is_of_it = ["remove is", "remove op", "'remove'", "\"remove\"", "removal", "removing", "cannot remove"];
    view.facts.reply.status != Some(409) && view.said.says(&is_of_it)
}

/// An id that the service does not know.
pub(super) fn unresolved(view: &View<'_>, found: &mut Found) {
    let reference = view.sent.iter().filter(|sent| !sent.is_removed).find_map(|sent| Some((sent, reference(sent)?)));
    if told_by_code(view, found, reference) {
        return;
    }
    let quoted = |id: &str| view.said.quotes(id) && view.said.has(&ABSENT);
    let Some((sent, id)) = reference else {
        let is_blamed = view.verdict(NAMES) == Some(Verdict::Named) && view.said.has(&ABSENT);
        if is_blamed && !view.has_request() {
            view.explain(found, (UNRESOLVED, Likely, Layer::Mapping), &[]);
        }
        return;
    };
    if view.facts.has_succeeded() {
        // Kept, and not linked to anybody.
        let now = view.answered("manager").filter(|now| now.is_empty() && !sent.is_told);
        if let Some(now) = now {
            view.explain(found, (UNRESOLVED, Likely, Layer::Mapping), &[sent])
                .at_value(now.place.clone(), now.value)
                .with("manager", id);
        }
        return;
    }
    let is_own_id = view.facts.asked.id.as_deref() == Some(id);
    let confidence = match view.verdict(NAMES) {
        Some(Verdict::Named) if is_absent(view, id) => Certain,
        Some(Verdict::Named) if view.said.has(&ABSENT) || view.said.says(&["object", "complex"]) => return,
        Some(Verdict::Named) if is_foreign(id) || view.said.has(&INVALID) => Likely,
        Some(Verdict::Named) => Possible,
        Some(_) if !is_own_id && quoted(id) => Certain,
        Some(Verdict::Open) if is_foreign(id) && sent.name != "manager" => Likely,
        Some(Verdict::Open) if view.said.has(&ABSENT) => Likely,
        Some(Verdict::Open) if view.is_alone("manager") && !sent.is_told => Possible,
        _ => return,
    };
    view.explain(found, (UNRESOLVED, confidence, Layer::Mapping), &[sent]).with("manager", id);
}

/// The person is not there, and not the attribute.
fn is_absent(view: &View<'_>, id: &str) -> bool {
    let is_of_name = view.said.names(&["attribute", "property", "field"])
        && !view.said.names(&["user", "resource", "reference", "person", "id"]);
    view.said.has(&ABSENT) && (view.said.quotes(id) || !is_of_name)
}

/// Nothing but the manager was sent, and its path is what is refused.
fn is_path_alone(view: &View<'_>) -> bool {
    view.is_alone("manager") && view.facts.has_code(&["noTarget", "invalidPath"])
}

/// Entra's own code for a reference that it cannot resolve.
fn told_by_code(view: &View<'_>, found: &mut Found, reference: Option<(&Sent<'_>, &str)>) -> bool {
    let event = &view.facts.event;
    let Some(code) = event.codes.iter().find(|said| {
        let text = said.text.to_ascii_lowercase();
        text.starts_with("unabletoresolvereference") || text.starts_with("referenceattribute")
    }) else {
        return false;
    };
    if view.facts.says(&["members", "member "]) {
        return false;
    }
    let is_manager = reference.is_some() || view.facts.says(&["manager"]);
    let draft = found.add(UNRESOLVED, if is_manager { Certain } else { Likely }, Layer::Told);
    draft.at(code.place.clone(), code.text);
    for said in event.reasons.iter().filter(|said| said.place != code.place).take(2) {
        draft.at(said.place.clone(), said.text);
    }
    true
}

/// The id that is sent for the manager.
fn reference<'s>(sent: &'s Sent<'_>) -> Option<&'s str> {
    let text = match (sent.name.as_str(), sent.value) {
        ("manager" | "manager.value", Value::String(_)) => sent.text()?,
        _ => return None,
    };
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// An e-mail or a distinguished name: no id that a service gave out.
fn is_foreign(id: &str) -> bool {
    id.contains('@') || id.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("cn=")) || id.contains(' ')
}
