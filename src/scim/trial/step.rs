//! One step while it is taken, and the report it ends in.

use crate::domain::failure::Failure;
use crate::domain::trial::{StepName, StepReport, StepStatus};
use crate::scim::client::Sent;

/// Why a step ended early.
#[derive(Debug)]
pub(super) enum Halt {
    /// In words.
    Failed(String),
    /// The user stopped the run.
    Stopped,
}

impl Halt {
    pub(super) fn failed(why: &str) -> Self {
        Self::Failed(why.to_owned())
    }

    /// The same failure, saying which user is left.
    pub(super) fn with_id(self, id: &str) -> Self {
        match self {
            Self::Failed(why) => Self::Failed(format!("{why} The test user {id} is still in the tenant.")),
            Self::Stopped => self,
        }
    }
}

/// The exchanges of a step so far and what was noticed.
#[derive(Debug, Default)]
pub(super) struct Attempt {
    pub(super) sent: Vec<Sent>,
    pub(super) notes: Vec<String>,
    deciding: Option<usize>,
}

impl Attempt {
    /// The latest exchange decides the step.
    pub(super) fn decide(&mut self) {
        self.deciding = self.sent.len().checked_sub(1);
    }

    pub(super) fn decide_on(&mut self, index: usize) {
        self.deciding = Some(index);
    }

    pub(super) fn report(self, name: StepName, ended: Result<(), Halt>) -> StepReport {
        let Self { sent, mut notes, deciding } = self;
        let status = match ended {
            Ok(()) => StepStatus::Passed,
            Err(Halt::Failed(why)) => {
                notes.insert(0, why);
                StepStatus::Failed
            }
            Err(Halt::Stopped) => {
                notes.insert(0, "Stopped while waiting for the answer.".to_owned());
                StepStatus::Skipped
            }
        };
        let mut seen = Vec::new();
        notes.retain(|note| {
            !seen.contains(note) && {
                seen.push(note.clone());
                true
            }
        });
        let duration_ms = sent.iter().map(Sent::millis).sum();
        let mut earlier: Vec<_> = sent.into_iter().map(|sent| sent.exchange).collect();
        let index = deciding.or(earlier.len().checked_sub(1)).filter(|index| *index < earlier.len());
        let exchange = index.map(|index| earlier.remove(index));
        StepReport { name, status, duration_ms, exchange, earlier, notes }
    }
}

/// A step that was not taken.
pub(super) fn skipped(name: StepName, why: impl Into<String>) -> StepReport {
    let (exchange, earlier) = (None, Vec::new());
    StepReport { name, status: StepStatus::Skipped, duration_ms: 0, exchange, earlier, notes: vec![why.into()] }
}

/// The failure as one note, with the tenant's own words.
pub(super) fn said(failure: &Failure) -> String {
    match &failure.detail {
        Some(detail) => format!("{failure} In its own words: {}", finished(detail)),
        None => failure.to_string(),
    }
}

fn finished(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?', '…']) { text.to_owned() } else { format!("{text}.") }
}
