//! What the directory may do at all: create, update and deactivate are ticked one by one, and a job without one of them says
//! so only beside.

use serde_json::Value;

use super::{
    super::super::{
        facts::{Facts, says},
        finding::Confidence::Likely,
        found::{Found, Layer},
    },
    is_own_word, told, told_so,
};
use crate::domain::journal::Source;

/// Create, update or deactivate is switched off in the directory.
pub(super) fn feature(facts: &Facts<'_>, found: &mut Found) {
    const OFF: [&str; 8] = [
        "not enabled",
        "isn't enabled",
        "is disabled",
        "are disabled",
        "turned off",
        "switched off",
        "not selected",
        "not turned on",
    ];
    const ACTIONS: [&str; 12] = [
        "target object action",
        "flow type",
        "flowtype",
        "create users",
        "create user ",
        "update users",
        "update user attributes",
        "deactivate users",
        "provisioning feature",
        "provisioning is",
        "provisioning action",
        "creation of users",
    ];
    if let Some(stopped) = stopped(facts) {
        found
            .add("provisioning-feature-not-enabled", Likely, Layer::Told)
            .at("event/debugContext/debugData/customMessage", stopped);
    }
    if !is_own_word(facts) || facts.says(&["reported by remote server", "web response"]) {
        return;
    }
    let is_okta = facts.event.source == Some(Source::Okta);
    // Okta's own words for a look-up that found nobody while Create is off, or somebody inactive while Deactivate is.
    let by_name = is_okta
        .then(|| {
            told(facts, &["matching user not found", "user account is inactive", "before provisioning was enabled"])
        })
        .flatten();
    let by_words = || told_so(facts, &ACTIONS, |said| says(said, &OFF));
    if let Some((place, text)) = by_name.or_else(by_words) {
        found.add("provisioning-feature-not-enabled", Likely, Layer::Told).at(place, text);
    }
}

/// What Okta logs when an admin takes a feature off: `Stop deprovisioning unassigned users`.
fn stopped<'c>(facts: &Facts<'c>) -> Option<&'c str> {
    if facts.event.source != Some(Source::Okta) {
        return None;
    }
    let message =
        facts.record.event.as_ref()?.pointer("/debugContext/debugData/customMessage").and_then(Value::as_str)?;
    let lower = message.to_lowercase();
    (lower.starts_with("stop") && says(&lower, &["provision", "push", "deactivat"])).then_some(message)
}
