//! Reading thousands of records of the journal on behalf of one job: in batches, between which others get their turn and
//! a stopped job ends; slow work tells how far it is. Bodies that only the tenant has are fetched where that was asked.

use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, stream};

use super::{Bench, News, diagnosing, jobs::Job};
use crate::domain::{
    failure::{Failure, FailureKind},
    journal::{Listing, Record, Source},
    profile::ProfileId,
    query::Query,
    sorting::Sorting,
};

/// Records a batch: a few milliseconds of reading.
const BATCH: usize = 200;
/// Work that is over sooner is not worth a word.
const WORTH_TELLING: Duration = Duration::from_millis(500);
/// How often the progress is told after that.
const TELL_EVERY: Duration = Duration::from_millis(100);
/// How many records the tenant is asked for at a time.
const AT_A_TIME: usize = 4;
/// Most records that one job fetches from a tenant.
pub(super) const MOST_FETCHED: usize = 2_000;

/// Tells how far slow work is, and nothing of quick work.
pub(super) struct Pace<'a> {
    bench: &'a Bench,
    job: &'a Job,
    what: &'static str,
    next: Instant,
}

impl<'a> Pace<'a> {
    pub(super) fn new(bench: &'a Bench, job: &'a Job, what: &'static str) -> Self {
        Self { bench, job, what, next: Instant::now() + WORTH_TELLING }
    }

    pub(super) fn tell(&mut self, done: usize, total: usize) {
        let now = Instant::now();
        if now >= self.next {
            self.next = now + TELL_EVERY;
            let (done, total) = (done as u64, Some(total as u64));
            self.bench.outbox.send(self.job.job(), News::Progress { what: self.what, done, total });
        }
    }
}

/// What a query finds; a job that was stopped meanwhile ends here.
pub(super) async fn list(bench: &Bench, job: &Job, profile: &ProfileId, query: Query) -> Result<Listing, Failure> {
    list_in(bench, job, Sorting::default(), profile, query).await
}

/// The same in another order. The causes that it asks for are looked for first, where they are not known.
pub(super) async fn list_in(
    bench: &Bench,
    job: &Job,
    sorting: Sorting,
    profile: &ProfileId,
    query: Query,
) -> Result<Listing, Failure> {
    let _told = diagnosing::tell(bench, job, profile, &query).await?;
    plain_list(bench, job, sorting, profile, query).await
}

/// What a query finds by what is known.
pub(super) async fn plain_list(
    bench: &Bench,
    job: &Job,
    sorting: Sorting,
    profile: &ProfileId,
    query: Query,
) -> Result<Listing, Failure> {
    let (now, profile) = (bench.now(), profile.clone());
    let listing = bench.stores.read_for(job, move |journal| journal.list_in(sorting, &profile, &query, now)).await;
    if job.is_cancelled() { Err(Failure::cancelled()) } else { listing }
}

/// Hands the records of these keys of a profile to `each`, in order. One that is gone meanwhile is left out.
pub(super) async fn records(
    bench: &Bench,
    job: &Job,
    profile: &ProfileId,
    keys: &[i64],
    what: &'static str,
    mut each: impl FnMut(i64, Record),
) -> Result<(), Failure> {
    let mut pace = Pace::new(bench, job, what);
    for (batch, keys_of) in keys.chunks(BATCH).enumerate() {
        let (whose, keys_of) = (profile.clone(), keys_of.to_vec());
        let read = bench.stores.read_for(job, move |journal| journal.records(&whose, &keys_of)).await;
        if job.is_cancelled() {
            return Err(Failure::cancelled());
        }
        for (key, record) in read? {
            each(key, record);
        }
        pace.tell((batch * BATCH + BATCH).min(keys.len()), keys.len());
    }
    Ok(())
}

/// What came of a fetch.
#[derive(Debug, Default)]
pub(super) struct Fetched {
    pub(super) records: Vec<Record>,
    /// Why the rest did not come.
    pub(super) failure: Option<Failure>,
}

/// Fetches what the tenant keeps of these requests, and keeps it in the journal, also when the rest does not come. A
/// request that the tenant has forgotten is left out; a tenant without a log gives nothing.
pub(super) async fn fetch(
    bench: &Bench,
    job: &Job,
    profile: &ProfileId,
    ids: &[String],
    what: &'static str,
) -> Result<Fetched, Failure> {
    let ids = &ids[..ids.len().min(MOST_FETCHED)];
    if ids.is_empty() {
        return Ok(Fetched::default());
    }
    let support = match bench.support(profile).await {
        Err(failure) if failure.kind == FailureKind::NotOffered => return Ok(Fetched::default()),
        other => other?,
    };
    let mut pace = Pace::new(bench, job, what);
    let mut fetched = Fetched::default();
    let (support, owned) = (&support, ids.to_vec());
    let asked = owned.into_iter().map(|id| async move { support.request(&id).await });
    let mut answers = stream::iter(asked).buffered(AT_A_TIME);
    for done in 1..=ids.len() {
        let answer = tokio::select! {
            () = job.cancel().cancelled() => Some(Err(Failure::cancelled())),
            answer = answers.next() => answer,
        };
        match answer {
            Some(Ok(record)) => fetched.records.push(record),
            Some(Err(failure)) if failure.kind == FailureKind::Refused => {}
            Some(Err(failure)) if failure.kind == FailureKind::NotOffered => break,
            Some(Err(failure)) => {
                fetched.failure = Some(failure);
                break;
            }
            None => break,
        }
        pace.tell(done, ids.len());
    }
    drop(answers);
    let (profile, kept) = (profile.clone(), fetched.records.clone());
    bench.stores.write(move |journal| journal.append(&profile, &kept)).await?;
    Ok(fetched)
}

/// Whether the tenant may keep more of a record than the journal does.
pub(super) const fn lacks_body(record: &Record) -> bool {
    matches!(record.source, Source::Tenant) && record.exchange.is_none()
}
