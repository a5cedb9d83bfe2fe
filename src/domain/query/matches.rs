//! What a query means, line by line: the reference that the store is held against.

use std::borrow::Cow;

use jiff::Timestamp;

use super::{Expression, Pattern, Query, Term};
use crate::domain::{
    attribute::AttributeName,
    journal::{Source, Summary},
};

impl Query {
    /// Whether a line is shown. `attributes` are the full names that its request carried, `causes` those that explain it.
    #[must_use]
    pub fn matches(
        &self,
        (row, source): (&Summary, Source),
        attributes: &[String],
        causes: &[&str],
        now: Timestamp,
    ) -> bool {
        let line = Line { row, source, attributes, causes, now };
        self.terms().iter().all(|term| line.fits(term))
    }
}

impl Pattern {
    /// The text in the case that comparing uses.
    #[must_use]
    pub fn folded(&self) -> String {
        fold(&self.0)
    }

    /// Whether the whole of a text fits; letters in either case.
    #[must_use]
    pub fn fits(&self, text: &str) -> bool {
        fits_folded(&self.folded(), &fold(text))
    }

    /// Whether a part of a text fits; letters in either case.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        fits_folded(&format!("*{}*", self.folded()), &fold(text))
    }

    fn fits_ascii(&self, text: &str) -> bool {
        fits_folded(&self.0.to_ascii_lowercase(), &text.to_ascii_lowercase())
    }

    fn is_in_ascii(&self, text: &str) -> bool {
        fits_folded(&format!("*{}*", self.0.to_ascii_lowercase()), &text.to_ascii_lowercase())
    }
}

/// A text in lower case, letter by letter, so that a part of a text folds as it does within the whole.
#[must_use]
pub fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// An attribute's name without its schema.
#[must_use]
pub fn short_name(attribute: &str) -> Cow<'_, str> {
    AttributeName::parse(attribute).map_or(Cow::Borrowed(attribute), |name| Cow::Owned(name.short_name().to_owned()))
}

struct Line<'a> {
    row: &'a Summary,
    source: Source,
    attributes: &'a [String],
    causes: &'a [&'a str],
    now: Timestamp,
}

impl Line<'_> {
    fn fits(&self, expression: &Expression) -> bool {
        match expression {
            Expression::Term(term) => self.fits_term(term),
            Expression::Not(inner) => !self.fits(inner),
            Expression::All(members) => members.iter().all(|member| self.fits(member)),
            Expression::Any(members) => members.iter().any(|member| self.fits(member)),
        }
    }

    fn fits_term(&self, term: &Term) -> bool {
        let row = self.row;
        let at = row.at.as_microsecond();
        match term {
            Term::Word(word) => self.mentions(word),
            Term::User(user) => user.fits(or_none(&row.user)),
            Term::Error(error) => error.fits(or_none(&row.scim_type)),
            Term::Client(client) => client.fits(or_none(&row.client)),
            Term::Path(path) => path.is_in_ascii(&row.path),
            Term::Id(id) => id.fits_ascii(&row.id) || id.fits_ascii(or_none(&row.resource_id)),
            Term::Attr(name) => self.attributes.iter().any(|full| name.fits(full) || name.fits(&short_name(full))),
            Term::Cause(cause) if self.causes.is_empty() => cause.fits(""),
            Term::Cause(cause) => self.causes.iter().any(|one| cause.fits(one)),
            Term::Status(test) => row.status.is_some_and(|status| test.passes(status)),
            Term::Outcome(outcome) => row.outcome == *outcome,
            Term::Operation(operation) => row.operation == *operation,
            Term::Source(source) => self.source == *source,
            Term::Since(moment) => at >= moment.start(self.now).as_microsecond(),
            Term::Until(moment) => at < moment.end(self.now).as_microsecond(),
            Term::Time(span) => {
                let (from, to) = span.bounds(self.now);
                (from.as_microsecond()..to.as_microsecond()).contains(&at)
            }
        }
    }

    fn mentions(&self, word: &Pattern) -> bool {
        let row = self.row;
        [&row.user, &row.scim_type, &row.detail, &row.client].into_iter().any(|text| word.is_in(or_none(text)))
            || [row.path.as_str(), &row.id, or_none(&row.resource_id)].into_iter().any(|text| word.is_in_ascii(text))
    }
}

/// A value that is absent is an empty text.
fn or_none(value: &Option<String>) -> &str {
    value.as_deref().unwrap_or_default()
}

/// Whether the whole of a text fits a pattern; both are in the case that comparing uses.
#[must_use]
pub fn fits_folded(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}
