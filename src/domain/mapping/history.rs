//! Undo and redo of any value, bounded. It holds whole values; it never knows what they are.

use std::collections::VecDeque;

/// A value with its past and its undone future.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History<T> {
    past: VecDeque<T>,
    present: T,
    future: Vec<T>,
}

impl<T: Default> Default for History<T> {
    fn default() -> Self {
        Self { past: VecDeque::new(), present: T::default(), future: Vec::new() }
    }
}

impl<T: Clone + PartialEq> History<T> {
    /// How many steps can be undone; the oldest is forgotten first.
    pub const LIMIT: usize = 200;

    /// Starts without a past.
    #[must_use]
    pub const fn new(present: T) -> Self {
        Self { past: VecDeque::new(), present, future: Vec::new() }
    }

    /// The value now.
    #[must_use]
    pub const fn present(&self) -> &T {
        &self.present
    }

    /// A new value as a step of its own. The same value again is no step; a new one ends the redo.
    pub fn push(&mut self, value: T) {
        if value == self.present {
            return;
        }
        if self.past.len() == Self::LIMIT {
            self.past.pop_front();
        }
        self.past.push_back(std::mem::replace(&mut self.present, value));
        self.future.clear();
    }

    /// A new value within the step under way: more letters in the same cell are undone together.
    /// Without a step under way it is a step of its own, so that the first value is never lost.
    pub fn amend(&mut self, value: T) {
        if self.past.is_empty() || !self.future.is_empty() {
            self.push(value);
        } else {
            self.present = value;
        }
    }

    /// One step back; `None` at the beginning.
    pub fn undo(&mut self) -> Option<&T> {
        let before = self.past.pop_back()?;
        self.future.push(std::mem::replace(&mut self.present, before));
        Some(&self.present)
    }

    /// One undone step forth again; `None` when nothing was undone.
    pub fn redo(&mut self) -> Option<&T> {
        let after = self.future.pop()?;
        self.past.push_back(std::mem::replace(&mut self.present, after));
        Some(&self.present)
    }

    /// Whether there is a step to undo.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is a step to redo.
    #[must_use]
    pub const fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_new_step_ends_the_redo_and_the_same_value_is_none() {
        let mut history = History::new(1);
        history.push(1);
        assert!(!history.can_undo());
        history.push(2);
        assert_eq!(history.undo(), Some(&1));
        assert_eq!(history.redo(), Some(&2));
        history.undo();
        history.push(3);
        assert_eq!(history.redo(), None);
        assert_eq!(history.present(), &3);
    }

    #[test]
    fn amended_letters_are_undone_together() {
        let mut history = History::new(String::new());
        for text in ["c", "co", "cos"] {
            history.amend(text.to_owned());
        }
        assert_eq!(history.undo().map(String::as_str), Some(""));
        assert_eq!(history.redo().map(String::as_str), Some("cos"));
    }

    proptest! {
        #[test]
        fn undoing_and_redoing_everything_loses_nothing(values in prop::collection::vec(0_u8..4, 0..400)) {
            let mut history = History::new(0);
            for value in values {
                history.push(value);
            }
            let end = history.clone();
            let mut steps = 0;
            while history.undo().is_some() {
                steps += 1;
            }
            prop_assert!(steps <= History::<u8>::LIMIT);
            while history.redo().is_some() {}
            prop_assert_eq!(history, end);
        }
    }
}
