//! Addresses: the id in the path, the filter in the query, and anything else that may name a person or hold a secret.
//! What is not replaced stays exactly as it was written, percent signs and all: how it is encoded may be the fault.

use std::fmt::Write as _;

use super::{
    Redactor,
    class::{Class, Place},
};

/// The id of `…/Users/{id}`, still encoded.
pub(super) fn resource_id(url: &str) -> Option<&str> {
    let (path, _) = url.split_once(['?', '#']).unwrap_or((url, ""));
    let mut parts = path.split('/');
    let users = |part: &str| ["users", "ref"].iter().any(|known| part.eq_ignore_ascii_case(known));
    parts.find(|part| users(part))?;
    // The word twice is a mistake in an address, and nobody's id.
    parts.next().filter(|id| !id.is_empty() && !id.starts_with('.') && *id != "ref" && !users(id))
}

impl Redactor {
    /// An address without personal values and secrets.
    pub(super) fn url(&mut self, url: &str) -> String {
        let (path, query) = match url.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (url, None),
        };
        let mut redacted = self.url_path(path);
        if let Some(query) = query {
            let parts: Vec<String> = query.split('&').map(|part| self.parameter(part)).collect();
            redacted.push('?');
            redacted.push_str(&parts.join("&"));
        }
        redacted
    }

    fn url_path(&mut self, path: &str) -> String {
        let path = match (path.find("://"), path.find('@')) {
            // Credentials before the host.
            (Some(scheme), Some(at)) if path.get(scheme + 3..at).is_some_and(|before| !before.contains('/')) => {
                let secret = self.dots(&path[scheme + 3..at]);
                format!("{}{secret}{}", &path[..scheme + 3], &path[at..])
            }
            _ => path.to_owned(),
        };
        let id = resource_id(&path).map(str::to_owned);
        let parts: Vec<String> = path
            .split('/')
            .enumerate()
            .map(|(at, part)| match &id {
                Some(id) if part == id => self.encoded(part, |redactor, id| redactor.alias(Class::Opaque, id)),
                _ if at == 2 && path.contains("://") => part.to_owned(),
                _ => self.encoded(part, |redactor, part| redactor.scrub(part, 0)),
            })
            .collect();
        parts.join("/")
    }

    fn parameter(&mut self, part: &str) -> String {
        let (name, value) = part.split_once('=').unwrap_or(("", part));
        let equals = if part.contains('=') { "=" } else { "" };
        if name.eq_ignore_ascii_case("filter") {
            return format!(
                "{name}={}",
                self.encoded(value, |redactor, filter| redactor.filter(filter, &Place::root()))
            );
        }
        let class = Place::root().member(name).class().filter(|_| !name.is_empty());
        let value = self.encoded(value, |redactor, value| match class {
            Some(class) => redactor.alias(class, value),
            None => redactor.scrub(value, 0),
        });
        format!("{name}{equals}{value}")
    }

    /// Redacts what the text means and writes it as the text was written.
    fn encoded(&mut self, text: &str, redact: impl FnOnce(&mut Self, &str) -> String) -> String {
        let plus_is_blank = text.contains('+') && !text.contains(' ') && !text.to_ascii_lowercase().contains("%20");
        let meant = decoded(text, plus_is_blank);
        let redacted = redact(self, &meant);
        if redacted == meant { text.to_owned() } else { encode(&redacted, text, plus_is_blank) }
    }
}

/// `+` is a blank where a text has no other, but not within a quoted address: there it was meant as it stands.
fn decoded(text: &str, plus_is_blank: bool) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut quoted_address = false;
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        let (byte, length) = match (bytes[at], hex.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(byte)) => (byte, 3),
            (byte, _) => (byte, 1),
        };
        at += length;
        if byte == b'"' {
            let literal = text.get(at..).unwrap_or_default();
            let end = literal.find(['"']).or_else(|| literal.find("%22")).unwrap_or(literal.len());
            let opens = plain.iter().filter(|byte| **byte == b'"').count() % 2 == 0;
            quoted_address = opens && (literal[..end].contains('@') || literal[..end].contains("%40"));
        }
        plain.push(if byte == b'+' && length == 1 && plus_is_blank && !quoted_address { b' ' } else { byte });
    }
    String::from_utf8_lossy(&plain).into_owned()
}

/// Encodes as the original was: nothing in one that is raw, and only what must be in one that is encoded.
fn encode(text: &str, original: &str, plus_is_blank: bool) -> String {
    let raw_plus =
        !plus_is_blank || decoded(original, true).contains('+') && !original.to_ascii_lowercase().contains("%2b");
    let mut encoded = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' if plus_is_blank => encoded.push('+'),
            '+' => encoded.push_str(if raw_plus && original.contains('+') { "+" } else { "%2B" }),
            c if c.is_ascii_alphanumeric() || "-._~".contains(c) || c != '%' && original.contains(c) => encoded.push(c),
            c => {
                let mut buffer = [0; 4];
                for byte in c.encode_utf8(&mut buffer).bytes() {
                    let _ = write!(encoded, "%{byte:02X}");
                }
            }
        }
    }
    encoded
}
