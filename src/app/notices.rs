//! Short confirmations in the status bar, with undo where there is something to undo. A failure stands beside the
//! control that caused it; it comes here only when no control on screen stands for it, and is then shown whole.

use jiff::{SignedDuration, Timestamp};

use super::Action;
use crate::domain::failure::Failure;

/// How long a confirmation stays.
const STAYS: SignedDuration = SignedDuration::from_secs(6);
/// How long one with an undo stays.
const STAYS_WITH_UNDO: SignedDuration = SignedDuration::from_secs(20);

/// One confirmation, or a failure.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// What was done, or what failed.
    pub text: String,
    /// Whether it failed.
    pub failed: bool,
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
        self.push(Notice { text: text.into(), failed: false, undo: None, until: now + STAYS });
    }

    /// Shows a confirmation that can be undone.
    pub fn say_with_undo(&mut self, now: Timestamp, text: impl Into<String>, undo: Action) {
        let undo = Some(Box::new(undo));
        self.push(Notice { text: text.into(), failed: false, undo, until: now + STAYS_WITH_UNDO });
    }

    /// Shows a failure that has no place of its own on screen.
    pub fn report(&mut self, now: Timestamp, failure: &Failure) {
        self.push(Notice { text: failure.to_string(), failed: true, undo: None, until: now + STAYS_WITH_UNDO });
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

    /// An offer to undo does not stand any more: something else was done since.
    pub fn withdraw(&mut self, undo: &Action) {
        self.shown.retain(|notice| notice.undo.as_deref() != Some(undo));
    }

    /// The confirmations on show, oldest first.
    #[must_use]
    pub fn shown(&self) -> &[Notice] {
        &self.shown
    }

    fn push(&mut self, notice: Notice) {
        self.shown.push(notice);
        let excess = self.shown.len().saturating_sub(3);
        self.shown.drain(..excess);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{
        Screen,
        script::{failure, noon},
    };

    #[test]
    fn they_go_by_themselves_and_tell_when() {
        let (mut notices, start) = (Notices::default(), noon());
        notices.say(start, "Saved");
        notices.say_with_undo(start, "Removed", Action::Go(Screen::Profiles));
        assert_eq!(notices.expire(start), Some(start + STAYS));
        assert_eq!(notices.expire(start + STAYS), Some(start + STAYS_WITH_UNDO));
        assert_eq!(notices.shown().len(), 1, "what can be undone stays longer");
        assert_eq!(notices.expire(start + STAYS_WITH_UNDO), None);
        assert_eq!(notices.shown(), []);
    }

    #[test]
    fn an_offer_to_undo_goes_when_something_else_was_done() {
        let mut notices = Notices::default();
        notices.say_with_undo(noon(), "Removed", Action::Go(Screen::Profiles));
        notices.say(noon(), "Saved");
        notices.withdraw(&Action::Go(Screen::Mappings));
        assert_eq!(notices.shown().len(), 2, "of another thing");
        notices.withdraw(&Action::Go(Screen::Profiles));
        assert_eq!(notices.shown().iter().map(|notice| notice.text.as_str()).collect::<Vec<_>>(), ["Saved"]);
    }

    #[test]
    fn three_at_most_and_the_oldest_gives_way() {
        let mut notices = Notices::default();
        for text in ["one", "two", "three"] {
            notices.say(noon(), text);
        }
        notices.report(noon(), &failure());
        let shown: Vec<&str> = notices.shown().iter().map(|notice| notice.text.as_str()).collect();
        assert_eq!(shown[..2], ["two", "three"]);
        assert_eq!(shown[2], failure().to_string(), "a failure is told whole");
        assert!(notices.shown()[2].failed && !notices.shown()[1].failed);
        notices.dismiss(7);
        notices.dismiss(0);
        assert_eq!(notices.shown().len(), 2);
    }
}
