//! Okta's System Log (`idp-facts.md` §3.1, §3.2) and the error texts of its dashboard (§3.5).
//! Okta logs no bodies, so a line has what the event says and no exchange, unless an error text quotes the answer.

use jiff::Timestamp;
use serde_json::Value;

use super::{json::Found, message, seen, times};
use crate::domain::{
    exchange::{Exchange, Operation, Outcome, Request, Response},
    journal::{Record, Source, Summary},
};

/// Events about provisioning begin so; the others (sign-ins, policies, sessions) are passed over.
const ABOUT: [&str; 6] = [
    "application.",
    "app.user_management.",
    "system.import.",
    "user.lifecycle.",
    "user.account.",
    "group.user_membership.",
];

/// Whether a JSON value is an event of the log.
pub(super) fn is_one(value: &Value) -> bool {
    value["eventType"].is_string() && (value["published"].is_string() || value["uuid"].is_string())
}

/// Reads one event; nothing where it is not about provisioning.
pub(super) fn read(value: Value, now: Timestamp) -> Found {
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let kind = text(&value["eventType"]).ok_or("It has no eventType.")?;
    if !ABOUT.iter().any(|about| kind.starts_with(about)) {
        return Ok(Vec::new());
    }
    let at = text(&value["published"]).ok_or("It has no time at which it was published.")?;
    let at = times::read(&at, "time of publishing", now)?;
    let outcome = outcome(&value, &kind);
    let reason = text(&value["outcome"]["reason"]);
    let said = reason.as_deref().or(value["displayMessage"].as_str());
    let answer = said.and_then(quoted);
    let scim_type = || answer.as_ref().and_then(|answer| text(&answer.body["scimType"]));
    let summary = Summary {
        id: text(&value["uuid"]).unwrap_or_else(|| seen::content_id("okta", &value, Some(at))),
        at,
        method: String::new(),
        path: String::new(),
        status: answer.as_ref().map(|answer| answer.status),
        outcome,
        operation: operation(&kind),
        user: user(&value),
        resource_id: None,
        // Okta has no codes: the kind of the event is what failures are told apart by.
        scim_type: scim_type().or_else(|| (outcome != Outcome::Success).then_some(kind)),
        detail: (outcome != Outcome::Success).then(|| said.map(str::to_owned)).flatten().or(reason),
        duration_ms: None,
        client: Some("Okta".to_owned()),
    };
    let exchange = answer.map(|response| exchange(response, at));
    Ok(vec![Record { source: Source::Okta, summary, exchange, landing: None, event: Some(value) }])
}

/// Whether a text is an error as Okta's dashboard words it.
pub(super) fn is_text(text: &str) -> bool {
    [
        "Automatic provisioning of user ",
        "Errors reported by remote server",
        "Error while creating user ",
        "Error while verifying if user ",
    ]
    .iter()
    .any(|words| text.contains(words))
}

/// The line of such a text: `Automatic provisioning of user NAME to app APP failed: …`.
pub(super) fn text(text: &str, now: Timestamp) -> Record {
    let text = text.trim();
    let after = |words: &str| text.find(words).map(|at| &text[at + words.len()..]);
    let until = |text: &str, ends: &[&str]| {
        ends.iter().filter_map(|end| text.find(end)).min().map(|end| text[..end].trim().to_owned())
    };
    let user = after("Automatic provisioning of user ")
        .and_then(|rest| until(rest, &[" to app "]))
        .or_else(|| after("Error while creating user ").and_then(|rest| until(rest, &[":"])))
        .or_else(|| after("Error while verifying if user ").and_then(|rest| until(rest, &[" exists"])));
    let answer = quoted(text);
    let operation = match () {
        () if text.contains("creating user") || text.contains("Create new user") => Operation::Create,
        () if text.contains("verifying if user") || text.contains("Matching user") => Operation::Match,
        () if text.contains("deactivat") => Operation::Deactivate,
        () if text.contains("profile update") => Operation::Update,
        () => Operation::Other,
    };
    let summary = Summary {
        id: seen::content_id("okta", &text, None),
        at: now,
        method: String::new(),
        path: String::new(),
        status: answer.as_ref().map(|answer| answer.status),
        outcome: Outcome::Failure,
        operation,
        user,
        resource_id: None,
        scim_type: answer.as_ref().and_then(|answer| answer.body["scimType"].as_str()).map(str::to_owned),
        detail: Some(seen::short(text)),
        duration_ms: None,
        client: Some("Okta".to_owned()),
    };
    let exchange = answer.map(|response| exchange(response, now));
    Record { source: Source::Okta, summary, exchange, landing: None, event: Some(serde_json::json!({ "text": text })) }
}

fn exchange(response: Response, at: Timestamp) -> Exchange {
    Exchange { request: Request::default(), response: Some(response), error: None, at: Some(at), duration_ms: None }
}

/// The tenant's own answer within an error text.
fn quoted(text: &str) -> Option<Response> {
    let from = text.find('{')?;
    let body = serde_json::Deserializer::from_str(&text[from..]).into_iter::<Value>().next()?.ok()?;
    let status = match &body["status"] {
        Value::String(status) => status.parse().ok(),
        status => status.as_u64().and_then(|status| u16::try_from(status).ok()),
    };
    let status = status.filter(|status| (100..600).contains(status) && message::is_one(&body))?;
    Some(Response { status, body, ..Response::default() })
}

/// By the outcome's word; some events have none and say it in their kind or severity.
fn outcome(event: &Value, kind: &str) -> Outcome {
    let word = event["outcome"]["result"].as_str().unwrap_or_default().to_ascii_uppercase();
    match word.as_str() {
        "SUCCESS" | "ALLOW" => Outcome::Success,
        "FAILURE" | "DENY" => Outcome::Failure,
        "SKIPPED" => Outcome::Skipped,
        _ if kind.ends_with("_failure") || kind.ends_with("_exceeded") => Outcome::Failure,
        _ if event["severity"].as_str() == Some("ERROR") => Outcome::Failure,
        _ => Outcome::Warning,
    }
}

/// What it asks of the service. What Okta imports, and what was changed of the app itself, asks for nothing.
fn operation(kind: &str) -> Operation {
    if kind.starts_with("system.import.") || kind.starts_with("application.lifecycle.") {
        return Operation::Other;
    }
    let last = kind.rsplit('.').next().unwrap_or(kind);
    match last {
        "push" | "push_new_user" | "push_new_user_success" | "push_new_user_failure" => Operation::Create,
        "push_profile" | "sync" | "update" | "change_username" | "password" | "push_password"
        | "push_okta_password" => Operation::Update,
        "activate" | "reactivate" => Operation::Activate,
        "deactivate" | "deprovision" | "suspend" => Operation::Deactivate,
        "delete" => Operation::Delete,
        "verify_exists" => Operation::Match,
        "import" | "api_query" => Operation::List,
        "import_profile" => Operation::Read,
        _ => Operation::Other,
    }
}

/// The person among the targets: Okta's user, else the app's.
fn user(event: &Value) -> Option<String> {
    let targets = event["target"].as_array()?;
    let of_kind = |kind: &str| targets.iter().find(|target| target["type"].as_str() == Some(kind));
    let target = of_kind("User").or_else(|| of_kind("AppUser"))?;
    let told = |key: &str| target[key].as_str().filter(|text| !text.is_empty() && *text != "unknown");
    told("alternateId").or_else(|| told("displayName")).map(str::to_owned)
}
