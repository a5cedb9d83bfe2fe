//! Booleans that are text, in the request or in the answer.

use serde_json::Value;

use super::{Certain, Confidence, Form, Found, Layer, Likely, Possible, Sent, Verdict, View, quotes_word};
use crate::domain::journal::Source;

const AS_TEXT: &str = "boolean-as-string";
const ANSWERED: &str = "boolean-in-response-wrong-type";
const NAMES: &[&str] = &["active", "primary", "boolean", "bool"];
/// Most resources of a list that are looked at.
const MOST: usize = 100;

/// Entra's `"False"`: refused, taken for true, or coped with.
pub(super) fn sent_as_text(view: &View<'_>, found: &mut Found) {
    let odd: Vec<&Sent<'_>> = view.sent.iter().filter(|sent| !sent.is_told && is_text_boolean(view, sent)).collect();
    if odd.is_empty() {
        // The request was not seen: the words are all there is.
        let is_blamed = view.verdict(NAMES) == Some(Verdict::Named)
            && wants_boolean(view)
            && (is_refused_in_words(view) || !is_unread(view));
        if is_blamed && !view.has_request() {
            let told: Vec<&Sent<'_>> = view.sent.iter().filter(|sent| sent.name == "active").collect();
            let confidence = if quotes_text(view) { Certain } else { Likely };
            view.explain(found, (AS_TEXT, confidence, Layer::Shape), &told);
        }
        return;
    }
    if let Some(verdict) = view.verdict(NAMES) {
        let confidence = match verdict {
            Verdict::Named if wants_boolean(view) => Certain,
            Verdict::Named if view.said.says(&["not supported", "unsupported"]) => return,
            Verdict::Named => Likely,
            Verdict::Open if odd.iter().all(|sent| sent.name != "active") => Possible,
            Verdict::Open => view.open_confidence("active"),
            Verdict::Elsewhere => return,
        };
        view.explain(found, (AS_TEXT, confidence, Layer::Shape), &odd);
        return;
    }
    if !view.facts.has_succeeded() {
        return;
    }
    let Some(active) = odd.iter().find(|sent| sent.name == "active") else {
        view.habit(found, AS_TEXT, Layer::Shape, &odd);
        return;
    };
    let answered =
        view.answered("active").filter(|now| truth(now.value).is_some_and(|now| Some(now) != truth(active.value)));
    let dropped =
        view.facts.landing.is_some_and(|landing| landing.dropped.iter().any(|lost| lost.attribute == "active"));
    if let Some(now) = answered {
        view.explain(found, (AS_TEXT, Certain, Layer::Shape), &[active]).at_value(now.place.clone(), now.value);
    } else if dropped {
        view.explain(found, (AS_TEXT, Likely, Layer::Shape), &[active]).at("landing", "active");
    } else {
        view.habit(found, AS_TEXT, Layer::Shape, &odd);
    }
}

/// A flag that the service answers as a number or as text.
pub(super) fn answered_wrongly(view: &View<'_>, found: &mut Found) {
    let reply = &view.facts.reply;
    if !view.facts.has_failed() {
        let body = reply.body();
        let one = (reply.form == Form::Resource).then_some((body, "response.body".to_owned()));
        let many = reply.resources().into_iter().flatten().take(MOST).enumerate();
        for (resource, place) in
            one.into_iter().chain(many.map(|(at, resource)| (resource, format!("response.body/Resources/{at}"))))
        {
            if let Some((at, value, confidence)) = wrong_flag(resource, &place) {
                let draft = found.add(ANSWERED, confidence, Layer::Reply);
                draft.at_value(at, value).with("value", value.to_string());
                return;
            }
        }
        return;
    }
    let is_about_answer = reply.status.is_none_or(|status| status < 300 || status == 500) && !reply.is_scim_error();
    let is_named = || match quoted_flag(&view.facts.words) {
        Some(is_wrong) => is_wrong,
        None => view.said.names(&["active", "boolean", "bool"]),
    };
    if is_unread(view) && is_about_answer && is_named() {
        let draft = found.add(ANSWERED, Likely, Layer::Reply);
        view.quote(draft);
    }
}

/// Whether the flag is of the wrong type in the resource that Entra quotes; `None` where it quotes none.
fn quoted_flag(words: &str) -> Option<bool> {
    let after = words.split_once("\"active\"")?.1.trim_start().strip_prefix(':')?.trim_start();
    Some(after.starts_with(|letter: char| letter == '"' || letter.is_ascii_digit()))
}

/// The directory quotes a refusal of the service: then its own code, that it got no answer it could use, says no more.
fn is_refused_in_words(view: &View<'_>) -> bool {
    let reply = &view.facts.reply;
    let has_words = reply.detail.is_some() || reply.text().is_some_and(|text| !text.trim().is_empty());
    has_words
        && reply.response.is_some()
        && matches!(reply.status, Some(400..=500))
        && quoted_flag(&view.facts.words).is_none()
}

/// Whether the words quote one truth as text. Both of them are the choice that was left.
fn quotes_text(view: &View<'_>) -> bool {
    quotes_word(&view.said.lower, "false") != quotes_word(&view.said.lower, "true")
}

/// The directory could not read the answer.
fn is_unread(view: &View<'_>) -> bool {
    view.facts.event.source.is_some()
        && (view.facts.has_code(&["SystemForCrossDomainIdentityManagementServiceIncompatible"])
            || view.said.says(&["deserialize the resource", "deserialise the resource", "deserialize the response"])
            // Okta's own reader; what the service could not read stands behind these words.
            || view.facts.event.source == Some(Source::Okta)
                && view.said.says(&["deserializ"])
                && !view.said.says(&["reported by remote server"]))
}

fn wrong_flag<'v>(resource: &'v Value, place: &str) -> Option<(String, &'v Value, Confidence)> {
    let is_wrong = |value: &Value| value.is_string() || value.is_number();
    if let Some(active) = resource.get("active").filter(|active| is_wrong(active)) {
        return Some((format!("{place}/active"), active, Certain));
    }
    ["emails", "phoneNumbers", "addresses", "roles"].iter().find_map(|name| {
        let entries = resource.get(*name)?.as_array()?;
        let at = entries.iter().take(10).position(|entry| entry.get("primary").is_some_and(is_wrong))?;
        Some((format!("{place}/{name}/{at}/primary"), entries.get(at)?.get("primary")?, Likely))
    })
}

/// Text at a boolean's place; elsewhere only where the error names it and wants a boolean.
fn is_text_boolean(view: &View<'_>, sent: &Sent<'_>) -> bool {
    let Some(text) = sent.text() else { return false };
    let is_known = sent.name == "active" || sent.leaf() == "primary";
    let is_true_or_false = truth(sent.value).is_some();
    is_known && is_true_or_false
        || is_known && !text.is_empty() && wants_boolean(view)
        || is_true_or_false && sent.leaf().len() > 3 && view.said.names(&[sent.leaf()]) && wants_boolean(view)
}

/// The truth of a boolean or of its name.
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) if text.trim().eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.trim().eq_ignore_ascii_case("false") => Some(false),
        Value::Number(number) => number.as_i64().and_then(|number| (number == 0 || number == 1).then_some(number == 1)),
        _ => None,
    }
}

/// Whether the error asks for a boolean, not for something else in place of one.
fn wants_boolean(view: &View<'_>) -> bool {
    let found_one = [
        "found bool",
        "found type 'bool",
        "got bool",
        "received bool",
        "but was bool",
        "unmarshal bool",
        "not bool",
        "true to string",
    ];
    view.said.says(&["bool", "true or false", "either true"]) && !view.said.says(&found_one)
}
