//! `sync`: the tenant's request log into the journal.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{
    Ending,
    output::Output,
    session::{Session, unexpected},
    token,
};
use crate::{
    domain::failure::{Failure, FailureKind},
    engine::{Command, Live, News},
};

/// `sync …`
#[derive(Debug, Args)]
pub struct Arguments {
    /// Whose.
    #[arg(long)]
    profile: String,
    /// Stay connected and keep what arrives until stopped.
    #[arg(long)]
    follow: bool,
    /// Read the token from standard input.
    #[arg(long)]
    token_stdin: bool,
}

pub(super) fn run(arguments: &Arguments, data_dir: PathBuf, output: &Output) -> Result<Ending, Failure> {
    let mut session = Session::open(data_dir, token::credentials(arguments.token_stdin)?)?;
    let profile = session.id(&arguments.profile)?;
    let mut offered = true;
    let mut watch = |news: &News| match news {
        News::Live(Live::NotOffered) => offered = false,
        News::Live(Live::Following) => output.say("Following. Stop with Ctrl C."),
        News::Live(Live::Waiting { failure, .. }) => output.failure(failure),
        News::JournalChanged { added, .. } if arguments.follow => output.json(&json!({"added": added})),
        _ => {}
    };
    let News::Synced { added } =
        session.ask_and_watch(Command::Sync { profile, follow: arguments.follow }, &mut watch)?
    else {
        return Err(unexpected());
    };
    if !offered {
        return Err(Failure::new(
            FailureKind::NotOffered,
            "This tenant offers no support API",
            "Its own request log cannot be read.",
            "Import a log of the directory instead.",
        ));
    }
    output.answer(&json!({"added": added}), |_| vec![vec![format!("{added} new requests")]]);
    Ok(Ending::Done)
}
