//! The support ticket that the vendor's guide asks for: each attribute's exact name, each custom field ref, and what
//! the customer does next. It holds no person's data, and nothing invisible hides in it.

use std::fmt::Write as _;

use super::{MappingDraft, spelling::visible};
use crate::domain::{
    problem::{Problem, Severity},
    profile::Environment,
};

/// The ticket as plain text, first line the subject. Rows with an error are listed with what is wrong, so that nothing
/// is asked for by mistake; warnings become questions for support. `problems` are those of [`MappingDraft::check`].
#[must_use]
pub fn ticket(draft: &MappingDraft, profile_name: &str, environment: Environment, problems: &[Problem]) -> String {
    let name = visible(profile_name);
    let blocked = |row: usize| problems.iter().any(|p| p.row == Some(row) && p.blocks());
    let (unready, ready): (Vec<usize>, Vec<usize>) = (0..draft.rows.len()).partition(|row| blocked(*row));
    let mut text = format!(
        "Subject: SCIM mapping request for {name} ({}), {}\n\nHello,\n\n",
        environment.label(),
        counted(ready.len(), "custom field"),
    );
    if ready.is_empty() {
        text.push_str("No mapping is ready to be added yet.\n\n");
    } else {
        let _ = write!(text, "Please add {} to the SCIM provisioning of {name}.\n\n", counted(ready.len(), "mapping"));
    }
    for (number, row) in ready.iter().enumerate() {
        let typed = &draft.rows[*row];
        let _ = write!(
            text,
            "{}. Customappsso attribute name (exact, casing included):\n   {}\n   Thrive custom field ref:\n   {}\n",
            number + 1,
            visible(&typed.attribute),
            visible(&typed.field),
        );
        for problem in of_row(problems, *row, Severity::Warning) {
            let _ = writeln!(text, "   To confirm: {}", visible(&problem.message));
        }
        text.push('\n');
    }
    if !unready.is_empty() {
        let _ = write!(text, "Not ready, please do not add yet:\n\n");
        for row in unready {
            let typed = &draft.rows[row];
            let _ = writeln!(text, "- {} to {}", shown(&typed.attribute), shown(&typed.field));
            for problem in of_row(problems, row, Severity::Error) {
                let _ = writeln!(text, "  {}", visible(&problem.message));
            }
        }
        text.push('\n');
    }
    text.push_str(NEXT);
    text
}

const NEXT: &str = "\
What happens next:

1. Please confirm once the mappings are added.
2. We then restart provisioning in our identity provider, so that it sends the new attributes.
3. We test with one existing user (in Entra: Provision on demand) and check the custom fields in that user's profile.
4. If a value does not arrive, we send you the error and the date and time of the last update.

Thank you
";

fn of_row(problems: &[Problem], row: usize, least: Severity) -> impl Iterator<Item = &Problem> {
    problems.iter().filter(move |problem| problem.row == Some(row) && problem.severity >= least)
}

fn shown(typed: &str) -> String {
    if typed.trim().is_empty() { "(empty)".to_owned() } else { visible(typed) }
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::mapping::MappingRow;

    fn row(attribute: &str, field: &str) -> MappingRow {
        MappingRow { attribute: attribute.to_owned(), field: field.to_owned() }
    }

    #[test]
    fn the_ticket_has_all_that_the_guide_asks_for() {
        let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let draft = MappingDraft {
            rows: vec![
                row(&format!("{enterprise}:costCenter"), "costcentre"),
                row(&format!("{enterprise}:organization"), "organisation"),
                row(&format!("{enterprise}:Division"), "division"),
                row("", ""),
            ],
        };
        let text = ticket(&draft, "Northwind", Environment::Staging, &draft.check(None));
        assert_eq!(text, include_str!("../../../tests/data/mappings/ticket.txt"));
    }

    #[test]
    fn nothing_invisible_or_on_a_line_of_its_own_gets_in() {
        let draft = MappingDraft { rows: vec![row("urn:x\u{202e}:y", "a\nb")] };
        let text = ticket(&draft, "North\u{200b}wind", Environment::Production, &draft.check(None));
        assert!(text.contains("North‹U+200B›wind") && text.contains("urn:x‹U+202E›:y to a‹U+000A›b"), "{text}");
    }
}
