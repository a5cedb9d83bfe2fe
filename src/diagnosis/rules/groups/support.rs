//! Services that have no groups, or none that may be written.

use super::super::super::{
    facts::{Facts, Form, Target, has_any_word, says},
    finding::Confidence::{Certain, Likely, Possible},
    found::{Found, Layer},
};
use super::super::{
    connection::{is_doubled, lacks_scim},
    identity::{MISSING, quote},
};
use crate::domain::exchange::Operation;

/// `/Groups` is not there, or may not be written.
pub(super) fn unsupported(facts: &Facts<'_>, found: &mut Found) {
    const ID: &str = "groups-unsupported-by-service";
    if !facts.is_about_group() || !facts.has_failed() {
        return;
    }
    if facts.reply.form == Form::Html {
        if lacks_page(facts) {
            quote(found.add(ID, Possible, Layer::Address).at("request.url", facts.asked.url), facts);
        }
        return;
    }
    let said = &facts.said;
    // A route that names the methods which it takes is there.
    if facts.reply.status != Some(404)
        && said.split_once("allowed methods").is_some_and(|(_, all)| says(all, &["put", "patch", "delete", "post"]))
    {
        return;
    }
    // A group within a group is another matter.
    if has_any_word(said, &["nested", "nesting"]) {
        quote(found.add("nested-group-not-expanded", Possible, Layer::Told), facts);
        return;
    }
    // A path, an attribute or a way of changing members is refused by a service that has groups.
    let is_of_all = says(said, &["groups are not", "groups is not", "groups not supported", "groups and group"]);
    let is_of_part = !is_of_all
        && has_any_word(
            said,
            &["path", "attribute", "sub-attribute", "filter", "members", "member", "membership", "memberships"],
        );
    let is_refused = says(said, &["group"])
        && !is_of_part
        && (says(
            said,
            &["not supported", "unsupported", "not support", "n't support", "not implemented", "not enabled"],
        ) || says(
            said,
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
        Some(403)
            if creates
                && facts.has_code(&["mutability"])
                && !says(said, &["attribute", "readonly", "read-only", "read only"]) =>
        {
            Likely
        }
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
