//! The four jobs in the real window, from a fresh data directory to a restart, and files that come and go, on a display that nobody looks at.
//! Needs the feature `inspection`, Xvfb and a software OpenGL: `tests/windowed/run.sh` starts it. With `WINDOWED_PEERS` set, the same with servers that
//! nobody here wrote, which `.ci/peers.sh` starts.
//! Pictures are kept in `.ci/out/windowed`.
#![allow(clippy::print_stdout, reason = "its output is the report")]
#![allow(unreachable_pub, reason = "one program: pub says what a module offers the others")]

mod desk;
mod drag;
mod files;
mod first_use;
mod peers;
mod probe;
mod stage;

use std::process::ExitCode;

fn main() -> ExitCode {
    let tally = peers::peers().unwrap_or_else(|| first_use::first_use().and(files::files()));
    println!("\n{} passed, {} failed, {} skipped", tally.passed, tally.failed, tally.skipped);
    if tally.failed == 0 && tally.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
