//! Filters (RFC 7644 §3.4.2.2). The vendor's guide allows one alone, `userName eq "…"`; the RFC policy evaluates all.

mod value_paths;

use jiff::Timestamp;
use scim_v2::filter::{AttrExp, AttrPath, CompValue, CompareOp, Filter, ValFilter};
use serde_json::Value;

use super::Policy;
use super::error::ScimError;
use super::log::mentions_password;
use super::schema::{self, Definition, ResourceKind, Type};
use super::users::filters_freely;
use crate::domain::attribute::CORE_USER;
use crate::scim::patch::spaced;

/// A filter as the tenant can answer it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Query {
    /// `userName eq "…"`
    UserName(String),
    /// Anything else, only under the RFC policy.
    Where(Filter),
}

impl Query {
    pub(super) fn into_filter(self) -> Filter {
        match self {
            Self::UserName(name) => {
                Filter::Attr(AttrExp::Comparison(AttrPath::with_name("userName"), CompareOp::Eq, CompValue::Str(name)))
            }
            Self::Where(filter) => filter,
        }
    }
}

/// Reads a filter, or says what is wrong with it by attribute name.
pub(super) fn read(text: &str, policy: Policy) -> Result<Query, ScimError> {
    if let Some(name) = look_up(text) {
        return Ok(Query::UserName(name.to_owned()));
    }
    let free = filters_freely(policy);
    let spaced = spaced(text);
    let folded = if free { value_paths::fold(&spaced) } else { spaced };
    let filter: Filter = folded.trim().parse().map_err(|_| {
        // A secret is not repeated, in the answer and so in the log.
        let shown = if mentions_password(text) { "" } else { text };
        let example = match free {
            true => "as in RFC 7644 §3.4.2.2, such as title eq \"value\", active eq true or not (title pr)",
            false => "as userName eq \"value\"",
        };
        ScimError::invalid_filter(format!("The filter {shown} cannot be read; write it {example}."))
    })?;
    if let Filter::Attr(AttrExp::Comparison(path, CompareOp::Eq, CompValue::Str(name))) = &filter
        && is_user_name(path)
    {
        return Ok(Query::UserName(name.clone()));
    }
    if free {
        return Ok(Query::Where(filter));
    }
    let mut paths = Vec::new();
    collect(&filter, &mut paths);
    Err(ScimError::invalid_filter(match paths.iter().find(|path| !is_user_name(path)) {
        Some(path) => format!("Only userName can be filtered on; the filter asks for {path}."),
        None => format!("Only userName eq \"value\" is supported; the filter is {text}."),
    }))
}

/// The look-up that directories send all day, `userName eq "…"`, without a parser: that one is made anew every time.
fn look_up(text: &str) -> Option<&str> {
    let (attribute, rest) = text.trim().split_once(' ')?;
    let (operator, value) = rest.split_once(' ')?;
    let name = value.strip_prefix('"')?.strip_suffix('"')?;
    let plain = !name.contains(|c: char| c == '"' || c == '\\' || c.is_control());
    (attribute.eq_ignore_ascii_case("userName") && operator.eq_ignore_ascii_case("eq") && plain).then_some(name)
}

/// Whether a resource satisfies a filter.
pub(super) fn matches(filter: &Filter, kind: ResourceKind, resource: &Value) -> bool {
    match filter {
        Filter::Attr(expression) => holds(expression, Scope { kind, within: None }, resource),
        Filter::ValuePath(path) => {
            let scope = Scope { kind, within: schema::at(kind, &path.attr) };
            values(kind, &path.attr, resource).iter().any(|item| matches_value(&path.filter, scope, item))
        }
        Filter::Not(inner) => !matches(inner, kind, resource),
        Filter::And(operands) => operands.iter().all(|operand| matches(operand, kind, resource)),
        Filter::Or(operands) => operands.iter().any(|operand| matches(operand, kind, resource)),
    }
}

fn matches_value(filter: &ValFilter, scope: Scope, item: &Value) -> bool {
    match filter {
        ValFilter::Attr(expression) => holds(expression, scope, item),
        ValFilter::Not(inner) => !matches_value(inner, scope, item),
        ValFilter::And(operands) => operands.iter().all(|operand| matches_value(operand, scope, item)),
        ValFilter::Or(operands) => operands.iter().any(|operand| matches_value(operand, scope, item)),
    }
}

/// RFC 7644 §3.4.2.2: an order of booleans or of bytes is refused.
pub(super) fn check(filter: &Filter, kind: ResourceKind) -> Result<(), ScimError> {
    match filter {
        Filter::Attr(expression) => check_order(expression, Scope { kind, within: None }),
        Filter::ValuePath(path) => check_value(&path.filter, Scope { kind, within: schema::at(kind, &path.attr) }),
        Filter::Not(inner) => check(inner, kind),
        Filter::And(operands) | Filter::Or(operands) => operands.iter().try_for_each(|operand| check(operand, kind)),
    }
}

fn check_value(filter: &ValFilter, scope: Scope) -> Result<(), ScimError> {
    match filter {
        ValFilter::Attr(expression) => check_order(expression, scope),
        ValFilter::Not(inner) => check_value(inner, scope),
        ValFilter::And(operands) | ValFilter::Or(operands) => {
            operands.iter().try_for_each(|operand| check_value(operand, scope))
        }
    }
}

fn check_order(expression: &AttrExp, scope: Scope) -> Result<(), ScimError> {
    let AttrExp::Comparison(path, CompareOp::Gt | CompareOp::Ge | CompareOp::Lt | CompareOp::Le, _) = expression else {
        return Ok(());
    };
    match scope.definition(path) {
        Some(Definition { kind: Type::Boolean | Type::Binary, .. }) => {
            Err(ScimError::invalid_filter(format!("{path} has no order; it can be compared with eq and ne.")))
        }
        _ => Ok(()),
    }
}

/// Whether a filter asks for an attribute.
pub(super) fn mentions(filter: &Filter, name: &str) -> bool {
    let mut paths = Vec::new();
    collect(filter, &mut paths);
    paths.iter().any(|path| path.name.eq_ignore_ascii_case(name))
}

/// Whose attributes an expression names: those of a resource, or those of one of its values.
#[derive(Clone, Copy)]
struct Scope {
    kind: ResourceKind,
    within: Option<&'static Definition>,
}

impl Scope {
    fn definition(self, path: &AttrPath) -> Option<&'static Definition> {
        let named = match self.within {
            Some(whole) => whole.sub(&path.name),
            None => schema::at(self.kind, path),
        };
        named.map(Definition::compared)
    }
}

fn is_user_name(path: &AttrPath) -> bool {
    path.name.eq_ignore_ascii_case("userName")
        && path.sub_attr.is_none()
        && path.uri.as_deref().is_none_or(|uri| uri.eq_ignore_ascii_case(CORE_USER))
}

fn collect<'f>(filter: &'f Filter, paths: &mut Vec<&'f AttrPath>) {
    match filter {
        Filter::Attr(AttrExp::Present(path) | AttrExp::Comparison(path, ..)) => paths.push(path),
        Filter::ValuePath(path) => paths.push(&path.attr),
        Filter::Not(inner) => collect(inner, paths),
        Filter::And(operands) | Filter::Or(operands) => operands.iter().for_each(|operand| collect(operand, paths)),
    }
}

fn holds(expression: &AttrExp, scope: Scope, resource: &Value) -> bool {
    let (path, operator, wanted) = match expression {
        AttrExp::Present(path) => return values(scope.kind, path, resource).iter().any(|value| !is_blank(value)),
        AttrExp::Comparison(path, operator, wanted) => (path, operator, wanted),
    };
    let found = values(scope.kind, path, resource);
    let definition = scope.definition(path);
    match (operator, wanted) {
        (CompareOp::Eq, CompValue::Null) => found.iter().all(|value| is_blank(value)),
        (CompareOp::Ne, CompValue::Null) => found.iter().any(|value| !is_blank(value)),
        (CompareOp::Ne, _) => !found.iter().any(|value| compare(&CompareOp::Eq, simple(value), wanted, definition)),
        _ => found.iter().any(|value| compare(operator, simple(value), wanted, definition)),
    }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// A complex value is compared by its `value` (RFC 7643 §2.4).
fn simple(value: &Value) -> &Value {
    value.get("value").unwrap_or(value)
}

/// Every value at a path; those of a list one by one.
pub(super) fn values<'v>(kind: ResourceKind, path: &AttrPath, resource: &'v Value) -> Vec<&'v Value> {
    let within = match path.uri.as_deref() {
        None => Some(resource),
        Some(uri) if uri.eq_ignore_ascii_case(kind.urn()) => Some(resource),
        Some(uri) => member(resource, uri),
    };
    let mut found = within.and_then(|within| member(within, &path.name)).map(each).unwrap_or_default();
    if let Some(name) = &path.sub_attr {
        found = found.into_iter().filter_map(|value| member(value, name)).flat_map(each).collect();
    }
    found
}

fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    value.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn each(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        one => vec![one],
    }
}

fn compare(operator: &CompareOp, value: &Value, wanted: &CompValue, definition: Option<&Definition>) -> bool {
    let is_time = definition.is_some_and(|definition| definition.kind == Type::DateTime);
    let by_text = matches!(operator, CompareOp::Co | CompareOp::Sw | CompareOp::Ew);
    match (value, wanted) {
        (Value::String(text), CompValue::Str(wanted)) => match (text.parse(), wanted.parse()) {
            (Ok(time), Ok(wanted)) if is_time && !by_text => ordered::<Timestamp>(operator, &time, &wanted),
            _ if definition.is_some_and(|definition| definition.case_exact) => compare_text(operator, text, wanted),
            _ => compare_text(operator, &text.to_lowercase(), &wanted.to_lowercase()),
        },
        (Value::Bool(is), CompValue::True) => operator == &CompareOp::Eq && *is,
        (Value::Bool(is), CompValue::False) => operator == &CompareOp::Eq && !*is,
        (Value::Number(number), CompValue::Number(wanted)) => match (number.as_f64(), wanted.as_f64()) {
            (Some(number), Some(wanted)) => ordered(operator, &number, &wanted),
            _ => false,
        },
        _ => false,
    }
}

fn compare_text(operator: &CompareOp, text: &str, wanted: &str) -> bool {
    match operator {
        CompareOp::Co => text.contains(wanted),
        CompareOp::Sw => text.starts_with(wanted),
        CompareOp::Ew => text.ends_with(wanted),
        other => ordered(other, text, wanted),
    }
}

fn ordered<T: PartialOrd + ?Sized>(operator: &CompareOp, value: &T, wanted: &T) -> bool {
    match operator {
        CompareOp::Eq => value == wanted,
        CompareOp::Ne => value != wanted,
        CompareOp::Gt => value > wanted,
        CompareOp::Ge => value >= wanted,
        CompareOp::Lt => value < wanted,
        CompareOp::Le => value <= wanted,
        CompareOp::Co | CompareOp::Sw | CompareOp::Ew => false,
    }
}
