//! Importing logs from files and pastes: one at a time, with progress, a way to stop and a report that stays until it is
//! closed.

use std::path::PathBuf;

use super::{Remote, orders::Orders};
use crate::{
    domain::{failure::Failure, profile::ProfileId},
    engine::{Command, ImportReport, JobId, Pasted},
};

/// The import of logs.
#[derive(Debug, Default)]
pub struct Imports {
    /// The newest import: running, done or failed.
    pub report: Remote<ImportReport>,
    /// How far it is: bytes done, bytes in all.
    pub progress: Option<(u64, Option<u64>)>,
    /// Whether the strip is on show.
    pub shown: bool,
}

impl Imports {
    /// Starts an import.
    pub fn start(&mut self, files: Vec<PathBuf>, profile: &ProfileId, orders: &mut Orders) {
        if !files.is_empty() {
            self.begin(Command::Import { profile: profile.clone(), files }, orders);
        }
    }

    /// Starts an import of what was pasted.
    pub fn start_pasted(&mut self, pasted: Pasted, profile: &ProfileId, orders: &mut Orders) {
        self.begin(Command::ImportPasted { profile: profile.clone(), pasted }, orders);
    }

    fn begin(&mut self, command: Command, orders: &mut Orders) {
        if self.report.loading().is_none() {
            self.shown = true;
            self.progress = None;
            self.report = Remote::default();
            self.report.start(orders.ask("import asked by the user", command));
        }
    }

    /// Stops it; what was imported so far stays.
    pub fn stop(&self, orders: &mut Orders) {
        if let Some(job) = self.report.loading() {
            orders.cancel(job);
        }
    }

    /// Takes the report away.
    pub fn close(&mut self) {
        self.shown = self.report.loading().is_some();
    }

    /// It goes on.
    pub fn progressed(&mut self, job: JobId, done: u64, total: Option<u64>) {
        if self.report.loading() == Some(job) {
            self.progress = Some((done, total));
        }
    }

    /// It ended. Says whether it was this import.
    pub fn ended(&mut self, job: JobId, result: Result<ImportReport, Failure>) -> bool {
        self.report.resolve(job, result)
    }
}
