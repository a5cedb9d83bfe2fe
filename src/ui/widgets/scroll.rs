//! A pane that scrolls up and down. Whatever the keyboard comes to is brought into view, so that nothing is pressed unseen.

use egui::{ScrollArea, Ui};

/// Shows `content` in a pane of its own, which remembers its place by `salt`.
pub fn scroll_ui<R>(ui: &mut Ui, salt: &str, content: impl FnOnce(&mut Ui) -> R) -> R {
    let area = ScrollArea::vertical().id_salt(salt).auto_shrink(false);
    area.show(ui, |ui| {
        let done = content(ui);
        follow_focus(ui);
        done
    })
    .inner
}

/// Scrolls to the widget that has just got the focus, where it is one of this pane.
pub(super) fn follow_focus(ui: &Ui) {
    let focused = ui.memory(egui::Memory::focused).and_then(|id| ui.ctx().read_response(id));
    if let Some(response) = focused.filter(egui::Response::gained_focus)
        && response.layer_id == ui.layer_id()
        && ui.min_rect().contains_rect(response.rect)
    {
        ui.scroll_to_rect(response.rect.expand(8.0), None);
    }
}
