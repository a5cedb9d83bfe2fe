//! A segment: the lines of neighbouring records as columns, with the texts that they use. It stands for itself, so that
//! forgetting its records forgets their texts, and what does not read back is told apart from what does.

use std::{hash::BuildHasher as _, io};

use foldhash::{HashMap, fast::RandomState};
use rusqlite::Result;

use super::{
    line::{Id, Ids, Kind, Line},
    payload::{compress, decompress},
    slots::Slots,
};
use crate::store::{codes::Code, fault};

/// The form of the columns; another one takes another number.
const FORM: u8 = 1;
/// In place of its kind: the record was forgotten.
pub(super) const GONE: u32 = u32::MAX;
/// In place of a duration: none is known.
pub(super) const NO_DURATION: u32 = u32::MAX;

/// A segment of more bytes of text is followed by another one, so that each can be held in memory whole.
const FULL: usize = 16 << 20;

/// Lines as columns: texts and kinds are numbers of whoever owns them.
#[derive(Default)]
pub(super) struct Columns {
    pub(super) at: Vec<i64>,
    pub(super) kind: Vec<u32>,
    pub(super) user: Vec<u32>,
    pub(super) detail: Vec<u32>,
    pub(super) path: Vec<u32>,
    pub(super) resource: Vec<u32>,
    pub(super) duration: Vec<u32>,
    pub(super) ids: Ids,
}

impl Columns {
    pub(super) fn with_capacity(lines: usize) -> Self {
        let column = || Vec::with_capacity(lines);
        let (kind, user, detail, path) = (column(), column(), column(), column());
        let (resource, duration) = (column(), column());
        Self {
            at: Vec::with_capacity(lines),
            kind,
            user,
            detail,
            path,
            resource,
            duration,
            ids: Ids::with_capacity(lines),
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.at.len()
    }

    fn push(&mut self, at: i64, kind: u32, [user, detail, path, resource]: [u32; 4], duration: u32, id: Id<'_>) {
        self.at.push(at);
        self.kind.push(kind);
        self.user.push(user);
        self.detail.push(detail);
        self.path.push(path);
        self.resource.push(resource);
        self.duration.push(duration);
        self.ids.push(id);
    }

    /// A line that is not there, or was forgotten.
    pub(super) fn push_gone(&mut self) {
        self.push(0, GONE, [0; 4], NO_DURATION, Id::Uuid([0; 16]));
    }
}

/// Texts by number, counted from 1.
#[derive(Default)]
pub(super) struct Texts {
    all: String,
    ends: Vec<u32>,
}

impl Texts {
    fn len(&self) -> u32 {
        number(self.ends.len())
    }

    /// Adds a text, and tells its number.
    fn push(&mut self, text: &str) -> u32 {
        self.all.push_str(text);
        self.ends.push(number(self.all.len()));
        self.len()
    }

    /// The text of a number; empty for none.
    pub(super) fn get(&self, number: u32) -> &str {
        let end = |number: u32| self.ends.get(number.checked_sub(1)? as usize).copied();
        let start = number.checked_sub(1).and_then(end).unwrap_or_default();
        end(number).and_then(|end| self.all.get(start as usize..end as usize)).unwrap_or_default()
    }

    /// Every text, in order.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let text = self.all.get(start..*end as usize).unwrap_or_default();
            start = *end as usize;
            text
        })
    }
}

/// The lines of neighbouring records. Texts are numbers of `texts`; 0 is none.
#[derive(Default)]
pub(super) struct Segment {
    pub(super) texts: Texts,
    pub(super) kinds: Vec<Kind>,
    pub(super) columns: Columns,
}

impl Segment {
    /// How many records it covers.
    pub(super) const fn len(&self) -> usize {
        self.columns.len()
    }

    /// What a line has in common with others, its texts by the segment's numbers; `None` where it is not there.
    pub(super) fn kind(&self, row: usize) -> Option<&Kind> {
        self.kinds.get(*self.columns.kind.get(row)? as usize)
    }

    /// Id and source of a line.
    pub(super) fn identity(&self, row: usize) -> Option<(u8, Id<'_>)> {
        Some((self.kind(row)?.source, self.columns.ids.get(row)?))
    }

    /// Whether every record of it was forgotten.
    pub(super) fn is_gone(&self) -> bool {
        self.columns.kind.iter().all(|kind| *kind == GONE)
    }
}

/// Makes a segment line by line.
#[derive(Default)]
pub(super) struct Builder {
    segment: Segment,
    texts: Slots,
    hasher: RandomState,
    kinds: HashMap<Kind, u32>,
    carried: Carried,
}

/// Which numbers of another segment are which here; 0 where it was not asked yet.
#[derive(Default)]
struct Carried {
    from: usize,
    texts: Vec<u32>,
    /// One more than each number.
    kinds: Vec<u32>,
}

impl Builder {
    pub(super) const fn is_empty(&self) -> bool {
        self.segment.len() == 0
    }

    pub(super) fn push(&mut self, line: &Line) {
        let summary = &line.summary;
        let kind = Kind {
            method: self.text(Some(&summary.method)),
            client: self.text(summary.client.as_deref()),
            error: self.text(summary.scim_type.as_deref()),
            attributes: self.text(Some(&line.attributes)),
            status: summary.status.map_or(0, |status| u32::from(status) + 1),
            outcome: small(summary.outcome),
            operation: small(summary.operation),
            source: small(line.source),
            has_exchange: line.has_exchange,
        };
        let known = self.kind(kind);
        let columns = [
            self.text(summary.user.as_deref()),
            self.text(summary.detail.as_deref()),
            self.text(Some(&summary.path)),
            self.text(summary.resource_id.as_deref()),
        ];
        let longest = u64::from(NO_DURATION - 1);
        let duration = summary.duration_ms.and_then(|ms| u32::try_from(ms.min(longest)).ok()).unwrap_or(NO_DURATION);
        self.segment.columns.push(summary.at.as_microsecond(), known, columns, duration, Id::of(&summary.id));
    }

    /// A line as it stands in another segment, of which `from` tells it apart from all others; with its exchange and
    /// the attributes of that, where they came later.
    pub(super) fn carry(&mut self, from: usize, segment: &Segment, row: usize, completed: Option<&str>) {
        if self.carried.texts.is_empty() || self.carried.from != from {
            let texts = vec![0; segment.texts.ends.len() + 1];
            self.carried = Carried { from, texts, kinds: vec![0; segment.kinds.len()] };
        }
        let Columns { at, kind, user, detail, path, resource, duration, ids } = &segment.columns;
        let (Some(own), Some(id)) = (segment.kinds.get(kind[row] as usize), ids.get(row)) else {
            return self.push_gone();
        };
        let known = match (completed, self.carried.kinds[kind[row] as usize].checked_sub(1)) {
            (None, Some(known)) => known,
            (completed, _) => {
                let [method, client, error, attributes] =
                    [own.method, own.client, own.error, own.attributes].map(|text| self.carry_text(segment, text));
                let carried = Kind { method, client, error, attributes, ..*own };
                match completed {
                    Some(attributes) => {
                        let attributes = self.text(Some(attributes));
                        self.kind(Kind { attributes, has_exchange: true, ..carried })
                    }
                    None => {
                        let known = self.kind(carried);
                        self.carried.kinds[kind[row] as usize] = known + 1;
                        known
                    }
                }
            }
        };
        let texts = [user, detail, path, resource].map(|column| self.carry_text(segment, column[row]));
        self.segment.columns.push(at[row], known, texts, duration[row], id);
    }

    fn carry_text(&mut self, segment: &Segment, text: u32) -> u32 {
        if text == 0 {
            return 0;
        }
        let known = self.carried.texts[text as usize];
        if known > 0 {
            return known;
        }
        let new = self.text(Some(segment.texts.get(text)));
        self.carried.texts[text as usize] = new;
        new
    }

    /// A record that was forgotten.
    pub(super) fn push_gone(&mut self) {
        self.segment.columns.push_gone();
    }

    /// Whether the next line goes to another segment.
    pub(super) const fn is_full(&self) -> bool {
        self.segment.texts.all.len() >= FULL
    }

    pub(super) fn finish(self) -> Segment {
        self.segment
    }

    fn kind(&mut self, kind: Kind) -> u32 {
        let next = number(self.kinds.len());
        let known = *self.kinds.entry(kind).or_insert(next);
        if known == next {
            self.segment.kinds.push(kind);
        }
        known
    }

    fn text(&mut self, text: Option<&str>) -> u32 {
        let Some(text) = text else { return 0 };
        let hash = self.hasher.hash_one(text);
        let texts = &mut self.segment.texts;
        if let Some(known) = self.texts.find(hash, |number| texts.get(number) == text) {
            return known;
        }
        let new = texts.push(text);
        self.texts.insert(hash, new);
        new
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(GONE)
}

fn small<T: Code>(value: T) -> u8 {
    u8::try_from(value.code()).unwrap_or(u8::MAX)
}

impl Segment {
    /// The stored form.
    pub(super) fn pack(&self) -> Result<Vec<u8>> {
        let mut out = vec![FORM];
        put(&mut out, number(self.len()));
        put(&mut out, self.texts.len());
        for text in self.texts.iter() {
            put(&mut out, number(text.len()));
        }
        out.extend_from_slice(self.texts.all.as_bytes());
        put(&mut out, number(self.kinds.len()));
        for kind in &self.kinds {
            for part in [kind.method, kind.client, kind.error, kind.attributes, kind.status] {
                put(&mut out, part);
            }
            out.extend_from_slice(&[kind.outcome, kind.operation, kind.source, u8::from(kind.has_exchange)]);
        }
        let mut before = 0;
        let steps = self.columns.at.iter().map(|at| {
            let step = at.wrapping_sub(before);
            before = *at;
            // Steps back are small numbers too.
            ((step << 1) ^ (step >> 63)).to_le_bytes()
        });
        planes(&mut out, &steps.collect::<Vec<_>>());
        for column in self.numbers() {
            planes(&mut out, &column.iter().map(|value| value.to_le_bytes()).collect::<Vec<_>>());
        }
        for bytes in self.columns.ids.uuids() {
            out.extend_from_slice(bytes);
        }
        put(&mut out, number(self.columns.ids.texts().len()));
        for (place, text) in self.columns.ids.texts() {
            put(&mut out, *place);
            put(&mut out, number(text.len()));
            out.extend_from_slice(text.as_bytes());
        }
        compress(&out)
    }

    const fn numbers(&self) -> [&Vec<u32>; 6] {
        let Columns { kind, user, detail, path, resource, duration, .. } = &self.columns;
        [kind, user, detail, path, resource, duration]
    }

    /// Reads the stored form.
    pub(super) fn unpack(stored: &[u8]) -> Result<Self> {
        let plain = decompress(stored)?;
        Self::read(&mut Reader(&plain))
            .filter(Self::holds_together)
            .ok_or_else(|| fault::unreadable(io::Error::other("a segment of the journal does not read back")))
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        if from.take(1)? != [FORM] {
            return None;
        }
        let rows = from.count()?;
        let texts = from.count()?;
        let texts = from.texts(texts)?;
        let kinds = from.count()?;
        let kinds = (0..kinds).map(|_| from.kind()).collect::<Option<_>>()?;
        let mut at = 0_i64;
        let instant = |step: [u8; 8]| {
            let step = u64::from_le_bytes(step);
            at = at.wrapping_add((step >> 1).cast_signed() ^ -(step & 1).cast_signed());
            at
        };
        let instants = from.planes::<8>(rows)?.into_iter().map(instant).collect();
        let mut column = || Some(from.planes::<4>(rows)?.into_iter().map(u32::from_le_bytes).collect::<Vec<u32>>());
        let (kind, user, detail) = (column()?, column()?, column()?);
        let (path, resource, duration) = (column()?, column()?, column()?);
        let mut ids = Ids::with_capacity(rows);
        for bytes in from.take(rows.checked_mul(16)?)?.chunks_exact(16) {
            ids.push(Id::Uuid(bytes.try_into().ok()?));
        }
        for _ in 0..from.count()? {
            let place = usize::try_from(from.number()?).ok()?;
            let length = from.count()?;
            ids.set(place, Id::Text(std::str::from_utf8(from.take(length)?).ok()?));
        }
        let columns = Columns { at: instants, kind, user, detail, path, resource, duration, ids };
        Some(Self { texts, kinds, columns })
    }

    /// Whether every number stands for something.
    fn holds_together(&self) -> bool {
        let texts = self.texts.len();
        let kinds = number(self.kinds.len());
        let known = |column: &[u32]| column.iter().all(|text| *text <= texts);
        let kind_holds = |kind: &Kind| {
            [kind.method, kind.client, kind.error, kind.attributes].iter().all(|text| *text <= texts)
                && kind.status <= u32::from(u16::MAX) + 1
        };
        let [kind, texts @ .., _] = self.numbers();
        self.kinds.iter().all(kind_holds)
            && kind.iter().all(|kind| *kind < kinds || *kind == GONE)
            && texts.into_iter().all(|column| known(column))
    }
}

fn put(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}

/// Numbers byte by byte: all lowest bytes first. The high ones are nearly all zero, and compress to nothing.
fn planes<const N: usize>(out: &mut Vec<u8>, values: &[[u8; N]]) {
    for plane in 0..N {
        out.extend(values.iter().map(|bytes| bytes[plane]));
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    /// A count of things that are still to come, so never more than there are bytes.
    fn count(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok().filter(|count| *count <= self.0.len())
    }

    /// So many texts: their lengths, then they themselves.
    fn texts(&mut self, count: usize) -> Option<Texts> {
        let mut whole = 0_u32;
        let mut end = || {
            whole = whole.checked_add(self.number()?)?;
            Some(whole)
        };
        let ends: Vec<u32> = (0..count).map(|_| end()).collect::<Option<_>>()?;
        let all = std::str::from_utf8(self.take(whole as usize)?).ok()?.to_owned();
        ends.iter().all(|end| all.is_char_boundary(*end as usize)).then_some(Texts { all, ends })
    }

    fn kind(&mut self) -> Option<Kind> {
        let (method, client, error) = (self.number()?, self.number()?, self.number()?);
        let (attributes, status) = (self.number()?, self.number()?);
        let &[outcome, operation, source, has_exchange] = self.take(4)? else { return None };
        let has_exchange = has_exchange != 0;
        Some(Kind { method, client, error, attributes, status, outcome, operation, source, has_exchange })
    }

    fn planes<const N: usize>(&mut self, rows: usize) -> Option<Vec<[u8; N]>> {
        let mut values = vec![[0; N]; rows];
        for plane in 0..N {
            for (value, byte) in values.iter_mut().zip(self.take(rows)?) {
                value[plane] = *byte;
            }
        }
        Some(values)
    }
}
