//! The request log as Server-Sent Events. Every event is read from the log after a notice, so none is ever missed,
//! and a reader that comes back with its Last-Event-ID goes on where it stopped.

use std::collections::VecDeque;
use std::convert::Infallible;

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::{Stream, stream};
use tokio::sync::watch;

use super::data::Entry;
use super::error::Refusal;
use super::tenant::Tenant;

/// How many events are read at once.
const READ_AHEAD: u32 = 200;

/// Turns true, or is dropped, when the server stops; streams then end.
#[derive(Debug, Clone)]
pub(super) struct Closing(pub(super) watch::Receiver<bool>);

struct Reader {
    tenant: Tenant,
    last: i64,
    waiting: VecDeque<(i64, Entry)>,
    newest: watch::Receiver<i64>,
    closing: Option<Closing>,
}

/// The request log as it grows.
///
/// Server-Sent Events: each has the id of a request and, as JSON, its summary. It never ends by itself; a reader that
/// comes back with the last id that it saw misses nothing and sees nothing twice.
#[utoipa::path(get, path = "/requests/stream", tag = "requests", operation_id = "followRequests",
    params(("Last-Event-ID" = Option<String>, Header, description = "The id of the last event seen; only newer ones follow. \
        Without it only what is new from now on.", pattern = "^[0-9]{1,18}$", example = "000000004711")),
    responses((status = 200, description = "Events without end.", body = String, content_type = "text/event-stream",
        example = "id: 000000004712\ndata: {\"id\":\"000000004712\",\"method\":\"POST\",\"status\":201}\n\n")),
)]
pub(super) async fn follow(
    State(tenant): State<Tenant>,
    closing: Option<Extension<Closing>>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refusal> {
    let newest = tenant.newest();
    let resumed = headers.get("last-event-id").and_then(|value| value.to_str().ok()?.trim().parse::<i64>().ok());
    let last = match resumed {
        Some(number) => number,
        None => tenant.data().look(|session| session.newest_exchange())?,
    };
    let closing = closing.map(|Extension(closing)| closing);
    let reader = Reader { tenant, last, waiting: VecDeque::new(), newest, closing };
    let events = stream::unfold(reader, |mut reader| async move {
        let event = reader.next().await?;
        Some((Ok(event), reader))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

impl Reader {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((number, entry)) = self.waiting.pop_front() {
                self.last = number;
                let data = serde_json::to_string(&entry).ok()?;
                return Some(Event::default().id(entry.id).data(data));
            }
            // Marked as seen before the log is read: what comes in between wakes the reader again.
            self.newest.borrow_and_update();
            let more = self.tenant.data().look(|session| session.exchanges_after(self.last, READ_AHEAD));
            self.waiting = match more {
                Ok(entries) => entries.into(),
                Err(error) => {
                    tracing::error!(%error, "the request log could not be read for a stream");
                    return None;
                }
            };
            if self.waiting.is_empty() {
                self.wait().await?;
            }
        }
    }

    async fn wait(&mut self) -> Option<()> {
        let closed = async {
            match &mut self.closing {
                Some(Closing(stop)) => drop(stop.wait_for(|stop| *stop).await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            changed = self.newest.changed() => changed.ok(),
            () = closed => None,
        }
    }
}
