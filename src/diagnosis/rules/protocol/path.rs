//! A target attribute that was typed half: `name.`, `urn:…:User:`, or nothing at all.

use serde_json::Value;

use super::super::super::{
    facts::{Facts, Form, Op, says},
    finding::Confidence::{Certain, Likely},
    found::{Found, Layer},
};
use super::{has_stumbled, quote_reply, words::is_open};

/// A path that is empty or ends in the middle of a name. What it meant cannot have landed, whatever the answer says.
pub(super) fn unfinished(facts: &Facts<'_>, found: &mut Found) {
    let odd: Vec<&Op<'_>> = facts.asked.ops.iter().filter(|op| op.path.is_some_and(is_unfinished)).collect();
    let Some(first) = odd.first() else {
        unfinished_in_event(facts, found);
        return unfinished_in_words(facts, found);
    };
    let is_blank = |op: &Op<'_>| op.path.is_some_and(|path| path.trim().is_empty());
    let has_object = |op: &Op<'_>| op.value.is_some_and(Value::is_object);
    if facts.has_succeeded() {
        // An empty path with an object means the person as a whole, as no path does.
        if odd.iter().all(|op| is_blank(op) && has_object(op)) {
            found.habit("patch-empty-path-or-trailing-dot", Layer::Shape).at(first.at("path"), "\"\"");
            return;
        }
    } else if !has_stumbled(facts, found) {
        return;
    }
    let said = &facts.said;
    let is_about_path = facts.has_code(&["invalidPath", "noTarget"]) || says(said, &["path", "attribute name"]);
    if !facts.has_succeeded() && !is_about_path && !is_open(facts, said) {
        return;
    }
    let confidence =
        if is_about_path && !odd.iter().all(|op| is_blank(op) && has_object(op)) { Certain } else { Likely };
    let draft = found.add("patch-empty-path-or-trailing-dot", confidence, Layer::Shape);
    for op in &odd {
        let path = op.path.unwrap_or_default();
        draft.at(op.at("path"), format!("\"{path}\""));
        if !path.trim().is_empty() {
            draft.with("attribute", path);
        }
    }
    if facts.reply.form != Form::Resource {
        quote_reply(draft, facts);
    }
}

fn is_unfinished(path: &str) -> bool {
    let path = path.trim();
    path.is_empty() || path.ends_with(['.', ':'])
}

/// The service's own words for it, where the request was not seen.
fn unfinished_in_words(facts: &Facts<'_>, found: &mut Found) {
    const WORDS: [&str; 7] = [
        "path must not end with",
        "path cannot end with",
        "path must be a non-empty",
        "path may not be an empty",
        "invalid path: ''",
        "invalid path \"\"",
        "empty path expression",
    ];
    if !facts.asked.is_known() && facts.has_failed() && says(&facts.said, &WORDS) {
        quote_reply(found.add("patch-empty-path-or-trailing-dot", Likely, Layer::Shape), facts);
    }
}

/// The same in the attributes that Entra says it changed.
fn unfinished_in_event(facts: &Facts<'_>, found: &mut Found) {
    let ends = |name: &str| !name.trim().is_empty() && is_unfinished(name);
    let Some((name, _)) = facts.event.changed.iter().find(|(name, _)| ends(name)) else { return };
    if facts.is_skipped() {
        return;
    }
    let draft = found.add("patch-empty-path-or-trailing-dot", Likely, Layer::Shape);
    draft.at("event/modifiedProperties", name).with("attribute", name);
}
