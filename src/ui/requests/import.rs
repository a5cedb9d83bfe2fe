//! What became of the newest import: how far it is, what it was recognised as, what could not be read.

use egui::Ui;

use crate::{
    app::{Action, ImportReport, Model, imports::Do},
    ui::{
        icon,
        shell::grouped,
        theme::{Tone, space},
        widgets::{
            banner::{StripButton, failure_ui, strip_ui},
            button::Button,
            progress::progress_ui,
        },
    },
};

/// Draws the strip, where one is on show.
pub(super) fn import_ui(ui: &mut Ui, model: &Model, width: f32, actions: &mut Vec<Action>) {
    let imports = &model.imports;
    // What became of another tenant's import is told there.
    let elsewhere = imports.report.loading().is_none() && imports.target() != Some(&model.current);
    if !imports.shown || elsewhere {
        return;
    }
    ui.add_space(space::S6);
    if imports.report.loading().is_some() {
        let (done, total) = imports.progress.unwrap_or_default();
        ui.horizontal(|ui| {
            progress_ui(ui, "Importing, megabytes", done >> 20, total.unwrap_or(0).max(1 << 20) >> 20, width - 90.0);
            if Button::new("Stop").icon(icon::X).small().show(ui).clicked() {
                actions.push(Action::StopImport);
            }
        });
        return;
    }
    let close = || Some(StripButton { text: "Close", icon: icon::X, primary: false });
    let closed = match (imports.report.failure(), imports.report.value()) {
        (Some(failure), _) => failure_ui(ui, failure, close(), width),
        (None, Some(report)) => {
            let tone = if report.rejected.is_empty() { Tone::Ok } else { Tone::Warn };
            let done = strip_ui(ui, tone, &told(report), close(), width);
            if imports.can_match()
                && Button::new("Match columns…").icon(icon::ARROWS_LEFT_RIGHT).small().show(ui).clicked()
            {
                actions.push(Action::Imports(Do::Match));
            }
            done
        }
        (None, None) => false,
    };
    if closed {
        actions.push(Action::CloseImport);
    }
}

/// What an import was recognised as, how it went, and the first thing that could not be read, in a sentence each.
fn told(report: &ImportReport) -> String {
    let mut formats: Vec<&str> = report.files.iter().flat_map(|file| file.formats.iter().copied()).collect();
    formats.sort_unstable();
    formats.dedup();
    let recognised = if formats.is_empty() { String::new() } else { format!("{}: ", formats.join(", ")) };
    let records = |count: u64| if count == 1 { "1 record".to_owned() } else { format!("{} records", grouped(count)) };
    let mut words = format!(
        "{recognised}{} read, {} new, {} there already.",
        records(report.read),
        grouped(report.imported),
        grouped(report.duplicates)
    );
    let passed: u64 = report.files.iter().map(|file| file.passed).sum();
    if passed > 0 {
        words += &format!(" {} entries are not about provisioning.", grouped(passed));
    }
    if let Some(first) = report.rejected.first() {
        let others = report.rejected.len() - 1;
        let more = if others > 0 { format!(", {} others likewise", grouped(others as u64)) } else { String::new() };
        words += &format!(" Not read: {} of {}{more}. {}", first.at, first.file, first.why);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{ImportedFile, RejectedRecord};

    #[test]
    fn a_report_says_what_was_recognised_and_what_was_not_read() {
        let file = |formats: &[&'static str], passed| ImportedFile {
            formats: formats.to_vec(),
            passed,
            ..ImportedFile::default()
        };
        let rejected =
            |at: &str| RejectedRecord { file: "the pasted text".into(), at: at.into(), why: "It is cut.".into() };
        for (report, words) in [
            (
                ImportReport {
                    read: 1,
                    imported: 1,
                    files: vec![file(&["cURL command"], 0)],
                    ..ImportReport::default()
                },
                "cURL command: 1 record read, 1 new, 0 there already.",
            ),
            (
                ImportReport {
                    read: 1_200,
                    duplicates: 1_200,
                    files: vec![file(&["Okta System Log (JSON)"], 3), file(&["Okta System Log (JSON)"], 0)],
                    ..ImportReport::default()
                },
                "Okta System Log (JSON): 1,200 records read, 0 new, 1,200 there already. 3 entries are not about provisioning.",
            ),
            (
                ImportReport { rejected: vec![rejected("record 2"), rejected("record 3")], ..ImportReport::default() },
                "0 records read, 0 new, 0 there already. Not read: record 2 of the pasted text, 1 others likewise. It is cut.",
            ),
        ] {
            assert_eq!(told(&report), words);
        }
    }
}
