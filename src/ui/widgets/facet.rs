//! Facets: the commonest values of a column with their counts. A click filters by one, with Shift filters it out.

use egui::{Color32, CornerRadius, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::paint::{Align, fitted, focus_ring, galley_at, label_ui, text_at};
use crate::ui::icon::{CARET_DOWN, CHECK, Icon};
use crate::ui::theme::{Theme, space, text};

/// Height of a title.
const TITLE: f32 = 16.0;
/// Room of the caret behind an opener's words.
const CARET: f32 = 14.0;
/// What a click does to a value that the list is filtered by.
const APPLIED: &str = "The list is filtered by this. Click to take the filter away";

/// What the user asked of a facet value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FacetEvent {
    /// Only these.
    Only,
    /// All but these.
    Without,
    /// No longer only these.
    Drop,
}

/// The title over a column of facets.
pub fn facet_title_ui(ui: &mut Ui, title: &str) {
    let color = Theme::of(ui).t2;
    label_ui(ui, text::LABEL.regular().job(title, color));
}

/// The title, and at its right end what opens a menu of the values that have no room: "12 more".
pub fn facet_opener_ui(ui: &mut Ui, title: &str, words: &str) -> Response {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), TITLE), Sense::hover());
    let words_job = text::LABEL.regular().job(words, Color32::PLACEHOLDER);
    let galley = ui.painter().layout_job(words_job);
    let place = rect.with_min_x(rect.right() - galley.size().x - CARET);
    let response = ui.interact(place, ui.scope_id().with((title, "more")), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{words}: {title}")));
    let ink = if response.hovered() { theme.t1 } else { theme.accent };
    let words = galley_at(ui.painter(), place, Align::Left, galley, ink);
    CARET_DOWN.paint(ui.painter(), pos2(words.right() + CARET / 2.0 + 1.0, place.center().y), space::ICON_TAG, ink);
    focus_ring(ui, &response, place.expand(2.0), space::R_TAG);
    let room = rect.with_max_x(place.left() - space::S4);
    text_at(ui.painter(), room, Align::Left, text::LABEL.regular().cut(title, theme.t2, room.width()));
    response
}

/// One value over the width there is, with its icon where it judges; one that the list is filtered by is ticked.
pub fn facet_ui(
    ui: &mut Ui,
    icon: Option<(Icon, Color32)>,
    value: &str,
    count: &str,
    applied: bool,
) -> Option<FacetEvent> {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), space::FACET_ROW), Sense::click());
    let words = || format!("{value}, {count}");
    response.widget_info(|| match applied {
        true => WidgetInfo::selected(Role::Button, ui.is_enabled(), true, words()),
        false => WidgetInfo::labeled(Role::Button, ui.is_enabled(), words()),
    });
    let ground = if applied { Some(theme.sel) } else { response.hovered().then_some(theme.hover) };
    if let Some(ground) = ground {
        ui.painter().rect_filled(rect.expand2(vec2(4.0, 0.0)), CornerRadius::same(space::R_TAG), ground);
    }
    let mut room = rect;
    if applied {
        CHECK.paint(ui.painter(), pos2(rect.left() + 7.0, rect.center().y), space::ICON_TAG, theme.accent);
        room.min.x += 18.0;
    }
    let number = text_at(ui.painter(), rect, Align::Right, text::MONO_SM.job(count, theme.t2));
    room.max.x = number.left() - space::S6;
    if let Some((icon, ink)) = icon.filter(|_| !applied) {
        icon.paint(ui.painter(), pos2(rect.left() + 7.0, rect.center().y), space::ICON_CELL, ink);
        room.min.x += 18.0;
    }
    let words = fitted(ui.painter(), text::SMALL, value, theme.t1, room.width());
    galley_at(ui.painter(), room, Align::Left, words, theme.t1);
    focus_ring(ui, &response, rect.expand2(vec2(4.0, 0.0)), space::R_TAG);
    let shift = ui.input(|input| input.modifiers.shift);
    let hint = if applied { APPLIED } else { "Click to see only these, Shift-click to leave them out" };
    let response = response.on_hover_text(format!("{value}\n{hint}"));
    if applied {
        return response.clicked().then_some(FacetEvent::Drop);
    }
    response.clicked().then_some(if shift { FacetEvent::Without } else { FacetEvent::Only })
}
