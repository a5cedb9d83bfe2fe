//! Leaving and coming back: a returner who meets their own inactive account, a leaver whom the service will not let go, and
//! who was switched off though the account is in use.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::{
    super::{
        facts::{Facts, Form, Op, Target, has_any_word, has_name, members},
        finding::Confidence::{Certain, Likely, Possible},
        found::{Found, Layer},
    },
    scope::scoping::Scoping,
};
use crate::domain::{
    exchange::{Operation, truth},
    profile::IdentityProvider,
};

pub(super) const RULES: &[super::Rule] = &[returner, refused_leaver, switched_off];

/// Words of an account that is there and does not count: gone, but not forgotten.
static GHOST: LazyLock<Option<Regex>> = LazyLock::new(|| {
    const STATE: &str = r"(?:inactive|de-?activated|deleted|suspended|archived|disabled|de-?provisioned|terminated|tombstoned|offboarded|pending deletion)";
    const WHO: &str = r"(?:users?|accounts?|members?|person|people|profiles?|identit(?:y|ies)|records?|resources?|entry|learners?|employees?|one|it)";
    Regex::new(&format!(
        r"\b{STATE}\b.{{0,24}}\b{WHO}\b|\b{WHO}\b.{{0,90}}\b(?:is|was|are|been|but|and|currently|previously|status|state|marked|as|now|soft)\b.{{0,14}}\b{STATE}\b|\bstatus\W{{1,4}}{STATE}\b|soft[- ]?delet|tombston|recycle bin|\bin (?:the )?trash\b|\b(?:not|no longer) active\b|\b(?:reactivat|undelet|unarchiv|unsuspend|restor(?:e|ing)\b|re-?enabl)|previously (?:been )?(?:removed|deleted|deprovisioned)"
    ))
    .ok()
});

/// An account that is on its way out, and in the way until it is gone.
static LINGERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    const GONE: &str = r"(?:deleted|removed|purged|erased)";
    Regex::new(&format!(
        r"\bnot (?:been )?(?:yet )?(?:been )?(?:\w+ly )?{GONE} yet\b|\bnot yet (?:been )?(?:\w+ly )?{GONE}\b|\b(?:pending|awaiting) (?:\w+ )?(?:purge|deletion)\b|\bcannot be re-?created until\b"
    ))
    .ok()
});

/// The words of [`GHOST`] said not to be so, or of everybody.
static ALIVE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b(?:not|isn't|non|never|neither)\b[ -](?:been )?(?:inactive|de-?activated|(?:soft[- ])?deleted|suspended|archived|disabled)|\bactive (?:and|or) (?:inactive|deactivated|deleted)").ok()
});

/// A rule of the product about who may be switched off.
static STANDING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"\b(?:last|only|sole|final|remaining|single)\b.{0,40}\b(?:admin\w*|owner\w*|super-?users?)\b|\bat least (?:one|1)\b.{0,40}\b(?:admin\w*|owner\w*|active)\b|\bmust (?:be|remain|stay) (?:active|enabled)\b|\b(?:transfer|reassign|hand over|change)\b.{0,40}\b(?:ownership|owner)|\b(?:account|workspace|organi[sz]ation|site|tenant|billing|primary|team|room)[ -](?:owner|contact|admin\w*)\b|\bprotected (?:user|account)|\b(?:your ?self|own account|your own)\b|\blegal hold\b|last[-_ ](?:owner|admin)",
    )
    .ok()
});

/// Words of a refusal to switch somebody off, whatever the reason.
static REFUSAL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    const OFF: &str = r"(?:de-?activat|disabl|suspend|delet|remov|de-?provision|archiv|offboard)";
    Regex::new(&format!(
        r"\b(?:cannot|can't|can not|can never|could not|must not|may not|unable to|not (?:allowed|permitted|possible) to|refus\w+ to|not be)\b.{{0,40}}\b{OFF}|\b{OFF}\w*\b.{{0,60}}\b(?:not (?:be )?(?:allowed|permitted|possible)|forbidden|prohibited|blocked|refused|rejected)\b"
    ))
    .ok()
});

fn fits(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

/// What the refusal says. Addresses are left out, as a person's name is no evidence, and codes such as `user_deleted` are
/// read as words.
fn spoken(facts: &Facts<'_>) -> String {
    let words = facts.said.split(|c: char| c.is_whitespace() || c == '_').filter(|word| !word.contains('@'));
    words.collect::<Vec<_>>().join(" ")
}

/// Whether the refusal states a rule of the product about who may be switched off.
pub(super) fn is_standing(facts: &Facts<'_>) -> bool {
    fits(&STANDING, &spoken(facts))
}

/// Where the error's own words stand, and the words; of the directory's the longest.
fn said<'f>(facts: &'f Facts<'_>) -> Option<(&'f str, &'f str)> {
    let longest = || facts.event.reasons.iter().max_by_key(|said| said.text.len());
    facts.reply.quoted().or_else(|| longest().map(|said| (said.place.as_str(), said.text)))
}

/// Whether the service looked at the request and said no, or a directory says so without quoting it.
fn is_refused(facts: &Facts<'_>, statuses: &[u16]) -> bool {
    match facts.reply.status {
        Some(status) => statuses.contains(&status) && facts.reply.form != Form::Html,
        None => facts.event.source.is_some() && facts.has_failed(),
    }
}

/// A create that meets the inactive account of the same person.
fn returner(facts: &Facts<'_>, found: &mut Found) {
    const THERE: [&str; 10] =
        ["exist", "already", "taken", "duplicate", "in use", "conflict", "unique", "belongs to", "reserved", "restor"];
    let creates = if facts.asked.is_known() {
        facts.asked.creates() && facts.asked.target == Target::Users
    } else {
        facts.operation() == Operation::Create
    };
    let returns = creates || facts.operation() == Operation::Activate;
    if !returns || !is_refused(facts, &[400, 403, 404, 409, 410, 422]) {
        return;
    }
    let words = spoken(facts);
    let is_conflict = facts.reply.status == Some(409) || facts.reply.status.is_none() && words.contains("conflict");
    let is_there = is_conflict || THERE.iter().any(|word| words.contains(word));
    let inactive = creates.then(|| inactive_in_answer(facts)).flatten().filter(|_| is_there);
    let is_of_person = ["user", "users", "account", "member", "person", "username", "externalid", "identity"];
    let lingers = fits(&LINGERS, &words) && has_any_word(&words, &is_of_person);
    let is_ghost = fits(&GHOST, &words) && !fits(&ALIVE, &words) || lingers;
    let confidence = match () {
        () if inactive.is_some() && is_conflict => Certain,
        () if is_ghost && creates && is_conflict => Certain,
        () if inactive.is_some() || is_ghost && (is_there || !creates) => Likely,
        // Okta creates whom it has unlinked: an id of its own that is taken was theirs before.
        () if creates
            && is_there
            && facts.record.directory() == IdentityProvider::Okta
            && is_about_external_id(&words) =>
        {
            Possible
        }
        () => return,
    };
    let draft = found.add("soft-delete-recreate-conflict", confidence, Layer::Told);
    if let Some(status) = facts.reply.status {
        draft.at("response.status", status.to_string());
    }
    if let Some((place, text)) = said(facts) {
        draft.at(place, text);
    }
    if let Some((place, value)) = inactive {
        draft.at_value(place, value);
    }
    for place in ["userName", "externalId"] {
        if let Some(value) = facts.asked.body.get(place) {
            draft.at_value(format!("request.body/{place}"), value);
        }
    }
}

/// The member of a refusal that says the account in the way is inactive.
fn inactive_in_answer<'c>(facts: &Facts<'c>) -> Option<(String, &'c Value)> {
    const STATES: [&str; 8] =
        ["inactive", "deactivated", "suspended", "deleted", "disabled", "archived", "deprovisioned", "soft_deleted"];
    let is_state =
        |value: &Value| value.as_str().is_some_and(|text| STATES.iter().any(|s| text.eq_ignore_ascii_case(s)));
    let is_date = |value: &Value| value.as_str().is_some_and(|text| text.starts_with(|c: char| c.is_ascii_digit()));
    members(facts.reply.body()).into_iter().find_map(|member| {
        let says = match member.name.to_ascii_lowercase().as_str() {
            "active" | "isactive" | "is_active" => truth(Some(member.value)) == Some(false),
            "status" | "state" | "userstatus" | "accountstatus" => is_state(member.value),
            "deletedat" | "deleted_at" | "deactivatedat" | "deactivated_at" => is_date(member.value),
            "deleted" | "isdeleted" | "suspended" | "archived" => truth(Some(member.value)) == Some(true),
            _ => false,
        };
        says.then(|| (format!("response.body{}", member.pointer), member.value))
    })
}

fn is_about_external_id(words: &str) -> bool {
    ["externalid", "external id", "external-id"].iter().any(|name| words.contains(name))
}

/// What a request does to `active`, and where.
struct SwitchOff {
    place: String,
    /// It does nothing else, so the refusal can only be about that.
    is_alone: bool,
}

/// Where the request switches somebody off, or deletes them.
fn switch_off(facts: &Facts<'_>) -> Option<SwitchOff> {
    let asked = &facts.asked;
    if !asked.is_known() {
        let is_off = !facts.is_about_group() && matches!(facts.operation(), Operation::Deactivate | Operation::Delete);
        return is_off.then(|| SwitchOff { place: String::new(), is_alone: true });
    }
    if asked.target == Target::Groups {
        return None;
    }
    let is_alone = asked.ops.len() == 1;
    for op in &asked.ops {
        let path = op.path.unwrap_or_default();
        let last = path.rsplit(':').next().unwrap_or(path);
        let inside = |name: &str| op.value.and_then(|value| value.get(name));
        if last.eq_ignore_ascii_case("active") && (truth(op.value) == Some(false) || op.is("remove")) {
            return Some(SwitchOff { place: op.at("value"), is_alone });
        }
        if path.is_empty() && truth(inside("active")) == Some(false) {
            let members = op.value.and_then(Value::as_object).map_or(0, serde_json::Map::len);
            return Some(SwitchOff { place: op.at("value/active"), is_alone: is_alone && members == 1 });
        }
    }
    match asked.method {
        "PUT" if truth(asked.body.get("active")) == Some(false) => {
            Some(SwitchOff { place: "request.body/active".to_owned(), is_alone: false })
        }
        "DELETE" if asked.id.is_some() => Some(SwitchOff { place: "request.method".to_owned(), is_alone: true }),
        _ => None,
    }
}

/// The service has a rule against switching this person off.
fn refused_leaver(facts: &Facts<'_>, found: &mut Found) {
    /// About who asks, not about whom.
    const RIGHTS: [&str; 8] =
        ["permission", "scope", "token", "privilege", "api key", "credential", "insufficient", "access denied"];
    /// About how it is asked.
    const FORM: [&str; 12] = [
        "boolean",
        "syntax",
        "schema",
        "parse",
        "json",
        "path",
        "patch op",
        "invalid op",
        "etag",
        "version",
        "filter",
        "type ",
    ];
    if facts.has_succeeded() {
        return stays_active(facts, found);
    }
    if !is_refused(facts, &[400, 403, 409, 412, 422, 423, 500]) {
        return;
    }
    let words = spoken(facts);
    let has = |list: &[&str]| list.iter().any(|word| words.contains(word));
    let Some(off) = switch_off(facts).or_else(|| unseen_switch_off(facts, &words)) else { return };
    let status = facts.reply.status;
    let is_standing = fits(&STANDING, &words);
    let is_about_rights = status == Some(403) && !is_standing && has(&RIGHTS);
    if is_about_rights || status == Some(500) && !facts.reply.is_scim_error() {
        return;
    }
    let is_refusal = fits(&REFUSAL, &words) && !has(&FORM);
    let is_unique = facts.has_code(&["uniqueness"]) || has(&["already exists", "already in use", "duplicate"]);
    let is_bare = off.is_alone && !is_unique && !has(&FORM);
    let is_immutable = facts.has_code(&["mutability"]);
    let confidence = match () {
        () if is_standing && status.is_some() && (off.is_alone || !is_unique) => Certain,
        () if is_standing || is_refusal => Likely,
        () if is_bare && (status == Some(409) || is_immutable) => Likely,
        // A rule about whom, or about who asks: the answer does not tell.
        () if is_bare && status == Some(403) && facts.asked.is_known() => Possible,
        () => return,
    };
    let draft = found.add("deactivation-rejected", confidence, Layer::Told);
    if let Some(status) = status {
        draft.at("response.status", status.to_string());
    }
    if let Some((place, text)) = said(facts) {
        draft.at(place, text);
    }
    if !off.place.is_empty() {
        let text = if off.place == "request.method" { "DELETE" } else { "false" };
        draft.at(off.place, text);
    }
}

/// What an operation sets `active` to.
fn sets_active(op: &Op<'_>) -> Option<bool> {
    let path = op.path.unwrap_or_default();
    let value = if path.is_empty() { op.value?.get("active") } else { op.value };
    let is_it = path.is_empty() || path.rsplit(':').next().is_some_and(|last| last.eq_ignore_ascii_case("active"));
    truth(value).filter(|_| is_it)
}

/// Switched off, answered 2xx, and active in the answer: where nothing in the request's form explains it, a rule may.
fn stays_active(facts: &Facts<'_>, found: &mut Found) {
    let is_of_form = ["op-casing", "patch-without-path", "boolean-as-string"].iter().any(|id| found.explains(id));
    let Some(off) = switch_off(facts).filter(|_| !is_of_form && facts.asked.method != "DELETE") else { return };
    // What was switched off and on again is on.
    let is_back = facts.asked.ops.iter().rev().find_map(|op| sets_active(op)) == Some(true);
    let active = facts.reply.body().get("active").filter(|active| !is_back && truth(Some(active)) == Some(true));
    if let Some(active) = active.filter(|_| facts.reply.form == Form::Resource && !off.place.is_empty()) {
        let draft = found.add("deactivation-rejected", Likely, Layer::Reply);
        draft.at(off.place, "false").at_value("response.body/active", active);
    }
}

/// A directory that does not say what it sent, and quotes an answer which only a leaver gets.
fn unseen_switch_off(facts: &Facts<'_>, words: &str) -> Option<SwitchOff> {
    let changed = &facts.event.changed;
    let is_active = |name: &str| name.eq_ignore_ascii_case("active") || name.eq_ignore_ascii_case("isSoftDeleted");
    if facts.is_about_group() || !changed.is_empty() && !changed.iter().any(|(name, _)| is_active(name)) {
        return None;
    }
    let is_unsaid = !facts.asked.is_known() && matches!(facts.operation(), Operation::Other | Operation::Update);
    // A code that is all there is: `last_admin`.
    let is_code = ["last_admin", "last_owner", "last-admin", "last-owner", "only_admin", "only_owner"];
    let is_told = words.contains("user must be active")
        || fits(&REFUSAL, words)
            && (fits(&STANDING, words)
                || has_any_word(words, &["owner", "owners"]) && !has_any_word(words, &["attribute", "field", "title"]))
        || is_code.iter().any(|code| has_name(&facts.said, code));
    (is_unsaid && is_told).then(|| SwitchOff { place: String::new(), is_alone: false })
}

/// Switched off by the directory though the account is in use: no failure, and the answer to "why is she suspended".
fn switched_off(facts: &Facts<'_>, found: &mut Found) {
    if facts.operation() != Operation::Deactivate || facts.asked.is_known() || facts.has_failed() || facts.is_skipped()
    {
        return;
    }
    let scoping = Scoping::of(facts);
    let is_in_use = scoping.active.as_ref().is_some_and(|active| active.is(true));
    if let Some(outside) = scoping.outside().filter(|_| is_in_use) {
        let draft = found.aside("unexpected-deactivation", Layer::Told);
        draft.at_value(outside.place.as_str(), outside.value);
        if let Some(active) = &scoping.active {
            draft.at_value(active.place.as_str(), active.value);
        }
    }
}
