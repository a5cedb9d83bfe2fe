//! The causes behind the requests that a query finds: read and diagnosed in batches beside everything else, oldest first,
//! with progress; a stop takes effect between two batches.

use super::{Bench, News, jobs::Job, reading};
use crate::{
    diagnosis::Tally,
    domain::{
        failure::Failure,
        journal::Source,
        profile::ProfileId,
        query::{Query, Term},
        sorting::{SortBy, Sorting},
    },
};

pub(super) async fn causes(bench: &Bench, job: &Job, profile: ProfileId, query: Query) -> Result<News, Failure> {
    // A change that both the tenant and the directory tell would count twice: the tenant's own log goes first.
    let oldest_first = Sorting { by: SortBy::Time, descending: false };
    let own = query.with(Term::Source(Source::Tenant));
    let listing = reading::list_in(bench, job, oldest_first, &profile, own).await?;
    let listing = if listing.keys.is_empty() {
        reading::list_in(bench, job, oldest_first, &profile, query).await?
    } else {
        listing
    };
    let mut tally = Tally::default();
    let keys = listing.keys.to_vec();
    reading::records(bench, job, &profile, &keys, "Looking for causes", |key, record| tally.take(key, &record)).await?;
    Ok(News::CausesFound(Box::new(tally.finish())))
}
