//! Files over the window: while they hang there it says where they would go, and let go they go there. A dialog that is
//! open comes first: nothing is imported behind it.

use egui::{Area, Id, Order, Rect, Stroke, StrokeKind, Ui, vec2};

use super::{
    icon, shell,
    theme::{Theme, space},
    widgets::empty::nothing_ui,
};
use crate::app::{Action, Model};

const WIDTH: f32 = 420.0;
const HEIGHT: f32 = 96.0;

/// Draws it, while files hang over the window.
pub(super) fn dropping_ui(ui: &Ui, model: &Model, actions: &mut Vec<Action>) {
    let (hang, dropped): (bool, Vec<_>) = ui.ctx().input(|input| {
        let raw = &input.raw;
        (!raw.hovered_files.is_empty(), raw.dropped_files.iter().map(|file| file.path().to_owned()).collect())
    });
    let is_modal = shell::is_modal(ui);
    if !dropped.is_empty() && !is_modal {
        actions.push(Action::Import(dropped));
    }
    if !hang {
        return;
    }
    let said = if is_modal {
        "Close the dialog first, then drop".to_owned()
    } else {
        format!("Drop to import into {}", model.tenant_name())
    };
    let theme = Theme::of(ui);
    let whole = ui.ctx().content_rect();
    let over = Area::new(Id::unique("files over the window")).order(Order::Tooltip).interactable(false);
    over.fixed_pos(whole.min).show(ui.ctx(), |ui| {
        let card = Rect::from_center_size(whole.center(), vec2(whole.width().min(WIDTH), HEIGHT));
        ui.painter().rect_filled(whole, 0.0, theme.scrim);
        ui.painter().rect(card, space::R_DIALOG, theme.popup, Stroke::new(2.0, theme.accent), StrokeKind::Inside);
        nothing_ui(ui, card, Some(icon::DOWNLOAD_SIMPLE), &said);
    });
}

#[cfg(test)]
mod tests {
    use std::{path::Path, sync::Arc};

    use egui::{DroppedFile, HoveredFile, accesskit::Role};

    use super::*;
    use crate::{
        app::{forgetting::Do, mappings::stage::Stage},
        domain::profile::Environment,
        ui::{forgetting, stage},
    };

    const FIRST: &str = "Close the dialog first, then drop";

    #[derive(Debug)]
    struct Log;

    impl DroppedFile for Log {
        fn path(&self) -> &Path {
            Path::new("/logs/entra.json")
        }

        fn bytes(&self) -> Result<Vec<u8>, String> {
            Err("it is read in the engine".to_owned())
        }
    }

    fn window(asks: bool) -> stage::Window<Stage> {
        let mut script = Stage::begun(Environment::Production, &[]);
        if asks {
            script.act(Action::Forgetting(Do::Open(None)));
        }
        stage::window(script, [1024.0, 700.0], |ui, model, actions| {
            forgetting::forgetting_ui(ui, model, actions);
            dropping_ui(ui, model, actions);
        })
    }

    fn into(window: &stage::Window<Stage>) -> String {
        format!("Drop to import into {}", window.state().script.model.tenant_name())
    }

    fn drop_a_log(window: &mut stage::Window<Stage>) -> Vec<Action> {
        window.state_mut().actions.clear();
        window.input_mut().dropped_files.push(Arc::new(Log));
        window.run_steps(3);
        window.state().actions.clone()
    }

    #[test]
    fn files_are_told_where_they_would_go_and_go_there_once() {
        let mut window = window(false);
        let into = into(&window);
        assert!(!stage::shows(&window, Role::Label, &into));
        window.input_mut().hovered_files.push(HoveredFile::default());
        window.run_steps(2);
        assert!(stage::shows(&window, Role::Label, &into));
        window.input_mut().hovered_files.clear();
        assert_eq!(drop_a_log(&mut window), [Action::Import(vec!["/logs/entra.json".into()])]);
        assert!(!stage::shows(&window, Role::Label, &into));
    }

    #[test]
    fn nothing_is_imported_behind_a_dialog() {
        let mut window = window(true);
        let into = into(&window);
        window.input_mut().hovered_files.push(HoveredFile::default());
        window.run_steps(2);
        assert!(stage::shows(&window, Role::Label, FIRST) && !stage::shows(&window, Role::Label, &into));
        assert_eq!(drop_a_log(&mut window), []);
    }
}
