//! A segment: the lines of neighbouring records as columns, with the texts that they use. It stands for itself, so that
//! forgetting its records forgets their texts, and what does not read back is told apart from what does.

use std::io;

use rusqlite::Result;

use super::{
    line::{Id, Ids, Kind},
    payload::{compress, decompress},
};
use crate::store::fault;

/// The form of the columns; another one takes another number.
const FORM: u8 = 1;
/// In place of its kind: the record was forgotten.
pub(super) const GONE: u32 = u32::MAX;
/// In place of a duration: none is known.
pub(super) const NO_DURATION: u32 = u32::MAX;

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

    pub(super) fn push(
        &mut self,
        at: i64,
        kind: u32,
        [user, detail, path, resource]: [u32; 4],
        duration: u32,
        id: Id<'_>,
    ) {
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
    pub(super) fn len(&self) -> u32 {
        number(self.ends.len())
    }

    /// Of all of them together.
    pub(super) const fn bytes(&self) -> usize {
        self.all.len()
    }

    /// Adds a text, and tells its number.
    pub(super) fn push(&mut self, text: &str) -> u32 {
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

pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(GONE)
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
