//! PUT or PATCH that the service does not have.

use super::super::super::{
    facts::{Facts, Form, Target, has_word, says},
    finding::Confidence::{Certain, Likely, Possible},
    found::{Found, Layer},
};
use super::words::is_vague;
use crate::domain::exchange::Operation;

/// 405 or 501 to a change, or a router's "Cannot PATCH".
pub(super) fn not_supported(facts: &Facts<'_>, found: &mut Found) {
    if facts.reply.form == Form::Html || found.is_settled_at(&[Layer::Transport, Layer::Auth]) {
        return;
    }
    if facts.asked.is_known() { refused_method(facts, found) } else { refused_update(facts, found) }
}

fn refused_method(facts: &Facts<'_>, found: &mut Found) {
    let asked = &facts.asked;
    // A route that names other methods is there.
    let listed = facts.said.split_once("allowed methods").map(|(_, all)| all);
    let allowed = facts.reply.header("allow").map(str::to_ascii_lowercase).or_else(|| listed.map(str::to_owned));
    let allows = |method: &str| allowed.as_ref().map(|all| all.contains(method));
    let is_route_without = facts.reply.status == Some(405) && asked.creates() && allows("post") == Some(false);
    let is_read = asked.id.is_some() || facts.reply.is_scim_error();
    let is_change = matches!(asked.method, "PUT" | "PATCH" | "DELETE") && is_read;
    if !is_change && !is_route_without || !matches!(asked.target, Target::Users | Target::Groups) {
        return;
    }
    let method = asked.method.to_ascii_lowercase();
    let said = &facts.said;
    let is_left_out = allows(&method) == Some(false);
    let is_named = said.contains("method") || says(said, &[&format!("{method} is not"), &format!("{method} not ")]);
    let confidence = match facts.reply.status {
        Some(405) if is_route_without => Likely,
        Some(405) if asked.id.is_some() && (is_left_out || asked.target == Target::Users) => Certain,
        Some(405) => Likely,
        // 501 may also be about one operation or attribute within it.
        Some(501) if is_named => Certain,
        Some(501) if says_unimplemented(said) || asked.method != "PATCH" || is_vague(said) && !has_word(said, "op") => {
            Likely
        }
        Some(501) => Possible,
        Some(404) if said.contains(&format!("cannot {method}")) => Likely,
        Some(400) if says(said, &["method not supported", "method is not supported", "unsupported method"]) => Likely,
        _ => return,
    };
    let draft = found.add("method-not-supported", confidence, Layer::Told);
    draft.at("request.method", asked.method).at("request.url", asked.url);
    if let Some(status) = facts.reply.status {
        draft.at("response.status", status.to_string());
    }
    if let Some(allowed) = facts.reply.header("allow") {
        draft.at("response.headers.allow", allowed).with("allowed", allowed);
    }
    if let Some(detail) = &facts.reply.detail {
        draft.at(facts.reply.detail_at.clone(), detail);
    }
}

/// The directory's own word for it, where the request was not seen.
fn refused_update(facts: &Facts<'_>, found: &mut Found) {
    let code = facts.event.code(&["MethodNotAllowed", "NotImplemented"]);
    let is_told = matches!(facts.reply.status, Some(405 | 501));
    let reason = facts.event.reason(&["methodnotallowed", "method not allowed", "notimplemented", "not implemented"]);
    if !facts.has_failed() || code.is_none() && !is_told && reason.is_none() {
        return;
    }
    let is_update = matches!(
        facts.operation(),
        Operation::Update | Operation::SetManager | Operation::Deactivate | Operation::Activate | Operation::Delete
    );
    let draft = found.add("method-not-supported", if is_update { Likely } else { Possible }, Layer::Told);
    for said in [code, reason].into_iter().flatten() {
        draft.at(said.place.clone(), said.text);
    }
    if let Some(status) = facts.reply.status {
        draft.at("response.status", status.to_string());
    }
}

fn says_unimplemented(said: &str) -> bool {
    says(said, &["not implemented", "notimplemented"]) && !has_word(said, "op")
}
