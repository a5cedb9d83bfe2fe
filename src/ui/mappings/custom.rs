//! One custom mapping: two fields to type into, how the row stands, and below it what is wrong with its one-click fix.

use std::ops::Range;

use egui::{Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::{
    columns::{ATTRIBUTE, FIELD, KIND, Lanes, MARK, Marks, NAME, REMOVE, SHORT, STATUS, shown_name, whole_name},
    sections::{line_of, underline},
};
use crate::{
    app::{
        Action, Model,
        mappings::{Do, Export, Mappings, short_name},
    },
    domain::{
        attribute::AttributeName,
        mapping::{MappingRow, differing_letters},
        problem::{Problem, Severity},
    },
    ui::{
        icon::{self, Icon},
        theme::{Theme, Tone, space, text},
        widgets::{
            self, Align,
            banner::{StripButton, strip_ui},
            button::small_icon_button_ui,
            cell_field::{CellField, cell_id},
            tag::{paint_tag, tag_width},
            text_at,
        },
    },
};

/// The two spellings that only the tenant can decide between.
const SPELLINGS: [&str; 2] = ["organisation", "organization"];
/// The hint of an empty attribute.
const ATTRIBUTE_HINT: &str = "urn:ietf:params:scim:schemas:…:User:costCenter";

/// Draws a row and its strips.
pub(super) fn row_ui(
    ui: &mut Ui,
    model: &Model,
    lanes: &Lanes,
    (index, row): (usize, &MappingRow),
    cursor_row: &mut Option<usize>,
    actions: &mut Vec<Action>,
) {
    let problems = model.mappings.problems_of(index);
    ui.push_id(("mapping", index), |ui| {
        let rect = line_of(ui, space::ROW);
        if model.mappings.is_changed(row) {
            let centre = lanes.cell(MARK, rect).center();
            ui.painter().circle_filled(centre, 3.0, Theme::of(ui).accent_line);
        }
        fields_ui(ui, model, lanes, rect, (index, row), problems, actions);
        if model.mappings.focus_row == Some(index) && *cursor_row != Some(index) {
            *cursor_row = Some(index);
            let (attribute, reference) = names(index);
            let into = if row.attribute.is_empty() { attribute } else { reference };
            ui.memory_mut(|memory| memory.request_focus(cell_id(ui, &into)));
        }
        facts_ui(ui, model, lanes, rect, (index, row), problems);
        let spot = lanes.cell(REMOVE, rect);
        let spot = Rect::from_center_size(spot.center(), vec2(space::CONTROL_SMALL, space::CONTROL_SMALL));
        let remove = format!("Remove mapping, row {}", index + 1);
        if widgets::over(ui, spot, |ui| small_icon_button_ui(ui, icon::X, &remove)).clicked() {
            actions.push(Action::Mappings(Do::Remove(index)));
        }
        strips_ui(ui, problems, row, actions);
        underline(ui, Rect::from_min_max(rect.min, pos2(rect.right(), ui.cursor().top())));
    });
}

fn names(index: usize) -> (String, String) {
    (format!("SCIM attribute, row {}", index + 1), format!("Custom field ref, row {}", index + 1))
}

fn fields_ui(
    ui: &mut Ui,
    model: &Model,
    lanes: &Lanes,
    rect: Rect,
    (index, row): (usize, &MappingRow),
    problems: &[Problem],
    actions: &mut Vec<Action>,
) {
    let theme = Theme::of(ui);
    let (attribute_name, field_name) = names(index);
    let worst = |field: &str| problems.iter().filter(|p| p.field == field).max_by_key(|problem| problem.severity);
    let marks = marks(&row.attribute, problems);
    let box_of = |column: usize| lanes.cell(column, rect).shrink2(vec2(0.0, 2.0));
    let mut attribute = row.attribute.clone();
    let edited = |typed: &str| whole_name(theme, typed, &marks);
    let at_rest = |width: f32| shown_name(theme, &row.attribute, lanes.in_full, &marks, width);
    let cell = CellField {
        hint: ATTRIBUTE_HINT,
        edited: Some(&edited),
        at_rest: Some(&at_rest),
        problem: worst("attribute"),
        face: NAME,
        ..CellField::new(&attribute_name)
    };
    if cell.show(ui, box_of(ATTRIBUTE), &mut attribute).changed() {
        actions.push(Action::Mappings(Do::Attribute(index, attribute)));
    }
    let known: Vec<(&str, &str)> = model
        .mappings
        .fields()
        .unwrap_or_default()
        .iter()
        .map(|field| (field.reference.as_str(), field.label.as_str()))
        .collect();
    let mut reference = row.field.clone();
    let at_rest = |width: f32| NAME.cut(row.field.as_str(), theme.t1, width);
    let cell = CellField {
        hint: "costcentre",
        at_rest: Some(&at_rest),
        problem: worst("field"),
        suggestions: &known,
        face: NAME,
        ..CellField::new(&field_name)
    };
    if cell.show(ui, box_of(FIELD), &mut reference).changed() {
        actions.push(Action::Mappings(Do::Field(index, reference)));
    }
}

fn facts_ui(
    ui: &Ui,
    model: &Model,
    lanes: &Lanes,
    rect: Rect,
    (index, row): (usize, &MappingRow),
    problems: &[Problem],
) {
    let theme = Theme::of(ui);
    if lanes.shows(SHORT) {
        let cell = lanes.cell(SHORT, rect);
        text_at(ui.painter(), cell, Align::Left, NAME.cut(short_name(&row.attribute), theme.t1, cell.width()));
    }
    if lanes.shows(KIND) {
        let kind = AttributeName::parse(&row.attribute).ok().and_then(|name| name.kind());
        let (word, ink) = kind.map_or(("–", theme.t3), |kind| (kind.label(), theme.t2));
        let cell = lanes.cell(KIND, rect);
        text_at(ui.painter(), cell, Align::Left, text::SMALL.cut(word, ink, cell.width()));
    }
    let (tone, glyph, word) = status(&model.mappings, row, problems);
    let cell = lanes.cell(STATUS, rect);
    let wide = tag_width(ui.painter(), Some(glyph), word);
    let spot = Rect::from_min_size(pos2(cell.left(), rect.center().y - 9.0), vec2(wide, space::TAG));
    paint_tag(ui.painter(), theme, spot.left_center(), tone, Some(glyph), word);
    let response = ui.interact(spot, ui.scope_id().with("status"), Sense::hover());
    let changed = if model.mappings.is_changed(row) { ", changed in this draft" } else { "" };
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("Row {}: {word}{changed}", index + 1)));
    if let Some(words) = meaning(word, problems) {
        response.on_hover_text(words);
    }
}

fn status(mappings: &Mappings, row: &MappingRow, problems: &[Problem]) -> (Tone, Icon, &'static str) {
    match problems.iter().map(|problem| problem.severity).max() {
        _ if row.is_blank() => (Tone::Neutral, icon::CIRCLE_DASHED, "Empty"),
        Some(Severity::Error) => (Tone::Fail, icon::X_CIRCLE, "Problem"),
        Some(Severity::Warning) => (Tone::Warn, icon::WARNING, "Check"),
        Some(Severity::Info) | None => match mappings.is_received(&row.attribute) {
            Some(false) => (Tone::Skip, icon::CIRCLE_DASHED, "Unseen"),
            Some(true) | None => (Tone::Ok, icon::CHECK_CIRCLE, "Ready"),
        },
    }
}

/// What the tag means where no strip says it.
fn meaning(word: &str, problems: &[Problem]) -> Option<String> {
    let told =
        problems.iter().find(|problem| problem.severity == Severity::Info).map(|problem| problem.message.clone());
    match word {
        "Unseen" => Some(
            ["Mapped, and not in any request received lately.".to_owned()]
                .into_iter()
                .chain(told)
                .collect::<Vec<_>>()
                .join("\n"),
        ),
        "Ready" => told,
        _ => None,
    }
}

/// The letters of an attribute that differ from what was certainly meant, or from the other spelling.
fn marks(attribute: &str, problems: &[Problem]) -> Marks {
    let mut of_attribute = problems.iter().filter(|problem| problem.field == "attribute");
    if let Some(problem) = of_attribute.clone().find(|problem| problem.fix.is_some()) {
        let tone = if problem.blocks() { Tone::Fail } else { Tone::Warn };
        let meant = problem.fix.as_deref().unwrap_or_default();
        // Where the schema is missing, only the name can differ from what was meant.
        let meant = if attribute.contains(':') { meant } else { short_name(meant) };
        return (differing_letters(attribute, meant), tone);
    }
    let short = short_name(attribute);
    let other = SPELLINGS.iter().find(|spelling| **spelling != short).copied().unwrap_or_default();
    if SPELLINGS.contains(&short) && of_attribute.any(|problem| problem.code == "spelling-variant") {
        let from = attribute.len() - short.len();
        let moved = |range: Range<usize>| range.start + from..range.end + from;
        return (differing_letters(short, other).into_iter().map(moved).collect(), Tone::Warn);
    }
    (Vec::new(), Tone::Neutral)
}

fn strips_ui(ui: &mut Ui, problems: &[Problem], row: &MappingRow, actions: &mut Vec<Action>) {
    let told: Vec<&Problem> = problems.iter().filter(|problem| problem.severity > Severity::Info).collect();
    if told.is_empty() {
        return;
    }
    let frame = egui::Frame::new().inner_margin(egui::Margin { left: 28, right: 12, top: 0, bottom: 8 });
    frame.show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::S4;
        let width = ui.available_width();
        for (place, problem) in told.iter().enumerate() {
            let tone = if problem.blocks() { Tone::Fail } else { Tone::Warn };
            // A fix mends every certain slip of its field at once, so it is offered once.
            let again = told[..place].iter().any(|above| above.field == problem.field && above.fix == problem.fix);
            let verb = problem.fix.as_deref().filter(|_| !again).map(|fix| fix_verb(problem, fix));
            let fix = verb.as_deref().map(|text| StripButton { text, icon: icon::WRENCH, primary: problem.blocks() });
            let ask = StripButton { text: "Ask in ticket", icon: icon::LIFEBUOY, primary: false };
            let asks = problem.code == "spelling-variant" && problem.fix.is_none();
            let pressed = strip_ui(ui, tone, &sentence(problem, problems, row), fix.or(asks.then_some(ask)), width);
            if pressed && problem.fix.is_some() {
                actions.push(Action::Mappings(Do::Fix((*problem).clone())));
            } else if pressed {
                actions.push(Action::Mappings(Do::CopyExport(Export::Ticket)));
            }
        }
    });
}

fn fix_verb(problem: &Problem, fix: &str) -> String {
    format!("Use {}", if problem.field == "field" { fix } else { short_name(fix) })
}

/// The message with the names in it set apart.
fn sentence(problem: &Problem, problems: &[Problem], row: &MappingRow) -> String {
    let fixes = problems.iter().filter_map(|problem| problem.fix.as_deref().map(short_name));
    let own = [short_name(&row.attribute), row.field.as_str()];
    let mut names: Vec<&str> = fixes.chain(own).chain(SPELLINGS).filter(|name| name.len() > 2).collect();
    names.sort_unstable();
    names.dedup();
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '`' | '-' | '_');
    let mut words = problem.message.replace('`', "'");
    for name in names {
        let Some(at) = words.find(name) else { continue };
        let end = at + name.len();
        let apart = !words[..at].ends_with(is_word) && !words[end..].starts_with(is_word);
        let quoted = words[..at].matches('`').count() % 2 == 1;
        if apart && !quoted {
            words = format!("{}`{name}`{}", &words[..at], &words[end..]);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{attribute::ENTERPRISE_USER, mapping::MappingDraft};

    fn checked(short: &str) -> (MappingRow, Vec<Problem>) {
        let row = MappingRow { attribute: format!("{ENTERPRISE_USER}:{short}"), field: "costcentre".to_owned() };
        let problems = MappingDraft { rows: vec![row.clone()] }.check(None);
        (row, problems)
    }

    #[test]
    fn the_differing_letter_is_marked_where_it_stands() {
        for (short, letter, tone) in
            [("costcenter", "c", Tone::Fail), ("organization", "z", Tone::Warn), ("organisation", "s", Tone::Warn)]
        {
            let (row, problems) = checked(short);
            let (ranges, found) = marks(&row.attribute, &problems);
            let letters: Vec<&str> = ranges.iter().map(|range| &row.attribute[range.clone()]).collect();
            assert_eq!((letters, found), (vec![letter], tone), "{short}");
        }
        let bare = MappingRow { attribute: "department ".to_owned(), field: "department".to_owned() };
        let problems = MappingDraft { rows: vec![bare.clone()] }.check(None);
        assert_eq!(marks(&bare.attribute, &problems).0, [Range { start: 10, end: 11 }], "the blank alone");
        let (row, problems) = checked("costCenter");
        assert!(marks(&row.attribute, &problems).0.is_empty());
    }

    #[test]
    fn names_in_a_message_are_set_apart() {
        let (row, problems) = checked("costcenter");
        let words = sentence(&problems[0], &problems, &row);
        assert!(words.contains("differs from `costCenter`. Thrive"), "{words}");
        assert_eq!(fix_verb(&problems[0], problems[0].fix.as_deref().unwrap()), "Use costCenter");
    }
}
