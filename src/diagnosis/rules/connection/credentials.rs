//! Who may: how the token was sent, whether it is accepted, and what it may do.

use super::{
    super::{
        super::{
            case::Scheme,
            facts::{Facts, Form, says},
            finding::Confidence::{Certain, Likely, Possible},
            found::{Draft, Found, Layer},
        },
        lifecycle, value_format,
    },
    route,
    told::{Told, heard, quote_detail},
};
use crate::domain::exchange::Operation;

const HEADER: &str = "auth-scheme-or-prefix-wrong";
const TOKEN: &str = "token-invalid-or-expired";
const RIGHTS: &str = "insufficient-rights";

/// The service did not get to the token, because of how the header is written.
const MALFORMED: [&str; 30] = [
    "missing authentication",
    "invalid authorization header",
    "only basic authentication is",
    "only basic auth is",
    "basic authentication is required",
    "malformed authorization",
    "authorization header is malformed",
    "authorization header is invalid",
    "authorization header is missing",
    "authorization header missing",
    "authorization header required",
    "authorization header is required",
    "authorization header must",
    "missing authorization",
    "no authorization header",
    "invalid bearer token header",
    "bearer token malformed",
    "bearer token is missing",
    "bearer token missing",
    "bearer token required",
    "missing bearer",
    "no bearer",
    "must start with",
    "must begin with",
    "bearer scheme",
    "bearer prefix",
    "expected bearer",
    "unsupported authorization",
    "authentication scheme",
    "authorization scheme",
];

const REFUSED: [&str; 27] = [
    "token has expired",
    "token expired",
    "token is expired",
    "expired token",
    "jwt expired",
    "has been revoked",
    "was revoked",
    "token revoked",
    "revoked token",
    "invalid token",
    "invalid_token",
    "token is invalid",
    "token is not valid",
    "token not valid",
    "invalid scim token",
    "invalid bearer token",
    "invalid access token",
    "invalid api token",
    "invalid api key",
    "invalid secret",
    "unknown token",
    "bad credentials",
    "credentials used to connect to the api were invalid",
    "signature has expired",
    "invalid signature",
    "token could not be verified",
    "token not found",
];

const NOT_ALLOWED: [&str; 21] = [
    "permission",
    "privilege",
    "scope",
    "role",
    "not allowed",
    "not permitted",
    "not authorized",
    "not authorised",
    "forbidden",
    "insufficient",
    "access denied",
    "access is denied",
    "not enabled",
    "is disabled",
    "not available on",
    "not included in",
    "plan",
    "subscription",
    "administrator",
    "admin",
    "upgrade",
];

/// Rights that whoever asks has not.
const RIGHTS_MISSED: [&str; 7] = [
    "administrator permission",
    "admin permission",
    "not have permission",
    "insufficient permission",
    "insufficient privilege",
    "lacks permission",
    "missing permission",
];
/// Provisioning as a whole is off.
const SWITCHED_OFF: [&str; 5] = [
    "provisioning is disabled",
    "provisioning is not enabled",
    "scim is disabled",
    "scim is not enabled",
    "scim not enabled",
];

/// A 403 that is about one value, or about seats, and not about the token.
const ABOUT_A_VALUE: [&str; 11] = [
    " domain",
    "seat",
    "licen",
    "quota",
    "limit",
    "last ",
    "only owner",
    "mutab",
    "read-only",
    "read only",
    "sensitive",
];

/// The header is written wrongly.
pub(super) fn header(facts: &Facts<'_>, found: &mut Found) {
    let Some(told) = Told::of(facts).filter(|told| matches!(told.status, 400 | 401 | 403)) else { return };
    let wrong = facts.scheme.and_then(|scheme| shape(scheme).map(|shape| (scheme, shape)));
    if let Some((scheme, shape)) = wrong {
        let speaks_of_it = || facts.says(&["authorization", "bearer", "token", "credential"]);
        if told.status == 400 && !speaks_of_it() || told.status == 403 && facts.reply.form == Form::Html {
            return;
        }
        let confidence = if scheme == Scheme::Other { Likely } else { Certain };
        let draft = found.add(HEADER, confidence, Layer::Auth);
        draft.at("request.headers.authorization", shape).with("shape", shape);
        told.quote(facts, draft);
        return quote_detail(facts, draft);
    }
    let asked_wrongly = challenge(facts).is_some_and(|challenge| challenge.contains("error=\"invalid_request\""));
    let said = heard(facts, &MALFORMED);
    // Only another scheme is offered; many services say so whatever is wrong.
    let wants_basic = told.status == 401
        && challenge(facts).is_some_and(|challenge| challenge.starts_with("basic") && !challenge.contains("bearer"));
    if said.is_none() && !asked_wrongly && wants_basic {
        return quote_challenge(facts, found.add(HEADER, Possible, Layer::Auth));
    }
    if said.is_none() && !asked_wrongly || told.status != 401 && !facts.says(&["bearer", "authorization"]) {
        return;
    }
    // Both are said in one breath; which it was is known only where none came.
    let is_either =
        facts.says(&["invalid or missing", "missing or invalid", "missing or expired"]) && !facts.says(&["header"]);
    let confidence = if is_either && facts.scheme != Some(Scheme::Missing) { Possible } else { Likely };
    let draft = found.add(HEADER, confidence, Layer::Auth);
    if let Some((place, text)) = said {
        draft.at(place, text);
    } else {
        quote_challenge(facts, draft);
    }
    told.quote(facts, draft);
}

/// 401, or words that leave no doubt.
pub(super) fn token(facts: &Facts<'_>, found: &mut Found) {
    let told = Told::of(facts);
    let status = told.as_ref().map(|told| told.status);
    let is_challenged = challenge(facts).is_some_and(|challenge| challenge.contains("invalid_token"));
    let said = || heard(facts, &REFUSED);
    // What an event of sign-in says may be about rights all the same.
    let is_about_rights = status.is_none() && facts.says(&RIGHTS_MISSED);
    let code = facts.event.code(&["SystemForCrossDomainIdentityManagementCredentialValidationFailure"]);
    let confidence = match status {
        // How it was sent explains it already.
        Some(401) if found.is_likely(HEADER) || lacks_scope(facts) => Possible,
        Some(401) if code.is_some() || is_challenged || facts.says(&REFUSED) => Certain,
        Some(401) => Likely,
        Some(400 | 403) if is_challenged || facts.reply.form != Form::Html && facts.says(&REFUSED) => Likely,
        None if code.is_some() => Likely,
        None if is_about_rights => return,
        None if facts.has_failed() && nothing_else(facts, found) && is_told_by_directory(facts) => Likely,
        None if facts.has_failed() && facts.event.code(&["Unauthorized"]).is_some() => Possible,
        _ => return,
    };
    let confidence = if found.is_likely(HEADER) { confidence.min(Possible) } else { confidence };
    let confidence = told.as_ref().map_or(confidence, |told| told.at_most(confidence));
    let draft = found.add(TOKEN, confidence, Layer::Auth);
    if let Some(told) = &told {
        told.quote(facts, draft);
    }
    if let Some(code) = code.or_else(|| facts.event.code(&["Unauthorized"])) {
        draft.at(code.place.clone(), code.text);
    }
    if let Some((place, text)) = said() {
        draft.at(place, text);
    } else {
        quote_detail(facts, draft);
    }
    quote_challenge(facts, draft);
    if let Some(action) = facts.event.action.filter(|_| is_authentication_event(facts)) {
        draft.at("event/eventType", action);
    }
}

/// 403 of the service itself.
pub(super) fn rights(facts: &Facts<'_>, found: &mut Found) {
    let told = Told::of(facts);
    let code = facts.event.code(&["InsufficientRights", "NotPermitted"]);
    let status = told.as_ref().map(|told| told.status);
    // Entra's steps speak of scope whatever was answered.
    let is_about_a_value = facts.says(&ABOUT_A_VALUE) && !says(&facts.said, &["scope", "permission", "rate limit"]);
    let is_leaver =
        facts.asked.method == "DELETE" || matches!(facts.operation(), Operation::Deactivate | Operation::Delete);
    let is_about_rights = says(&facts.said, &["scope", "permission", "privilege", "token"]);
    // A rule about whom, as "the last owner", and not about who asks.
    let is_of_whom = || lifecycle::is_standing(facts) || facts.has_code(&["mutability"]);
    let is_about_whom = is_leaver && !is_about_rights && is_of_whom();
    let is_not_the_services = facts.reply.form == Form::Html
        || facts.reply.header("cf-mitigated").is_some()
        || facts.says(&["missing authentication token", "rate limit", "too many requests"]);
    // Groups that only the service makes.
    let is_about_groups = facts.asked.creates() && facts.is_about_group() && facts.has_code(&["mutability"]);
    let confidence = match status {
        Some(403) if is_not_the_services => return,
        Some(403) if is_about_groups && !is_about_rights => Possible,
        Some(403) if route::names_place(facts) => Possible,
        Some(403) if is_about_a_value || is_about_whom || value_format::is_of_constraint(facts) => Possible,
        Some(403) if [HEADER, TOKEN, super::gateway::ID].iter().any(|id| found.explains(id)) => Possible,
        // A response alone may be that to a leaver.
        Some(403) if !facts.asked.is_known() && !is_about_rights && lifecycle::is_standing(facts) => Possible,
        // What has a scimType is about the request and not about who sends it.
        Some(403) if facts.reply.scim_type.is_some() || facts.operation() == Operation::Deactivate => Likely,
        Some(403) if code.is_some() || facts.says(&NOT_ALLOWED) => Certain,
        Some(403) => Likely,
        Some(401) if lacks_scope(facts) => Likely,
        None if code.is_some() || facts.has_failed() && facts.says(&RIGHTS_MISSED) => Likely,
        Some(503) if is_switched_off(facts) => Likely,
        // Microsoft's own list reads it so; a 401 would have been quoted.
        None if facts.event.code(&["Unauthorized"]).is_some() && !facts.says(&REFUSED) => Likely,
        _ => return,
    };
    let confidence = told.as_ref().map_or(confidence, |told| told.at_most(confidence));
    let draft = found.add(RIGHTS, confidence, Layer::Auth);
    if let Some(told) = &told {
        told.quote(facts, draft);
    }
    if let Some(code) = code.or_else(|| facts.event.code(&["Unauthorized"])) {
        draft.at(code.place.clone(), code.text);
    }
    if let Some((place, text)) = heard(facts, &RIGHTS_MISSED) {
        draft.at(place, text);
    }
    quote_detail(facts, draft);
}

/// Whether provisioning is off for good, and not while somebody works on the service.
fn is_switched_off(facts: &Facts<'_>) -> bool {
    facts.says(&SWITCHED_OFF)
        && facts.reply.header("retry-after").is_none()
        && !facts.says(&["maintenance", "retry", "temporar", "restart", "try again"])
}

/// Where nothing on the way explains it, the words of a directory count.
fn nothing_else(facts: &Facts<'_>, found: &Found) -> bool {
    let others = ["tls-untrusted-or-weak", "timeout-slow-response", "wrong-base-url", super::gateway::ID];
    facts.event.source.is_some() && !others.iter().any(|id| found.explains(id))
}

fn is_told_by_directory(facts: &Facts<'_>) -> bool {
    facts.says(&REFUSED) || is_authentication_event(facts)
}

fn is_authentication_event(facts: &Facts<'_>) -> bool {
    facts
        .event
        .action
        .is_some_and(|action| action.eq_ignore_ascii_case("application.integration.authentication_failure"))
}

fn lacks_scope(facts: &Facts<'_>) -> bool {
    challenge(facts).is_some_and(|challenge| challenge.contains("insufficient_scope"))
}

fn challenge(facts: &Facts<'_>) -> Option<String> {
    facts.reply.header("www-authenticate").map(str::to_ascii_lowercase)
}

fn quote_challenge(facts: &Facts<'_>, draft: &mut Draft) {
    if let Some(challenge) = facts.reply.header("www-authenticate") {
        draft.at("response.headers.www-authenticate", challenge);
    }
}

/// What is wrong with a header, in words; the header itself is never quoted.
const fn shape(scheme: Scheme) -> Option<&'static str> {
    match scheme {
        Scheme::Bearer => None,
        Scheme::Missing => Some("the header is empty"),
        Scheme::BearerTwice => Some("the word Bearer stands there twice"),
        Scheme::NoScheme => Some("a token without the word Bearer before it"),
        Scheme::Empty => Some("the word Bearer without a token"),
        Scheme::Spoilt => Some("a token with quotes, spaces or line breaks in it"),
        Scheme::Basic => Some("Basic, where Bearer is expected"),
        Scheme::Other => Some("a scheme other than Bearer"),
    }
}
