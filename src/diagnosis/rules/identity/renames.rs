//! Renames: a login that cannot change, or changes alone, and an external id that is switched.

use serde_json::Value;

use super::super::super::{
    facts::{Facts, Form, Target, Written, held, says},
    finding::Confidence::{Certain, Likely, Possible},
    found::{Found, Layer},
};
use super::{
    keys::{EXTERNAL_ID, is_login, names_login},
    refusal::{clash, quote},
};

/// Words of a value that cannot change.
const FIXED: [&str; 13] = [
    "immutable",
    "mutability",
    "read-only",
    "readonly",
    "read only",
    "cannot be changed",
    "can't be changed",
    "cannot be modified",
    "cannot be updated",
    "cannot change",
    "not be changed",
    "not allowed to change",
    "cannot modify",
];
/// Words of a change that mean so only beside one that refuses it.
const CHANGING: [&str; 6] = [
    "updating the email",
    "updating the e-mail",
    "updating the user name",
    "updating the username",
    "changing the email",
    "changing the username",
];

fn is_fixed(said: &str) -> bool {
    let is_refused =
        says(said, &["unsupported", "not supported", "not allowed", "not permitted", "cannot", "can't", "disabled"]);
    says(said, &FIXED) || says(said, &CHANGING) && is_refused
}

/// Words of two values that have to be one.
const ALIKE: [&str; 9] = [
    "not match the username",
    "not match the user name",
    "match username",
    "match the username",
    "same as the username",
    "equal to the username",
    "must equal email",
    "must match email",
    "must be the same as email",
];

/// A login that cannot be changed, or that one of the two was changed alone.
pub(super) fn renamed(facts: &Facts<'_>, found: &mut Found) {
    let asked = &facts.asked;
    let is_change = asked.changes() && asked.target == Target::Users;
    if facts.is_about_group() || asked.is_known() && !is_change {
        return;
    }
    let written = &facts.asked.written;
    let logins: Vec<&Written<'_>> = written.iter().filter(|part| is_login(&part.name)).collect();
    let is_one = logins.iter().any(|part| part.name == "username") != logins.iter().any(|part| part.name == "emails");
    if facts.has_succeeded() {
        kept_name(facts, &logins, is_one, found);
        return;
    }
    let is_stopped = facts.reply.form == Form::Html || matches!(facts.reply.status, Some(401 | 403 | 404 | 429));
    if !facts.has_failed() || is_stopped {
        return;
    }
    let said = &facts.said;
    let is_coded = facts.has_code(&["mutability"]);
    let names_login = names_login(said);
    let writes_only_login = !logins.is_empty() && logins.len() == written.len();
    let confidence = match () {
        () if (is_coded || is_fixed(said)) && !says(said, &EXTERNAL_ID) => match () {
            () if is_coded && (names_login || writes_only_login) => Certain,
            () if names_login => Likely,
            () if writes_only_login => Likely,
            () if is_coded && !logins.is_empty() && said.trim().is_empty() => Possible,
            () => return,
        },
        // The service keeps both alike.
        () if !logins.is_empty() && names_login && says(said, &ALIKE) => Likely,
        // The new name is somebody else's: a twin that an earlier rename may have made.
        () if is_one && asked.method == "PATCH" && clash(facts, said).is_some_and(|strength| strength > Possible) => {
            Likely
        }
        () => return,
    };
    let draft = quote(found.add("username-vs-email-change", confidence, Layer::Told), facts);
    for part in logins {
        draft.at_value(part.at.clone(), part.value);
    }
}

fn kept_name(facts: &Facts<'_>, logins: &[&Written<'_>], is_one: bool, found: &mut Found) {
    let Some(part) = logins.first() else { return };
    let wanted = logins.iter().find(|part| part.name == "username").and_then(|part| part.value.as_str());
    let kept = held(facts.reply.body(), "username").and_then(Value::as_str);
    if let (Some(wanted), Some(kept)) = (wanted, kept)
        && (wanted.trim().is_empty() || kept.trim().to_lowercase() != wanted.trim().to_lowercase())
    {
        let draft = found.add("username-vs-email-change", Likely, Layer::Reply);
        draft.at(part.at.clone(), wanted).at("response.body/userName", kept);
    } else if is_one && facts.asked.method == "PATCH" {
        found.habit("username-vs-email-change", Layer::Mapping).at_value(part.at.clone(), part.value);
    }
}

/// An externalId that is switched.
pub(super) fn anchor_moved(facts: &Facts<'_>, found: &mut Found) {
    let id = "externalid-changed-or-wrong-source";
    if facts.asked.is_known() && !facts.asked.changes() {
        return;
    }
    let written = &facts.asked.written;
    let part = written.iter().find(|part| facts.asked.changes() && part.name == "externalid");
    let said = &facts.said;
    let is_fixed = facts.has_failed() && (facts.has_code(&["mutability"]) || is_fixed(said));
    let is_judged = facts.was_judged() || facts.reply.status.is_none();
    let is_named = says(said, &EXTERNAL_ID) || written.len() == 1;
    match part {
        Some(part) if is_fixed && is_judged && is_named => {
            quote(found.add(id, Likely, Layer::Told).at_value(part.at.clone(), part.value), facts);
        }
        Some(part) if facts.has_succeeded() && facts.asked.method == "PATCH" => {
            found.habit(id, Layer::Mapping).at_value(part.at.clone(), part.value);
        }
        None if is_fixed && is_judged && says(said, &EXTERNAL_ID) && !facts.is_about_group() => {
            quote(found.add(id, Possible, Layer::Told), facts);
        }
        _ => {}
    }
}
