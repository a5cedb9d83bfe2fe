//! Groups: services that have none, members that are unknown, lost or too many, removals that clear a group, taken names.

mod membership;
mod names;
mod size;
mod support;

use std::collections::HashSet;

use super::super::facts::{Facts, texts};

/// What the service says of itself comes first, then sizes: both explain what a shape would explain wrongly.
pub(super) const RULES: &[super::Rule] = &[
    support::unsupported,
    size::too_large,
    names::name_taken,
    membership::removal,
    membership::unknown_member,
    membership::partial,
];

/// From here on limits per request are met in the field.
const LARGE: usize = 100;

/// The members that an answer shows; `None` where it does not show who they are.
fn shown<'f>(facts: &Facts<'f>) -> Option<HashSet<&'f str>> {
    let is_left_out = facts.asked.parameter("excludedAttributes").is_some_and(|names| names.contains("members"));
    let members = facts.reply.body().get("members").filter(|_| !is_left_out)?.as_array()?;
    let ids: HashSet<&str> = members.iter().flat_map(texts).collect();
    (members.is_empty() || !ids.is_empty()).then_some(ids)
}

/// What was said, where Okta's "user group" is no user.
fn without_user_group(said: &str) -> String {
    said.replace("user group", "group")
}
