//! The coverage found by name and worked by pointer and key, in each state and at the smallest window.

use egui::{Key, accesskit::Role};
use egui_kittest::kittest::Queryable as _;
use serde_json::json;

use super::{
    super::{View, mappings_ui},
    table::folded,
};
use crate::{
    app::{
        Action,
        mappings::{
            Do, Tab,
            coverage::Do as Cover,
            stage::{Stage, row},
        },
        requests,
    },
    domain::{
        attribute::ENTERPRISE_USER,
        coverage::{Received, Standing, tests::request},
        failure::{Failure, FailureKind},
        profile::Environment,
    },
    ui::stage::{self, click, live_window, shows},
};

type Window = stage::Window<Stage>;

fn window(script: Stage, size: [f32; 2]) -> Window {
    let mut view = View::default();
    live_window(script, size, move |ui, model, actions| mappings_ui(ui, model, &mut view, actions))
}

fn open() -> Stage {
    let mut stage = Stage::begun(Environment::Staging, &[row("costCenter", "costcentre")]);
    stage.act_here(Do::Show(Tab::Coverage));
    stage
}

fn counted() -> Stage {
    let mut stage = open();
    let mut received = Received::default();
    received.add(&request(2, json!({"nickName": "Jojo", ENTERPRISE_USER: {"costcenter": "CC1"}})));
    stage.counted(Ok(received));
    stage
}

#[test]
fn every_control_has_a_name_at_both_sizes() {
    for size in [[1240.0, 832.0], [972.0, 632.0]] {
        let window = window(counted(), size);
        for name in ["Which requests are counted", "Which attributes show"] {
            assert!(shows(&window, Role::ComboBox, name), "{name} at {size:?}");
        }
        for name in ["Copy table", "Count again"] {
            assert!(shows(&window, Role::Button, name), "{name} at {size:?}");
        }
        for name in ["Tenant’s mappings", "This draft"] {
            assert!(shows(&window, Role::RadioButton, name), "{name} at {size:?}");
        }
        assert!(shows(&window, Role::Grid, "Coverage"));
    }
}

#[test]
fn the_keyboard_chooses_an_attribute_and_its_verbs_lead_on() {
    let mut window = window(counted(), [1240.0, 832.0]);
    window.key_press(Key::ArrowDown);
    window.run_steps(4);
    assert_eq!(window.state().actions, [Action::Mappings(Do::Coverage(Cover::Select(0)))]);
    assert!(shows(&window, Role::Label, Standing::Unmapped.label()), "it opens beside the table");
    click(&mut window, Role::Button, "Show its requests");
    let query = "attr:urn:ietf:params:scim:schemas:core:2.0:User:nickName";
    let sets = |action: &Action| match action {
        Action::Requests(requests::Do::SetQuery(text)) => Some(text.replace('"', "")),
        _ => None,
    };
    assert_eq!(window.state().actions.iter().find_map(sets).as_deref(), Some(query));
    click(&mut window, Role::Button, "Map it");
    assert_eq!(window.state().script.model.mappings.tab, Tab::Form);
    assert!(window.state().script.model.mappings.rows().iter().any(|row| row.attribute.ends_with(":nickName")));
}

#[test]
fn loading_empty_and_failed_are_three_things() {
    let counting = window(open(), [1240.0, 832.0]);
    assert!(shows(&counting, Role::ProgressIndicator, "Counting what was received"));
    let mut stage = open();
    stage.counted(Ok(Received::default()));
    let empty = window(stage, [1240.0, 832.0]);
    assert!(empty.query_by_label("No create or update in this span").is_some());
    assert!(shows(&empty, Role::Button, "Send a test provision"));
    let mut stage = open();
    let failure = Failure::new(FailureKind::DatabaseBusy, "The journal is busy", "Nothing was counted.", "Try again.");
    stage.counted(Err(failure));
    let mut failed = window(stage, [1240.0, 832.0]);
    let again: Vec<_> = failed.query_all_by_role_and_label(Role::Button, "Count again").collect();
    assert_eq!(again.len(), 2, "in the bar and under the failure");
    drop(again);
    failed.run_steps(1);
}

#[test]
fn only_a_schema_that_is_right_to_the_letter_is_folded() {
    for (name, wanted) in [
        (format!("{ENTERPRISE_USER}:costCenter"), "enterprise:costCenter"),
        (format!("{ENTERPRISE_USER}.division"), "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User.division"),
        (format!("{ENTERPRISE_USER}s:x"), "urn:ietf:params:scim:schemas:extension:enterprise:2.0:Users:x"),
        ("urn:ietf:params:scim:schemas:core:2.0:User:title".to_owned(), "core:title"),
        ("urn:example:hr:1.0:User:team".to_owned(), "urn:example:hr:1.0:User:team"),
    ] {
        assert_eq!(folded(&name), wanted);
    }
}
