//! What every record passes on its way out: no password, token or cookie gets through, whoever wrote it down.
//! The members stay, so that one sees that something was sent; what they held does not.

use std::{borrow::Cow, iter, sync::LazyLock};

use aho_corasick::{Span, packed::Searcher};
use serde_json::{Map, Value};
use url::Url;

use crate::domain::{exchange::Exchange, journal::Record};

/// What stands in place of a secret.
pub(super) const NOT_KEPT: &str = "[not kept]";
/// Members that hold a secret, by the last part of their name.
const SECRETS: [&str; 13] = [
    "password",
    "newpassword",
    "oldpassword",
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "access_token",
    "refresh_token",
    "id_token",
    "client_secret",
    "secrettoken",
    "bearertoken",
];
/// Words that a secret follows in a text.
const SCHEMES: [&str; 3] = ["bearer ", "basic ", "ssws "];

/// Three letters out of each word that names a secret.
const STEMS: [&str; 7] = ["ssw", "uth", "ook", "tok", "ecr", "sic", "ear"];
/// No such word is longer.
const LONGEST_NAME: usize = 13;

/// Whether JSON may hold a secret at all: one quick look, for the millions of records that do not. An escape could spell
/// any word.
pub(super) fn may_hold_a_secret(json: &[u8]) -> bool {
    static FINDER: LazyLock<Option<Searcher>> =
        LazyLock::new(|| Searcher::new(STEMS.into_iter().flat_map(in_any_case)));
    if is_escaped(json) {
        return true;
    }
    // Not every processor can look for many at once.
    let Some(stems) = &*FINDER else { return holds_a_name(json) };
    let mut rest = Span::from(0..json.len());
    let found = iter::from_fn(|| {
        let stem = stems.find_in(json, rest)?.span();
        rest.start = stem.start + 1;
        Some(stem)
    });
    let around = |stem: Span| &json[stem.start.saturating_sub(LONGEST_NAME)..json.len().min(stem.end + LONGEST_NAME)];
    found.map(around).any(holds_a_name)
}

/// Whether a letter is spelt by its number.
fn is_escaped(json: &[u8]) -> bool {
    memchr::memchr_iter(b'\\', json).any(|at| json.get(at + 1) == Some(&b'u'))
}

/// A word with each of its letters in lower and in upper case.
fn in_any_case(word: &str) -> Vec<String> {
    word.chars().fold(vec![String::new()], |begun, letter| {
        let both = |begun: String| [letter, letter.to_ascii_uppercase()].map(|letter| format!("{begun}{letter}"));
        begun.into_iter().flat_map(both).collect()
    })
}

/// Each word, looked for at its rarest letter.
fn holds_a_name(json: &[u8]) -> bool {
    let stands = |at: usize, letter: usize, word: &str| {
        let start = at.checked_sub(letter);
        let found = start.and_then(|start| json.get(start..start + word.len()));
        found.is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes()))
    };
    json.iter().enumerate().any(|(at, byte)| match byte {
        b'w' | b'W' => stands(at, 4, "password") || stands(at, 2, "ssws "),
        b'z' | b'Z' => stands(at, 7, "authorization"),
        b'k' | b'K' => stands(at, 3, "cookie") || stands(at, 3, "_token"),
        b'c' | b'C' => stands(at, 2, "secret") || stands(at, 4, "basic "),
        b'b' | b'B' => stands(at, 0, "bearer"),
        _ => false,
    })
}

/// A record without its secrets.
pub(super) fn admit(mut record: Record) -> Record {
    if let Some(exchange) = &mut record.exchange {
        scrub(exchange);
    }
    if let Some(event) = &mut record.event {
        hide(event);
    }
    if let Some(landing) = &mut record.landing {
        let landed = landing.landed.iter_mut().map(|landed| (&landed.attribute, &mut landed.value));
        let dropped = landing.dropped.iter_mut().map(|dropped| (&dropped.attribute, &mut dropped.value));
        landed.chain(dropped).for_each(|(attribute, value)| match is_secret(attribute) {
            true => *value = NOT_KEPT.into(),
            false => hide(value),
        });
        landing.dropped.iter_mut().for_each(|dropped| {
            hide_in_text(&mut dropped.reason);
            hide_in_text(&mut dropped.attribute);
        });
        landing.landed.iter_mut().for_each(|landed| {
            hide_in_text(&mut landed.attribute);
            hide_in_text(&mut landed.field);
        });
    }
    let summary = &mut record.summary;
    for text in [Some(&mut summary.path), summary.user.as_mut(), summary.detail.as_mut(), summary.scim_type.as_mut()] {
        text.into_iter().for_each(hide_in_text);
    }
    record
}

/// Takes the secrets out of an exchange. Its headers could not hold any.
pub(super) fn scrub(exchange: &mut Exchange) {
    exchange.request.url = address(&exchange.request.url).into_owned();
    body(&mut exchange.request.body);
    if let Some(response) = &mut exchange.response {
        body(&mut response.body);
    }
    exchange.error.iter_mut().for_each(hide_in_text);
}

/// A body that is no JSON may still say a password: then none of it is kept. A web page may speak of passwords.
fn body(value: &mut Value) {
    match value {
        Value::String(text) if !text.trim_start().starts_with('<') && mentions(text, "password") => {
            *value = NOT_KEPT.into();
        }
        other => hide(other),
    }
}

fn hide(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let patches = names_a_secret(members);
            for (key, value) in members {
                let is_value = ["value", "newValue", "oldValue"].iter().any(|name| key.eq_ignore_ascii_case(name));
                if (is_secret(key) || patches && is_value) && !value.is_null() {
                    *value = NOT_KEPT.into();
                } else {
                    hide(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide),
        Value::String(text) => hide_in_text(text),
        _ => {}
    }
}

/// Whether an object is about a secret attribute: a PATCH operation by its path, a modified property by its name, a
/// header of a list by its name.
fn names_a_secret(members: &Map<String, Value>) -> bool {
    let about = |key: &String| ["path", "displayName", "name"].iter().any(|name| key.eq_ignore_ascii_case(name));
    members.iter().any(|(key, value)| about(key) && value.as_str().is_some_and(is_secret))
}

fn is_secret(name: &str) -> bool {
    let stem = name.split('[').next().unwrap_or(name);
    let lasts = [stem, name].map(|part| part.rsplit([':', '.']).next().unwrap_or(part));
    SECRETS.iter().any(|secret| lasts.iter().any(|last| last.eq_ignore_ascii_case(secret)))
}

/// Blanks what follows `Bearer` and its like, and a member `"password": "…"` within JSON that was written as text.
fn hide_in_text(text: &mut String) {
    if !holds_a_word(text.as_bytes()) {
        return;
    }
    for scheme in SCHEMES {
        let mut from = 0;
        while let Some(at) = find(&text[from..], scheme).map(|at| from + at) {
            let start = at + scheme.len();
            let length = text[start..].find(|c: char| !is_of_token(c)).unwrap_or(text.len() - start);
            from = start;
            // A word such as "authentication" is no token.
            let odd = text[start..start + length].contains(|c: char| c.is_ascii_digit() || c == '=');
            if length >= 20 || length >= 12 && odd {
                text.replace_range(start..start + length, NOT_KEPT);
                from = start + NOT_KEPT.len();
            }
        }
    }
    for quote in ["password\"", "password\\\""] {
        let mut from = 0;
        while let Some(at) = find(&text[from..], quote).map(|at| from + at) {
            from = at + quote.len();
            let Some(range) = quoted_value(text, from) else { continue };
            from = range.start + NOT_KEPT.len();
            text.replace_range(range, NOT_KEPT);
        }
    }
}

/// One look at each byte, for the texts that hold nothing.
fn holds_a_word(text: &[u8]) -> bool {
    let ends = |end: usize, word: &str| {
        end.checked_sub(word.len()).is_some_and(|start| text[start..end].eq_ignore_ascii_case(word.as_bytes()))
    };
    text.iter().enumerate().any(|(at, byte)| match byte {
        b' ' => SCHEMES.iter().any(|scheme| ends(at + 1, scheme)),
        b'"' | b'\\' => ends(at, "password"),
        _ => false,
    })
}

/// Where the text value of a member stands whose name ends at `from`.
fn quoted_value(text: &str, from: usize) -> Option<std::ops::Range<usize>> {
    let rest = text[from..].trim_start().strip_prefix(':')?.trim_start();
    let (rest, end) = match rest.strip_prefix("\\\"") {
        Some(rest) => (rest, "\\\""),
        None => (rest.strip_prefix('"')?, "\""),
    };
    let start = text.len() - rest.len();
    let mut at = 0;
    while let Some(found) = rest[at..].find(end).map(|found| at + found) {
        let escapes = rest[..found].bytes().rev().take_while(|byte| *byte == b'\\').count();
        if escapes % 2 == 0 {
            return Some(start..start + found);
        }
        at = found + end.len();
    }
    Some(start..text.len())
}

fn is_of_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~+/=".contains(c)
}

/// An address without a user, a password or a token in it.
pub(super) fn address(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    if text.contains("://")
        && text.contains('@')
        && let Ok(mut url) = Url::parse(&text)
        && (!url.username().is_empty() || url.password().is_some())
    {
        let cleared = url.set_username("").is_ok() && url.set_password(None).is_ok();
        text = if cleared { Cow::Owned(url.into()) } else { Cow::Borrowed("") };
    }
    let Some((bare, query)) = text.split_once('?') else { return text };
    let secret = |pair: &str| {
        let name = pair.split('=').next().unwrap_or_default();
        ["token", "secret", "password", "api_key", "apikey"].iter().any(|word| mentions(name, word))
            || mentions(pair, "password")
    };
    if !query.split('&').any(secret) {
        return text;
    }
    let told = |pair: &str| match secret(pair) {
        true => format!("{}=%5Bnot%20kept%5D", pair.split('=').next().unwrap_or_default()),
        false => pair.to_owned(),
    };
    Cow::Owned(format!("{bare}?{}", query.split('&').map(told).collect::<Vec<_>>().join("&")))
}

fn mentions(text: &str, word: &str) -> bool {
    find(text, word).is_some()
}

/// Where a lower-case word stands in a text, in any case.
fn find(text: &str, word: &str) -> Option<usize> {
    let word = word.as_bytes();
    text.as_bytes().windows(word.len()).position(|part| part.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_quick_look_finds_each_word_in_any_case_and_place() {
        let words = ["password", "authorization", "cookie", "_token", "secret", "bearer", "basic ", "ssws ", "\\u0070"];
        for word in words {
            for text in
                [word.to_owned(), format!("x{word}"), format!("\"a{}b\"", word.to_uppercase().replace("\\U", "\\u"))]
            {
                assert!(may_hold_a_secret(text.as_bytes()), "{text}");
            }
            assert!(
                !may_hold_a_secret(&word.as_bytes()[1..]) && !may_hold_a_secret(&word.as_bytes()[..word.len() - 1])
                    || word.starts_with('\\'),
                "{word}"
            );
        }
        assert!(!may_hold_a_secret(b"{\"id\":\"0c1b2k3w4z\",\"basics\":\"tokens\"}"));
        for (word, at) in words.into_iter().flat_map(|word| (0..200).map(move |at| (word, at))) {
            let text = format!("{}{word}{}", "x".repeat(at), "x".repeat(200 - at));
            assert!(may_hold_a_secret(text.as_bytes()), "{word} at {at}");
        }
    }

    #[test]
    fn a_secret_goes_wherever_it_stands() {
        for (mut value, expected) in [
            (json!({"userName": "ann", "password": "s3cret"}), json!({"userName": "ann", "password": NOT_KEPT})),
            (json!({"urn:x:User:password": {"value": "s3cret"}}), json!({"urn:x:User:password": NOT_KEPT})),
            (json!({"password": null}), json!({"password": null})),
            (
                json!({"Operations": [{"op": "replace", "path": "password", "value": "s3cret"}, {"path": "title", "value": "s"}]}),
                json!({"Operations": [{"op": "replace", "path": "password", "value": NOT_KEPT}, {"path": "title", "value": "s"}]}),
            ),
            (
                json!([{"displayName": "password", "oldValue": null, "newValue": "s3cret"}]),
                json!([{"displayName": "password", "oldValue": null, "newValue": NOT_KEPT}]),
            ),
            (
                json!([{"name": "Authorization", "value": "s3cret"}]),
                json!([{"name": "Authorization", "value": NOT_KEPT}]),
            ),
            (
                json!([{"path": "x[type eq \"a.b\"].password", "value": "s3cret"}]),
                json!([{"path": "x[type eq \"a.b\"].password", "value": NOT_KEPT}]),
            ),
            (
                json!([{"path": "password[type eq \"a.b\"]", "value": "s3cret"}]),
                json!([{"path": "password[type eq \"a.b\"]", "value": NOT_KEPT}]),
            ),
            (json!("sent Bearer abc123.def456.ghi789 to x"), json!("sent Bearer [not kept] to x")),
            (json!("a bearer authentication fault"), json!("a bearer authentication fault")),
            (
                json!("got {\"Password\" : \"s3\\\"cret\", \"a\": 1}"),
                json!("got {\"Password\" : \"[not kept]\", \"a\": 1}"),
            ),
            (json!("got {\\\"password\\\":\\\"s3cret\\\"}"), json!("got {\\\"password\\\":\\\"[not kept]\\\"}")),
            (json!("the password is too short"), json!("the password is too short")),
            (json!({"passwordless": "x", "Cookie": "s3cret"}), json!({"passwordless": "x", "Cookie": NOT_KEPT})),
        ] {
            hide(&mut value);
            assert_eq!(value, expected);
        }
        for (mut value, expected) in [
            (json!("{\"password\": \"s3cr"), json!(NOT_KEPT)),
            (json!("user=ann&password=s3cret"), json!(NOT_KEPT)),
            (json!("<html>Forgot your password?</html>"), json!("<html>Forgot your password?</html>")),
        ] {
            body(&mut value);
            assert_eq!(value, expected);
        }
    }

    #[test]
    fn a_quick_look_never_overlooks_a_secret() {
        for secret in SECRETS.iter().map(|name| format!("{{\"{name}\": 1}}")) {
            assert!(may_hold_a_secret(secret.to_uppercase().as_bytes()), "{secret}");
        }
        for scheme in SCHEMES {
            assert!(may_hold_a_secret(format!("\"{scheme}abc\"").as_bytes()), "{scheme}");
        }
        assert!(may_hold_a_secret(br#"{"p\u0061ssword": 1}"#));
        assert!(!may_hold_a_secret(br#"{"userName": "ann", "active": "True"}"#));
    }

    #[test]
    fn an_address_keeps_no_credentials() {
        for (text, expected) in [
            ("https://ann:s3cret@x/scim/v2/Users?count=2", "https://x/scim/v2/Users?count=2"),
            ("/Users?access_token=s3cret&count=2", "/Users?access_token=%5Bnot%20kept%5D&count=2"),
            ("/Users?filter=password+eq+%22s3cret%22", "/Users?filter=%5Bnot%20kept%5D"),
            ("/Users?filter=userName+eq+%22a@b%22", "/Users?filter=userName+eq+%22a@b%22"),
        ] {
            assert_eq!(address(text), expected);
        }
    }
}
