//! What landed of a request and what was dropped, as the tenant says; where it does not, what its answer shows.

use egui::Ui;
use serde_json::Value;

use super::facts;
use crate::{
    app::{Action, Screen, requests::shown::Shown},
    domain::{
        answered::{Answered, SentValue},
        landing::Landing,
        pretty,
    },
    ui::{
        icon,
        theme::{Theme, text},
        widgets::{self, button::Button},
    },
};

/// What the answer's values stand for.
const NOTE: &str = "The tenant does not say what landed. This is what its answer shows of the values that were sent; one \
                    that is not in it may have been dropped, or is not shown.";

/// Draws the tab.
pub(super) fn landing_ui(ui: &mut Ui, landing: Option<&Landing>, shown: &Shown, actions: &mut Vec<Action>) {
    match landing.filter(|landing| !landing.landed.is_empty() || !landing.dropped.is_empty()) {
        Some(landing) => told_ui(ui, landing, actions),
        None => shown_ui(ui, shown),
    }
}

fn told_ui(ui: &mut Ui, landing: &Landing, actions: &mut Vec<Action>) {
    if !landing.dropped.is_empty() {
        heading_ui(ui, "Dropped", landing.dropped.len());
        for dropped in &landing.dropped {
            facts::landing_row_ui(ui, &dropped.attribute, &dropped.reason, &words(&dropped.value), true);
        }
    }
    heading_ui(ui, "Landed", landing.landed.len());
    for landed in &landing.landed {
        facts::landing_row_ui(ui, &landed.attribute, &landed.field, &words(&landed.value), false);
    }
    if !landing.dropped.is_empty() && Button::new("Open mappings").icon(icon::ARROWS_LEFT_RIGHT).show(ui).clicked() {
        actions.push(Action::Go(Screen::Mappings));
    }
}

fn shown_ui(ui: &mut Ui, shown: &Shown) {
    let (theme, width) = (Theme::of(ui), ui.available_width());
    let values = match shown {
        Shown::Words(sentence) => {
            widgets::label_ui(ui, text::BODY.wrapped(sentence.as_ref(), theme.t1, width));
            return;
        }
        Shown::Values(values) => values,
    };
    widgets::label_ui(ui, text::SMALL.wrapped(NOTE, theme.t2, width));
    group_ui(ui, "Not in the answer", values, |answered| *answered == Answered::Missing);
    group_ui(ui, "Its list holds other entries", values, |answered| *answered == Answered::OtherEntries);
    group_ui(ui, "Answered with another value", values, |answered| matches!(answered, Answered::Other(_)));
    group_ui(ui, "In the answer as sent", values, |answered| *answered == Answered::Same);
}

fn group_ui(ui: &mut Ui, title: &str, values: &[SentValue], belongs: impl Fn(&Answered) -> bool) {
    let (theme, width) = (Theme::of(ui), ui.available_width());
    let of_it = || values.iter().filter(|one| belongs(&one.answered));
    let count = of_it().count();
    if count == 0 {
        return;
    }
    heading_ui(ui, title, count);
    for one in of_it() {
        let name = one.attribute.rsplit(':').next().unwrap_or(&one.attribute);
        let mut job = text::MONO_SM.wrapped(name, theme.t2, width);
        job.append(&format!("  {}", words(&one.value)), 0.0, text::MONO_SM.format(theme.t1));
        if let Answered::Other(value) = &one.answered {
            job.append(&format!("  answered: {}", words(value)), 0.0, text::MONO_SM.format(theme.warn.text));
        }
        widgets::label_ui(ui, job).on_hover_text(&one.attribute);
    }
}

fn heading_ui(ui: &mut Ui, title: &str, count: usize) {
    widgets::label_ui(ui, text::HEADING.job(format!("{title}, {count}"), Theme::of(ui).t1));
}

fn words(value: &Value) -> String {
    pretty::visible(&value.as_str().map_or_else(|| value.to_string(), str::to_owned)).into_owned()
}
