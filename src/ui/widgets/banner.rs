//! Strips: what failed or needs a look, why, and one button, under the control that caused it. No toasts for errors.

use egui::{CornerRadius, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::button::Button;
use super::paint::{over, snap};
use crate::domain::failure::Failure;
use crate::ui::icon::{self, Icon};
use crate::ui::theme::{Theme, Tone, space, text};

/// What a strip's button says.
#[derive(Debug, Clone, Copy)]
pub struct StripButton<'a> {
    /// The verb.
    pub text: &'a str,
    /// Its icon.
    pub icon: Icon,
    /// Whether it is the certain fix.
    pub primary: bool,
}

/// A strip of `width`: icon, one sentence (`` `names` `` in mono), at most one button. True when it was pressed.
pub fn strip_ui(ui: &mut Ui, tone: Tone, sentence: &str, button: Option<StripButton<'_>>, width: f32) -> bool {
    let theme = Theme::of(ui);
    let hue = theme.hue(tone);
    let button = button.map(|button| {
        let shown = if button.primary { Button::primary(button.text) } else { Button::new(button.text) };
        shown.icon(button.icon).small()
    });
    let button_width = button.as_ref().map_or(0.0, |button| button.width(ui) + space::S12);
    let room = width - 30.0 - space::S8 - button_width;
    let galley = ui.painter().layout_job(text::SMALL.prose(sentence, theme.t1, theme.t1, room));
    let height = (galley.size().y + 14.0).max(30.0);
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, sentence.replace('`', "")));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_live(egui::accesskit::Live::Polite));
    ui.painter().rect_filled(rect, CornerRadius::same(space::R_CHIP), hue.tint);
    let first_line = rect.top() + (height - galley.size().y) / 2.0 + 8.0;
    tone_icon(tone).paint(ui.painter(), pos2(rect.left() + 16.0, first_line), space::ICON_CELL, hue.text);
    let corner = pos2(rect.left() + 30.0, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(snap(ui.painter(), corner), galley, theme.t1);
    let Some(button) = button else { return false };
    let place = Rect::from_min_max(
        pos2(rect.right() - button_width + space::S8, rect.center().y - space::CONTROL_SMALL / 2.0),
        pos2(rect.right(), rect.center().y + space::CONTROL_SMALL / 2.0),
    );
    over(ui, place, |ui| button.show(ui)).clicked()
}

/// A failure as a strip; its detail is left to the caller, folded. True when the button was pressed.
pub fn failure_ui(ui: &mut Ui, failure: &Failure, button: Option<StripButton<'_>>, width: f32) -> bool {
    strip_ui(ui, Tone::Fail, &failure.to_string(), button, width)
}

/// The icon of a judgement.
#[must_use]
pub const fn tone_icon(tone: Tone) -> Icon {
    match tone {
        Tone::Ok => icon::CHECK_CIRCLE,
        Tone::Warn => icon::WARNING,
        Tone::Fail => icon::X_CIRCLE,
        Tone::Skip => icon::MINUS_CIRCLE,
        Tone::Sandbox => icon::CUBE,
        Tone::Accent | Tone::Neutral => icon::INFO,
    }
}
