//! What callers send to the support API: a JSON body, a path's id, a query, each read strictly. Whatever cannot be read
//! is refused as a problem document, never as a bare text.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::super::error::Refusal;
use crate::domain::problem::Problem;

/// A JSON body.
pub(super) struct Sent<T>(pub(super) T);

/// The id at the end of a path.
pub(super) struct Id(pub(super) String);

/// The query of an address.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Sent<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let unreadable = |rejection: JsonRejection| {
            let detail = format!("The body cannot be read: {}.", rejection.body_text().trim_end_matches('.'));
            Refusal::new(rejection.status(), detail)
        };
        Json::from_request(request, state).await.map(|Json(body)| Self(body)).map_err(unreadable)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let unreadable = |_: PathRejection| Refusal::new(StatusCode::NOT_FOUND, "There is nothing with this id.");
        Path::from_request_parts(parts, state).await.map(|Path(id)| Self(id)).map_err(unreadable)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let unreadable = |rejection: QueryRejection| {
            let detail = format!("The query cannot be read: {}.", rejection.body_text().trim_end_matches('.'));
            Refusal::new(StatusCode::BAD_REQUEST, detail)
        };
        Query::from_request_parts(parts, state).await.map(|Query(query)| Self(query)).map_err(unreadable)
    }
}

/// A body that was read and does not hold.
pub(super) fn invalid(detail: &str, problems: &[Problem]) -> Refusal {
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, detail).with("problems", json!(problems))
}
