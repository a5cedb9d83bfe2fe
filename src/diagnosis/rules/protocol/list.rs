//! Lists: the envelope that a directory reads first, and what it asked to leave out.

use serde_json::Value;

use super::super::super::{
    facts::{Facts, Form, Saying, Target, says},
    finding::Confidence::{self, Certain, Likely, Possible},
    found::{Found, Layer},
};

const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
const NUMBERS: [&str; 3] = ["totalResults", "startIndex", "itemsPerPage"];

/// A fault of a list: where, and what stands there.
struct Fault {
    place: String,
    text: String,
    confidence: Confidence,
}

impl Fault {
    fn new(place: impl Into<String>, text: impl Into<String>, confidence: Confidence) -> Self {
        Self { place: place.into(), text: text.into(), confidence }
    }
}

/// Whether the request asks for a list of people or groups.
pub(super) fn asks_for_list(facts: &Facts<'_>) -> bool {
    let asked = &facts.asked;
    asked.method == "GET" && asked.id.is_none() && matches!(asked.target, Target::Users | Target::Groups)
}

/// An answer of 2xx that is no list, or one that a strict reader cannot read.
pub(super) fn malformed(facts: &Facts<'_>, found: &mut Found) {
    if !asks_for_list(facts) {
        return malformed_in_words(facts, found);
    }
    if !facts.has_succeeded() || facts.reply.response.is_none() || facts.reply.is_scim_error() {
        return;
    }
    let faults = match facts.reply.form {
        Form::Html | Form::Unknown => return,
        Form::Empty if facts.reply.status == Some(204) => vec![Fault::new("response.status", "204", Possible)],
        Form::Empty => vec![Fault::new("response.body", "nothing", Likely)],
        Form::Text => vec![Fault::new("response.body", facts.reply.text().unwrap_or_default(), Possible)],
        _ => faults(facts.reply.body(), facts.asked.parameter("count").is_some_and(|count| count.trim() == "0")),
    };
    let Some(surest) = faults.iter().map(|fault| fault.confidence).max() else { return null_list(facts, found) };
    let draft = found.add("list-response-malformed", surest, Layer::Reply);
    for fault in &faults {
        draft.at(fault.place.clone(), &fault.text);
    }
    if let Some(first) = faults.first() {
        draft.with("fault", first.place.trim_start_matches("response.body").trim_start_matches('/'));
    }
}

/// `null` for a list of nobody: most read it as empty, some stumble over it.
fn null_list(facts: &Facts<'_>, found: &mut Found) {
    if facts.reply.body().get("Resources").is_some_and(Value::is_null) {
        let draft = found.habit("list-response-malformed", Layer::Reply);
        draft.at("response.body/Resources", "null").with("fault", "Resources");
    }
}

/// What is wrong with a list; where only the total was asked for (RFC 7644 §3.4.2.4), no resources are due.
fn faults(body: &Value, is_total_only: bool) -> Vec<Fault> {
    let Some(members) = body.as_object() else {
        return vec![Fault::new("response.body", body.to_string(), Certain)];
    };
    let is_empty = is_total_only || body.get("totalResults").and_then(Value::as_u64) == Some(0);
    let mut all = Vec::new();
    if !members.contains_key("totalResults") {
        all.push(Fault::new("response.body/totalResults", "missing", Certain));
    }
    for name in NUMBERS {
        if let Some(value) = members.get(name).filter(|value| !value.is_number()) {
            all.push(Fault::new(format!("response.body/{name}"), value.to_string(), Certain));
        }
    }
    match members.get("Resources") {
        Some(Value::Array(resources)) => all.extend(resources.iter().enumerate().filter_map(fault_of)),
        None | Some(Value::Null) if is_empty => {}
        Some(Value::Null) => all.push(Fault::new("response.body/Resources", "null", Likely)),
        Some(other) => all.push(Fault::new("response.body/Resources", other.to_string(), Certain)),
        None => all.push(Fault::new("response.body/Resources", "missing", Certain)),
    }
    let is_list = |urn: &Value| urn.as_str().is_some_and(|urn| urn.eq_ignore_ascii_case(LIST));
    match members.get("schemas") {
        Some(Value::Array(schemas)) if schemas.iter().any(is_list) => {}
        Some(other) => all.push(Fault::new("response.body/schemas", other.to_string(), Likely)),
        None => all.push(Fault::new("response.body/schemas", "missing", Likely)),
    }
    all
}

/// A resource that is none, or has no id.
fn fault_of((at, resource): (usize, &Value)) -> Option<Fault> {
    let place = format!("response.body/Resources/{at}");
    match resource.as_object().map(|members| members.get("id")) {
        None => Some(Fault::new(place, resource.to_string(), Certain)),
        Some(None | Some(Value::Null)) => Some(Fault::new(format!("{place}/id"), "missing", Likely)),
        Some(Some(Value::String(id))) if id.trim().is_empty() => {
            Some(Fault::new(format!("{place}/id"), "\"\"", Likely))
        }
        Some(Some(_)) => None,
    }
}

/// A directory that names a member of the list it could not read.
fn malformed_in_words(facts: &Facts<'_>, found: &mut Found) {
    if facts.asked.is_known() || !facts.has_failed() {
        return;
    }
    let said = &facts.said;
    // A list that it quotes whole, and that is as it should be, is not what it stumbled over.
    let is_sound = |said: &Saying<'_>| quoted_list(said.text).is_some_and(|list| faults(&list, false).is_empty());
    if facts.event.reasons.iter().any(is_sound) {
        return;
    }
    let names = ["totalresults", "startindex", "itemsperpage", "listresponse", "list response"];
    if let (true, Some(reason)) = (says(said, &names), facts.event.reason(&names)) {
        let draft = found.add("list-response-malformed", Likely, Layer::Reply);
        draft.at(reason.place.clone(), reason.text);
    }
}

/// The list of resources that a text quotes.
fn quoted_list(text: &str) -> Option<Value> {
    let start = text.find('{')?;
    let list: Value = serde_json::Deserializer::from_str(text.get(start..)?).into_iter().next()?.ok()?;
    list.get("totalResults").is_some().then_some(list)
}

/// What a request asked to leave out, and the answer holds.
pub(super) fn excluded(facts: &Facts<'_>, found: &mut Found) {
    let Some(left_out) = facts.asked.parameter("excludedAttributes").filter(|_| facts.has_succeeded()) else { return };
    let body = facts.reply.body();
    let listed = facts.reply.resources().map_or(&[][..], Vec::as_slice);
    let one = ("response.body".to_owned(), body);
    let each = listed.iter().enumerate().map(|(at, one)| (format!("response.body/Resources/{at}"), one));
    let resources: Vec<(String, &Value)> = std::iter::once(one).chain(each).take(50).collect();
    for name in left_out.split(',').map(|name| name.rsplit(':').next().unwrap_or(name).trim()) {
        // What identifies a resource is always returned.
        if ["id", "schemas", "meta", "userName", "displayName", ""].iter().any(|kept| kept.eq_ignore_ascii_case(name)) {
            continue;
        }
        let kept = resources.iter().find_map(|(place, resource)| {
            let (name, value) = resource.as_object()?.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
            let is_kept = !crate::domain::landing::is_empty(value);
            is_kept.then(|| (format!("{place}/{name}"), value))
        });
        if let Some((place, value)) = kept {
            let draft = found.add("excluded-attributes-ignored", Certain, Layer::Reply);
            draft.at("request.url", format!("excludedAttributes={left_out}")).at_value(place, value);
            draft.with("attribute", name);
            return;
        }
    }
}
