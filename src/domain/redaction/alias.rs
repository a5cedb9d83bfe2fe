//! Makes aliases and remembers them: one alias a value, never two values with one alias.
//! An alias keeps the shape of its value and nothing of its letters.

use std::collections::{HashMap, HashSet};

use super::class::Class;
use crate::domain::pretty::is_deceptive;

/// Words that a text needs even when somebody is called so.
const KEPT_WORDS: [&str; 24] = [
    "user",
    "users",
    "true",
    "false",
    "null",
    "work",
    "home",
    "other",
    "scim",
    "manager",
    "name",
    "error",
    "value",
    "active",
    "create",
    "update",
    "delete",
    "disable",
    "success",
    "failure",
    "filter",
    "token",
    "department",
    "title",
];

/// Names that are words as well: in small letters they are taken for the word.
const WORDS: [&str; 40] = [
    "will", "may", "mark", "rose", "grace", "hope", "faith", "bill", "rob", "sue", "pat", "art", "drew", "chase",
    "chance", "rich", "grant", "page", "read", "day", "long", "young", "small", "field", "post", "case", "reason",
    "price", "bond", "close", "sharp", "banks", "hand", "key", "law", "march", "april", "june", "august", "max",
];

/// Ends of domains that are no one's on the Internet (RFC 2606, RFC 6762).
const UNREACHABLE: [&str; 6] = [".local", ".internal", ".lan", ".test", ".invalid", ".localhost"];
/// No name is longer.
const LONG: usize = 40;

/// Every alias given so far.
#[derive(Debug, Default)]
pub(super) struct Aliases {
    people: u32,
    by_value: HashMap<String, String>,
    given: HashSet<String>,
    domains: HashMap<String, String>,
    /// Values to look for in texts, by their first word; longest first.
    phrases: HashMap<String, Vec<String>>,
}

impl Aliases {
    /// The number of a person not met before.
    pub(super) fn next_person(&mut self) -> u32 {
        self.people += 1;
        self.people
    }

    /// Whether the value was replaced before.
    pub(super) fn knows(&self, value: &str) -> bool {
        self.by_value.contains_key(&canonical(value))
    }

    /// Whether the value is itself an alias.
    pub(super) fn is_alias(&self, value: &str) -> bool {
        self.given.contains(&canonical(value))
    }

    /// The alias of a value, in the dress of the value.
    pub(super) fn of(&mut self, class: Class, value: &str, person: u32) -> String {
        let canonical = canonical(value);
        if canonical.is_empty() || self.given.contains(&canonical) {
            return value.to_owned();
        }
        let known = self.by_value.get(&canonical).cloned();
        let alias = known.unwrap_or_else(|| self.make(class, &canonical, person));
        dressed(value, &alias)
    }

    /// The longest known value that begins a text, with its length there and its alias. Both ends are word ends.
    pub(super) fn phrase_at(&self, text: &str) -> Option<(usize, String)> {
        let word: String = text.chars().take_while(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        self.phrases.get(&word)?.iter().find_map(|phrase| {
            let length = matched(text, phrase)?;
            let found = &text[..length];
            let plain = WORDS.contains(&phrase.as_str()) && found.chars().all(char::is_lowercase);
            let full = text[length..].chars().next().is_none_or(|c| !c.is_alphanumeric());
            let alias = self.by_value.get(phrase)?;
            (full && !plain).then(|| (length, dressed(found, alias)))
        })
    }

    fn make(&mut self, class: Class, canonical: &str, person: u32) -> String {
        let mut try_number = 0;
        let alias = loop {
            let alias = as_long(self.candidate(class, canonical, person, try_number), canonical);
            let lower = alias.to_lowercase();
            // An alias must be new, and nobody's own value.
            if lower != canonical && !self.by_value.contains_key(&lower) && self.given.insert(lower) {
                break alias;
            }
            try_number += 1;
        };
        self.by_value.insert(canonical.to_owned(), alias.clone());
        self.add_phrase(canonical);
        alias
    }

    fn candidate(&mut self, class: Class, canonical: &str, person: u32, attempt: u32) -> String {
        let number = match attempt {
            0 => person.to_string(),
            more => format!("{person}-{}", more + 1),
        };
        let marks = marks(canonical);
        if let (Some((local, domain)), true) = (
            canonical.rsplit_once('@'),
            matches!(class, Class::Login | Class::FullName | Class::Opaque | Class::Identifier | Class::NickName),
        ) {
            let guest = if local.contains("#ext#") { "#EXT#" } else { "" };
            let marks = marks.replace('#', if guest.is_empty() { "#" } else { "" });
            return format!("user{marks}{number}{guest}@{}", self.domain(domain));
        }
        let has_own_shape = matches!(class, Class::Phone | Class::Shape | Class::Identifier | Class::Secret);
        if !has_own_shape && uuid::Uuid::try_parse(canonical).is_ok() {
            return format!("{attempt:08x}-0000-0000-0000-{person:012}");
        }
        match class {
            Class::FullName if canonical.contains(',') => format!("Family{marks}{number}, Given{number}"),
            Class::FullName | Class::Login | Class::Opaque if canonical.contains(' ') => {
                format!("Person{marks} {number}")
            }
            Class::FullName => format!("Person{marks}{number}"),
            Class::Login | Class::Opaque => format!("user{marks}{number}"),
            Class::GivenName => format!("Given{marks}{number}"),
            Class::FamilyName => format!("Family{marks}{number}"),
            Class::NickName => format!("Nick{marks}{number}"),
            Class::Address => format!("Place{marks} {number}"),
            Class::Link => format!("https://person{number}.example"),
            Class::Phone | Class::Shape | Class::Identifier | Class::Secret => {
                shaped(canonical, u64::from(person) + u64::from(attempt) * 1_000)
            }
        }
    }

    fn domain(&mut self, domain: &str) -> String {
        let count = self.domains.len() + 1;
        let name = || match (domain.ends_with(".onmicrosoft.com"), domain.contains('.')) {
            (true, _) => format!("tenant{count}.onmicrosoft.com"),
            // No mail reaches these, which may be what is wrong.
            _ if UNREACHABLE.iter().any(|end| domain.ends_with(end)) => {
                format!("domain{count}{}", &domain[domain.rfind('.').unwrap_or(0)..])
            }
            (false, true) => format!("domain{count}.example"),
            (false, false) if domain.is_empty() => String::new(),
            (false, false) => format!("domain{count}"),
        };
        self.domains.entry(domain.to_owned()).or_insert_with(name).clone()
    }

    fn add_phrase(&mut self, canonical: &str) {
        let phrase = canonical.trim_start_matches(|c: char| !c.is_alphanumeric());
        let digits_only = phrase.chars().all(|c| c.is_ascii_digit());
        if phrase.chars().count() < if digits_only { 5 } else { 3 } || KEPT_WORDS.contains(&phrase) {
            return;
        }
        let word: String = phrase.chars().take_while(|c| c.is_alphanumeric()).collect();
        if phrase != canonical
            && let Some(alias) = self.by_value.get(canonical).cloned()
        {
            self.by_value.entry(phrase.to_owned()).or_insert(alias);
        }
        let phrases = self.phrases.entry(word).or_default();
        phrases.push(phrase.to_owned());
        phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
    }
}

/// The value as equal values share it: lower-case, without blanks at its ends and without invisible characters.
pub(super) fn canonical(value: &str) -> String {
    let visible: String = value.chars().filter(|c| !is_deceptive(*c)).flat_map(char::to_lowercase).collect();
    visible.trim().to_owned()
}

/// Whether a value is a formula or a place for a value, which a directory sent instead of what it stands for.
pub(super) fn is_formula(value: &str) -> bool {
    value.contains('{') && value.contains('}') || value.contains("([") || value.contains(", [")
}

/// Whether a text is a validator's sentence about a value, which no name can be.
pub(super) fn is_of_error(text: &str) -> bool {
    const MARKS: [&str; 6] =
        ["error converting", "must be a", "is required", "is not a valid", "expected a", "could not be converted"];
    let lower = text.to_lowercase();
    MARKS.iter().any(|mark| lower.contains(mark))
}

/// Whether an id tells nothing by itself: a GUID, a number, hexadecimal digits, or a long mix of letters and digits.
pub(super) fn is_opaque(id: &str) -> bool {
    let id = id.trim();
    let digits = id.chars().filter(char::is_ascii_digit).count();
    let bare = id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    let hex = id.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    bare && (digits == id.len() || hex && digits > 0 || id.len() >= 12 && digits >= 2)
}

fn matched(text: &str, phrase: &str) -> Option<usize> {
    let mut wanted = phrase.chars();
    let mut next = wanted.next();
    for (at, c) in text.char_indices() {
        if next.is_none() {
            return Some(at);
        }
        for lower in c.to_lowercase() {
            if next != Some(lower) {
                return None;
            }
            next = wanted.next();
        }
    }
    next.is_none().then_some(text.len())
}

/// Special characters that break queries and addresses, each once, and one letter for all beyond ASCII.
fn marks(canonical: &str) -> String {
    let stem = canonical.rsplit_once('@').map_or(canonical, |(local, _)| local);
    let mut marks = String::new();
    for c in stem.chars() {
        let mark = if c.is_alphabetic() && !c.is_ascii() { 'é' } else { c };
        if (mark == 'é' || "'\"\\&%#+/?*();:!@$".contains(mark) || ('\u{300}'..='\u{36f}').contains(&mark))
            && !marks.contains(mark)
        {
            marks.push(mark);
        }
    }
    marks
}

/// A value beyond the usual limits stays as long: that may be what is wrong with it.
fn as_long(alias: String, canonical: &str) -> String {
    let (wanted, has) = (canonical.chars().count(), alias.chars().count());
    if wanted <= LONG || has >= wanted {
        return alias;
    }
    let more = "x".repeat(wanted - has);
    match alias.split_once('@') {
        Some((local, domain)) => format!("{local}{more}@{domain}"),
        None => alias + &more,
    }
}

/// Digits become 0 and letters x; the number is written over the last digits, or behind where there are too few.
fn shaped(canonical: &str, number: u64) -> String {
    if let Some(rest) = canonical.strip_prefix("tel:") {
        return format!("tel:{}", shaped(rest, number));
    }
    // A number with its country stays one: no country begins with 0.
    if let Some(rest) = canonical.strip_prefix('+')
        && rest.starts_with(|first: char| ('1'..='9').contains(&first))
        && let Some(others) = rest.get(1..)
    {
        return format!("+1{}", shaped(others, number));
    }
    let hex = canonical.len() == 36 && canonical.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    let mut shape: Vec<char> = canonical
        .chars()
        .map(|c| match c {
            c if c.is_ascii_digit() || hex && c.is_ascii_hexdigit() => '0',
            c if c.is_alphabetic() => 'x',
            c => c,
        })
        .collect();
    let mut digits: Vec<char> = number.to_string().chars().collect();
    let places = shape.iter().filter(|c| **c == '0').count();
    if places < digits.len() {
        shape.extend(digits);
        return shape.into_iter().collect();
    }
    for place in shape.iter_mut().rev().filter(|c| **c == '0') {
        let Some(digit) = digits.pop() else { break };
        *place = digit;
    }
    shape.into_iter().collect()
}

/// The alias with the value's blanks, invisible characters and case.
fn dressed(value: &str, alias: &str) -> String {
    let hidden = |c: &char| c.is_whitespace() || is_deceptive(*c);
    let start: String = value.chars().take_while(hidden).collect();
    let rest = &value[start.len()..];
    let end: String = {
        let backwards: String = rest.chars().rev().take_while(hidden).collect();
        backwards.chars().rev().collect()
    };
    let core = &rest[..rest.len() - end.len()];
    let within: String = core.chars().filter(|c| is_deceptive(*c)).collect();
    let mut dress = cased(core, alias);
    if !within.is_empty() {
        let second = dress.char_indices().nth(1).map_or(dress.len(), |(at, _)| at);
        dress.insert_str(second, &within);
    }
    format!("{start}{dress}{end}")
}

fn cased(value: &str, alias: &str) -> String {
    let letters: Vec<char> = value.replace("#EXT#", "").chars().filter(|c| c.is_alphabetic()).collect();
    let upper = letters.iter().filter(|c| c.is_uppercase()).count();
    let first = letters.first().is_some_and(|c| c.is_uppercase());
    if upper > 1 && upper == letters.len() {
        return alias.to_uppercase();
    }
    let mut seen = 0;
    alias
        .chars()
        .map(|c| {
            if !c.is_ascii_alphabetic() || seen > 1 {
                return c;
            }
            seen += 1;
            match (seen, first) {
                (1, true) => c.to_ascii_uppercase(),
                (1, false) => c.to_ascii_lowercase(),
                // Capitals further on, as in `jDoe`, move to the second letter.
                (_, false) if upper > 0 => c.to_ascii_uppercase(),
                _ => c,
            }
        })
        .collect()
}
