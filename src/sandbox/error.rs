//! Refusals, each as its interface says them: a SCIM error body (RFC 7644 §3.12) or a problem document (RFC 9457).
//! The detail names the attribute or parameter at fault and never repeats a secret.

use axum::http::header::{ALLOW, CONTENT_TYPE, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

/// What a SCIM request is refused with.
#[derive(Debug, Clone)]
pub(super) struct ScimError {
    pub(super) status: StatusCode,
    pub(super) scim_type: Option<&'static str>,
    pub(super) detail: String,
    pub(super) header: Option<(HeaderName, String)>,
}

/// What a request to the support API is refused with.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    status: StatusCode,
    detail: String,
    members: Box<Map<String, Value>>,
    header: Option<(HeaderName, String)>,
}

impl ScimError {
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, scim_type: None, detail: detail.into(), header: None }
    }

    fn bad_request(scim_type: &'static str, detail: impl Into<String>) -> Self {
        Self { scim_type: Some(scim_type), ..Self::new(StatusCode::BAD_REQUEST, detail) }
    }

    pub(super) fn invalid_syntax(detail: impl Into<String>) -> Self {
        Self::bad_request("invalidSyntax", detail)
    }

    pub(super) fn invalid_value(detail: impl Into<String>) -> Self {
        Self::bad_request("invalidValue", detail)
    }

    pub(super) fn invalid_filter(detail: impl Into<String>) -> Self {
        Self::bad_request("invalidFilter", detail)
    }

    pub(super) fn patch(scim_type: &'static str, detail: impl Into<String>) -> Self {
        Self::bad_request(scim_type, detail)
    }

    pub(super) fn invalid_path(detail: impl Into<String>) -> Self {
        Self::bad_request("invalidPath", detail)
    }

    /// RFC 9865 §2.1: `invalidCursor`, `expiredCursor` or `invalidCount`.
    pub(super) fn paging(scim_type: &'static str, detail: impl Into<String>) -> Self {
        Self::bad_request(scim_type, detail)
    }

    pub(super) fn uniqueness(user_name: &str) -> Self {
        let detail = format!("userName {user_name} is already used by another user.");
        Self { scim_type: Some("uniqueness"), ..Self::new(StatusCode::CONFLICT, detail) }
    }

    pub(super) fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("{what} was not found."))
    }

    pub(super) fn unsupported(what: &str) -> Self {
        Self::new(StatusCode::NOT_IMPLEMENTED, format!("{what} not supported by this tenant."))
    }

    pub(super) fn method_not_allowed(method: &Method, allowed: &'static str) -> Self {
        Self {
            header: Some((ALLOW, allowed.to_owned())),
            ..Self::new(StatusCode::METHOD_NOT_ALLOWED, format!("{method} is not allowed here; {allowed} is."))
        }
    }

    pub(super) fn unauthorised(why: TokenFault) -> Self {
        Self {
            header: Some((WWW_AUTHENTICATE, why.challenge().to_owned())),
            ..Self::new(StatusCode::UNAUTHORIZED, why.detail())
        }
    }

    pub(super) fn too_many_requests(retry_after: u64) -> Self {
        let detail = format!("Too many requests; try again after {retry_after} seconds.");
        Self {
            header: Some((RETRY_AFTER, retry_after.to_string())),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, detail)
        }
    }

    pub(super) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "The tenant failed to handle the request; nothing was changed.")
    }

    /// The error body. `status` is a string (RFC 7644 §3.12).
    pub(super) fn body(&self) -> Value {
        let mut body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": self.status.as_u16().to_string(),
        });
        if let Some(scim_type) = self.scim_type {
            body["scimType"] = scim_type.into();
        }
        body["detail"] = self.detail.as_str().into();
        body
    }
}

impl From<rusqlite::Error> for ScimError {
    fn from(error: rusqlite::Error) -> Self {
        tracing::error!(%error, "the sandbox's database failed");
        Self::internal()
    }
}

/// Why a bearer token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenFault {
    Missing,
    Unknown,
    Expired,
}

impl TokenFault {
    const fn detail(self) -> &'static str {
        match self {
            Self::Missing => "The request has no bearer token.",
            Self::Unknown => "The bearer token is not known to this tenant.",
            Self::Expired => "The bearer token has expired.",
        }
    }

    /// RFC 6750 §3.
    const fn challenge(self) -> &'static str {
        match self {
            Self::Missing => r#"Bearer realm="scim""#,
            Self::Unknown => {
                r#"Bearer realm="scim", error="invalid_token", error_description="The access token is not known""#
            }
            Self::Expired => {
                r#"Bearer realm="scim", error="invalid_token", error_description="The access token expired""#
            }
        }
    }
}

impl Refusal {
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), members: Box::default(), header: None }
    }

    pub(super) fn unauthorised(why: TokenFault) -> Self {
        Self {
            header: Some((WWW_AUTHENTICATE, why.challenge().to_owned())),
            ..Self::new(StatusCode::UNAUTHORIZED, why.detail())
        }
    }

    /// The same refusal with another member of the problem document.
    pub(super) fn with(mut self, member: &str, value: Value) -> Self {
        self.members.insert(member.to_owned(), value);
        self
    }

    /// The same refusal with a header.
    pub(super) fn with_header(mut self, name: HeaderName, value: String) -> Self {
        self.header = Some((name, value));
        self
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        tracing::error!(%error, "the sandbox's database failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "The tenant failed to handle the request; nothing was changed.")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut body = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason().unwrap_or("Refused"),
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        if let Value::Object(members) = &mut body {
            members.extend(*self.members);
        }
        let mut response =
            (self.status, [(CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response();
        if let Some((name, value)) = self.header
            && let Ok(value) = HeaderValue::from_str(&value)
        {
            response.headers_mut().insert(name, value);
        }
        response
    }
}
