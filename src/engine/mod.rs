//! The work: the only place that owns a runtime and starts tasks. Commands come in, events go out, first in, first out.
//! It never draws, and it knows nothing of what is on screen.

mod checklist;
pub mod command;
mod complaints;
mod coverage;
mod diagnosing;
pub mod credentials;
mod directory;
mod drafts;
mod elsewhere;
pub mod event;
mod exporting;
mod files;
mod forgetting;
mod house;
mod house_order;
mod imported;
mod importing;
pub mod jobs;
mod listing;
mod outbox;
mod overview;
mod practice;
pub mod practice_server;
mod reading;
mod reporting;
mod setting;
mod stores;
mod story;
mod sync;
mod tenant_mappings;
mod tenants;
mod trials;
mod workspace;

use std::{panic::AssertUnwindSafe, path::PathBuf, sync::Arc, time::Duration};

use futures_util::FutureExt as _;
use jiff::Timestamp;
use tokio::sync::mpsc;

pub use self::{
    command::{Choice, Command, DraftContent, Forgetting, JobId, Order, Pasted, Purpose, TokenChange, TrialOrder},
    event::{
        Event, ImportReport, ImportedFile, Live, News, RejectedRecord, StoredDraft, TokenPlace, Whereabouts, Workspace,
    },
    house_order::HouseOrder,
    setting::Setting,
};
use self::{
    credentials::Credentials,
    jobs::{Job, Jobs},
    outbox::Outbox,
    practice::Practice,
    stores::Stores,
    tenants::Tenants,
};
use crate::domain::failure::Failure;

/// Tells the time; injected so that tests decide it.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;
/// Called after each event, so that whoever waits looks again.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// How many orders may wait: far more than a person can ask before the engine has taken them, since it only starts jobs.
const WAITING_ORDERS: usize = 65_536;

/// What an engine is started with.
pub struct Setup {
    /// Where everything is kept.
    pub data_dir: PathBuf,
    /// Tells the time.
    pub clock: Clock,
    /// Called after each event.
    pub wake: Wake,
    /// Where tokens are kept.
    pub credentials: Arc<dyn Credentials>,
    /// How many exchanges the practice tenant's first day has; 0 for none.
    pub demo_exchanges: usize,
}

/// The engine, running until it is dropped.
pub struct Engine {
    orders: mpsc::Sender<Order>,
    events: Option<std::sync::mpsc::Receiver<Event>>,
    runtime: Option<tokio::runtime::Runtime>,
    jobs: Arc<Jobs>,
    bench: Arc<Bench>,
}

/// A job that does not hear that the window closes gets this long; what it was writing is then undone.
const LAST_PATIENCE: Duration = Duration::from_secs(1);

impl Engine {
    /// Starts the engine's threads.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn start(setup: Setup) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("engine")
            .enable_all()
            .build()
            .map_err(|error| stores::internal("The console could not start its workers", error))?;
        let (orders, inbox) = mpsc::channel(WAITING_ORDERS);
        let (outbox, events) = Outbox::new(setup.wake.clone());
        let bench = Arc::new(Bench {
            stores: Stores::new(setup.data_dir),
            tenants: Tenants::new(setup.credentials),
            practice: Practice::new(setup.demo_exchanges),
            clock: setup.clock,
            outbox,
            causes: diagnosing::Known::default(),
        });
        let jobs = Arc::new(Jobs::default());
        runtime.spawn(run(inbox, jobs.clone(), bench.clone()));
        runtime.spawn(elsewhere::watch(bench.clone()));
        Ok(Self { orders, events: Some(events), runtime: Some(runtime), jobs, bench })
    }

    /// Hands an order over; never waits. It is dropped when the engine is stopping.
    pub fn send(&self, order: Order) {
        if let Err(error) = self.orders.try_send(order) {
            tracing::warn!(%error, "an order was not taken");
        }
    }

    /// The next event, if there is one.
    #[must_use]
    pub fn try_recv(&self) -> Option<Event> {
        self.events.as_ref()?.try_recv().ok()
    }

    /// The next event, waiting for it; `None` when the time is over or the engine stopped.
    #[must_use]
    pub fn recv(&self, patience: Duration) -> Option<Event> {
        self.events.as_ref()?.recv_timeout(patience).ok()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.jobs.cancel_all();
        self.bench.stores.interrupt_any();
        // Nobody listens any more, so that whoever waits for room in the queue goes on.
        self.events = None;
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(LAST_PATIENCE);
        }
        self.bench.practice.leave();
    }
}

/// What every job may use.
struct Bench {
    stores: Stores,
    tenants: Tenants,
    practice: Practice,
    clock: Clock,
    outbox: Outbox,
    causes: diagnosing::Known,
}

impl Bench {
    fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

async fn run(mut inbox: mpsc::Receiver<Order>, jobs: Arc<Jobs>, bench: Arc<Bench>) {
    while let Some(Order { job, cause, command }) = inbox.recv().await {
        tracing::debug!(job = job.0, cause, "order");
        if let Command::Cancel(which) = command {
            jobs.cancel(which);
            bench.stores.interrupt(&[which]);
        }
        let (ticket, superseded) = jobs.begin(job, jobs::kind_of(&command));
        bench.stores.interrupt(&superseded);
        let (bench, jobs) = (bench.clone(), jobs.clone());
        tokio::spawn(async move {
            let work = AssertUnwindSafe(Box::pin(carry_out(command, &ticket, &bench)));
            let news = work.catch_unwind().await.unwrap_or_else(|_| Err(fault()));
            jobs.end(ticket);
            bench.outbox.send(job, news.unwrap_or_else(News::Failed));
        });
    }
}

/// A job panicked. What it said may hold anything, so it stays in the process's own error output.
fn fault() -> Failure {
    stores::internal("The console could not finish this", "a job ended in a panic")
}

/// Routes a command to the file that does it.
async fn carry_out(command: Command, job: &Job, bench: &Arc<Bench>) -> Result<News, Failure> {
    match command {
        Command::Open => workspace::open(bench).await,
        Command::SetAsideDamaged => workspace::set_aside(bench).await,
        Command::SaveSetting { setting, value } => workspace::save_setting(bench, setting, value).await,
        Command::SaveProfile { profile, token } => workspace::save_profile(bench, *profile, token).await,
        Command::RemoveProfile(profile) => workspace::remove_profile(bench, profile).await,
        Command::RestoreProfile(profile) => workspace::restore_profile(bench, profile).await,
        Command::StartSandbox => practice::start(bench, job).await,
        Command::House(order) => house::carry_out(bench, job, order).await,
        Command::TestConnection { profile, token } => checklist::run(bench, job, *profile, token).await,
        Command::Sync { profile, follow } => sync::run(bench, job, profile, follow).await,
        Command::Export { profile, query, sorting, format, redacts, to } => {
            exporting::run(bench, job, exporting::Wish { profile, query: *query, sorting, format, redacts, to }).await
        }
        Command::Report { profile, tenant, query, format, redacts, to } => {
            reporting::run(bench, job, reporting::Wish { profile, tenant, query: *query, format, redacts, to }).await
        }
        Command::SaveDirectoryLog { profile, log, secret } => {
            directory::save(bench, profile, log.map(|log| *log), secret).await
        }
        Command::LookAtDirectoryLog(profile) => directory::look(bench, profile).await,
        Command::ReadDirectoryLog { profile, follow } => directory::read(bench, job, profile, follow).await,
        Command::List { profile, query, sorting } => listing::list(bench, job, profile, *query, sorting).await,
        Command::Group { profile, query, by } => listing::group(bench, job, profile, *query, by).await,
        Command::Failures { profile, query } => listing::failures(bench, job, profile, *query).await,
        Command::Rows { profile, keys } => listing::rows(bench, job, profile, keys).await,
        Command::Detail { profile, key } => listing::detail(bench, job, profile, key).await,
        Command::CountAttributes(profile) => listing::attributes(bench, profile).await,
        Command::Payloads(profile) => listing::payloads(bench, profile).await,
        Command::ReadReceived { profile, query, last, fetching } => {
            coverage::read(bench, job, profile, *query, last, fetching).await
        }
        Command::Mark { profile, keys } => diagnosing::mark(bench, job, profile, keys).await,
        Command::Diagnose { profile, query } => diagnosing::causes(bench, job, profile, *query).await,
        Command::Overview { profile, query } => overview::read(bench, job, profile, *query).await,
        Command::Story { profile, of } => story::read(bench, job, profile, of).await,
        Command::Forget { which, really } => forgetting::run(bench, job, which, really).await,
        Command::LoadDraft(profile) => drafts::load(bench, profile).await,
        Command::SaveDraft { profile, draft, revision } => drafts::save(bench, profile, *draft, revision).await,
        Command::PullMappings(profile) => tenant_mappings::pull(bench, profile).await,
        Command::ApplyMappings { profile, mappings, if_match } => {
            tenant_mappings::apply(bench, profile, mappings, if_match).await
        }
        Command::PlanTrial { profile, trial } => trials::plan(bench, profile, *trial).await,
        Command::RunTrial { profile, trial } => trials::run(bench, job, profile, *trial).await,
        Command::CleanUp { profile, id } => trials::clean_up(bench, job, profile, id).await,
        Command::Import { profile, files, columns } => importing::files(bench, job, profile, files, columns).await,
        Command::ImportPasted { profile, pasted, columns } => {
            importing::pasted(bench, job, profile, pasted, columns).await
        }
        Command::Pick(purpose) => files::pick(purpose).await,
        Command::SaveAs { name, text } => files::save_as(name, text).await,
        Command::Cancel(_) => Ok(News::Done),
    }
}
