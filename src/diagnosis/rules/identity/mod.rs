//! Who is whom: accounts that exist already, matches that are not one to one, ids that are gone, renames, free seats.
//! What a refusal says about values that are taken or missing is asked here, for people and for groups.

mod refusal;

use serde_json::Value;

use self::refusal::TAKEN;
pub(super) use self::refusal::{MISSING, clash, names, quote};
use super::super::{
    facts::{Facts, Form, Member, Target, Written, attribute, has_any_word, members, says, texts, words},
    finding::Confidence::{self, Certain, Likely, Possible},
    found::{Found, Layer},
};
use crate::domain::exchange::{Operation, truth};

/// Seats come first: a refusal for want of one often has the status of a conflict.
pub(super) const RULES: &[super::Rule] = &[seats, taken, same_source, twins, lost, renamed, anchor_moved];

/// The one who exists is switched off: then it is a matter of the life cycle.
const SWITCHED_OFF: [&str; 10] = [
    "deleted",
    "inactive",
    "deactivated",
    "disabled",
    "suspended",
    "archived",
    "deprovisioned",
    "reactivate",
    "restore",
    "undelete",
];
const EXTERNAL_ID: [&str; 6] =
    ["externalid", "external id", "external_id", "external-id", "external identifier", "external user id"];
/// Most ids of a request that are looked for in an error.
const REFERENCES: usize = 200;
const FIXED: [&str; 13] = [
    "immutable",
    "mutability",
    "read-only",
    "readonly",
    "read only",
    "cannot be changed",
    "can't be changed",
    "cannot be modified",
    "cannot be updated",
    "cannot change",
    "not be changed",
    "not allowed to change",
    "cannot modify",
];

fn names_login(said: &str) -> bool {
    has_any_word(said, &["username", "usernames", "login", "email", "emails", "mail", "upn", "userprincipalname"])
        || says(said, &["user name", "user_name"])
}

const fn is_login(name: &str) -> bool {
    name.eq_ignore_ascii_case("username") || name.eq_ignore_ascii_case("emails")
}

/// 402, 403, 409 …, and words about seats.
fn seats(facts: &Facts<'_>, found: &mut Found) {
    if let Some(code) = facts.event.code(&["LicenseLimitExceeded"]) {
        quote(found.add("license-limit", Certain, Layer::Told).at(code.place.clone(), code.text), facts);
        return;
    }
    let status = facts.reply.status;
    if !facts.has_failed() || facts.reply.form == Form::Html || matches!(status, Some(401 | 404 | 405 | 413 | 429)) {
        return;
    }
    let said = &facts.said;
    let takes_seat = facts.asked.creates() || matches!(facts.operation(), Operation::Create | Operation::Activate);
    let is_about_seats = has_any_word(said, &["seat", "seats", "licence", "licences", "license", "licenses"])
        || says(said, &["user limit", "limit of users", "user cap", "number of users", "max users", "maximum users"])
        || says(said, &["user quota", "users quota", "users allowed", "subscription limit", "plan limit"])
        || takes_seat && !facts.is_about_group() && counts_people(said);
    let is_at_the_end = says(said, &["limit", "exceed", "reached", "maximum", "max ", "not enough", "insufficient"])
        || says(
            said,
            &["exhaust", "no more", "no free", "no available", "available", "remaining", "all seats", "no seat"],
        )
        || says(said, &["no licen", "in use", "over quota", "out of ", "unassigned", "have enough", "used up"])
        || says(said, &["seats left", "licenses left", "licences left", "consumed", "been allocated", "ran out"]);
    // Said of a person, and not of the product as a whole.
    let is_to_buy = takes_seat
        && says(said, &["increase", "purchase", "buy ", "add more", "need more", "needs more", "upgrade"])
        && !says(said, &["feature", "use scim", "scim is", "scim provisioning"]);
    // A length or a rate has limits too.
    let is_another_limit =
        says(said, &["character", "length", "rate limit", "too many requests", "per second", "per minute"]);
    if is_about_seats && (is_at_the_end || is_to_buy) && !is_another_limit {
        let is_usual = matches!(status, Some(400 | 402 | 403 | 409 | 422));
        let confidence = if takes_seat && is_usual { Certain } else { Likely };
        quote(found.add("license-limit", confidence, Layer::Told), facts);
    } else if status == Some(402) && takes_seat {
        quote(found.add("license-limit", Likely, Layer::Told), facts);
    }
}

/// Whether people are counted: `250 users`, `50 active accounts`.
fn counts_people(said: &str) -> bool {
    let all: Vec<&str> = words(said).collect();
    let is_number = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
    let is_people = |word: &&str| ["users", "accounts", "people", "employees", "persons"].contains(word);
    let mut numbers = all.iter().enumerate().filter(|(_, word)| is_number(word));
    numbers.any(|(at, _)| all.iter().skip(at + 1).take(2).any(is_people))
}

/// A person, or an externalId, that is taken.
fn taken(facts: &Facts<'_>, found: &mut Found) {
    let asked = &facts.asked;
    let is_look_up = asked.method == "GET" || facts.operation() == Operation::Match;
    if is_look_up || asked.method == "DELETE" || found.explains("license-limit") {
        return;
    }
    let said = &facts.said;
    let Some(strength) = clash(facts, said) else { return };
    if strength == Possible && !asked.creates() && facts.operation() != Operation::Create {
        return;
    }
    let written = &facts.asked.written;
    let quotes = |name: &str| {
        let mut values = written.iter().filter(|part| part.name == name).flat_map(|part| texts(part.value));
        values.any(|value| value.len() > 3 && said.contains(&value.to_lowercase()))
    };
    let quotes_login = quotes("username") || quotes("emails");
    let writes_login = written.iter().any(|part| is_login(&part.name));
    let writes_external = written.iter().find(|part| part.name == "externalid");
    let names_login = names_login(said);
    // It is the only one that can clash, or its value is quoted.
    let is_alone = asked.changes() && !writes_login && written.iter().all(|part| part.name != "displayname");
    let is_quoted = quotes("externalid") && !quotes_login && !names_login;
    let is_external = says(said, &EXTERNAL_ID) || writes_external.is_some() && (is_alone || is_quoted);
    if is_external {
        let confidence = if names_login { strength.min(Likely) } else { strength };
        let draft = quote(found.add("conflict-external-id", confidence, Layer::Told), facts);
        draft.with("kind", if facts.is_about_group() { "group" } else { "person" });
        if let Some(part) = writes_external {
            draft.at_value(part.at.clone(), part.value);
        }
    }
    if facts.is_about_group() || is_external && !names_login {
        return;
    }
    let names_other = says(said, &["employeenumber", "employee number", "phone", "displayname", "nickname"]);
    let is_person =
        names_login || quotes_login || has_any_word(said, &["user", "users", "account", "person", "member"]);
    let is_update = asked.changes() || matches!(facts.operation(), Operation::Update | Operation::SetManager);
    let most = match () {
        () if is_switched_off(facts, said) || names_other && !names_login => Possible,
        () if is_about_domain(said) => Possible,
        () if asked.changes() && !writes_login && !names_login => return,
        () if is_update || is_external => Likely,
        // What differs from the account that is there may be the space alone.
        () if written.iter().any(|part| part.name == "username" && part.value.as_str().is_some_and(is_padded)) => {
            Likely
        }
        () if asked.creates() || facts.operation() == Operation::Create => {
            if is_person {
                Certain
            } else {
                Likely
            }
        }
        // Only the answer is known.
        () => {
            if is_person {
                Likely
            } else {
                Possible
            }
        }
    };
    let draft = quote(found.add("conflict-existing-user", strength.min(most), Layer::Told), facts);
    for part in written.iter().filter(|part| is_login(&part.name)) {
        draft.at_value(part.at.clone(), part.value);
    }
}

/// A refusal of where a person comes from, whatever its status.
fn is_about_domain(said: &str) -> bool {
    const STARTS: [&str; 5] = ["domain", "whitelist", "allowlist", "blacklist", "blocklist"];
    words(said).any(|word| STARTS.iter().any(|start| word.starts_with(start))) && !says(said, &TAKEN)
}

/// Whether a value has a space around it, or a character that nobody sees.
fn is_padded(text: &str) -> bool {
    let is_unseen = |c: char| matches!(c, '\u{a0}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    text.trim() != text || text.contains(is_unseen)
}

/// Whether the account in the way is said, or shown, to be switched off.
fn is_switched_off(facts: &Facts<'_>, said: &str) -> bool {
    let mut before = "";
    let is_told = words(said).any(|word| {
        let is_denied = matches!(before, "not" | "non" | "never" | "t");
        before = word;
        !is_denied && SWITCHED_OFF.contains(&word)
    });
    let is_shown =
        |part: Member<'_>| part.name.eq_ignore_ascii_case("active") && truth(Some(part.value)) == Some(false);
    is_told || members(facts.reply.body()).into_iter().any(is_shown)
}

/// Entra's word that two of its people share the value.
fn same_source(facts: &Facts<'_>, found: &mut Found) {
    let code = "DuplicateSourceEntries";
    if let Some(told) = facts.event.code(&[code]).or_else(|| facts.event.reason(&["duplicatesourceentries"])) {
        found.add("matching-duplicates-source", Certain, Layer::Told).at(told.place.clone(), told.text);
    }
}

/// More than one account that matches.
fn twins(facts: &Facts<'_>, found: &mut Found) {
    if facts.is_about_group() {
        return;
    }
    if let Some(told) =
        facts.event.code(&["DuplicateTargetEntries"]).or_else(|| facts.event.reason(&["duplicatetargetentries"]))
    {
        found.add("matching-duplicates-target", Certain, Layer::Told).at(told.place.clone(), told.text);
        return;
    }
    // Several came back; whether they match was not seen.
    let several = ["SystemForCrossDomainIdentityManagementMultipleEntriesInResponse"];
    if let Some(told) = facts.event.code(&several) {
        found.add("matching-duplicates-target", Possible, Layer::Told).at(told.place.clone(), told.text);
        return;
    }
    let doubles = doubles(facts, &["username", "externalid", "emails", "id", "employeenumber"]);
    if facts.has_succeeded() && doubles.len() > 1 {
        let draft = found.add("matching-duplicates-target", Certain, Layer::Reply);
        draft.at("request.url", facts.asked.url).with("matches", doubles.len().to_string());
        for (place, id) in doubles.iter().take(4) {
            draft.at(place.clone(), id);
        }
        return;
    }
    // Two came back, and the attribute that was looked for was not asked for.
    let count = facts.reply.resources().map_or(0, Vec::len);
    if facts.has_succeeded() && count == 2 && facts.asked.looks_up() && is_unseen(facts) {
        let draft = found.add("matching-duplicates-target", Possible, Layer::Reply);
        draft.at("request.url", facts.asked.url).at("response.body/Resources", "2 resources");
        return;
    }
    let several =
        ["more than one user", "multiple users", "multiple accounts", "more than one match", "multiple match"];
    if facts.has_failed() && facts.reply.form != Form::Html && facts.says(&several) {
        quote(found.add("matching-duplicates-target", Likely, Layer::Told), facts);
    }
}

/// Whether the query leaves out of the answer what its filter asks for.
fn is_unseen(facts: &Facts<'_>) -> bool {
    let looked_for = facts.asked.filter.as_ref().map(|filter| filter.name().to_ascii_lowercase()).unwrap_or_default();
    let is_match = matches!(looked_for.as_str(), "username" | "externalid" | "emails");
    is_match
        && facts
            .asked
            .parameter("attributes")
            .is_some_and(|all| all.split(',').all(|name| attribute(name) != looked_for))
}

/// The resources of an answer that have what was looked for, each with its place and id, if more than one.
pub(super) fn doubles(facts: &Facts<'_>, attributes: &[&str]) -> Vec<(String, String)> {
    let looked_for = facts.asked.filter.as_ref().filter(|filter| facts.asked.looks_up() && filter.is_eq());
    let Some(filter) = looked_for.filter(|filter| !filter.value.trim().is_empty()) else { return Vec::new() };
    let is_either = filter.rest.to_ascii_lowercase().contains("or ");
    if is_either || !attributes.contains(&filter.name().to_ascii_lowercase().as_str()) {
        return Vec::new();
    }
    let has_it = |resource: &Value| filter.values(resource).into_iter().any(|value| filter.is_met(value));
    let mut all: Vec<(String, String)> = Vec::new();
    for (at, resource) in facts.reply.resources().into_iter().flatten().enumerate().take(200) {
        let id = resource.get("id").map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned));
        if let Some(id) = id.filter(|id| has_it(resource) && all.iter().all(|(_, known)| known != id)) {
            all.push((format!("response.body/Resources/{at}/id"), id));
        }
    }
    all
}

fn same(left: &str, right: &str) -> bool {
    !right.trim().is_empty() && left.trim().to_lowercase() == right.trim().to_lowercase()
}

/// A member of a resource or of one of its extensions, in any case.
fn member<'v>(resource: &'v Value, name: &str) -> Option<&'v Value> {
    let object = resource.as_object()?;
    let named = |object: &'v serde_json::Map<String, Value>| {
        object.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    };
    named(object).or_else(|| {
        object
            .iter()
            .filter(|(key, _)| key.starts_with("urn:"))
            .filter_map(|(_, part)| part.as_object())
            .find_map(named)
    })
}

/// An id that the service does not have any more.
fn lost(facts: &Facts<'_>, found: &mut Found) {
    if let Some(told) = facts.event.code(&["InvalidAnchor"]).or_else(|| facts.event.reason(&["invalidanchor"])) {
        found.add("anchor-lost-404", Certain, Layer::Told).at(told.place.clone(), told.text);
        return;
    }
    if !facts.has_failed() || facts.reply.form == Form::Html {
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
    let is_inside = says(said, &["attribute", "path", "filter"]) || is_path && facts.has_code(&["noTarget"]);
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
    let kinds: &[&str] = if is_group { &["group", "resource"] } else { &["user", "resource", "account"] };
    let is_about_another = says(said, &["manager", "matching user not found", "attribute", "tenant url", "endpoint"])
        || is_group && has_any_word(said, &["member", "members", "user"]);
    let is_told = |said: &str| has_any_word(said, kinds) && says(said, &MISSING);
    // A push of a group that is there names it; what stands before the service's own words is the directory's.
    let is_push = facts.event.action.is_some_and(|action| action.contains("group_push"));
    let is_told_of_push = |said: &str| said.rsplit_once("remote server:").is_some_and(|(_, own)| is_told(own));
    match facts.reply.status {
        _ if is_about_another => None,
        Some(404 | 410) if is_change => Some(if facts.reply.is_scim_error() && !is_group { Certain } else { Likely }),
        Some(404 | 410) if facts.operation() == Operation::Other && is_told(said) => Some(Possible),
        None if is_push && facts.event.reasons.iter().any(|told| is_told_of_push(&told.lower)) => Some(Likely),
        // In one breath: a step of the same record may name a user for another reason.
        None if is_change && facts.event.reasons.iter().any(|told| is_told(&told.lower)) => Some(Likely),
        _ => None,
    }
}

/// A login that cannot be changed, or that one of the two was changed alone.
fn renamed(facts: &Facts<'_>, found: &mut Found) {
    let asked = &facts.asked;
    let is_change = asked.changes() && asked.target == Target::Users;
    if facts.is_about_group() || asked.is_known() && !is_change {
        return;
    }
    let written = &facts.asked.written;
    let logins: Vec<&Written<'_>> = written.iter().filter(|part| is_login(&part.name)).collect();
    let is_one = logins.iter().any(|part| part.name == "username") != logins.iter().any(|part| part.name == "emails");
    if facts.has_succeeded() {
        kept_name(facts, &logins, is_one, found);
        return;
    }
    let is_stopped = facts.reply.form == Form::Html || matches!(facts.reply.status, Some(401 | 403 | 404 | 429));
    if !facts.has_failed() || is_stopped {
        return;
    }
    let said = &facts.said;
    let is_coded = facts.has_code(&["mutability"]);
    let names_login = names_login(said);
    let writes_only_login = !logins.is_empty() && logins.len() == written.len();
    let confidence = match () {
        () if (is_coded || says(said, &FIXED)) && !says(said, &EXTERNAL_ID) => match () {
            () if is_coded && (names_login || writes_only_login) => Certain,
            () if names_login => Likely,
            () if writes_only_login => Likely,
            () if is_coded && !logins.is_empty() && said.trim().is_empty() => Possible,
            () => return,
        },
        // The new name is somebody else's: a twin that an earlier rename may have made.
        () if is_one && asked.method == "PATCH" && clash(facts, said).is_some_and(|strength| strength > Possible) => {
            Likely
        }
        () => return,
    };
    let draft = quote(found.add("username-vs-email-change", confidence, Layer::Told), facts);
    for part in logins {
        draft.at_value(part.at.clone(), part.value);
    }
}

fn kept_name(facts: &Facts<'_>, logins: &[&Written<'_>], is_one: bool, found: &mut Found) {
    let Some(part) = logins.first() else { return };
    let wanted = logins.iter().find(|part| part.name == "username").and_then(|part| part.value.as_str());
    let kept = member(facts.reply.body(), "username").and_then(Value::as_str);
    if let (Some(wanted), Some(kept)) = (wanted, kept)
        && !same(kept, wanted)
    {
        let draft = found.add("username-vs-email-change", Likely, Layer::Reply);
        draft.at(part.at.clone(), wanted).at("response.body/userName", kept);
    } else if is_one && facts.asked.method == "PATCH" {
        found.habit("username-vs-email-change", Layer::Mapping).at_value(part.at.clone(), part.value);
    }
}

/// An externalId that is switched.
fn anchor_moved(facts: &Facts<'_>, found: &mut Found) {
    let id = "externalid-changed-or-wrong-source";
    if facts.asked.is_known() && !facts.asked.changes() {
        return;
    }
    let written = &facts.asked.written;
    let part = written.iter().find(|part| facts.asked.changes() && part.name == "externalid");
    let said = &facts.said;
    let is_fixed = facts.has_failed() && (facts.has_code(&["mutability"]) || says(said, &FIXED));
    let is_judged = facts.was_judged() || facts.reply.status.is_none();
    let is_named = says(said, &EXTERNAL_ID) || written.len() == 1;
    match part {
        Some(part) if is_fixed && is_judged && is_named => {
            quote(found.add(id, Likely, Layer::Told).at_value(part.at.clone(), part.value), facts);
        }
        Some(part) if facts.has_succeeded() && facts.asked.method == "PATCH" => {
            found.habit(id, Layer::Mapping).at_value(part.at.clone(), part.value);
        }
        None if is_fixed && is_judged && says(said, &EXTERNAL_ID) && !facts.is_about_group() => {
            quote(found.add(id, Possible, Layer::Told), facts);
        }
        _ => {}
    }
}
