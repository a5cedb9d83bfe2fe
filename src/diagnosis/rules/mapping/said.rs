//! What was said of the error, and which names it speaks of. Words that are also plain English (`name`, `title`) count only
//! where they are quoted, dotted or called an attribute.

use std::borrow::Cow;

use serde_json::Value;

use super::super::super::facts::{Facts, Form, has_name, says};
use super::used::Used;
use crate::domain::attribute::ATTRIBUTES;

/// How much of a text is read, characters.
const LONGEST: usize = 2_000;
/// Words that say that a name is not known.
const UNKNOWN: [&str; 36] = [
    "undefined for schema",
    "undefined for the schema",
    "unsupported attribute",
    "unsupported user attribute",
    "unsupported field",
    "unsupported propert",
    "unsupported path",
    "unknown attribute",
    "unknown field",
    "unknown propert",
    "unknown path",
    "unknown key",
    "unrecognized",
    "unrecognised",
    "not recognized",
    "not recognised",
    "not defined",
    "undefined attribute",
    "undefined field",
    "no such attribute",
    "no such field",
    "no attribute",
    "has no field",
    "invalid attribute",
    "not a valid attribute",
    "not a known",
    "not part of",
    "not in the schema",
    "not in schema",
    "additional propert",
    "unexpected propert",
    "unexpected field",
    "unexpected attribute",
    "extra inputs",
    "extra fields",
    "schemaattributenotfound",
];
/// Words that say so only beside one of [`NOUNS`].
const REFUSED: [&str; 13] = [
    "not implemented",
    "not a valid",
    "unknown",
    "not support",
    "unsupported",
    "not allowed",
    "not permitted",
    "not exist",
    "doesn't exist",
    "not found",
    "could not find",
    "invalid path",
    "not valid",
];
const NOUNS: [&str; 10] =
    ["attribute", "schema", "field", "propert", "path", "extension", "namespace", "urn:", "parameter", " keys"];
/// Words about a value, or about somebody: then a name is said for another reason.
const VALUES: [&str; 30] = [
    "too long",
    "too short",
    "length",
    "characters",
    "already",
    "unique",
    "duplicate",
    "in use",
    "format",
    "invalid value",
    "value is not",
    "value for",
    "value of",
    "boolean",
    "must be one of",
    "must be a ",
    "must be an ",
    "expected",
    "data type",
    "of type",
    "read-only",
    "readonly",
    "read only",
    "immutable",
    "mutab",
    "references",
    "user not found",
    "licen",
    "language tag",
    "structure",
];
/// Words that say plainly that something is missing, whatever else is said.
const PLAINLY_MISSING: [&str; 11] = [
    "is required",
    "are required",
    "field required",
    "is missing",
    "are missing",
    "missing required",
    "required property",
    "not be null",
    "not be blank",
    "not be empty",
    "cannot be empty",
];
/// Words that say so where nothing is said about a value.
const MISSING: [&str; 4] = ["required", "missing", "mandatory", "must be provided"];
/// Names of attributes that are plain words too.
const PLAIN: [&str; 16] = [
    "id",
    "name",
    "title",
    "active",
    "groups",
    "roles",
    "schemas",
    "meta",
    "locale",
    "photos",
    "division",
    "department",
    "organization",
    "organisation",
    "manager",
    "members",
];

/// What RFC 7644 table 9 has for `invalidValue`. Libraries copy it, and it says nothing of this request.
const ANY_VALUE: &str = "a required value was missing, or the value specified was not compatible with the operation or attribute type, or resource schema";

/// What a text says of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sense {
    /// That it does not know one.
    Unknown,
    /// That one is missing.
    Missing,
    /// Something about a value.
    Value,
    /// Nothing in particular.
    Open,
}

/// The words about the error, and where they stand.
#[derive(Debug)]
pub(super) struct Said<'c> {
    /// Nothing was said where it is empty.
    pub(super) text: Cow<'c, str>,
    pub(super) place: String,
    lower: String,
    pub(super) sense: Sense,
}

impl<'c> Said<'c> {
    /// The service's own words where there are any, else the directory's.
    pub(super) fn of(facts: &'c Facts<'_>) -> Self {
        let reply = &facts.reply;
        let own = reply.detail.as_deref().map(|detail| (Cow::Borrowed(detail), reply.detail_at.clone()));
        let own = own.or_else(|| {
            let text = reply.text().filter(|_| reply.form == Form::Text)?;
            Some((Cow::Borrowed(text), "response.body".to_owned()))
        });
        let own = own.or_else(|| {
            let is_told = reply.form == Form::Error && !reply.is_scim_error();
            is_told.then(|| (Cow::Owned(reply.body().to_string()), "response.body".to_owned()))
        });
        // A list of errors, by field or not, says more than the title above it.
        let listed = reply.body().get("errors").filter(|errors| !reply.is_scim_error() && has_members(errors));
        let own = listed.map(|errors| (Cow::Owned(errors.to_string()), "response.body/errors".to_owned())).or(own);
        let own = by_location(facts).map(|text| (Cow::Owned(text), "response.body/detail".to_owned())).or(own);
        let (text, place) = own.or_else(|| by_directory(facts)).unwrap_or_default();
        let lower = text.chars().take(LONGEST).collect::<String>().to_lowercase().replace(ANY_VALUE, "");
        // A parser's token is no name, and neither is a person.
        let sense = sense(&lower.replace("unrecognized token", "token").replace("not a known user", "no user"));
        Self { text, place, lower, sense }
    }

    /// Whether any of these words was said, in lower case.
    pub(super) fn has(&self, words: &[&str]) -> bool {
        says(&self.lower, words)
    }

    /// Whether it speaks of this name.
    pub(super) fn names(&self, used: &Used<'_>) -> bool {
        let full = used.full().to_lowercase();
        self.speaks_of(&full) && (used.urn.is_some() || used.path.contains(['.', '[']))
            || self.names_attribute(used.head()) && used.whole
            || used.part().is_some_and(|part| self.names_attribute(part) && !is_generic(part))
            || used.urn.is_some_and(|urn| {
                super::slip::schema(urn) == super::slip::Schema::Other && self.speaks_of(&urn.to_lowercase())
                    || matches!(super::slip::schema(urn), super::slip::Schema::Misspelt(_))
                        && self.lower.contains(&urn.to_lowercase())
            })
    }

    /// Whether it speaks of an attribute of this name, in any case, with or without underscores.
    pub(super) fn names_attribute(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        if name.is_empty() || !PLAIN.contains(&name.as_str()) {
            return !name.is_empty()
                && (self.speaks_of(&name)
                    || self.lower.contains('_') && has_name(&self.lower.replace('_', ""), &name));
        }
        self.lower.match_indices(&name).any(|(at, _)| {
            let before = self.lower.get(..at).unwrap_or_default();
            let after = self.lower.get(at + name.len()..).unwrap_or_default();
            let is_marked = before.ends_with(['\'', '"', '`', ':', '[', '/', '(', '“', '‘', '.', '\\'])
                && !after.starts_with(letter);
            // "The attribute name" is no name.
            let is_called = name != "name" && name != "id" && is_called(before);
            let is_head = !before.ends_with(letter)
                && (after.starts_with(" attribute") || dotted(after) || after.starts_with('['));
            let starts = before.trim().is_empty() && after.starts_with([' ', ':']);
            is_marked || !after.starts_with(letter) && (is_called && !before.ends_with(letter) || starts) || is_head
        })
    }

    /// Whether it speaks of any attribute at all, by a name that nothing else has.
    pub(super) fn names_any(&self) -> bool {
        let is_schema = |name: &str| name == "schemas" || name == "meta" || name == "id";
        ATTRIBUTES.iter().any(|known| !is_schema(known.name) && self.names_attribute(known.name))
            || ATTRIBUTES
                .iter()
                .flat_map(|known| known.parts)
                .any(|(part, _)| !is_generic(part) && self.names_attribute(part))
            || self.lower.contains(":user:")
            || self.names_attribute("organisation")
            || self.names_attribute("members")
    }

    /// What is said to be all that can be set: `displayName and members` of `Only displayName and members are supported`.
    /// A list that has any other word in it is about something else, as in `only active users`.
    pub(super) fn only(&self) -> Option<Vec<&str>> {
        const ENDS: [&str; 6] = ["supported", "allowed", "accepted", "permitted", "can", "may"];
        const BETWEEN: [&str; 10] =
            ["and", "or", "the", "attribute", "attributes", "field", "fields", "properties", "are", "is"];
        let words = self.lower.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '.');
        let mut words = words.map(|word| word.trim_matches('.'));
        words.by_ref().find(|word| *word == "only")?;
        let mut list = Vec::new();
        for word in words.filter(|word| !word.is_empty()) {
            let is_attribute = || {
                word == "members"
                    || ATTRIBUTES.iter().any(|known| known.name.eq_ignore_ascii_case(word))
                    || ATTRIBUTES
                        .iter()
                        .flat_map(|known| known.parts)
                        .any(|(part, _)| word.rsplit('.').next().is_some_and(|last| part.eq_ignore_ascii_case(last)))
            };
            match word {
                _ if ENDS.contains(&word) => {
                    return Some(list).filter(|list| list.iter().any(|name| *name != "active"));
                }
                _ if BETWEEN.contains(&word) => {}
                _ if is_attribute() => list.push(word),
                _ => return None,
            }
        }
        None
    }

    fn speaks_of(&self, name: &str) -> bool {
        has_name(&self.lower, name)
    }
}

/// FastAPI's `detail`: a list whose items say where, and what.
fn by_location(facts: &Facts<'_>) -> Option<String> {
    let items = facts.reply.body().get("detail")?.as_array()?;
    items.iter().any(|item| item.get("loc").is_some()).then(|| {
        let texts: Vec<&str> = facts.reply.sayings.iter().map(|said| said.text).collect();
        texts.join(" ")
    })
}

fn has_members(errors: &Value) -> bool {
    match errors {
        Value::Object(errors) => !errors.is_empty(),
        Value::Array(errors) => errors.first().is_some_and(Value::is_object),
        _ => false,
    }
}

fn by_directory<'c>(facts: &'c Facts<'_>) -> Option<(Cow<'c, str>, String)> {
    // The longest says most; a code alone says too little.
    let is_reason = |place: &str| {
        let lower = place.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        ["reason", "additionaldetails", "errormessage", "resultdescription", "text"].contains(&lower.as_str())
    };
    let reasons = || facts.event.reasons.iter();
    let own = reasons().filter(|said| is_reason(&said.place)).max_by_key(|said| said.text.len());
    let longest = own.or_else(|| reasons().max_by_key(|said| said.text.len()))?;
    Some((Cow::Borrowed(longest.text), longest.place.clone()))
}

fn sense(lower: &str) -> Sense {
    let has = |words: &[&str]| says(lower, words);
    if has(&["canonical"]) {
        // "Not part of the canonical values" is about a value.
        Sense::Value
    } else if has(&UNKNOWN) {
        Sense::Unknown
    } else if has(&PLAINLY_MISSING) {
        Sense::Missing
    } else if says(&lower.replace("unexpected", "").replace("formatted", ""), &VALUES) {
        Sense::Value
    } else if has(&REFUSED) && has(&NOUNS) {
        Sense::Unknown
    } else if has(&MISSING) {
        Sense::Missing
    } else {
        Sense::Open
    }
}

/// Whether the words before call what follows an attribute.
fn is_called(before: &str) -> bool {
    let before = before.trim_end().trim_end_matches(':');
    ["attribute", "attributes", "field", "property", "path", "patching", "updating", "setting"]
        .iter()
        .any(|word| before.ends_with(word))
}

fn dotted(after: &str) -> bool {
    after.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
}

fn letter(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

/// Parts that every list has, and that are plain words.
fn is_generic(part: &str) -> bool {
    ["value", "display", "type", "primary", "formatted", "region", "country", "created", "location", "version", "$ref"]
        .iter()
        .any(|generic| generic.eq_ignore_ascii_case(part))
        || part.eq_ignore_ascii_case("displayName")
}
