//! A desk for the tests that work the engine as the window does: orders in, events out, each job watched to its end.
//! Time stands still unless a test moves it, and nothing here sleeps.
#![allow(dead_code, reason = "each test program uses its part of it")]
#![allow(unreachable_pub, reason = "shared by test programs: pub says what it offers them")]

pub mod server;

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use scim_console::{
    domain::{
        failure::Failure,
        journal::{Listing, Row},
        profile::{Environment, IdentityProvider, Profile, ProfileId},
        query::Query,
        secret::Secret,
        sorting::Sorting,
    },
    engine::{Command, Engine, Event, JobId, News, Order, Setup, TokenChange, Workspace, credentials::Credentials},
};

/// The token that must never be found anywhere.
pub const TOKEN: &str = "t0ken-that-must-not-leak-8f2c41";

/// Far more than any job here takes; only a job that hangs gets there.
const PATIENCE: Duration = Duration::from_secs(90);

/// A credential store as the system has one: it outlives the engines that use it.
#[derive(Debug, Default)]
pub struct Keyring(Mutex<BTreeMap<ProfileId, Secret>>);

impl Keyring {
    pub fn holds(&self, profile: &ProfileId) -> bool {
        self.0.lock().unwrap().contains_key(profile)
    }
}

impl Credentials for Keyring {
    fn available(&self) -> bool {
        true
    }

    fn get(&self, profile: &ProfileId) -> Result<Option<Secret>, Failure> {
        Ok(self.0.lock().unwrap().get(profile).cloned())
    }

    fn set(&self, profile: &ProfileId, secret: &Secret) -> Result<(), Failure> {
        self.0.lock().unwrap().insert(profile.clone(), secret.clone());
        Ok(())
    }

    fn remove(&self, profile: &ProfileId) -> Result<(), Failure> {
        self.0.lock().unwrap().remove(profile);
        Ok(())
    }
}

/// A clock that a test moves.
#[derive(Clone)]
pub struct HandClock(Arc<AtomicI64>);

impl HandClock {
    pub fn noon() -> Self {
        Self(Arc::new(AtomicI64::new("2026-11-24T12:00:00Z".parse::<Timestamp>().unwrap().as_second())))
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }

    pub fn advance(&self, by: SignedDuration) {
        self.0.fetch_add(by.as_secs(), Ordering::SeqCst);
    }
}

/// An engine, what was asked of it and all that it answered.
pub struct Desk {
    engine: Engine,
    pub dir: PathBuf,
    last: Cell<u64>,
    seen: RefCell<Vec<Event>>,
}

impl Desk {
    /// A started engine on a directory that is not open yet.
    pub fn start(
        dir: &Path,
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
        credentials: Arc<dyn Credentials>,
        demo_exchanges: usize,
    ) -> Self {
        let engine = Engine::start(Setup {
            data_dir: dir.to_owned(),
            clock: Arc::new(clock),
            wake: Arc::new(|| {}),
            credentials,
            demo_exchanges,
        });
        Self { engine: engine.unwrap(), dir: dir.to_owned(), last: Cell::new(0), seen: RefCell::default() }
    }

    /// An open directory, with a credential store of its own and no demo day.
    pub fn open(dir: &Path) -> Self {
        let clock = HandClock::noon();
        let desk = Self::start(dir, move || clock.now(), Arc::new(Keyring::default()), 0);
        desk.opened();
        desk
    }

    pub fn opened(&self) -> Workspace {
        match self.ask(Command::Open) {
            News::Opened(workspace) => *workspace,
            other => panic!("not opened: {other:?}"),
        }
    }

    pub fn send(&self, command: Command) -> JobId {
        self.last.set(self.last.get() + 1);
        let job = JobId(self.last.get());
        self.engine.send(Order { job, cause: "test", command });
        job
    }

    /// The next event, whosever it is.
    pub fn next(&self) -> Event {
        let event = self.engine.recv(PATIENCE).expect("the engine answers");
        self.seen.borrow_mut().push(event.clone());
        event
    }

    /// The news that ends a job.
    #[track_caller]
    pub fn end(&self, job: JobId) -> News {
        let ends = |event: &Event| event.job == job && event.news.ends_job();
        if let Some(event) = self.seen.borrow().iter().find(|event| ends(event)) {
            return event.news.clone();
        }
        loop {
            let event = self.next();
            if ends(&event) {
                return event.news;
            }
        }
    }

    /// Waits until some news of a job is as wanted.
    #[track_caller]
    pub fn until(&self, job: JobId, wanted: impl Fn(&News) -> bool) -> News {
        if let Some(event) = self.seen.borrow().iter().find(|event| event.job == job && wanted(&event.news)) {
            return event.news.clone();
        }
        loop {
            let event = self.next();
            if event.job == job {
                if wanted(&event.news) {
                    return event.news;
                }
                assert!(!event.news.ends_job(), "ended before that: {:?}", event.news);
            }
        }
    }

    #[track_caller]
    pub fn ask(&self, command: Command) -> News {
        self.end(self.send(command))
    }

    #[track_caller]
    pub fn failure(&self, command: Command) -> Failure {
        match self.ask(command) {
            News::Failed(failure) => failure,
            other => panic!("did not fail: {other:?}"),
        }
    }

    /// What a job told so far.
    pub fn told(&self, job: JobId) -> Vec<News> {
        self.seen.borrow().iter().filter(|event| event.job == job).map(|event| event.news.clone()).collect()
    }

    pub fn list(&self, profile: &ProfileId, query: &str) -> Listing {
        let query = Box::new(Query::parse(query).unwrap());
        match self.ask(Command::List { profile: profile.clone(), query, sorting: Sorting::default() }) {
            News::Listed(listing) => *listing,
            other => panic!("not listed: {other:?}"),
        }
    }

    pub fn rows(&self, profile: &ProfileId, query: &str) -> Vec<Row> {
        let keys = self.list(profile, query).keys.to_vec();
        match self.ask(Command::Rows { profile: profile.clone(), keys }) {
            News::RowsRead(rows) => rows,
            other => panic!("no rows: {other:?}"),
        }
    }

    #[track_caller]
    pub fn save(&self, profile: &Profile, token: TokenChange) -> News {
        let saved = self.ask(Command::SaveProfile { profile: Box::new(profile.clone()), token });
        assert!(matches!(saved, News::ProfileSaved { .. }), "{saved:?}");
        saved
    }

    /// The practice tenant's profile, once it runs.
    #[track_caller]
    pub fn sandbox(&self) -> Profile {
        match self.ask(Command::StartSandbox) {
            News::SandboxReady(profile) => *profile,
            other => panic!("no practice tenant: {other:?}"),
        }
    }

    /// Every job that was begun has ended exactly once, nothing of it came afterwards, and no event holds the token.
    #[track_caller]
    pub fn is_tidy(&self) {
        for job in (1..=self.last.get()).map(JobId) {
            self.end(job);
        }
        // Whatever an ended job may still say would stand before the answer to one more order.
        self.ask(Command::Cancel(JobId(u64::MAX)));
        let seen = self.seen.borrow();
        for job in (1..=self.last.get()).map(JobId) {
            let news: Vec<&News> = seen.iter().filter(|event| event.job == job).map(|event| &event.news).collect();
            let ends = news.iter().filter(|news| news.ends_job()).count();
            assert_eq!(ends, 1, "job {job:?}: {news:?}");
            assert!(news.last().is_some_and(|news| news.ends_job()), "job {job:?} spoke after its end: {news:?}");
        }
        let strays: Vec<&Event> = seen
            .iter()
            .filter(|event| !is_of_others(event) && (event.job.0 == 0 || event.job.0 > self.last.get()))
            .collect();
        assert!(strays.is_empty(), "{strays:?}");
        assert!(!format!("{seen:?}").contains(TOKEN), "an event holds the token");
    }

    /// No file of the data directory holds the token, the write-ahead logs included.
    #[track_caller]
    pub fn keeps_the_token_off_the_disk(&self) {
        for file in files(&self.dir) {
            let bytes = fs::read(&file).unwrap();
            let found = bytes.windows(TOKEN.len()).any(|part| part == TOKEN.as_bytes());
            assert!(!found, "{} holds the token", file.display());
        }
    }
}

/// What another window wrote, which no job tells of.
fn is_of_others(event: &Event) -> bool {
    event.job.0 == 0 && matches!(event.news, News::JournalChanged { .. })
}

/// Every file below a directory.
pub fn files(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// A staging profile of a tenant without support API.
pub fn profile(id: &str, scim_url: &str) -> Profile {
    Profile {
        id: ProfileId(id.to_owned()),
        name: id.to_owned(),
        environment: Environment::Staging,
        scim_url: scim_url.parse().unwrap(),
        support_url: None,
        identity_provider: IdentityProvider::Entra,
        proxy: None,
        ca_file: None,
        token_issued_on: None,
    }
}

/// The same with a support API.
pub fn supported(id: &str, base: &str) -> Profile {
    let support = format!("{base}/support/v1").parse().unwrap();
    Profile { support_url: Some(support), ..profile(id, &format!("{base}/scim/v2")) }
}

pub fn token() -> TokenChange {
    TokenChange::Set(Secret::new(TOKEN))
}
