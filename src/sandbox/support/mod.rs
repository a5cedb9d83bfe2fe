//! The support API (design §6): what a tenant offers its own support staff, behind the same bearer tokens.
//! Errors are problem documents, and every route is described where it is answered. A token's value is said only once.

mod custom_fields;
mod faults;
mod habits;
mod mappings;
mod openapi;
mod requests;
mod scripts;
mod sent;
mod staff_tokens;
mod wire;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::data::Keep;
use super::error::Refusal;
use super::payload::BODY_LIMIT;
use super::tenant::Tenant;
use super::{stream, tokens};
use crate::domain::attribute::{CORE_USER, DEFAULTS};

pub(super) use wire::{Landing, Outcome};

pub(super) fn router(tenant: &Tenant) -> Router<Tenant> {
    let nowhere = || async { Refusal::new(StatusCode::NOT_FOUND, "The support API has nothing at this path.") };
    let wrong_method =
        || async { Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "The method is not allowed at this path.") };
    Router::from(described())
        .fallback(nowhere)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(tenant.clone(), authorise))
        .merge(Router::new().route("/openapi.json", get(openapi::answer)).method_not_allowed_fallback(wrong_method))
}

/// Every route that the description has, with its description.
fn described() -> OpenApiRouter<Tenant> {
    OpenApiRouter::with_openapi(openapi::frame())
        .routes(routes!(tenant_info))
        .routes(routes!(requests::list))
        .routes(routes!(stream::follow))
        .routes(routes!(requests::read))
        .routes(routes!(mappings::read, mappings::replace))
        .routes(routes!(custom_fields::list, custom_fields::add))
        .routes(routes!(staff_tokens::list, staff_tokens::add))
        .routes(routes!(staff_tokens::remove))
        .routes(routes!(faults::list, faults::add, faults::clear))
        .routes(routes!(faults::remove))
        .routes(routes!(habits::list, habits::refuse))
        .routes(routes!(scripts::list))
        .routes(routes!(scripts::play))
}

/// Lets a request through with an accepted bearer token, and tells the handler which.
async fn authorise(State(tenant): State<Tenant>, mut request: Request, next: Next) -> Result<Response, Refusal> {
    let now = tenant.now();
    let token = tenant.data().session(Keep::Soon, |session| tokens::recognise(session, request.headers(), now))?;
    request.extensions_mut().insert(token.map_err(Refusal::unauthorised)?);
    Ok(next.run(request).await)
}

/// What the tenant is and offers.
///
/// The console reads this first: `capabilities` says which of the other paths it may use.
#[utoipa::path(get, path = "/tenant", tag = "tenant", operation_id = "readTenant", responses(
    (status = 200, description = "The tenant.", body = wire::TenantInfo),
))]
async fn tenant_info(State(tenant): State<Tenant>) -> Json<wire::TenantInfo> {
    let defaults = DEFAULTS.iter().map(|default| match default.schema {
        CORE_USER => default.path.to_owned(),
        schema => format!("{schema}:{}", default.path),
    });
    Json(wire::TenantInfo {
        name: tenant.name(),
        environment: "sandbox".to_owned(),
        defaults: defaults.collect(),
        filterable: DEFAULTS
            .iter()
            .filter(|default| default.filterable)
            .map(|default| default.path.to_owned())
            .collect(),
        capabilities: ["requests", "stream", "mappings", "custom-fields", "tokens", "faults", "habits", "scripts"]
            .map(str::to_owned)
            .to_vec(),
    })
}
