//! F6 takes the keyboard from panel to panel, Shift F6 back. A screen marks its panels while it draws them, in reading
//! order; nothing here draws.

use egui::{Context, Id, Key, Modifiers, Rect, Ui};

use super::shell::region;

fn id() -> Id {
    Id::unique("panels")
}

/// Forgets the panels of the last frame.
pub(super) fn begin(ctx: &Context) {
    ctx.data_mut(|data| data.insert_temp(id(), Vec::<Rect>::new()));
}

/// This part of the window is a panel.
pub(super) fn mark(ui: &Ui, rect: Rect) {
    ui.ctx().data_mut(|data| data.get_temp_mut_or_default::<Vec<Rect>>(id()).push(rect));
}

/// Draws a panel in its own rectangle, clipped to it.
pub(super) fn panel<R>(ui: &mut Ui, rect: Rect, draw: impl FnOnce(&mut Ui) -> R) -> R {
    mark(ui, rect);
    region(ui, rect, draw)
}

/// Moves the focus where F6 was pressed: to the first control of the next panel that has one.
pub(super) fn go(ui: &Ui) {
    let ctx = ui.ctx();
    let pressed = |modifiers| ctx.input_mut(|input| input.consume_key(modifiers, Key::F6));
    let back = pressed(Modifiers::SHIFT);
    if !back && !pressed(Modifiers::NONE) {
        return;
    }
    let panels: Vec<Rect> = ctx.data(|data| data.get_temp(id())).unwrap_or_default();
    let focused = ctx.memory(egui::Memory::focused);
    let controls: Vec<(Id, Rect)> = ctx.viewport(|viewport| {
        let widgets = viewport.prev_pass.widgets.get_layer(ui.layer_id());
        let usable = |widget: &&egui::WidgetRect| widget.enabled && widget.sense.is_focusable();
        widgets.filter(usable).map(|widget| (widget.id, widget.interact_rect)).collect()
    });
    let panel_of = |rect: Rect| panels.iter().position(|panel| panel.contains(rect.center()));
    let first_in = |panel: usize| controls.iter().find(|(_, rect)| panel_of(*rect) == Some(panel)).map(|(id, _)| *id);
    let here = controls.iter().find(|(id, _)| Some(*id) == focused).and_then(|(_, rect)| panel_of(*rect));
    let count = panels.len();
    let from = here.unwrap_or(if back { 0 } else { count.saturating_sub(1) });
    let order = (1..=count).map(|step| if back { (from + count - step) % count } else { (from + step) % count });
    if let Some(control) = order.filter_map(first_in).next() {
        ctx.memory_mut(|memory| memory.request_focus(control));
    }
}
