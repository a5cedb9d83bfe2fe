//! The tenant at work and the menu to change it, in the top bar.

use egui::Ui;

use super::{
    icon,
    theme::{Theme, Tone, text},
    widgets::{
        self,
        button::Button,
        menu::{Item, menu_line_ui, menu_ui},
        tag::{environment_badge_ui, environment_look},
    },
};
use crate::app::{Action, Live, Model, Screen, profiles};

/// Draws the button and, while it is open, its menu.
pub(super) fn switcher_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let tone = match &model.requests.live {
        Some(Live::Following) => Tone::Ok,
        Some(Live::Waiting { .. }) => Tone::Warn,
        Some(Live::CatchingUp) => Tone::Accent,
        Some(Live::NotOffered | Live::Off) | None => Tone::Neutral,
    };
    let (dot, _) = ui.allocate_exact_size(egui::vec2(10.0, 10.0), egui::Sense::hover());
    ui.painter().circle_filled(dot.center(), 4.0, theme.hue(tone).text);
    let name = format!("Tenant: {}", model.tenant_name());
    let opener = Button::new(model.tenant_name())
        .trailing(icon::CARET_UP_DOWN)
        .name(&name)
        .hover("Switch tenant (Ctrl P)")
        .show(ui);
    environment_badge_ui(ui, model.environment());
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
        if Item::new("Manage profiles").icon(icon::GEAR_SIX).keys("Ctrl 4").show(ui) {
            actions.push(Action::Go(Screen::Profiles));
        }
    });
    if model.all_profiles().next().is_none() {
        widgets::label_ui(ui, text::SMALL.job("Starting…", theme.t3));
    }
}
