//! The lines of the list as a file for others: CSV that no spreadsheet runs, or JSON lines; redacted unless that is
//! switched off, and the file says which. Bodies are left out: they belong to the evidence of one request.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::json;

use super::{
    cell::guarded,
    journal::{Record, Row},
    redaction::Redactor,
};

/// What the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// For a spreadsheet.
    Csv,
    /// One JSON object a line, for a program.
    JsonLines,
}

impl ExportFormat {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Csv, Self::JsonLines];

    /// The words on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Csv => "CSV for a spreadsheet",
            Self::JsonLines => "JSON lines for a program",
        }
    }

    /// How the file's name ends.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
        }
    }

    /// The format of a file by how its name ends.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        Self::ALL.into_iter().find(|format| format.extension().eq_ignore_ascii_case(extension))
    }
}

/// The columns, in order.
const COLUMNS: [&str; 14] = [
    "time_utc",
    "outcome",
    "operation",
    "user",
    "method",
    "path",
    "status",
    "error",
    "detail",
    "duration_ms",
    "client",
    "source",
    "id",
    "resource_id",
];

/// Writes line after line; the same person is the same alias throughout.
#[derive(Debug)]
pub struct Exporter {
    format: ExportFormat,
    redactor: Option<Redactor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    #[serde(flatten)]
    row: &'a Row,
    redacted: bool,
}

impl Exporter {
    /// An exporter that has met nobody yet.
    #[must_use]
    pub fn new(format: ExportFormat, redacts: bool) -> Self {
        Self { format, redactor: redacts.then(Redactor::new) }
    }

    /// What the file begins with.
    #[must_use]
    pub fn head(&self) -> String {
        match self.format {
            ExportFormat::Csv => {
                let redacted = if self.redactor.is_some() { "redacted" } else { "not_redacted" };
                let columns: Vec<&str> = COLUMNS.into_iter().chain([redacted]).collect();
                csv_line(&columns)
            }
            ExportFormat::JsonLines => String::new(),
        }
    }

    /// One line.
    #[must_use]
    pub fn line(&mut self, row: &Row) -> String {
        let row = match &mut self.redactor {
            None => Cow::Borrowed(row),
            Some(redactor) => Cow::Owned(redacted(redactor, row)),
        };
        match self.format {
            ExportFormat::Csv => csv_line(&cells(&row)),
            ExportFormat::JsonLines => {
                let line = Line { row: &row, redacted: self.redactor.is_some() };
                let text = serde_json::to_string(&line).unwrap_or_else(|_| json!({ "key": row.key }).to_string());
                format!("{text}\n")
            }
        }
    }
}

fn redacted(redactor: &mut Redactor, row: &Row) -> Row {
    let bare = Record { source: row.source, summary: row.summary.clone(), exchange: None, landing: None, event: None };
    Row { summary: redactor.record(&bare).summary, ..row.clone() }
}

fn cells(row: &Row) -> [String; 15] {
    let of = &row.summary;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let number = |value: Option<u64>| value.map(|value| value.to_string()).unwrap_or_default();
    [
        of.at.to_string(),
        of.outcome.key().to_owned(),
        of.operation.key().to_owned(),
        text(&of.user),
        of.method.clone(),
        of.path.clone(),
        number(of.status.map(u64::from)),
        text(&of.scim_type),
        text(&of.detail),
        number(of.duration_ms),
        text(&of.client),
        row.source.key().to_owned(),
        of.id.clone(),
        text(&of.resource_id),
        String::new(),
    ]
}

fn csv_line<S: AsRef<str>>(cells: &[S]) -> String {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // A `Vec` takes whatever it is given.
    let written = writer.write_record(cells.iter().map(|cell| guarded(cell.as_ref()).into_owned()));
    let bytes = written.ok().and_then(|()| writer.into_inner().ok()).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        exchange::{Operation, Outcome},
        journal::{Source, Summary},
    };

    fn row(user: &str, detail: &str) -> Row {
        let summary = Summary {
            id: "1".into(),
            at: "2026-11-24T12:00:00Z".parse().unwrap(),
            method: "POST".into(),
            path: "/scim/v2/Users".into(),
            status: Some(409),
            outcome: Outcome::Failure,
            operation: Operation::Create,
            user: Some(user.into()),
            resource_id: None,
            scim_type: Some("uniqueness".into()),
            detail: Some(detail.into()),
            duration_ms: Some(12),
            client: Some("Entra".into()),
        };
        Row { key: 7, source: Source::Tenant, summary }
    }

    #[test]
    fn a_line_of_csv_is_read_back_and_runs_nowhere() {
        let mut exporter = Exporter::new(ExportFormat::Csv, false);
        let text = exporter.head() + &exporter.line(&row("=cmd()", "two\nlines, \"quoted\""));
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        assert_eq!(reader.headers().unwrap().iter().next_back(), Some("not_redacted"));
        let cells = reader.records().next().unwrap().unwrap();
        assert_eq!(
            cells.iter().collect::<Vec<_>>()[..9],
            [
                "2026-11-24T12:00:00Z",
                "failure",
                "create",
                "'=cmd()",
                "POST",
                "/scim/v2/Users",
                "409",
                "uniqueness",
                "two\nlines, \"quoted\"",
            ]
        );
    }

    #[test]
    fn the_same_person_is_the_same_alias_and_named_nowhere() {
        for format in ExportFormat::ALL {
            let mut exporter = Exporter::new(format, true);
            let head = exporter.head();
            let (first, again) =
                (exporter.line(&row("ann@x.com", "ann@x.com exists")), exporter.line(&row("ann@x.com", "")));
            let other = exporter.line(&row("ben@x.com", ""));
            assert!(
                ![&first, &again, &other].iter().any(|line| line.contains("x.com") && line.contains("ann")),
                "{first}"
            );
            assert_ne!(again, other, "{format:?}");
            assert!(format == ExportFormat::Csv || first.contains("\"redacted\":true"), "{first}");
            assert!(format == ExportFormat::JsonLines || head.contains(",redacted"), "{head}");
        }
    }

    #[test]
    fn the_name_says_the_format() {
        let of = ExportFormat::of_name;
        assert_eq!(
            [of("a.CSV"), of("a.b.jsonl"), of("a"), of("a.txt")],
            [Some(ExportFormat::Csv), Some(ExportFormat::JsonLines), None, None]
        );
    }
}
