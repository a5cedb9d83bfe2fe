//! Catching up with a tenant's own log and staying connected: pages until what is known, then the stream.
//! Each line is kept once, however often it is read; a lost connection is tried again, ever more patiently.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::StreamExt as _;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::time::Instant;

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
/// At most this many on a later one: a tenant that never comes to an end must not fill the disk.
const MOST: usize = 1_000_000;
/// Of the newest lines, this many are completed with their bodies at once, so that dropped values show.
const COMPLETED: usize = 400;
/// How many of them are asked for at a time.
const AT_A_TIME: usize = 4;
/// New lines are gathered this long before the window is told.
const GATHER: Duration = Duration::from_millis(150);
/// The first wait after a lost connection; it doubles up to the last.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LAST_WAIT: Duration = Duration::from_secs(60);
/// A connection that held this long was a good one: the next wait is short again.
const HELD: Duration = Duration::from_secs(10);
/// How often a tenant without a stream is asked.
const POLL: Duration = Duration::from_secs(5);

/// Reads what is new; with `follow`, stays connected until the job is stopped. A stopped one answers what it added.
pub(super) async fn run(bench: &Arc<Bench>, job: &Job, profile: ProfileId, follow: bool) -> Result<News, Failure> {
    let support = match bench.support(&profile).await {
        Err(failure) if failure.kind == FailureKind::NotOffered => return Ok(not_offered(bench, job)),
        other => other?,
    };
    let sync = Sync { bench, job, profile, support, added: AtomicU64::new(0) };
    match sync.work(follow).await {
        Err(failure) if failure.kind == FailureKind::NotOffered => return Ok(not_offered(bench, job)),
        Err(failure) if !job.is_cancelled() => return Err(failure),
        _ => {}
    }
    Ok(News::Synced { added: sync.added() })
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
    added: AtomicU64,
}

impl Sync<'_> {
    fn tell(&self, news: News) {
        self.bench.outbox.send(self.job.job(), news);
    }

    fn added(&self) -> u64 {
        self.added.load(Ordering::Relaxed)
    }

    async fn work(&self, follow: bool) -> Result<(), Failure> {
        self.catch_up().await?;
        if follow { self.follow().await } else { Ok(()) }
    }

    /// Waits for the tenant, but not after the job was stopped.
    async fn hear<T>(&self, answer: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        tokio::select! {
            () = self.job.cancel().cancelled() => Err(Failure::cancelled()),
            answer = answer => answer,
        }
    }

    async fn pause(&self, time: Duration) -> Result<(), Failure> {
        let over = async {
            tokio::time::sleep(time).await;
            Ok(())
        };
        self.hear(over).await
    }

    /// Pages back from the newest line to the newest known one. The pages come newest first, so one that is broken off
    /// leaves a gap behind the lines it kept: it is noted before the first of them, and the next catch-up closes it.
    async fn catch_up(&self) -> Result<(), Failure> {
        self.tell(News::Live(Live::CatchingUp));
        let profile = self.profile.clone();
        let newest = self.bench.stores.read(move |journal| journal.newest_id(&profile, Source::Tenant)).await?;
        let mut gap = self.gap().await?;
        let resumes = gap.is_some();
        let since = gap.unwrap_or_else(|| newest.map(|(_, at)| at));
        let most = if since.is_none() { FIRST_VISIT } else { MOST };
        let mut query = RequestsQuery { limit: Some(PAGE), since, ..Default::default() };
        let (before, mut read) = (self.added(), 0);
        loop {
            let page = self.hear(self.support.requests(&query)).await?;
            let lines = page.requests.len();
            read += lines;
            let next = page.next_cursor.filter(|_| lines > 0 && read < most);
            if next.is_some() && gap.is_none() {
                self.note_gap(Some(since)).await?;
                gap = Some(since);
            }
            let fresh = self.keep(page.requests).await?;
            self.tell(News::Progress { what: "Reading the tenant’s log", done: self.added() - before, total: None });
            match next.filter(|_| fresh > 0 || resumes) {
                Some(cursor) => query.cursor = Some(cursor),
                None => break,
            }
        }
        if gap.is_some() {
            self.note_gap(None).await?;
        }
        if self.added() > before {
            self.complete_newest().await?;
        }
        Ok(())
    }

    /// Where a catch-up that was broken off began: from when on lines may be missing; from the beginning for `Some(None)`.
    async fn gap(&self) -> Result<Option<Option<Timestamp>>, Failure> {
        gap(self.bench, &self.profile).await
    }

    async fn note_gap(&self, gap: Option<Option<Timestamp>>) -> Result<(), Failure> {
        let key = gap_key(&self.profile);
        let value = gap.map_or(Value::Null, |since| json!({ "since": since.map(|time| time.to_string()) }));
        self.bench.stores.console(move |console| console.set_setting(&key, &value)).await
    }

    /// Puts lines into the journal and tells the window when any was new.
    async fn keep(&self, lines: Vec<Summary>) -> Result<u64, Failure> {
        let records: Vec<Record> = lines
            .into_iter()
            .map(|summary| Record { source: Source::Tenant, summary, exchange: None, landing: None, event: None })
            .collect();
        let profile = self.profile.clone();
        let appended = self.bench.stores.write(move |journal| journal.append(&profile, &records)).await?;
        self.added.fetch_add(appended.imported, Ordering::Relaxed);
        if appended.imported > 0 {
            self.tell(News::JournalChanged { profile: self.profile.clone(), added: appended.imported });
        }
        Ok(appended.imported)
    }

    /// Fetches the bodies of the newest lines.
    async fn complete_newest(&self) -> Result<(), Failure> {
        let profile = self.profile.clone();
        let bare = self.bench.stores.read(move |journal| journal.incomplete(&profile, COMPLETED)).await?;
        self.complete(bare).await
    }

    /// Fetches the bodies of some lines, a few at a time. What does not come is fetched when somebody opens the line.
    async fn complete(&self, ids: Vec<String>) -> Result<(), Failure> {
        let fetches = ids.into_iter().map(|id| async move { self.hear(self.support.request(&id)).await });
        let mut fetched = futures_util::stream::iter(fetches).buffer_unordered(AT_A_TIME);
        let mut batch = Vec::new();
        while let Some(record) = fetched.next().await {
            match record {
                Ok(record) => batch.push(record),
                Err(failure) if failure.kind == FailureKind::Refused => {
                    tracing::debug!(%failure, "a line stays without its bodies");
                }
                Err(_) => break,
            }
        }
        drop(fetched);
        if batch.is_empty() {
            return Ok(());
        }
        let profile = self.profile.clone();
        self.bench.stores.write(move |journal| journal.append(&profile, &batch)).await?;
        self.tell(News::JournalChanged { profile: self.profile.clone(), added: 0 });
        Ok(())
    }

    /// Follows the stream, and connects again whenever it breaks, until the job is stopped.
    async fn follow(&self) -> Result<(), Failure> {
        let mut wait = FIRST_WAIT;
        loop {
            let (connected, before) = (Instant::now(), self.added());
            match self.stream().await {
                Ok(()) => {}
                Err(failure) if failure.kind == FailureKind::NotOffered => return self.poll().await,
                Err(failure) if is_final(&failure) => return Err(failure),
                Err(failure) => self.tell_waiting(wait, failure),
            }
            if self.added() > before || connected.elapsed() >= HELD {
                wait = FIRST_WAIT;
            }
            self.pause(wait).await?;
            wait = (wait * 2).min(LAST_WAIT);
            match self.catch_up().await {
                Err(failure) if is_final(&failure) => return Err(failure),
                Err(failure) => tracing::debug!(%failure, "the tenant is still out of reach"),
                Ok(()) => {}
            }
        }
    }

    /// A tenant without a stream is asked again and again.
    async fn poll(&self) -> Result<(), Failure> {
        let mut wait = POLL;
        loop {
            self.tell(News::Live(Live::Following));
            self.pause(wait).await?;
            match self.catch_up().await {
                Ok(()) => wait = POLL,
                Err(failure) if is_final(&failure) => return Err(failure),
                Err(failure) => {
                    wait = (wait * 2).min(LAST_WAIT);
                    self.tell_waiting(wait, failure);
                    self.pause(wait).await?;
                }
            }
        }
    }

    fn tell_waiting(&self, wait: Duration, failure: Failure) {
        let until = self.bench.now() + jiff::SignedDuration::try_from(wait).unwrap_or_default();
        self.tell(News::Live(Live::Waiting { until, failure }));
    }

    /// One connection's worth of the stream. `Ok` when it ended in order.
    async fn stream(&self) -> Result<(), Failure> {
        let profile = self.profile.clone();
        let last = self.bench.stores.read(move |journal| journal.newest_id(&profile, Source::Tenant)).await?;
        let mut stream = self.hear(self.support.stream(last.as_ref().map(|(id, _)| id.as_str()))).await?;
        if last.is_none() {
            // With nothing to resume from, what came since the catch-up would be missed.
            self.catch_up().await?;
        }
        self.tell(News::Live(Live::Following));
        let (mut gathered, mut due) = (Vec::new(), None::<Instant>);
        let ended = loop {
            tokio::select! {
                () = reached(due) => {
                    due = None;
                    self.keep_whole(std::mem::take(&mut gathered)).await?;
                }
                line = self.hear(stream.next()) => match line {
                    Ok(Some(event)) => {
                        due.get_or_insert(Instant::now() + GATHER);
                        gathered.push(event.summary);
                    }
                    Ok(None) => break Ok(()),
                    Err(failure) => break Err(failure),
                },
            }
        };
        self.keep_whole(gathered).await?;
        ended
    }

    /// Live lines are few: they are kept with their bodies at once.
    async fn keep_whole(&self, lines: Vec<Summary>) -> Result<(), Failure> {
        let telling = lines.iter().any(|line| line.outcome != Outcome::Success || line.method != "GET");
        let ids: Vec<String> = lines.iter().take(COMPLETED).map(|line| line.id.clone()).collect();
        if !lines.is_empty() && self.keep(lines).await? > 0 && telling {
            self.complete(ids).await?;
        }
        Ok(())
    }
}

/// Where a catch-up of a profile that was broken off began: from when on lines may be missing; from the beginning for
/// `Some(None)`.
pub(super) async fn gap(bench: &Bench, profile: &ProfileId) -> Result<Option<Option<Timestamp>>, Failure> {
    let key = gap_key(profile);
    let noted = bench.stores.console(move |console| console.setting(&key)).await?;
    let since = noted.as_ref().and_then(|noted| noted.get("since"));
    Ok(since.map(|since| since.as_str().and_then(|time| time.parse().ok())))
}

/// The setting that notes a gap of a profile's log.
fn gap_key(profile: &ProfileId) -> String {
    format!("gap:{}", profile.0)
}

async fn reached(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
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
            | FailureKind::DatabaseNewer
            | FailureKind::Cancelled
            | FailureKind::DatabaseDamaged
            | FailureKind::DiskFull
            | FailureKind::DataReadOnly
    )
}
