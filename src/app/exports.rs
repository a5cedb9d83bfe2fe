//! Writing the list to a file: one at a time, with progress, a way to stop, and why it failed.

use super::{Model, Screen, orders::Orders};
use crate::{
    diagnosis::EvidenceFormat,
    domain::{
        export::ExportFormat,
        failure::{Failure, FailureKind},
    },
    engine::{Command, JobId},
};

impl Model {
    /// Writes the list to a file.
    pub(super) fn export(&mut self, format: ExportFormat) {
        let query = Box::new(self.requests.query.clone());
        let (profile, sorting, redacts) = (self.current.clone(), self.requests.sorting, self.settings.redaction);
        self.write(Command::Export { profile, query, sorting, format, redacts, to: None });
    }

    /// Writes the evidence of the list to a file.
    pub(super) fn report(&mut self, format: EvidenceFormat) {
        let (query, tenant) = (Box::new(self.requests.query.clone()), self.tenant_name().to_owned());
        let (profile, redacts) = (self.current.clone(), self.settings.redaction);
        self.write(Command::Report { profile, tenant, query, format, redacts, to: None });
    }

    fn write(&mut self, command: Command) {
        // Its progress and its end stand over the list.
        self.story = None;
        self.screen = Screen::Requests;
        self.exports.start(command, &mut self.orders);
    }
}

/// The export of the list.
#[derive(Debug, Default)]
pub struct Exports {
    /// How far it is: lines done, lines in all; `None` until the file is named.
    pub progress: Option<(u64, u64)>,
    /// Why the last one failed.
    pub failure: Option<Failure>,
    running: Option<JobId>,
}

impl Exports {
    /// Starts one, unless one is running.
    pub(super) fn start(&mut self, command: Command, orders: &mut Orders) {
        if self.running.is_none() {
            self.failure = None;
            self.running = Some(orders.ask("export asked by the user", command));
        }
    }

    /// Stops it; nothing is left half written.
    pub(super) fn stop(&self, orders: &mut Orders) {
        if let Some(job) = self.running {
            orders.cancel(job);
        }
    }

    /// It goes on.
    pub(super) fn progressed(&mut self, job: JobId, done: u64, total: Option<u64>) {
        if self.running == Some(job) {
            self.progress = total.map(|total| (done, total));
        }
    }

    /// It ended. Says whether it was this one.
    pub(super) fn ended(&mut self, job: JobId, failure: Option<Failure>) -> bool {
        let mine = self.running.take_if(|running| *running == job).is_some();
        if mine {
            self.progress = None;
            self.failure = failure.filter(|failure| failure.kind != FailureKind::Cancelled);
        }
        mine
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        app::{
            Action,
            script::{Script, failed, fine, job},
        },
        domain::export::ExportFormat,
        engine::{Command, News},
    };

    fn is_export(command: &Command) -> bool {
        matches!(command, Command::Export { redacts: true, .. })
    }

    #[test]
    fn the_list_is_written_one_at_a_time_and_a_failure_stays_beside_it() {
        let mut script = Script::listed(&[1], fine([1]));
        script.orders();
        let first = job(&script.act(Action::Export(ExportFormat::Csv)), is_export);
        assert_eq!(script.act(Action::Export(ExportFormat::Csv)), [], "one at a time");
        script.answer(first, News::Progress { what: "", done: 3, total: Some(9) });
        assert_eq!(script.model.exports.progress, Some((3, 9)));
        script.answer(first, News::Exported { path: "list.csv".into(), lines: 9 });
        assert_eq!((script.said(), script.model.exports.progress), (vec!["9 requests saved as list.csv"], None));
        let second = job(&script.act(Action::Export(ExportFormat::JsonLines)), is_export);
        script.answer(second, failed());
        assert!(script.model.exports.failure.is_some());
        script.act(Action::CloseExport);
        assert!(script.model.exports.failure.is_none(), "it was read");
        let third = job(&script.act(Action::Export(ExportFormat::Csv)), is_export);
        script.answer(third, News::Saved(None));
        assert!(script.model.exports.failure.is_none(), "the dialog was closed");
    }
}
