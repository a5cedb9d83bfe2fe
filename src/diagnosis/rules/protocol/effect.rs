//! Whether a PATCH that was answered 2xx changed anything: the answer shows the person as before.

use std::collections::HashSet;

use serde_json::Value;

use super::super::super::facts::{Facts, Form, Op, each_text};
use crate::domain::exchange::truth;

/// A value that was sent and that the answer does not show.
pub(super) struct Ignored<'c> {
    /// Where it was sent.
    pub(super) sent_at: String,
    pub(super) sent: &'c Value,
    /// Where the answer shows another.
    pub(super) shown_at: String,
    pub(super) shown: &'c Value,
    /// Whether it is `active`, which every service has.
    pub(super) is_active: bool,
}

impl Ignored<'_> {
    /// Whether the value is one that a service reads by a rule of its own, such as a date: another in its place has a cause
    /// in the value.
    pub(super) fn is_read_by_rule(&self) -> bool {
        const RULED: [&str; 7] = ["timezone", "locale", "language", "manager", "date", "country", "currency"];
        let name = self.shown_at.to_ascii_lowercase();
        let text = self.sent.as_str().unwrap_or_default();
        let is_date = text.starts_with(|c: char| c.is_ascii_digit()) && text.contains(['/', '.', '-']);
        is_date || RULED.iter().any(|ruled| name.contains(ruled))
    }
}

/// Whether the answer shows any text that a capitalised operation sent, wherever it stands.
pub(super) fn shows_any(facts: &Facts<'_>) -> bool {
    let odd = facts.asked.ops.iter().filter(|op| op.op.contains(|c: char| c.is_ascii_uppercase()) && !op.is("remove"));
    let mut sent = Vec::new();
    odd.filter_map(|op| op.value).for_each(|value| each_text(value, &mut |text| sent.push(text)));
    let mut shown = HashSet::new();
    if !sent.is_empty() {
        each_text(facts.reply.body(), &mut |text| {
            shown.insert(text.trim().to_ascii_lowercase());
        });
    }
    sent.iter().any(|sent| shown.contains(&sent.trim().to_ascii_lowercase()))
}

/// What was ignored, where an answer of 2xx shows none of the values sent; empty where it shows one, or nothing can be
/// compared.
pub(super) fn ignored<'c>(facts: &Facts<'c>) -> Vec<Ignored<'c>> {
    if !facts.has_succeeded() || facts.reply.form != Form::Resource || facts.asked.method != "PATCH" {
        return Vec::new();
    }
    let body = facts.reply.body();
    let mut all = Vec::new();
    let removes = facts.asked.ops.iter().filter(|op| op.is("remove"));
    let is_all = facts.asked.ops.iter().all(|op| op.is("remove"));
    for op in removes {
        // What is removed and added again is there for a reason.
        let Some(kept) = is_all.then(|| kept(op, body)).flatten() else { return Vec::new() };
        all.push(kept);
    }
    for op in facts.asked.ops.iter().filter(|op| op.is("replace") || op.is("add")) {
        for (name, sent, sent_at) in sent(op) {
            let Some((shown, shown_at)) = shown(body, name) else { continue };
            if is_same(sent, shown) {
                return Vec::new();
            }
            let is_active = name.eq_ignore_ascii_case("active");
            all.push(Ignored { sent_at, sent, shown_at, shown, is_active });
        }
    }
    all
}

/// A member that was to be removed and is still there; `None` where that is not so.
fn kept<'c>(op: &Op<'c>, body: &'c Value) -> Option<Ignored<'c>> {
    let path = op.path.filter(|path| path.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("members")))?;
    let id = |entry: &'c Value| entry.get("value").and_then(Value::as_str);
    let listed = op.value.and_then(Value::as_array).into_iter().flatten().filter_map(id);
    let removed: HashSet<&str> = path.split('"').nth(1).into_iter().chain(listed).collect();
    let members = body.get("members")?;
    let is_kept = members.as_array()?.iter().filter_map(id).any(|member| removed.contains(member));
    let (sent, sent_at) = op.value.map_or((&Value::Null, op.at("path")), |value| (value, op.at("value")));
    is_kept.then(|| Ignored {
        sent_at,
        sent,
        shown_at: "response.body/members".to_owned(),
        shown: members,
        is_active: false,
    })
}

/// The plain values of an operation, by their names.
fn sent<'c>(op: &Op<'c>) -> Vec<(&'c str, &'c Value, String)> {
    let is_plain = |name: &str, value: &Value| {
        !name.is_empty() && !name.contains(['[', ':']) && (value.is_string() || value.is_boolean() || value.is_number())
    };
    let Some(value) = op.value else { return Vec::new() };
    match (op.path, value) {
        (Some(path), value) if is_plain(path, value) => vec![(path, value, op.at("value"))],
        (None, Value::Object(members)) => members
            .iter()
            .filter(|(name, value)| is_plain(name, value))
            .map(|(name, value)| (name.as_str(), value, op.at(&format!("value/{name}"))))
            .collect(),
        _ => Vec::new(),
    }
}

/// What the answer shows under a dotted name.
pub(in crate::diagnosis::rules) fn shown<'c>(body: &'c Value, name: &str) -> Option<(&'c Value, String)> {
    let mut at = String::from("response.body");
    let mut value = body;
    for part in name.split('.') {
        let (known, next) = value.as_object()?.iter().find(|(known, _)| known.eq_ignore_ascii_case(part))?;
        at.push('/');
        at.push_str(known);
        value = next;
    }
    (value.is_string() || value.is_boolean() || value.is_number()).then_some((value, at))
}

fn is_same(sent: &Value, shown: &Value) -> bool {
    match (truth(Some(sent)), truth(Some(shown))) {
        (Some(sent), Some(shown)) => sent == shown,
        _ => {
            let text =
                |value: &Value| value.as_str().map_or_else(|| value.to_string(), |text| text.trim().to_lowercase());
            let (sent, shown) = (text(sent), text(shown));
            // A date may come back with its time.
            let is_date = sent.starts_with(|c: char| c.is_ascii_digit());
            sent == shown || is_date && (shown.starts_with(&sent) || sent.starts_with(&shown))
        }
    }
}
