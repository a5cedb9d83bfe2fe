//! The rules for one attribute name as typed: design §7, one problem a slip, with the exact name where it is certain.
//!
//! The guide wants "the exact value, including any casing", so a name that differs in any way is an error. Where the
//! guide is silent (custom core attributes, value paths, parts of `name`) it is at most a warning, because the
//! directory may well define them. `organisation` against `organization` is never decided here.

use super::{
    listed::{default_of, exact_path, judge},
    spelling::{is_invisible, is_quote, same_word, visible},
    urn::{Split, split},
};
use crate::domain::{
    attribute::{AttributeName, CORE_USER, DEFAULTS, ENTERPRISE_USER, MAPPABLE_EXTENSION},
    mending::Mending,
    problem::{Problem, Severity::Error},
};

/// What was found in one attribute name.
pub(super) struct NameReading {
    /// Its own problems, in the order of design §8.
    pub problems: Vec<Problem>,
    /// The attribute it stands for, to compare rows by; `None` where that is unclear.
    pub key: Option<Key>,
}

/// An attribute to compare rows by: schema and path, with their slips of case mended.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub schema: &'static str,
    pub path: String,
}

/// Reads one attribute name as typed.
pub(super) fn read(typed: &str) -> NameReading {
    let mut mending = Mending::new("attribute", typed);
    let key = clean(&mut mending).and_then(|name| resolve(&mut mending, &name));
    NameReading { problems: mending.finish(), key }
}

/// Whether a custom field can be mapped to an attribute, whose name may lack its schema: the rules find no error in the name,
/// and it does not land by itself.
#[must_use]
pub fn can_be_mapped(name: &str) -> bool {
    let Ok(name) = AttributeName::parse(name) else { return false };
    let is_sound = || read(&name.to_string()).problems.iter().all(|problem| problem.severity < Error);
    let head = name.path().split(['.', '[']).next().unwrap_or_default();
    let lands = DEFAULTS.iter().any(|known| {
        known.schema.eq_ignore_ascii_case(name.schema()) && known.path.split(['.', '[']).next() == Some(head)
    });
    let is_envelope = ["schemas", "id", "meta", "operations", "members"].contains(&head.to_ascii_lowercase().as_str());
    !lands && !is_envelope && is_sound()
}

/// Takes off what nobody types on purpose. `None` where no name is left to read.
fn clean(mending: &mut Mending) -> Option<String> {
    let typed = mending.text().to_owned();
    if typed.chars().all(|c| c.is_whitespace() || is_invisible(c) || is_quote(c)) {
        mending.tell("attribute-empty", Error, "No attribute yet. Enter its full name, as the directory sends it.");
        return None;
    }
    let seen: String = typed.chars().filter(|c| !is_invisible(*c)).collect();
    if seen != typed {
        let message = format!(
            "An invisible character hides in this name ({}). Thrive matches exact names, so the value is dropped.",
            hidden(&typed)
        );
        mending.mend("attribute-invisible-character", Error, message, seen.clone());
    }
    let joined = without_blanks(seen.trim());
    if joined != seen.trim() {
        let message = "A blank stands inside this name. Attribute names have none.";
        if !is_listed(&joined) {
            mending.tell("attribute-whitespace", Error, message);
            return None;
        }
        mending.mend("attribute-whitespace", Error, message, joined.clone());
    } else if joined != seen {
        let message = "A blank stands before or after this name. Thrive matches exact names, so the value is dropped.";
        mending.mend("attribute-whitespace", Error, message, joined.clone());
    }
    plain_letters(mending, joined)
}

/// Only what RFC 7643 §2.1 lets stand in a name, and in a URN; a value filter may hold anything.
fn plain_letters(mending: &mut Mending, name: String) -> Option<String> {
    let open_filter = name.contains('[') && !name.contains(']');
    let after = |c: char| !open_filter && (is_quote(c) || matches!(c, ',' | ';'));
    let unquoted = name.trim_start_matches(is_quote).trim_end_matches(after);
    let outside_filter = &unquoted[..unquoted.find('[').unwrap_or(unquoted.len())];
    let plain = |c: char| c.is_ascii_alphanumeric() || "$_-.:/#".contains(c);
    if let Some(c) = outside_filter.chars().find(|c| !plain(*c)) {
        let message = format!(
            "“{}” (U+{:04X}) cannot stand in an attribute name: only plain letters, digits, $, - and _.",
            visible(&c.to_string()),
            u32::from(c)
        );
        mending.tell("attribute-invalid-character", Error, message);
        return None;
    }
    if unquoted == name {
        return Some(name);
    }
    let message = "Quotes or punctuation around this name came along with the copy.";
    mending.mend("attribute-invalid-character", Error, message, unquoted);
    Some(unquoted.to_owned())
}

fn hidden(typed: &str) -> String {
    typed.chars().find(|c| is_invisible(*c)).map(|c| format!("U+{:04X}", u32::from(c))).unwrap_or_default()
}

fn without_blanks(name: &str) -> String {
    let end = name.find('[').unwrap_or(name.len());
    let (outside, filter) = name.split_at(end);
    outside.chars().filter(|c| !c.is_whitespace()).chain(filter.chars()).collect()
}

/// Whether the last part of a name is an attribute of the RFC or the guide.
fn is_listed(name: &str) -> bool {
    let path = match split(name) {
        Split::Known { path, .. } | Split::Misspelt { path, .. } => path,
        Split::Bare => name,
        Split::Unknown { .. } | Split::OnlySchema => return false,
    };
    [CORE_USER, ENTERPRISE_USER].iter().any(|schema| exact_path(schema, path).is_some())
}

/// Settles the schema, then judges the path within it.
fn resolve(mending: &mut Mending, name: &str) -> Option<Key> {
    let (schema, path, case_differs) = match split(name) {
        Split::Known { schema, path, case_differs, dot } => {
            if dot {
                dot_separator(mending, schema, path);
            }
            (schema, path.to_owned(), case_differs)
        }
        Split::Misspelt { schema, path, dot } => {
            if dot {
                dot_separator(mending, schema, path);
            }
            mending.mend(
                "urn-misspelt",
                Error,
                format!("The schema is not spelt {schema}. Thrive matches exact names, so the value is dropped."),
                format!("{schema}:{path}"),
            );
            (schema, path.to_owned(), false)
        }
        Split::Unknown { schema, path } => {
            mending.tell("urn-unknown", Error, unknown_urn(schema, path));
            return None;
        }
        Split::OnlySchema => {
            mending.tell(
                "attribute-empty",
                Error,
                "This is only the schema. Add a colon and the attribute, as in …:User:costCenter.",
            );
            return None;
        }
        Split::Bare => (bare(mending, name)?, name.to_owned(), false),
    };
    Some(judge(mending, schema, &path, case_differs))
}

fn dot_separator(mending: &mut Mending, schema: &str, path: &str) {
    mending.mend(
        "urn-dot-separator",
        Error,
        format!("A dot stands between the schema and {path}. It takes a colon there, or the value is dropped."),
        format!("{schema}:{path}"),
    );
}

fn unknown_urn(schema: &str, path: &str) -> String {
    let (schema, path) = (visible(schema), visible(path));
    if schema.to_ascii_lowercase().ends_with(":group") {
        return format!("{schema} is the schema of groups. A mapping takes attributes of users only.");
    }
    format!(
        "Thrive does not know the schema {schema}. Add the attribute in the directory as {CORE_USER}:{path} and map that."
    )
}

/// The schema of a name without one: certain for a listed name, otherwise the core schema without a fix.
fn bare(mending: &mut Mending, name: &str) -> Option<&'static str> {
    let enterprise =
        exact_path(ENTERPRISE_USER, name).is_some() || MAPPABLE_EXTENSION.iter().any(|listed| same_word(name, listed));
    let schema = if enterprise { ENTERPRISE_USER } else { CORE_USER };
    if default_of(schema, name).is_some() {
        return Some(schema);
    }
    let listed = enterprise || exact_path(CORE_USER, name).is_some();
    if listed {
        mending.mend(
            "urn-missing",
            Error,
            format!("The schema before {name} is missing. Support needs the full name."),
            format!("{schema}:{name}"),
        );
        return Some(schema);
    }
    mending.tell("urn-missing", Error, format!("The schema before {name} is missing. For an attribute of your own it is {CORE_USER}:{name}, if the directory sends it so."));
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lands_by_itself_or_is_no_attribute_is_not_mapped() {
        let extension = |name: &str| format!("{ENTERPRISE_USER}:{name}");
        for (name, can) in [
            ("nickName".to_owned(), true),
            ("urn:acme:hr:2.0:User:shirtSize".to_owned(), false),
            (extension("costCenter"), true),
            (extension("costcenter"), false),
            (extension("manager"), false),
            (extension("pager"), false),
            ("userName".to_owned(), false),
            ("Operations".to_owned(), false),
            ("emails[type eq \"work\"].value".to_owned(), false),
            (String::new(), false),
        ] {
            assert_eq!(can_be_mapped(&name), can, "{name}");
        }
    }
}
