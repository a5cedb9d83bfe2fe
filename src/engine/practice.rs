//! The practice tenant inside this process: started once, with a day of traffic the first time.

use std::sync::{Arc, Mutex, PoisonError};

use super::{Bench, News, jobs::Job};
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        profile::{Environment, IdentityProvider, Profile, ProfileId},
    },
    sandbox::{self, Policy, Running, Tenant, demo},
};

/// The file of the practice tenant in the data directory.
const FILE: &str = "sandbox.sqlite3";
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
    let tenant = open(bench).await?;
    if bench.practice.demo_exchanges > 0 && tenant.exchange_count()? == 0 {
        play(bench, job, &tenant).await?;
    }
    tenant.revoke_tokens_named(TOKEN_NAME)?;
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

async fn open(bench: &Arc<Bench>) -> Result<Tenant, Failure> {
    let (file, clock) = (bench.stores.dir().join(FILE), bench.clock.clone());
    tokio::task::spawn_blocking(move || Tenant::open(Some(&file), Policy::Thrive, clock))
        .await
        .map_err(|error| super::stores::internal("The practice tenant could not be opened", error))?
}

async fn play(bench: &Arc<Bench>, job: &Job, tenant: &Tenant) -> Result<(), Failure> {
    let day = demo::DemoDay { seed: 1, exchanges: bench.practice.demo_exchanges, end: bench.now() };
    let id = job.job();
    let progress = |done: usize, total: usize| {
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let news = News::Progress { what: "Playing a day of traffic", done: count(done), total: Some(count(total)) };
        bench.outbox.send(id, news);
    };
    demo::play(tenant, &day, progress, || job.is_cancelled()).await?;
    if job.is_cancelled() {
        return Err(Failure::new(
            FailureKind::Cancelled,
            "The day of traffic was stopped",
            "The practice tenant has only part of it.",
            "Start it again to fill the rest.",
        ));
    }
    Ok(())
}
