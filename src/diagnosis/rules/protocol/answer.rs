//! Answers that a directory cannot read, by its own word or by their form.

use serde_json::Value;

use super::super::super::{
    facts::{Facts, Form, Target, says},
    finding::Confidence::{Certain, Likely, Possible},
    found::{Found, Layer},
};
use super::words::is_vague;
use crate::domain::attribute::ENTERPRISE_USER;

/// Most resources of a list that are looked at.
const MOST: usize = 100;

const INCOMPATIBLE: [&str; 4] = [
    "SystemForCrossDomainIdentityManagementServiceIncompatible",
    "SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering",
    "SystemForCrossDomainIdentityManagementBadResponse",
    "SystemForCrossDomainIdentityManagementNullResource",
];

const CANNOT_READ: [&str; 9] = [
    "able to deserialize",
    "able to parse",
    "cannot deserialize",
    "can not deserialize",
    "could not parse",
    "failed to parse",
    "error parsing",
    "unexpected character",
    "not fully compatible",
];

/// Words about a page, or about what comes before an answer: these are causes of their own.
const EARLIER: [&str; 13] = [
    "'<'",
    "value: <",
    "<html",
    "<!doctype",
    "timed out",
    "timeout",
    "certificate",
    "ssl",
    "resolved",
    "unauthorized",
    "forbidden",
    "connection was",
    "unable to connect",
];

/// An answer that is no SCIM although it is 2xx, or that the directory says it could not read.
pub(super) fn unreadable(facts: &Facts<'_>, found: &mut Found) {
    if facts.event.source.is_some() {
        return unreadable_in_event(facts, found);
    }
    let asked = &facts.asked;
    if !facts.has_succeeded() || !matches!(asked.method, "GET" | "POST" | "PUT" | "PATCH") {
        return;
    }
    let is_one = asked.id.is_some() && matches!(asked.method, "GET" | "PUT" | "PATCH");
    let confidence = match facts.reply.form {
        Form::Text => Certain,
        Form::Json | Form::List if is_one => Likely,
        Form::Error if is_one => Certain,
        Form::Empty if asked.method == "GET" && is_one => Likely,
        _ => return misshapen(facts, found),
    };
    let draft = found.add("response-parse-incompatible", confidence, Layer::Reply);
    let body = facts.reply.body();
    draft.at("response.body", facts.reply.text().map_or_else(|| body.to_string(), str::to_owned));
    if let Some(media) = facts.reply.header("content-type") {
        draft.at("response.headers.content-type", media);
    }
}

/// A resource whose members are of other types than the RFC gives them (RFC 7643 §4): a strict reader stops there.
fn misshapen(facts: &Facts<'_>, found: &mut Found) {
    if facts.asked.target != Target::Users {
        return;
    }
    let one = (facts.reply.form == Form::Resource).then(|| ("response.body".to_owned(), facts.reply.body()));
    let many = facts.reply.resources().into_iter().flatten().take(MOST).enumerate();
    let many = many.map(|(at, resource)| (format!("response.body/Resources/{at}"), resource));
    let odd = one.into_iter().chain(many).find_map(|(place, resource)| odd_member(resource, &place));
    if let Some((place, value)) = odd {
        found.add("response-parse-incompatible", Possible, Layer::Reply).at_value(place, value);
    }
}

fn odd_member<'v>(resource: &'v Value, place: &str) -> Option<(String, &'v Value)> {
    let members = resource.as_object()?;
    let is_plain = |value: &Value| value.is_string() || value.is_number();
    let manager = members.get(ENTERPRISE_USER).and_then(|block| block.get("manager")).filter(|it| is_plain(it));
    if let Some(manager) = manager.filter(|manager| manager.as_str() != Some("")) {
        return Some((format!("{place}/{ENTERPRISE_USER}/manager"), manager));
    }
    let of = |names: &[&'static str], is_odd: fn(&Value) -> bool| {
        let odd =
            names.iter().find_map(|name| members.get(*name).filter(|value| is_odd(value)).map(|value| (*name, value)));
        odd.map(|(name, value)| (format!("{place}/{name}"), value))
    };
    of(&["name", "meta"], |value| value.is_string() || value.is_array())
        .or_else(|| of(&["emails", "phoneNumbers", "addresses"], |value| value.is_string() || value.is_object()))
}

/// Entra's code, which also wraps plain refusals: then what it wraps is the cause.
fn unreadable_in_event(facts: &Facts<'_>, found: &mut Found) {
    let code = facts.event.code(&INCOMPATIBLE);
    let reason = facts.event.reason(&CANNOT_READ);
    if code.is_none() && reason.is_none() {
        return;
    }
    let is_refusal = facts.reply.status.is_some_and(|status| status >= 400);
    let is_told = is_refusal && !facts.reply.detail.as_deref().unwrap_or_default().is_empty() && !is_vague(&facts.said);
    let is_earlier = says(&facts.words, &EARLIER);
    let draft = match (reason, is_refusal) {
        _ if is_earlier && !is_refusal => found.add("response-parse-incompatible", Possible, Layer::Reply),
        // Its own words, with no refusal within them.
        (Some(_), false) => found.add("response-parse-incompatible", Certain, Layer::Reply),
        (_, false) => found.add("response-parse-incompatible", Likely, Layer::Reply),
        _ if is_told => found.aside("response-parse-incompatible", Layer::Reply),
        _ => found.add("response-parse-incompatible", Possible, Layer::Reply),
    };
    for said in [code, reason].into_iter().flatten() {
        draft.at(said.place.clone(), said.text);
    }
}
