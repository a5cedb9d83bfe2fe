//! A token for one command: from standard input or the environment, used instead of a saved one and never kept.

use std::sync::Arc;

use crate::{
    domain::{
        failure::{Failure, FailureKind},
        profile::ProfileId,
        secret::Secret,
    },
    engine::credentials::{Credentials, SystemCredentials},
};

/// The environment variable that gives a token to a headless command.
pub(super) const VARIABLE: &str = "SCIM_CONSOLE_TOKEN";
/// The one that gives the secret of a directory's log.
const DIRECTORY_VARIABLE: &str = "SCIM_CONSOLE_DIRECTORY_SECRET";

/// A given token before the system's store.
struct Given {
    token: Secret,
    /// Whether it is the secret of a directory's log.
    of_directory: bool,
    system: SystemCredentials,
}

impl Credentials for Given {
    fn available(&self) -> bool {
        true
    }

    fn get(&self, profile: &ProfileId) -> Result<Option<Secret>, Failure> {
        // The tenant's token is no business of the directory, and the other way round.
        if profile.is_directory_secret() == self.of_directory {
            return Ok(Some(self.token.clone()));
        }
        if self.system.available() { self.system.get(profile) } else { Ok(None) }
    }

    fn set(&self, profile: &ProfileId, secret: &Secret) -> Result<(), Failure> {
        self.system.set(profile, secret)
    }

    fn remove(&self, profile: &ProfileId) -> Result<(), Failure> {
        self.system.remove(profile)
    }
}

/// Where this command's tokens come from.
pub(super) fn credentials(from_stdin: bool) -> Result<Arc<dyn Credentials>, Failure> {
    let token = if from_stdin { Some(read_stdin()?) } else { from_environment() };
    Ok(given(token, false))
}

/// Where the secret of a directory's log comes from.
pub(super) fn directory_credentials(from_stdin: bool) -> Result<Arc<dyn Credentials>, Failure> {
    let secret = if from_stdin { Some(read_stdin()?) } else { variable(DIRECTORY_VARIABLE) };
    Ok(given(secret, true))
}

fn given(token: Option<Secret>, of_directory: bool) -> Arc<dyn Credentials> {
    match token {
        Some(token) => Arc::new(Given { token, of_directory, system: SystemCredentials }),
        None => Arc::new(SystemCredentials),
    }
}

/// The token of the environment, if there is one.
pub(super) fn from_environment() -> Option<Secret> {
    variable(VARIABLE)
}

fn variable(name: &str) -> Option<Secret> {
    std::env::var(name).ok().map(|text| Secret::new(&text)).filter(|token| !token.is_empty())
}

/// One line of standard input.
pub(super) fn read_stdin() -> Result<Secret, Failure> {
    let mut line = String::new();
    let read = std::io::stdin().read_line(&mut line);
    let token = Secret::new(&line);
    if read.is_err() || token.is_empty() {
        return Err(Failure::new(
            FailureKind::Invalid,
            "There is no token on standard input",
            "Nothing was saved.",
            "Pipe the token in, for example from your password manager.",
        ));
    }
    Ok(token)
}
