//! A query as text: the shortest form that parses back to the same value.

use std::fmt::{Display, Formatter, Result, Write as _};

use super::{Comparison, Expression, Moment, Pattern, Query, StatusTest, Term, TimeSpan, parse};

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        for (at, chip) in self.chips().iter().enumerate() {
            if at > 0 {
                f.write_char(' ')?;
            }
            f.write_str(&chip.text)?;
        }
        Ok(())
    }
}

impl Display for Expression {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Term(term) => term.fmt(f),
            Self::Not(inner) => write!(f, "-{}", member(inner, false)),
            Self::All(members) => join(f, members, " "),
            Self::Any(members) => join(f, members, " or "),
        }
    }
}

/// A condition as part of a group: another group stands in parentheses unless it is `alone`.
pub(super) fn member(expression: &Expression, alone: bool) -> String {
    match expression {
        Expression::All(_) | Expression::Any(_) if !alone => format!("({expression})"),
        _ => expression.to_string(),
    }
}

fn join(f: &mut Formatter<'_>, members: &[Expression], between: &str) -> Result {
    for (at, expression) in members.iter().enumerate() {
        if at > 0 {
            f.write_str(between)?;
        }
        // `a b or c` reads as `(a b) or c`: only an "or" within an "and" needs parentheses.
        f.write_str(&member(expression, matches!(expression, Expression::All(_))))?;
    }
    Ok(())
}

impl Display for Term {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let Some(field) = self.field() else {
            return match self {
                Self::Word(Pattern(word)) if parse::stands_bare(word) => f.write_str(word),
                Self::Word(Pattern(word)) => quote(f, word),
                _ => Ok(()),
            };
        };
        write!(f, "{}:", field.key())?;
        match self {
            Self::Word(Pattern(text))
            | Self::User(Pattern(text))
            | Self::Error(Pattern(text))
            | Self::Path(Pattern(text))
            | Self::Attr(Pattern(text))
            | Self::Id(Pattern(text))
            | Self::Client(Pattern(text))
            | Self::Cause(Pattern(text)) => {
                if parse::value_stands_bare(text) {
                    f.write_str(text)
                } else {
                    quote(f, text)
                }
            }
            Self::Status(test) => test.fmt(f),
            Self::Outcome(outcome) => f.write_str(outcome.key()),
            Self::Operation(operation) => f.write_str(operation.key()),
            Self::Source(source) => f.write_str(source.key()),
            Self::Since(moment) | Self::Until(moment) => moment.fmt(f),
            Self::Time(span) => span.fmt(f),
        }
    }
}

impl Display for StatusTest {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Class(class) => write!(f, "{class}xx"),
            Self::Code(Comparison::Equal, code) => write!(f, "{code}"),
            Self::Code(comparison, code) => write!(f, "{}{code}", comparison.sign()),
        }
    }
}

impl Display for Moment {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Ago(amount, unit) => write!(f, "{amount}{}", unit.letter()),
            Self::Day(day) => write!(f, "{day}"),
            Self::At(at) => write!(f, "{at}"),
        }
    }
}

impl Display for TimeSpan {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Daily(from, to) => write!(f, "{}-{}", from.strftime("%H:%M"), to.strftime("%H:%M")),
            Self::Between(from, to) => write!(f, "{from}/{to}"),
        }
    }
}

/// A field's condition on exactly what is known, for example a name of the journal: quoted where it must be, so that it
/// is written as the chip that it becomes. What a person types is not given here, but parsed.
#[must_use]
pub fn condition(field: &str, value: &str) -> String {
    if parse::value_stands_bare(value) { format!("{field}:{value}") } else { format!("{field}:{}", quoted(value)) }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn quote(f: &mut Formatter<'_>, text: &str) -> Result {
    f.write_str(&quoted(text))
}
