//! Habits of directories that a stricter service refuses (`domain::practice::Habit`). All of them pass unless the tenant is
//! told to refuse some, for a rehearsal; it then says what such a service would, and changes nothing.

use std::collections::BTreeSet;

use axum::http::Method;
use serde_json::{Map, Value};

use super::error::ScimError;
use super::service::Call;
use super::users;
use crate::domain::attribute::{CORE_USER, ENTERPRISE_USER};
use crate::domain::practice::Habit;

/// Refuses a request that shows a habit which this tenant does not let pass.
pub(super) fn check(call: &mut Call<'_>) -> Result<(), ScimError> {
    // A bulk request is checked operation by operation.
    if call.refused.is_empty() || call.parts.uri.path().trim_end_matches('/').ends_with("/Bulk") {
        return Ok(());
    }
    let query = call.parts.uri.query().unwrap_or_default();
    let asked = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name.eq_ignore_ascii_case("filter"));
    let asked = asked.map(|(_, filter)| filter.into_owned());
    let body = call.json();
    let filter = asked.or_else(|| Some(body?.get("filter")?.as_str()?.to_owned()));
    let habit = match (&call.parts.method, body) {
        (&Method::PATCH, Some(body)) => in_patch(body, call.refused),
        (&Method::POST | &Method::PUT, Some(body)) => in_value(body, call.refused),
        _ => None,
    };
    let habit = habit.or_else(|| filter.filter(|filter| shouts(filter)).map(|_| Habit::CapitalOperators));
    match habit.filter(|habit| call.refused.contains(habit)) {
        None => Ok(()),
        Some(habit) => {
            users::identify(call)?;
            Err(refusal(habit))
        }
    }
}

/// Refuses a look-up without a hit where that is not let pass.
pub(super) fn check_empty(refused: &BTreeSet<Habit>) -> Result<(), ScimError> {
    if refused.contains(&Habit::EmptyLookUp) { Err(refusal(Habit::EmptyLookUp)) } else { Ok(()) }
}

fn refusal(habit: Habit) -> ScimError {
    let patch = ScimError::patch;
    match habit {
        Habit::CapitalOps => ScimError::invalid_syntax("op must be add, replace or remove, in lower case."),
        Habit::QuotedBooleans => ScimError::invalid_value("active and primary must be true or false, not text."),
        Habit::ManagerAsText => ScimError::invalid_value("manager must be an object with a value, not text."),
        Habit::DottedKeys => {
            patch("invalidPath", "A key of a value without path must name one attribute, without a dot.")
        }
        Habit::UrnKeys => patch("invalidPath", "A key of a value without path must be an attribute or a whole schema."),
        Habit::AddOnMissingElement => patch("noTarget", "The filter in the path selects no value of this resource."),
        Habit::PatchWithoutPath => patch("noTarget", "Every operation needs a path."),
        Habit::CapitalOperators => ScimError::invalid_filter("The operators of a filter must be in lower case."),
        Habit::MembersByValue => {
            ScimError::invalid_value("members are removed by a filter, as in members[value eq \"id\"].")
        }
        Habit::EmptyLookUp => ScimError::not_found("A resource that the filter selects"),
    }
}

/// The first refused habit in a PATCH.
fn in_patch(body: &Value, refused: &BTreeSet<Habit>) -> Option<Habit> {
    let operations = member(body.as_object()?, "operations")?.as_array()?;
    operations.iter().filter_map(Value::as_object).find_map(|operation| in_operation(operation, refused))
}

fn in_operation(operation: &Map<String, Value>, refused: &BTreeSet<Habit>) -> Option<Habit> {
    let op = member(operation, "op").and_then(Value::as_str).unwrap_or_default();
    let path = member(operation, "path").and_then(Value::as_str);
    let value = member(operation, "value");
    let last = path.map(|path| path.rsplit([':', '.']).next().unwrap_or_default());
    let names = |name: &str| last.is_some_and(|last| last.eq_ignore_ascii_case(name));
    let keys = || value.and_then(Value::as_object).into_iter().flat_map(Map::keys).filter(|_| path.is_none());
    let urn = |key: &str| key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"));
    let within = |key: &str| {
        [CORE_USER, ENTERPRISE_USER].iter().any(|schema| {
            key.get(..schema.len()).is_some_and(|start| start.eq_ignore_ascii_case(schema)) && key.len() > schema.len()
        })
    };
    [
        (Habit::CapitalOps, op.chars().any(char::is_uppercase)),
        (Habit::PatchWithoutPath, path.is_none() && !op.eq_ignore_ascii_case("remove")),
        (Habit::DottedKeys, keys().any(|key| !urn(key) && key.contains('.'))),
        (Habit::UrnKeys, keys().any(|key| within(key))),
        (Habit::MembersByValue, op.eq_ignore_ascii_case("remove") && names("members") && value.is_some()),
        (Habit::QuotedBooleans, ["active", "primary"].into_iter().any(names) && value.is_some_and(is_quoted_boolean)),
        (Habit::ManagerAsText, names("manager") && value.is_some_and(Value::is_string)),
    ]
    .into_iter()
    .find_map(|(habit, shown)| (shown && refused.contains(&habit)).then_some(habit))
    .or_else(|| in_value(value?, refused))
}

/// The first refused habit in a resource or a part of one.
fn in_value(value: &Value, refused: &BTreeSet<Habit>) -> Option<Habit> {
    match value {
        Value::Object(members) => members.iter().find_map(|(key, value)| {
            let last = key.rsplit([':', '.']).next().unwrap_or_default();
            let is = |name: &str| last.eq_ignore_ascii_case(name);
            if (is("active") || is("primary")) && is_quoted_boolean(value) && refused.contains(&Habit::QuotedBooleans) {
                return Some(Habit::QuotedBooleans);
            }
            if is("manager") && value.is_string() && refused.contains(&Habit::ManagerAsText) {
                return Some(Habit::ManagerAsText);
            }
            in_value(value, refused)
        }),
        Value::Array(items) => items.iter().find_map(|item| in_value(item, refused)),
        _ => None,
    }
}

fn is_quoted_boolean(value: &Value) -> bool {
    value.as_str().is_some_and(|text| ["true", "false"].iter().any(|word| word.eq_ignore_ascii_case(text.trim())))
}

/// Whether an operator outside of quotes is not in lower case.
pub(super) fn shouts(filter: &str) -> bool {
    const OPERATORS: [&str; 13] = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "pr", "and", "or", "not"];
    let plain = filter.replace("\\\\", "").replace("\\\"", "");
    let outside = plain.split('"').step_by(2);
    outside.flat_map(|part| part.split([' ', '(', ')', '[', ']'])).any(|word| {
        word.chars().any(char::is_uppercase) && OPERATORS.iter().any(|known| known.eq_ignore_ascii_case(word))
    })
}

fn member<'m>(members: &'m Map<String, Value>, name: &str) -> Option<&'m Value> {
    members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}
