//! An error by itself, in whoever's words: a sentence from a ticket, a toast, a screenshot. Whose it is and what was sent is
//! not known and is not made up.

use std::{borrow::Cow, sync::LazyLock};

use jiff::Timestamp;
use regex::{Captures, Regex};

use super::{admit::NOT_KEPT, seen};
use crate::domain::{
    exchange::{Operation, Outcome},
    journal::{Record, Source, Summary},
};

/// A longer text is a document.
const LONGEST: usize = 2_000;
const MOST_LINES: usize = 8;

/// Words by which a text says that something went wrong.
static FAULT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    const WORDS: &str = r"(?i)\b(?:err(?:or|ors|no)?|fail\w*|invalid|unable|cannot|can['’]?t|could(?:n['’]?t| not)|must|denied|forbidden|unauthori[sz]ed|refused|reject\w*|exception|duplicate\w*|already|exceed\w*|expired|missing|required|unknown|unsupported|unexpected|conflict\w*|timed?[ -]?out|timeout|mismatch\w*|malformed|too (?:long|large|many)|no (?:such|longer|matching)|not \w+|(?:is|was|are|were|does|do|did|has|have)n['’]t|[45]\d\d)\b";
    Regex::new(WORDS).ok()
});

/// A status that a text names as one: `HTTP 409`, `status code: 409`, `(409)`, `409 Conflict`.
static STATUS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    const NAMED: &str = r"(?i)(?:\bhttp(?:/[\d.]+)?|\bstatus(?:[ _-]?code)?|\berror(?:[ _-]?code)?|\bcode)[ :=#(]{1,3}([45]\d\d)\b|(?:^|[(\[])(4(?:0[0-9]|1[0-57]|2[2389])|50[0-4])(?:[)\]:]|$)|\b([45]\d\d) (?:bad request|unauthorized|payment required|forbidden|not found|method not allowed|not acceptable|request timeout|conflict|gone|precondition failed|payload too large|unsupported media type|unprocessable|too many requests|client error|server error|internal server error|not implemented|bad gateway|service unavailable|gateway time-?out)";
    Regex::new(NAMED).ok()
});

/// A secret beside its name, and a token by its form.
static SECRET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    const NAMED: &str = r#"(?i)(\b(?:[a-z_-]*(?:token|secret|api[ _-]?key)|password|pwd)["']?\s*[=:]\s*["']?)([^\s"'&,;<>]{6,})|()(\beyJ[A-Za-z0-9_.-]{16,})"#;
    Regex::new(NAMED).ok()
});

/// Whether a text is one: short, of some words, and about something that went wrong.
pub(super) fn is_one(text: &str) -> bool {
    let text = text.trim();
    let is_short = text.len() <= LONGEST && text.lines().count() <= MOST_LINES;
    let is_prose = text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count() > 1
        && !text.starts_with(['<', '{', '['])
        && !text.chars().any(|c| c.is_control() && !c.is_whitespace() || c == char::REPLACEMENT_CHARACTER);
    is_short && is_prose && FAULT.as_ref().is_some_and(|fault| fault.is_match(text))
}

/// The line of such a text.
pub(super) fn read(text: &str, now: Timestamp) -> Record {
    let text = &*without_secrets(text.trim());
    let named = STATUS.as_ref().and_then(|status| status.captures(text));
    let status = named.and_then(|named| named.iter().skip(1).flatten().next()?.as_str().parse().ok());
    let summary = Summary {
        id: seen::content_id("text", &text, None),
        at: now,
        method: String::new(),
        path: String::new(),
        status,
        outcome: Outcome::Failure,
        operation: Operation::Other,
        user: None,
        resource_id: None,
        scim_type: None,
        detail: Some(seen::short(text)),
        duration_ms: None,
        client: None,
    };
    let event = Some(serde_json::json!({ "text": text }));
    Record { source: Source::Recording, summary, exchange: None, landing: None, event }
}

fn without_secrets(text: &str) -> Cow<'_, str> {
    let Some(secret) = SECRET.as_ref() else { return Cow::Borrowed(text) };
    secret.replace_all(text, |found: &Captures<'_>| {
        let part = |at: usize| found.get(at).map_or("", |part| part.as_str());
        // "Token: expired" names none; of a password nobody can tell.
        let is_token = part(1).to_ascii_lowercase().contains("token");
        let is_word =
            is_token && !part(2).is_empty() && part(2).len() < 20 && !part(2).contains(|c: char| c.is_ascii_digit());
        if is_word { found[0].to_owned() } else { format!("{}{NOT_KEPT}", part(1)) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_told_from_other_words_and_its_status_is_read_where_it_is_named() {
        for (text, status) in [
            ("User already exists in the system", None),
            ("409 Conflict: a user with this email exists", Some(409)),
            ("Request failed with status code 403", Some(403)),
            ("Provisioning stopped (HTTP 401)", Some(401)),
            ("The token isn’t valid any more", None),
            ("Room 404 is not free", None),
            ("(422) email has already been taken", Some(422)),
        ] {
            assert!(is_one(text), "{text}");
            assert_eq!(read(text, Timestamp::UNIX_EPOCH).summary.status, status, "{text}");
        }
        for text in ["", "hello", "error", "hello, world\nhow, are\n", "<html><body>404 Not Found</body></html>"] {
            assert!(!is_one(text), "{text}");
        }
        for (text, kept) in [
            ("Login failed, password=Hunter22 is wrong", "Login failed, password="),
            ("Sign-in failed: password: Hunterxyz", "Sign-in failed: password: "),
            ("Token: expired yesterday", "Token: expired yesterday"),
            ("It failed with eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln", "It failed with "),
        ] {
            let record = serde_json::to_string(&read(text, Timestamp::UNIX_EPOCH)).unwrap();
            let is_whole = !record.contains("Hunter") && !record.contains("eyJhbGci") && record.contains(kept);
            assert!(is_whole, "{record}");
        }
        assert_eq!(read("It returned 500 users, 3 are missing", Timestamp::UNIX_EPOCH).summary.status, None);
        assert!(!is_one(&"this failed ".repeat(400)) && !is_one(&"it failed\n".repeat(50)));
    }
}
