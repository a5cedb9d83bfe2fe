//! The screen found by name, as a screen reader finds it, in each state and at the smallest window.

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::{View, readable, short_path, trial_ui};
use crate::{
    app::{
        Action, Screen, mappings, requests,
        trial::{
            Do, Tab,
            tests::{EXTENSION, Script, line, step},
        },
    },
    domain::{
        profile::Environment,
        trial::{Dialect, StepName, StepStatus, Verdict},
    },
    ui::stage::{self, click, shows},
};

type Window = stage::Window<Script>;

fn window(script: Script, size: [f32; 2]) -> Window {
    let mut view = View::default();
    stage::window(script, size, move |ui, model, actions| trial_ui(ui, model, &mut view, actions))
}

fn started() -> Script {
    let mut script = Script::on(Environment::Sandbox);
    script.do_it(Do::Run);
    script
}

fn trial(action: Do) -> Vec<Action> {
    vec![Action::Trial(action)]
}

#[test]
fn every_field_is_found_by_name_at_every_size() {
    let fields = [
        "userName",
        "First name",
        "Last name",
        "Work email",
        "Job title",
        "Language",
        "Timezone",
        "Manager",
        "costCenter",
    ];
    for size in [[1240.0, 832.0], [1228.0, 700.0], [972.0, 632.0]] {
        let window = window(Script::on(Environment::Sandbox), size);
        for name in fields {
            assert!(shows(&window, Role::TextInput, name), "{name} at {size:?}");
        }
        for dialect in Dialect::ALL {
            assert!(shows(&window, Role::RadioButton, dialect.label()), "{dialect:?}");
        }
        assert!(shows(&window, Role::CheckBox, "Keep the user") && shows(&window, Role::Button, "New sample"));
        let run = window.get_by_role_and_label(Role::Button, "Run").rect();
        assert!(run.bottom() < size[1] && run.right() < 300.0, "pinned: {run:?} at {size:?}");
    }
}

#[test]
fn typing_and_choosing_say_what_changed() {
    let mut window = window(Script::on(Environment::Sandbox), [1240.0, 832.0]);
    assert_eq!(click(&mut window, Role::RadioButton, "Entra flag"), trial(Do::Dialect(Dialect::EntraFlag)));
    assert_eq!(click(&mut window, Role::Button, "New sample"), trial(Do::NewSample));
    assert_eq!(click(&mut window, Role::Button, "Run"), trial(Do::Run));
    click(&mut window, Role::TextInput, "Manager");
    window.get_by_role_and_label(Role::TextInput, "Manager").type_text("7");
    window.run_steps(2);
    let manager = Do::Value(format!("{EXTENSION}:manager"), "7".to_owned());
    assert!(window.state().actions.contains(&Action::Trial(manager)));
}

#[test]
fn the_exact_requests_can_be_read_before_a_run() {
    let mut window = window(Script::on(Environment::Sandbox), [1240.0, 832.0]);
    window.state_mut().carries_out = true;
    assert_eq!(click(&mut window, Role::DisclosureTriangle, "Create, waiting"), trial(Do::Toggle(StepName::Create)));
    assert!(shows(&window, Role::Code, "Create, body 1") && shows(&window, Role::Button, "Copy create, body 1"));
}

#[test]
fn the_button_runs_stops_and_runs_again() {
    let mut window = window(Script::on(Environment::Sandbox), [1240.0, 832.0]);
    window.state_mut().carries_out = true;
    click(&mut window, Role::Button, "Run");
    assert!(!shows(&window, Role::Button, "Run") && shows(&window, Role::DisclosureTriangle, "Connect, running"));
    assert_eq!(click(&mut window, Role::Button, "Stop"), trial(Do::Stop));
    assert!(shows(&window, Role::Button, "Stopping"));
    window.state_mut().script.run_ends(Some("7"), Vec::new());
    window.run_steps(2);
    assert!(shows(&window, Role::Button, "Run again") && shows(&window, Role::Label, "Stopped"));
    assert_eq!(click(&mut window, Role::Button, "Clean up"), trial(Do::CleanUp("7".to_owned())));
}

#[test]
fn a_mismatch_is_told_with_its_way_out() {
    let lines = vec![line("costCenter", Verdict::Match), line("organization", Verdict::Missing)];
    let mut script = started();
    script.run_ends(None, lines);
    let mut window = window(script, [1240.0, 832.0]);
    assert!(shows(&window, Role::Label, "Passed, 1 mismatch"));
    assert!(
        shows(&window, Role::DisclosureTriangle, "Read back, warning")
            && shows(&window, Role::Code, "Read back, Response")
    );
    assert!(shows(&window, Role::Row, "organization: sent Example Ltd, landed Empty, Dropped"));
    assert_eq!(click(&mut window, Role::Button, "Open mapping of organization"), [Action::Go(Screen::Mappings)]);
    let added = Action::Mappings(mappings::Do::Add(format!("{EXTENSION}:organization")));
    assert!(click(&mut window, Role::Button, "Map organization").contains(&added));
    assert_eq!(click(&mut window, Role::Tab, "cURL"), trial(Do::Show(Tab::Curl)));
    assert_eq!(click(&mut window, Role::Tab, "Next run"), trial(Do::ShowNext(true)));
    assert_eq!(click(&mut window, Role::Button, "Copy result for ticket"), trial(Do::CopyResult));
    let name = window.state().script.model.trial.user.get("userName").to_owned();
    let query = Action::Requests(requests::Do::SetQuery(format!("user:{name}")));
    assert_eq!(click(&mut window, Role::Button, "Show its requests"), [query]);
}

#[test]
fn copies_go_through_redaction() {
    let mut script = started();
    script.run_ends(None, Vec::new());
    script.do_it(Do::Toggle(StepName::Create));
    script.do_it(Do::Show(Tab::Curl));
    let mut window = window(script, [1240.0, 832.0]);
    let curl = click(&mut window, Role::Button, "Copy create, curl");
    assert!(matches!(curl.as_slice(), [Action::CopyExchange { as_curl: true, .. }]), "{curl:?}");
    let whole = click(&mut window, Role::Button, "Copy the whole exchange");
    assert!(matches!(whole.as_slice(), [Action::CopyExchange { as_curl: false, .. }]), "{whole:?}");
}

#[test]
fn every_exchange_of_a_step_can_be_read() {
    let mut script = started();
    let mut change = step(StepName::Connect, StepStatus::Failed);
    change.earlier = vec![step(StepName::Match, StepStatus::Passed).exchange.unwrap()];
    script.step_ends(change);
    let mut window = window(script, [1240.0, 832.0]);
    assert!(shows(&window, Role::RadioButton, "GET /Users/7, 500"));
    click(&mut window, Role::RadioButton, "GET /Users/7, 200");
    let chosen = window.get_by_role_and_label(Role::RadioButton, "GET /Users/7, 200");
    assert_eq!(chosen.accesskit_node().toggled(), Some(egui::accesskit::Toggled::True));
}

#[test]
fn production_needs_its_name_typed() {
    let mut script = Script::on(Environment::Production);
    script.act(Action::Unlock);
    script.do_it(Do::Run);
    let mut window = window(script, [1240.0, 832.0]);
    window.state_mut().carries_out = true;
    assert!(window.get_by_role_and_label(Role::Button, "Send 3 requests").accesskit_node().is_disabled());
    assert!(window.get_by_role_and_label(Role::TextInput, "Type Northwind to confirm").is_focused());
    window.get_by_role_and_label(Role::TextInput, "Type Northwind to confirm").type_text("Northwind");
    window.run_steps(3);
    assert!(click(&mut window, Role::Button, "Show the body, 3 lines, Create").is_empty());
    assert!(shows(&window, Role::Code, "Create, request 1"));
    assert_eq!(click(&mut window, Role::Button, "Send 3 requests"), trial(Do::Confirm));
    assert!(window.state().script.model.trial.is_running());
}

#[test]
fn staging_is_confirmed_and_can_be_cancelled() {
    let mut script = Script::on(Environment::Staging);
    script.do_it(Do::Run);
    let mut window = window(script, [972.0, 632.0]);
    assert!(!shows(&window, Role::TextInput, "Type Northwind to confirm"));
    assert_eq!(click(&mut window, Role::Button, "Cancel"), trial(Do::CloseConfirm));
    assert_eq!(click(&mut window, Role::Button, "Send 3 requests"), trial(Do::Confirm));
}

#[test]
fn locked_production_says_why_it_does_not_run() {
    let mut window = window(Script::on(Environment::Production), [972.0, 632.0]);
    assert!(window.get_by_role_and_label(Role::Button, "Run").accesskit_node().is_disabled());
    let reason = "Production is read-only. Unlock sending in the top bar to run.";
    assert!(shows(&window, Role::Label, reason));
    assert!(click(&mut window, Role::Button, "Run").is_empty());
}

#[test]
fn a_run_that_broke_off_says_so() {
    let mut script = started();
    script.run_breaks_off();
    let window = window(script, [972.0, 632.0]);
    assert!(
        shows(&window, Role::Label, "The run broke off: nothing to compare.") && shows(&window, Role::Label, "Failed")
    );
    assert!(shows(&window, Role::Button, "Run again"));
}

#[test]
fn addresses_are_readable_and_short() {
    for (url, short) in [
        ("https://t.example/scim/v2/Users/{id}", "/Users/{id}"),
        ("https://t.example/scim/v2/Users/c8e10000-0000-4000-8000-0000000040d7", "/Users/c8e10000-00…00000040d7"),
        ("https://t.example/v2/Users?filter=userName+eq+%22a%40b%22", "/Users?filter=userName eq \"a@b\""),
        ("nonsense", "nonsense"),
    ] {
        assert_eq!(short_path(url), short);
    }
    assert_eq!(readable("https://t.example/Users/%7Bid%7D"), "https://t.example/Users/{id}");
}
