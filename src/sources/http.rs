//! HTTP as text: a request, an answer or both, plain or as `curl -v` prints them, one after another.
//! What is not there stays empty; a header that carries a secret is dropped as it is read.

use jiff::{Timestamp, fmt::rfc2822};
use serde_json::Value;

use super::{Format, json, seen};
use crate::domain::exchange::{Exchange, Headers, Request, Response};

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
/// A text is HTTP when one of its first lines says so.
const LOOKED_AT: usize = 40;

/// Whether a text holds a request line or a status line near its beginning.
pub(super) fn is_one(text: &str) -> bool {
    text.lines().take(LOOKED_AT).map(unmarked).any(|line| request_line(line).is_some() || status_line(line).is_some())
}

/// Every exchange of a text.
pub(super) fn read(text: &str) -> Vec<Exchange> {
    let mut found: Vec<Exchange> = Vec::new();
    for part in parts(text) {
        match part.first {
            First::Request(method, target) => found.push(asked(&part, method, target)),
            First::Status(status) => {
                let response = Response { status, headers: part.headers(), body: part.body() };
                // `100 Continue` is no answer yet.
                if status < 200 {
                    continue;
                }
                match found.last_mut().filter(|last| last.response.is_none()) {
                    Some(last) => last.response = Some(response),
                    None => found.push(Exchange { response: Some(response), ..nothing() }),
                }
            }
        }
    }
    for exchange in &mut found {
        exchange.at = exchange.response.as_ref().and_then(|response| date(&response.headers));
    }
    found
}

/// The first answer of a text that begins with one.
pub(super) fn answer(text: &str) -> Option<Response> {
    read(text).into_iter().find(|exchange| exchange.request == Request::default())?.response
}

/// When a server answered, by its own clock (RFC 9110 §6.6.1).
pub(super) fn date(headers: &Headers) -> Option<Timestamp> {
    rfc2822::parse(headers.get("date")?).ok().map(|zoned| zoned.timestamp())
}

/// The first JSON in a text that is a record or a message: what somebody copied out of a page, with words around it.
pub(super) fn message(text: &str) -> Option<Value> {
    const LOOKS: usize = 20;
    let opens = text.char_indices().filter(|(_, c)| matches!(c, '{')).map(|(at, _)| at).take(LOOKS);
    let value = |at: usize| serde_json::Deserializer::from_str(&text[at..]).into_iter::<Value>().next()?.ok();
    opens.filter_map(value).find(|value| json::kind(value).is_some())
}

/// Whether a text holds such JSON.
pub(super) fn has_message(text: &str) -> bool {
    message(text).is_some_and(|value| json::kind(&value) != Some(Format::Har))
}

fn nothing() -> Exchange {
    Exchange { request: Request::default(), response: None, error: None, at: None, duration_ms: None }
}

enum First<'t> {
    Request(&'t str, &'t str),
    Status(u16),
}

/// One request or one answer of a text.
struct Part<'t> {
    first: First<'t>,
    lines: Vec<&'t str>,
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    let is_verbose = text.lines().any(|line| line.starts_with("> ") && request_line(&line[2..]).is_some());
    // What curl says about the connection is no part of either side.
    let is_chatter =
        |line: &&str| is_verbose && (line.starts_with("* ") || line.starts_with("{ [") || line.starts_with("} ["));
    for line in text.lines().filter(|line| !is_chatter(line)) {
        let line = if is_verbose { unmarked(line) } else { line };
        let first = request_line(line).map(|(method, target)| First::Request(method, target));
        match first.or_else(|| status_line(line).map(First::Status)) {
            Some(first) => parts.push(Part { first, lines: Vec::new() }),
            None => parts.last_mut().into_iter().for_each(|part| part.lines.push(line)),
        }
    }
    parts
}

impl<'t> Part<'t> {
    /// The lines of the head, and those of the body.
    fn halves(&self) -> (&[&'t str], &[&'t str]) {
        let is_header = |line: &&str| header(line).is_some();
        let head = self.lines.iter().take_while(|line| is_header(line)).count();
        self.lines.split_at(head)
    }

    fn headers(&self) -> Headers {
        self.halves().0.iter().filter_map(|line| header(line)).collect()
    }

    fn body(&self) -> Value {
        let text = self.halves().1.join("\n");
        let body = seen::body(&text);
        // A chunked body has lengths around it.
        if body.is_string()
            && let (Some(from), Some(to)) = (text.find('{'), text.rfind('}'))
            && from < to
            && let Ok(inner) = serde_json::from_str(&text[from..=to])
        {
            return inner;
        }
        body
    }
}

fn asked(part: &Part<'_>, method: &str, target: &str) -> Exchange {
    let headers = part.headers();
    let url = match headers.get("host").filter(|_| target.starts_with('/')) {
        Some(host) => format!("https://{host}{target}"),
        None => target.to_owned(),
    };
    Exchange { request: Request { method: method.to_owned(), url, headers, body: part.body() }, ..nothing() }
}

/// Without the mark that `curl -v` puts before what was sent and received.
fn unmarked(line: &str) -> &str {
    match line {
        ">" | "<" => "",
        _ => line.strip_prefix("> ").or_else(|| line.strip_prefix("< ")).unwrap_or(line),
    }
}

fn request_line(line: &str) -> Option<(&str, &str)> {
    let (method, rest) = line.trim().split_once(' ')?;
    let known = METHODS.contains(&method);
    // A filter may have been copied with its spaces.
    let target = match rest.rfind(" HTTP/") {
        Some(at) => rest[..at].trim(),
        None => rest.trim(),
    };
    let is_address = target.starts_with('/') || target.starts_with("http://") || target.starts_with("https://");
    (known && is_address).then_some((method, target))
}

fn status_line(line: &str) -> Option<u16> {
    let rest = line.trim_start().strip_prefix("HTTP/")?;
    let (version, rest) = rest.split_once(' ')?;
    let is_version = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let status = rest.split_whitespace().next()?.parse().ok()?;
    (is_version && (100..600).contains(&status)).then_some(status)
}

fn header(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    is_name.then(|| (name, value.trim()))
}
