//! How a profile becomes a connection: its endpoint, its token from where it is kept, and one client per origin.

use std::sync::Arc;

use super::{
    Bench, TokenChange, TokenPlace,
    credentials::{Credentials, MemoryCredentials},
    stores::internal,
};
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        profile::{Profile, ProfileId},
        secret::Secret,
    },
    scim::{
        client::{Client, Endpoint, Limits, Scheme},
        support::SupportClient,
    },
};

/// The tokens, and the ones that live only as long as the window.
pub(super) struct Tenants {
    system: Arc<dyn Credentials>,
    session: MemoryCredentials,
}

impl Tenants {
    pub(super) fn new(system: Arc<dyn Credentials>) -> Self {
        Self { system, session: MemoryCredentials::default() }
    }

    /// Whether the system keeps tokens.
    pub(super) async fn keychain(&self) -> bool {
        let system = self.system.clone();
        tokio::task::spawn_blocking(move || system.available()).await.unwrap_or(false)
    }

    /// The token of a profile, from memory first.
    pub(super) async fn token(&self, profile: &ProfileId) -> Result<Option<Secret>, Failure> {
        if let Some(secret) = self.session.get(profile)? {
            return Ok(Some(secret));
        }
        let (system, id) = (self.system.clone(), profile.clone());
        blocking(move || if system.available() { system.get(&id) } else { Ok(None) }).await
    }

    /// Where the token of a profile is.
    pub(super) async fn place(&self, profile: &ProfileId) -> TokenPlace {
        match self.session.get(profile) {
            Ok(Some(_)) => TokenPlace::Session,
            _ => match self.token(profile).await {
                Ok(Some(_)) => TokenPlace::Keychain,
                _ => TokenPlace::Absent,
            },
        }
    }

    /// The token that a change leads to, without keeping it.
    pub(super) async fn resolve(&self, profile: &ProfileId, change: &TokenChange) -> Result<Option<Secret>, Failure> {
        match change {
            TokenChange::Keep => self.token(profile).await,
            TokenChange::Set(secret) => Ok(Some(secret.clone())),
            TokenChange::CopyFrom(other) => self.token(other).await,
            TokenChange::Forget => Ok(None),
        }
    }

    /// Carries a change out. A store that refuses leaves the token in memory, and the answer says so.
    pub(super) async fn change(&self, profile: &ProfileId, change: &TokenChange) -> Result<TokenPlace, Failure> {
        if *change == TokenChange::Keep {
            return Ok(self.place(profile).await);
        }
        let secret = self.resolve(profile, change).await?;
        self.session.remove(profile)?;
        let (system, id, kept) = (self.system.clone(), profile.clone(), secret.clone());
        let saved = blocking(move || match kept {
            _ if !system.available() => Ok(false),
            Some(secret) => system.set(&id, &secret).map(|()| true),
            None => system.remove(&id).map(|()| true),
        })
        .await;
        match (secret, saved) {
            (None, _) => Ok(TokenPlace::Absent),
            (Some(_), Ok(true)) => Ok(TokenPlace::Keychain),
            (Some(secret), Ok(false) | Err(_)) => {
                self.session.set(profile, &secret)?;
                Ok(TokenPlace::Session)
            }
        }
    }

    /// Keeps a token in memory only: the practice tenant's.
    pub(super) fn keep_for_session(&self, profile: &ProfileId, secret: &Secret) -> Result<(), Failure> {
        self.session.set(profile, secret)
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(|error| internal("The credential store did not answer", error))?
}

/// The endpoint of a profile with a token.
pub(super) fn endpoint(profile: &Profile, token: Secret) -> Endpoint {
    Endpoint {
        base: profile.scim_url.clone(),
        token,
        scheme: Scheme::Bearer,
        proxy: profile.proxy.clone(),
        ca_file: profile.ca_file.clone(),
    }
}

impl Bench {
    /// The profile by its id, the practice tenant included.
    pub(super) async fn profile(&self, id: &ProfileId) -> Result<Profile, Failure> {
        if id.is_sandbox() {
            return self.practice.profile_of(id).filter(|_| self.practice.is_running()).ok_or_else(|| {
                Failure::new(
                    FailureKind::Unreachable,
                    "The practice tenant is not running",
                    "It starts with the window, which takes a moment the first time, and stops when the sandbox is stopped.",
                    "Wait for it, or start the sandbox on its screen, then try again.",
                )
            });
        }
        let wanted = id.clone();
        let found = self
            .stores
            .console(move |console| Ok(console.list_profiles()?.into_iter().find(|profile| profile.id == wanted)))
            .await?;
        found.ok_or_else(|| {
            Failure::new(
                FailureKind::Invalid,
                "This profile does not exist any more",
                "Another window may have removed it.",
                "Choose another profile.",
            )
        })
    }

    /// The token that a change leads to for a profile as typed. A token goes only where it was saved for: one that was
    /// saved for another host, scheme or port is refused here.
    pub(super) async fn token_for(&self, profile: &Profile, change: &TokenChange) -> Result<Option<Secret>, Failure> {
        let owner = match change {
            TokenChange::Keep => Some(&profile.id),
            TokenChange::CopyFrom(other) => Some(other),
            TokenChange::Set(_) | TokenChange::Forget => None,
        };
        let token = self.tenants.resolve(&profile.id, change).await?;
        if let (Some(owner), Some(_)) = (owner, &token)
            && let Ok(saved) = self.profile(owner).await
            && !profile.draft().keeps_token_of(&saved.draft())
        {
            return Err(Failure::new(
                FailureKind::Invalid,
                "The saved token belongs to another address",
                "A token is sent only to the host it was saved for, so nothing was sent or saved.",
                "Type the token again to use it with this address.",
            ));
        }
        Ok(token)
    }

    /// The token of a profile; a profile without one cannot send anything.
    pub(super) async fn token(&self, id: &ProfileId) -> Result<Secret, Failure> {
        self.tenants.token(id).await?.ok_or_else(|| {
            Failure::new(
                FailureKind::TokenRefused,
                "There is no token for this profile",
                "It was never saved, or it was kept only until the last window closed.",
                "Edit the profile and paste the token.",
            )
        })
    }

    /// A SCIM client for a profile.
    pub(super) async fn client(&self, id: &ProfileId) -> Result<Client, Failure> {
        let profile = self.profile(id).await?;
        let token = self.token(id).await?;
        Client::new(&endpoint(&profile, token), Limits::default())
    }

    /// A support client for a profile; `NotOffered` when it has no support endpoint.
    pub(super) async fn support(&self, id: &ProfileId) -> Result<SupportClient, Failure> {
        let profile = self.profile(id).await?;
        let Some(base) = profile.support_url.clone() else {
            return Err(Failure::new(
                FailureKind::NotOffered,
                "This tenant offers no support API",
                "The console then lists its own requests and imported logs.",
                "Add the support endpoint to the profile if the tenant has one, or import a log.",
            ));
        };
        let token = self.token(id).await?;
        SupportClient::new(&Endpoint { base, ..endpoint(&profile, token) }, Limits::default())
    }
}
