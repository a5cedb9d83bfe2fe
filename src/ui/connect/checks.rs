//! The checklist of the Connect dialog, line by line as it happens.

use egui::Ui;

use crate::{
    app::{Action, profiles::Connect},
    domain::connection::{Check, CheckStatus},
    ui::{
        theme::{Theme, Tone, space, text},
        widgets::{self, banner::failure_ui, status::Status, step::check_row_ui},
    },
};

/// Draws the list.
pub(super) fn checks_ui(ui: &mut Ui, dialog: &Connect, _actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    ui.spacing_mut().item_spacing.y = space::S2;
    ui.horizontal(|ui| {
        widgets::label_ui(ui, text::HEADING.job("Test connection", theme.t1));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let done =
                dialog.checks.iter().filter(|c| !matches!(c.status, CheckStatus::Waiting | CheckStatus::Running));
            let words = format!("{} of {}, nothing is written", done.count(), dialog.checks.len());
            widgets::label_ui(ui, text::SMALL.job(words, theme.t3));
        });
    });
    ui.add_space(space::S8);
    let width = ui.available_width();
    if let Some(failure) = &dialog.test_failure {
        failure_ui(ui, failure, None, width);
    }
    for check in &dialog.checks {
        check_row_ui(ui, status(check), check.name.label(), &first_line(check), check.duration_ms);
        if matches!(check.status, CheckStatus::Failed | CheckStatus::Warning) {
            ui.indent(check.name.label(), |ui| {
                let width = ui.available_width();
                let tone = if check.status == CheckStatus::Failed { Tone::Fail } else { Tone::Warn };
                widgets::label_ui(ui, text::SMALL.wrapped(check.finding.as_str(), theme.hue(tone).text, width));
                if !check.next.is_empty() {
                    widgets::label_ui(ui, text::SMALL.wrapped(check.next.as_str(), theme.t2, width));
                }
                ui.add_space(space::S8);
            });
        }
    }
}

/// A finding that needs more than a line stands below its row.
fn first_line(check: &Check) -> String {
    match check.status {
        CheckStatus::Failed => "Does not work".to_owned(),
        CheckStatus::Warning => "Works, with a remark".to_owned(),
        CheckStatus::Waiting | CheckStatus::Running | CheckStatus::Passed | CheckStatus::Skipped => {
            check.finding.clone()
        }
    }
}

const fn status(check: &Check) -> Status {
    match check.status {
        CheckStatus::Waiting => Status::Waiting,
        CheckStatus::Running => Status::Running,
        CheckStatus::Passed => Status::Passed,
        CheckStatus::Warning => Status::Warning,
        CheckStatus::Failed => Status::Failed,
        CheckStatus::Skipped => Status::Skipped,
    }
}
