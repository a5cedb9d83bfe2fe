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

/// A given token before the system's store.
struct Given {
    token: Secret,
    system: SystemCredentials,
}

impl Credentials for Given {
    fn available(&self) -> bool {
        true
    }

    fn get(&self, _: &ProfileId) -> Result<Option<Secret>, Failure> {
        Ok(Some(self.token.clone()))
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
    Ok(match token {
        Some(token) => Arc::new(Given { token, system: SystemCredentials }),
        None => Arc::new(SystemCredentials),
    })
}

/// The token of the environment, if there is one.
pub(super) fn from_environment() -> Option<Secret> {
    std::env::var(VARIABLE).ok().map(|text| Secret::new(&text)).filter(|token| !token.is_empty())
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
