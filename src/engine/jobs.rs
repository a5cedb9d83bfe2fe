//! Running jobs: each has an id, a kind and a cancel. A newer job of a superseding kind stops the older one.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use tokio_util::sync::CancellationToken;

use super::command::{Command, JobId};
use crate::domain::profile::ProfileId;

/// Jobs of the same kind supersede each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Runs beside everything else.
    Free,
    /// The query of the list; its SQL is interrupted.
    List,
    /// The lines in view.
    Rows,
    /// The open line.
    Detail,
    /// The connection checklist.
    Checklist,
    /// The plan of a trial.
    Plan,
    /// The catch-up of one profile.
    Sync(ProfileId),
}

/// Which kind a command is.
#[must_use]
pub fn kind_of(command: &Command) -> Kind {
    match command {
        Command::List { .. } => Kind::List,
        Command::Rows { .. } => Kind::Rows,
        Command::Detail { .. } => Kind::Detail,
        Command::TestConnection { .. } => Kind::Checklist,
        Command::PlanTrial { .. } => Kind::Plan,
        Command::Sync { profile, .. } => Kind::Sync(profile.clone()),
        _ => Kind::Free,
    }
}

/// A running job.
#[derive(Debug, Clone)]
pub struct Job {
    id: JobId,
    cancel: CancellationToken,
    interrupts: bool,
}

impl Job {
    /// Its id.
    #[must_use]
    pub const fn job(&self) -> JobId {
        self.id
    }

    /// What tells it to stop.
    #[must_use]
    pub const fn cancel(&self) -> &CancellationToken {
        &self.cancel
    }

    /// Whether it was told to stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    /// Whether it superseded a query whose SQL may still run.
    #[must_use]
    pub const fn interrupts_reader(&self) -> bool {
        self.interrupts
    }
}

/// All running jobs.
#[derive(Debug, Default)]
pub struct Jobs {
    running: Mutex<BTreeMap<JobId, (Kind, CancellationToken)>>,
}

impl Jobs {
    /// Begins a job and stops the one it supersedes.
    pub fn begin(&self, id: JobId, kind: Kind) -> Job {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let mut interrupts = false;
        if kind != Kind::Free {
            for (_, cancel) in running.values().filter(|(other, _)| *other == kind) {
                interrupts |= kind == Kind::List && !cancel.is_cancelled();
                cancel.cancel();
            }
        }
        let cancel = CancellationToken::new();
        running.insert(id, (kind, cancel.clone()));
        Job { id, cancel, interrupts }
    }

    /// Tells a job to stop.
    pub fn cancel(&self, id: JobId) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, cancel)) = running.get(&id) {
            cancel.cancel();
        }
    }

    /// A job is over.
    pub fn end(&self, job: Job) {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&job.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_query_stops_the_older_and_leaves_other_kinds_alone() {
        let jobs = Jobs::default();
        let (first, rows) = (jobs.begin(JobId(1), Kind::List), jobs.begin(JobId(2), Kind::Rows));
        assert!(!first.interrupts_reader());
        let second = jobs.begin(JobId(3), Kind::List);
        assert!(first.is_cancelled() && !rows.is_cancelled() && !second.is_cancelled());
        assert!(second.interrupts_reader());
    }

    #[test]
    fn each_profile_has_at_most_one_catch_up() {
        let jobs = Jobs::default();
        let a = jobs.begin(JobId(1), Kind::Sync(ProfileId("a".into())));
        let b = jobs.begin(JobId(2), Kind::Sync(ProfileId("b".into())));
        let again = jobs.begin(JobId(3), Kind::Sync(ProfileId("a".into())));
        assert_eq!([a.is_cancelled(), b.is_cancelled(), again.is_cancelled()], [true, false, false]);
    }

    #[test]
    fn a_job_is_stopped_by_its_id() {
        let jobs = Jobs::default();
        let job = jobs.begin(JobId(1), Kind::Free);
        jobs.cancel(JobId(1));
        assert!(job.is_cancelled());
    }
}
