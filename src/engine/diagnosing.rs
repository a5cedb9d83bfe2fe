//! The causes behind the requests that a query finds: read and diagnosed in batches beside everything else, oldest first,
//! with progress; a stop takes effect between two batches.

use super::{
    Bench, News,
    jobs::Job,
    reading::{self, Pace, lacks_body},
    stores::blocking,
};
use crate::{
    diagnosis::{Case, Mark, Tally, diagnose},
    domain::{
        exchange::Outcome,
        failure::Failure,
        journal::{Record, Row, Source},
        profile::ProfileId,
        query::{Query, Term},
        sorting::{SortBy, Sorting},
    },
};

/// Lines a batch.
const BATCH: usize = 500;
/// Of so many failed requests, newest first, the tenant is asked for the bodies where the journal has none; what it answers
/// is kept, so that it is asked once.
const MOST_FETCHED: usize = 200;

pub(super) async fn causes(bench: &Bench, job: &Job, profile: ProfileId, query: Query) -> Result<News, Failure> {
    // A change that both the tenant and the directory tell would count twice: the tenant's own log goes first.
    let oldest_first = Sorting { by: SortBy::Time, descending: false };
    let own = query.with(Term::Source(Source::Tenant));
    let listing = reading::list_in(bench, job, oldest_first, &profile, own.clone()).await?;
    let listing = if listing.keys.is_empty() {
        reading::list_in(bench, job, oldest_first, &profile, query).await?
    } else {
        fetch_failed(bench, job, &profile, own).await?;
        listing
    };
    let keys = listing.keys.to_vec();
    let tally = tallied(bench, job, &profile, &keys).await?;
    Ok(News::CausesFound(Box::new(tally.finish())))
}

/// Goes through the lines. While one batch is diagnosed, which takes a core but not the journal, the next one is read.
async fn tallied(bench: &Bench, job: &Job, profile: &ProfileId, keys: &[i64]) -> Result<Tally, Failure> {
    let mut pace = Pace::new(bench, job, "Looking for causes");
    let (mut tally, mut batch) = (Tally::default(), Vec::new());
    for (place, next) in keys.chunks(BATCH).chain([&[][..]]).enumerate() {
        let ready = std::mem::take(&mut batch);
        let count = blocking(move || {
            let mut tally = tally;
            ready.iter().for_each(|(key, record)| tally.take(*key, record));
            Ok(tally)
        });
        let (counted, read) = tokio::join!(count, lines(bench, job, profile, next));
        (tally, batch) = (counted?, read?);
        pace.tell((place * BATCH).min(keys.len()), keys.len());
    }
    Ok(tally)
}

/// Lines, with what stands behind those that need it.
async fn lines(bench: &Bench, job: &Job, profile: &ProfileId, keys: &[i64]) -> Result<Vec<(i64, Record)>, Failure> {
    let (whose, keys) = (profile.clone(), keys.to_vec());
    let read = bench.stores.read_for(job, move |journal| {
        let rows = journal.rows(&whose, &keys)?;
        let needs_all = |row: &&Row| Tally::needs_all(row.source, row.summary.outcome);
        let whole: Vec<i64> = rows.iter().filter(needs_all).map(|row| row.key).collect();
        let mut whole = journal.records(&whose, &whole)?.into_iter().peekable();
        let line = |row: Row| match whole.next_if(|(key, _)| *key == row.key) {
            Some(whole) => whole,
            None => {
                let Row { key, source, summary } = row;
                (key, Record { source, summary, exchange: None, landing: None, event: None })
            }
        };
        Ok(rows.into_iter().map(line).collect())
    });
    let read = read.await;
    if job.is_cancelled() { Err(Failure::cancelled()) } else { read }
}

pub(super) async fn mark(bench: &Bench, job: &Job, profile: ProfileId, keys: Vec<i64>) -> Result<News, Failure> {
    let mut marks = Vec::new();
    let each = |key, record: Record| marks.extend(Mark::of(&diagnose(&Case::of(&record))).map(|mark| (key, mark)));
    reading::records(bench, job, &profile, &keys, "Diagnosing", each).await?;
    Ok(News::Marked(marks))
}

/// A failure is told by what was sent and answered; the tenant's list alone does not say that. A tenant that does not answer
/// leaves the causes to what is known.
async fn fetch_failed(bench: &Bench, job: &Job, profile: &ProfileId, own: Query) -> Result<(), Failure> {
    let failed = reading::list(bench, job, profile, own.with(Term::Outcome(Outcome::Failure))).await?;
    let keys: Vec<i64> = failed.keys.iter().take(MOST_FETCHED).collect();
    let mut ids = Vec::new();
    let lacking = |_, record: Record| {
        if lacks_body(&record) {
            ids.push(record.summary.id);
        }
    };
    reading::records(bench, job, profile, &keys, "Looking for causes", lacking).await?;
    let fetched = reading::fetch(bench, job, profile, &ids, "Reading failed requests from the tenant").await;
    if job.is_cancelled() {
        return Err(Failure::cancelled());
    }
    if let Some(failure) = fetched.map_or_else(Some, |fetched| fetched.failure) {
        tracing::info!(%failure, "the causes are told without some bodies");
    }
    Ok(())
}
