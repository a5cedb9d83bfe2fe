//! A window without pixels, for tests: actions and events go in, orders come out, and time moves only when told.

use jiff::{SignedDuration, Timestamp};

use super::{Action, FreshIds, Model, requests};
use crate::{
    domain::{
        exchange::{Operation, Outcome},
        failure::{Failure, FailureKind},
        journal::{Histogram, Listing, Row, Source, Summary},
        profile::{Environment, IdentityProvider, Profile, ProfileId},
    },
    engine::{Command, Event, JobId, News, Order, TokenPlace, Workspace},
};

/// A model with a saved tenant, `acme`, and the practice tenant at work.
pub(crate) struct Script {
    pub(crate) model: Model,
}

#[derive(Debug, Default)]
struct Counted(u32);

impl FreshIds for Counted {
    fn next(&mut self) -> String {
        self.0 += 1;
        format!("new-{}", self.0)
    }
}

impl Script {
    pub(super) fn new() -> Self {
        let mut script = Self { model: Model::new(noon(), Box::new(Counted::default())) };
        let open = job(&script.orders(), |command| *command == Command::Open);
        script.answer(open, News::Opened(Box::new(workspace(vec![acme()]))));
        let start = job(&script.orders(), |command| *command == Command::StartSandbox);
        script.answer(start, News::SandboxReady(Box::new(sandbox())));
        script
    }

    /// The same with its list read and its catch-up under way.
    pub(super) fn listed(keys: &[i64], first: Vec<Row>) -> Self {
        let mut script = Self::new();
        script.list(keys, first);
        script
    }

    pub(super) fn orders(&mut self) -> Vec<Order> {
        self.model.take_orders()
    }

    /// The orders that an action leads to.
    pub(crate) fn act(&mut self, action: Action) -> Vec<Order> {
        self.model.update(action);
        self.orders()
    }

    pub(super) fn requests(&mut self, action: requests::Do) -> Vec<Order> {
        self.act(Action::Requests(action))
    }

    pub(crate) fn answer(&mut self, job: JobId, news: News) {
        self.model.absorb(Event { job, news });
    }

    /// Answers the newest list.
    #[track_caller]
    pub(super) fn list(&mut self, keys: &[i64], first: Vec<Row>) {
        let listing = self.model.requests.listing.loading().expect("a list was asked for");
        self.answer(listing, News::Listed(Box::new(found(keys, first))));
    }

    pub(super) fn wait(&mut self, milliseconds: i64) -> Option<Timestamp> {
        let now = self.model.now + SignedDuration::from_millis(milliseconds);
        self.model.tick(now)
    }

    pub(super) fn said(&self) -> Vec<&str> {
        self.model.notices.shown().iter().map(|notice| notice.text.as_str()).collect()
    }
}

pub(super) fn noon() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

/// The job of the one order that is wanted.
#[track_caller]
pub(super) fn job(orders: &[Order], wanted: impl Fn(&Command) -> bool) -> JobId {
    let found: Vec<JobId> = orders.iter().filter(|order| wanted(&order.command)).map(|order| order.job).collect();
    assert_eq!(found.len(), 1, "one such order among {orders:?}");
    found[0]
}

pub(super) fn is_list(command: &Command) -> bool {
    matches!(command, Command::List { .. })
}

pub(super) fn acme() -> Profile {
    Profile {
        id: ProfileId("acme".to_owned()),
        name: "Acme".to_owned(),
        environment: Environment::Staging,
        scim_url: "https://acme.example/scim/v2".parse().unwrap(),
        support_url: None,
        identity_provider: IdentityProvider::Entra,
        proxy: None,
        ca_file: None,
        token_issued_on: None,
    }
}

pub(super) fn sandbox() -> Profile {
    Profile {
        id: ProfileId::sandbox(),
        name: "Practice tenant".to_owned(),
        environment: Environment::Sandbox,
        scim_url: "http://127.0.0.1:4000/scim/v2".parse().unwrap(),
        ..acme()
    }
}

pub(super) fn workspace(profiles: Vec<Profile>) -> Workspace {
    let tokens = profiles.iter().map(|profile| (profile.id.clone(), TokenPlace::Keychain)).collect();
    Workspace { profiles, tokens, keychain: true, settings: Default::default(), data_dir: "/data".into() }
}

pub(super) fn row(key: i64, outcome: Outcome) -> Row {
    Row {
        key,
        source: Source::Tenant,
        summary: Summary {
            id: format!("r{key}"),
            at: noon(),
            method: "POST".to_owned(),
            path: "/scim/v2/Users".to_owned(),
            status: Some(201),
            outcome,
            operation: Operation::Create,
            user: None,
            resource_id: None,
            scim_type: None,
            detail: None,
            duration_ms: None,
            client: None,
        },
    }
}

pub(super) fn fine(keys: impl IntoIterator<Item = i64>) -> Vec<Row> {
    keys.into_iter().map(|key| row(key, Outcome::Success)).collect()
}

pub(super) fn found(keys: &[i64], first: Vec<Row>) -> Listing {
    Listing {
        keys: keys.into(),
        total: keys.len() as u64,
        first,
        outcomes: Vec::new(),
        operations: Vec::new(),
        errors: Vec::new(),
        clients: Vec::new(),
        histogram: Histogram { start: noon(), bar_seconds: 60, bars: Vec::new() },
    }
}

pub(super) fn failed() -> News {
    News::Failed(failure())
}

pub(super) fn failure() -> Failure {
    Failure::new(FailureKind::DiskFull, "It was not saved", "The disk is full.", "Free some space, then try again.")
}
