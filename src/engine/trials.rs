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
    scim::{dialect, trial},
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
    let report = Box::pin(trial::run(&client, support.as_ref(), plan, on_step, job.cancel())).await;
    keep(bench, &profile, &report.steps).await?;
    let (now, name) = (bench.now(), order.user.get("userName").to_owned());
    let summary = format!("test provision of {name} as {}", order.dialect.label());
    let noted = profile.clone();
    bench
        .stores
        .console(move |console| {
            console.append_audit(&AuditEntry { at: now, profile: noted, action: "test provision".to_owned(), summary })
        })
        .await?;
    Ok(News::TrialDone(Box::new(report)))
}

pub(super) async fn clean_up(bench: &Bench, profile: ProfileId, id: String) -> Result<News, Failure> {
    let client = bench.client(&profile).await?;
    let step = trial::clean_up(&client, &id).await;
    keep(bench, &profile, std::slice::from_ref(&step)).await?;
    Ok(News::CleanedUp(Box::new(step)))
}

/// Keeps a trial's exchanges where the tenant's own log does not show them.
async fn keep(bench: &Bench, profile: &ProfileId, steps: &[StepReport]) -> Result<(), Failure> {
    if bench.profile(profile).await?.support_url.is_some() {
        return Ok(());
    }
    let records: Vec<Record> = steps
        .iter()
        .flat_map(|step| step.earlier.iter().chain(&step.exchange))
        .map(|exchange| record(bench, exchange))
        .collect();
    let id = profile.clone();
    let appended = bench.stores.write(move |journal| journal.append(&id, &records)).await?;
    if appended.imported > 0 {
        let news = News::JournalChanged { profile: profile.clone(), added: appended.imported };
        bench.outbox.send(super::JobId(0), news);
    }
    Ok(())
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
