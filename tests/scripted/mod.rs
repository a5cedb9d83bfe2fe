//! A desk that answers as the engine would, at once and out of nothing: a practice tenant whose journal has as many
//! lines as are asked for. For what is drawn, where the work behind it does not matter.
#![allow(clippy::expect_used, missing_docs, unreachable_pub, reason = "shared by a bench and a test")]

use std::{cell::RefCell, collections::VecDeque, path::PathBuf};

use jiff::{SignedDuration, Timestamp};
use scim_console::{
    app::orders::Desk,
    domain::{
        exchange::{Operation, Outcome},
        journal::{Bar, Count, Histogram, Listing, Row, Source, Summary},
        profile::{Environment, IdentityProvider, Profile, ProfileId},
    },
    engine::{Command, Event, Live, News, Order, Workspace},
};

/// Answers as the engine would, at once and out of nothing.
pub struct Script {
    lines: usize,
    events: RefCell<VecDeque<Event>>,
}

impl Script {
    /// A desk whose journal has so many lines.
    pub fn of(lines: usize) -> Self {
        Self { lines, events: RefCell::default() }
    }
}

impl Desk for Script {
    fn send(&self, order: Order) {
        let news = match order.command {
            Command::Open => News::Opened(Box::new(workspace())),
            Command::StartSandbox => News::SandboxReady(Box::new(practice())),
            Command::Sync { .. } => News::Live(Live::Following),
            Command::List { .. } => News::Listed(Box::new(listing(self.lines))),
            Command::Rows { keys, .. } => News::RowsRead(keys.into_iter().map(row).collect()),
            _ => return,
        };
        self.events.borrow_mut().push_back(Event { job: order.job, news });
    }

    fn next_event(&self) -> Option<Event> {
        self.events.borrow_mut().pop_front()
    }
}

pub fn workspace() -> Workspace {
    Workspace {
        profiles: Vec::new(),
        tokens: Default::default(),
        keychain: true,
        settings: Default::default(),
        data_dir: PathBuf::new(),
    }
}

pub fn practice() -> Profile {
    Profile {
        id: ProfileId::sandbox(),
        name: "Practice tenant".to_owned(),
        environment: Environment::Sandbox,
        scim_url: "http://127.0.0.1:1/scim/v2".parse().expect("an address"),
        support_url: None,
        identity_provider: IdentityProvider::Entra,
        proxy: None,
        ca_file: None,
        token_issued_on: None,
    }
}

pub fn listing(lines: usize) -> Listing {
    let keys: Vec<i64> = (0..lines).rev().map(|key| i64::try_from(key).expect("a small number")).collect();
    let first = keys.iter().take(200).map(|key| row(*key)).collect();
    let total = u64::try_from(lines).expect("a small number");
    let counts =
        |names: &[&str]| names.iter().map(|name| Count { key: (*name).to_owned(), count: total / 4 }).collect();
    Listing {
        keys: keys[..].into(),
        total,
        first,
        outcomes: counts(&["success", "warning", "failure", "skipped"]),
        operations: counts(&["create", "update", "match", "deactivate"]),
        errors: counts(&["uniqueness", "invalidValue", "invalidFilter", ""]),
        clients: counts(&["Entra", "Okta", "Console", ""]),
        histogram: Histogram {
            start: noon(),
            bar_seconds: 900,
            bars: (0..96).map(|bar| Bar { counts: [200 + bar, 20, bar % 9, 5] }).collect(),
        },
    }
}

pub fn noon() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().expect("a time")
}

pub fn row(key: i64) -> Row {
    let outcome = Outcome::ALL[usize::try_from(key % 4).expect("a small number")];
    let failed = outcome == Outcome::Failure;
    Row {
        key,
        source: Source::Tenant,
        summary: Summary {
            id: key.to_string(),
            at: noon() + SignedDuration::from_secs(key),
            method: "PATCH".to_owned(),
            path: format!("/Users/{key:08x}-5b5f-4d2a-9f1e-0a1b2c3d4e5f"),
            status: Some(if failed { 409 } else { 200 }),
            outcome,
            operation: Operation::Update,
            user: Some(format!("amelia.{key}@example.com")),
            resource_id: Some(key.to_string()),
            scim_type: failed.then(|| "uniqueness".to_owned()),
            detail: failed.then(|| "A user with this userName exists already".to_owned()),
            duration_ms: Some(12),
            client: Some("Entra".to_owned()),
        },
    }
}
