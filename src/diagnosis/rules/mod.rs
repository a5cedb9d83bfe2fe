//! The rules: each asks facts and adds what it found. A rule explains only what the case bears out; a habit that did no harm
//! is said to be one. Text is the last signal, and alone it never makes a finding certain.

mod connection;
mod groups;
mod identity;
mod lifecycle;
mod mapping;
mod protocol;
mod scope;
mod value_format;

use super::{facts::Facts, found::Found};

/// One rule, of one or a few patterns that have to be told apart from each other.
pub(super) type Rule = fn(&Facts<'_>, &mut Found);

/// All rules; those that stop a request early come first, so that later ones can ask what is settled.
pub(super) fn all() -> impl Iterator<Item = &'static Rule> {
    [
        connection::RULES,
        scope::RULES,
        protocol::RULES,
        mapping::RULES,
        value_format::RULES,
        identity::RULES,
        lifecycle::RULES,
        groups::RULES,
    ]
    .into_iter()
    .flatten()
}
