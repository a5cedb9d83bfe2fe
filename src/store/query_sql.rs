//! A query as an SQL condition over the journal's `records r`. Values are always bound, never written into the text,
//! and every condition is true or false for every row: absent values count as empty text, as in `Query::matches`.

use jiff::Timestamp;
use rusqlite::types::Value;

use super::codes::Code as _;
use crate::domain::query::{Expression, Pattern, Query, StatusTest, Term};

/// A condition and the values of its parameters, which are numbered from 1.
pub(super) struct Condition {
    /// What stands after FROM. SQLite cannot know that a user has few lines, so it is told which index to take.
    pub(super) from: &'static str,
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

/// The lines of a profile that a query shows.
pub(super) fn condition(profile: i64, query: &Query, now: Timestamp) -> Condition {
    let names_user = |term: &Expression| matches!(term, Expression::Term(Term::User(user)) if !user.fits(""));
    let by_user = query.terms().iter().any(names_user);
    let from = if by_user { "records r INDEXED BY records_by_user" } else { "records r" };
    let mut writer = Writer { values: Vec::new(), now };
    let mut sql = format!("r.profile = {}", writer.bind(profile));
    for term in query.terms() {
        sql.push_str(" AND ");
        sql.push_str(&writer.expression(term));
    }
    Condition { from, sql, values: writer.values }
}

struct Writer {
    values: Vec<Value>,
    now: Timestamp,
}

impl Writer {
    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len())
    }

    fn expression(&mut self, expression: &Expression) -> String {
        match expression {
            Expression::Term(term) => self.term(term),
            Expression::Not(inner) => format!("(NOT {})", self.expression(inner)),
            Expression::All(members) => self.group(members, " AND "),
            Expression::Any(members) => self.group(members, " OR "),
        }
    }

    fn group(&mut self, members: &[Expression], between: &str) -> String {
        let members: Vec<String> = members.iter().map(|member| self.expression(member)).collect();
        format!("({})", members.join(between))
    }

    fn term(&mut self, term: &Term) -> String {
        match term {
            Term::Word(word) => self.word(word),
            Term::User(user) => self.text("r.user", user),
            Term::Error(error) => self.text("r.error", error),
            Term::Client(client) => self.text("r.client", client),
            Term::Path(path) => {
                let pattern = self.bind(like(&path.0, true));
                format!("(r.path LIKE {pattern} ESCAPE '\\')")
            }
            Term::Id(id) => {
                let pattern = self.bind(like(&id.0, false));
                format!(
                    "(r.source_id LIKE {pattern} ESCAPE '\\' OR coalesce(r.resource_id, '') LIKE {pattern} ESCAPE '\\')"
                )
            }
            Term::Attr(name) => {
                let (sign, value) = comparison(name);
                let compared = format!("{sign} {}{}", self.bind(value), escape(sign));
                format!(
                    "(r.attributes IS NOT NULL AND r.attributes IN \
                     (SELECT set_id FROM attribute_members WHERE folded {compared} OR short {compared}))"
                )
            }
            Term::Status(test) => self.status(*test),
            Term::Outcome(outcome) => format!("(r.outcome = {})", self.bind(outcome.code())),
            Term::Operation(operation) => format!("(r.operation = {})", self.bind(operation.code())),
            Term::Source(source) => format!("(r.source = {})", self.bind(source.code())),
            Term::Since(moment) => self.instant(">=", moment.start(self.now)),
            Term::Until(moment) => self.instant("<", moment.end(self.now)),
            Term::Time(span) => {
                let (from, to) = span.bounds(self.now);
                format!("({} AND {})", self.instant(">=", from), self.instant("<", to))
            }
        }
    }

    fn instant(&mut self, sign: &str, at: Timestamp) -> String {
        format!("(r.at {sign} {})", self.bind(at.as_microsecond()))
    }

    fn status(&mut self, test: StatusTest) -> String {
        match test {
            StatusTest::Class(class) => {
                let class = self.bind(i64::from(class));
                format!("(r.status IS NOT NULL AND r.status / 100 = {class})")
            }
            StatusTest::Code(comparison, code) => {
                let code = self.bind(i64::from(code));
                format!("(r.status IS NOT NULL AND r.status {} {code})", comparison.sign())
            }
        }
    }

    /// A column that refers to `texts`.
    fn text(&mut self, column: &str, pattern: &Pattern) -> String {
        let texts = self.texts(pattern);
        if pattern.fits("") {
            format!("({column} IS NULL OR {column} IN ({texts}))")
        } else {
            format!("({column} IS NOT NULL AND {column} IN ({texts}))")
        }
    }

    fn texts(&mut self, pattern: &Pattern) -> String {
        let (sign, value) = comparison(pattern);
        format!("SELECT id FROM texts WHERE folded {sign} {}{}", self.bind(value), escape(sign))
    }

    fn word(&mut self, word: &Pattern) -> String {
        if word.is_in("") {
            return "1".to_owned();
        }
        let folded = self.bind(like(&word.folded(), true));
        let plain = self.bind(like(&word.0, true));
        let texts = format!("SELECT id FROM texts WHERE folded LIKE {folded} ESCAPE '\\'");
        let in_texts = ["r.user", "r.error", "r.detail", "r.client"].map(|column| format!("{column} IN ({texts})"));
        let in_line =
            ["r.path", "r.source_id", "r.resource_id"].map(|column| format!("{column} LIKE {plain} ESCAPE '\\'"));
        format!("coalesce({} OR {}, 0)", in_texts.join(" OR "), in_line.join(" OR "))
    }
}

/// How folded text is compared with a pattern: an equality can use the index.
fn comparison(pattern: &Pattern) -> (&'static str, String) {
    if pattern.has_wildcard() { ("LIKE", like(&pattern.folded(), false)) } else { ("=", pattern.folded()) }
}

fn escape(sign: &str) -> &'static str {
    if sign == "LIKE" { " ESCAPE '\\'" } else { "" }
}

/// A pattern in the signs of LIKE, whose letters match in either ASCII case.
fn like(pattern: &str, anywhere: bool) -> String {
    let around = if anywhere { "%" } else { "" };
    let mut text = around.to_owned();
    for character in pattern.chars() {
        match character {
            '*' => text.push('%'),
            '%' | '_' | '\\' => text.extend(['\\', character]),
            other => text.push(other),
        }
    }
    text + around
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::{
        domain::{
            profile::ProfileId,
            query::{Query, tests::random},
        },
        store::{attributes_of, journal::Journal},
    };

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(384))]

        #[test]
        fn sql_and_matches_agree(
            records in prop::collection::vec(random::record(), 0..24),
            queries in prop::collection::vec(random::query(), 1..12),
        ) {
            let dir = tempfile::tempdir().unwrap();
            let mut journal = Journal::open(dir.path()).unwrap();
            let profile = ProfileId::sandbox();
            journal.append(&profile, &records).unwrap();
            let all = journal.list(&profile, &Query::everything(), random::now()).unwrap();
            for query in queries {
                let listing = journal.list(&profile, &query, random::now()).unwrap();
                let shown = |key: &i64| {
                    let record = journal.record(*key).unwrap().unwrap();
                    query.matches(&record.summary, record.source, &attributes_of(&record), random::now())
                };
                let expected: Vec<i64> = all.keys.iter().copied().filter(shown).collect();
                prop_assert_eq!(&*listing.keys, &expected[..], "{}", query);
            }
        }
    }
}
