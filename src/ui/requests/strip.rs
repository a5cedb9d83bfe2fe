//! The shape of what was found: requests over time, and the commonest values of four fields. Every figure narrows the list.

use egui::{Rect, Ui, pos2, vec2};

use super::View;
use crate::{
    app::{Action, Model, requests::Do},
    domain::{
        exchange::{Operation, Outcome},
        journal::{Count, Histogram, Listing},
    },
    ui::{
        icon::Icon,
        shell::{grouped, region},
        theme::{Theme, space},
        when::Zone,
        widgets::{
            facet::{FacetEvent, facet_title_ui, facet_ui},
            histogram::{Bar, BrushEvent, Histogram as Chart},
            tag::outcome_look,
        },
    },
};

/// The widest the histogram gets.
const CHART: f32 = 640.0;
/// Values a facet shows.
const SHOWN: usize = 4;

/// Draws the strip.
pub(super) fn strip_ui(ui: &mut Ui, model: &Model, view: &View, actions: &mut Vec<Action>) {
    let Some(listing) = model.requests.listing.value() else { return };
    let area = ui.max_rect().shrink2(vec2(space::S14, space::S8));
    let columns = if ui.ctx().content_rect().width() < 1120.0 { 2 } else { 4 };
    let chart = (area.width() * 0.5).min(CHART);
    let (left, right) = area.split_left_right_at_x(area.left() + chart);
    region(ui, left, |ui| chart_ui(ui, listing, &view.zone, actions));
    let right = right.with_min_x(right.left() + space::S24);
    let facets = facets(listing);
    let column_width = right.width() / columns as f32;
    for (index, facet) in facets.iter().take(columns).enumerate() {
        let x = right.left() + index as f32 * column_width;
        let rect = Rect::from_min_max(pos2(x, right.top()), pos2(x + column_width - space::S16, right.bottom()));
        region(ui, rect, |ui| facet_column_ui(ui, facet, actions));
    }
}

fn chart_ui(ui: &mut Ui, listing: &Listing, zone: &Zone, actions: &mut Vec<Action>) {
    let histogram = &listing.histogram;
    let bars: Vec<Bar> = histogram
        .bars
        .iter()
        .map(|bar| {
            let [ok, warn, fail, skip] = bar.counts.map(u64::from);
            Bar { ok, skip, warn, fail }
        })
        .collect();
    let every = (bars.len() / 6).max(1);
    let ticks: Vec<(usize, String)> =
        (0..bars.len()).step_by(every).map(|bar| (bar, zone.minute(bar_start(histogram, bar)))).collect();
    let name = format!("Requests over time, {} in all", grouped(listing.keys.len() as u64));
    let size = ui.max_rect().size();
    let brush = Chart { name: &name, bars: &bars, ticks: &ticks, brush: None }.show(ui, size);
    match brush {
        Some(BrushEvent::Set(range)) => {
            let (from, to) = (bar_start(histogram, range.start), bar_start(histogram, range.end));
            let seconds = |at: jiff::Timestamp| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
            for term in [format!("since:{}", seconds(from)), format!("until:{}", seconds(to))] {
                actions.push(Action::Requests(Do::AddTerm { term, negate: false }));
            }
        }
        Some(BrushEvent::Clear) => actions.push(Action::Requests(Do::ClearTime)),
        None => {}
    }
}

fn bar_start(histogram: &Histogram, bar: usize) -> jiff::Timestamp {
    let seconds = histogram.bar_seconds.saturating_mul(i64::try_from(bar).unwrap_or(i64::MAX));
    histogram.start.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(histogram.start)
}

struct Facet<'a> {
    title: &'static str,
    field: &'static str,
    counts: &'a [Count],
}

const fn facets(listing: &Listing) -> [Facet<'_>; 4] {
    [
        Facet { title: "Outcome", field: "outcome", counts: listing.outcomes.as_slice() },
        Facet { title: "Operation", field: "operation", counts: listing.operations.as_slice() },
        Facet { title: "Error", field: "error", counts: listing.errors.as_slice() },
        Facet { title: "Client", field: "client", counts: listing.clients.as_slice() },
    ]
}

fn facet_column_ui(ui: &mut Ui, facet: &Facet<'_>, actions: &mut Vec<Action>) {
    ui.spacing_mut().item_spacing.y = 0.0;
    facet_title_ui(ui, facet.title);
    for count in facet.counts.iter().filter(|count| !count.key.is_empty()).take(SHOWN) {
        let (icon, words) = look(ui, facet.field, &count.key);
        let event = facet_ui(ui, icon, &words, &grouped(count.count));
        let Some(event) = event else { continue };
        let term = if count.key.contains([' ', ':', '"', '(']) {
            format!("{}:\"{}\"", facet.field, count.key.replace('"', ""))
        } else {
            format!("{}:{}", facet.field, count.key)
        };
        actions.push(Action::Requests(Do::AddTerm { term, negate: event == FacetEvent::Without }));
    }
}

fn look(ui: &Ui, field: &str, key: &str) -> (Option<(Icon, egui::Color32)>, String) {
    match field {
        "outcome" => Outcome::from_key(key).map_or((None, key.to_owned()), |outcome| {
            let (icon, tone, word) = outcome_look(outcome);
            (Some((icon, Theme::of(ui).hue(tone).text)), word.to_owned())
        }),
        "operation" => {
            (None, Operation::from_key(key).map_or_else(|| key.to_owned(), |operation| operation.label().to_owned()))
        }
        _ => (None, key.to_owned()),
    }
}
