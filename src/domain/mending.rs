//! One text as typed, its problems so far, and the text with everything certain mended.
//! It never mends on its own: the mended text is only offered, as the fix of each problem that has a certain one.

use super::problem::{Problem, Severity};

/// Collects the problems of one text while a copy of it is mended step by step.
pub(super) struct Mending {
    field: &'static str,
    text: String,
    problems: Vec<(Problem, bool)>,
}

impl Mending {
    /// Starts with the text as typed into a form field.
    pub(super) fn new(field: &'static str, typed: &str) -> Self {
        Self { field, text: typed.to_owned(), problems: Vec::new() }
    }

    /// The text with all that was mended so far.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// A problem whose answer is the user's.
    pub(super) fn tell(&mut self, code: &'static str, severity: Severity, message: impl Into<String>) {
        self.problems.push((Problem::new(self.field, code, severity, message), false));
    }

    /// A problem that `mended` certainly solves.
    pub(super) fn mend(
        &mut self,
        code: &'static str,
        severity: Severity,
        message: impl Into<String>,
        mended: impl Into<String>,
    ) {
        self.text = mended.into();
        self.problems.push((Problem::new(self.field, code, severity, message), true));
    }

    /// The problems in the order they were found. Each certain one offers the text with *every* certain mend done,
    /// so that one click never leaves a known slip behind.
    pub(super) fn finish(self) -> Vec<Problem> {
        let text = self.text;
        self.problems
            .into_iter()
            .map(|(problem, certain)| if certain { problem.fixed_by(text.clone()) } else { problem })
            .collect()
    }
}
