//! Writing to the journal: all of a call or nothing, each record once.
//! Only the file is written; what is in memory follows from it.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::{Arc, atomic::Ordering},
};

use rusqlite::{Connection, Result, params};

use super::{
    Appended, Journal,
    builder::Builder,
    columns::Segment,
    interrupted,
    known::Known,
    line::Id,
    payload::{Block, Prepared, prepare},
    projection::{CHUNK_BITS, Projection, key},
    settle,
    shared::{Seen, Standing, standing},
    slots::Slots,
};
use crate::{
    domain::{failure::Failure, journal::Record, profile::ProfileId},
    store::{DatabaseName, codes::signed, fault},
};

/// A segment as large as this is not made larger by the next call.
const LARGE: usize = 2_048;
/// After so many records, what the log of the database holds is brought to its place.
const MANY: usize = 1_024;
/// After so many lines, a write looks whether a question is asked or it must stop.
const SOME: u32 = 512;
const WHAT: &str = "The requests could not be recorded";

impl Journal {
    /// Adds records, all or none. One that is there already adds nothing; where the journal had only its line, and the
    /// new one brings the exchange, the exchange is kept with it.
    ///
    /// # Errors
    /// When the disk is full, another window keeps writing, or the file is damaged or read-only.
    pub fn append(&mut self, profile: &ProfileId, records: &[Record]) -> std::result::Result<Appended, Failure> {
        let prepared = prepare(records.iter().map(|record| (record.clone(), None)))
            .map_err(|error| self.database.failure(WHAT, &error))?;
        Ok(self.add(profile, prepared, true, &|| false)?.unwrap_or_default())
    }

    /// Adds records that other threads have prepared, in this order, all or none; otherwise as [`Journal::append`], but
    /// without a wait for the disk: who ends adding calls [`Journal::keep`].
    /// Questions that are asked meanwhile go first. `None` when `stopped` gave true: then nothing was added.
    ///
    /// # Errors
    /// As [`Journal::append`].
    pub fn append_prepared(
        &mut self,
        profile: &ProfileId,
        records: Vec<Prepared>,
        stopped: &dyn Fn() -> bool,
    ) -> std::result::Result<Option<Appended>, Failure> {
        self.add(profile, records, false, stopped)
    }

    /// Waits until the disk has all that was added.
    ///
    /// # Errors
    /// As [`Journal::append`].
    pub fn keep(&mut self) -> std::result::Result<(), Failure> {
        self.database.keep_log().map_err(|error| fault::of_io(DatabaseName::Journal, WHAT, &error))
    }

    fn add(
        &mut self,
        profile: &ProfileId,
        records: Vec<Prepared>,
        to_disk: bool,
        stopped: &dyn Fn() -> bool,
    ) -> std::result::Result<Option<Appended>, Failure> {
        let shared = Arc::clone(&self.shared);
        let _writing = shared.writing();
        let count: usize = records.iter().map(Prepared::records).sum();
        let appended = self.write_all(profile, records, to_disk, stopped);
        // Whatever else this connection writes waits for the disk.
        let _ = self.database.commit_to_disk(true);
        // What was written stands, even if it is not read back now: the next question tries again.
        if !stopped() {
            let _ = self.shared.current_giving_way(profile);
        }
        shared.questions.let_pass();
        if count >= MANY && matches!(appended, Ok(Some(_))) {
            shared.settler.soon(&self.dir, stopped);
        }
        appended.map_err(|error| self.database.failure(WHAT, &error))
    }

    fn write_all(
        &mut self,
        profile: &ProfileId,
        records: Vec<Prepared>,
        to_disk: bool,
        stopped: &dyn Fn() -> bool,
    ) -> Result<Option<Appended>> {
        settle(&self.database.connection)?;
        self.database.commit_to_disk(to_disk)?;
        // The disk may be waited for by whoever writes just now.
        let settles = || self.shared.settler.is_settling();
        let Some(transaction) = self.database.begin(stopped, &settles)? else { return Ok(None) };
        transaction.execute("INSERT INTO profiles (id) VALUES (?1) ON CONFLICT DO NOTHING", [&profile.0])?;
        let Some(standing) = standing(&transaction, profile)? else {
            return Err(rusqlite::Error::QueryReturnedNoRows);
        };
        let current = self.shared.current(profile)?;
        let nothing = Projection::new(standing.number, standing.epoch);
        let loaded = current.as_ref().map(|current| current.read());
        let projection = loaded.as_deref().unwrap_or(&nothing);
        let known = self.known.entry(standing.number).or_insert_with(Known::new);
        let questions = &self.shared.questions;
        let must_stop = || {
            questions.let_pass();
            stopped()
        };
        known.follow(projection, &must_stop);
        if stopped() {
            return Ok(None);
        }
        let mut intake = Intake::new(&transaction, &standing, projection, known);
        for prepared in records {
            if must_stop() {
                return Ok(None);
            }
            intake.take(prepared)?;
        }
        if must_stop() {
            return Ok(None);
        }
        let completed = intake.completed.len() as u64;
        let appended = match intake.write(&must_stop) {
            Err(_) if stopped() => return Ok(None),
            written => written?,
        };
        // Reading goes on while the file takes it in.
        drop(loaded);
        if must_stop() {
            return Ok(None);
        }
        transaction.commit()?;
        let before = Seen::of(&standing);
        let is_changed = appended.imported + completed > 0;
        let (change, records) = (before.change + i64::from(is_changed), before.records + appended.imported);
        self.shared.wrote(profile, before, Some(Seen { change, records, ..before }));
        self.shared.completions.fetch_add(completed, Ordering::Relaxed);
        Ok(Some(appended))
    }
}

/// What one call adds.
struct Intake<'c> {
    connection: &'c Connection,
    standing: &'c Standing,
    projection: &'c Projection,
    known: &'c Known,
    /// What came, and where in it each new line stands, from the number `standing.next` on.
    came: Vec<Segment>,
    fresh: Vec<Place>,
    /// The new lines by source and id: one more than the place of each.
    places: Slots,
    /// Lines whose exchange came after them: its attributes.
    completed: BTreeMap<u32, String>,
    duplicates: u64,
}

impl<'c> Intake<'c> {
    fn new(connection: &'c Connection, standing: &'c Standing, projection: &'c Projection, known: &'c Known) -> Self {
        let (came, fresh, completed) = (Vec::new(), Vec::new(), BTreeMap::new());
        let places = Slots::default();
        Self { connection, standing, projection, known, came, fresh, places, completed, duplicates: 0 }
    }

    fn number(&self, place: usize) -> u32 {
        self.standing.next.saturating_add(u32::try_from(place).unwrap_or(u32::MAX))
    }

    fn take(&mut self, prepared: Prepared) -> Result<()> {
        let first = self.fresh.len();
        let Prepared { lines, body } = prepared;
        let count = lines.len();
        // Which of the block's records are new.
        let mut new = vec![false; count];
        let mut block = None;
        self.came.push(lines);
        for (row, new) in new.iter_mut().enumerate() {
            let place = Place { segment: self.came.len() - 1, row };
            let Some(meant) = self.identity(place) else { continue };
            let hash = self.known.hash(meant);
            match self.presence(meant, hash) {
                Presence::New => {
                    self.fresh.push(place);
                    self.places.insert(hash, u32::try_from(self.fresh.len()).unwrap_or(u32::MAX));
                    *new = true;
                    continue;
                }
                Presence::Bare(number) if self.has_exchange(place) => {
                    if block.is_none() {
                        block = body.as_deref().map(Block::unpack).transpose()?;
                    }
                    let json = block.as_ref().map(|block| block.payload(row)).unwrap_or_default();
                    complete(self.connection, key(self.standing.number, number), json)?;
                    self.completed.insert(number, self.attributes(place).to_owned());
                }
                Presence::Bare(_) | Presence::Whole => {}
            }
            self.duplicates += 1;
        }
        let fresh = self.fresh.len() - first;
        let Some(body) = body.filter(|_| fresh > 0) else { return Ok(()) };
        let body = if fresh == count { Some(body) } else { only(&body, &new)? };
        if let Some(body) = body {
            put_block(self.connection, key(self.standing.number, self.number(first)), &body)?;
        }
        Ok(())
    }

    fn identity(&self, place: Place) -> Option<(u8, Id<'_>)> {
        self.came.get(place.segment)?.identity(place.row)
    }

    fn has_exchange(&self, place: Place) -> bool {
        self.came.get(place.segment).and_then(|came| came.kind(place.row)).is_some_and(|kind| kind.has_exchange)
    }

    fn attributes(&self, place: Place) -> &str {
        let attributes = |came: &'_ Segment| came.kind(place.row).map(|kind| kind.attributes);
        let came = self.came.get(place.segment);
        came.and_then(|came| Some(came.texts.get(attributes(came)?))).unwrap_or_default()
    }

    /// What of a record is there already, by source and id.
    fn presence(&self, meant: (u8, Id<'_>), hash: u64) -> Presence {
        let fresh = |one: u32| self.fresh.get(one as usize - 1).copied();
        let (number, has_exchange) =
            match self.places.find(hash, |one| fresh(one).and_then(|place| self.identity(place)) == Some(meant)) {
                Some(one) => (self.number(one as usize - 1), fresh(one).is_some_and(|place| self.has_exchange(place))),
                None => match self.known.find(self.projection, hash, meant) {
                    Some(number) => (number, self.projection.kind_of(number).is_none_or(|kind| kind.has_exchange)),
                    None => return Presence::New,
                },
            };
        if has_exchange || self.completed.contains_key(&number) { Presence::Whole } else { Presence::Bare(number) }
    }

    /// Writes the lines; an error when it must stop.
    fn write(self, must_stop: &dyn Fn() -> bool) -> Result<Appended> {
        let appended = Appended { imported: self.fresh.len() as u64, duplicates: self.duplicates };
        if self.fresh.is_empty() && self.completed.is_empty() {
            return Ok(appended);
        }
        let end = self.number(self.fresh.len());
        let change = self.standing.change + 1;
        // Segments never reach over the end of a chunk; the first one may take the end of its chunk in.
        let mut starts: Vec<u32> = Vec::new();
        let mut start = self.standing.next;
        while start < end {
            starts.push(if starts.is_empty() { self.join(start, end) } else { start });
            start = (start / CHUNK_NUMBERS + 1).saturating_mul(CHUNK_NUMBERS);
        }
        let rewritten: BTreeSet<(u32, u32)> = self
            .completed
            .range(..self.standing.next)
            .filter_map(|(number, _)| self.projection.segments().range(..=number).next_back())
            .map(|(first, count)| (*first, first + count))
            .filter(|(first, _)| starts.first().is_none_or(|start| first < start))
            .collect();
        let new = starts.iter().enumerate().map(|(at, first)| (*first, starts.get(at + 1).copied().unwrap_or(end)));
        for (first, end) in rewritten.into_iter().chain(new) {
            put_segments(self.connection, self.standing.number, first..end, change, |number, builder| {
                if number % SOME == 0 && must_stop() { Err(interrupted()) } else { self.push(number, builder) }
            })?;
        }
        let mut update = self
            .connection
            .prepare_cached("UPDATE profiles SET records = records + ?2, next = ?3, change = ?4 WHERE number = ?1")?;
        update.execute(params![self.standing.number, signed(appended.imported), end, change])?;
        Ok(appended)
    }

    /// Where the first new segment begins: it takes in those before it in its chunk that are no larger than itself,
    /// so that many small calls leave few segments, and each line is written again only a few times.
    fn join(&self, start: u32, end: u32) -> u32 {
        let chunk = start / CHUNK_NUMBERS * CHUNK_NUMBERS;
        let end = end.min(chunk.saturating_add(CHUNK_NUMBERS));
        let mut first = start;
        for (before, count) in self.projection.segments().range(chunk..start).rev() {
            let size = end - first;
            if size as usize >= LARGE || *count > size {
                break;
            }
            first = *before;
        }
        first
    }

    fn push(&self, number: u32, builder: &mut Builder) -> Result<()> {
        let completed = self.completed.get(&number);
        if let Some(place) = number.checked_sub(self.standing.next) {
            match self.fresh.get(place as usize).and_then(|place| Some((place, self.came.get(place.segment)?))) {
                Some((Place { segment, row }, came)) => {
                    builder.carry(*segment, came, *row, completed.map(String::as_str));
                }
                None => builder.push_gone(),
            }
            return Ok(());
        }
        match self.projection.line(number)? {
            Some(mut line) => {
                if let Some(attributes) = completed {
                    line.attributes.clone_from(attributes);
                    line.has_exchange = true;
                }
                builder.push(&line);
            }
            None => builder.push_gone(),
        }
        Ok(())
    }
}

/// How many numbers share a chunk.
const CHUNK_NUMBERS: u32 = 1 << CHUNK_BITS;

/// Where a line that came stands.
#[derive(Clone, Copy)]
struct Place {
    segment: usize,
    row: usize,
}

enum Presence {
    New,
    /// There, but its exchange is not.
    Bare(u32),
    Whole,
}

/// A block of only some of its records.
fn only(body: &[u8], which: &[bool]) -> Result<Option<Vec<u8>>> {
    let block = Block::unpack(body)?;
    let mut rest = Block::default();
    for (json, _) in block.payloads().zip(which).filter(|(_, kept)| **kept) {
        rest.push(json);
    }
    rest.pack()
}

fn complete(connection: &Connection, key: i64, json: &[u8]) -> Result<()> {
    let mut block = Block::default();
    block.push(json);
    if let Some(body) = block.pack()? {
        connection
            .prepare_cached("INSERT OR REPLACE INTO completions (key, body) VALUES (?1, ?2)")?
            .execute(params![key, body])?;
    }
    Ok(())
}

/// Writes a block of payloads that begins at a key.
pub(super) fn put_block(connection: &Connection, key: i64, body: &[u8]) -> Result<()> {
    let mut put = connection.prepare_cached("INSERT OR REPLACE INTO blocks (key, body) VALUES (?1, ?2)")?;
    put.execute(params![key, body]).map(drop)
}

/// Writes lines in place of those that stand under these numbers, in as many segments as their texts need; one without
/// any line is only taken away. `push` adds the line of a number, or that it is gone.
pub(super) fn put_segments(
    connection: &Connection,
    profile: i64,
    numbers: Range<u32>,
    change: i64,
    push: impl Fn(u32, &mut Builder) -> Result<()>,
) -> Result<()> {
    let mut clear = connection.prepare_cached("DELETE FROM segments WHERE key >= ?1 AND key < ?2")?;
    clear.execute([key(profile, numbers.start), key(profile, numbers.end)])?;
    let mut first = numbers.start;
    let mut builder = Builder::default();
    for number in numbers.clone() {
        push(number, &mut builder)?;
        if builder.is_full() || number + 1 == numbers.end {
            put_segment(connection, key(profile, first), change, std::mem::take(&mut builder))?;
            first = number + 1;
        }
    }
    Ok(())
}

/// Writes a segment that begins at a key, where none stands.
pub(super) fn put_segment(connection: &Connection, key: i64, change: i64, lines: Builder) -> Result<()> {
    let segment = lines.finish();
    if segment.is_gone() {
        return Ok(());
    }
    let mut put = connection.prepare_cached("INSERT INTO segments (key, change, columns) VALUES (?1, ?2, ?3)")?;
    put.execute(params![key, change, segment.pack()?]).map(drop)
}
