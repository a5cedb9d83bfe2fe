//! Media types: a service that does not take what directories send, and answers under another name than SCIM's.

use serde_json::{Value, json};

use super::{
    super::super::{
        facts::{Facts, Form},
        finding::Confidence::{Certain, Likely, Possible},
        found::{Found, Layer},
    },
    told::{Told, heard, quote_detail},
};

const REQUEST: &str = "content-type-request-rejected";
const REPLY: &str = "content-type-response-wrong";

const MEDIA: [&str; 9] = [
    "media type",
    "mediatype",
    "media_type",
    "content type",
    "content-type",
    "contenttype",
    "mime type",
    "invalid data format",
    "application/scim+json",
];

const NO_BODY: [&str; 11] = [
    "with empty body",
    "request body is empty",
    "request body is missing",
    "request body is required",
    "request body cannot be empty",
    "required request body",
    "empty request body",
    "no request body",
    "body is empty",
    "missing request body",
    "body must not be empty",
];

/// Words of validators and of strict clients.
const REPLY_REFUSED: [&str; 7] = [
    "response content type",
    "response content-type",
    "content type of the response",
    "content-type of the response",
    "content type returned",
    "unexpected content type",
    "unexpected content-type",
];

/// The service refuses the media type, or does not read the body because of it.
pub(super) fn request(facts: &Facts<'_>, found: &mut Found) {
    let Some(told) = Told::of(facts).filter(|told| told.status >= 400) else { return };
    let is_page = facts.reply.form == Form::Html;
    let said = heard(facts, &MEDIA).filter(|_| !is_page);
    let is_of_the_reply = facts.says(&REPLY_REFUSED);
    let confidence = match told.status {
        415 => Certain,
        406 if !is_page => Certain,
        406 => Likely,
        400 | 422 if said.is_some() && !is_of_the_reply => Certain,
        // Frameworks answer so where nobody chose a status.
        404 if facts.says(&["content-type header should", "content-type header must"]) => Likely,
        500 if !is_page && facts.says(&["unsupported media", "content-type", "content type", "mediatypeexception"]) => {
            Likely
        }
        400 | 422 | 500 => return unread(facts, found, &told),
        _ => return,
    };
    let draft = found.add(REQUEST, told.at_most(confidence), Layer::Told);
    told.quote(facts, draft);
    for name in ["content-type", "accept"] {
        if let Some(value) = facts.asked.header(name) {
            draft.at(format!("request.headers.{name}"), value);
        }
    }
    if let Some(media) = facts.asked.header("content-type") {
        draft.with("media", media);
    }
    match said {
        Some((place, text)) => {
            draft.at(place, text);
        }
        None => quote_detail(facts, draft),
    }
}

/// The service misses what the body has: it did not read the body.
fn unread(facts: &Facts<'_>, found: &mut Found, told: &Told) {
    let body = facts.asked.body;
    if !facts.asked.is_known() || facts.reply.form == Form::Html || !body.is_object() {
        return;
    }
    let missed = missed(facts, body);
    let says_empty = heard(facts, &NO_BODY);
    if missed.is_none() && says_empty.is_none() && !is_of_whole_body(facts.reply.body()) {
        return;
    }
    let media = facts.asked.header("content-type").map(str::to_ascii_lowercase);
    let is_plain = media.as_deref().is_some_and(|media| media.starts_with("application/json"));
    let draft = found.add(REQUEST, if is_plain { Possible } else { Likely }, Layer::Told);
    if let Some((name, value)) = missed {
        draft.at_value(format!("request.body/{name}"), value).with("attribute", name);
    }
    if let Some(media) = &media {
        draft.at("request.headers.content-type", media).with("media", media);
    }
    if let Some((place, text)) = says_empty {
        draft.at(place, text);
    } else {
        quote_detail(facts, draft);
    }
    told.quote(facts, draft);
}

/// FastAPI's word for a body that it did not read as JSON: the body as a whole is no object.
fn is_of_whole_body(answer: &Value) -> bool {
    let errors = answer.get("detail").and_then(Value::as_array).into_iter().flatten();
    let is_it = |error: &Value| {
        let told = error.get("msg").and_then(Value::as_str).unwrap_or_default();
        error.get("loc").is_some_and(|loc| *loc == json!(["body"])) && told.contains("valid dictionary")
    };
    errors.into_iter().any(is_it)
}

/// An attribute that the service says is missing and that stands in the body, by the same name and with a value.
fn missed<'b>(facts: &Facts<'_>, body: &'b Value) -> Option<(&'b str, &'b Value)> {
    const WATCHED: [&str; 6] = ["userName", "displayName", "externalId", "schemas", "Operations", "active"];
    if !facts.says(&["required", "missing", "blank", "empty", "not present", "not provided", "null"]) {
        return None;
    }
    // What stands in brackets explains: `userName (email) is required`.
    let mut plain = facts.words.clone();
    for (open, part) in facts.words.match_indices('(').filter_map(|(at, _)| Some((at, facts.words.get(at..)?))) {
        if let Some(close) = part.find(')') {
            plain.push('\n');
            plain.push_str(facts.words.get(..open).unwrap_or_default().trim_end());
            plain.push_str(part.get(close + 1..).unwrap_or_default());
            break;
        }
    }
    let words: String =
        plain.chars().filter(|c| !matches!(c, '\'' | '"' | '`' | '[' | ']' | ':' | '(' | ')')).collect();
    body.as_object()?.iter().find_map(|(name, value)| {
        let is_there = match value {
            Value::String(text) => !text.trim().is_empty(),
            Value::Array(items) => !items.is_empty(),
            Value::Bool(_) => true,
            _ => false,
        };
        let lower = name.to_ascii_lowercase();
        (is_there && WATCHED.contains(&name.as_str()) && is_missed(&words, &lower)).then_some((name.as_str(), value))
    })
}

fn is_missed(words: &str, name: &str) -> bool {
    const AFTER: [&str; 9] = [
        " is required",
        " is missing",
        " is not present",
        " was not provided",
        " field is required",
        " attribute is required",
        " cant be blank",
        " cannot be blank",
        " must not be",
    ];
    const BEFORE: [&str; 8] = [
        "value is empty ",
        "missing ",
        "required attribute ",
        "required field ",
        "required property ",
        "missing attribute ",
        "missing field ",
        "required parameter ",
    ];
    words.match_indices(name).any(|(at, _)| {
        let after = words.get(at + name.len()..).unwrap_or_default();
        let before = words.get(..at).unwrap_or_default();
        // `username` within `user.username` is another attribute.
        let is_whole = !before.ends_with(|c: char| c.is_alphanumeric() || c == '.');
        let ends = after.is_empty() || after.starts_with(['\n', '.', ',', ';', ' ']);
        is_whole
            && (AFTER.iter().any(|text| after.starts_with(text))
                || ends && BEFORE.iter().any(|text| before.ends_with(text)))
    })
}

/// JSON under another name than SCIM's: a habit that most clients cope with, unless the name says that it is no JSON.
pub(super) fn reply(facts: &Facts<'_>, found: &mut Found) {
    const AT: &str = "response.headers.content-type";
    let reply = &facts.reply;
    if let Some((place, text)) = heard(facts, &REPLY_REFUSED).filter(|_| facts.has_failed()) {
        found.add(REPLY, Likely, Layer::Reply).at(place, text);
    }
    if !facts.has_succeeded() || !reply.body().is_object() {
        return;
    }
    match reply.content_type.as_deref() {
        None | Some("application/scim+json" | "") => {}
        Some(media @ ("application/json" | "text/json")) => {
            found.habit(REPLY, Layer::Reply).at(AT, media).with("media", media);
        }
        Some(media) => {
            found.add(REPLY, Likely, Layer::Reply).at(AT, media).with("media", media);
        }
    }
}
