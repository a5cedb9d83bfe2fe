//! The commonest errors and the people with most failures, one row each, which leads to its requests or its story.

use egui::{Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::{card, find};
use crate::{
    app::{Action, Model, story},
    domain::{
        overview::{Overview, ago},
        pretty,
    },
    ui::{
        shell::{counted, grouped},
        theme::{Theme, Tone, space, text},
        widgets::{self, Align, button::Button, chart::paint_bar, fitted, focus_ring, galley_at, hairline, text_at},
    },
};

/// A row of a card that can be pressed; `paint` fills it. True when it was.
pub(super) fn row_ui(ui: &mut Ui, width: f32, name: &str, paint: impl FnOnce(&mut Ui, Rect)) -> bool {
    let theme = Theme::of(ui);
    ui.spacing_mut().item_spacing.y = 0.0;
    let (rect, response) = ui.allocate_exact_size(vec2(width, space::ROW), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    if response.hovered() {
        ui.painter().rect_filled(rect, f32::from(space::R_TAG), theme.hover);
    }
    hairline(ui.painter(), rect.left_bottom() - vec2(0.0, 1.0), rect.right_bottom() - vec2(0.0, 1.0), theme.line);
    paint(ui, rect.shrink2(vec2(space::S4, 0.0)));
    focus_ring(ui, &response, rect, space::R_TAG);
    response.clicked()
}

/// A word at the left and a number at the right.
pub(super) fn two(ui: &Ui, rect: Rect, word: &str, number: &str) {
    let theme = Theme::of(ui);
    let right = text_at(ui.painter(), rect, Align::Right, text::MONO.job(number, theme.t2));
    let room = right.left() - rect.left() - space::S8;
    text_at(ui.painter(), rect, Align::Left, text::SMALL.cut(pretty::visible(word), theme.t1, room));
}

/// Cells from the left by share of the width, the last two from the right.
fn cells<const N: usize>(rect: Rect, widths: [f32; N]) -> [Rect; N] {
    let fixed: f32 = widths.iter().sum();
    let flexible = (rect.width() - fixed).max(40.0);
    let mut left = rect.left();
    widths.map(|width| {
        let wide = if width == 0.0 { flexible } else { width };
        let cell = Rect::from_min_max(pos2(left, rect.top()), pos2(left + wide - space::S8, rect.bottom()));
        left += wide;
        cell
    })
}

/// What the cells of the rows below hold; a column without a title has none.
fn heads_ui<const N: usize>(ui: &mut Ui, width: f32, widths: [f32; N], titles: [(&str, Align); N]) {
    let theme = Theme::of(ui);
    ui.spacing_mut().item_spacing.y = 0.0;
    let (rect, _) = ui.allocate_exact_size(vec2(width, space::ROW), Sense::hover());
    hairline(ui.painter(), rect.left_bottom() - vec2(0.0, 1.0), rect.right_bottom() - vec2(0.0, 1.0), theme.line);
    for (cell, (title, align)) in cells(rect.shrink2(vec2(space::S4, 0.0)), widths).into_iter().zip(titles) {
        if title.is_empty() {
            continue;
        }
        let head = ui.interact(cell, ui.scope_id().with(("head", title)), Sense::hover());
        head.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, title));
        text_at(ui.painter(), cell, align, text::LABEL.regular().job(title, theme.t2));
    }
}

/// Widths of an error's cells: code, what was said, operation, users, requests, bar.
const ERROR: [f32; 6] = [150.0, 0.0, 92.0, 56.0, 74.0, 84.0];
/// Widths of a person's cells: who, last error, failures, latest.
const PERSON: [f32; 4] = [0.0, 150.0, 92.0, 90.0];

fn none_ui(ui: &mut Ui, words: &str, width: f32) {
    widgets::label_ui(ui, text::SMALL.wrapped(words, Theme::of(ui).t2, width));
}

/// The commonest errors.
pub(super) fn errors_ui(ui: &mut Ui, model: &Model, overview: &Overview, width: f32, actions: &mut Vec<Action>) {
    card(ui, width, "Top errors", |ui, width| {
        if overview.errors.is_empty() {
            return none_ui(ui, "Nothing failed in this span.", width);
        }
        let most = overview.errors.first().map_or(1, |line| line.requests).max(1);
        let (left, right) = (Align::Left, Align::Right);
        let titles = [
            ("Error", left),
            ("What was said", left),
            ("Operation", left),
            ("Users", right),
            ("Requests", right),
            ("", left),
        ];
        heads_ui(ui, width, ERROR, titles);
        for line in &overview.errors {
            let spoken = [
                line.error.as_str(),
                line.detail.as_deref().unwrap_or_default(),
                line.operation.label(),
                &counted(line.requests, "request", "requests"),
                &counted(line.users, "user", "users"),
            ];
            let spoken = spoken.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
            let pressed = row_ui(ui, width, &spoken, |ui, rect| {
                let theme = Theme::of(ui);
                let painter = ui.painter();
                let [name, detail, operation, users, number, bar] = cells(rect, ERROR);
                let cut = |face: text::Face, words: String, ink, cell: Rect| face.cut(words, ink, cell.width());
                let error = pretty::visible(&line.error).into_owned();
                let words = fitted(painter, text::MONO_SM, &error, theme.t1, name.width());
                galley_at(painter, name, Align::Left, words, theme.t1);
                let told = pretty::visible(line.detail.as_deref().unwrap_or_default()).into_owned();
                text_at(painter, detail, Align::Left, cut(text::SMALL, told, theme.t1, detail));
                let asked = line.operation.label().to_owned();
                text_at(painter, operation, Align::Left, cut(text::SMALL, asked, theme.t2, operation));
                let of = if line.users == 0 { "–".to_owned() } else { grouped(line.users) };
                text_at(painter, users, Align::Right, text::MONO.job(of, theme.t2));
                text_at(painter, number, Align::Right, text::MONO.medium().job(grouped(line.requests), theme.t1));
                #[allow(clippy::cast_precision_loss, reason = "a share on screen")]
                paint_bar(painter, theme, bar, line.requests as f32 / most as f32, Tone::Fail);
            });
            if pressed {
                find(model, &line.query, actions);
            }
        }
        ui.add_space(space::S8);
        let words = match overview.failed {
            1 => "Show the failure".to_owned(),
            many => format!("Show all {} failures", grouped(many)),
        };
        if Button::link(&words).small().show(ui).clicked() {
            find(model, "outcome:failure", actions);
        }
    });
}

/// The people with most failures; a row opens their story.
pub(super) fn people_ui(ui: &mut Ui, model: &Model, overview: &Overview, width: f32, actions: &mut Vec<Action>) {
    card(ui, width, "Most affected users", |ui, width| {
        if overview.people.is_empty() {
            let words = match overview.failed {
                0 => "Nobody had a failure in this span.",
                _ => "No failed request says whom it was about.",
            };
            return none_ui(ui, words, width);
        }
        let (left, right) = (Align::Left, Align::Right);
        heads_ui(ui, width, PERSON, [("User", left), ("Last error", left), ("Failures", right), ("Latest", right)]);
        for line in &overview.people {
            let failures = counted(line.failures, "failure", "failures");
            let spoken = format!("Story of {}, {failures}, the last {}", line.user, line.last_error);
            let pressed = row_ui(ui, width, &spoken, |ui, rect| {
                let theme = Theme::of(ui);
                let [user, error, number, latest] = cells(rect, PERSON);
                let name = pretty::visible(&line.user).into_owned();
                text_at(ui.painter(), user, Align::Left, text::SMALL.cut(name, theme.t1, user.width()));
                let code = pretty::visible(&line.last_error).into_owned();
                let words = fitted(ui.painter(), text::MONO_SM, &code, theme.t2, error.width());
                galley_at(ui.painter(), error, Align::Left, words, theme.t2);
                let failures = text::MONO.medium().job(grouped(line.failures), theme.t1);
                text_at(ui.painter(), number, Align::Right, failures);
                let when = format!("{} ago", ago(line.latest, model.now));
                text_at(ui.painter(), latest, Align::Right, text::SMALL.job(when, theme.t2));
            });
            if pressed {
                actions.push(Action::Story(story::Do::Open(line.user.clone())));
            }
        }
    });
}
