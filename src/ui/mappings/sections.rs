//! The form in three sections: default attributes locked, custom mappings to edit, and what was received unmapped.

use egui::{Rect, Response, Role, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use super::{
    View as Screen,
    columns::{ATTRIBUTE, FIELD, KIND, Lanes, MARK, NAME, PADDING, REMOVE, SHORT, STATUS, shown_name},
    custom,
};
use crate::{
    app::{
        Action, Model,
        mappings::{Do, short_name},
    },
    domain::{
        attribute::{DEFAULTS, DefaultAttribute},
        journal::Count,
    },
    ui::{
        icon,
        shell::grouped,
        theme::{Theme, Tone, space, text},
        widgets::{
            self, Align,
            banner::{StripButton, failure_ui},
            button::Button,
            focus_ring, hairline,
            key_cap::key_cap_ui,
            scroll::scroll_ui,
            status::spinner_ui,
            text_at,
        },
    },
};

/// The most attributes that are listed as received and not mapped.
const MOST_UNMAPPED: usize = 50;
/// A form this high shows the default attributes from the start.
const ROOM_FOR_DEFAULTS: f32 = 480.0;
/// Up to so many rows are all drawn, so that Tab reaches each; of more, those near the window.
const DRAWN_WHOLE: usize = 200;

/// What only the drawing knows.
#[derive(Default)]
pub(super) struct View {
    /// As the user left it; until then folded where the form is low.
    defaults_folded: Option<bool>,
    custom_folded: bool,
    unmapped_folded: bool,
    heights: Vec<f32>,
    pub(super) cursor_row: Option<usize>,
}

/// Draws the table head and the sections below it.
pub(super) fn sections_ui(ui: &mut Ui, model: &Model, screen: &mut Screen, actions: &mut Vec<Action>) {
    let area = ui.max_rect();
    let lanes = Lanes::over(area, &screen.dragged);
    let head = Rect::from_min_size(area.min, vec2(area.width(), space::TABLE_HEAD));
    lanes.laid().head_ui(ui, head, &lanes.columns, None, &mut screen.dragged, PADDING);
    let body = area.with_min_y(head.bottom());
    let view = &mut screen.sections;
    let zone = &screen.zone;
    let builder = UiBuilder::new().max_rect(body).id_salt("mappings form");
    ui.scope_builder(builder, |ui| {
        ui.set_clip_rect(body.intersect(ui.clip_rect()));
        scroll_ui(ui, "rows", |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            defaults_ui(ui, &lanes, view);
            custom_ui(ui, model, &lanes, view, zone, actions);
            unmapped_ui(ui, model, &lanes, view, actions);
            ui.add_space(space::S24);
        });
    });
}

/// One line of the table over the whole width.
pub(super) fn line_of(ui: &mut Ui, height: f32) -> Rect {
    ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover()).0
}

/// The line below a row.
pub(super) fn underline(ui: &Ui, row: Rect) {
    let y = row.bottom() - 1.0;
    hairline(ui.painter(), pos2(row.left(), y), pos2(row.right(), y), Theme::of(ui).line);
}

fn section_ui(ui: &mut Ui, title: &str, count: usize, folded: &mut bool, note: impl FnOnce(&Ui, Rect)) {
    let theme = Theme::of(ui);
    let rect = line_of(ui, space::SECTION_ROW);
    let response = ui.interact(rect, ui.scope_id().with(title), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::DisclosureTriangle, true, title));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_expanded(!*folded));
    if response.clicked() {
        *folded = !*folded;
    }
    ui.painter().rect_filled(rect, 0.0, if response.hovered() { theme.hover } else { theme.raised });
    let caret = if *folded { icon::CARET_RIGHT } else { icon::CARET_DOWN };
    caret.paint(ui.painter(), pos2(rect.left() + 16.0, rect.center().y), space::ICON_TAG, theme.t3);
    let words = Rect::from_min_max(pos2(rect.left() + 28.0, rect.top()), rect.max - vec2(space::S12, 0.0));
    let shown = text_at(ui.painter(), words, Align::Left, text::HEADING.job(title, theme.t1));
    let after = words.with_min_x(shown.right() + space::S6);
    let shown = text_at(ui.painter(), after, Align::Left, text::SMALL.job(grouped(count as u64), theme.t3));
    note(ui, words.with_min_x(shown.right() + space::S16));
    underline(ui, rect);
    focus_ring(ui, &response, rect.shrink(1.0), space::R_TAG);
}

fn note_at(ui: &Ui, room: Rect, words: &str) {
    let theme = Theme::of(ui);
    text_at(ui.painter(), room, Align::Right, text::LABEL.regular().cut(words, theme.t3, room.width()));
}

fn defaults_ui(ui: &mut Ui, lanes: &Lanes, view: &mut View) {
    let was_folded = view.defaults_folded.unwrap_or(ui.clip_rect().height() < ROOM_FOR_DEFAULTS);
    let mut folded = was_folded;
    section_ui(ui, "Default attributes", DEFAULTS.len(), &mut folded, |ui, room| {
        note_at(ui, room, "Every tenant has these. They cannot be changed.");
    });
    if folded != was_folded {
        view.defaults_folded = Some(folded);
    }
    if !folded {
        for default in &DEFAULTS {
            locked_row_ui(ui, lanes, default);
        }
    }
}

fn locked_row_ui(ui: &mut Ui, lanes: &Lanes, default: &DefaultAttribute) {
    let theme = Theme::of(ui);
    let rect = line_of(ui, space::ROW);
    let name = format!("{}:{}", default.schema, default.path);
    let response = ui.interact(rect, ui.scope_id().with(&name), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Row, true, format!("{name}, {}, built in", default.label)));
    icon::LOCK_SIMPLE.paint(ui.painter(), lanes.cell(MARK, rect).center(), space::ICON_TAG, theme.t3);
    let cell = inset(lanes.cell(ATTRIBUTE, rect));
    text_at(ui.painter(), cell, Align::Left, shown_name(theme, &name, lanes.in_full, &no_marks(), cell.width()));
    if lanes.shows(SHORT) {
        let cell = lanes.cell(SHORT, rect);
        let words = default.path.replace("[type eq \"work\"].value", "[work]");
        text_at(ui.painter(), cell, Align::Left, NAME.cut(words, theme.t2, cell.width()));
    }
    let cell = inset(lanes.cell(FIELD, rect));
    text_at(ui.painter(), cell, Align::Left, text::SMALL.cut(default.label, theme.t2, cell.width()));
    if lanes.shows(KIND) {
        let cell = lanes.cell(KIND, rect);
        text_at(ui.painter(), cell, Align::Left, text::SMALL.cut(default.kind, theme.t2, cell.width()));
    }
    text_at(ui.painter(), lanes.cell(STATUS, rect), Align::Left, text::SMALL.job("Built in", theme.t3));
    underline(ui, rect);
}

/// Where the text of a field begins, so that fixed and editable names stand in one line.
pub(super) fn inset(cell: Rect) -> Rect {
    cell.with_min_x(cell.left() + space::S4)
}

const fn no_marks() -> super::columns::Marks {
    (Vec::new(), Tone::Neutral)
}

fn custom_ui(
    ui: &mut Ui,
    model: &Model,
    lanes: &Lanes,
    view: &mut View,
    zone: &crate::ui::when::Zone,
    actions: &mut Vec<Action>,
) {
    let mappings = &model.mappings;
    let rows = mappings.rows();
    section_ui(ui, "Custom fields", rows.len(), &mut view.custom_folded, |ui, room| {
        let theme = Theme::of(ui);
        let job = text::LABEL.regular().cut("changed in this draft", theme.t3, room.width() - space::S12);
        let words = text_at(ui.painter(), room, Align::Right, job);
        let dot = pos2(words.left() - 8.0, room.center().y);
        ui.painter().circle_filled(dot, 3.0, theme.accent_line);
    });
    if mappings.focus_row.is_none() {
        view.cursor_row = None;
    } else if mappings.focus_row != view.cursor_row {
        view.custom_folded = false;
    }
    if view.custom_folded {
        return;
    }
    if rows.is_empty() {
        nothing_mapped_ui(ui, model, zone);
    }
    view.heights.resize(rows.len(), space::ROW);
    let near = ui.clip_rect().expand(ui.clip_rect().height());
    for (index, row) in rows.iter().enumerate() {
        let top = ui.cursor().top();
        let far = top + view.heights[index] < near.top() || top > near.bottom();
        if rows.len() > DRAWN_WHOLE && far && mappings.focus_row != Some(index) {
            ui.add_space(view.heights[index]);
            continue;
        }
        custom::row_ui(ui, model, lanes, (index, row), &mut view.cursor_row, actions);
        view.heights[index] = ui.cursor().top() - top;
    }
    add_ui(ui, actions);
}

fn nothing_mapped_ui(ui: &mut Ui, model: &Model, zone: &crate::ui::when::Zone) {
    let read = model.mappings.tenant.value().map(|pulled| zone.minute(pulled.at));
    let words = match (read, model.mappings.tenant.loading().is_some()) {
        (Some(at), _) => format!("No custom field is mapped, neither here nor on the tenant as it was at {at}."),
        (None, true) => "The tenant’s mappings are being read.".to_owned(),
        (None, false) => "No custom field is mapped in this draft yet.".to_owned(),
    };
    quiet_line_ui(ui, &words);
}

fn quiet_line_ui(ui: &mut Ui, words: &str) -> Response {
    let theme = Theme::of(ui);
    let rect = line_of(ui, space::SECTION_ROW);
    let response = ui.interact(rect, ui.scope_id().with(words), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
    let room = rect.with_min_x(rect.left() + 28.0);
    text_at(ui.painter(), room, Align::Left, text::SMALL.cut(words, theme.t2, room.width()));
    response
}

fn add_ui(ui: &mut Ui, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    ui.allocate_ui(vec2(ui.available_width(), space::HEADER_SMALL), |ui| {
        ui.horizontal_centered(|ui| {
            ui.spacing_mut().item_spacing.x = space::S8;
            ui.add_space(space::S4);
            if Button::link("Add mapping").icon(icon::PLUS).show(ui).clicked() {
                actions.push(Action::Mappings(Do::Add(String::new())));
            }
            if Button::link("Open a file…").icon(icon::FOLDER_OPEN).show(ui).clicked() {
                actions.push(Action::Mappings(Do::OpenFile));
            }
            widgets::label_ui(ui, text::SMALL.job("or paste rows from a spreadsheet", theme.t3));
            key_cap_ui(ui, "Ctrl V");
        });
    });
    ui.add_space(space::S8);
}

fn unmapped_ui(ui: &mut Ui, model: &Model, lanes: &Lanes, view: &mut View, actions: &mut Vec<Action>) {
    let mappings = &model.mappings;
    let unmapped = mappings.unmapped();
    let top = ui.cursor().top();
    hairline(ui.painter(), pos2(ui.max_rect().left(), top), pos2(ui.max_rect().right(), top), Theme::of(ui).line);
    section_ui(ui, "Received, not mapped", unmapped.len(), &mut view.unmapped_folded, |ui, room| {
        note_at(ui, room, "times in the last 10,000 requests");
    });
    if view.unmapped_folded {
        return;
    }
    if let Some(failure) = mappings.attributes.failure() {
        let width = ui.available_width() - 2.0 * space::S12;
        ui.add_space(space::S8);
        let retried = ui.horizontal(|ui| {
            ui.add_space(space::S12);
            let button = StripButton { text: "Count again", icon: icon::ARROW_CLOCKWISE, primary: false };
            failure_ui(ui, failure, Some(button), width)
        });
        if retried.inner {
            actions.push(Action::Mappings(Do::Pull));
        }
    }
    match mappings.attributes.value() {
        None if mappings.attributes.loading().is_some() => {
            ui.add_space(space::S8);
            ui.horizontal(|ui| {
                ui.add_space(28.0);
                spinner_ui(ui, "Counting what was received");
            });
        }
        None => {}
        Some(counts) if counts.is_empty() => drop(quiet_line_ui(ui, "No request with a body was received yet.")),
        Some(_) if unmapped.is_empty() => drop(quiet_line_ui(ui, "Everything that was received is mapped.")),
        Some(_) => {
            for count in unmapped.iter().take(MOST_UNMAPPED) {
                unmapped_row_ui(ui, lanes, count, actions);
            }
            if unmapped.len() > MOST_UNMAPPED {
                quiet_line_ui(ui, &format!("and {} more, received less often", unmapped.len() - MOST_UNMAPPED));
            }
        }
    }
}

fn unmapped_row_ui(ui: &mut Ui, lanes: &Lanes, count: &Count, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let rect = line_of(ui, space::ROW);
    let right = lanes.cell(STATUS, rect);
    let times =
        Rect::from_min_max(pos2(right.left() - 90.0, rect.top()), pos2(right.left() - space::S8, rect.bottom()));
    let name = Rect::from_min_max(inset(lanes.cell(ATTRIBUTE, rect)).min, pos2(times.left(), rect.bottom()));
    text_at(ui.painter(), name, Align::Left, shown_name(theme, &count.key, lanes.in_full, &no_marks(), name.width()));
    text_at(ui.painter(), times, Align::Right, text::MONO.job(grouped(count.count), theme.t2));
    let spoken = format!("Map {}", short_name(&count.key));
    let end = lanes.cell(REMOVE, rect).right();
    let spot = Rect::from_min_max(pos2(right.left() - space::S4, rect.top() + 2.0), pos2(end, rect.bottom() - 2.0));
    let map = ui
        .push_id(&count.key, |ui| {
            let button = Button::link("Map").icon(icon::PLUS).small().name(&spoken);
            widgets::over(ui, spot, |ui| button.show(ui))
        })
        .inner;
    if map.clicked() {
        actions.push(Action::Mappings(Do::Add(count.key.clone())));
    }
    underline(ui, rect);
}
