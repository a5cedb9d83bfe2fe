//! The entries of lists such as `emails`: which is the primary one, and which parts an entry may have.

use serde_json::Value;

use super::super::super::{
    facts::{Facts, Form, Target, has_word, members, says},
    finding::Confidence::{Certain, Likely, Possible},
    found::{Draft, Found, Layer},
};
use super::{has_stumbled, quote_reply, words::is_open};
use crate::domain::exchange::truth;

const UNKNOWN: [&str; 18] = [
    "no attribute named",
    "not declare",
    "not a sub-attribute",
    "not a valid sub-attribute",
    "not recogni",
    "unrecogni",
    "unknown",
    "unsupported",
    "not supported",
    "not defined",
    "undefined",
    "unexpected",
    "additional propert",
    "extra ",
    "no such",
    "does not exist",
    "not allowed",
    "not part of",
];

/// A list of the request with its place.
struct List<'c> {
    name: &'c str,
    place: String,
    entries: &'c [Value],
}

impl List<'_> {
    fn primaries(&self) -> usize {
        self.entries.iter().filter(|entry| is_primary(entry)).count()
    }
}

fn is_primary(entry: &Value) -> bool {
    truth(entry.get("primary")) == Some(true)
}

/// The lists of objects in a body, and in what a PATCH sends.
fn lists<'f>(facts: &'f Facts<'_>) -> Vec<List<'f>> {
    let mut all = Vec::new();
    of_object(facts.asked.body, "request.body", &mut all);
    for op in &facts.asked.ops {
        match (op.path, op.value) {
            (Some(name), Some(Value::Array(entries))) if entries.iter().any(Value::is_object) => {
                all.push(List { name, place: op.at("value"), entries });
            }
            (None, Some(value)) => of_object(value, &op.at("value"), &mut all),
            _ => {}
        }
    }
    all.retain(|list| !list.name.eq_ignore_ascii_case("members") && !list.name.eq_ignore_ascii_case("Operations"));
    all
}

fn of_object<'c>(value: &'c Value, place: &str, all: &mut Vec<List<'c>>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        if let Some(entries) = value.as_array().filter(|entries| entries.iter().any(Value::is_object)) {
            all.push(List { name, place: format!("{place}/{name}"), entries });
        }
    }
}

/// Two primary entries, or none where the service wants one.
pub(super) fn primary(facts: &Facts<'_>, found: &mut Found) {
    let sent = lists(facts);
    let two = sent.iter().find(|list| list.primaries() > 1);
    if facts.has_succeeded() {
        return two_kept(facts, found, two);
    }
    if !has_stumbled(facts, found) || facts.has_code(&["uniqueness", "mutability", "noTarget"]) {
        return;
    }
    let said = &facts.said;
    let is_about = said.contains("primary") && !says(said, &UNKNOWN);
    if let Some(list) = two {
        if !is_about && !is_open(facts, said) {
            return;
        }
        let draft = found.add("multiple-primary-or-none", if is_about { Certain } else { Likely }, Layer::Shape);
        quote_primaries(draft, list);
        quote_reply(draft, facts);
        return;
    }
    let wants_one = is_about
        && !says(said, &["boolean"])
        && says(said, &["must", "required", "missing", "needs", "no primary", "at least", "exactly"]);
    let emails = sent.iter().find(|list| list.name.eq_ignore_ascii_case("emails"));
    let has_one = emails.is_some_and(|list| list.primaries() == 1);
    if wants_one && !has_one {
        let draft =
            found.add("multiple-primary-or-none", if emails.is_some() { Certain } else { Likely }, Layer::Shape);
        if let Some(list) = emails {
            draft.at_value(list.place.clone(), list.entries).with("attribute", list.name);
        }
        quote_reply(draft, facts);
    }
}

fn quote_primaries(draft: &mut Draft, list: &List<'_>) {
    draft.with("attribute", list.name);
    for (at, entry) in list.entries.iter().enumerate().filter(|(_, entry)| is_primary(entry)).take(3) {
        draft.at_value(format!("{}/{at}", list.place), entry);
    }
}

/// Two primary entries that the service took: it shows both, or none.
fn two_kept(facts: &Facts<'_>, found: &mut Found, sent: Option<&List<'_>>) {
    if facts.reply.form != Form::Resource || facts.asked.target != Target::Users {
        if let Some(list) = sent {
            quote_primaries(found.add("multiple-primary-or-none", Possible, Layer::Shape), list);
        }
        return;
    }
    let mut kept = Vec::new();
    of_object(facts.reply.body(), "response.body", &mut kept);
    let two = kept.iter().find(|list| list.primaries() > 1);
    let shown = sent.and_then(|sent| kept.iter().find(|list| list.name.eq_ignore_ascii_case(sent.name)));
    match (sent, two) {
        (_, Some(two)) => {
            let draft = found.add("multiple-primary-or-none", Likely, Layer::Shape);
            if let Some(sent) = sent {
                quote_primaries(draft, sent);
            }
            quote_primaries(draft, two);
        }
        (Some(sent), None) if shown.is_some_and(|shown| shown.primaries() == 1) => {
            quote_primaries(found.habit("multiple-primary-or-none", Layer::Shape), sent);
        }
        (Some(sent), None) => quote_primaries(found.add("multiple-primary-or-none", Likely, Layer::Shape), sent),
        (None, None) => {}
    }
}

/// A refusal that names `primary`, `display` or `type`, which entries of the request have.
pub(super) fn unknown_part(facts: &Facts<'_>, found: &mut Found) {
    if !has_stumbled(facts, found) {
        return;
    }
    let said = &facts.said;
    if !says(said, &UNKNOWN) {
        return;
    }
    if let Some(part) = called_part(said) {
        let place = place_of(facts, part).or_else(|| place_within(facts, part));
        let sure = if place.is_some() { Certain } else { Likely };
        let draft = found.add("sub-attribute-not-in-schema", sure, Layer::Shape);
        draft.with("attribute", part);
        if let Some(place) = place {
            draft.at(place, part);
        }
        return quote_reply(draft, facts);
    }
    for part in ["primary", "display", "type", "$ref", "formatted"] {
        let is_named = is_named(said, part);
        let Some(place) = is_named.then(|| place_of(facts, part)).flatten() else { continue };
        let draft = found.add("sub-attribute-not-in-schema", Certain, Layer::Shape);
        draft.at(place, part).with("attribute", part);
        quote_reply(draft, facts);
        return;
    }
    let is_told = ["primary", "display"].into_iter().find(|part| is_named(said, part));
    if let Some(part) = is_told.filter(|_| facts.asked.body.is_null()) {
        let draft = found.add("sub-attribute-not-in-schema", Likely, Layer::Shape);
        quote_reply(draft.with("attribute", part), facts);
    }
}

/// The name that the words themselves call a sub-attribute, and do not know.
fn called_part(said: &str) -> Option<&str> {
    // "no attribute named 'displayName' from 'members'".
    if let Some((name, rest)) = said.split_once("no attribute named '").and_then(|(_, after)| after.split_once('\''))
        && [" from '", " in '", " of '"].iter().any(|word| rest.starts_with(word))
    {
        return Some(name);
    }
    let (before, after) =
        ["sub-attribute", "subattribute", "sub attribute"].iter().find_map(|word| said.split_once(word))?;
    // "display is not a sub-attribute of emails".
    if let Some(head) = [" is not a ", " is not a valid "].iter().find_map(|end| before.strip_suffix(end)) {
        let name =
            head.rsplit(|c: char| !(c.is_alphanumeric() || matches!(c, '$' | '_' | '-'))).find(|name| !name.is_empty());
        return name.filter(|_| after.starts_with(" of "));
    }
    // One that is missing, or whose value is wrong, is known.
    let is_unknown = says(before, &UNKNOWN) || says(before, &["invalid", "no "]) || says(after, &UNKNOWN);
    if !is_unknown || says(said, &["required", "missing", "invalid value", "expected", "must "]) {
        return None;
    }
    let ends = |c: char| !(c.is_alphanumeric() || matches!(c, '$' | '_' | '-' | '.'));
    let name = after.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '$').split(ends).next()?;
    let name = name.trim_end_matches('.').rsplit('.').next().unwrap_or(name);
    (!["", "of", "in", "is", "for", "was", "s", "not", "on"].contains(&name)).then_some(name)
}

/// Where the request sends a part of this name, in whatever holds it: also a name, or the members of a group.
fn place_within(facts: &Facts<'_>, part: &str) -> Option<String> {
    let is_part = |name: &str| name.eq_ignore_ascii_case(part);
    let of_path = |path: &str| path.rsplit_once('.').is_some_and(|(_, last)| is_part(last));
    if let Some(op) = facts.asked.ops.iter().find(|op| op.path.is_some_and(of_path)) {
        return Some(op.at("path"));
    }
    let all = members(facts.asked.body);
    let sent = all.iter().find(|member| member.parent.is_some() && is_part(member.name))?;
    Some(format!("request.body{}", sent.pointer))
}

/// Whether the words name a part: as a word of its own, or for words that are common, in quotes or after a dot.
fn is_named(said: &str, part: &str) -> bool {
    let is_rare = matches!(part, "primary" | "$ref");
    let forms = [
        format!("'{part}'"),
        format!("\"{part}\""),
        format!("`{part}`"),
        format!(".{part}"),
        format!("attribute {part} "),
    ];
    is_rare && (has_word(said, part) || said.contains("$ref") && part == "$ref")
        || forms.iter().any(|form| said.contains(form.as_str()))
}

/// Where the request sends such a part of an entry.
fn place_of(facts: &Facts<'_>, part: &str) -> Option<String> {
    let of_path = facts.asked.ops.iter().find(|op| op.path.is_some_and(|path| path.ends_with(&format!("].{part}"))));
    if let Some(op) = of_path {
        return Some(op.at("path"));
    }
    lists(facts).iter().find_map(|list| {
        let at = list.entries.iter().position(|entry| entry.get(part).is_some())?;
        Some(format!("{}/{at}/{part}", list.place))
    })
}
