//! One pass over the lines: which of them a plan allows.
//! It stops within a chunk's time when it is told to.

use std::{
    cmp::Reverse,
    ops::Range,
    sync::atomic::{AtomicBool, Ordering},
};

use wide::u8x16;

use super::{
    columns::GONE,
    dictionary::Column,
    line::{UUID_LETTERS, spelt},
    plan::{IdTest, Plan, look_up},
    projection::{CHUNK, Chunk, Projection},
    shares::shared_out,
};
use crate::domain::query::fits_folded;

/// One bit for each line of a chunk.
pub(super) type Bits = [u64; CHUNK / 64];
/// From so many chunks on, they are shared out.
pub(super) const SHARED_FROM: usize = 8;

/// The scan was told to stop.
pub(super) struct Stopped;

/// The lines that a plan allows.
pub(super) struct Found {
    /// By chunk; `None` where none of it is allowed.
    pub(super) bits: Vec<Option<Box<Bits>>>,
    pub(super) lines: usize,
}

/// Looks at every line.
pub(super) fn scan(projection: &Projection, plan: &Plan, stop: &AtomicBool) -> Result<Found, Stopped> {
    let chunks = projection.chunks();
    let look = |share: Range<usize>| part(chunks.get(share).unwrap_or_default(), plan, stop);
    let mut parts = shared_out(chunks.len(), SHARED_FROM, look).into_iter();
    let mut found = parts.next().unwrap_or(Err(Stopped))?;
    for more in parts {
        let more = more?;
        found.bits.extend(more.bits);
        found.lines += more.lines;
    }
    Ok(found)
}

fn part(chunks: &[Option<Chunk>], plan: &Plan, stop: &AtomicBool) -> Result<Found, Stopped> {
    let mut found = Found { bits: Vec::with_capacity(chunks.len()), lines: 0 };
    for chunk in chunks {
        if stop.load(Ordering::Relaxed) {
            return Err(Stopped);
        }
        found.bits.push(chunk.as_ref().and_then(|chunk| {
            let bits = allowed(chunk, plan)?;
            found.lines += bits.iter().map(|word| word.count_ones() as usize).sum::<usize>();
            Some(bits)
        }));
    }
    Ok(found)
}

/// The lines of a chunk that a plan allows; `None` without any.
fn allowed(chunk: &Chunk, plan: &Plan) -> Option<Box<Bits>> {
    let mut bits = Box::new([0; CHUNK / 64]);
    look(chunk, plan, &mut bits);
    let there = there(chunk);
    let mut some = 0;
    for (word, there) in bits.iter_mut().zip(there.iter()) {
        *word &= there;
        some |= *word;
    }
    (some != 0).then_some(bits)
}

fn there(chunk: &Chunk) -> Bits {
    let mut bits = [0; CHUNK / 64];
    if chunk.lines == chunk.len() {
        fill(&mut bits, chunk.len());
    } else {
        by(&chunk.columns.kind, &mut bits, |kind| *kind != GONE);
    }
    bits
}

fn fill(bits: &mut Bits, lines: usize) {
    for (at, word) in bits.iter_mut().enumerate() {
        *word = match lines.saturating_sub(at * 64) {
            0 => 0,
            rest @ 1..64 => (1 << rest) - 1,
            _ => u64::MAX,
        };
    }
}

/// Sets the bit of each value that fits.
fn by<T>(column: &[T], bits: &mut Bits, fits: impl Fn(&T) -> bool) {
    for (word, values) in bits.iter_mut().zip(column.chunks(64)) {
        *word = values.iter().enumerate().fold(0, |word, (at, value)| word | u64::from(fits(value)) << at);
    }
}

/// What a plan says of each line; beyond the chunk's lines, bits mean nothing.
fn look(chunk: &Chunk, plan: &Plan, bits: &mut Bits) {
    match plan {
        Plan::Always(always) => *bits = [if *always { u64::MAX } else { 0 }; CHUNK / 64],
        Plan::Kinds(fits) => by(&chunk.columns.kind, bits, |kind| look_up(fits, *kind)),
        Plan::Texts(column, fits) => {
            let column = match column {
                Column::User => &chunk.columns.user,
                Column::Detail => &chunk.columns.detail,
                Column::Path => &chunk.columns.path,
                Column::Resource => &chunk.columns.resource,
            };
            by(column, bits, |text| look_up(fits, *text));
        }
        Plan::Time(from, to) => {
            let (oldest, newest) = chunk.span;
            if newest < *from || oldest >= *to {
                *bits = [0; CHUNK / 64];
            } else if oldest >= *from && newest < *to {
                *bits = [u64::MAX; CHUNK / 64];
            } else {
                by(&chunk.columns.at, bits, |at| from <= at && at < to);
            }
        }
        Plan::Numbers(lists) => {
            *bits = [0; CHUNK / 64];
            for list in lists {
                let from = list.partition_point(|number| *number < chunk.first);
                let own = list.get(from..).unwrap_or_default().iter().map(|number| (number - chunk.first) as usize);
                own.take_while(|at| *at < CHUNK).for_each(|at| bits[at / 64] |= 1 << (at % 64));
            }
        }
        Plan::Ids(test) => ids(chunk, test, bits, &[0; CHUNK / 64]),
        Plan::Not(inner) => {
            look(chunk, inner, bits);
            bits.iter_mut().for_each(|word| *word = !*word);
        }
        Plan::All(members) => {
            *bits = [u64::MAX; CHUNK / 64];
            for member in members {
                let mut more = [0; CHUNK / 64];
                look(chunk, member, &mut more);
                let mut some = 0;
                for (word, more) in bits.iter_mut().zip(more) {
                    *word &= more;
                    some |= *word;
                }
                if some == 0 {
                    return;
                }
            }
        }
        Plan::Any(members) => {
            *bits = [0; CHUNK / 64];
            for member in members {
                if bits.iter().all(|word| *word == u64::MAX) {
                    return;
                }
                let mut more = [0; CHUNK / 64];
                match member {
                    Plan::Ids(test) => ids(chunk, test, &mut more, bits),
                    other => look(chunk, other, &mut more),
                }
                bits.iter_mut().zip(more).for_each(|(word, more)| *word |= more);
            }
        }
    }
}

/// The lines whose id fits; those that are `known` to be found may be left out.
fn ids(chunk: &Chunk, test: &IdTest, bits: &mut Bits, known: &Bits) {
    match test.uuid {
        Some(uuid) => by(chunk.columns.ids.uuids(), bits, |bytes| *bytes == uuid),
        None if test.hex => {
            // A word without a `*` within it: letters anywhere.
            let inner = test.pattern.strip_prefix('*').and_then(|inner| inner.strip_suffix('*'));
            match inner.filter(|inner| !inner.contains('*')) {
                Some(inner) => spelt_with(chunk.columns.ids.uuids(), inner.as_bytes(), bits, known),
                None => by(chunk.columns.ids.uuids(), bits, |bytes| {
                    std::str::from_utf8(&spelt(bytes)).is_ok_and(|id| fits_folded(&test.pattern, id))
                }),
            }
        }
        None => *bits = [0; CHUNK / 64],
    }
    for (place, text) in chunk.columns.ids.texts() {
        let (word, bit) = (*place as usize / 64, place % 64);
        let fits = u64::from(test.fits(text));
        bits[word] = bits[word] & !(1 << bit) | fits << bit;
    }
}

/// UUIDs that hold some letters. One digit or two are compared with those of each byte; from three on, whole bytes of
/// them are looked for, and what has one is spelt out.
fn spelt_with(uuids: &[[u8; 16]], letters: &[u8], bits: &mut Bits, known: &Bits) {
    *bits = [0; CHUNK / 64];
    let digit = |letter: &u8| char::from(*letter).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let Some(digits) = letters.iter().map(digit).collect::<Option<Vec<u8>>>() else {
        return spelt_out(uuids, letters, bits, known);
    };
    match *digits.as_slice() {
        [] => return fill(bits, uuids.len()),
        [digit] => return by(uuids, bits, |uuid| holds_digit(uuid, digit)),
        [first, second] => return by(uuids, bits, |uuid| holds_digits(uuid, first, second)),
        _ => {}
    }
    let finder = memchr::memmem::Finder::new(letters);
    for skipped in [0, 1] {
        // They begin at a whole byte, or in the middle of one.
        let bytes: Vec<u8> = digits[skipped..].chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
        let bytes = memchr::memmem::Finder::new(&bytes);
        let mut from = 0;
        while let Some(found) = uuids.as_flattened().get(from..).and_then(|rest| bytes.find(rest)) {
            let at = (from + found) / 16;
            if finder.find(&spelt(&uuids[at])).is_some() {
                bits[at / 64] |= 1 << (at % 64);
            }
            from = (at + 1) * 16;
        }
    }
}

/// Which of a UUID's bytes have a digit first, and which second, one bit for each byte.
fn bytes_with(uuid: &[u8; 16], first: u8, second: u8) -> (u32, u32) {
    let uuid = u8x16::new(*uuid);
    let is = |half: u8, digit: u8| (uuid & u8x16::splat(half)).simd_eq(u8x16::splat(digit)).to_bitmask();
    (is(0xf0, first << 4), is(0x0f, second))
}

fn holds_digit(uuid: &[u8; 16], digit: u8) -> bool {
    let (first, second) = bytes_with(uuid, digit, digit);
    first | second != 0
}

fn holds_digits(uuid: &[u8; 16], first: u8, second: u8) -> bool {
    /// The bytes that no dash stands behind.
    const JOINED: u32 = 0b0111_1101_0101_0111;
    let (begins, ends) = bytes_with(uuid, first, second);
    let (ends_behind, begins_before) = bytes_with(uuid, second, first);
    begins & ends | begins_before & JOINED & ends_behind >> 1 != 0
}

/// The same of any letters: some are spelt out one after the other, and looked through at once.
fn spelt_out(uuids: &[[u8; 16]], letters: &[u8], bits: &mut Bits, known: &Bits) {
    const STEP: usize = UUID_LETTERS + 1;
    /// So many that the processor keeps them at hand.
    const SOME: usize = 512;
    let finder = memchr::memmem::Finder::new(letters);
    let mut text = Vec::with_capacity(SOME * STEP);
    for (some, (uuids, known)) in uuids.chunks(SOME).zip(known.chunks(SOME / 64)).enumerate() {
        if known.iter().all(|word| *word == u64::MAX) {
            continue;
        }
        text.clear();
        for bytes in uuids {
            text.extend_from_slice(&spelt(bytes));
            text.push(b'\n');
        }
        let mut from = 0;
        while let Some(found) = text.get(from..).and_then(|rest| finder.find(rest)) {
            let line = (from + found) / STEP;
            let at = some * SOME + line;
            bits[at / 64] |= 1 << (at % 64);
            from = (line + 1) * STEP;
        }
    }
}

/// Every set bit, lowest first.
pub(super) fn each(bits: &Bits, mut take: impl FnMut(usize)) {
    for (place, word) in bits.iter().enumerate() {
        each_of(*word, place * 64, &mut take);
    }
}

/// Every set bit of one word, the lowest of which means `start`.
pub(super) fn each_of(mut word: u64, start: usize, mut take: impl FnMut(usize)) {
    if word == u64::MAX {
        return (start..start + 64).for_each(take);
    }
    while word != 0 {
        take(start + word.trailing_zeros() as usize);
        word &= word - 1;
    }
}

impl Found {
    /// The times of the oldest and the newest line. Few chunks are looked at: those of a log follow each other in time.
    pub(super) fn span(&self, projection: &Projection) -> Option<(i64, i64)> {
        let mut chunks: Vec<(&Chunk, &Bits)> = projection
            .chunks()
            .iter()
            .zip(&self.bits)
            .filter_map(|(chunk, bits)| chunk.as_ref().zip(bits.as_deref()))
            .collect();
        chunks.sort_unstable_by_key(|(chunk, _)| chunk.span.0);
        let mut oldest = i64::MAX;
        for (chunk, bits) in &chunks {
            if chunk.span.0 >= oldest {
                break;
            }
            each(bits, |at| oldest = oldest.min(chunk.columns.at[at]));
        }
        chunks.sort_unstable_by_key(|(chunk, _)| Reverse(chunk.span.1));
        let mut newest = i64::MIN;
        for (chunk, bits) in &chunks {
            if chunk.span.1 <= newest {
                break;
            }
            each(bits, |at| newest = newest.max(chunk.columns.at[at]));
        }
        (self.lines > 0).then_some((oldest, newest))
    }

    /// Every line, with its chunk and its place there, by number.
    pub(super) fn each<'p>(&self, projection: &'p Projection, mut take: impl FnMut(&'p Chunk, usize)) {
        for (bits, chunk) in self.bits.iter().zip(projection.chunks()) {
            if let (Some(bits), Some(chunk)) = (bits, chunk) {
                each(bits, |at| take(chunk, at));
            }
        }
    }

    /// The numbers of all lines, newest first.
    pub(super) fn newest_first(&self, projection: &Projection) -> Vec<u32> {
        if self.lines == projection.len() {
            return projection.newest_first().collect();
        }
        // So many are sooner picked out of all than put in order.
        if self.lines > projection.len() / 256 {
            return self.picked_out_of(projection.order());
        }
        let mut numbers = Vec::with_capacity(self.lines);
        for (chunk, bits) in self.bits.iter().enumerate() {
            if let Some(bits) = bits {
                each(bits, |at| numbers.push(u32::try_from(chunk * CHUNK + at).unwrap_or(u32::MAX)));
            }
        }
        numbers.sort_unstable_by_key(|number| Reverse((projection.at(*number), *number)));
        numbers
    }

    /// Those of the numbers that were found, the last one first.
    fn picked_out_of(&self, order: &[u32]) -> Vec<u32> {
        const SOME: usize = 1_024;
        let mut words = Vec::with_capacity(self.bits.len() * (CHUNK / 64));
        for bits in &self.bits {
            words.extend_from_slice(bits.as_deref().unwrap_or(&[0; CHUNK / 64]));
        }
        let found = |number: u32| words.get(number as usize / 64).is_some_and(|word| word >> (number % 64) & 1 == 1);
        let share = |share: Range<usize>| {
            let from = order.get(share).unwrap_or_default();
            // Memory that grows is written more than once, and new memory is what takes longest here.
            let (mut picked, mut some) = (Vec::with_capacity(from.len().min(self.lines)), [0; SOME]);
            for numbers in from.rchunks(SOME) {
                let mut count = 0;
                for number in numbers.iter().rev() {
                    // Written either way: which ones were found cannot be guessed, and a wrong guess takes longer.
                    some[count] = *number;
                    count += usize::from(found(*number));
                }
                picked.extend_from_slice(&some[..count]);
            }
            picked
        };
        let mut all = Vec::with_capacity(self.lines);
        shared_out(order.len(), SHARED_FROM * CHUNK, share).iter().rev().for_each(|more| all.extend_from_slice(more));
        all
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn letters_of_an_id_are_found_wherever_they_stand(
            uuids in prop::collection::vec(prop::array::uniform16(prop::sample::select(&[0x00_u8, 0x01, 0x10, 0xa1, 0x1b][..])), 0..90),
            letters in "[01ab-]{1,6}",
        ) {
            let mut bits = [0; CHUNK / 64];
            spelt_with(&uuids, letters.as_bytes(), &mut bits, &[0; CHUNK / 64]);
            for (at, uuid) in uuids.iter().enumerate() {
                let holds = String::from_utf8_lossy(&spelt(uuid)).contains(&letters);
                prop_assert_eq!(bits[at / 64] >> (at % 64) & 1 == 1, holds, "{} at {}", letters, at);
            }
        }
    }
}
