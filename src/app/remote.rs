//! A value that is loaded: idle, loading, ready or failed. It keeps its last good value through a reload and a failure,
//! so that a screen never goes blank.

use crate::{domain::failure::Failure, engine::JobId};

/// Something that arrives later.
#[derive(Debug, Clone, PartialEq)]
pub struct Remote<T> {
    value: Option<T>,
    state: State,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Idle,
    Loading(JobId),
    Ready,
    Failed(Failure),
}

impl<T> Default for Remote<T> {
    fn default() -> Self {
        Self { value: None, state: State::Idle }
    }
}

impl<T> Remote<T> {
    /// A value that is there already.
    pub const fn ready(value: T) -> Self {
        Self { value: Some(value), state: State::Ready }
    }

    /// The newest good value, even while a newer one loads or after a reload failed.
    pub const fn value(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// The newest good value, to amend in place.
    pub const fn value_mut(&mut self) -> Option<&mut T> {
        self.value.as_mut()
    }

    /// Why the last load failed.
    pub const fn failure(&self) -> Option<&Failure> {
        match &self.state {
            State::Failed(failure) => Some(failure),
            State::Idle | State::Loading(_) | State::Ready => None,
        }
    }

    /// The job that is loading it.
    pub const fn loading(&self) -> Option<JobId> {
        match self.state {
            State::Loading(job) => Some(job),
            State::Idle | State::Ready | State::Failed(_) => None,
        }
    }

    /// Whether nobody asked for it yet.
    pub const fn is_idle(&self) -> bool {
        matches!(self.state, State::Idle)
    }

    /// A job was started; the previous value stays.
    pub fn start(&mut self, job: JobId) {
        self.state = State::Loading(job);
    }

    /// Takes the answer of a job, unless a newer job superseded it. Says whether it was taken.
    pub fn resolve(&mut self, job: JobId, result: Result<T, Failure>) -> bool {
        if self.loading() != Some(job) {
            return false;
        }
        match result {
            Ok(value) => {
                self.value = Some(value);
                self.state = State::Ready;
            }
            Err(failure) => self.state = State::Failed(failure),
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_answer_is_dropped_and_the_last_value_kept() {
        let mut remote = Remote::ready(1);
        remote.start(JobId(7));
        remote.start(JobId(8));
        assert!(!remote.resolve(JobId(7), Ok(2)));
        assert_eq!(remote.value(), Some(&1));
        assert!(remote.resolve(JobId(8), Err(Failure::cancelled())));
        assert_eq!((remote.value(), remote.failure().is_some()), (Some(&1), true));
    }
}
