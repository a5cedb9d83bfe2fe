//! The dropdown: a field whose value is one of a list.

use egui::{Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::field::field_label_ui;
use super::menu::{Item, menu_ui};
use super::paint::{Align, focus_ring, outlined, text_at};
use crate::ui::icon::{self, Icon};
use crate::ui::theme::{Theme, space, text};

/// A longer list scrolls, points.
const MOST_HEIGHT: f32 = 340.0;

/// A dropdown about to be shown.
#[derive(Debug, Clone, Copy)]
#[must_use = "call `show`"]
pub struct Select<'a> {
    name: &'a str,
    label: bool,
    icon: Option<Icon>,
    width: Option<f32>,
    height: f32,
}

impl<'a> Select<'a> {
    /// A dropdown named `name`, which is its label and accessible name.
    pub const fn new(name: &'a str) -> Self {
        Self { name, label: true, icon: None, width: None, height: space::CONTROL }
    }

    /// No visible label.
    pub const fn no_label(mut self) -> Self {
        self.label = false;
        self
    }

    /// An icon before the value.
    pub const fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// How wide, else all there is.
    pub const fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// 30 points high, as in dialogs.
    pub const fn in_dialog(mut self) -> Self {
        self.height = space::CONTROL_DIALOG;
        self
    }

    /// Shows the value at `chosen`; returns the newly chosen place in `options`.
    pub fn show(self, ui: &mut Ui, options: &[&str], chosen: Option<usize>) -> Option<usize> {
        let width = self.width.unwrap_or_else(|| ui.available_width());
        let value = chosen.and_then(|place| options.get(place)).copied().unwrap_or("Choose…");
        ui.allocate_ui(vec2(width, 0.0), |ui| {
            ui.vertical(|ui| {
                ui.set_width(width);
                ui.spacing_mut().item_spacing.y = space::S4;
                if self.label {
                    field_label_ui(ui, self.name);
                }
                let opener = self.show_box(ui, value, width);
                menu_ui(&opener, self.name, width - 8.0, |ui| {
                    let mut picked = None;
                    egui::ScrollArea::vertical().max_height(MOST_HEIGHT).show(ui, |ui| {
                        for (place, option) in options.iter().enumerate() {
                            if Item::new(option).chosen(chosen == Some(place)).show(ui) {
                                picked = Some(place);
                            }
                        }
                    });
                    picked
                })
                .flatten()
            })
            .inner
        })
        .inner
    }

    fn show_box(&self, ui: &mut Ui, value: &str, width: f32) -> Response {
        let theme = Theme::of(ui);
        let (rect, response) = ui.allocate_exact_size(vec2(width, self.height), Sense::click());
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::ComboBox, ui.is_enabled(), self.name);
            info.current_text_value = Some(value.to_owned());
            info
        });
        let line = if response.hovered() { theme.t3 } else { theme.line2 };
        outlined(ui.painter(), rect, space::R_CONTROL, theme.input, line);
        let mut inner =
            Rect::from_min_max(pos2(rect.left() + 10.0, rect.top()), pos2(rect.right() - 28.0, rect.bottom()));
        if let Some(icon) = self.icon {
            icon.paint(ui.painter(), pos2(inner.left() + 7.0, inner.center().y), space::ICON_CELL, theme.t3);
            inner.min.x += 22.0;
        }
        text_at(ui.painter(), inner, Align::Left, text::SMALL.cut(value, theme.t1, inner.width()));
        icon::CARET_DOWN.paint(ui.painter(), pos2(rect.right() - 16.0, rect.center().y), space::ICON_TAG, theme.t3);
        focus_ring(ui, &response, rect, space::R_CONTROL);
        response
    }
}
