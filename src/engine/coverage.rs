//! What the newest requests of a tenant carried, counted name by name. What it means for a set of mappings is worked out
//! by whoever asked, so that an edit of the mappings reads nothing again.

use super::{Bench, News, jobs::Job, reading};
use crate::domain::{
    coverage::{Received, SETTING},
    failure::Failure,
    journal::{Record, Source},
    profile::ProfileId,
    query::{Expression, Query, Term},
};

/// Counts the newest `last` creates and updates that a query finds; with `fetching`, bodies that only the tenant has are
/// read from it first.
pub(super) async fn read(
    bench: &Bench,
    job: &Job,
    profile: ProfileId,
    query: Query,
    last: usize,
    fetching: bool,
) -> Result<News, Failure> {
    let setting = SETTING.into_iter().map(|operation| Expression::Term(Term::Operation(operation))).collect();
    let query = Expression::any(setting).map_or_else(|| query.clone(), |setting| query.with(setting));
    let (now, whose) = (bench.now(), profile.clone());
    let listing = bench.stores.read_for(job, move |journal| journal.list(&whose, &query, now)).await;
    if job.is_cancelled() {
        return Err(Failure::cancelled());
    }
    let keys: Vec<i64> = listing?.keys.iter().take(last).collect();
    let keys = keys.as_slice();
    if fetching {
        let mut missing = Vec::new();
        reading::records(bench, job, keys, "Looking for bodies", |_, record| {
            if reading::lacks_body(&record) {
                missing.push(record.summary.id);
            }
        })
        .await?;
        reading::fetch(bench, job, &profile, &missing, "Reading bodies from the tenant").await?;
    }
    // What the console sent is in the tenant's own log too, where it has one: it counts once.
    let (mut tenant, mut console) = (Received::default(), Received::default());
    let mut count = |_, record: Record| match record.source {
        Source::Tenant => tenant.add(&record),
        Source::Console => console.add(&record),
        // A directory's log says what was sent, not what was received.
        Source::Entra | Source::Okta => {}
    };
    reading::records(bench, job, keys, "Counting attributes", &mut count).await?;
    let is_of_tenant = tenant.requests + tenant.without_body > 0;
    Ok(News::ReceivedRead(Box::new(if is_of_tenant { tenant } else { console })))
}
