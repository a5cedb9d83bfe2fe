//! Values that are too long, or not among those that the service allows.

use super::{Certain, Confidence, Found, Layer, Likely, Phrases, Possible, Sent, Verdict, View, says};

const ID: &str = "length-or-constraint-exceeded";
static LENGTH: Phrases = Phrases::of(&[
    "too long",
    "maximum length",
    "max length",
    "maxlength",
    "max_length",
    "maximum of",
    "maximum size",
    "exceeds",
    "exceeded",
    "longer than",
    "at most",
    "no more than",
    "no longer than",
    "must be shorter",
    "must be less than",
    "characters or less",
    "characters or fewer",
    "character limit",
    "length limit",
    "length must be",
    "allows only ",
    "size must be between",
    "would be truncated",
    "too_long",
    "must not exceed",
    "cannot exceed",
    "can't exceed",
    "not be more than",
    "too short",
    "minimum length",
    "length between",
    "exceed ",
    "too large",
    "too many characters",
    "field length",
    "characters long",
    "characters in length",
    "invalid length",
    "value length",
    "out of range",
    "acceptable range",
    "greater than",
]);
static CHOICE: Phrases = Phrases::of(&[
    "non-canonical",
    "canonical value",
    "canonicalvalues",
    "must be one of",
    "not one of",
    "allowed values",
    "allowed value",
    "valid values",
    "valid choice",
    "valid option",
    "permitted values",
    "accepted values",
    "possible values",
    "not included in the list",
    "not in the list",
    "not in list",
    "enumeration",
    "one of the following",
    "acceptable value",
    "supported values",
    "expected one of",
    "not an allowed",
    "not among",
    "must map to",
    "must be a supported",
    "must be an allowed",
]);
static PATTERN: Phrases = Phrases::of(&[
    "following format",
    "match the format",
    "pattern",
    "regular expression",
    "regex",
    "constraint",
    "invalid character",
    "illegal character",
    "special character",
    "not allowed characters",
    "unsupported character",
    "only contain",
    "alphanumeric",
]);
/// What has limits besides a value.
static OTHER: Phrases = Phrases::of(&[
    "operations",
    "payload",
    "request too",
    "request entity",
    "too many requests",
    "rate limit",
    "valid op",
    "per minute",
    "per second",
    "members",
    "licen",
    "seat",
    "quota",
    "page size",
    "'op'",
    "\"op\"",
    "invalid op",
    "op must",
    "operation type",
    "schemas",
    "filter",
    "timeout",
    "time limit",
    "results",
    "attempts",
    "not-null",
    "not null",
    "unique constraint",
    "foreign key",
    "user limit",
    "maximum number of users",
    "number of users",
    "retries",
]);
/// Limits of profile fields as the vendor gives them for its CSV import.
const FIELDS: &[(&str, usize)] =
    &[("name.givenname", 40), ("name.familyname", 40), ("title", 80), ("emails.value", 320), ("username", 113)];
const LONGEST: usize = 255;
/// Formats that have their own patterns.
const OWN: &[&str] = &[
    "preferred-language-format",
    "timezone-windows-vs-iana",
    "date-format-start-date",
    "phone-format",
    "email-domain-not-allowed",
    "boolean-as-string",
    "type-mismatch-number-string",
    "unsupported-multivalued-source",
    "role-as-json-string",
];

/// What the service says of a value's length or of its choices.
pub(super) fn limits(view: &View<'_>, found: &mut Found) {
    if !view.is_blamed_for_a_value() || view.facts.asked.method == "GET" {
        return;
    }
    // "Attribute x is not recognized. Allowed values: …" lists attributes.
    if view.said.is_of_unknown_name() && view.said.says(&["attribute"]) && view.said.says(&["recogni"]) {
        return;
    }
    let is_length = view.said.has(&LENGTH)
        || has_code(view, &["long", "short", "length", "maxlength"])
        || view.said.says(&["at least"]) && view.said.says(&["character"])
        || counts_characters(&view.said.lower);
    let is_role = view.said.says(&[
        "invalid role",
        "unknown role",
        "unknown custom role",
        "not a valid role",
        "not a known role",
        "not a valid primary role",
        "role is invalid",
        "role is not valid",
    ]) && !view.said.names(&["attribute", "field", "property"]);
    let is_choice = view.said.has(&CHOICE) || view.said.names(&["enum"]) || is_role;
    let is_of_password =
        view.said.names(&["password"]) && view.said.says(&["must contain", "must include", "must have"]);
    let is_pattern = view.said.has(&PATTERN) || is_of_password;
    let is_code = has_code(view, &["specials", "punctuation", "chars", "characters"])
        || view.said.says(&["username_not_allowed", "username_reserved", "reserved_username", "name_not_allowed"]);
    let is_own = OWN.iter().any(|id| found.explains(id));
    if !(is_length || is_choice || is_pattern || is_code) {
        named_alone(view, found);
        unsaid(view, found);
        return;
    }
    if view.said.says(&["data type", "valuetype", "value type"]) && !is_length {
        return;
    }
    let lists_operations = ["add", "remove", "replace"].iter().all(|op| view.said.names(&[op]));
    if lists_operations
        || view.said.has(&OTHER)
        || found.explains("required-attribute-missing")
        || is_own && !is_length
        || super::required::is_said(view) && !is_length
    {
        return;
    }
    let names_empty = |sent: &Sent<'_>| sent.is_empty() && sent.leaf().len() > 3 && view.said.names(&[sent.leaf()]);
    if view.sent.iter().any(names_empty) {
        return;
    }
    let blamed = blamed(view, is_length);
    let confidence = match blamed {
        Some(sent) => sureness(view, sent, is_length),
        None if view.has_request() && !is_length && !is_choice => return,
        None if view.has_request() => Possible,
        None if is_length || is_choice || is_code => Likely,
        None => Possible,
    };
    let values: Vec<&Sent<'_>> = blamed.into_iter().collect();
    let draft = view.explain(found, (ID, confidence, Layer::Mapping), &values);
    if let Some(limit) = limit(&view.said.lower).filter(|_| is_length) {
        draft.with("limit", limit.to_string());
    }
    if let Some(text) = blamed.and_then(Sent::text) {
        draft.with("length", text.chars().count().to_string());
    }
}

/// Whether characters are counted, as no message of a parser does: `2 to 32 characters`, `up to 40 chars`.
fn counts_characters(said: &str) -> bool {
    let is_counted = |word: &str| {
        said.match_indices(word)
            .filter_map(|(at, _)| said.get(..at))
            .any(|before| before.ends_with(|letter: char| letter.is_ascii_digit()))
    };
    (is_counted(" characters") || is_counted(" chars")) && !says(said, &["json", "parse", "parsing", "unexpected"])
}

/// A code in snake case for a name that is too long or has wrong signs: `long_username`, `invalid_name_specials`.
fn has_code(view: &View<'_>, flaws: &[&str]) -> bool {
    const ABOUT: &[&str] =
        &["name", "username", "displayname", "nickname", "email", "title", "phone", "value", "field"];
    let codes = view.said.lower.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    codes.filter(|code| code.contains('_')).any(|code| {
        let has = |words: &[&str]| code.split('_').any(|part| words.contains(&part));
        has(flaws) && has(ABOUT)
    })
}

/// The value that is meant: the one that is quoted, else the one named, else the only one beyond the limit.
fn blamed<'v>(view: &'v View<'_>, is_length: bool) -> Option<&'v Sent<'v>> {
    let texts = || view.sent.iter().filter(|sent| sent.text().is_some_and(|text| !text.trim().is_empty()));
    let is_named = |sent: &&Sent<'_>| {
        let leaf = if matches!(sent.leaf(), "value" | "type" | "display") { sent.root() } else { sent.leaf() };
        leaf.len() > 3 && view.said.names(&[leaf, leaf.trim_end_matches('s')])
            || leaf == "password" && view.said.names(&["credential"])
    };
    let is_quoted = |sent: &&Sent<'_>| sent.text().is_some_and(|text| text.len() > 2 && view.said.quotes(text));
    let by_limit = || {
        let limit = limit(&view.said.lower).filter(|_| is_length)?;
        let mut over = texts().filter(|sent| sent.text().is_some_and(|text| text.chars().count() > limit));
        over.next().filter(|_| over.next().is_none())
    };
    let longest = || texts().filter(is_named).max_by_key(|sent| sent.text().map_or(0, str::len));
    texts().filter(is_named).find(is_quoted).or_else(longest).or_else(by_limit).or_else(|| texts().find(is_quoted))
}

fn sureness(view: &View<'_>, sent: &Sent<'_>, is_length: bool) -> Confidence {
    let length = sent.text().map_or(0, |text| text.chars().count());
    let is_quoted = sent.text().is_some_and(|text| view.said.quotes(text));
    match limit(&view.said.lower).filter(|_| is_length) {
        Some(limit) if length > limit => Certain,
        // It keeps what is said to be the limit: a shorter one is meant, or another value.
        Some(limit) if length < limit && !view.said.says(&["too short", "minimum", "at least", "between"]) => Possible,
        _ if is_quoted => Certain,
        _ => Likely,
    }
}

/// What is a length in characters.
fn is_limit(number: usize, said: &str) -> bool {
    // Small numbers mostly count something else.
    let least = if says(said, &["character", "length"]) { 2 } else { 6 };
    (least..100_000).contains(&number)
}

/// The first number that the words give.
fn limit(said: &str) -> Option<usize> {
    let near = LENGTH
        .all()
        .iter()
        .chain(&["characters", "varying(", "varchar("])
        .filter_map(|words| said.find(words))
        .min()?;
    let numbers = said.get(near..)?.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
    let mut read = numbers.filter_map(|digits| digits.parse().ok()).filter(|number| is_limit(*number, said));
    read.next().or_else(|| {
        let before = said.get(..near)?;
        before
            .split(|c: char| !c.is_ascii_digit())
            .filter_map(|digits| digits.parse().ok())
            .rfind(|number| is_limit(*number, said))
    })
}

/// `The username is invalid`, and what was sent was not seen: it may be too long, too short, or have letters that are refused.
fn named_alone(view: &View<'_>, found: &mut Found) {
    const NAMES: [&str; 6] = ["username", "user name", "external id", "externalid", "display name", "displayname"];
    let names_another =
        view.said.names(&["password", "email", "e mail", "attribute", "schema", "filter", "path", "operation"]);
    let is_invalid =
        NAMES.iter().any(|name| view.said.says(&[&format!("{name} is invalid"), &format!("invalid {name}")]));
    if is_invalid && !names_another && !view.has_request() {
        view.explain(found, (ID, Possible, Layer::Mapping), &[]);
    }
}

/// Nothing was said, and a value is longer than fields commonly are.
fn unsaid(view: &View<'_>, found: &mut Found) {
    if view.verdict(&[]) != Some(Verdict::Open) {
        return;
    }
    let limit =
        |sent: &Sent<'_>| FIELDS.iter().find(|(name, _)| *name == sent.name).map_or(LONGEST, |(_, limit)| *limit);
    let is_over = |sent: &&Sent<'_>| sent.text().is_some_and(|text| text.chars().count() > limit(sent));
    if let Some(sent) = view.sent.iter().filter(|sent| !sent.is_told && sent.root() != "password").find(is_over) {
        let draft = view.explain(found, (ID, Possible, Layer::Mapping), &[sent]);
        draft.with("limit", limit(sent).to_string());
    }
}
