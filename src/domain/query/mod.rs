//! Which requests to show: one value that is typed, printed, stored and turned into SQL, and that [`Query::matches`] explains.
//! The filter bar, the store, the headless commands and the reports all read this one language. Nothing here looks at a clock.
//!
//! Words and `field:value` are joined by space (and) or `or`; `-` negates; parentheses group; quotes keep spaces.
//!
//! | field | value | finds |
//! |---|---|---|
//! | a word | text, `*` | it stands anywhere in the user, path, ids, error, detail or client |
//! | `user` `error` `client` | text, `*` | the whole value; `""` is "none" |
//! | `path` | text, `*` | it stands anywhere in the path |
//! | `id` | text, `*` | the record's own id or the resource's id |
//! | `cause` | text, `*` | what explains it, by the name of its page in the help; `""` is "none" |
//! | `attr` | text, `*` | an attribute that was received: its full name, or the name without its schema |
//! | `status` | `409`, `>=400`, `4xx` | the HTTP status |
//! | `outcome` `operation` `source` | their words | exactly that |
//! | `since` `until` | `30m` `24h` `7d` `2w`, a date, a date and time | from then on; up to then (a date's whole day) |
//! | `time` | `12:45-14:45`, `2026-03-03T12:45-14:45`, `from/to` | the span; without a date the latest one that has begun |
//!
//! Letters match in either case (in paths and ids: ASCII letters). Times without an offset are UTC. Times are compared by microsecond.

mod matches;
mod parse;
mod print;
mod term;

use std::ops::Range;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use matches::{fits_folded, fold, short_name};
pub use parse::{MAX_CHARACTERS, MAX_DEPTH, MAX_TERMS, QueryError, last_word};
pub use print::condition;
pub use term::{Comparison, Field, GroupBy, Moment, Pattern, StatusTest, Term, TimeSpan, TimeUnit};

/// What to show. All of its terms must hold; without any, everything is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Query {
    terms: Vec<Expression>,
}

/// A condition. Build it with [`Expression::all`], [`Expression::any`] and [`Expression::negated`], which keep it in
/// the one form that parsing gives: no group of one, no group within a group of its kind, no double negation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Expression {
    /// One word or field.
    Term(Term),
    /// The opposite.
    Not(Box<Expression>),
    /// All of two or more.
    All(Vec<Expression>),
    /// At least one of two or more.
    Any(Vec<Expression>),
}

/// One top-level condition, as the filter bar shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    /// Its text: `outcome:failure`, `-user:jane`, `(a or b)`.
    pub text: String,
    /// Where it stands in the printed query, in characters.
    pub span: Range<usize>,
    /// Its field, where it is one field, negated or not.
    pub field: Option<Field>,
    /// Whether it is negated.
    pub negated: bool,
}

impl Query {
    /// Shows everything.
    #[must_use]
    pub const fn everything() -> Self {
        Self { terms: Vec::new() }
    }

    /// Reads a query.
    ///
    /// # Errors
    /// What is wrong in one sentence, and at which character.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        parse::parse(text)
    }

    /// The conditions, all of which must hold.
    #[must_use]
    pub fn terms(&self) -> &[Expression] {
        &self.terms
    }

    /// Whether it shows everything.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The conditions as the filter bar shows them, in order. A chip's place is its number for [`Query::without`].
    #[must_use]
    pub fn chips(&self) -> Vec<Chip> {
        let alone = self.terms.len() == 1;
        let mut start = 0;
        let chip = |term: &Expression| {
            let text = print::member(term, alone);
            let span = start..start + text.chars().count();
            start = span.end + 1;
            Chip { text, span, field: term.field(), negated: matches!(term, Expression::Not(_)) }
        };
        self.terms.iter().map(chip).collect()
    }

    /// The query without one of its chips.
    #[must_use]
    pub fn without(&self, chip: usize) -> Self {
        let mut terms = self.terms.clone();
        if chip < terms.len() {
            terms.remove(chip);
        }
        Self::from(Expression::All(terms))
    }

    /// The query without the chips of one field: what the counts of that field's values follow.
    #[must_use]
    pub fn without_field(&self, field: Field) -> Self {
        Self { terms: self.terms.iter().filter(|term| term.field() != Some(field)).cloned().collect() }
    }

    /// The query narrowed by one more condition. A condition that is there already is not added twice; one of `since`,
    /// `until` or `time` takes the place of an earlier one of its field.
    #[must_use]
    pub fn with(&self, condition: impl Into<Expression>) -> Self {
        let condition = condition.into();
        if self.terms.contains(&condition) {
            return self.clone();
        }
        let mut terms = match (&condition, condition.field()) {
            (Expression::Term(_), Some(field @ (Field::Since | Field::Until | Field::Time))) => {
                self.without_field(field).terms
            }
            _ => self.terms.clone(),
        };
        terms.push(condition);
        Self::from(Expression::All(terms))
    }

    /// The query with one of its chips turned into its opposite.
    #[must_use]
    pub fn negated(&self, chip: usize) -> Self {
        let turn = |(at, term): (usize, &Expression)| if at == chip { term.clone().negated() } else { term.clone() };
        Self::from(Expression::All(self.terms.iter().enumerate().map(turn).collect()))
    }

    /// Only its chips that limit the time.
    #[must_use]
    pub fn over_time(&self) -> Self {
        let of_time =
            |term: &&Expression| matches!(term, Expression::Term(Term::Since(_) | Term::Until(_) | Term::Time(_)));
        Self { terms: self.terms.iter().filter(of_time).cloned().collect() }
    }

    /// Whether it asks for what only a diagnosis says.
    #[must_use]
    pub fn asks_for_causes(&self) -> bool {
        fn asks(expression: &Expression) -> bool {
            match expression {
                Expression::Term(term) => matches!(term, Term::Cause(_)),
                Expression::Not(inner) => asks(inner),
                Expression::All(members) | Expression::Any(members) => members.iter().any(asks),
            }
        }
        self.terms.iter().any(asks)
    }

    /// The span of time that its chips allow: from (inclusive), to (exclusive).
    #[must_use]
    pub fn span(&self, now: Timestamp) -> (Option<Timestamp>, Option<Timestamp>) {
        let (mut from, mut to) = (None::<Timestamp>, None::<Timestamp>);
        let mut narrow = |start: Option<Timestamp>, end: Option<Timestamp>| {
            from = from.max(start);
            to = match (to, end) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        };
        for term in &self.terms {
            match term {
                Expression::Term(Term::Since(moment)) => narrow(Some(moment.start(now)), None),
                Expression::Term(Term::Until(moment)) => narrow(None, Some(moment.end(now))),
                Expression::Term(Term::Time(span)) => {
                    let (start, end) = span.bounds(now);
                    narrow(Some(start), Some(end));
                }
                _ => {}
            }
        }
        (from, to)
    }
}

impl Expression {
    /// All of the members; `None` without any.
    #[must_use]
    pub fn all(members: Vec<Self>) -> Option<Self> {
        let flat = members.into_iter().flat_map(|member| match member {
            Self::All(inner) => inner,
            other => vec![other],
        });
        Self::group(flat.collect(), Self::All)
    }

    /// At least one of the members; `None` without any.
    #[must_use]
    pub fn any(members: Vec<Self>) -> Option<Self> {
        let flat = members.into_iter().flat_map(|member| match member {
            Self::Any(inner) => inner,
            other => vec![other],
        });
        Self::group(flat.collect(), Self::Any)
    }

    /// The opposite.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// Its field, where it speaks of one field only.
    #[must_use]
    pub fn field(&self) -> Option<Field> {
        match self {
            Self::Term(term) => term.field(),
            Self::Not(inner) => inner.field(),
            Self::All(members) | Self::Any(members) => {
                let mut fields = members.iter().map(Self::field);
                let first = fields.next().flatten();
                if fields.all(|field| field == first) { first } else { None }
            }
        }
    }

    fn group(mut members: Vec<Self>, group: fn(Vec<Self>) -> Self) -> Option<Self> {
        match members.len() {
            0 | 1 => members.pop(),
            _ => Some(group(members)),
        }
    }
}

impl From<Term> for Expression {
    fn from(term: Term) -> Self {
        Self::Term(term)
    }
}

impl From<Expression> for Query {
    fn from(expression: Expression) -> Self {
        let terms = match expression {
            Expression::All(members) => match Expression::all(members) {
                Some(Expression::All(members)) => members,
                one => one.into_iter().collect(),
            },
            one => vec![one],
        };
        Self { terms }
    }
}

impl std::str::FromStr for Query {
    type Err = QueryError;
    fn from_str(text: &str) -> Result<Self, QueryError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Query {
    type Error = QueryError;
    fn try_from(text: String) -> Result<Self, QueryError> {
        Self::parse(&text)
    }
}

impl From<Query> for String {
    fn from(query: Query) -> Self {
        query.to_string()
    }
}

#[cfg(test)]
pub(crate) mod tests;
