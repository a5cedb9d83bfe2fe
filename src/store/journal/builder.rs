//! Makes a segment line by line: from lines, and from those of other segments, whose texts then get numbers of this one.
//! It writes each text and each kind of line once, and forgets nothing that it was given.

use std::hash::BuildHasher as _;

use foldhash::{HashMap, fast::RandomState};

use super::{
    columns::{Columns, NO_DURATION, Segment, number},
    line::{Id, Kind, Line},
    slots::Slots,
};
use crate::store::codes::Code;

/// A segment of more bytes of text is followed by another one, so that each can be held in memory whole.
const FULL: usize = 16 << 20;

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
            let texts = vec![0; segment.texts.len() as usize + 1];
            self.carried = Carried { from, texts, kinds: vec![0; segment.kinds.len()] };
        }
        let Columns { at, kind, user, detail, path, resource, duration, ids } = &segment.columns;
        let (Some(own), Some(id)) = (segment.kinds.get(kind[row] as usize), ids.get(row)) else {
            return self.push_gone();
        };
        let known = match completed {
            Some(attributes) => {
                let attributes = self.text(Some(attributes));
                let carried = self.carry_kind(segment, own);
                self.kind(Kind { attributes, has_exchange: true, ..carried })
            }
            None => match self.carried.kinds[kind[row] as usize].checked_sub(1) {
                Some(known) => known,
                None => {
                    let carried = self.carry_kind(segment, own);
                    let known = self.kind(carried);
                    self.carried.kinds[kind[row] as usize] = known + 1;
                    known
                }
            },
        };
        let texts = [user, detail, path, resource].map(|column| self.carry_text(segment, column[row]));
        self.segment.columns.push(at[row], known, texts, duration[row], id);
    }

    fn carry_kind(&mut self, segment: &Segment, kind: &Kind) -> Kind {
        let [method, client, error, attributes] =
            [kind.method, kind.client, kind.error, kind.attributes].map(|text| self.carry_text(segment, text));
        Kind { method, client, error, attributes, ..*kind }
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
        self.segment.texts.bytes() >= FULL
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

fn small<T: Code>(value: T) -> u8 {
    u8::try_from(value.code()).unwrap_or(u8::MAX)
}
