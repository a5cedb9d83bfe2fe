//! The empty state: what is missing and what to do about it. "Empty" never looks like "loading" or "failed".

use egui::{Color32, Rect, Sense, Shape, Stroke, Ui, UiBuilder, pos2, vec2};

use super::key_cap::paint_key_cap;
use super::paint::{Align, label_ui, text_at};
use crate::ui::icon::{self, Icon};
use crate::ui::theme::{Theme, Tone, space, text};

/// A block of 600 points in the middle of what is left: title, text, then whatever `actions` adds.
pub fn empty_ui<R>(ui: &mut Ui, title: &str, words: &str, height: f32, actions: impl FnOnce(&mut Ui) -> R) -> R {
    let theme = Theme::of(ui);
    let room = ui.available_rect_before_wrap();
    let width = room.width().min(600.0);
    let top = room.top() + ((room.height() - height) / 2.0).max(space::S16);
    let rect = Rect::from_min_size(pos2(room.center().x - width / 2.0, top), vec2(width, height));
    ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
        ui.spacing_mut().item_spacing.y = space::S8;
        label_ui(ui, text::DISPLAY.job(title, theme.t1));
        label_ui(ui, text::BODY.wrapped(words, theme.t2, width));
        ui.add_space(space::S4);
        actions(ui)
    })
    .inner
}

/// A short line in the middle of an empty list or pane, with an optional icon above it.
pub fn nothing_ui(ui: &mut Ui, rect: Rect, icon: Option<Icon>, words: &str) {
    let theme = Theme::of(ui);
    let mut centre = rect.center();
    if let Some(icon) = icon {
        icon.paint(ui.painter(), pos2(centre.x, centre.y - 18.0), 20.0, theme.t3);
        centre.y += 10.0;
    }
    let line = Rect::from_center_size(centre, vec2(rect.width() - 2.0 * space::S16, 18.0));
    let (_, response) = (line, ui.interact(line, ui.scope_id().with(words), Sense::hover()));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, words));
    text_at(ui.painter(), line, Align::Middle, text::SMALL.cut(words, theme.t2, line.width()));
}

/// The dashed box that says where files may be dropped.
pub fn drop_target_ui(ui: &mut Ui, words: &str, keys: &str) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 52.0), Sense::hover());
    dashed(ui, rect, theme.line2);
    icon::DOWNLOAD_SIMPLE.paint(ui.painter(), pos2(rect.left() + 25.0, rect.center().y), space::ICON, theme.t3);
    let words_rect = Rect::from_min_max(pos2(rect.left() + 47.0, rect.top()), rect.max);
    text_at(ui.painter(), words_rect, Align::Left, text::SMALL.cut(words, theme.t2, rect.width() - 150.0));
    paint_key_cap(ui.painter(), theme, pos2(rect.right() - 17.0, rect.center().y), keys);
}

/// A promise with its icon.
pub fn promise_ui(ui: &mut Ui, icon: Icon, words: &str) {
    let theme = Theme::of(ui);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S6;
        let (rect, _) = ui.allocate_exact_size(vec2(space::ICON_CELL, 16.0), Sense::hover());
        icon.paint(ui.painter(), rect.center(), space::ICON_CELL, theme.hue(Tone::Ok).text);
        label_ui(ui, text::SMALL.job(words, theme.t2));
    });
}

fn dashed(ui: &Ui, rect: Rect, color: Color32) {
    let rect = rect.shrink(0.5);
    let corners = [rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom(), rect.left_top()];
    ui.painter().extend(Shape::dashed_line(&corners, Stroke::new(1.0, color), 4.0, 4.0));
}
