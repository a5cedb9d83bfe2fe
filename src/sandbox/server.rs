//! The sandbox on a port: binds only the address it is given, and ends gracefully, open streams included.

use std::net::SocketAddr;

use axum::Extension;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use url::Url;

use super::stream::Closing;
use super::{house::House, tenant::Tenant};
use crate::domain::failure::{Failure, FailureKind};

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
    let (stop, mut stopped) = watch::channel(false);
    let router = house.router().layer(Extension(Closing(stopped.clone())));
    let server = tokio::spawn(async move {
        let ended = async move { drop(stopped.wait_for(|stop| *stop).await) };
        if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(ended).await {
            tracing::error!(%error, "the sandbox stopped listening");
        }
    });
    Ok(Running { scim, support, stop, server })
}
