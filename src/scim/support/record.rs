//! Reads the support API's request log tolerantly: what a tenant leaves out is derived, never invented.

use jiff::Timestamp;
use serde_json::Value;

use crate::domain::exchange::{Exchange, Operation, Outcome, Request, Response};
use crate::domain::journal::{Record, Source, Summary};
use crate::domain::landing::Landing;
use crate::scim::list::text;

/// One line; `None` without an id or a time.
pub(super) fn summary(line: &Value) -> Option<Summary> {
    let at: Timestamp = line.get("at")?.as_str()?.parse().ok()?;
    let method = text(line, "method").unwrap_or_default();
    let path = text(line, "path").unwrap_or_default();
    let status = text(line, "status").and_then(|status| status.parse().ok());
    let outcome = text(line, "outcome").and_then(|key| Outcome::from_key(&key));
    let operation = text(line, "operation").and_then(|key| Operation::from_key(&key));
    Some(Summary {
        id: text(line, "id").filter(|id| !id.is_empty())?,
        at,
        status,
        outcome: outcome.unwrap_or(match status {
            Some(200..400) => Outcome::Success,
            _ => Outcome::Failure,
        }),
        operation: operation.unwrap_or_else(|| Operation::of(&method, &path, &Value::Null)),
        method,
        path,
        user: text(line, "user"),
        resource_id: text(line, "resourceId"),
        scim_type: text(line, "scimType"),
        detail: text(line, "detail"),
        duration_ms: line.get("durationMs").and_then(Value::as_u64),
        client: text(line, "client"),
    })
}

/// A line with its exchange and what landed.
pub(super) fn record(body: &Value) -> Option<Record> {
    let summary = summary(body)?;
    let request: Option<Request> = part(body, "request");
    let response: Option<Response> = part(body, "response");
    let exchange = request.map(|request| Exchange {
        request: Request {
            method: if request.method.is_empty() { summary.method.clone() } else { request.method },
            url: if request.url.is_empty() { summary.path.clone() } else { request.url },
            ..request
        },
        response: response.map(|response| Response {
            status: if response.status == 0 { summary.status.unwrap_or_default() } else { response.status },
            ..response
        }),
        error: None,
        at: Some(summary.at),
        duration_ms: summary.duration_ms,
    });
    let landing: Option<Landing> = part(body, "mapping");
    Some(Record { source: Source::Tenant, summary, exchange, landing, event: None })
}

fn part<T: serde::de::DeserializeOwned>(body: &Value, name: &str) -> Option<T> {
    let value = body.get(name).filter(|value| value.is_object())?;
    serde_json::from_value(value.clone()).ok()
}
