//! What the model wants from the engine, in order, and which part of the screen each job answers to.

use std::collections::BTreeMap;

use crate::engine::{Command, JobId, Order};

/// Commands to send, each with a fresh job id.
#[derive(Debug, Default)]
pub struct Orders {
    last: u64,
    waiting: Vec<Order>,
    open: BTreeMap<JobId, &'static str>,
}

impl Orders {
    /// Asks for something; the answer will carry this id.
    pub fn ask(&mut self, cause: &'static str, command: Command) -> JobId {
        self.last += 1;
        let job = JobId(self.last);
        self.open.insert(job, cause);
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

    /// A job ended.
    pub fn ended(&mut self, job: JobId) {
        self.open.remove(&job);
    }
}

/// Whoever carries orders out: the engine in the window, a script in a test.
pub trait Desk {
    /// Hands an order over.
    fn send(&self, order: Order);
    /// The next event, if there is one.
    fn next_event(&self) -> Option<crate::engine::Event>;
}
