//! What an answer shows of the values that its request sent, for a line of which the tenant does not say what landed.
//! It never says that a value landed which the answer does not hold.

use std::{borrow::Cow, collections::HashMap};

use serde_json::Value;

use crate::domain::{
    exchange::{Exchange, Operation, Outcome, truth},
    journal::Record,
    landing::{flatten, is_empty, shown},
    sent::sent,
};

/// At most so many values are held against the answer.
const MOST: usize = 500;

/// What can be said of what landed.
#[derive(Debug, Clone, PartialEq)]
pub enum Shown {
    /// A sentence: nothing could land, or it is not known.
    Words(Cow<'static, str>),
    /// Each value that was sent, and what the answer holds of it.
    Values(Vec<SentValue>),
}

/// A value that was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct SentValue {
    /// The attribute as it was sent; core attributes without their URN.
    pub attribute: String,
    /// The value.
    pub value: Value,
    /// What the answer holds of it.
    pub answered: Answered,
}

/// What an answer holds of a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Answered {
    /// The same.
    Same,
    /// Another one.
    Other(Value),
    /// Nothing under that name.
    Missing,
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
            None => exchange.map_or_else(Self::default, held_against),
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

fn held_against(exchange: &Exchange) -> Shown {
    let answer = exchange.response.as_ref().map(|response| flatten(&response.body)).unwrap_or_default();
    let mut held: HashMap<String, Vec<&Value>> = HashMap::new();
    for (name, value) in &answer {
        held.entry(folded(&name.to_string())).or_default().push(value);
    }
    let values = sent(&exchange.request.body).into_iter().filter(|(_, value)| !is_empty(value)).take(MOST);
    let values = values.map(|(name, value)| {
        let answered = match held.get(&folded(&name.to_string())).map(Vec::as_slice) {
            Some(held) if held.iter().any(|one| is_same(one, &value)) => Answered::Same,
            Some([first, ..]) => Answered::Other((*first).clone()),
            Some([]) | None => Answered::Missing,
        };
        SentValue { attribute: shown(&name), value, answered }
    });
    Shown::Values(values.collect())
}

/// RFC 7643 §2.1: names are case-insensitive; a filter in one may be written with or without blanks.
fn folded(name: &str) -> String {
    name.chars().filter(|letter| !letter.is_whitespace()).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// Directories send booleans and numbers as texts too.
fn is_same(one: &Value, other: &Value) -> bool {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    one == other || truth(Some(one)).is_some_and(|one| truth(Some(other)) == Some(one)) || text(one) == text(other)
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
    fn the_values_of_an_answer_are_held_against_those_that_were_sent() {
        let created = json!({"userName": "ada", "active": "True", "title": "Lead", "nickName": "A",
            "emails": [{"type": "work", "value": "ada@acme.example"}]});
        let answer = json!({"id": "1", "username": "ada", "active": true, "title": "Boss", "displayName": "Ada",
            "emails": [{"value": "ada@acme.example", "type": "work"}]});
        let Shown::Values(values) = Shown::of(&record("POST", "create", "success", created, Some((201, answer))))
        else {
            panic!("not read")
        };
        let said: Vec<_> = values.iter().map(|one| (one.attribute.as_str(), one.answered.clone())).collect();
        let mut wanted = vec![
            ("userName", Answered::Same),
            ("active", Answered::Same),
            ("title", Answered::Other("Boss".into())),
            ("nickName", Answered::Missing),
            ("emails[type eq \"work\"].value", Answered::Same),
        ];
        wanted.sort_by_key(|(name, _)| said.iter().position(|(said, _)| said == name));
        assert_eq!(said, wanted, "and nothing that was not sent");
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
