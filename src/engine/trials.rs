//! Trials: planned without sending, run step by step, and every exchange of theirs kept in the journal.

use std::sync::Arc;

use super::{Bench, News, TrialOrder, jobs::Job};
use crate::{
    domain::{
        audit::AuditEntry,
        exchange::{Exchange, Operation, Outcome},
        failure::{Failure, FailureKind},
        journal::{Record, Source, Summary},
        profile::ProfileId,
        trial::StepReport,
    },
    scim::{dialect, support::RequestsQuery, trial},
};

pub(super) async fn plan(bench: &Bench, profile: ProfileId, order: TrialOrder) -> Result<News, Failure> {
    let profile = bench.profile(&profile).await?;
    let planned = dialect::plan(order.dialect, &order.user, &dialect::updated_title(&order.user), &profile.scim_url);
    Ok(News::TrialPlanned(planned))
}

pub(super) async fn run(bench: &Arc<Bench>, job: &Job, profile: ProfileId, order: TrialOrder) -> Result<News, Failure> {
    let client = bench.client(&profile).await?;
    let support = match bench.support(&profile).await {
        Err(failure) if failure.kind == FailureKind::NotOffered => None,
        other => Some(other?),
    };
    let plan = trial::TrialPlan {
        dialect: order.dialect,
        user: &order.user,
        mappings: &order.mappings,
        steps: &order.steps.iter().copied().collect(),
        keep: order.keep,
    };
    let id = job.job();
    let on_step = |step: StepReport| bench.outbox.send(id, News::StepDone(Box::new(step)));
    let mut report = Box::pin(trial::run(&client, support.as_ref(), plan, on_step, job.cancel())).await;
    let noted = AuditEntry {
        at: bench.now(),
        profile: profile.clone(),
        action: "test provision".to_owned(),
        summary: format!("test provision of {} as {}", order.user.get("userName"), order.dialect.label()),
    };
    let kept = match keep(bench, job, &profile, &report.steps).await {
        Ok(()) => bench.stores.console(move |console| console.append_audit(&noted)).await,
        failed => failed,
    };
    if let (Err(failure), Some(step)) = (kept, report.steps.last_mut()) {
        step.notes.push(not_recorded(&failure));
    }
    Ok(News::TrialDone(Box::new(report)))
}

pub(super) async fn clean_up(bench: &Bench, job: &Job, profile: ProfileId, id: String) -> Result<News, Failure> {
    let client = bench.client(&profile).await?;
    let mut step = trial::clean_up(&client, &id).await;
    if let Err(failure) = keep(bench, job, &profile, std::slice::from_ref(&step)).await {
        step.notes.push(not_recorded(&failure));
    }
    Ok(News::CleanedUp(Box::new(step)))
}

/// What was sent was sent: a journal that fails must not hide it, nor the user that may be left behind.
fn not_recorded(failure: &Failure) -> String {
    format!("This is not in the list of requests: {failure}")
}

/// Keeps a trial's exchanges where the tenant's own log does not show them.
async fn keep(bench: &Bench, job: &Job, profile: &ProfileId, steps: &[StepReport]) -> Result<(), Failure> {
    let records: Vec<Record> = steps
        .iter()
        .flat_map(|step| step.earlier.iter().chain(&step.exchange))
        .map(|exchange| record(bench, exchange))
        .collect();
    if records.is_empty() || shows_its_log(bench, profile).await {
        return Ok(());
    }
    let id = profile.clone();
    let appended = bench.stores.write(move |journal| journal.append(&id, &records)).await?;
    let news = News::JournalChanged { profile: profile.clone(), added: appended.imported };
    bench.outbox.send(job.job(), news);
    Ok(())
}

/// A support address alone says little: it may answer no requests.
async fn shows_its_log(bench: &Bench, profile: &ProfileId) -> bool {
    let one = RequestsQuery { limit: Some(1), ..Default::default() };
    match bench.support(profile).await {
        Ok(support) => support.requests(&one).await.is_ok(),
        Err(_) => false,
    }
}

fn record(bench: &Bench, exchange: &Exchange) -> Record {
    let Exchange { request, response, error, at, duration_ms } = exchange;
    let path = url::Url::parse(&request.url).map_or_else(
        |_| request.url.clone(),
        |url| url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path())),
    );
    let status = response.as_ref().map(|response| response.status);
    let text = |key: &str| {
        let body = response.as_ref().map(|response| &response.body)?;
        body.get(key).and_then(serde_json::Value::as_str).map(str::to_owned)
    };
    let failed = status.is_none_or(|status| status >= 400);
    let summary = Summary {
        id: uuid::Uuid::new_v4().to_string(),
        at: at.unwrap_or_else(|| bench.now()),
        method: request.method.clone(),
        operation: Operation::of(&request.method, &path, &request.body),
        path,
        status,
        outcome: if failed { Outcome::Failure } else { Outcome::Success },
        user: request.body.get("userName").and_then(|v| v.as_str()).map(str::to_owned).or_else(|| text("userName")),
        resource_id: text("id"),
        scim_type: text("scimType"),
        detail: error.clone().or_else(|| text("detail")),
        duration_ms: *duration_ms,
        client: Some("Console".to_owned()),
    };
    Record { source: Source::Console, summary, exchange: Some(exchange.clone()), landing: None, event: None }
}
