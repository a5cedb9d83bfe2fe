//! The story of somebody with files: they are dropped on the window, chosen in the system's dialog, and written where it says.
//! The system's dialog is played by a program of its name: what the console asks it, and does with its answer, is real.

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf};

use egui::Role;

use crate::{
    drag::Drag,
    probe::{Outcome, holding, named},
    stage::{Chapter, PATIENCE, SOON, Stage, Tally, tell},
};

/// Tells it.
pub fn files() -> Tally {
    let chapters = [
        Chapter::new("files that hang over the window are told where they would go", a_drag_is_told),
        Chapter::new("two logs that are dropped on the window are imported", dropped_logs_are_imported),
        Chapter::new("where the system has no file dialog, the console says so and what to do", no_dialog_is_told),
        Chapter::new("a log that is chosen in the system's dialog is imported", a_chosen_log_is_imported),
        Chapter::new("a dialog that is closed changes nothing", a_closed_dialog_changes_nothing),
        Chapter::new("the list is written where the dialog says", the_list_is_written),
    ];
    tell("files", &chapters)
}

/// An Entra record about a person, in a file of its own.
fn log_about(stage: &Stage, name: &str, person: &str) -> Outcome<PathBuf> {
    let file = stage.data().join(name);
    let at = jiff::Timestamp::now();
    let record = format!(
        r#"[{{"id":"{person}-1","activityDateTime":"{at}","provisioningAction":"create","sourceIdentity":{{"displayName":"{person}","details":{{"userPrincipalName":"{person}"}}}},"provisioningStatusInfo":{{"status":"success"}}}}]"#
    );
    fs::write(&file, record).map_err(|why| format!("{}: {why}", file.display()))?;
    Ok(file)
}

/// The system's dialog answers with this, as zenity does; without an answer it was closed.
fn dialog_answers(stage: &Stage, answer: &str) -> Outcome {
    let program = stage.programs().join("zenity");
    let end = if answer.is_empty() { "exit 1" } else { "exit 0" };
    // A person takes longer than no dialog at all.
    let script = format!("#!/bin/sh\n/bin/sleep 0.6\nprintf '%s' '{answer}'\n: > \"$0.closed\"\n{end}\n");
    let write = || {
        fs::write(&program, script)?;
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755))
    };
    write().map_err(|why| format!("{}: {why}", program.display()))
}

fn a_drag_is_told(stage: &mut Stage) -> Outcome {
    stage.open()?.wait_for(&holding("Succeeded, ").role(Role::Row), PATIENCE)?;
    let file = log_about(stage, "ann's log, 1.json", "ann@dropped.example")?;
    let drag = Drag::over(stage.display(), &[file])?;
    stage.probe()?.wait_for(&holding("Drop to import into"), SOON)?;
    stage.keep_picture("01-over");
    drag.leave()?;
    stage.probe()?.wait_gone(&holding("Drop to import into"), SOON)
}

fn dropped_logs_are_imported(stage: &mut Stage) -> Outcome {
    let files = [
        log_about(stage, "ann's log, 1.json", "ann@dropped.example")?,
        log_about(stage, "bob.json", "bob@dropped.example")?,
    ];
    Drag::over(stage.display(), &files)?.drop_them()?;
    let probe = stage.probe()?;
    for person in ["ann@dropped.example", "bob@dropped.example"] {
        probe.wait_for(&holding(person).role(Role::Row), SOON)?;
    }
    probe.wait_for(&holding("2 records read, 2 new"), SOON)?;
    probe.click(&named("Close")).map(drop)
}

fn no_dialog_is_told(stage: &mut Stage) -> Outcome {
    let probe = stage.probe()?;
    probe.click(&named("Import a log…"))?;
    probe.wait_for(&holding("No file dialog could be opened"), SOON)?;
    stage.keep_picture("03-none");
    let probe = stage.probe()?;
    probe.click(&named("Close"))?;
    probe.wait_gone(&holding("No file dialog could be opened"), SOON)
}

fn a_chosen_log_is_imported(stage: &mut Stage) -> Outcome {
    let file = log_about(stage, "cleo.json", "cleo@chosen.example")?;
    dialog_answers(stage, &file.display().to_string())?;
    let probe = stage.probe()?;
    probe.click(&named("Import a log…"))?;
    probe.wait_for(&holding("cleo@chosen.example").role(Role::Row), SOON).map(drop)
}

fn a_closed_dialog_changes_nothing(stage: &mut Stage) -> Outcome {
    dialog_answers(stage, "")?;
    let closed = stage.programs().join("zenity.closed");
    // It is there from the dialog before.
    fs::remove_file(&closed).map_err(|why| format!("{}: {why}", closed.display()))?;
    let probe = stage.probe()?;
    probe.click(&named("Import a log…"))?;
    probe.until("the dialog is still open", SOON, |_| Ok(closed.exists().then_some(())))?;
    probe.rest()?;
    if probe.sees(&holding("No file dialog could be opened"))? {
        return Err("a closed dialog is taken for none".to_owned());
    }
    probe.wait_for(&holding("cleo@chosen.example").role(Role::Row), SOON).map(drop)
}

fn the_list_is_written(stage: &mut Stage) -> Outcome {
    let file = stage.data().join("the list.csv");
    dialog_answers(stage, &file.display().to_string())?;
    let probe = stage.probe()?;
    probe.click(&named("Export"))?;
    probe.click(&holding("CSV").role(Role::MenuItem))?;
    probe
        .until("no file was written", SOON, |_| {
            Ok(fs::read_to_string(&file).ok().filter(|text| text.lines().count() > 3))
        })
        .map(drop)
}
