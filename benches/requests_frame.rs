//! What one frame of the Requests screen costs the processor, still and scrolling, with few lines and with millions.
//! Only the console's own work is timed, tessellation aside: no display, no renderer, no disk.
#![allow(clippy::expect_used, missing_docs, reason = "a bench, not a library")]

use std::{cell::RefCell, collections::VecDeque, path::PathBuf};

use criterion::{Criterion, criterion_group, criterion_main};
use eframe::App as _;
use egui::{Event as Input, Modifiers, MouseWheelUnit, RawInput, Rect, TouchPhase, pos2, vec2};
use jiff::{SignedDuration, Timestamp};
use scim_console::{
    app::{Model, RandomIds, orders::Desk},
    domain::{
        exchange::{Operation, Outcome},
        journal::{Bar, Count, Histogram, Listing, Row, Source, Summary},
        profile::{Environment, IdentityProvider, Profile, ProfileId},
    },
    engine::{Command, Event, Live, News, Order, Workspace},
    ui::window::Window,
};

const SIZES: [usize; 2] = [5_000, 5_000_000];
/// Points of one turn of the wheel: thirty rows.
const TURN: f32 = 780.0;

/// Answers as the engine would, at once and out of nothing.
struct Script {
    lines: usize,
    events: RefCell<VecDeque<Event>>,
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

fn workspace() -> Workspace {
    Workspace {
        profiles: Vec::new(),
        tokens: Default::default(),
        keychain: true,
        settings: Default::default(),
        data_dir: PathBuf::new(),
    }
}

fn practice() -> Profile {
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

fn listing(lines: usize) -> Listing {
    let keys: Vec<i64> = (0..lines).rev().map(|key| i64::try_from(key).expect("a small number")).collect();
    let first = keys.iter().take(200).map(|key| row(*key)).collect();
    let total = u64::try_from(lines).expect("a small number");
    let counts =
        |names: &[&str]| names.iter().map(|name| Count { key: (*name).to_owned(), count: total / 4 }).collect();
    Listing {
        keys: keys.into(),
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

fn noon() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().expect("a time")
}

fn row(key: i64) -> Row {
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

/// A window of the mock-ups' size, without a display.
struct Headless {
    ctx: egui::Context,
    window: Window,
    frame: eframe::Frame,
    frames: f64,
}

impl Headless {
    fn new(lines: usize) -> Self {
        let ctx = egui::Context::default();
        let model = Model::new(noon(), Box::new(RandomIds));
        let desk = Script { lines, events: RefCell::default() };
        let window = Window::new(&ctx, model, Box::new(desk));
        let mut headless = Self { ctx, window, frame: eframe::Frame::_new_kittest(), frames: 0.0 };
        (0..30).for_each(|_| headless.draw(Vec::new()));
        headless
    }

    fn draw(&mut self, mut events: Vec<Input>) {
        self.frames += 1.0;
        events.insert(0, Input::PointerMoved(pos2(600.0, 600.0)));
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(pos2(0.0, 0.0), vec2(1440.0, 900.0))),
            time: Some(self.frames / 60.0),
            events,
            ..RawInput::default()
        };
        let Self { ctx, window, frame, .. } = self;
        window.logic(ctx, frame);
        let output = ctx.run_ui(input, |ui| window.ui(ui, frame));
        output.drop_without_applying_deltas();
    }

    fn scroll(&mut self) {
        // Down for a while, then up again, so that no end is reached.
        let down = (self.frames / 60.0).rem_euclid(2.0) < 1.0;
        let delta = vec2(0.0, if down { -TURN } else { TURN });
        self.draw(vec![Input::MouseWheel {
            unit: MouseWheelUnit::Point,
            delta,
            phase: TouchPhase::Move,
            modifiers: Modifiers::NONE,
            source: egui::MouseWheelSource::Wheel,
        }]);
    }
}

fn frames(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("requests frame");
    for lines in SIZES {
        let mut headless = Headless::new(lines);
        group.bench_function(format!("still, {lines} lines"), |bencher| bencher.iter(|| headless.draw(Vec::new())));
        group.bench_function(format!("scrolling, {lines} lines"), |bencher| bencher.iter(|| headless.scroll()));
    }
    group.finish();
}

criterion_group!(benches, frames);
criterion_main!(benches);
