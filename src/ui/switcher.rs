//! The tenant at work and the menu to change it, in the top bar.

use egui::{Key, Modifiers, Popup, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::{
    icon,
    shell::is_modal,
    theme::{Theme, Tone, space, text},
    widgets::{
        self, focus_ring,
        menu::{Item, menu_line_ui, menu_ui},
        tag::{environment_look, paint_environment_badge, tag_width},
    },
};
use crate::app::{Action, Live, Model, Screen, profiles};

/// A name longer than this is cut; the menu has it whole.
const NAME: f32 = 260.0;

/// Draws the button and, while it is open, its menu.
pub(super) fn switcher_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let tone = match &model.requests.live {
        Some(Live::Following) => Tone::Ok,
        Some(Live::Waiting { .. }) => Tone::Warn,
        Some(Live::CatchingUp) => Tone::Accent,
        Some(Live::NotOffered | Live::Off) | None => Tone::Neutral,
    };
    let opener = opener_ui(ui, model, tone).on_hover_text("Switch tenant (Ctrl P)");
    if !is_modal(ui) && ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::P)) {
        Popup::toggle_id(ui.ctx(), Popup::default_response_id(&opener));
    }
    menu_ui(&opener, "Tenants", 280.0, |ui| {
        for profile in model.all_profiles() {
            let (glyph, _) = environment_look(profile.environment);
            let current = profile.id == model.current;
            if Item::new(&profile.name).icon(glyph).chosen(current).show(ui) {
                actions.push(Action::Switch(profile.id.clone()));
            }
        }
        menu_line_ui(ui);
        if Item::new("Connect a tenant…").icon(icon::PLUGS_CONNECTED).keys("Ctrl N").show(ui) {
            actions.push(Action::Profiles(profiles::Do::New));
        }
        if Item::new("Manage profiles").icon(icon::GEAR_SIX).keys(Screen::Profiles.keys()).show(ui) {
            actions.push(Action::Go(Screen::Profiles));
        }
    });
    if model.all_profiles().next().is_none() {
        widgets::label_ui(ui, text::SMALL.job("Starting…", theme.t3));
    }
}

/// One control: the state of the connection, the tenant's name, its environment.
fn opener_ui(ui: &mut Ui, model: &Model, tone: Tone) -> Response {
    const DOT: f32 = 8.0;
    let theme = Theme::of(ui);
    let name = ui.painter().layout_job(text::HEADING.cut(model.tenant_name(), theme.t1, NAME));
    let environment = model.environment();
    let badge = tag_width(ui.painter(), Some(environment_look(environment).0), environment.label());
    let width = 2.0 * space::S12 + DOT + space::S8 + name.size().x + space::S8 + badge + space::S12 + space::ICON_TAG;
    let (rect, response) = ui.allocate_exact_size(vec2(width.ceil(), space::CONTROL), Sense::click());
    let said = format!("Tenant: {}", model.tenant_name());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &said));
    response.ctx.accesskit_node_builder(response.id, |node| node.set_description(environment.label()));
    let fill = if response.hovered() { theme.hover } else { theme.raised };
    widgets::outlined(ui.painter(), rect, space::R_CONTROL, fill, theme.line2);
    let inner = rect.shrink2(vec2(space::S12, 0.0));
    ui.painter().circle_filled(pos2(inner.left() + DOT / 2.0, inner.center().y), DOT / 2.0, theme.hue(tone).text);
    let words = Rect::from_min_max(pos2(inner.left() + DOT + space::S8, inner.top()), inner.max);
    let words = widgets::galley_at(ui.painter(), words, widgets::Align::Left, name, theme.t1);
    paint_environment_badge(ui.painter(), theme, pos2(words.right() + space::S8, inner.center().y), environment);
    let caret = pos2(inner.right() - space::ICON_TAG / 2.0, inner.center().y);
    icon::CARET_UP_DOWN.paint(ui.painter(), caret, space::ICON_TAG, theme.t2);
    focus_ring(ui, &response, rect, space::R_CONTROL);
    response
}
