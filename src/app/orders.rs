//! What the model wants from the engine, in order, and which part of the screen each job answers to.

use std::collections::BTreeMap;

use crate::engine::{Command, JobId, Order, Purpose};

/// Commands to send, each with a fresh job id.
#[derive(Debug, Default)]
pub struct Orders {
    last: u64,
    waiting: Vec<Order>,
    /// The jobs under way, and whether a failure of each has a place of its own on screen.
    open: BTreeMap<JobId, bool>,
}

impl Orders {
    /// Asks for something; the answer will carry this id.
    pub fn ask(&mut self, cause: &'static str, command: Command) -> JobId {
        self.last += 1;
        let job = JobId(self.last);
        self.open.insert(job, !is_placeless(&command));
        self.waiting.push(Order { job, cause, command });
        job
    }

    /// Stops a job.
    pub fn cancel(&mut self, job: JobId) {
        self.ask("stopped by the user", Command::Cancel(job));
    }

    /// Takes what is to be sent, first in, first out.
    pub fn take(&mut self) -> Vec<Order> {
        std::mem::take(&mut self.waiting)
    }

    /// A job ended. Says whether a failure of it has no place of its own on screen.
    pub fn ended(&mut self, job: JobId) -> bool {
        self.open.remove(&job) == Some(false)
    }
}

/// Commands that no part of the screen waits for.
const fn is_placeless(command: &Command) -> bool {
    matches!(
        command,
        Command::Pick(Purpose::CertificateAuthority | Purpose::MappingFile)
            | Command::SaveAs { .. }
            | Command::SaveSetting { .. }
            | Command::SetAsideDamaged
            | Command::RemoveProfile(_)
            | Command::RestoreProfile(_)
            | Command::Rows { .. }
            | Command::Failures { .. }
    )
}

/// Whoever carries orders out: the engine in the window, a script in a test.
pub trait Desk {
    /// Hands an order over.
    fn send(&self, order: Order);
    /// The next event, if there is one.
    fn next_event(&self) -> Option<crate::engine::Event>;
}
