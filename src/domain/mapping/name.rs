//! The rules for one attribute name as typed: design §7, one problem a slip, with the exact name where it is certain.
//!
//! The guide wants "the exact value, including any casing", so a name that differs in any way is an error. Where the
//! guide is silent (custom core attributes, value paths, parts of `name`) it is at most a warning, because the
//! directory may well define them. `organisation` against `organization` is never decided here.

use super::{
    listed::{default_of, exact_path, judge},
    spelling::{is_invisible, same_word, visible},
    urn::{Split, split},
};
use crate::domain::{
    attribute::{CORE_USER, ENTERPRISE_USER, MAPPABLE_EXTENSION},
    mending::Mending,
    problem::{
        Problem,
        Severity::{self, Error},
    },
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
    let mut mending = Mending::new(typed);
    let key = clean(&mut mending).and_then(|name| resolve(&mut mending, &name));
    NameReading { problems: mending.finish(), key }
}

/// Takes off what nobody types on purpose. `None` where no name is left to read.
fn clean(mending: &mut Mending) -> Option<String> {
    let typed = mending.text().to_owned();
    let seen: String = typed.chars().filter(|c| !is_invisible(*c)).collect();
    if seen.trim().is_empty() {
        mending.tell(problem(
            "attribute-empty",
            Error,
            "No attribute yet. Enter its full name, as the directory sends it.",
        ));
        return None;
    }
    if seen != typed {
        mending.mend(
            problem("attribute-invisible-character", Error, format!("An invisible character hides in this name ({}). Thrive matches exact names, so the value is dropped.", hidden(&typed))),
            seen.clone(),
        );
    }
    let trimmed = seen.trim().to_owned();
    let joined = without_blanks(&trimmed);
    if joined != trimmed {
        let message = "A blank stands inside this name. Attribute names have none.";
        if !is_listed(&joined) {
            mending.tell(problem("attribute-whitespace", Error, message));
            return None;
        }
        mending.mend(problem("attribute-whitespace", Error, message), joined.clone());
    } else if trimmed != seen {
        mending.mend(
            problem(
                "attribute-whitespace",
                Error,
                "A blank stands before or after this name. Thrive matches exact names, so the value is dropped.",
            ),
            trimmed,
        );
    }
    let quote = |c: char| matches!(c, '"' | '\'' | '`' | '“' | '”' | '‘' | '’');
    let open_filter = joined.contains('[') && !joined.contains(']');
    let after = |c: char| !open_filter && (quote(c) || matches!(c, ',' | ';'));
    let unquoted = joined.trim_start_matches(quote).trim_end_matches(after).to_owned();
    let outside_filter = |text: &str| text.find('[').unwrap_or(text.len());
    let stray = |c: char| !(c.is_ascii_alphanumeric() || "$_-.:/#".contains(c));
    if let Some(c) = unquoted[..outside_filter(&unquoted)].chars().find(|c| stray(*c)) {
        mending.tell(problem(
            "attribute-invalid-character",
            Error,
            format!(
                "“{}” (U+{:04X}) cannot stand in an attribute name: only plain letters, digits, $, - and _.",
                visible(&c.to_string()),
                u32::from(c)
            ),
        ));
        return None;
    }
    if unquoted != joined {
        mending.mend(
            problem(
                "attribute-invalid-character",
                Error,
                "Quotes or punctuation around this name came along with the copy.",
            ),
            unquoted.clone(),
        );
    }
    Some(unquoted)
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
                problem(
                    "urn-misspelt",
                    Error,
                    format!("The schema is not spelt {schema}. Thrive matches exact names, so the value is dropped."),
                ),
                format!("{schema}:{path}"),
            );
            (schema, path.to_owned(), false)
        }
        Split::Unknown { schema, path } => {
            mending.tell(problem("urn-unknown", Error, unknown_urn(schema, path)));
            return None;
        }
        Split::OnlySchema => {
            mending.tell(problem(
                "attribute-empty",
                Error,
                "This is only the schema. Add a colon and the attribute, as in …:User:costCenter.",
            ));
            return None;
        }
        Split::Bare => (bare(mending, name)?, name.to_owned(), false),
    };
    Some(judge(mending, schema, &path, case_differs))
}

fn dot_separator(mending: &mut Mending, schema: &str, path: &str) {
    mending.mend(
        problem(
            "urn-dot-separator",
            Error,
            format!("A dot stands between the schema and {path}. It takes a colon there, or the value is dropped."),
        ),
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
            problem("urn-missing", Error, format!("The schema before {name} is missing. Support needs the full name.")),
            format!("{schema}:{name}"),
        );
        return Some(schema);
    }
    mending.tell(problem("urn-missing", Error, format!("The schema before {name} is missing. For an attribute of your own it is {CORE_USER}:{name}, if the directory sends it so.")));
    None
}

pub(super) fn problem(code: &'static str, severity: Severity, message: impl Into<String>) -> Problem {
    Problem::new("attribute", code, severity, message)
}
