//! Checkboxes, radio buttons and the choice cards of a conflict.

use egui::{Color32, CornerRadius, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::paint::{Align, focus_ring, galley_at, ink, outlined};
use crate::ui::icon::{self, Weight};
use crate::ui::theme::{Theme, space, text};

/// A checkbox with its words; a click asks for the other state.
pub fn checkbox_ui(ui: &mut Ui, on: bool, words: &str) -> Response {
    let response = row(ui, words, 14.0);
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, ui.is_enabled(), on, words));
    let theme = Theme::of(ui);
    let rect = Rect::from_center_size(pos2(response.rect.left() + 7.0, response.rect.center().y), vec2(14.0, 14.0));
    if on {
        let fill = if ui.is_enabled() { theme.accent_fill } else { theme.hover };
        ui.painter().rect_filled(rect, CornerRadius::same(space::R_TAG), fill);
        let tick = ink(ui, ui.is_enabled(), theme.accent_on);
        icon::CHECK.paint_weight(ui.painter(), rect.center(), 10.0, tick, Weight::Bold);
    } else {
        outlined(
            ui.painter(),
            rect,
            space::R_TAG,
            theme.input,
            if response.hovered() { theme.t3 } else { theme.line2 },
        );
    }
    focus_ring(ui, &response, rect.expand(3.0), space::R_CONTROL);
    response
}

/// A radio button with its words; a click asks for it.
pub fn radio_ui(ui: &mut Ui, on: bool, words: &str) -> Response {
    let response = row(ui, words, 14.0);
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, ui.is_enabled(), on, words));
    let centre = pos2(response.rect.left() + 7.0, response.rect.center().y);
    paint_radio(ui, &response, centre, on);
    focus_ring(ui, &response, Rect::from_center_size(centre, vec2(20.0, 20.0)), 10);
    response
}

/// A card with a radio button, a title and one line of consequence. In `title`, `` `names` `` stand in mono.
pub fn choice_card_ui(ui: &mut Ui, on: bool, width: f32, title: &str, detail: &str) -> Response {
    let theme = Theme::of(ui);
    let inner = width - 33.0 - space::S12;
    let title_text = ui.painter().layout_job(text::SMALL.semi().prose(title, theme.t1, theme.t1, inner));
    let detail_text = ui.painter().layout_job(text::SMALL.wrapped(detail, theme.t2, inner));
    let height = title_text.size().y + detail_text.size().y + 18.0;
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::click());
    let name = title.replace('`', "");
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, ui.is_enabled(), on, &name));
    let fill = match (on, response.hovered()) {
        (true, _) => theme.sel,
        (false, true) => theme.hover,
        (false, false) => theme.raised,
    };
    outlined(ui.painter(), rect, space::R_CONTROL, fill, if on { theme.accent_line } else { theme.line2 });
    paint_radio(ui, &response, pos2(rect.left() + 17.0, rect.top() + 17.0), on);
    ui.painter().galley(pos2(rect.left() + 33.0, rect.top() + 9.0), title_text.clone(), theme.t1);
    ui.painter().galley(pos2(rect.left() + 33.0, rect.top() + 9.0 + title_text.size().y), detail_text, theme.t2);
    focus_ring(ui, &response, rect, space::R_CONTROL);
    response
}

fn row(ui: &mut Ui, words: &str, mark: f32) -> Response {
    let theme = Theme::of(ui);
    let color = ink(ui, ui.is_enabled(), theme.t1);
    let galley = ui.painter().layout_job(text::SMALL.job(words, color));
    let size = vec2(mark + space::S8 + galley.size().x, space::CONTROL_SMALL);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let words = Rect::from_min_max(pos2(rect.left() + mark + space::S8, rect.top()), rect.max);
    galley_at(ui.painter(), words, Align::Left, galley, theme.t1);
    response
}

fn paint_radio(ui: &Ui, response: &Response, centre: egui::Pos2, on: bool) {
    let theme = Theme::of(ui);
    let painter = ui.painter();
    if on {
        painter.circle_filled(centre, 7.0, theme.accent_fill);
        painter.circle_filled(centre, 2.5, theme.accent_on);
    } else {
        let line = if response.hovered() { theme.t2 } else { theme.t3 };
        let rect = Rect::from_center_size(centre, vec2(14.0, 14.0));
        painter.rect(rect, CornerRadius::same(7), Color32::TRANSPARENT, Stroke::new(1.0, line), StrokeKind::Inside);
    }
}
