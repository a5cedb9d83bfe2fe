//! `forget`: takes requests out of the journal for good. It sends nothing, and without `--yes` only says what it would
//! take.

use std::path::PathBuf;

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{
    Ending,
    output::Output,
    session::{Session, unexpected},
    token, usage,
};
use crate::{
    domain::{
        failure::Failure,
        pretty::{MEGABYTE, megabytes},
        profile::ProfileId,
    },
    engine::{Command, Forgetting, News},
};

/// `forget …`
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("which").required(true))]
pub struct Arguments {
    /// Whose.
    #[arg(long, required_unless_present = "shrink_to", conflicts_with = "shrink_to")]
    profile: Option<String>,
    /// What is older than so many days.
    #[arg(long, value_name = "DAYS", group = "which")]
    older_than: Option<u32>,
    /// What is known of one person: a userName, an id or an address.
    #[arg(long, value_name = "USER", group = "which")]
    person: Option<String>,
    /// The oldest of all profiles, until the journal is no larger than so many megabytes.
    #[arg(long, value_name = "MB", group = "which")]
    shrink_to: Option<u64>,
    /// Do it; without this the command only says what would go.
    #[arg(long)]
    yes: bool,
}

pub(super) fn run(arguments: &Arguments, data_dir: PathBuf, output: &Output) -> Result<Ending, Failure> {
    let mut session = Session::open(data_dir, token::credentials(false)?)?;
    let which = which(arguments, &mut session)?;
    let person = matches!(which, Forgetting::Person(..));
    let News::Forgotten { requests, more, size } = session.ask(Command::Forget { which, really: arguments.yes })?
    else {
        return Err(unexpected());
    };
    let answer = json!({"requests": requests, "more": more, "forgotten": arguments.yes, "journalBytes": size});
    output.answer(&answer, |_| {
        let count = requests.map_or_else(|| "not known before".to_owned(), |count| count.to_string());
        let count = if more { format!("at least {count}") } else { count };
        let size = megabytes(size);
        let requests = if arguments.yes { "Requests forgotten" } else { "Requests to forget" };
        vec![vec![requests.to_owned(), count], vec!["Journal".to_owned(), size]]
    });
    if !arguments.yes {
        output.say("Nothing was forgotten. Repeat the command with --yes to forget these requests for good.");
    } else if person {
        output.say(
            "Requests about others that mention this person stay, a group's members among them. What the tenant or the \
             directory still keeps can be read again.",
        );
    }
    Ok(Ending::Done)
}

fn which(arguments: &Arguments, session: &mut Session) -> Result<Forgetting, Failure> {
    if let Some(megabytes) = arguments.shrink_to {
        return Ok(Forgetting::Beyond(megabytes.saturating_mul(MEGABYTE)));
    }
    let profile: ProfileId = session.id(arguments.profile.as_deref().unwrap_or_default())?;
    if let Some(person) = arguments.person.as_deref().map(str::trim).filter(|person| !person.is_empty()) {
        return Ok(Forgetting::Person(profile, person.to_owned()));
    }
    let days = arguments.older_than.ok_or_else(|| usage("No person was named", "For example: --person a.jones"))?;
    let moment = Timestamp::now().checked_sub(SignedDuration::from_hours(24 * i64::from(days)));
    let moment = moment.map_err(|_| usage(format!("{days} days are too many"), "For example: --older-than 90"))?;
    Ok(Forgetting::Before(profile, moment))
}
