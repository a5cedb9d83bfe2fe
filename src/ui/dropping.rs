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
    let is_modal = shell::is_modal(model);
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
        nothing_ui(ui, card, Some(icon::FILE_ARROW_UP), &said);
    });
}
