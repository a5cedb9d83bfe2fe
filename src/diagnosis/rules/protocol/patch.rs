//! How a PATCH is written: the spelling of `op`, operations without a path, and services that know one PATCH only.

use serde_json::{Map, Value};

use super::super::super::{
    facts::{Facts, Op, Target, has_word, quotes_word, says},
    finding::Confidence::{self, Certain, Likely, Possible},
    found::{Draft, Found, Layer},
};
use super::{
    effect::{Ignored, ignored, shows_any},
    has_stumbled, quote_reply,
    words::{is_open, names_sent},
};
use crate::domain::{exchange::truth, profile::IdentityProvider};

/// Words about operations as such.
const ABOUT_OP: [&str; 13] = [
    "invalid op",
    "unsupported op",
    "unknown op",
    "unrecognized op",
    "unrecognised op",
    "illegal op",
    "invalid patch op",
    "unsupported patch op",
    "operation type",
    "operation is not",
    "operation not ",
    "not a valid op",
    "no enum constant",
];

/// Words about the value of an attribute.
const ABOUT_VALUE: [&str; 8] = [
    "value type",
    "single value",
    "expected value",
    "found type",
    "of type",
    "data type",
    "invalid value for",
    "boolean",
];

/// `op` with capitals, as Entra sends it.
pub(super) fn capitalised(facts: &Facts<'_>, found: &mut Found) {
    let odd: Vec<&Op<'_>> = facts.asked.ops.iter().filter(|op| is_capitalised(op.op)).collect();
    let Some(first) = odd.first() else { return capitalised_in_words(facts, found) };
    if facts.has_succeeded() {
        let lost = ignored(facts);
        if lost.iter().all(Ignored::is_read_by_rule) || shows_any(facts) {
            // Whatever else is odd about a change that was taken says more.
            found.habit("op-casing", Layer::Sequence).at(first.at("op"), first.op).with("op", first.op);
        } else {
            let draft = found.add("op-casing", blame(&lost), Layer::Shape);
            draft.at(first.at("op"), first.op).with("op", first.op);
            quote_lost(draft, &lost);
        }
        return;
    }
    if !has_stumbled(facts, found) {
        return;
    }
    let Some(confidence) = refused_op(facts, first.op) else { return };
    let draft = found.add("op-casing", confidence, Layer::Shape);
    draft.with("op", first.op);
    for op in odd.iter().take(3) {
        draft.at(op.at("op"), op.op);
    }
    quote_reply(draft, facts);
}

fn is_capitalised(op: &str) -> bool {
    let lower = op.to_ascii_lowercase();
    op != lower && ["add", "replace", "remove"].contains(&lower.as_str())
}

/// How sure it is that the spelling of `op` was refused.
fn refused_op(facts: &Facts<'_>, op: &str) -> Option<Confidence> {
    let told = &facts.told;
    let said = &facts.said;
    let is_elsewhere =
        facts.has_code(&["invalidPath", "noTarget", "uniqueness", "mutability", "invalidFilter", "tooMany"]);
    let quotes = quotes_word(told, op);
    let is_about_op =
        has_word(said, "op") || said.contains("operation") || said.contains("enum") || is_of_op_member(facts, op);
    if lists_ops(told) || quotes && is_about_op {
        return Some(Certain);
    }
    if has_read(said, op) {
        return None;
    }
    let is_of_value = names_sent(facts, said) && says(said, &ABOUT_VALUE);
    if has_word(said, "op") || says(said, &ABOUT_OP) {
        return Some(if is_of_value || is_elsewhere || says_only(said) { Possible } else { Likely });
    }
    if is_elsewhere || !is_open(facts, said) {
        return None;
    }
    let is_plain = facts.asked.ops.iter().all(is_plain) && facts.reply.status != Some(500) && !says_only(said);
    Some(if is_plain { Likely } else { Possible })
}

/// Whether the words speak of "the 'replace' op" where `Replace` was sent: the service read it as it was meant.
fn has_read(said: &str, op: &str) -> bool {
    let lower = op.to_ascii_lowercase();
    ['\'', '"', '`'].iter().any(|mark| said.contains(&format!("for {mark}{lower}{mark} op")))
}

/// Whether nothing else about an operation is unusual.
fn is_plain(op: &Op<'_>) -> bool {
    let path = op.path.unwrap_or_default();
    let has_plain_path = !path.is_empty() && !path.contains(['[', ':']) && !path.ends_with('.');
    let has_plain_value = match op.value {
        Some(Value::String(text)) => !text.is_empty() && truth(op.value).is_none(),
        Some(Value::Bool(_) | Value::Number(_)) => true,
        _ => false,
    };
    has_plain_path && has_plain_value
}

/// Whether the three spellings that a service knows are listed: `'add' | 'remove' | 'replace'`.
fn lists_ops(told: &str) -> bool {
    ["add", "replace", "remove"].iter().all(|op| has_word(told, op))
}

/// Whether what quotes it stands under the name `op`, as validators list errors by field.
fn is_of_op_member(facts: &Facts<'_>, op: &str) -> bool {
    facts.reply.sayings.iter().any(|said| said.names().last() == Some("op") && quotes_word(said.text, op))
}

/// A refusal that quotes the capitals, where the request was not seen.
fn capitalised_in_words(facts: &Facts<'_>, found: &mut Found) {
    if !facts.asked.ops.is_empty() || !facts.has_failed() || facts.has_code(&["uniqueness"]) {
        return;
    }
    let told = &facts.told;
    let said = &facts.said;
    // A validator names the member and not what stood in it. Only Entra writes anything else than small letters there.
    let is_of_member = says(said, &["'op' failed on the 'oneof'", "/op must be equal to one of", "/op must be one of"])
        && facts.record.directory() != IdentityProvider::Okta;
    let Some(op) = ["Replace", "Add", "Remove"].into_iter().find(|op| has_word(told, op)) else {
        if is_of_member {
            quote_reply(found.add("op-casing", Likely, Layer::Shape), facts);
        }
        return;
    };
    let names =
        ["op", "peration"].iter().any(|word| [": ", " "].iter().any(|gap| told.contains(&format!("{word}{gap}{op}"))));
    let quotes = quotes_word(told, op) || names;
    // The operation itself is refused, and not what it is about.
    let is_refused =
        says(said, &["invalid", "unsupported", "not supported", "unknown", "not valid", "must be", "expected"]);
    let is_of_op = || {
        says(said, &ABOUT_OP)
            || has_word(said, "op")
            || has_word(said, "operation") && is_refused && !says(said, &[" on "])
    };
    if !lists_ops(told) && !(quotes && (is_of_op() || is_of_op_member(facts, op))) {
        return;
    }
    let draft = found.add("op-casing", Likely, Layer::Shape);
    draft.with("op", op);
    quote_reply(draft, facts);
}

/// `add` and `replace` that name no path and give an object.
pub(super) fn without_path(facts: &Facts<'_>, found: &mut Found) {
    let changes = |op: &&Op<'_>| (op.is("add") || op.is("replace")) && op.value.is_some_and(Value::is_object);
    let is_bare = |op: &&Op<'_>| op.path.is_none_or(|path| path.trim().is_empty());
    let bare: Vec<&Op<'_>> = facts.asked.ops.iter().filter(changes).filter(is_bare).collect();
    let Some(first) = bare.first() else {
        remove_of_nothing(facts, found);
        return without_path_in_words(facts, found);
    };
    if facts.has_succeeded() {
        let lost = ignored(facts);
        if lost.iter().all(Ignored::is_read_by_rule) {
            found.habit("patch-without-path", Layer::Shape).at(first.at("value"), "no path");
        } else {
            let draft = found.add("patch-without-path", blame(&lost), Layer::Shape);
            quote_lost(draft, &lost);
        }
        return;
    }
    if !has_stumbled(facts, found) {
        return;
    }
    let Some(confidence) = refused_without_path(facts, &bare) else { return };
    let draft = found.add("patch-without-path", confidence, Layer::Shape);
    for op in bare.iter().take(3) {
        if let Some(value) = op.value {
            draft.at_value(op.at("value"), value);
        }
    }
    quote_reply(draft, facts);
}

/// `remove` without a path, which RFC 7644 §3.5.2.2 does not allow, and a refusal that misses it.
fn remove_of_nothing(facts: &Facts<'_>, found: &mut Found) {
    let is_bare = |op: &&Op<'_>| op.is("remove") && op.path.is_none_or(|path| path.trim().is_empty());
    let misses = ["requires a path", "path is required", "path required", "missing path", "without a path", "no path"];
    if let Some(op) = facts.asked.ops.iter().find(is_bare).filter(|_| says(&facts.said, &misses)) {
        let draft = found.add("patch-without-path", Likely, Layer::Shape);
        quote_reply(draft.at(op.at("op"), op.op), facts);
    }
}

/// A refusal that misses the path of an operation, where the request was not seen.
fn without_path_in_words(facts: &Facts<'_>, found: &mut Found) {
    const MISSED: [&str; 11] = [
        "required",
        "requires a",
        "missing",
        "must be",
        "must have",
        "must specify",
        "must contain",
        "not specified",
        "null",
        "empty",
        "without a path",
    ];
    let is_judged = matches!(facts.reply.status, None | Some(400 | 422 | 500 | 501)) && facts.has_failed();
    if !is_judged || facts.asked.is_known() {
        return;
    }
    let misses = |said: &str| {
        // What Entra adds is of its own operation.
        let said = said.split("this operation was retried").next().unwrap_or_default();
        has_word(said, "path")
            && says(said, &["operation", "patch"])
            && says(said, &MISSED)
            && !has_word(said, "remove")
            // A key of the value that is named is a cause of its own.
            && !said.contains("urn:")
    };
    let is_told = match &facts.reply.detail {
        Some(_) => misses(&facts.said),
        None => facts.event.reasons.iter().any(|told| misses(&told.lower)),
    };
    if is_told {
        quote_reply(found.add("patch-without-path", Likely, Layer::Shape), facts);
    }
}

fn refused_without_path(facts: &Facts<'_>, bare: &[&Op<'_>]) -> Option<Confidence> {
    const MISSING: [&str; 9] =
        ["required", "missing", "must", "null", "empty", "undefined", "not specified", "invalid", "without"];
    const NO_ATTRIBUTE: [&str; 2] = ["attribute: null", "attribute null"];
    const CRASH: [&str; 7] =
        ["nullpointer", "null pointer", "of undefined", "nonetype", "object reference", "keyerror", "nil:nilclass"];
    let said = &facts.said;
    if facts.has_code(&["uniqueness", "mutability", "tooMany", "invalidFilter"]) {
        return None;
    }
    // A key of the value that is named in the error is a cause of its own.
    let names = bare.iter().filter_map(|op| op.value.and_then(Value::as_object)).flat_map(|value| value.keys());
    let names_key = names.filter(|name| name.len() > 3).any(|name| said.contains(&name.to_lowercase()));
    let is_all = bare.len() == facts.asked.ops.len();
    let about_path = has_word(said, "path") || has_word(said, "paths");
    if about_path && says(said, &MISSING) {
        return Some(if names_key { Possible } else { Certain });
    }
    if says(said, &NO_ATTRIBUTE) {
        return Some(Certain);
    }
    if says(said, &CRASH) {
        return Some(Likely);
    }
    if facts.has_code(&["invalidPath", "noTarget"]) || about_path {
        return Some(if names_key { Possible } else { Likely });
    }
    // Whole names with their schema as keys are a stranger form than a path that is left out.
    let is_flat = bare.iter().all(|op| op.value.and_then(Value::as_object).is_some_and(has_whole_names));
    (is_open(facts, said) && !names_key).then_some(if is_all && !is_flat { Likely } else { Possible })
}

/// Whether each key is an attribute with its schema before it.
fn has_whole_names(value: &Map<String, Value>) -> bool {
    let is_whole = |name: &String| name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"));
    !value.is_empty() && value.iter().all(|(name, value)| is_whole(name) && !value.is_object())
}

/// A service that knows `active` and refuses any other change.
pub(super) fn only_active(facts: &Facts<'_>, found: &mut Found) {
    let asked = &facts.asked;
    let is_told = facts.reply.status.is_none() && facts.event.source.is_some() && facts.has_failed();
    let is_stumble = has_stumbled(facts, found) && facts.reply.status != Some(500) || is_told;
    if !is_stumble || asked.is_known() && asked.method != "PATCH" {
        return;
    }
    let said = &facts.said;
    // "Only active users" is about who they are.
    let is_of_people = says(
        said,
        &["active user", "active employee", "active member", "active account", "active pe", "active learner"],
    );
    let says_active = says_only(said) && !is_of_people && (said.contains("active") || said.contains("deactivat"));
    let says_unsupported = says(said, &["invalid patch operation", "unsupported patch operation"])
        || says_only(said) && says(said, &["patch", "operation"]) && !said.contains("filter");
    let sets_more = asked.ops.iter().any(|op| !disables(op));
    let is_capitalised = asked.ops.iter().any(|op| is_capitalised(op.op));
    // What it takes without a path is another matter.
    let is_of_path = found.explains("patch-without-path") && says(said, &["omit", "without path", "without a path"]);
    let confidence = match (says_active, says_unsupported, sets_more) {
        _ if is_of_path => Possible,
        (true, _, true) => Certain,
        (true, ..) if asked.ops.is_empty() => Likely,
        (_, true, true) if is_capitalised && !says_only(said) => Possible,
        (_, true, true) => Likely,
        (_, true, _) if asked.ops.is_empty() => Possible,
        _ => return,
    };
    let draft = found.add("patch-only-active-supported", confidence, Layer::Told);
    for op in asked.ops.iter().filter(|op| !disables(op)).take(3) {
        draft.at(op.at("path"), op.path.unwrap_or("no path"));
    }
    quote_reply(draft, facts);
}

/// Whether the words say that something is all there is: "only … supported", "see documentation for what is supported".
fn says_only(said: &str) -> bool {
    has_word(said, "only") || says(said, &["what is supported", "supported operations"])
}

/// Whether an operation sets `active` to false and nothing else.
fn disables(op: &Op<'_>) -> bool {
    let is_false = |value: Option<&Value>| truth(value) == Some(false);
    match (op.path, op.value) {
        (Some(path), value) if path.eq_ignore_ascii_case("active") => is_false(value),
        (None | Some(""), Some(Value::Object(members))) => {
            members.len() == 1
                && members.iter().all(|(name, v)| name.eq_ignore_ascii_case("active") && is_false(Some(v)))
        }
        _ => false,
    }
}

/// How surely a change that had no effect is laid at the operation's shape: a value of another attribute may have been
/// dropped for want of a mapping.
/// A change in good form that was answered 2xx, with the value of before: the service does not keep what was sent.
pub(super) fn left_as_it_was(facts: &Facts<'_>, found: &mut Found) {
    if facts.asked.target != Target::Users || facts.landing.is_some() || found.explains_anything() {
        return;
    }
    let lost = ignored(facts);
    let Some(first) = lost.first().filter(|_| !lost.iter().all(Ignored::is_read_by_rule)) else { return };
    if lost.iter().any(|lost| lost.is_active) {
        return;
    }
    let name = first.shown_at.trim_start_matches("response.body/").replace('/', ".");
    let draft = found.add("mapping-absent-silently-dropped", Possible, Layer::Reply);
    quote_lost(draft.with("attribute", &name).with("attributes", &name), &lost);
}

fn blame(lost: &[Ignored<'_>]) -> Confidence {
    if lost.iter().any(|lost| lost.is_active) { Likely } else { Possible }
}

fn quote_lost(draft: &mut Draft, lost: &[Ignored<'_>]) {
    for lost in lost.iter().take(2) {
        draft.at_value(lost.sent_at.clone(), lost.sent).at_value(lost.shown_at.clone(), lost.shown);
    }
}
