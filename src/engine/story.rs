//! Gathering all that the journal has of one person: search after search, until no new identifier turns up. Bodies that
//! only the tenant has are read from it; a tenant out of reach makes the story shorter, not impossible.

use super::{Bench, News, jobs::Job, reading, stores::blocking, sync};
use crate::{
    diagnosis::{Case, Mark, diagnose},
    domain::{
        failure::Failure,
        journal::{Record, Source},
        keys::Keys,
        profile::ProfileId,
        query::{Query, Term},
        story::{Gathering, Span, Spans, tell},
    },
};

/// Most lines of one search that are looked at.
const MOST_LINES: usize = 4_000;
/// Most bodies that are read from the tenant for one story.
const MOST_BODIES: usize = 200;

/// The keys of a person's records, found by any of their names in the journal alone; nothing is sent. `true` where there
/// are more than one story holds.
pub(super) async fn keys_of(
    bench: &Bench,
    job: &Job,
    profile: &ProfileId,
    of: &str,
) -> Result<(Vec<i64>, bool), Failure> {
    let mut gathering = Gathering::of(of);
    search(bench, job, profile, &mut gathering).await?;
    let gathered = gathering.done(Spans::default());
    Ok((gathered.records.into_iter().map(|(key, _)| key).collect(), gathered.truncated))
}

/// Gathers a person's records by any of their names.
pub(super) async fn read(bench: &Bench, job: &Job, profile: ProfileId, of: String) -> Result<News, Failure> {
    let mut gathering = Gathering::of(&of);
    search(bench, job, &profile, &mut gathering).await?;
    complete(bench, job, &profile, &mut gathering).await?;
    // What the bodies told may lead further.
    search(bench, job, &profile, &mut gathering).await?;
    let spans = Spans {
        tenant: span(bench, job, &profile, Source::Tenant).await?,
        entra: span(bench, job, &profile, Source::Entra).await?,
        okta: span(bench, job, &profile, Source::Okta).await?,
    };
    let gathered = Box::new(gathering.done(spans));
    // Telling and diagnosing read every body again: not for the thread that draws.
    blocking(move || {
        let mark = |(key, record): &(i64, Record)| Some((*key, Mark::of(&diagnose(&Case::of(record)))?));
        let marks = gathered.records.iter().filter_map(mark).collect();
        Ok(News::StoryRead { story: Box::new(tell(&gathered)), marks, gathered })
    })
    .await
}

async fn search(bench: &Bench, job: &Job, profile: &ProfileId, gathering: &mut Gathering) -> Result<(), Failure> {
    while let Some((identifier, query)) = gathering.next_search() {
        let keys = keys(bench, job, profile, query).await?;
        if keys.len() > MOST_LINES {
            gathering.cut();
        }
        let fresh: Vec<i64> = keys.iter().take(MOST_LINES).filter(|key| !gathering.has(*key)).collect();
        let mut found = Vec::new();
        reading::records(bench, job, profile, &fresh, "Reading what is known of this person", |key, record| {
            found.push((key, record));
        })
        .await?;
        gathering.take(&identifier, found);
    }
    Ok(())
}

async fn complete(bench: &Bench, job: &Job, profile: &ProfileId, gathering: &mut Gathering) -> Result<(), Failure> {
    let missing: Vec<(i64, String)> = gathering
        .records()
        .filter(|(_, record)| reading::lacks_body(record))
        .map(|(key, record)| (key, record.summary.id.clone()))
        .collect();
    let ids: Vec<String> = missing.iter().take(MOST_BODIES).map(|(_, id)| id.clone()).collect();
    let fetched = reading::fetch(bench, job, profile, &ids, "Reading bodies from the tenant").await;
    let fetched = match fetched {
        Ok(fetched) if job.is_cancelled() => return Err(fetched.failure.unwrap_or_else(Failure::cancelled)),
        Ok(fetched) => fetched.records,
        Err(failure) if job.is_cancelled() => return Err(failure),
        // Told as a caution: the story is thinner, not impossible.
        Err(_) => Vec::new(),
    };
    gathering.lacks_bodies((missing.len() - fetched.len().min(missing.len())) as u64);
    for record in fetched {
        if let Some((key, _)) = missing.iter().find(|(_, id)| *id == record.summary.id) {
            gathering.complete(*key, record);
        }
    }
    Ok(())
}

/// From when to when a log is in the journal. The tenant's ends where lines may be missing: a catch-up was broken off there.
async fn span(bench: &Bench, job: &Job, profile: &ProfileId, source: Source) -> Result<Option<Span>, Failure> {
    let keys = keys(bench, job, profile, Query::everything().with(Term::Source(source))).await?;
    let (Some(newest), Some(oldest)) = (keys.iter().next(), keys.iter().next_back()) else { return Ok(None) };
    let whose = profile.clone();
    let rows = bench.stores.read_for(job, move |journal| journal.rows(&whose, &[oldest, newest])).await?;
    let span = rows.first().zip(rows.last()).map(|(oldest, newest)| (oldest.summary.at, newest.summary.at));
    let gap = if source == Source::Tenant { sync::gap(bench, profile).await? } else { None };
    Ok(match (span, gap) {
        (span, None) => span,
        (Some((from, to)), Some(Some(since))) => Some((from, to.min(since))).filter(|(from, to)| from < to),
        (_, Some(_)) => None,
    })
}

async fn keys(bench: &Bench, job: &Job, profile: &ProfileId, query: Query) -> Result<Keys, Failure> {
    Ok(reading::list(bench, job, profile, query).await?.keys)
}
