//! Texts by number: each once, beside its form in lower case, which is what comparing uses.
//! A number never changes its text. Number 0 is "none" and reads as an empty text.

use std::hash::BuildHasher as _;

use foldhash::fast::RandomState;

use super::slots::Slots;
use crate::domain::query::fold;

/// Where a text is used; a text of no use to a column need not be looked for there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    User = 1,
    Detail = 2,
    Path = 4,
    Resource = 8,
}

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
        let Self { slots, hasher, texts, ends, .. } = self;
        slots.insert(hash, number, |number| hasher.hash_one(cut(texts, ends, number, |(end, _)| end)));
        number
    }

    /// Notes that a column uses a text.
    pub(super) fn mark(&mut self, number: u32, column: Column) {
        if let Some(used) = self.used.get_mut(number as usize) {
            *used |= column as u8;
        }
    }

    /// Whether a column uses a text.
    pub(super) fn is_used(&self, number: usize, column: Column) -> bool {
        number == 0 || self.used.get(number).is_some_and(|used| used & column as u8 != 0)
    }

    /// The text of a number; empty for "none".
    pub(super) fn text(&self, number: u32) -> &str {
        cut(&self.texts, &self.ends, number, |(end, _)| end)
    }

    /// The text of a number in lower case.
    pub(super) fn folded(&self, number: u32) -> &str {
        cut(&self.folded, &self.ends, number, |(_, end)| end)
    }

    /// The numbers of the texts that hold some letters, which are in lower case.
    pub(super) fn holding(&self, letters: &str) -> Vec<u32> {
        let finder = memchr::memmem::Finder::new(letters);
        let (mut found, mut number, mut from) = (Vec::new(), 1, 0);
        while let Some(at) = self.folded.as_bytes().get(from..).and_then(|rest| finder.find(rest)) {
            let start = from + at;
            // The text that the place is in: starts only go up, so what was passed is not looked at again.
            while self.ends.get(number).is_some_and(|(_, end)| *end as usize <= start) {
                number += 1;
            }
            let Some((_, end)) = self.ends.get(number) else { break };
            // What begins in one text and ends in the next is in neither.
            if start + letters.len() <= *end as usize {
                found.push(u32::try_from(number).unwrap_or(u32::MAX));
            }
            from = *end as usize;
        }
        found
    }

    /// The text of a number; `None` for "none".
    pub(super) fn some(&self, number: u32) -> Option<String> {
        (number != 0).then(|| self.text(number).to_owned())
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
            let expected: Vec<u32> = numbers.into_iter().filter(|n| texts.folded(*n).contains(letters)).collect();
            assert_eq!(texts.holding(letters), expected, "{letters}");
        }
    }
}
