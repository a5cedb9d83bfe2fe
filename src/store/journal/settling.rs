//! Brings what was written from the write-ahead log to its place in the file and begins the log anew, in a thread and over a
//! connection of its own: whoever writes much, or cancels that, never waits for the disk. It changes nothing that a question
//! could see.

use std::{
    mem,
    path::Path,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::store::database::{Database, DatabaseName};

/// So many writes may be owed; then whoever writes waits until none is, so that the log begins anew and does not grow for ever.
const MOST_OWED: usize = 16;
/// How often who waits looks whether he must stop.
const LOOK: Duration = Duration::from_millis(5);
const STAYS: &str = "the log of the journal stays for now";

/// Settles the log of a journal when it is told to. Dropped, it first settles what it owes.
#[derive(Default)]
pub(super) struct Settler {
    owed: Arc<Owed>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct Owed {
    work: Mutex<Work>,
    changed: Condvar,
}

#[derive(Default)]
struct Work {
    /// Writes whose part of the log is not settled.
    writes: usize,
    /// Whether a thread is there to settle them.
    is_served: bool,
    ends: bool,
}

impl Work {
    const fn is_owed(&self) -> bool {
        self.writes > 0 && self.is_served
    }
}

impl Settler {
    /// Settles soon what was written in the journal of a data folder. Where earlier writes wait for the disk, waits until they
    /// are settled or `stopped` gives true.
    pub(super) fn soon(&self, dir: &Path, stopped: &dyn Fn() -> bool) {
        let mut thread = lock(&self.thread);
        // Said before the thread is there: one that ends at once says the opposite, and that must be the last word.
        if !mem::replace(&mut lock(&self.owed.work).is_served, true) {
            let (owed, dir) = (self.owed.clone(), dir.to_owned());
            let begun = thread::Builder::new().name("settling".to_owned()).spawn(move || owed.settle(&dir));
            match begun {
                Ok(begun) => *thread = Some(begun),
                Err(error) => {
                    lock(&self.owed.work).is_served = false;
                    return tracing::debug!(%error, STAYS);
                }
            }
        }
        drop(thread);
        let mut work = lock(&self.owed.work);
        work.writes += 1;
        self.owed.changed.notify_all();
        if work.writes >= MOST_OWED {
            while work.is_owed() && !stopped() {
                work = self.owed.changed.wait_timeout(work, LOOK).unwrap_or_else(PoisonError::into_inner).0;
            }
        }
    }

    /// Whether writes are being settled: that ends, however long the disk takes.
    pub(super) fn is_settling(&self) -> bool {
        lock(&self.owed.work).is_owed()
    }

    /// Returns when nothing is owed: then nobody here holds the log.
    pub(super) fn wait(&self) {
        let work = lock(&self.owed.work);
        drop(self.owed.changed.wait_while(work, |work| work.is_owed()));
    }
}

impl Drop for Settler {
    fn drop(&mut self) {
        lock(&self.owed.work).ends = true;
        self.owed.changed.notify_all();
        let thread = self.thread.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        // Nothing is lost where it failed: the log is settled by the next who opens the journal.
        drop(thread.map(JoinHandle::join));
    }
}

/// Nobody waits for a thread that is gone.
struct Ended<'o>(&'o Owed);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        let mut work = lock(&self.0.work);
        (work.writes, work.is_served) = (0, false);
        self.0.changed.notify_all();
    }
}

impl Owed {
    fn settle(&self, dir: &Path) {
        let _ended = Ended(self);
        // Where it fails, the next write tries again.
        let database = match Database::open(dir, DatabaseName::Journal, &super::schemas()) {
            Ok(database) => database,
            Err(failure) => return tracing::debug!(?failure, STAYS),
        };
        let mut work = lock(&self.work);
        loop {
            work = self
                .changed
                .wait_while(work, |work| work.writes == 0 && !work.ends)
                .unwrap_or_else(PoisonError::into_inner);
            let writes = work.writes;
            if writes == 0 {
                return;
            }
            drop(work);
            // What fails now is tried again by the next who writes much.
            let settled =
                database.settle_log().and_then(|is_all| if is_all { database.begin_log_anew() } else { Ok(()) });
            if let Err(error) = settled {
                tracing::debug!(%error, STAYS);
            }
            work = lock(&self.work);
            work.writes -= writes;
            self.changed.notify_all();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
