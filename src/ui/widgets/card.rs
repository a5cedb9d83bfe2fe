//! Cards: an outlined box for a finding or a figure, and the action card of the empty state.

use egui::{CornerRadius, Frame, InnerResponse, Margin, Response, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::key_cap::paint_key_cap;
use super::paint::{Align, focus_ring, outlined, text_at};
use crate::ui::icon::Icon;
use crate::ui::theme::{Theme, space, text};

/// An outlined box over the width there is.
pub fn card_ui<R>(ui: &mut Ui, strong: bool, padding: i8, content: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
    let theme = Theme::of(ui);
    let (fill, line) = if strong { (theme.raised, theme.line2) } else { (theme.base, theme.line) };
    Frame::new()
        .fill(fill)
        .stroke(Stroke::new(1.0, line))
        .corner_radius(CornerRadius::same(space::R_CARD))
        .inner_margin(Margin::same(padding))
        .show(ui, content)
}

/// A wide button with an icon, a title, one line of what it does and the key that does the same.
pub fn action_card_ui(
    ui: &mut Ui,
    icon: Icon,
    (title, detail): (&str, &str),
    keys: Option<&str>,
    suggested: bool,
) -> Response {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 64.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), title));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(detail));
    let (fill, line) = match (suggested, response.hovered()) {
        (true, _) => (theme.sel, theme.accent_line),
        (false, true) => (theme.hover, theme.line2),
        (false, false) => (theme.raised, theme.line2),
    };
    outlined(ui.painter(), rect, space::R_CARD, fill, line);
    let ink = if suggested { theme.accent } else { theme.t2 };
    icon.paint(ui.painter(), pos2(rect.left() + 28.0, rect.center().y), 20.0, ink);
    let mut room =
        egui::Rect::from_min_max(pos2(rect.left() + 53.0, rect.top()), pos2(rect.right() - 16.0, rect.bottom()));
    if let Some(keys) = keys {
        room.max.x = paint_key_cap(ui.painter(), theme, room.right_center(), keys).left() - space::S12;
    }
    let (upper, lower) = (room.center().y - 16.0, room.center().y);
    let line = |top: f32| egui::Rect::from_min_size(pos2(room.left(), top), vec2(room.width(), 16.0));
    text_at(ui.painter(), line(upper), Align::Left, text::HEADING.cut(title, theme.t1, room.width()));
    text_at(ui.painter(), line(lower + 1.0), Align::Left, text::SMALL.cut(detail, theme.t2, room.width()));
    focus_ring(ui, &response, rect, space::R_CARD);
    response
}
