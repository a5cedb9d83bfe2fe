//! Every widget has a name and a role, Tab reaches it, and the keyboard works it, in both themes. No images.

use egui::accesskit::Role;
use egui::{Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use scim_console::ui;
use scim_console::ui::gallery::Gallery;

const INTERACTIVE: &[(Role, &str)] = &[
    (Role::Button, "Copy reply"),
    (Role::Button, "Open mapping"),
    (Role::Button, "Light theme"),
    (Role::Button, "Use costCenter"),
    (Role::Button, "Show token"),
    (Role::Button, "Undo"),
    (Role::Button, "Try again"),
    (Role::Button, "Copy response body"),
    (Role::Button, "Remove since:24h"),
    (Role::Button, "Edit -op:probe"),
    (Role::Button, "Failed, 23"),
    (Role::Button, "Explore the sandbox"),
    (Role::TextInput, "Name"),
    (Role::TextInput, "SCIM attribute"),
    (Role::PasswordInput, "Token"),
    (Role::SearchInput, "Filter requests"),
    (Role::ComboBox, "Identity provider"),
    (Role::RadioButton, "Entra"),
    (Role::RadioButton, "Production"),
    (Role::RadioButton, "Keep tenant, costcentrecode"),
    (Role::Switch, "Live"),
    (Role::CheckBox, "Remind me"),
    (Role::Tab, "Diagnosis"),
    (Role::ColumnHeader, "Time"),
    (Role::Grid, "Requests"),
    (Role::Slider, "Requests by time"),
    (Role::DisclosureTriangle, "Read back, warning"),
    (Role::Splitter, "Width of the detail"),
];

const SHOWN: &[(Role, &str)] = &[
    (Role::ProgressIndicator, "Onboarding steps: 7 of 9"),
    (Role::ProgressIndicator, "Reading the tenant"),
    (Role::Meter, "Replay: 9412 fills, 571 empty, 17 dropped"),
    (Role::ListItem, "Support API, waiting: Waits for the step above"),
    (Role::Image, "Requests and failures"),
    (Role::Code, "Response body"),
    (Role::Row, "00:00:03 skipped joel.okafor"),
];

fn page(theme: egui::Theme, rows: u64) -> Harness<'static, Gallery> {
    let mut installed = false;
    Harness::builder().with_size(vec2(1600.0, 1800.0)).with_max_steps(16).build_ui_state(
        move |ui, gallery: &mut Gallery| {
            if !installed {
                ui::install(ui.ctx());
                ui.ctx().set_theme(theme);
                installed = true;
                ui.ctx().request_repaint();
                return;
            }
            gallery.ui(ui);
        },
        Gallery::new(rows),
    )
}

#[test]
fn every_widget_is_found_by_role_and_name() {
    for theme in [egui::Theme::Dark, egui::Theme::Light] {
        let mut harness = page(theme, 1_000_000);
        harness.run_steps(4);
        for (role, name) in INTERACTIVE.iter().chain(SHOWN) {
            let found = harness.query_all_by_role_and_label(*role, name).count();
            assert!(found > 0, "no {role:?} named {name:?} in {theme:?}");
        }
    }
}

#[test]
fn tab_reaches_every_control() {
    let mut harness = page(egui::Theme::Dark, 100);
    harness.run_steps(4);
    let mut reached = std::collections::HashSet::new();
    for _ in 0..140 {
        harness.key_press(Key::Tab);
        harness.run_steps(2);
        let focused = harness.root().children_recursive().find(egui_kittest::Node::is_focused);
        if let Some(node) = focused {
            let node = node.accesskit_node();
            reached.insert((node.role(), node.label().unwrap_or_default()));
        }
    }
    for (role, name) in INTERACTIVE {
        assert!(reached.contains(&(*role, (*name).to_owned())), "Tab never reached the {role:?} {name:?}");
    }
    assert!(reached.iter().all(|(_, name)| !name.is_empty()), "a control without a name took the focus: {reached:?}");
}

#[test]
fn a_button_works_by_pointer_and_by_key() {
    let mut harness = page(egui::Theme::Light, 100);
    harness.run_steps(4);
    harness.get_by_role_and_label(Role::Button, "Copy reply").click();
    harness.run_steps(2);
    assert_eq!(harness.state().last, "copy reply");
    harness.state_mut().last.clear();
    harness.get_by_role_and_label(Role::Button, "Copy reply").focus();
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(2);
    assert_eq!(harness.state().last, "copy reply");
}

#[test]
fn a_disabled_button_says_why() {
    let mut harness = page(egui::Theme::Dark, 100);
    harness.run_steps(4);
    let node = harness.get_by_role_and_label(Role::Button, "Apply 3 changes");
    assert!(node.accesskit_node().is_disabled());
    assert_eq!(node.accesskit_node().description().as_deref(), Some("Settle 1 conflict to apply"));
}

#[test]
fn the_list_of_millions_moves_by_key_to_both_ends() {
    let mut harness = page(egui::Theme::Dark, 5_000_000);
    harness.run_steps(4);
    harness.get_by_role_and_label(Role::Grid, "Requests").focus();
    harness.run_steps(2);
    for (key, row) in [
        (Key::ArrowDown, 4),
        (Key::J, 5),
        (Key::K, 4),
        (Key::ArrowUp, 3),
        (Key::End, 4_999_999),
        (Key::ArrowDown, 4_999_999),
        (Key::ArrowUp, 4_999_998),
        (Key::Home, 0),
        (Key::ArrowUp, 0),
    ] {
        harness.key_press(key);
        harness.run_steps(2);
        assert_eq!(harness.state().selected, Some(row), "{key:?}");
    }
    harness.key_press(Key::Enter);
    harness.run_steps(2);
    assert_eq!(harness.state().opened, Some(0));
    assert!(harness.query_all_by_role(Role::Row).count() < 120, "only rows in view are in the tree");
}

#[test]
fn a_row_is_chosen_by_a_click_on_it() {
    let mut harness = page(egui::Theme::Dark, 1_000);
    harness.run_steps(4);
    harness.get_by_role_and_label(Role::Row, "00:00:07 skipped amelia.hart").click();
    harness.run_steps(2);
    assert_eq!(harness.state().selected, Some(7));
}

#[test]
fn the_quick_fix_mends_the_field() {
    let mut harness = page(egui::Theme::Dark, 10);
    harness.run_steps(4);
    let field = harness.get_by_role_and_label(Role::TextInput, "SCIM attribute");
    assert!(field.accesskit_node().description().is_some_and(|words| words.contains("Only the case differs")));
    let fix = harness.get_all_by_role_and_label(Role::Button, "Use costCenter").next().unwrap();
    fix.click();
    harness.run_steps(3);
    let field = harness.get_by_role_and_label(Role::TextInput, "SCIM attribute");
    assert_eq!(field.value().as_deref(), Some("costCenter"));
}

#[test]
fn chips_go_and_come_back_as_text() {
    let mut harness = page(egui::Theme::Dark, 10);
    harness.run_steps(4);
    harness.get_by_role_and_label(Role::Button, "Remove since:24h").click();
    harness.run_steps(3);
    assert_eq!(harness.state().chips.len(), 2);
    harness.get_by_role_and_label(Role::SearchInput, "Filter requests").focus();
    harness.run_steps(3);
    harness.key_press(Key::Backspace);
    harness.run_steps(3);
    assert_eq!(harness.state().chips.len(), 1);
    let value = harness.get_by_role_and_label(Role::SearchInput, "Filter requests").value();
    assert_eq!(value.as_deref(), Some("-op:probe"));
    harness.key_press(Key::Tab);
    harness.run_steps(3);
    let value = harness.get_by_role_and_label(Role::SearchInput, "Filter requests").value();
    assert_eq!(value.as_deref(), Some("status:>=400"), "Tab takes the first suggestion");
}

#[test]
fn the_token_is_never_in_the_tree() {
    let mut harness = page(egui::Theme::Dark, 10);
    harness.run_steps(4);
    let field = harness.get_by_role_and_label(Role::PasswordInput, "Token");
    field.focus();
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::PasswordInput, "Token").type_text("s3cret-value");
    harness.run_steps(2);
    for node in harness.root().children_recursive() {
        let node = node.accesskit_node();
        let words = [node.label(), node.value(), node.description()];
        assert!(words.into_iter().flatten().all(|words| !words.contains("s3cret")));
    }
    let shown = harness.get_by_role_and_label(Role::PasswordInput, "Token").value();
    assert_eq!(shown.map(|dots| dots.chars().count()), Some(12));
}

#[test]
fn a_dialog_keeps_tab_inside_and_gives_the_focus_back() {
    let mut harness = page(egui::Theme::Dark, 10);
    harness.run_steps(4);
    harness.get_by_role_and_label(Role::Button, "Connect a tenant…").focus();
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(4);
    assert!(harness.state().dialog);
    let inside = ["Close", "Tenant name", "Proxy", "Save and open", "Cancel"];
    for _ in 0..8 {
        harness.key_press(Key::Tab);
        harness.run_steps(2);
        let node = harness.root().children_recursive().find(egui_kittest::Node::is_focused).unwrap();
        let name = node.accesskit_node().label().unwrap_or_default();
        assert!(inside.contains(&name.as_str()), "Tab left the dialog to {name:?}");
    }
    harness.key_press(Key::Escape);
    harness.run_steps(5);
    assert!(!harness.state().dialog);
    assert!(harness.get_by_role_and_label(Role::Button, "Connect a tenant…").is_focused());
}

#[test]
fn the_palette_is_worked_by_keys_alone() {
    let mut harness = page(egui::Theme::Light, 10);
    harness.run_steps(4);
    harness.get_by_role_and_label(Role::Button, "Search").click();
    harness.run_steps(4);
    harness.key_press(Key::ArrowDown);
    harness.run_steps(2);
    assert_eq!(harness.state().palette, Some(1));
    assert!(
        harness.query_by_role_and_label(Role::ListBoxOption, "Update failed 400 invalidPath at 14:32:07").is_some()
    );
    harness.key_press(Key::Enter);
    harness.run_steps(2);
    assert_eq!(harness.state().palette, None);
}

#[test]
fn a_menu_opens_picks_and_closes() {
    let mut harness = page(egui::Theme::Dark, 10);
    harness.run_steps(4);
    harness.get_by_role_and_label(Role::Button, "Export").focus();
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    harness.key_press(Key::ArrowDown);
    harness.run_steps(3);
    harness.key_press_modifiers(Modifiers::NONE, Key::Enter);
    harness.run_steps(3);
    assert_eq!(harness.state().last, "support ticket");
    assert!(harness.query_by_role_and_label(Role::MenuItem, "CSV file").is_none());
}
