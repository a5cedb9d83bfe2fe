//! Ink for widgets: lines on whole pixels, text centred in a box, the focus ring. Nothing here reacts to input.

use std::sync::Arc;

use egui::text::LayoutJob;
use egui::{Color32, CornerRadius, Galley, Painter, Pos2, Rect, Response, Stroke, StrokeKind, Ui, UiBuilder, pos2};

use crate::{
    domain::pretty::shorten_id,
    ui::theme::{self, Theme, text::Face},
};

/// Where text stands in its box, sideways. It is always centred in height.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Align {
    /// At the left edge.
    #[default]
    Left,
    /// In the middle.
    Middle,
    /// At the right edge.
    Right,
}

/// Paints one job in `rect` and returns the space it took.
pub fn text_at(painter: &Painter, rect: Rect, align: Align, job: LayoutJob) -> Rect {
    galley_at(painter, rect, align, painter.layout_job(job), Color32::PLACEHOLDER)
}

/// Paints a laid-out text in `rect`, on whole pixels so that it stays sharp.
/// `ink` colours what was laid out in the placeholder colour.
pub fn galley_at(painter: &Painter, rect: Rect, align: Align, galley: Arc<Galley>, ink: Color32) -> Rect {
    let size = galley.size();
    let x = match align {
        Align::Left => rect.left(),
        Align::Middle => rect.center().x - size.x / 2.0,
        Align::Right => rect.right() - size.x,
    };
    let corner = snap(painter, pos2(x, rect.center().y - size.y / 2.0));
    painter.galley(corner, galley, ink);
    Rect::from_min_size(corner, size)
}

/// A text on one line of `width`. Where it does not fit, a code loses its middle, since those of one family differ at their
/// ends, and what is made of words its end.
pub fn fitted(painter: &Painter, face: Face, text: &str, ink: Color32, width: f32) -> Arc<Galley> {
    /// Shorter ones are words.
    const CODE: usize = 16;
    let cut = painter.layout_job(face.cut(text, ink, width));
    let letters = text.chars().count();
    if !cut.elided || letters <= CODE || text.contains(' ') {
        return cut;
    }
    #[allow(clippy::cast_precision_loss, reason = "letters on screen")]
    let letter = painter.layout_job(face.job(text, ink)).size().x / letters as f32;
    // Letters differ in width: the first guess may be a little too wide.
    let most = room_for(letter, width);
    let fitting =
        (most.saturating_sub(4)..=most).rev().map(|room| painter.layout_job(face.job(shorten_id(text, room), ink)));
    fitting.into_iter().find(|galley| galley.size().x <= width).unwrap_or(cut)
}

/// How many that are `each` points wide have room in `width`.
#[must_use]
pub fn room_for(each: f32, width: f32) -> usize {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "few enough for a screen, never negative"
    )]
    let many = (width / each).max(0.0) as usize;
    many
}

/// The nearest whole pixel.
pub(super) fn snap(painter: &Painter, point: Pos2) -> Pos2 {
    let scale = painter.pixels_per_point();
    ((point.to_vec2() * scale).round() / scale).to_pos2()
}

/// A rectangle with all four edges on whole pixels.
pub(super) fn snap_rect(painter: &Painter, rect: Rect) -> Rect {
    Rect::from_min_max(snap(painter, rect.min), snap(painter, rect.max))
}

/// A level or upright line, as many whole pixels thick as fit in one point.
pub fn hairline(painter: &Painter, from: Pos2, to: Pos2, color: Color32) {
    let scale = painter.pixels_per_point();
    let thick = scale.floor().max(1.0) / scale;
    let (from, to) = (snap(painter, from), snap(painter, to));
    let rect = if (from.y - to.y).abs() < f32::EPSILON {
        Rect::from_min_max(from, pos2(to.x, from.y + thick))
    } else {
        Rect::from_min_max(from, pos2(from.x + thick, to.y))
    };
    painter.rect_filled(rect, 0.0, color);
}

/// A box with a one-pixel outline inside its edge.
pub fn outlined(painter: &Painter, rect: Rect, radius: u8, fill: Color32, line: Color32) {
    painter.rect(rect, CornerRadius::same(radius), fill, Stroke::new(1.0, line), StrokeKind::Inside);
}

/// The 2 px ring inside a control that has the focus, while the keyboard leads.
pub fn focus_ring(ui: &Ui, response: &Response, rect: Rect, radius: u8) {
    if response.has_focus() && theme::keyboard_leads(ui.ctx()) {
        ring(ui.painter(), rect, radius, Theme::of(ui).accent_line);
    }
}

/// The 2 px ring itself.
pub(super) fn ring(painter: &Painter, rect: Rect, radius: u8, color: Color32) {
    painter.rect_stroke(rect, CornerRadius::same(radius), Stroke::new(2.0, color), StrokeKind::Inside);
}

/// Draws a control over `rect`, on top of what is there and without moving the cursor.
pub fn over<R>(ui: &mut Ui, rect: Rect, content: impl FnOnce(&mut Ui) -> R) -> R {
    content(&mut ui.new_child(UiBuilder::new().max_rect(rect)))
}

/// Text in the flow of `ui`, with the job's own wrapping.
pub fn label_ui(ui: &mut Ui, job: LayoutJob) -> Response {
    // A row of widgets would let text run on beyond its width.
    let (bounded, one_line) = (job.wrap.max_width.is_finite(), job.wrap.max_rows == 1);
    let label = egui::Label::new(job);
    ui.add(match (bounded, one_line) {
        (true, true) => label.truncate(),
        (true, false) => label.wrap(),
        (false, _) => label,
    })
}

/// The colour of a control's text: `color`, or the hint colour while it is disabled.
#[must_use]
pub fn ink(ui: &Ui, enabled: bool, color: Color32) -> Color32 {
    if enabled { color } else { Theme::of(ui).t3 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme::text;

    #[test]
    fn a_code_keeps_both_ends_words_their_beginning_and_nothing_is_wider_than_its_room() {
        let ctx = egui::Context::default();
        theme::install(&ctx);
        let mut shown = Vec::new();
        let code = "SystemForCrossDomainIdentityManagementServiceIncompatible";
        let cases = [
            (code, 1_000.0),
            (code, 150.0),
            (code, 40.0),
            (code, 0.0),
            ("The name is taken", 60.0),
            ("Succeeded", 40.0),
        ];
        let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
            for (text, width) in cases {
                let galley = fitted(ui.painter(), text::SMALL, text, Color32::WHITE, width);
                assert!(galley.size().x <= width || width < 10.0, "{text} in {width}: {}", galley.size().x);
                let glyphs = galley.rows.iter().flat_map(|row| row.glyphs.iter().map(|glyph| glyph.chr));
                shown.push(glyphs.collect::<String>());
            }
        });
        output.textures_delta.clear();
        assert_eq!(shown[0], code);
        assert!(shown[1].starts_with("System") && shown[1].ends_with("tible") && shown[1].contains('…'), "{shown:?}");
        assert!(shown[4].starts_with("The") && shown[4].ends_with('…'), "{shown:?}");
        assert!(shown[5].starts_with("Su") && shown[5].ends_with('…'), "{shown:?}");
    }
}
