//! The Mappings screen: the draft as a form on the left, what lands in the profile on the right.

mod preview;
mod review;
mod rows;
mod strips;

use egui::{Rect, ScrollArea, Ui, pos2, vec2};

use super::{
    icon,
    shell::region,
    theme::{Theme, Tone, space, text},
    when::Zone,
    widgets::{
        self,
        button::Button,
        field::Field,
        hairline,
        menu::{Item, menu_line_ui, menu_title_ui, menu_ui},
        splitter::{PaneSide, PaneSizes, splitter_ui},
    },
};
use crate::app::{
    Action, Model,
    mappings::{Do, Export},
};

/// Below this width the preview stands under the form.
const STACK_BELOW: f32 = 1120.0;

/// What only the drawing knows.
pub(super) struct View {
    zone: Zone,
    pane: f32,
    renaming: bool,
    folded_defaults: bool,
    folded_unmapped: bool,
    review: review::View,
}

impl Default for View {
    fn default() -> Self {
        Self {
            zone: Zone::default(),
            pane: 350.0,
            renaming: false,
            folded_defaults: false,
            folded_unmapped: false,
            review: review::View::default(),
        }
    }
}

/// Draws the screen.
pub(super) fn mappings_ui(ui: &mut Ui, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let area = ui.max_rect();
    let head = Rect::from_min_size(area.min, vec2(area.width(), space::HEADER));
    region(ui, head, |ui| header_ui(ui, model, view, actions));
    hairline(ui.painter(), head.left_bottom(), head.right_bottom(), theme.line);
    let rest = Rect::from_min_max(pos2(area.left(), head.bottom() + 1.0), area.max);
    if ui.ctx().content_rect().width() < STACK_BELOW {
        let (form, preview) = rest.split_top_bottom_at_fraction(0.62);
        region(ui, form, |ui| form_ui(ui, model, view, actions));
        region(ui, preview, |ui| preview::preview_ui(ui, model, actions));
    } else {
        let sizes = PaneSizes { range: 300.0..=560.0, usual: 350.0 };
        let edge = rest.right() - view.pane;
        let (form, preview) = rest.split_left_right_at_x(edge);
        region(ui, form, |ui| form_ui(ui, model, view, actions));
        region(ui, preview, |ui| preview::preview_ui(ui, model, actions));
        let line = Rect::from_min_max(pos2(edge, rest.top()), pos2(edge + 1.0, rest.bottom()));
        splitter_ui(ui, "Preview width", line, PaneSide::Right, &sizes, &mut view.pane);
    }
    review::review_ui(ui, model, &mut view.review, actions);
}

fn form_ui(ui: &mut Ui, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    ScrollArea::vertical().id_salt("mappings").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        strips::strips_ui(ui, model, actions);
        rows::rows_ui(ui, model, view, actions);
        ui.add_space(space::S24);
    });
}

fn header_ui(ui: &mut Ui, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    let area = ui.max_rect().shrink2(vec2(space::S16, 0.0));
    let left = Rect::from_min_max(area.min, pos2(area.right() - 560.0, area.bottom()));
    region(ui, left, |ui| {
        ui.add_space(space::S6);
        ui.spacing_mut().item_spacing.y = space::S2;
        name_ui(ui, model, view, actions);
        let width = ui.available_width();
        widgets::label_ui(ui, text::SMALL.cut(change_line(model, &view.zone), Theme::of(ui).t2, width));
    });
    region(ui, area, |ui| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = space::S8;
            verbs_ui(ui, model, actions);
        });
    });
}

fn name_ui(ui: &mut Ui, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    let mappings = &model.mappings;
    ui.horizontal(|ui| {
        if view.renaming {
            let mut name = mappings.name().to_owned();
            let shown = Field::new("Draft name").no_label().width(240.0).show(ui, &mut name);
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
        widgets::label_ui(ui, text::TITLE.job(mappings.name(), Theme::of(ui).t1));
        if widgets::button::small_icon_button_ui(ui, icon::PENCIL_SIMPLE, "Rename draft").clicked() {
            view.renaming = true;
        }
    });
}

fn change_line(model: &Model, zone: &Zone) -> String {
    let mappings = &model.mappings;
    let changes = match mappings.change_count() {
        0 => "no changes".to_owned(),
        1 => "1 change".to_owned(),
        many => format!("{many} changes"),
    };
    let saved = match (mappings.save_failure.is_some(), mappings.saved_at) {
        (true, _) => " · not saved".to_owned(),
        (false, Some(at)) => format!(" · saved {}", zone.minute(at)),
        (false, None) => String::new(),
    };
    let tenant = match (mappings.tenant.value(), mappings.tenant.loading().is_some()) {
        (Some(pulled), _) => format!(" · tenant read {}", zone.minute(pulled.at)),
        (None, true) => " · reading the tenant".to_owned(),
        (None, false) => " · offline".to_owned(),
    };
    format!("Draft, {changes} against tenant{saved}{tenant}")
}

fn verbs_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let mappings = &model.mappings;
    let opener = Button::new("Export").icon(icon::EXPORT).trailing(icon::CARET_DOWN).show(ui);
    export_menu_ui(&opener, actions);
    let reason = mappings.tenant.value().is_none().then_some("The tenant’s mappings could not be read");
    if Button::primary("Review & apply…").icon(icon::GIT_DIFF).blocked(reason).show(ui).clicked() {
        actions.push(Action::Mappings(Do::Review));
    }
    let (can_undo, can_redo) = mappings.can_undo_redo();
    let nothing = |can: bool| (!can).then_some("Nothing to undo here");
    let small = widgets::button::small_icon_button_unless_ui;
    if small(ui, icon::ARROW_CLOCKWISE, "Redo (Ctrl Shift Z)", nothing(can_redo)).clicked() {
        actions.push(Action::Mappings(Do::Redo));
    }
    if small(ui, icon::ARROW_COUNTER_CLOCKWISE, "Undo (Ctrl Z)", nothing(can_undo)).clicked() {
        actions.push(Action::Mappings(Do::Undo));
    }
    let (errors, warnings) = mappings.problem_counts();
    let mut count = |count: usize, words: &str, tone: Tone| {
        if count > 0 {
            widgets::label_ui(ui, text::SMALL.job(format!("{count} {words}"), theme.hue(tone).text));
            let (place, _) = ui.allocate_exact_size(vec2(14.0, 16.0), egui::Sense::hover());
            widgets::banner::tone_icon(tone).paint(
                ui.painter(),
                place.center(),
                space::ICON_CELL,
                theme.hue(tone).text,
            );
        }
    };
    count(warnings, "to check", Tone::Warn);
    count(errors, if errors == 1 { "problem" } else { "problems" }, Tone::Fail);
}

fn export_menu_ui(opener: &egui::Response, actions: &mut Vec<Action>) {
    menu_ui(opener, "Export", 230.0, |ui| {
        menu_title_ui(ui, "Copy");
        for export in Export::ALL {
            let keys = if export == Export::Ticket { "Ctrl E" } else { "" };
            let name = format!("Copy {}", lower_first(export.label()));
            let item = Item::new(&name).icon(icon::COPY);
            if if keys.is_empty() { item } else { item.keys(keys) }.show(ui) {
                actions.push(Action::Mappings(Do::CopyExport(export)));
            }
        }
        menu_line_ui(ui);
        menu_title_ui(ui, "Save");
        for export in Export::ALL {
            let name = format!("Save {}…", lower_first(export.label()));
            if Item::new(&name).icon(icon::EXPORT).show(ui) {
                actions.push(Action::Mappings(Do::Export(export)));
            }
        }
        menu_line_ui(ui);
        if Item::new("Open a mapping file…").icon(icon::FILE_ARROW_UP).show(ui) {
            actions.push(Action::Mappings(Do::OpenFile));
        }
        if Item::new("Begin again from the tenant").icon(icon::ARROW_U_UP_LEFT).show(ui) {
            actions.push(Action::Mappings(Do::ResetToTenant));
        }
    });
}

/// "Support ticket" after a verb; names keep their capitals.
fn lower_first(words: &str) -> String {
    if words.starts_with("CSV") || words.starts_with("Entra") || words.starts_with("Okta") {
        return words.to_owned();
    }
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
