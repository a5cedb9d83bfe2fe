//! Parses the arguments, then opens the window over the engine or runs a headless command.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use clap::Parser as _;
use scim_console::{
    app::{RandomIds, orders::Desk},
    cli,
    domain::failure::Failure,
    engine::{Engine, Event, Order, Setup, credentials::SystemCredentials},
    store, ui,
};

/// Requests are small trees of JSON, made and let go by the hundred: this allocator does that in half the time of most
/// systems' own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many exchanges the practice tenant's first day has.
const DEMO_EXCHANGES: usize = 2_400;

/// How many days of logs are kept.
const LOG_FILES: usize = 7;

/// The engine as the window's desk.
struct EngineDesk(Engine);

impl Desk for EngineDesk {
    fn send(&self, order: Order) {
        self.0.send(order);
    }

    fn next_event(&self) -> Option<Event> {
        self.0.try_recv()
    }
}

#[allow(clippy::print_stderr, reason = "the one place that speaks before there is a window or an output")]
fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    let data_dir = match cli::data_dir(arguments.data_dir) {
        Ok(dir) => dir,
        Err(failure) => {
            eprintln!("{failure}");
            return ExitCode::from(2);
        }
    };
    if let Some(command) = arguments.command {
        return cli::run(command, data_dir, arguments.format);
    }
    match open_window(data_dir) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

/// Writes the console's own log into the data directory: what was done and what failed, never a body or a token.
/// A directory that cannot be written is said by the window itself, so that no log is no error here.
fn start_log(data_dir: &Path) {
    let dir = data_dir.join("logs");
    // Made here: the appender would make it, and the data directory with it, for everyone to read.
    if store::make_folder(&dir).is_err() {
        return;
    }
    let appender = tracing_appender::rolling::Builder::new()
        .rotation(tracing_appender::rolling::Rotation::DAILY)
        .filename_prefix("console")
        .filename_suffix("log")
        .max_log_files(LOG_FILES)
        .build(dir);
    if let Ok(appender) = appender {
        // Only this crate speaks: an HTTP library's own log could hold headers.
        let filter = tracing_subscriber::EnvFilter::new("scim_console=info");
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_ansi(false)
            .with_writer(std::sync::Mutex::new(appender))
            .init();
    }
}

fn open_window(data_dir: PathBuf) -> Result<(), Failure> {
    start_log(&data_dir);
    let engine_dir = data_dir.clone();
    let open_desk = move |wake: Arc<dyn Fn() + Send + Sync>| {
        let engine = Engine::start(Setup {
            data_dir: engine_dir,
            clock: Arc::new(jiff::Timestamp::now),
            wake,
            credentials: Arc::new(SystemCredentials),
            demo_exchanges: DEMO_EXCHANGES,
        })?;
        Ok(Box::new(EngineDesk(engine)) as Box<dyn Desk>)
    };
    ui::window::open(&data_dir, Box::new(open_desk), Box::new(RandomIds))
}
