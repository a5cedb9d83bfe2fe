//! Free text: JSON inside it is redacted as JSON; secrets, addresses and known values are found by their look.
//! Where an expression were missing, the whole text would be withheld rather than let through.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::Value;

use super::{
    DOTS, Redactor,
    class::{Class, Place},
};

/// JSON within JSON within JSON; deeper is text.
const MAX_DEPTH: usize = 4;
/// So many places of one text are tried as JSON.
const MAX_TRIES: usize = 32;

type Expression = LazyLock<Option<Regex>>;

static JWT: Expression =
    LazyLock::new(|| Regex::new(r"\beyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?").ok());
static SCHEME: Expression =
    LazyLock::new(|| Regex::new(r"(?i)\b(bearer|basic|ssws)([ =:]+|%20)([A-Za-z0-9._~+/=-]{2,})").ok());
static NAMED_SECRET: Expression = LazyLock::new(|| {
    Regex::new(r#"(?i)\b((?:[a-z_-]*(?:token|secret|api[_-]?key)|password|pwd|code|sig)["']?\s*(?:=|:)\s*["']?)([^\s"'&,;<>]{4,})"#).ok()
});
static LONG: Expression = LazyLock::new(|| Regex::new(r"[A-Za-z0-9_+=-]{24,}").ok());
static EMAIL: Expression =
    LazyLock::new(|| Regex::new(r#"[^\s"<>()\[\]{},;:=|@/?&]+@[\p{L}\p{N}](?:[\p{L}\p{N}._-]*[\p{L}\p{N}])?"#).ok());
static NAMED_VALUE: Expression = LazyLock::new(|| {
    Regex::new(r#"(?i)\b(user|user ?name|upn|external ?id|display ?name|given ?name|family ?name|nick ?name|e-?mail|employee ?number)(['"]?\s*(?:(?:=|:|eq|is|of|with)\s*)?)(?:'([^']+)'|"([^"]+)")"#).ok()
});

/// Words that follow `bearer` in a sentence.
const SENTENCE: [&str; 14] = [
    "token",
    "tokens",
    "auth",
    "authentication",
    "authorization",
    "scheme",
    "credential",
    "credentials",
    "is",
    "was",
    "header",
    "prefix",
    "or",
    "and",
];

impl Redactor {
    /// A text with its JSON, secrets, addresses and known values replaced.
    pub(super) fn scrub(&mut self, text: &str, depth: usize) -> String {
        if text.is_empty() {
            return String::new();
        }
        let mut scrubbed = String::with_capacity(text.len());
        let mut rest = text;
        let mut from = 0;
        for _ in 0..MAX_TRIES {
            let Some(at) = rest[from..].find(['{', '[']).map(|at| from + at).filter(|_| depth < MAX_DEPTH) else {
                break;
            };
            let mut values = serde_json::Deserializer::from_str(&rest[at..]).into_iter::<Value>();
            let (Some(Ok(value)), end) = (values.next(), values.byte_offset()) else {
                from = at + 1;
                continue;
            };
            scrubbed.push_str(&self.plain(&rest[..at]));
            let redacted = self.at(&Place::root(), &value, depth + 1);
            let original = &rest[at..at + end];
            scrubbed.push_str(&if redacted == value { original.to_owned() } else { redacted.to_string() });
            rest = &rest[at + end..];
            from = 0;
        }
        scrubbed.push_str(&self.plain(rest));
        scrubbed
    }

    /// An attribute path, whose filter may hold a personal value.
    pub(super) fn path(&mut self, path: &str) -> String {
        match path.find('[') {
            Some(at) => {
                let place = Place::root().member(&path[..at]);
                format!("{}{}", &path[..at], self.filter(&path[at..], &place))
            }
            None => path.to_owned(),
        }
    }

    /// A filter with the values of personal attributes replaced. Other literals are scrubbed as text.
    pub(super) fn filter(&mut self, filter: &str, within: &Place) -> String {
        let mut redacted = String::with_capacity(filter.len());
        let mut rest = filter;
        while let Some(start) = rest.find('"') {
            let Some(length) = literal_length(&rest[start..]) else { break };
            let literal = &rest[start..start + length];
            let before = format!("{redacted}{}", &rest[..start]);
            redacted.push_str(&rest[..start]);
            let text = serde_json::from_str(literal).unwrap_or_else(|_| literal[1..length - 1].to_owned());
            let alias = match compared(&before, within).class() {
                Some(class) => self.alias(class, &text),
                None => self.scrub(&text, MAX_DEPTH),
            };
            redacted.push_str(&if alias == text { literal.to_owned() } else { Value::from(alias).to_string() });
            rest = &rest[start + length..];
        }
        redacted.push_str(&self.scrub(rest, MAX_DEPTH));
        redacted
    }

    fn plain(&mut self, text: &str) -> String {
        let text = self.replace(&JWT, text, |redactor, found| redactor.dots(&found[0]));
        let text = self.replace(&SCHEME, &text, |redactor, found| {
            let sentence = SENTENCE.iter().any(|word| found[3].trim_end_matches('.').eq_ignore_ascii_case(word));
            if sentence {
                found[0].to_owned()
            } else {
                format!("{}{}{}", &found[1], &found[2], redactor.dots(&found[3]))
            }
        });
        let text = self.replace(&NAMED_SECRET, &text, |redactor, found| {
            // "Response Status Code: Unauthorized" is no code that somebody could use.
            let is_word =
                found[1].to_ascii_lowercase().starts_with("code") && found[2].chars().all(char::is_alphabetic);
            if is_word { found[0].to_owned() } else { format!("{}{}", &found[1], redactor.dots(&found[2])) }
        });
        let text = self.replace(&LONG, &text, |redactor, found| {
            if is_token(&found[0]) { redactor.dots(&found[0]) } else { found[0].to_owned() }
        });
        let text = self.known(&text);
        let text = self.replace(&EMAIL, &text, |redactor, found| {
            let start = found[0].find(|c| c != '\'').unwrap_or_default();
            let address = &found[0][start..];
            let ends = address.char_indices().filter(|(_, c)| !c.is_alphanumeric()).map(|(at, _)| at);
            let done = ends.into_iter().any(|end| redactor.aliases.is_alias(&address[..end]));
            let alias = if done { address.to_owned() } else { redactor.alias(Class::Login, address) };
            format!("{}{alias}", &found[0][..start])
        });
        self.replace(&NAMED_VALUE, &text, |redactor, found| {
            let (quote, value) = found.get(3).map_or_else(|| ('"', &found[4]), |value| ('\'', value.as_str()));
            let class = Place::root().member(&found[1].replace([' ', '-'], "")).class();
            let alias = class.map_or_else(|| value.to_owned(), |class| redactor.alias(class, value));
            format!("{}{}{quote}{alias}{quote}", &found[1], &found[2])
        })
    }

    /// Values met in their own fields, wherever a text repeats them.
    fn known(&mut self, text: &str) -> String {
        let mut redacted = String::with_capacity(text.len());
        let mut at = 0;
        let mut within_word = false;
        while let Some(c) = text[at..].chars().next() {
            if c.is_alphanumeric()
                && !within_word
                && let Some((length, alias)) = self.aliases.phrase_at(&text[at..])
                && !self.is_within_alias(text, at)
            {
                redacted.push_str(&alias);
                at += length;
                within_word = true;
                continue;
            }
            within_word = c.is_alphanumeric();
            redacted.push(c);
            at += c.len_utf8();
        }
        redacted
    }

    /// Whether the word at a place belongs to an alias already written there, such as `domain1.example`.
    fn is_within_alias(&self, text: &str, at: usize) -> bool {
        let blank = |c: char| c.is_whitespace() || "\"'<>(),;".contains(c);
        let start =
            text[..at].rfind(blank).map_or(0, |found| found + text[found..].chars().next().map_or(1, char::len_utf8));
        let end = text[at..].find(blank).map_or(text.len(), |found| at + found);
        self.aliases.is_alias(&text[start..end])
    }

    fn replace(
        &mut self,
        expression: &Expression,
        text: &str,
        with: impl Fn(&mut Self, &Captures<'_>) -> String,
    ) -> String {
        match &**expression {
            Some(expression) => expression.replace_all(text, |found: &Captures<'_>| with(self, found)).into_owned(),
            None => DOTS.to_owned(),
        }
    }
}

/// A long word that mixes letters and digits as tokens do; ids in hexadecimal are none.
fn is_token(word: &str) -> bool {
    let has = |test: fn(&char) -> bool| word.chars().any(|c| test(&c));
    let hex = word.len() <= 36 && word.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    let [digit, lower, upper] =
        [has(char::is_ascii_digit), has(char::is_ascii_lowercase), has(char::is_ascii_uppercase)];
    !hex && digit && (lower && upper || word.len() >= 40 && (lower || upper))
}

/// The length of a JSON string literal that begins a text, its quotes included.
fn literal_length(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The attribute that the literal after this text is compared with.
fn compared(before: &str, within: &Place) -> Place {
    let mut words = before.split_whitespace().rev();
    let _operator = words.next();
    let attribute = words.next().unwrap_or_default().trim_start_matches(['(', '!']);
    let open = before.rfind('[').filter(|at| !before[*at..].contains(']'));
    match (attribute.rsplit_once('['), open) {
        (Some((parent, name)), _) if !parent.is_empty() => Place::root().member(parent).member(name),
        (Some((_, name)), _) => within.member(name),
        (None, Some(at)) => {
            let parent = before[..at].rsplit([' ', '(']).next().unwrap_or_default();
            let place = if parent.is_empty() { within.clone() } else { Place::root().member(parent) };
            place.member(attribute)
        }
        (None, None) => within.member(attribute),
    }
}
