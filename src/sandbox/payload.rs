//! The body of a request as it came, read once and within a bound, so that the log can keep it as it was.

use axum::body::{Body, Bytes};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_LENGTH;
use futures_util::StreamExt as _;
use serde_json::Value;

/// The largest body that is read.
pub(super) const BODY_LIMIT: usize = 1024 * 1024;

/// The body as it came.
pub(super) enum Payload {
    Empty,
    /// The value, and the text that it was read from.
    Json(Value, String),
    /// Not JSON: the text, and what is wrong with it.
    Broken(String, String),
    TooLarge,
}

/// Reads a body to its end, or to the bound.
pub(super) async fn receive(headers: &HeaderMap, body: Body) -> Payload {
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > BODY_LIMIT) {
        return Payload::TooLarge;
    }
    let mut bytes = Vec::new();
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let Ok(chunk): Result<Bytes, _> = chunk else {
            return Payload::Broken(String::new(), "it ended early".to_owned());
        };
        if bytes.len() + chunk.len() > BODY_LIMIT {
            return Payload::TooLarge;
        }
        bytes.extend_from_slice(&chunk);
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Payload::Empty;
    }
    // Text that is not UTF-8 is not JSON either (RFC 8259 §8.1).
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(broken) => {
            let text = String::from_utf8_lossy(broken.as_bytes()).into_owned();
            return Payload::Broken(text, "it is not UTF-8".to_owned());
        }
    };
    match serde_json::from_str(&text) {
        Ok(value) => Payload::Json(value, text),
        Err(why) => Payload::Broken(text, why.to_string()),
    }
}
