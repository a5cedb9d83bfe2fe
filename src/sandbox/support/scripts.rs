//! The scripts over the support API, of a practice tenant only: what there is to play, and playing one, which answers once
//! all of it is in the request log. A run is short and bounded; two at a time take turns.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::demo;
use super::super::error::Refusal;
use super::super::tenant::Tenant;
use super::sent::Id;
use super::wire;
use crate::domain::script;

/// The word of a script.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Key {
    TokenExpiry,
    MappingCasing,
    Quarantine,
    Duplicate,
    ReturningLeaver,
    BadDay,
}

impl From<script::Script> for Key {
    fn from(script: script::Script) -> Self {
        match script {
            script::Script::TokenExpiry => Self::TokenExpiry,
            script::Script::MappingCasing => Self::MappingCasing,
            script::Script::Quarantine => Self::Quarantine,
            script::Script::Duplicate => Self::Duplicate,
            script::Script::ReturningLeaver => Self::ReturningLeaver,
            script::Script::BadDay => Self::BadDay,
        }
    }
}

/// A story that can be played.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Script {
    key: Key,
    /// Its name on screen.
    label: &'static str,
    /// What a trainee is going to see, and what stays behind.
    description: &'static str,
    /// The ids of the failures that it shows.
    #[schema(example = json!(["token-invalid-or-expired"]))]
    failures: &'static [&'static str],
}

/// Every script.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Scripts {
    scripts: Vec<Script>,
}

/// What was played.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Played {
    key: Key,
    /// How many requests.
    requests: u64,
    /// The id of the first one.
    #[schema(example = "000000004711")]
    first: String,
    /// The id of the last one.
    last: String,
    /// When the first one came, as the log has it.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// When the last one came.
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
    /// Stands in the path or the user of every request of this run, and in no other.
    #[schema(example = "3f9a1c07")]
    mark: String,
    /// The userNames concerned.
    people: Vec<String>,
}

/// The scripts.
#[utoipa::path(get, path = "/scripts", tag = "scripts", operation_id = "listScripts", responses(
    (status = 200, description = "Every script.", body = Scripts),
))]
pub(super) async fn list() -> Json<Scripts> {
    let scripts = script::Script::ALL.map(|script| Script {
        key: script.into(),
        label: script.label(),
        description: script.description(),
        failures: script.failures(),
    });
    Json(Scripts { scripts: scripts.into() })
}

/// Plays a script.
///
/// Its requests are dated as the last hours up to now. All of them are kept, or none.
#[utoipa::path(post, path = "/scripts/{key}", tag = "scripts", operation_id = "playScript",
    params(("key" = inline(Key), Path, description = "The script's key.", example = "returning-leaver")),
    responses(
        (status = 200, description = "It was played.", body = Played),
        (status = 404, description = "There is no such script.", body = wire::Problem,
            content_type = "application/problem+json"),
    ),
)]
pub(super) async fn play(State(tenant): State<Tenant>, Id(key): Id) -> Result<Json<Played>, Refusal> {
    let Some(script) = script::Script::from_key(&key) else {
        let detail = format!("There is no script {key}; there are {}.", script::Script::keys());
        return Err(Refusal::new(StatusCode::NOT_FOUND, detail));
    };
    let end = tenant.now();
    let played = demo::play_script(&tenant, script, end, |_, _| {}, || false).await.map_err(|failure| {
        tracing::error!(%failure, "a script could not be played");
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "The tenant failed to play the script; nothing was changed.")
    })?;
    let script::Played { script, requests, first, last, from, to, mark, people } = played;
    Ok(Json(Played { key: script.into(), requests, first, last, from, to, mark, people }))
}
