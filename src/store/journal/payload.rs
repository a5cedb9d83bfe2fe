//! What stands behind a line, as it is stored: JSON of many records, compressed together.
//! A payload is never larger than can be held in memory.

use std::{
    cell::{Cell, RefCell},
    io::{self, Read as _},
};

use rusqlite::Result;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zstd::{
    bulk::Compressor,
    zstd_safe::{compress_bound, get_frame_content_size},
};

use super::{builder::Builder, columns::Segment, line::Line};
use crate::{
    domain::{exchange::Exchange, failure::Failure, journal::Record, landing::Landing},
    store::{DatabaseName, fault},
};

/// The fastest level: higher ones were not smaller on provisioning logs.
const LEVEL: i32 = 1;
/// Most records of a block.
const BLOCK_RECORDS: usize = 256;
/// A block is closed when its JSON has grown so large.
const BLOCK_BYTES: usize = 1 << 20;
/// What is stored is believed to become so many times as large, and no more, before it is read.
const MOST_FOLDED: usize = 64;
/// JSON in more levels than this is kept as the text it is: `serde_json` reads 128 of them, and a payload adds some.
const DEEPEST: usize = 100;
/// Largest block or segment that is written or read, bytes as they stand in memory.
const MAX_BYTES: usize = 256 << 20;

#[derive(Serialize)]
struct Written<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    exchange: Option<&'a Exchange>,
    #[serde(skip_serializing_if = "Option::is_none")]
    landing: Option<&'a Landing>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<&'a Value>,
}

/// What stands behind a line.
#[derive(Default, Deserialize)]
pub(super) struct Payload {
    #[serde(default)]
    pub(super) exchange: Option<Exchange>,
    #[serde(default)]
    pub(super) landing: Option<Landing>,
    #[serde(default)]
    pub(super) event: Option<Value>,
}

impl Payload {
    /// Reads the JSON of one record; nothing stands behind one that is empty.
    pub(super) fn read(json: &[u8]) -> Result<Self> {
        if json.is_empty() { Ok(Self::default()) } else { serde_json::from_slice(json).map_err(fault::unreadable) }
    }
}

/// The JSON of the records of a block, each with its length; empty where nothing stands behind a record.
#[derive(Default)]
pub(super) struct Block {
    lengths: Vec<u32>,
    json: Vec<u8>,
}

impl Block {
    pub(super) const fn len(&self) -> usize {
        self.lengths.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.len() >= BLOCK_RECORDS || self.json.len() >= BLOCK_BYTES
    }

    /// Adds the JSON of a record as it is.
    pub(super) fn push(&mut self, json: &[u8]) {
        self.json.extend_from_slice(json);
        self.lengths.push(u32::try_from(json.len()).unwrap_or(u32::MAX));
    }

    /// Adds what stands behind a record. Its event may be JSON that was not made a value of.
    fn write(&mut self, record: &Record, json: Option<&str>) -> Result<()> {
        let Record { exchange, landing, event, .. } = record;
        let before = self.json.len();
        if exchange.is_some() || landing.is_some() || event.is_some() {
            let written = Written { exchange: exchange.as_ref(), landing: landing.as_ref(), event: event.as_ref() };
            serde_json::to_writer(&mut self.json, &written).map_err(unwritable)?;
        }
        if let Some(json) = json.filter(|_| event.is_none()) {
            // It joins the object that stands there, or begins one.
            let joins = self.json.len() > before && self.json.pop().is_some();
            self.json.push(if joins { b',' } else { b'{' });
            self.json.extend_from_slice(b"\"event\":");
            self.json.extend_from_slice(json.as_bytes());
            self.json.push(b'}');
        }
        self.lengths.push(u32::try_from(self.json.len() - before).unwrap_or(u32::MAX));
        Ok(())
    }

    /// The JSON of each record, in order.
    pub(super) fn payloads(&self) -> impl Iterator<Item = &[u8]> {
        let mut start = 0;
        self.lengths.iter().map(move |length| {
            let from = start;
            start += *length as usize;
            self.json.get(from..start).unwrap_or_default()
        })
    }

    /// The JSON of one record; empty beyond the last.
    pub(super) fn payload(&self, at: usize) -> &[u8] {
        self.payloads().nth(at).unwrap_or_default()
    }

    /// The stored form; `None` where nothing stands behind any record. The block is empty then, over the same memory.
    pub(super) fn pack(&mut self) -> Result<Option<Vec<u8>>> {
        let Self { lengths, json: plain } = self;
        let count = u32::try_from(lengths.len()).unwrap_or(u32::MAX);
        let is_empty = plain.is_empty();
        // The lengths come last, so that the JSON need not be moved.
        for number in lengths.drain(..).chain([count]) {
            plain.extend_from_slice(&number.to_le_bytes());
        }
        let packed = if is_empty { Ok(None) } else { compress(plain).map(Some) };
        plain.clear();
        packed
    }

    /// Reads the stored form.
    pub(super) fn unpack(stored: &[u8]) -> Result<Self> {
        let mut plain = decompress(stored)?;
        let cut = || -> Option<(Vec<u32>, usize)> {
            let (rest, count) = plain.split_last_chunk::<4>()?;
            let end = rest.len().checked_sub(4_usize.checked_mul(u32::from_le_bytes(*count) as usize)?)?;
            let lengths: Vec<u32> = rest[end..]
                .chunks_exact(4)
                .map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
                .collect();
            let whole: u64 = lengths.iter().map(|length| u64::from(*length)).sum();
            (whole == end as u64).then_some((lengths, end))
        };
        let (lengths, end) =
            cut().ok_or_else(|| fault::unreadable(io::Error::other("a block of payloads is cut off")))?;
        plain.truncate(end);
        Ok(Self { lengths, json: plain })
    }
}

/// Records on their way into the journal: their lines, and their payloads in the stored form. Making one takes no
/// connection, so that many threads can.
pub struct Prepared {
    pub(super) lines: Segment,
    pub(super) body: Option<Vec<u8>>,
}

impl Prepared {
    /// How many records it holds.
    #[must_use]
    pub const fn records(&self) -> usize {
        self.lines.len()
    }

    /// Prepares records, in order, each with its event as JSON where it holds none.
    ///
    /// # Errors
    /// When what stands behind a record is too large to be read back.
    pub fn of<'b>(records: impl IntoIterator<Item = (Record, Option<&'b str>)>) -> Result<Vec<Self>, Failure> {
        prepare(records)
            .map_err(|error| fault::of_sqlite(DatabaseName::Journal, "The requests could not be recorded", &error))
    }
}

pub(super) fn prepare<'b>(records: impl IntoIterator<Item = (Record, Option<&'b str>)>) -> Result<Vec<Prepared>> {
    let mut all = Vec::new();
    let (mut lines, mut block) = (Builder::default(), SPARE.take());
    for (mut record, json) in records {
        each_value(&mut record, flatten);
        block.write(&record, json)?;
        lines.push(&Line::of(record));
        if block.is_full() {
            let lines = std::mem::take(&mut lines).finish();
            all.push(Prepared { lines, body: block.pack()? });
        }
    }
    if !lines.is_empty() {
        all.push(Prepared { lines: lines.finish(), body: block.pack()? });
    }
    block.json.shrink_to(2 * BLOCK_BYTES);
    SPARE.set(block);
    Ok(all)
}

fn each_value(record: &mut Record, change: impl Fn(&mut Value)) {
    if let Some(Exchange { request, response, .. }) = &mut record.exchange {
        change(&mut request.body);
        response.iter_mut().for_each(|response| change(&mut response.body));
    }
    if let Some(Landing { landed, dropped }) = &mut record.landing {
        landed.iter_mut().for_each(|one| change(&mut one.value));
        dropped.iter_mut().for_each(|one| change(&mut one.value));
    }
    record.event.iter_mut().for_each(change);
}

fn flatten(value: &mut Value) {
    if is_deeper(value, DEEPEST) {
        *value = Value::String(value.to_string());
    }
}

fn is_deeper(value: &Value, levels: usize) -> bool {
    let below = |inner: &Value| levels.checked_sub(1).is_none_or(|levels| is_deeper(inner, levels));
    match value {
        Value::Array(items) => levels == 0 || items.iter().any(below),
        Value::Object(members) => levels == 0 || members.values().any(below),
        _ => false,
    }
}

/// What compressing takes. Setting it up takes longer than a few blocks do, so it serves all of a thread.
struct Press {
    compressor: Compressor<'static>,
    packed: Vec<u8>,
}

thread_local! {
    static PRESS: RefCell<Option<Press>> = const { RefCell::new(None) };
    /// An empty block, over memory that was used before: to be given it anew takes longer than to fill it.
    static SPARE: Cell<Block> = const { Cell::new(Block { lengths: Vec::new(), json: Vec::new() }) };
}

/// Compresses at the journal's level.
pub(super) fn compress(plain: &[u8]) -> Result<Vec<u8>> {
    if plain.len() > MAX_BYTES {
        return Err(unwritable(io::Error::other("a request is larger than the journal can read back")));
    }
    let press = |press: &mut Option<Press>| {
        if press.is_none() {
            *press = Some(Press { compressor: Compressor::new(LEVEL)?, packed: Vec::new() });
        }
        let Some(Press { compressor, packed }) = press else { return Ok(Vec::new()) };
        packed.clear();
        packed.reserve(compress_bound(plain.len()));
        compressor.compress_to_buffer(plain, packed)?;
        let kept = packed.as_slice().to_vec();
        packed.shrink_to(2 * BLOCK_BYTES);
        Ok(kept)
    };
    PRESS.with_borrow_mut(press).map_err(|error: io::Error| unwritable(error))
}

/// Undoes [`compress`]. What would be larger than that writes is not read.
pub(super) fn decompress(stored: &[u8]) -> Result<Vec<u8>> {
    let told = get_frame_content_size(stored).ok().flatten().and_then(|size| usize::try_from(size).ok());
    let mut plain = Vec::with_capacity(told.unwrap_or_default().min(MOST_FOLDED * stored.len()) + 1);
    zstd::Decoder::with_buffer(stored)
        .and_then(|decoder| decoder.take(MAX_BYTES as u64 + 1).read_to_end(&mut plain))
        .map_err(fault::unreadable)?;
    if plain.len() > MAX_BYTES {
        return Err(fault::unreadable(io::Error::other("a part of the journal is larger than any that was written")));
    }
    Ok(plain)
}

fn unwritable(error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(Box::new(error))
}
