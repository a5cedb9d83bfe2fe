//! Key caps: which key does the same. A hint, never a control.

use egui::{Color32, Painter, Pos2, Rect, Response, Sense, Ui, pos2, vec2};

use super::paint::{Align, outlined, text_at};
use crate::ui::theme::{Theme, space, text};

/// Shows a key or chord, such as `Ctrl K`.
pub fn key_cap_ui(ui: &mut Ui, keys: &str) -> Response {
    let width = width(ui.painter(), keys);
    let (rect, response) = ui.allocate_exact_size(vec2(width, space::TAG), Sense::hover());
    paint_key_cap(ui.painter(), Theme::of(ui), rect.right_center(), keys);
    response
}

/// Paints a key cap that ends at `right`, centred on its height; returns its box.
pub fn paint_key_cap(painter: &Painter, theme: &Theme, right: Pos2, keys: &str) -> Rect {
    let width = width(painter, keys);
    let rect = Rect::from_min_max(
        pos2(right.x - width, right.y - space::TAG / 2.0),
        pos2(right.x, right.y + space::TAG / 2.0),
    );
    outlined(painter, rect, space::R_TAG, theme.raised, theme.line2);
    text_at(painter, rect, Align::Middle, text::LABEL.job(keys, theme.t2));
    rect
}

/// How wide a key cap is.
pub fn width(painter: &Painter, keys: &str) -> f32 {
    let text = painter.layout_job(text::LABEL.job(keys, Color32::PLACEHOLDER)).size().x;
    (text + 10.0).ceil().max(space::TAG)
}
