//! A strip with more than one button, for what only the user can decide, such as which of two drafts to go on with.

use egui::{CornerRadius, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::banner::{StripButton, tone_icon};
use super::button::Button;
use super::paint::{over, snap};
use crate::ui::theme::{Theme, Tone, space, text};

/// A strip of `width`: icon, one sentence (`` `names` `` in mono), and buttons at its right end, below the sentence
/// where there is no room beside it. Returns the place of the one that was pressed.
pub fn strip_choices_ui(
    ui: &mut Ui,
    tone: Tone,
    sentence: &str,
    buttons: &[StripButton<'_>],
    width: f32,
) -> Option<usize> {
    let theme = Theme::of(ui);
    let hue = theme.hue(tone);
    let shown: Vec<Button<'_>> = buttons
        .iter()
        .map(|button| {
            let shown = if button.primary { Button::primary(button.text) } else { Button::new(button.text) };
            shown.icon(button.icon).small()
        })
        .collect();
    let taken: f32 = shown.iter().map(|button| button.width(ui) + space::S8).sum::<f32>() + space::S4;
    let beside = taken < width * 0.5;
    let room = width - 30.0 - space::S8 - if beside { taken } else { 0.0 };
    let galley = ui.painter().layout_job(text::SMALL.prose(sentence, theme.t1, theme.t1, room));
    let text_height = (galley.size().y + 14.0).max(30.0);
    let height = if beside { text_height } else { text_height + space::CONTROL_SMALL + space::S4 };
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, sentence.replace('`', "")));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_live(egui::accesskit::Live::Polite));
    ui.painter().rect_filled(rect, CornerRadius::same(space::R_CHIP), hue.tint);
    let top = rect.top() + (text_height - galley.size().y) / 2.0;
    tone_icon(tone).paint(ui.painter(), pos2(rect.left() + 16.0, top + 8.0), space::ICON_CELL, hue.text);
    ui.painter().galley(snap(ui.painter(), pos2(rect.left() + 30.0, top)), galley, theme.t1);
    let line = if beside { rect.center().y } else { rect.bottom() - space::S6 - space::CONTROL_SMALL / 2.0 };
    let mut left = if beside { rect.right() - taken + space::S4 } else { rect.left() + 30.0 };
    let mut pressed = None;
    for (place, button) in shown.into_iter().enumerate() {
        let wide = button.width(ui);
        let corner = pos2(left, line - space::CONTROL_SMALL / 2.0);
        let spot = Rect::from_min_size(corner, vec2(wide, space::CONTROL_SMALL));
        if over(ui, spot, |ui| button.show(ui)).clicked() {
            pressed = Some(place);
        }
        left += wide + space::S8;
    }
    pressed
}
