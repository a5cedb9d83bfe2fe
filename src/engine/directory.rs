//! Reading a directory's own log into the journal: from where the last visit ended, whole pages, as patiently as the
//! directory asks. Its secret is kept beside the profile's token, and is never sent where it was not saved for.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    Bench, Live, News, TokenChange,
    jobs::Job,
    stores::{blocking, internal},
};
use crate::{
    domain::{
        directory::DirectoryLog,
        failure::{Failure, FailureKind},
        journal::Record,
        profile::ProfileId,
    },
    scim::{
        client::Limits,
        directory::{DirectoryClient, LogPage, Part, Trouble, Way},
    },
    sources::{self, Bytes, Reading},
};

/// How far back the first visit goes: both directories keep at least so much for paying customers.
const FIRST_VISIT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Entra may write a record some time after it happened; known ones are kept once.
const OVERLAP: SignedDuration = SignedDuration::from_hours(1);
/// Graph is asked for so much at a time, so that a visit that is broken off goes on close to where it ended.
const SLICE: SignedDuration = SignedDuration::from_hours(24);
/// How often a page is asked for before the visit is given up.
const ATTEMPTS: usize = 10;
/// How often a followed log is asked for news.
const POLL: Duration = Duration::from_secs(60);

/// Connects a directory's log to a profile, or takes it off with its secret.
pub(super) async fn save(
    bench: &Arc<Bench>,
    profile: ProfileId,
    log: Option<DirectoryLog>,
    secret: TokenChange,
) -> Result<News, Failure> {
    let before = saved(bench, &profile).await?;
    let secret_of = profile.directory_secret();
    let Some(log) = log else {
        // First, so that no secret is ever left without the address it belongs to.
        let secret = bench.tenants.change(&secret_of, &TokenChange::Forget).await?;
        forgotten(bench, &secret_of).await?;
        note(bench, &log_key(&profile), Value::Null).await?;
        note(bench, &place_key(&profile), Value::Null).await?;
        return Ok(News::DirectoryLog { log: None, secret, read: None });
    };
    let stays = before.as_ref().is_some_and(|before| log.keeps_secret_of(before));
    if !stays && secret == TokenChange::Keep && bench.tenants.token(&secret_of).await?.is_some() {
        return Err(Failure::new(
            FailureKind::Invalid,
            "The saved secret belongs to another address",
            "A secret is sent only to the host it was saved for, so nothing was saved.",
            "Type the secret again to use it with this address.",
        ));
    }
    if !stays {
        // The old secret goes before the new address stands, whatever happens in between.
        bench.tenants.change(&secret_of, &TokenChange::Forget).await?;
        forgotten(bench, &secret_of).await?;
    }
    if before.is_some_and(|before| before != log) {
        note(bench, &place_key(&profile), Value::Null).await?;
    }
    let value = serde_json::to_value(&log).map_err(|error| internal("The log was not saved", error))?;
    note(bench, &log_key(&profile), value).await?;
    let secret = bench.tenants.change(&secret_of, &secret).await?;
    let read = last_read(bench, &profile).await?;
    Ok(News::DirectoryLog { log: Some(Box::new(log)), secret, read })
}

/// A store that refused to forget a secret would hand it out again, to whatever address is saved next.
async fn forgotten(bench: &Arc<Bench>, secret_of: &ProfileId) -> Result<(), Failure> {
    if bench.tenants.token(secret_of).await?.is_none() {
        return Ok(());
    }
    Err(Failure::new(
        FailureKind::CredentialStore,
        "The saved secret could not be removed from the credential store",
        "It belongs to the address that is saved now, so nothing was changed.",
        "Unlock the credential store and try again.",
    ))
}

/// How the directory's log of a profile is set up.
pub(super) async fn look(bench: &Arc<Bench>, profile: ProfileId) -> Result<News, Failure> {
    let log = saved(bench, &profile).await?.map(Box::new);
    let secret = bench.tenants.place(&profile.directory_secret()).await;
    let read = last_read(bench, &profile).await?;
    Ok(News::DirectoryLog { log, secret, read })
}

/// Reads what is new; with `follow`, asks again every minute until the job is stopped.
pub(super) async fn read(bench: &Arc<Bench>, job: &Job, profile: ProfileId, follow: bool) -> Result<News, Failure> {
    let log = saved(bench, &profile).await?.ok_or_else(|| {
        Failure::new(
            FailureKind::NotOffered,
            "No directory’s log is connected to this profile",
            "The console cannot read what the directory says it did.",
            "Connect Microsoft Graph or Okta’s System Log, or import a download.",
        )
    })?;
    let secret = bench.tenants.token(&profile.directory_secret()).await?.ok_or_else(|| {
        Failure::new(
            FailureKind::TokenRefused,
            "There is no secret for the directory’s log",
            "It was never saved, or it was kept only until the last window closed.",
            "Type it again where the log is connected.",
        )
    })?;
    let way = match bench.profile(&profile).await {
        Ok(profile) => Way { proxy: profile.proxy, ca_file: profile.ca_file },
        Err(_) if profile.is_sandbox() => Way::default(),
        Err(failure) => return Err(failure),
    };
    let client = DirectoryClient::new(&log, secret, &way, Limits::default())?;
    let mut visit = Visit { bench, job, profile, log, client, added: 0 };
    match visit.work(follow).await {
        Err(failure) if !job.is_cancelled() => Err(failure),
        _ => Ok(News::Synced { added: visit.added }),
    }
}

struct Visit<'a> {
    bench: &'a Arc<Bench>,
    job: &'a Job,
    profile: ProfileId,
    log: DirectoryLog,
    client: DirectoryClient,
    added: u64,
}

impl Visit<'_> {
    fn tell(&self, news: News) {
        self.bench.outbox.send(self.job.job(), news);
    }

    async fn work(&mut self, follow: bool) -> Result<(), Failure> {
        loop {
            self.tell(News::Live(Live::CatchingUp));
            if self.client.is_endless() {
                self.onwards().await?;
            } else {
                self.by_slices().await?;
            }
            if !follow {
                return Ok(());
            }
            self.tell(News::Live(Live::Following));
            self.pause(POLL).await?;
        }
    }

    /// A log that goes on without an end: the place where it goes on is noted after every page that is kept.
    async fn onwards(&mut self) -> Result<(), Failure> {
        let place = self.place().await?;
        let mut part = match place["next"].as_str() {
            Some(next) => Part::At(next.to_owned()),
            None => Part::Between(self.bench.now() - FIRST_VISIT, self.bench.now()),
        };
        loop {
            let page = self.ask(&part).await?;
            let (over, pause) = (page.is_empty(), page.pause);
            let next = page.next.clone();
            self.keep(page).await?;
            let Some(next) = next else { return Ok(()) };
            let read = if over { Value::from(self.bench.now().to_string()) } else { place["read"].clone() };
            self.note_place(json!({ "next": next, "read": read })).await?;
            if over {
                return Ok(());
            }
            self.pause(pause).await?;
            part = Part::At(next);
        }
    }

    /// A log with an end, a day at a time; how far it was read is noted after every day.
    async fn by_slices(&mut self) -> Result<(), Failure> {
        let now = self.bench.now();
        let place = self.place().await?;
        let until = place["until"].as_str().and_then(|until| until.parse::<Timestamp>().ok());
        let mut from = until.map_or_else(|| now - FIRST_VISIT, |until| until.min(now) - OVERLAP);
        while from < now {
            let to = (from + SLICE).min(now);
            // Both ends are left out by the directory, and its times may be finer than a second.
            let second = SignedDuration::from_secs(1);
            let mut part = Part::Between(from - second, to + second);
            loop {
                let page = self.ask(&part).await?;
                let (next, pause) = (page.next.clone(), page.pause);
                self.keep(page).await?;
                self.pause(pause).await?;
                match next {
                    Some(next) => part = Part::At(next),
                    None => break,
                }
            }
            let read = if to == now { Value::from(now.to_string()) } else { place["read"].clone() };
            self.note_place(json!({ "until": to.to_string(), "read": read })).await?;
            from = to;
        }
        Ok(())
    }

    /// One page, waiting as long as the directory asks.
    async fn ask(&mut self, part: &Part) -> Result<LogPage, Failure> {
        let mut last = None;
        for _ in 0..ATTEMPTS {
            let page = tokio::select! {
                () = self.job.cancel().cancelled() => return Err(Failure::cancelled()),
                page = self.client.page(part) => page,
            };
            match page {
                Ok(page) => return Ok(page),
                Err(Trouble::Failed(failure)) => return Err(failure),
                Err(Trouble::Wait(wait, failure)) => {
                    let until = self.bench.now() + SignedDuration::try_from(wait).unwrap_or_default();
                    self.tell(News::Live(Live::Waiting { until, failure: failure.clone() }));
                    last = Some(failure);
                    self.pause(wait).await?;
                }
            }
        }
        Err(last.unwrap_or_else(Failure::cancelled))
    }

    async fn pause(&self, time: Duration) -> Result<(), Failure> {
        if time.is_zero() {
            return Ok(());
        }
        tokio::select! {
            () = self.job.cancel().cancelled() => Err(Failure::cancelled()),
            () = tokio::time::sleep(time) => Ok(()),
        }
    }

    /// Puts a page into the journal, whole.
    async fn keep(&mut self, page: LogPage) -> Result<(), Failure> {
        if page.is_empty() {
            return Ok(());
        }
        let (bench, profile, now) = (self.bench.clone(), self.profile.clone(), self.bench.now());
        let added = blocking(move || {
            let records = understood(&page.records, now);
            Ok(bench.stores.write_here(|journal| journal.append(&profile, &records))?.imported)
        })
        .await?;
        self.added += added;
        self.tell(News::Progress { what: "Reading the directory’s log", done: self.added, total: None });
        if added > 0 {
            self.tell(News::JournalChanged { profile: self.profile.clone(), added });
        }
        Ok(())
    }

    /// Notes how far this log was read, unless another one was connected meanwhile: then this visit is over.
    async fn note_place(&self, place: Value) -> Result<(), Failure> {
        let (log_key, place_key, own) = (log_key(&self.profile), place_key(&self.profile), self.log.clone());
        let noted = self.bench.stores.console(move |console| {
            let now = console.setting(&log_key)?.and_then(|noted| serde_json::from_value::<DirectoryLog>(noted).ok());
            if now.as_ref() == Some(&own) { console.set_setting(&place_key, &place).map(|()| true) } else { Ok(false) }
        });
        if noted.await? { Ok(()) } else { Err(Failure::cancelled()) }
    }

    async fn place(&self) -> Result<Value, Failure> {
        place(self.bench, &self.profile).await
    }
}

async fn place(bench: &Arc<Bench>, profile: &ProfileId) -> Result<Value, Failure> {
    let key = place_key(profile);
    let noted = bench.stores.console(move |console| console.setting(&key)).await?;
    Ok(noted.unwrap_or_default())
}

/// When a log was last read to its end.
async fn last_read(bench: &Arc<Bench>, profile: &ProfileId) -> Result<Option<Timestamp>, Failure> {
    Ok(place(bench, profile).await?["read"].as_str().and_then(|read| read.parse().ok()))
}

/// The records of a page. What is no provisioning of users is left out: an org's log holds everything.
fn understood(page: &Value, now: Timestamp) -> Vec<Record> {
    let text = page.to_string();
    let mut records = Vec::new();
    let how = Reading::at(now);
    let counts = sources::read_all(&[&Bytes(text.as_bytes())], &how, &mut |record| records.push(record));
    for one in counts.iter().flat_map(|counts| &counts.listed) {
        tracing::debug!(at = one.at, why = one.why, "a record of the directory's log was left out");
    }
    records
}

async fn saved(bench: &Arc<Bench>, profile: &ProfileId) -> Result<Option<DirectoryLog>, Failure> {
    let key = log_key(profile);
    let noted = bench.stores.console(move |console| console.setting(&key)).await?;
    Ok(noted.and_then(|noted| serde_json::from_value(noted).ok()))
}

async fn note(bench: &Arc<Bench>, key: &str, value: Value) -> Result<(), Failure> {
    let key = key.to_owned();
    bench.stores.console(move |console| console.set_setting(&key, &value)).await
}

/// The setting that holds which log it is.
fn log_key(profile: &ProfileId) -> String {
    format!("directory:{}", profile.0)
}

/// The setting that holds how far it was read.
fn place_key(profile: &ProfileId) -> String {
    format!("directory-read:{}", profile.0)
}
