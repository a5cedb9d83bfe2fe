//! One Entra record to one line of the journal. Names of v1.0, beta and Log Analytics are read alike, in any case
//! (`idp-facts.md` §1.2, §1.3); the record itself is kept whole beside the line.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::Value;

use super::{
    answer::Answer,
    tree::{Object, Tree},
};
use crate::domain::{
    exchange::{Exchange, Operation, Outcome, Request, Response},
    journal::{Record, Source, Summary},
};

const ACTION: [&str; 2] = ["provisioningAction", "action"];
const STATUS: [&str; 2] = ["provisioningStatusInfo", "statusInfo"];
const TIME: [&str; 3] = ["activityDateTime", "TimeGenerated", "time"];

/// Whether a JSON value looks like a provisioning record.
pub(super) fn is_one(value: &Tree<'_>) -> bool {
    let has = |names: &[&str]| value.as_object().is_some_and(|object| field(content(object), names).is_some());
    has(&TIME) && (has(&ACTION) && (has(&STATUS) || has(&["provisioningSteps"])) || has(&STATUS))
}

/// Reads one record, which is kept whole with its line.
pub(super) fn read(mut value: Value) -> Result<Record, String> {
    expand(&mut value);
    let json = serde_json::to_vec(&value).map_err(|error| format!("It is not valid JSON: {error}."))?;
    let tree = serde_json::from_slice(&json).map_err(|error| format!("It is not valid JSON: {error}."))?;
    line(&tree).map(|record| Record { event: Some(value), ..record })
}

/// Reads one record from its JSON. Where the answer holds no event, the JSON itself is the event.
pub(super) fn read_json(json: &[u8]) -> Result<Record, String> {
    let invalid = |error: serde_json::Error| format!("It is not valid JSON: {error}.");
    let tree: Tree<'_> = serde_json::from_slice(json).map_err(invalid)?;
    let nested = |value: &Tree<'_>| value.as_str().is_some_and(is_nested);
    if tree.as_object().is_some_and(|object| object.0.iter().any(|(_, value)| nested(value))) {
        return read(serde_json::from_slice(json).map_err(invalid)?);
    }
    line(&tree)
}

/// The line of a record, without the record itself.
fn line(tree: &Tree<'_>) -> Result<Record, String> {
    let raw = tree.as_object().ok_or("It is not a JSON object.")?;
    let object = content(raw);
    if field(object, &ACTION).is_none() && field(object, &STATUS).is_none() {
        return Err(
            "It is no provisioning record: it has no provisioningAction and no provisioningStatusInfo.".to_owned()
        );
    }
    let at = text(object, &TIME).or_else(|| text(raw, &TIME)).ok_or("It has no activityDateTime.")?;
    let at: Timestamp = at.parse().map_err(|_| "Its activityDateTime is not a date and time.")?;
    let facts = Facts::of(object);
    let answer = facts.answer();
    let summary = Summary {
        id: facts.id(at),
        at,
        method: String::new(),
        path: String::new(),
        status: answer.status,
        outcome: facts.outcome(),
        operation: facts.operation(),
        user: facts.user(),
        resource_id: facts.target.and_then(|target| text(target, &["id"])).map(str::to_owned),
        scim_type: facts.code(),
        detail: facts.detail(),
        duration_ms: field(object, &["durationInMilliseconds", "DurationMs"]).and_then(number),
        client: Some("Entra".to_owned()),
    };
    let exchange = answer.status.zip(answer.body).map(|(status, body)| Exchange {
        request: Request::default(),
        response: Some(Response { status, body, ..Response::default() }),
        error: None,
        at: Some(at),
        duration_ms: summary.duration_ms,
    });
    Ok(Record { source: Source::Entra, summary, exchange, landing: None, event: None })
}

/// The parts of a record that several questions ask for.
struct Facts<'r> {
    object: &'r Object<'r>,
    source: Option<&'r Object<'r>>,
    target: Option<&'r Object<'r>>,
    steps: Vec<&'r Object<'r>>,
    status: Option<&'r Object<'r>>,
    error: Option<&'r Object<'r>>,
}

impl<'r> Facts<'r> {
    fn of(object: &'r Object<'r>) -> Self {
        let status = part(object, &STATUS);
        let nested = status.and_then(|status| part(status, &["errorInformation", "errorInfo"]));
        // Beta keeps the error beside the status.
        let flat = status.filter(|status| field(status, &["errorCode"]).is_some());
        Self {
            object,
            source: part(object, &["sourceIdentity"]),
            target: part(object, &["targetIdentity"]),
            steps: field(object, &["provisioningSteps"])
                .and_then(Tree::as_list)
                .map(|steps| steps.iter().filter_map(Tree::as_object).collect())
                .unwrap_or_default(),
            status,
            error: nested.or(flat),
        }
    }

    fn id(&self, at: Timestamp) -> String {
        if let Some(id) = text(self.object, &["id"]) {
            return id.to_owned();
        }
        let change = text(self.object, &["changeId"]);
        let other = || self.source.and_then(|source| text(source, &["id"])).unwrap_or("entra");
        format!("{}@{at}", change.unwrap_or_else(other))
    }

    fn outcome(&self) -> Outcome {
        let own =
            self.status.and_then(|status| text(status, &["status"])).or_else(|| text(self.object, &["ResultType"]));
        match own.and_then(Outcome::from_key) {
            Some(outcome) => outcome,
            None if self.error.is_some() || self.failed_step().is_some() => Outcome::Failure,
            None => Outcome::Warning,
        }
    }

    fn operation(&self) -> Operation {
        let action = text(self.object, &ACTION).unwrap_or_default().to_ascii_lowercase();
        match action.as_str() {
            "create" => Operation::Create,
            "update" => self.update(),
            "delete" => Operation::Delete,
            // The target is switched off first and deleted later.
            "disable" | "stageddelete" => Operation::Deactivate,
            _ => Operation::Other,
        }
    }

    fn update(&self) -> Operation {
        let properties = field(self.object, &["modifiedProperties"]).and_then(Tree::as_list);
        let mut changed = 0;
        let mut managers = 0;
        for property in properties.into_iter().flatten().filter_map(Tree::as_object) {
            let name = text(property, &["displayName"]).unwrap_or_default();
            let [old, new] = ["oldValue", "newValue"].map(|key| field(property, &[key]).map(unquoted));
            if old == new {
                continue;
            }
            changed += 1;
            if last_word(name).eq_ignore_ascii_case("active") {
                match truth(new.as_deref()) {
                    Some(true) if truth(old.as_deref()) == Some(false) => return Operation::Activate,
                    Some(false) => return Operation::Deactivate,
                    _ => {}
                }
            }
            managers += u32::from(last_word(name).eq_ignore_ascii_case("manager"));
        }
        if changed > 0 && changed == managers { Operation::SetManager } else { Operation::Update }
    }

    fn user(&self) -> Option<String> {
        let names = ["userPrincipalName", "userName", "mail", "ReportableIdentifier"];
        let reported =
            || self.steps.iter().rev().find_map(|step| text(part(step, &["details"])?, &["ReportableIdentifier"]));
        let detailed = |identity: Option<&'r Object<'r>>| text(part(identity?, &["details"])?, &names);
        let named = |identity: Option<&'r Object<'r>>, name: &str| text(identity?, &[name]);
        reported()
            .or_else(|| detailed(self.source))
            .or_else(|| detailed(self.target))
            .or_else(|| named(self.source, "displayName"))
            .or_else(|| named(self.target, "displayName"))
            .or_else(|| named(self.source, "id"))
            .map(str::to_owned)
    }

    fn code(&self) -> Option<String> {
        let skipped = || self.steps.iter().rev().find_map(|step| text(part(step, &["details"])?, &["SkipReason"]));
        let failed = || text(part(self.failed_step()?, &["details"])?, &["ErrorCode"]);
        self.error
            .and_then(|error| text(error, &["errorCode"]))
            .or_else(|| text(self.object, &["ResultSignature"]).filter(|code| !code.eq_ignore_ascii_case("none")))
            .or_else(failed)
            .or_else(skipped)
            .map(str::to_owned)
    }

    fn detail(&self) -> Option<String> {
        let own = self.error.and_then(|error| text(error, &["reason", "additionalDetails"]));
        let told = || {
            let step = match self.outcome() {
                Outcome::Success => None,
                Outcome::Skipped => self.steps.last().copied(),
                Outcome::Failure | Outcome::Warning => self.failed_step(),
            };
            text(step?, &["description"])
        };
        own.or_else(|| text(self.object, &["ResultDescription"])).or_else(told).map(str::to_owned)
    }

    /// The first text that quotes an answer; else the status alone.
    fn answer(&self) -> Answer {
        let error = |name: &str| self.error.and_then(|error| text(error, &[name]));
        let failed = self.steps.iter().filter(|step| has_failed(step)).filter_map(|step| text(step, &["description"]));
        let texts = [error("reason"), error("additionalDetails"), text(self.object, &["ResultDescription"])];
        let mut best = Answer { status: None, body: None };
        for answer in texts.into_iter().flatten().chain(failed).map(Answer::of) {
            best.status = best.status.or(answer.status);
            best.body = best.body.or(answer.body);
        }
        best
    }

    fn failed_step(&self) -> Option<&'r Object<'r>> {
        self.steps.iter().rev().find(|step| has_failed(step)).copied()
    }
}

fn has_failed(step: &Object) -> bool {
    text(step, &["status"])
        .is_some_and(|status| ["failure", "warning"].iter().any(|bad| status.eq_ignore_ascii_case(bad)))
}

/// A record that was streamed to storage has its content under `properties`.
fn content<'o, 'b>(object: &'o Object<'b>) -> &'o Object<'b> {
    part(object, &["properties"]).filter(|inner| field(inner, &STATUS).is_some()).unwrap_or(object)
}

/// Log Analytics keeps nested objects as JSON text.
fn expand(value: &mut Value) {
    for value in value.as_object_mut().into_iter().flat_map(|object| object.values_mut()) {
        if let Value::String(text) = value
            && is_nested(text)
            && let Ok(inner) = serde_json::from_str::<Value>(text)
        {
            *value = inner;
        }
    }
}

fn is_nested(text: &str) -> bool {
    text.starts_with(['{', '['])
}

fn field<'o, 'b>(object: &'o Object<'b>, names: &[&str]) -> Option<&'o Tree<'b>> {
    object.field(names)
}

/// The first of the named members that is text with something in it.
fn text<'o>(object: &'o Object<'_>, names: &[&str]) -> Option<&'o str> {
    let filled = |name: &&str| field(object, &[*name]).and_then(Tree::as_str).filter(|text| !text.trim().is_empty());
    names.iter().find_map(filled)
}

/// A member that is an object, or a list that begins with one.
fn part<'o, 'b>(object: &'o Object<'b>, names: &[&str]) -> Option<&'o Object<'b>> {
    match field(object, names)? {
        Tree::List(items) => items.first().and_then(Tree::as_object),
        value => value.as_object(),
    }
}

fn number(value: &Tree<'_>) -> Option<u64> {
    match value {
        Tree::Count(count) => Some(*count),
        other => other.as_str().and_then(|text| text.trim().parse().ok()),
    }
}

/// Entra writes some modified values as JSON text: `"\"False\""`.
fn unquoted<'o>(value: &'o Tree<'o>) -> Cow<'o, Tree<'o>> {
    let quoted = |text: &str| serde_json::from_str::<String>(text).ok();
    match value.as_str().filter(|text| text.trim_start().starts_with('"')).and_then(quoted) {
        Some(text) => Cow::Owned(Tree::Text(text.into())),
        None => Cow::Borrowed(value),
    }
}

/// A boolean as directories send it, also as text.
fn truth(value: Option<&Tree<'_>>) -> Option<bool> {
    match value? {
        Tree::Bool(truth) => Some(*truth),
        Tree::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Tree::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn last_word(name: &str) -> &str {
    name.rsplit([':', '.']).next().unwrap_or(name)
}
