//! The filter bar: chips that are settled, and what is being typed. Either way the list follows; half a term never
//! empties it.

use super::Requests;
use crate::{
    app::orders::Orders,
    domain::{
        profile::ProfileId,
        query::{Expression, Field, Query, last_word},
    },
};

impl Requests {
    /// Words narrow the list while they are typed; a term with its field waits until it is settled, since half of one
    /// would empty the list at each letter.
    pub(super) fn type_text(&mut self, text: String, profile: &ProfileId, orders: &mut Orders) {
        self.problem = None;
        self.text = text;
        let typed = typed_words(&self.text);
        if typed != self.typed {
            self.typed = typed;
            self.questions += 1;
            self.list(profile, orders, "filter typed");
        }
    }

    pub(super) fn submit(&mut self, profile: &ProfileId, orders: &mut Orders) {
        match Query::parse(&self.text) {
            Ok(typed) => {
                self.text.clear();
                self.replace(narrowed(&self.query, &typed), profile, orders);
            }
            Err(error) => self.problem = Some(error),
        }
    }

    pub(super) fn set_query(&mut self, text: String, profile: &ProfileId, orders: &mut Orders) {
        match Query::parse(&text) {
            Ok(query) => {
                self.text.clear();
                self.replace(query, profile, orders);
            }
            Err(error) => {
                self.text = text;
                self.problem = Some(error);
            }
        }
    }

    pub(super) fn edit_chip(&mut self, index: usize, profile: &ProfileId, orders: &mut Orders) {
        if let Some(chip) = self.query.chips().get(index) {
            self.text = format!("{} {}", chip.text, self.text).trim_end().to_owned();
            self.replace(self.query.without(index), profile, orders);
        }
    }

    pub(super) fn clear_time(&mut self, profile: &ProfileId, orders: &mut Orders) {
        let query = [Field::Since, Field::Until, Field::Time]
            .into_iter()
            .fold(self.query.clone(), |query, field| query.without_field(field));
        self.replace(query, profile, orders);
    }

    pub(super) fn add_term(&mut self, term: &str, negate: bool, profile: &ProfileId, orders: &mut Orders) {
        let Some(condition) = Query::parse(term).ok().and_then(|query| Expression::all(query.terms().to_vec())) else {
            return;
        };
        let condition = if negate { condition.negated() } else { condition };
        self.replace(self.query.with(condition), profile, orders);
    }

    pub(super) fn replace(&mut self, query: Query, profile: &ProfileId, orders: &mut Orders) {
        self.questions += u64::from(self.query != query);
        self.query = query;
        self.typed = typed_words(&self.text);
        self.problem = None;
        self.list(profile, orders, "filter changed");
    }

    /// The query that the lines answer: the chips, narrowed by the words being typed.
    #[must_use]
    pub fn effective(&self) -> Query {
        narrowed(&self.query, &self.typed)
    }
}

fn narrowed(query: &Query, by: &Query) -> Query {
    by.terms().iter().fold(query.clone(), |query, term| query.with(term.clone()))
}

/// What can be searched for while typing goes on: all but a last word that has a field or may become one.
fn typed_words(text: &str) -> Query {
    let settled = last_word(text);
    let last = text[settled..].trim_start_matches('-').to_ascii_lowercase();
    let becomes_field = last.contains(':') || Field::ALL.iter().any(|field| field.key().starts_with(&last));
    Query::parse(if becomes_field { &text[..settled] } else { text }).unwrap_or_default()
}
