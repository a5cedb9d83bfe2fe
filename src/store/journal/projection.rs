//! One profile's lines in memory, in columns: what every question about many lines is answered from.
//! It holds what the file holds and nothing else: only reading the file changes it.

use std::{collections::BTreeMap, ops::Range};

use rusqlite::Result;

use super::{
    columns::{Columns, GONE, NO_DURATION, Segment},
    dictionary::{Column, Dictionary},
    line::{Id, Kind, Line},
    slots::Slots,
};
use crate::{
    domain::journal::{Glance, Row, Summary},
    store::codes::{Code, instant},
};

/// Numbers that differ only in so many last bits stand in one chunk.
pub(super) const CHUNK_BITS: u32 = 14;
/// Lines of a chunk.
pub(super) const CHUNK: usize = 1 << CHUNK_BITS;

/// Of no line.
const NO_SPAN: (i64, i64) = (i64::MAX, i64::MIN);

/// Lines with neighbouring numbers; those of a number that is not there, or was forgotten, have the kind [`GONE`].
pub(super) struct Chunk {
    /// The number of its first line.
    pub(super) first: u32,
    pub(super) columns: Columns,
    /// From the oldest to the newest line.
    pub(super) span: (i64, i64),
    /// The same of each 64 of them.
    pub(super) spans: Vec<(i64, i64)>,
    /// How many are there.
    pub(super) lines: usize,
}

impl Chunk {
    fn new(first: u32) -> Self {
        Self {
            first,
            columns: Columns::with_capacity(CHUNK),
            span: NO_SPAN,
            spans: vec![NO_SPAN; CHUNK / 64],
            lines: 0,
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.columns.len()
    }

    fn grow_to(&mut self, length: usize) {
        while self.len() < length {
            self.columns.push_gone();
        }
    }
}

/// The lines of one profile.
pub(super) struct Projection {
    /// The profile's number in the file.
    pub(super) number: i64,
    /// What of the file it shows.
    pub(super) epoch: i64,
    pub(super) change: i64,
    /// The number that the next line will have.
    pub(super) next: u32,
    pub(super) texts: Dictionary,
    pub(super) kinds: Vec<Kind>,
    kind_slots: Slots,
    chunks: Vec<Option<Chunk>>,
    /// Every line's number, oldest first; of two at one time, the smaller number first.
    order: Vec<u32>,
    /// The segments of the file: first number and how many.
    segments: BTreeMap<u32, u32>,
}

impl Projection {
    pub(super) fn new(number: i64, epoch: i64) -> Self {
        Self {
            number,
            epoch,
            change: 0,
            next: 1,
            texts: Dictionary::new(),
            kinds: Vec::new(),
            kind_slots: Slots::default(),
            chunks: Vec::new(),
            order: Vec::new(),
            segments: BTreeMap::new(),
        }
    }

    /// The numbers that a segment's texts have here, by their numbers there. No line uses the new ones yet.
    pub(super) fn intern<'t>(&mut self, texts: impl Iterator<Item = &'t str>, numbers: &mut Vec<u32>) {
        numbers.extend(texts.map(|text| self.texts.intern(text)));
    }

    /// Takes in a segment of the file, whose texts have these numbers here; whatever it covered before is what the
    /// segment says now.
    pub(super) fn take_in(&mut self, first: u32, segment: &Segment, texts: &[u32]) {
        let text = |local: u32| texts.get(local as usize).copied().unwrap_or_default();
        let kinds: Vec<u32> = segment.kinds.iter().map(|kind| self.kind(kind, text)).collect();
        let count = u32::try_from(segment.len()).unwrap_or(u32::MAX);
        for covered in self.segments.range(first..first.saturating_add(count)).map(|(key, _)| *key).collect::<Vec<_>>()
        {
            self.segments.remove(&covered);
        }
        self.segments.insert(first, count);
        let mut row = 0;
        while row < segment.len() {
            let number = first.saturating_add(u32::try_from(row).unwrap_or(u32::MAX));
            let rows = row..segment.len().min(row + CHUNK - number as usize % CHUNK);
            row = rows.end;
            self.take_rows(number, segment, rows, texts, &kinds);
        }
    }

    /// Takes in rows that all go to one chunk, the first one as a number.
    fn take_rows(&mut self, first: u32, segment: &Segment, rows: Range<usize>, texts: &[u32], kinds: &[u32]) {
        let chunk = first as usize >> CHUNK_BITS;
        if self.chunks.len() <= chunk {
            self.chunks.resize_with(chunk + 1, || None);
        }
        let start = first as usize % CHUNK;
        let first_of = first & !((1 << CHUNK_BITS) - 1);
        let chunk = self.chunks[chunk].get_or_insert_with(|| Chunk::new(first_of));
        chunk.grow_to(start + rows.len());
        let own = start..start + rows.len();
        let (columns, new) = (&mut chunk.columns, &segment.columns);
        for (number, (at, row)) in (first..).zip(own.clone().zip(rows.clone())) {
            if new.kind[row] == GONE {
                continue;
            }
            if columns.kind[at] == GONE {
                self.order.push(number);
                chunk.lines += 1;
            }
            columns.kind[at] = kinds.get(new.kind[row] as usize).copied().unwrap_or(GONE);
            for span in [&mut chunk.span, &mut chunk.spans[at / 64]] {
                *span = (span.0.min(new.at[row]), span.1.max(new.at[row]));
            }
            if let Some(id) = new.ids.get(row) {
                columns.ids.set(at, id);
            }
        }
        columns.at[own.clone()].copy_from_slice(&new.at[rows.clone()]);
        columns.duration[own.clone()].copy_from_slice(&new.duration[rows.clone()]);
        let columns = [
            (&mut columns.user, &new.user, Column::User),
            (&mut columns.detail, &new.detail, Column::Detail),
            (&mut columns.path, &new.path, Column::Path),
            (&mut columns.resource, &new.resource, Column::Resource),
        ];
        for (column, from, name) in columns {
            for (to, local) in column[own.clone()].iter_mut().zip(&from[rows.clone()]) {
                *to = texts.get(*local as usize).copied().unwrap_or_default();
                self.texts.mark(*to, name);
            }
        }
    }

    /// Puts what was taken in since `before` lines into order.
    pub(super) fn set_in_order(&mut self, before: usize) {
        let mut order = std::mem::take(&mut self.order);
        let place = |number: &u32| (self.at(*number), *number);
        let mut new = order.split_off(before.min(order.len()));
        new.sort_by_key(place);
        if let (Some(oldest), Some(newest)) = (new.first(), order.first())
            && new.last().is_some_and(|last| place(last) < place(newest))
            && place(oldest) < place(newest)
        {
            order.splice(..0, new);
        } else {
            merge(&mut order, &new, place);
        }
        self.order = order;
    }

    fn kind(&mut self, kind: &Kind, text: impl Fn(u32) -> u32) -> u32 {
        use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
        let hasher = BuildHasherDefault::<DefaultHasher>::new();
        let kind = Kind {
            method: text(kind.method),
            client: text(kind.client),
            error: text(kind.error),
            attributes: text(kind.attributes),
            ..*kind
        };
        let hash = hasher.hash_one(kind);
        let kinds = &self.kinds;
        if let Some(known) = self.kind_slots.find(hash, |number| kinds[number as usize - 1] == kind) {
            return known - 1;
        }
        self.kinds.push(kind);
        let number = u32::try_from(self.kinds.len()).unwrap_or(GONE);
        self.kind_slots.insert(hash, number);
        number - 1
    }

    /// How many lines there are.
    pub(super) const fn len(&self) -> usize {
        self.order.len()
    }

    /// Every line's number, oldest first.
    pub(super) fn order(&self) -> &[u32] {
        &self.order
    }

    /// The numbers, newest first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = u32> {
        self.order.iter().rev().copied()
    }

    /// The chunks that are there, by place.
    pub(super) fn chunks(&self) -> &[Option<Chunk>] {
        &self.chunks
    }

    /// The segments of the file, by first number.
    pub(super) const fn segments(&self) -> &BTreeMap<u32, u32> {
        &self.segments
    }

    /// The chunk of a line and its place there; `None` where it is not there.
    pub(super) fn find(&self, number: u32) -> Option<(&Chunk, usize)> {
        let chunk = self.chunks.get(number as usize >> CHUNK_BITS)?.as_ref()?;
        let at = number as usize % CHUNK;
        (*chunk.columns.kind.get(at)? != GONE).then_some((chunk, at))
    }

    /// When a line was received; 0 for one that is not there.
    pub(super) fn at(&self, number: u32) -> i64 {
        self.find(number).map_or(0, |(chunk, at)| chunk.columns.at[at])
    }

    /// What a line has in common with others.
    pub(super) fn kind_of(&self, number: u32) -> Option<&Kind> {
        self.find(number).and_then(|(chunk, at)| self.kinds.get(chunk.columns.kind[at] as usize))
    }

    /// Id and source of a line.
    pub(super) fn id_of(&self, number: u32) -> Option<(u8, Id<'_>)> {
        let (chunk, at) = self.find(number)?;
        Some((self.kinds.get(chunk.columns.kind[at] as usize)?.source, chunk.columns.ids.get(at)?))
    }

    /// A line as it was written; `None` where it is not there.
    pub(super) fn line(&self, number: u32) -> Result<Option<Line>> {
        let Some((chunk, at)) = self.find(number) else { return Ok(None) };
        let (Some(kind), Some(glance)) = (self.kind_of(number), self.glance(number)?) else { return Ok(None) };
        let Columns { path, resource, ids, .. } = &chunk.columns;
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let summary = Summary {
            id: ids.get(at).map(|id| id.to_string()).unwrap_or_default(),
            at: glance.at,
            method: self.texts.text(kind.method).to_owned(),
            path: self.texts.text(path[at]).to_owned(),
            status: glance.status,
            outcome: glance.outcome,
            operation: glance.operation,
            user: owned(glance.user),
            resource_id: owned(self.texts.some(resource[at])),
            scim_type: owned(glance.error),
            detail: owned(glance.detail),
            duration_ms: glance.duration_ms,
            client: owned(glance.client),
        };
        let attributes = self.texts.text(kind.attributes).to_owned();
        let source = Code::from_code(kind.source.into())?;
        Ok(Some(Line { source, summary, attributes, has_exchange: kind.has_exchange }))
    }

    /// What a line says of its request; `None` where it is not there.
    pub(super) fn glance(&self, number: u32) -> Result<Option<Glance<'_>>> {
        let Some((chunk, at)) = self.find(number) else { return Ok(None) };
        let Some(kind) = self.kind_of(number) else { return Ok(None) };
        let duration = chunk.columns.duration[at];
        Ok(Some(Glance {
            at: instant(chunk.columns.at[at])?,
            outcome: Code::from_code(kind.outcome.into())?,
            operation: Code::from_code(kind.operation.into())?,
            status: kind.answered(),
            user: self.texts.some(chunk.columns.user[at]),
            error: self.texts.some(kind.error),
            detail: self.texts.some(chunk.columns.detail[at]),
            duration_ms: (duration != NO_DURATION).then_some(duration.into()),
            client: self.texts.some(kind.client),
        }))
    }

    /// The key of a line.
    pub(super) fn key(&self, number: u32) -> i64 {
        key(self.number, number)
    }

    /// The lines of these numbers, in the order asked; one that is not there is left out.
    pub(super) fn rows(&self, numbers: impl IntoIterator<Item = u32>) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        for number in numbers {
            if let Some(Line { source, summary, .. }) = self.line(number)? {
                rows.push(Row { key: self.key(number), source, summary });
            }
        }
        Ok(rows)
    }
}

/// Puts sorted numbers among sorted numbers, from the end; those before the first new one stay where they are.
fn merge(order: &mut Vec<u32>, new: &[u32], place: impl Fn(&u32) -> (i64, u32)) {
    let mut left = order.len();
    order.resize(left + new.len(), 0);
    for (rest, number) in new.iter().enumerate().rev() {
        let own = place(number);
        // Neighbours go to neighbouring places, so the last ones are looked at first.
        let mut step = 1;
        while step <= left && place(&order[left - step]) > own {
            step *= 2;
        }
        let from = left.saturating_sub(step);
        let at = from + order[from..left].partition_point(|old| place(old) < own);
        order.copy_within(at..left, at + rest + 1);
        order[at + rest] = *number;
        left = at;
    }
}

/// The key of a profile's record.
pub(super) const fn key(profile: i64, number: u32) -> i64 {
    (profile << 32) | number as i64
}

/// Profile and number of a key.
pub(super) fn parts(key: i64) -> (i64, u32) {
    (key >> 32, u32::try_from(key & i64::from(u32::MAX)).unwrap_or_default())
}
