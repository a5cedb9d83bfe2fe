//! Fault rules over the support API, of a practice tenant only: which requests go wrong, and how. Listed, added and
//! removed; what a rule has struck is counted by the tenant.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::error::Refusal;
use super::super::tenant::Tenant;
use super::sent::{Id, Sent, invalid};
use super::wire;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::practice::{self, FaultScope};
use crate::domain::problem::{Problem, Severity};

/// What goes wrong. The request is carried out where only the answer is spoilt.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
enum Fault {
    /// The answer comes later.
    Latency {
        #[schema(maximum = 600_000)]
        millis: u64,
    },
    /// 401, as if the token had expired.
    ExpiredToken,
    /// 403.
    Forbidden,
    /// 404 with a web page.
    NotFound,
    /// 409 uniqueness.
    Conflict,
    /// 429 with a Retry-After.
    TooManyRequests {
        #[schema(maximum = 1_000_000)]
        retry_after: u64,
    },
    /// 500 with a SCIM error.
    ServerError,
    /// 503 with the web page of a gateway.
    Gateway,
    /// 504 with the web page of a gateway.
    GatewayTimeout,
    /// The connection is closed without an answer.
    DroppedConnection,
    /// The body ends in the middle.
    TruncatedBody,
    /// The body is not JSON.
    NotJson,
    /// The body comes a few bytes at a time.
    SlowBody {
        #[schema(maximum = 600_000)]
        millis: u64,
    },
    /// JSON declared as text/html.
    WrongContentType,
    /// A way to break the RFC, by its id.
    Violation {
        #[schema(example = "list-response-malformed")]
        pattern: String,
    },
}

/// Which requests meet the fault, how often, and for how long. What is left out is any.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase")]
struct Scope {
    /// Only this method.
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    /// Only paths that hold this text.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// Only about this userName.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    /// Only every so manieth.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 1_000_000)]
    every: Option<u64>,
    /// Not the first so many.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 1_000_000)]
    after: Option<u64>,
    /// At most so many times.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 1_000_000)]
    times: Option<u64>,
    /// Not after.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    #[serde(flatten, skip_serializing)]
    #[schema(ignore)]
    #[allow(dead_code, reason = "only an object is read, whatever else it holds")]
    others: HashMap<String, IgnoredAny>,
}

/// A rule to add.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"fault": {"kind": "too-many-requests", "retryAfter": 10}, "scope": {"method": "PATCH", "times": 5}}))]
pub(super) struct NewRule {
    fault: Fault,
    #[serde(default)]
    scope: Scope,
    #[serde(flatten)]
    #[schema(ignore)]
    #[allow(dead_code, reason = "only an object is read, whatever else it holds")]
    others: HashMap<String, IgnoredAny>,
}

/// A rule with what it has struck.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Rule {
    id: String,
    fault: Fault,
    scope: Scope,
    /// Requests in its scope so far.
    seen: u64,
    /// Those that it struck.
    struck: u64,
}

/// The rules, in the order in which they are asked.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Rules {
    faults: Vec<Rule>,
}

/// The rules by which requests go wrong.
#[utoipa::path(get, path = "/faults", tag = "faults", operation_id = "listFaults", responses(
    (status = 200, description = "The rules, in the order in which they are asked.", body = Rules),
))]
pub(super) async fn list(State(tenant): State<Tenant>) -> Result<Json<Rules>, Refusal> {
    let rules = tenant.fault_rules().map_err(|failure| failed(&failure))?;
    Ok(Json(Rules { faults: rules.into_iter().filter_map(said).collect() }))
}

/// Adds a rule as the last one.
#[utoipa::path(post, path = "/faults", tag = "faults", operation_id = "addFault", request_body = NewRule, responses(
    (status = 201, description = "It was added.", body = Rule,
        headers(("Location" = String, description = "Where it is removed."))),
    (status = 422, description = "The body does not hold; nothing was added.", body = wire::Invalid,
        content_type = "application/problem+json"),
))]
pub(super) async fn add(
    State(tenant): State<Tenant>,
    Sent(NewRule { fault, scope, .. }): Sent<NewRule>,
) -> Result<Response, Refusal> {
    let unreadable = || Refusal::new(StatusCode::BAD_REQUEST, "The rule cannot be read.");
    let fault: practice::Fault = same(&fault).ok_or_else(unreadable)?;
    let scope: FaultScope = same(&scope).ok_or_else(unreadable)?;
    let rule = practice::FaultRule { id: String::new(), fault, scope, seen: 0, struck: 0 };
    let added = tenant.add_fault_rule(rule).map_err(|failure| match failure.kind {
        FailureKind::Invalid => {
            let message = format!("{} {}", failure.meaning, failure.next);
            let problems = [Problem::new("fault", "fault-refused", Severity::Error, message)];
            invalid("The fault was not added; see the problems.", &problems)
        }
        _ => failed(&failure),
    })?;
    let location = format!("/support/v1/faults/{}", added.id);
    let rule = said(added).ok_or_else(unreadable)?;
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(rule)).into_response())
}

/// Takes every rule away.
#[utoipa::path(delete, path = "/faults", tag = "faults", operation_id = "clearFaults", responses(
    (status = 204, description = "There is none any more."),
))]
pub(super) async fn clear(State(tenant): State<Tenant>) -> Result<StatusCode, Refusal> {
    tenant.clear_fault_rules().map(|()| StatusCode::NO_CONTENT).map_err(|failure| failed(&failure))
}

/// Takes a rule away.
#[utoipa::path(delete, path = "/faults/{id}", tag = "faults", operation_id = "removeFault",
    params(("id" = String, Path, description = "The rule's id.")),
    responses(
        (status = 204, description = "It was removed."),
        (status = 404, description = "There is no such rule.", body = wire::Problem,
            content_type = "application/problem+json"),
    ),
)]
pub(super) async fn remove(State(tenant): State<Tenant>, Id(id): Id) -> Result<StatusCode, Refusal> {
    match tenant.remove_fault_rule(&id) {
        Ok(true) => Ok(StatusCode::NO_CONTENT),
        Ok(false) => Err(Refusal::new(StatusCode::NOT_FOUND, format!("There is no fault {id}."))),
        Err(failure) => Err(failed(&failure)),
    }
}

/// A rule as the wire has it: the same words as the domain's.
fn said(rule: practice::FaultRule) -> Option<Rule> {
    let (fault, scope) = (same(&rule.fault)?, same(&rule.scope)?);
    Some(Rule { id: rule.id, fault, scope, seen: rule.seen, struck: rule.struck })
}

fn same<T: serde::de::DeserializeOwned>(value: &impl Serialize) -> Option<T> {
    serde_json::to_value(value).and_then(serde_json::from_value).ok()
}

fn failed(failure: &Failure) -> Refusal {
    tracing::error!(%failure, "the fault rules could not be used");
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "The tenant failed to handle the request; nothing was changed.")
}
