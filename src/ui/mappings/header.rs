//! The head of the screen: the draft's name and how it stands, what is wrong, and the verbs.

use egui::{Rect, Sense, Ui, pos2, vec2};

use super::{View as Screen, export};
use crate::{
    app::{
        Action, Model,
        mappings::{Do, Saved},
    },
    ui::{
        icon,
        shell::region,
        theme::{Theme, Tone, space, text},
        when::Zone,
        widgets::{
            self,
            at_end::{at_end_ui, width_at_end},
            banner::tone_icon,
            button::{Button, small_icon_button_ui, small_icon_button_unless_ui},
            field::Field,
            tag::{tag_ui, tag_width},
        },
    },
};

/// What stands at the right of the head.
const VERBS: &str = "the head of the mappings";
/// A write that takes longer than this, in seconds, is mentioned.
const WORTH_MENTIONING: f64 = 0.15;

/// What only the drawing knows.
#[derive(Default)]
pub(super) struct View {
    renaming: bool,
    saving_since: Option<f64>,
}

/// Draws it.
pub(super) fn header_ui(ui: &mut Ui, model: &Model, screen: &mut Screen, actions: &mut Vec<Action>) {
    let area = ui.max_rect().shrink2(vec2(space::S12, 0.0));
    let view = &mut screen.header;
    region(ui, area, |ui| {
        let left = area.with_max_x(area.right() - width_at_end(ui, VERBS) - space::S12);
        widgets::over(ui, left, |ui| left_ui(ui, model, view, &screen.zone, actions));
        at_end_ui(ui, VERBS, |ui| {
            ui.spacing_mut().item_spacing.x = space::S8;
            verbs_ui(ui, model, actions);
        });
    });
}

fn left_ui(ui: &mut Ui, model: &Model, view: &mut View, zone: &Zone, actions: &mut Vec<Action>) {
    ui.add_space(space::S6);
    ui.spacing_mut().item_spacing.y = 0.0;
    let (top, width) = (ui.cursor().top(), ui.available_width());
    name_ui(ui, model, view, width, actions);
    if view.renaming {
        return;
    }
    let words = change_line(ui, model, view, zone);
    let line = widgets::label_ui(ui, text::SMALL.cut(words, Theme::of(ui).t2, width));
    let Some((glyph, words)) = offline_tag(model, zone) else { return };
    let from = line.rect.right() + space::S16;
    if from + tag_width(ui.painter(), Some(glyph), &words) <= ui.max_rect().right() {
        let spot = Rect::from_min_size(pos2(from, top + 10.0), vec2(1.0, space::TAG));
        widgets::over(ui, spot, |ui| tag_ui(ui, Tone::Skip, Some(glyph), &words));
    }
}

fn name_ui(ui: &mut Ui, model: &Model, view: &mut View, width: f32, actions: &mut Vec<Action>) {
    let mappings = &model.mappings;
    if view.renaming {
        ui.add_space(space::S6);
        let mut name = mappings.name().to_owned();
        let shown = Field::new("Draft name").no_label().width(width.min(280.0)).show(ui, &mut name);
        if name != mappings.name() {
            actions.push(Action::Mappings(Do::Name(name)));
        }
        if shown.response.lost_focus() {
            view.renaming = false;
        } else if !shown.response.has_focus() {
            shown.response.request_focus();
        }
        return;
    }
    ui.allocate_ui(vec2(width, 22.0), |ui| {
        ui.horizontal_centered(|ui| {
            ui.spacing_mut().item_spacing.x = space::S4;
            let name = if mappings.name().is_empty() { "Draft without a name" } else { mappings.name() };
            widgets::label_ui(ui, text::TITLE.cut(name, Theme::of(ui).t1, width - 28.0));
            if small_icon_button_ui(ui, icon::PENCIL_SIMPLE, "Rename draft").clicked() {
                view.renaming = true;
            }
        });
    });
}

fn change_line(ui: &Ui, model: &Model, view: &mut View, zone: &Zone) -> String {
    let mappings = &model.mappings;
    let changes = match (mappings.change_count(), mappings.tenant.value().is_some()) {
        (0, true) => "same as the tenant".to_owned(),
        (0, false) => "no changes".to_owned(),
        (1, known) => format!("1 change{}", if known { " against tenant" } else { "" }),
        (many, known) => format!("{many} changes{}", if known { " against tenant" } else { "" }),
    };
    let now = ui.input(|input| input.time);
    let state = mappings.save_state();
    view.saving_since = if state == Saved::Saving { view.saving_since.or(Some(now)) } else { None };
    let slow = view.saving_since.is_some_and(|since| now - since >= WORTH_MENTIONING);
    if view.saving_since.is_some() && !slow {
        ui.ctx().request_repaint_after(std::time::Duration::from_millis(160));
    }
    let saved = match (state, mappings.saved_at) {
        (Saved::Saving, _) if slow => " · saving…".to_owned(),
        (Saved::At(at), _) | (Saved::Saving, Some(at)) => format!(" · saved {}", zone.minute(at)),
        (Saved::Not, _) => " · not saved".to_owned(),
        (Saved::NotYet | Saved::Saving, _) => String::new(),
    };
    format!("Draft, {changes}{saved}")
}

fn offline_tag(model: &Model, zone: &Zone) -> Option<(icon::Icon, String)> {
    let mappings = &model.mappings;
    mappings.tenant.failure()?;
    if mappings.by_ticket() {
        return Some((icon::LIFEBUOY, "By ticket".to_owned()));
    }
    let read = mappings.tenant.value().map(|pulled| zone.minute(pulled.at));
    let words = read.map_or_else(|| "Offline".to_owned(), |at| format!("Offline, tenant last read {at}"));
    Some((icon::CLOUD_SLASH, words))
}

fn verbs_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let mappings = &model.mappings;
    let (errors, warnings) = mappings.problem_counts();
    count_ui(ui, errors, if errors == 1 { "problem" } else { "problems" }, Tone::Fail);
    count_ui(ui, warnings, "to check", Tone::Warn);
    ui.spacing_mut().item_spacing.x = space::S2;
    let (can_undo, can_redo) = mappings.can_undo_redo();
    let without = |can: bool, reason: &'static str| (!can).then_some(reason);
    let undo = without(can_undo, "Nothing to undo");
    if small_icon_button_unless_ui(ui, icon::ARROW_COUNTER_CLOCKWISE, "Undo (Ctrl Z)", undo).clicked() {
        actions.push(Action::Mappings(Do::Undo));
    }
    let redo = without(can_redo, "Nothing to redo");
    if small_icon_button_unless_ui(ui, icon::ARROW_CLOCKWISE, "Redo (Ctrl Shift Z)", redo).clicked() {
        actions.push(Action::Mappings(Do::Redo));
    }
    export::more_ui(ui, model, actions);
    ui.spacing_mut().item_spacing.x = space::S8;
    ui.add_space(space::S4);
    let reason = mappings.review_hindrance();
    if let Some(reason) = reason {
        widgets::label_ui(ui, text::SMALL.job(reason, Theme::of(ui).t3));
    }
    if Button::primary("Review & apply…").icon(icon::GIT_DIFF).blocked(reason).show(ui).clicked() {
        actions.push(Action::Mappings(Do::Review));
    }
    export::export_ui(ui, actions);
}

fn count_ui(ui: &mut Ui, count: usize, words: &str, tone: Tone) {
    if count == 0 {
        return;
    }
    let ink = Theme::of(ui).hue(tone).text;
    ui.spacing_mut().item_spacing.x = space::S4;
    let (place, _) = ui.allocate_exact_size(vec2(space::ICON_CELL, 16.0), Sense::hover());
    tone_icon(tone).paint(ui.painter(), place.center(), space::ICON_CELL, ink);
    widgets::label_ui(ui, text::SMALL.medium().job(format!("{count} {words}"), ink));
    ui.spacing_mut().item_spacing.x = space::S8;
    ui.add_space(space::S4);
}
