//! A screen in a window without a display, for tests: drawn from its model, worked by name as a screen reader does, with
//! every action noted. Whether actions are carried out is the test's choice.

use egui::{Ui, accesskit::Role, vec2};
use egui_kittest::{Harness, kittest::Queryable as _};

use crate::app::{self, Action, Model};

/// A model that a test leads.
pub(super) trait Scripted: 'static {
    /// What is drawn.
    fn model(&self) -> &Model;
    /// Carries an action out.
    fn carry_out(&mut self, action: Action);
}

impl Scripted for app::sandbox::tests::Window {
    fn model(&self) -> &Model {
        &self.model
    }

    fn carry_out(&mut self, action: Action) {
        self.act(action);
    }
}

impl Scripted for app::mappings::stage::Stage {
    fn model(&self) -> &Model {
        &self.model
    }

    fn carry_out(&mut self, action: Action) {
        self.act(action);
    }
}

impl Scripted for app::trial::tests::Script {
    fn model(&self) -> &Model {
        &self.model
    }

    fn carry_out(&mut self, action: Action) {
        self.act(action);
    }
}

/// What is behind the window.
pub(super) struct Stage<S> {
    pub(super) script: S,
    pub(super) actions: Vec<Action>,
    pub(super) carries_out: bool,
}

pub(super) type Window<S> = Harness<'static, Stage<S>>;

/// A window of this size that only notes actions.
pub(super) fn window<S: Scripted>(
    script: S,
    size: [f32; 2],
    mut draw: impl FnMut(&mut Ui, &Model, &mut Vec<Action>) + 'static,
) -> Window<S> {
    let mut installed = false;
    let show = move |ui: &mut Ui, stage: &mut Stage<S>| {
        if !installed {
            super::install(ui.ctx());
            installed = true;
            ui.ctx().request_repaint();
            return;
        }
        let mut actions = Vec::new();
        draw(ui, stage.script.model(), &mut actions);
        if stage.carries_out && !actions.is_empty() {
            actions.iter().cloned().for_each(|action| stage.script.carry_out(action));
            ui.ctx().request_repaint();
        }
        stage.actions.extend(actions);
    };
    let stage = Stage { script, actions: Vec::new(), carries_out: false };
    let mut window =
        Harness::builder().with_size(vec2(size[0], size[1])).with_max_steps(16).build_ui_state(show, stage);
    window.run_steps(4);
    window
}

/// The same, and what is done in it happens.
pub(super) fn live_window<S: Scripted>(
    script: S,
    size: [f32; 2],
    draw: impl FnMut(&mut Ui, &Model, &mut Vec<Action>) + 'static,
) -> Window<S> {
    let mut window = window(script, size, draw);
    window.state_mut().carries_out = true;
    window
}

/// Presses something, and what comes of it. What is below the fold is scrolled to first, as a person does.
pub(super) fn click<S: Scripted>(window: &mut Window<S>, role: Role, name: &str) -> Vec<Action> {
    window.get_by_role_and_label(role, name).scroll_to_me();
    window.run_steps(3);
    window.state_mut().actions.clear();
    window.get_by_role_and_label(role, name).click();
    window.run_steps(4);
    window.state().actions.clone()
}

/// Whether something is on screen.
pub(super) fn shows<S: Scripted>(window: &Window<S>, role: Role, name: &str) -> bool {
    window.query_all_by_role_and_label(role, name).next().is_some()
}
