//! The switch: on or off, at once.

use egui::{CornerRadius, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::button::explain;
use super::paint::focus_ring;
use crate::ui::theme::Theme;

/// Shows a switch named `name`; a click asks for the other state. Disabled while there is a reason.
pub fn switch_ui(ui: &mut Ui, on: bool, name: &str, blocked: Option<&str>) -> Response {
    let sense = if blocked.is_some() { Sense::hover() } else { Sense::click() };
    let (rect, response) = ui.allocate_exact_size(vec2(28.0, 16.0), sense);
    response.widget_info(|| WidgetInfo::selected(Role::Switch, blocked.is_none(), on, name));
    let theme = Theme::of(ui);
    let (fill, knob) = match (on, blocked) {
        (true, None) => (theme.accent_fill, theme.accent_on),
        (true, Some(_)) => (theme.sel, theme.t3),
        (false, None) => (theme.line2, theme.accent_on),
        (false, Some(_)) => (theme.hover, theme.t3),
    };
    ui.painter().rect_filled(rect, CornerRadius::same(8), fill);
    let x = if on { rect.right() - 8.0 } else { rect.left() + 8.0 };
    ui.painter().circle_filled(pos2(x, rect.center().y), 6.0, knob);
    focus_ring(ui, &response, rect.expand(3.0), 10);
    match blocked {
        Some(reason) => response.on_hover_text(reason),
        None => explain(response, None, None),
    }
}
