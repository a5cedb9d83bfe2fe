//! What the request log keeps of an exchange. Never an Authorization header, never a password.

use std::borrow::Cow;

use axum::http::HeaderMap;
use axum::http::header::{CONTENT_TYPE, USER_AGENT};
use axum::http::request::Parts;
use jiff::Timestamp;
use serde_json::Value;

use super::answer::{SCIM_JSON, Said};
use super::data::{Entry, NewExchange};
use super::payload::Payload;
use super::service::Trace;
use crate::domain::exchange::{Headers, Operation, Outcome};

/// What stands in place of a password.
const NOT_KEPT: &str = "[not kept]";

/// The log's record of one exchange; `(now, took)` are when it came and how many milliseconds it took.
pub(super) fn exchange<'x>(
    trace: &'x Trace,
    parts: &Parts,
    payload: &'x Payload,
    answer: &'x Said,
    (now, took): (Timestamp, u64),
) -> NewExchange<'x> {
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let dropped = &trace.landing.dropped;
    let outcome = match answer.status.as_u16() {
        400.. => Outcome::Failure,
        _ if trace.spoilt.is_some() => Outcome::Failure,
        _ if !dropped.is_empty() => Outcome::Warning,
        _ => Outcome::Success,
    };
    let names: Vec<&str> = dropped.iter().map(|one| short(&one.attribute)).collect();
    let detail = match outcome {
        Outcome::Warning => Some(format!("{} dropped: {}", names.len(), names.join(", "))),
        Outcome::Failure => trace
            .spoilt
            .clone()
            .or_else(|| answer.detail.clone())
            .or_else(|| Some("A gateway answered with a web page, not SCIM.".to_owned())),
        Outcome::Success | Outcome::Skipped => None,
    };
    let sent = match payload {
        Payload::Json(value, _) => value,
        _ => &Value::Null,
    };
    let operation = Operation::of(parts.method.as_str(), path, sent);
    NewExchange {
        entry: Entry {
            id: String::new(),
            at: now,
            method: parts.method.to_string(),
            path: address(path),
            status: answer.status.as_u16(),
            outcome: outcome.key(),
            operation: operation.key().to_owned(),
            user: trace.user.clone(),
            resource_id: trace.resource_id.clone(),
            scim_type: answer.scim_type.map(str::to_owned),
            detail,
            duration_ms: took,
            client: client(&parts.headers),
            token_id: trace.token_id.clone(),
        },
        request_headers: headers(&parts.headers),
        request_body: received(payload),
        response_headers: headers(&answer.headers),
        response_body: said(answer, trace),
        landing: &trace.landing,
    }
}

/// Who called: Okta and the console say so; Entra is the one that says nothing (`research`: it sends no User-Agent).
fn client(headers: &HeaderMap) -> String {
    let agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let product = agent.split(['/', ' ']).next().unwrap_or_default();
    match agent {
        "" => "Entra".to_owned(),
        agent if agent.starts_with("Okta SCIM Client") => "Okta".to_owned(),
        agent if agent.starts_with("scim-console/") => "Console".to_owned(),
        _ => product.chars().take(64).collect(),
    }
}

fn headers(headers: &HeaderMap) -> Headers {
    headers.iter().map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes()))).collect()
}

/// The body as JSON text: as it was received, unless it may hold a password.
fn received(payload: &Payload) -> Cow<'_, str> {
    match payload {
        Payload::Json(_, text) if !mentions_password(text) => text.into(),
        Payload::Json(value, _) => {
            let mut value = value.clone();
            hide_passwords(&mut value);
            value.to_string().into()
        }
        Payload::Broken(text, _) if mentions_password(text) => Value::from(NOT_KEPT).to_string().into(),
        Payload::Broken(text, _) => Value::from(text.as_str()).to_string().into(),
        Payload::Empty | Payload::TooLarge => "null".into(),
    }
}

/// The body as JSON text: as it was said where it is JSON, else as one string.
fn said<'x>(answer: &'x Said, trace: &Trace) -> Cow<'x, str> {
    let is_json = |text: &str| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    match answer.headers.get(CONTENT_TYPE) {
        None => "null".into(),
        // Only a fault says something else under this name.
        Some(media) if media == SCIM_JSON && trace.spoilt.is_none() => answer.text.as_str().into(),
        Some(_) if is_json(&answer.text) => answer.text.as_str().into(),
        Some(_) => Value::from(answer.text.as_str()).to_string().into(),
    }
}

/// The address as it was asked for, without the values of its query that may hold a password: a filter can.
fn address(path: &str) -> String {
    let Some((bare, query)) = path.split_once('?') else { return path.to_owned() };
    let told = |pair: &str| {
        let mut read = url::form_urlencoded::parse(pair.as_bytes());
        if read.any(|(name, value)| mentions_password(&name) || mentions_password(&value)) {
            let name = pair.split('=').next().filter(|name| !mentions_password(name)).unwrap_or_default();
            return format!("{name}=%5Bnot%20kept%5D");
        }
        pair.to_owned()
    };
    format!("{bare}?{}", query.split('&').map(told).collect::<Vec<_>>().join("&"))
}

/// Whether a text may name a password; an escape could spell it in a way that is not looked for.
pub(super) fn mentions_password(text: &str) -> bool {
    let named = |part: &[u8]| part.eq_ignore_ascii_case(b"password");
    text.contains("\\u") || text.as_bytes().windows(b"password".len()).any(named)
}

/// The attribute without its URN; a colon inside a value filter is not the URN's.
fn short(attribute: &str) -> &str {
    let end = attribute.find('[').unwrap_or(attribute.len());
    attribute[..end].rfind(':').map_or(attribute, |colon| &attribute[colon + 1..])
}

/// Blanks passwords wherever SCIM can carry one: as a member, or as the value of a PATCH operation.
fn hide_passwords(value: &mut Value) {
    let is_password = |name: &str| short(name).eq_ignore_ascii_case("password");
    match value {
        Value::Object(members) => {
            let patches = members
                .iter()
                .any(|(key, value)| key.eq_ignore_ascii_case("path") && value.as_str().is_some_and(is_password));
            for (key, value) in members {
                let filters = key.eq_ignore_ascii_case("filter") && value.as_str().is_some_and(mentions_password);
                if is_password(key) || patches && key.eq_ignore_ascii_case("value") || filters {
                    *value = NOT_KEPT.into();
                } else {
                    hide_passwords(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide_passwords),
        _ => {}
    }
}
