//! The screen found by name and worked by pointer and key: what is on it, and which actions come of it.

use egui::{Key, Modifiers, accesskit::Role, vec2};
use egui_kittest::{
    Harness,
    kittest::{NodeT as _, Queryable as _},
};
use serde_json::json;

use super::{View, mappings_ui};
use crate::{
    app::{
        Action, Screen,
        mappings::{
            Do, Export,
            stage::{Stage, payload, row, stored, tenant},
        },
    },
    domain::{attribute::ENTERPRISE_USER, failure::FailureKind, profile::Environment},
};

/// The screen with its model behind it, and every action so far.
struct Shown {
    stage: Stage,
    view: View,
    actions: Vec<Action>,
}

fn shown(stage: Stage, size: egui::Vec2, dark: bool) -> Harness<'static, Shown> {
    let mut installed = false;
    let draw = move |ui: &mut egui::Ui, shown: &mut Shown| {
        if !installed {
            crate::ui::theme::install(ui.ctx());
            crate::ui::widgets::dialog::install(ui.ctx());
            ui.ctx().set_theme(if dark { egui::Theme::Dark } else { egui::Theme::Light });
            installed = true;
            ui.ctx().request_repaint();
            return;
        }
        let mut actions = Vec::new();
        mappings_ui(ui, &shown.stage.model, &mut shown.view, &mut actions);
        for action in actions {
            shown.actions.push(action.clone());
            shown.stage.act(action);
            ui.ctx().request_repaint();
        }
    };
    let state = Shown { stage, view: View::default(), actions: Vec::new() };
    let mut harness = Harness::builder().with_size(size).with_max_steps(16).build_ui_state(draw, state);
    harness.run_steps(4);
    harness
}

fn on_screen(stage: Stage) -> Harness<'static, Shown> {
    shown(stage, vec2(1240.0, 830.0), true)
}

fn press(harness: &mut Harness<'static, Shown>, name: &str) {
    harness.get_by_label(name).click();
    harness.run_steps(4);
}

fn last<'h>(harness: &'h Harness<'static, Shown>) -> Option<&'h Action> {
    harness.state().actions.last()
}

fn is_there(harness: &Harness<'static, Shown>, words: &str) -> bool {
    harness.query_all_by_label_contains(words).next().is_some()
}

fn focused(harness: &Harness<'static, Shown>) -> Option<String> {
    let node = harness.root().children_recursive().find(|node| node.accesskit_node().is_focused());
    node.and_then(|node| node.accesskit_node().label())
}

#[test]
fn a_problem_stands_under_its_row_with_its_fix() {
    let mut stage = Stage::begun(Environment::Sandbox, &[]);
    stage.act(Action::Mappings(Do::AddRows(vec![row("costcenter", "costcentre")])));
    let mut harness = on_screen(stage);
    harness.get_by_label("Only the case differs from costCenter. Thrive matches exact names, so the value is dropped.");
    harness.get_by_label("1 problem");
    assert!(is_there(&harness, "Row 1: Problem"));
    press(&mut harness, "Use costCenter");
    assert!(matches!(last(&harness), Some(Action::Mappings(Do::Fix(problem))) if problem.code == "casing-differs"));
    let field = harness.get_by_role_and_label(Role::TextInput, "SCIM attribute, row 1");
    assert_eq!(field.value().as_deref(), Some(&*format!("{ENTERPRISE_USER}:costCenter")));
    assert!(!is_there(&harness, "Use costCenter") && is_there(&harness, "Row 1: Ready"));
}

#[test]
fn a_field_problem_offers_the_mended_ref() {
    let mut stage = Stage::begun(Environment::Sandbox, &[]);
    stage.act(Action::Mappings(Do::AddRows(vec![row("division", "CostCentre")])));
    let mut harness = on_screen(stage);
    press(&mut harness, "Use costcentre");
    assert_eq!(harness.state().stage.model.mappings.rows(), [row("division", "costcentre")]);
}

#[test]
fn the_two_spellings_are_left_to_the_ticket() {
    let mut stage = Stage::begun(Environment::Sandbox, &[]);
    stage.act(Action::Mappings(Do::AddRows(vec![row("organization", "organisation")])));
    let mut harness = on_screen(stage);
    harness.get_by_label("1 to check");
    press(&mut harness, "Ask in ticket");
    assert_eq!(last(&harness), Some(&Action::Mappings(Do::CopyExport(Export::Ticket))));
}

#[test]
fn tab_goes_from_field_to_field_and_letters_become_actions() {
    let stage = Stage::begun(Environment::Sandbox, &[row("costCenter", "costcentre"), row("division", "division")]);
    let mut harness = on_screen(stage);
    harness.get_by_label("SCIM attribute, row 1").focus();
    harness.run_steps(2);
    let mut order = Vec::new();
    for _ in 0..6 {
        order.extend(focused(&harness));
        harness.key_press(Key::Tab);
        harness.run_steps(2);
    }
    let rows = [1, 2].map(|number| {
        ["SCIM attribute, row", "Custom field ref, row", "Remove mapping, row"].map(|name| format!("{name} {number}"))
    });
    assert_eq!(order, rows.concat());
    harness.get_by_label("Custom field ref, row 2").focus();
    harness.run_steps(2);
    harness.key_press(Key::End);
    harness.get_by_label("Custom field ref, row 2").type_text("s");
    harness.run_steps(3);
    assert_eq!(last(&harness), Some(&Action::Mappings(Do::Field(1, "divisions".to_owned()))));
}

#[test]
fn a_new_row_has_the_cursor() {
    let mut harness = on_screen(Stage::begun(Environment::Sandbox, &[row("division", "division")]));
    press(&mut harness, "Add mapping");
    assert_eq!(focused(&harness).as_deref(), Some("SCIM attribute, row 2"));
    press(&mut harness, "Remove mapping, row 2");
    press(&mut harness, "Add mapping");
    assert_eq!(focused(&harness).as_deref(), Some("SCIM attribute, row 2"), "and so has the next");
}

#[test]
fn the_tenants_fields_are_offered_while_a_ref_is_typed() {
    let mut stage = Stage::new(Environment::Sandbox);
    stage.read_draft(Some(stored(&[row("division", "")], &[], 3)));
    stage.pull_with_fields(&[], &["costcentre", "department", "division"]);
    let mut harness = on_screen(stage);
    harness.get_by_label("Custom field ref, row 1").focus();
    harness.run_steps(3);
    harness.get_by_label("Custom field ref, row 1").type_text("d");
    harness.run_steps(3);
    let offered = harness.query_all_by_role(Role::ListBoxOption).count();
    assert_eq!(offered, 2, "what holds the letter");
    for key in [Key::ArrowDown, Key::ArrowDown, Key::Enter] {
        harness.key_press(key);
        harness.run_steps(2);
    }
    assert_eq!(harness.state().stage.model.mappings.rows(), [row("division", "division")]);
    assert_eq!(harness.query_all_by_role(Role::ListBoxOption).count(), 0);
}

#[test]
fn rows_are_pasted_while_no_text_is_edited() {
    let mut harness = on_screen(Stage::begun(Environment::Sandbox, &[]));
    let rows = format!("{ENTERPRISE_USER}:costCenter\tcostcentre");
    harness.event(egui::Event::Paste(rows.clone()));
    harness.run_steps(3);
    assert_eq!(last(&harness), Some(&Action::Mappings(Do::Paste(rows.clone()))));
    assert_eq!(harness.state().stage.model.mappings.rows(), [row("costCenter", "costcentre")]);
    harness.get_by_label("Custom field ref, row 1").focus();
    harness.run_steps(2);
    harness.event(egui::Event::Paste("x".to_owned()));
    harness.run_steps(3);
    assert!(matches!(last(&harness), Some(Action::Mappings(Do::Field(0, _)))), "it goes into the text");
}

#[test]
fn what_was_received_is_mapped_by_its_button() {
    let mut stage = Stage::begun(Environment::Sandbox, &[row("costCenter", "costcentre")]);
    let department = format!("{ENTERPRISE_USER}:department");
    stage.receive(&[(&department, 1_204)], Vec::new());
    let mut harness = on_screen(stage);
    assert!(is_there(&harness, "Row 1: Unseen"));
    press(&mut harness, "Map department");
    assert_eq!(last(&harness), Some(&Action::Mappings(Do::Add(department))));
    assert_eq!(focused(&harness).as_deref(), Some("Custom field ref, row 2"));
}

#[test]
fn the_preview_tells_what_lands_is_dropped_and_is_absent() {
    let mut stage = Stage::begun(Environment::Sandbox, &[row("costCenter", "costcentre"), row("division", "division")]);
    let body = json!({"userName": "amelia.hart", "displayName": "Amelia", ENTERPRISE_USER: {"costcenter": "CC-1"}});
    stage.receive(&[], vec![payload(1, body)]);
    let harness = on_screen(stage);
    harness.get_by_label("userName → Ref: amelia.hart");
    assert!(is_there(&harness, "dropped: CC-1. Only the case differs"));
    assert!(is_there(&harness, "displayName dropped: Amelia. No mapping."));
    assert!(is_there(&harness, ":division → division: not in this payload"));
    assert!(is_there(&harness, "Replay: 0 fill a field, 0 fill none, 1 drop a value"));
}

#[test]
fn without_the_tenant_the_form_works_and_the_reason_stands_there() {
    for (kind, told, button) in [
        (FailureKind::Unreachable, "The tenant cannot be reached", "Try again"),
        (FailureKind::NotOffered, "This tenant takes tickets", "Copy ticket"),
    ] {
        let mut stage = Stage::new(Environment::Staging);
        stage.read_draft(Some(stored(&[row("division", "division")], &[], 3)));
        stage.pull_fails(kind);
        let mut harness = on_screen(stage);
        harness.get_by_label(told);
        assert!(harness.get_by_label("Review & apply…").accesskit_node().is_disabled(), "{kind:?}");
        press(&mut harness, "Remove mapping, row 1");
        assert_eq!(harness.state().stage.model.mappings.rows(), []);
        press(&mut harness, button);
        let wanted = if kind == FailureKind::NotOffered { Do::CopyExport(Export::Ticket) } else { Do::Pull };
        assert_eq!(last(&harness), Some(&Action::Mappings(wanted)));
    }
}

#[test]
fn strips_above_the_form_lead_on() {
    let mut stage = Stage::new(Environment::Staging);
    stage.read_draft(Some(stored(&[row("division", "")], &[], 3)));
    stage.act(Action::Mappings(Do::Field(0, "mine".to_owned())));
    stage.outdate(&[row("division", "theirs")]);
    let mut harness = on_screen(stage);
    assert!(is_there(&harness, "not saved"));
    press(&mut harness, "Show the other draft");
    assert_eq!(harness.state().stage.model.mappings.rows(), [row("division", "theirs")]);
    assert!(!is_there(&harness, "Keep mine"));

    let mut stage = Stage::begun(Environment::Sandbox, &[]);
    let rows = [row("division", "division")];
    stage.act(Action::Mappings(Do::AddRows(rows.to_vec())));
    stage.act(Action::Mappings(Do::Review));
    stage.act(Action::Mappings(Do::Apply));
    stage.apply_succeeds(&rows);
    let mut harness = on_screen(stage);
    press(&mut harness, "Send a test provision");
    assert_eq!(last(&harness), Some(&Action::Go(Screen::Trial)));
    press(&mut harness, "Close");
    assert!(!is_there(&harness, "Applied. Restart"));
}

/// A production tenant that changed costCenter while the draft changed it too.
fn conflicting() -> Stage {
    let mut stage = Stage::new(Environment::Production);
    stage.read_draft(Some(stored(
        &[row("costCenter", "mine"), row("division", "division")],
        &[row("costCenter", "costcode")],
        3,
    )));
    stage.pull(2, &[row("costCenter", "theirs")]);
    stage
}

#[test]
fn the_review_says_beside_its_button_why_it_is_blocked() {
    let mut harness = on_screen(conflicting());
    press(&mut harness, "Review & apply…");
    harness.get_by_label("This production tenant is read-only. Unlock it to apply.");
    assert!(harness.get_by_label("Apply 2 changes").accesskit_node().is_disabled());
    harness.state_mut().stage.act(Action::Unlock);
    harness.run_steps(3);
    harness.get_by_label("Settle 1 conflict to apply");
    for choice in ["Keep tenant, theirs", "Use draft, mine", "Type another ref"] {
        let card = harness.get_by_role_and_label(Role::RadioButton, choice);
        assert_ne!(card.accesskit_node().toggled(), Some(egui::accesskit::Toggled::True), "{choice}");
    }
    press(&mut harness, "Use draft, mine");
    assert!(is_there(&harness, "Apply 2 changes"));
    harness.get_by_role_and_label(Role::TextInput, "Type acme Ltd to confirm").focus();
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::TextInput, "Type acme Ltd to confirm").type_text("acme Ltd");
    harness.run_steps(3);
    assert!(!harness.get_by_label("Apply 2 changes").accesskit_node().is_disabled());
    press(&mut harness, "Apply 2 changes");
    assert_eq!(harness.state().stage.applied_sets().len(), 1);
    harness.get_by_label("Being written to the tenant");
}

#[test]
fn another_ref_is_typed_in_the_conflict() {
    let mut harness = on_screen(conflicting());
    harness.state_mut().stage.act(Action::Unlock);
    press(&mut harness, "Review & apply…");
    press(&mut harness, "Type another ref");
    harness.run_steps(3);
    assert_eq!(focused(&harness).as_deref(), Some("Another ref for costCenter"));
    harness.get_by_label("Another ref for costCenter").type_text("costs");
    harness.run_steps(3);
    harness.get_by_label("Type the tenant’s name to confirm");
    press(&mut harness, "The exact request");
    assert!(is_there(&harness, "Request to the tenant"));
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    assert!(harness.state().stage.model.mappings.review.is_none());
}

#[test]
fn a_lost_race_is_told_in_the_review() {
    let mut stage = Stage::begun(Environment::Sandbox, &[row("costCenter", "costcode")]);
    stage.act(Action::Mappings(Do::Field(0, "mine".to_owned())));
    stage.act(Action::Mappings(Do::Review));
    let mut harness = on_screen(stage);
    press(&mut harness, "Apply 1 change");
    harness.state_mut().stage.loses_race(&tenant(2, &[row("costCenter", "theirs")]));
    harness.run_steps(3);
    harness.get_by_label("The tenant changed after this review began. Both sides are shown, nothing was written.");
    press(&mut harness, "Write ticket instead");
    assert!(harness.state().stage.model.mappings.review.is_none());
}

#[test]
fn every_size_and_theme_has_room_for_the_form() {
    for (width, height) in [(972.0, 632.0), (1240.0, 832.0), (800.0, 500.0)] {
        for dark in [true, false] {
            let mut stage = Stage::begun(Environment::Staging, &[row("costCenter", "costcentre")]);
            stage.act(Action::Mappings(Do::AddRows(vec![row("costcenter", "x"); 300])));
            stage.receive(&[("displayName", 7)], vec![payload(1, json!({"userName": "amelia.hart"}))]);
            let mut harness = shown(stage, vec2(width, height), dark);
            for name in ["Review & apply…", "Export", "Rename draft", "SCIM attribute, row 1"] {
                let rect = harness.get_by_label(name).rect();
                assert!(rect.left() >= 0.0 && rect.right() <= width, "{name} at {rect:?} of {width}");
            }
            harness.key_press_modifiers(Modifiers::NONE, Key::Tab);
            harness.run_steps(2);
        }
    }
}
