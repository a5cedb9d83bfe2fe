//! When work is kept, and that it then is on the disk: one thread commits for everybody who waits, forces the log of the
//! database out once for all of them; another moves that log into the database from time to time. Nobody who waits for
//! the first ever waits for the second.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::watch;

use super::{Store, lock, unkept};

/// How long what nobody was told yet may wait to be kept together with more.
const SOON: Duration = Duration::from_millis(20);
/// How often the log is moved into the database while there is work.
const TIDY: Duration = Duration::from_secs(1);
/// From how many pages on the log has to start afresh, for which writers wait a moment: 64 MiB.
const LONG: i64 = 16_384;
/// From how many visits to the disk between two tidyings on the log is made long in advance.
const BUSY: u32 = 64;
/// The size of a page, and of what comes before each in the log.
const PAGE: u64 = 4096 + 24;
/// By how much it grows while writers wait a moment.
const SLICE: usize = 256 * 1024;

/// The thread that keeps; it ends with this.
pub(super) struct Keeper {
    wishes: Arc<Wishes>,
    /// Every transaction below this number has ended, and is on the disk unless it was lost.
    ended: watch::Receiver<u64>,
    thread: Option<JoinHandle<()>>,
}

/// What the thread is asked for.
#[derive(Default)]
struct Wishes {
    state: Mutex<Wish>,
    changed: Condvar,
}

#[derive(Default)]
struct Wish {
    soon: bool,
    now: bool,
    over: bool,
}

/// The file to which SQLite appends what is committed.
pub(super) struct Log {
    file: File,
    database: PathBuf,
}

impl Keeper {
    pub(super) fn start(store: &Arc<Mutex<Store>>) -> Self {
        let wishes = Arc::<Wishes>::default();
        let (told, ended) = watch::channel(0);
        let round = Round { wishes: Arc::clone(&wishes), store: Arc::clone(store), told, tidier: Tidier::start(store) };
        let thread = Some(std::thread::spawn(move || round.go_on()));
        Self { wishes, ended, thread }
    }

    /// What is open is to be kept within [`SOON`].
    pub(super) fn wake(&self) {
        let mut wish = self.wishes.state();
        if !wish.soon {
            wish.soon = true;
            self.wishes.changed.notify_one();
        }
    }

    /// Asks for all that was done until now to be on the disk, and waits until this transaction is.
    pub(super) async fn on_disk(&self, transaction: u64) {
        {
            let mut wish = self.wishes.state();
            if !std::mem::replace(&mut wish.now, true) {
                self.wishes.changed.notify_one();
            }
        }
        // The other end is there as long as this one.
        drop(self.ended.clone().wait_for(|ended| *ended > transaction).await);
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.wishes.state().over = true;
        self.wishes.changed.notify_one();
        // Whoever closes the tenant finds whole files: both threads have let go of the database by then.
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that keeps the sandbox's database had failed");
        }
    }
}

impl Wishes {
    fn state(&self) -> MutexGuard<'_, Wish> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for something to do; `None` at the end, else whether somebody waits for it.
    fn next(&self) -> Option<bool> {
        let mut wish = self.state();
        while !wish.soon && !wish.now && !wish.over {
            wish = self.changed.wait(wish).unwrap_or_else(PoisonError::into_inner);
        }
        if !wish.now {
            let wait = self.changed.wait_timeout_while(wish, SOON, |wish| !wish.now && !wish.over);
            wish = wait.unwrap_or_else(PoisonError::into_inner).0;
        }
        wish.soon = false;
        let awaited = std::mem::take(&mut wish.now);
        (!wish.over).then_some(awaited)
    }
}

struct Round {
    wishes: Arc<Wishes>,
    store: Arc<Mutex<Store>>,
    told: watch::Sender<u64>,
    tidier: Option<(SyncSender<Chore>, JoinHandle<()>)>,
}

/// What is done beside the others' work.
#[derive(Debug, Clone, Copy)]
enum Chore {
    Tidy,
    Lengthen,
}

/// Moves the log into the database over a connection of its own.
struct Tidier {
    own: Connection,
    store: Weak<Mutex<Store>>,
}

impl Round {
    fn go_on(self) {
        let log = lock(&self.store).log.clone();
        let (mut tidied, mut visits) = (Instant::now(), 0);
        // A full queue means that it is at work.
        let leave = |chore| self.tidier.as_ref().map_or(Ok(()), |(tidier, _)| tidier.try_send(chore));
        while let Some(awaited) = self.wishes.next() {
            let ended = {
                let mut store = lock(&self.store);
                store.keep_or_report();
                store.transaction
            };
            if awaited {
                if let Some(log) = &log
                    && let Err(error) = log.force()
                {
                    tracing::error!(%error, "the sandbox's database could not be forced to the disk");
                    lock(&self.store).lose(*self.told.borrow()..ended);
                }
                self.told.send_replace(ended);
                visits += 1;
                if visits == BUSY && leave(Chore::Lengthen).is_err() {
                    visits = 0;
                }
            }
            if tidied.elapsed() >= TIDY {
                leave(Chore::Tidy).ok();
                (tidied, visits) = (Instant::now(), 0);
            }
        }
        if let Some((tidier, thread)) = self.tidier {
            drop(tidier);
            if thread.join().is_err() {
                tracing::error!("the thread that tidies the sandbox's database had failed");
            }
        }
    }
}

impl Tidier {
    /// Starts the thread, which ends with the sender; `None` where there is no log.
    fn start(store: &Arc<Mutex<Store>>) -> Option<(SyncSender<Chore>, JoinHandle<()>)> {
        let log = lock(store).log.clone()?;
        let opened = Connection::open(&log.database);
        let own = opened.map_err(|error| tracing::warn!(%error, "the sandbox's log stays long")).ok()?;
        let tidier = Self { own, store: Arc::downgrade(store) };
        let (wake, woken) = sync_channel(1);
        let thread = std::thread::spawn(move || {
            while let Ok(chore) = woken.recv() {
                let done = match chore {
                    Chore::Tidy => tidier.tidy(),
                    Chore::Lengthen => tidier.lengthen(&log),
                };
                if let Err(error) = done {
                    tracing::warn!(%error, ?chore, "the sandbox's log could not be tidied");
                }
            }
        });
        Some((wake, thread))
    }

    /// Most of it beside the others' work. Only when the log is long, the short rest while they wait: then it is empty
    /// for a moment and starts afresh.
    fn tidy(&self) -> rusqlite::Result<()> {
        let checkpoint = || self.own.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get::<_, i64>(1));
        if checkpoint()? > LONG {
            // Once more, since work went on meanwhile: so the rest is short.
            checkpoint()?;
            let Some(store) = self.store.upgrade() else { return Ok(()) };
            let mut held = lock(&store);
            // What is open would be written behind what was moved, and the log would go on for ever.
            held.keep()?;
            checkpoint()?;
        }
        Ok(())
    }

    /// Fills the log up with nothing. What is then written within its length is on the disk after one visit; at its end
    /// it takes another, for the new length.
    fn lengthen(&self, log: &Log) -> rusqlite::Result<()> {
        let full = LONG.unsigned_abs() * PAGE;
        while let Some(store) = self.store.upgrade() {
            let mut store = lock(&store);
            store.keep()?;
            let length = log.length().map_err(|error| unkept(&error))?;
            if length >= full || store.batch {
                break;
            }
            // Nobody else may write to the log meanwhile, another process neither.
            store.db.execute_batch("BEGIN IMMEDIATE")?;
            let grown = log.fill();
            store.db.execute_batch("ROLLBACK")?;
            drop(store);
            grown.and_then(|()| log.force()).map_err(|error| unkept(&error))?;
        }
        Ok(())
    }
}

impl Log {
    /// Opens the log beside a database that is open, and so has one.
    pub(super) fn beside(database: &Path) -> std::io::Result<Self> {
        let mut name = database.as_os_str().to_owned();
        name.push("-wal");
        Ok(Self { file: File::options().append(true).open(name)?, database: database.to_owned() })
    }

    fn length(&self) -> std::io::Result<u64> {
        self.file.metadata().map(|of| of.len())
    }

    /// Adds a slice of zeros, which SQLite takes for the end of the log wherever it meets them.
    fn fill(&self) -> std::io::Result<()> {
        static NOTHING: [u8; SLICE] = [0; SLICE];
        (&self.file).write_all(&NOTHING)
    }

    /// Returns when all that was committed is on the disk.
    pub(super) fn force(&self) -> std::io::Result<()> {
        self.file.sync_data()
    }
}
