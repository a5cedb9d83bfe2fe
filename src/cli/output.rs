//! What a command prints: JSON or a table on stdout, words on stderr.

use std::io::Write as _;

use serde::Serialize;

use crate::domain::failure::Failure;

/// How answers are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For a person.
    Table,
    /// For a program.
    Json,
}

/// Where a command prints.
#[derive(Debug)]
pub(super) struct Output {
    format: Format,
}

impl Output {
    pub(super) const fn new(format: Format) -> Self {
        Self { format }
    }

    /// Prints an answer: JSON as it is, or the lines of a table.
    pub(super) fn answer<T: Serialize>(&self, value: &T, table: impl FnOnce(&T) -> Vec<Vec<String>>) {
        match self.format {
            Format::Json => self.json(value),
            Format::Table => print(&aligned(&table(value))),
        }
    }

    /// Prints one answer of many: JSON on a line, or words.
    pub(super) fn line<T: Serialize>(&self, value: &T, words: impl FnOnce() -> String) {
        match self.format {
            Format::Json => self.json(value),
            Format::Table => print(words().trim_end()),
        }
    }

    /// Prints JSON in any format.
    #[allow(clippy::unused_self, reason = "the one door through which commands print")]
    pub(super) fn json<T: Serialize>(&self, value: &T) {
        match serde_json::to_string(value) {
            Ok(text) => print(&text),
            Err(error) => tracing::error!(%error, "an answer could not be printed"),
        }
    }

    /// Prints text in any format.
    #[allow(clippy::unused_self, reason = "the one door through which commands print")]
    pub(super) fn text(&self, text: &str) {
        print(text.trim_end());
    }

    /// Says something to a person.
    #[allow(clippy::unused_self, reason = "the one door through which commands print")]
    pub(super) fn say(&self, words: &str) {
        // A closed stderr is no reason to stop.
        drop(writeln!(std::io::stderr().lock(), "{words}"));
    }

    /// Says what failed, what it means and what to do.
    pub(super) fn failure(&self, failure: &Failure) {
        self.say(&failure.to_string());
        if let Some(detail) = &failure.detail {
            self.say(&format!("  ({detail})"));
        }
    }
}

fn print(text: &str) {
    // A reader that closed the pipe has seen enough.
    let mut stdout = std::io::stdout().lock();
    drop(writeln!(stdout, "{text}").and_then(|()| stdout.flush()));
}

fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}", width = *width)).collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_and_lines_end_without_blanks() {
        let rows = [vec!["a".to_owned(), "b".to_owned()], vec!["long".to_owned(), "c".to_owned()]];
        assert_eq!(aligned(&rows), "a     b\nlong  c");
    }
}
