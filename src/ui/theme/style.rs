//! egui's own style from the tokens. Only text fields, scroll bars, menus and tooltips draw by it; house widgets do not.

use egui::epaint::FontColorTransferFunction;
use egui::style::{ScrollStyle, Selection, WidgetVisuals};
use egui::{Color32, CornerRadius, Margin, Stroke, Style, TextStyle, Visuals, vec2};

use super::color::Theme;
use super::{space, text};

/// Sets `style` to the look of `theme`.
pub(super) fn apply(style: &mut Style, theme: &Theme) {
    style.visuals = visuals(theme);
    style.animation_time = 0.0;
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.4;
    style.interaction.resize_grab_radius_side = 4.0;
    style.text_styles = [
        (TextStyle::Heading, text::TITLE.font()),
        (TextStyle::Body, text::SMALL.font()),
        (TextStyle::Button, text::SMALL.medium().font()),
        (TextStyle::Small, text::LABEL.regular().font()),
        (TextStyle::Monospace, text::MONO.font()),
    ]
    .into();
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(space::S8, space::S8);
    spacing.button_padding = vec2(space::S8, space::S4);
    spacing.interact_size = vec2(space::CONTROL_SMALL, space::CONTROL_SMALL);
    spacing.window_margin = Margin::same(0);
    spacing.menu_margin = Margin::same(4);
    spacing.tooltip_width = 340.0;
    spacing.scroll = ScrollStyle {
        bar_width: 8.0,
        floating_width: 4.0,
        floating_allocated_width: 0.0,
        foreground_color: true,
        dormant_background_opacity: 0.0,
        active_background_opacity: 0.0,
        interact_background_opacity: 0.0,
        dormant_handle_opacity: 0.0,
        active_handle_opacity: 0.4,
        interact_handle_opacity: 0.7,
        ..ScrollStyle::floating()
    };
    spacing.scroll.fade.strength = 0.0;
}

fn visuals(theme: &Theme) -> Visuals {
    let mut visuals = if theme.dark { Visuals::dark() } else { Visuals::light() };
    // egui's dark curve draws bolder than intended; 0.78 matches the drawings.
    visuals.text_options.color_transfer_function =
        if theme.dark { FontColorTransferFunction::Gamma(0.78) } else { FontColorTransferFunction::Off };
    visuals.override_text_color = None;
    visuals.weak_text_color = Some(theme.t3);
    visuals.hyperlink_color = theme.accent;
    visuals.faint_bg_color = theme.raised;
    visuals.extreme_bg_color = theme.input;
    visuals.text_edit_bg_color = Some(theme.input);
    visuals.code_bg_color = theme.input;
    visuals.warn_fg_color = theme.warn.text;
    visuals.error_fg_color = theme.fail.text;
    visuals.panel_fill = theme.base;
    visuals.window_fill = theme.popup;
    visuals.window_stroke = Stroke::new(1.0, theme.line2);
    visuals.window_corner_radius = CornerRadius::same(space::R_DIALOG);
    visuals.window_shadow = theme.shadow;
    visuals.menu_corner_radius = CornerRadius::same(space::R_CARD);
    visuals.popup_shadow = theme.shadow;
    visuals.selection = Selection {
        bg_fill: if theme.dark {
            theme.accent_fill.gamma_multiply(0.6)
        } else {
            theme.accent_line.gamma_multiply(0.28)
        },
        stroke: Stroke::new(1.0, theme.t1),
    };
    visuals.text_cursor.blink = false;
    visuals.text_cursor.stroke = Stroke::new(1.0, theme.accent);
    // House widgets draw their own disabled state, at full strength so that it stays readable.
    visuals.disabled_alpha = 1.0;
    visuals.widgets.noninteractive = widget(theme.raised, theme.line, theme.t2);
    visuals.widgets.inactive = widget(theme.raised, theme.line2, theme.t1);
    visuals.widgets.hovered = widget(theme.hover, theme.line2, theme.t1);
    visuals.widgets.active = widget(theme.sel, theme.accent_line, theme.t1);
    visuals.widgets.open = widget(theme.hover, theme.line2, theme.t1);
    visuals
}

fn widget(fill: Color32, line: Color32, text: Color32) -> WidgetVisuals {
    WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, line),
        corner_radius: CornerRadius::same(space::R_CONTROL),
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    }
}
