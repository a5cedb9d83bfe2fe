//! Texts by number: each once, beside its form in lower case, which is what comparing uses.
//! A number never changes its text. Number 0 is "none" and reads as an empty text.

use std::{hash::BuildHasher as _, ops::Range};

use foldhash::fast::RandomState;
use memchr::memmem::Finder;

use super::{shares::shared_out, slots::Slots};
use crate::domain::query::fold;

/// Where a text is used; a text of no use to a column need not be looked for there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    User = 1,
    Detail = 2,
    Path = 4,
    Resource = 8,
}

/// Some of the columns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns(u8);

impl Columns {
    pub(super) const fn has(self, column: Column) -> bool {
        self.0 & column as u8 != 0
    }
}

/// From so many texts on, looking through them is shared out.
const SHARED_FROM: usize = 1 << 14;

/// Every text of one profile's journal.
pub(super) struct Dictionary {
    texts: String,
    folded: String,
    /// Where each text ends, and where its folded form does.
    ends: Vec<(u32, u32)>,
    used: Vec<u8>,
    /// The texts that are more than plain ASCII.
    beyond_ascii: Vec<u32>,
    hasher: RandomState,
    slots: Slots,
}

impl Dictionary {
    pub(super) fn new() -> Self {
        Self {
            texts: String::new(),
            folded: String::new(),
            ends: vec![(0, 0)],
            used: vec![0],
            beyond_ascii: Vec::new(),
            hasher: RandomState::default(),
            slots: Slots::default(),
        }
    }

    /// The numbers of the texts that are more than plain ASCII.
    pub(super) fn beyond_ascii(&self) -> &[u32] {
        &self.beyond_ascii
    }

    /// One more than the highest number.
    pub(super) const fn len(&self) -> usize {
        self.ends.len()
    }

    /// The number of a text, a new one where it was not known.
    pub(super) fn intern(&mut self, text: &str) -> u32 {
        let hash = self.hasher.hash_one(text);
        if let Some(known) = self.slots.find(hash, |number| self.text(number) == text) {
            return known;
        }
        let number = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        self.texts.push_str(text);
        if text.is_ascii() {
            self.folded.push_str(text);
            let start = self.folded.len() - text.len();
            if let Some(new) = self.folded.get_mut(start..) {
                new.make_ascii_lowercase();
            }
        } else {
            self.beyond_ascii.push(number);
            self.folded.push_str(&fold(text));
        }
        let end = |text: &str| u32::try_from(text.len()).unwrap_or(u32::MAX);
        self.ends.push((end(&self.texts), end(&self.folded)));
        self.used.push(0);
        self.slots.insert(hash, number);
        number
    }

    /// Notes that a column uses a text.
    pub(super) fn mark(&mut self, number: u32, column: Column) {
        if let Some(used) = self.used.get_mut(number as usize) {
            *used |= column as u8;
        }
    }

    /// The columns in which it makes a difference which texts fit: not all are like "none".
    pub(super) fn differing(&self, fits: &[bool]) -> Columns {
        let none = fits.first().copied().unwrap_or_default();
        let differing = |columns, (used, fits): (&u8, &bool)| columns | if *fits == none { 0 } else { *used };
        Columns(self.used.iter().zip(fits).fold(0, differing))
    }

    /// The text of a number; empty for "none".
    pub(super) fn text(&self, number: u32) -> &str {
        cut(&self.texts, &self.ends, number, |(end, _)| end)
    }

    /// The text of a number in lower case.
    pub(super) fn folded(&self, number: u32) -> &str {
        cut(&self.folded, &self.ends, number, |(_, end)| end)
    }

    /// Which texts hold some letters, which are in lower case and at least one.
    pub(super) fn holding(&self, letters: &str) -> Vec<bool> {
        let finder = Finder::new(letters);
        let share = |numbers: Range<usize>| self.holding_among(numbers, &finder, letters.len());
        shared_out(self.len(), SHARED_FROM, share).concat()
    }

    /// The same of some texts.
    fn holding_among(&self, numbers: Range<usize>, finder: &Finder<'_>, length: usize) -> Vec<bool> {
        let mut fits = vec![false; numbers.len()];
        let end_of = |number: usize| self.ends.get(number).map_or(0, |(_, end)| *end as usize);
        let (mut number, mut from) = (numbers.start, numbers.start.checked_sub(1).map_or(0, end_of));
        let among = self.folded.as_bytes().get(..numbers.end.checked_sub(1).map_or(0, end_of)).unwrap_or_default();
        while let Some(at) = among.get(from..).and_then(|rest| finder.find(rest)) {
            let start = from + at;
            // The text that the place is in: starts only go up, so what was passed is not looked at again.
            while end_of(number) <= start {
                number += 1;
            }
            let end = end_of(number);
            // What begins in one text and ends in the next is in neither.
            if start + length <= end
                && let Some(fits) = fits.get_mut(number - numbers.start)
            {
                *fits = true;
            }
            from = end;
        }
        fits
    }

    /// The text of a number; `None` for "none".
    pub(super) fn some(&self, number: u32) -> Option<&str> {
        (number != 0).then(|| self.text(number))
    }
}

fn cut<'t>(texts: &'t str, ends: &[(u32, u32)], number: u32, side: fn((u32, u32)) -> u32) -> &'t str {
    let number = number as usize;
    let (Some(before), Some(end)) = (number.checked_sub(1).and_then(|n| ends.get(n)), ends.get(number)) else {
        return "";
    };
    texts.get(side(*before) as usize..side(*end) as usize).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_found_within_a_text_only() {
        let mut texts = Dictionary::new();
        let all = ["xa", "aa", "", "ab", "Aab", "b", "zoË", "AAB", "xaaab"];
        let numbers = all.map(|text| texts.intern(text));
        assert_eq!(numbers.map(|number| texts.text(number)), all);
        assert_eq!(all.map(|text| texts.intern(text)), numbers);
        for letters in ["aa", "ab", "aab", "b", "a", "oë", "zz"] {
            let expected: Vec<bool> = (0..10).map(|n| texts.folded(n).contains(letters)).collect();
            assert_eq!(texts.holding(letters), expected, "{letters}");
        }
    }

    #[test]
    fn many_texts_are_looked_through_like_few() {
        let mut texts = Dictionary::new();
        for number in 0..3 * SHARED_FROM {
            texts.intern(&number.to_string());
        }
        for letters in ["7", "99", "163"] {
            let fits = texts.holding(letters);
            assert_eq!(fits.len(), texts.len());
            for (number, fits) in (0..).zip(fits) {
                assert_eq!(fits, texts.folded(number).contains(letters), "{letters} in {}", texts.text(number));
            }
        }
    }
}
