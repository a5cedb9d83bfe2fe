//! A problem with something typed: where, which, how bad, in one sentence, and the fix where one is certain.
//! Problems are data, found all at once and in form order; they are never thrown.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// How bad a problem is. Only an error blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Check it; saving and sending stay possible.
    Warning,
    /// It cannot work as typed.
    Error,
}

/// One problem beside one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The row it stands in, from 0, where there are rows.
    pub row: Option<usize>,
    /// The field: `attribute`, `field`, `scim_url`, `token`, …
    pub field: Cow<'static, str>,
    /// Stable code, such as `casing-differs`.
    pub code: Cow<'static, str>,
    /// How bad.
    pub severity: Severity,
    /// One sentence for a person.
    pub message: String,
    /// The value that certainly mends it; `None` where the choice is the user's.
    pub fix: Option<String>,
}

impl Problem {
    /// A problem of a form field without rows.
    pub fn new(field: &'static str, code: &'static str, severity: Severity, message: impl Into<String>) -> Self {
        Self {
            row: None,
            field: Cow::Borrowed(field),
            code: Cow::Borrowed(code),
            severity,
            message: message.into(),
            fix: None,
        }
    }

    /// The same problem in a row.
    #[must_use]
    pub fn in_row(mut self, row: usize) -> Self {
        self.row = Some(row);
        self
    }

    /// The same problem with its certain fix.
    #[must_use]
    pub fn fixed_by(mut self, value: impl Into<String>) -> Self {
        self.fix = Some(value.into());
        self
    }

    /// Whether it blocks saving or sending.
    #[must_use]
    pub fn blocks(&self) -> bool {
        self.severity == Severity::Error
    }
}
