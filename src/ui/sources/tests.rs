//! The screen found by name, as a screen reader finds it, in each of its states and at the smallest window.

use egui::{accesskit::Role, vec2};
use egui_kittest::{Harness, kittest::Queryable as _};

use super::{View, connect_ui, sources_ui};
use crate::{
    app::{
        Action,
        sources::{
            Do, Visit,
            tests::{Window as Script, connected, looked},
        },
    },
    ui,
};

struct Stage {
    script: Script,
    view: View,
    actions: Vec<Action>,
}

type Window = Harness<'static, Stage>;

fn window(script: Script, size: [f32; 2]) -> Window {
    let mut installed = false;
    let stage = Stage { script, view: View::default(), actions: Vec::new() };
    let mut window = Harness::builder().with_size(vec2(size[0], size[1])).with_max_steps(16).build_ui_state(
        move |ui, stage: &mut Stage| {
            if !installed {
                ui::install(ui.ctx());
                installed = true;
                ui.ctx().request_repaint();
                return;
            }
            let mut actions = Vec::new();
            sources_ui(ui, &stage.script.model, &mut actions);
            connect_ui(ui, &stage.script.model, &mut stage.view, &mut actions);
            for action in &actions {
                stage.script.act(action.clone());
            }
            stage.actions.extend(actions);
        },
        stage,
    );
    window.run_steps(4);
    window
}

fn click(window: &mut Window, name: &str) {
    window.get_by_role_and_label(Role::Button, name).click();
    window.run_steps(4);
}

fn shows(window: &Window, role: Role, name: &str) -> bool {
    window.query_all_by_role_and_label(role, name).next().is_some()
}

#[test]
fn a_log_is_connected_by_name_at_every_size() {
    for size in [[1240.0, 832.0], [972.0, 632.0]] {
        let mut window = window(looked(), size);
        for name in ["Show what came from: Tenant", "Connect a log…", "Import a log…"] {
            assert!(shows(&window, Role::Button, name), "{name} at {size:?}");
        }
        click(&mut window, "Connect a log…");
        click(&mut window, "Save and read");
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
    click(&mut window, "Stop reading the directory’s log");
    window.state_mut().script.answer(reading, crate::app::sources::tests::synced(1));
    window.run_steps(4);
    assert_eq!(window.state().script.model.sources.last, Some(Visit::Done { added: 1 }));
    assert!(window.query_all_by_label_contains("1 new record.").next().is_some());
    window.state_mut().actions.clear();
    for name in ["Read now", "Follow", "Edit the directory’s log…", "Take off"] {
        assert!(shows(&window, Role::Button, name), "{name}");
    }
    click(&mut window, "Take off");
    assert_eq!(window.state().actions, [Action::Sources(Do::TakeOff)]);
}
