//! Bulk (RFC 7644 §3.7), only by the RFC's rules: many writes in one request, each of them done or not by itself. A
//! reference to what another operation makes is looked up however they are ordered; nothing is answered that was not done.

use std::collections::{BTreeSet, HashMap, HashSet};

use axum::http::header::{IF_MATCH, IF_NONE_MATCH};
use axum::http::{HeaderValue, Method, StatusCode};
use serde_json::{Map, Value, json};

use super::answer::{Answer, Content};
use super::error::ScimError;
use super::payload::Payload;
use super::resource::field;
use super::service::Call;

/// The most operations of one request.
pub(super) const MOST_OPERATIONS: usize = 1000;
const REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
const RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";
const REFERENCE: &str = "bulkId:";

/// One operation as it was sent.
struct Operation<'b> {
    method: Method,
    bulk_id: Option<&'b str>,
    path: &'b str,
    data: Option<&'b Value>,
    version: Option<&'b str>,
    /// The bulkIds that it refers to.
    refers_to: Vec<&'b str>,
}

/// What an operation came to.
struct Outcome {
    answer: Result<Answer, ScimError>,
    location: Option<String>,
}

/// One bulk request under way.
struct Job<'b> {
    sent: &'b [Value],
    operations: Vec<Result<Operation<'b>, ScimError>>,
    outcomes: Vec<Option<Outcome>>,
    /// The bulkIds of all that is to be made.
    to_make: HashSet<&'b str>,
    /// The ids of what was made, by bulkId; `None` where that failed.
    made: HashMap<&'b str, Option<String>>,
    /// Those made without a reference that goes round in a circle.
    unfinished: Vec<usize>,
    errors: u64,
    most_errors: u64,
}

/// `POST /Bulk`
pub(super) fn answer(call: &mut Call<'_>) -> Result<Answer, ScimError> {
    let mut job = Job::read(call.body()?)?;
    job.carry_out(call);
    let operations: Vec<Value> = std::iter::zip(job.sent, &job.outcomes)
        .filter_map(|(sent, outcome)| Some(report(sent, outcome.as_ref()?)))
        .collect();
    Ok(Answer::ok(json!({ "schemas": [RESPONSE], "Operations": operations })))
}

impl<'b> Job<'b> {
    fn read(body: &'b Value) -> Result<Self, ScimError> {
        let named = field(body, "schemas")
            .and_then(Value::as_array)
            .is_some_and(|schemas| schemas.iter().any(|schema| schema == REQUEST));
        if !named {
            return Err(ScimError::invalid_syntax(format!("schemas must name {REQUEST}.")));
        }
        let Some(sent) = field(body, "Operations").and_then(Value::as_array) else {
            return Err(ScimError::invalid_syntax("Operations must be a list."));
        };
        if sent.len() > MOST_OPERATIONS {
            let detail = format!("Operations are {}; maxOperations is {MOST_OPERATIONS}.", sent.len());
            return Err(ScimError::new(StatusCode::PAYLOAD_TOO_LARGE, detail));
        }
        let most_errors = match field(body, "failOnErrors") {
            None | Some(Value::Null) => u64::MAX,
            Some(value) => match value.as_u64() {
                Some(number) if number > 0 => number,
                _ => return Err(ScimError::invalid_value("failOnErrors must be a whole number above 0.")),
            },
        };
        let operations: Vec<_> = sent.iter().map(Operation::read).collect();
        let mut seen = BTreeSet::new();
        for id in operations.iter().flatten().filter_map(|operation| operation.bulk_id) {
            if !seen.insert(id) {
                return Err(ScimError::invalid_value(format!("bulkId {id} is given twice.")));
            }
        }
        let makes = |one: &&Operation<'_>| one.method == Method::POST;
        let to_make = operations.iter().flatten().filter(makes).filter_map(|one| one.bulk_id).collect();
        let outcomes = sent.iter().map(|_| None).collect();
        let (made, unfinished) = (HashMap::new(), Vec::new());
        Ok(Self { sent, operations, outcomes, to_make, made, unfinished, errors: 0, most_errors })
    }

    /// In the order sent, except that an operation waits for those that it refers to.
    fn carry_out(&mut self, call: &mut Call<'_>) {
        let mut waiting: Vec<usize> = (0..self.operations.len()).collect();
        while !waiting.is_empty() && self.errors < self.most_errors {
            let before = waiting.len();
            let mut still = Vec::new();
            for at in waiting {
                if self.errors >= self.most_errors {
                    break;
                }
                if self.waits(at) { still.push(at) } else { self.run(call, at, None) }
            }
            if still.len() == before && self.errors < self.most_errors {
                // A circle: it is opened at the first resource that can be made without its reference.
                let opens = |at: &usize| self.operations[*at].as_ref().is_ok_and(|one| one.method == Method::POST);
                let Some(position) = still.iter().position(&opens) else { break };
                self.open_circle(call, still.remove(position));
            }
            waiting = still;
        }
        for at in std::mem::take(&mut self.unfinished) {
            self.close_circle(call, at);
        }
    }

    /// Whether it refers to something that is still to be made.
    fn waits(&self, at: usize) -> bool {
        let Ok(operation) = &self.operations[at] else { return false };
        let own = operation.bulk_id.filter(|_| operation.method == Method::POST);
        let is_pending = |id: &&str| own != Some(*id) && !self.made.contains_key(id) && self.to_make.contains(id);
        operation.refers_to.iter().any(is_pending)
    }

    fn run(&mut self, call: &mut Call<'_>, at: usize, data: Option<Value>) {
        let outcome = match &self.operations[at] {
            Err(error) => Outcome { answer: Err(error.clone()), location: None },
            Ok(operation) => self.send(call, operation, data),
        };
        self.errors += u64::from(outcome.answer.is_err());
        if let Ok(Operation { method: Method::POST, bulk_id: Some(id), .. }) = &self.operations[at] {
            let location = outcome.location.as_deref().filter(|_| outcome.answer.is_ok());
            self.made.insert(id, location.and_then(|location| location.rsplit('/').next()).map(str::to_owned));
        }
        self.outcomes[at] = Some(outcome);
    }

    fn send(&self, call: &mut Call<'_>, operation: &Operation<'_>, data: Option<Value>) -> Outcome {
        let failed = |error| Outcome { answer: Err(error), location: None };
        let path = match self.resolve(operation.path) {
            Ok(path) => path,
            Err(error) => return failed(error),
        };
        let mut data = data.or_else(|| operation.data.cloned());
        if let Some(data) = &mut data
            && let Err(error) = self.resolve_within(data)
        {
            return failed(error);
        }
        let location = (operation.method != Method::POST).then(|| format!("{}{path}", call.base()));
        let answer = request(call, &operation.method, &path, operation.version, data);
        let made = match &answer {
            Ok(Answer { body: Content::Json(body), .. }) => body["meta"]["location"].as_str().map(str::to_owned),
            _ => None,
        };
        Outcome { answer, location: made.or(location) }
    }

    /// Makes a resource without the references that cannot be known yet.
    fn open_circle(&mut self, call: &mut Call<'_>, at: usize) {
        let Ok(operation) = &self.operations[at] else { return };
        let data = operation.data.map(|data| self.without_pending(data));
        self.run(call, at, data);
        self.unfinished.push(at);
    }

    /// Puts the whole resource in place of the one made without its references. RFC 7644 §3.7.1: where that fails, 409,
    /// and nothing is left of it.
    fn close_circle(&mut self, call: &mut Call<'_>, at: usize) {
        let (Ok(operation), Some(Outcome { answer: Ok(_), location: Some(location) })) =
            (&self.operations[at], &self.outcomes[at])
        else {
            return;
        };
        let path = location.strip_prefix(&call.base()).unwrap_or_default().to_owned();
        let again =
            |method, data| Operation { method, bulk_id: None, path: &path, data, version: None, refers_to: Vec::new() };
        let outcome = match self.send(call, &again(Method::PUT, operation.data), None).answer {
            Ok(answer) => Outcome {
                answer: Ok(Answer { status: StatusCode::CREATED, ..answer }),
                location: Some(location.clone()),
            },
            Err(error) => {
                self.errors += 1;
                drop(self.send(call, &again(Method::DELETE, None), None));
                let detail = format!("A circle of bulkId references could not be closed: {}", error.detail);
                Outcome { answer: Err(ScimError::new(StatusCode::CONFLICT, detail)), location: None }
            }
        };
        self.outcomes[at] = Some(outcome);
    }

    fn without_pending(&self, value: &Value) -> Value {
        let pending = |value: &Value| references(value).into_iter().any(|id| !self.made.contains_key(id));
        match value {
            Value::Object(members) => {
                let kept = members.iter().filter(|(_, value)| value.is_array() || !pending(value));
                Value::Object(kept.map(|(name, value)| (name.clone(), self.without_pending(value))).collect())
            }
            Value::Array(items) => items.iter().filter(|item| !pending(item)).cloned().collect(),
            other => other.clone(),
        }
    }

    /// The text with the ids of what was made in place of its references.
    fn resolve(&self, text: &str) -> Result<String, ScimError> {
        let part = |part: &str| match part.strip_prefix(REFERENCE) {
            None => Ok(part.to_owned()),
            Some(id) => match self.made.get(id) {
                Some(Some(made)) => Ok(made.clone()),
                Some(None) => Err(ScimError::invalid_value(format!("What bulkId {id} stands for could not be made."))),
                None => Err(ScimError::invalid_value(format!("bulkId {id} stands for nothing in this request."))),
            },
        };
        text.split('/').map(part).collect::<Result<Vec<_>, _>>().map(|parts| parts.join("/"))
    }

    fn resolve_within(&self, value: &mut Value) -> Result<(), ScimError> {
        match value {
            Value::String(text) if text.starts_with(REFERENCE) => {
                *text = self.resolve(text)?;
                Ok(())
            }
            Value::Array(items) => items.iter_mut().try_for_each(|item| self.resolve_within(item)),
            Value::Object(members) => members.values_mut().try_for_each(|value| self.resolve_within(value)),
            _ => Ok(()),
        }
    }
}

impl<'b> Operation<'b> {
    fn read(sent: &'b Value) -> Result<Self, ScimError> {
        let text = |name: &str| field(sent, name).and_then(Value::as_str);
        let method = match text("method").unwrap_or_default().to_ascii_uppercase().as_str() {
            "POST" => Method::POST,
            "PUT" => Method::PUT,
            "PATCH" => Method::PATCH,
            "DELETE" => Method::DELETE,
            _ => return Err(ScimError::invalid_syntax("method must be POST, PUT, PATCH or DELETE.")),
        };
        let path = text("path").unwrap_or_default();
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let fits = match segments.as_slice() {
            ["Users" | "Groups"] => method == Method::POST,
            ["Users" | "Groups", id] => method != Method::POST && !id.starts_with('.'),
            _ => false,
        };
        if !fits || !path.starts_with('/') {
            let detail = format!("path must lead to Users or Groups, and to one of them for {method}; it is {path}.");
            return Err(ScimError::invalid_path(detail));
        }
        let bulk_id = text("bulkId");
        if method == Method::POST && bulk_id.is_none_or(str::is_empty) {
            return Err(ScimError::invalid_syntax("bulkId is required for POST."));
        }
        let data = field(sent, "data");
        if method != Method::DELETE && data.is_none() {
            return Err(ScimError::invalid_syntax(format!("data is required for {method}.")));
        }
        let mut refers_to = data.map(references).unwrap_or_default();
        refers_to.extend(path.split('/').filter_map(|part| part.strip_prefix(REFERENCE)));
        Ok(Self { method, bulk_id, path, data, version: text("version"), refers_to })
    }
}

fn references(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => text.strip_prefix(REFERENCE).into_iter().collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        Value::Object(members) => members.values().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// One operation as a request of its own, undone as a whole where it fails.
fn request(
    call: &mut Call<'_>,
    method: &Method,
    path: &str,
    version: Option<&str>,
    data: Option<Value>,
) -> Result<Answer, ScimError> {
    let mut parts = call.parts.clone();
    parts.method = method.clone();
    parts.uri = format!("/scim/v2{path}")
        .parse()
        .map_err(|_| ScimError::invalid_path(format!("path {path} is not an address.")))?;
    parts.headers.remove(IF_MATCH);
    parts.headers.remove(IF_NONE_MATCH);
    if let Some(version) = version {
        let tag =
            HeaderValue::from_str(version).map_err(|_| ScimError::invalid_value("version is not an entity tag."))?;
        parts.headers.insert(IF_MATCH, tag);
    }
    let payload = data.map_or(Payload::Empty, |data| Payload::Json(data, String::new()));
    let (answer, trace) = call.within(&parts, &payload);
    call.trace.landing.landed.extend(trace.landing.landed);
    call.trace.landing.dropped.extend(trace.landing.dropped);
    answer
}

/// What became of an operation, with its method and bulkId as they were sent, even where they mean nothing.
fn report(sent: &Value, outcome: &Outcome) -> Value {
    let mut report = Map::new();
    for name in ["method", "bulkId"] {
        let text = field(sent, name).filter(|value| value.is_string());
        report.extend(text.map(|text| (name.to_owned(), text.clone())));
    }
    report.extend(outcome.location.as_deref().map(|location| ("location".to_owned(), location.into())));
    let status = match &outcome.answer {
        Ok(answer) => {
            if let Content::Json(body) = &answer.body
                && let Some(version) = body["meta"].get("version")
            {
                report.insert("version".to_owned(), version.clone());
            }
            answer.status
        }
        Err(error) => {
            report.insert("response".to_owned(), error.body());
            error.status
        }
    };
    report.insert("status".to_owned(), status.as_u16().to_string().into());
    Value::Object(report)
}
