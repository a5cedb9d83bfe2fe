//! The attribute names that a case uses, each with its place and apart from its schema.

use std::borrow::Cow;

use serde_json::Value;

use super::super::super::facts::{Facts, Member, Target, first_members};
use super::slip::{self, Schema};
use crate::domain::attribute::{CORE_USER, ENTERPRISE_USER};

/// Most names that are looked at in one case.
const MOST: usize = 300;

/// One attribute name as it was used.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Used<'c> {
    /// `request.body/name/givenName`.
    pub(super) place: String,
    /// The schema as it was typed; `None` where the name has none, which means the core.
    pub(super) urn: Option<&'c str>,
    /// A dot stands between schema and name.
    pub(super) dot: bool,
    /// `department`, `name.givenName`, `emails[type eq "work"].value`.
    pub(super) path: Cow<'c, str>,
    /// `None` where it is only named, or removed.
    pub(super) value: Option<&'c Value>,
    /// Schema and name, or two names and a dot, are one key of a JSON object.
    pub(super) flat: bool,
    /// It is a key at the top, or a path: not a part of something else that is here too.
    pub(super) whole: bool,
}

impl Used<'_> {
    /// The attribute: `emails`.
    pub(super) fn head(&self) -> &str {
        self.path.split(['.', '[']).next().unwrap_or_default()
    }

    /// The sub-attribute: `value`.
    pub(super) fn part(&self) -> Option<&str> {
        let after = self.path.rfind(']').map_or(0, |end| end + 1);
        let rest = self.path.get(after..)?;
        rest.split_once('.').map(|(_, part)| part).filter(|part| !part.is_empty())
    }

    /// The name as it was typed, with its schema.
    pub(super) fn full(&self) -> String {
        match self.urn {
            Some(urn) => format!("{urn}{}{}", if self.dot { '.' } else { ':' }, self.path),
            None => self.path.clone().into_owned(),
        }
    }

    /// Whether it carries something that can be lost.
    pub(super) fn carries(&self) -> bool {
        self.value.is_some_and(|value| !crate::domain::landing::is_empty(value))
    }
}

/// All names of the request; where no request was seen, those that the directory's record says it changed.
pub(super) fn all<'c>(facts: &'c Facts<'_>) -> Vec<Used<'c>> {
    let mut all = Vec::new();
    if !facts.asked.is_known() {
        changed(facts, &mut all);
    } else if facts.asked.method == "GET" {
        all.extend(facts.asked.filter.as_ref().map(|filter| named("request.url".to_owned(), &filter.attribute, None)));
    } else if facts.asked.ops.is_empty() {
        whole(facts.asked.body, "request.body", facts.asked.target, &mut all);
    } else {
        patched(facts, &mut all);
    }
    all.truncate(MOST);
    all
}

/// A name that stands as text, such as a path.
pub(super) fn named<'c>(place: String, name: &'c str, value: Option<&'c Value>) -> Used<'c> {
    let (urn, dot, path) = slip::apart(name);
    Used { place, urn, dot, path: Cow::Borrowed(path), value, flat: false, whole: true }
}

fn patched<'c>(facts: &'c Facts<'_>, all: &mut Vec<Used<'c>>) {
    for op in &facts.asked.ops {
        let value = op.value.filter(|_| !op.is("remove"));
        let Some(path) = op.path.filter(|path| !path.is_empty()) else {
            if let Some(value) = value {
                whole(value, &op.at("value"), facts.asked.target, all);
            }
            continue;
        };
        if all.len() >= MOST {
            return;
        }
        if slip::is_schema(path)
            && let Some(block) = value.and_then(Value::as_object)
        {
            let under = |(name, value): (&'c String, &'c Value)| Used {
                urn: Some(path),
                ..named(format!("{}/{name}", op.at("value")), name, Some(value))
            };
            all.extend(block.iter().map(under));
            continue;
        }
        let used = named(op.at("path"), path, value);
        if used.urn.is_none() && used.part().is_none() && used.path.eq_ignore_ascii_case("name") {
            parts(&used, value, &op.at("value"), all);
        }
        all.push(used);
    }
}

/// The parts of `name`, where they are set one by one.
fn parts<'c>(name: &Used<'c>, value: Option<&'c Value>, place: &str, all: &mut Vec<Used<'c>>) {
    for (part, value) in value.and_then(Value::as_object).into_iter().flatten() {
        let path = Cow::Owned(format!("{}.{part}", name.path));
        all.push(Used { place: format!("{place}/{part}"), path, value: Some(value), whole: false, ..name.clone() });
    }
}

/// The members of a resource, or of the value of an operation without a path.
fn whole<'c>(body: &'c Value, place: &str, target: Target, all: &mut Vec<Used<'c>>) {
    if !matches!(target, Target::Users | Target::Groups | Target::Other) || !body.is_object() {
        return;
    }
    all.extend(first_members(body, MOST).into_iter().filter_map(|member| of_member(member, place)));
}

fn of_member<'c>(member: Member<'c>, place: &str) -> Option<Used<'c>> {
    let at = format!("{place}{}", member.pointer);
    let quiet = |name: &str| ["schemas", "meta", "$ref"].contains(&name);
    if quiet(member.name) || member.parent.is_some_and(quiet) {
        return None;
    }
    // Below `urn:…:User:manager` there are parts of the manager, and below a schema its attributes.
    let schema = match member.schema {
        Some(schema) if !slip::is_block(schema) => return None,
        schema => schema,
    };
    if let Some(parent) = member.parent {
        let path = Cow::Owned(format!("{parent}.{}", member.name));
        return Some(Used {
            place: at,
            urn: schema,
            dot: false,
            path,
            value: Some(member.value),
            flat: false,
            whole: false,
        });
    }
    let is_urn = slip::is_urn(member.name);
    if is_urn && (slip::is_schema(member.name) || slip::is_block(member.name) && member.value.is_object()) {
        return None;
    }
    let used = named(at, member.name, Some(member.value));
    Some(Used { urn: used.urn.or(schema), flat: is_urn || used.path.contains('.'), ..used })
}

fn changed<'c>(facts: &'c Facts<'_>, all: &mut Vec<Used<'c>>) {
    let listed = facts.record.event.as_ref().and_then(|event| event.get("modifiedProperties"));
    let listed = listed.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for (name, value) in &facts.event.changed {
        let at = listed.iter().position(|one| one.get("displayName").and_then(Value::as_str) == Some(*name));
        let place = at.map_or_else(|| "event".to_owned(), |at| format!("event/modifiedProperties/{at}/displayName"));
        all.push(named(place, name, Some(*value)));
    }
}

/// The schema that a name means: the core where it has none.
pub(super) fn schema_of(used: &Used<'_>) -> Schema {
    used.urn.map_or(Schema::Known(CORE_USER), slip::schema)
}

/// Whether a name stands in the enterprise extension.
pub(super) fn is_enterprise(used: &Used<'_>) -> bool {
    schema_of(used) == Schema::Known(ENTERPRISE_USER)
}
