//! Tags, outcome cells and the environment badge: a word in its colour, always with an icon where it judges.

use egui::{Color32, CornerRadius, Painter, Pos2, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::paint::{Align, text_at};
use crate::domain::exchange::Outcome;
use crate::domain::profile::Environment;
use crate::ui::icon::{self, Icon, Weight};
use crate::ui::theme::{Theme, Tone, space, text};

/// A tinted label, 18 points high.
pub fn tag_ui(ui: &mut Ui, tone: Tone, icon: Option<Icon>, word: &str) -> Response {
    let size = vec2(tag_width(ui.painter(), icon, word), space::TAG);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, word));
    paint_tag(ui.painter(), Theme::of(ui), rect.left_center(), tone, icon, word);
    response
}

/// Paints a tag that begins at `left`, centred on its height; returns its box.
pub fn paint_tag(painter: &Painter, theme: &Theme, left: Pos2, tone: Tone, icon: Option<Icon>, word: &str) -> Rect {
    paint_weight(painter, theme, left, (tone, word), icon, Weight::Regular)
}

/// How wide a tag is.
#[must_use]
pub fn tag_width(painter: &Painter, icon: Option<Icon>, word: &str) -> f32 {
    let text = painter.layout_job(text::LABEL.job(word, Color32::PLACEHOLDER)).size().x;
    let icon = if icon.is_some() { space::ICON_TAG + space::S4 } else { 0.0 };
    (text + icon + 2.0 * space::S6).ceil()
}

/// The badge of an environment: Sandbox, Staging or Production.
pub fn environment_badge_ui(ui: &mut Ui, environment: Environment) -> Response {
    let (icon, _) = environment_look(environment);
    let width = tag_width(ui.painter(), Some(icon), environment.label());
    let (rect, response) = ui.allocate_exact_size(vec2(width, space::TAG), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, environment.label()));
    paint_environment_badge(ui.painter(), Theme::of(ui), rect.left_center(), environment);
    response
}

/// Paints the badge of an environment; returns its box.
pub fn paint_environment_badge(painter: &Painter, theme: &Theme, left: Pos2, environment: Environment) -> Rect {
    let (icon, tone) = environment_look(environment);
    paint_weight(painter, theme, left, (tone, environment.label()), Some(icon), Weight::Bold)
}

/// The icon and colour of an environment.
#[must_use]
pub const fn environment_look(environment: Environment) -> (Icon, Tone) {
    match environment {
        Environment::Sandbox => (icon::CUBE, Tone::Sandbox),
        Environment::Staging => (icon::FLOW_ARROW, Tone::Warn),
        Environment::Production => (icon::LOCK_SIMPLE, Tone::Fail),
    }
}

/// The icon, colour and word of an outcome.
#[must_use]
pub const fn outcome_look(outcome: Outcome) -> (Icon, Tone, &'static str) {
    match outcome {
        Outcome::Success => (icon::CHECK_CIRCLE, Tone::Ok, "Succeeded"),
        Outcome::Warning => (icon::WARNING, Tone::Warn, "Warning"),
        Outcome::Failure => (icon::X_CIRCLE, Tone::Fail, "Failed"),
        Outcome::Skipped => (icon::MINUS_CIRCLE, Tone::Skip, "Skipped"),
    }
}

/// Paints an outcome in a cell: icon and word. The word of a success stays grey, so that failures stand out.
pub fn paint_outcome(painter: &Painter, theme: &Theme, cell: Rect, outcome: Outcome) {
    let (icon, tone, word) = outcome_look(outcome);
    let hue = theme.hue(tone);
    let ink = if outcome == Outcome::Success { theme.t2 } else { hue.text };
    let face = if outcome == Outcome::Success { text::SMALL } else { text::SMALL.medium() };
    paint_icon_text(painter, cell, (icon, hue.text), face.cut(word, ink, cell.width() - 18.0));
}

/// Paints an icon and a text after it in a cell; returns the text's box.
pub fn paint_icon_text(painter: &Painter, cell: Rect, icon: (Icon, Color32), job: egui::text::LayoutJob) -> Rect {
    let size = space::ICON_CELL;
    icon.0.paint(painter, pos2(cell.left() + size / 2.0, cell.center().y), size, icon.1);
    let rest = Rect::from_min_max(pos2(cell.left() + size + space::S4, cell.top()), cell.max);
    text_at(painter, rest, Align::Left, job)
}

fn paint_weight(
    painter: &Painter,
    theme: &Theme,
    left: Pos2,
    (tone, word): (Tone, &str),
    icon: Option<Icon>,
    weight: Weight,
) -> Rect {
    let hue = theme.hue(tone);
    let size = vec2(tag_width(painter, icon, word), space::TAG);
    let rect = Rect::from_min_size(pos2(left.x, left.y - space::TAG / 2.0), size);
    painter.rect_filled(rect, CornerRadius::same(space::R_TAG), hue.tint);
    let mut inner = rect.shrink2(vec2(space::S6, 0.0));
    if let Some(icon) = icon {
        let centre = pos2(inner.left() + space::ICON_TAG / 2.0, inner.center().y);
        icon.paint_weight(painter, centre, space::ICON_TAG, hue.text, weight);
        inner.min.x += space::ICON_TAG + space::S4;
    }
    text_at(painter, inner, Align::Left, text::LABEL.job(word, hue.text));
    rect
}
