//! What the SCIM service says back: the answer as it is meant, and as it goes over the wire and into the log.

use axum::body::Body;
use axum::http::header::{ACCEPT, CONTENT_TYPE, HeaderName};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::error::ScimError;

/// RFC 7644 §3.1.
pub(super) const SCIM_JSON: &str = "application/scim+json";
/// The same, for whoever knows no better.
pub(super) const JSON: &str = "application/json";

/// What is to be said back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: Vec<(HeaderName, String)>,
    pub(super) body: Content,
    pub(super) scim_type: Option<&'static str>,
    pub(super) detail: Option<String>,
}

/// The body of an answer.
#[derive(Debug)]
pub(super) enum Content {
    Empty,
    Json(Value),
    Html(&'static str),
}

/// An answer as it goes over the wire and into the log.
pub(super) struct Said {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
    pub(super) scim_type: Option<&'static str>,
    pub(super) detail: Option<String>,
}

impl Answer {
    pub(super) fn new(status: StatusCode) -> Self {
        Self { status, headers: Vec::new(), body: Content::Empty, scim_type: None, detail: None }
    }

    pub(super) fn ok(body: Value) -> Self {
        Self { body: Content::Json(body), ..Self::new(StatusCode::OK) }
    }
}

impl From<ScimError> for Answer {
    fn from(error: ScimError) -> Self {
        Self {
            status: error.status,
            body: Content::Json(error.body()),
            headers: error.header.into_iter().collect(),
            scim_type: error.scim_type,
            detail: Some(error.detail),
        }
    }
}

impl From<Answer> for Said {
    fn from(answer: Answer) -> Self {
        let (media, text) = match answer.body {
            Content::Empty => (None, String::new()),
            Content::Json(value) => (Some(SCIM_JSON), value.to_string()),
            Content::Html(page) => (Some("text/html"), page.to_owned()),
        };
        let mut headers = HeaderMap::new();
        headers.extend(media.map(|media| (CONTENT_TYPE, HeaderValue::from_static(media))));
        let own = answer.headers.into_iter();
        headers.extend(own.filter_map(|(name, value)| Some((name, HeaderValue::from_str(&value).ok()?))));
        Self { status: answer.status, headers, text, scim_type: answer.scim_type, detail: answer.detail }
    }
}

impl Said {
    /// RFC 7644 §3.8: `application/json` for whoever accepts that and not `application/scim+json`.
    pub(super) fn accepted_by(mut self, asked: &HeaderMap) -> Self {
        let asked: Vec<&str> = asked.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
        let asked = asked.join(",").to_ascii_lowercase();
        let media: Vec<&str> = asked.split(',').map(|one| one.split(';').next().unwrap_or_default().trim()).collect();
        let takes = |wanted: &str| media.contains(&wanted);
        let ours = self.headers.get(CONTENT_TYPE).is_some_and(|media| media == SCIM_JSON);
        if ours && takes(JSON) && ![SCIM_JSON, "application/*", "*/*"].into_iter().any(takes) {
            self.headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
        }
        self
    }
}

impl IntoResponse for Said {
    fn into_response(self) -> Response {
        (self.status, self.headers, Body::from(self.text)).into_response()
    }
}
