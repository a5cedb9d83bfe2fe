//! How long the window takes to its first frame on screen, beside an empty eframe window on the same machine, in turn.
//! Each measurement is a process of its own, since a process can open only one event loop. Needs a display.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    missing_docs,
    reason = "a bench, not a library"
)]

use std::{
    env,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, ExitCode, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use criterion::Criterion;
use scim_console::{
    app::{Model, RandomIds, orders::Desk},
    engine::{Engine, Event, Order, Setup, credentials::MemoryCredentials},
    ui::window::Window,
};

/// Says to a child which window it opens, and where its data is.
const WINDOW: &str = "FIRST_FRAME_WINDOW";
const DATA: &str = "FIRST_FRAME_DATA";
/// What a child says once its first frame is on screen.
const SHOWN: &str = "shown";

fn main() -> ExitCode {
    match env::var(WINDOW).as_deref() {
        Ok("empty") => open(|_| Box::new(Empty)),
        Ok(_) => open(|ctx| Box::new(console(ctx))),
        Err(_) if env::var_os("DISPLAY").is_none() && env::var_os("WAYLAND_DISPLAY").is_none() => {
            eprintln!("There is no display here, so no first frame can be timed. Run it under Xvfb.");
        }
        Err(_) => compare(),
    }
    ExitCode::SUCCESS
}

fn compare() {
    let fresh = || tempfile::tempdir().expect("a temporary directory");
    let used = fresh();
    first_frame("console", used.path());
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("first frame");
    group.sample_size(10).measurement_time(Duration::from_secs(20)).warm_up_time(Duration::from_secs(1));
    // In turn, and each twice, so that a machine that grows slower or faster shows.
    for round in 1..=2 {
        let name = |what: &str| format!("{what}, round {round}");
        group.bench_function(name("an empty window"), |bench| {
            bench.iter_custom(|times| (0..times).map(|_| first_frame("empty", used.path())).sum());
        });
        group.bench_function(name("the console, first start"), |bench| {
            bench.iter_custom(|times| (0..times).map(|_| first_frame("console", fresh().path())).sum());
        });
        group.bench_function(name("the console, second start"), |bench| {
            bench.iter_custom(|times| (0..times).map(|_| first_frame("console", used.path())).sum());
        });
    }
    group.finish();
    criterion.final_summary();
}

/// From starting the process to its first frame on screen.
fn first_frame(window: &str, data: &Path) -> Duration {
    let started = Instant::now();
    let mut child = Command::new(env::current_exe().expect("this program"))
        .env(WINDOW, window)
        .env(DATA, data)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a child");
    let said = BufReader::new(child.stdout.take().expect("its output")).lines().map_while(Result::ok);
    let shown = said.into_iter().any(|line| line == SHOWN);
    let elapsed = started.elapsed();
    assert!(shown, "the {window} window showed no frame");
    child.wait().expect("its end");
    elapsed
}

/// Closes the window once its first frame is on screen: when the second one is asked for.
struct UntilShown {
    inner: Box<dyn eframe::App>,
    frames: u32,
}

impl eframe::App for UntilShown {
    fn logic(&mut self, ctx: &egui::Context, frame: &mut eframe::Frame) {
        self.inner.logic(ctx, frame);
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        if self.frames == 1 {
            println!("{SHOWN}");
            ui.ctx().send_viewport_cmd(egui::ViewportCommand::Close);
        }
        self.inner.ui(ui, frame);
        self.frames += 1;
        ui.ctx().request_repaint();
    }
}

struct Empty;

impl eframe::App for Empty {
    fn ui(&mut self, _ui: &mut egui::Ui, _frame: &mut eframe::Frame) {}
}

struct EngineDesk(Engine);

impl Desk for EngineDesk {
    fn send(&self, order: Order) {
        self.0.send(order);
    }

    fn next_event(&self) -> Option<Event> {
        self.0.try_recv()
    }
}

fn console(ctx: &egui::Context) -> Window {
    let waking = ctx.clone();
    let engine = Engine::start(Setup {
        data_dir: env::var_os(DATA).expect("a data directory").into(),
        clock: Arc::new(jiff::Timestamp::now),
        wake: Arc::new(move || waking.request_repaint()),
        credentials: Arc::new(MemoryCredentials::default()),
        demo_exchanges: 2_400,
    })
    .expect("an engine");
    let model = Model::new(jiff::Timestamp::now(), Box::new(RandomIds));
    Window::new(ctx, model, Box::new(EngineDesk(engine)))
}

fn open(make: impl FnOnce(&egui::Context) -> Box<dyn eframe::App> + 'static) {
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default().with_inner_size([1440.0, 900.0]),
        persist_window: false,
        ..eframe::NativeOptions::default()
    };
    let create: eframe::AppCreator<'_> =
        Box::new(move |cc| Ok(Box::new(UntilShown { inner: make(&cc.egui_ctx), frames: 0 })));
    eframe::run_native("first frame", options, create).expect("a window");
}
