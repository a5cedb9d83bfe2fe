//! A query made ready for one projection: which texts and which kinds of lines it allows, so that looking at a line is
//! looking a number up. It means what `Query::matches` means; a property test holds them together.

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    causes::Causes,
    dictionary::{Column, Columns, Dictionary},
    line::{Id, Kind},
    projection::Projection,
};
use crate::{
    domain::{
        journal::Source,
        query::{Expression, Pattern, Query, StatusTest, Term, fits_folded, fold, short_name},
    },
    store::codes::Code as _,
};

/// A condition on a line.
pub(super) enum Plan {
    /// The same for every line.
    Always(bool),
    /// By kind.
    Kinds(Vec<bool>),
    /// By the text of a column.
    Texts(Column, Arc<[bool]>),
    /// By its own id.
    Ids(IdTest),
    /// By its number: the lists are sorted.
    Numbers(Vec<Arc<[u32]>>),
    /// From (inclusive) to (exclusive), microseconds.
    Time(i64, i64),
    Not(Box<Plan>),
    All(Vec<Plan>),
    Any(Vec<Plan>),
}

/// What an id is held against; ASCII letters in either case.
pub(super) struct IdTest {
    /// In lower case, with `*`.
    pub(super) pattern: String,
    /// The one UUID that it can be, where it can be only one.
    pub(super) uuid: Option<[u8; 16]>,
    /// Whether a UUID can fit at all.
    pub(super) hex: bool,
}

impl IdTest {
    fn whole(pattern: &str) -> Self {
        let pattern = pattern.to_ascii_lowercase();
        let uuid = match Id::of(&pattern) {
            Id::Uuid(bytes) => Some(bytes),
            Id::Text(_) => None,
        };
        let hex = pattern.contains('*') && pattern.bytes().all(|byte| b"0123456789abcdef-*".contains(&byte));
        Self { hex: hex || uuid.is_some(), uuid, pattern }
    }

    fn anywhere(pattern: &str) -> Self {
        let whole = Self::whole(pattern);
        if whole.uuid.is_some() {
            return Self { pattern: format!("*{}*", whole.pattern), ..whole };
        }
        let pattern = format!("*{}*", whole.pattern);
        let hex = pattern.bytes().all(|byte| b"0123456789abcdef-*".contains(&byte));
        Self { uuid: None, hex, pattern }
    }

    pub(super) fn fits(&self, id: &str) -> bool {
        fits_folded(&self.pattern, &id.to_ascii_lowercase())
    }
}

/// What a query asks of each line.
pub(super) fn plan(query: &Query, projection: &Projection, causes: &Causes, now: Timestamp) -> Plan {
    let planner = Planner { projection, causes, now };
    all(query.terms().iter().map(|term| planner.expression(term)).collect())
}

struct Planner<'p> {
    projection: &'p Projection,
    causes: &'p Causes,
    now: Timestamp,
}

impl Planner<'_> {
    fn expression(&self, expression: &Expression) -> Plan {
        match expression {
            Expression::Term(term) => self.term(term),
            Expression::Not(inner) => match self.expression(inner) {
                Plan::Always(always) => Plan::Always(!always),
                Plan::Kinds(kinds) => Plan::Kinds(kinds.into_iter().map(|fits| !fits).collect()),
                other => Plan::Not(Box::new(other)),
            },
            Expression::All(members) => all(members.iter().map(|member| self.expression(member)).collect()),
            Expression::Any(members) => any(members.iter().map(|member| self.expression(member)).collect()),
        }
    }

    fn term(&self, term: &Term) -> Plan {
        let texts = &self.projection.texts;
        match term {
            Term::Word(word) => self.word(word),
            Term::User(user) => self.column(Column::User, self.folded(&user.folded())),
            Term::Error(error) => {
                let fits = self.folded(&error.folded());
                self.kinds(|kind| look_up(&fits, kind.error))
            }
            Term::Client(client) => {
                let fits = self.folded(&client.folded());
                self.kinds(|kind| look_up(&fits, kind.client))
            }
            Term::Cause(cause) => self.cause(cause),
            Term::Path(path) => self.column(Column::Path, self.ascii(&format!("*{}*", path.0))),
            Term::Id(id) => {
                any(vec![Plan::Ids(IdTest::whole(&id.0)), self.column(Column::Resource, self.ascii(&id.0))])
            }
            Term::Attr(name) => self.kinds(|kind| carries(texts.text(kind.attributes), name)),
            Term::Status(test) => self.kinds(|kind| passes(kind, *test)),
            Term::Outcome(outcome) => self.kinds(|kind| i64::from(kind.outcome) == outcome.code()),
            Term::Operation(operation) => self.kinds(|kind| i64::from(kind.operation) == operation.code()),
            Term::Source(source) => self.kinds(|kind| is_from(kind, *source)),
            Term::Since(moment) => Plan::Time(moment.start(self.now).as_microsecond(), i64::MAX),
            Term::Until(moment) => Plan::Time(i64::MIN, moment.end(self.now).as_microsecond()),
            Term::Time(span) => {
                let (from, to) = span.bounds(self.now);
                Plan::Time(from.as_microsecond(), to.as_microsecond())
            }
        }
    }

    fn cause(&self, name: &Pattern) -> Plan {
        let with = match self.causes.fitting(name) {
            lists if lists.is_empty() => Plan::Always(false),
            lists => Plan::Numbers(lists),
        };
        if !name.fits("") {
            return with;
        }
        // None is a cause too.
        any(vec![with, Plan::Not(Box::new(Plan::Numbers(self.causes.all())))])
    }

    fn word(&self, word: &Pattern) -> Plan {
        if word.is_in("") {
            return Plan::Always(true);
        }
        let folded = self.folded(&format!("*{}*", word.folded()));
        let pattern = format!("*{}*", word.0);
        // In plain letters, both find the same in plain texts.
        let ascii = if !word.0.is_ascii() {
            Some(self.ascii(&pattern))
        } else if self.projection.texts.beyond_ascii().is_empty() {
            None
        } else {
            Some(self.ascii_from(folded.clone(), &pattern))
        };
        let kinds = self.kinds(|kind| look_up(&folded, kind.error) || look_up(&folded, kind.client));
        let (folded, ascii) = (self.known(folded), ascii.map(|ascii| self.known(ascii)));
        let ascii = ascii.as_ref().unwrap_or(&folded);
        any(vec![
            kinds,
            folded.column(Column::User),
            folded.column(Column::Detail),
            ascii.column(Column::Path),
            ascii.column(Column::Resource),
            Plan::Ids(IdTest::anywhere(&word.0)),
        ])
    }

    /// Which texts fit, letters in either case.
    fn folded(&self, pattern: &str) -> Vec<bool> {
        if let Some(letters) = letters_anywhere(pattern) {
            return self.projection.texts.holding(letters);
        }
        fitting(&self.projection.texts, pattern, |texts, number| fits_folded(pattern, texts.folded(number)))
    }

    /// What [`Planner::ascii`] says of a pattern in plain letters, from what [`Planner::folded`] says of it: in plain
    /// texts, both find the same.
    fn ascii_from(&self, mut folded: Vec<bool>, pattern: &str) -> Vec<bool> {
        let (texts, pattern) = (&self.projection.texts, pattern.to_ascii_lowercase());
        for number in texts.beyond_ascii() {
            if let Some(fits) = folded.get_mut(*number as usize) {
                *fits = fits_folded(&pattern, &texts.text(*number).to_ascii_lowercase());
            }
        }
        folded
    }

    /// Which texts fit, ASCII letters in either case.
    fn ascii(&self, pattern: &str) -> Vec<bool> {
        let pattern = pattern.to_ascii_lowercase();
        fitting(&self.projection.texts, &pattern, |texts, number| {
            let text = texts.text(number);
            if text.is_ascii() {
                fits_folded(&pattern, texts.folded(number))
            } else {
                fits_folded(&pattern, &text.to_ascii_lowercase())
            }
        })
    }

    fn column(&self, column: Column, fits: Vec<bool>) -> Plan {
        self.known(fits).column(column)
    }

    fn known(&self, fits: Vec<bool>) -> Fitting {
        Fitting { differing: self.projection.texts.differing(&fits), texts: fits.into() }
    }

    fn kinds(&self, fits: impl Fn(&Kind) -> bool) -> Plan {
        Plan::Kinds(self.projection.kinds.iter().map(fits).collect())
    }
}

/// Which texts fit.
struct Fitting {
    texts: Arc<[bool]>,
    differing: Columns,
}

impl Fitting {
    /// By the text of a column; always or never, where no text that the column uses makes a difference.
    fn column(&self, column: Column) -> Plan {
        if self.differing.has(column) {
            Plan::Texts(column, Arc::clone(&self.texts))
        } else {
            Plan::Always(look_up(&self.texts, 0))
        }
    }
}

/// The letters of a pattern that finds them anywhere, and asks nothing else.
fn letters_anywhere(pattern: &str) -> Option<&str> {
    let letters = pattern.strip_prefix('*')?.strip_suffix('*')?;
    (!letters.is_empty() && !letters.contains('*')).then_some(letters)
}

fn fitting(texts: &Dictionary, pattern: &str, fits: impl Fn(&Dictionary, u32) -> bool) -> Vec<bool> {
    let all = 1..u32::try_from(texts.len()).unwrap_or(u32::MAX);
    std::iter::once(fits_folded(pattern, "")).chain(all.map(|number| fits(texts, number))).collect()
}

/// Whether the text of a number fits.
pub(super) fn look_up(fits: &[bool], number: u32) -> bool {
    fits.get(number as usize).copied().unwrap_or(false)
}

fn carries(attributes: &str, name: &Pattern) -> bool {
    let pattern = name.folded();
    let fits = |full: &str| fits_folded(&pattern, &fold(full)) || fits_folded(&pattern, &fold(&short_name(full)));
    !attributes.is_empty() && attributes.split('\n').any(fits)
}

fn passes(kind: &Kind, test: StatusTest) -> bool {
    kind.answered().is_some_and(|status| test.passes(status))
}

fn is_from(kind: &Kind, source: Source) -> bool {
    i64::from(kind.source) == source.code()
}

/// All of them; what only looks at kinds becomes one table, and comes first.
fn all(members: Vec<Plan>) -> Plan {
    let (mut kinds, mut from, mut to) = (None::<Vec<bool>>, i64::MIN, i64::MAX);
    let mut timed = false;
    let mut rest = Vec::new();
    for member in members {
        match member {
            Plan::Always(true) => {}
            Plan::Always(false) => return Plan::Always(false),
            Plan::Time(start, end) => {
                (from, to, timed) = (from.max(start), to.min(end), true);
            }
            Plan::Kinds(more) => {
                kinds = Some(match kinds {
                    Some(kinds) => kinds.into_iter().zip(more).map(|(a, b)| a && b).collect(),
                    None => more,
                });
            }
            other => rest.push(other),
        }
    }
    let mut whole = Vec::new();
    if timed {
        whole.push(Plan::Time(from, to));
    }
    whole.extend(kinds.map(Plan::Kinds));
    rest.sort_by_key(cost);
    whole.extend(rest);
    match whole.len() {
        0 => Plan::Always(true),
        1 => whole.remove(0),
        _ => Plan::All(whole),
    }
}

fn any(members: Vec<Plan>) -> Plan {
    let mut kinds = None::<Vec<bool>>;
    let mut rest = Vec::new();
    for member in members {
        match member {
            Plan::Always(false) => {}
            Plan::Always(true) => return Plan::Always(true),
            Plan::Kinds(more) => {
                kinds = Some(match kinds {
                    Some(kinds) => kinds.into_iter().zip(more).map(|(a, b)| a || b).collect(),
                    None => more,
                });
            }
            other => rest.push(other),
        }
    }
    let kinds = kinds.filter(|kinds| kinds.contains(&true) || rest.is_empty());
    let mut whole: Vec<Plan> = kinds.map(Plan::Kinds).into_iter().collect();
    rest.sort_by_key(cost);
    whole.extend(rest);
    match whole.len() {
        0 => Plan::Always(false),
        1 => whole.remove(0),
        _ => Plan::Any(whole),
    }
}

/// How long looking takes, in no unit: what is quick comes first.
fn cost(plan: &Plan) -> u32 {
    match plan {
        Plan::Always(_) | Plan::Time(..) => 0,
        Plan::Kinds(_) | Plan::Texts(..) | Plan::Numbers(_) => 1,
        Plan::Ids(test) if test.uuid.is_some() || !test.hex => 2,
        Plan::Ids(_) => 20,
        Plan::Not(inner) => cost(inner),
        Plan::All(members) | Plan::Any(members) => members.iter().map(cost).sum(),
    }
}
