//! A directory's own record of what it did: its codes, its reasons and its words, each with its place. Entra's and Okta's
//! records differ in every version, so what is looked for is the names, wherever they stand.

use serde_json::Value;

use super::{saying::Saying, words::says};
use crate::domain::journal::{Record, Source};

/// Most texts that are read from one record.
const MOST: usize = 200;
const DEEPEST: usize = 12;

/// A directory's record.
#[derive(Debug, Default)]
pub(in crate::diagnosis) struct Event<'c> {
    /// Whether there is one, and whose.
    pub(in crate::diagnosis) source: Option<Source>,
    /// `errorCode` and its like, the surest first.
    pub(in crate::diagnosis) codes: Vec<Saying<'c>>,
    /// `reason`, `additionalDetails`, `skipReason` and their like.
    pub(in crate::diagnosis) reasons: Vec<Saying<'c>>,
    /// Okta's `eventType`, Entra's action.
    pub(in crate::diagnosis) action: Option<&'c str>,
    /// What was changed: attribute and new value.
    pub(in crate::diagnosis) changed: Vec<(&'c str, &'c Value)>,
}

impl<'c> Event<'c> {
    pub(super) fn of(record: &'c Record) -> Self {
        let Some(event) = &record.event else { return Self::default() };
        let mut read = Self { source: Some(record.source), ..Self::default() };
        let mut place = String::from("event");
        read.walk(event, &mut place, 0);
        read
    }

    /// Where one of these codes was given.
    pub(in crate::diagnosis) fn code(&self, codes: &[&str]) -> Option<&Saying<'c>> {
        self.codes.iter().find(|said| codes.iter().any(|code| said.text.eq_ignore_ascii_case(code)))
    }

    /// Where this code was given, or stands within a reason.
    pub(in crate::diagnosis) fn names_code(&self, code: &str) -> Option<&Saying<'c>> {
        self.code(&[code]).or_else(|| self.reason(&[&code.to_lowercase()]))
    }

    /// The first reason that holds one of these words, in lower case.
    pub(in crate::diagnosis) fn reason(&self, words: &[&str]) -> Option<&Saying<'c>> {
        self.reasons.iter().find(|said| says(&said.lower, words))
    }

    /// What it says of how it went, in the best words that it has: the error's own before the name of the step.
    pub(in crate::diagnosis) fn told(&self) -> Option<&Saying<'c>> {
        const BEST: [&str; 12] = [
            "reason",
            "errormessage",
            "additionaldetails",
            "resultdescription",
            "statusreason",
            "text",
            "message",
            "details",
            "errorcode",
            "skipreason",
            "resultsignature",
            "description",
        ];
        let rank = |said: &&Saying<'c>| {
            let name = said.place.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
            BEST.iter().position(|best| *best == name).unwrap_or(BEST.len())
        };
        self.reasons.iter().min_by_key(rank)
    }

    fn walk(&mut self, value: &'c Value, place: &mut String, depth: usize) {
        if depth > DEEPEST || self.codes.len() + self.reasons.len() > MOST {
            return;
        }
        let whole = place.len();
        match value {
            Value::Object(object) => {
                if let Some(name) = object.get("displayName").and_then(Value::as_str)
                    && let Some(new) = object.get("newValue")
                {
                    self.changed.push((name, new));
                }
                for (name, value) in object {
                    place.push('/');
                    place.push_str(name);
                    match value {
                        Value::String(text) if !text.trim().is_empty() => self.say(name, text, place),
                        Value::String(_) => {}
                        value => self.walk(value, place, depth + 1),
                    }
                    place.truncate(whole);
                }
            }
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate().take(MOST) {
                    place.push('/');
                    place.push_str(&at.to_string());
                    self.walk(item, place, depth + 1);
                    place.truncate(whole);
                }
            }
            _ => {}
        }
    }

    fn say(&mut self, name: &str, text: &'c str, place: &str) {
        let said = || Saying::new(place.to_owned(), text);
        match name.to_ascii_lowercase().as_str() {
            "errorcode" | "error_code" | "skipreason" | "resultsignature" | "quarantinereason" => {
                self.codes.push(said());
                self.reasons.push(said());
            }
            "reason" | "additionaldetails" | "errormessage" | "details" | "description" | "text"
            | "resultdescription" | "statusreason" | "message" | "displaymessage" => self.reasons.push(said()),
            "eventtype" | "provisioningaction" | "action" => self.action = self.action.or(Some(text)),
            _ => {}
        }
    }
}
