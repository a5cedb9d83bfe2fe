//! What is odd about a name: its schema, its case, its spelling. It says what was meant only where that is certain.

use crate::domain::attribute::{ATTRIBUTES, CORE_USER, ENTERPRISE_USER, MAPPABLE_EXTENSION, find};

use super::used::{Used, schema_of};

const CORE_GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// Longest URN that is compared letter by letter.
const LONGEST: usize = 120;
/// British and American spellings that occur in names of attributes, in lower case.
const SPELLINGS: [(&str, &str); 7] = [
    ("isation", "ization"),
    ("centre", "center"),
    ("programme", "program"),
    ("licence", "license"),
    ("colour", "color"),
    ("favourite", "favorite"),
    ("labour", "labor"),
];

/// What a URN is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Schema {
    /// One of those that a request may use, whatever its case.
    Known(&'static str),
    /// Meant to be one of them, and not it.
    Misspelt(&'static str),
    /// Another, such as a customer's own.
    Other,
}

/// What is odd about a name, and the name that was meant, in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Slip {
    /// A dot where the colon belongs.
    Dot(String),
    /// The URN.
    Urn(String),
    /// Only upper and lower case differ.
    Case(String),
    /// British for American, or the reverse.
    Spelling(String),
    /// `organization` as the RFC has it, where Thrive's guide has `organisation`.
    Guide(String),
    /// Core for extension, or the reverse.
    Namespace(String),
    /// An extension's attribute outside the guide's list.
    NotListed,
}

/// Whether a text begins as a URN.
pub(super) fn is_urn(text: &str) -> bool {
    text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"))
}

/// Whether a URN is a schema's, without an attribute after it.
pub(super) fn is_schema(urn: &str) -> bool {
    is_urn(urn) && {
        let (_, _, path) = apart(urn);
        path.is_empty()
    }
}

/// Whether an object under this URN holds attributes: under any but a known schema's attribute.
pub(super) fn is_block(urn: &str) -> bool {
    is_schema(urn) || is_urn(urn) && apart(urn).0.is_some_and(|start| schema(start) == Schema::Other)
}

/// A name apart from its schema: the schema, whether a dot follows it, and the rest.
pub(super) fn apart(name: &str) -> (Option<&str>, bool, &str) {
    if !is_urn(name) {
        return (None, false, name);
    }
    for known in [ENTERPRISE_USER, CORE_USER, CORE_GROUP] {
        let Some(start) = name.get(..known.len()).filter(|start| start.eq_ignore_ascii_case(known)) else { continue };
        let rest = name.get(known.len()..).unwrap_or_default();
        match rest.chars().next() {
            None => return (Some(start), false, ""),
            Some(separator @ (':' | '.')) => {
                return (Some(start), separator == '.', rest.get(1..).unwrap_or_default());
            }
            Some(_) => {}
        }
    }
    let end = name.find('[').unwrap_or(name.len());
    let Some(colon) = name.get(..end).and_then(|outside| outside.rfind(':')) else { return (None, false, name) };
    let last = name.get(colon + 1..).unwrap_or_default();
    // `urn:acme:hr:2.0:User` is a schema, `urn:acme:hr:2.0:User.team` has a dot, `urn:acme:hr:2.0:User:team` an attribute.
    let word = last.split(['.', '[']).next().unwrap_or_default();
    if ends_as_schema(word) && !is_version(last) {
        let cut = colon + 1 + word.len();
        let rest = name.get(cut + 1..).unwrap_or_default();
        return (name.get(..cut), !rest.is_empty(), rest);
    }
    if last.is_empty() || is_version(last) || ends_as_schema(last) {
        return (Some(name), false, "");
    }
    (name.get(..colon), false, last)
}

/// `User`, `Users`, `EnterpriseUser`, `Group`: the last word of a schema.
fn ends_as_schema(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    ["user", "users", "group", "usr", "uesr", "groups"].iter().any(|end| lower == *end)
        || word.ends_with("User") && word.starts_with(|first: char| first.is_ascii_uppercase())
}

fn is_version(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_digit()) && word.chars().all(|c| c.is_ascii_digit() || c == '.')
}

/// What a URN is.
pub(super) fn schema(urn: &str) -> Schema {
    if let Some(known) =
        [CORE_USER, ENTERPRISE_USER, CORE_GROUP].into_iter().find(|known| known.eq_ignore_ascii_case(urn))
    {
        return Schema::Known(known);
    }
    let lower = urn.to_ascii_lowercase();
    if lower.len() > LONGEST || lower.contains(":api:messages") || lower.contains("patchop") {
        return Schema::Other;
    }
    let words: Vec<&str> = lower.split(':').filter(|word| !word.is_empty()).collect();
    let is_scim = words.iter().any(|word| near(word, "scim", 1));
    let has = |wanted: &str, off: usize| words.iter().any(|word| near(word, wanted, off));
    let is_group = words.last().is_some_and(|last| last.starts_with("group"));
    let close = |known: &str| near(&lower, &known.to_ascii_lowercase(), 2);
    if close(ENTERPRISE_USER) || (is_scim && (has("enterprise", 2) || has("enterpriseuser", 2))) && !is_group {
        Schema::Misspelt(ENTERPRISE_USER)
    } else if !is_group
        && (close(CORE_USER) || is_scim && has("core", 1) && !has("extension", 1))
        && !names_message(&words)
    {
        Schema::Misspelt(CORE_USER)
    } else {
        Schema::Other
    }
}

/// `core:2.0:ResourceType` and its like, which are no users.
fn names_message(words: &[&str]) -> bool {
    words.last().is_some_and(|last| ["schema", "resourcetype", "serviceproviderconfig"].contains(last))
}

/// What is odd about a name.
pub(super) fn of(used: &Used<'_>) -> Option<Slip> {
    let schema = schema_of(used);
    let head = used.head();
    let full = |schema: &str, name: &str| format!("{schema}:{name}");
    match schema {
        Schema::Known(CORE_GROUP) => return case_of_group(head),
        Schema::Known(known) if used.dot => return Some(Slip::Dot(full(known, &used.path))),
        Schema::Other if used.dot => {
            return Some(Slip::Dot(full(used.urn.unwrap_or_default(), &used.path)));
        }
        Schema::Known(known) if used.whole && used.urn.is_some_and(|urn| urn != known) => {
            return Some(Slip::Case(full(known, &used.path)));
        }
        Schema::Misspelt(known) => return Some(Slip::Urn(full(known, &used.path))),
        Schema::Other => return Some(Slip::NotListed),
        Schema::Known(_) => {}
    }
    if let Some(meant) = shorthand(used) {
        return Some(Slip::Urn(meant));
    }
    let (own, other) = match schema {
        Schema::Known(ENTERPRISE_USER) => (ENTERPRISE_USER, CORE_USER),
        _ => (CORE_USER, ENTERPRISE_USER),
    };
    let shown = |schema: &str, name: &str| if schema == CORE_USER { name.to_owned() } else { full(schema, name) };
    if let Some(attribute) = find(own, head) {
        if attribute.name == "organization" {
            return Some(if head == attribute.name {
                Slip::Guide(full(ENTERPRISE_USER, "organisation"))
            } else {
                Slip::Case(full(own, attribute.name))
            });
        }
        if attribute.name != head {
            return Some(Slip::Case(shown(own, attribute.name)));
        }
        let part = used.part().and_then(|part| attribute.part(part).filter(|(exact, _)| *exact != part));
        return part.map(|(exact, _)| Slip::Case(format!("{}.{exact}", shown(own, attribute.name))));
    }
    // A part is judged by the attribute it belongs to, so what is left is about attributes.
    if !used.whole {
        return None;
    }
    let same_spelling = |schema: &'static str| {
        ATTRIBUTES.iter().filter(move |known| known.schema == schema).find(|known| is_same_word(known.name, head))
    };
    if let Some(known) = same_spelling(ENTERPRISE_USER).or_else(|| same_spelling(CORE_USER)) {
        let exact = MAPPABLE_EXTENSION.iter().find(|listed| **listed != head && listed.eq_ignore_ascii_case(head));
        return Some(match exact {
            Some(listed) => Slip::Case(full(known.schema, listed)),
            None => Slip::Spelling(full(known.schema, known.name)),
        });
    }
    if let Some(attribute) = find(other, head) {
        return Some(Slip::Namespace(full(other, attribute.name)));
    }
    if head != "members" && head.eq_ignore_ascii_case("members") {
        return Some(Slip::Case("members".to_owned()));
    }
    (own == ENTERPRISE_USER).then_some(Slip::NotListed)
}

/// A word in the place of the enterprise schema's URN, such as `EnterpriseUser`: what was meant. Words that may be
/// something else count only with an attribute of that schema below them.
pub(super) fn shorthand(used: &Used<'_>) -> Option<String> {
    const SURE: [&str; 5] =
        ["enterpriseuser", "enterprise_user", "enterpriseextension", "enterpriseuserextension", "enterprise-user"];
    const UNSURE: [&str; 3] = ["enterprise", "user", "extension"];
    if used.urn.is_some() || !used.whole {
        return None;
    }
    let (word, rest) = used.path.split_once([':', '.']).unwrap_or((&used.path, ""));
    let lower = word.to_ascii_lowercase();
    let members = used.value.and_then(serde_json::Value::as_object).filter(|_| rest.is_empty());
    let has_known = members.is_some_and(|members| members.keys().any(|name| find(ENTERPRISE_USER, name).is_some()));
    let is_sure = SURE.contains(&lower.as_str()) && (members.is_some() || !rest.is_empty());
    if !(is_sure || UNSURE.contains(&lower.as_str()) && has_known) {
        return None;
    }
    Some(if rest.is_empty() { ENTERPRISE_USER.to_owned() } else { format!("{ENTERPRISE_USER}:{rest}") })
}

fn case_of_group(head: &str) -> Option<Slip> {
    let known = ["displayName", "members", "externalId"].into_iter().find(|known| known.eq_ignore_ascii_case(head))?;
    (known != head).then(|| Slip::Case(known.to_owned()))
}

/// Whether two names are one word in British and American spelling, whatever their case.
pub(super) fn is_same_word(one: &str, other: &str) -> bool {
    let american = |name: &str| {
        SPELLINGS.iter().fold(name.to_ascii_lowercase(), |name, (british, american)| {
            if name.contains(british) { name.replace(british, american) } else { name }
        })
    };
    !one.eq_ignore_ascii_case(other) && american(one) == american(other)
}

/// Whether two short texts are at most `off` letters apart.
fn near(one: &str, other: &str, off: usize) -> bool {
    if one == other {
        return true;
    }
    if one.len().abs_diff(other.len()) > off || one.len().max(other.len()) > LONGEST {
        return false;
    }
    // Two URNs share most of their letters: only what lies between the same beginning and end is compared.
    let same =
        one.chars().zip(other.chars()).take_while(|(left, right)| left == right).map(|(left, _)| left.len_utf8()).sum();
    let (one, other) = (one.get(same..).unwrap_or_default(), other.get(same..).unwrap_or_default());
    let other: Vec<char> = other.chars().collect();
    let mut before: Vec<usize> = (0..=other.len()).collect();
    for (i, left) in one.chars().enumerate() {
        let mut diagonal = i;
        let mut last = i + 1;
        for (cell, right) in before.iter_mut().skip(1).zip(&other) {
            let replaced = diagonal + usize::from(left != *right);
            diagonal = *cell;
            last = replaced.min(*cell + 1).min(last + 1);
            *cell = last;
        }
        if let Some(first) = before.first_mut() {
            *first = i + 1;
        }
    }
    before.last().is_some_and(|apart| *apart <= off)
}
