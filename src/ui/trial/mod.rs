//! The Test provision screen: whom to create, the exact requests and how they went, what was sent against what landed.
//! It sends nothing: every button only says what was asked for.

mod confirm;
mod exchange;
mod form;
mod plan;
mod steps;
mod strips;
mod texts;
mod verification;

use egui::{Rect, Ui, pos2, vec2};

use super::{
    panels::panel,
    shell::counted,
    theme::{Theme, space},
    when::Zone,
    widgets::hairline,
};
use crate::{
    app::{Action, Model},
    domain::pretty,
};

/// Below this width of the window the verification stands under the steps.
const STACK_BELOW: f32 = 1280.0;
/// Below this width of the window the form is narrower.
const NARROW_BELOW: f32 = 1120.0;
/// Width of the form, and of the narrower one.
const FORM: [f32; 2] = [296.0, 270.0];
/// Width of the verification beside the steps, which keep at least [`STEPS`].
const VERIFICATION: f32 = 448.0;
/// Least width of the steps.
const STEPS: f32 = 372.0;

/// What only the drawing knows.
#[derive(Default)]
pub(super) struct View {
    zone: Zone,
    texts: texts::Texts,
    exchanges: exchange::Chosen,
    confirm: confirm::View,
}

/// Draws the screen.
pub(super) fn trial_ui(ui: &mut Ui, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let area = ui.max_rect();
    let window = ui.ctx().content_rect().width();
    let form_width = FORM[usize::from(window < NARROW_BELOW)];
    let (form, rest) = area.split_left_right_at_x(area.left() + form_width);
    panel(ui, form, |ui| form::form_ui(ui, model, actions));
    let rest = rest.with_min_x(rest.left() + 1.0);
    let (steps, verification) = if window < STACK_BELOW {
        rest.split_top_bottom_at_fraction(0.58)
    } else {
        rest.split_left_right_at_x(rest.right() - VERIFICATION.min(rest.width() - STEPS))
    };
    panel(ui, steps, |ui| steps::steps_ui(ui, model, view, actions));
    let below = window < STACK_BELOW;
    let shifted = verification.min + if below { vec2(0.0, 1.0) } else { vec2(1.0, 0.0) };
    panel(ui, Rect::from_min_max(shifted, verification.max), |ui| {
        verification::verification_ui(ui, model, actions);
    });
    let end = if below { verification.right_top() } else { verification.left_bottom() };
    hairline(ui.painter(), verification.left_top(), end, theme.line);
    hairline(ui.painter(), form.right_top(), form.right_bottom(), theme.line);
    confirm::confirm_ui(ui, model, &mut view.confirm, actions);
}

/// The 40-point head of a column, with a line under it; returns its inside and what is left below.
fn head_of(ui: &Ui) -> (Rect, Rect) {
    let area = ui.max_rect();
    let head = Rect::from_min_size(area.min, vec2(area.width(), space::HEADER_SMALL));
    hairline(ui.painter(), head.left_bottom(), head.right_bottom(), Theme::of(ui).line);
    (head.shrink2(vec2(space::S14, 0.0)), Rect::from_min_max(pos2(area.left(), head.bottom() + 1.0), area.max))
}

/// The path below the service's base, readable, with long ids shortened in the middle.
fn short_path(url: &str) -> String {
    let path = url::Url::parse(url).map_or_else(
        |_| url.to_owned(),
        |url| url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path())),
    );
    let known = ["/Users", "/ServiceProviderConfig"];
    let start = known.iter().filter_map(|known| path.find(known)).min().unwrap_or(0);
    let readable = readable(&path[start..]);
    let (resource, query) = readable.split_once('?').map_or((readable.as_str(), None), |(p, q)| (p, Some(q)));
    let short: Vec<String> = resource.split('/').map(|part| pretty::shorten_id(part, 22)).collect();
    query.map_or_else(|| short.join("/"), |query| format!("{}?{query}", short.join("/")))
}

/// An address with what is escaped in it readable. For the eye only.
fn readable(url: &str) -> String {
    let plain =
        [("+", " "), ("%20", " "), ("%22", "\""), ("%40", "@"), ("%7Bid%7D", "{id}"), ("%7B", "{"), ("%7D", "}")];
    plain.iter().fold(url.to_owned(), |url, (escaped, letter)| url.replace(escaped, letter))
}

#[cfg(test)]
mod tests;
