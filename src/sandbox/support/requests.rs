//! The request log over the support API: pages of summaries, and one exchange whole. It only reads; the log itself never
//! holds an Authorization header.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;

use super::super::data::{Exchange, Page};
use super::super::error::Refusal;
use super::super::tenant::Tenant;
use super::sent::{Asked, Id};
use super::wire::{self, RequestPage};
use crate::domain::exchange::Outcome;

const PAGE_LIMIT: usize = 500;
const PAGE: usize = 100;

/// Which requests to list; all that are given have to hold.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct RequestsQuery {
    /// How many at most; more than 500 are never given.
    #[param(value_type = Option<u64>, minimum = 1, default = 100, example = 50)]
    limit: Option<String>,
    /// `nextCursor` of the page before; empty or left out for the first page.
    #[param(pattern = "^[0-9]{0,18}$", example = "4711")]
    cursor: Option<String>,
    /// Only what came at this time or later.
    #[param(value_type = Option<String>, format = DateTime, example = "2026-03-02T09:00:00Z")]
    since: Option<String>,
    /// Only what came before this time.
    #[param(value_type = Option<String>, format = DateTime, example = "2026-03-03T09:00:00Z")]
    until: Option<String>,
    /// Only what ended so.
    #[param(value_type = Option<wire::Outcome>)]
    outcome: Option<String>,
    /// Only what concerns the user of this userName, in any case.
    #[param(min_length = 1, example = "jane@example.com")]
    user: Option<String>,
    /// A status, or a class such as `4xx`.
    #[param(pattern = "^([1-5]xx|[1-5][0-9][0-9])$", example = "4xx")]
    status: Option<String>,
}

impl RequestsQuery {
    fn page(self) -> Result<Page, Refusal> {
        fn read<T>(name: &str, value: Option<String>, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Refusal> {
            let Some(value) = value else { return Ok(None) };
            let wrong = || Refusal::new(StatusCode::BAD_REQUEST, format!("{name} cannot be {value:?}."));
            read(&value).map(Some).ok_or_else(wrong)
        }
        let time = |text: &str| text.parse::<Timestamp>().ok();
        Ok(Page {
            limit: read("limit", self.limit, limit)?.unwrap_or(PAGE),
            before: read("cursor", self.cursor.filter(|cursor| !cursor.is_empty()), number)?,
            since: read("since", self.since, time)?,
            until: read("until", self.until, time)?,
            outcome: read("outcome", self.outcome, Outcome::from_key)?,
            user: read("user", self.user, |user| (!user.is_empty()).then(|| user.to_owned()))?,
            status: read("status", self.status, statuses)?,
        })
    }
}

fn limit(text: &str) -> Option<usize> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let wanted: i64 = text.parse().ok().filter(|wanted| digits && *wanted > 0)?;
    Some(usize::try_from(wanted).unwrap_or(PAGE_LIMIT).min(PAGE_LIMIT))
}

/// A number of the log: digits only, at most eighteen.
fn number(text: &str) -> Option<i64> {
    let digits = (1..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// `409` is that one, `4xx` the whole class.
fn statuses(text: &str) -> Option<(u16, u16)> {
    let digits = text.len() == 3 && text.starts_with(|c| ('1'..='5').contains(&c));
    match text.strip_suffix("xx").or_else(|| text.strip_suffix("XX")).filter(|_| digits) {
        Some(class) => class.parse().ok().map(|class: u16| (class * 100, class * 100 + 99)),
        None => text.parse().ok().filter(|_| digits).map(|status| (status, status)),
    }
}

/// The request log, newest first.
///
/// Pages stay put while the log grows: a cursor names the last request of its page, and only older ones follow.
#[utoipa::path(get, path = "/requests", tag = "requests", operation_id = "listRequests", params(RequestsQuery), responses(
    (status = 200, description = "A page of the log.", body = RequestPage),
    (status = 400, description = "A parameter cannot be read; the detail names it.", body = wire::Problem,
        content_type = "application/problem+json"),
))]
pub(super) async fn list(
    State(tenant): State<Tenant>,
    Asked(query): Asked<RequestsQuery>,
) -> Result<Json<RequestPage>, Refusal> {
    let page = query.page()?;
    let (requests, next) = tenant.data().look(|session| session.exchanges(&page))?;
    Ok(Json(RequestPage { requests, next_cursor: next.map(|number| number.to_string()) }))
}

/// One request of the log with all that was said and what landed.
#[utoipa::path(get, path = "/requests/{id}", tag = "requests", operation_id = "readRequest",
    params(("id" = String, Path, description = "The id of a summary.", pattern = "^[0-9]{1,18}$", example = "000000004711")),
    responses(
        (status = 200, description = "The request.", body = Exchange),
        (status = 404, description = "The log has no such request; the oldest age out.", body = wire::Problem,
            content_type = "application/problem+json"),
    ),
)]
pub(super) async fn read(State(tenant): State<Tenant>, Id(id): Id) -> Result<Json<Exchange>, Refusal> {
    let missing = || Refusal::new(StatusCode::NOT_FOUND, format!("The log has no request {id}; it may have aged out."));
    let number = number(&id).ok_or_else(missing)?;
    tenant.data().look(|session| session.exchange(number))?.map(Json).ok_or_else(missing)
}
