//! The practice tenant inside this process: started once, with a day of traffic the first time.

use std::{
    fs::File,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::SignedDuration;

use super::{Bench, News, jobs::Job, stores::blocking};
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        profile::{Environment, IdentityProvider, Profile, ProfileId},
    },
    sandbox::{self, Policy, Running, Tenant, demo},
};

/// The file of the practice tenant in the data directory.
const FILE: &str = "sandbox.sqlite3";
/// Its name until its day of traffic is whole.
const PART: &str = "sandbox.part.sqlite3";
/// Held while the day is played, so that two windows do not play it twice.
const LOCK: &str = "sandbox.lock";
/// How often, and after which pause each, it is looked whether the file was closed.
const CLOSING_TRIES: u32 = 400;
const CLOSING: Duration = Duration::from_millis(5);
/// No window stays open longer than this without its token being made anew.
const TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The name of the token that the window itself uses, made anew at each start.
const TOKEN_NAME: &str = "SCIM Console, this session";

/// The practice tenant, once it runs.
pub(super) struct Practice {
    demo_exchanges: usize,
    running: Mutex<Option<(Profile, Running)>>,
    starting: tokio::sync::Mutex<()>,
}

impl Practice {
    pub(super) fn new(demo_exchanges: usize) -> Self {
        Self { demo_exchanges, running: Mutex::default(), starting: tokio::sync::Mutex::default() }
    }

    /// The profile that reaches it, once it runs.
    pub(super) fn profile(&self) -> Option<Profile> {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.as_ref().map(|(profile, _)| profile.clone())
    }
}

/// Starts the practice tenant unless it runs already.
pub(super) async fn start(bench: &Arc<Bench>, job: &Job) -> Result<News, Failure> {
    let _one_at_a_time = bench.practice.starting.lock().await;
    if let Some(profile) = bench.practice.profile() {
        return Ok(News::SandboxReady(Box::new(profile)));
    }
    let tenant = ready(bench, job).await?;
    tenant.revoke_tokens_named(TOKEN_NAME, bench.now() - TOKEN_LIFE)?;
    let (_, token) = tenant.issue_token(TOKEN_NAME, None)?;
    bench.tenants.keep_for_session(&ProfileId::sandbox(), &token)?;
    let running = sandbox::serve(tenant, ([127, 0, 0, 1], 0).into()).await?;
    let profile = Profile {
        id: ProfileId::sandbox(),
        name: "Practice tenant".to_owned(),
        environment: Environment::Sandbox,
        scim_url: running.scim.clone(),
        support_url: Some(running.support.clone()),
        identity_provider: IdentityProvider::Entra,
        proxy: None,
        ca_file: None,
        token_issued_on: None,
    };
    *bench.practice.running.lock().unwrap_or_else(PoisonError::into_inner) = Some((profile.clone(), running));
    Ok(News::SandboxReady(Box::new(profile)))
}

/// The tenant with its day of traffic, which is played into a file of another name until it is whole: a kill on the
/// way, or a second window that starts at the same time, leaves no half of a day behind.
async fn ready(bench: &Arc<Bench>, job: &Job) -> Result<Tenant, Failure> {
    let dir = bench.stores.dir().to_owned();
    let (file, part) = (dir.join(FILE), dir.join(PART));
    let turn = blocking(move || wait_for_turn(&dir)).await?;
    if file.exists() {
        match open(bench, file.clone()).await {
            Err(failure) if is_damaged(&failure) => {
                tracing::warn!(%failure, "the practice tenant begins anew; its damaged file was put aside");
                let damaged = file.clone();
                blocking(move || put_aside(&damaged)).await?;
            }
            opened => return opened,
        }
    }
    if bench.practice.demo_exchanges > 0 {
        let (old, fresh) = (part.clone(), file.clone());
        blocking(move || remove(&old)).await?;
        let tenant = open(bench, part.clone()).await?;
        play(bench, job, &tenant).await?;
        drop(tenant);
        blocking(move || put_in_place(&part, &fresh)).await?;
    }
    let tenant = open(bench, file).await;
    drop(turn);
    tenant
}

/// Whether the file is not a whole database; all other failures of it may pass.
fn is_damaged(failure: &Failure) -> bool {
    let said = failure.detail.as_deref().unwrap_or_default();
    failure.kind == FailureKind::DatabaseDamaged && (said.contains("malformed") || said.contains("not a database"))
}

async fn open(bench: &Arc<Bench>, file: PathBuf) -> Result<Tenant, Failure> {
    let clock = bench.clock.clone();
    blocking(move || Tenant::open(Some(&file), Policy::Thrive, clock)).await.map_err(in_words)
}

/// The tenant calls every failure of its database damage; a full disk is another matter.
fn in_words(failure: Failure) -> Failure {
    match failure.detail {
        Some(said) if said.contains("disk is full") => not_made(&std::io::Error::new(ErrorKind::StorageFull, said)),
        _ => failure,
    }
}

/// Held until the answer is dropped, or the process ends.
fn wait_for_turn(dir: &Path) -> Result<File, Failure> {
    let lock = || {
        let file = File::options().create(true).append(true).open(dir.join(LOCK))?;
        match file.lock() {
            Err(error) if error.kind() != ErrorKind::Unsupported => Err(error),
            _ => Ok(file),
        }
    };
    lock().map_err(|error| not_made(&error))
}

/// Removes what a killed start left behind.
fn remove(part: &Path) -> Result<(), Failure> {
    for suffix in ["", "-wal", "-shm"] {
        match std::fs::remove_file(beside(part, suffix)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(not_made(&error)),
            _ => {}
        }
    }
    Ok(())
}

/// Practice data is nobody's work, so it is not asked about, and nothing of it is deleted either.
fn put_aside(file: &Path) -> Result<(), Failure> {
    let mut number = 1_u32;
    while beside(file, &format!(".damaged-{number}")).exists() {
        number += 1;
    }
    for suffix in ["", "-wal", "-shm"] {
        match std::fs::rename(beside(file, suffix), beside(file, &format!(".damaged-{number}{suffix}"))) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(not_made(&error)),
            _ => {}
        }
    }
    Ok(())
}

/// Gives the whole day its name. The write-ahead log is gone once the last connection is closed, which the tenant's own
/// thread may delay by a moment.
fn put_in_place(part: &Path, file: &Path) -> Result<(), Failure> {
    for _ in 0..CLOSING_TRIES {
        if !beside(part, "-wal").exists() {
            return std::fs::rename(part, file).map_err(|error| not_made(&error));
        }
        std::thread::sleep(CLOSING);
    }
    Err(not_made(&std::io::Error::from(ErrorKind::ResourceBusy)))
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn not_made(error: &std::io::Error) -> Failure {
    let kind = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => FailureKind::DiskFull,
        _ => FailureKind::DataReadOnly,
    };
    Failure::new(
        kind,
        "The practice tenant could not be made",
        "Its file in the data directory cannot be written.",
        "Free some space or give your account write access to the folder, then start it again.",
    )
    .with_detail(error)
}

async fn play(bench: &Arc<Bench>, job: &Job, tenant: &Tenant) -> Result<(), Failure> {
    let day = demo::DemoDay { seed: 1, exchanges: bench.practice.demo_exchanges, end: bench.now() };
    let id = job.job();
    let progress = |done: usize, total: usize| {
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let news = News::Progress { what: "Playing a day of traffic", done: count(done), total: Some(count(total)) };
        bench.outbox.send(id, news);
    };
    let played = demo::play(tenant, &day, progress, || job.is_cancelled()).await;
    if job.is_cancelled() {
        return Err(Failure::new(
            FailureKind::Cancelled,
            "The day of traffic was stopped",
            "The practice tenant was not made.",
            "Start it again when you are ready.",
        ));
    }
    played.map(drop).map_err(in_words)
}
