//! HAR 1.2, what a browser's developer tools save: SCIM requests, and answers that hold a directory's log.
//! Everything else in it (pictures, sign-ins, other people's pages) is passed over; cookies and tokens never come along.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use serde_json::Value;

use super::{Format, admit::admit, json, json::Found, message, pair, seen, times};
use crate::domain::exchange::{Exchange, Request, Response};

/// Parts of a path that only SCIM has, after `/scim/` or with a SCIM body (RFC 7644 §3.2).
const ENDPOINTS: [&str; 7] =
    ["/users", "/groups", "/me", "/bulk", "/serviceproviderconfig", "/schemas", "/resourcetypes"];

/// Whether a JSON value is one entry of such a file, or a whole file that could not be cut.
pub(super) fn is_one(value: &Value) -> bool {
    let entry = value.get("startedDateTime").is_some() || value["response"]["content"].is_object();
    entry && value["request"]["url"].is_string() || value["log"]["entries"].is_array()
}

/// Reads an entry.
pub(super) fn read(value: &Value, now: Timestamp) -> Found {
    if let Some(entries) = value["log"]["entries"].as_array() {
        let mut records = Vec::new();
        for entry in entries.iter().filter(|entry| is_one(entry) && entry.get("log").is_none()) {
            records.extend(read(entry, now)?);
        }
        return Ok(records);
    }
    let exchange = exchange(value, now)?;
    if is_scim(&exchange) {
        return Ok(vec![seen::record(exchange, now)]);
    }
    let Some(Response { body, .. }) = exchange.response else { return Ok(Vec::new()) };
    Ok(logged(body, now))
}

fn exchange(entry: &Value, now: Timestamp) -> Result<Exchange, String> {
    let (asked, answered) = (&entry["request"], &entry["response"]);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let at = entry["startedDateTime"].as_str().map(|at| times::read(at, "startedDateTime", now)).transpose()?;
    let request = Request {
        method: text(&asked["method"]).to_ascii_uppercase(),
        url: text(&asked["url"]),
        headers: pair::headers(asked),
        body: seen::body(asked["postData"]["text"].as_str().unwrap_or_default()),
    };
    // A request that was blocked or aborted has status 0.
    let status = answered["status"].as_u64().and_then(|status| u16::try_from(status).ok());
    let status = status.filter(|status| (100..600).contains(status));
    let body = content(&answered["content"]);
    let error = match status {
        Some(_) => None,
        None => Some(answered["_error"].as_str().unwrap_or("No answer was recorded.").to_owned()),
    };
    let response = status.map(|status| Response { status, headers: pair::headers(answered), body });
    let duration_ms = entry["time"].as_f64().filter(|time| (0.0..1e12).contains(time)).map(|time| time as u64);
    Ok(Exchange { request, response, error, at, duration_ms })
}

fn content(content: &Value) -> Value {
    let Some(text) = content["text"].as_str() else { return Value::Null };
    if content["encoding"].as_str() != Some("base64") {
        return seen::body(text);
    }
    match BASE64_STANDARD.decode(text.trim()) {
        Ok(bytes) => seen::body(&String::from_utf8_lossy(&bytes)),
        Err(_) => text.into(),
    }
}

fn is_scim(exchange: &Exchange) -> bool {
    let path = exchange.request.url.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let endpoint = ENDPOINTS.iter().any(|part| path.ends_with(part) || path.contains(&format!("{part}/")));
    let answer = exchange.response.as_ref();
    let sides = [(Some(&exchange.request.headers), Some(&exchange.request.body)), {
        (answer.map(|answer| &answer.headers), answer.map(|answer| &answer.body))
    }];
    let named = |(headers, body): &(Option<&crate::domain::exchange::Headers>, Option<&Value>)| {
        let media = headers.and_then(|headers| headers.get("content-type"));
        media.is_some_and(|media| media.contains("scim+json")) || body.is_some_and(message::is_one)
    };
    endpoint && (path.contains("/scim") || sides.iter().any(named))
}

/// The records of a directory's log that a page has loaded.
fn logged(body: Value, now: Timestamp) -> Vec<crate::domain::journal::Record> {
    let Value::Object(mut members) = body else { return Vec::new() };
    let values = match members.remove("value") {
        Some(Value::Array(values)) => values,
        Some(value) => {
            members.insert("value".to_owned(), value);
            vec![Value::Object(members)]
        }
        None => vec![Value::Object(members)],
    };
    let is_log =
        |value: &Value| matches!(json::kind(value), Some(Format::Entra | Format::EntraOnDemand | Format::Okta));
    let read = |value: Value| json::records(value, Format::Har, now).unwrap_or_default();
    values.into_iter().filter(is_log).flat_map(read).map(admit).collect()
}
