//! Reads an answer, bounded and without the token, and says how it is to be understood.
//! It never holds more than the limit in memory, whatever the server sends or packs.

use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use serde_json::Value;

use super::fault;
use crate::domain::exchange::{Headers, Response};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::secret::Secret;

/// What stands where the token was.
const DOTS: &str = "•••";
/// Shorter texts are no tokens, and would blank out ordinary words.
const SHORTEST_TOKEN: usize = 4;
const EVIDENCE_LENGTH: usize = 300;

/// How the reading of a body ended.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Ending {
    Whole,
    Broken(String),
    TooLarge,
}

/// An answer as it came, unpacked.
#[derive(Debug)]
pub(super) struct Raw {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
    limit: usize,
    ending: Ending,
}

/// What was asked, as far as it changes the meaning of the answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) method: &'a str,
    /// Below the base, without the query.
    pub(super) path: &'a str,
    pub(super) host: &'a str,
}

impl Raw {
    /// Reads until the end or the limit of unpacked bytes.
    pub(super) async fn read(mut response: reqwest::Response, limit: usize) -> Self {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let mut body = Vec::new();
        let announced = response.content_length().is_some_and(|length| length > limit as u64);
        let ending = loop {
            if announced {
                break Ending::TooLarge;
            }
            match response.chunk().await {
                Ok(None) => break Ending::Whole,
                Ok(Some(chunk)) if body.len() + chunk.len() > limit => {
                    body = Vec::new();
                    break Ending::TooLarge;
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Err(error) => break Ending::Broken(error.without_url().to_string()),
            }
        };
        Self { status, headers, body, limit, ending }
    }

    fn content_type(&self) -> &str {
        self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// The body in one of the forms that matter.
enum Content {
    Empty,
    Json(Value),
    /// JSON that ends early or is malformed.
    Broken(String),
    Page {
        title: String,
    },
    Other,
}

/// The answer as an exchange keeps it, and its meaning: `Ok` for a 2xx that is JSON or empty.
pub(super) fn understand(raw: &Raw, asked: &Asked<'_>, token: &Secret) -> (Response, Result<(), Failure>) {
    let text = scrub(String::from_utf8_lossy(&raw.body).trim_start_matches('\u{feff}'), token);
    let content = content(&text, raw.content_type());
    let result = judge(raw, &content, asked);
    let body = match content {
        Content::Empty => Value::Null,
        Content::Json(json) => scrub_json(json, token),
        _ => Value::String(text),
    };
    (Response { status: raw.status, headers: headers(&raw.headers, token), body }, result)
}

/// Status and headers of an answer whose body is of no interest.
pub(super) fn head(response: &reqwest::Response, token: &Secret) -> Response {
    Response { status: response.status().as_u16(), headers: headers(response.headers(), token), body: Value::Null }
}

/// Whether the answer did not come in whole.
pub(super) fn is_cut(kind: FailureKind) -> bool {
    matches!(kind, FailureKind::AnswerBroken | FailureKind::AnswerTooLarge)
}

/// The text without the token.
pub(super) fn scrub(text: &str, token: &Secret) -> String {
    if token.expose().len() < SHORTEST_TOKEN { text.to_owned() } else { text.replace(token.expose(), DOTS) }
}

/// The failure without the token.
pub(super) fn scrub_failure(mut failure: Failure, token: &Secret) -> Failure {
    for words in [&mut failure.what, &mut failure.meaning, &mut failure.next] {
        *words = scrub(words, token).into();
    }
    failure.detail = failure.detail.map(|detail| scrub(&detail, token));
    failure
}

/// The server's own words for a refusal: SCIM's `detail`, or what problem documents and gateways call it.
pub(super) fn refusal(body: &Value) -> Option<String> {
    let nested = body.get("error").and_then(|error| error.get("message"));
    ["detail", "title", "message", "error_description", "error"]
        .iter()
        .filter_map(|name| body.get(name))
        .chain(nested)
        .find_map(|value| value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(shorten))
}

/// The first part of a text, as evidence.
pub(super) fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(EVIDENCE_LENGTH).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// The JSON without the token, in names and values.
pub(super) fn scrub_json(value: Value, token: &Secret) -> Value {
    match value {
        Value::String(text) => Value::String(scrub(&text, token)),
        Value::Array(items) => items.into_iter().map(|item| scrub_json(item, token)).collect(),
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(k, v)| (scrub(&k, token), scrub_json(v, token))).collect())
        }
        other => other,
    }
}

fn headers(headers: &HeaderMap, token: &Secret) -> Headers {
    // RFC 9110 §5.2: several lines of one name are one list.
    let whole = |name| {
        let lines = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
        lines.collect::<Vec<_>>().join(", ")
    };
    headers.keys().map(|name| (name, scrub(&whole(name), token))).collect()
}

fn content(text: &str, content_type: &str) -> Content {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Content::Empty;
    }
    if trimmed.starts_with('<') || content_type.contains("html") {
        return Content::Page { title: title(trimmed) };
    }
    match serde_json::from_str(trimmed) {
        Ok(json) => Content::Json(json),
        Err(error) if trimmed.starts_with(['{', '[']) || content_type.contains("json") => {
            Content::Broken(error.to_string())
        }
        Err(_) => Content::Other,
    }
}

fn title(page: &str) -> String {
    // ASCII lower-casing keeps byte positions.
    let lower = page.to_ascii_lowercase();
    let inside = lower.find("<title").and_then(|start| {
        let start = start + lower[start..].find('>')? + 1;
        let end = start + lower[start..].find("</title")?;
        page.get(start..end)
    });
    shorten(&inside.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" "))
}

fn judge(raw: &Raw, content: &Content, asked: &Asked<'_>) -> Result<(), Failure> {
    if raw.status >= 300 {
        return Err(refused(raw, content, asked));
    }
    if let Ending::Broken(why) = &raw.ending {
        return Err(broken(why));
    }
    match content {
        _ if raw.ending == Ending::TooLarge => Err(fault::too_large(raw.limit)),
        Content::Empty | Content::Json(Value::Object(_) | Value::Array(_)) => Ok(()),
        Content::Broken(why) => Err(broken(why)),
        Content::Page { title } => Err(not_scim(&page_words(title), asked.host)),
        Content::Json(_) | Content::Other => Err(not_scim("plain text", asked.host)),
    }
}

fn broken(why: &str) -> Failure {
    Failure::new(
        FailureKind::AnswerBroken,
        "The answer ended early or is not valid JSON",
        "What the tenant did is not known; a gateway may have cut the answer off.",
        "Try again, and give the tenant's operator the time of this request if it stays so.",
    )
    .with_detail(why)
}

fn page_words(title: &str) -> String {
    if title.is_empty() { "a web page".to_owned() } else { format!("a web page, \"{title}\"") }
}

fn not_scim(found: &str, host: &str) -> Failure {
    Failure::new(
        FailureKind::NotScim,
        format!("{host} answered with {found}, not with SCIM"),
        "The address leads to a web application, a sign-in page or a gateway rather than to the SCIM service.",
        "Check the path of the SCIM endpoint, which usually ends in /scim/v2; if it is right, ask which gateway answers.",
    )
}

fn refused(raw: &Raw, content: &Content, asked: &Asked<'_>) -> Failure {
    let said = match content {
        Content::Json(body) => refusal(body),
        Content::Page { title } => Some(format!("{} came back instead of JSON", page_words(title))),
        _ => None,
    };
    let by_gateway = matches!(content, Content::Page { .. });
    let failure = match raw.status {
        401 => token_refused(),
        403 => not_allowed(by_gateway),
        404 => not_found(asked),
        405 | 501 => not_offered(raw.status, asked),
        409 => conflict(content),
        412 => outdated(),
        429 => rate_limited(&raw.headers),
        500.. => tenant_failed(raw.status, by_gateway),
        status => refused_otherwise(status),
    };
    match said {
        Some(said) => failure.with_detail(said),
        None => failure,
    }
}

fn token_refused() -> Failure {
    Failure::new(
        FailureKind::TokenRefused,
        "The tenant does not accept the token (401)",
        "It is mistyped, expired, revoked or for another tenant; a directory with this token is put into quarantine.",
        "Paste the token again without quotes or the word Bearer, or ask support to issue a new one.",
    )
}

fn not_allowed(by_gateway: bool) -> Failure {
    let meaning = if by_gateway {
        "A web page came back, so a firewall in front of the service probably blocks this computer."
    } else {
        "The token is genuine but has no right to do this, or provisioning is switched off for the tenant."
    };
    Failure::new(
        FailureKind::NotAllowed,
        "The tenant forbids this request (403)",
        meaning,
        "Ask support to check the token's rights and the tenant's plan.",
    )
}

fn not_found(asked: &Asked<'_>) -> Failure {
    let resource = asked.path.trim_matches('/').split('/').count() > 1;
    if resource {
        return Failure::new(
            FailureKind::Refused,
            format!("The tenant has nothing at {} (404)", asked.path),
            "It was deleted, never existed, or is hidden from this token.",
            "Look the user up by userName to see whether it exists under another id.",
        );
    }
    Failure::new(
        FailureKind::EndpointNotFound,
        format!("{} has nothing at {} (404)", asked.host, if asked.path.is_empty() { "/" } else { asked.path }),
        "The path of the endpoint is probably wrong, or this part is not offered.",
        "Compare the SCIM endpoint with the address that support issued, letter by letter.",
    )
}

fn not_offered(status: u16, asked: &Asked<'_>) -> Failure {
    Failure::new(
        FailureKind::NotOffered,
        format!("The tenant does not offer {} here ({status})", asked.method),
        "This part of SCIM is not implemented by the service.",
        "Nothing can be done in the directory; ask the tenant's operator if you need it.",
    )
}

fn conflict(content: &Content) -> Failure {
    let uniqueness = matches!(content, Content::Json(body) if body.get("scimType").is_some_and(|t| t == "uniqueness"));
    let meaning = if uniqueness {
        "A value that must be unique, most often userName or the email, belongs to another user already."
    } else {
        "The request clashes with what the tenant has already, most often the same user."
    };
    Failure::new(
        FailureKind::Refused,
        "The tenant reports a conflict (409)",
        meaning,
        "Look the user up in the tenant, suspended ones included, and settle which account is the right one.",
    )
}

fn outdated() -> Failure {
    Failure::new(
        FailureKind::Outdated,
        "The tenant has changed meanwhile (412)",
        "Somebody else was faster, so nothing was written.",
        "Load the current state, compare, and try again.",
    )
}

fn rate_limited(headers: &HeaderMap) -> Failure {
    let wait = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()).and_then(|text| {
        text.trim().parse::<i64>().ok().or_else(|| {
            let until = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
            Some(until.duration_since(Timestamp::now()).as_secs().max(0))
        })
    });
    let next = match wait {
        Some(seconds) => format!("Wait {seconds} s, as the tenant asks, then try again."),
        None => "Wait a minute, then try again.".to_owned(),
    };
    Failure::new(
        FailureKind::RateLimited,
        "The tenant asks to slow down (429)",
        "Too many requests came in a short time, from here or from a directory that shares the limit.",
        next,
    )
}

fn tenant_failed(status: u16, by_gateway: bool) -> Failure {
    let meaning = match status {
        _ if by_gateway => {
            "A web page came back, so a gateway answers in place of the service, which is probably down."
        }
        502..=504 => "The service behind the gateway does not answer in time or is down.",
        _ => "The service failed on this request; often it is input that it should have refused with a reason.",
    };
    Failure::new(
        FailureKind::TenantFailed,
        format!("The tenant failed ({status})"),
        meaning,
        "Try again later, and give the tenant's operator the time of this request; the directory can do nothing.",
    )
}

fn refused_otherwise(status: u16) -> Failure {
    let meaning = match status {
        400 => "The tenant does not understand or accept what was sent.",
        413 => "The request is larger than the tenant takes.",
        406 | 415 => "The tenant insists on another content type than application/scim+json.",
        _ => "The tenant did not do what was asked.",
    };
    Failure::new(
        FailureKind::Refused,
        format!("The tenant refused the request ({status})"),
        meaning,
        "Read the tenant's own words in the answer, and compare them with what was sent.",
    )
}
