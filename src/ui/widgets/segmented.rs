//! The segmented control: one of two to four choices, all visible.

use egui::{CornerRadius, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::paint::{Align, focus_ring, galley_at, hairline};
use crate::ui::icon::Icon;
use crate::ui::theme::{Theme, Tone, space, text};

/// One choice.
#[derive(Debug, Clone, Copy)]
pub struct Segment<'a> {
    /// The word.
    pub text: &'a str,
    /// An icon in its colour.
    pub icon: Option<(Icon, Tone)>,
}

impl<'a> Segment<'a> {
    /// A choice without an icon.
    #[must_use]
    pub const fn new(text: &'a str) -> Self {
        Self { text, icon: None }
    }
}

/// Shows the choices over `width`; returns the newly chosen one. `label` names the whole for a screen reader.
pub fn segmented_ui(
    ui: &mut Ui,
    label: &str,
    segments: &[Segment<'_>],
    chosen: Option<usize>,
    size: egui::Vec2,
) -> Option<usize> {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    ui.painter().rect(
        rect,
        CornerRadius::same(space::R_CONTROL),
        theme.input,
        Stroke::new(1.0, theme.line2),
        StrokeKind::Inside,
    );
    let widths = widths(ui, segments, rect.width());
    let mut picked = None;
    let mut left = rect.left();
    for (place, (segment, width)) in segments.iter().zip(widths).enumerate() {
        let cell = Rect::from_min_size(pos2(left, rect.top()), vec2(width, rect.height()));
        left += width;
        let on = chosen == Some(place);
        let id = ui.scope_id().with((label, place));
        let response = ui.interact(cell, id, Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, ui.is_enabled(), on, segment.text));
        ui.ctx().accesskit_node_builder(id, |node| node.set_description(label));
        let radius = corners(place, segments.len());
        if on || response.hovered() {
            let fill = if on { theme.sel } else { theme.hover };
            ui.painter().rect_filled(cell.shrink(1.0), radius, fill);
        }
        if place > 0 {
            hairline(ui.painter(), cell.left_top(), cell.left_bottom(), theme.line2);
        }
        paint_segment(ui, segment, cell, on);
        focus_ring(ui, &response, cell, space::R_CONTROL);
        if response.clicked() && !on {
            picked = Some(place);
        }
    }
    picked
}

fn paint_segment(ui: &Ui, segment: &Segment<'_>, cell: Rect, on: bool) {
    let theme = Theme::of(ui);
    let face = if on { text::SMALL.medium() } else { text::SMALL };
    let galley = ui.painter().layout_job(face.job(segment.text, if on { theme.t1 } else { theme.t2 }));
    let icon_space = if segment.icon.is_some() { space::ICON_CELL + space::S6 } else { 0.0 };
    let left = cell.center().x - (galley.size().x + icon_space) / 2.0;
    if let Some((icon, tone)) = segment.icon {
        let centre = pos2(left + space::ICON_CELL / 2.0, cell.center().y);
        icon.paint(ui.painter(), centre, space::ICON_CELL, theme.hue(tone).text);
    }
    let rest = Rect::from_min_max(pos2(left + icon_space, cell.top()), cell.max);
    galley_at(ui.painter(), rest, Align::Left, galley, theme.t1);
}

/// Every segment gets what its word needs, and an equal share of the rest.
fn widths(ui: &Ui, segments: &[Segment<'_>], width: f32) -> Vec<f32> {
    let needs: Vec<f32> = segments
        .iter()
        .map(|segment| {
            let job = text::SMALL.medium().job(segment.text, egui::Color32::PLACEHOLDER);
            let icon = if segment.icon.is_some() { space::ICON_CELL + space::S6 } else { 0.0 };
            ui.painter().layout_job(job).size().x + icon + 8.0
        })
        .collect();
    #[allow(clippy::cast_precision_loss, reason = "two to four segments")]
    let equal = width / segments.len().max(1) as f32;
    if needs.iter().all(|need| *need <= equal) {
        return vec![equal; segments.len()];
    }
    let total: f32 = needs.iter().sum();
    needs.iter().map(|need| need * width / total).collect()
}

fn corners(place: usize, count: usize) -> CornerRadius {
    let radius = space::R_CONTROL - 1;
    CornerRadius {
        nw: if place == 0 { radius } else { 0 },
        sw: if place == 0 { radius } else { 0 },
        ne: if place + 1 == count { radius } else { 0 },
        se: if place + 1 == count { radius } else { 0 },
    }
}
