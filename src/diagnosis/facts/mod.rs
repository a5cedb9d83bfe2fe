//! What a case says, drawn once: the request, the answer and the directory's own record, each taken apart so that a rule
//! asks for a fact and never parses. What is not known is empty, never guessed.

mod asked;
mod event;
mod filter;
mod members;
mod membership;
mod phrases;
mod reply;
mod saying;
mod words;
mod written;

use std::{
    cell::OnceCell,
    collections::{BTreeMap, HashSet},
};

use serde_json::Value;

pub(super) use asked::{Asked, Op, Target};
pub(super) use event::Event;
pub(super) use filter::{Filter, held};
pub(super) use members::{MOST_MEMBERS, Member, first_members, members};
pub(super) use membership::{Members, Named};
pub(super) use phrases::{status_of_phrase, status_of_word};
pub(super) use reply::{Form, Reply};
pub(super) use saying::{Saying, beginning};
pub(super) use words::{Phrases, has_any_word, has_name, has_word, quotes_word, says, with_codes, words};
pub(super) use written::{Written, attribute, texts};

use super::case::{Case, Scheme};
use crate::domain::{
    exchange::{Operation, Outcome, truth},
    journal::{Record, Source},
    landing::Landing,
};

/// Most bytes of words about an error that are kept.
const MOST_WORDS: usize = 16_000;
/// Most of those by which the service itself says what it minds.
const MOST_TOLD: usize = 4_000;

/// Everything that rules ask.
pub(super) struct Facts<'c> {
    pub(super) record: &'c Record,
    /// The request; empty where it was not seen.
    pub(super) asked: Asked<'c>,
    /// The answer, also one that the directory quotes.
    pub(super) reply: Reply<'c>,
    /// The directory's own record; empty where there is none.
    pub(super) event: Event<'c>,
    /// What landed and what was dropped, where the tenant says.
    pub(super) landing: Option<&'c Landing>,
    /// The shape of the Authorization header, where somebody looked.
    pub(super) scheme: Option<Scheme>,
    /// All words about an error, in lower case: the weakest signal.
    pub(super) words: String,
    /// The words of the service itself as it wrote them; the directory's, in lower case, where no answer was seen.
    pub(super) told: String,
    /// The same in lower case.
    pub(super) said: String,
    /// Several rules ask it.
    about_an_attribute: OnceCell<bool>,
}

impl<'c> Facts<'c> {
    pub(super) fn of(case: &Case<'c>) -> Self {
        let record = case.record;
        let event = Event::of(record);
        let reply = Reply::of(record);
        let asked = Asked::of(record);
        let landing = record.landing.as_ref();
        let (words, told, said) = Default::default();
        let mut facts = Self {
            record,
            asked,
            reply,
            event,
            landing,
            scheme: case.scheme,
            words,
            told,
            said,
            about_an_attribute: OnceCell::new(),
        };
        let all = joined(facts.texts().map(|(_, text)| text), MOST_WORDS);
        let words = all.to_lowercase();
        facts.told = match facts.reply.form {
            Form::Html => String::new(),
            Form::Unknown => all,
            _ => joined(facts.reply.sayings.iter().map(|said| said.text), MOST_TOLD),
        };
        if facts.reply.status.is_none() && facts.event.source == Some(Source::Okta) {
            facts.reply.status = phrases::status_before_words(&words);
            facts.reply.is_status_told = facts.reply.status.is_some();
        }
        facts.said = with_codes(facts.told.to_lowercase());
        facts.words = with_codes(words);
        facts
    }

    /// Every text about an error, with its place: the service's own first, then the directory's, then the line's.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        let reply = &self.reply;
        let detail = reply.detail.as_deref().map(|text| (reply.detail_at.as_str(), text));
        let error = reply.error.map(|text| ("error", text));
        let body = reply.text().map(|text| ("response.body", text));
        let reasons = self.event.reasons.iter().map(|said| (said.place.as_str(), said.text));
        let line = self.record.summary.detail.as_deref().map(|text| ("response.body/detail", text));
        detail.into_iter().chain(error).chain(body).chain(reasons).chain(line)
    }

    /// What is quoted of an error, with its place: the service's own words, else the directory's best.
    pub(super) fn quoted(&self) -> Option<(&str, &str)> {
        let told = self.event.told().map(|said| (said.place.as_str(), said.own_words()));
        self.reply.quoted().or(told)
    }

    /// Whether the answer, which shows the person or the group, lacks a text that was sent.
    pub(super) fn leaves_out(&self) -> bool {
        if self.reply.form != Form::Resource || self.asked.ops.iter().any(|op| op.is("remove")) {
            return false;
        }
        let mut shown = HashSet::new();
        each_text(self.reply.body(), &mut |text| {
            shown.insert(text.trim().to_lowercase());
        });
        let mut is_short = false;
        for part in self.asked.written.iter().filter(|part| part.name != "password") {
            each_text(part.value, &mut |text| is_short |= !shown.contains(&text.trim().to_lowercase()));
        }
        is_short
    }

    /// Whether it failed: a status of 300 or more (nobody follows a redirect), no answer, or a failure by the directory's word.
    pub(super) fn has_failed(&self) -> bool {
        self.reply.status.is_some_and(|status| status >= 300)
            || self.record.summary.outcome == Outcome::Failure
            || self.reply.error.is_some()
    }

    /// Whether the service answered 2xx.
    pub(super) fn has_succeeded(&self) -> bool {
        self.reply.status.is_some_and(|status| (200..300).contains(&status))
    }

    /// Whether the directory chose not to send.
    pub(super) fn is_skipped(&self) -> bool {
        self.record.summary.outcome == Outcome::Skipped
    }

    /// Whether the service itself read the request and refused it: a SCIM error, or a plain 4xx that is not about who asks,
    /// where, or how often.
    pub(super) fn was_judged(&self) -> bool {
        self.reply.form != Form::Html
            && self.reply.status.is_some_and(|status| {
                (400..500).contains(&status) && !matches!(status, 401 | 403 | 407 | 408 | 429)
                    || status >= 500 && self.reply.is_scim_error()
            })
    }

    /// Whether the service broke down over this request, or refused it: for shapes that a service may not cope with.
    pub(super) fn was_refused_or_broke(&self) -> bool {
        self.was_judged() || self.reply.form != Form::Html && self.reply.status == Some(500)
    }

    /// Whether what was said is about an attribute, by a name that was sent or the URN of its schema: then a 404 is about
    /// that, and neither about a person nor about an address.
    pub(super) fn is_about_an_attribute(&self) -> bool {
        *self.about_an_attribute.get_or_init(|| self.speaks_of_an_attribute())
    }

    fn speaks_of_an_attribute(&self) -> bool {
        const URNS: [&str; 2] = ["scim:schemas:core:", "scim:schemas:extension:"];
        const ABOUT: [&str; 5] = ["path", "attribute", "propert", "not implemented", "not supported"];
        const REFUSED: [&str; 6] =
            ["unknown", "unsupported", "not supported", "not implemented", "invalid", "not recogni"];
        const WHO: [&str; 8] = ["user", "users", "group", "groups", "resource", "person", "account", "member"];
        const NOBODY: [&str; 6] = ["not found", "not exist", "n't exist", "no ", "not be found", "could not find"];
        let urnless: Vec<&str> = self.said.split_whitespace().filter(|word| !word.contains("urn:")).collect();
        // A member of quoted JSON is no word.
        let plain = urnless.join(" ").replace("\"path\"", "").replace(['\'', '"', '`'], "");
        let is_missed = |name: &str| {
            let name = name.rsplit(':').next().unwrap_or(name).to_lowercase();
            ["not found", "does not exist", "is not known"]
                .iter()
                .any(|end| plain.contains(&format!("attribute {name} {end}")))
        };
        if says(&plain, &["no such attribute", "unknown attribute"])
            || self.asked.ops.iter().filter_map(|op| op.path).any(is_missed)
        {
            return true;
        }
        if has_any_word(&plain, &WHO) && says(&plain, &NOBODY) || !says(&plain, &ABOUT) {
            return false;
        }
        let is_said = |name: &str| {
            let name = name.rsplit(':').next().unwrap_or(name).to_lowercase();
            name.len() > 3 && name != "value" && has_name(&self.said, &name)
        };
        let sent = self.asked.ops.iter().filter_map(|op| op.path);
        let looked_for = self.asked.filter.as_ref().map(Filter::name);
        let changed = self.event.changed.iter().map(|(name, _)| *name);
        let is_named = says(&self.said, &URNS) || sent.chain(looked_for).chain(changed).any(is_said);
        is_named && (says(&plain, &REFUSED) || !self.asked.looks_up())
    }

    /// Whether any of these words, in lower case, is in what was said about the error.
    pub(super) fn says(&self, words: &[&str]) -> bool {
        says(&self.words, words)
    }

    /// Whether the directory or the service gave one of these codes (Entra errorCode, scimType), in any case.
    pub(super) fn has_code(&self, codes: &[&str]) -> bool {
        codes.iter().any(|code| {
            self.event.codes.iter().any(|said| said.text.eq_ignore_ascii_case(code))
                || self.reply.scim_type.is_some_and(|kind| kind.eq_ignore_ascii_case(code))
                || self.record.summary.scim_type.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case(code))
        })
    }

    /// What it does.
    pub(super) const fn operation(&self) -> Operation {
        self.record.summary.operation
    }

    /// Whether it is about a group, by the address, the directory's record, or as the last resort by the words.
    pub(super) fn is_about_group(&self) -> bool {
        match self.asked.target {
            Target::Groups => true,
            Target::Users => false,
            _ => match self.record.event.as_ref() {
                Some(event) => {
                    let sides = ["sourceIdentity", "targetIdentity", "SourceIdentity", "TargetIdentity"];
                    let kind = |side: &&str| event.get(*side)?.get("identityType")?.as_str().map(str::to_lowercase);
                    sides.iter().filter_map(kind).any(|kind| kind.ends_with("group"))
                        || self.event.action.is_some_and(|action| action.contains(".group"))
                        || says(&self.words, &["create group '", "update group '", "match group '", "delete group '"])
                        || says(&self.words, &["creating user group ", "updating user group ", "deleting user group "])
                }
                None => !self.asked.is_known() && has_any_word(&self.said, &["group", "groups"]),
            },
        }
    }

    /// The values that every text may use.
    pub(super) fn values(&self) -> BTreeMap<&'static str, String> {
        let mut values = BTreeMap::new();
        let summary = &self.record.summary;
        let mut put = |name: &'static str, value: Option<String>| {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                values.insert(name, value);
            }
        };
        put("user", summary.user.clone());
        put("status", self.reply.status.map(|status| status.to_string()));
        put("method", Some(self.asked.method.to_owned()));
        put("path", Some(self.asked.path.clone()));
        put("host", self.asked.host.map(str::to_owned));
        put("scim_type", self.reply.scim_type.map(str::to_owned));
        put("detail", self.reply.detail.clone());
        put("code", self.event.codes.first().map(|code| code.text.to_owned()));
        put("reason", self.event.told().map(|reason| reason.own_words().to_owned()));
        put("id", self.asked.id.clone().or_else(|| summary.resource_id.clone()));
        values
    }
}

/// Every text in a value that stands for something: "work" and "true" are everywhere, and services seldom repeat what is
/// only displayed.
pub(super) fn each_text<'v>(value: &'v Value, take: &mut dyn FnMut(&'v str)) {
    fn walk<'v>(value: &'v Value, depth: usize, take: &mut dyn FnMut(&'v str)) {
        const DEEPEST: usize = 6;
        const SILENT: [&str; 5] = ["type", "schemas", "meta", "display", "$ref"];
        match value {
            Value::String(text) if truth(Some(value)).is_none() && !text.trim().is_empty() => take(text),
            Value::Array(items) if depth < DEEPEST => items.iter().for_each(|item| walk(item, depth + 1, take)),
            Value::Object(members) if depth < DEEPEST => {
                let told = members.iter().filter(|(name, _)| !SILENT.contains(&name.as_str()));
                told.for_each(|(_, value)| walk(value, depth + 1, take));
            }
            _ => {}
        }
    }
    walk(value, 0, take);
}

/// The beginnings of texts, each on a line of its own.
fn joined<'t>(texts: impl Iterator<Item = &'t str>, most: usize) -> String {
    let mut all = String::new();
    for text in texts {
        if all.len() > most {
            break;
        }
        all.push_str(beginning(text));
        all.push('\n');
    }
    all
}
