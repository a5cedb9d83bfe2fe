//! The sandbox on a port: binds only the address it is given, and ends gracefully, open streams included. No caller can
//! keep others from being answered: heads, bodies and connections are bounded in size, number and time.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tower::ServiceExt as _;
use url::Url;

use super::faults::Undelivered;
use super::guests::{Guest, Guests};
use super::intake::Intake;
use super::stream::Closing;
use super::{house::House, tenant::Tenant};
use crate::domain::failure::{Failure, FailureKind};

/// The largest head of a request: beyond it, 431.
const HEAD_LIMIT: usize = 16 * 1024;
/// How long to wait when the system has no more sockets to give.
const BREATHER: Duration = Duration::from_millis(50);

/// How much of the server one caller can take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How long the head of a request may take to arrive; an idle connection is closed as late.
    pub head: Duration,
    /// How long a small body, or the beginning of a larger one, may take to arrive.
    pub body: Duration,
    /// How many connections are open at once; beyond them the oldest idle one makes room.
    pub connections: usize,
}

impl Default for Limits {
    /// Below the 1,024 files that a process may have open by default, and so that all of them, each with as much as it
    /// may send unanswered, hold no more than some 25 MB.
    fn default() -> Self {
        Self { head: Duration::from_secs(30), body: Duration::from_secs(30), connections: 256 }
    }
}

/// What every connection needs.
#[derive(Clone)]
struct Door {
    router: Router,
    guests: Arc<Guests>,
    intake: Arc<Intake>,
    limits: Limits,
    stopped: watch::Receiver<bool>,
}

/// A sandbox that listens. It stops when this is dropped, or, awaited, with [`Running::stop`].
#[derive(Debug)]
pub struct Running {
    /// Base of the first tenant's SCIM service, `http://…/scim/v2`.
    pub scim: Url,
    /// Base of its support API, `http://…/support/v1`.
    pub support: Url,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
}

impl Running {
    /// The SCIM service and the support API of a tenant by its key; empty for the first one.
    #[must_use]
    pub fn addresses(&self, key: &str) -> (Url, Url) {
        let at = |base: &Url| {
            let mut base = base.clone();
            if !key.is_empty() {
                base.set_path(&format!("/{key}{}", base.path()));
            }
            base
        };
        (at(&self.scim), at(&self.support))
    }

    /// Stops listening, lets requests under way finish and ends the streams.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        if let Err(error) = self.server.await {
            tracing::error!(%error, "the sandbox did not end as it should");
        }
    }
}

/// Serves a tenant on an address; port 0 takes any free one.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn serve(tenant: Tenant, listen: SocketAddr) -> Result<Running, Failure> {
    serve_house(&House::of_one(tenant), listen).await
}

/// Serves every tenant of a house on an address, also those that are added later; port 0 takes any free one.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn serve_house(house: &House, listen: SocketAddr) -> Result<Running, Failure> {
    serve_within(house, listen, Limits::default()).await
}

/// Serves a house within other limits than the usual ones.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn serve_within(house: &House, listen: SocketAddr, limits: Limits) -> Result<Running, Failure> {
    let refused = |error: &dyn std::fmt::Display| {
        Failure::new(
            FailureKind::AddressInvalid,
            "The sandbox did not start",
            format!("It cannot listen on {listen}."),
            "Choose another port, or 0 for any free one.",
        )
        .with_detail(error)
    };
    let listener = TcpListener::bind(listen).await.map_err(|error| refused(&error))?;
    let bound = listener.local_addr().map_err(|error| refused(&error))?;
    let address = |path: &str| Url::parse(&format!("http://{bound}{path}")).map_err(|error| refused(&error));
    let (scim, support) = (address("/scim/v2")?, address("/support/v1")?);
    let (stop, stopped) = watch::channel(false);
    let door = Door {
        router: house.router().layer(Extension(Closing(stopped.clone()))),
        guests: Arc::new(Guests::new(limits.connections)),
        intake: Arc::new(Intake::new(limits.body)),
        limits,
        stopped,
    };
    Ok(Running { scim, support, stop, server: tokio::spawn(listen_on(listener, door)) })
}

/// Takes connections until the server is stopped, then waits for the last of them.
async fn listen_on(listener: TcpListener, door: Door) {
    let (open, mut all_closed) = mpsc::channel::<()>(1);
    let mut stopped = door.stopped.clone();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.wait_for(|stop| *stop) => break,
        };
        let connection = match accepted {
            Ok((connection, _)) => connection,
            Err(error) => {
                tracing::warn!(%error, "the sandbox could not take a connection");
                tokio::time::sleep(BREATHER).await;
                continue;
            }
        };
        let Some(guest) = door.guests.admit() else { continue };
        let (door, open) = (door.clone(), open.clone());
        tokio::spawn(async move {
            attend(connection, &door, &guest).await;
            drop((guest, open));
        });
    }
    drop((listener, open));
    all_closed.recv().await;
}

/// Answers one connection until it ends, has to make room, or the server stops.
async fn attend(connection: TcpStream, door: &Door, guest: &Guest) {
    // Without it an answer can wait for the caller's acknowledgement of the one before.
    if let Err(error) = connection.set_nodelay(true) {
        tracing::debug!(%error, "a connection keeps its delay");
    }
    let service = service_fn(|request: hyper::Request<Incoming>| {
        async move {
            // Who sends no body, or sends it slowly, may have to make room as one who sends nothing.
            let taken = door.intake.take(request.map(Body::new)).await;
            let busy = guest.busy();
            let response = match taken {
                Ok((request, held)) => {
                    let Ok(response) = door.router.clone().oneshot(request).await;
                    drop(held);
                    response
                }
                Err(late) => late,
            };
            if response.extensions().get::<Undelivered>().is_some() {
                return Err(std::io::Error::from(std::io::ErrorKind::ConnectionAborted));
            }
            Ok(response.map(|body| busy.until_the_end_of(body)))
        }
    });
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(door.limits.head).max_buf_size(HEAD_LIMIT);
    let answering = server.serve_connection(TokioIo::new(connection), service);
    tokio::pin!(answering);
    let mut stopped = door.stopped.clone();
    tokio::select! {
        // Callers that vanish are nothing to report.
        _ = answering.as_mut() => return,
        () = guest.asked_to_leave() => return,
        _ = stopped.wait_for(|stop| *stop) => {}
    }
    if guest.is_busy() {
        answering.as_mut().graceful_shutdown();
        drop(answering.await);
    }
}
