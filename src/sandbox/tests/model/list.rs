//! Lists, asked for and worked out the slow way: every resource is held against the question, one after another.

use std::cmp::Ordering;

use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::ENTERPRISE_USER;

/// A list as it is asked for.
#[derive(Debug, Clone)]
pub(super) struct Question {
    pub(super) groups: bool,
    pub(super) filter: Option<Condition>,
    pub(super) start: Option<i64>,
    pub(super) count: Option<i64>,
    pub(super) sort: Option<(String, bool)>,
}

/// A filter.
#[derive(Debug, Clone)]
pub(super) enum Condition {
    /// Path, operator and value.
    Is(String, &'static str, Value),
    Present(String),
    /// `emails[type eq "…" and value co "…"]`
    Email(&'static str, &'static str),
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
}

/// Attributes that are compared by case (RFC 7643 §3.1).
const CASE_EXACT: [&str; 2] = ["externalId", "id"];

pub(super) fn any_question() -> impl Strategy<Value = Question> {
    let sort = select(vec![
        "userName".to_owned(),
        "title".to_owned(),
        "active".to_owned(),
        "name.familyName".to_owned(),
        "emails".to_owned(),
        "externalId".to_owned(),
        "displayName".to_owned(),
        format!("{ENTERPRISE_USER}:department"),
    ]);
    let filter = prop_oneof![1 => any_look_up(), 3 => any_condition()];
    (0..4_u8, of(filter), of(-1..9_i64), of(-1..9_i64), of((sort, any::<bool>())))
        .prop_map(|(kind, filter, start, count, sort)| Question { groups: kind == 0, filter, start, count, sort })
}

fn any_look_up() -> BoxedStrategy<Condition> {
    select(&["ann@x", "BOB@x", "åSA@z", "nobody"][..])
        .prop_map(|name| Condition::Is("userName".to_owned(), "eq", name.into()))
        .boxed()
}

fn any_condition() -> BoxedStrategy<Condition> {
    let path = select(vec![
        "userName".to_owned(),
        "title".to_owned(),
        "displayName".to_owned(),
        "externalId".to_owned(),
        "name.familyName".to_owned(),
        "emails.value".to_owned(),
        "emails.type".to_owned(),
        "emails".to_owned(),
        "groups.display".to_owned(),
        "members.display".to_owned(),
        format!("{ENTERPRISE_USER}:department"),
    ]);
    let operator = select(&["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"][..]);
    let word =
        select(&["nurse", "Nurse", "N", "e1", "E1", "ann@x", "@", "work", "ärztin", "sales", "Ann", "a \"b\"", ""][..]);
    let leaf = prop_oneof![
        4 => (path.clone(), operator, word).prop_map(|(path, operator, word)| Condition::Is(path, operator, word.into())),
        1 => path.prop_map(Condition::Present),
        1 => (select(&["eq", "ne"][..]), any::<bool>()).prop_map(|(operator, is)| Condition::Is("active".to_owned(), operator, is.into())),
        1 => (select(&["work", "HOME"][..]), select(&["a", "@x"][..])).prop_map(|(kind, part)| Condition::Email(kind, part)),
        1 => any_look_up(),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|one| Condition::Not(Box::new(one))),
            (inner.clone(), inner.clone()).prop_map(|(one, two)| Condition::And(Box::new(one), Box::new(two))),
            (inner.clone(), inner).prop_map(|(one, two)| Condition::Or(Box::new(one), Box::new(two))),
        ]
    })
    .boxed()
}

impl Question {
    pub(super) fn path(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        if let Some(filter) = &self.filter {
            query.append_pair("filter", &filter.text());
        }
        if let Some(start) = self.start {
            query.append_pair("startIndex", &start.to_string());
        }
        if let Some(count) = self.count {
            query.append_pair("count", &count.to_string());
        }
        if let Some((path, descending)) = &self.sort {
            query.append_pair("sortBy", path);
            query.append_pair("sortOrder", if *descending { "descending" } else { "ascending" });
        }
        format!("/scim/v2/{}?{}", if self.groups { "Groups" } else { "Users" }, query.finish())
    }

    /// The answer, out of all that could be in it in the order of creation.
    pub(super) fn answer(&self, all: Vec<Value>, sorts: bool) -> Value {
        let mut found: Vec<Value> =
            all.into_iter().filter(|one| self.filter.as_ref().is_none_or(|filter| filter.holds(one))).collect();
        if let Some((path, descending)) = self.sort.as_ref().filter(|_| sorts) {
            found.sort_by(|left, right| {
                let order = order(&key(path, left), &key(path, right));
                if *descending { order.reverse() } else { order }
            });
        }
        let total = found.len();
        let start = usize::try_from(self.start.unwrap_or(1)).unwrap_or(0).max(1);
        let count = usize::try_from(self.count.unwrap_or(100)).unwrap_or(0);
        let page: Vec<Value> = found.into_iter().skip(start - 1).take(count).collect();
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": total,
            "startIndex": start,
            "itemsPerPage": page.len(),
            "Resources": page,
        })
    }
}

impl Condition {
    /// Whether Thrive answers it.
    pub(super) fn is_look_up(&self) -> bool {
        matches!(self, Self::Is(path, "eq", _) if path == "userName")
    }

    fn text(&self) -> String {
        match self {
            Self::Is(path, operator, value) => format!("{path} {operator} {value}"),
            Self::Present(path) => format!("{path} pr"),
            Self::Email(kind, part) => format!("emails[type eq \"{kind}\" and value co \"{part}\"]"),
            Self::Not(inner) => format!("not ({})", inner.text()),
            Self::And(one, two) => format!("({}) and ({})", one.text(), two.text()),
            Self::Or(one, two) => format!("({}) or ({})", one.text(), two.text()),
        }
    }

    fn holds(&self, resource: &Value) -> bool {
        match self {
            Self::Is(path, "ne", wanted) => !Self::Is(path.clone(), "eq", wanted.clone()).holds(resource),
            Self::Is(path, operator, Value::String(wanted)) => {
                let exact = CASE_EXACT.contains(&path.as_str());
                let fold = |text: &str| if exact { text.to_owned() } else { text.to_lowercase() };
                let wanted = fold(wanted);
                let found = values(path, resource);
                found.iter().filter_map(Value::as_str).any(|text| compares(operator, &fold(text), &wanted))
            }
            Self::Is(path, _, wanted) => values(path, resource).contains(wanted),
            Self::Present(path) => values(path, resource).iter().any(|value| value != ""),
            Self::Email(kind, part) => resource["emails"].as_array().into_iter().flatten().any(|email| {
                let is = |name: &str| email[name].as_str().unwrap_or_default().to_lowercase();
                is("type") == kind.to_lowercase() && is("value").contains(part)
            }),
            Self::Not(inner) => !inner.holds(resource),
            Self::And(one, two) => one.holds(resource) && two.holds(resource),
            Self::Or(one, two) => one.holds(resource) || two.holds(resource),
        }
    }
}

fn compares(operator: &str, text: &str, wanted: &str) -> bool {
    match operator {
        "eq" => text == wanted,
        "co" => text.contains(wanted),
        "sw" => text.starts_with(wanted),
        "ew" => text.ends_with(wanted),
        "gt" => text > wanted,
        "ge" => text >= wanted,
        "lt" => text < wanted,
        _ => text <= wanted,
    }
}

/// The values at a path; those of a list one by one, a complex one as its `value`.
fn values(path: &str, resource: &Value) -> Vec<Value> {
    let steps: Vec<&str> = match path.strip_prefix(ENTERPRISE_USER) {
        Some(rest) => vec![ENTERPRISE_USER, rest.trim_start_matches(':')],
        None => path.split('.').collect(),
    };
    let mut found = vec![resource.clone()];
    for step in steps {
        let inner = found.iter().filter_map(|value| value.get(step).cloned());
        found = inner.flat_map(|value| if let Value::Array(items) = value { items } else { vec![value] }).collect();
    }
    found.into_iter().map(|value| value.get("value").cloned().unwrap_or(value)).collect()
}

/// The primary value, else the first; text by case only where its schema says so.
fn key(path: &str, resource: &Value) -> Option<Value> {
    let primary = resource[path].as_array().into_iter().flatten().find(|item| item["primary"] == true);
    let value = primary.map(|item| item["value"].clone()).or_else(|| values(path, resource).into_iter().next())?;
    Some(match value {
        Value::String(text) if !CASE_EXACT.contains(&path) => text.to_lowercase().into(),
        other => other,
    })
}

/// RFC 7644 §3.4.2.3: ascending, whatever has no value comes last.
fn order(left: &Option<Value>, right: &Option<Value>) -> Ordering {
    match (left, right) {
        (None, None) => Ordering::Equal,
        (None, _) => Ordering::Greater,
        (_, None) => Ordering::Less,
        (Some(Value::Bool(left)), Some(Value::Bool(right))) => left.cmp(right),
        (Some(left), Some(right)) => left.as_str().cmp(&right.as_str()),
    }
}
