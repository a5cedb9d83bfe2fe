//! Menus: a popup of verbs under the control that opens them. Arrows move, Enter picks, Esc closes and gives the focus back.

use egui::{
    CornerRadius, Frame, Margin, Popup, PopupCloseBehavior, Response, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2,
};

use super::button::explain;
use super::key_cap::paint_key_cap;
use super::paint::{Align, focus_ring, hairline, text_at};
use crate::ui::icon::Icon;
use crate::ui::theme::{Theme, space, text};

/// One verb of a menu.
#[derive(Debug, Clone, Copy)]
#[must_use = "call `show`"]
pub struct Item<'a> {
    text: &'a str,
    icon: Option<Icon>,
    keys: Option<&'a str>,
    chosen: Option<bool>,
    blocked: Option<&'a str>,
}

/// Opens a menu under `opener` on its click; `None` while it is shut.
pub fn menu_ui<R>(opener: &Response, name: &str, width: f32, content: impl FnOnce(&mut Ui) -> R) -> Option<R> {
    let theme = Theme::at(&opener.ctx);
    opener.ctx.accesskit_node_builder(opener.id, |node| node.set_has_popup(egui::accesskit::HasPopup::Menu));
    let shown = Popup::menu(opener)
        .accessible_name(name)
        .close_behavior(PopupCloseBehavior::CloseOnClick)
        .width(width)
        .gap(4.0)
        .frame(popup_frame(theme).inner_margin(Margin::same(4)))
        .show(|ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing.y = 0.0;
            content(ui)
        })?;
    if shown.response.should_close() {
        opener.request_focus();
    }
    Some(shown.inner)
}

/// The look of everything that floats: fill, outline, shadow.
pub(super) fn popup_frame(theme: &Theme) -> Frame {
    Frame::new()
        .fill(theme.popup)
        .stroke(Stroke::new(1.0, theme.line2))
        .corner_radius(CornerRadius::same(space::R_CARD))
        .shadow(theme.shadow)
}

/// A line between groups of verbs.
pub fn menu_line_ui(ui: &mut Ui) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 9.0), Sense::hover());
    hairline(ui.painter(), rect.left_center(), rect.right_center(), Theme::of(ui).line);
}

/// A grey line of words over a group.
pub fn menu_title_ui(ui: &mut Ui, words: &str) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
    let theme = Theme::of(ui);
    text_at(ui.painter(), rect.shrink2(vec2(space::S8, 0.0)), Align::Left, text::LABEL.job(words, theme.t3));
}

impl<'a> Item<'a> {
    /// A verb.
    pub const fn new(text: &'a str) -> Self {
        Self { text, icon: None, keys: None, chosen: None, blocked: None }
    }

    /// With an icon.
    pub const fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// With the key that does the same.
    pub const fn keys(mut self, keys: &'a str) -> Self {
        self.keys = Some(keys);
        self
    }

    /// One of several values, ticked or not.
    pub const fn chosen(mut self, chosen: bool) -> Self {
        self.chosen = Some(chosen);
        self
    }

    /// Disabled while there is a reason.
    pub const fn blocked(mut self, reason: Option<&'a str>) -> Self {
        self.blocked = reason;
        self
    }

    /// Shows it; true when picked.
    pub fn show(self, ui: &mut Ui) -> bool {
        let sense = if self.blocked.is_some() { Sense::hover() } else { Sense::click() };
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), space::CONTROL), sense);
        let role = if self.chosen.is_some() { Role::MenuItemRadio } else { Role::MenuItem };
        response.widget_info(|| match self.chosen {
            Some(on) => WidgetInfo::selected(role, self.blocked.is_none(), on, self.text),
            None => WidgetInfo::labeled(role, self.blocked.is_none(), self.text),
        });
        let theme = Theme::of(ui);
        let painter = ui.painter();
        let lit = self.blocked.is_none() && (response.hovered() || response.has_focus());
        if lit {
            painter.rect_filled(rect, CornerRadius::same(space::R_CHIP), theme.hover);
        }
        let mut inner = rect.shrink2(vec2(space::S8, 0.0));
        if let Some(icon) = self.icon {
            let ink = if self.blocked.is_some() { theme.t3 } else { theme.t2 };
            icon.paint(painter, pos2(inner.left() + 7.0, inner.center().y), space::ICON_CELL, ink);
            inner.min.x += 22.0;
        }
        let ink = if self.blocked.is_some() { theme.t3 } else { theme.t1 };
        let face = if self.chosen.is_some() { text::SMALL } else { text::SMALL.medium() };
        let room = inner.width() - if self.keys.is_some() { 60.0 } else { 20.0 };
        text_at(painter, inner, Align::Left, face.cut(self.text, ink, room));
        if let Some(keys) = self.keys {
            paint_key_cap(painter, theme, inner.right_center(), keys);
        }
        if self.chosen == Some(true) {
            let centre = pos2(inner.right() - 7.0, inner.center().y);
            crate::ui::icon::CHECK.paint(painter, centre, space::ICON_CELL, theme.accent);
        }
        focus_ring(ui, &response, rect, space::R_CHIP);
        let response = match self.blocked {
            Some(reason) => response.on_hover_text(reason),
            None => explain(response, None, None),
        };
        if response.clicked() {
            // A pick by Enter is no click of the pointer, which would close it by itself.
            ui.close();
        }
        response.clicked()
    }
}
