//! The rules for a path within one of the two schemas: what RFC 7643 and the guide list, and how a typed path departs
//! from it. `organisation` against `organization` is never decided here.

use super::{
    name::Key,
    spelling::{distance, same_word, visible},
};
use crate::domain::{
    attribute::{
        ATTRIBUTES, Attribute, AttributePath, CORE_USER, DEFAULTS, ENTERPRISE_USER, Kind, MAPPABLE_EXTENSION, find,
    },
    mending::Mending,
    problem::Severity::{self, Error, Info, Warning},
};

/// The two spellings that only the tenant can decide between: the guide's and the RFC's.
const UNDECIDED: [&str; 2] = ["organisation", "organization"];

/// Judges a path within a settled schema.
pub(super) fn judge(mending: &mut Mending, schema: &'static str, path: &str, urn_case: bool) -> Key {
    let exact = exact_path(schema, path);
    if urn_case || exact.as_ref().is_some_and(|exact| exact != path) {
        let meant = exact.clone().unwrap_or_else(|| path.to_owned());
        let shown = if meant == path { format!("{schema}:{meant}") } else { meant.clone() };
        mending.mend(
            "casing-differs",
            Error,
            format!("Only the case differs from {shown}. Thrive matches exact names, so the value is dropped."),
            format!("{schema}:{meant}"),
        );
    }
    let path = exact.unwrap_or_else(|| path.to_owned());
    if let Some(label) = default_of(schema, &path) {
        mending.tell(
            "default-attribute",
            Error,
            format!("Every tenant has {path} mapped already, to {label}. Remove this row."),
        );
    } else if schema == ENTERPRISE_USER {
        enterprise(mending, &path);
    } else {
        core(mending, &path);
    }
    Key { schema, path }
}

/// The nine defaults, however their quotes and blanks are typed; a core `manager` shares the short name of one.
pub(super) fn default_of(schema: &str, path: &str) -> Option<&'static str> {
    let plain =
        |path: &str| path.to_ascii_lowercase().replace('\'', "\"").split_whitespace().collect::<Vec<_>>().join(" ");
    let path = plain(path);
    DEFAULTS.iter().find(|d| (d.schema == schema || d.path == "manager") && plain(d.path) == path).map(|d| d.label)
}

/// A path of the enterprise schema that is no default: only the guide's five may be mapped.
fn enterprise(mending: &mut Mending, path: &str) {
    let head = AttributePath::parse(path).map_or(path, |p| p.head);
    if is_undecided(path) {
        undecided(mending, path);
    } else if MAPPABLE_EXTENSION.contains(&path) {
        // Right as it is.
    } else if head == "manager" {
        mending.tell(
            "reference-attribute",
            Error,
            "A manager is a reference to another user, and every tenant has it mapped already. Its parts cannot fill a custom field.",
        );
    } else if let Some(listed) = MAPPABLE_EXTENSION.into_iter().find(|listed| same_word(path, listed)) {
        other_spelling(mending, listed);
    } else if MAPPABLE_EXTENSION.contains(&head) {
        mending.tell(
            "attribute-unknown",
            Error,
            format!("{head} is one plain text and has no parts, so {path} is never sent."),
        );
    } else {
        not_allowed(mending, path);
    }
}

fn not_allowed(mending: &mut Mending, path: &str) {
    const CODE: &str = "extension-attribute-not-allowed";
    let only = format!("From the enterprise schema Thrive takes only {}", MAPPABLE_EXTENSION.join(", "));
    if let Some(exact) = exact_path(CORE_USER, path) {
        let message = format!("{exact} belongs to the core schema. {only}.");
        let mappable = default_of(CORE_USER, &exact).is_none()
            && find(CORE_USER, &exact).is_some_and(|a| a.parts.is_empty() && !is_withheld(a));
        if mappable {
            mending.mend(CODE, Error, message, format!("{CORE_USER}:{exact}"));
        } else {
            mending.tell(CODE, Error, message);
        }
        return;
    }
    // One letter off organisation may be off organization just as well.
    let near = MAPPABLE_EXTENSION.into_iter().find(|listed| !is_undecided(listed) && distance(path, listed) == 1);
    if let Some(near) = near {
        let message = format!("{only}; this is one letter off {near}.");
        mending.mend(CODE, Error, message, format!("{ENTERPRISE_USER}:{near}"));
    } else {
        let message = format!("{only}. Add this one in the directory as {CORE_USER}:{path} and map that.");
        mending.tell(CODE, Error, message);
    }
}

/// Whether a path is one of the two spellings that only the tenant can decide between.
pub(super) fn is_undecided(path: &str) -> bool {
    UNDECIDED.contains(&path)
}

fn undecided(mending: &mut Mending, path: &str) {
    let message = if path == "organization" {
        "Thrive's guide lists organisation; the standard and the directories send organization. Ask which one this tenant stores."
    } else {
        "The guide lists organisation, but the standard and the directories send organization unless you add your own. Ask which one this tenant stores."
    };
    mending.tell("spelling-variant", Warning, message);
}

fn other_spelling(mending: &mut Mending, listed: &str) {
    mending.mend(
        "spelling-variant",
        Error,
        format!("The guide and the standard both write {listed}. Thrive matches exact names, so the value is dropped."),
        format!("{ENTERPRISE_USER}:{listed}"),
    );
}

fn core(mending: &mut Mending, path: &str) {
    let Some(parsed) = AttributePath::parse(path) else {
        mending.tell(
            "attribute-invalid-character",
            Error,
            format!("{} is not an attribute path. Check its colons, dots and brackets.", visible(path)),
        );
        return;
    };
    match find(CORE_USER, parsed.head) {
        Some(attribute) => listed_core(mending, attribute, parsed, path),
        None => unlisted_core(mending, path),
    }
}

/// An attribute of RFC 7643 §4.1 that is no default.
fn listed_core(mending: &mut Mending, attribute: &Attribute, path: AttributePath<'_>, shown: &str) {
    let name = attribute.name;
    let is_text = attribute.parts.is_empty();
    let unknown_part = path.part.is_some_and(|part| attribute.part(part).is_none());
    let found = match name {
        "id" => Some((
            "attribute-not-mappable",
            Error,
            "Thrive issues the id itself, and no directory sends one.".to_owned(),
        )),
        "password" => {
            Some(("attribute-not-mappable", Error, "A password must never stand in a profile field.".to_owned()))
        }
        "groups" | "schemas" => Some((
            "multi-valued-attribute",
            Error,
            format!("{name} is a list that the service keeps. A custom field holds one text."),
        )),
        "meta" => {
            Some(("complex-attribute", Error, "The service itself writes meta, and no directory sends it.".to_owned()))
        }
        _ if is_text && (path.part.is_some() || path.filter.is_some()) => {
            Some(("attribute-unknown", Error, format!("{name} has no parts, so {shown} is never sent.")))
        }
        _ if unknown_part => Some((
            "attribute-unknown",
            Warning,
            format!(
                "{name} has no such part in RFC 7643. It is fine when your directory defines it under exactly this name."
            ),
        )),
        _ if attribute.multi_valued => Some(list(attribute, path, shown)),
        _ if attribute.kind == Kind::Complex => Some(parts(attribute, path, shown)),
        _ if attribute.kind == Kind::Reference => Some((
            "reference-attribute",
            Warning,
            format!(
                "{name} is a reference to a web address. The guide does not say whether a text field keeps it, so try it with one user."
            ),
        )),
        _ => None,
    };
    if let Some((code, severity, message)) = found {
        mending.tell(code, severity, message);
    }
}

/// A list does not fit one text; one value of it may, but the guide does not say so.
fn list(attribute: &Attribute, path: AttributePath<'_>, shown: &str) -> (&'static str, Severity, String) {
    let (severity, message) = if path.filter.is_some() && path.part.is_some() {
        (
            Warning,
            format!(
                "{shown} picks one value of a list. The guide does not say whether a mapping may, so ask in the ticket."
            ),
        )
    } else {
        let (name, part) = (attribute.name, attribute.parts.first().map_or("value", |(part, _)| *part));
        (
            Error,
            format!(
                "{name} is a list, and a custom field holds one text. Name one value, as in {name}[type eq \"work\"].{part}."
            ),
        )
    };
    ("multi-valued-attribute", severity, message)
}

/// An object does not fit one text; one part of it may, but the guide maps only two parts of the name.
fn parts(attribute: &Attribute, path: AttributePath<'_>, shown: &str) -> (&'static str, Severity, String) {
    let name = attribute.name;
    let (severity, message) = if path.part.is_some() {
        (
            Warning,
            format!(
                "{shown} is a part of {name}. The guide maps only the given and the family name, so ask in the ticket."
            ),
        )
    } else {
        let part = attribute.parts.first().map_or("value", |(part, _)| *part);
        (
            Error,
            format!("{name} is made of parts, and a custom field holds one text. Name one part, as in {name}.{part}."),
        )
    };
    ("complex-attribute", severity, message)
}

fn is_withheld(attribute: &Attribute) -> bool {
    matches!(attribute.name, "id" | "password")
}

/// A core name that RFC 7643 does not list: the guide allows it, and a slip is likely only when it resembles one.
fn unlisted_core(mending: &mut Mending, path: &str) {
    let undecided_word = UNDECIDED.into_iter().find(|spelling| path.eq_ignore_ascii_case(spelling));
    let listed =
        || MAPPABLE_EXTENSION.into_iter().find(|name| path.eq_ignore_ascii_case(name) || same_word(path, name));
    if let Some(name) = undecided_word.or_else(listed) {
        let message = format!(
            "{name} belongs to the enterprise schema, and directories send it there. Under the core schema it stays empty."
        );
        mending.mend("attribute-unknown", Warning, message, format!("{ENTERPRISE_USER}:{name}"));
        if is_undecided(name) {
            undecided(mending, name);
        } else if same_word(path, name) {
            other_spelling(mending, name);
        }
        return;
    }
    let near = ATTRIBUTES.iter().find(|a| path.len() > 4 && distance(path, a.name) == 1);
    let (severity, which) = near.map_or_else(
        || (Info, format!("{path} is not in RFC 7643.")),
        |near| (Warning, format!("RFC 7643 has {}, not {path}.", near.name)),
    );
    mending.tell(
        "attribute-unknown",
        severity,
        format!("{which} It is fine when your directory defines it under exactly this name."),
    );
}

/// The path as the RFC or the guide writes it, where one of them knows every name in it.
pub(super) fn exact_path(schema: &str, path: &str) -> Option<String> {
    if let Some(spelling) =
        UNDECIDED.iter().find(|spelling| schema == ENTERPRISE_USER && path.eq_ignore_ascii_case(spelling))
    {
        return Some((*spelling).to_owned());
    }
    let parsed = AttributePath::parse(path)?;
    let attribute = find(schema, parsed.head)?;
    let filter = parsed.filter.map(|filter| format!("[{filter}]")).unwrap_or_default();
    let part = match parsed.part {
        Some(part) => format!(".{}", attribute.part(part)?.0),
        None => String::new(),
    };
    Some(format!("{}{filter}{part}", attribute.name))
}
