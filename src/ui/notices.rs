//! What the console says for a moment: what was done, in the status bar, and what failed, over the screen, where all of it
//! can be read. It goes by itself.

use egui::{Align2, Area, Frame, Id, Margin, Order, Rect, Ui};

use super::{
    icon,
    theme::{Theme, Tone, space, text},
    widgets::{
        banner::{StripButton, strip_ui},
        button::Button,
        hairline, label_ui,
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
    let over = Area::new(Id::unique("what failed")).order(Order::Foreground).pivot(Align2::LEFT_BOTTOM);
    over.fixed_pos(screen.left_bottom()).show(ui.ctx(), |ui| {
        // It stands on ground of its own: no half of a row shows around it.
        let ground = Frame::new().fill(theme.base).inner_margin(Margin::symmetric(12, 6));
        let shown = ground.show(ui, |ui| {
            let width = screen.width() - 2.0 * space::S12;
            ui.set_width(width);
            ui.spacing_mut().item_spacing.y = space::S6;
            for (index, notice) in model.notices.shown().iter().enumerate().filter(|(_, notice)| notice.failed) {
                let close = StripButton { text: "Close", icon: icon::X, primary: false };
                if strip_ui(ui, Tone::Fail, &notice.text, Some(close), width) {
                    actions.push(Action::Dismiss(index));
                }
            }
        });
        let edge = shown.response.rect;
        hairline(ui.painter(), edge.left_top(), edge.right_top(), theme.line);
    });
}

#[cfg(test)]
mod tests {
    use egui::{UiBuilder, accesskit::Role};

    use super::*;
    use crate::{
        app::mappings::stage::Stage,
        domain::{
            failure::{Failure, FailureKind},
            profile::Environment,
        },
        ui::stage,
    };

    #[test]
    fn what_failed_is_read_whole_and_closed_and_what_was_done_stays() {
        let mut script = Stage::begun(Environment::Production, &[]);
        let (long, now) = ("Saved as /home/somebody/a folder/".repeat(12), script.model.now);
        let failure =
            Failure::new(FailureKind::FileUnreadable, "No file dialog could be opened", "It is none.", "Drop it.");
        script.model.notices.say(now, long.as_str());
        script.model.notices.report(now, &failure);
        let mut window = stage::live_window(script, [1024.0, 700.0], |ui, model, actions| {
            let screen = ui.max_rect();
            let bar = screen.with_min_y(screen.bottom() - space::STATUS_BAR);
            let layout = egui::Layout::left_to_right(egui::Align::Center);
            ui.scope_builder(UiBuilder::new().max_rect(bar).layout(layout), |ui| {
                said_ui(ui, model, actions);
                assert!(ui.min_rect().right() <= bar.right(), "it is cut where the bar ends");
            });
            failed_ui(ui, model, screen.with_max_y(bar.top()), actions);
        });
        assert!(stage::shows(&window, Role::Label, &failure.to_string()));
        assert_eq!(stage::click(&mut window, Role::Button, "Close"), [Action::Dismiss(1)]);
        assert!(!stage::shows(&window, Role::Label, &failure.to_string()));
        assert!(stage::shows(&window, Role::Label, &long), "its name is not cut");
    }
}
