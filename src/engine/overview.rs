//! The figures of a tenant: the whole span by the journal's own counts, the newest lines of it one by one for what only
//! lines tell.

use super::{
    Bench, News,
    jobs::Job,
    reading::{self, Pace},
};
use crate::domain::{
    exchange::Outcome,
    failure::Failure,
    journal::Source,
    overview::{Figures, overview},
    profile::ProfileId,
    query::{Query, Term},
};

/// Lines that are looked at one by one, newest first.
const MOST_LINES: usize = 50_000;
/// Lines a batch.
const BATCH: usize = 1_000;

/// Works the figures out.
pub(super) async fn read(bench: &Bench, job: &Job, profile: ProfileId, query: Query) -> Result<News, Failure> {
    // A change that a directory's log tells too would count twice: the tenant's own log goes first where it was read.
    let own = query.with(Term::Source(Source::Tenant));
    let own = reading::list(bench, job, &profile, own).await?;
    let all = reading::list(bench, job, &profile, query).await?;
    let tenant_only = !own.keys.is_empty();
    let left_out = if tenant_only { all.keys.len().saturating_sub(own.keys.len()) as u64 } else { 0 };
    let listing = if tenant_only { own } else { all };
    let keys: Vec<i64> = listing.keys.iter().take(MOST_LINES).collect();
    let mut pace = Pace::new(bench, job, "Working out the figures");
    let mut rows = Vec::new();
    for batch in keys.chunks(BATCH) {
        let (whose, batch) = (profile.clone(), batch.to_vec());
        let read = bench.stores.read_for(job, move |journal| journal.rows(&whose, &batch)).await;
        if job.is_cancelled() {
            return Err(Failure::cancelled());
        }
        rows.extend(read?);
        pace.tell(rows.len(), keys.len());
    }
    let mut figures = overview(&rows);
    let failed = listing.outcomes.iter().find(|count| count.key == Outcome::Failure.key());
    figures.failed = failed.map_or(0, |count| count.count);
    figures.requests = listing.keys.len() as u64;
    let counted = rows.len() as u64;
    let histogram = listing.histogram.clone();
    Ok(News::OverviewRead(Box::new(Figures { overview: figures, histogram, counted, tenant_only, left_out })))
}
