//! The screen found by name, as a screen reader finds it, in each state and at the smallest window.

use egui::{accesskit::Role, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::{dialogs_ui, sandbox_ui};
use crate::{
    app::{
        Action, requests,
        sandbox::{
            Dialog, Do, End,
            tests::{Window as Scripted, done, house, opened, rehearsed, stopped},
        },
    },
    domain::{
        failure::{Failure, FailureKind},
        house::{LeftOut, Policy},
        practice::Habit,
        profile::ProfileId,
        script::Script,
    },
    ui::stage::{self, click, shows},
};

fn window(script: Scripted, size: [f32; 2]) -> stage::Window<Scripted> {
    stage::window(script, size, |ui, model, actions| {
        sandbox_ui(ui, model, actions);
        dialogs_ui(ui, model, actions);
    })
}

fn sandbox(action: Do) -> Vec<Action> {
    vec![Action::Sandbox(action)]
}

#[test]
fn everything_is_found_by_name_at_every_size() {
    for size in [[1240.0, 832.0], [972.0, 632.0]] {
        let mut window = window(opened(), size);
        for name in ["Stop the sandbox", "New tenant…", "Copy the SCIM address", "Copy the Support API address"] {
            assert!(shows(&window, Role::Button, name), "{name} at {size:?}");
        }
        for name in ["Practice tenant", "Acme", Policy::Thrive.label(), Policy::Rfc.label()] {
            assert!(shows(&window, Role::RadioButton, name), "{name} at {size:?}");
        }
        for habit in Habit::ALL {
            assert!(shows(&window, Role::Switch, &format!("Accept: {}", habit.label())), "{habit:?} at {size:?}");
        }
        assert!(shows(&window, Role::Button, "Revoke Entra") && shows(&window, Role::Button, "New token…"));
        assert!(!shows(&window, Role::Button, "Revoke SCIM Console"), "the window’s own stays");
        assert!(!shows(&window, Role::Button, "Remove"), "the first tenant stays");
        let address = "http://127.0.0.1:4000//scim/v2".to_owned();
        assert_eq!(click(&mut window, Role::Button, "Copy the SCIM address"), sandbox(Do::CopyAddress(address)));
        assert_eq!(click(&mut window, Role::Button, "Stop the sandbox"), sandbox(Do::Stop));
        assert_eq!(click(&mut window, Role::RadioButton, "RFC 7644"), sandbox(Do::Follow(Policy::Rfc)));
    }
}

#[test]
fn a_chosen_tenant_is_used_renamed_and_removed() {
    let mut window = window(opened(), [1240.0, 832.0]);
    window.state_mut().carries_out = true;
    click(&mut window, Role::RadioButton, "Acme");
    window.state_mut().carries_out = false;
    let id = ProfileId::practice("acme");
    assert_eq!(click(&mut window, Role::Button, "Use in the console"), [Action::Switch(id.clone())]);
    assert_eq!(click(&mut window, Role::Button, "Remove"), sandbox(Do::Remove(id.clone())));
    let rename = Dialog::Rename { tenant: id.clone(), name: "Acme".to_owned() };
    assert_eq!(click(&mut window, Role::Button, "Rename…"), sandbox(Do::Ask(Box::new(rename))));
    let token = Dialog::NewToken { tenant: id, name: String::new(), end: End::Never };
    assert_eq!(click(&mut window, Role::Button, "New token…"), sandbox(Do::Ask(Box::new(token))));
}

#[test]
fn a_tenant_is_added_by_keyboard_and_an_empty_name_is_held_back() {
    let mut window = window(opened(), [972.0, 632.0]);
    window.state_mut().carries_out = true;
    click(&mut window, Role::Button, "New tenant…");
    click(&mut window, Role::Button, "Add tenant");
    assert!(window.state().actions.is_empty(), "{:?}", window.state().actions);
    click(&mut window, Role::TextInput, "Name");
    window.get_by_role_and_label(Role::TextInput, "Name").type_text("Borealis");
    window.run_steps(3);
    click(&mut window, Role::RadioButton, "Nothing");
    assert_eq!(click(&mut window, Role::Button, "Add tenant"), sandbox(Do::Submit));
    assert_eq!(window.state().script.model.practice.busy(), Some("Adding the tenant"));
}

#[test]
fn whatever_the_keyboard_comes_to_is_in_view() {
    let mut window = window(opened(), [1240.0, 832.0]);
    let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, vec2(1240.0, 832.0));
    let mut seen = 0;
    for _ in 0..60 {
        window.key_press(egui::Key::Tab);
        window.run_steps(8);
        let focused = window.root().children_recursive().find(|node| node.accesskit_node().is_focused());
        let Some(rect) = focused.map(|node| node.rect()) else { continue };
        assert!(screen.contains_rect(rect), "{rect:?} after {seen}");
        seen += 1;
    }
    assert!(seen > 30, "the last one is far below the first: {seen}");
}

#[test]
fn a_file_that_cannot_be_used_is_shown_with_its_way_out() {
    let mut script = opened();
    let mut torn = house(&[("", "Practice tenant")]);
    let failure = Failure::new(FailureKind::DatabaseDamaged, "Failed", "Nothing was done.", "Reset it.")
        .with_detail("file is not a database");
    torn.left_out = vec![LeftOut { file: "sandbox-torn.sqlite3".to_owned(), failure }];
    done(&mut script, Do::Look, torn);
    let mut window = window(script, [972.0, 632.0]);
    let action = Do::PutAside("sandbox-torn.sqlite3".to_owned());
    assert_eq!(click(&mut window, Role::Button, "Put sandbox-torn.sqlite3 aside"), sandbox(action));
}

#[test]
fn a_reset_is_asked_about_once() {
    let mut window = window(opened(), [1240.0, 832.0]);
    window.state_mut().carries_out = true;
    window.get_by_role_and_label(Role::Button, "Reset…").scroll_to_me();
    window.run_steps(8);
    click(&mut window, Role::Button, "Reset…");
    assert!(shows(&window, Role::Button, "Reset tenant") && shows(&window, Role::RadioButton, "A day of traffic"));
    assert_eq!(click(&mut window, Role::Button, "Reset tenant"), sandbox(Do::Submit));
}

#[test]
fn a_stopped_sandbox_says_so_and_offers_the_start() {
    let script = stopped();
    let mut window = window(script, [1240.0, 832.0]);
    assert!(shows(&window, Role::Label, "Stopped"));
    assert_eq!(click(&mut window, Role::Button, "Start the sandbox"), [Action::StartSandbox]);
    assert_eq!(click(&mut window, Role::Button, "New tenant…"), [], "only once it runs");
}

#[test]
fn a_bad_day_is_played_from_the_screen_at_every_size() {
    for size in [[1240.0, 832.0], [972.0, 632.0]] {
        let mut window = window(opened(), size);
        for script in Script::ALL {
            let name = format!("Play {}", script.label());
            assert_eq!(click(&mut window, Role::Button, &name), sandbox(Do::Play(script)), "{name} at {size:?}");
            assert!(shows(&window, Role::Label, script.description()), "{script:?} at {size:?}");
        }
        assert!(!shows(&window, Role::Button, "Show the requests of Duplicate at every cycle"));
    }
}

#[test]
fn what_was_played_is_shown_on_the_requests_screen_of_its_tenant() {
    let mut window = window(rehearsed(), [972.0, 632.0]);
    assert!(shows(&window, Role::Label, "Duplicate at every cycle played: 23 requests."));
    let shown = click(&mut window, Role::Button, "Show the requests of Duplicate at every cycle");
    let query = Action::Requests(requests::Do::SetQuery("3f9a1c07".to_owned()));
    assert_eq!(shown, [Action::Switch(ProfileId::practice("acme")), query]);
}

#[test]
fn nothing_is_played_while_the_sandbox_is_stopped() {
    let mut window = window(stopped(), [1240.0, 832.0]);
    assert_eq!(click(&mut window, Role::Button, "Play A bad day"), []);
}
