//! An exchange as a cURL command that a POSIX shell runs as it stands.
//! The token is always the variable `$SCIM_TOKEN`; nothing of the request is ever left unquoted.

use serde_json::Value;
use url::Url;

use super::exchange::Exchange;

/// Headers that cURL writes itself or that belong to one connection.
const OWN_HEADERS: [&str; 7] =
    ["host", "content-length", "connection", "transfer-encoding", "accept-encoding", "user-agent", "expect"];

/// The command that sends the request of an exchange again. Where only a path is known, the host is `$SCIM_ORIGIN`.
#[must_use]
pub fn to_curl(exchange: &Exchange) -> String {
    let request = &exchange.request;
    let url = without_credentials(&request.url);
    let mut lines =
        vec![format!("curl -X {}", quoted(if request.method.is_empty() { "GET" } else { &request.method }))];
    if url.contains(['[', ']', '{', '}']) {
        lines.push("--globoff".to_owned());
    }
    lines.push(match url.contains("://") {
        true => format!("--url {}", quoted(&url)),
        false => format!("--url \"$SCIM_ORIGIN\"{}", quoted(&url)),
    });
    lines.push("-H \"Authorization: Bearer $SCIM_TOKEN\"".to_owned());
    let has_type = request.headers.get("content-type").is_some();
    for (name, value) in request.headers.iter().filter(|(name, _)| is_sendable(name)) {
        lines.push(format!("-H {}", quoted(&one_line(&format!("{name}: {value}")))));
    }
    let body = match &request.body {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        json => Some(json.to_string()),
    };
    if let Some(body) = body {
        if !has_type && !request.body.is_string() {
            lines.push("-H 'Content-Type: application/scim+json'".to_owned());
        }
        lines.push(format!("--data-raw {}", quoted(&body)));
    }
    lines.join(" \\\n  ")
}

/// A name that begins with `@` would make cURL read a file.
fn is_sendable(name: &str) -> bool {
    !OWN_HEADERS.contains(&name) && name.starts_with(|c: char| c.is_ascii_alphanumeric())
}

fn without_credentials(text: &str) -> String {
    match Url::parse(text) {
        Ok(mut url) if !url.username().is_empty() || url.password().is_some() => {
            let cleared = url.set_username("").is_ok() && url.set_password(None).is_ok();
            if cleared { url.into() } else { String::new() }
        }
        _ => text.to_owned(),
    }
}

fn one_line(text: &str) -> String {
    text.replace(['\r', '\n', '\0'], " ")
}

/// One shell word, whatever it holds. NUL cannot be in a shell word and is dropped.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=@%,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\0', "").replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::exchange::Request;
    use serde_json::json;
    use std::process::Command;

    fn exchange(method: &str, url: &str, headers: &[(&str, &str)], body: Value) -> Exchange {
        let headers = headers.iter().copied().collect();
        let request = Request { method: method.to_owned(), url: url.to_owned(), headers, body };
        Exchange { request, response: None, error: None, at: None, duration_ms: None }
    }

    #[test]
    fn a_create_reads_as_one_would_write_it() {
        let create =
            exchange("POST", "https://x/scim/v2/Users", &[("accept", "application/scim+json")], json!({"a": 1}));
        assert_eq!(
            to_curl(&create),
            "curl -X POST \\\n  --url https://x/scim/v2/Users \\\n  -H \"Authorization: Bearer $SCIM_TOKEN\" \\\n  \
             -H 'accept: application/scim+json' \\\n  -H 'Content-Type: application/scim+json' \\\n  --data-raw '{\"a\":1}'"
        );
    }

    #[test]
    fn a_secret_is_never_in_it() {
        let headers = [("Authorization", "Bearer s3cret"), ("Cookie", "s3cret"), ("x-auth-token", "s3cret")];
        let text = to_curl(&exchange("GET", "https://ann:s3cret@x/Users", &headers, Value::Null));
        assert!(!text.contains("s3cret") && text.contains("--url https://x/Users"), "{text}");
    }

    /// The shell itself says which words cURL would get.
    #[test]
    fn a_shell_gives_back_every_word() {
        let nasty = "it's \"$HOME\" `id` $(id) \\ \n é ! ; & | > * ? ~ # %";
        for (url, body) in [
            ("https://x/Users?filter=userName eq \"o'b\"", json!(nasty)),
            ("https://x/Users?filter=emails[type eq \"work\"]", json!({"n": nasty})),
            ("https://x/$(id)", Value::Null),
        ] {
            let text = to_curl(&exchange("PATCH", url, &[("x-note", nasty), ("@file", "x")], body.clone()));
            let script = format!("curl() {{ printf '%s\\0' \"$@\"; }}\nSCIM_TOKEN=T\n{text}");
            let output = Command::new("sh").args(["-c", &script]).output().unwrap();
            let words = String::from_utf8(output.stdout).unwrap();
            let words: Vec<&str> = words.split('\0').collect();
            let after = |flag: &str| words.iter().position(|word| *word == flag).map(|at| words[at + 1]);
            assert_eq!(after("--url"), Some(url));
            let sent = match &body {
                Value::Null => None,
                Value::String(text) => Some(text.clone()),
                json => Some(json.to_string()),
            };
            assert_eq!(after("--data-raw").map(str::to_owned), sent);
            assert!(words.contains(&"Authorization: Bearer T"));
            assert!(words.contains(&format!("x-note: {}", nasty.replace('\n', " ")).as_str()), "{words:?}");
            assert_eq!(words.contains(&"--globoff"), url.contains('['));
            assert!(!words.iter().any(|word| word.contains("@file")));
        }
    }

    #[test]
    fn a_path_alone_gets_its_host_from_the_shell() {
        let text = to_curl(&exchange("GET", "/scim/v2/Users/7", &[], Value::Null));
        assert!(text.contains("--url \"$SCIM_ORIGIN\"/scim/v2/Users/7"), "{text}");
    }
}
