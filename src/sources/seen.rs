//! An exchange that somebody saw, as one line of the journal. What was not seen stays empty; what bears no time gets the
//! time of reading, and what bears no id is known by its content, so that it is imported once.

use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use url::form_urlencoded;

use super::{admit::scrub, times};
use crate::domain::{
    exchange::{Exchange, Operation, Outcome},
    journal::{Record, Source, Summary},
};

/// The line of an exchange.
pub(super) fn record(mut exchange: Exchange, now: Timestamp) -> Record {
    // Before anything is read from it: an address may hold a token.
    scrub(&mut exchange);
    // A server's clock that is years off says nothing.
    exchange.at = exchange.at.filter(|at| times::is_plausible(*at, now).is_ok());
    let Exchange { request, response, error, at, duration_ms } = &exchange;
    let path = below_the_host(&request.url).to_owned();
    let answer = response.as_ref().map_or(&Value::Null, |response| &response.body);
    let of_both = |key: &str| [&request.body, answer].iter().find_map(|body| text(body, key));
    let status = response.as_ref().map(|response| response.status).filter(|status| *status > 0);
    let summary = Summary {
        id: content_id("seen", &exchange, *at),
        at: at.unwrap_or(now),
        method: request.method.clone(),
        operation: Operation::of(&request.method, &path, &request.body),
        status,
        outcome: match status {
            Some(400..) => Outcome::Failure,
            Some(_) => Outcome::Success,
            None if error.is_some() => Outcome::Failure,
            // How it ended is not known.
            None => Outcome::Warning,
        },
        user: of_both("userName").or_else(|| only(answer, "userName")).or_else(|| looked_for(&path)),
        resource_id: text(answer, "id").or_else(|| named_by(&path)).or_else(|| only(answer, "id")),
        scim_type: text(answer, "scimType"),
        detail: error.clone().or_else(|| text(answer, "detail")),
        duration_ms: *duration_ms,
        client: request.headers.get("user-agent").and_then(client),
        path,
    };
    Record { source: Source::Recording, summary, exchange: Some(exchange), landing: None, event: None }
}

/// An id made of the content, for what has none of its own.
pub(super) fn content_id(stem: &str, content: &impl serde::Serialize, at: Option<Timestamp>) -> String {
    let mut hash = Sha256::new();
    // A value of ours can always be written; if not, all of its kind would be one.
    hash.update(serde_json::to_vec(content).unwrap_or_default());
    hash.update(at.map(|at| at.to_string()).unwrap_or_default());
    let digits: String = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("{stem}-{digits}")
}

/// The beginning of a text, for the line of the list; the record holds all of it.
pub(super) fn short(text: &str) -> String {
    const MOST: usize = 4_000;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A body as it was written down: JSON where it is JSON, else a text, nothing where there is none.
pub(super) fn body(text: &str) -> Value {
    let text = text.trim();
    if text.is_empty() {
        return Value::Null;
    }
    let json = || serde_json::from_str(text).ok().filter(|value: &Value| value.is_object() || value.is_array());
    json().unwrap_or_else(|| text.into())
}

/// A body that JSON holds: as it is, or as JSON within a text.
pub(super) fn body_of(value: &Value) -> Value {
    match value {
        Value::String(text) => body(text),
        other => other.clone(),
    }
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A member of the one resource of a list.
fn only(answer: &Value, key: &str) -> Option<String> {
    match answer.get("Resources")?.as_array()?.as_slice() {
        [resource] => text(resource, key),
        _ => None,
    }
}

fn below_the_host(url: &str) -> &str {
    let Some((_, rest)) = url.split_once("://") else { return url };
    rest.find('/').map_or("/", |slash| &rest[slash..])
}

/// The id in `…/Users/{id}`.
fn named_by(path: &str) -> Option<String> {
    let bare = path.split('?').next().unwrap_or_default().trim_end_matches('/');
    let (before, last) = bare.rsplit_once('/')?;
    let named = ["/Users", "/Groups"].iter().any(|collection| before.ends_with(collection)) && last != ".search";
    named.then(|| last.to_owned())
}

/// The person in `filter=userName eq "ann"`.
fn looked_for(path: &str) -> Option<String> {
    let query = path.split_once('?')?.1;
    let filter = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "filter")?.1;
    let (attribute, value) = filter.split_once(' ')?;
    let about = ["username", "emails", "emails.value", "emails[type"];
    let value = value.rsplit_once("eq \"").map(|(_, value)| value)?.strip_suffix('"')?;
    about.iter().any(|name| attribute.eq_ignore_ascii_case(name)).then(|| value.to_owned())
}

/// The product of a User-Agent, as the tenant's log names it.
fn client(agent: &str) -> Option<String> {
    match agent {
        agent if agent.starts_with("Okta SCIM Client") => Some("Okta".to_owned()),
        agent if agent.starts_with("scim-console/") => Some("Console".to_owned()),
        agent => {
            let product: String = agent.split(['/', ' ']).next().unwrap_or_default().chars().take(64).collect();
            (!product.is_empty()).then_some(product)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::exchange::{Request, Response};
    use serde_json::json;

    #[test]
    fn a_line_says_what_was_seen() {
        let now: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
        let line = |method: &str, url: &str, sent: Value, answer: Option<(u16, Value)>| {
            let request = Request {
                method: method.to_owned(),
                url: url.to_owned(),
                body: sent,
                headers: [("User-Agent", "Okta SCIM Client 1.0.0")].into_iter().collect(),
            };
            let response = answer.map(|(status, body)| Response { status, body, ..Response::default() });
            let exchange = Exchange { request, response, error: None, at: None, duration_ms: None };
            let again = record(exchange.clone(), now.checked_add(jiff::ToSpan::hours(1)).unwrap());
            let record = record(exchange, now);
            assert_eq!(record.summary.id, again.summary.id, "the time of reading is no part of what was read");
            let s = record.summary;
            let or = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
            let words = [or(s.user), or(s.resource_id), or(s.scim_type), or(s.detail), or(s.client)];
            format!("{} {} {} {}", s.path, s.operation.key(), s.outcome.key(), words.join(" "))
        };
        let list = json!({"totalResults": 1, "Resources": [{"id": "7", "userName": "ann"}]});
        for (method, url, sent, answer, expected) in [
            (
                "POST",
                "https://x/scim/v2/Users",
                json!({"userName": "ann"}),
                Some((409, json!({"scimType": "uniqueness", "detail": "taken"}))),
                "/scim/v2/Users create failure ann - uniqueness taken Okta",
            ),
            (
                "GET",
                "/scim/v2/Users?filter=userName%20eq%20%22ann%40x%22",
                Value::Null,
                Some((200, json!({"totalResults": 0}))),
                "/scim/v2/Users?filter=userName%20eq%20%22ann%40x%22 match success ann@x - - - Okta",
            ),
            ("GET", "/Users?count=2", Value::Null, Some((200, list)), "/Users?count=2 list success ann 7 - - Okta"),
            (
                "DELETE",
                "https://x/Users/7",
                Value::Null,
                Some((204, Value::Null)),
                "/Users/7 delete success - 7 - - Okta",
            ),
            ("DELETE", "https://x", Value::Null, None, "/ delete warning - - - - Okta"),
        ] {
            assert_eq!(line(method, url, sent, answer), expected);
        }
    }
}
