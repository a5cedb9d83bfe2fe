//! The vendor's public API, as far as it shows what landed in a learner's profile: one user by ref, after Basic or OAuth2
//! client credentials (idp-facts §6.4). It only reads; an access token is kept in memory and opens nothing else.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use axum::extract::{Path, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, HeaderName, PRAGMA, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::data::{Keep, User};
use super::tenant::Tenant;
use super::tokens;
use crate::domain::attribute::AttributeName;
use crate::domain::house::LEARNER_API_ID as TENANT_ID;
use crate::domain::landing::default_named;
use crate::domain::mapping::MappingRow;
use crate::domain::secret::Secret;

/// RFC 6749 §5.1.
const NEVER_CACHED: [(HeaderName, &str); 2] = [(CACHE_CONTROL, "no-store"), (PRAGMA, "no-cache")];
/// How long an access token lasts, seconds.
const LIFE: i64 = 3_600;
/// More live at once would be a client that never keeps one; the oldest goes.
const MOST: usize = 1_000;

/// The access tokens that were given out, by the SHA-256 of their value.
#[derive(Default)]
pub(super) struct AccessTokens(Mutex<BTreeMap<[u8; 32], Access>>);

/// What an access token is good for.
struct Access {
    end: Timestamp,
    /// The SHA-256 of the secret that it was given for: it opens nothing once that is revoked.
    secret: [u8; 32],
}

/// `/rest/v1/users/ref/{ref}` and `/oauth2/token/{tenant}`.
pub(super) fn router() -> Router<Tenant> {
    Router::new().route("/rest/v1/users/ref/{ref}", get(profile)).route("/oauth2/token/{tenant}", post(access_token))
}

/// What a request is refused with: `{status, error, message}`.
struct Refused(StatusCode, String);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Self(status, message) = self;
        let error = status.canonical_reason().unwrap_or("Refused");
        let body = Json(json!({ "status": status.as_u16(), "error": error, "message": message }));
        let mut response = (status, body).into_response();
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"rest\", Bearer"));
        }
        response
    }
}

/// What a request for an access token is refused with (RFC 6749 §5.2).
struct NotGiven(StatusCode, &'static str, String);

impl IntoResponse for NotGiven {
    fn into_response(self) -> Response {
        let Self(status, error, words) = self;
        let mut response =
            (status, NEVER_CACHED, Json(json!({ "error": error, "error_description": words }))).into_response();
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"rest\""));
        }
        response
    }
}

impl From<rusqlite::Error> for NotGiven {
    fn from(error: rusqlite::Error) -> Self {
        let Refused(status, words) = error.into();
        Self(status, "server_error", words)
    }
}

impl From<rusqlite::Error> for Refused {
    fn from(error: rusqlite::Error) -> Self {
        tracing::error!(%error, "the sandbox's database failed");
        Self(StatusCode::INTERNAL_SERVER_ERROR, "The tenant failed to handle the request.".to_owned())
    }
}

fn unauthorised(why: &str) -> Refused {
    Refused(StatusCode::UNAUTHORIZED, why.to_owned())
}

async fn access_token(
    State(tenant): State<Tenant>,
    Path(id): Path<String>,
    headers: HeaderMap,
    form: String,
) -> Result<Response, NotGiven> {
    let unknown_client = |why: &str| NotGiven(StatusCode::UNAUTHORIZED, "invalid_client", why.to_owned());
    let sent: BTreeMap<String, String> = url::form_urlencoded::parse(form.as_bytes()).into_owned().collect();
    let sent = |name: &str| sent.get(name).map(String::as_str);
    if sent("grant_type") != Some("client_credentials") {
        let words = "grant_type must be client_credentials.".to_owned();
        return Err(NotGiven(StatusCode::BAD_REQUEST, "unsupported_grant_type", words));
    }
    let scope = sent("scope").unwrap_or("api/read");
    if let Some(unknown) = scope.split(' ').find(|scope| !["api/all", "api/read"].contains(scope)) {
        let words = format!("The scope {unknown} is not known.");
        return Err(NotGiven(StatusCode::BAD_REQUEST, "invalid_scope", words));
    }
    let in_form = || Some((sent("client_id")?.to_owned(), Secret::new(sent("client_secret")?)));
    let Some((client, secret)) = basic(&headers).or_else(in_form) else {
        return Err(unknown_client("The request has no client credentials."));
    };
    if client != id || !opens(&tenant, &client, &secret)? {
        return Err(unknown_client("The client credentials are not known to this tenant."));
    }
    let value = tokens::random();
    tenant.access_tokens().add(&value, &secret, tenant.now());
    let body = json!({ "access_token": value.expose(), "token_type": "Bearer", "expires_in": LIFE, "scope": scope });
    Ok((NEVER_CACHED, Json(body)).into_response())
}

async fn profile(
    State(tenant): State<Tenant>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refused> {
    let allowed = match basic(&headers) {
        Some((id, secret)) => opens(&tenant, &id, &secret)?,
        None => match tenant.access_tokens().secret_of(&headers, tenant.now()) {
            Some(secret) => {
                let now = tenant.now();
                tenant.data().session(Keep::Soon, |session| tokens::recognise_hash(session, &secret, now))?.is_ok()
            }
            None => false,
        },
    };
    if !allowed {
        return Err(unauthorised("Send Basic with the tenant id and its secret, or an access token."));
    }
    let found = tenant.data().look(|session| {
        let Some(user) = session.user_named(&reference)? else { return Ok(None) };
        Ok(Some((session.mappings()?.mappings, user)))
    })?;
    let missing = || Refused(StatusCode::NOT_FOUND, format!("There is no user with the ref {reference}."));
    let (mappings, user) = found.ok_or_else(missing)?;
    Ok(Json(shown(&user, &mappings)))
}

/// The tenant id and secret of an Authorization header (RFC 7617).
fn basic(headers: &HeaderMap) -> Option<(String, Secret)> {
    let (scheme, value) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let decoded = scheme.eq_ignore_ascii_case("basic").then(|| STANDARD.decode(value.trim()).ok()).flatten()?;
    let text = String::from_utf8(decoded).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), Secret::new(secret)))
}

fn opens(tenant: &Tenant, id: &str, secret: &Secret) -> rusqlite::Result<bool> {
    let now = tenant.now();
    let known = tenant.data().session(Keep::Soon, |session| tokens::recognise_value(session, secret.expose(), now))?;
    Ok(id == TENANT_ID && known.is_ok())
}

/// The learner as the vendor's API shows one: what landed in default fields by their names, the rest by custom field ref.
fn shown(user: &User, mappings: &[MappingRow]) -> Value {
    let mut learner = Map::new();
    let mut fields = Map::new();
    learner.insert("id".to_owned(), user.id.as_str().into());
    learner.insert("role".to_owned(), "learner".into());
    learner.insert("status".to_owned(), "active".into());
    for (attribute, value) in &user.profile {
        let Ok(name) = AttributeName::parse(attribute) else { continue };
        match default_named(&name).map(|default| default.profile_field) {
            Some("managerRef") => {
                let position = json!([{ "manager": { "id": value }, "isActive": true }]);
                learner.insert("positions".to_owned(), position);
            }
            Some("status") => {
                let status = if value == &Value::Bool(false) { "suspended" } else { "active" };
                learner.insert("status".to_owned(), status.into());
            }
            Some("languageCode") => {
                let code = value.as_str().unwrap_or_default().to_lowercase();
                learner.insert("languageCode".to_owned(), code.into());
            }
            Some(field) => {
                learner.insert(field.to_owned(), value.clone());
            }
            None => {
                let is_it = |row: &&MappingRow| AttributeName::parse(&row.attribute).is_ok_and(|of| of == name);
                if let Some(row) = mappings.iter().find(is_it) {
                    fields.insert(row.field.clone(), value.clone());
                }
            }
        }
    }
    learner.insert("additionalFields".to_owned(), fields.into());
    learner.into()
}

impl AccessTokens {
    fn add(&self, value: &Secret, secret: &Secret, now: Timestamp) {
        let mut live = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        live.retain(|_, access| access.end > now);
        if live.len() >= MOST
            && let Some(oldest) = live.iter().min_by_key(|(_, access)| access.end).map(|(hash, _)| *hash)
        {
            live.remove(&oldest);
        }
        let end = now.checked_add(SignedDuration::from_secs(LIFE)).unwrap_or(now);
        live.insert(tokens::hash(value.expose()), Access { end, secret: tokens::hash(secret.expose()) });
    }

    /// The SHA-256 of the secret that a request's access token was given for, while it lasts.
    fn secret_of(&self, headers: &HeaderMap, now: Timestamp) -> Option<[u8; 32]> {
        let value = tokens::bearer(headers.get(AUTHORIZATION)?.to_str().ok()?)?;
        let live = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        live.get(&tokens::hash(value)).filter(|access| access.end > now).map(|access| access.secret)
    }
}
