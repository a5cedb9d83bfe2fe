//! Removes the user that a trial created; where a tenant has no DELETE, suspends it instead and says so.

use crate::domain::exchange::{Request, truth};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::trial::{Dialect, SampleUser, StepName, StepReport};
use crate::scim::client::{Client, Sent};
use crate::scim::dialect;

use super::step::{Attempt, Halt, said};

/// What clean-up came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Removed {
    /// The user is not there any more.
    Gone,
    /// It is there, but suspended.
    Suspended,
}

/// Removes a user that a stopped or failed run left behind. Only give it an id that a run reported as left behind.
pub async fn clean_up(client: &Client, id: &str) -> StepReport {
    let name = StepName::CleanUp;
    let mut attempt = Attempt::default();
    if !dialect::usable_id(id) {
        return attempt.report(name, Err(Halt::failed("There is no id of a user to remove, so nothing was sent.")));
    }
    let steps = dialect::plan(Dialect::Rfc, &SampleUser::default(), "", client.base());
    let requests: Vec<Request> = steps
        .iter()
        .filter(|step| step.name == name)
        .flat_map(|step| &step.requests)
        .map(|request| dialect::with_id(request, id))
        .collect();
    let ended = remove(client, Dialect::Rfc, &requests, false, &mut attempt).await;
    attempt.report(name, ended.map(drop).map_err(|failure| Halt::Failed(said(&failure)).with_id(id)))
}

/// Deletes and looks whether the user is gone.
pub(super) async fn remove(
    client: &Client,
    dialect: Dialect,
    requests: &[Request],
    suspended: bool,
    attempt: &mut Attempt,
) -> Result<Removed, Failure> {
    let [delete, look] = requests else { return Ok(Removed::Gone) };
    let sent = send(client, delete, attempt).await;
    attempt.decide();
    match &sent.result {
        Ok(()) => {}
        Err(_) if matches!(sent.status(), Some(404 | 410)) => {
            attempt.notes.push("The user was gone already.".to_owned());
            return Ok(Removed::Gone);
        }
        Err(failure) if failure.kind == FailureKind::NotOffered => {
            if !suspended {
                let body = dialect::deactivation(dialect);
                let mut suspend = Request { method: "PATCH".to_owned(), body, ..look.clone() };
                suspend.headers.insert("content-type", "application/scim+json");
                send(client, &suspend, attempt).await.result?;
            }
            attempt.notes.push("The tenant has no DELETE, so the test user stays in it, suspended.".to_owned());
            return Ok(Removed::Suspended);
        }
        Err(failure) => return Err(failure.clone()),
    }
    if !matches!(sent.status(), Some(204)) {
        let status = sent.status().unwrap_or_default();
        attempt.notes.push(format!("DELETE was answered with {status}; RFC 7644 §3.6 says 204."));
    }
    let after = send(client, look, attempt).await;
    if after.result.is_err() {
        return Ok(Removed::Gone);
    }
    attempt.notes.push(if truth(after.body().get("active")) == Some(false) {
        "The tenant still shows the user, suspended: here DELETE suspends rather than removes.".to_owned()
    } else {
        "The tenant says that the user is deleted, but still shows it (RFC 7644 §3.6 wants 404).".to_owned()
    });
    Ok(Removed::Suspended)
}

async fn send(client: &Client, request: &Request, attempt: &mut Attempt) -> Sent {
    let sent = client.send(request).await;
    attempt.sent.push(sent.clone());
    sent
}
