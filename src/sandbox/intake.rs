//! Bodies on their way in. Each has to arrive in time, and all of them together never hold more memory than is set
//! aside: small ones always pass, large ones take turns. What is too large is read away unkept, so that its sender hears
//! the refusal.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use futures_util::StreamExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::error::Refusal;
use super::payload::BODY_LIMIT;

/// A body up to this size never waits for others.
const SMALL: usize = 32 * 1024;
/// How many large bodies are read at once.
const READ_AT_ONCE: usize = 24;
/// How many large bodies are answered at once: as JSON one can take fifty times its size.
const ANSWERED_AT_ONCE: usize = 1;
/// How much of a body that is too large is read away.
const READ_AWAY: usize = 64 * 1024 * 1024;

/// The way in for every body.
pub(super) struct Intake {
    patience: Duration,
    read: Arc<Semaphore>,
    answered: Arc<Semaphore>,
}

/// The turn of a large body, until it is dropped.
pub(super) struct Turn {
    _read: OwnedSemaphorePermit,
    _answered: OwnedSemaphorePermit,
}

impl Intake {
    pub(super) fn new(patience: Duration) -> Self {
        let seats = |seats| Arc::new(Semaphore::new(seats));
        Self { patience, read: seats(READ_AT_ONCE), answered: seats(ANSWERED_AT_ONCE) }
    }

    /// The same request with its body here, or the refusal of one that does not come in time.
    pub(super) async fn take(&self, request: Request) -> Result<(Request, Option<Turn>), Response> {
        if request.body().is_end_stream() {
            return Ok((request, None));
        }
        let (parts, body) = request.into_parts();
        let large = body.size_hint().upper().is_none_or(|most| most > SMALL as u64);
        let late = || {
            let detail = "The body did not arrive in time.";
            Refusal::new(StatusCode::REQUEST_TIMEOUT, detail).into_response()
        };
        let receive = async {
            let read = if large { Arc::clone(&self.read).acquire_owned().await.ok() } else { None };
            (collect(body).await, read)
        };
        let (body, read) = timeout(self.patience, receive).await.map_err(|_| late())?;
        let turn = match read {
            Some(read) => {
                let answered = Arc::clone(&self.answered).acquire_owned().await.map_err(|_| late())?;
                Some(Turn { _read: read, _answered: answered })
            }
            None => None,
        };
        Ok((Request::from_parts(parts, body), turn))
    }
}

/// The body as one piece. One that is too large is cut just above the limit; one that breaks off stays broken.
async fn collect(body: Body) -> Body {
    let mut kept = Vec::with_capacity(body.size_hint().upper().map_or(0, |most| most.min(BODY_LIMIT as u64) as usize));
    let mut seen = 0;
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk: Bytes = match chunk {
            Ok(chunk) => chunk,
            Err(error) => return Body::from_stream(futures_util::stream::once(async { Err::<Bytes, _>(error) })),
        };
        seen += chunk.len();
        let room = (BODY_LIMIT + 1).saturating_sub(kept.len());
        kept.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if seen > READ_AWAY {
            break;
        }
    }
    Body::from(kept)
}
