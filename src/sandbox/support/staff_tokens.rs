//! Bearer tokens over the support API: listed, made and removed. A token's value is in the answer that made it and
//! nowhere else, and nobody can remove the token that they are using.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};

use super::super::data::Keep;
use super::super::error::Refusal;
use super::super::tenant::Tenant;
use super::super::tokens;
use super::sent::{Id, Sent, invalid};
use super::wire::{self, NewToken, TokenRequest, Tokens};
use crate::domain::problem::{Problem, Severity};
use crate::domain::tenant::TokenInfo;

/// The tokens, oldest first.
#[utoipa::path(get, path = "/tokens", tag = "tokens", operation_id = "listTokens", responses(
    (status = 200, description = "The tokens, never their values.", body = Tokens),
))]
pub(super) async fn list(State(tenant): State<Tenant>) -> Result<Json<Tokens>, Refusal> {
    let tokens = tenant.data().look(|session| session.tokens())?;
    Ok(Json(Tokens { tokens: tokens.into_iter().map(Into::into).collect() }))
}

/// Makes a token.
#[utoipa::path(post, path = "/tokens", tag = "tokens", operation_id = "addToken", request_body = TokenRequest,
    responses(
        (status = 201, description = "The token. Its value is shown this once.", body = NewToken,
            headers(("Location" = String, description = "Where it is removed."))),
        (status = 422, description = "The body does not hold; no token was made.", body = wire::Invalid,
            content_type = "application/problem+json"),
    ),
)]
pub(super) async fn add(
    State(tenant): State<Tenant>,
    Sent(TokenRequest { name, expires_at, .. }): Sent<TokenRequest>,
) -> Result<Response, Refusal> {
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
    let body = NewToken { info: info.into(), value: value.expose().to_owned() };
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(body)).into_response())
}

/// Takes a token out of use.
#[utoipa::path(delete, path = "/tokens/{id}", tag = "tokens", operation_id = "removeToken",
    params(("id" = String, Path, description = "The id of a token.", min_length = 1, example = "tok_3f0c2a9d41e7")),
    responses(
        (status = 204, description = "It is accepted no longer."),
        (status = 404, description = "There is no such token.", body = wire::Problem,
            content_type = "application/problem+json"),
        (status = 409, description = "It is the token that this request carries.", body = wire::Problem,
            content_type = "application/problem+json"),
    ),
)]
pub(super) async fn remove(
    State(tenant): State<Tenant>,
    Extension(used): Extension<TokenInfo>,
    Id(id): Id,
) -> Result<StatusCode, Refusal> {
    if used.id == id {
        let detail = "This is the token that you are using; remove it with another one.";
        return Err(Refusal::new(StatusCode::CONFLICT, detail));
    }
    if !tenant.data().session(Keep::Now, |session| session.remove_token(&id))? {
        return Err(Refusal::new(StatusCode::NOT_FOUND, format!("There is no token {id}.")));
    }
    Ok(StatusCode::NO_CONTENT)
}
