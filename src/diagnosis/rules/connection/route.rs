//! Where: a base URL that leads past the service. A SCIM error proves that a SCIM service answered, so it speaks against it.

use super::{
    super::super::{
        facts::{Asked, Facts, Form, Target, has_any_word, members, words},
        finding::Confidence::{self, Certain, Likely, Possible},
        found::{Found, Layer},
    },
    gateway,
    told::{Told, heard, quote_detail},
};
use crate::domain::exchange::Operation;

const ID: &str = "wrong-base-url";

/// How web frameworks and gateways say that they have no such route.
const NO_ROUTE: [&str; 26] = [
    "bad endpoint",
    "cannot get /",
    "cannot post /",
    "cannot put /",
    "cannot patch /",
    "cannot delete /",
    "no route",
    "route not found",
    "no matching route",
    "page not found",
    "path not found",
    "endpoint not found",
    "unknown endpoint",
    "url not found",
    "uri not found",
    "url was not found",
    "unrecognized request url",
    "no static resource",
    "no handler found",
    "no handler for path",
    "no service was found",
    "no http resource was found",
    "not found on this server",
    "invalid url",
    "unknown path",
    "could not find the requested",
];

/// What else says that the address is another's.
const ELSEWHERE: [&str; 5] = [
    "missing authentication token",
    "invalid hostname",
    "plain http request was sent to https port",
    "misdirected request",
    "tenant url is correct",
];

/// A 404 about a person or a group and not about a route.
const ABOUT_SOMEBODY: [&str; 7] =
    ["user not found", "no user", "user with", "group not found", "resource not found", "does not exist", "member"];

/// Of the address by which a customer is known.
const OF_HOST: [&str; 5] = ["at this host", "for this host", "at this address", "at this url", "this subdomain"];

/// Whether a refusal is about a part of the base URL that names the customer: `invalid namespace` of
/// `/namespaces/acme/Users`. The words have to stand side by side, and nobody may be named.
pub(in crate::diagnosis::rules) fn names_place(facts: &Facts<'_>) -> bool {
    const PLACES: [&str; 8] =
        ["namespace", "tenant", "workspace", "realm", "instance", "site", "organization", "organisation"];
    const OTHERS: [&str; 10] =
        ["user", "users", "member", "group", "manager", "person", "account", "token", "domain", "attribute"];
    const AFTER: [&[&str]; 7] = [
        &["not", "found"],
        &["does", "not", "exist"],
        &["doesn", "t", "exist"],
        &["is", "invalid"],
        &["is", "unknown"],
        &["is", "not", "known"],
        &["not", "recognized"],
    ];
    // The host names the customer too: `No workspace at this host`.
    let is_of_host = facts.reply.status == Some(404) && has_any_word(&facts.said, &PLACES) && facts.says(&OF_HOST);
    if is_of_host && !has_any_word(&facts.said, &OTHERS) {
        return true;
    }
    let base = facts.asked.base.to_ascii_lowercase();
    let is_in_base = |place: &str| base.split('/').any(|part| part.trim_end_matches('s') == place);
    let is_sent = |place: &str| {
        facts.asked.written.iter().any(|part| part.name == place)
            || members(facts.asked.body).iter().any(|member| member.name.eq_ignore_ascii_case(place))
    };
    // Every address is of a tenant.
    let is_tenants = facts.reply.status == Some(404) && has_any_word(&facts.said, &["tenant"]);
    if !is_tenants && !PLACES.into_iter().any(is_in_base)
        || has_any_word(&facts.said, &OTHERS)
        || facts.has_code(&["invalidValue"])
    {
        return false;
    }
    let all: Vec<&str> = words(&facts.said).collect();
    all.iter().enumerate().any(|(at, word)| {
        let before = at.checked_sub(1).and_then(|before| all.get(before)).copied().unwrap_or_default();
        let after = |skipped: usize| {
            let rest = all.get(at + 1 + skipped..).unwrap_or_default();
            AFTER.iter().any(|ending| rest.starts_with(ending))
        };
        PLACES.contains(word)
            && (is_in_base(word) || is_tenants && *word == "tenant")
            && !is_sent(word)
            && (matches!(before, "invalid" | "unknown" | "such") || after(0) || after(1))
    })
}

/// 404 and its like on a route.
pub(super) fn base(facts: &Facts<'_>, found: &mut Found) {
    let Some(told) = Told::of(facts).filter(|told| told.status >= 300) else { return shell(facts, found) };
    let confidence = match told.status {
        400 | 403 if names_place(facts) => Some(Likely),
        404 if (facts.asked.is_known() || facts.says(&OF_HOST)) && names_place(facts) => Some(Likely),
        404 if facts.is_about_an_attribute() => None,
        404 | 405 | 410 | 421 if facts.asked.is_known() => of_request(facts, told.status),
        // "NotFound" stands there of an attribute.
        404 if facts.has_code(&["SchemaAttributeNotFound"]) => None,
        // A service without groups answers so as well.
        404 if facts.says(&["create group", "update group", "delete group"]) => of_event(facts).map(|_| Possible),
        404 => of_event(facts),
        400 | 403 | 421 if facts.says(&ELSEWHERE) => Some(Likely),
        _ => None,
    };
    let Some(confidence) = confidence else { return };
    let is_explained = found.explains("trailing-slash-double-slash") || found.explains("entra-flag-in-url");
    let confidence = if is_explained { Possible } else { told.at_most(confidence) };
    let draft = found.add(ID, confidence, Layer::Address);
    if !facts.asked.url.is_empty() {
        draft.at("request.url", facts.asked.url);
    }
    told.quote(facts, draft);
    match heard(facts, &NO_ROUTE).or_else(|| heard(facts, &ELSEWHERE)) {
        Some((place, text)) => {
            draft.at(place, text);
        }
        None => quote_detail(facts, draft),
    }
}

/// A redirect to another place than a sign-in page.
pub(super) fn moved(facts: &Facts<'_>, found: &mut Found) {
    let Some(status @ (301..=303 | 307 | 308)) = facts.reply.status else { return };
    if found.explains(gateway::ID) || found.explains("trailing-slash-double-slash") {
        return;
    }
    let location = facts.reply.header("location");
    let confidence = if location.is_some() { Likely } else { Possible };
    let draft = found.add(ID, confidence, Layer::Address);
    draft.at("request.url", facts.asked.url).at("response.status", status.to_string());
    if let Some(location) = location {
        draft.at("response.headers.location", location);
    }
}

/// Whether nothing of a SCIM service is in the address.
pub(in crate::diagnosis::rules) fn lacks_scim(asked: &Asked<'_>) -> bool {
    let has = |text: &str| text.to_ascii_lowercase().contains("scim");
    asked.is_known() && !has(&asked.base) && !asked.host.is_some_and(has)
}

/// Whether part of the base, or the resource, stands there twice: `/scim/v2/v2`, `/scim/v2/scim/v2`, `/Users/Users`.
pub(in crate::diagnosis::rules) fn is_doubled(asked: &Asked<'_>) -> bool {
    let base = asked.base.to_ascii_lowercase();
    let parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    let is_of_scim = |part: &str| part.contains("scim") || is_version(part);
    let twice = parts
        .iter()
        .enumerate()
        .any(|(at, part)| is_of_scim(part) && parts.iter().skip(at + 1).any(|other| other == part));
    let again =
        |id: &str| ["users", "groups", "scim", "serviceproviderconfig"].contains(&id.to_ascii_lowercase().as_str());
    twice || asked.target != Target::Other && asked.id.as_deref().is_some_and(again)
}

fn is_version(part: &str) -> bool {
    part.strip_prefix('v')
        .is_some_and(|digits| !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

fn of_request(facts: &Facts<'_>, status: u16) -> Option<Confidence> {
    let asked = &facts.asked;
    let reply = &facts.reply;
    let has_no_route = facts.says(&NO_ROUTE);
    let is_scim = reply.is_scim_error() || reply.scim_type.is_some();
    let reads_or_creates = matches!(asked.method, "GET" | "POST");
    if is_doubled(asked) {
        return Some(if is_scim && asked.id.is_some() { Likely } else { Certain });
    }
    if is_scim {
        let is_creation = status == 404 && asked.creates() && asked.target == Target::Users;
        return (is_creation || has_no_route).then_some(Likely);
    }
    let is_about_somebody = facts.says(&ABOUT_SOMEBODY) && !has_no_route;
    if lacks_scim(asked) {
        // An address may be right without the word, so that only a missing route is sure.
        let is_of_framework = matches!(reply.form, Form::Html | Form::Text) || has_no_route;
        return match status {
            404 if is_about_somebody || asked.id.is_some() && !is_of_framework => Some(Possible),
            404 if is_of_framework || asked.creates() || names_path(facts) => Some(Certain),
            _ => Some(Likely),
        };
    }
    let leaves_out = |all: &str| !all.to_ascii_lowercase().contains("post");
    if status == 405 && asked.creates() && reply.header("allow").is_some_and(leaves_out) {
        return Some(Possible);
    }
    if asked.target == Target::Groups && !has_no_route || status == 405 && !reads_or_creates {
        return (reply.form == Form::Html && status == 404).then_some(Possible);
    }
    match reply.form {
        Form::Html => Some(Likely),
        // The route of a person is there, but not with this method.
        _ if has_no_route && asked.id.is_some() && !reads_or_creates => Some(Possible),
        _ if has_no_route => Some(Likely),
        _ if is_about_somebody => None,
        _ if status == 405 => Some(Possible),
        _ if asked.target == Target::Discovery && reply.form != Form::Text => Some(Possible),
        Form::Text => Some(Likely),
        _ if asked.id.is_some() => (asked.target != Target::Users || is_bare(facts)).then_some(Possible),
        _ if asked.creates() || is_bare(facts) => Some(Likely),
        _ => Some(Possible),
    }
}

/// Whether a 404 says no more than that: `Not Found`, as frameworks do of themselves.
fn is_bare(facts: &Facts<'_>) -> bool {
    facts.reply.detail.as_deref().is_some_and(|detail| {
        let plain = detail.trim().trim_end_matches('.');
        plain.eq_ignore_ascii_case("not found") || plain.eq_ignore_ascii_case("not_found")
    })
}

/// Whether the answer repeats the path that it has no route for, as Spring and others do.
fn names_path(facts: &Facts<'_>) -> bool {
    let path = facts.reply.body().get("path").and_then(|path| path.as_str());
    path.is_some_and(|path| path == facts.asked.path)
}

fn of_event(facts: &Facts<'_>) -> Option<Confidence> {
    let is_certain_page = facts.reply.form == Form::Html || facts.says(&NO_ROUTE) || facts.says(&ELSEWHERE);
    match facts.operation() {
        _ if is_certain_page || facts.says(&["error authenticating"]) => Some(Likely),
        _ if facts.reply.is_scim_error() => None,
        Operation::Create => Some(Likely),
        // Whoever says so looked: the address is right.
        Operation::Match | Operation::List if facts.says(&["user not found", "group not found", "no user"]) => None,
        Operation::Match | Operation::List | Operation::Discover => Some(Possible),
        _ => None,
    }
}

/// 200 with the page of the web app: the base URL is that of the app and not of its SCIM service.
fn shell(facts: &Facts<'_>, found: &mut Found) {
    if facts.reply.form != Form::Html || !facts.has_succeeded() || !facts.asked.is_known() {
        return;
    }
    let confidence = match (gateway::is_app_shell(facts), lacks_scim(&facts.asked)) {
        (true, true) => Certain,
        (true, false) | (false, true) => Likely,
        (false, false) => Possible,
    };
    let draft = found.add(ID, confidence, Layer::Address);
    draft.at("request.url", facts.asked.url);
    quote_detail(facts, draft);
}
