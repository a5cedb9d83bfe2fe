//! The list, the lines in view and the one that is open; what was received lately.

use super::{Bench, News, diagnosing, reading, stores::blocking};
use crate::{
    diagnosis::{Case, diagnose},
    domain::{
        exchange::Outcome,
        failure::{Failure, FailureKind},
        journal::{Record, Source},
        profile::ProfileId,
        query::{GroupBy, Query, Term},
        sorting::Sorting,
    },
    engine::jobs::Job,
};

/// How many recent lines the preview offers.
const PAYLOADS: usize = 50;
/// Over how many recent lines attributes are counted.
const COUNTED: usize = 10_000;

pub(super) async fn list(
    bench: &Bench,
    job: &Job,
    profile: ProfileId,
    query: Query,
    sorting: Sorting,
) -> Result<News, Failure> {
    Ok(News::Listed(Box::new(reading::list_in(bench, job, sorting, &profile, query).await?)))
}

pub(super) async fn failures(bench: &Bench, job: &Job, profile: ProfileId, query: Query) -> Result<News, Failure> {
    let failed = query.with(Term::Outcome(Outcome::Failure));
    Ok(News::FailuresFound(reading::list(bench, job, &profile, failed).await?.keys))
}

pub(super) async fn group(
    bench: &Bench,
    job: &Job,
    profile: ProfileId,
    query: Query,
    by: GroupBy,
) -> Result<News, Failure> {
    let _told = diagnosing::tell(bench, job, &profile, &query).await?;
    let now = bench.now();
    let counts = bench.stores.read_for(job, move |journal| journal.group_by(&profile, &query, by, now)).await?;
    Ok(News::Grouped(counts))
}

pub(super) async fn rows(bench: &Bench, job: &Job, profile: ProfileId, keys: Vec<i64>) -> Result<News, Failure> {
    Ok(News::RowsRead(bench.stores.read_for(job, move |journal| journal.rows(&profile, &keys)).await?))
}

/// Everything about one line, and what is wrong with it: a body of megabytes takes longer than a frame to look through.
pub(super) async fn detail(bench: &Bench, job: &Job, profile: ProfileId, key: i64) -> Result<News, Failure> {
    let record = whole(bench, job, profile, key).await?;
    blocking(move || {
        let findings = diagnose(&Case::of(&record));
        Ok(News::DetailRead { record: Box::new(record), findings })
    })
    .await
}

/// Where the journal has only the tenant's summary of a line, the tenant is asked for the rest.
async fn whole(bench: &Bench, job: &Job, profile: ProfileId, key: i64) -> Result<Record, Failure> {
    let record = bench.stores.read_for(job, move |journal| journal.record(key)).await?.ok_or_else(|| {
        Failure::new(
            FailureKind::Invalid,
            "This request is not in the journal any more",
            "Its profile was removed.",
            "Choose another request.",
        )
    })?;
    if record.source != Source::Tenant || record.exchange.is_some() {
        return Ok(record);
    }
    let support = bench.support(&profile).await?;
    let asked = tokio::select! {
        () = job.cancel().cancelled() => Err(Failure::cancelled()),
        full = support.request(&record.summary.id) => full,
    };
    let full = match asked {
        Ok(full) => full,
        Err(failure) if failure.kind == FailureKind::NotOffered => return Ok(record),
        Err(failure) => return Err(failure),
    };
    bench.stores.write(move |journal| journal.append(&profile, std::slice::from_ref(&full)).map(|_| full)).await
}

pub(super) async fn attributes(bench: &Bench, profile: ProfileId) -> Result<News, Failure> {
    let counts = bench.stores.read(move |journal| journal.received_attributes(&profile, COUNTED)).await?;
    Ok(News::AttributesCounted(counts))
}

pub(super) async fn payloads(bench: &Bench, profile: ProfileId) -> Result<News, Failure> {
    let payloads = bench.stores.read(move |journal| journal.recent_payloads(&profile, PAYLOADS)).await?;
    Ok(News::PayloadsRead(payloads))
}
