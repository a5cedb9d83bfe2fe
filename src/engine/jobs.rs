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
    /// The query of the list.
    List,
    /// The failed lines among what the list shows.
    Failures,
    /// The lines in view.
    Rows,
    /// The open line.
    Detail,
    /// What was received, attribute by attribute.
    Received,
    /// The figures of the overview.
    Overview,
    /// The diagnoses of the lines in view.
    Marks,
    /// The causes behind the failures.
    Causes,
    /// The story of one person.
    Story,
    /// The connection checklist.
    Checklist,
    /// The plan of a trial.
    Plan,
    /// The catch-up of one profile.
    Sync(ProfileId),
    /// The reading of one profile's directory log.
    Directory(ProfileId),
}

/// Which kind a command is.
#[must_use]
pub fn kind_of(command: &Command) -> Kind {
    match command {
        Command::List { .. } => Kind::List,
        Command::Failures { .. } => Kind::Failures,
        Command::Rows { .. } => Kind::Rows,
        Command::Detail { .. } => Kind::Detail,
        Command::ReadReceived { .. } => Kind::Received,
        Command::Overview { .. } => Kind::Overview,
        Command::Mark { .. } => Kind::Marks,
        Command::Diagnose { .. } => Kind::Causes,
        Command::Story { .. } => Kind::Story,
        Command::TestConnection { .. } => Kind::Checklist,
        Command::PlanTrial { .. } => Kind::Plan,
        Command::Sync { profile, .. } => Kind::Sync(profile.clone()),
        Command::ReadDirectoryLog { profile, .. } => Kind::Directory(profile.clone()),
        _ => Kind::Free,
    }
}

/// A running job.
#[derive(Debug, Clone)]
pub struct Job {
    id: JobId,
    cancel: CancellationToken,
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
}

/// All running jobs.
#[derive(Debug, Default)]
pub struct Jobs {
    running: Mutex<BTreeMap<JobId, (Kind, CancellationToken)>>,
}

impl Jobs {
    /// Begins a job. Stops the ones it supersedes and names them.
    pub fn begin(&self, id: JobId, kind: Kind) -> (Job, Vec<JobId>) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let mut superseded = Vec::new();
        for (other, (of_kind, cancel)) in running.iter().filter(|_| kind != Kind::Free) {
            if *of_kind == kind && !cancel.is_cancelled() {
                cancel.cancel();
                superseded.push(*other);
            }
        }
        let cancel = CancellationToken::new();
        running.insert(id, (kind, cancel.clone()));
        (Job { id, cancel }, superseded)
    }

    /// Tells a job to stop.
    pub fn cancel(&self, id: JobId) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, cancel)) = running.get(&id) {
            cancel.cancel();
        }
    }

    /// Tells every job to stop.
    pub fn cancel_all(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.values().for_each(|(_, cancel)| cancel.cancel());
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
        let ((first, none), (rows, _)) = (jobs.begin(JobId(1), Kind::List), jobs.begin(JobId(2), Kind::Rows));
        let (second, superseded) = jobs.begin(JobId(3), Kind::List);
        assert!(first.is_cancelled() && !rows.is_cancelled() && !second.is_cancelled());
        assert_eq!((none, superseded), (vec![], vec![JobId(1)]));
    }

    #[test]
    fn each_profile_has_at_most_one_catch_up() {
        let jobs = Jobs::default();
        let (a, _) = jobs.begin(JobId(1), Kind::Sync(ProfileId("a".into())));
        let (b, _) = jobs.begin(JobId(2), Kind::Sync(ProfileId("b".into())));
        let (again, _) = jobs.begin(JobId(3), Kind::Sync(ProfileId("a".into())));
        assert_eq!([a.is_cancelled(), b.is_cancelled(), again.is_cancelled()], [true, false, false]);
    }

    #[test]
    fn a_job_is_stopped_by_its_id_and_an_ended_one_is_nobodys_business() {
        let jobs = Jobs::default();
        let (job, _) = jobs.begin(JobId(1), Kind::List);
        jobs.cancel(JobId(1));
        assert!(job.is_cancelled());
        jobs.end(job);
        assert_eq!(jobs.begin(JobId(2), Kind::List).1, []);
    }
}
