//! The rules for a path within one of the two schemas: what RFC 7643 and the guide list, and how a typed path departs
//! from it. `organisation` against `organization` is never decided here.

use super::{
    name::{Key, problem},
    spelling::{distance, same_word, visible},
};
use crate::domain::{
    attribute::{
        ATTRIBUTES, Attribute, AttributePath, CORE_USER, DEFAULTS, ENTERPRISE_USER, Kind, MAPPABLE_EXTENSION, find,
    },
    mending::Mending,
    problem::{
        Problem,
        Severity::{Error, Info, Warning},
    },
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
            problem(
                "casing-differs",
                Error,
                format!("Only the case differs from {shown}. Thrive matches exact names, so the value is dropped."),
            ),
            format!("{schema}:{meant}"),
        );
    }
    let path = exact.unwrap_or_else(|| path.to_owned());
    if let Some(label) = default_of(schema, &path) {
        mending.tell(problem(
            "default-attribute",
            Error,
            format!("Every tenant has {path} mapped already, to {label}. Remove this row."),
        ));
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

fn enterprise(mending: &mut Mending, path: &str) {
    let head = AttributePath::parse(path).map_or(path, |p| p.head);
    if is_undecided(path) {
        mending.tell(undecided(path));
    } else if MAPPABLE_EXTENSION.contains(&path) {
    } else if head == "manager" {
        mending.tell(problem("reference-attribute", Error, "A manager is a reference to another user, and every tenant has it mapped already. Its parts cannot fill a custom field."));
    } else if let Some(meant) = MAPPABLE_EXTENSION.into_iter().find(|listed| same_word(path, listed)) {
        mending.mend(problem("spelling-variant", Error, format!("The guide and the standard both write {meant}. Thrive matches exact names, so the value is dropped.")), format!("{ENTERPRISE_USER}:{meant}"));
    } else if MAPPABLE_EXTENSION.contains(&head) {
        mending.tell(problem(
            "attribute-unknown",
            Error,
            format!("{head} is one plain text and has no parts, so {path} is never sent."),
        ));
    } else if let Some(exact) = exact_path(CORE_USER, path) {
        let message = format!(
            "{exact} belongs to the core schema. From the enterprise schema Thrive takes only {}.",
            MAPPABLE_EXTENSION.join(", ")
        );
        let refused = problem("extension-attribute-not-allowed", Error, message);
        let mappable = default_of(CORE_USER, &exact).is_none()
            && find(CORE_USER, &exact).is_some_and(|a| a.parts.is_empty() && !is_withheld(a));
        if mappable { mending.mend(refused, format!("{CORE_USER}:{exact}")) } else { mending.tell(refused) }
    } else {
        let refused = |ending: &str| {
            problem(
                "extension-attribute-not-allowed",
                Error,
                format!("From the enterprise schema Thrive takes only {}{ending}", MAPPABLE_EXTENSION.join(", ")),
            )
        };
        match MAPPABLE_EXTENSION.into_iter().find(|listed| *listed != "organisation" && distance(path, listed) == 1) {
            Some(meant) => {
                mending.mend(refused(&format!("; {meant} is one letter off.")), format!("{ENTERPRISE_USER}:{meant}"))
            }
            None => {
                mending.tell(refused(&format!(". Add this one in the directory as {CORE_USER}:{path} and map that.")))
            }
        }
    }
}

/// Whether a path is one of the two spellings that only the tenant can decide between.
pub(super) fn is_undecided(path: &str) -> bool {
    UNDECIDED.contains(&path)
}

fn undecided(path: &str) -> Problem {
    let message = if path == "organization" {
        "Thrive's guide lists organisation; the standard and the directories send organization. Ask which one this tenant stores."
    } else {
        "The guide lists organisation, but the standard and the directories send organization unless you add your own. Ask which one this tenant stores."
    };
    problem("spelling-variant", Warning, message)
}

fn core(mending: &mut Mending, path: &str) {
    let Some(parsed) = AttributePath::parse(path) else {
        mending.tell(problem(
            "attribute-invalid-character",
            Error,
            format!("{} is not an attribute path. Check its colons, dots and brackets.", visible(path)),
        ));
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
    let unknown_part = path.part.is_some_and(|part| attribute.part(part).is_none());
    let found = if is_withheld(attribute) {
        problem(
            "attribute-not-mappable",
            Error,
            format!(
                "A custom field cannot hold {name}: {}.",
                if name == "id" { "Thrive itself issues it" } else { "a password must not be shown" }
            ),
        )
    } else if attribute.parts.is_empty() && (path.part.is_some() || path.filter.is_some()) {
        problem("attribute-unknown", Error, format!("{name} has no parts, so {shown} is never sent."))
    } else if attribute.multi_valued && matches!(name, "groups" | "schemas") {
        problem(
            "multi-valued-attribute",
            Error,
            format!("{name} is a list that the service keeps. A custom field holds one text."),
        )
    } else if unknown_part {
        problem(
            "attribute-unknown",
            Warning,
            format!(
                "{name} has no such part in RFC 7643. It is fine when your directory defines it under exactly this name."
            ),
        )
    } else if attribute.multi_valued && path.filter.is_some() && path.part.is_some() {
        problem(
            "multi-valued-attribute",
            Warning,
            format!(
                "{shown} picks one value of a list. The guide does not say whether a mapping may, so ask in the ticket."
            ),
        )
    } else if attribute.multi_valued {
        problem(
            "multi-valued-attribute",
            Error,
            format!(
                "{name} is a list, and a custom field holds one text. Name one value, as in {name}[type eq \"work\"].{}.",
                attribute.parts[0].0
            ),
        )
    } else if attribute.kind == Kind::Complex && (path.part.is_none() || name == "meta") {
        problem(
            "complex-attribute",
            Error,
            format!(
                "{name} is made of parts, and a custom field holds one text. Name one part, as in {name}.{}.",
                attribute.parts[0].0
            ),
        )
    } else if attribute.kind == Kind::Complex {
        problem(
            "complex-attribute",
            Warning,
            format!(
                "{shown} is a part of {name}. The guide maps only the given and the family name, so ask in the ticket."
            ),
        )
    } else if attribute.kind == Kind::Reference {
        problem(
            "reference-attribute",
            Warning,
            format!(
                "{name} is a reference to a web address. The guide does not say whether a text field keeps it, so try it with one user."
            ),
        )
    } else {
        return;
    };
    mending.tell(found);
}

fn is_withheld(attribute: &Attribute) -> bool {
    matches!(attribute.name, "id" | "password")
}

/// A core name that RFC 7643 does not list: the guide allows it, and a slip is likely only when it resembles one.
fn unlisted_core(mending: &mut Mending, path: &str) {
    let word = MAPPABLE_EXTENSION
        .into_iter()
        .chain(["organization"])
        .find(|listed| path.eq_ignore_ascii_case(listed) || same_word(path, listed));
    if let Some(listed) = word {
        let undecided_word = UNDECIDED.iter().find(|spelling| path.eq_ignore_ascii_case(spelling));
        let name = undecided_word.unwrap_or(&listed);
        let found = problem(
            "attribute-unknown",
            Warning,
            format!(
                "{name} belongs to the enterprise schema, and directories send it there. Under the core schema it stays empty."
            ),
        );
        mending.mend(found, format!("{ENTERPRISE_USER}:{name}"));
        if let Some(spelling) = undecided_word {
            mending.tell(undecided(spelling));
        } else if same_word(path, listed) {
            mending.mend(problem("spelling-variant", Error, format!("The guide and the standard both write {listed}. Thrive matches exact names, so the value is dropped.")), format!("{ENTERPRISE_USER}:{listed}"));
        }
        return;
    }
    let near = ATTRIBUTES.iter().find(|a| path.len() > 4 && distance(path, a.name) == 1);
    mending.tell(match near {
        Some(near) => problem(
            "attribute-unknown",
            Warning,
            format!(
                "RFC 7643 has {}, not {path}. It is fine when your directory defines it under exactly this name.",
                near.name
            ),
        ),
        None => problem(
            "attribute-unknown",
            Info,
            format!("{path} is not in RFC 7643. It is fine when your directory defines it under exactly this name."),
        ),
    });
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
    let mut exact = attribute.name.to_owned();
    if let Some(filter) = parsed.filter {
        exact.push_str(&format!("[{filter}]"));
    }
    if let Some(part) = parsed.part {
        exact.push('.');
        exact.push_str(attribute.part(part)?.0);
    }
    Some(exact)
}
