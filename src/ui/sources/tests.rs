//! The screen found by name, as a screen reader finds it, in each of its states and at the smallest window.

use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use super::{View, connect_ui, sources_ui};
use crate::{
    app::{
        Action,
        sources::{
            Do, Visit,
            tests::{Window as Script, connected, looked},
        },
    },
    ui::stage::{self, click, live_window, shows},
};

fn window(script: Script, size: [f32; 2]) -> stage::Window<Script> {
    let mut view = View::default();
    live_window(script, size, move |ui, model, actions| {
        sources_ui(ui, model, actions);
        connect_ui(ui, model, &mut view, actions);
    })
}

#[test]
fn a_log_is_connected_by_name_at_every_size() {
    for size in [[1240.0, 832.0], [972.0, 632.0]] {
        let mut window = window(looked(), size);
        for name in ["Show what came from: Tenant", "Connect a log…", "Import a log…"] {
            assert!(shows(&window, Role::Button, name), "{name} at {size:?}");
        }
        click(&mut window, Role::Button, "Connect a log…");
        click(&mut window, Role::Button, "Save and read");
        let problem = "Type the directory’s tenant id; the Entra admin centre shows it.";
        assert!(window.query_all_by_label_contains(problem).next().is_some(), "at {size:?}");
        window.get_by_role_and_label(Role::RadioButton, "Okta System Log").click();
        window.run_steps(4);
        assert!(shows(&window, Role::TextInput, "Org address"), "at {size:?}");
        assert!(!shows(&window, Role::TextInput, "Client id"), "at {size:?}");
    }
}

#[test]
fn a_connected_log_is_stopped_read_and_taken_off() {
    let (script, reading) = connected();
    let mut window = window(script, [972.0, 632.0]);
    assert!(window.query_all_by_label_contains("Asking for what is new").next().is_some());
    click(&mut window, Role::Button, "Stop reading the directory’s log");
    window.state_mut().script.answer(reading, crate::app::sources::tests::synced(1));
    window.run_steps(4);
    assert_eq!(window.state().script.model.sources.last, Some(Visit::Done { added: 1 }));
    assert!(window.query_all_by_label_contains("1 new record.").next().is_some());
    window.state_mut().actions.clear();
    for name in ["Read now", "Follow", "Edit the directory’s log…", "Take off"] {
        assert!(shows(&window, Role::Button, name), "{name}");
    }
    click(&mut window, Role::Button, "Take off");
    assert_eq!(window.state().actions, [Action::Sources(Do::TakeOff)]);
}

#[test]
fn a_practice_tenant_that_was_stopped_is_started_from_here() {
    let mut window = stage::window(crate::app::sandbox::tests::stopped(), [972.0, 632.0], |ui, model, actions| {
        sources_ui(ui, model, actions);
    });
    assert_eq!(click(&mut window, Role::Button, "Start the sandbox"), [Action::StartSandbox]);
}
