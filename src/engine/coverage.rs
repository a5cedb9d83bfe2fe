//! What the newest requests of a tenant carried, counted name by name. What it means for a set of mappings is worked out
//! by whoever asked, so that an edit of the mappings reads nothing again.

use super::{Bench, News, jobs::Job, reading};
use crate::domain::{
    coverage::{Received, SETTING},
    failure::Failure,
    journal::{Record, Source},
    keys::Keys,
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
    // What the console sent is in the tenant's own log too, where it has one: it counts once. A directory's log says what
    // was sent, not what was received.
    let mut keys = Keys::default();
    for source in [Source::Tenant, Source::Console, Source::Recording] {
        keys = reading::list(bench, job, &profile, query.with(Term::Source(source))).await?.keys;
        if !keys.is_empty() {
            break;
        }
    }
    let keys: Vec<i64> = keys.iter().take(last).collect();
    let keys = keys.as_slice();
    if fetching {
        let mut missing = Vec::new();
        reading::records(bench, job, &profile, keys, "Looking for bodies", |_, record| {
            if reading::lacks_body(&record) {
                missing.push(record.summary.id);
            }
        })
        .await?;
        let fetched = reading::fetch(bench, job, &profile, &missing, "Reading bodies from the tenant").await?;
        fetched.failure.map_or(Ok(()), Err)?;
    }
    let mut received = Received::default();
    reading::records(bench, job, &profile, keys, "Counting attributes", |_, record: Record| received.add(&record))
        .await?;
    Ok(News::ReceivedRead(Box::new(received)))
}
