//! The causes behind the requests that a query finds: read and diagnosed in batches beside everything else, oldest first,
//! with progress; a stop takes effect between two batches. Of a log that grows, what is new is looked at.

use std::{
    collections::BTreeMap,
    thread,
    time::{Duration, Instant},
};

use tokio::{
    sync::{Mutex, MutexGuard},
    task::block_in_place,
};

use super::{
    Bench, News,
    jobs::Job,
    reading::{self, Pace, lacks_body},
    stores::blocking,
};
use crate::{
    diagnosis::{Case, Causes, Mark, Shown, Tally, diagnose},
    domain::{
        exchange::Outcome,
        failure::Failure,
        journal::{Record, Row, Source},
        keys::Keys,
        profile::ProfileId,
        query::{Query, Term},
        sorting::{SortBy, Sorting},
    },
    store::journal::{Journal, Questions},
};

/// Lines a batch: many, so that of several logs over the same time each block is unpacked for many lines.
const BATCH: usize = 2_000;
/// Of so many failed requests, newest first, the tenant is asked for the bodies where the journal has none; what it answers
/// is kept, so that it is asked once.
const MOST_FETCHED: usize = 200;
/// How often the causes so far are told.
const TELL_EVERY: Duration = Duration::from_millis(700);

/// The causes behind one profile's lines as they were last found, to go on from: of a log that grows, only what is new is
/// looked at.
#[derive(Default)]
pub(super) struct Known(Mutex<Standing>);

/// How far it went.
#[derive(Default)]
struct Standing {
    profile: Option<ProfileId>,
    /// The lines that were looked at, oldest first.
    keys: Vec<i64>,
    /// How many lines had been completed by then.
    completions: u64,
    /// A change that both the tenant and the directory tell would count twice, so each has a count of its own.
    tenants: Tally,
    others: Tally,
    /// Whether the journal was told.
    told: bool,
}

impl Standing {
    fn take(&mut self, key: i64, record: &Record, shown: Shown) {
        let tally = if record.source == Source::Tenant { &mut self.tenants } else { &mut self.others };
        tally.take_seen(key, record, shown);
    }

    /// Of the tenant's own log alone, where it has one: it may begin long after the others.
    fn so_far(&self, has_own: bool) -> Causes {
        if has_own { self.tenants.so_far() } else { self.others.so_far() }
    }

    /// By the tenant's own log, where there is one. Of millions of lines this takes longer than others on the same thread
    /// should wait.
    fn causes(&self) -> Causes {
        let (own, others) = block_in_place(|| (self.tenants.causes(), self.others.causes()));
        if own.requests > 0 { own.and_in_order(&others) } else { others }
    }

    /// The lines of each cause, whoever tells of them.
    fn lines(&self) -> Vec<(String, Keys)> {
        block_in_place(|| {
            let mut lines = BTreeMap::<&str, Vec<i64>>::new();
            for (id, keys) in self.tenants.keys().into_iter().chain(self.others.keys()) {
                lines.entry(id).or_default().extend(keys);
            }
            lines.into_iter().map(|(id, keys)| (id.to_owned(), keys[..].into())).collect()
        })
    }

    /// The lines that are left of these, where what was found of the others holds. An exact count is of no lines but these;
    /// whoever asks for the lines of a cause does not mind that it was looked for in more.
    fn rest<'k>(&self, profile: &ProfileId, keys: &'k [i64], completions: u64, exact: bool) -> Option<&'k [i64]> {
        if self.profile.as_ref() != Some(profile) || self.completions != completions {
            return None;
        }
        let skipped = match keys.first() {
            Some(first) if !exact => self.keys.iter().position(|key| key == first)?,
            _ => 0,
        };
        let looked_at = &self.keys[skipped..];
        match keys.strip_prefix(looked_at) {
            None if !exact && looked_at.starts_with(keys) => Some(&[]),
            rest => rest,
        }
    }
}

pub(super) async fn causes(bench: &Bench, job: &Job, profile: ProfileId, query: Query) -> Result<News, Failure> {
    let causes = if query == query.over_time() {
        known(bench, job, &profile, &query, true).await?.causes()
    } else {
        fetch_failed(bench, job, &profile, &query).await?;
        let keys = {
            let _told = tell(bench, job, &profile, &query).await?;
            lines_of(bench, job, &profile, &query).await?
        };
        let mut once = Standing { profile: Some(profile.clone()), ..Standing::default() };
        go_on(bench, job, &mut once, &query, &keys).await?;
        once.causes()
    };
    Ok(News::CausesFound(Box::new(causes)))
}

/// The causes over the span of time of a query, whatever else it asks for: what a request's place among the others shows
/// takes all of them.
pub(super) async fn over_time_of(
    bench: &Bench,
    job: &Job,
    profile: &ProfileId,
    query: &Query,
) -> Result<Causes, Failure> {
    Ok(known(bench, job, profile, &query.over_time(), false).await?.causes())
}

/// What the journal was told, which holds until this is dropped.
pub(super) struct Told<'b>(#[expect(dead_code, reason = "it is held, not read")] Option<MutexGuard<'b, Standing>>);

/// Tells the journal the causes that a query asks for, looking for them where they are not known.
pub(super) async fn tell<'b>(
    bench: &'b Bench,
    job: &Job,
    profile: &ProfileId,
    query: &Query,
) -> Result<Told<'b>, Failure> {
    let known = match query.asks_for_causes() {
        true => Some(known(bench, job, profile, &query.over_time(), false).await?),
        false => None,
    };
    Ok(Told(known))
}

/// The causes over a span of time, going on from what is known.
async fn known<'b>(
    bench: &'b Bench,
    job: &Job,
    profile: &ProfileId,
    span: &Query,
    exact: bool,
) -> Result<MutexGuard<'b, Standing>, Failure> {
    // Whoever else looks for causes is waited for, so that nothing is looked at twice.
    let mut known = tokio::select! {
        () = job.cancel().cancelled() => return Err(Failure::cancelled()),
        known = bench.causes.0.lock() => known,
    };
    let keys = lines_of(bench, job, profile, span).await?;
    let rest = |known: &Standing, completions| known.rest(profile, &keys, completions, exact);
    if rest(&known, completions(bench).await?).is_none_or(|rest| !rest.is_empty()) {
        fetch_failed(bench, job, profile, span).await?;
    }
    let completions = completions(bench).await?;
    let rest = rest(&known, completions).unwrap_or_else(|| {
        *known = Standing { profile: Some(profile.clone()), completions, ..Standing::default() };
        &keys
    });
    go_on(bench, job, &mut known, span, rest).await?;
    if !known.told {
        let (whose, lines) = (profile.clone(), known.lines());
        let tell = move |journal: &mut Journal| {
            journal.tell_causes(&whose, lines);
            Ok(())
        };
        bench.stores.read(tell).await?;
        known.told = true;
    }
    Ok(known)
}

async fn completions(bench: &Bench) -> Result<u64, Failure> {
    bench.stores.read(|journal| Ok(journal.completions())).await
}

/// The lines that a query finds, oldest first.
async fn lines_of(bench: &Bench, job: &Job, profile: &ProfileId, query: &Query) -> Result<Vec<i64>, Failure> {
    let oldest_first = Sorting { by: SortBy::Time, descending: false };
    Ok(reading::plain_list(bench, job, oldest_first, profile, query.clone()).await?.keys.to_vec())
}

/// Those of them that the tenant's own log tells of.
async fn of_tenant(bench: &Bench, job: &Job, profile: &ProfileId, query: &Query) -> Result<Keys, Failure> {
    let own = query.with(Term::Source(Source::Tenant));
    Ok(reading::plain_list(bench, job, Sorting::default(), profile, own).await?.keys)
}

/// Goes through lines that a query found. While one batch is diagnosed, which takes the cores but not the journal, the next
/// one is read. What is done when it is stopped is kept.
async fn go_on(bench: &Bench, job: &Job, standing: &mut Standing, query: &Query, keys: &[i64]) -> Result<(), Failure> {
    // In between it stands for nothing.
    let mut own = std::mem::take(standing);
    let Some(profile) = own.profile.clone() else { return Ok(()) };
    let mut pace = Pace::new(bench, job, "Looking for causes");
    let (begun, mut next_told, mut has_own) = (Instant::now(), TELL_EVERY, None);
    let (mut batch, mut pending): (_, &[i64]) = (Vec::new(), &[]);
    let mut ended = Ok(());
    for (place, next) in keys.chunks(BATCH).chain([&[][..]]).enumerate() {
        let ready = std::mem::take(&mut batch);
        let questions = bench.stores.questions();
        let count = blocking(move || {
            for ((key, record), shown) in ready.iter().zip(looked_at(&ready, &questions)) {
                questions.let_pass();
                own.take(*key, record, shown);
            }
            Ok(own)
        });
        let (counted, read) = tokio::join!(count, lines(bench, job, &profile, next));
        own = counted?;
        own.told &= pending.is_empty();
        own.keys.extend_from_slice(pending);
        match read {
            Ok(read) => (batch, pending) = (read, next),
            Err(failure) => {
                ended = Err(failure);
                break;
            }
        }
        pace.tell((place * BATCH).min(keys.len()), keys.len());
        if begun.elapsed() >= next_told {
            next_told = begun.elapsed() + TELL_EVERY;
            if has_own.is_none() {
                match of_tenant(bench, job, &profile, query).await {
                    Ok(of_tenant) => has_own = Some(!of_tenant.is_empty()),
                    Err(failure) => {
                        ended = Err(failure);
                        break;
                    }
                }
            }
            let has_own = has_own.unwrap_or_default();
            bench.outbox.send(job.job(), News::CausesSoFar(Box::new(own.so_far(has_own))));
        }
    }
    *standing = own;
    ended
}

/// What each record shows by itself, in order; each core looks at some of them.
fn looked_at(records: &[(i64, Record)], questions: &Questions) -> Vec<Shown> {
    let look = |(_, record): &(i64, Record)| {
        questions.let_pass();
        Tally::look(record)
    };
    let share = records.len().div_ceil(thread::available_parallelism().map_or(1, usize::from)).max(1);
    thread::scope(|scope| {
        let (first, others) = records.split_at(share.min(records.len()));
        let others: Vec<_> = others
            .chunks(share)
            .map(|some| (some, scope.spawn(move || some.iter().map(look).collect::<Vec<_>>())))
            .collect();
        let mut all: Vec<Shown> = first.iter().map(look).collect();
        for (some, looking) in others {
            // One that failed is looked at here, where its failure is told.
            all.extend(looking.join().unwrap_or_else(|_| some.iter().map(look).collect()));
        }
        all
    })
}

/// Lines, with what stands behind those that need it.
async fn lines(bench: &Bench, job: &Job, profile: &ProfileId, keys: &[i64]) -> Result<Vec<(i64, Record)>, Failure> {
    let (whose, keys) = (profile.clone(), keys.to_vec());
    let read = bench.stores.read_for(job, move |journal| {
        let rows = journal.rows(&whose, &keys)?;
        let needs_all = |row: &&Row| Tally::needs_all(row.source, &row.summary);
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
async fn fetch_failed(bench: &Bench, job: &Job, profile: &ProfileId, query: &Query) -> Result<(), Failure> {
    let failed = query.with(Term::Source(Source::Tenant)).with(Term::Outcome(Outcome::Failure));
    let failed = reading::plain_list(bench, job, Sorting::default(), profile, failed).await?;
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
