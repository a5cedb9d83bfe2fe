//! Ids that the service does not have any more.

use super::super::super::{
    facts::{Facts, Form, Target, has_any_word, says, texts},
    finding::Confidence::{self, Certain, Likely, Possible},
    found::{Found, Layer},
};
use super::{
    super::connection::names_place,
    refusal::{MISSING, names, quote},
};
use crate::domain::exchange::Operation;

/// Most ids of a request that are looked for in an error.
const REFERENCES: usize = 200;

/// An id that the service does not have any more.
pub(super) fn lost(facts: &Facts<'_>, found: &mut Found) {
    if let Some(told) = facts.event.names_code("InvalidAnchor") {
        found.add("anchor-lost-404", Certain, Layer::Told).at(told.place.clone(), told.text);
        return;
    }
    // Nobody is missed where the address is of no customer.
    if !facts.has_failed()
        || facts.reply.form == Form::Html
        || names_place(facts)
        || says(&facts.said, &["content-type header", "content type header"])
    {
        return;
    }
    let said = &facts.said;
    let is_group = facts.is_about_group();
    let Some(confidence) = (if facts.asked.is_known() {
        lost_by_address(facts, said, is_group)
    } else {
        lost_by_record(facts, said, is_group)
    }) else {
        return;
    };
    let is_gone = matches!(facts.reply.status, Some(404 | 410));
    let draft = match facts.asked.method {
        // Gone is what was wanted, and the answer is the standard's.
        "DELETE" if is_gone => found.habit("anchor-lost-404", Layer::Told),
        // Directories look whether somebody is still there.
        "GET" if is_gone => found.habit("anchor-lost-404", Layer::Told),
        "GET" => found.aside("anchor-lost-404", Layer::Told),
        _ => found.add("anchor-lost-404", confidence, Layer::Told),
    };
    if facts.asked.is_known() {
        draft.at("request.url", facts.asked.url);
    }
    quote(draft, facts).with("kind", if is_group { "group" } else { "person" });
}

fn lost_by_address(facts: &Facts<'_>, said: &str, is_group: bool) -> Option<Confidence> {
    let asked = &facts.asked;
    // An address with `Users` twice looks like an id.
    let is_id = |id: &&str| asked.filter.is_none() && !["users", "groups"].contains(&id.to_ascii_lowercase().as_str());
    let id = asked.id.as_deref().filter(is_id)?;
    if !matches!(asked.method, "PATCH" | "PUT" | "GET" | "DELETE")
        || !matches!(asked.target, Target::Users | Target::Groups)
    {
        return None;
    }
    let names_own = names(said, id);
    let is_missing = says(said, &MISSING);
    let sends_reference = facts.asked.written.iter().any(|part| matches!(part.name.as_str(), "manager" | "members"));
    let names_another = !names_own
        && (says(said, &["manager"])
            || is_group && has_any_word(said, &["member", "members", "user", "users"])
            || sends_reference
                && facts
                    .asked
                    .written
                    .iter()
                    .flat_map(|part| texts(part.value))
                    .take(REFERENCES)
                    .any(|id| names(said, id)));
    // A path that is not there is another matter, and so is a place within the resource.
    let is_route =
        says(said, &["route", "endpoint", "cannot patch", "cannot put", "cannot get", "cannot delete", "/users"]);
    let is_path = asked.ops.iter().any(|op| op.path.is_some_and(|path| path.contains('[')));
    let is_inside = says(said, &["attribute", "path", "filter"])
        || is_path && facts.has_code(&["noTarget"])
        || facts.is_about_an_attribute();
    if names_another || is_route && !facts.reply.is_scim_error() || is_inside && !names_own {
        return None;
    }
    let names_kind =
        has_any_word(said, if is_group { &["group", "resource"] } else { &["user", "resource", "account"] });
    match facts.reply.status {
        Some(404 | 410) if names_own && is_missing => Some(Certain),
        Some(404 | 410) if facts.reply.is_scim_error() => match () {
            () if sends_reference && !names_kind => Some(Possible),
            () if is_group => Some(Likely),
            () => Some(Certain),
        },
        Some(404 | 410) if names_kind && is_missing => Some(Likely),
        Some(404 | 410) => Some(Possible),
        Some(400 | 422 | 500) if names_own && is_missing => Some(Likely),
        _ => None,
    }
}

fn lost_by_record(facts: &Facts<'_>, said: &str, is_group: bool) -> Option<Confidence> {
    let is_change = matches!(
        facts.operation(),
        Operation::Update | Operation::Deactivate | Operation::Activate | Operation::Delete | Operation::Read
    );
    let kinds: &[&str] = if is_group { &["group", "resource"] } else { &["user", "resource", "account", "member"] };
    let is_about_another = says(said, &["manager", "matching user not found", "attribute", "tenant url", "endpoint"])
        || is_group && has_any_word(said, &["member", "members", "user"]);
    let is_told = |said: &str| has_any_word(said, kinds) && says(said, &MISSING);
    // A push of a group that is there names it; what stands before the service's own words is the directory's.
    let is_push = facts.event.action.is_some_and(|action| action.contains("group_push"));
    let is_told_of_push = |said: &str| said.rsplit_once("remote server:").is_some_and(|(_, own)| is_told(own));
    match facts.reply.status {
        // Okta's own words for a group that was pushed and is gone.
        None if is_push && facts.says(&["linked group is missing"]) => Some(Likely),
        _ if is_about_another || facts.is_about_an_attribute() => None,
        Some(404 | 410) if is_change => Some(if facts.reply.is_scim_error() && !is_group { Certain } else { Likely }),
        Some(404 | 410) if facts.operation() == Operation::Other && is_told(said) => Some(Possible),
        None if is_push && facts.event.reasons.iter().any(|told| is_told_of_push(&told.lower)) => Some(Likely),
        // In one breath: a step of the same record may name a user for another reason.
        None if is_change && facts.event.reasons.iter().any(|told| is_told(&told.lower)) => Some(Likely),
        _ => None,
    }
}
