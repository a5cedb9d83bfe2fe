//! Habits of directories over the support API, of a practice tenant only: which of them it refuses, as a stricter service
//! would.

use std::collections::{BTreeSet, HashMap};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::error::Refusal;
use super::super::tenant::Tenant;
use super::sent::{Sent, invalid};
use super::wire;
use crate::domain::practice::Habit;
use crate::domain::problem::{Problem, Severity};

/// A habit, and whether it is refused.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Known {
    /// Its word.
    #[schema(example = "capital-ops")]
    habit: &'static str,
    /// What it is.
    label: &'static str,
    /// Who has it, and how it looks.
    example: &'static str,
    refused: bool,
}

/// Every habit that the tenant knows.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Habits {
    habits: Vec<Known>,
}

/// What is to be refused, and nothing else.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"refused": ["capital-ops", "quoted-booleans"]}))]
pub(super) struct Refused {
    #[schema(max_items = 100)]
    refused: Vec<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    #[allow(dead_code, reason = "only an object is read, whatever else it holds")]
    others: HashMap<String, IgnoredAny>,
}

/// The habits of directories, and which of them are refused.
#[utoipa::path(get, path = "/habits", tag = "habits", operation_id = "listHabits", responses(
    (status = 200, description = "Every habit that the tenant knows.", body = Habits),
))]
pub(super) async fn list(State(tenant): State<Tenant>) -> Json<Habits> {
    let refused = tenant.refused_habits();
    let known = |habit: Habit| Known {
        habit: habit.key(),
        label: habit.label(),
        example: habit.example(),
        refused: refused.contains(&habit),
    };
    Json(Habits { habits: Habit::ALL.into_iter().map(known).collect() })
}

/// Refuses these habits and no others.
#[utoipa::path(put, path = "/habits", tag = "habits", operation_id = "refuseHabits", request_body = Refused, responses(
    (status = 200, description = "They are refused from now on.", body = Habits),
    (status = 422, description = "One is not known; nothing was changed.", body = wire::Invalid,
        content_type = "application/problem+json"),
))]
pub(super) async fn refuse(
    State(tenant): State<Tenant>,
    Sent(Refused { refused, .. }): Sent<Refused>,
) -> Result<Json<Habits>, Refusal> {
    let unknown: Vec<Problem> = refused
        .iter()
        .filter(|word| Habit::from_key(word).is_none())
        .map(|word| Problem::new("refused", "habit-unknown", Severity::Error, format!("There is no habit {word}.")))
        .collect();
    if !unknown.is_empty() {
        return Err(invalid("Nothing was changed; see the problems.", &unknown));
    }
    let habits: BTreeSet<Habit> = refused.iter().filter_map(|word| Habit::from_key(word)).collect();
    tenant.refuse_habits(habits).map_err(|failure| {
        tracing::error!(%failure, "the refused habits could not be kept");
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "The tenant failed to handle the request; nothing was changed.")
    })?;
    Ok(list(State(tenant)).await)
}
