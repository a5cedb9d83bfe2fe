//! Lists of phrases that errors are searched for. Each is compiled once: an error is read in one go, however long the list.

use std::sync::OnceLock;

use regex::Regex;

/// Phrases, in lower case.
pub(super) struct Phrases {
    all: &'static [&'static str],
    /// Only between spaces, also in the plural.
    are_words: bool,
    compiled: OnceLock<Option<Regex>>,
}

impl Phrases {
    /// Phrases that may stand anywhere.
    pub(super) const fn of(all: &'static [&'static str]) -> Self {
        Self { all, are_words: false, compiled: OnceLock::new() }
    }

    /// Whole words, for a text that has a space for all that is no letter.
    pub(super) const fn words(all: &'static [&'static str]) -> Self {
        Self { all, are_words: true, compiled: OnceLock::new() }
    }

    /// The phrases themselves.
    pub(super) const fn all(&self) -> &'static [&'static str] {
        self.all
    }

    /// Whether one of them is in a text.
    pub(super) fn are_in(&self, text: &str) -> bool {
        if text.is_empty() {
            return false;
        }
        let compile = || {
            let any = self.all.iter().map(|phrase| regex::escape(phrase)).collect::<Vec<_>>().join("|");
            Regex::new(&if self.are_words { format!(" (?:{any})(?:e?s)? ") } else { any }).ok()
        };
        self.compiled.get_or_init(compile).as_ref().is_some_and(|phrases| phrases.is_match(text))
    }
}
