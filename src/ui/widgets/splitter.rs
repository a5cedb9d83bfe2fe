//! The line between two panes: drag it, move it with the arrow keys, double-click to reset. The caller keeps the size.

use std::ops::RangeInclusive;

use egui::{CursorIcon, EventFilter, Key, Modifiers, Rect, Role, Sense, Ui, WidgetInfo, vec2};

use super::paint::{hairline, ring};
use crate::ui::theme::{Theme, keyboard_leads};

/// Where the pane of adjustable size lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaneSide {
    /// Right of an upright line.
    Right,
    /// Left of an upright line.
    Left,
    /// Below a level line.
    Below,
}

/// The sizes a pane may have.
#[derive(Debug, Clone, PartialEq)]
pub struct PaneSizes {
    /// Smallest and largest, in points.
    pub range: RangeInclusive<f32>,
    /// What a double click gives back.
    pub usual: f32,
}

/// Shows the splitter over `line` (of any thickness, centred on the edge); true when `size` changed.
pub fn splitter_ui(ui: &mut Ui, name: &str, line: Rect, side: PaneSide, sizes: &PaneSizes, size: &mut f32) -> bool {
    let theme = Theme::of(ui);
    let level = side == PaneSide::Below;
    let grab = if level {
        Rect::from_center_size(line.center(), vec2(line.width(), 8.0))
    } else {
        Rect::from_center_size(line.center(), vec2(8.0, line.height()))
    };
    let id = ui.scope_id().with(name);
    let response = ui.interact(grab, id, Sense::click_and_drag());
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Splitter, true, name);
        info.value = Some(f64::from(*size));
        info
    });
    let before = *size;
    if response.dragged() {
        let delta = response.drag_delta();
        *size += match side {
            PaneSide::Right => -delta.x,
            PaneSide::Left => delta.x,
            PaneSide::Below => -delta.y,
        };
    }
    if response.double_clicked() {
        *size = sizes.usual;
    }
    if response.has_focus() {
        let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
        *size += keyed(ui, side);
    }
    *size = size.clamp(*sizes.range.start(), *sizes.range.end());

    let busy = response.hovered() || response.dragged();
    let painter = ui.painter();
    let center = line.center();
    if level {
        hairline(painter, egui::pos2(line.left(), center.y), egui::pos2(line.right(), center.y), theme.line);
    } else {
        hairline(painter, egui::pos2(center.x, line.top()), egui::pos2(center.x, line.bottom()), theme.line);
    }
    let grip = Rect::from_center_size(center, if level { vec2(28.0, 5.0) } else { vec2(5.0, 28.0) });
    painter.rect_filled(grip, 2.5, if busy { theme.t3 } else { theme.line2 });
    if busy {
        ui.ctx().set_cursor_icon(if level { CursorIcon::ResizeVertical } else { CursorIcon::ResizeHorizontal });
    }
    if response.has_focus() && keyboard_leads(ui.ctx()) {
        ring(painter, grip.expand(4.0), 4, theme.accent_line);
    }
    (*size - before).abs() > f32::EPSILON
}

fn keyed(ui: &Ui, side: PaneSide) -> f32 {
    const STEP: f32 = 16.0;
    let (grow, shrink) = match side {
        PaneSide::Right => (Key::ArrowLeft, Key::ArrowRight),
        PaneSide::Left => (Key::ArrowRight, Key::ArrowLeft),
        PaneSide::Below => (Key::ArrowUp, Key::ArrowDown),
    };
    ui.input_mut(|input| {
        let mut count = |key| input.count_and_consume_key(Modifiers::NONE, key);
        let (more, less) = (count(grow), count(shrink));
        #[allow(clippy::cast_precision_loss, reason = "key presses of one frame")]
        let steps = more as f32 - less as f32;
        steps * STEP
    })
}
