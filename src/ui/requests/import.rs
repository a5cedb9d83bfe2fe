//! What became of the newest import: how far it is, what it was recognised as, what could not be read.

use egui::Ui;

use crate::{
    app::{Action, ImportReport, Model, imports::Do, requests::Do as Requests},
    ui::{
        icon,
        shell::{counted, grouped},
        theme::{Tone, space},
        widgets::{
            banner::{StripButton, failure_ui},
            button::Button,
            progress::progress_ui,
            strip_choices::strip_choices_ui,
        },
    },
};

const CLOSE: StripButton<'_> = StripButton { text: "Close", icon: icon::X, primary: false };

/// Draws the strip, where one is on show.
pub(super) fn import_ui(ui: &mut Ui, model: &Model, width: f32, actions: &mut Vec<Action>) {
    let imports = &model.imports;
    if let Some(failure) = &imports.unpicked {
        ui.add_space(space::S6);
        if failure_ui(ui, failure, Some(CLOSE), width) {
            actions.push(Action::CloseUnpicked);
        }
    }
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
    match (imports.report.failure(), imports.report.value()) {
        (Some(failure), _) => {
            if failure_ui(ui, failure, Some(CLOSE), width) {
                actions.push(Action::CloseImport);
            }
        }
        (None, Some(report)) => report_ui(ui, model, report, width, actions),
        (None, None) => {}
    }
}

/// How it went, with the way to what was read.
fn report_ui(ui: &mut Ui, model: &Model, report: &ImportReport, width: f32, actions: &mut Vec<Action>) {
    let imports = &model.imports;
    let tone = if report.rejected.is_empty() { Tone::Ok } else { Tone::Warn };
    let query = |only_failed| imports.query(only_failed).map(|query| Action::Requests(Requests::SetQuery(query)));
    let button = |text, icon, primary| StripButton { text, icon, primary };
    let failed = report.whereabouts.as_ref().map_or(0, |whereabouts| whereabouts.failed);
    let only = report.whereabouts.as_ref().and_then(|whereabouts| whereabouts.key);
    let mut choices = Vec::new();
    if let Some(key) = only {
        // It opened itself; whoever went on to another one comes back to it.
        if model.requests.selected != Some(key) || !model.requests.detail_open {
            let open = Action::Requests(Requests::OpenKey(key));
            choices.push((button("Show it", icon::ARROW_RIGHT, true), Some(open)));
        }
    } else if report.whereabouts.is_some() {
        choices.push((button("Show them", icon::ARROW_RIGHT, failed == 0), query(false)));
        if failed > 0 {
            choices.push((button("Show what failed", icon::X_CIRCLE, true), query(true)));
        }
    }
    if imports.can_match() {
        let matches = button("Match columns…", icon::ARROWS_LEFT_RIGHT, false);
        choices.push((matches, Some(Action::Imports(Do::Match))));
    }
    choices.push((CLOSE, Some(Action::CloseImport)));
    let buttons: Vec<StripButton<'_>> = choices.iter().map(|(button, _)| *button).collect();
    let pressed = strip_choices_ui(ui, tone, &told(report), &buttons, width);
    actions.extend(pressed.and_then(|place| choices.swap_remove(place).1));
}

/// What an import was recognised as, how it went, and the first thing that could not be read, in a sentence each.
fn told(report: &ImportReport) -> String {
    let mut formats: Vec<&str> = report.files.iter().flat_map(|file| file.formats.iter().copied()).collect();
    formats.sort_unstable();
    formats.dedup();
    let recognised = if formats.is_empty() { String::new() } else { format!("{}: ", formats.join(", ")) };
    if let (0, Some(first)) = (report.read, report.rejected.first()) {
        let nothing = if recognised.is_empty() { "Nothing" } else { "nothing" };
        return format!("{recognised}{nothing} was read of {}. {}{}", first.file, first.why, others(report));
    }
    let failed = report.whereabouts.as_ref().map_or(0, |whereabouts| whereabouts.failed);
    let failed = match failed {
        0 => ", ".to_owned(),
        1 => ", 1 of them a failed request. ".to_owned(),
        many => format!(", {} of them failed requests. ", grouped(many)),
    };
    let mut words = format!(
        "{recognised}{} read{failed}{} new, {} there already.",
        counted(report.read, "record", "records"),
        grouped(report.imported),
        grouped(report.duplicates)
    );
    let passed: u64 = report.files.iter().map(|file| file.passed).sum();
    if passed > 0 {
        words += &format!(" {} not about provisioning.", counted(passed, "entry is", "entries are"));
    }
    if let Some(first) = report.rejected.first() {
        words += &format!(" Not read: {} of {}. {}{}", first.at, first.file, first.why, others(report));
    }
    words
}

/// How many more could not be read.
fn others(report: &ImportReport) -> String {
    match report.rejected.len() {
        0 | 1 => String::new(),
        some => format!(" {} not read either.", counted(some - 1, "other was", "others were")),
    }
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
                "Nothing was read of the pasted text. It is cut. 1 other was not read either.",
            ),
        ] {
            assert_eq!(told(&report), words);
        }
    }
}
