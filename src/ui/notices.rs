//! What the console says for a moment: what was done, in the status bar, and what failed, over the screen, where all of it
//! can be read. It goes by itself.

use egui::{Align2, Area, Id, Order, Rect, Ui, vec2};

use super::{
    icon,
    theme::{Theme, Tone, space, text},
    widgets::{
        banner::{StripButton, strip_ui},
        button::Button,
        label_ui,
    },
};
use crate::app::{Action, Model};

/// What was done, in one line: what there is no room for shows when it is pointed at.
pub(super) fn said_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    for (index, notice) in model.notices.shown().iter().enumerate().filter(|(_, notice)| !notice.failed) {
        let undo = notice.undo.as_ref().map(|_| Button::link("Undo").small());
        let room = ui.available_width() - undo.as_ref().map_or(0.0, |undo| undo.width(ui) + space::S16);
        let said = label_ui(ui, text::LABEL.regular().cut(notice.text.as_str(), theme.t1, room));
        said.on_hover_text(notice.text.as_str());
        if undo.is_some_and(|undo| undo.show(ui).clicked()) {
            actions.push(Action::Undo(index));
        }
    }
}

/// What failed, at the foot of the screen.
pub(super) fn failed_ui(ui: &Ui, model: &Model, screen: Rect, actions: &mut Vec<Action>) {
    if !model.notices.shown().iter().any(|notice| notice.failed) {
        return;
    }
    let theme = Theme::of(ui);
    let foot = screen.left_bottom() + vec2(space::S12, -space::S12);
    let over = Area::new(Id::unique("what failed")).order(Order::Foreground).pivot(Align2::LEFT_BOTTOM);
    over.fixed_pos(foot).show(ui.ctx(), |ui| {
        let width = screen.width() - 2.0 * space::S12;
        ui.set_width(width);
        for (index, notice) in model.notices.shown().iter().enumerate().filter(|(_, notice)| notice.failed) {
            egui::Frame::new().fill(theme.popup).corner_radius(space::R_CONTROL).show(ui, |ui| {
                let close = StripButton { text: "Close", icon: icon::X, primary: false };
                if strip_ui(ui, Tone::Fail, &notice.text, Some(close), width) {
                    actions.push(Action::Dismiss(index));
                }
            });
        }
    });
}
