//! Something in front of the service answered: a firewall, a proxy, a maintenance page, a sign-in page.

use super::{
    super::super::{
        facts::{Facts, Form},
        finding::Confidence::{Certain, Likely, Possible},
        found::{Draft, Found, Layer},
    },
    told::heard,
};
use crate::domain::exchange::Outcome;

pub(super) const ID: &str = "gateway-html-instead-of-json";

/// Headers by which whoever runs the edge finds the request.
const TRACES: [&str; 9] = [
    "content-type",
    "server",
    "cf-ray",
    "x-request-id",
    "x-amzn-requestid",
    "x-amz-cf-id",
    "x-azure-ref",
    "x-iinfo",
    "via",
];

/// What edges say when they block without a page.
const BLOCKED: [&str; 11] = [
    "error code: 10",
    "attention required",
    "request blocked",
    "request was blocked",
    "has been blocked",
    "you have been blocked",
    "web application firewall",
    "access denied by",
    "rbac: access denied",
    "incapsula",
    "ip address is not allowed",
];

/// How directories word it when they expected JSON and met a page.
const NOT_JSON: [&str; 8] = [
    "\"error code: 5",
    "parsing value: <",
    "unexpected character ('<'",
    "unexpected token <",
    "unexpected token '<'",
    "<!doctype html",
    "<html",
    "text/html",
];

/// What edges answer as plain text, where the first word of it was no JSON.
const PLAIN: [&str; 7] = [
    "no healthy upstream",
    "upstream connect",
    "upstream request",
    "bad gateway",
    "service unavailable",
    "gateway timeout",
    "gateway time-out",
];

/// Where sign-in pages live.
const SIGN_IN: [&str; 10] =
    ["login", "signin", "sign-in", "sign_in", "/sso", "saml", "oauth2/authorize", "oauth/authorize", "adfs", "auth?"];

/// HTML where JSON belongs.
pub(super) fn page(facts: &Facts<'_>, found: &mut Found) {
    let reply = &facts.reply;
    let status = reply.status.unwrap_or_default();
    let is_challenge = reply.header("cf-mitigated").is_some();
    let confidence = match reply.form {
        _ if is_challenge => Certain,
        Form::Html => match status {
            404 | 410 | 406 | 408 | 415 | 421 | 429 => Possible,
            405 if matches!(facts.asked.method, "GET" | "POST") => Possible,
            401 if !wants_other_credentials(facts) => Possible,
            // Servers of applications have pages of their own for what they cannot read.
            400..=402 | 405..=499 | 500 | 525 | 526 => Likely,
            // A page of the web app itself, at an address that is none of a SCIM service.
            200 if is_app_shell(facts) && super::route::lacks_scim(&facts.asked) => Likely,
            _ => Certain,
        },
        Form::Text | Form::Empty | Form::Unknown if status == 403 && facts.says(&BLOCKED) => Likely,
        Form::Empty if status == 403 && facts.reply.header("server").is_some_and(is_edge) => Possible,
        _ => return unreadable(facts, found),
    };
    let draft = found.add(ID, confidence, Layer::Gateway);
    if let Some(text) = reply.text() {
        draft.at("response.body", title(text).unwrap_or_else(|| text.trim()));
    }
    if status > 0 {
        draft.at("response.status", status.to_string());
    }
    quote_traces(facts, draft);
}

/// A redirect to a sign-in page.
pub(super) fn sign_in(facts: &Facts<'_>, found: &mut Found) {
    if !matches!(facts.reply.status, Some(301..=303 | 307 | 308)) {
        return;
    }
    let Some(location) = facts.reply.header("location") else { return };
    let lower = location.to_ascii_lowercase();
    if SIGN_IN.iter().any(|word| lower.contains(word)) {
        let draft = found.add(ID, Certain, Layer::Gateway);
        draft.at("response.headers.location", location);
        quote_traces(facts, draft);
    }
}

fn unreadable(facts: &Facts<'_>, found: &mut Found) {
    // A directory may fail over an answer of 200.
    let has_failed = facts.has_failed() || facts.record.summary.outcome == Outcome::Failure;
    let is_told = facts.event.source.is_some() && has_failed || facts.reply.error.is_some();
    if !is_told || matches!(facts.reply.form, Form::Error | Form::List | Form::Resource) {
        return;
    }
    let is_plain = facts.says(&["invalid json: unrecognized token"]) && facts.says(&PLAIN);
    if let Some((place, text)) = heard(facts, &NOT_JSON).or_else(|| heard(facts, &PLAIN).filter(|_| is_plain)) {
        found.add(ID, Likely, Layer::Gateway).at(place, text);
    }
}

/// Whether a page is the shell of a web app, which answers every path alike.
pub(super) fn is_app_shell(facts: &Facts<'_>) -> bool {
    let Some(text) = facts.reply.text() else { return false };
    let marks = ["id=\"root\"", "id=\"app\"", "id=\"__next\"", "<app-root", "enable JavaScript to run this app"];
    marks.iter().any(|mark| text.contains(mark))
}

fn wants_other_credentials(facts: &Facts<'_>) -> bool {
    facts.reply.header("www-authenticate").is_some_and(|wanted| {
        let wanted = wanted.to_ascii_lowercase();
        ["basic", "negotiate", "ntlm", "digest"].iter().any(|scheme| wanted.starts_with(scheme))
    })
}

fn is_edge(server: &str) -> bool {
    let server = server.to_ascii_lowercase();
    ["cloudflare", "awselb", "cloudfront", "akamai", "azure", "big-ip", "bigip"]
        .iter()
        .any(|edge| server.contains(edge))
}

fn quote_traces(facts: &Facts<'_>, draft: &mut Draft) {
    for name in TRACES {
        if let Some(value) = facts.reply.header(name) {
            draft.at(format!("response.headers.{name}"), value);
        }
    }
}

fn title(page: &str) -> Option<&str> {
    let lower = page.to_ascii_lowercase();
    let start = lower.find("<title>")? + "<title>".len();
    let end = start + lower.get(start..)?.find('<')?;
    page.get(start..end).map(str::trim).filter(|title| !title.is_empty())
}
