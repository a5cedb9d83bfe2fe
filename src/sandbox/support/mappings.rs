//! The mappings over the support API. They are replaced as a whole and only against the version that was read, so that
//! nobody overwrites what they have not seen.

use axum::Json;
use axum::extract::State;
use axum::http::header::{ETAG, IF_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::super::data::Keep;
use super::super::error::Refusal;
use super::super::tenant::Tenant;
use super::sent::{Sent, invalid};
use super::wire::{self, Mappings};
use crate::domain::mapping::MappingDraft;
use crate::domain::problem::Problem;
use crate::domain::tenant::TenantMappings;

/// The mappings in force.
#[utoipa::path(get, path = "/mappings", tag = "mappings", operation_id = "readMappings", responses(
    (status = 200, description = "The mappings.", body = Mappings,
        headers(("ETag" = String, description = "Names this version; send it as If-Match to replace it."))),
))]
pub(super) async fn read(State(tenant): State<Tenant>) -> Result<Response, Refusal> {
    Ok(tagged(tenant.data().look(|session| session.mappings())?))
}

/// Puts other mappings in force.
///
/// All or none: the body is the whole set. What stands in `problems` has the codes of `scim-console mapping check`.
#[utoipa::path(put, path = "/mappings", tag = "mappings", operation_id = "replaceMappings",
    params(("If-Match" = String, Header, description = "The ETag of the mappings that were changed, or `*`.",
        example = "\"3\"")),
    request_body = wire::MappingDraft,
    responses(
        (status = 200, description = "They are in force.", body = Mappings,
            headers(("ETag" = String, description = "Names the new version."))),
        (status = 412, description = "Somebody else changed the mappings; these are the current ones.",
            body = wire::Outdated, content_type = "application/problem+json",
            headers(("ETag" = String, description = "Names the current version."))),
        (status = 422, description = "The body does not hold; nothing was changed.", body = wire::Invalid,
            content_type = "application/problem+json"),
        (status = 428, description = "If-Match is missing.", body = wire::Problem,
            content_type = "application/problem+json"),
    ),
)]
pub(super) async fn replace(
    State(tenant): State<Tenant>,
    headers: HeaderMap,
    draft: Result<Sent<wire::MappingDraft>, Refusal>,
) -> Result<Response, Refusal> {
    let Some(tags) = headers.get(IF_MATCH).map(|value| String::from_utf8_lossy(value.as_bytes())) else {
        let detail = "If-Match is required: send the ETag of the mappings that you changed.";
        return Err(Refusal::new(StatusCode::PRECONDITION_REQUIRED, detail));
    };
    let draft = MappingDraft::from(draft?.0);
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
    ([(ETAG, etag)], Json(Mappings::from(mappings))).into_response()
}
