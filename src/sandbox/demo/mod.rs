//! A realistic day of traffic for the sandbox, and the scripts of a bad one: the directories of invented customers send
//! every request through the tenant's own router, so that nothing is in its log that it did not answer.

mod call;
mod chance;
mod day;
mod entra;
mod failures;
mod identity;
mod okta;
mod people;
mod routine;
mod script;
mod spelling;

#[cfg(test)]
mod tests;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tower::ServiceExt as _;

pub use failures::FAILURES;
pub use script::play_script;

use self::{
    call::{Call, Credential, Ids},
    people::Directory,
};
use super::{
    At, Tenant, Took,
    data::{Keep, broken},
    tokens,
};
use crate::domain::{
    failure::{Failure, FailureKind},
    secret::Secret,
};

/// How many requests share one transaction.
const BATCH: usize = 500;
/// How many requests go out between two reports of progress.
const STEP: usize = 50;
/// The largest answer that is read: a page of users.
const ANSWER_LIMIT: usize = 4 * 1024 * 1024;

/// Which day to play. The same three values give the same requests, ids aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoDay {
    /// Draws the people and what happens to them.
    pub seed: u64,
    /// How many exchanges there are at least; some five hundred always are.
    pub exchanges: usize,
    /// The last moment of the twenty-four hours.
    pub end: Timestamp,
}

/// Issues a token to each directory and sends the day's requests in time order, reading the ids from the answers.
/// `progress` hears how many of how many are done; gives how many were sent.
///
/// # Errors
/// When the tenant's database fails, or `cancelled` says so; what was sent until then stays.
pub async fn play(
    tenant: &Tenant,
    day: &DemoDay,
    progress: impl FnMut(usize, usize),
    cancelled: impl Fn() -> bool,
) -> Result<usize, Failure> {
    perform(tenant, day, progress, cancelled, |_, _, _| {}).await
}

/// Plays the day and shows every request with its answer to `observe`.
async fn perform(
    tenant: &Tenant,
    day: &DemoDay,
    mut progress: impl FnMut(usize, usize),
    cancelled: impl Fn() -> bool,
    mut observe: impl FnMut(&Call, StatusCode, &Value),
) -> Result<usize, Failure> {
    let calls = day::calls(day);
    let _turn = tenant.turn_to_play().await;
    let mut courier = Courier::new(tenant, day)?;
    let mut done = 0;
    progress(done, calls.len());
    for batch in calls.chunks(BATCH) {
        let together = tenant.batch()?;
        for call in batch {
            if cancelled() {
                together.commit()?;
                return Err(Failure::cancelled());
            }
            if let Some((status, answer)) = courier.deliver(call).await? {
                observe(call, status, &answer);
            }
            done += 1;
            if done % STEP == 0 {
                progress(done, calls.len());
                tokio::task::yield_now().await;
            }
        }
        together.commit()?;
    }
    progress(done, calls.len());
    Ok(courier.sent)
}

/// Carries the requests of both directories to the tenant, and remembers the ids that it gave.
struct Courier {
    router: Router,
    start: Timestamp,
    northwind: Secret,
    contoso: Secret,
    ids: Ids,
    sent: usize,
}

impl Courier {
    fn new(tenant: &Tenant, day: &DemoDay) -> Result<Self, Failure> {
        let length = SignedDuration::from_millis(i64::try_from(day::LENGTH).unwrap_or_default());
        let start = day.end.checked_sub(length).map_err(|error| {
            let meaning = "Its end lies before the first time that the console can keep.";
            Failure::new(FailureKind::Invalid, "The demo day was not played", meaning, "Choose a later end.")
                .with_detail(error)
        })?;
        // The directories have had their tokens since before the day.
        let issue = |name: &str| {
            let value = tokens::random();
            let added = tenant.data().session(Keep::Now, |session| tokens::add(session, name, &value, start, None));
            added.map(|_| value).map_err(|error| broken(&error))
        };
        Ok(Self {
            router: tenant.router(),
            start,
            northwind: issue("Northwind Trading, Entra")?,
            contoso: issue("Contoso Retail, Okta")?,
            ids: Ids::default(),
            sent: 0,
        })
    }

    /// Sends one request; `None` when the directory leaves it out because its look-up found the user.
    async fn deliver(&mut self, call: &Call) -> Result<Option<(StatusCode, Value)>, Failure> {
        if call.only_if_absent && call.about.is_some_and(|number| self.ids.knows(number)) {
            return Ok(None);
        }
        let request = self.request(call).map_err(undeliverable)?;
        let Ok(response) = self.router.clone().oneshot(request).await;
        let status = response.status();
        let bytes = to_bytes(response.into_body(), ANSWER_LIMIT).await.map_err(undeliverable)?;
        let answer = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        self.sent += 1;
        if status.is_success()
            && let Some(number) = call.about
            && let Some(id) = id_in(&answer)
        {
            self.ids.learn(number, id);
        }
        Ok(Some((status, answer)))
    }

    fn request(&self, call: &Call) -> Result<Request<Body>, axum::http::Error> {
        let token = match call.directory {
            Directory::Northwind => &self.northwind,
            Directory::Contoso => &self.contoso,
        };
        let authorization = match call.credential {
            Credential::Own => format!("Bearer {}", token.expose()),
            Credential::BearerTwice => format!("Bearer Bearer {}", token.expose()),
            Credential::Foreign => "Bearer issued-by-another-tenant".to_owned(),
        };
        put_together(call, &self.ids, &authorization, moment(self.start, call.at))
    }
}

/// So many milliseconds after a beginning.
fn moment(start: Timestamp, milliseconds: u64) -> Timestamp {
    let after = SignedDuration::from_millis(i64::try_from(milliseconds).unwrap_or_default());
    start.saturating_add(after).unwrap_or(start)
}

/// The request of a call, with the ids that the tenant gave.
fn put_together(
    call: &Call,
    ids: &Ids,
    authorization: &str,
    at: Timestamp,
) -> Result<Request<Body>, axum::http::Error> {
    let mut request = Request::builder()
        .method(call.method)
        .uri(ids.fill(&call.path))
        .header(header::HOST, "sandbox.thrive.example")
        .header(header::ACCEPT, "application/scim+json")
        .header(header::AUTHORIZATION, authorization)
        .extension(At(at))
        .extension(Took(call.took));
    if call.directory == Directory::Contoso {
        request = request.header(header::USER_AGENT, okta::USER_AGENT);
    }
    if let Some(fault) = &call.fault {
        request = request.extension(fault.clone());
    }
    if call.body.is_null() {
        return request.body(Body::empty());
    }
    request.header(header::CONTENT_TYPE, call.content_type).body(Body::from(ids.fill(&call.body.to_string())))
}

/// The id of the one user that an answer holds, alone or in a list.
fn id_in(answer: &Value) -> Option<&str> {
    let user = match answer.get("Resources").and_then(Value::as_array) {
        Some(found) => found.first().filter(|_| found.len() == 1)?,
        None => answer,
    };
    user.get("id").and_then(Value::as_str)
}

fn undeliverable(error: impl std::fmt::Display) -> Failure {
    let meaning = "A request of the invented directories could not be put together or its answer not be read.";
    Failure::new(FailureKind::Internal, "The demo day stopped", meaning, "Start it again, or use the sandbox as it is.")
        .with_detail(error)
}
