//! What the request log keeps of an exchange. Never an Authorization header, never a password.

use axum::http::HeaderMap;
use axum::http::header::{CONTENT_TYPE, HeaderName, USER_AGENT};
use axum::http::request::Parts;
use jiff::Timestamp;
use serde_json::Value;

use super::data::{Entry, Exchange, Recorded};
use super::service::{Answer, Content, Payload, SCIM_JSON, Trace};
use crate::domain::exchange::{Headers, Operation, Outcome};

/// What stands in place of a password.
const NOT_KEPT: &str = "[not kept]";

/// The log's record of one exchange; `(now, took)` are when it came and how many milliseconds it took.
pub(super) fn exchange(
    trace: &Trace,
    parts: &Parts,
    payload: &Payload,
    answer: &Answer,
    (now, took): (Timestamp, u64),
) -> Exchange {
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let body = match payload {
        Payload::Json(value) => {
            let mut value = value.clone();
            hide_passwords(&mut value);
            value
        }
        Payload::Broken(text, _) if text.to_ascii_lowercase().contains("password") => NOT_KEPT.into(),
        Payload::Broken(text, _) => text.as_str().into(),
        Payload::Empty | Payload::TooLarge => Value::Null,
    };
    let dropped = &trace.landing.dropped;
    let outcome = match answer.status.as_u16() {
        400.. => Outcome::Failure,
        _ if !dropped.is_empty() => Outcome::Warning,
        _ => Outcome::Success,
    };
    let names: Vec<&str> = dropped.iter().map(|one| short(&one.attribute)).collect();
    let detail = match outcome {
        Outcome::Warning => Some(format!("{} dropped: {}", names.len(), names.join(", "))),
        Outcome::Failure => {
            answer.detail.clone().or_else(|| Some("A gateway answered with a web page, not SCIM.".to_owned()))
        }
        Outcome::Success | Outcome::Skipped => None,
    };
    let operation = Operation::of(parts.method.as_str(), path, &body);
    Exchange {
        entry: Entry {
            id: String::new(),
            at: now,
            method: parts.method.to_string(),
            path: path.to_owned(),
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
        request: Recorded { headers: request_headers(&parts.headers), body },
        response: response(answer),
        landing: trace.landing.clone(),
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

fn request_headers(headers: &HeaderMap) -> Headers {
    headers.iter().map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes()))).collect()
}

fn response(answer: &Answer) -> Recorded {
    let (media, body) = match &answer.body {
        Content::Empty => (None, Value::Null),
        Content::Json(value) => (Some(SCIM_JSON), value.clone()),
        Content::Html(page) => (Some("text/html"), (*page).into()),
    };
    let own = answer.headers.iter().map(|(name, value)| (HeaderName::as_str(name), value.as_str()));
    Recorded { headers: media.map(|media| (CONTENT_TYPE.as_str(), media)).into_iter().chain(own).collect(), body }
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
                if is_password(key) || patches && key.eq_ignore_ascii_case("value") {
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
