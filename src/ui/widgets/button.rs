//! Buttons: a verb, mostly with an icon. One primary button a view; a disabled one stays visible and says why.

use egui::{Color32, Response, Role, Sense, Ui, UiBuilder, WidgetInfo, vec2};

use super::paint::{Align, focus_ring, galley_at, outlined, ring};
use crate::ui::icon::Icon;
use crate::ui::theme::{Theme, keyboard_leads, space, text};

/// How loud a button is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// The one thing to do here.
    Primary,
    /// The one thing to do here, which cannot be taken back.
    Final,
    /// Everything else.
    #[default]
    Secondary,
    /// No outline until hovered.
    Quiet,
    /// Reads as a link.
    Link,
}

/// A button about to be shown.
#[derive(Debug, Clone, Copy)]
#[must_use = "call `show`"]
pub struct Button<'a> {
    text: &'a str,
    kind: Kind,
    icon: Option<Icon>,
    trailing: Option<Icon>,
    name: Option<&'a str>,
    hover: Option<&'a str>,
    blocked: Option<&'a str>,
    small: bool,
}

impl<'a> Button<'a> {
    /// A secondary button.
    pub const fn new(text: &'a str) -> Self {
        Self {
            text,
            kind: Kind::Secondary,
            icon: None,
            trailing: None,
            name: None,
            hover: None,
            blocked: None,
            small: false,
        }
    }

    /// The one primary button of a view.
    pub const fn primary(text: &'a str) -> Self {
        Self { kind: Kind::Primary, ..Self::new(text) }
    }

    /// The one button of a view where it does what cannot be taken back.
    pub const fn final_one(text: &'a str) -> Self {
        Self { kind: Kind::Final, ..Self::new(text) }
    }

    /// A button without an outline.
    pub const fn quiet(text: &'a str) -> Self {
        Self { kind: Kind::Quiet, ..Self::new(text) }
    }

    /// A button that reads as a link.
    pub const fn link(text: &'a str) -> Self {
        Self { kind: Kind::Link, ..Self::new(text) }
    }

    /// With an icon before the verb.
    pub const fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// With an icon after the verb, such as a caret.
    pub const fn trailing(mut self, icon: Icon) -> Self {
        self.trailing = Some(icon);
        self
    }

    /// 22 points high, for strips and rows.
    pub const fn small(mut self) -> Self {
        self.small = true;
        self
    }

    /// The accessible name, where the visible words are not enough to tell two buttons apart.
    pub const fn name(mut self, name: &'a str) -> Self {
        self.name = Some(name);
        self
    }

    /// What the pointer learns by resting on it, such as the key that does the same.
    pub const fn hover(mut self, text: &'a str) -> Self {
        self.hover = Some(text);
        self
    }

    /// Disabled while there is a reason.
    pub const fn blocked(mut self, reason: Option<&'a str>) -> Self {
        self.blocked = reason;
        self
    }

    /// How wide it will be.
    #[must_use]
    pub fn width(&self, ui: &Ui) -> f32 {
        let text = ui.painter().layout_job(self.face().job(self.text, Color32::PLACEHOLDER)).size().x;
        let icons = [self.icon, self.trailing].into_iter().flatten().count();
        let (icon, gap) = self.icon_and_gap();
        #[allow(clippy::cast_precision_loss, reason = "at most two icons")]
        let wide = 2.0 * self.padding() + text + icons as f32 * (icon + gap);
        wide.ceil()
    }

    /// Shows it at the cursor.
    pub fn show(self, ui: &mut Ui) -> Response {
        let height = if self.small { space::CONTROL_SMALL } else { space::CONTROL };
        let size = vec2(self.width(ui), height);
        let response = interact(ui, size, self.blocked);
        let name = self.name.unwrap_or(self.text);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, self.blocked.is_none(), name));
        if ui.is_rect_visible(response.rect) {
            self.paint(ui, &response);
        }
        explain(response, self.hover, self.blocked)
    }

    fn paint(&self, ui: &Ui, response: &Response) {
        let theme = Theme::of(ui);
        let (painter, rect) = (ui.painter(), response.rect);
        let radius = if self.small { space::R_CHIP } else { space::R_CONTROL };
        let (fill, line, ink) = self.colors(theme, response);
        outlined(painter, rect, radius, fill, line);
        let (icon, gap) = self.icon_and_gap();
        let mut inner = rect.shrink2(vec2(self.padding(), 0.0));
        if let Some(leading) = self.icon {
            leading.paint(painter, egui::pos2(inner.left() + icon / 2.0, inner.center().y), icon, ink);
            inner.min.x += icon + gap;
        }
        if let Some(trailing) = self.trailing {
            let size = space::ICON_TAG;
            trailing.paint(painter, egui::pos2(inner.right() - size / 2.0, inner.center().y), size, ink);
            inner.max.x -= icon + gap;
        }
        let align = if self.icon.is_some() || self.trailing.is_some() { Align::Left } else { Align::Middle };
        let words = painter.layout_job(self.face().job(self.text, Color32::PLACEHOLDER));
        galley_at(painter, inner, align, words, ink);
        if self.kind == Kind::Primary && response.has_focus() && keyboard_leads(ui.ctx()) {
            // The usual ring would vanish in the fill.
            ring(painter, rect.shrink(2.0), radius - 2, theme.accent_on);
        } else {
            focus_ring(ui, response, rect, radius);
        }
    }

    fn colors(&self, theme: &Theme, response: &Response) -> (Color32, Color32, Color32) {
        let none = Color32::TRANSPARENT;
        if self.blocked.is_some() {
            return match self.kind {
                Kind::Quiet | Kind::Link => (none, none, theme.t3),
                Kind::Primary | Kind::Final | Kind::Secondary => (theme.hover, theme.hover, theme.t3),
            };
        }
        let (hovered, pressed) = (response.hovered(), response.is_pointer_button_down_on());
        match self.kind {
            Kind::Primary => {
                let lift = if theme.dark { theme.accent_on } else { theme.t1 };
                let share = if pressed {
                    0.16
                } else if hovered {
                    0.07
                } else {
                    0.0
                };
                let fill = theme.accent_fill.lerp_to_gamma(lift, share);
                (fill, fill, theme.accent_on)
            }
            Kind::Final => {
                let line = if hovered || pressed { theme.fail.text } else { theme.fail.bar };
                (theme.fail.tint, line, theme.fail.text)
            }
            Kind::Secondary if pressed => (theme.sel, theme.accent_line, theme.t1),
            Kind::Secondary if hovered => (theme.hover, theme.line2, theme.t1),
            Kind::Secondary => (theme.raised, theme.line2, theme.t1),
            Kind::Quiet if pressed => (theme.sel, theme.sel, theme.t1),
            Kind::Quiet if hovered => (theme.hover, theme.hover, theme.t1),
            Kind::Quiet => (none, none, theme.t2),
            Kind::Link if hovered || pressed => (theme.hover, theme.hover, theme.accent),
            Kind::Link => (none, none, theme.accent),
        }
    }

    const fn face(&self) -> text::Face {
        text::SMALL.medium()
    }

    const fn padding(&self) -> f32 {
        match (self.kind, self.small) {
            (Kind::Link, _) => space::S6,
            (_, true) => space::S8,
            (_, false) => 11.0,
        }
    }

    const fn icon_and_gap(&self) -> (f32, f32) {
        (space::ICON_CELL, space::S6)
    }
}

/// A square button that is only an icon; `name` is its accessible name and what the pointer learns.
pub fn icon_button_ui(ui: &mut Ui, icon: Icon, name: &str) -> Response {
    square(ui, icon, name, space::CONTROL, space::ICON, None)
}

/// The 24-point one of pane headers and code blocks.
pub fn small_icon_button_ui(ui: &mut Ui, icon: Icon, name: &str) -> Response {
    square(ui, icon, name, space::ICON_BUTTON_SMALL, space::ICON_CELL, None)
}

/// The 24-point one, disabled while there is a reason.
pub fn small_icon_button_unless_ui(ui: &mut Ui, icon: Icon, name: &str, blocked: Option<&str>) -> Response {
    square(ui, icon, name, space::ICON_BUTTON_SMALL, space::ICON_CELL, blocked)
}

fn square(ui: &mut Ui, icon: Icon, name: &str, side: f32, size: f32, blocked: Option<&str>) -> Response {
    let response = interact(ui, vec2(side, side), blocked);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, blocked.is_none(), name));
    let theme = Theme::of(ui);
    if blocked.is_none() && response.hovered() {
        let fill = if response.is_pointer_button_down_on() { theme.sel } else { theme.hover };
        ui.painter().rect_filled(response.rect, f32::from(space::R_CONTROL), fill);
    }
    let ink = match (blocked, response.hovered()) {
        (Some(_), _) => theme.t3,
        (None, true) => theme.t1,
        (None, false) => theme.t2,
    };
    icon.paint(ui.painter(), response.rect.center(), size, ink);
    focus_ring(ui, &response, response.rect, space::R_CONTROL);
    explain(response, Some(name), blocked)
}

fn interact(ui: &mut Ui, size: egui::Vec2, blocked: Option<&str>) -> Response {
    if blocked.is_none() {
        return ui.allocate_response(size, Sense::click());
    }
    let (id, rect) = ui.allocate_space(size);
    ui.new_child(UiBuilder::new().disabled().max_rect(rect)).interact(rect, id, Sense::click())
}

/// Says on hover what a control does or why it is disabled; a screen reader hears the reason too.
pub(super) fn explain(response: Response, hover: Option<&str>, blocked: Option<&str>) -> Response {
    match (blocked, hover) {
        (Some(reason), _) => {
            response.ctx.accesskit_node_builder(response.id, |node| node.set_description(reason));
            response.on_disabled_hover_text(reason)
        }
        (None, Some(text)) => response.on_hover_text(text),
        (None, None) => response,
    }
}
