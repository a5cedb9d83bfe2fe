//! The whole window over a scripted desk: what the keyboard reaches without a pointer, by role and name.

mod scripted;

use eframe::App as _;
use egui::{Key, Modifiers, accesskit::Role, vec2};
use egui_kittest::{
    Harness,
    kittest::{NodeT as _, Queryable as _},
};
use scim_console::{
    app::{Model, RandomIds},
    ui::window::Window,
};
use scripted::{Script, noon};

fn window() -> Harness<'static> {
    let mut open = None;
    let mut frame = eframe::Frame::_new_kittest();
    let mut harness = Harness::builder().with_size(vec2(1440.0, 900.0)).with_max_steps(16).build_ui(move |ui| {
        if open.is_none() {
            let model = Model::new(noon(), Box::new(RandomIds));
            open = Some(Window::new(ui.ctx(), model, Box::new(Script::of(5_000))));
            ui.ctx().request_repaint();
        } else if let Some(window) = &mut open {
            window.logic(&ui.ctx().clone(), &mut frame);
            window.ui(ui, &mut frame);
        }
    });
    harness.run_steps(12);
    harness
}

fn focused(harness: &Harness<'_>) -> String {
    let focused = harness.root().children_recursive().find(egui_kittest::Node::is_focused);
    focused.and_then(|node| node.accesskit_node().label()).unwrap_or_default()
}

#[test]
fn f6_goes_from_panel_to_panel_and_back() {
    let mut harness = window();
    let mut seen = Vec::new();
    for _ in 0..5 {
        harness.key_press(Key::F6);
        harness.run_steps(2);
        seen.push(focused(&harness));
    }
    assert_eq!(seen, ["Tenant: Practice tenant", "Overview", "Filter requests", "Requests", "Tenant: Practice tenant"]);
    harness.key_press_modifiers(Modifiers::SHIFT, Key::F6);
    harness.run_steps(2);
    assert_eq!(focused(&harness), "Requests", "the list is the last panel that has a control");
}

#[test]
fn tab_goes_from_left_to_right_through_the_top_bar_and_the_palette_gives_the_focus_back() {
    let mut harness = window();
    let mut seen = Vec::new();
    harness.key_press(Key::F6);
    harness.run_steps(2);
    for _ in 0..4 {
        harness.key_press(Key::Tab);
        harness.run_steps(2);
        seen.push(focused(&harness));
    }
    assert_eq!(seen, ["Search or run a command", "Live", "Help and shortcuts (F1)", "Use light theme"]);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    harness.run_steps(3);
    assert_eq!(focused(&harness), "Search or run a command");
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    assert_eq!(focused(&harness), "Use light theme");
}

#[test]
fn the_tenants_open_by_their_key() {
    let mut harness = window();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::P);
    harness.run_steps(3);
    assert!(harness.query_by_role_and_label(Role::MenuItem, "Manage profiles").is_some());
}

#[test]
fn the_palette_opens_by_its_key_and_the_screens_by_number() {
    let mut harness = window();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    harness.run_steps(3);
    assert_eq!(focused(&harness), "Search or run a command", "what is typed goes there, the first time too");
    assert!(harness.query_by_label("Open Mappings").is_some());
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Num4);
    harness.run_steps(3);
    assert!(harness.query_by_label("Sample user").is_some() || harness.query_by_label("New sample").is_some());
}
