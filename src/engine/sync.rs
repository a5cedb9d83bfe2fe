//! Catching up with a tenant's own log and staying connected: pages until what is known, then the stream.
//! Each line is kept once, however often it is read; a lost connection is tried again, ever more patiently.

use std::{sync::Arc, time::Duration};

use futures_util::StreamExt as _;

use super::{Bench, Live, News, jobs::Job};
use crate::{
    domain::{
        exchange::Outcome,
        failure::{Failure, FailureKind},
        journal::{Record, Source, Summary},
        profile::ProfileId,
    },
    scim::support::{RequestsQuery, SupportClient},
};

/// Lines a page.
const PAGE: u32 = 500;
/// At most this many lines are read back on the first visit.
const FIRST_VISIT: usize = 20_000;
/// Of the newest lines, this many are completed with their bodies at once, so that dropped values show.
const COMPLETED: usize = 400;
/// How many of them are asked for at a time.
const AT_A_TIME: usize = 4;
/// New lines are gathered this long before the window is told.
const GATHER: Duration = Duration::from_millis(150);
/// The first wait after a lost connection; it doubles up to the last.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LAST_WAIT: Duration = Duration::from_secs(60);

/// Reads what is new; with `follow`, stays connected until the job is stopped.
pub(super) async fn run(bench: &Arc<Bench>, job: &Job, profile: ProfileId, follow: bool) -> Result<News, Failure> {
    let support = match bench.support(&profile).await {
        Err(failure) if failure.kind == FailureKind::NotOffered => return Ok(not_offered(bench, job)),
        other => other?,
    };
    let sync = Sync { bench, job, profile, support };
    let mut added = match sync.catch_up().await {
        Err(failure) if failure.kind == FailureKind::NotOffered => return Ok(not_offered(bench, job)),
        other => other?,
    };
    if follow && !job.is_cancelled() {
        added += sync.follow().await?;
    }
    Ok(News::Synced { added })
}

fn not_offered(bench: &Bench, job: &Job) -> News {
    bench.outbox.send(job.job(), News::Live(Live::NotOffered));
    News::Synced { added: 0 }
}

struct Sync<'a> {
    bench: &'a Arc<Bench>,
    job: &'a Job,
    profile: ProfileId,
    support: SupportClient,
}

impl Sync<'_> {
    fn tell(&self, news: News) {
        self.bench.outbox.send(self.job.job(), news);
    }

    /// Pages back from the newest line to the newest known one.
    async fn catch_up(&self) -> Result<u64, Failure> {
        self.tell(News::Live(Live::CatchingUp));
        let profile = self.profile.clone();
        let known = self.bench.stores.read(move |journal| journal.newest_id(&profile, Source::Tenant)).await?;
        let mut query =
            RequestsQuery { limit: Some(PAGE), since: known.as_ref().map(|(_, at)| *at), ..Default::default() };
        let (mut added, mut read) = (0, 0);
        loop {
            let page = self.support.requests(&query).await?;
            read += page.requests.len();
            let fresh = self.keep(page.requests).await?;
            added += fresh;
            self.tell(News::Progress { what: "Reading the tenant’s log", done: added, total: None });
            let stop = self.job.is_cancelled() || read >= FIRST_VISIT;
            match page.next_cursor.filter(|_| !stop && fresh > 0) {
                Some(cursor) => query.cursor = Some(cursor),
                None => break,
            }
        }
        if added > 0 {
            self.complete_newest().await?;
        }
        Ok(added)
    }

    /// Puts lines into the journal and tells the window when any was new.
    async fn keep(&self, lines: Vec<Summary>) -> Result<u64, Failure> {
        let records: Vec<Record> = lines
            .into_iter()
            .map(|summary| Record { source: Source::Tenant, summary, exchange: None, landing: None, event: None })
            .collect();
        let profile = self.profile.clone();
        let appended = self.bench.stores.write(move |journal| journal.append(&profile, &records)).await?;
        if appended.imported > 0 {
            self.tell(News::JournalChanged { profile: self.profile.clone(), added: appended.imported });
        }
        Ok(appended.imported)
    }

    /// Fetches the bodies of the newest lines that changed somebody, a few at a time.
    async fn complete_newest(&self) -> Result<(), Failure> {
        let profile = self.profile.clone();
        let bare = self.bench.stores.read(move |journal| journal.incomplete(&profile, COMPLETED)).await?;
        let fetches = bare.into_iter().map(|id| async move { self.support.request(&id).await });
        let mut fetched = futures_util::stream::iter(fetches).buffer_unordered(AT_A_TIME);
        let mut batch = Vec::new();
        while let Some(record) = fetched.next().await {
            match record {
                Ok(record) => batch.push(record),
                Err(failure) if failure.kind == FailureKind::NotOffered => break,
                Err(failure) => tracing::debug!(%failure, "a line stays without its bodies"),
            }
            if self.job.is_cancelled() {
                break;
            }
        }
        if batch.is_empty() {
            return Ok(());
        }
        let profile = self.profile.clone();
        self.bench.stores.write(move |journal| journal.append(&profile, &batch)).await?;
        // No new line, but what lines hold: previews and counts are made of it.
        self.tell(News::JournalChanged { profile: self.profile.clone(), added: 0 });
        Ok(())
    }

    /// Follows the stream, and connects again whenever it breaks, until the job is stopped.
    async fn follow(&self) -> Result<u64, Failure> {
        let (mut added, mut wait) = (0, FIRST_WAIT);
        while !self.job.is_cancelled() {
            let failure = match self.stream(&mut added).await {
                Ok(()) => {
                    wait = FIRST_WAIT;
                    continue;
                }
                Err(failure) if is_final(&failure) => return Err(failure),
                Err(failure) => failure,
            };
            let until = self.bench.now() + jiff::SignedDuration::try_from(wait).unwrap_or_default();
            self.tell(News::Live(Live::Waiting { until, failure }));
            tokio::select! {
                () = self.job.cancel().cancelled() => break,
                () = tokio::time::sleep(wait) => {}
            }
            wait = (wait * 2).min(LAST_WAIT);
            match self.catch_up().await {
                Ok(fresh) => added += fresh,
                Err(failure) if is_final(&failure) => return Err(failure),
                Err(failure) => tracing::debug!(%failure, "the tenant is still out of reach"),
            }
        }
        Ok(added)
    }

    /// One connection's worth of the stream. `Ok` when it ended in order.
    async fn stream(&self, added: &mut u64) -> Result<(), Failure> {
        let profile = self.profile.clone();
        let last = self.bench.stores.read(move |journal| journal.newest_id(&profile, Source::Tenant)).await?;
        let mut stream = self.support.stream(last.as_ref().map(|(id, _)| id.as_str())).await?;
        self.tell(News::Live(Live::Following));
        let mut gathered = Vec::new();
        loop {
            let patience = if gathered.is_empty() { Duration::from_secs(3_600) } else { GATHER };
            tokio::select! {
                () = self.job.cancel().cancelled() => break,
                () = tokio::time::sleep(patience) => *added += self.keep_whole(std::mem::take(&mut gathered)).await?,
                line = stream.next() => match line? {
                    Some(event) => gathered.push(event.summary),
                    None => break,
                },
            }
        }
        *added += self.keep_whole(gathered).await?;
        Ok(())
    }

    /// Live lines are few: they are kept with their bodies at once.
    async fn keep_whole(&self, lines: Vec<Summary>) -> Result<u64, Failure> {
        if lines.is_empty() {
            return Ok(0);
        }
        let telling = lines.iter().any(|line| line.outcome != Outcome::Success || line.method != "GET");
        let added = self.keep(lines).await?;
        if telling && added > 0 {
            self.complete_newest().await?;
        }
        Ok(added)
    }
}

/// Failures that trying again does not mend.
const fn is_final(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        FailureKind::TokenRefused
            | FailureKind::NotAllowed
            | FailureKind::CertificateUntrusted
            | FailureKind::RedirectedElsewhere
            | FailureKind::NotOffered
            | FailureKind::DatabaseDamaged
            | FailureKind::DiskFull
            | FailureKind::DataReadOnly
    )
}
