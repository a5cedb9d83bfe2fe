//! Rules of the category "protocol": how a request is shaped beyond its attributes, and how the answer is. Both
//! directories have habits that many services cope with, so a shape explains a failure only where the service's words
//! are about it or say nothing; and an answer of 2xx is read as closely as a refusal, because these faults look like
//! success.

mod answer;
mod create;
mod effect;
mod entries;
mod error;
mod filter;
mod list;
mod lookup;
mod method;
mod page;
mod patch;
mod path;
mod replace;
mod valuepath;
mod values;
mod words;

pub(super) use effect::shown;

use super::super::{
    facts::{Facts, Form},
    found::{Draft, Found, Layer},
};

pub(super) const RULES: &[super::Rule] = &[
    method::not_supported,
    patch::capitalised,
    patch::without_path,
    patch::only_active,
    path::unfinished,
    valuepath::no_match,
    valuepath::doubled,
    entries::primary,
    entries::unknown_part,
    values::null,
    values::empty_text,
    values::empty_list,
    filter::unsupported,
    filter::ignored,
    filter::case,
    lookup::not_found,
    list::malformed,
    list::excluded,
    page::wrong,
    create::wrong,
    replace::wiped,
    answer::unreadable,
    patch::left_as_it_was,
    error::not_scim,
];

/// Whether the service stumbled over what it was sent: it looked, and refused or broke. Who asks, where and how often
/// are other causes, and so is whatever stands in front of the service.
fn has_stumbled(facts: &Facts<'_>, found: &Found) -> bool {
    let is_about_content = matches!(facts.reply.status, Some(400 | 422 | 500 | 501));
    is_about_content
        && facts.reply.form != Form::Html
        && !found.is_settled_at(&[Layer::Transport, Layer::Auth, Layer::Address])
}

/// Quotes the status and what was said of the error.
fn quote_reply(draft: &mut Draft, facts: &Facts<'_>) {
    if let Some(status) = facts.reply.status {
        draft.at("response.status", status.to_string());
    }
    if let Some((place, text)) = facts.quoted() {
        draft.at(place, text);
    }
}
