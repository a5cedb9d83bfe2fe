//! Short confirmations in the status bar, with undo where there is something to undo. An error stands beside the
//! control that caused it; it comes here only when no control on screen stands for it.

use jiff::{SignedDuration, Timestamp};

use super::Action;
use crate::domain::failure::Failure;

/// How long a confirmation stays.
const STAYS: SignedDuration = SignedDuration::from_secs(6);
/// How long one with an undo stays.
const STAYS_WITH_UNDO: SignedDuration = SignedDuration::from_secs(20);

/// One confirmation.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// What was done.
    pub text: String,
    /// What puts it back.
    pub undo: Option<Box<Action>>,
    /// When it goes away.
    pub until: Timestamp,
}

/// The confirmations on show, oldest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Notices {
    shown: Vec<Notice>,
}

impl Notices {
    /// Shows a confirmation.
    pub fn say(&mut self, now: Timestamp, text: impl Into<String>) {
        self.push(now + STAYS, text.into(), None);
    }

    /// Shows a confirmation that can be undone.
    pub fn say_with_undo(&mut self, now: Timestamp, text: impl Into<String>, undo: Action) {
        self.push(now + STAYS_WITH_UNDO, text.into(), Some(Box::new(undo)));
    }

    /// Shows a failure that has no place of its own on screen.
    pub fn report(&mut self, now: Timestamp, failure: &Failure) {
        self.push(now + STAYS_WITH_UNDO, failure.to_string(), None);
    }

    /// Takes away what has been shown long enough. Says when the next one is due.
    pub fn expire(&mut self, now: Timestamp) -> Option<Timestamp> {
        self.shown.retain(|notice| notice.until > now);
        self.shown.iter().map(|notice| notice.until).min()
    }

    /// Takes one away.
    pub fn dismiss(&mut self, index: usize) {
        if index < self.shown.len() {
            self.shown.remove(index);
        }
    }

    /// The confirmations on show, oldest first.
    #[must_use]
    pub fn shown(&self) -> &[Notice] {
        &self.shown
    }

    fn push(&mut self, until: Timestamp, text: String, undo: Option<Box<Action>>) {
        self.shown.push(Notice { text, undo, until });
        let excess = self.shown.len().saturating_sub(3);
        self.shown.drain(..excess);
    }
}
