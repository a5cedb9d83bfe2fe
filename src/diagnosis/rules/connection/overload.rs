//! The service has too much to do, or breaks down. What a shape explains is said by the rules of shape: a breakdown is the
//! last explanation, unless something in front of the service says that it is down.

use super::{
    super::super::{
        facts::{Facts, Form},
        finding::Confidence::{Certain, Likely, Possible},
        found::{Found, Layer},
    },
    told::{Told, heard, quote_detail},
};

const RATE: &str = "rate-limited";
const BROKEN: &str = "server-error-5xx";

const THROTTLED: [&str; 9] = [
    "rate limit",
    "rate-limit",
    "ratelimit",
    "rate exceeded",
    "too many requests",
    "too many invitations",
    "throttl",
    "being rate limited",
    "e0000047",
];

/// What a service says when it says nothing.
const UNSAID: [&str; 21] = [
    "internal server error",
    "internal_server_error",
    "internal error",
    "internalservererror",
    "unexpected error",
    "unknown error",
    "server error",
    "something went wrong",
    "an error occurred",
    "an error has occurred",
    "error occurred",
    "unhandled",
    "nullpointer",
    "null pointer",
    "nullreference",
    "object reference not set",
    "undefined method",
    "cannot read propert",
    "traceback",
    "stack trace",
    "exception",
];

/// Asked to slow down.
pub(super) fn rate(facts: &Facts<'_>, found: &mut Found) {
    let told = Told::of(facts);
    let status = told.as_ref().map(|told| told.status);
    let code = facts.event.code(&["TooManyRequests"]);
    let is_okta_event = facts.event.action.is_some_and(|action| action.ends_with("rate_limit_exceeded"));
    let confidence = match status {
        Some(429) => Certain,
        _ if code.is_some() || is_okta_event => Certain,
        Some(400 | 403 | 503 | 509) | None if facts.has_failed() && says_so(facts) => Likely,
        Some(503) if facts.reply.header("retry-after").is_some() => Possible,
        _ => return,
    };
    let is_certain = code.is_some() || is_okta_event;
    let confidence = told.as_ref().filter(|_| !is_certain).map_or(confidence, |told| told.at_most(confidence));
    let draft = found.add(RATE, confidence, Layer::Told);
    if let Some(told) = &told {
        told.quote(facts, draft);
    }
    if let Some(code) = code {
        draft.at(code.place.clone(), code.text);
    }
    if let Some(action) = facts.event.action.filter(|_| is_okta_event) {
        draft.at("event/eventType", action);
    }
    if let Some(wait) = facts.reply.header("retry-after") {
        draft.at("response.headers.retry-after", wait).with("wait", wait);
    }
    for name in ["x-ratelimit-limit", "x-rate-limit-limit", "ratelimit-limit", "x-ratelimit-remaining"] {
        if let Some(value) = facts.reply.header(name) {
            draft.at(format!("response.headers.{name}"), value);
        }
    }
    if let Some((place, text)) = heard(facts, &THROTTLED) {
        draft.at(place, text);
    }
}

/// 5xx.
pub(super) fn breakdown(facts: &Facts<'_>, found: &mut Found) {
    let Some(told) = Told::of(facts) else { return by_code(facts, found) };
    let is_page = facts.reply.form == Form::Html;
    let (confidence, layer) = match told.status {
        503 if found.explains("insufficient-rights") => (Possible, Layer::Silence),
        501 | 505 | 525 | 526 => return,
        504 | 522 | 524 => (Possible, Layer::Silence),
        502 | 503 | 520.. if is_page || says_so(facts) => (Possible, Layer::Silence),
        502 | 503 | 520..=599 => (Certain, Layer::Gateway),
        500 if is_page => (Certain, Layer::Silence),
        500 if says_nothing(facts) => (Likely, Layer::Silence),
        500..=599 => (Possible, Layer::Silence),
        _ => return,
    };
    let draft = found.add(BROKEN, told.at_most(confidence), layer);
    told.quote(facts, draft);
    if let Some((place, text)) = heard(facts, &UNSAID) {
        draft.at(place, text);
    } else {
        quote_detail(facts, draft);
    }
}

fn by_code(facts: &Facts<'_>, found: &mut Found) {
    if !facts.has_failed() {
        return;
    }
    // InternalError is the directory's own fault, and looks alike to the reader.
    for (name, confidence) in
        [("InternalServerError", Likely), ("ServiceUnavailable", Likely), ("InternalError", Possible)]
    {
        if let Some(code) = facts.event.code(&[name]) {
            found.add(BROKEN, confidence, Layer::Silence).at(code.place.clone(), code.text);
        }
    }
}

/// A page says many words that are not meant so.
fn says_so(facts: &Facts<'_>) -> bool {
    let is_page = facts.reply.form == Form::Html;
    facts.says(if is_page { &["rate limited", "too many requests"] } else { &THROTTLED })
}

fn says_nothing(facts: &Facts<'_>) -> bool {
    facts.reply.detail.is_none() && facts.reply.text().is_none() || facts.says(&UNSAID)
}
