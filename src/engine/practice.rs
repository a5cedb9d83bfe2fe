//! The practice tenants inside this process: started with the window, the first one with a day of traffic the first time.
//! Only this window's own tokens are made here, and they are kept in memory alone.

use std::{
    collections::BTreeMap,
    fs::File,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use jiff::SignedDuration;

use super::{Bench, News, house, jobs::Job, stores::blocking};
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        profile::{Profile, ProfileId},
        script::{Played, Script},
    },
    sandbox::{self, House, Policy, Revoked, Running, Tenant, demo},
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
/// A script that is played sooner needs no progress.
const UNTOLD: Duration = Duration::from_millis(500);
/// No window stays open longer than this without its token being made anew.
const TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The name of the token that a window itself uses, made anew at each start: another window may be open beside it.
const TOKEN_NAME: &str = "SCIM Console";

/// The practice tenants, once they were opened.
pub(super) struct Practice {
    demo_exchanges: usize,
    open: Mutex<Option<Open>>,
    starting: tokio::sync::Mutex<()>,
    /// Tokens that were revoked here, so that this can be undone.
    revoked: Mutex<Vec<(ProfileId, Revoked)>>,
}

struct Open {
    house: House,
    running: Option<Running>,
    /// Where the first tenant is reached, or was reached last.
    at: (url::Url, url::Url),
    /// The ids of the tokens that this window uses.
    own_tokens: BTreeMap<ProfileId, String>,
}

impl Practice {
    pub(super) fn new(demo_exchanges: usize) -> Self {
        Self {
            demo_exchanges,
            open: Mutex::default(),
            starting: tokio::sync::Mutex::default(),
            revoked: Mutex::default(),
        }
    }

    /// The tenants, once they were opened.
    pub(super) fn house(&self) -> Option<House> {
        self.opened(|open| open.house.clone())
    }

    /// Whether they can be reached.
    pub(super) fn is_running(&self) -> bool {
        self.opened(|open| open.running.is_some()).unwrap_or(false)
    }

    /// The profile that reaches one of them.
    pub(super) fn profile_of(&self, id: &ProfileId) -> Option<Profile> {
        let key = id.practice_key()?;
        let (tenant, at) = self.opened(|open| Some((open.house.tenant(key)?, open.at.clone())))??;
        Some(house::profile(key, &tenant, (under(key, &at.0), under(key, &at.1))))
    }

    /// The id of the token that this window uses with one of them.
    pub(super) fn own_token(&self, id: &ProfileId) -> Option<String> {
        self.opened(|open| open.own_tokens.get(id).cloned())?
    }

    /// Keeps a revoked token so that this can be undone.
    pub(super) fn keep_revoked(&self, id: ProfileId, token: Revoked) {
        self.revoked.lock().unwrap_or_else(PoisonError::into_inner).push((id, token));
    }

    /// A token that was revoked here, to accept it again.
    pub(super) fn take_revoked(&self, id: &ProfileId, token: &str) -> Option<Revoked> {
        let mut revoked = self.revoked.lock().unwrap_or_else(PoisonError::into_inner);
        let place = revoked.iter().position(|(of, one)| of == id && one.info().id == token)?;
        Some(revoked.remove(place).1)
    }

    /// Takes this window's own tokens out of use: nobody else knows them. Those of a window that was killed go later.
    pub(super) fn leave(&self) {
        self.opened(|open| {
            for (id, token) in std::mem::take(&mut open.own_tokens) {
                let tenant = open.house.tenant(house::key_of(&id));
                if let Some(Err(failure)) = tenant.map(|tenant| tenant.revoke_token(&token)) {
                    tracing::warn!(%failure, "this window's token on a practice tenant stays for now");
                }
            }
        });
    }

    fn opened<T>(&self, look: impl FnOnce(&mut Open) -> T) -> Option<T> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).as_mut().map(look)
    }
}

/// An address of the first tenant, as the tenant with this key has it.
fn under(key: &str, base: &url::Url) -> url::Url {
    let mut base = base.clone();
    if !key.is_empty() {
        base.set_path(&format!("/{key}{}", base.path()));
    }
    base
}

/// Starts the practice tenants unless they run already.
pub(super) async fn start(bench: &Arc<Bench>, job: &Job) -> Result<News, Failure> {
    let _one_at_a_time = bench.practice.starting.lock().await;
    if !bench.practice.is_running() {
        let house = match bench.practice.house() {
            Some(house) => house,
            None => open_house(bench, job).await?,
        };
        let last_port = bench.practice.opened(|open| open.at.0.port()).flatten();
        let running = listen(&house, last_port).await?;
        let at = (running.scim.clone(), running.support.clone());
        let tenants = house.tenants();
        {
            let mut open = bench.practice.open.lock().unwrap_or_else(PoisonError::into_inner);
            let own_tokens = open.take().map(|open| open.own_tokens).unwrap_or_default();
            *open = Some(Open { house, running: Some(running), at, own_tokens });
        }
        for (key, tenant) in tenants {
            let_the_window_in(bench, &house::id_of(&key), &tenant).await?;
        }
    }
    bench.practice.profile_of(&ProfileId::sandbox()).map(|profile| News::SandboxReady(Box::new(profile))).ok_or_else(
        || super::stores::internal("The practice tenant did not start", "there is no first tenant in the house"),
    )
}

/// The port of the last time, so that an address that was copied still holds; else any free one.
async fn listen(house: &House, last_port: Option<u16>) -> Result<Running, Failure> {
    if let Some(port) = last_port
        && let Ok(running) = sandbox::serve_house(house, ([127, 0, 0, 1], port).into()).await
    {
        return Ok(running);
    }
    sandbox::serve_house(house, ([127, 0, 0, 1], 0).into()).await
}

/// Stops listening. What the tenants hold stays.
pub(super) async fn stop(bench: &Arc<Bench>) {
    let _one_at_a_time = bench.practice.starting.lock().await;
    if let Some(running) = bench.practice.opened(|open| open.running.take()).flatten() {
        running.stop().await;
    }
}

/// Makes the token that this window uses with a tenant, unless it has one.
pub(super) async fn let_the_window_in(bench: &Arc<Bench>, id: &ProfileId, tenant: &Tenant) -> Result<(), Failure> {
    if bench.practice.own_token(id).is_some() {
        return Ok(());
    }
    let (tenant, before) = (tenant.clone(), bench.now() - TOKEN_LIFE);
    let (info, token) = blocking(move || {
        tenant.revoke_tokens_named(TOKEN_NAME, before)?;
        tenant.issue_token(TOKEN_NAME, None)
    })
    .await?;
    bench.tenants.keep_for_session(id, &token)?;
    bench.practice.opened(|open| open.own_tokens.insert(id.clone(), info.id));
    Ok(())
}

async fn open_house(bench: &Arc<Bench>, job: &Job) -> Result<House, Failure> {
    let tenant = ready(bench, job).await?;
    let (file, clock) = (bench.stores.dir().join(FILE), bench.clock.clone());
    blocking(move || Ok(House::open(tenant, Some(&file), clock))).await
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
                blocking(move || sandbox::put_aside(&damaged)).await?;
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

/// Plays a day of traffic into a tenant.
pub(super) async fn play(bench: &Arc<Bench>, job: &Job, tenant: &Tenant) -> Result<(), Failure> {
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

/// Plays a script into a tenant; told to stop, it leaves nothing of it.
pub(super) async fn play_script(
    bench: &Arc<Bench>,
    job: &Job,
    tenant: &Tenant,
    script: Script,
) -> Result<Played, Failure> {
    let (id, started) = (job.job(), Instant::now());
    let progress = |done: usize, total: usize| {
        if started.elapsed() >= UNTOLD {
            let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
            let news = News::Progress { what: "Playing the script", done: count(done), total: Some(count(total)) };
            bench.outbox.send(id, news);
        }
    };
    let played = demo::play_script(tenant, script, bench.now(), progress, || job.is_cancelled()).await;
    if job.is_cancelled() && played.is_err() {
        return Err(Failure::new(
            FailureKind::Cancelled,
            "The script was stopped",
            "Nothing of it was kept.",
            "Play it again when you are ready.",
        ));
    }
    played.map_err(in_words)
}
