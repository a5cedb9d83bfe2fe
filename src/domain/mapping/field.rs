//! The rules for one custom field ref as typed (design §7): always lower-case, and one the tenant has where its fields
//! are known. A ref that the tenant lists is right however it looks.

use super::spelling::{distance, is_invisible, is_quote, visible};
use crate::domain::{
    mending::Mending,
    problem::{Problem, Severity::Error},
    tenant::CustomField,
};

/// What was found in one custom field ref.
pub(super) struct FieldReading {
    /// Its own problems, in the order of design §8.
    pub problems: Vec<Problem>,
    /// The ref with its slips mended, to compare rows by; `None` where there is none.
    pub key: Option<String>,
}

/// Reads one custom field ref as typed. `fields` are the tenant's, where they are known.
pub(super) fn read(typed: &str, fields: Option<&[CustomField]>) -> FieldReading {
    let known = |reference: &str| fields.is_some_and(|all| all.iter().any(|f| f.reference == reference));
    let mut mending = Mending::new("field", typed);
    if typed.chars().all(|c| c.is_whitespace() || is_invisible(c) || is_quote(c)) {
        mending.tell("field-empty", Error, "No custom field ref yet. Copy it from Thrive, under Configure, Profiles.");
        return FieldReading { problems: mending.finish(), key: None };
    }
    if known(typed) {
        return FieldReading { problems: Vec::new(), key: Some(typed.to_owned()) };
    }
    let key = mend_form(&mut mending, fields).then(|| mending.text().to_owned());
    if let (Some(reference), Some(all)) = (&key, fields)
        && !known(reference)
    {
        unknown(&mut mending, reference, all);
    }
    FieldReading { problems: mending.finish(), key }
}

/// Blanks, case and characters. Says whether a well-formed ref came out.
fn mend_form(mending: &mut Mending, fields: Option<&[CustomField]>) -> bool {
    let typed = mending.text().to_owned();
    let seen: String = typed.chars().filter(|c| !is_invisible(*c)).collect();
    let trimmed = seen.trim();
    let inner_blank = trimmed.chars().any(char::is_whitespace);
    if inner_blank {
        let message = "A ref has no blanks. Copy it from Thrive, under Configure, Profiles.";
        // Only the tenant knows what stands where the blank is.
        return match fields.and_then(|all| meant_by_words(trimmed, all)) {
            Some(reference) => {
                mending.mend("field-whitespace", Error, message, reference);
                true
            }
            None => {
                mending.tell("field-whitespace", Error, message);
                false
            }
        };
    }
    if trimmed != seen {
        mending.mend(
            "field-whitespace",
            Error,
            "A blank stands before or after this ref. No field has that ref, so the value is dropped.",
            trimmed,
        );
    }
    let unquoted = trimmed.trim_matches(is_quote).to_owned();
    let lower = unquoted.to_lowercase();
    if lower != unquoted {
        mending.mend(
            "field-not-lowercase",
            Error,
            "A custom field ref is always lower-case, so no field is found and the value is dropped.",
            lower.clone(),
        );
    }
    if let Some(c) = lower.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))) {
        mending.tell(
            "field-invalid-character",
            Error,
            format!("“{}” cannot stand in a ref: only lower-case letters, digits, - and _.", visible(&c.to_string())),
        );
        return false;
    }
    if unquoted != trimmed {
        mending.mend("field-invalid-character", Error, "Quotes around this ref came along with the copy.", lower);
    } else if seen != typed {
        let hidden = typed.chars().find(|c| is_invisible(*c)).map_or(0, u32::from);
        mending.mend(
            "field-invalid-character",
            Error,
            format!("An invisible character hides in this ref (U+{hidden:04X}), so no field is found."),
            lower,
        );
    }
    true
}

/// A ref that the tenant does not have; certain only when the label was typed instead.
fn unknown(mending: &mut Mending, reference: &str, all: &[CustomField]) {
    if let Some(meant) = meant_by_words(reference, all) {
        mending.mend(
            "field-unknown",
            Error,
            format!("This is not the ref of the field but its label, or nearly so. The ref is {}.", visible(&meant)),
            meant,
        );
        return;
    }
    let near = all.iter().find(|f| distance(reference, &f.reference) == 1);
    mending.tell(
        "field-unknown",
        Error,
        match near {
            Some(near) => {
                format!("This tenant has no custom field {reference}, but it has {}.", visible(&near.reference))
            }
            None => format!(
                "This tenant has no custom field {reference}. Add it in Thrive under Configure, Profiles, or choose another."
            ),
        },
    );
}

/// The one field whose label or ref is these words, whatever stands between them.
fn meant_by_words(words: &str, all: &[CustomField]) -> Option<String> {
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let wanted = plain(words);
    let mut hits = all.iter().filter(|f| plain(&f.label) == wanted || plain(&f.reference) == wanted);
    let hit = hits.next()?;
    hits.next().is_none().then(|| hit.reference.clone())
}
