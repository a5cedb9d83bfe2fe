//! The words of a refusal as rules about values read them: the names of members that lead to a text are part of it, as in the
//! `errors` of .NET, and `user-name` is the same as `user name`.

use super::{
    super::super::facts::{has_name, with_codes},
    Facts, Phrases, says,
};

/// Members that only hold what is said; the names of others may be those of attributes.
const HOLDERS: [&str; 13] = [
    "message",
    "error",
    "errors",
    "title",
    "detail",
    "description",
    "errormessage",
    "error_description",
    "details",
    "field",
    "violations",
    "reason",
    "name",
];
/// Most bytes that are read.
const MOST: usize = 4_000;

/// Names of attributes as errors write them: whoever names one of these speaks of it.
static KNOWN: Phrases = Phrases::words(&[
    "username",
    "user name",
    "displayname",
    "display name",
    "nickname",
    "givenname",
    "given name",
    "firstname",
    "first name",
    "familyname",
    "family name",
    "lastname",
    "last name",
    "surname",
    "email",
    "e mail",
    "phonenumber",
    "phone",
    "title",
    "active",
    "primary",
    "boolean",
    "preferredlanguage",
    "language",
    "locale",
    "timezone",
    "time zone",
    "manager",
    "role",
    "address",
    "employeenumber",
    "employee number",
    "costcenter",
    "cost center",
    "organization",
    "organisation",
    "division",
    "department",
    "externalid",
    "external id",
    "group",
    "member",
    "usertype",
    "entitlement",
    "password",
    "photo",
    "startdate",
    "start date",
    "date",
    "domain",
    "domainaddress",
    "domainname",
    "schemas",
    "profileurl",
]);

/// What else an error may speak of than of a value.
static ELSE: Phrases = Phrases::of(&[
    "'op'",
    "\"op\"",
    "invalid op",
    "valid op",
    "op must",
    "unknown op",
    "unsupported op",
    "operation type",
    "operation '",
    "unrecognised operation",
    "unrecognized operation",
    "content type",
    "content-type",
    "media type",
    "path",
    "filter",
    "licen",
    "seat",
    "quota",
    "token",
    "permission",
    "forbidden",
    "not allowed to",
    "rate limit",
    "timed out",
    "timeout",
    "method",
    "patch is not",
    "connection",
    "database is",
]);

/// Words of a value that somebody else has.
static TAKEN: Phrases = Phrases::of(&["already", "taken", "unique", "duplicate"]);

/// Flaws of a value: with one of these, a status that has a meaning of its own is about a value all the same.
static FLAWS: Phrases = Phrases::of(&[
    "blank",
    "is required",
    "are required",
    "missing",
    "mandatory",
    "be empty",
    "be null",
    "must be",
    "must have",
    "invalid",
    "not valid",
    "not a valid",
    "malformed",
    "too long",
    "too short",
    "whitelist",
    "allowlist",
    "not allowed",
    "not permitted",
]);

/// Rules for the form of a value: with one of these and an attribute, also a 403 is about a value.
static CONSTRAINT: Phrases = Phrases::of(&[
    "maximum length",
    "minimum length",
    "max length",
    "too long",
    "too short",
    "characters",
    "exceed",
    "must be a string",
    "must be a valid",
    "must be one of",
    "must start",
    "must end",
    "must match",
    "must not contain",
    "cannot contain",
    "only contain",
    "not a valid",
    "is not valid",
    "be empty",
    "be blank",
    "is required",
    "pattern",
    "regular expression",
    "malformed",
]);

/// Words about who asks, and what they may.
static RIGHTS: Phrases = Phrases::of(&[
    "permission",
    "privilege",
    "scope",
    "token",
    "credential",
    "admin",
    "authori",
    "access",
    "licen",
    "seat",
    "quota",
    "subscription",
    "rate limit",
    "header",
]);

/// What such a status is about by itself.
static PRECONDITION: Phrases = Phrases::of(&["etag", "version", "if-match", "precondition", "accept header"]);

/// Words of an attribute that the service does not have at all.
static UNKNOWN: Phrases = Phrases::of(&[
    "unknown attribute",
    "unrecognized attribute",
    "unrecognised attribute",
    "unrecognized field",
    "unrecognized property",
    "no such attribute",
    "not defined",
    "read-only",
    "readonly",
    "read only",
    "immutable",
    "unknown field",
    "unknown property",
    "additional propert",
    "extra inputs",
    "not part of",
    "not implemented",
    "does not exist in the schema",
    "not found in schema",
    "not present in the schema",
    "unsupported attribute",
]);

/// Words that mean an attribute only beside a word for one.
static STRANGE: Phrases = Phrases::of(&[
    "not supported",
    "unsupported",
    "not recognized",
    "not recognised",
    "unknown",
    "not a known",
    "not allowed",
]);

/// Words of a value that is not there.
static MISSING: Phrases = Phrases::of(&[
    "required",
    "missing",
    "blank",
    "mandatory",
    "not be null",
    "be empty",
    "must be provided",
    "undefined",
]);

/// What was said.
pub(super) struct Said {
    /// In lower case; empty where nothing failed.
    pub(super) lower: String,
    /// The same, with one space for all that is no letter and no digit.
    plain: String,
}

impl Said {
    pub(super) fn of(facts: &Facts<'_>) -> Self {
        // The name of the directory is no word about the flag.
        let lower =
            if facts.has_failed() { lower(facts).replace("active directory", "directory") } else { String::new() };
        let plain = plain(&lower);
        Self { lower, plain }
    }

    /// Whether it has one of these words, whole or in the plural.
    pub(super) fn names(&self, words: &[&str]) -> bool {
        !self.lower.is_empty() && words.iter().any(|word| has_word(&self.plain, word))
    }

    /// Whether it has one of these phrases.
    pub(super) fn says(&self, phrases: &[&str]) -> bool {
        says(&self.lower, phrases)
    }

    /// Whether it quotes a value.
    pub(super) fn quotes(&self, value: &str) -> bool {
        let value = value.trim().to_lowercase();
        // A short one stands in many words.
        if value.len() < 6 { value.len() > 1 && has_name(&self.lower, &value) } else { self.lower.contains(&value) }
    }

    /// Whether it has one of a list.
    pub(super) fn has(&self, phrases: &Phrases) -> bool {
        phrases.are_in(&self.lower)
    }

    /// Whether it names an attribute of the standard.
    pub(super) fn names_known(&self) -> bool {
        KNOWN.are_in(&self.plain)
    }

    /// Whether it finds a flaw in the value of an attribute.
    pub(super) fn is_of_flaw(&self) -> bool {
        self.has(&FLAWS) && self.names_known() && !self.has(&PRECONDITION)
    }

    /// Whether it names an attribute and a rule for its form, and nobody's rights.
    pub(super) fn is_of_constraint(&self) -> bool {
        self.has(&CONSTRAINT) && self.names_known() && !self.has(&RIGHTS)
    }

    /// Whether it is about an attribute that the service does not have.
    pub(super) fn is_of_unknown_name(&self) -> bool {
        let is_of_name = || self.names(&["attribute", "property", "properties", "field", "schema"]);
        // "Unsupported value in attribute x" is about the value.
        let is_of_value = || self.says(&["unsupported value", "not allowed value", "unknown value"]);
        self.has(&UNKNOWN) || self.has(&STRANGE) && is_of_name() && !is_of_value()
    }

    /// Whether it is about something else than a value.
    pub(super) fn is_of_something_else(&self) -> bool {
        self.has(&ELSE)
    }

    /// Whether a value is missing, which is another matter than its form.
    pub(super) fn is_of_presence(&self) -> bool {
        self.has(&MISSING)
    }

    /// Whether a value is missing or too long, and its form is not meant.
    pub(super) fn is_of_presence_or_length(&self) -> bool {
        self.is_of_presence() || self.says(&["too long", "maximum length"])
    }

    /// Whether somebody else has the value. "Conflict" is also only the name of the status.
    pub(super) fn is_of_taken_value(&self) -> bool {
        let is_of_somebody = || self.says(&["exist", "another user"]);
        self.has(&TAKEN)
            || self.names(&["in use"])
            || self.says(&["conflict"]) && (!self.is_of_flaw() || is_of_somebody())
    }
}

/// The service's own words with the names that lead to them; those of the directory only where it quotes none.
fn lower(facts: &Facts<'_>) -> String {
    let mut all = String::new();
    for said in &facts.reply.sayings {
        if all.len() > MOST {
            break;
        }
        let names = said.names().map(str::to_ascii_lowercase).filter(|name| !HOLDERS.contains(&name.as_str()));
        for name in names {
            all.push_str(&name);
            all.push(' ');
        }
        all.push_str(&said.lower);
        all.push('\n');
    }
    if all.is_empty() { facts.words.chars().take(MOST).collect() } else { with_codes(all) }
}

fn plain(lower: &str) -> String {
    let mut plain = String::with_capacity(lower.len() + 2);
    plain.push(' ');
    for letter in lower.chars() {
        let letter = if letter.is_alphanumeric() { letter } else { ' ' };
        if letter != ' ' || !plain.ends_with(' ') {
            plain.push(letter);
        }
    }
    plain.push(' ');
    plain
}

/// Words with a boundary before them, and after them or after their plural.
fn has_word(plain: &str, word: &str) -> bool {
    plain.match_indices(word).any(|(at, _)| {
        let after = plain.get(at + word.len()..).unwrap_or_default();
        let ends = |rest: &str| rest.starts_with(' ');
        plain.get(..at).is_some_and(|before| before.ends_with(' '))
            && (ends(after) || after.strip_prefix('s').is_some_and(ends) || after.strip_prefix("es").is_some_and(ends))
    })
}
