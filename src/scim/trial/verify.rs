//! What was sent against what landed: by the tenant's own word where it offers the support API, else by reading back.

use serde_json::Value;

use super::{Seen, TrialPlan};
use crate::domain::attribute::{AttributeName, CORE_USER, DEFAULTS};
use crate::domain::exchange::Operation;
use crate::domain::landing::{Landing, is_empty, shown};
use crate::domain::mapping::MappingRow;
use crate::domain::sent;
use crate::domain::trial::{PlannedStep, StepName, Verdict, Verification};
use crate::scim::dialect::{filtered, is_manager, name_of};
use crate::scim::support::{RequestsQuery, SupportClient};

const NEWEST: u32 = 50;
const RECORDS: usize = 4;
/// Of what a directory's way of writing adds, where no mapping keeps it.
const ADDED: &str = "The directory sends this by itself, and no mapping keeps it.";

/// What the tenant says became of the user's creation, and of the manager that Entra sends after it.
pub(super) async fn landing(support: &SupportClient, user_name: &str, id: &str) -> Option<Landing> {
    let query = RequestsQuery { limit: Some(NEWEST), user: Some(user_name.to_owned()), ..RequestsQuery::default() };
    let page = support.requests(&query).await.ok()?;
    let mut ours: Vec<_> = page
        .requests
        .iter()
        .filter(|line| match &line.resource_id {
            Some(resource) => resource == id,
            None => line.user.as_deref().is_some_and(|user| user.eq_ignore_ascii_case(user_name)),
        })
        .filter(|line| matches!(line.operation, Operation::Create | Operation::SetManager))
        .collect();
    // Newest first: what lies beyond the newest creation belongs to an earlier user of the same name.
    if let Some(creation) = ours.iter().position(|line| line.operation == Operation::Create) {
        ours.truncate(creation + 1);
    }
    let mut all = Landing::default();
    for line in ours.iter().rev().take(RECORDS) {
        if let Some(landing) = support.request(&line.id).await.ok().and_then(|record| record.landing) {
            all.landed.extend(landing.landed);
            all.dropped.extend(landing.dropped);
        }
    }
    (!all.landed.is_empty() || !all.dropped.is_empty()).then_some(all)
}

/// One line for every attribute sent, also those that only the directory's way of writing adds, then the title as updated
/// and active as deactivated.
pub(super) fn table(
    plan: &TrialPlan<'_>,
    planned: &[PlannedStep],
    seen: &Seen,
    landing: Option<&Landing>,
) -> Vec<Verification> {
    let mut sent: Vec<(String, AttributeName, String)> = plan
        .user
        .0
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .filter_map(|(key, value)| Some((key.clone(), name_of(key)?, value.clone())))
        .collect();
    let mut added = Vec::new();
    if !sent.iter().any(|(_, name, _)| name.path() == "active") {
        sent.push(("active".to_owned(), AttributeName::new(CORE_USER, "active"), "true".to_owned()));
    }
    for (name, value) in carried(planned) {
        if !sent.iter().any(|(_, known, _)| equal(known, &name)) {
            added.push(name.clone());
            sent.push((shown(&name), name, value));
        }
    }
    sent.sort_by_key(|(_, name, _)| {
        DEFAULTS.iter().position(|default| same(name, default.schema, default.path)).unwrap_or(99)
    });
    let compared = |(attribute, name, value): &(String, AttributeName, String)| {
        let by_tenant = landing.and_then(|landing| by_landing(landing, name, value));
        let found = by_tenant.unwrap_or_else(|| by_reading(seen.created.as_ref(), name, value, plan.mappings));
        let field = found.field.or_else(|| field_of(name, plan.mappings));
        // Nobody asked for it to be kept.
        let is_extra = found.verdict == Verdict::Missing && field.is_none() && added.iter().any(|one| equal(one, name));
        if is_extra {
            return line(attribute.clone(), None, value, None, Verdict::NotChecked, Some(ADDED.to_owned()));
        }
        line(attribute.clone(), field, value, found.landed, found.verdict, found.why)
    };
    let mut lines: Vec<Verification> = sent.iter().map(compared).collect();
    if let Some((title, after)) = &seen.updated {
        lines.push(later("title", title, after.as_ref()));
    }
    if let Some(after) = &seen.deactivated {
        lines.push(later("active", "false", after.as_ref()));
    }
    lines
}

/// What the creation carries, as it is written.
fn carried(planned: &[PlannedStep]) -> Vec<(AttributeName, String)> {
    let creations = planned.iter().filter(|step| step.name == StepName::Create).flat_map(|step| &step.requests);
    let of_body = |body: &Value| {
        let id = body.get("externalId").map(|id| (AttributeName::new(CORE_USER, "externalId"), id.clone()));
        id.into_iter().chain(sent::sent(body)).collect::<Vec<_>>()
    };
    let all = creations.filter(|request| request.method == "POST").flat_map(|request| of_body(&request.body));
    all.filter(|(_, value)| !is_empty(value)).map(|(name, value)| (name, plain(&value))).collect()
}

struct Found {
    field: Option<String>,
    landed: Option<String>,
    verdict: Verdict,
    why: Option<String>,
}

fn line(
    attribute: String,
    field: Option<String>,
    sent: &str,
    landed: Option<String>,
    verdict: Verdict,
    why: Option<String>,
) -> Verification {
    Verification { attribute, field, sent: sent.to_owned(), landed, verdict, why }
}

fn later(attribute: &str, sent: &str, after: Option<&Value>) -> Verification {
    let name = AttributeName::new(CORE_USER, attribute);
    let found = by_reading(after, &name, sent, &[]);
    let why = found.why.filter(|_| found.verdict != Verdict::Missing);
    line(format!("{attribute}, updated"), field_of(&name, &[]), sent, found.landed, found.verdict, why)
}

fn by_landing(landing: &Landing, name: &AttributeName, sent: &str) -> Option<Found> {
    let is_it = |attribute: &str| name_of(attribute).is_some_and(|other| equal(&other, name));
    // The last word counts: the manager may follow in a request of its own.
    if let Some(landed) = landing.landed.iter().rev().find(|landed| is_it(&landed.attribute)) {
        let value = plain(&landed.value);
        let (verdict, why) = compare(name, sent, &value);
        return Some(Found { field: Some(landed.field.clone()), landed: Some(value), verdict, why });
    }
    let dropped = landing.dropped.iter().rev().find(|dropped| is_it(&dropped.attribute))?;
    Some(Found { field: None, landed: None, verdict: Verdict::Missing, why: Some(dropped.reason.clone()) })
}

fn by_reading(user: Option<&Value>, name: &AttributeName, sent: &str, mappings: &[MappingRow]) -> Found {
    let found = |landed, verdict, why| Found { field: None, landed, verdict, why };
    let Some(user) = user else {
        return found(None, Verdict::NotChecked, Some("The user was not read back.".to_owned()));
    };
    match value_at(user, name).map(plain) {
        Some(value) => {
            let (verdict, why) = compare(name, sent, &value);
            found(Some(value), verdict, why)
        }
        None => found(None, Verdict::Missing, Some(why_missing(name, mappings))),
    }
}

fn compare(name: &AttributeName, sent: &str, landed: &str) -> (Verdict, Option<String>) {
    let status = |text: &str| match text.to_lowercase().as_str() {
        "true" | "active" => Some(true),
        "false" | "suspended" | "inactive" => Some(false),
        _ => None,
    };
    if landed == sent || (name.path() == "active" && status(landed).is_some() && status(landed) == status(sent)) {
        return (Verdict::Match, None);
    }
    let why = landed.eq_ignore_ascii_case(sent).then(|| "Only the case differs.".to_owned());
    (Verdict::Differs, why)
}

fn why_missing(name: &AttributeName, mappings: &[MappingRow]) -> String {
    if field_of(name, mappings).is_some() {
        return "It is mapped, but the tenant did not return it.".to_owned();
    }
    let spelling = |path: &str| path.to_lowercase().replace("organis", "organiz").replace("centre", "center");
    let near = mappings.iter().filter_map(|row| AttributeName::parse(&row.attribute).ok());
    let near = near.into_iter().find(|other| spelling(other.path()) == spelling(name.path()));
    match near {
        Some(other) if other.path() == name.path() => {
            format!("The tenant maps {other}; this was sent under {}, so the value matched nothing.", name.schema())
        }
        Some(other) => {
            format!("The tenant maps {}; {} was sent, so the value matched nothing.", other.path(), name.path())
        }
        None => "No mapping that is known here names this attribute, and the tenant did not return it.".to_owned(),
    }
}

/// The profile field or custom field ref that an attribute belongs to.
fn field_of(name: &AttributeName, mappings: &[MappingRow]) -> Option<String> {
    let default = DEFAULTS.iter().find(|default| same(name, default.schema, default.path));
    if let Some(default) = default {
        return Some(default.profile_field.to_owned());
    }
    let mapped = |row: &&MappingRow| AttributeName::parse(&row.attribute).is_ok_and(|attribute| attribute == *name);
    mappings.iter().find(mapped).map(|row| row.field.clone())
}

fn same(name: &AttributeName, schema: &str, path: &str) -> bool {
    equal(name, &AttributeName::new(schema, path))
}

fn equal(one: &AttributeName, other: &AttributeName) -> bool {
    let path = |name: &AttributeName| name.path().replace('"', "'");
    (is_manager(one) && is_manager(other))
        || (one.schema().eq_ignore_ascii_case(other.schema()) && path(one) == path(other))
}

fn value_at<'a>(user: &'a Value, name: &AttributeName) -> Option<&'a Value> {
    let holder = if name.schema().eq_ignore_ascii_case(CORE_USER) { user } else { member(user, name.schema())? };
    if is_manager(name) {
        let manager = member(holder, "manager")?;
        return if manager.is_object() { member(manager, "value") } else { Some(manager) };
    }
    let found = if let Some((attribute, kind, leaf)) = filtered(name.path()) {
        let of_kind = |item: &&Value| {
            member(item, "type").and_then(Value::as_str).is_some_and(|found| found.eq_ignore_ascii_case(kind))
        };
        member(member(holder, attribute)?.as_array()?.iter().find(of_kind)?, leaf)
    } else {
        name.path().split('.').try_fold(holder, member)
    };
    found.filter(|value| !value.is_null())
}

/// Attribute names are case-insensitive (RFC 7643 §2.1).
fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value
        .get(name)
        .or_else(|| value.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, v)| v))
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        // A tenant that keeps the manager as an object.
        Value::Object(members) if members.contains_key("value") => plain(&members["value"]),
        other => other.to_string(),
    }
}
