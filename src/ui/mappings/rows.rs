//! The form: default attributes locked, custom mappings editable with each problem under its row, and what was
//! received without a mapping.

use egui::{Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::View;
use crate::{
    app::{Action, Model, mappings::Do},
    domain::{
        attribute::{AttributeName, DEFAULTS},
        mapping::MappingRow,
        problem::{Problem, Severity},
    },
    ui::{
        icon,
        shell::{grouped, region},
        theme::{Theme, Tone, space, text},
        widgets::{
            self, Align,
            banner::{StripButton, strip_ui},
            button::{Button, small_icon_button_ui},
            field::Field,
            hairline,
            tag::paint_tag,
            text_at,
        },
    },
};

/// Where the columns begin, for a width: short name, custom field ref, status.
struct Lanes {
    short: f32,
    field: f32,
    status: f32,
    end: f32,
}

impl Lanes {
    fn over(area: Rect) -> Self {
        let end = area.right() - 36.0;
        let status = end - 92.0;
        let field = status - 170.0;
        let short = if area.width() > 1000.0 { field - 140.0 } else { field };
        Self { short, field, status, end }
    }
}

/// Draws the sections.
pub(super) fn rows_ui(ui: &mut Ui, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    head_ui(ui);
    let note = "Every tenant has these. They cannot be changed.";
    section_ui(ui, "Default attributes", DEFAULTS.len(), note, &mut view.folded_defaults);
    if !view.folded_defaults {
        for default in &DEFAULTS {
            let name = AttributeName::new(default.schema, default.path);
            locked_row_ui(ui, &name, default.label);
        }
    }
    let mappings = &model.mappings;
    let mut open = false;
    section_ui(ui, "Custom fields", mappings.rows().len(), "A dot marks what this draft changes.", &mut open);
    for (index, row) in mappings.rows().iter().enumerate() {
        row_ui(ui, model, index, row, actions);
    }
    add_ui(ui, model, actions);
    let unmapped: Vec<_> = mappings.unmapped().take(30).collect();
    if unmapped.is_empty() {
        return;
    }
    ui.add_space(space::S12);
    let note = "times in the last 10,000 requests";
    section_ui(ui, "Received, not mapped", unmapped.len(), note, &mut view.folded_unmapped);
    if !view.folded_unmapped {
        for count in unmapped {
            unmapped_row_ui(ui, &count.key, count.count, actions);
        }
    }
}

fn strip_of(ui: &mut Ui, height: f32) -> Rect {
    ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover()).0
}

fn head_ui(ui: &mut Ui) {
    let theme = Theme::of(ui);
    let rect = strip_of(ui, space::TABLE_HEAD);
    let lanes = Lanes::over(rect);
    let head = |from: f32, to: f32, words: &str| {
        let cell = Rect::from_min_max(pos2(from, rect.top()), pos2(to, rect.bottom()));
        text_at(ui.painter(), cell, Align::Left, text::LABEL.regular().job(words, theme.t3));
    };
    head(rect.left() + 26.0, lanes.short, "SCIM attribute");
    if lanes.short < lanes.field {
        head(lanes.short, lanes.field, "Short name");
    }
    head(lanes.field, lanes.status, "Custom field ref");
    head(lanes.status, lanes.end, "Status");
    hairline(ui.painter(), rect.left_bottom(), rect.right_bottom(), theme.line);
}

fn section_ui(ui: &mut Ui, title: &str, count: usize, note: &str, folded: &mut bool) {
    let theme = Theme::of(ui);
    let rect = strip_of(ui, space::SECTION_ROW);
    let response = ui.interact(rect, ui.scope_id().with(title), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, !*folded, title));
    if response.clicked() {
        *folded = !*folded;
    }
    ui.painter().rect_filled(rect, 0.0, theme.raised);
    let caret = if *folded { icon::CARET_RIGHT } else { icon::CARET_DOWN };
    caret.paint(ui.painter(), pos2(rect.left() + 14.0, rect.center().y), space::ICON_TAG, theme.t3);
    let words = Rect::from_min_max(pos2(rect.left() + 26.0, rect.top()), rect.max - vec2(space::S12, 0.0));
    let shown = text_at(ui.painter(), words, Align::Left, text::HEADING.job(title, theme.t1));
    let after = words.with_min_x(shown.right() + space::S6);
    text_at(ui.painter(), after, Align::Left, text::SMALL.job(count.to_string(), theme.t3));
    text_at(ui.painter(), words, Align::Right, text::SMALL.job(note, theme.t3));
    hairline(ui.painter(), rect.left_bottom(), rect.right_bottom(), theme.line);
    widgets::focus_ring(ui, &response, rect, 0);
}

fn name_job(theme: &Theme, schema: &str, path: &str, width: f32) -> egui::text::LayoutJob {
    let mut job = text::MONO_SM.cut(format!("{schema}:"), theme.t3, width);
    job.append(path, 0.0, text::MONO_SM.format(theme.t1));
    job
}

/// The name as it fits: with its URN in full, folded, or alone.
fn fitted(theme: &Theme, name: &AttributeName, width: f32) -> egui::text::LayoutJob {
    let full = (name.schema().len() + name.path().len() + 1) as f32 * 7.0;
    let schema = if full <= width { name.schema() } else { "urn:…" };
    name_job(theme, schema, name.path(), width)
}

fn locked_row_ui(ui: &mut Ui, name: &AttributeName, label: &str) {
    let theme = Theme::of(ui);
    let rect = strip_of(ui, space::ROW);
    let lanes = Lanes::over(rect);
    let response = ui.interact(rect, ui.scope_id().with(name.path()), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Row, true, format!("{name}, {label}, built in")));
    icon::LOCK_SIMPLE.paint(ui.painter(), pos2(rect.left() + 14.0, rect.center().y), space::ICON_TAG, theme.t3);
    let cell = |from: f32, to: f32| Rect::from_min_max(pos2(from, rect.top()), pos2(to - space::S8, rect.bottom()));
    let first = cell(rect.left() + 26.0, lanes.short);
    text_at(ui.painter(), first, Align::Left, fitted(theme, name, first.width()));
    if lanes.short < lanes.field {
        let short = cell(lanes.short, lanes.field);
        let words = name.short_name().replace("emails[type eq \"work\"].value", "emails[work]");
        text_at(ui.painter(), short, Align::Left, text::MONO_SM.cut(words, theme.t2, short.width()));
    }
    text_at(ui.painter(), cell(lanes.field, lanes.status), Align::Left, text::SMALL.job(label, theme.t2));
    text_at(ui.painter(), cell(lanes.status, lanes.end), Align::Left, text::SMALL.job("Built in", theme.t3));
    hairline(ui.painter(), rect.left_bottom(), rect.right_bottom(), theme.line);
}

fn row_ui(ui: &mut Ui, model: &Model, index: usize, row: &MappingRow, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let mappings = &model.mappings;
    let rect = strip_of(ui, space::STEP_ROW + space::S4);
    let lanes = Lanes::over(rect);
    if mappings.is_changed(row) {
        ui.painter().circle_filled(pos2(rect.left() + 14.0, rect.center().y), 3.0, theme.accent_line);
    }
    let number = index + 1;
    let cell = |from: f32, to: f32| {
        Rect::from_min_max(pos2(from, rect.top() + 5.0), pos2(to - space::S8, rect.bottom() - 5.0))
    };
    let mut attribute = row.attribute.clone();
    let name = format!("SCIM attribute, row {number}");
    region(ui, cell(rect.left() + 26.0, lanes.short), |ui| {
        let field = Field::new(&name).no_label().mono().hint("urn:ietf:params:scim:schemas:…:User:costCenter");
        let shown = field.show(ui, &mut attribute);
        if mappings.focus_row == Some(index) && row.attribute.is_empty() && !shown.response.has_focus() {
            shown.response.request_focus();
        }
    });
    if lanes.short < lanes.field {
        let short = cell(lanes.short, lanes.field);
        let words = AttributeName::parse(&row.attribute).map_or_else(|_| String::new(), |n| n.short_name().to_owned());
        text_at(ui.painter(), short, Align::Left, text::MONO_SM.cut(words, theme.t2, short.width()));
    }
    let mut reference = row.field.clone();
    let name = format!("Custom field ref, row {number}");
    region(ui, cell(lanes.field, lanes.status), |ui| {
        Field::new(&name).no_label().mono().hint("costcentre").show(ui, &mut reference);
    });
    let (tone, glyph, word) = status(model, index, row);
    paint_tag(ui.painter(), theme, pos2(lanes.status, rect.center().y), tone, Some(glyph), word);
    let remove = format!("Remove mapping, row {number}");
    region(ui, Rect::from_min_max(pos2(lanes.end, rect.top() + 7.0), rect.max), |ui| {
        if small_icon_button_ui(ui, icon::X, &remove).clicked() {
            actions.push(Action::Mappings(Do::Remove(index)));
        }
    });
    if attribute != row.attribute {
        actions.push(Action::Mappings(Do::Attribute(index, attribute)));
    }
    if reference != row.field {
        actions.push(Action::Mappings(Do::Field(index, reference)));
    }
    problems_ui(ui, model, index, actions);
    let bottom = ui.cursor().top();
    hairline(ui.painter(), pos2(rect.left(), bottom), pos2(rect.right(), bottom), theme.line);
}

fn status(model: &Model, index: usize, row: &MappingRow) -> (Tone, icon::Icon, &'static str) {
    match model.mappings.problems_of(index).map(|problem| problem.severity).max() {
        Some(Severity::Error) => (Tone::Fail, icon::X_CIRCLE, "Problem"),
        Some(Severity::Warning) => (Tone::Warn, icon::WARNING, "Check"),
        Some(Severity::Info) | None => {
            let seen =
                model.mappings.attributes.value().is_none_or(|counts| counts.iter().any(|c| c.key == row.attribute));
            if seen { (Tone::Ok, icon::CHECK_CIRCLE, "Ready") } else { (Tone::Neutral, icon::CIRCLE_DASHED, "Unseen") }
        }
    }
}

fn problems_ui(ui: &mut Ui, model: &Model, index: usize, actions: &mut Vec<Action>) {
    let problems: Vec<&Problem> =
        model.mappings.problems_of(index).filter(|problem| problem.severity != Severity::Info).collect();
    if problems.is_empty() {
        return;
    }
    let frame = egui::Frame::new().inner_margin(egui::Margin { left: 26, right: 12, top: 2, bottom: 8 });
    frame.show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::S4;
        let width = ui.available_width();
        for problem in problems {
            let tone = if problem.blocks() { Tone::Fail } else { Tone::Warn };
            let verb = problem.fix.as_deref().map(|fix| format!("Use {}", fix.rsplit(':').next().unwrap_or(fix)));
            let button =
                verb.as_deref().map(|text| StripButton { text, icon: icon::WRENCH, primary: problem.blocks() });
            if strip_ui(ui, tone, &problem.message, button, width) {
                actions.push(Action::Mappings(Do::Fix(problem.clone())));
            }
        }
    });
}

fn add_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let rect = strip_of(ui, space::HEADER_SMALL);
    region(ui, rect.shrink2(vec2(space::S12, 6.0)), |ui| {
        ui.horizontal(|ui| {
            if Button::link("Add mapping").icon(icon::PLUS).show(ui).clicked() {
                actions.push(Action::Mappings(Do::Add(String::new())));
            }
            let words = if model.mappings.rows().is_empty() {
                "This draft maps nothing beyond the defaults yet."
            } else {
                "or paste rows from a spreadsheet with Ctrl V"
            };
            widgets::label_ui(ui, text::SMALL.job(words, theme.t3));
        });
    });
    if ui.ctx().memory(|memory| memory.focused().is_none()) {
        let pasted = ui.ctx().input(|input| {
            input.events.iter().find_map(|event| match event {
                egui::Event::Paste(text) => Some(text.clone()),
                _ => None,
            })
        });
        if let Some(Ok(draft)) = pasted.map(|text| crate::domain::mapping::MappingDraft::from_paste(&text)) {
            actions.push(Action::Mappings(Do::AddRows(draft.rows)));
        }
    }
}

fn unmapped_row_ui(ui: &mut Ui, attribute: &str, count: u64, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let rect = strip_of(ui, space::ROW);
    let Ok(name) = AttributeName::parse(attribute) else { return };
    let first = Rect::from_min_max(pos2(rect.left() + 26.0, rect.top()), pos2(rect.right() - 190.0, rect.bottom()));
    text_at(ui.painter(), first, Align::Left, fitted(theme, &name, first.width()));
    let times = Rect::from_min_max(pos2(first.right(), rect.top()), pos2(rect.right() - 100.0, rect.bottom()));
    text_at(ui.painter(), times, Align::Right, text::MONO.job(grouped(count), theme.t2));
    let map = format!("Map {}", name.short_name());
    region(ui, Rect::from_min_max(pos2(rect.right() - 80.0, rect.top() + 2.0), rect.max), |ui| {
        if Button::link("Map").icon(icon::PLUS).small().name(&map).show(ui).clicked() {
            actions.push(Action::Mappings(Do::Add(name.to_string())));
        }
    });
    hairline(ui.painter(), rect.left_bottom(), rect.right_bottom(), theme.line);
}
