//! The connections that are open. There is always room for one more: the oldest that is idle makes it. One that is being
//! answered, an open stream among them, is never asked to leave; one whose body has yet to come may be.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::sync::Notify;

/// All connections that are open.
pub(super) struct Guests {
    most: usize,
    present: Mutex<Present>,
}

#[derive(Default)]
struct Present {
    next: u64,
    /// By number, so oldest first.
    guests: BTreeMap<u64, Arc<Seat>>,
}

#[derive(Default)]
struct Seat {
    /// Answers under way.
    answers: AtomicUsize,
    leave: Notify,
}

/// One connection that is open, until it is dropped.
pub(super) struct Guest {
    house: Arc<Guests>,
    number: u64,
    seat: Arc<Seat>,
}

/// An answer under way, until it is dropped.
pub(super) struct Busy(Arc<Seat>);

/// A body that keeps its connection busy until it ends.
struct Lasting {
    body: Body,
    _busy: Busy,
}

impl Guests {
    pub(super) fn new(most: usize) -> Self {
        Self { most, present: Mutex::default() }
    }

    /// Lets a connection in; `None` when all others are being answered and nobody can make room.
    pub(super) fn admit(self: &Arc<Self>) -> Option<Guest> {
        let mut present = self.present();
        if present.guests.len() >= self.most {
            let idle = |(_, seat): &(&u64, &Arc<Seat>)| seat.answers.load(Ordering::Acquire) == 0;
            let oldest = present.guests.iter().find(idle).map(|(number, _)| *number)?;
            if let Some(seat) = present.guests.remove(&oldest) {
                seat.leave.notify_one();
            }
        }
        let number = present.next;
        present.next += 1;
        let seat = Arc::<Seat>::default();
        present.guests.insert(number, Arc::clone(&seat));
        Some(Guest { house: Arc::clone(self), number, seat })
    }

    fn present(&self) -> MutexGuard<'_, Present> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Guest {
    /// Notes that an answer begins.
    pub(super) fn busy(&self) -> Busy {
        self.seat.answers.fetch_add(1, Ordering::AcqRel);
        Busy(Arc::clone(&self.seat))
    }

    pub(super) fn is_busy(&self) -> bool {
        self.seat.answers.load(Ordering::Acquire) > 0
    }

    pub(super) async fn asked_to_leave(&self) {
        self.seat.leave.notified().await;
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.house.present().guests.remove(&self.number);
    }
}

impl Busy {
    /// Stays until the body was sent.
    pub(super) fn until_the_end_of(self, body: Body) -> Body {
        Body::new(Lasting { body, _busy: self })
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.answers.fetch_sub(1, Ordering::AcqRel);
    }
}

impl HttpBody for Lasting {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
