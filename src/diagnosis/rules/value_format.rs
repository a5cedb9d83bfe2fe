//! Rules about values: those of the category "value-format", and the half of "mapping" that is about what is sent rather
//! than by which name. What was sent and what was said of it is drawn once, then each rule asks.

mod booleans;
mod dates;
mod formats;
mod letters;
mod limits;
mod line_manager;
mod lookup;
mod mail;
mod numbers;
mod phone;
mod required;
mod said;
mod sent;
mod shapes;
mod verdict;
mod view;

use super::super::{
    facts::{Facts, Filter, Form, MOST_MEMBERS, Phrases, Target, members, quotes_word, says},
    finding::Confidence::{self, Certain, Likely, Possible},
    found::{Draft, Found, Layer},
};
pub(super) use letters::has_hidden;
use said::Said;
use sent::Sent;
use verdict::Verdict;
use view::View;

pub(super) const RULES: &[super::Rule] = &[values];

/// A rule that asks what was sent, and what was said of it.
type ValueRule = fn(&View<'_>, &mut Found);

/// The rule of limits comes last: it leaves a value alone whose own format explains it.
const VALUE_RULES: &[ValueRule] = &[
    booleans::sent_as_text,
    booleans::answered_wrongly,
    line_manager::sent_as_text,
    line_manager::cleared,
    line_manager::unresolved,
    shapes::several_for_one,
    shapes::one_for_several,
    shapes::role_in_json,
    shapes::formula,
    numbers::answered,
    numbers::sent,
    formats::language,
    formats::timezone,
    phone::phone,
    dates::dates,
    mail::mail,
    letters::letters,
    lookup::lookup,
    required::required,
    limits::limits,
];

/// Whether a refusal names an attribute and a rule for its form: it is about the value, whatever its status.
pub(super) fn is_of_constraint(facts: &Facts<'_>) -> bool {
    Said::of(facts).is_of_constraint()
}

fn values(facts: &Facts<'_>, found: &mut Found) {
    let stopped = [Layer::Transport, Layer::Gateway, Layer::Auth, Layer::Address];
    if facts.reply.form == Form::Html || found.is_settled_at(&stopped) {
        return;
    }
    let view = View::of(facts);
    for rule in VALUE_RULES {
        rule(&view, found);
    }
}
