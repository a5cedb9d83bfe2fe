//! Who is in a group: members that are unknown or lost, and removals that clear a group.

use std::collections::HashSet;

use super::super::super::{
    facts::{Facts, Members, Named, Target, has_any_word, says},
    finding::Confidence::{Certain, Likely, Possible},
    found::{Found, Layer},
};
use super::{
    super::identity::{MISSING, names, quote},
    LARGE, shown, without_user_group,
};

const UNRESOLVED: [&str; 15] = [
    "foreign key",
    "invalid member",
    "invalid user",
    "bad user",
    "bad scim user",
    "unresolv",
    "not be resolved",
    "not provisioned",
    "non-existent",
    "nonexistent",
    "provision the user",
    "before adding group member",
    "before being added to",
    "does not reference an existing",
    "members are invalid",
];
/// Of a person who is nobody to this service.
const STRANGER: [&str; 6] =
    ["not in the tenant", "not a member of", "not a user of", "not part of", "does not belong to", "do not belong to"];
/// About an attribute that is not known, and not about who is a member.
const ABOUT_SCHEMA: [&str; 9] = [
    "sub-attribute",
    "subattribute",
    "sub attribute",
    "unknown attribute",
    "unknown field",
    "unknown property",
    "unrecognized attribute",
    "unrecognised attribute",
    "unrecognized field",
];

/// One member is to go, and nobody or everybody goes.
pub(super) fn removal(facts: &Facts<'_>, found: &mut Found) {
    let id = "group-remove-member-shape";
    let sent = &facts.asked.members;
    let said = &facts.said;
    let is_unread_value = says(said, &["unrecognized field", "unrecognised field", "must not be set for remove"]);
    let Some(first) = sent.removed().next() else {
        if facts.is_about_group() && !facts.asked.is_known() && facts.has_failed() && is_unread_value {
            quote(found.add(id, Likely, Layer::Told), facts);
        }
        return;
    };
    let is_by_value = !sent.removed_by_value.is_empty();
    if facts.has_succeeded() {
        removal_answered(facts, sent, found);
        return;
    }
    if !facts.was_refused_or_broke() || matches!(facts.reply.status, Some(405 | 409 | 413)) {
        return;
    }
    let is_missing = says(said, &MISSING) && !is_unread_value;
    let is_about_op = says(said, &["one of", "invalid op", "unsupported op", "unknown op", "valid op", "enum"]);
    let names_another = has_any_word(said, &["displayname", "schemas", "externalid"]);
    let is_large = found.explains("group-too-large") || found.explains("groups-unsupported-by-service");
    if is_missing || is_about_op || names_another || is_large || facts.has_code(&["noTarget"]) && !is_by_value {
        return;
    }
    let is_about_value = is_unread_value || says(said, &["value", "remov"]);
    let is_about_path = says(said, &["path", "filter", "syntax", "parse", "["]) || facts.has_code(&["invalidPath"]);
    let confidence = match () {
        () if is_by_value && is_about_value => Certain,
        () if is_by_value && facts.reply.status != Some(404) => Likely,
        () if !is_by_value && is_about_path => Likely,
        () => Possible,
    };
    quote(found.add(id, confidence, Layer::Shape).at(first.at(), first.id), facts);
}

fn removal_answered(facts: &Facts<'_>, sent: &Members<'_>, found: &mut Found) {
    let id = "group-remove-member-shape";
    let is_by_value = !sent.removed_by_value.is_empty();
    let added: HashSet<&str> = sent.added.iter().map(|named| named.id).collect();
    let shown = shown(facts);
    let still = shown
        .as_ref()
        .and_then(|shown| sent.removed().find(|named| shown.contains(named.id) && !added.contains(named.id)));
    if let Some(still) = still {
        let confidence = if is_by_value { Certain } else { Likely };
        let draft = found.add(id, confidence, Layer::Reply).at(still.at(), still.id);
        draft.at("response.body/members", format!("{} is still among them", still.id));
        return;
    }
    let Some(first) = sent.removed_by_value.first() else { return };
    // It may have been the last one.
    if shown.is_some_and(|shown| shown.is_empty()) && sent.added.is_empty() {
        found.add(id, Possible, Layer::Reply).at(first.at(), first.id).at("response.body/members", "[]");
    } else {
        found.habit(id, Layer::Shape).at(first.at(), first.id);
    }
}

/// A member who is not known to the service.
pub(super) fn unknown_member(facts: &Facts<'_>, found: &mut Found) {
    if !facts.is_about_group() {
        return;
    }
    let id = "group-member-unknown";
    if let Some(told) = facts.event.code(&["UnableToResolveReferenceAttributeValue"]) {
        found.add(id, Likely, Layer::Told).at(told.place.clone(), told.text);
        return;
    }
    let is_unresolved = says(&facts.said, &UNRESOLVED);
    let is_stopped =
        matches!(facts.reply.status, Some(405 | 412 | 413 | 501)) || facts.reply.status == Some(409) && !is_unresolved;
    let is_judged =
        facts.was_refused_or_broke() || matches!(facts.reply.status, None | Some(409)) && facts.has_failed();
    let is_explained = found.explains("group-too-large") || found.explains("group-displayname-duplicate");
    if !is_judged || is_stopped || is_explained {
        return;
    }
    let said = &*without_user_group(&facts.said);
    let sent = &facts.asked.members;
    let is_missing = says(said, &MISSING);
    let is_own = facts.asked.id.as_deref().is_some_and(|id| names(said, id)) || has_any_word(said, &["group"]);
    let is_member = has_any_word(said, &["member", "members", "user", "users", "reference", "references"]);
    let told = sent.all().take(LARGE).find(|named| names(said, named.id));
    let is_bare = matches!(said.trim(), "" | "not found" | "resource not found" | "bad request" | "invalid value");
    let is_coded = facts.has_code(&["noTarget", "invalidValue"]);
    let is_unseen = !facts.asked.is_known();
    let is_stranger = says(said, &STRANGER) && !says(said, &["of the group", "of this group"]);
    let confidence = match () {
        () if told.is_none() && says(said, &ABOUT_SCHEMA) => return,
        () if told.is_some() && is_missing => Certain,
        () if told.is_some() && says(said, &["invalid", "not valid"]) => Likely,
        () if told.is_some() && facts.reply.status == Some(404) => Likely,
        () if is_member && (is_missing || is_stranger) && (sent.count() > 0 || is_unseen) => Likely,
        () if (!sent.added.is_empty() || is_unseen && is_member) && is_unresolved => Likely,
        () if is_own || sent.added.is_empty() => return,
        () if is_coded && (is_bare || is_member) => Possible,
        () if facts.reply.status == Some(404) && facts.reply.is_scim_error() => Possible,
        () => return,
    };
    let draft = found.add(id, confidence, Layer::Told);
    if let Some(told) = told.or_else(|| sent.all().next()) {
        draft.at(told.at(), told.id);
    }
    if let Some(told) = told {
        draft.with("member", told.id);
    }
    quote(draft, facts);
}

/// 2xx, and the group that comes back lacks somebody who was added.
pub(super) fn partial(facts: &Facts<'_>, found: &mut Found) {
    if !facts.has_succeeded() || facts.asked.target != Target::Groups {
        return;
    }
    let sent = &facts.asked.members;
    let Some(shown) = shown(facts).filter(|_| !sent.added.is_empty()) else { return };
    let removed: HashSet<&str> = sent.removed().map(|named| named.id).collect();
    let kept = |named: &&Named<'_>| shown.contains(named.id);
    let is_lost = |named: &&Named<'_>| !shown.contains(named.id) && !removed.contains(named.id);
    let lost: Vec<&Named<'_>> = sent.added.iter().filter(is_lost).take(4).collect();
    let Some(first) = lost.first() else { return };
    let confidence = match () {
        () if found.explains("group-too-large") => Possible,
        () if sent.added.iter().any(|named| kept(&named)) => Certain,
        () => Likely,
    };
    let draft = found.add("group-partial-failure", confidence, Layer::Reply);
    draft.with("member", first.id);
    for named in &lost {
        draft.at(named.at(), named.id);
    }
    draft.at("response.body/members", format!("{} members, {} is not among them", shown.len(), first.id));
}
