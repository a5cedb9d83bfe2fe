//! Small charts of painter rectangles: the segmented meter, the threshold meter, a bar in a cell, two lanes of bars.
//! The same numbers always stand in words beside them.

use egui::{Color32, Painter, Rect, Response, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::paint::{Align, hairline, snap_rect, text_at};
use crate::ui::theme::{Theme, Tone, text};

/// One part of a segmented meter.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    /// Its colour.
    pub tone: Tone,
    /// How many.
    pub count: u64,
    /// Of what, for a screen reader: "dropped".
    pub word: &'a str,
}

/// A line of parts over `width`; a part that is not nought shows at least 4 points wide.
pub fn meter_ui(ui: &mut Ui, name: &str, parts: &[Part<'_>], width: f32) -> Response {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(width, 9.0), Sense::hover());
    response.widget_info(|| {
        let words: Vec<String> = parts.iter().map(|part| format!("{} {}", part.count, part.word)).collect();
        WidgetInfo::labeled(Role::Meter, true, format!("{name}: {}", words.join(", ")))
    });
    let shown: Vec<_> = parts.iter().filter(|part| part.count > 0).collect();
    let total: f32 = shown.iter().map(|part| points(part.count)).sum();
    #[allow(clippy::cast_precision_loss, reason = "a handful of parts")]
    let spare = (rect.width() - 6.0 * shown.len() as f32).max(0.0);
    let mut left = rect.left();
    for part in shown {
        let wide = 4.0 + spare * points(part.count) / total;
        let cell = Rect::from_min_size(pos2(left, rect.top()), vec2(wide, rect.height()));
        ui.painter().rect_filled(snap_rect(ui.painter(), cell), 2.0, theme.hue(part.tone).bar);
        left += wide + 2.0;
    }
    response
}

/// How far `share` (0 to 1) is from `limit`: beyond it everything is red.
pub fn threshold_ui(ui: &mut Ui, name: &str, share: f32, limit: f32, width: f32) -> Response {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(width, 21.0), Sense::hover());
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Meter, true, format!("{name}: {:.1}% of {:.0}%", share * 100.0, limit * 100.0))
    });
    let track = Rect::from_center_size(rect.center(), vec2(rect.width(), 7.0));
    let at = |share: f32| track.left() + track.width() * share.clamp(0.0, 1.0);
    ui.painter().rect_filled(track, 2.0, theme.hover);
    let beyond = Rect::from_min_max(pos2(at(limit), track.top()), track.max);
    ui.painter().rect_filled(beyond, 2.0, theme.fail.tint);
    let tone = if share >= limit { Tone::Fail } else { Tone::Ok };
    let filled = Rect::from_min_max(track.min, pos2(at(share).max(track.left() + 3.0), track.bottom()));
    ui.painter().rect_filled(filled, 2.0, theme.hue(tone).bar);
    hairline(ui.painter(), pos2(at(limit), rect.top()), pos2(at(limit), rect.bottom()), theme.fail.text);
    response
}

/// Paints a bar in a cell: `share` of its width.
pub fn paint_bar(painter: &Painter, theme: &Theme, cell: Rect, share: f32, tone: Tone) {
    let wide = (cell.width() * share.clamp(0.0, 1.0)).max(3.0);
    let bar = Rect::from_center_size(cell.center(), vec2(cell.width(), 6.0));
    painter.rect_filled(Rect::from_min_size(bar.min, vec2(wide, bar.height())), 2.0, theme.hue(tone).bar);
}

/// Two lanes of bars over the same time, each with its own scale, so that few failures stay visible.
#[derive(Debug, Clone, Copy)]
pub struct Lanes<'a> {
    /// Accessible name, with the totals in words.
    pub name: &'a str,
    /// The tall lane.
    pub upper: &'a [u64],
    /// The low lane, as many bars.
    pub lower: &'a [u64],
    /// Where a label stands below: bar and words.
    pub ticks: &'a [(usize, &'a str)],
    /// A dashed line before a bar, with words.
    pub mark: Option<(usize, &'a str)>,
}

impl Lanes<'_> {
    /// Shows both lanes, 190 points high.
    pub fn show(&self, ui: &mut Ui, width: f32) -> Response {
        let theme = Theme::of(ui);
        let (rect, response) = ui.allocate_exact_size(vec2(width, 190.0), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, self.name));
        let left = rect.left() + 32.0;
        let lane = |top: f32, height: f32| {
            Rect::from_min_max(pos2(left, rect.top() + top), pos2(rect.right(), rect.top() + top + height))
        };
        let (upper, lower) = (lane(6.0, 92.0), lane(130.0, 38.0));
        paint_lane(ui.painter(), theme, upper, self.upper, theme.skip.bar);
        paint_lane(ui.painter(), theme, lower, self.lower, theme.fail.bar);
        let x = |bar: usize| left + upper.width() * fraction(bar, self.upper.len());
        for (bar, words) in self.ticks {
            let place = Rect::from_min_size(pos2(x(*bar), lower.bottom() + 3.0), vec2(80.0, 16.0));
            text_at(ui.painter(), place, Align::Left, text::MONO_SM.job(*words, theme.t3));
        }
        if let Some((bar, words)) = self.mark {
            let points = [pos2(x(bar), rect.top()), pos2(x(bar), lower.bottom())];
            let dashes = Shape::dashed_line(&points, Stroke::new(1.0, theme.warn.text), 3.0, 3.0);
            ui.painter().extend(dashes);
            let place = Rect::from_min_size(pos2(x(bar) + 6.0, upper.bottom() + 8.0), vec2(200.0, 16.0));
            text_at(ui.painter(), place, Align::Left, text::LABEL.regular().job(words, theme.warn.text));
        }
        response
    }
}

fn paint_lane(painter: &Painter, theme: &Theme, lane: Rect, counts: &[u64], ink: Color32) {
    let top = round_up(counts.iter().copied().max().unwrap_or(0));
    for (share, value) in [(0.0, top), (0.5, top / 2), (1.0, 0)] {
        if share == 0.5 && lane.height() < 60.0 {
            continue;
        }
        let y = lane.top() + lane.height() * share;
        hairline(painter, pos2(lane.left(), y), pos2(lane.right(), y), theme.line);
        let place = Rect::from_min_max(pos2(lane.left() - 40.0, y - 8.0), pos2(lane.left() - 6.0, y + 8.0));
        text_at(painter, place, Align::Right, text::CODE.job(short(value), theme.t3));
    }
    let wide = lane.width() * fraction(1, counts.len());
    for (place, count) in counts.iter().enumerate() {
        let height = lane.height() * points(*count) / points(top).max(1.0);
        let left = lane.left() + lane.width() * fraction(place, counts.len());
        let bar = Rect::from_min_max(pos2(left, lane.bottom() - height), pos2(left + wide - 2.0, lane.bottom()));
        if height > 0.0 {
            painter.rect_filled(snap_rect(painter, bar), 0.0, ink);
        }
    }
}

/// The next even number that people like to read on an axis.
#[must_use]
pub fn round_up(largest: u64) -> u64 {
    let mut unit: u64 = 1;
    loop {
        for step in [2, 4, 6, 10] {
            let top = unit.saturating_mul(step);
            if top >= largest || top == u64::MAX {
                return top;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

/// A count in at most four characters: 950, 1.2k, 48k, 3M.
#[must_use]
pub fn short(count: u64) -> String {
    match count {
        0..1_000 => count.to_string(),
        1_000..10_000 if count % 1_000 >= 100 => format!("{}.{}k", count / 1_000, count % 1_000 / 100),
        1_000..1_000_000 => format!("{}k", count / 1_000),
        _ => format!("{}M", count / 1_000_000),
    }
}

#[allow(clippy::cast_precision_loss, reason = "a height on screen")]
fn points(count: u64) -> f32 {
    count as f32
}

#[allow(clippy::cast_precision_loss, reason = "bars on a screen")]
fn fraction(place: usize, count: usize) -> f32 {
    place as f32 / count.max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_on_round_numbers() {
        let cases = [(0, 2), (1, 2), (3, 4), (28, 40), (41, 60), (999, 1_000), (1_187, 2_000), (u64::MAX, u64::MAX)];
        for (largest, top) in cases {
            assert_eq!(round_up(largest), top, "{largest}");
        }
    }

    #[test]
    fn counts_are_short() {
        let cases = [(950, "950"), (1_000, "1k"), (1_234, "1.2k"), (48_213, "48k"), (3_400_000, "3M")];
        for (count, words) in cases {
            assert_eq!(short(count), words);
        }
    }
}
