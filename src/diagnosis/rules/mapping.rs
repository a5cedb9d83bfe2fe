//! Rules of the category "mapping", its first half: the names of attributes. A name is drawn from the request, or from the
//! directory's record, with its place ([`used`]); what is odd about it is a [`slip`]; and only what the service said or kept
//! of it ([`fate`]) makes the slip an explanation.

mod envelope;
mod fate;
mod lost;
mod names;
mod said;
mod slip;
mod used;
mod words;

use super::super::{
    facts::Facts,
    finding::Confidence::Likely,
    found::{Found, Layer},
};

pub(super) const RULES: &[super::Rule] = &[attributes, envelope::schemas, envelope::operations, twice];

/// Two mappings of one target, by the directory's own word.
fn twice(facts: &Facts<'_>, found: &mut Found) {
    const WORDS: [&str; 5] = [
        "has conflicts with custom property",
        "is mapped more than once",
        "mapped to the same target",
        "duplicate attribute mapping",
        "multiple mappings for",
    ];
    if let Some(said) = facts.event.reason(&WORDS).filter(|_| facts.has_failed()) {
        found.add("duplicate-target-mapping", Likely, Layer::Mapping).at(said.place.clone(), said.text);
    }
}

/// Everything about names at once, so that they are drawn once.
fn attributes(facts: &Facts<'_>, found: &mut Found) {
    if facts.asked.method == "DELETE" || facts.reply.form == super::super::facts::Form::Html {
        return;
    }
    let used = used::all(facts);
    if facts.has_succeeded() {
        lost::rule(facts, &used, found);
    } else {
        names::rule(facts, &used, found);
    }
}
