//! A headless session with the engine: one order at a time, each to its end.

use std::{path::PathBuf, sync::Arc, time::Duration};

use super::{output::Output, usage};
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        profile::{Environment, Profile, ProfileId},
    },
    engine::{Command, Engine, JobId, News, Order, Setup, Workspace, credentials::Credentials},
};

/// An open data directory and the engine over it.
pub(super) struct Session {
    engine: Engine,
    last: u64,
    pub(super) workspace: Workspace,
}

impl Session {
    pub(super) fn open(data_dir: PathBuf, credentials: Arc<dyn Credentials>) -> Result<Self, Failure> {
        let engine = Engine::start(Setup {
            data_dir,
            clock: Arc::new(jiff::Timestamp::now),
            wake: Arc::new(|| {}),
            credentials,
            demo_exchanges: 2_000,
        })?;
        let mut last = 0;
        let News::Opened(workspace) = ask(&engine, &mut last, Command::Open, &mut |_| {})? else {
            return Err(unexpected());
        };
        Ok(Self { engine, last, workspace: *workspace })
    }

    /// Carries an order out and gives its last news.
    pub(super) fn ask(&mut self, command: Command) -> Result<News, Failure> {
        self.ask_and_watch(command, &mut |_| {})
    }

    /// The same, telling what happens on the way.
    pub(super) fn ask_and_watch(&mut self, command: Command, watch: &mut dyn FnMut(&News)) -> Result<News, Failure> {
        ask(&self.engine, &mut self.last, command, watch)
    }

    /// The profile of a name; `sandbox` is the practice tenant, which starts when it is named.
    pub(super) fn profile(&mut self, name: &str) -> Result<Profile, Failure> {
        if name.eq_ignore_ascii_case("sandbox") {
            return match self.ask(Command::StartSandbox)? {
                News::SandboxReady(profile) => Ok(*profile),
                _ => Err(unexpected()),
            };
        }
        let found = self.workspace.profiles.iter().find(|profile| profile.name.eq_ignore_ascii_case(name));
        found.cloned().ok_or_else(|| {
            let known: Vec<&str> = self.workspace.profiles.iter().map(|profile| profile.name.as_str()).collect();
            let next = if known.is_empty() {
                "Add one with: scim-console profile add NAME --scim-url URL".to_owned()
            } else {
                format!("Use one of: {}", known.join(", "))
            };
            usage(format!("There is no profile named {name}"), next)
        })
    }

    /// The id of a profile by its name.
    pub(super) fn id(&mut self, name: &str) -> Result<ProfileId, Failure> {
        Ok(self.profile(name)?.id)
    }
}

fn ask(engine: &Engine, last: &mut u64, command: Command, watch: &mut dyn FnMut(&News)) -> Result<News, Failure> {
    *last += 1;
    let job = JobId(*last);
    engine.send(Order { job, cause: "command line", command });
    loop {
        let Some(event) = engine.recv(Duration::from_secs(3_600)) else { return Err(unexpected()) };
        if event.job != job {
            continue;
        }
        match event.news {
            News::Failed(failure) => return Err(failure),
            news if news.ends_job() => return Ok(news),
            news => watch(&news),
        }
    }
}

/// A write to production is confirmed by naming the tenant.
pub(super) fn confirm(profile: &Profile, confirmed: Option<&str>, output: &Output) -> Result<(), Failure> {
    if profile.environment != Environment::Production || confirmed == Some(profile.name.as_str()) {
        return Ok(());
    }
    output.say("Nothing was sent: this tenant is in production.");
    Err(usage(
        format!("{} is a production tenant", profile.name),
        format!("Read the preview above, then repeat the command with --confirm \"{}\".", profile.name),
    ))
}

/// The engine answered something else than it promises.
pub(super) fn unexpected() -> Failure {
    Failure::new(
        FailureKind::Internal,
        "The console gave an answer that does not fit the question",
        "This is a fault of the console.",
        "Run the command again.",
    )
}
