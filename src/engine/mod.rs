//! The work: the only place that owns a runtime and starts tasks. Commands come in, events go out, first in, first out.
//! It never draws, and it knows nothing of what is on screen.

mod checklist;
pub mod command;
pub mod credentials;
mod drafts;
pub mod event;
mod files;
mod importing;
pub mod jobs;
mod listing;
mod outbox;
mod practice;
pub mod practice_server;
mod stores;
mod sync;
mod tenant_mappings;
mod tenants;
mod trials;
mod workspace;

use std::{path::PathBuf, sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::sync::mpsc;

pub use self::{
    command::{Command, DraftContent, JobId, Order, Purpose, TokenChange, TrialOrder},
    event::{Event, ImportReport, Live, News, RejectedRecord, StoredDraft, TokenPlace, Workspace},
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
    events: std::sync::mpsc::Receiver<Event>,
    runtime: Option<tokio::runtime::Runtime>,
}

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
        let (orders, inbox) = mpsc::channel(256);
        let (outbox, events) = Outbox::new(setup.wake.clone());
        let bench = Arc::new(Bench {
            stores: Stores::new(setup.data_dir),
            tenants: Tenants::new(setup.credentials),
            practice: Practice::new(setup.demo_exchanges),
            clock: setup.clock,
            outbox,
        });
        runtime.spawn(run(inbox, bench));
        Ok(Self { orders, events, runtime: Some(runtime) })
    }

    /// Hands an order over. It is dropped when the engine is stopping.
    pub fn send(&self, order: Order) {
        if self.orders.blocking_send(order).is_err() {
            tracing::debug!("order after the engine stopped");
        }
    }

    /// The next event, if there is one.
    #[must_use]
    pub fn try_recv(&self) -> Option<Event> {
        self.events.try_recv().ok()
    }

    /// The next event, waiting for it; `None` when the time is over or the engine stopped.
    #[must_use]
    pub fn recv(&self, patience: Duration) -> Option<Event> {
        self.events.recv_timeout(patience).ok()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(Duration::from_secs(2));
        }
    }
}

/// What every job may use.
struct Bench {
    stores: Stores,
    tenants: Tenants,
    practice: Practice,
    clock: Clock,
    outbox: Outbox,
}

impl Bench {
    fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

async fn run(mut inbox: mpsc::Receiver<Order>, bench: Arc<Bench>) {
    let jobs = Arc::new(Jobs::default());
    while let Some(Order { job, cause, command }) = inbox.recv().await {
        tracing::debug!(job = job.0, cause, "order");
        if let Command::Cancel(which) = command {
            jobs.cancel(which);
            bench.outbox.send(job, News::Done);
            continue;
        }
        let ticket = jobs.begin(job, jobs::kind_of(&command));
        if ticket.interrupts_reader() {
            bench.stores.interrupt_reader();
        }
        let (bench, jobs) = (bench.clone(), jobs.clone());
        tokio::spawn(async move {
            let job = ticket.job();
            let news = carry_out(command, &ticket, &bench).await;
            jobs.end(ticket);
            bench.outbox.send(job, news.unwrap_or_else(News::Failed));
        });
    }
}

/// Routes a command to the file that does it.
async fn carry_out(command: Command, job: &Job, bench: &Arc<Bench>) -> Result<News, Failure> {
    match command {
        Command::Open => workspace::open(bench).await,
        Command::SetAsideDamaged => workspace::set_aside(bench).await,
        Command::SaveSetting { key, value } => workspace::save_setting(bench, key, value).await,
        Command::SaveProfile { profile, token } => workspace::save_profile(bench, *profile, token).await,
        Command::RemoveProfile(profile) => workspace::remove_profile(bench, profile).await,
        Command::RestoreProfile(profile) => workspace::restore_profile(bench, profile).await,
        Command::StartSandbox => practice::start(bench, job).await,
        Command::TestConnection { profile, token } => checklist::run(bench, job, *profile, token).await,
        Command::Sync { profile, follow } => sync::run(bench, job, profile, follow).await,
        Command::List { profile, query } => listing::list(bench, job, profile, *query).await,
        Command::Group { profile, query, by } => listing::group(bench, profile, *query, by).await,
        Command::Rows { profile, keys } => listing::rows(bench, profile, keys).await,
        Command::Detail { profile, key } => listing::detail(bench, profile, key).await,
        Command::CountAttributes(profile) => listing::attributes(bench, profile).await,
        Command::Payloads(profile) => listing::payloads(bench, profile).await,
        Command::LoadDraft(profile) => drafts::load(bench, profile).await,
        Command::SaveDraft { profile, draft, revision } => drafts::save(bench, profile, *draft, revision).await,
        Command::PullMappings(profile) => tenant_mappings::pull(bench, profile).await,
        Command::ApplyMappings { profile, mappings, if_match } => {
            tenant_mappings::apply(bench, profile, mappings, if_match).await
        }
        Command::PlanTrial { profile, trial } => trials::plan(bench, profile, *trial).await,
        Command::RunTrial { profile, trial } => trials::run(bench, job, profile, *trial).await,
        Command::CleanUp { profile, id } => trials::clean_up(bench, profile, id).await,
        Command::Import { profile, files } => importing::run(bench, job, profile, files).await,
        Command::Pick(purpose) => files::pick(purpose).await,
        Command::SaveAs { name, text } => files::save_as(name, text).await,
        Command::Cancel(_) => Ok(News::Done),
    }
}
