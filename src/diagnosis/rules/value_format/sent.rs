//! Every value that a request sends, by one name for all spellings of its path: `emails[type eq "work"].value`, a member of
//! the body and a dotted key are all `emails.value`.

use serde_json::Value;

use super::{Facts, MOST_MEMBERS, members};
use crate::domain::attribute::{ATTRIBUTES, Kind};

static NOTHING: Value = Value::Null;

/// A value and what it is sent for.
#[derive(Debug, Clone)]
pub(super) struct Sent<'f> {
    /// Lower case, without URN and filter: `name.familyname`, `manager`.
    pub(super) name: String,
    /// The path or the member as it was written.
    pub(super) written: &'f str,
    pub(super) value: &'f Value,
    /// Where it stands, for a quotation.
    pub(super) place: String,
    /// A PATCH takes it away.
    pub(super) is_removed: bool,
    /// The directory's own record tells it, and tells every value as text: its type says nothing.
    pub(super) is_told: bool,
}

impl<'f> Sent<'f> {
    /// All of a request, or of the directory's record where the request was not seen.
    pub(super) fn all(facts: &'f Facts<'f>) -> Vec<Self> {
        let mut out = Vec::new();
        if facts.asked.ops.is_empty() {
            read(facts.asked.body, "request.body", &mut out);
        }
        for op in &facts.asked.ops {
            if out.len() >= MOST_MEMBERS {
                break;
            }
            let Some(path) = op.path.filter(|path| !path.trim().is_empty()) else {
                if let Some(value) = op.value {
                    read(value, &op.at("value"), &mut out);
                }
                continue;
            };
            let root = canonical(path);
            let is_removed = op.is("remove");
            let place = op.at(if op.value.is_some() { "value" } else { "path" });
            let value = op.value.unwrap_or(&NOTHING);
            for member in members(value) {
                let name = match member.parent {
                    Some(parent) => format!("{root}.{}.{}", canonical(parent), canonical(member.name)),
                    None => format!("{root}.{}", canonical(member.name)),
                };
                let place = format!("{place}{}", member.pointer);
                let written = member.name;
                out.push(Self { name, written, value: member.value, place, is_removed, is_told: false });
            }
            out.push(Self { name: root, written: path, value, place, is_removed, is_told: false });
        }
        if out.is_empty() {
            out.extend(facts.event.changed.iter().enumerate().map(|(at, (written, value))| Self {
                name: canonical(written),
                written,
                value,
                place: format!("event/modifiedProperties/{at}/newValue"),
                is_removed: false,
                is_told: true,
            }));
        }
        out
    }

    /// The members of a resource.
    pub(super) fn of_resource(resource: &'f Value, place: &str) -> Vec<Self> {
        let mut out = Vec::new();
        read(resource, place, &mut out);
        out
    }

    /// The first part of the name: `emails` of `emails.value`.
    pub(super) fn root(&self) -> &str {
        self.name.split('.').next().unwrap_or_default()
    }

    /// The last part of the name.
    pub(super) fn leaf(&self) -> &str {
        self.name.rsplit('.').next().unwrap_or_default()
    }

    /// What the standard has there: the type, and whether it is a list of them.
    pub(super) fn standard(&self) -> Option<(Kind, bool)> {
        let (root, part) =
            self.name.split_once('.').map_or((self.name.as_str(), None), |(root, part)| (root, Some(part)));
        let root = if root == "organisation" { "organization" } else { root };
        let known = ATTRIBUTES.iter().find(|known| known.name.eq_ignore_ascii_case(root))?;
        match part {
            Some(part) => known.part(part).map(|(_, kind)| (kind, false)),
            None => Some((known.kind, known.multi_valued)),
        }
    }

    /// The text, where it is one; without the quotes that a directory's record may have around it.
    pub(super) fn text(&self) -> Option<&'f str> {
        let text = self.value.as_str()?;
        let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).filter(|_| self.is_told);
        Some(inner.unwrap_or(text))
    }

    /// Whether there is nothing in it.
    pub(super) fn is_empty(&self) -> bool {
        is_empty(self.value)
    }
}

/// Null, blank, or made of nothing else.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.iter().take(20).all(is_empty),
        Value::Object(object) => {
            object.iter().all(|(name, value)| name == "type" || name == "primary" || is_empty(value))
        }
        _ => false,
    }
}

fn read<'f>(value: &'f Value, place: &str, out: &mut Vec<Sent<'f>>) {
    if !value.is_object() {
        return;
    }
    for member in members(value) {
        let top = member.parent.unwrap_or(member.name);
        let own = canonical(member.name);
        let is_extension = own == "user" || own == "group" || own.is_empty();
        if is_extension || ["schemas", "meta"].iter().any(|name| top.eq_ignore_ascii_case(name)) {
            continue;
        }
        let name = match member.parent {
            Some(parent) => format!("{}.{own}", canonical(parent)),
            None => own,
        };
        let place = format!("{place}{}", member.pointer);
        out.push(Sent { name, written: member.name, value: member.value, place, is_removed: false, is_told: false });
    }
}

/// Lower case, without URN and value path: `emails.value` for `emails[type eq "work"].value`.
pub(super) fn canonical(path: &str) -> String {
    let mut depth = 0_usize;
    let mut bare = String::with_capacity(path.len());
    for letter in path.trim().chars() {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => bare.push(letter.to_ascii_lowercase()),
            _ => {}
        }
    }
    let name = if bare.starts_with("urn:") { bare.rsplit(':').next().unwrap_or_default() } else { &bare };
    // `…:2.0:User.manager`, as Entra wrote it before 2018.
    name.strip_prefix("user.").unwrap_or(name).to_owned()
}
