//! `{"request":…,"response":…}`: an exchange as the console's own commands write it, and as other tools come near to it.
//! Headers may be an object or a list, a body JSON or JSON within a text; members that are missing stay empty.

use jiff::Timestamp;
use serde::Deserialize as _;
use serde_json::Value;

use super::{Format, entra, http, message, okta, plain, recognise, seen, times};
use crate::domain::{
    exchange::{Exchange, Headers, Request, Response},
    journal::Record,
    landing::Landing,
};

/// Whether a JSON value is one.
pub(super) fn is_one(value: &Value) -> bool {
    let has = |side: &str, keys: &[&str]| {
        value.get(side).is_some_and(|side| side.is_object() && keys.iter().any(|key| side.get(key).is_some()))
    };
    let sides = ["request", "response"].iter().any(|side| value.get(side).is_some());
    has("request", &["method", "url", "path", "body"])
        || has("response", &["status", "statusCode", "body"])
        // Of one that got no answer, and was not seen, there is the error.
        || sides && error(value).is_some()
}

/// Reads one.
///
/// # Errors
/// When its time is none.
pub(super) fn read(value: &Value, now: Timestamp) -> Result<Record, String> {
    // What says anything of the request or the answer is no error alone.
    const SEEN: [&str; 11] =
        ["request", "response", "id", "method", "url", "uri", "path", "status", "statusCode", "status_code", "at"];
    let is_seen = SEEN.iter().any(|side| value.get(side).is_some_and(|side| !side.is_null()));
    if let Some(told) = error(value).filter(|_| !is_seen).and_then(|text| told(text, now)) {
        return Ok(told);
    }
    let exchange = exchange(value, now)?;
    let id = text(value, &["id"]).filter(|_| exchange.at.is_some()).map(str::to_owned);
    let mut record = seen::record(exchange, now);
    record.summary.id = id.unwrap_or(record.summary.id);
    // What became of each attribute, where a support API's record or the console's own evidence says so.
    record.landing = value.get("mapping").and_then(|landing| Landing::deserialize(landing).ok());
    Ok(record)
}

/// The exchange; a support API's record has its method, path and status beside the two sides.
pub(super) fn exchange(value: &Value, now: Timestamp) -> Result<Exchange, String> {
    let null = Value::Null;
    let (asked, answered) = (value.get("request").unwrap_or(&null), value.get("response").unwrap_or(&null));
    let either = |side: &Value, keys: &[&str]| text(side, keys).or_else(|| text(value, keys)).map(str::to_owned);
    let stamp = either(asked, &["at", "timestamp", "time", "startedDateTime"]);
    let at = stamp.map(|stamp| times::read(&stamp, "time", now)).transpose()?;
    let request = Request {
        method: either(asked, &["method"]).unwrap_or_default().to_ascii_uppercase(),
        url: either(asked, &["url", "uri", "path"]).unwrap_or_default(),
        headers: headers(asked),
        body: sent(asked),
    };
    let status = number(answered, &["status", "statusCode", "status_code"]).or_else(|| number(value, &["status"]));
    let status = status.and_then(|status| u16::try_from(status).ok()).filter(|status| (100..600).contains(status));
    let response = status.map(|status| Response { status, headers: headers(answered), body: sent(answered) });
    let error = match error(value) {
        Some(error) => Some(error.to_owned()),
        None if response.is_none() && !answered.is_null() => Some("The answer has no status.".to_owned()),
        None => None,
    };
    let duration_ms = number(value, &["duration_ms", "durationMs"]);
    Ok(Exchange { request, response, error, at, duration_ms })
}

/// Headers as an object of texts or lists of texts, or as a list of pairs or of names and values.
pub(super) fn headers(side: &Value) -> Headers {
    let mut all = Headers::default();
    match side.get("headers") {
        Some(Value::Object(members)) => {
            for (name, value) in members {
                let first = value.as_array().and_then(|values| values.first()).unwrap_or(value);
                first.as_str().into_iter().for_each(|value| all.insert(name, value));
            }
        }
        Some(Value::Array(items)) => {
            for item in items {
                let named = (text(item, &["name", "key"]), text(item, &["value"]));
                let listed = (item.get(0).and_then(Value::as_str), item.get(1).and_then(Value::as_str));
                if let (Some(name), Some(value)) = if named.0.is_some() { named } else { listed } {
                    all.insert(name, value);
                }
            }
        }
        _ => {}
    }
    all
}

/// An error without its request and its answer: what its text is by itself.
fn told(text: &str, now: Timestamp) -> Option<Record> {
    Some(match recognise(text.as_bytes())? {
        Format::EntraText => entra::text(text, now),
        Format::OktaText => okta::text(text, now),
        Format::Plain => plain::read(text, now),
        Format::Scim => message::read(http::message(text).filter(message::is_one)?, now),
        _ => return None,
    })
}

/// Why there was no answer, as a text or as an error of its own.
fn error(value: &Value) -> Option<&str> {
    text(value, &["error"]).or_else(|| text(value.get("error")?, &["message", "detail"]))
}

fn sent(side: &Value) -> Value {
    ["body", "content", "data"].iter().find_map(|key| side.get(key)).map(seen::body_of).unwrap_or_default()
}

fn text<'v>(value: &'v Value, keys: &[&str]) -> Option<&'v str> {
    keys.iter().find_map(|key| value.get(key).and_then(Value::as_str)).filter(|text| !text.is_empty())
}

fn number(value: &Value, keys: &[&str]) -> Option<u64> {
    keys.iter().find_map(|key| match value.get(key)? {
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_u64(),
    })
}
