//! The pages of the known causes, over the window: a list to search at the left, the page at the right.

use egui::{Role, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, vec2};

use super::{
    icon,
    shell::region,
    theme::{Theme, Tone, space, text},
    widgets::{self, button::Button, dialog::Dialog, field::Field, focus_ring, tag::tag_ui, text_at},
};
use crate::app::{Action, CATALOGUE, Model, Pattern, help::Do};

/// Width of the list.
const LIST: f32 = 300.0;
/// Height of what scrolls.
const HEIGHT: f32 = 480.0;

/// Draws the pages, where they are open.
pub(super) fn help_ui(ui: &Ui, model: &Model, actions: &mut Vec<Action>) {
    let Some(help) = &model.help else { return };
    let dialog = Dialog {
        title: "Known causes",
        subtitle: "What each looks like, why it happens and how to mend it.",
        width: 940.0,
        dirty: false,
    };
    let shown = dialog.show(ui.ctx(), |parts| {
        let opened = parts.opened();
        parts.body(16, |ui| {
            let height = HEIGHT.min(ui.ctx().content_rect().height() - 220.0);
            let (area, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
            let (list, page) = area.split_left_right_at_x(area.left() + LIST);
            region(ui, list, |ui| list_ui(ui, model, (height, opened), actions));
            region(ui, page.with_min_x(page.left() + space::S16), |ui| {
                ScrollArea::vertical().id_salt(help.chosen).auto_shrink(false).show(ui, |ui| {
                    if let Some(page) = help.page() {
                        ui.vertical(|ui| page_ui(ui, page));
                    }
                });
            });
        });
        parts.footer(
            |_| {},
            |ui| {
                let without = "No request shows this one: it is in the mappings, or in what is never sent";
                let reason = (!help.has_example()).then_some(without);
                if Button::primary("Try it in the practice tenant").icon(icon::PLAY).blocked(reason).show(ui).clicked()
                {
                    return Some(Do::Try);
                }
                Button::new("Close").name("Close the pages").show(ui).clicked().then_some(Do::Close)
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
    if help.shown.is_empty() {
        let width = ui.available_width();
        let words = "No page holds these words.";
        widgets::label_ui(ui, text::SMALL.wrapped(words, Theme::of(ui).t2, width));
    }
    let rows = help.shown.len();
    let builder = UiBuilder::new().accessibility_role(Role::List).accessibility_label("Causes".to_owned());
    ui.scope_builder(builder, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical().id_salt("causes").auto_shrink(false).max_height(height - 44.0).show_rows(
            ui,
            space::ROW,
            rows,
            |ui, range| {
                for id in help.shown.get(range).unwrap_or_default() {
                    if let Some(pattern) = CATALOGUE.get(*id)
                        && row_ui(ui, pattern, *id == help.chosen)
                    {
                        actions.push(Action::Help(Do::Choose((*id).to_owned())));
                    }
                }
            },
        );
    });
}

fn row_ui(ui: &mut Ui, pattern: &Pattern, chosen: bool) -> bool {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), space::ROW), Sense::click());
    let title = pattern.plain_title();
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, chosen, &title));
    let fill = if chosen {
        theme.sel
    } else if response.hovered() {
        theme.hover
    } else {
        theme.popup
    };
    ui.painter().rect_filled(rect, f32::from(space::R_TAG), fill);
    let room = rect.shrink2(vec2(space::S6, 0.0));
    text_at(ui.painter(), room, widgets::Align::Left, text::SMALL.cut(&title, theme.t1, room.width()));
    focus_ring(ui, &response, rect, space::R_TAG);
    response.on_hover_text(title).clicked()
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
    steps_ui(ui, "What the customer’s admin does", page, &page.customer_steps(None));
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
