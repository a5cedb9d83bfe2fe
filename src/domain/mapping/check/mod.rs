//! Every rule for a mapping draft (design §7, codes of design §8), all problems at once and in form order.
//!
//! | code | severity | certain fix |
//! |---|---|---|
//! | `attribute-empty` | error | – |
//! | `attribute-whitespace` | error | without the blanks; a blank inside only when the rest is a listed name |
//! | `attribute-invisible-character` | error | without them |
//! | `attribute-invalid-character` | error | quotes around the name; otherwise none |
//! | `urn-missing` | error | the full name, when RFC 7643 or the guide lists it |
//! | `urn-unknown` | error | – |
//! | `urn-misspelt` | error | the right URN |
//! | `urn-dot-separator` | error | a colon |
//! | `casing-differs` | error | the exact name |
//! | `spelling-variant` | warning for organisation and organization, which only the tenant can decide; otherwise error | never for those two; otherwise the listed spelling |
//! | `default-attribute` | error: mapped already | – |
//! | `extension-attribute-not-allowed` | error: not one of the guide's five | the core name, or the listed one when a letter is off |
//! | `attribute-unknown` | info for a core name of the customer's own (the guide allows `…core:2.0:User:xxxx`), warning when it resembles a listed one or belongs to the enterprise schema, error for a part of a plain text | the enterprise name |
//! | `complex-attribute` | error for the whole, warning for a part (the guide maps only two parts of name) | – |
//! | `multi-valued-attribute` | error for a list, warning for one value picked by a filter (the guide is silent) | – |
//! | `reference-attribute` | error for parts of manager, warning for profileUrl | – |
//! | `attribute-not-mappable` | error: id, password | – |
//! | `duplicate-attribute`, `short-name-collision` | error, on the later row | – |
//! | `field-empty`, `field-whitespace`, `field-not-lowercase`, `field-invalid-character`, `field-unknown` | error | see [`super::field`] |
//! | `duplicate-field` | error, on the later row; warning when the rows are the two spellings of organisation, of which a directory sends one | – |

use std::collections::HashMap;

use super::{MappingDraft, field, listed, name};
use crate::domain::{
    problem::{Problem, Severity},
    tenant::CustomField,
};

impl MappingDraft {
    /// Every problem of every row, in form order (design §8 lists the codes).
    /// `fields` are the tenant's custom fields where they are known; without them `field-unknown` is not checked.
    #[must_use]
    pub fn check(&self, fields: Option<&[CustomField]>) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut seen = Seen::default();
        for (row, typed) in self.rows.iter().enumerate() {
            let mut name = name::read(&typed.attribute);
            let field = field::read(&typed.field, fields);
            let again = seen.attribute(row, name.key.as_ref(), field.key.as_deref());
            if again.as_ref().is_some_and(|again| again.code == "duplicate-attribute") {
                name.problems.iter_mut().for_each(mapped_above);
            }
            let taken = seen.field(row, name.key.as_ref(), field.key.as_deref(), again.is_some());
            let found = name.problems.into_iter().chain(again).chain(field.problems).chain(taken);
            problems.extend(found.map(|problem| problem.in_row(row)));
        }
        problems
    }
}

/// The right name is mapped by a row above: to use it here would map it twice, so it is the sender who has to change.
fn mapped_above(problem: &mut Problem) {
    if problem.code == "casing-differs" && problem.fix.take().is_some() {
        problem.message.push_str(" A row above maps that name: the sender has to change what it sends.");
    }
}

/// The rows above, to find what is there twice.
#[derive(Default)]
struct Seen {
    /// Short name in lower case → the rows that use it.
    names: HashMap<String, Vec<Earlier>>,
    /// Mended ref → its first row and that row's path.
    fields: HashMap<String, (usize, Option<String>)>,
}

/// A row above with the same short name.
struct Earlier {
    row: usize,
    schema: &'static str,
    field: Option<String>,
}

impl Seen {
    fn attribute(&mut self, row: usize, key: Option<&name::Key>, field: Option<&str>) -> Option<Problem> {
        let key = key?;
        let rows = self.names.entry(key.path.to_ascii_lowercase()).or_default();
        let found = if let Some(same) = rows.iter().find(|earlier| earlier.schema == key.schema) {
            let to = match (same.field.as_deref(), field) {
                (Some(theirs), Some(ours)) if theirs == ours => "the same field. Remove one of the two".to_owned(),
                (Some(theirs), _) => format!("{theirs}. Only one of the two can hold"),
                (None, _) => "no field yet. Only one of the two can hold".to_owned(),
            };
            Some(("duplicate-attribute", format!("Row {} maps {} already, to {to}.", same.row + 1, key.path)))
        } else {
            rows.first().map(|other| {
                let message = format!(
                    "Row {} has the same short name, {}, in another schema. Thrive's mapping uses the short name, so one overwrites the other.",
                    other.row + 1,
                    key.path
                );
                ("short-name-collision", message)
            })
        };
        rows.push(Earlier { row, schema: key.schema, field: field.map(str::to_owned) });
        found.map(|(code, message)| Problem::new("attribute", code, Severity::Error, message))
    }

    fn field(&mut self, row: usize, key: Option<&name::Key>, field: Option<&str>, repeated: bool) -> Option<Problem> {
        let field = field?;
        let path = key.map(|key| key.path.clone());
        let Some((first, theirs)) = self.fields.get(field) else {
            self.fields.insert(field.to_owned(), (row, path));
            return None;
        };
        if repeated {
            return None;
        }
        let spellings = |path: &Option<String>| path.as_deref().is_some_and(listed::is_undecided);
        let (severity, message) = if spellings(theirs) && spellings(&path) {
            (
                Severity::Warning,
                format!(
                    "Row {} fills {field} from the other spelling. That holds as long as the directory sends only one of them.",
                    first + 1
                ),
            )
        } else {
            (
                Severity::Error,
                format!("Row {} fills {field} already. Two attributes in one field overwrite each other.", first + 1),
            )
        };
        Some(Problem::new("field", "duplicate-field", severity, message))
    }
}

#[cfg(test)]
mod tests;
