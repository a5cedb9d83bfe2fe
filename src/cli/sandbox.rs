//! `sandbox`: the practice tenants by themselves, until it is stopped. One line says when it is ready.

use std::net::SocketAddr;

use clap::Args;

use super::{Ending, output::Output};
use crate::{
    domain::{
        failure::Failure,
        practice::{FaultRule, Habit},
        script::Script,
        secret::Secret,
    },
    engine::practice_server::{self, Options},
};

/// `sandbox …`
#[derive(Debug, Args)]
pub struct Arguments {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// A fault rule as JSON, such as {"fault":{"kind":"server-error"},"scope":{"every":10}}; may be given again. They
    /// take the place of those of an earlier start.
    #[arg(long = "fault", value_name = "JSON", value_parser = fault_rule)]
    faults: Vec<FaultRule>,
    /// A habit of directories to refuse, such as capital-ops; may be given again. They take the place of those of an
    /// earlier start.
    #[arg(long = "refuse", value_name = "HABIT", value_parser = habit)]
    refused: Vec<Habit>,
    /// Keep nothing on disk.
    #[arg(long)]
    memory: bool,
    /// The token to accept; a random one unless given.
    #[arg(long, env = "SCIM_CONSOLE_SANDBOX_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// Send at least this many exchanges of demo traffic first.
    #[arg(long, default_value_t = 0)]
    demo: usize,
    /// Play a script of a bad day into the first tenant before it is ready: token-expiry, mapping-casing, quarantine,
    /// duplicate, returning-leaver or bad-day; may be given again.
    #[arg(long = "script", value_name = "KEY", value_parser = script)]
    scripts: Vec<Script>,
    /// Whether to keep to the vendor's guide or to the RFC alone.
    #[arg(long, default_value = "thrive", value_parser = ["thrive", "rfc"])]
    policy: String,
    /// A further tenant with a token, users and a log of its own, at /{name}/scim/v2; may be given several times.
    #[arg(long = "tenant", value_name = "NAME")]
    tenants: Vec<String>,
    /// Where to keep its data, unless in memory; further tenants have files beside it.
    #[arg(long)]
    database: Option<std::path::PathBuf>,
}

fn fault_rule(text: &str) -> Result<FaultRule, String> {
    serde_json::from_str(text).map_err(|error| format!("the rule cannot be read: {error}"))
}

fn habit(word: &str) -> Result<Habit, String> {
    let unknown = || format!("there is no such habit; there are {}", Habit::ALL.map(Habit::key).join(", "));
    Habit::from_key(word).ok_or_else(unknown)
}

fn script(key: &str) -> Result<Script, String> {
    Script::from_key(key).ok_or_else(|| format!("there is no such script; there are {}", Script::keys()))
}

pub(super) fn run(arguments: Arguments, output: &Output) -> Result<Ending, Failure> {
    let options = Options {
        listen: arguments.listen,
        database: arguments.database.filter(|_| !arguments.memory),
        token: arguments.token.as_deref().map(Secret::new),
        demo_exchanges: arguments.demo,
        policy: arguments.policy,
        tenants: arguments.tenants,
        faults: arguments.faults,
        refused: arguments.refused.into_iter().collect(),
        scripts: arguments.scripts,
    };
    practice_server::serve(options, |ready| output.json(ready))?;
    Ok(Ending::Done)
}
