//! Values that say "nothing" in three ways: null, an empty text and an empty list.

use serde_json::Value;

use super::super::super::{
    facts::{Facts, Member, Op, has_word, members, says},
    finding::Confidence::{Certain, Likely, Possible},
    found::{Found, Layer},
};
use super::{has_stumbled, quote_reply, words::is_open};

const DEEPEST: usize = 8;

/// Words of a program that took the first of none.
const NO_FIRST: [&str; 10] = [
    "out of bounds",
    "out of range",
    "outofbounds",
    "outofrange",
    "no elements",
    "nosuchelement",
    "no value present",
    "empty sequence",
    "empty list",
    "properties of undefined",
];

/// A value of the request that says nothing: its place, and the attribute it is meant for.
struct Nothing {
    place: String,
    attribute: String,
}

/// Every value of the request that passes, with the attribute it stands for.
fn nothings(facts: &Facts<'_>, is_nothing: fn(&Value) -> bool) -> Vec<Nothing> {
    if !holds(facts.asked.body, is_nothing, 0) {
        return Vec::new();
    }
    members(facts.asked.body)
        .into_iter()
        // An operation without a path may say so by null.
        .filter(|member| is_nothing(member.value) && !(member.name == "path" && member.parent == Some("Operations")))
        .filter_map(|member| Nothing::of(facts, &member))
        .collect()
}

impl Nothing {
    /// `None` for a manager who is cleared, which is a matter of its own.
    fn of(facts: &Facts<'_>, member: &Member<'_>) -> Option<Self> {
        let is_manager = |name: &str| name.to_ascii_lowercase().contains("manager");
        let (path, within) = operation(facts, &member.pointer).unwrap_or_default();
        let attribute = if within == "value" && !path.is_empty() { path } else { member.name };
        let is_of_manager = member.pointer.contains("manager") || is_manager(attribute) || is_manager(path);
        let place = format!("request.body{}", member.pointer);
        (!is_of_manager).then(|| Self { place, attribute: attribute.to_owned() })
    }
}

/// The path of the operation whose value a pointer leads to, and the way from the operation on; the path is empty where
/// there is none.
fn operation<'f>(facts: &'f Facts<'_>, pointer: &'f str) -> Option<(&'f str, &'f str)> {
    let (place, within) = pointer.strip_prefix("/Operations/")?.split_once('/')?;
    let place: usize = place.parse().ok()?;
    let op = facts.asked.ops.iter().find(|op| op.place == place).filter(|_| within.starts_with("value"))?;
    Some((op.path.unwrap_or_default(), within))
}

/// Whether there is such a value at all: a look before every member is given its place.
fn holds(value: &Value, is_nothing: fn(&Value) -> bool, depth: usize) -> bool {
    let within = |value: &Value| is_nothing(value) || depth < DEEPEST && holds(value, is_nothing, depth + 1);
    match value {
        Value::Array(items) => items.iter().any(within),
        Value::Object(members) => members.values().any(within),
        _ => false,
    }
}

/// Whether the words name one of the attributes.
fn named<'n>(said: &str, nothings: &'n [Nothing]) -> Option<&'n Nothing> {
    nothings.iter().find(|nothing| {
        let attribute = nothing.attribute.to_lowercase();
        let last = attribute.rsplit([':', '.']).next().unwrap_or_default();
        has_word(said, &attribute) || last.len() > 2 && last != "value" && has_word(said, last)
    })
}

/// null, which should mean "no value".
pub(super) fn null(facts: &Facts<'_>, found: &mut Found) {
    if !facts.asked.is_known() && facts.reply.status.is_none() && facts.has_failed() {
        return null_in_words(facts, found, &facts.said);
    }
    if !has_stumbled(facts, found) || is_settled_elsewhere(facts) {
        return;
    }
    let said = &facts.said;
    let says_null = ["null", "none", "nonetype", "nil", "undefined"].iter().any(|word| has_word(said, word))
        || said.contains("nullpointer");
    let nulls = nothings(facts, Value::is_null);
    let named = named(said, &nulls);
    let confidence = match (nulls.is_empty(), says_null, named.is_some()) {
        (true, ..) => return null_in_words(facts, found, said),
        (_, true, true) => Certain,
        (_, true, false) => Likely,
        (_, false, true) if says(said, &["missing", "required"]) => Possible,
        (_, false, true) => Likely,
        _ if is_open(facts, said) => {
            if facts.asked.ops.is_empty() {
                Likely
            } else {
                Possible
            }
        }
        _ => return,
    };
    let draft = found.add("null-values", confidence, Layer::Shape);
    let shown = named.or(nulls.first());
    for nothing in shown.into_iter().chain(&nulls).take(4) {
        draft.at(nothing.place.clone(), "null");
    }
    if let Some(nothing) = shown {
        draft.with("attribute", &nothing.attribute);
    }
    quote_reply(draft, facts);
}

/// A service that says it was sent null, where the request was not seen.
fn null_in_words(facts: &Facts<'_>, found: &mut Found, said: &str) {
    let is_told = says(
        said,
        &["of type null", "of type: null", "of type:null", "received null", "received: null", "got null", "got: null"],
    );
    let is_of_answer = says(said, &["response", "totalresults", "resources"]);
    if facts.asked.body.is_null() && is_told && !is_of_answer {
        quote_reply(found.add("null-values", Likely, Layer::Shape), facts);
    }
}

/// An empty text, which some keep, some clear and some refuse.
pub(super) fn empty_text(facts: &Facts<'_>, found: &mut Found) {
    if !has_stumbled(facts, found) || is_settled_elsewhere(facts) {
        return;
    }
    let is_path = |nothing: &Nothing| nothing.place.ends_with("/path") || nothing.place.ends_with("/op");
    let mut texts = nothings(facts, |value| value.as_str().is_some_and(|text| text.trim().is_empty()));
    texts.retain(|nothing| !is_path(nothing));
    let said = &facts.said;
    let named = named(said, &texts);
    let says_empty =
        says(said, &["empty", "blank", "at least 1", "zero-length", "zero length", "too short", "\"\"", "''"]);
    let says_missing = says(said, &["required", "missing"]);
    let is_all = !facts.asked.ops.is_empty() && facts.asked.ops.len() == texts.len();
    let confidence = match (texts.is_empty(), says_empty, named.is_some()) {
        (true, ..) => return,
        // What everybody needs is missing rather than empty.
        _ if named.is_some_and(is_essential) => Possible,
        (_, true, true) => Certain,
        (_, true, false) | (_, false, true) => Likely,
        _ if says_missing && is_all => Likely,
        _ if is_open(facts, said) => Possible,
        _ => return,
    };
    let draft = found.add("empty-string", confidence, Layer::Shape);
    let shown = named.or(texts.first());
    for nothing in shown.into_iter().chain(&texts).take(4) {
        draft.at(nothing.place.clone(), "\"\"");
    }
    if let Some(nothing) = shown {
        draft.with("attribute", &nothing.attribute);
    }
    quote_reply(draft, facts);
}

fn is_essential(nothing: &Nothing) -> bool {
    let last = nothing.attribute.rsplit(['.', ':']).next().unwrap_or_default();
    ["userName", "givenName", "familyName"].iter().any(|name| name.eq_ignore_ascii_case(last))
}

/// Codes that are about something other than a value.
fn is_settled_elsewhere(facts: &Facts<'_>) -> bool {
    facts.has_code(&["uniqueness", "mutability", "noTarget", "invalidFilter", "tooMany"])
}

/// `replace` with an empty list, which means "take them all away".
pub(super) fn empty_list(facts: &Facts<'_>, found: &mut Found) {
    let cleared: Vec<(&Op<'_>, &str)> = facts.asked.ops.iter().filter_map(|op| Some((op, cleared(op)?))).collect();
    let Some((first, name)) = cleared.first().copied() else { return };
    if facts.has_succeeded() {
        let left = facts.reply.body().get(name).filter(|left| left.as_array().is_some_and(|left| !left.is_empty()));
        if let Some(left) = left {
            let draft = found.add("empty-array-replace", Likely, Layer::Shape);
            draft.at(first.at("value"), "[]").at_value(format!("response.body/{name}"), left).with("attribute", name);
        }
        return;
    }
    if !has_stumbled(facts, found) || facts.has_code(&["uniqueness", "mutability"]) {
        return;
    }
    let said = &facts.said;
    let is_named = has_word(said, &name.to_lowercase()) || name == "members" && says(said, &["membership"]);
    let is_about =
        says(said, &["sub-attribute", "subattribute", "empty", "at least one", "required", "missing", "array"]);
    let confidence = match (is_named, is_about) {
        (true, true) => Certain,
        (true, false) | (false, true) => Likely,
        _ if is_open(facts, said) || says(said, &NO_FIRST) => Likely,
        _ => return,
    };
    let draft = found.add("empty-array-replace", confidence, Layer::Shape);
    draft.at(first.at("value"), "[]").with("attribute", name);
    quote_reply(draft, facts);
}

/// The list that a `replace` empties.
fn cleared<'c>(op: &Op<'c>) -> Option<&'c str> {
    let is_empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
    match (op.path, op.value?) {
        (Some(path), value) if op.is("replace") && is_empty(value) => Some(path),
        (None, Value::Object(members)) if op.is("replace") => {
            members.iter().find(|(_, value)| is_empty(value)).map(|(name, _)| name.as_str())
        }
        _ => None,
    }
}
