//! The tenant itself: what an in-process caller holds. It owns the database and answers through a router; it never
//! listens by itself.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Response, StatusCode};
use axum::routing::any;
use jiff::Timestamp;
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;

use super::data::{Data, Keep, broken};
use super::error::{Refusal, ScimError};
use super::learner::{self, AccessTokens};
use super::{Clock, Policy, answer, service, support, tokens};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::practice::Habit;
use crate::domain::secret::Secret;
use crate::domain::tenant::TokenInfo;

/// A practice tenant. Clones are the same tenant.
#[derive(Clone)]
pub struct Tenant(Arc<Inner>);

/// Many requests as one durable transaction. It is undone when it is dropped without [`Batch::commit`].
#[must_use = "a batch that is dropped is undone"]
pub struct Batch {
    tenant: Tenant,
    open: bool,
}

struct Inner {
    data: Data,
    policy: RwLock<Policy>,
    /// What is not let pass; also in the database.
    refused: RwLock<Arc<BTreeSet<Habit>>>,
    clock: Clock,
    newest: watch::Sender<i64>,
    access_tokens: AccessTokens,
    /// Held by whoever plays traffic into the tenant: batches do not nest.
    playing: tokio::sync::Mutex<()>,
    /// Held together by the requests from outside, and alone by a script: whoever is told that their write is kept
    /// must not lose it with a script that was stopped.
    stage: tokio::sync::RwLock<()>,
}

impl Tenant {
    /// Opens the tenant that a file holds, or a fresh one in memory.
    ///
    /// # Errors
    /// When the file cannot be used, is damaged, or was written by a newer console.
    pub fn open(database: Option<&Path>, policy: Policy, clock: Clock) -> Result<Self, Failure> {
        let data = Data::open(database)?;
        let newest = data.look(|session| session.newest_exchange()).map_err(|error| broken(&error))?;
        let refused = data.look(|session| session.refused_habits()).map_err(|error| broken(&error))?;
        let policy = RwLock::new(policy);
        let tenant = Self(Arc::new(Inner {
            data,
            policy,
            refused: RwLock::new(Arc::new(refused)),
            clock,
            newest: watch::Sender::new(newest),
            access_tokens: AccessTokens::default(),
            playing: tokio::sync::Mutex::default(),
            stage: tokio::sync::RwLock::default(),
        }));
        tenant.forget_old_requests();
        Ok(tenant)
    }

    /// `/scim/v2/*`, `/support/v1/*`, and the learner profiles at `/rest/v1/*`.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/scim/v2", any(service::answer))
            .route("/scim/v2/", any(service::answer))
            .route("/scim/v2/{*path}", any(service::answer))
            .nest("/support/v1", support::router(self))
            .merge(learner::router())
            .fallback(|| async {
                Refusal::new(StatusCode::NOT_FOUND, "The tenant answers at /scim/v2, /support/v1 and /rest/v1.")
            })
            .layer(CatchPanicLayer::custom(after_panic))
            .with_state(self.clone())
    }

    /// Adds a token, random when no value is given. Only its SHA-256 is kept: the value is shown this once.
    ///
    /// # Errors
    /// When the value is empty, or the database fails.
    pub fn issue_token(&self, name: &str, value: Option<Secret>) -> Result<(TokenInfo, Secret), Failure> {
        let value = value.unwrap_or_else(tokens::random);
        if value.is_empty() {
            return Err(Failure::new(
                FailureKind::Invalid,
                "The token was not added",
                "Its value is empty.",
                "Give a value, or leave it out for a random one.",
            ));
        }
        let now = self.now();
        self.0
            .data
            .session(Keep::Now, |session| tokens::add(session, name, &value, now, None))
            .map(|info| (info, value))
            .map_err(|error| broken(&error))
    }

    /// How many exchanges the log holds.
    ///
    /// # Errors
    /// When the database fails.
    pub fn exchange_count(&self) -> Result<u64, Failure> {
        self.0.data.look(|session| session.count_exchanges()).map_err(|error| broken(&error))
    }

    /// Groups every request until [`Batch::commit`] into one durable transaction.
    ///
    /// # Errors
    /// When a batch is open already, or the database fails.
    pub fn batch(&self) -> Result<Batch, Failure> {
        self.0.data.begin().map_err(|error| broken(&error))?;
        Ok(Batch { tenant: self.clone(), open: true })
    }

    /// Waits until nobody else plays traffic into the tenant; held until the answer is dropped.
    pub(super) async fn turn_to_play(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.0.playing.lock().await
    }

    /// Waits until every request from outside is answered; no other begins until the answer is dropped.
    pub(super) async fn alone(&self) -> tokio::sync::RwLockWriteGuard<'_, ()> {
        self.0.stage.write().await
    }

    /// Waits until no script is being played; none begins until the answer is dropped.
    pub(super) async fn between_scripts(&self) -> tokio::sync::RwLockReadGuard<'_, ()> {
        self.0.stage.read().await
    }

    pub(super) fn access_tokens(&self) -> &AccessTokens {
        &self.0.access_tokens
    }

    pub(super) fn data(&self) -> &Data {
        &self.0.data
    }

    /// Whose rules it follows.
    pub fn policy(&self) -> Policy {
        *self.0.policy.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn follow(&self, policy: Policy) {
        *self.0.policy.write().unwrap_or_else(PoisonError::into_inner) = policy;
    }

    pub(super) fn follow_habits(&self, habits: BTreeSet<Habit>) {
        *self.0.refused.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(habits);
    }

    pub(super) fn refused(&self) -> Arc<BTreeSet<Habit>> {
        Arc::clone(&self.0.refused.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The habits of directories that it refuses as a stricter service would; none unless told otherwise.
    #[must_use]
    pub fn refused_habits(&self) -> BTreeSet<Habit> {
        self.refused().as_ref().clone()
    }

    /// Refuses these habits from now on, and after the next start; all others are let pass.
    ///
    /// # Errors
    /// When the database fails; then nothing is changed.
    pub fn refuse_habits(&self, habits: BTreeSet<Habit>) -> Result<(), Failure> {
        self.0.data.session(Keep::Now, |session| session.refuse_habits(&habits)).map_err(|error| broken(&error))?;
        self.follow_habits(habits);
        Ok(())
    }

    /// The time, in the milliseconds that the tenant keeps.
    pub(super) fn now(&self) -> Timestamp {
        let now = (self.0.clock)();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    /// Tells the streams that there is more to read, unless it may yet be undone.
    pub(super) fn recorded(&self, number: i64) {
        if !self.0.data.in_batch() {
            self.0.newest.send_replace(number);
        }
    }

    /// Changes with every exchange that is there to stay.
    pub(super) fn newest(&self) -> watch::Receiver<i64> {
        self.0.newest.subscribe()
    }
}

impl std::fmt::Debug for Tenant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tenant").field("policy", &self.policy()).finish_non_exhaustive()
    }
}

impl Batch {
    /// Keeps all that was done since the batch began.
    ///
    /// # Errors
    /// When the database fails; then nothing of the batch is kept.
    pub fn commit(mut self) -> Result<(), Failure> {
        self.tenant.data().end(true).map_err(|error| broken(&error))?;
        self.open = false;
        let newest = self.tenant.data().look(|session| session.newest_exchange());
        self.tenant.recorded(newest.map_err(|error| broken(&error))?);
        Ok(())
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        if self.open
            && let Err(error) = self.tenant.data().end(false)
        {
            tracing::error!(%error, "a batch of the sandbox could not be undone");
        }
    }
}

#[allow(clippy::needless_pass_by_value, reason = "the layer hands the panic over by value")]
fn after_panic(_: Box<dyn std::any::Any + Send>) -> Response<Body> {
    let error = ScimError::internal();
    let mut response = Response::new(Body::from(error.body().to_string()));
    *response.status_mut() = error.status;
    response.headers_mut().insert(CONTENT_TYPE, axum::http::HeaderValue::from_static(answer::SCIM_JSON));
    response
}
