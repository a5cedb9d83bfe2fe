//! JSON of any kind to records: the stream is cut into values, and each value is read as what it is.
//! A broken value costs only itself. Memory does not grow with the file: so many batches and no more are parsed ahead, by
//! one thread for each core.

use std::{
    io::BufRead,
    mem,
    ops::Range,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread::{Scope, ScopedJoinHandle},
};

use jiff::Timestamp;
use serde_json::Value;

use super::{
    Arrival, Counts, Format, MAX_RECORDS, Make, Reading,
    admit::{admit, may_hold_a_secret},
    arrival::Out,
    elements::{self, Element},
    entra, har, message, okta, pair,
};
use crate::domain::journal::Record;

/// One batch is parsed at a time by one thread.
const BATCH_BYTES: usize = 512 << 10;
const BATCH_RECORDS: usize = 1_024;
/// So many batches for each thread may be read and not yet handed over, so that none waits while others are written.
const AHEAD: usize = 4;
/// So many values are looked at before a file is called unknown.
const LOOKS: u32 = 20;

/// The records that a JSON value holds: none where it is sound but about something else.
pub(super) type Found = Result<Vec<Record>, String>;

/// Reads a stream of JSON; `format` is what it was recognised as.
pub(super) fn read<T: Send>(
    reader: impl BufRead,
    format: Format,
    how: &Reading<'_>,
    out: &mut Out<'_, T>,
    counts: &mut Counts,
) {
    let make = out.make;
    let Reading { now, stopped, give_way, .. } = *how;
    let before = counts.read + counts.passed;
    let done = std::thread::scope(|scope| {
        let mut batch = Batch::default();
        let mut crew: Option<Crew<'_, T>> = None;
        let mut found = 0;
        let done = elements::each(reader, stopped, &mut |byte, element| {
            found += 1;
            give_way();
            batch.push(byte, element);
            if batch.is_full() {
                let crew =
                    crew.get_or_insert_with(|| Crew::of(scope, move |batch| batch.parse(format, now, give_way, make)));
                if crew.is_busy() {
                    hand_over(crew.take(), before, counts, out);
                }
                let next = crew.spare();
                crew.give(mem::replace(&mut batch, next));
            }
            found < MAX_RECORDS && !stopped()
        });
        if let Some(mut crew) = crew {
            while crew.is_out() && !stopped() {
                hand_over(crew.take(), before, counts, out);
            }
            crew.dismiss();
        }
        // What comes after a part that was left out is left out too.
        if !stopped() {
            hand_over(Some(batch.parse(format, now, give_way, make)), before, counts, out);
        }
        done
    });
    match done {
        Ok(finished) => counts.cancelled |= !finished || stopped(),
        Err(error) => {
            let place = format!("after record {}", counts.read + counts.passed - before);
            counts.reject(place, format!("The file could not be read further: {error}."));
        }
    }
    if counts.read + counts.passed - before >= MAX_RECORDS {
        counts.reject(format!("record {MAX_RECORDS}"), "A log of more records than this is read only so far.");
    }
}

/// What one JSON value is, as far as its members tell.
pub(super) fn kind(value: &Value) -> Option<Format> {
    match value {
        // Most of what is read by the million is this.
        _ if value.get("activityDateTime").is_some() => Some(Format::Entra),
        _ if entra::on_demand::is_one(value) => Some(Format::EntraOnDemand),
        _ if okta::is_one(value) => Some(Format::Okta),
        _ if har::is_one(value) => Some(Format::Har),
        _ if pair::is_one(value) => Some(Format::Exchange),
        _ if message::is_one(value) => Some(Format::Scim),
        _ if entra::is_one(value) || entra::tables::is_query_result(value) => Some(Format::Entra),
        _ => None,
    }
}

/// The records of one value. `format` is that of the file: it says what a strange value was meant to be.
pub(super) fn records(value: Value, format: Format, now: Timestamp) -> Found {
    let one = |record: Record| vec![record];
    match kind(&value) {
        Some(Format::EntraOnDemand) => entra::on_demand::read(&value, now).map(one),
        Some(Format::Okta) => okta::read(value, now),
        Some(Format::Har) => har::read(&value, now),
        Some(Format::Exchange) => pair::read(&value, now).map(one),
        Some(Format::Scim) => Ok(one(message::read(value, now))),
        Some(_) if entra::tables::is_query_result(&value) => entra::tables::query_result(&value, now),
        Some(_) => entra::read(value, now).map(one),
        None if format == Format::Entra => entra::read(value, now).map(one),
        None if !value.is_object() => Err("It is not a JSON object.".to_owned()),
        None => Err("It is no record, request or answer that the console knows.".to_owned()),
    }
}

/// The format of JSON by its first values, also where the text was cut.
pub(super) fn recognise(bytes: &[u8]) -> Option<Format> {
    let mut found = None;
    let mut looks = 0;
    let mut is_cut = false;
    let _ = elements::each(bytes, &|| false, &mut |_, element| {
        found = match element {
            Element::Bytes(bytes) => serde_json::from_slice(bytes).ok().and_then(|value| kind(&value)),
            Element::Broken(_) => {
                is_cut = true;
                None
            }
        };
        looks += 1;
        found.is_none() && looks < LOOKS
    });
    // A window on a long log cuts its first record off: the names in it tell.
    found.or_else(|| is_cut.then(|| by_names(bytes)).flatten())
}

fn by_names(bytes: &[u8]) -> Option<Format> {
    const NAMES: [(Format, &[&str]); 5] = [
        (Format::Har, &["\"log\"", "\"startedDateTime\"", "\"entries\""]),
        (Format::Okta, &["\"eventType\"", "\"published\"", "\"outcome\"", "\"debugContext\""]),
        (Format::EntraOnDemand, &["\"key\"", "provisioningSteps\\\"", "reportableIdentifier\\\""]),
        (Format::Entra, &["\"activityDateTime\"", "\"tenantId\"", "\"provisioning"]),
        (Format::Exchange, &["\"request\"", "\"response\"", "\"method\"", "\"status\""]),
    ];
    if !bytes.trim_ascii_start().starts_with(b"{") && !bytes.trim_ascii_start().starts_with(b"[") {
        return None;
    }
    let text = String::from_utf8_lossy(bytes);
    let told = |names: &[&str]| names.iter().filter(|name| text.contains(*name)).count() > 1;
    NAMES.iter().find(|(_, names)| told(names)).map(|(format, _)| *format)
}

/// Values that are parsed together, and the byte at which each begins.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    elements: Vec<(u64, Result<Range<usize>, &'static str>)>,
}

/// What became of a batch.
struct Parsed<T> {
    /// How many records each value held, with the byte at which it begins, or why it could not be read.
    values: Vec<(u64, Result<usize, String>)>,
    made: Option<T>,
    /// The bytes that it was read from, to be used again.
    bytes: Vec<u8>,
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

    fn parse<T>(self, format: Format, now: Timestamp, give_way: &dyn Fn(), make: Make<'_, T>) -> Parsed<T> {
        let Self { bytes, elements } = self;
        let mut arrived = Vec::with_capacity(elements.len());
        let mut layout = entra::Layout::default();
        let mut parse = |range: Range<usize>| {
            give_way();
            let bytes = &bytes[range];
            let may_hold_a_secret = may_hold_a_secret(bytes);
            let text = std::str::from_utf8(bytes).ok().filter(|_| !may_hold_a_secret);
            if let Some((text, read)) = text.and_then(|text| Some((text, entra::read_text(text, &mut layout, now)?))) {
                arrived.push(Arrival { record: read?, event: Some(text) });
                return Ok(1);
            }
            let value = serde_json::from_slice(bytes).map_err(|error| format!("It is not valid JSON: {error}."))?;
            let found = records(value, format, now)?;
            let count = found.len();
            let admitted = |record| if may_hold_a_secret { admit(record) } else { record };
            arrived.extend(found.into_iter().map(admitted).map(Arrival::from));
            Ok(count)
        };
        let mut each = |place: Result<_, &str>| place.map_err(str::to_owned).and_then(&mut parse);
        let values = elements.into_iter().map(|(byte, place)| (byte, each(place))).collect();
        let made = (!arrived.is_empty()).then(|| make(arrived));
        Parsed { values, made, bytes }
    }
}

/// Threads that parse batches. What they made is taken in the order in which the batches were given.
struct Crew<'s, T> {
    hands: Vec<Hand<'s, T>>,
    given: usize,
    taken: usize,
    spare: Vec<Vec<u8>>,
}

struct Hand<'s, T> {
    batches: SyncSender<Batch>,
    parsed: Receiver<Parsed<T>>,
    thread: ScopedJoinHandle<'s, ()>,
}

impl<'s, T: Send + 's> Crew<'s, T> {
    fn of(scope: &'s Scope<'s, '_>, parse: impl Fn(Batch) -> Parsed<T> + Copy + Send + 's) -> Self {
        let hand = |_| {
            let (batches, given) = sync_channel(AHEAD);
            let (done, parsed) = sync_channel(AHEAD);
            // It ends when nobody gives batches, or takes what was made of them, any more.
            let thread = scope.spawn(move || while given.recv().is_ok_and(|batch| done.send(parse(batch)).is_ok()) {});
            Hand { batches, parsed, thread }
        };
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { hands: (0..cores).map(hand).collect(), given: 0, taken: 0, spare: Vec::new() }
    }

    /// Whether something has to be taken before more is given.
    fn is_busy(&self) -> bool {
        self.given - self.taken == AHEAD * self.hands.len()
    }

    /// Whether a batch is out.
    fn is_out(&self) -> bool {
        self.given > self.taken
    }

    /// An empty batch, over memory that was used before.
    fn spare(&mut self) -> Batch {
        let bytes = self.spare.pop().unwrap_or_else(|| Vec::with_capacity(BATCH_BYTES + BATCH_BYTES / 8));
        Batch { bytes, ..Batch::default() }
    }

    fn give(&mut self, batch: Batch) {
        // A thread that failed is told of when its batch is taken.
        drop(self.hands[self.given % self.hands.len()].batches.send(batch));
        self.given += 1;
    }

    /// Waits for the oldest batch that is out; `None` where its thread failed.
    fn take(&mut self) -> Option<Parsed<T>> {
        let next = self.taken % self.hands.len();
        self.taken += 1;
        let mut parsed = self.hands[next].parsed.recv().ok()?;
        let mut bytes = mem::take(&mut parsed.bytes);
        bytes.clear();
        self.spare.push(bytes);
        Some(parsed)
    }

    fn dismiss(self) {
        for Hand { batches, parsed, thread } in self.hands {
            drop((batches, parsed));
            // What it failed at has been told.
            drop(thread.join());
        }
    }
}

fn hand_over<T>(parsed: Option<Parsed<T>>, before: u64, counts: &mut Counts, out: &mut Out<'_, T>) {
    match parsed {
        Some(parsed) => {
            for (byte, found) in parsed.values {
                match found {
                    Ok(0) => counts.passed += 1,
                    Ok(records) => counts.read += records as u64,
                    Err(why) => {
                        counts.read += 1;
                        counts.reject(format!("record {}, byte {byte}", counts.read + counts.passed - before), why);
                    }
                }
            }
            parsed.made.into_iter().for_each(|made| out.hand_over(made));
        }
        None => {
            counts.reject(
                format!("after record {}", counts.read + counts.passed - before),
                "A part of the file could not be parsed: a fault of the console.",
            );
        }
    }
}
