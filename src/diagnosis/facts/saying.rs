//! What was said of an error, text by text, each with its place: the words of the service's answer and of the directory's record.

use serde_json::Value;

/// Most characters of one text that are read: what is longer is a page, and begins with what it says.
const LONGEST: usize = 4_000;
/// Most texts that are read from one answer.
const MOST: usize = 200;
const DEEPEST: usize = 6;
/// Where FastAPI's `loc` leads through a message: no words about it.
const WAY: [&str; 4] = ["body", "Operations", "value", "query"];

/// Members that say nothing of the cause, wherever they stand.
const ENVELOPE: [&str; 9] =
    ["schemas", "status", "timestamp", "instance", "requestid", "traceid", "correlationid", "documentation", "help"];
/// Texts that say nothing of it at the top of an answer: codes and addresses for programs. Zod's `path` is a list.
const TOP: [&str; 8] = ["scimtype", "path", "trace", "stack", "type", "statuscode", "code", "url"];

/// A text and where it stands: `event/provisioningStatusInfo/errorInformation/errorCode`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::diagnosis) struct Saying<'c> {
    pub(in crate::diagnosis) place: String,
    pub(in crate::diagnosis) text: &'c str,
    /// Its beginning, in lower case.
    pub(in crate::diagnosis) lower: String,
}

impl<'c> Saying<'c> {
    pub(super) fn new(place: String, text: &'c str) -> Self {
        Self { place, text, lower: beginning(text).to_lowercase() }
    }

    /// It from where Okta's own words end: `Errors reported by remote server: …`.
    pub(in crate::diagnosis) fn own_words(&self) -> &'c str {
        const BEFORE: &str = "Errors reported by remote server: ";
        self.text.find(BEFORE).and_then(|at| self.text.get(at..)).unwrap_or(self.text)
    }

    /// The names of the members that it stands in, outermost first: `errors`, `userName`.
    pub(in crate::diagnosis) fn names(&self) -> impl Iterator<Item = &str> {
        let is_name = |part: &&str| !part.is_empty() && !part.bytes().all(|byte| byte.is_ascii_digit());
        self.place.split('/').skip(1).filter(is_name)
    }
}

/// As much of a text as is read.
pub(in crate::diagnosis) fn beginning(text: &str) -> &str {
    text.char_indices().nth(LONGEST).map_or(text, |(end, _)| &text[..end])
}

/// The texts of an error's body, however they are nested: SCIM's `detail`, `Errors` of SCIM 1.1, `errors` by field, FastAPI's
/// `detail` of several.
pub(super) fn sayings(body: &Value) -> Vec<Saying<'_>> {
    let mut all = Vec::new();
    gather(body, &mut String::from("response.body"), 0, &mut all);
    all
}

fn gather<'c>(value: &'c Value, place: &mut String, depth: usize, all: &mut Vec<Saying<'c>>) {
    if depth > DEEPEST || all.len() >= MOST {
        return;
    }
    let whole = place.len();
    match value {
        Value::String(text) if WAY.contains(&text.as_str()) && place.contains("/loc/") => {}
        Value::String(text) if !text.trim().is_empty() => all.push(Saying::new(place.clone(), text)),
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate().take(MOST) {
                place.push('/');
                place.push_str(&at.to_string());
                gather(item, place, depth + 1, all);
                place.truncate(whole);
            }
        }
        Value::Object(members) => {
            // What FastAPI was sent is no word about it.
            let is_sent = |name: &str| name == "input" && members.contains_key("loc");
            let told =
                members.iter().take(MOST).filter(|(name, value)| !is_silent(name, value, depth) && !is_sent(name));
            for (name, value) in told {
                place.push('/');
                place.push_str(name);
                gather(value, place, depth + 1, all);
                place.truncate(whole);
            }
        }
        _ => {}
    }
}

fn is_silent(name: &str, value: &Value, depth: usize) -> bool {
    let is_in = |list: &[&str]| list.iter().any(|known| known.eq_ignore_ascii_case(name));
    // A sentence in the place of a code is what is said.
    let is_sentence =
        value.as_str().is_some_and(|text| text.trim().contains(' ')) && name.eq_ignore_ascii_case("scimType");
    is_in(&ENVELOPE) || depth == 0 && value.is_string() && is_in(&TOP) && !is_sentence
}
