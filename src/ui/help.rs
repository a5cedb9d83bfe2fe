//! Help, over the window: the keyboard shortcuts and the pages of the known causes. A list to search at the left, the page
//! at the right.

use egui::{Role, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use super::{
    icon, keys,
    shell::region,
    theme::{Theme, Tone, space, text},
    widgets::{self, button::Button, dialog::Dialog, field::Field, focus_ring, key_cap, tag::tag_ui, text_at},
};
use crate::app::{
    Action, CATALOGUE, Model, Pattern,
    help::{Do, Line},
};
use crate::domain::profile::IdentityProvider;

/// Width of the list in a wide dialog, and in one that a narrow window gives.
const LIST: (f32, f32) = (380.0, 300.0);
/// What the first page is called.
const SHORTCUTS: &str = "Keyboard shortcuts";
/// Height of what scrolls.
const HEIGHT: f32 = 480.0;

/// Draws the pages, where they are open.
pub(super) fn help_ui(ui: &Ui, model: &Model, actions: &mut Vec<Action>) {
    let Some(help) = &model.help else { return };
    let dialog = Dialog {
        title: "Help",
        subtitle: "Keyboard shortcuts and known causes: what each looks like, why it happens and how to mend it.",
        width: 1_000.0,
        dirty: false,
    };
    let shown = dialog.show(ui.ctx(), |parts| {
        let opened = parts.opened();
        parts.body(16, |ui| {
            let height = HEIGHT.min(ui.ctx().content_rect().height() - 220.0);
            let (area, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
            let wide = (area.width() * 0.4).clamp(LIST.1, LIST.0);
            let (list, page) = area.split_left_right_at_x(area.left() + wide);
            region(ui, list, |ui| list_ui(ui, model, (height, opened), actions));
            region(ui, page.with_min_x(page.left() + space::S16), |ui| {
                ScrollArea::vertical().id_salt((help.chosen, help.shortcuts)).auto_shrink(false).show(ui, |ui| {
                    ui.vertical(|ui| match help.page() {
                        Some(page) => page_ui(ui, page),
                        None => shortcuts_ui(ui),
                    });
                });
            });
        });
        parts.footer(
            |_| {},
            |ui| {
                let close = Button::new("Close").name("Close the pages").show(ui).clicked();
                let without = "No request shows this one: it is in the mappings, or in what is never sent";
                let reason = (!help.has_example()).then_some(without);
                let example = Button::primary("Try it in the practice tenant").icon(icon::PLAY).blocked(reason);
                if help.page().is_some() && example.show(ui).clicked() {
                    return Some(Do::Try);
                }
                close.then_some(Do::Close)
            },
        )
    });
    let closed = shown.close.then_some(Do::Close);
    actions.extend(shown.inner.flatten().or(closed).map(Action::Help));
}

fn list_ui(ui: &mut Ui, model: &Model, (height, opened): (f32, bool), actions: &mut Vec<Action>) {
    let Some(help) = &model.help else { return };
    let mut text = help.text.clone();
    ui.spacing_mut().item_spacing.y = space::S8;
    let field = Field::new("Find a cause")
        .no_label()
        .hint("Find a cause")
        .leading(icon::MAGNIFYING_GLASS)
        .in_dialog()
        .show(ui, &mut text);
    if opened {
        field.response.request_focus();
    }
    if text != help.text {
        actions.push(Action::Help(Do::Text(text)));
    }
    if help.lines.is_empty() {
        let width = ui.available_width();
        let words = "No page holds these words.";
        widgets::label_ui(ui, text::SMALL.wrapped(words, Theme::of(ui).t2, width));
    }
    let rows = help.lines.len();
    let builder = UiBuilder::new().accessibility_role(Role::List).accessibility_label("Pages".to_owned());
    ui.scope_builder(builder, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical().id_salt("causes").auto_shrink(false).max_height(height - 44.0).show_rows(
            ui,
            space::ROW,
            rows,
            |ui, range| {
                for line in help.lines.get(range).unwrap_or_default() {
                    let action = match line {
                        Line::Head(part) => {
                            head_ui(ui, part);
                            None
                        }
                        Line::Shortcuts => row_ui(ui, SHORTCUTS, help.shortcuts).then_some(Do::Shortcuts),
                        Line::Page(id) => CATALOGUE.get(*id).and_then(|pattern| {
                            let chosen = *id == help.chosen && !help.shortcuts;
                            row_ui(ui, &pattern.plain_title(), chosen).then(|| Do::Choose((*id).to_owned()))
                        }),
                    };
                    actions.extend(action.map(Action::Help));
                }
            },
        );
    });
}

/// The part of provisioning that the pages below are of.
fn head_ui(ui: &mut Ui, part: &str) {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), space::ROW), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, part));
    let room = rect.shrink2(vec2(space::S6, 0.0));
    let mut letters = part.chars();
    let part: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    text_at(ui.painter(), room, widgets::Align::Left, text::LABEL.cut(part, theme.t3, room.width()));
}

fn row_ui(ui: &mut Ui, title: &str, chosen: bool) -> bool {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), space::ROW), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, chosen, title));
    let fill = if chosen {
        theme.sel
    } else if response.hovered() {
        theme.hover
    } else {
        theme.popup
    };
    ui.painter().rect_filled(rect, f32::from(space::R_TAG), fill);
    let room = rect.shrink2(vec2(space::S6, 0.0));
    text_at(ui.painter(), room, widgets::Align::Left, text::SMALL.cut(title, theme.t1, room.width()));
    focus_ring(ui, &response, rect, space::R_TAG);
    response.on_hover_text(title).clicked()
}

/// Width of the keys before what they do.
const KEYS: f32 = 150.0;

/// Every shortcut, by where it works.
fn shortcuts_ui(ui: &mut Ui) {
    let theme = Theme::of(ui);
    ui.spacing_mut().item_spacing.y = space::S4;
    widgets::label_ui(ui, text::TITLE.job(SHORTCUTS, theme.t1));
    for (place, all) in keys::ALL {
        ui.add_space(space::S8);
        widgets::label_ui(ui, text::HEADING.job(*place, theme.t1));
        for (chords, does) in *all {
            let (row, response) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{chords}: {does}")));
            let mut left = row.left();
            for chord in chords.split(", ") {
                let wide = key_cap::width(ui.painter(), chord);
                key_cap::paint_key_cap(ui.painter(), theme, pos2(left + wide, row.center().y), chord);
                left += wide + space::S4;
            }
            let words = row.with_min_x(row.left() + KEYS);
            text_at(ui.painter(), words, widgets::Align::Left, text::SMALL.cut(*does, theme.t2, words.width()));
        }
    }
}

fn page_ui(ui: &mut Ui, page: &Pattern) {
    let theme = Theme::of(ui);
    let width = ui.available_width();
    ui.spacing_mut().item_spacing.y = space::S8;
    ui.horizontal(|ui| {
        tag_ui(ui, Tone::Neutral, None, &page.category);
        widgets::label_ui(ui, text::SMALL.job(page.id.clone(), theme.t3));
    });
    widgets::label_ui(ui, text::TITLE.wrapped(page.plain_title(), theme.t1, width));
    let part = |ui: &mut Ui, head: &str, words: &str| {
        widgets::label_ui(ui, text::HEADING.job(head, theme.t1));
        widgets::label_ui(ui, text::BODY.wrapped(words, theme.t2, width));
    };
    part(ui, "What it looks like", &page.plain(&page.looks_like));
    part(ui, "Why it happens", &page.plain(&page.cause));
    part(ui, "Who acts first", page.owner.label());
    steps_ui(ui, "What the customer’s admin does", page, &page.customer_steps(IdentityProvider::Other));
    steps_ui(ui, "What support does", page, &page.fix_support.iter().map(String::as_str).collect::<Vec<_>>());
    part(ui, "How it is told from others", &page.plain(&page.detection));
    part(ui, "If you are not sure", &page.plain(&page.tell_apart));
    widgets::label_ui(ui, text::HEADING.job("Written from", theme.t1));
    for source in &page.sources {
        if source.starts_with("https://") {
            ui.hyperlink_to(text::SMALL.cut(source, theme.accent, width), source);
        } else {
            widgets::label_ui(ui, text::SMALL.wrapped(source, theme.t2, width));
        }
    }
}

fn steps_ui(ui: &mut Ui, head: &str, page: &Pattern, steps: &[&str]) {
    if steps.is_empty() {
        return;
    }
    let theme = Theme::of(ui);
    let width = ui.available_width();
    widgets::label_ui(ui, text::HEADING.job(head, theme.t1));
    for (step, number) in steps.iter().zip(1..) {
        let words = format!("{number}.  {}", page.plain(step));
        widgets::label_ui(ui, text::BODY.wrapped(words, theme.t2, width));
    }
}
