//! Where tokens are kept: the system's credential store, or only the memory of this process. Never a file of ours.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use keyring::Entry;

use crate::domain::{
    failure::{Failure, FailureKind},
    profile::ProfileId,
    secret::Secret,
};

/// The name under which the system lists the tokens.
const SERVICE: &str = "SCIM Console";

/// Keeps secrets by profile.
pub trait Credentials: Send + Sync {
    /// Whether there is a store that outlives the process.
    fn available(&self) -> bool;
    /// The secret of a profile.
    ///
    /// # Errors
    /// When the store refuses.
    fn get(&self, profile: &ProfileId) -> Result<Option<Secret>, Failure>;
    /// Keeps a secret.
    ///
    /// # Errors
    /// When the store refuses.
    fn set(&self, profile: &ProfileId, secret: &Secret) -> Result<(), Failure>;
    /// Removes a secret; removing nothing is fine.
    ///
    /// # Errors
    /// When the store refuses.
    fn remove(&self, profile: &ProfileId) -> Result<(), Failure>;
}

/// The system's store: Secret Service, Keychain or Credential Manager.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemCredentials;

impl Credentials for SystemCredentials {
    fn available(&self) -> bool {
        Entry::store_status().is_ok()
    }

    fn get(&self, profile: &ProfileId) -> Result<Option<Secret>, Failure> {
        match entry(profile)?.get_password() {
            Ok(text) => Ok(Some(Secret::new(&text))),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(refused(&error)),
        }
    }

    fn set(&self, profile: &ProfileId, secret: &Secret) -> Result<(), Failure> {
        entry(profile)?.set_password(secret.expose()).map_err(|error| refused(&error))
    }

    fn remove(&self, profile: &ProfileId) -> Result<(), Failure> {
        match entry(profile)?.delete_credential() {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(error) => Err(refused(&error)),
        }
    }
}

fn entry(profile: &ProfileId) -> Result<Entry, Failure> {
    Entry::new(SERVICE, &profile.0).map_err(|error| refused(&error))
}

fn refused(error: &keyring::Error) -> Failure {
    // `BadEncoding` and the like carry the secret's bytes in their payload: only the kind is told.
    let reason = match error {
        keyring::Error::NoStorageAccess(_) => "it is locked or does not answer",
        keyring::Error::NoDefaultStore => "there is none",
        keyring::Error::BadEncoding(_) => "the entry is not text",
        _ => "it refused",
    };
    Failure::new(
        FailureKind::CredentialStore,
        format!("The system’s credential store could not be used: {reason}"),
        "The token is kept in memory until you close the window.",
        "Unlock the credential store and save the profile again.",
    )
}

/// Memory only: for tests, and where the system has no store.
#[derive(Debug, Default)]
pub struct MemoryCredentials {
    kept: Mutex<BTreeMap<ProfileId, Secret>>,
}

impl Credentials for MemoryCredentials {
    fn available(&self) -> bool {
        false
    }

    fn get(&self, profile: &ProfileId) -> Result<Option<Secret>, Failure> {
        Ok(self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(profile).cloned())
    }

    fn set(&self, profile: &ProfileId, secret: &Secret) -> Result<(), Failure> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(profile.clone(), secret.clone());
        Ok(())
    }

    fn remove(&self, profile: &ProfileId) -> Result<(), Failure> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).remove(profile);
        Ok(())
    }
}
