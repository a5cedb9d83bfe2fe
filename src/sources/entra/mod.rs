//! Microsoft Entra provisioning logs: the portal's download and Graph's `auditLogs/provisioning`, v1.0 and beta names.
//! Nothing is made up: what a record does not say stays empty, and a record without a time or an action is rejected.

mod answer;
mod record;
#[cfg(test)]
mod tests;

use std::io::Read;

use serde_json::Value;

use super::{Counts, Import, MAX_RECORDS, elements};
use crate::domain::journal::Record;

/// Reads a whole log: an array, `{"value":[…]}`, one record, or one record a line.
#[must_use]
pub fn read(bytes: &[u8]) -> Import {
    let mut records = Vec::new();
    let counts = read_from(bytes, &mut |record| records.push(record), &|| false);
    Import { read: counts.read, records, rejected: counts.listed }
}

/// Reads a log as a stream and hands over each record in file order. Memory does not grow with the log.
pub fn read_from(reader: impl Read, sink: &mut dyn FnMut(Record), cancelled: &dyn Fn() -> bool) -> Counts {
    let mut counts = Counts::default();
    let done = elements::each(reader, cancelled, &mut |byte, element| {
        counts.read += 1;
        let place = |counts: &Counts| format!("record {}, byte {byte}", counts.read);
        match parse(element) {
            Ok(record) => sink(record),
            Err(why) => counts.reject(place(&counts), why),
        }
        if counts.read == MAX_RECORDS {
            counts.reject(place(&counts), "A log of more records than this is read only so far.");
        }
        counts.read < MAX_RECORDS
    });
    match done {
        Ok(finished) => counts.cancelled = !finished,
        Err(error) => {
            let place = format!("after record {}", counts.read);
            counts.reject(place, format!("The file could not be read further: {error}."));
        }
    }
    counts
}

/// One record, as the journal keeps it.
///
/// # Errors
/// Why it is no provisioning record, in one sentence.
pub fn record(value: Value) -> Result<Record, String> {
    record::read(value)
}

pub(super) fn is_entra(bytes: &[u8]) -> bool {
    // A window on a long log cuts its first record off: the names in it tell.
    let holds = |name: &str| bytes.windows(name.len()).any(|part| part == name.as_bytes());
    let named = holds("\"activityDateTime\"") && holds("\"provisioning");
    let mut found = None;
    let _ = elements::each(bytes, &|| false, &mut |_, element| {
        found = Some(match element {
            elements::Element::Bytes(bytes) => serde_json::from_slice(bytes).is_ok_and(|value| record::is_one(&value)),
            elements::Element::Broken(_) => named,
        });
        false
    });
    found.unwrap_or(named)
}

fn parse(element: elements::Element<'_>) -> Result<Record, String> {
    match element {
        elements::Element::Bytes(bytes) => match serde_json::from_slice(bytes) {
            Ok(value) => record::read(value),
            Err(error) => Err(format!("It is not valid JSON: {error}.")),
        },
        elements::Element::Broken(why) => Err(why.to_owned()),
    }
}
