//! Words of the status bar: facts, and for six seconds what was just done, with Undo where that can be undone.

use egui::{Color32, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::button::Button;
use super::paint::{Align, text_at};
use crate::ui::icon::Icon;
use crate::ui::theme::{Theme, Tone, space, text};

/// A fact, with an icon before it.
pub fn status_text_ui(ui: &mut Ui, icon: Option<Icon>, words: &str) -> Response {
    let color = Theme::of(ui).t2;
    status_line(ui, words, |ui, centre| {
        if let Some(icon) = icon {
            icon.paint(ui.painter(), centre, space::ICON_TAG, color);
        }
        icon.is_some()
    })
}

/// A fact with a dot in its colour: live, offline, sandbox ready.
pub fn status_dot_ui(ui: &mut Ui, tone: Tone, words: &str) -> Response {
    let theme = Theme::of(ui);
    let dot: Color32 = if tone == Tone::Neutral { theme.t3 } else { theme.hue(tone).text };
    status_line(ui, words, |ui, centre| {
        ui.painter().circle_filled(centre, 3.0, dot);
        true
    })
}

/// What was just done, said aloud, and Undo; true when that was asked for.
pub fn done_ui(ui: &mut Ui, words: &str, undo: Option<&str>) -> bool {
    let response = status_text_ui(ui, Some(crate::ui::icon::CHECK), words);
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_live(egui::accesskit::Live::Polite));
    undo.is_some_and(|keys| Button::link("Undo").hover(keys).small().show(ui).clicked())
}

fn status_line(ui: &mut Ui, words: &str, mark: impl FnOnce(&Ui, egui::Pos2) -> bool) -> Response {
    let theme = Theme::of(ui);
    let galley = ui.painter().layout_job(text::LABEL.regular().job(words, theme.t2));
    let size = vec2(galley.size().x + 16.0, 16.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
    let marked = mark(ui, pos2(rect.left() + 6.0, rect.center().y));
    let left = if marked { 16.0 } else { 0.0 };
    let room = egui::Rect::from_min_max(pos2(rect.left() + left, rect.top()), rect.max);
    text_at(ui.painter(), room, Align::Left, text::LABEL.regular().job(words, theme.t2));
    response
}
