//! What the journal keeps of a record beside its payload, and how its parts are told apart.
//! A line is plain values: it knows neither the file nor the memory that it stands in.

use sha2::{Digest as _, Sha256};

use crate::{
    domain::journal::{Record, Source, Summary},
    store::received::attributes_of,
};

/// Longest texts of a line, bytes: a line is for finding and listing, and what was cut stands behind it whole.
const LONGEST: usize = 2_048;
const LONGEST_NAME: usize = 512;
const LONGEST_WORD: usize = 256;
/// Longest list of attributes, bytes: more than three hundred of the longest names that RFC 7643 has.
const LONGEST_LIST: usize = 32 << 10;

/// One record without its payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) source: Source,
    pub(super) summary: Summary,
    /// The names of the attributes that it carried, one a line; empty without any.
    pub(super) attributes: String,
    pub(super) has_exchange: bool,
}

impl Line {
    pub(super) fn of(record: Record) -> Self {
        let attributes = attributes_of(&record).join("\n");
        Self::new(record.source, record.summary, attributes, record.exchange.is_some())
    }

    /// A line of texts that are no longer than a line's may be.
    pub(super) fn new(source: Source, summary: Summary, attributes: String, has_exchange: bool) -> Self {
        let some = |text: Option<String>, longest| text.map(|text| within(text, longest));
        let summary = Summary {
            id: id_within(summary.id),
            method: within(summary.method, LONGEST_WORD),
            path: within(summary.path, LONGEST),
            user: some(summary.user, LONGEST_NAME),
            resource_id: some(summary.resource_id, LONGEST_NAME),
            scim_type: some(summary.scim_type, LONGEST_WORD),
            detail: some(summary.detail, LONGEST),
            client: some(summary.client, LONGEST_WORD),
            ..summary
        };
        Self { source, summary, attributes: whole_names(attributes), has_exchange }
    }
}

fn within(mut text: String, longest: usize) -> String {
    if text.len() > longest {
        text.truncate(text.floor_char_boundary(longest - '…'.len_utf8()));
        text.push('…');
    }
    text
}

/// An id that is too long ends in the hash of the whole one, so that two of them stay apart.
fn id_within(id: String) -> String {
    if id.len() <= LONGEST_NAME {
        return id;
    }
    let hash: String = Sha256::digest(id.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    within(id, LONGEST_NAME - hash.len()) + &hash
}

/// The names that stand whole within the longest list.
fn whole_names(mut names: String) -> String {
    if names.len() > LONGEST_LIST {
        let end = names.floor_char_boundary(LONGEST_LIST);
        names.truncate(names[..end].rfind('\n').unwrap_or_default());
    }
    names
}

/// What many lines have in common. Texts are numbers of a dictionary, 0 for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Kind {
    pub(super) method: u32,
    pub(super) client: u32,
    pub(super) error: u32,
    pub(super) attributes: u32,
    /// One more than the status; 0 for none.
    pub(super) status: u32,
    pub(super) outcome: u8,
    pub(super) operation: u8,
    pub(super) source: u8,
    pub(super) has_exchange: bool,
}

impl Kind {
    /// The HTTP status; `None` where there is none.
    pub(super) fn answered(&self) -> Option<u16> {
        self.status.checked_sub(1).and_then(|status| u16::try_from(status).ok())
    }
}

/// An id as it is kept: a UUID in its usual form is sixteen bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Id<'a> {
    Uuid([u8; 16]),
    Text(&'a str),
}

impl<'a> Id<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        uuid(text.as_bytes()).map_or(Self::Text(text), Self::Uuid)
    }
}

impl std::fmt::Display for Id<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Uuid(bytes) => f.write_str(std::str::from_utf8(&spelt(bytes)).unwrap_or_default()),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// How many letters a UUID has when it is spelt out.
pub(super) const UUID_LETTERS: usize = 36;
const DASHES: [usize; 4] = [8, 13, 18, 23];
/// Where the two digits of each byte begin.
const PLACES: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/// The bytes of a UUID in lower case with dashes; `None` for any other text.
fn uuid(text: &[u8]) -> Option<[u8; 16]> {
    let text: &[u8; UUID_LETTERS] = text.try_into().ok()?;
    let is_dashed = DASHES.iter().all(|at| text[*at] == b'-');
    // Every letter is looked at, also behind one that is no digit: that takes less time than to look whether it is.
    let mut any = 0;
    let bytes = PLACES.map(|at| {
        let [first, second] = [text[at], text[at + 1]].map(|letter| DIGITS[usize::from(letter)]);
        any |= first | second;
        first << 4 | second
    });
    (is_dashed && any < NO_DIGIT).then_some(bytes)
}

/// In place of a digit: more than any.
const NO_DIGIT: u8 = 16;

/// The hexadecimal digit that each letter is.
const DIGITS: [u8; 256] = {
    let mut digits = [NO_DIGIT; 256];
    let mut digit = 0;
    while digit < 16 {
        digits[b"0123456789abcdef"[digit as usize] as usize] = digit;
        digit += 1;
    }
    digits
};

/// The two letters of every byte.
const LETTERS: [[u8; 2]; 256] = {
    let digits = b"0123456789abcdef";
    let mut letters = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        letters[byte] = [digits[byte >> 4], digits[byte & 15]];
        byte += 1;
    }
    letters
};

/// A UUID spelt out.
pub(super) fn spelt(bytes: &[u8; 16]) -> [u8; UUID_LETTERS] {
    let mut text = [b'-'; UUID_LETTERS];
    for (byte, place) in bytes.iter().zip(PLACES) {
        let [high, low] = LETTERS[usize::from(*byte)];
        text[place] = high;
        text[place + 1] = low;
    }
    text
}

/// The ids of many lines, in order.
#[derive(Debug, Default)]
pub(super) struct Ids {
    uuids: Vec<[u8; 16]>,
    /// Those that are no UUID, by their place; in their place above stand zeros.
    texts: Vec<(u32, Box<str>)>,
}

impl Ids {
    pub(super) fn with_capacity(ids: usize) -> Self {
        Self { uuids: Vec::with_capacity(ids), texts: Vec::new() }
    }

    pub(super) fn push(&mut self, id: Id<'_>) {
        match id {
            Id::Uuid(bytes) => self.uuids.push(bytes),
            Id::Text(text) => {
                self.texts.push((u32::try_from(self.uuids.len()).unwrap_or(u32::MAX), text.into()));
                self.uuids.push([0; 16]);
            }
        }
    }

    /// Puts an id into a place that is there already.
    pub(super) fn set(&mut self, at: usize, id: Id<'_>) {
        let Some(slot) = self.uuids.get_mut(at) else { return };
        let place = u32::try_from(at).unwrap_or(u32::MAX);
        let found = self.texts.binary_search_by_key(&place, |(place, _)| *place);
        match (id, found) {
            (Id::Uuid(bytes), found) => {
                *slot = bytes;
                if let Ok(found) = found {
                    self.texts.remove(found);
                }
            }
            (Id::Text(text), Ok(found)) => self.texts[found].1 = text.into(),
            (Id::Text(text), Err(before)) => {
                *slot = [0; 16];
                self.texts.insert(before, (place, text.into()));
            }
        }
    }

    pub(super) fn get(&self, at: usize) -> Option<Id<'_>> {
        let bytes = self.uuids.get(at)?;
        if !self.texts.is_empty() {
            let place = u32::try_from(at).ok()?;
            if let Ok(found) = self.texts.binary_search_by_key(&place, |(place, _)| *place) {
                return Some(Id::Text(&self.texts[found].1));
            }
        }
        Some(Id::Uuid(*bytes))
    }

    /// Every id's sixteen bytes; zeros where it is a text.
    pub(super) fn uuids(&self) -> &[[u8; 16]] {
        &self.uuids
    }

    /// Those that are no UUID, by their place.
    pub(super) fn texts(&self) -> &[(u32, Box<str>)] {
        &self.texts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_back_as_they_were() {
        let texts = [
            "0c1a1f3e-8a52-4e5b-9f4b-1d7f6f2b0001",
            "0C1A1F3E-8a52-4e5b-9f4b-1d7f6f2b0001",
            "00000000-0000-0000-0000-000000000000",
            "",
            "change-2@2026-11-17T07:00:00Z",
            "0c1a1f3e-8a52-4e5b-9f4b-1d7f6f2b000é",
        ];
        let mut ids = Ids::default();
        for text in texts {
            ids.push(Id::of(text));
        }
        let read = |ids: &Ids| (0..ids.uuids().len()).map(|at| ids.get(at).unwrap().to_string()).collect::<Vec<_>>();
        assert_eq!(read(&ids), texts);
        assert_eq!(ids.texts().len(), 4);
        for (at, text) in texts.iter().rev().enumerate() {
            ids.set(at, Id::of(text));
        }
        assert!(read(&ids).iter().eq(texts.iter().rev()));
    }
}
