//! Embeds the version and the git commit, and checks that the embedded assets are there. It generates no code.

use std::path::Path;
use std::process::{Command, ExitCode};

const ASSETS: [&str; 8] = [
    "assets/fonts/Inter-Regular.otf",
    "assets/fonts/Inter-Medium.otf",
    "assets/fonts/Inter-SemiBold.otf",
    "assets/fonts/JetBrainsMono-Regular.ttf",
    "assets/fonts/JetBrainsMono-Medium.ttf",
    "assets/fonts/Phosphor-Regular.ttf",
    "assets/fonts/Phosphor-Fill.ttf",
    "assets/fonts/Phosphor-Bold.ttf",
];

#[allow(clippy::print_stdout, clippy::print_stderr, reason = "how a build script speaks to cargo and to the builder")]
fn main() -> ExitCode {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-env=SCIM_CONSOLE_COMMIT={}", commit());
    for asset in ASSETS {
        println!("cargo:rerun-if-changed={asset}");
        if !Path::new(asset).is_file() {
            eprintln!("{asset} is missing. The fonts are part of the repository: check it out again.");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// The short commit, or "unknown" outside a git checkout, as in a source archive.
fn commit() -> String {
    let git = |words: &[&str]| {
        let output = Command::new("git").args(words).output().ok().filter(|output| output.status.success())?;
        String::from_utf8(output.stdout).ok().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    // Inside somebody else's repository its commit would be a lie.
    let own = git(&["ls-files", "--error-unmatch", "build.rs"]).is_some();
    let Some(commit) = own.then(|| git(&["rev-parse", "--short=12", "HEAD"])).flatten() else {
        return "unknown".to_owned();
    };
    if let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"]).filter(|path| Path::new(path).exists()) {
        watch(&log);
    }
    commit
}

#[allow(clippy::print_stdout, reason = "how a build script speaks to cargo")]
fn watch(path: &str) {
    println!("cargo:rerun-if-changed={path}");
}
