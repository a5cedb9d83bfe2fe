//! How words are looked for in a text; text and words are in lower case.

use std::sync::OnceLock;

use regex::Regex;

/// Whether any of these stands in a text, also within a word.
pub(in crate::diagnosis) fn says(text: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| text.contains(part))
}

/// A text, and below it its codes as words: `email_empty` says "email empty".
pub(in crate::diagnosis) fn with_codes(mut text: String) -> String {
    const MOST: usize = 40;
    let is_code = |token: &&str| token.contains('_') && !token.starts_with('_') && !token.ends_with('_');
    let tokens = text.split(|c: char| !(c.is_ascii_lowercase() || c == '_')).filter(is_code).take(MOST);
    // The name of a person is none.
    let codes: Vec<String> =
        tokens.filter(|code| !text.contains(&format!("{code}@"))).map(|code| code.replace('_', " ")).collect();
    for code in codes {
        text.push('\n');
        text.push_str(&code);
    }
    text
}

/// Whether a word stands in a text by itself: `op`, not `operation`.
pub(in crate::diagnosis) fn has_word(text: &str, word: &str) -> bool {
    stands_alone(text, word, |c| c.is_alphanumeric() || c == '_')
}

/// Whether a name or an id stands in a text as a whole, so that "4" is not found in "400", nor "id" in "user-id".
pub(in crate::diagnosis) fn has_name(text: &str, name: &str) -> bool {
    stands_alone(text, name, |c| c.is_alphanumeric() || c == '_' || c == '-')
}

/// Whether a text has a word between quotes: `'Replace'`.
pub(in crate::diagnosis) fn quotes_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let after = text.get(at + word.len()..).unwrap_or_default();
        ['\'', '"', '`'].iter().any(|mark| before.ends_with(*mark) && after.starts_with(*mark))
    })
}

fn stands_alone(text: &str, word: &str, is_part: fn(char) -> bool) -> bool {
    !word.is_empty()
        && text.match_indices(word).any(|(at, _)| {
            let after = text.get(at + word.len()..).unwrap_or_default();
            !text.get(..at).unwrap_or_default().ends_with(is_part) && !after.starts_with(is_part)
        })
}

/// Whether a text has any of these as a whole word; what a person is called, as in an e-mail address, says nothing.
pub(in crate::diagnosis) fn has_any_word(text: &str, wanted: &[&str]) -> bool {
    words(text).any(|word| wanted.contains(&word))
}

/// The words of a text without its e-mail addresses.
pub(in crate::diagnosis) fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '@' | '.' | '-' | '_' | '+');
    let chunks = text.split(move |c| !is_part(c)).filter(|chunk| !chunk.contains('@'));
    chunks.flat_map(|chunk| chunk.split(|c: char| !c.is_alphanumeric())).filter(|word| !word.is_empty())
}

/// Phrases that many errors are searched for. They are compiled once: a text is read in one go, however long the list.
pub(in crate::diagnosis) struct Phrases {
    all: &'static [&'static str],
    /// Only between spaces, also in the plural.
    are_words: bool,
    compiled: OnceLock<Option<Regex>>,
}

impl Phrases {
    /// Phrases that may stand anywhere.
    pub(in crate::diagnosis) const fn of(all: &'static [&'static str]) -> Self {
        Self { all, are_words: false, compiled: OnceLock::new() }
    }

    /// Whole words, for a text that has a space for all that is no letter.
    pub(in crate::diagnosis) const fn words(all: &'static [&'static str]) -> Self {
        Self { all, are_words: true, compiled: OnceLock::new() }
    }

    /// The phrases themselves.
    pub(in crate::diagnosis) const fn all(&self) -> &'static [&'static str] {
        self.all
    }

    /// Whether one of them is in a text.
    pub(in crate::diagnosis) fn are_in(&self, text: &str) -> bool {
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
