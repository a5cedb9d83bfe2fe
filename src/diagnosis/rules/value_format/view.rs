//! What the service said of the values that were sent: whether it blames one of them, leaves it open, or speaks of something
//! else. Only the first two let a shape explain a failure.

use serde_json::Value;

use super::{Confidence, Draft, Facts, Form, Found, Layer, Likely, Phrases, Possible, Sent};

/// Most bytes of an error that are read.
const MOST: usize = 3_000;

/// Of what an error speaks, seen from one attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Of this attribute.
    Named,
    /// Of nothing in particular.
    Open,
    /// Of something else.
    Elsewhere,
}

/// The values sent, and the words about them.
pub(super) struct View<'f> {
    pub(super) facts: &'f Facts<'f>,
    pub(super) sent: Vec<Sent<'f>>,
    /// The words of the error, lower case.
    pub(super) said: String,
    /// The same, with one space for all that is no letter and no digit.
    plain: String,
    /// The service judged the values, and did not find them taken.
    is_refused: bool,
    /// The words are about an attribute that the service does not have.
    is_of_unknown: bool,
    /// The words leave open what is meant.
    is_open: bool,
}

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

/// What services seldom answer, though they were sent it. A locale is sent by default, and often of no use to them.
const UNANSWERED: &[&str] = &["password", "groups", "roles", "entitlements", "locale"];

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

impl<'f> View<'f> {
    pub(super) fn of(facts: &'f Facts<'f>) -> Self {
        let has_failed = facts.has_failed();
        // The name of the directory is no word about the flag.
        let said = if has_failed { said(facts).replace("active directory", "directory") } else { String::new() };
        let mut plain = String::with_capacity(said.len() + 2);
        plain.push(' ');
        for letter in said.chars() {
            let letter = if letter.is_alphanumeric() { letter } else { ' ' };
            if letter != ' ' || !plain.ends_with(' ') {
                plain.push(letter);
            }
        }
        plain.push(' ');
        let is_flawed = FLAWS.are_in(&said) && KNOWN.are_in(&plain) && !PRECONDITION.are_in(&said);
        let is_refused = has_failed && is_refusal(facts, is_flawed) && !is_taken(&said, &plain, is_flawed);
        let mut view =
            Self { facts, sent: Sent::all(facts), said, plain, is_refused, is_of_unknown: false, is_open: false };
        if is_refused {
            let is_strange = view.speaks_of_an_unknown_name();
            view.is_of_unknown = is_strange && !view.quotes_something_sent();
            view.is_open = matches!(facts.reply.status, Some(400 | 422 | 500))
                && !is_strange
                && !view.has(&ELSE)
                && !KNOWN.are_in(&view.plain)
                && !view.names_something_sent()
                && !facts.has_code(&["noTarget", "invalidPath"]);
        }
        view
    }

    /// Whether the error has one of these words, whole or in the plural.
    pub(super) fn names(&self, words: &[&str]) -> bool {
        !self.said.is_empty() && words.iter().any(|word| has_word(&self.plain, word))
    }

    /// Whether the error has one of these phrases.
    pub(super) fn says(&self, phrases: &[&str]) -> bool {
        !self.said.is_empty() && phrases.iter().any(|phrase| self.said.contains(phrase))
    }

    /// Whether the error quotes a value.
    pub(super) fn quotes(&self, value: &str) -> bool {
        value.trim().len() > 1 && self.said.contains(&value.trim().to_lowercase())
    }

    /// Whether the error has one of a list.
    pub(super) fn has(&self, phrases: &Phrases) -> bool {
        phrases.are_in(&self.said)
    }

    /// Of what the refusal speaks, for an attribute by its names; `None` where there is no refusal.
    pub(super) fn verdict(&self, names: &[&str]) -> Option<Verdict> {
        if !self.is_refused {
            return None;
        }
        Some(match () {
            () if self.names(names) && !self.is_of_unknown => Verdict::Named,
            () if self.is_open => Verdict::Open,
            () => Verdict::Elsewhere,
        })
    }

    fn speaks_of_an_unknown_name(&self) -> bool {
        let is_of_name = || self.names(&["attribute", "property", "properties", "field", "schema"]);
        self.has(&UNKNOWN) || self.has(&STRANGE) && is_of_name()
    }

    fn quotes_something_sent(&self) -> bool {
        self.sent.iter().any(|sent| sent.text().is_some_and(|text| self.quotes(text)))
    }

    fn names_something_sent(&self) -> bool {
        const COMMON: [&str; 8] = ["value", "type", "display", "formatted", "name", "user", "operations", "path"];
        let names = |leaf: &str| leaf.len() > 3 && !COMMON.contains(&leaf) && has_word(&self.plain, leaf);
        self.sent.iter().any(|sent| names(sent.leaf()))
    }

    /// Whether the refusal names another attribute that was sent.
    pub(super) fn names_another(&self, sent: &Sent<'_>) -> bool {
        let mut others = self.sent.iter().filter(|other| other.root() != sent.root() && other.leaf().len() > 4);
        others.any(|other| has_word(&self.plain, other.leaf()))
    }

    /// Whether a value was refused, whichever it is.
    pub(super) const fn is_blamed_for_a_value(&self) -> bool {
        self.is_refused
    }

    /// Whether the request was seen, with its values.
    pub(super) fn has_request(&self) -> bool {
        self.sent.iter().any(|sent| !sent.is_told)
    }

    /// Whether nothing but this attribute was sent.
    pub(super) fn is_alone(&self, root: &str) -> bool {
        self.sent.iter().all(|sent| sent.root() == root)
    }

    /// How sure a shape is where the service did not say what it minds.
    pub(super) fn open_confidence(&self, root: &str) -> Confidence {
        let is_about_values = self.facts.has_code(&["invalidValue", "invalidSyntax"])
            || self.says(&["json", "parse", "parsing", "unparsable", "deserial", "unmarshal", "type mismatch", "cast"]);
        if self.is_alone(root) || is_about_values { Likely } else { Possible }
    }

    /// What a resource in the answer holds by this name.
    pub(super) fn answered(&self, name: &str) -> Option<Sent<'f>> {
        if !self.facts.has_succeeded() || self.facts.reply.form != Form::Resource {
            return None;
        }
        let all = Sent::of_resource(self.facts.reply.body(), "response.body");
        all.into_iter().find(|member| member.name == name)
    }

    /// Whether the answer has no such attribute, though it is a whole person: what was sent did not stay.
    pub(super) fn is_left_out(&self, sent: &Sent<'_>) -> bool {
        let facts = self.facts;
        let is_whole =
            facts.has_succeeded() && facts.reply.form == Form::Resource && !facts.asked.url.contains("ttributes=");
        if !is_whole || sent.is_told || sent.is_removed || !matches!(facts.asked.method, "POST" | "PUT" | "PATCH") {
            return false;
        }
        let all = Sent::of_resource(facts.reply.body(), "response.body");
        let has = |root: &str| all.iter().any(|member| member.root() == root);
        let is_kept = |other: &Sent<'_>| {
            other.is_removed || other.is_empty() || UNANSWERED.contains(&other.root()) || has(other.root())
        };
        // A service that leaves out other attributes too answers in short, and the value's form says nothing.
        let mut others = self.sent.iter().filter(|other| other.root() != sent.root());
        let is_person = has("username") && has("id") && (has("name") || has("emails"));
        is_person && !has(sent.root()) && sent.root() != "locale" && others.all(is_kept)
    }

    /// Adds an explanation with its evidence: the values, then what was said of them.
    pub(super) fn explain<'d>(
        &self,
        found: &'d mut Found,
        (id, confidence, layer): (&'static str, Confidence, Layer),
        values: &[&Sent<'_>],
    ) -> &'d mut Draft {
        let draft = found.add(id, confidence, layer);
        quote_values(draft, values);
        self.quote(draft);
        draft
    }

    /// Adds a habit with the values that show it.
    pub(super) fn habit<'d>(
        &self,
        found: &'d mut Found,
        id: &'static str,
        layer: Layer,
        values: &[&Sent<'_>],
    ) -> &'d mut Draft {
        let draft = found.habit(id, layer);
        quote_values(draft, values);
        draft
    }

    /// Quotes what the service or the directory said.
    pub(super) fn quote(&self, draft: &mut Draft) {
        let reply = &self.facts.reply;
        if let Some(detail) = &reply.detail {
            draft.at(reply.detail_at.clone(), detail);
        } else if let Some(text) = reply.text() {
            draft.at("response.body", text);
        } else if let Some(said) = self.facts.event.reasons.first() {
            draft.at(said.place.clone(), said.text);
        }
        if let Some(status) = reply.status.filter(|_| reply.response.is_some()) {
            draft.at("response.status", status.to_string());
        }
    }
}

fn quote_values(draft: &mut Draft, values: &[&Sent<'_>]) {
    for sent in values.iter().take(3) {
        if sent.place.ends_with("/path") {
            draft.at(sent.place.clone(), sent.written);
        } else {
            draft.at_value(sent.place.clone(), sent.value);
        }
    }
    if let Some(first) = values.first() {
        draft.with("attribute", first.written);
        let value = first.text().map_or_else(|| first.value.to_string(), str::to_owned);
        // A text with braces would be read as a place for a value; it stands in the evidence.
        if !first.is_empty() && !value.contains(['{', '}']) {
            draft.with("value", value);
        }
    }
}

/// Whether somebody else has the value. "Conflict" is also only the name of the status.
fn is_taken(said: &str, plain: &str, is_flawed: bool) -> bool {
    let is_of_somebody = || ["exist", "another user"].iter().any(|words| said.contains(words));
    TAKEN.are_in(said) || has_word(plain, "in use") || said.contains("conflict") && (!is_flawed || is_of_somebody())
}

/// Whether the service, or the directory for it, refused over the content of the request.
fn is_refusal(facts: &Facts<'_>, is_flawed: bool) -> bool {
    let is_other_kind =
        facts.has_code(&["uniqueness", "mutability", "tooMany", "invalidFilter", "invalidVers", "sensitive"]);
    let other_status = [405, 410, 413, 415, 502, 503, 504];
    match facts.reply.status {
        Some(406 | 412 | 501) if !is_flawed => false,
        Some(409) if !is_flawed || facts.says(&["exist", "another user"]) => false,
        Some(status) => !is_other_kind && !other_status.contains(&status) && facts.was_refused_or_broke(),
        None => facts.event.source.is_some() && !is_other_kind,
    }
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

/// The service's own words; those of the directory only where it quotes none.
fn said(facts: &Facts<'_>) -> String {
    let mut out = String::new();
    if let Some(detail) = &facts.reply.detail {
        out.push_str(detail);
        out.push('\n');
    }
    if facts.reply.body().is_object() {
        gather(facts.reply.body(), 0, &mut out);
    }
    if out.trim().is_empty() { facts.words.chars().take(MOST).collect() } else { out.to_lowercase() }
}

/// The names and texts of an error's body, without those that say nothing of the cause.
fn gather(value: &Value, depth: usize, out: &mut String) {
    const SILENT: [&str; 16] = [
        "schemas",
        "status",
        "scimtype",
        "detail",
        "timestamp",
        "path",
        "instance",
        "trace",
        "stack",
        "requestid",
        "type",
        "traceid",
        "correlationid",
        "statuscode",
        "code",
        "url",
    ];
    const PLAIN: [&str; 12] = [
        "message",
        "error",
        "errors",
        "title",
        "description",
        "errormessage",
        "error_description",
        "details",
        "field",
        "violations",
        "reason",
        "name",
    ];
    if depth > 4 || out.len() > MOST {
        return;
    }
    match value {
        Value::String(text) => {
            out.extend(text.chars().take(MOST));
            out.push('\n');
        }
        Value::Array(items) => items.iter().take(20).for_each(|item| gather(item, depth + 1, out)),
        Value::Object(object) => {
            for (name, value) in object.iter().take(40) {
                let lower = name.to_ascii_lowercase();
                if depth == 0 && SILENT.contains(&lower.as_str()) {
                    continue;
                }
                if !PLAIN.contains(&lower.as_str()) {
                    out.push_str(name);
                    out.push(' ');
                }
                gather(value, depth + 1, out);
            }
        }
        _ => {}
    }
}
