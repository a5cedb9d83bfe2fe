//! One Entra record to one line of the journal. Names of v1.0, beta, Log Analytics and provision on demand are read alike,
//! in any case (`idp-facts.md` §1.2, §1.3, §2.3); the record itself is kept whole beside the line, as the JSON it was.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{
    super::times,
    answer::Answer,
    tree::{Layout, Object, Tree},
};
use crate::domain::{
    exchange::{Exchange, Operation, Outcome, Request, Response},
    journal::{Record, Source, Summary},
};

const ACTION: [&str; 2] = ["provisioningAction", "action"];
const STATUS: [&str; 2] = ["provisioningStatusInfo", "statusInfo"];
const TIME: [&str; 4] = ["activityDateTime", "TimeGenerated", "time", "startTime"];

/// Whether a JSON value looks like a provisioning record.
pub(super) fn is_one(value: &Value) -> bool {
    let member = |object: &Map<String, Value>, names: &[&str]| {
        names.iter().any(|name| object.contains_key(*name))
            || object.keys().any(|key| names.iter().any(|name| key.eq_ignore_ascii_case(name)))
    };
    let Some(outer) = value.as_object() else { return false };
    let inner = outer.iter().find(|(key, _)| key.eq_ignore_ascii_case("properties")).and_then(|(_, part)| match part {
        Value::Array(items) => items.first().and_then(Value::as_object),
        part => part.as_object(),
    });
    let object = inner.filter(|inner| member(inner, &STATUS)).unwrap_or(outer);
    let has = |names: &[&str]| member(object, names);
    has(&TIME) && (has(&ACTION) && (has(&STATUS) || has(&["provisioningSteps"])) || has(&STATUS))
}

/// Reads one record.
pub(super) fn read(mut value: Value, now: Timestamp) -> Result<Record, String> {
    expand(&mut value);
    let json = value.to_string();
    let mut layout = Layout::default();
    let tree = layout.read(&json).map_err(|error| format!("It is not valid JSON: {error}."))?;
    Ok(Record { event: Some(value), ..of(tree, now)? })
}

/// Reads one record from its JSON, without its event, which is that JSON as it stands. `None` where it is no record of
/// the log by Graph's names, or holds JSON within a text: then it has to be read as a value.
pub(super) fn read_text<'b>(json: &'b str, layout: &mut Layout<'b>, now: Timestamp) -> Option<Result<Record, String>> {
    let tree = layout.read(json).ok()?;
    let object = tree.as_object()?;
    let is_packed = |value: Tree<'_>| value.as_str().is_some_and(|text| text.starts_with(['{', '[']));
    let is_plain = object.members().any(|(name, _)| name == "activityDateTime")
        && !object.members().any(|(_, value)| is_packed(value));
    is_plain.then(|| of(tree, now))
}

/// The line of a record, and the answer that it quotes.
fn of(tree: Tree<'_>, now: Timestamp) -> Result<Record, String> {
    let raw = tree.as_object().ok_or("It is not a JSON object.")?;
    let object = content(raw);
    if object.field(&ACTION).is_none() && object.field(&STATUS).is_none() {
        return Err(
            "It is no provisioning record: it has no provisioningAction and no provisioningStatusInfo.".to_owned()
        );
    }
    let at = text(object, &TIME).or_else(|| text(raw, &TIME)).ok_or("It has no activityDateTime.")?;
    let at = times::read(at, "activityDateTime", now)?;
    let facts = Facts::of(object);
    let (answer, outcome) = (facts.answer(), facts.outcome());
    let summary = Summary {
        id: facts.id(at),
        at,
        method: String::new(),
        path: String::new(),
        status: answer.status,
        outcome,
        operation: facts.operation(),
        user: facts.user(),
        resource_id: facts.target.and_then(|target| text(target, &["id"])).map(str::to_owned),
        scim_type: facts.code(),
        detail: facts.detail(outcome),
        duration_ms: object.field(&["durationInMilliseconds", "DurationMs"]).and_then(number).or_else(|| took(object)),
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
    object: Object<'r>,
    source: Option<Object<'r>>,
    target: Option<Object<'r>>,
    steps: Vec<Object<'r>>,
    status: Option<Object<'r>>,
    error: Option<Object<'r>>,
}

impl<'r> Facts<'r> {
    fn of(object: Object<'r>) -> Self {
        let status = part(object, &STATUS);
        let nested = status.and_then(|status| part(status, &["errorInformation", "errorInfo"]));
        // Beta keeps the error beside the status.
        let flat = status.filter(|status| status.field(&["errorCode"]).is_some());
        Self {
            object,
            source: part(object, &["sourceIdentity"]),
            target: part(object, &["targetIdentity"]),
            steps: object
                .field(&["provisioningSteps"])
                .and_then(Tree::as_list)
                .map(|steps| steps.filter_map(Tree::as_object).collect())
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
            _ => self.exported(),
        }
    }

    /// Provision on demand calls every action `Other`; what was sent its last export step tells.
    fn exported(&self) -> Operation {
        let export = |step: &Object<'r>| text(*step, &["name"])?.strip_prefix("EntryExport");
        match self.steps.iter().rev().find_map(export) {
            Some("Add") => Operation::Create,
            Some("Update") => self.update(),
            Some("Delete") => Operation::Delete,
            _ => Operation::Other,
        }
    }

    fn update(&self) -> Operation {
        let properties = self.object.field(&["modifiedProperties"]).and_then(Tree::as_list);
        let mut changed = 0;
        let mut managers = 0;
        for property in properties.into_iter().flatten().filter_map(Tree::as_object) {
            let name = text(property, &["displayName"]).unwrap_or_default();
            let [old, new] = ["oldValue", "newValue"].map(|key| property.field(&[key]).map(Modified::of));
            if old == new {
                continue;
            }
            changed += 1;
            if last_word(name).eq_ignore_ascii_case("active") {
                let [was, is] = [&old, &new].map(|value| value.as_ref().and_then(Modified::truth));
                match is {
                    Some(true) if was == Some(false) => return Operation::Activate,
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
            || self.steps.iter().rev().find_map(|step| text(part(*step, &["details"])?, &["ReportableIdentifier"]));
        let detailed = |identity: Option<Object<'r>>| text(part(identity?, &["details"])?, &names);
        let named = |identity: Option<Object<'r>>, name: &str| text(identity?, &[name]);
        reported()
            .or_else(|| text(self.object, &["reportableIdentifier"]))
            .or_else(|| detailed(self.source))
            .or_else(|| detailed(self.target))
            .or_else(|| named(self.source, "displayName"))
            .or_else(|| named(self.target, "displayName"))
            .or_else(|| named(self.source, "id"))
            .map(str::to_owned)
    }

    fn code(&self) -> Option<String> {
        let skipped = || self.steps.iter().rev().find_map(|step| text(part(*step, &["details"])?, &["SkipReason"]));
        let failed = || text(part(self.failed_step()?, &["details"])?, &["ErrorCode"]);
        self.error
            .and_then(|error| text(error, &["errorCode"]))
            .or_else(|| text(self.object, &["ResultSignature"]).filter(|code| !code.eq_ignore_ascii_case("none")))
            .or_else(failed)
            .or_else(skipped)
            .map(str::to_owned)
    }

    fn detail(&self, outcome: Outcome) -> Option<String> {
        let own = self.error.and_then(|error| text(error, &["reason", "additionalDetails"]));
        let told = || {
            let step = match outcome {
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
        let failed =
            self.steps.iter().filter(|step| has_failed(**step)).filter_map(|step| text(*step, &["description"]));
        let texts = [error("reason"), error("additionalDetails"), text(self.object, &["ResultDescription"])];
        let mut best = Answer { status: None, body: None };
        for answer in texts.into_iter().flatten().chain(failed).map(Answer::of) {
            best.status = best.status.or(answer.status);
            best.body = best.body.or(answer.body);
        }
        best
    }

    fn failed_step(&self) -> Option<Object<'r>> {
        self.steps.iter().rev().find(|step| has_failed(**step)).copied()
    }
}

fn has_failed(step: Object<'_>) -> bool {
    text(step, &["status"])
        .is_some_and(|status| ["failure", "warning"].iter().any(|bad| status.eq_ignore_ascii_case(bad)))
}

/// A record that was streamed to storage has its content under `properties`.
fn content<'o>(object: Object<'o>) -> Object<'o> {
    part(object, &["properties"]).filter(|inner| inner.field(&STATUS).is_some()).unwrap_or(object)
}

/// Log Analytics keeps nested objects as JSON text.
fn expand(value: &mut Value) {
    for value in value.as_object_mut().into_iter().flat_map(Map::values_mut) {
        if let Value::String(text) = value
            && text.starts_with(['{', '['])
            && let Ok(inner) = serde_json::from_str::<Value>(text)
        {
            *value = inner;
        }
    }
}

/// The first of the named members that is text with something in it.
fn text<'o>(object: Object<'o>, names: &[&str]) -> Option<&'o str> {
    let filled = |name: &&str| object.field(&[*name]).and_then(Tree::as_str).filter(|text| !text.trim().is_empty());
    names.iter().find_map(filled)
}

/// A member that is an object, or a list that begins with one.
fn part<'o>(object: Object<'o>, names: &[&str]) -> Option<Object<'o>> {
    let value = object.field(names)?;
    match value.as_list() {
        Some(mut items) => items.next().and_then(Tree::as_object),
        None => value.as_object(),
    }
}

/// From `startTime` to `endTime`, milliseconds.
fn took(object: Object<'_>) -> Option<u64> {
    let at = |name: &str| text(object, &[name])?.parse::<Timestamp>().ok();
    u64::try_from(at("endTime")?.duration_since(at("startTime")?).as_millis()).ok()
}

fn number(value: Tree<'_>) -> Option<u64> {
    value.as_count().or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()))
}

/// A modified value. Entra writes some as JSON text: `"\"False\""`.
#[derive(PartialEq)]
enum Modified<'o> {
    Text(Cow<'o, str>),
    Other(Tree<'o>),
}

impl<'o> Modified<'o> {
    fn of(value: Tree<'o>) -> Self {
        let Some(text) = value.as_str() else { return Self::Other(value) };
        let unquoted = text.starts_with('"').then(|| serde_json::from_str(text).ok()).flatten();
        Self::Text(unquoted.unwrap_or(Cow::Borrowed(text)))
    }

    /// A boolean as Entra writes it down.
    fn truth(&self) -> Option<bool> {
        match self {
            Self::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Self::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
            Self::Text(_) => None,
            Self::Other(value) => value.as_bool(),
        }
    }
}

fn last_word(name: &str) -> &str {
    name.rsplit([':', '.']).next().unwrap_or(name)
}
