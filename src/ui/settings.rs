//! The Settings screen: theme, redaction, where data lives and what leaves this computer.

use egui::{Rect, Ui, pos2, vec2};

use super::{
    icon,
    shell::region,
    theme::{Theme, space, text},
    widgets::{
        self,
        button::Button,
        card::card_ui,
        scroll::scroll_ui,
        segmented::{Segment, segmented_ui},
        switch::switch_ui,
    },
};
use crate::app::{
    Action, Model, forgetting,
    settings::{Do, ThemeChoice, ZOOMS},
};

/// Draws the screen.
pub(super) fn settings_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let area = ui.max_rect();
    let head = Rect::from_min_size(area.min, vec2(area.width(), space::HEADER));
    let title = head.shrink2(vec2(space::S16, 0.0));
    widgets::text_at(ui.painter(), title, widgets::Align::Left, text::TITLE.job("Settings", theme.t1));
    widgets::hairline(ui.painter(), head.left_bottom(), head.right_bottom(), theme.line);
    let body = Rect::from_min_max(pos2(title.left(), head.bottom() + 1.0), pos2(title.right(), area.bottom()));
    region(ui, body, |ui| {
        scroll_ui(ui, "settings", |ui| {
            ui.set_max_width(body.width().min(720.0));
            ui.add_space(space::S12);
            ui.spacing_mut().item_spacing.y = space::S8;
            appearance_ui(ui, model, actions);
            redaction_ui(ui, model, actions);
            data_ui(ui, model, actions);
            privacy_ui(ui);
        });
    });
}

fn section_ui(ui: &mut Ui, title: &str, words: &str, content: impl FnOnce(&mut Ui)) {
    card_ui(ui, false, 14, |ui| {
        let theme = Theme::of(ui);
        let width = ui.available_width();
        ui.set_width(width);
        ui.spacing_mut().item_spacing.y = space::S6;
        widgets::label_ui(ui, text::HEADING.job(title, theme.t1));
        widgets::label_ui(ui, text::SMALL.wrapped(words, theme.t2, width));
        content(ui);
    });
}

fn appearance_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    section_ui(ui, "Appearance", "Ctrl + and Ctrl - zoom as well; Ctrl 0 puts it back.", |ui| {
        let segments = ThemeChoice::ALL.map(|choice| Segment::new(choice.label()));
        let chosen = ThemeChoice::ALL.iter().position(|choice| *choice == model.settings.theme);
        if let Some(next) = segmented_ui(ui, "Theme", &segments, chosen, vec2(300.0, space::CONTROL)) {
            actions.push(Action::Settings(Do::Theme(ThemeChoice::ALL[next])));
        }
        let zoom = model.settings.zoom;
        let words = ZOOMS.map(|percent| format!("{percent} %"));
        let segments = words.each_ref().map(|words| Segment::new(words));
        let chosen = ZOOMS.iter().position(|percent| *percent == zoom);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::S8;
            if let Some(next) = segmented_ui(ui, "Zoom", &segments, chosen, vec2(340.0, space::CONTROL)) {
                actions.push(Action::Settings(Do::Zoom(ZOOMS[next])));
            }
            if chosen.is_none() {
                widgets::label_ui(ui, text::SMALL.job(format!("{zoom} % now"), Theme::of(ui).t2));
            }
        });
    });
}

fn redaction_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let words = "Copies and exports replace names, e-mail addresses and numbers of people by aliases. The same person is the same alias within one copy.";
    section_ui(ui, "Redaction", words, |ui| {
        ui.horizontal(|ui| {
            let on = model.settings.redaction;
            if switch_ui(ui, on, "Redact copies and exports", None).clicked() {
                actions.push(Action::Settings(Do::Redaction(!on)));
            }
            widgets::label_ui(ui, text::SMALL.job("Redact copies and exports", Theme::of(ui).t1));
        });
    });
}

fn data_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let Some(workspace) = model.workspace.value() else { return };
    let dir = workspace.data_dir.display().to_string();
    section_ui(ui, "Where data lives", "Profiles, drafts, settings and the journal, readable by you alone.", |ui| {
        ui.horizontal(|ui| {
            widgets::label_ui(ui, text::MONO_SM.job(dir.as_str(), Theme::of(ui).t1));
            if Button::new("Copy path").icon(icon::COPY).small().show(ui).clicked() {
                actions.push(Action::Copy { text: dir.clone(), said: "Path copied".to_owned() });
            }
        });
        let words = if workspace.keychain {
            "Tokens are kept in the system’s credential store, never in a file."
        } else {
            "This system has no credential store: tokens are kept until you close the window."
        };
        widgets::label_ui(ui, text::SMALL.job(words, Theme::of(ui).t2));
        if Button::new("Forget requests…").icon(icon::TRASH).show(ui).clicked() {
            actions.push(Action::Forgetting(forgetting::Do::Open(None)));
        }
    });
}

fn privacy_ui(ui: &mut Ui) {
    let words = "Only requests to the endpoints you name in a profile. No telemetry, no account, no update check.";
    section_ui(ui, "What leaves this computer", words, |_| {});
}
