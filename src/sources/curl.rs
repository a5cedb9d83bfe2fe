//! cURL commands, as documentation, Postman and browsers write them, and the answer that was copied along.
//! Files that a command would read are not read; credentials in it are dropped where they stand.

use serde_json::Value;

use super::{http, seen, shell};
use crate::domain::exchange::{Exchange, Headers, Request, Response};

/// Options with a value that says nothing about the request, or a secret.
const SKIPPED: [&str; 35] = [
    "-u",
    "--user",
    "-b",
    "--cookie",
    "-c",
    "--cookie-jar",
    "-o",
    "--output",
    "-w",
    "--write-out",
    "-m",
    "--max-time",
    "--connect-timeout",
    "--retry",
    "-x",
    "--proxy",
    "--cacert",
    "--cert",
    "-E",
    "--key",
    "--resolve",
    "--oauth2-bearer",
    "-U",
    "--proxy-user",
    "-e",
    "--referer",
    "-r",
    "--range",
    "--limit-rate",
    "--max-redirs",
    "--retry-delay",
    "-T",
    "--upload-file",
    "-F",
    "--form",
];
/// Options whose value is the body.
const DATA: [&str; 6] = ["-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--data-urlencode"];

/// Whether a text begins with such a command.
pub(super) fn is_one(text: &str) -> bool {
    text.lines().find(|line| !line.trim().is_empty()).is_some_and(begins)
}

fn begins(line: &str) -> bool {
    let line = line.trim_start().trim_start_matches(['$', '>', '#']).trim_start();
    ["curl ", "curl.exe ", "curl\\", "curl^", "curl`"].iter().any(|name| line.starts_with(name))
}

/// Every command of a text, with its answer where one stands below it; or why a command is none.
pub(super) fn read(text: &str) -> Vec<Result<Exchange, String>> {
    let text = shell::without_carets(text);
    let mut found = Vec::new();
    let mut rest = &*text;
    while let Some(at) = next_command(rest) {
        let (words, after) = shell::words(rest[at..].trim_start().trim_start_matches(['$', '>', '#']));
        let end = next_command(after).unwrap_or(after.len());
        let answer = after[..end].trim();
        found.push(request(words.get(1..).unwrap_or_default()).map(|request| {
            let response = http::answer(answer).or_else(|| bare_answer(answer));
            let at = response.as_ref().and_then(|response| http::date(&response.headers));
            Exchange { request, response, error: None, at, duration_ms: None }
        }));
        rest = &after[end..];
    }
    found
}

/// Where the next line begins that is a command.
fn next_command(text: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if begins(line) {
            return Some(at);
        }
        at += line.len();
    }
    None
}

/// An answer of which only the body was copied: SCIM that says its own status, or a resource.
fn bare_answer(text: &str) -> Option<Response> {
    let body = seen::body(text);
    let told = match body.get("status") {
        Some(Value::String(status)) => status.parse().ok(),
        Some(status) => status.as_u64().and_then(|status| u16::try_from(status).ok()),
        None => Some(200),
    };
    let status = told.filter(|status| (100..600).contains(status))?;
    body.is_object().then(|| Response { status, body, ..Response::default() })
}

fn request(words: &[String]) -> Result<Request, String> {
    let mut headers = Headers::default();
    let (mut method, mut url, mut data): (Option<String>, Option<String>, Vec<String>) = (None, None, Vec::new());
    let (mut head, mut query, mut json) = (false, false, false);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let (name, own) = option(word);
        let mut value = || own.map(str::to_owned).or_else(|| words.next().cloned()).unwrap_or_default();
        match name {
            "-X" | "--request" => method = Some(value().to_ascii_uppercase()),
            "-H" | "--header" => {
                let header = value();
                if let Some((name, value)) = header.split_once(':') {
                    headers.insert(name.trim(), value.trim());
                }
            }
            "-A" | "--user-agent" => headers.insert("user-agent", &value()),
            "--url" => url = Some(value()),
            "--json" => {
                json = true;
                data.push(value());
            }
            name if DATA.contains(&name) => data.push(value()),
            "-G" | "--get" => query = true,
            "-I" | "--head" => head = true,
            name if SKIPPED.contains(&name) => drop(value()),
            name if name.starts_with('-') && name.len() > 1 => {}
            // A value of an option that is not known here may stand before the address.
            _ if url.as_ref().is_none_or(|url| !url.contains("://") && word.contains("://")) => {
                url = Some(word.clone());
            }
            _ => {}
        }
    }
    let mut url = url.ok_or("The command names no address.")?;
    let mut sent = data.join("&");
    if query && !sent.is_empty() {
        url = format!("{url}{}{sent}", if url.contains('?') { '&' } else { '?' });
        sent.clear();
    }
    if json && headers.get("content-type").is_none() {
        headers.insert("content-type", "application/json");
    }
    // A file is named, not read.
    let body = if sent.starts_with('@') { Value::Null } else { seen::body(&sent) };
    let usual = if head {
        "HEAD"
    } else if sent.is_empty() {
        "GET"
    } else {
        "POST"
    };
    Ok(Request { method: method.unwrap_or_else(|| usual.to_owned()), url, headers, body })
}

/// An option and the value that is written on to it: `-XPOST`, `--request=POST`.
fn option(word: &str) -> (&str, Option<&str>) {
    if word.starts_with("--") {
        return word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value)));
    }
    let is_short = word.starts_with('-') && word.len() > 2 && word.is_char_boundary(2);
    match is_short.then(|| word.split_at(2)) {
        Some((name @ ("-X" | "-H" | "-d" | "-A" | "-u" | "-U" | "-b" | "-o" | "-m" | "-x"), value)) => {
            (name, Some(value))
        }
        _ => (word, None),
    }
}
