//! A SCIM message by itself, as somebody copied it: an error, a PATCH, a user, a list (RFC 7644 §3).
//! Which request it belonged to is not known and is not made up.

use jiff::Timestamp;
use serde_json::Value;

use super::seen;
use crate::domain::{
    exchange::{Exchange, Operation, Request, Response},
    journal::Record,
    sent::operations,
};

/// Whether a JSON value is one: by its schemas, as a PATCH, or as an error that says its status.
pub(super) fn is_one(value: &Value) -> bool {
    let schemas = value.get("schemas").and_then(Value::as_array);
    let scim = |schema: &Value| {
        schema.as_str().is_some_and(|text| text.starts_with("urn:ietf:params:scim:") || text.starts_with("urn:scim:"))
    };
    schemas.is_some_and(|schemas| schemas.iter().any(scim)) || is_patch(value) || error_status(value).is_some()
}

/// The line of a message: a request, or an answer.
pub(super) fn read(value: Value, now: Timestamp) -> Record {
    let status = error_status(&value).or_else(|| is_answer(&value).then_some(200));
    let mut exchange =
        Exchange { request: Request::default(), response: None, error: None, at: None, duration_ms: None };
    let mut operation = Operation::Other;
    match status {
        Some(status) => exchange.response = Some(Response { status, body: value, ..Response::default() }),
        None => {
            if is_patch(&value) {
                exchange.request.method = "PATCH".to_owned();
                operation = Operation::of("PATCH", "", &value);
            }
            exchange.request.body = value;
        }
    }
    let mut record = seen::record(exchange, now);
    record.summary.operation = operation;
    record
}

fn is_patch(value: &Value) -> bool {
    let operations = operations(value);
    operations.is_some_and(|operations| operations.first().is_some_and(|first| first.get("op").is_some()))
}

/// The status of an error, which servers write as a text (RFC 7644 §3.12) or as a number.
fn error_status(value: &Value) -> Option<u16> {
    let status = match value.get("status")? {
        Value::String(text) => text.trim().parse().ok()?,
        other => u16::try_from(other.as_u64()?).ok()?,
    };
    let says_why = ["detail", "scimType", "schemas"].iter().any(|key| value.get(key).is_some());
    ((400..600).contains(&status) && says_why).then_some(status)
}

/// A list, or a resource that a server has given an id and a meta.
fn is_answer(value: &Value) -> bool {
    value.get("totalResults").is_some() || value.get("id").is_some() && value.get("meta").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_message_is_a_request_or_an_answer() {
        let now: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
        let user = "urn:ietf:params:scim:schemas:core:2.0:User";
        for (value, expected) in [
            (
                json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "409", "scimType": "uniqueness"}),
                "answer 409 other failure",
            ),
            (json!({"status": 404, "detail": "gone"}), "answer 404 other failure"),
            (json!({"schemas": [user], "userName": "ann"}), "request - other warning"),
            (json!({"schemas": [user], "userName": "ann", "id": "7", "meta": {}}), "answer 200 other success"),
            (
                json!({"Operations": [{"op": "Replace", "path": "active", "value": "False"}]}),
                "request - deactivate warning",
            ),
            (
                json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 0}),
                "answer 200 other success",
            ),
        ] {
            assert!(is_one(&value), "{value}");
            let record = read(value.clone(), now);
            let side = if record.exchange.unwrap().response.is_some() { "answer" } else { "request" };
            let status = record.summary.status.map_or("-".to_owned(), |status| status.to_string());
            let line = format!("{side} {status} {} {}", record.summary.operation.key(), record.summary.outcome.key());
            assert_eq!(line, expected, "{value}");
        }
        for value in
            [json!({}), json!({"status": 200, "detail": "fine"}), json!({"status": 404}), json!([1]), json!("x")]
        {
            assert!(!is_one(&value), "{value}");
        }
    }
}
