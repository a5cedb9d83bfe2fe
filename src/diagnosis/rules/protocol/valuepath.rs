//! Paths that pick an entry of a list: `emails[type eq "work"].value`.

use serde_json::Value;

use super::super::super::{
    facts::{Facts, Form, Op, Target, says},
    finding::Confidence::{self, Certain, Likely, Possible},
    found::{Found, Layer},
};
use super::{has_stumbled, quote_reply, words::is_open};

/// Words about an entry that is not there.
const NO_ENTRY: [&str; 10] = [
    "no target",
    "notarget",
    "no match",
    "no record match",
    "not match any",
    "path-filter",
    "path filter",
    "value selection filter",
    "mono valued",
    "unsupporteduserpath",
];

/// Words about a value, which are another cause.
const ABOUT_VALUE: [&str; 9] =
    ["already", "in use", "taken", "unique", "duplicate", "domain", "valid email", "invalid email", "valid e-mail"];

/// Words that refuse an attribute and quote its path for a name.
const UNKNOWN_PATH: [&str; 8] = [
    "unsupported user attribute",
    "unknown user attribute",
    "unknown path",
    "unsupported path",
    "unrecognized path",
    "unrecognised path",
    "no such attribute",
    "invalid attribute",
];

/// A path of the form `list[type eq "kind"].part`.
struct Picked<'c> {
    list: &'c str,
    kind: &'c str,
    part: &'c str,
}

impl<'c> Picked<'c> {
    fn of(path: &'c str) -> Option<Self> {
        let (list, rest) = path.split_once('[')?;
        let (filter, part) = rest.rsplit_once(']')?;
        let list = list.rsplit(':').next().unwrap_or(list).trim();
        let kind = filter.split('"').nth(1).unwrap_or_default();
        let is_by_type = filter.trim_start().get(..4).is_some_and(|name| name.eq_ignore_ascii_case("type"));
        (!list.is_empty()).then_some(Self {
            list,
            kind: if is_by_type { kind } else { "" },
            part: part.trim_start_matches('.'),
        })
    }

    /// The list in a body.
    fn entries(&self, body: &'c Value) -> Option<&'c Vec<Value>> {
        let (_, list) = body.as_object()?.iter().find(|(name, _)| name.eq_ignore_ascii_case(self.list))?;
        list.as_array()
    }

    fn is_of_kind(&self, entry: &Value) -> bool {
        let kind = entry.get("type").and_then(Value::as_str);
        kind.is_some_and(|kind| kind.eq_ignore_ascii_case(self.kind))
    }
}

/// The operations on people's lists; those on the members of a group are another matter.
fn picking<'f, 'c>(facts: &'f Facts<'c>) -> impl Iterator<Item = (&'f Op<'c>, Picked<'c>)> {
    let is_of_group = facts.asked.target == Target::Groups;
    facts.asked.ops.iter().filter(move |_| !is_of_group).filter_map(|op| Some((op, Picked::of(op.path?)?)))
}

/// The entry is not there, and the service does not make it.
pub(super) fn no_match(facts: &Facts<'_>, found: &mut Found) {
    let Some((op, picked)) = picking(facts).next() else { return no_match_in_words(facts, found) };
    if facts.has_succeeded() {
        return left_alone(facts, found);
    }
    if !has_stumbled(facts, found) {
        return;
    }
    let Some(confidence) = refused_pick(facts, &picked) else { return };
    let draft = found.add("valuepath-no-match", confidence, Layer::Shape);
    draft.at(op.at("path"), op.path.unwrap_or_default()).with("attribute", op.path.unwrap_or_default());
    quote_reply(draft, facts);
}

fn refused_pick(facts: &Facts<'_>, picked: &Picked<'_>) -> Option<Confidence> {
    let said = &facts.said;
    if says(said, &ABOUT_VALUE) || facts.has_code(&["uniqueness", "mutability", "tooMany"]) {
        return None;
    }
    let others = facts.asked.ops.iter().any(|op| op.path.is_none_or(|path| !path.contains('[')));
    let names_list = said.contains(&picked.list.to_lowercase());
    let names_part = says(said, &["sub-attribute", "subattribute", "primary", "display"]);
    if facts.has_code(&["noTarget"]) {
        // Where it names nothing, another operation may be the one without a target.
        return Some(if names_list || said.contains('[') || !others { Certain } else { Likely });
    }
    if says(said, &NO_ENTRY) {
        return Some(Likely);
    }
    let is_unsupported = says(said, &["not supported", "unsupported attribute", "unknown attribute", "not recogni"]);
    if names_list && is_unsupported && !picked.list.eq_ignore_ascii_case("emails") {
        // The list as a whole is unknown: another cause, unless it is the entry that is quoted.
        return said.contains('[').then_some(Possible);
    }
    if names_list && says(said, &UNKNOWN_PATH) && !picked.list.eq_ignore_ascii_case("emails") {
        return None;
    }
    if names_list && !names_part {
        let is_about_path = facts.has_code(&["invalidPath", "invalidFilter"])
            || said.contains('[')
            || says(said, &["path", "filter", "not supported", "unsupported", "not implemented", "not found"]);
        return Some(if is_about_path { Likely } else { Possible });
    }
    if facts.has_code(&["invalidPath", "invalidFilter"]) && !said.contains("urn:") {
        return Some(if others { Possible } else { Likely });
    }
    is_open(facts, said).then_some(if others || facts.reply.status == Some(500) { Possible } else { Likely })
}

/// The same words, where the request was not seen.
fn no_match_in_words(facts: &Facts<'_>, found: &mut Found) {
    if !facts.asked.ops.is_empty() || !facts.has_failed() || facts.asked.looks_up() {
        return;
    }
    let said = &facts.said;
    let shows_pick = says(said, &["[type eq", "path-filter", "value selection filter", "mono valued"]);
    let is_missed = facts.has_code(&["noTarget", "invalidPath"]) || says(said, &NO_ENTRY);
    if !shows_pick || !is_missed || says(said, &ABOUT_VALUE) {
        return;
    }
    // The path may be quoted as the name of an attribute that is not there at all.
    let confidence = if says(said, &UNKNOWN_PATH) { Possible } else { Likely };
    quote_reply(found.add("valuepath-no-match", confidence, Layer::Shape), facts);
}

/// An answer of 2xx whose list has entries, none of them of the kind, none with the value.
fn left_alone(facts: &Facts<'_>, found: &mut Found) {
    if facts.reply.form != Form::Resource || facts.asked.method != "PATCH" {
        return;
    }
    for (op, picked) in picking(facts).filter(|(op, picked)| !op.is("remove") && picked.part == "value") {
        let Some(entries) = picked.entries(facts.reply.body()).filter(|entries| !entries.is_empty()) else { continue };
        let has_value = |entry: &Value| entry.get("value") == op.value || Some(entry) == op.value;
        if picked.kind.is_empty() || entries.iter().any(|entry| picked.is_of_kind(entry) || has_value(entry)) {
            continue;
        }
        let draft = found.add("valuepath-no-match", Likely, Layer::Shape);
        draft.at(op.at("path"), op.path.unwrap_or_default()).with("attribute", op.path.unwrap_or_default());
        draft.at_value(format!("response.body/{}", picked.list), entries);
    }
}

/// Two entries of one kind after a filtered change.
pub(super) fn doubled(facts: &Facts<'_>, found: &mut Found) {
    if !facts.has_succeeded() || facts.reply.form != Form::Resource || facts.asked.target != Target::Users {
        return;
    }
    let body = facts.reply.body();
    for (op, picked) in picking(facts).filter(|(op, picked)| !op.is("remove") && !picked.kind.is_empty()) {
        let Some(entries) = picked.entries(body) else { continue };
        let of_kind = entries.iter().filter(|entry| picked.is_of_kind(entry)).count();
        if of_kind < 2 {
            continue;
        }
        let has_new = entries.iter().any(|entry| picked.is_of_kind(entry) && entry.get("value") == op.value);
        let confidence = if has_new && picked.list.eq_ignore_ascii_case("emails") { Certain } else { Likely };
        let draft = found.add("valuepath-creates-duplicate-entry", confidence, Layer::Reply);
        draft.at(op.at("path"), op.path.unwrap_or_default());
        draft.at_value(format!("response.body/{}", picked.list), entries);
        draft.with("attribute", picked.list).with("kind", picked.kind);
    }
    if facts.asked.method == "GET" {
        two_of_a_kind(body, found);
    }
}

/// One person read, with two work addresses: an earlier change may have added the second.
fn two_of_a_kind(body: &Value, found: &mut Found) {
    let Some(picked) = Picked::of("emails[type eq \"work\"].value") else { return };
    let Some(entries) = picked.entries(body) else { return };
    if entries.iter().filter(|entry| picked.is_of_kind(entry)).count() > 1 {
        let draft = found.add("valuepath-creates-duplicate-entry", Possible, Layer::Reply);
        draft.at_value("response.body/emails", entries);
        draft.with("attribute", "emails").with("kind", "work");
    }
}
