//! Progress of work that can be counted, with its words: never a bar alone.

use egui::{CornerRadius, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::paint::{Align, text_at};
use crate::{
    domain::pretty::grouped,
    ui::theme::{Theme, space, text},
};

/// A bar over `width` with "7 of 9" after it; `label` says what is counted.
pub fn progress_ui(ui: &mut Ui, label: &str, done: u64, total: u64, width: f32) -> Response {
    let theme = Theme::of(ui);
    let words = format!("{} of {}", grouped(done), grouped(total));
    let (rect, response) = ui.allocate_exact_size(vec2(width, 16.0), Sense::hover());
    #[allow(clippy::cast_precision_loss, reason = "a share on screen")]
    let share = if total == 0 { 0.0 } else { (done as f32 / total as f32).clamp(0.0, 1.0) };
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ProgressIndicator, true, format!("{label}: {words}"));
        info.value = Some(f64::from(share));
        info
    });
    let number = text_at(ui.painter(), rect, Align::Right, text::MONO.job(words.as_str(), theme.t2));
    let track = Rect::from_min_max(
        pos2(rect.left(), rect.center().y - 3.0),
        pos2(number.left() - space::S8, rect.center().y + 3.0),
    );
    ui.painter().rect_filled(track, CornerRadius::same(3), theme.hover);
    let filled = Rect::from_min_size(track.min, vec2(track.width() * share, track.height()));
    ui.painter().rect_filled(filled, CornerRadius::same(3), theme.accent_line);
    response
}
