//! Why the directory sent nothing: who is out of scope, who cannot be matched, what a job or a feature holds back. All of it
//! is seen in the directory's own records; where the service answered, the answer is the better witness.

mod feature;
pub(super) mod scoping;

use self::scoping::Scoping;
use super::super::{
    facts::{Facts, says},
    finding::Confidence::{self, Certain, Likely, Possible},
    found::{Draft, Found, Layer},
};
use crate::domain::{
    exchange::{Operation, Outcome},
    journal::Source,
};

pub(super) const RULES: &[super::Rule] = &[out_of_scope, unmatched, held_back, quarantine, feature::feature];

/// Codes of a job in quarantine (Graph's `quarantineReason`, and how logs spell it).
const QUARANTINE: [&str; 8] = [
    "EncounteredQuarantineException",
    "EncounteredEscrowProportionThreshold",
    "EncounteredBaseEscrowThreshold",
    "EncounteredTotalEscrowThreshold",
    "QuarantineOnDemand",
    "QuarantinedOnDemand",
    "IngestionInterrupted",
    "Quarantine",
];
/// Codes of deletions that wait for somebody's word.
const STAGED: [&str; 3] = ["StagedDelete", "StagedAction", "TooManyDeletes"];
/// Words for "both sides are the same already", with which nothing is wrong.
const IN_STEP: [&str; 9] = [
    "redundantexport",
    "already match",
    "already in sync",
    "already up to date",
    "up-to-date",
    "no changes",
    "no change is",
    "already disabled",
    "already deleted",
];
const ENTITLEMENT: [&str; 5] = [
    "required entitlement",
    "not effectively entitled",
    "noteffectivelyentitled",
    "isn't effectively entitled",
    "iseffectivelyentitledforprovisioning: false",
];
const UNASSIGNED: [&str; 8] = [
    "not assigned to",
    "isn't assigned",
    "is not assigned",
    "is unassigned",
    "not been assigned",
    "no longer assigned",
    "assigned to the application: false",
    "assigned: false",
];
const FILTERED: [&str; 16] = [
    "not pass a scoping filter",
    "not pass the scoping filter",
    "not pass scoping",
    "not pass any scoping",
    "not satisfy the scop",
    "not satisfy a scop",
    "not satisfy scop",
    "not meet the scop",
    "not match the scop",
    "failed the scoping",
    "by a scoping filter",
    "by the scoping filter",
    "out of scope",
    "not in scope",
    "filtered out",
    "outside the scope",
];

/// Whether a directory speaks of something that did not go well, and quotes no answer of the service.
fn is_own_word(facts: &Facts<'_>) -> bool {
    let is_directory = matches!(facts.event.source, Some(Source::Entra | Source::Okta));
    is_directory && facts.reply.status.is_none() && facts.record.summary.outcome != Outcome::Success
}

/// The first statement with one of these words, in lower case, and its place.
fn told<'f>(facts: &'f Facts<'_>, words: &[&str]) -> Option<(&'f str, &'f str)> {
    told_so(facts, words, |_| true)
}

/// The same, where the statement as a whole, in lower case, means it.
fn told_so<'f>(facts: &'f Facts<'_>, words: &[&str], is_meant: impl Fn(&str) -> bool) -> Option<(&'f str, &'f str)> {
    let said = facts.event.reason(words).filter(|said| is_meant(&said.lower))?;
    Some((said.place.as_str(), said.text))
}

/// The code among these that the directory gave, and its place.
fn coded<'f>(facts: &'f Facts<'_>, codes: &[&str]) -> Option<(&'f str, &'f str)> {
    facts.event.code(codes).map(|said| (said.place.as_str(), said.text))
}

/// Skipped: not assigned, filtered out, blocked, or with an assignment that is not good for provisioning.
fn out_of_scope(facts: &Facts<'_>, found: &mut Found) {
    if !is_own_word(facts) {
        return;
    }
    if facts.event.source == Some(Source::Okta) {
        if let Some((place, text)) = told(facts, &UNASSIGNED) {
            found.add("not-assigned-or-out-of-scope", Likely, Layer::Told).at(place, text);
        }
        return;
    }
    let unentitled = coded(facts, &["NotEffectivelyEntitled"]);
    let skipped = coded(facts, &["EntrySynchronizationSkipped"]);
    if coded(facts, &["RedundantExport"]).is_some() || unentitled.is_none() && facts.says(&IN_STEP) {
        return;
    }
    if unentitled.is_none() && skipped.is_none() && !facts.is_skipped() {
        return;
    }
    let scoping = Scoping::of(facts);
    let told_outside = told(facts, &UNASSIGNED).or_else(|| told(facts, &FILTERED));
    let told_unentitled = told(facts, &ENTITLEMENT);
    let is_outside = scoping.outside().is_some() || told_outside.is_some();
    let case = Skip { facts, scoping, told_outside, told_unentitled, code: unentitled.or(skipped) };
    if is_outside {
        let is_sure = case.code.is_some() || case.scoping.outside().is_some();
        // The words may be about the one that is referred to: a member, or a manager.
        let is_of_another = coded(facts, &["UnableToResolveReferenceAttributeValue"]).is_some();
        let confidence = match (is_sure, is_of_another) {
            (true, _) => Certain,
            (false, true) => Possible,
            (false, false) => Likely,
        };
        case.add(found, "not-assigned-or-out-of-scope", confidence);
    }
    if unentitled.is_some() || told_unentitled.is_some() {
        case.unentitled(found, is_outside);
    } else if skipped.is_some() && !is_outside {
        // The same code stands for "in step already", so by itself it accuses nobody.
        case.quote(found.aside("not-assigned-or-out-of-scope", Layer::Told));
    }
}

/// A record that somebody was passed over, with its witnesses.
struct Skip<'f, 'c> {
    facts: &'f Facts<'c>,
    scoping: Scoping<'c>,
    told_outside: Option<(&'f str, &'f str)>,
    told_unentitled: Option<(&'f str, &'f str)>,
    code: Option<(&'f str, &'f str)>,
}

impl Skip<'_, '_> {
    /// Adds a finding; a leaver who is passed over is no failure, so there it is only said beside.
    fn add(&self, found: &mut Found, id: &'static str, confidence: Confidence) {
        let is_leaver = matches!(self.facts.operation(), Operation::Deactivate | Operation::Delete);
        let draft = if is_leaver { found.aside(id, Layer::Told) } else { found.add(id, confidence, Layer::Told) };
        self.quote(draft);
    }

    /// Not effectively entitled, and what hides behind it.
    fn unentitled(&self, found: &mut Found, is_outside: bool) {
        let is_blocked = self.scoping.active.as_ref().is_some_and(|active| active.is(false));
        let is_assigned = self.scoping.assigned.as_ref().is_some_and(|assigned| assigned.is(true));
        let nested = told(self.facts, &["nested", "group inside a group", "member of a subgroup"]);
        if nested.is_some() {
            self.add(found, "nested-group-not-expanded", Likely);
        }
        let refuses = self.scoping.entitled.as_ref().is_some_and(|entitled| entitled.is(false));
        let is_told =
            self.told_unentitled.is_some_and(|(_, text)| !text.eq_ignore_ascii_case("NotEffectivelyEntitled"));
        let confidence = match (is_outside, is_blocked) {
            (true, true) => Likely,
            (true, false) => Possible,
            (false, true) => Certain,
            (false, false) if self.code.is_some() && (is_assigned || refuses || is_told) => Certain,
            (false, false) => Likely,
        };
        self.add(found, "not-effectively-entitled", confidence);
        if is_blocked || is_assigned {
            return;
        }
        if !is_outside {
            self.add(found, "not-assigned-or-out-of-scope", Possible);
        }
        let is_filtered = told(self.facts, &FILTERED).is_some() && told(self.facts, &UNASSIGNED).is_none();
        if nested.is_none() && !is_filtered {
            self.add(found, "nested-group-not-expanded", Possible);
        }
    }

    fn quote(&self, draft: &mut Draft) {
        if let Some((place, code)) = self.code {
            draft.at(place, code);
        }
        let is_no = |stated: &&scoping::Stated<'_>| stated.is(false);
        let scoping = &self.scoping;
        for stated in [&scoping.active, &scoping.assigned, &scoping.entitled].into_iter().flatten().filter(is_no) {
            draft.at_value(stated.place.as_str(), stated.value);
        }
        if let Some(stated) = scoping.outside() {
            draft.at_value(stated.place.as_str(), stated.value);
        }
        for (place, text) in [self.told_outside, self.told_unentitled].into_iter().flatten() {
            draft.at(place, text);
        }
    }
}

/// Passed over because there is nothing to match by.
fn unmatched(facts: &Facts<'_>, found: &mut Found) {
    const BY: [&str; 6] = [
        "joining property",
        "joiningproperty",
        "matching attribute",
        "matching property",
        "attribute used for matching",
        "property used for matching",
    ];
    const EMPTY: [&str; 11] = [
        "empty",
        "null",
        "missing",
        "blank",
        "not populated",
        "no value",
        "not have a value",
        "without a value",
        "not have the required value",
        "not set",
        "not present",
    ];
    if !is_own_word(facts) || facts.event.source != Some(Source::Entra) {
        return;
    }
    // It is said of another attribute that is wanted.
    if coded(facts, &["MandatoryFieldsMissing", "MissingValues"]).is_some() {
        return;
    }
    let code = coded(facts, &["ImportSkipped", "JoiningPropertyValueIsMissing"]);
    let said = told_so(facts, &BY, |said| says(said, &EMPTY));
    let joined_by = Scoping::of(facts).joined_by.filter(scoping::Stated::is_blank);
    let confidence = match (code, said, &joined_by) {
        (Some(_), ..) => Certain,
        (None, Some(_), _) => Likely,
        (None, None, Some(_)) if facts.is_skipped() && !facts.says(&IN_STEP) => Likely,
        _ => return,
    };
    let draft = found.add("matching-value-missing-at-source", confidence, Layer::Told);
    for (place, text) in [code, said].into_iter().flatten() {
        draft.at(place, text);
    }
    if let Some(stated) = joined_by {
        draft.at_value(stated.place, stated.value);
    }
    if let Some(attribute) = said.and_then(|(_, text)| named_attribute(text)) {
        draft.with("attribute", attribute);
    }
}

/// The attribute that a text names: `attribute 'employeeId'`.
fn named_attribute(text: &str) -> Option<&str> {
    let after = ["attribute", "property"].iter().find_map(|word| {
        let (_, after) = text.split_once(word)?;
        let after = after.trim_start_matches(['(', 's', ')', ':', ' ']);
        after.strip_prefix(['\'', '"', '‘', '“', '`', '['])
    })?;
    let end = after.find(['\'', '"', '’', '”', '`', ']'])?;
    after.get(..end).filter(|name| !name.is_empty() && !name.contains(['@', ' ']))
}

/// Deletions that wait for somebody to allow them.
fn held_back(facts: &Facts<'_>, found: &mut Found) {
    const WORDS: [&str; 6] = [
        "accidental delet",
        "accidental-delet",
        "deletion threshold",
        "deletions threshold",
        "delete threshold",
        "toomanydeletes",
    ];
    if facts.event.source != Some(Source::Entra) {
        return;
    }
    let staged = |action: &&str| {
        let plain = action.bytes().filter(u8::is_ascii_alphabetic).map(|byte| byte.to_ascii_lowercase());
        STAGED.iter().any(|known| plain.clone().eq(known.bytes().map(|byte| byte.to_ascii_lowercase())))
    };
    if let Some(action) = facts.event.action.filter(staged) {
        let names = ["provisioningAction", "ProvisioningAction", "action", "Action"];
        let name =
            names.iter().find(|name| facts.record.event.as_ref().is_some_and(|event| event.get(**name).is_some()));
        let place = format!("event/{}", name.unwrap_or(&"provisioningAction"));
        found.add("accidental-deletion-guard", Certain, Layer::Told).at(place, action);
    }
    if let Some((place, code)) = coded(facts, &STAGED) {
        found.add("accidental-deletion-guard", Certain, Layer::Told).at(place, code);
    }
    if facts.record.summary.outcome != Outcome::Success
        && let Some((place, text)) = told(facts, &WORDS)
    {
        found.add("accidental-deletion-guard", Likely, Layer::Told).at(place, text);
    }
}

/// A job that hardly runs any more.
fn quarantine(facts: &Facts<'_>, found: &mut Found) {
    const WORDS: [&str; 7] = [
        "in quarantine",
        "into quarantine",
        "quarantined",
        "quarantine state",
        "quarantine status",
        "quarantineexception",
        "escrowproportionthreshold",
    ];
    const MAYBE: [&str; 6] = ["may be", "might be", "could be", "will be", "avoid", "no longer in quarantine"];
    if facts.event.source != Some(Source::Entra) || facts.record.summary.outcome == Outcome::Success {
        return;
    }
    let code = coded(facts, &QUARANTINE);
    let said = told_so(facts, &WORDS, |said| !says(said, &MAYBE));
    const ROOTS: [&str; 6] = [
        "wrong-base-url",
        "token-invalid-or-expired",
        "insufficient-rights",
        "gateway-html-instead-of-json",
        "tls-untrusted-or-weak",
        "timeout-slow-response",
    ];
    let has_root = ROOTS.iter().any(|id| found.explains(id));
    let confidence = match (code, said) {
        (Some(_), _) | (None, Some(_)) if has_root => Possible,
        // Held-back deletions and a refused token put a job there: they are the cause, and it what came of it.
        (Some(_), _) if found.explains("accidental-deletion-guard") || facts.reply.status.is_some() => Likely,
        (Some(_), _) => Certain,
        (None, Some(_)) if found.explains("accidental-deletion-guard") || facts.reply.status.is_some() => Possible,
        (None, Some(_)) => Likely,
        (None, None) => return,
    };
    let draft = found.add("quarantine", confidence, Layer::Told);
    for (place, text) in [code, said].into_iter().flatten() {
        draft.at(place, text);
    }
}
