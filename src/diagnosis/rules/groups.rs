//! Groups: services that have none, members that are unknown, lost or too many, removals that clear a group, taken names.

use std::collections::HashSet;

use serde_json::Value;

use super::{
    super::{
        facts::{Facts, Form, Op, Target, has_any_word, says},
        finding::Confidence::{self, Certain, Likely, Possible},
        found::{Found, Layer},
    },
    connection::{is_doubled, lacks_scim},
    identity::{MISSING, attribute, clash, doubles, is_about_group, names, quote, texts, without_user_group, written},
};
use crate::domain::exchange::Operation;

/// What the service says of itself comes first, then sizes: both explain what a shape would explain wrongly.
pub(super) const RULES: &[super::Rule] = &[unsupported, too_large, name_taken, removal, unknown_member, partial];

/// From here on limits per request are met in the field.
const LARGE: usize = 100;
/// Where pages and limits end.
const ROUND: [usize; 7] = [100, 200, 250, 500, 1_000, 2_000, 5_000];
const UNRESOLVED: [&str; 7] =
    ["invalid member", "invalid user", "unresolv", "not be resolved", "not provisioned", "non-existent", "nonexistent"];
/// Of a person who is nobody to this service.
const STRANGER: [&str; 5] =
    ["not a member of", "not a user of", "not part of", "does not belong to", "do not belong to"];
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
/// Most members of a request that are compared with the answer.
const MOST: usize = 10_000;

/// A member that a request names, and where.
struct Named<'f> {
    at: String,
    id: &'f str,
}

/// What a request does to the members of a group.
#[derive(Default)]
struct Members<'f> {
    added: Vec<Named<'f>>,
    /// `remove` of `members` with a value: Entra's form.
    removed_by_value: Vec<Named<'f>>,
    /// `remove` of `members[value eq "…"]`: the standard's form.
    removed_by_filter: Vec<Named<'f>>,
}

impl<'f> Members<'f> {
    fn of(facts: &'f Facts<'_>) -> Self {
        let mut all = Self::default();
        if facts.asked.target != Target::Groups {
            return all;
        }
        for op in &facts.asked.ops {
            all.read(op);
        }
        if facts.asked.ops.is_empty() {
            let parts = written(facts).into_iter().filter(|part| part.name == "members");
            all.added.extend(parts.flat_map(|part| named(&part.at, part.value)));
        }
        all
    }

    fn read(&mut self, op: &Op<'f>) {
        let path = op.path.filter(|path| !path.is_empty());
        let (at, value) = match path {
            Some(path) if attribute(path) == "members" => (op.at("value"), op.value),
            Some(_) => return,
            None => (op.at("value/members"), op.value.and_then(|value| value.get("members"))),
        };
        let ids = value.map(|value| named(&at, value)).unwrap_or_default();
        match path.and_then(|path| path.split_once('[')) {
            Some((_, filter)) if op.is("remove") => {
                let id = filter.split('"').nth(1).unwrap_or_default();
                self.removed_by_filter.push(Named { at: op.at("path"), id });
            }
            _ if op.is("remove") => self.removed_by_value.extend(ids),
            _ => self.added.extend(ids),
        }
    }

    const fn count(&self) -> usize {
        self.added.len() + self.removed_by_value.len() + self.removed_by_filter.len()
    }

    fn removed(&self) -> impl Iterator<Item = &Named<'f>> {
        self.removed_by_value.iter().chain(&self.removed_by_filter)
    }

    fn all(&self) -> impl Iterator<Item = &Named<'f>> {
        self.added.iter().chain(self.removed())
    }
}

fn named<'f>(at: &str, value: &'f Value) -> Vec<Named<'f>> {
    let Value::Array(items) = value else {
        return texts(value).into_iter().map(|id| Named { at: at.to_owned(), id }).collect();
    };
    let each = |(place, item): (usize, &'f Value)| {
        let id = texts(item).first().copied()?;
        Some(Named { at: format!("{at}/{place}"), id })
    };
    items.iter().take(MOST).enumerate().filter_map(each).collect()
}

/// The members that an answer shows; `None` where it does not show who they are.
fn shown<'f>(facts: &'f Facts<'_>) -> Option<HashSet<&'f str>> {
    let is_left_out = facts.asked.parameter("excludedAttributes").is_some_and(|names| names.contains("members"));
    let members = facts.reply.body().get("members").filter(|_| !is_left_out)?.as_array()?;
    let ids: HashSet<&str> = members.iter().flat_map(texts).collect();
    (members.is_empty() || !ids.is_empty()).then_some(ids)
}

/// `/Groups` is not there, or may not be written.
fn unsupported(facts: &Facts<'_>, found: &mut Found) {
    const ID: &str = "groups-unsupported-by-service";
    if !is_about_group(facts) || !facts.has_failed() {
        return;
    }
    if facts.reply.form == Form::Html {
        if lacks_page(facts) {
            quote(found.add(ID, Possible, Layer::Address).at("request.url", facts.asked.url), facts);
        }
        return;
    }
    let said = &facts.said;
    let is_refused = says(said, &["group"])
        && (says(
            &said,
            &["not supported", "unsupported", "not support", "n't support", "not implemented", "not enabled"],
        ) || says(
            &said,
            &["not available", "no route", "unknown resource", "resource type", "endpoint", "/groups"],
        ));
    let is_missing = says(said, &MISSING);
    let is_collection = facts.asked.target == Target::Groups && facts.asked.id.is_none();
    let creates = facts.asked.creates() || facts.operation() == Operation::Create;
    // One operation of many: the others may be there.
    let is_one = !facts.asked.is_known() && has_any_word(said, &["patch", "replace", "remove"]);
    let names_none = is_missing || says(said, &["no group", "no match", "matches", "matching", "no result"]);
    let confidence = match facts.reply.status {
        Some(501) | None if is_one && is_refused => Possible,
        Some(501) if is_collection => Certain,
        Some(501) => Likely,
        Some(405) if is_collection || is_refused => Likely,
        Some(405) => Possible,
        Some(404) if is_collection && is_refused => Certain,
        Some(404) if creates => match facts.reply.form {
            Form::Error if facts.reply.is_scim_error() => Certain,
            Form::Error | Form::Json => Likely,
            _ if !facts.asked.is_known() => Likely,
            _ => Possible,
        },
        // A look-up that finds nobody is answered so by some.
        Some(404) if is_collection && names_none && has_any_word(said, &["group", "displayname"]) => Possible,
        Some(404) if is_collection && matches!(facts.reply.form, Form::Error | Form::Json) => Likely,
        Some(404) if is_collection => Possible,
        Some(400 | 403 | 404 | 422) if is_refused => Likely,
        None if is_refused || facts.has_code(&["NotImplemented"]) => Likely,
        _ => return,
    };
    let layer = if is_one { Layer::Shape } else { Layer::Address };
    let draft = found.add(ID, confidence, layer);
    if facts.asked.is_known() {
        draft.at("request.method", facts.asked.method).at("request.url", facts.asked.url);
    }
    quote(draft, facts);
}

/// A page in place of `/Groups`, below a base that is right by its looks.
fn lacks_page(facts: &Facts<'_>) -> bool {
    let asked = &facts.asked;
    let is_collection = asked.target == Target::Groups && asked.id.is_none();
    facts.reply.status == Some(404) && is_collection && !lacks_scim(asked) && !is_doubled(asked)
}

/// More members than the service takes or gives.
fn too_large(facts: &Facts<'_>, found: &mut Found) {
    if !is_about_group(facts) {
        return;
    }
    let sent = Members::of(facts);
    let Some(confidence) = (if facts.has_succeeded() { cut(facts, &sent) } else { too_many(facts, &sent) }) else {
        return;
    };
    let draft = found.add("group-too-large", confidence, Layer::Shape);
    if sent.count() > 0 {
        draft.with("members", sent.count().to_string());
        let place = sent.all().next().map_or("request.body", |named| named.at.trim_end_matches("/0"));
        draft.at(place, format!("{} members", sent.count()));
    }
    quote(draft, facts);
    if let Some(shown) = shown(facts).filter(|_| facts.has_succeeded()) {
        draft.at("response.body/members", format!("{} members", shown.len()));
    }
    if facts.asked.is_known() {
        draft.at("request.url", facts.asked.url);
    }
}

/// The answer ends at a round number, and somebody who was added is not in it.
fn cut(facts: &Facts<'_>, sent: &Members<'_>) -> Option<Confidence> {
    let shown = shown(facts)?;
    let is_short = ROUND.contains(&shown.len()) && sent.added.iter().any(|named| !shown.contains(named.id));
    is_short.then_some(if sent.added.len() > shown.len() { Certain } else { Likely })
}

fn too_many(facts: &Facts<'_>, sent: &Members<'_>) -> Option<Confidence> {
    let status = facts.reply.status;
    if facts.reply.form == Form::Html && status != Some(413) || matches!(status, Some(401 | 403 | 404 | 409 | 429)) {
        return None;
    }
    let said = &facts.said;
    let is_large = sent.count() >= LARGE;
    let is_limit =
        says(said, &["size must be", "too many", "too large", "maximum", "at most", "limit", "exceed", "max "])
            && (has_any_word(
                &said,
                &["member", "members", "membership", "memberships", "operations", "payload", "entity", "request"],
            ) || says(said, &["size must be"]));
    let is_unread = said.trim().is_empty()
        || says(
            &said,
            &[
                "unparsable",
                "syntactically",
                "violates schema",
                "bad request",
                "internal server error",
                "unexpected error",
            ],
        );
    match status {
        Some(413) => Some(if is_large || is_limit { Certain } else { Likely }),
        Some(400 | 422 | 500) if is_limit => Some(if is_large { Certain } else { Likely }),
        Some(400 | 422 | 500) if is_large && is_unread => Some(Likely),
        // That it took too long is said by others; how many there were may be why.
        Some(504) if is_large => Some(Possible),
        None if is_large && facts.reply.error.is_some_and(|error| says(&error.to_lowercase(), &["time", "reset"])) => {
            Some(Possible)
        }
        None if facts.has_failed() && is_limit && has_any_word(said, &["member", "members"]) => Some(Likely),
        _ => None,
    }
}

/// Another group has the name.
fn name_taken(facts: &Facts<'_>, found: &mut Found) {
    if !is_about_group(facts) {
        return;
    }
    let id = "group-displayname-duplicate";
    if let Some(told) =
        facts.event.code(&["DuplicateTargetEntries"]).or_else(|| facts.event.reason(&["duplicatetargetentries"]))
    {
        found.add(id, Certain, Layer::Told).at(told.place.clone(), told.text);
        return;
    }
    let doubles = doubles(facts, &["displayname", "externalid"]);
    if facts.has_succeeded() && doubles.len() > 1 {
        let draft = found.add(id, Certain, Layer::Reply);
        draft.at("request.url", facts.asked.url).with("matches", doubles.len().to_string());
        for (place, id) in doubles.iter().take(4) {
            draft.at(place.clone(), id);
        }
        return;
    }
    let said = &facts.said;
    if is_name_misread(facts, said) {
        quote(found.add(id, Possible, Layer::Shape).at("request.url", facts.asked.url), facts);
        return;
    }
    let strength = clash(facts, said).filter(|_| !matches!(facts.asked.method, "GET" | "DELETE"));
    let Some(strength) = strength.filter(|_| !found.explains("conflict-external-id")) else { return };
    let parts = written(facts);
    let name = parts.iter().find(|part| part.name == "displayname");
    let names_group = has_any_word(said, &["group", "groups", "displayname", "name"]);
    let plain = without_user_group(said);
    let is_about_member = has_any_word(&plain, &["member", "members", "membership", "memberships", "user"])
        && !has_any_word(said, &["displayname"]);
    let is_creation = says(said, &["creating user group", "creating group"]);
    let creates = facts.asked.creates() || facts.operation() == Operation::Create || is_creation;
    let most = match () {
        () if is_about_member && !creates => return,
        () if is_about_member => Possible,
        () if creates => {
            if names_group || name.is_some() {
                Certain
            } else {
                Likely
            }
        }
        () if name.is_some() || names_group => Likely,
        () => return,
    };
    let draft = quote(found.add(id, strength.min(most), Layer::Told), facts);
    if let Some(name) = name {
        draft.at_value(name.at.clone(), name.value);
        if let Some(text) = name.value.as_str() {
            draft.with("group", text);
        }
    }
}

/// A look-up by a name with quotes or signs that the service cannot read.
fn is_name_misread(facts: &Facts<'_>, said: &str) -> bool {
    let Some(filter) = facts.asked.filter.as_ref().filter(|_| facts.was_judged()) else { return false };
    let is_odd = filter.is_cut || filter.value.contains(['"', '\'', '&', '#', '+', '%', '\\', '/']);
    is_odd
        && filter.name().eq_ignore_ascii_case("displayname")
        && (facts.has_code(&["invalidFilter"]) || says(said, &["filter", "parse", "syntax"]))
}

/// One member is to go, and nobody or everybody goes.
fn removal(facts: &Facts<'_>, found: &mut Found) {
    let id = "group-remove-member-shape";
    let sent = Members::of(facts);
    let said = &facts.said;
    let is_unread_value = says(said, &["unrecognized field", "unrecognised field", "must not be set for remove"]);
    let Some(first) = sent.removed().next() else {
        if is_about_group(facts) && !facts.asked.is_known() && facts.has_failed() && is_unread_value {
            quote(found.add(id, Likely, Layer::Told), facts);
        }
        return;
    };
    let is_by_value = !sent.removed_by_value.is_empty();
    if facts.has_succeeded() {
        removal_answered(facts, &sent, found);
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
    quote(found.add(id, confidence, Layer::Shape).at(first.at.clone(), first.id), facts);
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
        let draft = found.add(id, confidence, Layer::Reply).at(still.at.clone(), still.id);
        draft.at("response.body/members", format!("{} is still among them", still.id));
        return;
    }
    let Some(first) = sent.removed_by_value.first() else { return };
    // It may have been the last one.
    if shown.is_some_and(|shown| shown.is_empty()) && sent.added.is_empty() {
        found.add(id, Possible, Layer::Reply).at(first.at.clone(), first.id).at("response.body/members", "[]");
    } else {
        found.habit(id, Layer::Shape).at(first.at.clone(), first.id);
    }
}

/// A member who is not known to the service.
fn unknown_member(facts: &Facts<'_>, found: &mut Found) {
    if !is_about_group(facts) {
        return;
    }
    let id = "group-member-unknown";
    if let Some(told) = facts.event.code(&["UnableToResolveReferenceAttributeValue"]) {
        found.add(id, Likely, Layer::Told).at(told.place.clone(), told.text);
        return;
    }
    let is_stopped = matches!(facts.reply.status, Some(405 | 409 | 412 | 413 | 501));
    let is_judged = facts.was_refused_or_broke() || facts.reply.status.is_none() && facts.has_failed();
    let is_explained = found.explains("group-too-large") || found.explains("group-displayname-duplicate");
    if !is_judged || is_stopped || is_explained {
        return;
    }
    let said = &*without_user_group(&facts.said);
    let sent = Members::of(facts);
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
        () if (!sent.added.is_empty() || is_unseen && is_member) && says(said, &UNRESOLVED) => Likely,
        () if is_own || sent.added.is_empty() => return,
        () if is_coded && (is_bare || is_member) => Possible,
        () if facts.reply.status == Some(404) && facts.reply.is_scim_error() => Possible,
        () => return,
    };
    let draft = found.add(id, confidence, Layer::Told);
    if let Some(told) = told.or_else(|| sent.all().next()) {
        draft.at(told.at.clone(), told.id);
    }
    if let Some(told) = told {
        draft.with("member", told.id);
    }
    quote(draft, facts);
}

/// 2xx, and the group that comes back lacks somebody who was added.
fn partial(facts: &Facts<'_>, found: &mut Found) {
    if !facts.has_succeeded() || facts.asked.target != Target::Groups {
        return;
    }
    let sent = Members::of(facts);
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
        draft.at(named.at.clone(), named.id);
    }
    draft.at("response.body/members", format!("{} members, {} is not among them", shown.len(), first.id));
}
