//! `provision`: a test provision, step by step.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::Value;

use super::{
    Ending,
    output::Output,
    read_file,
    session::{Session, confirm, unexpected},
    token, usage,
};
use crate::{
    domain::{
        attribute::CORE_USER,
        failure::{Failure, FailureKind},
        landing::flatten,
        mapping::MappingRow,
        profile::ProfileId,
        trial::{Dialect, PlannedStep, SampleUser, StepName, TrialOutcome, TrialReport},
    },
    engine::{Command, News, TrialOrder},
};

/// `provision …`
#[derive(Debug, Args)]
pub struct Arguments {
    /// Which tenant.
    #[arg(long)]
    profile: String,
    /// How requests are shaped.
    #[arg(long, value_enum, default_value_t = DialectArgument::Entra)]
    dialect: DialectArgument,
    /// Whom to create, as JSON: a SCIM user, or attribute names and values. An invented person unless given.
    #[arg(long)]
    user: Option<PathBuf>,
    /// Leave the user in place.
    #[arg(long)]
    keep: bool,
    /// Only these steps, separated by commas; connect always runs.
    #[arg(long, value_delimiter = ',')]
    steps: Vec<String>,
    /// The tenant's name, to confirm a write to production.
    #[arg(long)]
    confirm: Option<String>,
    /// Show the exact requests and send nothing.
    #[arg(long)]
    plan: bool,
    /// Read the token from standard input.
    #[arg(long)]
    token_stdin: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum DialectArgument {
    Entra,
    EntraFlag,
    Okta,
    Rfc,
}

pub(super) fn run(arguments: &Arguments, data_dir: PathBuf, output: &Output) -> Result<Ending, Failure> {
    let steps = steps(&arguments.steps)?;
    let given = arguments.user.as_deref().map(read_user).transpose()?;
    let mut session = Session::open(data_dir, token::credentials(arguments.token_stdin)?)?;
    let profile = session.profile(&arguments.profile)?;
    let mappings = tenant_mappings(&mut session, &profile.id)?;
    let user = given.unwrap_or_else(|| SampleUser::invent(1, jiff::Timestamp::now(), &mappings));
    if user.get("userName").is_empty() {
        return Err(usage("The user has no userName", "Add a userName to the file."));
    }
    let dialect = match arguments.dialect {
        DialectArgument::Entra => Dialect::Entra,
        DialectArgument::EntraFlag => Dialect::EntraFlag,
        DialectArgument::Okta => Dialect::Okta,
        DialectArgument::Rfc => Dialect::Rfc,
    };
    let order = TrialOrder { dialect, user, mappings, steps, keep: arguments.keep };
    let unconfirmed = confirm(&profile, arguments.confirm.as_deref(), output);
    if arguments.plan || unconfirmed.is_err() {
        let command = Command::PlanTrial { profile: profile.id.clone(), trial: Box::new(order.clone()) };
        let News::TrialPlanned(plan) = session.ask(command)? else { return Err(unexpected()) };
        output.answer(&plan, |plan| plan.iter().flat_map(planned_lines).collect());
        return unconfirmed.map(|()| Ending::Done);
    }
    let command = Command::RunTrial { profile: profile.id, trial: Box::new(order) };
    let News::TrialDone(report) = session.ask(command)? else { return Err(unexpected()) };
    output.answer(&*report, |report| vec![vec![report.to_ticket(&profile.name, dialect)]]);
    if let Some(id) = &report.left_behind {
        output.say(&format!("The user {id} is still in the tenant."));
    }
    ending(&report)
}

/// A tenant that could not be reached at all is told apart from one that refused a step.
fn ending(report: &TrialReport) -> Result<Ending, Failure> {
    let first = report.steps.first().and_then(|step| step.exchange.as_ref());
    if let Some(error) =
        first.filter(|exchange| exchange.response.is_none()).and_then(|exchange| exchange.error.clone())
    {
        return Err(Failure::new(
            FailureKind::Unreachable,
            "The tenant could not be reached",
            error,
            "Check the address and the network, then run it again.",
        ));
    }
    Ok(if report.outcome == TrialOutcome::Passed { Ending::Done } else { Ending::WithFailures })
}

fn planned_lines(step: &PlannedStep) -> Vec<Vec<String>> {
    step.requests
        .iter()
        .map(|request| {
            let body = if request.body.is_null() { String::new() } else { request.body.to_string() };
            vec![step.name.label().to_owned(), format!("{} {}", request.method, request.url), body]
        })
        .collect()
}

fn steps(names: &[String]) -> Result<Vec<StepName>, Failure> {
    if names.is_empty() {
        return Ok(StepName::ALL.to_vec());
    }
    let find = |name: &String| {
        StepName::ALL.into_iter().find(|step| step.key() == name.trim()).ok_or_else(|| {
            let known = StepName::ALL.map(StepName::key).join(", ");
            usage(format!("There is no step named {name}"), format!("Use some of: {known}."))
        })
    };
    names.iter().map(find).collect()
}

fn read_user(file: &Path) -> Result<SampleUser, Failure> {
    let unreadable = || {
        Failure::new(
            FailureKind::FileUnreadable,
            format!("{} is no user", file.display()),
            "Nothing was sent.",
            "Give a JSON object: a SCIM user, or attribute names and their values.",
        )
    };
    let value: Value = serde_json::from_slice(&read_file(file)?).map_err(|error| unreadable().with_detail(error))?;
    let object = value.as_object().ok_or_else(unreadable)?;
    let mut user = SampleUser::default();
    if object.values().all(|value| !value.is_object() && !value.is_array()) {
        user.0.extend(object.iter().map(|(name, value)| (short(name), text(value))));
    } else {
        user.0.extend(flatten(&value).into_iter().map(|(name, value)| (short(&name.to_string()), text(&value))));
    }
    Ok(user)
}

/// Default attributes go by their path, as in the form; all others by their full name.
fn short(name: &str) -> String {
    let path = name.strip_prefix(CORE_USER).and_then(|rest| rest.strip_prefix(':')).unwrap_or(name);
    let known = crate::domain::attribute::DEFAULTS.iter().any(|default| default.path == path);
    if known || !name.starts_with(CORE_USER) { path.to_owned() } else { name.to_owned() }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The tenant's mappings, where it tells them.
fn tenant_mappings(session: &mut Session, profile: &ProfileId) -> Result<Vec<MappingRow>, Failure> {
    match session.ask(Command::PullMappings(profile.clone())) {
        Ok(News::MappingsPulled { mappings, .. }) => Ok(mappings.mappings),
        Err(failure) if failure.kind == FailureKind::NotOffered => Ok(Vec::new()),
        Ok(_) => Err(unexpected()),
        Err(failure) => Err(failure),
    }
}
