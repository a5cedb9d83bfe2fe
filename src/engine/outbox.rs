//! Events on their way out: first the event, then the wake.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use super::{Event, JobId, News, Wake};

/// How many events may wait. The window drains them every frame; a full queue makes the job wait, not the window.
const CAPACITY: usize = 4_096;

/// Where jobs put their news.
pub(super) struct Outbox {
    sender: SyncSender<Event>,
    wake: Wake,
}

impl Outbox {
    pub(super) fn new(wake: Wake) -> (Self, Receiver<Event>) {
        let (sender, receiver) = sync_channel(CAPACITY);
        (Self { sender, wake }, receiver)
    }

    /// Sends, then wakes. News after the receiver has gone is dropped, and so is progress that nobody has room for.
    pub(super) fn send(&self, job: JobId, news: News) {
        if let Err(TrySendError::Full(event)) = self.sender.try_send(Event { job, news }) {
            (self.wake)();
            if matches!(event.news, News::Progress { .. }) {
                return;
            }
            // The other jobs of this thread go on elsewhere meanwhile.
            if tokio::task::block_in_place(|| self.sender.send(event).is_err()) {
                tracing::debug!("event after the window closed");
            }
        }
        (self.wake)();
    }
}
