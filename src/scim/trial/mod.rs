//! A trial: one throwaway user through a directory's whole life cycle, with every exchange and what landed.
//! It touches only the user that it created itself, and says so when it cannot remove it.

mod cleanup;
mod notes;
mod step;
mod verify;

use std::collections::BTreeSet;

use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::client::{Client, Sent};
use super::dialect;
use super::list::{Page, text};
use super::support::SupportClient;
use crate::domain::exchange::{Request, truth};
use crate::domain::failure::FailureKind;
use crate::domain::mapping::MappingRow;
use crate::domain::trial::{
    Dialect, PlannedStep, SampleUser, StepName, StepReport, StepStatus, TrialOutcome, TrialReport,
};
use step::{Attempt, Halt, said};

pub use cleanup::clean_up;

/// What to try.
#[derive(Debug, Clone, Copy)]
pub struct TrialPlan<'a> {
    /// How requests are shaped.
    pub dialect: Dialect,
    /// The person to create; its userName must be new to the tenant.
    pub user: &'a SampleUser,
    /// The tenant's mappings, to say which field an attribute belongs to.
    pub mappings: &'a [MappingRow],
    /// Which steps to take. Match always precedes Create, so that no existing user is touched.
    pub steps: &'a BTreeSet<StepName>,
    /// Leave the user in the tenant.
    pub keep: bool,
}

/// Takes the steps in order, reporting each as it ends. A failure stops the run, but a user that was created is still
/// cleaned up. Cancelling stops at once (a write under way gets a short grace) and leaves the user, if any, behind.
pub async fn run(
    client: &Client,
    support: Option<&SupportClient>,
    plan: TrialPlan<'_>,
    mut on_step: impl FnMut(StepReport),
    cancel: &CancellationToken,
) -> TrialReport {
    let mut run = Run::new(client, plan, cancel);
    let mut steps = Vec::new();
    for name in StepName::ALL {
        let report = if name == StepName::CleanUp { run.end().await } else { run.next(name).await };
        on_step(report.clone());
        steps.push(report);
    }
    let landing = match (support, &run.id) {
        (Some(support), Some(id)) if !cancel.is_cancelled() => {
            let reading = verify::landing(support, plan.user.get("userName"), id);
            cancel.run_until_cancelled(Box::pin(reading)).await.flatten()
        }
        _ => None,
    };
    let verification = match run.id {
        Some(_) => verify::table(&plan, &run.planned, &run.seen, landing.as_ref()),
        None => Vec::new(),
    };
    let failed = cancel.is_cancelled() || steps.iter().any(|step| step.status == StepStatus::Failed);
    let outcome = if failed { TrialOutcome::Failed } else { TrialOutcome::Passed };
    TrialReport { outcome, steps, verification, left_behind: run.id.filter(|_| !run.gone) }
}

/// What was read back of the user at each stage.
#[derive(Debug, Default)]
struct Seen {
    created: Option<Value>,
    /// The title that was sent, and the user after it.
    updated: Option<(String, Option<Value>)>,
    /// The user after active was set to false.
    deactivated: Option<Option<Value>>,
}

struct Run<'a> {
    client: &'a Client,
    plan: TrialPlan<'a>,
    cancel: &'a CancellationToken,
    planned: Vec<PlannedStep>,
    title: String,
    id: Option<String>,
    failed: Option<StepName>,
    suspended: bool,
    gone: bool,
    seen: Seen,
}

impl<'a> Run<'a> {
    fn new(client: &'a Client, plan: TrialPlan<'a>, cancel: &'a CancellationToken) -> Self {
        let title = dialect::updated_title(plan.user);
        let planned = dialect::plan(plan.dialect, plan.user, &title, client.base());
        let (id, failed, seen) = (None, None, Seen::default());
        Self { client, plan, cancel, planned, title, id, failed, suspended: false, gone: false, seen }
    }

    fn wanted(&self, name: StepName) -> bool {
        self.plan.steps.contains(&name) || (name == StepName::Match && self.plan.steps.contains(&StepName::Create))
    }

    async fn next(&mut self, name: StepName) -> StepReport {
        let on_user = matches!(name, StepName::ReadBack | StepName::Update | StepName::Deactivate);
        if self.cancel.is_cancelled() {
            return step::skipped(name, "Stopped before it was sent.");
        } else if let Some(failed) = self.failed {
            return step::skipped(name, format!("Not sent, since {} failed.", failed.label()));
        } else if !self.wanted(name) {
            return step::skipped(name, "Not part of this run.");
        } else if on_user && self.id.is_none() {
            return step::skipped(name, "Not sent, since this run created no user.");
        }
        let requests = self.requests(name);
        let mut attempt = Attempt::default();
        let ended = match name {
            StepName::Connect => self.connect(&requests, &mut attempt).await,
            StepName::Match => self.look_up(&requests, &mut attempt).await,
            StepName::Create => Box::pin(self.create(&requests, &mut attempt)).await,
            StepName::ReadBack => self.read_back(&requests, &mut attempt).await,
            StepName::Update => self.update(&requests, &mut attempt).await,
            StepName::Deactivate => self.deactivate(&requests, &mut attempt).await,
            StepName::CleanUp => Ok(()),
        };
        if matches!(ended, Err(Halt::Failed(_))) {
            self.failed = Some(name);
        }
        attempt.report(name, ended)
    }

    /// The planned requests, with the id once it is known.
    fn requests(&self, name: StepName) -> Vec<Request> {
        let planned = self.planned.iter().find(|step| step.name == name).map(|step| step.requests.as_slice());
        let filled = |request: &Request| match &self.id {
            Some(id) => dialect::with_id(request, id),
            None => request.clone(),
        };
        planned.unwrap_or_default().iter().map(filled).collect()
    }

    async fn read(&self, request: &Request, attempt: &mut Attempt) -> Result<Sent, Halt> {
        let sent = self.cancel.run_until_cancelled(self.client.send(request)).await.ok_or(Halt::Stopped)?;
        attempt.sent.push(sent.clone());
        Ok(sent)
    }

    /// A write is not dropped at once when the run is stopped: its answer says what is left to clean up.
    async fn write(&self, request: &Request, attempt: &mut Attempt) -> Result<Sent, Halt> {
        if self.cancel.is_cancelled() {
            return Err(Halt::Stopped);
        }
        let mut sending = Box::pin(self.client.send(request));
        let sent = tokio::select! {
            sent = &mut sending => sent,
            () = self.cancel.cancelled() => {
                tokio::time::timeout(self.client.limits().grace, sending).await.map_err(|_| Halt::Stopped)?
            }
        };
        attempt.sent.push(sent.clone());
        attempt.decide();
        Ok(sent)
    }

    async fn connect(&self, requests: &[Request], attempt: &mut Attempt) -> Result<(), Halt> {
        for request in requests {
            let sent = self.read(request, attempt).await?;
            match &sent.result {
                Ok(()) => attempt.notes.extend(super::probe::service_notes(&sent)),
                Err(failure)
                    if failure.kind == FailureKind::EndpointNotFound || failure.kind == FailureKind::NotOffered =>
                {
                    attempt.notes.push(
                        "No service description is offered. It is optional, and directories work without it."
                            .to_owned(),
                    );
                }
                Err(failure) => return Err(Halt::Failed(said(failure))),
            }
        }
        Ok(())
    }

    async fn look_up(&self, requests: &[Request], attempt: &mut Attempt) -> Result<(), Halt> {
        for request in requests {
            let sent = self.read(request, attempt).await?;
            if let Err(failure) = &sent.result {
                if sent.status() == Some(404) && self.plan.dialect == Dialect::Okta {
                    attempt.notes.push(notes::NOT_FOUND_FOR_OKTA.to_owned());
                    continue;
                }
                let why = if sent.status() == Some(404) { notes::NOT_FOUND_FOR_MATCH } else { "" };
                return Err(Halt::Failed([said(failure).as_str(), why].join(" ").trim().to_owned()));
            }
            let page = Page::read(sent.body()).ok_or_else(|| Halt::failed(notes::NO_LIST))?;
            if !page.named(self.plan.user.get("userName")).is_empty() {
                return Err(Halt::failed(notes::EXISTS));
            }
            if page.total > 0 || !page.users.is_empty() {
                return Err(Halt::failed(notes::FILTER_IGNORED));
            }
            attempt.notes.extend(page.deviations);
        }
        Ok(())
    }

    async fn create(&mut self, requests: &[Request], attempt: &mut Attempt) -> Result<(), Halt> {
        let [post, after @ ..] = requests else { return Ok(()) };
        let sent = match self.write(post, attempt).await {
            Ok(sent) => sent,
            Err(halt) => {
                self.id = self.find_own(attempt).await;
                attempt.notes.extend(self.id.is_none().then(|| notes::CREATION_UNKNOWN.to_owned()));
                return Err(halt);
            }
        };
        if let Err(failure) = &sent.result {
            if notes::may_have_acted(&sent) {
                self.id = self.find_own(attempt).await;
                attempt.notes.extend(self.id.is_some().then(|| notes::CREATED_ALL_THE_SAME.to_owned()));
            }
            attempt.notes.extend(notes::refused_shape(self.plan.dialect, StepName::Create, &sent));
            return Err(Halt::Failed(said(failure)));
        }
        attempt.notes.extend(notes::creation(&sent));
        // Location is not believed: a look-up by name also proves whose id it is.
        self.id = match text(sent.body(), "id").filter(|id| dialect::usable_id(id)) {
            Some(id) => Some(id),
            None => self.find_own(attempt).await,
        };
        let Some(id) = &self.id else { return Err(Halt::failed(notes::NO_ID)) };
        for request in after {
            let sent = self.write(&dialect::with_id(request, id), attempt).await?;
            if let Err(failure) = &sent.result {
                attempt.notes.push(notes::MANAGER_APART.to_owned());
                return Err(Halt::Failed(said(failure)));
            }
        }
        attempt.decide_on(0);
        Ok(())
    }

    /// The id of the user that this run created, where the answer did not tell: Match found none of this name before.
    async fn find_own(&self, attempt: &mut Attempt) -> Option<String> {
        for request in self.requests(StepName::Match) {
            let sent = tokio::time::timeout(self.client.limits().grace, self.client.send(&request)).await.ok()?;
            attempt.sent.push(sent.clone());
            let page = Page::read(sent.body())?;
            if let [only] = page.named(self.plan.user.get("userName"))[..] {
                return text(only, "id").filter(|id| dialect::usable_id(id));
            }
        }
        None
    }

    async fn read_back(&mut self, requests: &[Request], attempt: &mut Attempt) -> Result<(), Halt> {
        let [get, look_up, counted @ ..] = requests else { return Ok(()) };
        let sent = self.read(get, attempt).await?;
        attempt.decide();
        sent.result.as_ref().map_err(|failure| Halt::Failed(said(failure)))?;
        attempt.notes.extend(notes::user(sent.body()));
        self.seen.created = Some(sent.body().clone());
        let sent = self.read(look_up, attempt).await?;
        sent.result.as_ref().map_err(|failure| Halt::Failed(said(failure)))?;
        let page = Page::read(sent.body()).ok_or_else(|| Halt::failed(notes::NO_LIST))?;
        match page.named(self.plan.user.get("userName"))[..] {
            [only] if text(only, "id") == self.id => attempt.notes.extend(page.deviations),
            [] => return Err(Halt::failed(notes::NOT_FOUND_BY_NAME)),
            [_] => return Err(Halt::failed(notes::OTHER_ID)),
            _ => return Err(Halt::failed(notes::FOUND_TWICE)),
        }
        for request in counted {
            let sent = self.read(request, attempt).await?;
            if Page::read(sent.body()).is_some_and(|page| !page.users.is_empty()) {
                attempt.notes.push(notes::COUNT_IGNORED.to_owned());
            }
        }
        Ok(())
    }

    /// Reads where the dialect reads first, writes, and reads what came of it.
    async fn change(&self, name: StepName, requests: &[Request], attempt: &mut Attempt) -> Result<Option<Value>, Halt> {
        let mut before = Value::Null;
        let mut after = None;
        let mut written = false;
        for request in requests {
            if request.method == "GET" {
                let sent = self.read(request, attempt).await?;
                if written {
                    after = sent.result.is_ok().then(|| sent.body().clone());
                    continue;
                }
                sent.result.as_ref().map_err(|failure| Halt::Failed(said(failure)))?;
                before = sent.body().clone();
                continue;
            }
            let mut request = request.clone();
            if request.method == "PUT" {
                request.body = dialect::replacement(&before, &self.title);
            }
            let sent = self.write(&request, attempt).await?;
            if let Err(failure) = &sent.result {
                attempt.notes.extend(notes::refused_shape(self.plan.dialect, name, &sent));
                return Err(Halt::Failed(said(failure)));
            }
            attempt.notes.extend(notes::change(&sent));
            attempt.notes.extend(notes::accepted_shape(self.plan.dialect, name));
            written = true;
        }
        Ok(after)
    }

    async fn update(&mut self, requests: &[Request], attempt: &mut Attempt) -> Result<(), Halt> {
        let after = self.change(StepName::Update, requests, attempt).await?;
        let landed = after.as_ref().and_then(|user| text(user, "title"));
        if after.is_some() && landed.as_deref() != Some(self.title.as_str()) {
            attempt.notes.push(notes::TITLE_UNCHANGED.to_owned());
        }
        self.seen.updated = Some((self.title.clone(), after));
        Ok(())
    }

    async fn deactivate(&mut self, requests: &[Request], attempt: &mut Attempt) -> Result<(), Halt> {
        let after = self.change(StepName::Deactivate, requests, attempt).await?;
        self.suspended = true;
        let active = after.as_ref().map(|user| truth(user.get("active")));
        self.seen.deactivated = Some(after);
        match active {
            None => attempt.notes.push(notes::HIDDEN_WHEN_SUSPENDED.to_owned()),
            Some(Some(false)) => {}
            Some(_) => {
                self.suspended = false;
                return Err(Halt::failed(notes::STILL_ACTIVE));
            }
        }
        Ok(())
    }

    /// Clean-up, which a failure does not stop.
    async fn end(&mut self) -> StepReport {
        let name = StepName::CleanUp;
        let Some(id) = self.id.clone() else {
            return step::skipped(name, "Nothing to remove: this run created no user.");
        };
        if self.cancel.is_cancelled() {
            return step::skipped(
                name,
                "Stopped: the test user is still in the tenant, and clean-up can be started by itself.",
            );
        } else if self.plan.keep {
            return step::skipped(name, "The test user was kept, as asked.");
        } else if !self.wanted(name) {
            return step::skipped(name, "Not part of this run: the test user is still in the tenant.");
        }
        let mut attempt = Attempt::default();
        if let Some(failed) = self.failed {
            attempt.notes.push(format!("Ran although {} failed, so that no test user stays behind.", failed.label()));
        }
        let ended =
            cleanup::remove(self.client, self.plan.dialect, &self.requests(name), self.suspended, &mut attempt).await;
        self.gone = matches!(ended, Ok(cleanup::Removed::Gone));
        attempt.report(name, ended.map(|_| ()).map_err(|failure| Halt::Failed(said(&failure)).with_id(&id)))
    }
}

#[cfg(test)]
mod tests;
