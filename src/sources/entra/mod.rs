//! Microsoft Entra provisioning logs: the portal's download and Graph's `auditLogs/provisioning`, v1.0 and beta names.
//! Nothing is made up: what a record does not say stays empty, and a record without a time or an action is rejected.

mod answer;
mod record;
#[cfg(test)]
mod tests;
mod tree;

use std::{collections::VecDeque, io::Read, ops::Range, thread::ScopedJoinHandle};

use serde_json::Value;

use super::{
    Counts, Import, MAX_RECORDS,
    elements::{self, Element},
};
use crate::domain::journal::Record;

/// One batch is parsed at a time by one thread.
const BATCH_BYTES: usize = 1 << 20;
const BATCH_RECORDS: usize = 1_024;

/// Reads a whole log: an array, `{"value":[…]}`, one record, or one record a line.
#[must_use]
pub fn read(bytes: &[u8]) -> Import {
    let mut records = Vec::new();
    let counts = read_from(bytes, &mut |record| records.push(record), &|| false);
    Import { read: counts.read, records, rejected: counts.listed }
}

/// Reads a log as a stream and hands over each record in file order. Memory does not grow with the log: a few batches
/// are parsed ahead, each in a thread of its own.
pub fn read_from(reader: impl Read, sink: &mut dyn FnMut(Record), cancelled: &dyn Fn() -> bool) -> Counts {
    let whole = |(record, json): (Record, &str)| {
        // It was parsed a moment ago, so it is JSON.
        let event = record.event.or_else(|| serde_json::from_str(json).ok());
        Record { event, ..record }
    };
    let make = |records: Vec<(Record, &str)>| records.into_iter().map(whole).collect::<Vec<_>>();
    read_made(reader, &make, &mut |records| records.into_iter().for_each(&mut *sink), cancelled)
}

/// Reads a log as a stream, as [`read_from`] does, and hands over what `make` made of each batch of records, in file order.
/// `make` runs in the batch's own thread. Beside each record it gets the record's JSON, which is the event of a record
/// that holds none: making a value of it would take longer than all the rest.
pub fn read_made<T: Send>(
    reader: impl Read,
    make: &(impl Fn(Vec<(Record, &str)>) -> T + Sync),
    sink: &mut dyn FnMut(T),
    cancelled: &dyn Fn() -> bool,
) -> Counts {
    let mut counts = Counts::default();
    let ahead = std::thread::available_parallelism().map_or(1, usize::from);
    let done = std::thread::scope(|scope| {
        let mut batch = Batch::default();
        let mut running = VecDeque::new();
        let mut found = 0;
        let done = elements::each(reader, cancelled, &mut |byte, element| {
            found += 1;
            batch.push(byte, element);
            if batch.is_full() {
                let full = std::mem::take(&mut batch);
                running.push_back(scope.spawn(move || full.parse(make)));
                if running.len() > ahead {
                    hand_over(running.pop_front().map(ScopedJoinHandle::join), &mut counts, sink);
                }
            }
            found < MAX_RECORDS && !cancelled()
        });
        for handle in running {
            hand_over(Some(handle.join()), &mut counts, sink);
        }
        hand_over(Some(Ok(batch.parse(make))), &mut counts, sink);
        done
    });
    match done {
        Ok(finished) => counts.cancelled = !finished || cancelled(),
        Err(error) => {
            let place = format!("after record {}", counts.read);
            counts.reject(place, format!("The file could not be read further: {error}."));
        }
    }
    if counts.read == MAX_RECORDS {
        counts.reject(format!("record {MAX_RECORDS}"), "A log of more records than this is read only so far.");
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
    let mut found = None;
    let _ = elements::each(bytes, &|| false, &mut |_, element| {
        found = Some(match element {
            Element::Bytes(bytes) => serde_json::from_slice(bytes).is_ok_and(|value| record::is_one(&value)),
            // A window on a long log cuts its first record off: the names in it tell.
            Element::Broken(_) => {
                ["\"activityDateTime\"", "\"tenantId\"", "\"provisioning"]
                    .iter()
                    .filter(|name| contains(bytes, name))
                    .count()
                    > 1
            }
        });
        false
    });
    found.unwrap_or(false)
}

/// Records that are parsed together, and the byte at which each begins.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    elements: Vec<(u64, Result<Range<usize>, &'static str>)>,
}

/// What became of a batch.
struct Parsed<T> {
    /// How many records it held.
    read: u64,
    /// Those that could not be read: which of them, the byte at which it begins, and why.
    rejected: Vec<(u64, u64, String)>,
    made: Option<T>,
}

impl Batch {
    fn push(&mut self, byte: u64, element: Element<'_>) {
        let place = match element {
            Element::Bytes(bytes) => {
                let start = self.bytes.len();
                self.bytes.extend_from_slice(bytes);
                Ok(start..self.bytes.len())
            }
            Element::Broken(why) => Err(why),
        };
        self.elements.push((byte, place));
    }

    fn is_full(&self) -> bool {
        self.bytes.len() >= BATCH_BYTES || self.elements.len() >= BATCH_RECORDS
    }

    fn parse<T>(self, make: &impl Fn(Vec<(Record, &str)>) -> T) -> Parsed<T> {
        let Self { bytes, elements } = self;
        let read = elements.len() as u64;
        let mut rejected = Vec::new();
        let mut records = Vec::with_capacity(elements.len());
        let parse = |range: Range<usize>| {
            let json = &bytes[range];
            let record = record::read_json(json)?;
            let json = std::str::from_utf8(json).map_err(|error| format!("It is not valid JSON: {error}."))?;
            Ok((record, json))
        };
        for (number, (byte, place)) in (1..).zip(elements) {
            match place.map_err(str::to_owned).and_then(parse) {
                Ok(record) => records.push(record),
                Err(why) => rejected.push((number, byte, why)),
            }
        }
        Parsed { read, rejected, made: (!records.is_empty()).then(|| make(records)) }
    }
}

fn hand_over<T>(parsed: Option<std::thread::Result<Parsed<T>>>, counts: &mut Counts, sink: &mut dyn FnMut(T)) {
    match parsed {
        None => {}
        Some(Ok(Parsed { read, rejected, made })) => {
            for (number, byte, why) in rejected {
                counts.reject(format!("record {}, byte {byte}", counts.read + number), why);
            }
            counts.read += read;
            made.into_iter().for_each(sink);
        }
        Some(Err(_)) => {
            counts.reject(
                format!("after record {}", counts.read),
                "A part of the file could not be parsed: a fault of the console.",
            );
        }
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}
