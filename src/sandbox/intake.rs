//! Bodies on their way in. Each has to arrive in time, and all of them together never hold more memory than is set
//! aside: small ones always pass, large ones take turns, and a turn is only for one that keeps arriving. What is too
//! large is read away unkept, so that its sender hears the refusal.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes, HttpBody as _};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use futures_util::StreamExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout, timeout_at};

use super::error::Refusal;
use super::payload::BODY_LIMIT;

/// A body up to this size never waits for others, and of a larger one this much: a sender that says much and sends
/// nothing takes no turn.
const SMALL: usize = 16 * 1024;
/// What a body whose turn it is has to bring each second, after the first two.
const BYTES_PER_SECOND: f64 = 32.0 * 1024.0;
const GRACE: Duration = Duration::from_secs(2);
/// How many large bodies are read at once.
const READ_AT_ONCE: usize = 16;
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
        let mut arriving = Arriving::of(body);
        timeout(self.patience, arriving.until(SMALL)).await.map_err(|_| late())?;
        let mut turn = None;
        if !arriving.over {
            let read = Arc::clone(&self.read).acquire_owned().await.map_err(|_| late())?;
            arriving.in_turn().await?;
            let answered = Arc::clone(&self.answered).acquire_owned().await.map_err(|_| late())?;
            turn = Some(Turn { _read: read, _answered: answered });
        }
        Ok((Request::from_parts(parts, arriving.whole()), turn))
    }
}

fn late() -> Response {
    Refusal::new(StatusCode::REQUEST_TIMEOUT, "The body did not arrive in time.").into_response()
}

/// A body of which a part is here.
struct Arriving {
    chunks: BodyDataStream,
    /// What has arrived, cut just above the limit.
    kept: Vec<u8>,
    seen: usize,
    over: bool,
    broken: Option<axum::Error>,
}

impl Arriving {
    fn of(body: Body) -> Self {
        Self { chunks: body.into_data_stream(), kept: Vec::new(), seen: 0, over: false, broken: None }
    }

    /// Waits for the next part.
    async fn next(&mut self) {
        match self.chunks.next().await {
            Some(Ok(chunk)) => {
                self.seen += chunk.len();
                let room = (BODY_LIMIT + 1).saturating_sub(self.kept.len());
                self.kept.extend_from_slice(&chunk[..chunk.len().min(room)]);
                self.over = self.seen > READ_AWAY;
            }
            Some(Err(error)) => (self.over, self.broken) = (true, Some(error)),
            None => self.over = true,
        }
    }

    /// Waits until more than so many bytes are here, or all.
    async fn until(&mut self, bytes: usize) {
        while !self.over && self.seen <= bytes {
            self.next().await;
        }
    }

    /// Waits for all of it, as long as it arrives fast enough for the others that wait.
    async fn in_turn(&mut self) -> Result<(), Response> {
        let (began, before) = (Instant::now(), self.seen);
        while !self.over {
            let seconds = (self.seen - before) as f64 / BYTES_PER_SECOND;
            let latest = began + GRACE + Duration::from_secs_f64(seconds);
            timeout_at(latest, self.next()).await.map_err(|_| late())?;
        }
        Ok(())
    }

    /// The body as one piece. One that broke off stays broken.
    fn whole(self) -> Body {
        match self.broken {
            Some(error) => Body::from_stream(futures_util::stream::once(async { Err::<Bytes, _>(error) })),
            None => Body::from(self.kept),
        }
    }
}
