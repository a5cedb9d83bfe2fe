//! Tabs with an underline and, where it helps, a count.

use egui::{Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::paint::{Align, focus_ring, galley_at, snap_rect};
use crate::ui::theme::{Theme, space, text};

/// One tab.
#[derive(Debug, Clone, Copy)]
pub struct Tab<'a> {
    /// The word.
    pub text: &'a str,
    /// How many things are behind it.
    pub count: Option<usize>,
}

impl<'a> Tab<'a> {
    /// A tab without a count.
    #[must_use]
    pub const fn new(text: &'a str) -> Self {
        Self { text, count: None }
    }

    /// A tab with a count.
    #[must_use]
    pub const fn counted(text: &'a str, count: usize) -> Self {
        Self { text, count: Some(count) }
    }
}

/// Shows a row of tabs, `height` high; returns the newly chosen one. The caller draws the line under them first.
pub fn tabs_ui(ui: &mut Ui, tabs: &[Tab<'_>], chosen: usize, height: f32) -> Option<usize> {
    let theme = Theme::of(ui);
    let mut picked = None;
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.horizontal(|ui| {
            for (place, tab) in tabs.iter().enumerate() {
                let on = place == chosen;
                let job = text::SMALL.medium().job(tab.text, if on { theme.t1 } else { theme.t2 });
                let word = ui.painter().layout_job(job);
                let count =
                    tab.count.map(|count| ui.painter().layout_job(text::MONO_SM.job(count.to_string(), theme.t3)));
                let extra = count.as_ref().map_or(0.0, |count| count.size().x + space::S6);
                let size = vec2(word.size().x + extra + 2.0 * space::S8 + 2.0, height);
                let (rect, response) = ui.allocate_exact_size(size, Sense::click());
                response.widget_info(|| WidgetInfo::labeled(Role::Tab, ui.is_enabled(), tab.text));
                ui.ctx().accesskit_node_builder(response.id, |node| node.set_selected(on));
                let inner = rect.shrink2(vec2(space::S8 + 1.0, 0.0));
                if response.hovered() && !on {
                    let hover = Rect::from_center_size(rect.center(), vec2(rect.width() - 4.0, 24.0));
                    ui.painter().rect_filled(hover, f32::from(space::R_CHIP), theme.hover);
                }
                let word = galley_at(ui.painter(), inner, Align::Left, word, theme.t1);
                if let Some(count) = count {
                    let rest = Rect::from_min_max(pos2(word.right() + space::S6, rect.top()), rect.max);
                    galley_at(ui.painter(), rest, Align::Left, count, theme.t1);
                }
                if on {
                    let line = Rect::from_min_max(pos2(inner.left(), rect.bottom() - 2.0), inner.right_bottom());
                    ui.painter().rect_filled(snap_rect(ui.painter(), line), 0.0, theme.accent_line);
                }
                focus_ring(ui, &response, rect.shrink2(vec2(2.0, 4.0)), space::R_CHIP);
                if response.clicked() && !on {
                    picked = Some(place);
                }
            }
        });
    });
    picked
}
