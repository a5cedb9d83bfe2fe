//! Numbers where text is meant, and text where numbers are: ids, counts, employee numbers.

use serde_json::Value;

use super::{Certain, Form, Found, Layer, Likely, Phrases, Possible, Sent, Verdict, View};
use crate::domain::attribute::Kind;

const MIXED: &str = "type-mismatch-number-string";
static WANTS_TEXT: Phrases = Phrases::of(&[
    "expected string",
    "be a string",
    "be a json string",
    "valid string",
    "a string value",
    "type 'string'",
    "type string",
    "type \"string\"",
    "system.string",
    "not a string",
    "must be string",
    "string expected",
    "expected a string",
    "number where a string",
    "expected text",
    "expected type string",
    "string type",
    "unmarshal number",
    "found number",
    "to java.lang.string",
    "found type 'number",
    "found type 'integer",
]);
static WANTS_NUMBER: Phrases = Phrases::of(&[
    "expected integer",
    "expected number",
    "expected an integer",
    "expected a number",
    "be an integer",
    "be a number",
    "be an int",
    "be numeric",
    "valid integer",
    "valid number",
    "type 'integer'",
    "type 'number'",
    "type integer",
    "type number",
    "type int",
    "system.int",
    "not a number",
    "not an integer",
    "numberformatexception",
    "for input string",
    "integer expected",
    "number expected",
    "must be integer",
    "must be number",
    "not numeric",
    "parsed as int",
    "invalid integer",
    "parsing \"",
    "type 'decimal'",
]);

/// Whether the standard has text there, which often holds digits; a manager is known by an id.
fn is_text_by_standard(sent: &Sent<'_>) -> bool {
    matches!(sent.standard(), Some((Kind::String, _))) || sent.name == "manager"
}

/// An id as a number, a count as text: strict clients stop at both.
pub(super) fn answered(view: &View<'_>, found: &mut Found) {
    let reply = &view.facts.reply;
    if view.facts.reply.status.is_some_and(|status| status >= 400) || reply.response.is_none() {
        return;
    }
    let body = reply.body();
    let mut odd: Vec<(String, &Value)> = Vec::new();
    if reply.form == Form::List {
        let counts =
            ["totalResults", "startIndex", "itemsPerPage"].iter().filter_map(|name| Some((*name, body.get(*name)?)));
        odd.extend(counts.filter(|(_, v)| v.is_string()).map(|(name, v)| (format!("response.body/{name}"), v)));
        let wrong = |(at, resource): (usize, &'_ Value)| resource.get("id").is_some_and(Value::is_number).then_some(at);
        if let Some(resources) = reply.resources()
            && let Some(at) = resources.iter().take(100).enumerate().find_map(wrong)
            && let Some(id) = resources.get(at).and_then(|resource| resource.get("id"))
        {
            odd.push((format!("response.body/Resources/{at}/id"), id));
        }
    } else if reply.form == Form::Resource {
        odd.extend(body.get("id").filter(|id| id.is_number()).map(|id| ("response.body/id".to_owned(), id)));
        let members = body.get("members").and_then(Value::as_array).into_iter().flatten().take(100).enumerate();
        let mut numbers =
            members.filter_map(|(at, member)| Some((at, member.get("value").filter(|id| id.is_number())?)));
        odd.extend(numbers.next().map(|(at, id)| (format!("response.body/members/{at}/value"), id)));
    }
    if let Some((place, value)) = odd.first() {
        let name = place.rsplit('/').next().unwrap_or_default().to_owned();
        let draft = found.add(MIXED, Certain, Layer::Reply);
        draft.answered_so().with("attribute", name).with("value", value.to_string());
        for (place, value) in odd {
            draft.at_value(place, value);
        }
        return;
    }
    lost_zeros(view, found);
}

/// `00123` that was stored as `123`, or text that is answered as a number.
fn lost_zeros(view: &View<'_>, found: &mut Found) {
    if reply_is_silent(view) {
        return;
    }
    let digits = |text: &str| text.len() > 1 && text.len() < 20 && text.bytes().all(|b| b.is_ascii_digit());
    for sent in view.sent.iter().filter(|sent| is_text_by_standard(sent) || sent.leaf().contains("number")) {
        let Some(text) = sent.text().filter(|text| digits(text) && text.starts_with('0')) else { continue };
        let Some(now) = view.answered(&sent.name) else { continue };
        let now_text = now.text().map_or_else(|| now.value.to_string(), str::to_owned);
        if now_text != text && now_text == text.trim_start_matches('0') {
            view.explain(found, (MIXED, Certain, Layer::Mapping), &[sent]).at_value(now.place.clone(), now.value);
            return;
        }
    }
}

fn reply_is_silent(view: &View<'_>) -> bool {
    view.facts.reply.form != Form::Resource || !view.facts.has_succeeded()
}

/// A number sent for text, or text for a number, and refused.
pub(super) fn sent(view: &View<'_>, found: &mut Found) {
    let wants_text = view.said.has(&WANTS_TEXT);
    let wants_number = view.said.has(&WANTS_NUMBER) && !view.said.says(&["bool"]);
    let seen = || view.sent.iter().filter(|sent| !sent.is_told);
    for sent in seen().filter(|sent| sent.value.is_number()) {
        let is_known = is_text_by_standard(sent);
        let confidence = match view.verdict(&[sent.root(), sent.leaf()]) {
            Some(Verdict::Named) if wants_text => Certain,
            Some(Verdict::Named) if is_known && !wants_number => Likely,
            Some(Verdict::Open) if is_known && wants_text => Likely,
            Some(Verdict::Open) if is_known => view.open_confidence(sent.root()),
            _ => continue,
        };
        view.explain(found, (MIXED, confidence, Layer::Mapping), &[sent]);
        return;
    }
    let is_number = |text: &str| text.trim().parse::<f64>().is_ok();
    for sent in seen().filter(|sent| sent.leaf().len() > 3 && view.said.names(&[sent.leaf()])) {
        if wants_number && sent.text().is_some_and(|text| !text.is_empty()) && view.is_blamed_for_a_value() {
            // What is no number at all is the value's fault, not its quotes'.
            let confidence = if sent.text().is_some_and(is_number) { Certain } else { Likely };
            view.explain(found, (MIXED, confidence, Layer::Mapping), &[sent]);
            return;
        }
    }
    said_only(view, found, wants_text, wants_number);
}

fn said_only(view: &View<'_>, found: &mut Found, wants_text: bool, wants_number: bool) {
    let is_other_type = view.said.says(&["bool", "array", "list", "object", "complex", "null"]);
    let is_of_type =
        view.said.says(&["invalid value data type", "invalid data type", "wrong data type", "invalidvaluetype"])
            && !view.said.names(&["active", "operation", "member", "email"]);
    if view.has_request()
        || !view.is_blamed_for_a_value()
        || is_other_type
        || !(wants_text || wants_number || is_of_type)
    {
        return;
    }
    let named: Vec<&Sent<'_>> =
        view.sent.iter().filter(|s| s.leaf().len() > 3 && view.said.names(&[s.leaf()])).take(1).collect();
    let is_clear = view.said.says(&["integer", "number", "numeric", " int"]);
    let confidence = if is_clear { Likely } else { Possible };
    view.explain(found, (MIXED, confidence, Layer::Mapping), &named);
}
