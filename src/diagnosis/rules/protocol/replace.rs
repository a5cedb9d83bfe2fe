//! PUT, which means the whole person: what it leaves out may be erased.

use serde_json::Value;

use super::super::super::{
    facts::{Facts, Form, Target},
    finding::Confidence::{Likely, Possible},
    found::{Found, Layer},
};
use crate::domain::landing::is_empty;

/// What every person here has.
const ESSENTIAL: [&str; 4] = ["userName", "name", "emails", "active"];

/// A PUT without what every person has, and an answer that shows it gone.
pub(super) fn wiped(facts: &Facts<'_>, found: &mut Found) {
    let asked = &facts.asked;
    let is_put = asked.method == "PUT" && asked.target == Target::Users && facts.has_succeeded();
    let Some(sent) = asked.body.as_object().filter(|_| is_put) else { return };
    let left_out =
        |name: &&&str| !sent.keys().any(|known| known.to_ascii_lowercase().starts_with(&name.to_ascii_lowercase()));
    let left_out: Vec<&str> = ESSENTIAL.iter().filter(left_out).copied().collect();
    if left_out.is_empty() {
        return;
    }
    let body = facts.reply.body();
    let gone: Vec<&str> = left_out.iter().copied().filter(|name| is_gone(body, name)).collect();
    let is_thin = left_out.contains(&"name") && left_out.contains(&"emails");
    let confidence = match facts.reply.form {
        Form::Resource if gone.is_empty() => return,
        Form::Resource => Likely,
        Form::Empty if is_thin => Possible,
        _ => return,
    };
    let draft = found.add("put-replaces-and-wipes", confidence, Layer::Shape);
    draft.at("request.body", format!("without {}", left_out.join(", ")));
    for name in gone {
        let shown = body.get(name).map_or_else(|| "missing".to_owned(), Value::to_string);
        draft.at(format!("response.body/{name}"), shown).with("attribute", name);
    }
}

/// Whether the answer shows that somebody lost it.
fn is_gone(body: &Value, name: &str) -> bool {
    match body.get(name) {
        Some(value) if name == "active" => *value == Value::Bool(false),
        Some(Value::Object(parts)) => parts.values().all(is_empty),
        Some(value) => is_empty(value),
        None => matches!(name, "name" | "emails"),
    }
}
