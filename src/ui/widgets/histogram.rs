//! The histogram over a list: stacked bars by outcome, and a brush that narrows the time. Dragging, or the arrow keys
//! with Shift, sets the brush; Esc takes it away.

use std::ops::Range;

use egui::{
    CursorIcon, EventFilter, Key, Modifiers, Painter, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use super::chart::{round_up, short};
use super::paint::{Align, galley_at, hairline, ring, snap_rect, text_at};
use crate::ui::theme::{Theme, keyboard_leads, text};

/// One bar, from the bottom up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bar {
    /// Succeeded.
    pub ok: u64,
    /// Skipped.
    pub skip: u64,
    /// Warnings.
    pub warn: u64,
    /// Failed.
    pub fail: u64,
}

/// A histogram about to be shown.
#[derive(Debug, Clone)]
#[must_use = "call `show`"]
pub struct Histogram<'a> {
    /// Accessible name, with the totals in words.
    pub name: &'a str,
    /// The bars, oldest first.
    pub bars: &'a [Bar],
    /// Labels below: at the left edge of a bar.
    pub ticks: &'a [(usize, String)],
    /// The bars the list is narrowed to.
    pub brush: Option<Range<usize>>,
}

/// What the user did with the brush.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BrushEvent {
    /// Narrow to these bars.
    Set(Range<usize>),
    /// Show all again.
    Clear,
}

impl Histogram<'_> {
    /// Shows it over `size`.
    pub fn show(self, ui: &mut Ui, size: egui::Vec2) -> Option<BrushEvent> {
        self.show_hinted(ui, size, |_| String::new())
    }

    /// The same; whoever points at a bar reads its figures, which `hint` gives.
    pub fn show_hinted(self, ui: &mut Ui, size: egui::Vec2, hint: impl Fn(usize) -> String) -> Option<BrushEvent> {
        let theme = Theme::of(ui);
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        let plot =
            Rect::from_min_max(pos2(rect.left() + 26.0, rect.top() + 6.0), pos2(rect.right(), rect.bottom() - 20.0));
        let id = ui.scope_id().with(self.name);
        let response = ui.interact(plot, id, Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::Slider, true, self.name));
        let response = response.on_hover_cursor(CursorIcon::Crosshair);

        let mut brush = self.brush.clone();
        let mut event = None;
        let start: Option<usize> = ui.data(|data| data.get_temp(id));
        let under = response.interact_pointer_pos().map(|at| self.bar_at(at.x, plot));
        match (under, start) {
            (Some(bar), None) if response.drag_started() => {
                ui.data_mut(|data| data.insert_temp(id, bar));
            }
            (Some(bar), Some(from)) => {
                let span = from.min(bar)..from.max(bar) + 1;
                if response.drag_stopped() {
                    event = Some(BrushEvent::Set(span.clone()));
                }
                brush = Some(span);
            }
            _ => {}
        }
        if response.drag_stopped() {
            ui.data_mut(|data| data.remove::<usize>(id));
        }
        if response.clicked() && brush.is_some() {
            event = Some(BrushEvent::Clear);
        }
        if response.has_focus() {
            event = self.keyed(ui, id).or(event);
        }
        self.paint(ui.painter(), theme, plot, brush.as_ref());
        if let Some(at) = response.hover_pos().filter(|_| !self.bars.is_empty() && !response.dragged()) {
            let words = hint(self.bar_at(at.x, plot));
            if !words.is_empty() {
                response.clone().on_hover_text_at_pointer(words);
            }
        }
        if response.has_focus() && keyboard_leads(ui.ctx()) {
            ring(ui.painter(), plot.expand(3.0), 4, theme.accent_line);
        }
        event
    }

    fn bar_at(&self, x: f32, plot: Rect) -> usize {
        let share = ((x - plot.left()) / plot.width()).clamp(0.0, 1.0);
        #[allow(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a bar on screen"
        )]
        let bar = (share * self.bars.len() as f32) as usize;
        bar.min(self.bars.len().saturating_sub(1))
    }

    fn keyed(&self, ui: &Ui, id: egui::Id) -> Option<BrushEvent> {
        let filter = EventFilter { horizontal_arrows: true, escape: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
        let count = self.bars.len();
        let span = self.brush.clone().unwrap_or(count.saturating_sub(1)..count);
        let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
        if self.brush.is_some() && pressed(Modifiers::NONE, Key::Escape) {
            return Some(BrushEvent::Clear);
        }
        if pressed(Modifiers::SHIFT, Key::ArrowLeft) && span.start > 0 {
            return Some(BrushEvent::Set(span.start - 1..span.end));
        }
        if pressed(Modifiers::SHIFT, Key::ArrowRight) && span.end < count {
            return Some(BrushEvent::Set(span.start..span.end + 1));
        }
        if pressed(Modifiers::NONE, Key::ArrowLeft) && span.start > 0 {
            return Some(BrushEvent::Set(span.start - 1..span.end - 1));
        }
        if pressed(Modifiers::NONE, Key::ArrowRight) && span.end < count {
            return Some(BrushEvent::Set(span.start + 1..span.end + 1));
        }
        None
    }

    fn paint(&self, painter: &Painter, theme: &Theme, plot: Rect, brush: Option<&Range<usize>>) {
        let largest = self.bars.iter().map(|bar| bar.ok + bar.skip + bar.warn + bar.fail).max().unwrap_or(0);
        let top = round_up(largest);
        paint_axis(painter, theme, plot, top);
        let x = |bar: usize| plot.left() + plot.width() * share(bar, self.bars.len());
        if let Some(span) = brush {
            let area = Rect::from_min_max(pos2(x(span.start), plot.top() - 4.0), pos2(x(span.end), plot.bottom()));
            let area = snap_rect(painter, area);
            painter.rect(area, 0.0, theme.sel, Stroke::new(1.0, theme.accent_line), StrokeKind::Inside);
        }
        for (place, bar) in self.bars.iter().enumerate() {
            let inside = brush.is_none_or(|span| span.contains(&place));
            let gap = if x(1) - x(0) > 4.0 { 1.0 } else { 0.0 };
            let mut foot = plot.bottom();
            for (count, hue) in
                [(bar.ok, theme.ok), (bar.skip, theme.skip), (bar.warn, theme.warn), (bar.fail, theme.fail)]
            {
                if count == 0 {
                    continue;
                }
                #[allow(clippy::cast_precision_loss, reason = "a height on screen")]
                let height = (plot.height() * count as f32 / top as f32).max(1.0);
                let part = Rect::from_min_max(pos2(x(place), foot - height), pos2(x(place + 1) - gap, foot));
                let ink = if inside { hue.bar } else { hue.bar.gamma_multiply(0.55) };
                painter.rect_filled(snap_rect(painter, part), 0.0, ink);
                foot -= height;
            }
        }
        for (bar, words) in self.ticks {
            let words = painter.layout_job(text::CODE.job(words.as_str(), theme.t3));
            // A label that would be cut at the edge moves in by a half of itself at most; cut, it says less than none.
            let over = (x(*bar) + words.size().x - plot.right()).max(0.0);
            if over <= words.size().x / 2.0 {
                let place = Rect::from_min_size(pos2(x(*bar) - over, plot.bottom() + 2.0), vec2(60.0, 16.0));
                galley_at(painter, place, Align::Left, words, theme.t3);
            }
        }
        if let Some(span) = brush {
            for edge in [x(span.start), x(span.end)] {
                let grip = Rect::from_center_size(pos2(edge, plot.center().y), vec2(5.0, 18.0));
                painter.rect_filled(grip, 2.5, theme.accent_line);
            }
        }
    }
}

fn paint_axis(painter: &Painter, theme: &Theme, plot: Rect, top: u64) {
    for (share, value) in [(0.0, top), (0.5, top / 2), (1.0, 0)] {
        let y = plot.top() + plot.height() * share;
        hairline(painter, pos2(plot.left(), y), pos2(plot.right(), y), theme.line);
        let place = Rect::from_min_max(pos2(plot.left() - 40.0, y - 8.0), pos2(plot.left() - 6.0, y + 8.0));
        text_at(painter, place, Align::Right, text::CODE.job(short(value), theme.t3));
    }
}

#[allow(clippy::cast_precision_loss, reason = "bars on a screen")]
fn share(place: usize, count: usize) -> f32 {
    place as f32 / count.max(1) as f32
}
