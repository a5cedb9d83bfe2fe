//! Facets: the commonest values of a column with their counts. A click filters by one, with Shift filters it out.

use egui::{Color32, CornerRadius, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::paint::{Align, focus_ring, label_ui, text_at};
use crate::ui::icon::Icon;
use crate::ui::theme::{Theme, space, text};

/// What the user asked of a facet value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FacetEvent {
    /// Only these.
    Only,
    /// All but these.
    Without,
}

/// The title over a column of facets.
pub fn facet_title_ui(ui: &mut Ui, title: &str) {
    let color = Theme::of(ui).t2;
    label_ui(ui, text::LABEL.regular().job(title, color));
}

/// One value over the width there is, with its icon where it judges.
pub fn facet_ui(ui: &mut Ui, icon: Option<(Icon, Color32)>, value: &str, count: &str) -> Option<FacetEvent> {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), space::FACET_ROW), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), format!("{value}, {count}")));
    if response.hovered() {
        ui.painter().rect_filled(rect.expand2(vec2(4.0, 0.0)), CornerRadius::same(space::R_TAG), theme.hover);
    }
    let mut room = rect;
    let number = text_at(ui.painter(), rect, Align::Right, text::MONO_SM.job(count, theme.t2));
    room.max.x = number.left() - space::S6;
    if let Some((icon, ink)) = icon {
        icon.paint(ui.painter(), pos2(rect.left() + 7.0, rect.center().y), space::ICON_CELL, ink);
        room.min.x += 18.0;
    }
    text_at(ui.painter(), room, Align::Left, text::SMALL.cut(value, theme.t1, room.width()));
    focus_ring(ui, &response, rect.expand2(vec2(4.0, 0.0)), space::R_TAG);
    let shift = ui.input(|input| input.modifiers.shift);
    let response = response.on_hover_text("Click to see only these, Shift-click to leave them out");
    response.clicked().then_some(if shift { FacetEvent::Without } else { FacetEvent::Only })
}
