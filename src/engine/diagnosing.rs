//! The causes behind the requests that a query finds: read and diagnosed in batches beside everything else, oldest first,
//! with progress; a stop takes effect between two batches.

use super::{
    Bench, News,
    jobs::Job,
    reading::{self, lacks_body},
};
use crate::{
    diagnosis::{Mark, Tally},
    domain::{
        exchange::Outcome,
        failure::Failure,
        journal::{Record, Source},
        profile::ProfileId,
        query::{Query, Term},
        sorting::{SortBy, Sorting},
    },
};

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
    let mut tally = Tally::default();
    let keys = listing.keys.to_vec();
    reading::records(bench, job, &profile, &keys, "Looking for causes", |key, record| tally.take(key, &record)).await?;
    Ok(News::CausesFound(Box::new(tally.finish())))
}

pub(super) async fn mark(bench: &Bench, job: &Job, profile: ProfileId, keys: Vec<i64>) -> Result<News, Failure> {
    let mut marks = Vec::new();
    let each = |key, record: Record| marks.extend(Mark::of(&record).map(|mark| (key, mark)));
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
