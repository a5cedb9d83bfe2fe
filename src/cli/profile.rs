//! `profile add|list|remove`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use super::{
    Ending,
    output::Output,
    session::{Session, unexpected},
    token, usage,
};
use crate::{
    domain::{
        directory::{DirectoryKind, DirectoryLogDraft},
        failure::Failure,
        problem::Problem,
        profile::{Environment, IdentityProvider, ProfileDraft, ProfileId},
    },
    engine::{Command, News, TokenChange, TokenPlace, credentials::SystemCredentials},
};

/// `profile …`
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Save a connection to a tenant.
    Add(Box<Add>),
    /// List the saved connections.
    List,
    /// Connect the directory's own log to a profile, look at it, or take it off.
    Directory(Box<Directory>),
    /// Remove a connection and its token.
    Remove {
        /// Its name.
        name: String,
    },
}

#[derive(Debug, Args)]
struct Add {
    /// Its name.
    name: String,
    /// Base of the SCIM service: https://…/scim/v2
    #[arg(long)]
    scim_url: String,
    /// Base of the support API, where the tenant offers it.
    #[arg(long, default_value = "")]
    support_url: String,
    /// How careful to be.
    #[arg(long, value_enum, default_value_t = EnvironmentArgument::Staging)]
    environment: EnvironmentArgument,
    /// Which directory pushes to it.
    #[arg(long, value_enum, default_value_t = IdpArgument::Other)]
    idp: IdpArgument,
    /// HTTP proxy.
    #[arg(long, default_value = "")]
    proxy: String,
    /// PEM file of an extra certificate authority.
    #[arg(long, default_value = "")]
    ca_file: String,
    /// Read the token from standard input and save it in the system's credential store.
    #[arg(long)]
    token_stdin: bool,
}

#[derive(Debug, Args)]
struct Directory {
    /// Whose: the profile's name.
    name: String,
    /// Which log: entra (Microsoft Graph) or okta (System Log). Without it, says what is connected.
    #[arg(long, value_enum)]
    kind: Option<KindArgument>,
    /// Its address: an Okta org, or Graph in a national cloud.
    #[arg(long, default_value = "")]
    url: String,
    /// Graph: where access tokens come from, in a national cloud.
    #[arg(long, default_value = "")]
    login_url: String,
    /// Graph: the directory's tenant id.
    #[arg(long, default_value = "")]
    tenant_id: String,
    /// Graph: the app's client id.
    #[arg(long, default_value = "")]
    client_id: String,
    /// Only this provisioning job (Graph) or application (Okta).
    #[arg(long, default_value = "")]
    only: String,
    /// Read the client secret or API token from standard input.
    #[arg(long)]
    secret_stdin: bool,
    /// Take the log off, and its secret with it.
    #[arg(long, conflicts_with = "kind")]
    remove: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum KindArgument {
    Entra,
    Okta,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum EnvironmentArgument {
    Sandbox,
    Staging,
    Production,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum IdpArgument {
    Entra,
    Okta,
    Other,
}

pub(super) fn run(arguments: Arguments, data_dir: PathBuf, output: &Output) -> Result<Ending, Failure> {
    let mut session = Session::open(data_dir, std::sync::Arc::new(SystemCredentials))?;
    match arguments.action {
        Action::Add(add) => save(&mut session, *add, output),
        Action::List => Ok(list(&session, output)),
        Action::Directory(directory) => connect(&mut session, *directory, output),
        Action::Remove { name } => remove(&mut session, &name, output),
    }
}

fn save(session: &mut Session, add: Add, output: &Output) -> Result<Ending, Failure> {
    let secret = if add.token_stdin { Some(token::read_stdin()?) } else { token::from_environment() };
    if session.workspace.profiles.iter().any(|profile| profile.name.eq_ignore_ascii_case(&add.name)) {
        return Err(usage(
            format!("There is a profile named {} already", add.name),
            "Remove it first, or choose another name.",
        ));
    }
    let draft = ProfileDraft {
        name: add.name,
        environment: match add.environment {
            EnvironmentArgument::Sandbox => Environment::Sandbox,
            EnvironmentArgument::Staging => Environment::Staging,
            EnvironmentArgument::Production => Environment::Production,
        },
        scim_url: add.scim_url,
        support_url: add.support_url,
        identity_provider: match add.idp {
            IdpArgument::Entra => IdentityProvider::Entra,
            IdpArgument::Okta => IdentityProvider::Okta,
            IdpArgument::Other => IdentityProvider::Other,
        },
        proxy: add.proxy,
        ca_file: add.ca_file,
        token_issued_on: String::new(),
    };
    let clear = secret.as_ref().map(super::super::domain::secret::Secret::expose);
    for problem in draft.check(clear).iter().filter(|problem| !problem.blocks()) {
        output.say(&format!("{}: {}", problem.field, problem.message));
    }
    let id = ProfileId(uuid::Uuid::new_v4().to_string());
    let profile = draft.validate(id, clear).map_err(|problems| {
        let words: Vec<String> = problems
            .iter()
            .filter(|p| p.blocks())
            .map(|Problem { field, message, .. }| format!("{field}: {message}"))
            .collect();
        usage("The profile does not hold", words.join(" "))
    })?;
    let token = secret.map_or(TokenChange::Keep, TokenChange::Set);
    let News::ProfileSaved { profile, token } =
        session.ask(Command::SaveProfile { profile: Box::new(profile), token })?
    else {
        return Err(unexpected());
    };
    if token != TokenPlace::Keychain {
        output.say(
            "No token is kept: there is no system credential store, or no token was given. Give it to each command with --token-stdin or SCIM_CONSOLE_TOKEN.",
        );
    }
    output.answer(&json!({"id": profile.id, "name": profile.name, "token": place(token)}), |_| {
        vec![vec![format!("{} saved", profile.name)]]
    });
    Ok(Ending::Done)
}

fn connect(session: &mut Session, directory: Directory, output: &Output) -> Result<Ending, Failure> {
    let profile = session.id(&directory.name)?;
    let command = match directory.kind {
        None if directory.remove => Command::SaveDirectoryLog { profile, log: None, secret: TokenChange::Forget },
        None => Command::LookAtDirectoryLog(profile),
        Some(kind) => {
            let draft = DirectoryLogDraft {
                kind: match kind {
                    KindArgument::Entra => DirectoryKind::Entra,
                    KindArgument::Okta => DirectoryKind::Okta,
                },
                base: directory.url,
                login: directory.login_url,
                tenant: directory.tenant_id,
                client: directory.client_id,
                only: directory.only,
            };
            let log = draft.validate().map_err(|problems| {
                let words: Vec<String> =
                    problems.iter().map(|Problem { field, message, .. }| format!("{field}: {message}")).collect();
                usage("The directory’s log cannot be read like this", words.join(" "))
            })?;
            let secret =
                if directory.secret_stdin { TokenChange::Set(token::read_stdin()?) } else { TokenChange::Keep };
            Command::SaveDirectoryLog { profile, log: Some(Box::new(log)), secret }
        }
    };
    let News::DirectoryLog { log, secret, read } = session.ask(command)? else { return Err(unexpected()) };
    if log.is_some() && secret != TokenPlace::Keychain {
        output.say(
            "No secret is kept: there is no system credential store, or none was given. Give it to sync with --secret-stdin or SCIM_CONSOLE_DIRECTORY_SECRET.",
        );
    }
    output.answer(&json!({"log": log, "secret": place(secret), "read": read}), |_| {
        let words = log.as_ref().map_or_else(
            || "No directory’s log is connected".to_owned(),
            |log| format!("{} at {}", log.kind().label(), log.base()),
        );
        vec![vec![words]]
    });
    Ok(Ending::Done)
}

const fn place(token: TokenPlace) -> &'static str {
    match token {
        TokenPlace::Keychain => "keychain",
        TokenPlace::Session => "session",
        TokenPlace::Absent => "absent",
    }
}

fn list(session: &Session, output: &Output) -> Ending {
    let profiles: Vec<_> = session
        .workspace
        .profiles
        .iter()
        .map(|profile| {
            let token = session.workspace.tokens.get(&profile.id).copied().unwrap_or(TokenPlace::Absent);
            json!({"id": profile.id, "name": profile.name, "environment": profile.environment, "scim": profile.scim_url,
                "support": profile.support_url, "idp": profile.identity_provider, "token": place(token)})
        })
        .collect();
    output.answer(&json!({"profiles": profiles}), |_| {
        let head = ["Name", "Environment", "SCIM endpoint", "Token"].map(str::to_owned).to_vec();
        let row = |profile: &serde_json::Value| {
            ["name", "environment", "scim", "token"]
                .map(|key| profile[key].as_str().unwrap_or_default().to_owned())
                .to_vec()
        };
        std::iter::once(head).chain(profiles.iter().map(row)).collect()
    });
    Ending::Done
}

fn remove(session: &mut Session, name: &str, output: &Output) -> Result<Ending, Failure> {
    let profile = session.profile(name)?;
    if profile.id.is_sandbox() {
        return Err(usage("The practice tenant cannot be removed", "It belongs to the console."));
    }
    session.ask(Command::RemoveProfile(profile.id.clone()))?;
    // Nothing in a headless session could undo the removal, so the token goes at once.
    session.ask(Command::Open)?;
    output.answer(&json!({"removed": profile.name}), |_| vec![vec![format!("{} removed", profile.name)]]);
    Ok(Ending::Done)
}
