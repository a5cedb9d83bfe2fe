//! The headless face: one file a command, over the same engine as the window. JSON goes to stdout, words to stderr.
//! Exit codes: 0 done, 1 done with failures or findings of severity error, 2 usage, 3 could not connect, 4 bad input file.

mod coverage;
mod diagnose;
mod forget;
mod import;
mod mapping;
mod output;
mod overview;
mod profile;
mod provision;
mod report;
mod requests;
mod sandbox;
mod session;
mod sync;
mod token;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

pub use self::output::Format;
use self::output::Output;
use crate::domain::{
    failure::{Failure, FailureKind},
    query::Query,
};

/// See what a directory really sent to a tenant, and prove the fix. Without a command, opens the window.
#[derive(Debug, Parser)]
#[command(name = "scim-console", version = env!("CARGO_PKG_VERSION"))]
pub struct Arguments {
    /// Where everything is kept; the system's usual place unless given.
    #[arg(long, global = true, value_name = "DIR", env = "SCIM_CONSOLE_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
    /// How answers are printed.
    #[arg(long, global = true, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// A headless command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a practice tenant until it is stopped.
    Sandbox(sandbox::Arguments),
    /// Add, list and remove profiles.
    Profile(profile::Arguments),
    /// Pull the tenant's request log into the journal.
    Sync(sync::Arguments),
    /// List or count the requests of the journal.
    Requests(requests::Arguments),
    /// Show how a tenant's provisioning stands, in figures.
    Overview(overview::Arguments),
    /// Import logs, recordings, requests and answers, recognised by their content.
    Import(import::Arguments),
    /// Say what went wrong in each request of a file, who acts first, and what to do.
    Diagnose(diagnose::Arguments),
    /// Write the evidence of requests, with their diagnosis, to a file for a ticket.
    Report(report::Arguments),
    /// Take requests out of the journal for good.
    Forget(forget::Arguments),
    /// Check, preview, export, pull, compare and apply mappings.
    Mapping(mapping::Arguments),
    /// Send a test provision.
    Provision(provision::Arguments),
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Done,
    WithFailures,
}

/// Runs a headless command.
#[must_use]
pub fn run(command: Command, data_dir: PathBuf, format: Format) -> ExitCode {
    let output = Output::new(format);
    let ending = match command {
        Command::Sandbox(arguments) => sandbox::run(arguments, &output),
        Command::Profile(arguments) => profile::run(arguments, data_dir, &output),
        Command::Sync(arguments) => sync::run(&arguments, data_dir, &output),
        Command::Requests(arguments) => requests::run(&arguments, data_dir, &output),
        Command::Overview(arguments) => overview::run(&arguments, data_dir, &output),
        Command::Import(arguments) => import::run(arguments, data_dir, &output),
        Command::Diagnose(arguments) => diagnose::run(&arguments, &output),
        Command::Report(arguments) => report::run(&arguments, data_dir, &output),
        Command::Forget(arguments) => forget::run(&arguments, data_dir, &output),
        Command::Mapping(arguments) => mapping::run(arguments, data_dir, &output),
        Command::Provision(arguments) => provision::run(&arguments, data_dir, &output),
    };
    match ending {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::WithFailures) => ExitCode::from(1),
        Err(failure) => {
            output.failure(&failure);
            ExitCode::from(exit_code(failure.kind))
        }
    }
}

const fn exit_code(kind: FailureKind) -> u8 {
    match kind {
        FailureKind::Invalid => 2,
        FailureKind::AddressInvalid
        | FailureKind::HostNotFound
        | FailureKind::Unreachable
        | FailureKind::TimedOut
        | FailureKind::CertificateUntrusted
        | FailureKind::TokenRefused
        | FailureKind::NotAllowed
        | FailureKind::EndpointNotFound
        | FailureKind::NotScim
        | FailureKind::AnswerBroken
        | FailureKind::AnswerTooLarge
        | FailureKind::RedirectedElsewhere => 3,
        FailureKind::FileUnreadable => 4,
        FailureKind::RateLimited
        | FailureKind::TenantFailed
        | FailureKind::Refused
        | FailureKind::Outdated
        | FailureKind::NotOffered
        | FailureKind::DatabaseDamaged
        | FailureKind::DatabaseNewer
        | FailureKind::DiskFull
        | FailureKind::DataReadOnly
        | FailureKind::DatabaseBusy
        | FailureKind::CredentialStore
        | FailureKind::Cancelled
        | FailureKind::Internal => 1,
    }
}

/// The data directory: the one given, or the system's usual place.
///
/// # Errors
/// When the system has no usual place.
pub fn data_dir(given: Option<PathBuf>) -> Result<PathBuf, Failure> {
    if let Some(dir) = given {
        return Ok(dir);
    }
    directories::ProjectDirs::from("com", "SCIM Console", "scim-console")
        .map(|dirs| dirs.data_dir().to_owned())
        .ok_or_else(|| {
            Failure::new(
                FailureKind::Invalid,
                "There is no usual place for data on this system",
                "The home directory is not known.",
                "Name a directory with --data-dir.",
            )
        })
}

/// The query that stands on the command line.
fn query(words: &[String]) -> Result<Query, Failure> {
    // A term may begin with a minus, so what follows the query is taken for a part of it: no term begins with two.
    if let Some(option) = words.iter().find(|word| word.starts_with("--")) {
        let next = "Put options before the query, for example: requests --limit 5 outcome:failure.";
        return Err(usage(format!("{option} stands after the query"), next));
    }
    let text = words.join(" ");
    Query::parse(&text).map_err(|error| usage(format!("The query {text} cannot be read"), format!("{error}")))
}

fn usage(what: impl Into<std::borrow::Cow<'static, str>>, next: impl Into<std::borrow::Cow<'static, str>>) -> Failure {
    Failure::new(FailureKind::Invalid, what, "Nothing was sent or changed.", next)
}

fn read_file(path: &std::path::Path) -> Result<Vec<u8>, Failure> {
    let read = if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    read.map_err(|error| {
        Failure::new(
            FailureKind::FileUnreadable,
            format!("{} could not be read", path.display()),
            "Nothing was sent or changed.",
            "Check that the file exists and that you may read it.",
        )
        .with_detail(error)
    })
}
