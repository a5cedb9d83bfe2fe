//! What stands at the right end of a row, drawn from left to right: Tab and a screen reader go the way the eye goes. A layout
//! from the right would lead them backwards.

use egui::{Align, Id, Layout, Rect, Ui, UiBuilder, pos2};

/// Draws `add` at the right end of the room that is left, in one row. How wide it is, is known from the pass before; where it
/// was another width, the pass is done anew before anybody sees it.
pub fn at_end_ui<R>(ui: &mut Ui, name: &str, add: impl FnOnce(&mut Ui) -> R) -> R {
    let room = ui.available_rect_before_wrap();
    let id = of(ui, name);
    let known = width_at_end(ui, name);
    let rect = Rect::from_min_max(pos2(room.right() - known, room.top()), room.max);
    let builder = UiBuilder::new().max_rect(rect).layout(Layout::left_to_right(Align::Center));
    let mut end = ui.new_child(builder);
    let done = add(&mut end);
    let used = end.min_rect().width();
    if (used - known).abs() > 0.5 {
        ui.data_mut(|data| data.insert_temp(id, used));
        ui.ctx().request_discard("what stands at the end of a row takes another width");
    }
    ui.advance_cursor_after_rect(end.min_rect());
    done
}

/// How wide that is, for whatever stands before it.
pub fn width_at_end(ui: &Ui, name: &str) -> f32 {
    ui.data(|data| data.get_temp(of(ui, name))).unwrap_or_default()
}

fn of(ui: &Ui, name: &str) -> Id {
    ui.scope_id().with(("at the end of", name))
}
