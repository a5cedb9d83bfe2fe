//! The OpenAPI 3.1 description of the support API, drawn from the routes themselves, so that another tenant's team can
//! build the same. It holds no secret and is served to anybody.

use std::sync::LazyLock;

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, ContentBuilder, HeaderBuilder, Object, Ref, RefOr, Response, ResponseBuilder, Type};
use utoipa::{OpenApi, ToSchema as _};

use super::{described, wire};

const PROBLEM: &str = "application/problem+json";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Support API of a SCIM tenant",
        version = "1",
        description = "What a tenant can offer its own support staff beside SCIM: the requests that it really received, \
            the mappings and custom fields in force, and its bearer tokens. Every path takes the bearer tokens of the \
            SCIM service; refusals are problem documents (RFC 9457).",
        license(name = "MIT OR Apache-2.0"),
    ),
    servers((url = "/support/v1")),
    security(("bearer" = [])),
    components(schemas(wire::Problem)),
)]
struct Frame;

/// The description without its routes.
pub(super) fn frame() -> utoipa::openapi::OpenApi {
    let mut frame = Frame::openapi();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A token of the tenant, the same as for SCIM (RFC 6750)."));
    let components = frame.components.get_or_insert_with(Components::new);
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
    frame
}

/// Serves the description.
pub(super) async fn answer() -> impl IntoResponse {
    static TEXT: LazyLock<String> = LazyLock::new(|| serde_json::to_string(&whole()).unwrap_or_default());
    ([(CONTENT_TYPE, "application/json")], TEXT.as_str())
}

/// The description with what every route can answer.
pub(super) fn whole() -> utoipa::openapi::OpenApi {
    let mut whole = described().into_openapi();
    for path in whole.paths.paths.values_mut() {
        let all = [&mut path.get, &mut path.put, &mut path.post, &mut path.delete];
        all.into_iter().flatten().for_each(complete);
    }
    whole
}

fn complete(operation: &mut Operation) {
    let mut may = |status: &str, response: Response| {
        operation.responses.responses.entry(status.to_owned()).or_insert(RefOr::T(response));
    };
    let text = Object::with_type(Type::String);
    let header = |about: &str| HeaderBuilder::new().schema(Some(text)).description(Some(about)).build();
    let unauthorised = refusal("The bearer token is missing, unknown or expired.");
    may("401", unauthorised.header("WWW-Authenticate", header("The challenge of RFC 6750 §3.")).build());
    may("500", refusal("The tenant failed; nothing was changed.").build());
    if operation.request_body.is_some() {
        may("400", refusal("The body is not JSON.").build());
        may("413", refusal("The body is larger than 1 MiB.").build());
        may("415", refusal("The body is not declared as application/json.").build());
    }
}

fn refusal(description: &str) -> ResponseBuilder {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(wire::Problem::name()))).build();
    ResponseBuilder::new().description(description).content(PROBLEM, content)
}
