//! The figures of a tenant: of every line of the span, some at a time, so that nobody waits for all of them.

use super::{
    Bench, News,
    jobs::Job,
    reading::{self, Pace},
};
use crate::domain::{
    failure::Failure,
    journal::Source,
    overview::{Figures, Reckoning},
    profile::ProfileId,
    query::{Query, Term},
};

/// Lines a batch: some milliseconds.
const BATCH: usize = 16_384;

/// Works the figures out.
pub(super) async fn read(bench: &Bench, job: &Job, profile: ProfileId, query: Query) -> Result<News, Failure> {
    // A change that a directory's log tells too would count twice: the tenant's own log goes first where it was read.
    let own = query.with(Term::Source(Source::Tenant));
    let own = reading::list(bench, job, &profile, own).await?;
    let all = reading::list(bench, job, &profile, query).await?;
    let tenant_only = !own.keys.is_empty();
    let left_out = if tenant_only { all.keys.len().saturating_sub(own.keys.len()) as u64 } else { 0 };
    let listing = if tenant_only { own } else { all };
    let mut pace = Pace::new(bench, job, "Working out the figures");
    let mut reckoning = Reckoning::default();
    let lines = listing.keys.len();
    for start in (0..lines).step_by(BATCH) {
        let end = lines.min(start + BATCH);
        let (whose, keys) = (profile.clone(), listing.keys.range(start..end).unwrap_or_default());
        let more = bench.stores.read_for(job, move |journal| {
            journal.glance(&whose, keys.into_iter(), |line| reckoning.take(line))?;
            Ok(reckoning)
        });
        let more = more.await;
        if job.is_cancelled() {
            return Err(Failure::cancelled());
        }
        reckoning = more?;
        pace.tell(end, lines);
    }
    let (overview, histogram) = (reckoning.figures(), listing.histogram.clone());
    Ok(News::OverviewRead(Box::new(Figures { overview, histogram, tenant_only, left_out })))
}
