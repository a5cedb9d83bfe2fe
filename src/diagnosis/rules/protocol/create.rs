//! What a create answers: the directory keeps the id and the user name of it.

use serde_json::Value;

use super::super::super::{
    facts::{Facts, Form, Target},
    finding::Confidence::{self, Certain, Likely, Possible},
    found::{Found, Layer},
};

/// A create that succeeded, by an answer that a directory cannot keep.
pub(super) fn wrong(facts: &Facts<'_>, found: &mut Found) {
    if !facts.asked.is_known() {
        return empty_in_words(facts, found);
    }
    if !facts.asked.creates() || !facts.has_succeeded() || facts.reply.response.is_none() {
        return;
    }
    let status = facts.reply.status.unwrap_or_default();
    let mut faults: Vec<(String, String, Confidence)> = match facts.reply.form {
        Form::Html | Form::Unknown => return,
        Form::Empty => vec![("response.body".to_owned(), "nothing".to_owned(), Certain)],
        Form::Text => {
            vec![("response.body".to_owned(), facts.reply.text().unwrap_or_default().to_owned(), Possible)]
        }
        _ => faults(facts),
    };
    if status != 201 {
        faults.push(("response.status".to_owned(), status.to_string(), Certain));
    }
    let Some(surest) = faults.iter().map(|(.., confidence)| *confidence).max() else { return };
    // An id of the wrong kind does its harm in the next request: what says more of values stands before it.
    let is_kind = faults.iter().all(|(place, text, _)| place.ends_with("/id") && text.parse::<f64>().is_ok());
    let draft = found.add("create-response-wrong", surest, if is_kind { Layer::Sequence } else { Layer::Reply });
    draft.at("response.status", status.to_string());
    for (place, text, _) in &faults {
        draft.at(place.clone(), text);
    }
}

fn faults(facts: &Facts<'_>) -> Vec<(String, String, Confidence)> {
    let body = facts.reply.body();
    let at = |name: &str| format!("response.body/{name}");
    let missing = "missing".to_owned();
    let mut all = Vec::new();
    if facts.reply.is_scim_error() || facts.reply.form == Form::List || !body.is_object() {
        return vec![("response.body".to_owned(), body.to_string(), Certain)];
    }
    match body.get("id") {
        None | Some(Value::Null) => all.push((at("id"), missing.clone(), Certain)),
        Some(Value::String(id)) if id.trim().is_empty() => all.push((at("id"), "\"\"".to_owned(), Certain)),
        Some(Value::String(_)) => {}
        // A directory keeps it as text, and asks for it so.
        Some(other) => all.push((at("id"), other.to_string(), Certain)),
    }
    for name in ["meta", "schemas"] {
        if body.get(name).is_none_or(Value::is_null) {
            // No directory reads them of a group.
            let sure = if facts.asked.target == Target::Groups { Possible } else { Likely };
            all.push((at(name), missing.clone(), sure));
        }
    }
    let name = |body: &Value| body.get("userName").and_then(Value::as_str).map(|name| name.trim().to_lowercase());
    if let (Some(sent), Some(kept)) = (name(facts.asked.body), name(body))
        && sent != kept
    {
        all.push((at("userName"), kept, Certain));
    }
    all
}

/// Okta's word for a create that answered nothing.
fn empty_in_words(facts: &Facts<'_>, found: &mut Found) {
    let words = ["returned empty user", "returned an empty user", "returned empty group"];
    if let Some(said) = facts.event.reason(&words) {
        found.add("create-response-wrong", Certain, Layer::Told).at(said.place.clone(), said.text);
    }
}
