//! Text to query. Every refusal is one sentence with the character it is about; length, depth and number of terms
//! are bounded, so that no typed or pasted text can make the console slow.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};

use super::{Comparison, Expression, Field, Moment, Pattern, Query, StatusTest, Term, TimeSpan, TimeUnit, term};
use crate::domain::{
    exchange::{Operation, Outcome},
    journal::Source,
};

/// Longest query, in characters.
pub const MAX_CHARACTERS: usize = 4_000;
/// Deepest nesting of parentheses and negations.
pub const MAX_DEPTH: usize = 32;
/// So much of a value that is not understood is repeated.
const SHOWN: usize = 40;
/// Most words and fields.
pub const MAX_TERMS: usize = 256;

/// Why a text is no query, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct QueryError {
    /// Which character it is about, from 0.
    pub at: usize,
    /// One sentence.
    pub message: String,
}

pub(super) fn parse(text: &str) -> Result<Query, QueryError> {
    let mut reader = Reader { characters: text.chars().collect(), at: 0, terms: 0 };
    if reader.characters.len() > MAX_CHARACTERS {
        return Err(fail(MAX_CHARACTERS, format!("A query has at most {MAX_CHARACTERS} characters.")));
    }
    reader.skip_blanks();
    if reader.at_end() {
        return Ok(Query::everything());
    }
    let expression = reader.any(0)?;
    if reader.at_end() {
        Ok(Query::from(expression))
    } else {
        Err(fail(reader.at, "There is no opening parenthesis for this one."))
    }
}

/// Whether a word reads back as the same word without quotes.
pub(super) fn stands_bare(word: &str) -> bool {
    let is_field = word.split_once(':').is_some_and(|(before, _)| is_field_like(before));
    value_stands_bare(word)
        && !word.starts_with('-')
        && !is_field
        && !is_keyword(word, "or")
        && !is_keyword(word, "and")
}

/// Whether a field's value reads back as the same value without quotes.
pub(super) fn value_stands_bare(value: &str) -> bool {
    !value.is_empty() && !value.starts_with('"') && !value.chars().any(ends_word)
}

/// Where the word that is being typed begins, in bytes: after the last blank that is not within quotes.
#[must_use]
pub fn last_word(text: &str) -> usize {
    let (mut begins, mut quoted, mut escaped) = (0, false, false);
    for (at, character) in text.char_indices() {
        match character {
            '"' if !escaped => quoted = !quoted,
            _ if character.is_whitespace() && !quoted => begins = at + character.len_utf8(),
            _ => {}
        }
        escaped = quoted && character == '\\' && !escaped;
    }
    begins
}

fn ends_word(character: char) -> bool {
    character.is_whitespace() || matches!(character, '(' | ')')
}

fn is_keyword(word: &str, keyword: &str) -> bool {
    word.eq_ignore_ascii_case(keyword)
}

/// Names and addresses are pasted as they are: `urn:…` and `https:…` are words, not fields.
fn is_field_like(before: &str) -> bool {
    let is_scheme = ["urn", "http", "https"].iter().any(|scheme| before.eq_ignore_ascii_case(scheme));
    !before.is_empty() && before.chars().all(|c| c.is_ascii_alphabetic()) && !is_scheme
}

fn fail(at: usize, message: impl Into<String>) -> QueryError {
    QueryError { at, message: message.into() }
}

struct Reader {
    characters: Vec<char>,
    at: usize,
    terms: usize,
}

impl Reader {
    fn any(&mut self, depth: usize) -> Result<Expression, QueryError> {
        let start = self.at;
        let mut members = vec![self.all(depth)?];
        while self.take_keyword("or") {
            members.push(self.all(depth)?);
        }
        Expression::any(members).ok_or_else(|| fail(start, "There is nothing to look for here."))
    }

    fn all(&mut self, depth: usize) -> Result<Expression, QueryError> {
        let mut members = Vec::new();
        loop {
            self.skip_blanks();
            if self.at_end() || self.peek() == Some(')') || self.sees_keyword("or") {
                break;
            }
            if !members.is_empty() && self.take_keyword("and") {
                self.skip_blanks();
            }
            members.push(self.one(depth)?);
        }
        Expression::all(members).ok_or_else(|| fail(self.at, "Something to look for is missing here."))
    }

    fn one(&mut self, depth: usize) -> Result<Expression, QueryError> {
        let start = self.at;
        if depth > MAX_DEPTH {
            return Err(fail(start, format!("A query nests at most {MAX_DEPTH} deep.")));
        }
        match self.peek() {
            Some('-') => {
                self.at += 1;
                if self.peek().is_none_or(|next| next.is_whitespace() || next == ')') {
                    return Err(fail(start, "A minus stands right before what it excludes."));
                }
                Ok(self.one(depth + 1)?.negated())
            }
            Some('(') => {
                self.at += 1;
                let inner = self.any(depth + 1)?;
                if self.peek() != Some(')') {
                    return Err(fail(start, "This parenthesis is not closed."));
                }
                self.at += 1;
                Ok(inner)
            }
            None | Some(')') => Err(fail(start, "Something to look for is missing here.")),
            Some(_) => Ok(Expression::Term(self.term()?)),
        }
    }

    fn term(&mut self) -> Result<Term, QueryError> {
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return Err(fail(self.at, format!("A query has at most {MAX_TERMS} words and fields.")));
        }
        let start = self.at;
        if self.peek() == Some('"') {
            return Ok(Term::Word(Pattern(self.quoted()?)));
        }
        let word = self.bare();
        let Some((before, _)) = word.split_once(':').filter(|(before, _)| is_field_like(before)) else {
            return Ok(Term::Word(Pattern(word)));
        };
        let Some(field) = Field::from_key(before) else {
            return Err(fail(start, unknown_field(before)));
        };
        self.at = start + before.chars().count() + 1;
        let value_at = self.at;
        let value = match self.peek() {
            Some('"') => self.quoted()?,
            None | Some('(') => return Err(missing_value(value_at, field)),
            Some(next) if ends_word(next) => return Err(missing_value(value_at, field)),
            Some(_) => self.bare(),
        };
        value_of(field, &value).map_err(|message| fail(value_at, not_understood(field, &value, &message)))
    }

    fn bare(&mut self) -> String {
        let rest = &self.characters[self.at..];
        let length = rest.iter().position(|c| ends_word(*c)).unwrap_or(rest.len());
        let word = rest[..length].iter().collect();
        self.at += length;
        word
    }

    fn quoted(&mut self) -> Result<String, QueryError> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let next = self.peek();
            self.at += 1;
            match next {
                None => return Err(fail(start, "This quote is not closed.")),
                Some('"') => return Ok(text),
                Some('\\') if matches!(self.peek(), Some('"' | '\\')) => {
                    text.extend(self.peek());
                    self.at += 1;
                }
                Some(other) => text.push(other),
            }
        }
    }

    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    const fn at_end(&self) -> bool {
        self.at >= self.characters.len()
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    fn sees_keyword(&self, keyword: &str) -> bool {
        let rest = &self.characters[self.at.min(self.characters.len())..];
        let length = rest.iter().position(|c| ends_word(*c)).unwrap_or(rest.len());
        length == keyword.len() && is_keyword(&rest[..length].iter().collect::<String>(), keyword)
    }

    fn take_keyword(&mut self, keyword: &str) -> bool {
        let seen = self.sees_keyword(keyword);
        if seen {
            self.at += keyword.len();
        }
        seen
    }
}

fn missing_value(at: usize, field: Field) -> QueryError {
    fail(at, format!("A value is missing right after {}:", field.key()))
}

fn unknown_field(typed: &str) -> String {
    let fields: Vec<&str> = Field::ALL.iter().map(|field| field.key()).collect();
    format!("There is no field {typed}; use {}, or put the text in quotes.", fields.join(", "))
}

/// What was typed, cut where it is long, and what is understood instead.
fn not_understood(field: Field, value: &str, instead: &str) -> String {
    let mut shown: String = value.chars().take(SHOWN).collect();
    if shown.len() < value.len() {
        shown.push('…');
    }
    format!("{}:{shown} is not understood. {instead}", field.key())
}

fn value_of(field: Field, value: &str) -> Result<Term, String> {
    let pattern = || Pattern(value.to_owned());
    Ok(match field {
        Field::User => Term::User(pattern()),
        Field::Error => Term::Error(pattern()),
        Field::Path => Term::Path(pattern()),
        Field::Attr => Term::Attr(pattern()),
        Field::Id => Term::Id(pattern()),
        Field::Client => Term::Client(pattern()),
        Field::Cause => Term::Cause(pattern()),
        Field::Status => Term::Status(status(value).ok_or("Write a status as 409, >=400 or 4xx.")?),
        Field::Outcome => Term::Outcome(choice(value, &Outcome::ALL, Outcome::key, Outcome::label)?),
        Field::Operation => Term::Operation(choice(value, &Operation::ALL, Operation::key, Operation::label)?),
        Field::Source => Term::Source(choice(value, &Source::ALL, Source::key, Source::label)?),
        Field::Since => Term::Since(moment(value).ok_or(MOMENT_FORMS)?),
        Field::Until => Term::Until(moment(value).ok_or(MOMENT_FORMS)?),
        Field::Time => Term::Time(time_span(value).ok_or(SPAN_FORMS)?),
    })
}

const MOMENT_FORMS: &str = "Write a time as 30m, 24h, 7d, 2026-03-31 or 2026-03-31T12:45.";
const SPAN_FORMS: &str =
    "Write a span as 12:45-14:45, 2026-03-31T12:45-14:45 or 2026-03-31T12:45/2026-04-01T08:00, earlier time first.";

fn choice<T: Copy>(
    value: &str,
    all: &[T],
    key: fn(T) -> &'static str,
    label: fn(T) -> &'static str,
) -> Result<T, String> {
    let is_meant = |one: &T| key(*one).eq_ignore_ascii_case(value) || label(*one).eq_ignore_ascii_case(value);
    all.iter().copied().find(is_meant).ok_or_else(|| {
        let keys: Vec<&str> = all.iter().map(|one| key(*one)).collect();
        format!("Choose one of {}.", keys.join(", "))
    })
}

fn status(value: &str) -> Option<StatusTest> {
    let lower = value.to_ascii_lowercase();
    if let Some(class) = lower.strip_suffix("xx") {
        let class = number(class)?;
        return (1..=5).contains(&class).then_some(StatusTest::Class(class));
    }
    let sign = |comparison: Comparison| Some((comparison, value.strip_prefix(comparison.sign())?));
    let (comparison, code) = Comparison::ALL.into_iter().find_map(sign).unwrap_or((Comparison::Equal, value));
    Some(StatusTest::Code(comparison, number(code).filter(|code| *code <= 999)?))
}

/// Digits only: `+1` is no number here.
fn number<N: std::str::FromStr>(text: &str) -> Option<N> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

fn moment(value: &str) -> Option<Moment> {
    let ago = |unit: TimeUnit| {
        let amount = value.strip_suffix([unit.letter(), unit.letter().to_ascii_uppercase()])?;
        Some(Moment::Ago(number(amount)?, unit))
    };
    TimeUnit::ALL
        .into_iter()
        .find_map(ago)
        .or_else(|| day(value).map(Moment::Day))
        .or_else(|| instant(value).map(Moment::At))
}

/// jiff would also take a date out of a longer text.
fn day(value: &str) -> Option<Date> {
    (value.len() == 10 && value.as_bytes()[4] == b'-').then(|| value.parse().ok())?
}

fn instant(value: &str) -> Option<Timestamp> {
    let utc = || Some(value.parse::<DateTime>().ok()?.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp());
    value.parse().ok().or_else(utc)
}

fn time_span(value: &str) -> Option<TimeSpan> {
    if let Some((from, to)) = value.split_once('/') {
        let start = day(from).map(Moment::Day).or_else(|| instant(from).map(Moment::At))?;
        let end = day(to).map(Moment::Day).or_else(|| instant(to).map(Moment::At))?;
        let (start, end) = (start.start(Timestamp::UNIX_EPOCH), end.end(Timestamp::UNIX_EPOCH));
        return (start < end).then_some(TimeSpan::Between(start, end));
    }
    let (date, times) = match value.split_once(['T', 't']) {
        Some((date, times)) => (Some(day(date)?), times),
        None => (None, value),
    };
    let (from, to) = times.split_once('-')?;
    let (from, to) = (time_of_day(from)?, time_of_day(to)?);
    match date {
        None => Some(TimeSpan::Daily(from, to)),
        Some(date) => term::on_day(date, from, to).map(|(start, end)| TimeSpan::Between(start, end)),
    }
}

fn time_of_day(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    (hour.len() <= 2 && minute.len() == 2).then(|| Time::new(number(hour)?, number(minute)?, 0, 0).ok())?
}
