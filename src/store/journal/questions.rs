//! Questions that a person waits for go before work on many records: whoever has much to do lets them pass. Nobody waits
//! longer than [`PATIENCE`] for them.

use std::{
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

/// How long much work stands still for questions, and how long it then goes on all the same, so that it gets somewhere
/// even while they never end.
const PATIENCE: Duration = Duration::from_millis(50);

/// The questions that are being answered. Clones are the same.
#[derive(Clone, Default)]
pub struct Questions(Arc<Running>);

#[derive(Default)]
struct Running {
    count: AtomicUsize,
    /// Held by who waits, and by who ends the last question: when somebody last had waited long enough.
    waiting: Mutex<Option<Instant>>,
    answered: Condvar,
}

/// A question, until this is dropped.
pub(super) struct Asked<'q>(&'q Running);

impl Questions {
    /// Returns when no question is being answered.
    pub fn let_pass(&self) {
        let Running { count, waiting, answered } = self.0.as_ref();
        let is_asked = || count.load(Ordering::Acquire) > 0;
        if is_asked() {
            let waiting = lock(waiting);
            if waiting.is_some_and(|then| then.elapsed() < PATIENCE) {
                return;
            }
            let waited = answered.wait_timeout_while(waiting, PATIENCE, |_| is_asked());
            let (mut waiting, end) = waited.unwrap_or_else(PoisonError::into_inner);
            if end.timed_out() {
                *waiting = Some(Instant::now());
            }
        }
    }

    pub(super) fn asked(&self) -> Asked<'_> {
        self.0.count.fetch_add(1, Ordering::AcqRel);
        Asked(&self.0)
    }
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        if self.0.count.fetch_sub(1, Ordering::AcqRel) == 1 {
            // Who has seen the count and does not wait yet must not miss it.
            let _waiting = lock(&self.0.waiting);
            self.0.answered.notify_all();
        }
    }
}

fn lock(waiting: &Mutex<Option<Instant>>) -> MutexGuard<'_, Option<Instant>> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn much_work_waits_for_a_question_and_no_longer() {
        let questions = Questions::default();
        questions.let_pass();
        let asked = [questions.asked(), questions.asked()];
        let started = Instant::now();
        questions.let_pass();
        assert!(started.elapsed() >= PATIENCE, "they are not answered");
        for _ in 0..100 {
            questions.let_pass();
        }
        assert!(started.elapsed() < 20 * PATIENCE, "it does not wait each time");
        std::thread::scope(|scope| {
            let work = scope.spawn(|| questions.let_pass());
            drop(asked);
            work.join().unwrap();
        });
        assert_eq!(questions.0.count.load(Ordering::Acquire), 0);
    }
}
