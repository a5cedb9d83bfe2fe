//! The Profiles screen: every tenant with its environment, endpoint and where its token is.

use egui::{Rect, Ui, pos2, vec2};

use super::{
    icon,
    shell::region,
    theme::{Theme, Tone, space, text},
    widgets::{
        self,
        at_end::at_end_ui,
        button::Button,
        card::card_ui,
        scroll::scroll_ui,
        tag::{environment_badge_ui, tag_ui},
    },
};
use crate::{
    app::{Action, Model, TokenPlace, profiles::Do},
    domain::profile::Profile,
};

/// Draws the screen.
pub(super) fn profiles_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let area = ui.max_rect();
    let head = Rect::from_min_size(area.min, vec2(area.width(), space::HEADER));
    region(ui, head.shrink2(vec2(space::S16, 0.0)), |ui| {
        ui.horizontal_centered(|ui| {
            widgets::label_ui(ui, text::TITLE.job("Profiles", theme.t1));
            let words = "Each is a saved connection to one tenant.";
            widgets::label_ui(ui, text::SMALL.job(words, theme.t3));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let button = Button::primary("Connect a tenant…").icon(icon::PLUGS_CONNECTED).hover("Ctrl N");
                if button.show(ui).clicked() {
                    actions.push(Action::Profiles(Do::New));
                }
            });
        });
    });
    widgets::hairline(ui.painter(), head.left_bottom(), head.right_bottom(), theme.line);
    let body =
        Rect::from_min_max(pos2(area.left() + space::S16, head.bottom() + 1.0), area.max - vec2(space::S16, 0.0));
    region(ui, body, |ui| {
        scroll_ui(ui, "profiles", |ui| {
            ui.add_space(space::S12);
            ui.spacing_mut().item_spacing.y = space::S8;
            let width = ui.available_width().min(900.0);
            for profile in model.all_profiles() {
                ui.allocate_ui(vec2(width, 0.0), |ui| profile_ui(ui, model, profile, actions));
            }
        });
    });
}

fn profile_ui(ui: &mut Ui, model: &Model, profile: &Profile, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let current = profile.id == model.current;
    card_ui(ui, current, 14, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing = vec2(space::S8, space::S6);
        ui.horizontal(|ui| {
            widgets::label_ui(ui, text::HEADING.job(profile.name.as_str(), theme.t1));
            environment_badge_ui(ui, profile.environment);
            if current {
                tag_ui(ui, Tone::Accent, None, "In use");
            }
            at_end_ui(ui, profile.id.0.as_str(), |ui| verbs_ui(ui, profile, current, actions));
        });
        let width = ui.available_width();
        widgets::label_ui(ui, text::MONO_SM.cut(profile.scim_url.as_str(), theme.t2, width));
        let support = profile.support_url.as_ref().map_or("No support API", |url| url.as_str());
        widgets::label_ui(ui, text::MONO_SM.cut(support, theme.t3, width));
        let facts = format!("{} · {}", profile.identity_provider.label(), token_words(model, profile));
        widgets::label_ui(ui, text::SMALL.wrapped(facts, theme.t2, width));
    });
}

fn token_words(model: &Model, profile: &Profile) -> &'static str {
    if profile.id.is_sandbox() {
        return "Runs on this computer with a token of its own";
    }
    let place = model.workspace.value().and_then(|workspace| workspace.tokens.get(&profile.id));
    match place {
        Some(TokenPlace::Keychain) => "Token in the system’s credential store",
        Some(TokenPlace::Session) => "Token kept until you close the window: this system has no credential store",
        Some(TokenPlace::Absent) | None => "No token: edit the profile to paste one",
    }
}

fn verbs_ui(ui: &mut Ui, profile: &Profile, current: bool, actions: &mut Vec<Action>) {
    let named = |verb: &str| format!("{verb} {}", profile.name);
    let switch = named("Use");
    if !current && Button::new("Use").icon(icon::CHECK).small().name(&switch).show(ui).clicked() {
        actions.push(Action::Switch(profile.id.clone()));
    }
    if !profile.id.is_sandbox() {
        let (remove, duplicate, edit) = (named("Remove"), named("Duplicate"), named("Edit"));
        if Button::new("Edit…").icon(icon::PENCIL_SIMPLE).small().name(&edit).show(ui).clicked() {
            actions.push(Action::Profiles(Do::Edit(profile.id.clone())));
        }
        if Button::new("Duplicate…").icon(icon::COPY).small().name(&duplicate).show(ui).clicked() {
            actions.push(Action::Profiles(Do::Duplicate(profile.id.clone())));
        }
        if Button::new("Remove").icon(icon::TRASH).small().name(&remove).hover("Can be undone").show(ui).clicked() {
            actions.push(Action::Profiles(Do::Remove(profile.id.clone())));
        }
    }
}
