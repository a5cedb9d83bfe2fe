//! The practice tenants by themselves, for the command line: serves until the process is told to stop.

use std::{collections::BTreeSet, net::SocketAddr, path::PathBuf, sync::Arc};

use serde::Serialize;

use super::stores::internal;
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        practice::{FaultRule, Habit},
        script::Script,
        secret::Secret,
    },
    sandbox::{self, House, Policy, Tenant, demo},
};

/// How to serve.
#[derive(Debug)]
pub struct Options {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where to keep its data; in memory when `None`.
    pub database: Option<PathBuf>,
    /// The token to accept; a random one when `None`.
    pub token: Option<Secret>,
    /// How many exchanges of demo traffic to send first.
    pub demo_exchanges: usize,
    /// `thrive` or `rfc`.
    pub policy: String,
    /// Names of further tenants; those that are there already are not made again.
    pub tenants: Vec<String>,
    /// What goes wrong with the first tenant; the rules of an earlier start stay where none is given.
    pub faults: Vec<FaultRule>,
    /// The habits of directories that the first tenant refuses; those of an earlier start stay where none is given.
    pub refused: BTreeSet<Habit>,
    /// What is played into the first tenant, in order, after the demo traffic.
    pub scripts: Vec<Script>,
}

/// Where it is reached. The token is shown here once, since this process made it or was given it.
#[derive(Debug, Serialize)]
pub struct Ready {
    /// Base of the SCIM service.
    pub scim: String,
    /// Base of the support API.
    pub support: String,
    /// The token.
    pub token: String,
    /// Every tenant, the first one first.
    pub tenants: Vec<ReadyTenant>,
}

/// One tenant with a token of its own.
#[derive(Debug, Serialize)]
pub struct ReadyTenant {
    /// Its name.
    pub name: String,
    /// Base of its SCIM service.
    pub scim: String,
    /// Base of its support API.
    pub support: String,
    /// Its token.
    pub token: String,
}

/// Serves until Ctrl C or a termination signal.
///
/// # Errors
/// When the address is taken or the data cannot be opened.
pub fn serve(options: Options, ready: impl FnOnce(&Ready)) -> Result<(), Failure> {
    // One worker: the database takes one session at a time, so that more of them would only wait for each other.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| internal("The practice tenant could not start its workers", error))?;
    runtime.block_on(run(options, ready))
}

async fn run(options: Options, ready: impl FnOnce(&Ready)) -> Result<(), Failure> {
    let policy: Policy = options.policy.parse().map_err(|_| {
        Failure::new(FailureKind::Invalid, "There is no such policy", "Nothing was started.", "Use thrive or rfc.")
    })?;
    let clock: sandbox::Clock = Arc::new(jiff::Timestamp::now);
    let tenant = Tenant::open(options.database.as_deref(), policy, clock.clone())?;
    if options.demo_exchanges > 0 {
        let day = demo::DemoDay { seed: 1, exchanges: options.demo_exchanges, end: jiff::Timestamp::now() };
        demo::play(&tenant, &day, |_, _| {}, || false).await?;
    }
    let (_, token) = tenant.issue_token("Command line", options.token)?;
    tenant.set_policy(policy)?;
    if !options.refused.is_empty() {
        tenant.refuse_habits(options.refused)?;
    }
    if !options.faults.is_empty() {
        tenant.clear_fault_rules()?;
    }
    for rule in options.faults {
        tenant.add_fault_rule(rule)?;
    }
    for script in options.scripts {
        demo::play_script(&tenant, script, jiff::Timestamp::now(), |_, _| {}, || false).await?;
    }
    let house = House::open(tenant, options.database.as_deref(), clock);
    for name in &options.tenants {
        let known = |(_, tenant): &(String, Tenant)| tenant.name().eq_ignore_ascii_case(name.trim());
        if !house.tenants().iter().any(known) {
            house.add(name, policy)?;
        }
    }
    let running = sandbox::serve_house(&house, options.listen).await?;
    let text = |url: &url::Url| url.as_str().trim_end_matches('/').to_owned();
    let mut tenants = Vec::new();
    for (key, tenant) in house.tenants() {
        let value = if key.is_empty() { token.clone() } else { tenant.issue_token("Command line", None)?.1 };
        let (scim, support) = running.addresses(&key);
        let (scim, support) = (text(&scim), text(&support));
        tenants.push(ReadyTenant { name: tenant.name(), scim, support, token: value.expose().to_owned() });
    }
    ready(&Ready {
        scim: text(&running.scim),
        support: text(&running.support),
        token: token.expose().to_owned(),
        tenants,
    });
    stop_signal().await;
    running.stop().await;
    Ok(())
}

#[cfg(unix)]
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let interrupted = tokio::signal::ctrl_c();
    match signal(SignalKind::terminate()) {
        Ok(mut terminated) => {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
        }
        Err(_) => drop(interrupted.await),
    }
}

#[cfg(not(unix))]
async fn stop_signal() {
    drop(tokio::signal::ctrl_c().await);
}
