//! `sync`: the tenant's request log, or the directory's own, into the journal.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
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
    /// Whose log: the tenant's, or the directory's that is connected to the profile.
    #[arg(long, value_enum, default_value_t = From::Tenant)]
    from: From,
    /// Read the token from standard input.
    #[arg(long)]
    token_stdin: bool,
    /// Read the secret of the directory's log from standard input.
    #[arg(long, conflicts_with = "token_stdin")]
    secret_stdin: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum From {
    Tenant,
    Directory,
}

pub(super) fn run(arguments: &Arguments, data_dir: PathBuf, output: &Output) -> Result<Ending, Failure> {
    let credentials = match arguments.from {
        From::Tenant => token::credentials(arguments.token_stdin)?,
        From::Directory => token::directory_credentials(arguments.secret_stdin)?,
    };
    let mut session = Session::open(data_dir, credentials)?;
    let profile = session.id(&arguments.profile)?;
    let follow = arguments.follow;
    let command = match arguments.from {
        From::Tenant => Command::Sync { profile, follow },
        From::Directory => Command::ReadDirectoryLog { profile, follow },
    };
    let mut offered = true;
    let mut watch = |news: &News| match news {
        News::Live(Live::NotOffered) => offered = false,
        News::Live(Live::Following) => output.say("Following. Stop with Ctrl C."),
        News::Live(Live::Waiting { failure, .. }) => output.failure(failure),
        News::JournalChanged { added, .. } if arguments.follow => output.json(&json!({"added": added})),
        _ => {}
    };
    let News::Synced { added } = session.ask_and_watch(command, &mut watch)? else {
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
