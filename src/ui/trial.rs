//! temp
use crate::app::{Action, Model};
#[derive(Default)]
pub(super) struct View;
pub(super) fn trial_ui(_ui: &mut egui::Ui, _model: &Model, _view: &mut View, _actions: &mut Vec<Action>) {}
