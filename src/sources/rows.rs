//! Rows of a table to records: each row becomes the JSON that its source would have written, and is read as that.

use std::io::Read;

use serde_json::{Map, Value};

use super::{
    ColumnMatch, Counts, Format, MAX_RECORDS, Reading,
    admit::admit,
    columns, entra,
    json::Found,
    okta,
    table::{self, Row},
};
use crate::domain::journal::Record;

/// A row whose columns are known.
#[derive(Clone, Copy)]
pub(super) struct Known<'r> {
    pub(super) line: u64,
    pub(super) columns: &'r ColumnMatch,
    pub(super) cells: &'r [&'r str],
}

/// Hands over every row of a table whose columns are known. Reading it again, `told` is false: then nothing is counted.
pub(super) fn each(
    reader: impl Read,
    how: &Reading<'_>,
    told: bool,
    counts: &mut Counts,
    take: &mut dyn FnMut(&mut Counts, Known<'_>),
) {
    let mut known: Option<ColumnMatch> = None;
    let mut found = 0;
    let done = table::each(reader, how.stopped, &mut |line, row| {
        found += 1;
        match (row, &known) {
            (Row::Header(cells), _) => {
                let headers: Vec<String> = cells.iter().map(|cell| cell.trim().to_owned()).collect();
                known = columns::of(&headers, how.choices).filter(|columns| {
                    if told && !columns.is_complete() {
                        counts.reject(format!("line {line}"), columns.reason());
                    }
                    columns.is_complete()
                });
                known.is_some()
            }
            (Row::Cells(cells), Some(columns)) => {
                take(counts, Known { line, columns, cells });
                found <= MAX_RECORDS
            }
            (Row::Broken(why), _) => {
                if told {
                    counts.read += 1;
                    counts.reject(format!("line {line}"), why);
                }
                known.is_some()
            }
            (Row::Cells(_), None) => false,
        }
    });
    match done {
        Ok(finished) => counts.cancelled |= !finished,
        Err(error) if told => {
            counts.reject(format!("row {found}"), format!("The file could not be read further: {error}."));
        }
        Err(_) => {}
    }
    if told && found > MAX_RECORDS {
        counts.reject(format!("row {MAX_RECORDS}"), "A log of more records than this is read only so far.");
    }
    if let Some(columns) = known.filter(|_| told) {
        counts.columns.push(columns);
    }
}

/// Reads a table that stands alone.
pub(super) fn read(reader: impl Read, how: &Reading<'_>, sink: &mut dyn FnMut(Record), counts: &mut Counts) {
    each(reader, how, true, counts, &mut |counts, row| {
        hand_over(record(row, how, row.columns.object(row.cells)), row.line, sink, counts);
    });
}

/// The records of a row, as the JSON that it came to.
pub(super) fn record(row: Known<'_>, how: &Reading<'_>, object: Map<String, Value>) -> Found {
    let value = Value::Object(object);
    match row.columns.format {
        Format::OktaTable => okta::read(value, how.now),
        _ => entra::read(value, how.now).map(|record| vec![record]),
    }
}

/// Counts what a row came to and hands it on.
pub(super) fn hand_over(found: Found, line: u64, sink: &mut dyn FnMut(Record), counts: &mut Counts) {
    match found {
        Ok(records) if records.is_empty() => counts.passed += 1,
        Ok(records) => {
            counts.read += records.len() as u64;
            records.into_iter().map(admit).for_each(&mut *sink);
        }
        Err(why) => {
            counts.read += 1;
            counts.reject(format!("line {line}"), why);
        }
    }
}
