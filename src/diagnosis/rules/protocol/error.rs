//! Errors that are not in SCIM's form: a directory cannot tell from them what to do next.

use super::super::super::{
    facts::{Facts, Form, Target, says},
    finding::Confidence::{Likely, Possible},
    found::{Found, Layer},
};
use super::{lookup, words::is_vague};

/// A refusal without SCIM's error schema, or a conflict without its scimType. It stands beside the cause; where the
/// words say nothing either, it is why nobody can tell.
pub(super) fn not_scim(facts: &Facts<'_>, found: &mut Found) {
    if facts.reply.response.is_none() {
        return no_json_in_words(facts, found);
    }
    let status = facts.reply.status.unwrap_or_default();
    let is_refusal = matches!(status, 400 | 404 | 405 | 409 | 412 | 413 | 422) && facts.reply.response.is_some();
    if !is_refusal || !matches!(facts.asked.target, Target::Users | Target::Groups) {
        return;
    }
    let body = facts.reply.body();
    let lacks = match facts.reply.form {
        Form::Html | Form::Unknown => return,
        Form::Empty if matches!(status, 400 | 409 | 422) => "body",
        Form::Empty => return,
        _ if !facts.reply.is_scim_error() => "schemas",
        _ if status == 409 && facts.asked.creates() && facts.reply.scim_type.is_none() => "scimType",
        _ => return,
    };
    let is_silent = lacks != "scimType" && matches!(status, 400 | 409 | 422) && is_vague(&facts.said);
    let draft = if lookup::is_harmless(facts) {
        found.habit("error-body-not-scim", Layer::Reply)
    } else if is_silent {
        found.add("error-body-not-scim", Possible, Layer::Reply)
    } else {
        found.aside("error-body-not-scim", Layer::Reply)
    };
    draft.at("response.status", status.to_string()).at("response.body", body.to_string()).with("lacks", lacks);
}

/// A directory that says the answer was text where it looked for JSON, and gives the first word of it.
fn no_json_in_words(facts: &Facts<'_>, found: &mut Found) {
    let is_explained = found.explains("gateway-html-instead-of-json");
    if !facts.has_failed() || is_explained || says(&facts.words, &["parsing value", "<"]) {
        return;
    }
    // What stands behind "remote server" is the service's trouble with the request.
    let own = || facts.event.reason(&["unrecognized token '"]).filter(|said| !said.lower.contains("remote server"));
    if let Some(reason) = facts.event.reason(&["invalid json: unrecognized token"]).or_else(own) {
        let draft = found.add("error-body-not-scim", Likely, Layer::Reply);
        draft.at(reason.place.clone(), reason.text).with("lacks", "schemas");
    }
}
