//! What an answer shows of the values that its request sent, for a line of which the tenant does not say what landed.
//! It never says that a value landed which the answer does not hold.

use std::borrow::Cow;

use serde_json::Value;

use crate::domain::{
    answered::{SentValue, held_against},
    exchange::{Exchange, Operation, Outcome},
    journal::Record,
    landing::is_empty,
    sent::sent,
};

/// What can be said of what landed.
#[derive(Debug, Clone, PartialEq)]
pub enum Shown {
    /// A sentence: nothing could land, or it is not known.
    Words(Cow<'static, str>),
    /// Each value that was sent, and what the answer holds of it.
    Values(Vec<SentValue>),
}

impl Default for Shown {
    fn default() -> Self {
        Self::Words(Cow::Borrowed(""))
    }
}

impl Shown {
    /// Of a line of the journal.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        let exchange = record.exchange.as_ref();
        match without_values(record, exchange) {
            Some(words) => Self::Words(words),
            None => exchange.map_or_else(Self::default, |exchange| Self::Values(held_against(exchange))),
        }
    }
}

/// Why there are no values to hold against an answer.
fn without_values(record: &Record, exchange: Option<&Exchange>) -> Option<Cow<'static, str>> {
    let summary = &record.summary;
    let reads = matches!(summary.operation, Operation::Match | Operation::Read | Operation::List | Operation::Discover);
    if reads {
        return Some("Nothing was to land: this request only reads.".into());
    }
    let response = exchange.and_then(|exchange| exchange.response.as_ref());
    let status = response.map(|response| response.status).or(summary.status);
    let failed = summary.outcome == Outcome::Failure;
    Some(match (summary.outcome, status) {
        (Outcome::Skipped, _) => "Nothing was to land: the directory chose not to send it.".into(),
        // After 408 the request may still have been carried out.
        (_, Some(status @ (400..=407 | 409..=499))) => {
            format!("Nothing landed: the request was refused with {status}.").into()
        }
        (_, Some(status @ (408 | 500..))) => {
            format!("Not known: the answer was {status}, which does not say what was kept.").into()
        }
        _ if failed => "Not known: it failed, and no answer says what was kept.".into(),
        _ if summary.operation == Operation::Delete => "Nothing was to land: this request deletes.".into(),
        _ => match (exchange, response.map(|response| &response.body)) {
            (None, _) => "Not known: the log does not hold what was sent and answered.".into(),
            (_, None) => "Not known: no answer is recorded.".into(),
            (Some(exchange), Some(body)) if is_resource(body) => {
                return sent(&exchange.request.body)
                    .iter()
                    .all(|(_, value)| is_empty(value))
                    .then(|| "Nothing was to land: this request sets no value.".into());
            }
            (_, Some(Value::Object(_))) => "Not known: the answer is no user or group.".into(),
            _ => "Not known: the answer has no body, so it does not show what was kept.".into(),
        },
    })
}

/// Whether a body is one resource rather than a list, an error or the answers of a bulk request.
fn is_resource(body: &Value) -> bool {
    let has = |name: &str| body.get(name).is_some();
    body.is_object() && has("id") && !has("Resources") && !has("Operations")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(method: &str, operation: &str, outcome: &str, sent: Value, answer: Option<(u16, Value)>) -> Record {
        let status = answer.as_ref().map(|(status, _)| *status);
        let response = answer.map(|(status, body)| json!({"status": status, "headers": {}, "body": body}));
        serde_json::from_value(json!({
            "source": "recording",
            "summary": {"id": "r1", "at": "2026-11-24T11:59:00Z", "method": method, "path": "/scim/v2/Users", "status": status,
                "outcome": outcome, "operation": operation, "user": null, "resourceId": null, "scimType": null,
                "detail": null, "durationMs": null, "client": null},
            "exchange": {"request": {"method": method, "url": "/scim/v2/Users", "headers": {}, "body": sent},
                "response": response, "error": null, "at": null, "duration_ms": null},
            "landing": null, "event": null,
        }))
        .unwrap()
    }

    fn words(record: &Record) -> String {
        match Shown::of(record) {
            Shown::Words(words) => words.into_owned(),
            Shown::Values(values) => panic!("{values:?}"),
        }
    }

    #[test]
    fn nothing_is_said_to_have_landed_that_no_answer_shows() {
        let sent = || json!({"userName": "ada"});
        let error = || json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "400"});
        for (record, wanted) in [
            (
                record("POST", "create", "failure", sent(), Some((400, error()))),
                "Nothing landed: the request was refused with 400.",
            ),
            (record("POST", "create", "failure", sent(), Some((408, Value::Null))), "Not known: the answer was 408"),
            (record("POST", "create", "failure", sent(), Some((503, Value::Null))), "Not known: the answer was 503"),
            (record("POST", "create", "failure", sent(), None), "Not known: it failed"),
            (record("POST", "create", "success", sent(), None), "Not known: no answer is recorded."),
            (
                record("PATCH", "update", "success", sent(), Some((204, Value::Null))),
                "Not known: the answer has no body",
            ),
            (
                record("POST", "create", "success", sent(), Some((200, json!({"ok": true})))),
                "Not known: the answer is no user",
            ),
            (
                record("GET", "read", "success", Value::Null, Some((200, json!({"id": "1"})))),
                "Nothing was to land: this request only reads.",
            ),
            (
                record("DELETE", "delete", "success", Value::Null, Some((204, Value::Null))),
                "Nothing was to land: this request deletes.",
            ),
            (
                record(
                    "PATCH",
                    "update",
                    "success",
                    json!({"Operations": [{"op": "remove", "path": "title"}]}),
                    Some((200, json!({"id": "1"}))),
                ),
                "Nothing was to land: this request sets no value.",
            ),
        ] {
            assert!(words(&record).starts_with(wanted), "{}", words(&record));
        }
        let mut bare = record("POST", "create", "success", sent(), Some((201, json!({"id": "1"}))));
        bare.exchange = None;
        assert_eq!(words(&bare), "Not known: the log does not hold what was sent and answered.");
    }
}
