//! The support API (design §6): what a tenant offers its own support staff, behind the same bearer tokens.
//! Errors are problem documents. A token's value is said once, when it is made.

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, Request, State};
use axum::http::header::{ETAG, IF_MATCH, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get};
use axum::{Extension, Json, Router};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::data::{Keep, Page};
use super::error::Refusal;
use super::tenant::Tenant;
use super::{stream, tokens};
use crate::domain::attribute::{CORE_USER, DEFAULTS};
use crate::domain::exchange::Outcome;
use crate::domain::mapping::MappingDraft;
use crate::domain::problem::{Problem, Severity};
use crate::domain::tenant::{CustomField, TenantInfo, TenantMappings, TokenInfo};

const PAGE_LIMIT: usize = 500;
const PAGE: usize = 100;

pub(super) fn router(tenant: &Tenant) -> Router<Tenant> {
    Router::new()
        .route("/tenant", get(tenant_info))
        .route("/requests", get(requests))
        .route("/requests/stream", get(stream::follow))
        .route("/requests/{id}", get(request))
        .route("/mappings", get(mappings).put(replace_mappings))
        .route("/custom-fields", get(custom_fields).post(add_custom_field))
        .route("/tokens", get(list_tokens).post(add_token))
        .route("/tokens/{id}", delete(remove_token))
        .fallback(|| async { Refusal::new(StatusCode::NOT_FOUND, "The support API has nothing at this path.") })
        .method_not_allowed_fallback(|| async {
            Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "The method is not allowed at this path.")
        })
        .layer(from_fn_with_state(tenant.clone(), authorise))
}

/// Lets a request through with an accepted bearer token, and tells the handler which.
async fn authorise(State(tenant): State<Tenant>, mut request: Request, next: Next) -> Result<Response, Refusal> {
    let now = tenant.now();
    let token = tenant.data().session(Keep::Soon, |session| tokens::recognise(session, request.headers(), now))?;
    request.extensions_mut().insert(token.map_err(Refusal::unauthorised)?);
    Ok(next.run(request).await)
}

async fn tenant_info(State(tenant): State<Tenant>) -> Json<TenantInfo> {
    let defaults = DEFAULTS.iter().map(|default| match default.schema {
        CORE_USER => default.path.to_owned(),
        schema => format!("{schema}:{}", default.path),
    });
    Json(TenantInfo {
        name: tenant.name(),
        environment: "sandbox".to_owned(),
        defaults: defaults.collect(),
        filterable: DEFAULTS
            .iter()
            .filter(|default| default.filterable)
            .map(|default| default.path.to_owned())
            .collect(),
        capabilities: ["requests", "stream", "mappings", "custom-fields", "tokens"].map(str::to_owned).to_vec(),
    })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RequestsQuery {
    limit: Option<String>,
    cursor: Option<String>,
    since: Option<String>,
    until: Option<String>,
    outcome: Option<String>,
    user: Option<String>,
    status: Option<String>,
}

impl RequestsQuery {
    fn page(self) -> Result<Page, Refusal> {
        fn read<T>(name: &str, value: Option<String>, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Refusal> {
            let Some(value) = value.filter(|value| !value.is_empty()) else { return Ok(None) };
            let wrong = || Refusal::new(StatusCode::BAD_REQUEST, format!("{name} cannot be {value}."));
            read(value.trim()).map(Some).ok_or_else(wrong)
        }
        let time = |text: &str| text.parse::<Timestamp>().ok();
        let limit = read("limit", self.limit, |text| text.parse::<usize>().ok().filter(|limit| *limit > 0))?;
        Ok(Page {
            limit: limit.unwrap_or(PAGE).min(PAGE_LIMIT),
            before: read("cursor", self.cursor, |text| text.parse().ok())?,
            since: read("since", self.since, time)?,
            until: read("until", self.until, time)?,
            outcome: read("outcome", self.outcome, Outcome::from_key)?,
            user: self.user.filter(|user| !user.is_empty()),
            status: read("status", self.status, statuses)?,
        })
    }
}

/// `409` is that one, `4xx` the whole class.
fn statuses(text: &str) -> Option<(u16, u16)> {
    match text.strip_suffix("xx").or_else(|| text.strip_suffix("XX")) {
        Some(class) => class.parse().ok().filter(|class| (1..=5).contains(class)).map(|c: u16| (c * 100, c * 100 + 99)),
        None => text.parse().ok().map(|status| (status, status)),
    }
}

async fn requests(State(tenant): State<Tenant>, Query(query): Query<RequestsQuery>) -> Result<Response, Refusal> {
    let page = query.page()?;
    let (entries, next) = tenant.data().look(|session| session.exchanges(&page))?;
    Ok(Json(json!({ "requests": entries, "nextCursor": next.map(|number| number.to_string()) })).into_response())
}

async fn request(State(tenant): State<Tenant>, Path(id): Path<String>) -> Result<Response, Refusal> {
    let missing = || Refusal::new(StatusCode::NOT_FOUND, format!("The log has no request {id}; it may have aged out."));
    let number = id.parse().map_err(|_| missing())?;
    let exchange = tenant.data().look(|session| session.exchange(number))?.ok_or_else(missing)?;
    Ok(Json(exchange).into_response())
}

async fn mappings(State(tenant): State<Tenant>) -> Result<Response, Refusal> {
    Ok(tagged(tenant.data().look(|session| session.mappings())?))
}

async fn replace_mappings(
    State(tenant): State<Tenant>,
    headers: HeaderMap,
    draft: Result<Json<MappingDraft>, JsonRejection>,
) -> Result<Response, Refusal> {
    let Some(tags) = headers.get(IF_MATCH).and_then(|value| value.to_str().ok()) else {
        let detail = "If-Match is required: send the ETag of the mappings that you changed.";
        return Err(Refusal::new(StatusCode::PRECONDITION_REQUIRED, detail));
    };
    let Json(draft) = draft.map_err(unreadable)?;
    let now = tenant.now();
    tenant.data().session(Keep::Now, |session| {
        let current = session.mappings()?;
        let etag = current.etag.clone().unwrap_or_default();
        if !tags.split(',').any(|tag| tag.trim() == "*" || tag.trim() == etag) {
            let detail = "The mappings were changed meanwhile; these are the current ones.";
            return Ok(Err(Refusal::new(StatusCode::PRECONDITION_FAILED, detail)
                .with("version", json!(current.version))
                .with("mappings", json!(current.mappings))
                .with_header(ETAG, etag)));
        }
        let problems = draft.check(Some(&session.custom_fields()?));
        if problems.iter().any(Problem::blocks) {
            return Ok(Err(invalid("The mappings were not changed; see the problems.", &problems)));
        }
        session.keep_mappings(&draft.rows, now)?;
        Ok(Ok(tagged(session.mappings()?)))
    })?
}

fn tagged(mappings: TenantMappings) -> Response {
    let etag = mappings.etag.clone().unwrap_or_default();
    ([(ETAG, etag)], Json(mappings)).into_response()
}

async fn custom_fields(State(tenant): State<Tenant>) -> Result<Response, Refusal> {
    let fields = tenant.data().look(|session| session.custom_fields())?;
    Ok(Json(json!({ "fields": fields })).into_response())
}

async fn add_custom_field(
    State(tenant): State<Tenant>,
    field: Result<Json<CustomField>, JsonRejection>,
) -> Result<Response, Refusal> {
    let Json(field) = field.map_err(unreadable)?;
    let problems = field_problems(&field);
    if !problems.is_empty() {
        return Err(invalid("The custom field was not added; see the problems.", &problems));
    }
    if !tenant.data().session(Keep::Now, |session| session.add_custom_field(&field))? {
        let detail = format!("The custom field ref {} is already used.", field.reference);
        return Err(Refusal::new(StatusCode::CONFLICT, detail));
    }
    Ok((StatusCode::CREATED, Json(field)).into_response())
}

fn field_problems(field: &CustomField) -> Vec<Problem> {
    let CustomField { reference, label, kind } = field;
    let mut problems = Vec::new();
    let mut wrong = |field, code, message: &str| problems.push(Problem::new(field, code, Severity::Error, message));
    if reference.is_empty() {
        wrong("ref", "field-empty", "Give the custom field a ref.");
    } else if reference.chars().any(char::is_uppercase) {
        wrong("ref", "field-not-lowercase", "A custom field ref is always lower-case.");
    } else if !reference.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c)) {
        wrong(
            "ref",
            "field-invalid-character",
            "A custom field ref has only letters, digits, hyphens and underscores.",
        );
    }
    if label.trim().is_empty() {
        wrong("label", "label-empty", "Give the custom field a label.");
    }
    if !["text", "checkbox"].contains(&kind.as_str()) {
        wrong("kind", "kind-unknown", "The kind of a custom field is text or checkbox.");
    }
    problems
}

async fn list_tokens(State(tenant): State<Tenant>) -> Result<Response, Refusal> {
    let tokens = tenant.data().look(|session| session.tokens())?;
    Ok(Json(json!({ "tokens": tokens })).into_response())
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TokenRequest {
    name: String,
    #[serde(default)]
    expires_at: Option<Timestamp>,
}

async fn add_token(
    State(tenant): State<Tenant>,
    wanted: Result<Json<TokenRequest>, JsonRejection>,
) -> Result<Response, Refusal> {
    let Json(TokenRequest { name, expires_at }) = wanted.map_err(unreadable)?;
    let name = name.trim();
    let now = tenant.now();
    let mut problems = Vec::new();
    if name.is_empty() {
        problems.push(Problem::new("name", "name-empty", Severity::Error, "Give the token a name."));
    }
    if expires_at.is_some_and(|end| end <= now) {
        let message = "The end of the token lies in the past.";
        problems.push(Problem::new("expiresAt", "expiry-past", Severity::Error, message));
    }
    if !problems.is_empty() {
        return Err(invalid("The token was not issued; see the problems.", &problems));
    }
    let value = tokens::random();
    let info = tenant.data().session(Keep::Now, |session| tokens::add(session, name, &value, now, expires_at))?;
    let location = format!("/support/v1/tokens/{}", info.id);
    let mut body = json!(info);
    body["value"] = value.expose().into();
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(body)).into_response())
}

async fn remove_token(
    State(tenant): State<Tenant>,
    Extension(used): Extension<TokenInfo>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    if used.id == id {
        let detail = "This is the token that you are using; remove it with another one.";
        return Err(Refusal::new(StatusCode::CONFLICT, detail));
    }
    if !tenant.data().session(Keep::Now, |session| session.remove_token(&id))? {
        return Err(Refusal::new(StatusCode::NOT_FOUND, format!("There is no token {id}.")));
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn invalid(detail: &str, problems: &[Problem]) -> Refusal {
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, detail).with("problems", json!(problems))
}

#[allow(clippy::needless_pass_by_value, reason = "it is the error half of a map_err")]
fn unreadable(rejection: JsonRejection) -> Refusal {
    Refusal::new(
        rejection.status(),
        format!("The body cannot be read: {}.", rejection.body_text().trim_end_matches('.')),
    )
}
