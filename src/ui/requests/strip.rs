//! The shape of what was found: requests over time, and the commonest values of four fields. Every figure narrows the list.

use egui::{Rect, ScrollArea, Ui, pos2, vec2};
use jiff::Timestamp;

use super::View;
use crate::{
    app::{Action, Model, requests::Do},
    domain::{
        exchange::{Operation, Outcome},
        journal::{Count, Listing},
        query::{Chip, condition},
    },
    ui::{
        axis::{bar_start, bar_words, ticks},
        icon::Icon,
        shell::{grouped, region},
        theme::{Theme, space},
        when::Zone,
        widgets::{
            facet::{FacetEvent, facet_opener_ui, facet_title_ui, facet_ui},
            histogram::{Bar, BrushEvent, Histogram as Chart},
            menu::menu_ui,
            room_for,
            tag::outcome_look,
        },
    },
};

/// The widest a facet gets; in a wide window the histogram takes the rest.
const FACET: f32 = 240.0;
/// The widest the histogram gets before facets are as wide as they get.
const CHART: f32 = 640.0;
/// Values a facet shows.
const SHOWN: usize = 4;
/// Width of the menu with the others.
const MENU: f32 = 330.0;
/// Room of the chart's scale, and of a label below it.
const SCALE: f32 = 26.0;
const LABEL: f32 = 92.0;

/// Draws the strip.
pub(super) fn strip_ui(ui: &mut Ui, model: &Model, view: &View, actions: &mut Vec<Action>) {
    let Some(listing) = model.requests.listing.value() else { return };
    let area = ui.max_rect().shrink2(vec2(space::S14, space::S8));
    let columns = if ui.ctx().content_rect().width() < 1120.0 { 2 } else { 4 };
    let chart = (area.width() * 0.5).min(CHART).max(area.width() - columns as f32 * FACET - space::S24);
    let (left, right) = area.split_left_right_at_x(area.left() + chart);
    region(ui, left, |ui| chart_ui(ui, listing, model.now, &view.zone, actions));
    let right = right.with_min_x(right.left() + space::S24);
    let facets = facets(listing);
    let chips = model.requests.query.chips();
    let column_width = right.width() / columns as f32;
    for index in 0..columns {
        let x = right.left() + index as f32 * column_width;
        let rect = Rect::from_min_max(pos2(x, right.top()), pos2(x + column_width - space::S16, right.bottom()));
        // Those that have no column of their own are in the last one's menu.
        let here = if index + 1 == columns { &facets[index..] } else { &facets[index..=index] };
        region(ui, rect, |ui| facet_column_ui(ui, here, &chips, actions));
    }
}

fn chart_ui(ui: &mut Ui, listing: &Listing, now: Timestamp, zone: &Zone, actions: &mut Vec<Action>) {
    let histogram = &listing.histogram;
    let bars: Vec<Bar> = histogram
        .bars
        .iter()
        .map(|bar| {
            let [ok, warn, fail, skip] = bar.counts.map(u64::from);
            Bar { ok, skip, warn, fail }
        })
        .collect();
    let size = ui.max_rect().size();
    let ticks = ticks(histogram, zone, now, room_for(LABEL, size.x - SCALE));
    let name = format!("Requests over time, {} in all", grouped(listing.keys.len() as u64));
    let chart = Chart { name: &name, bars: &bars, ticks: &ticks, brush: None };
    let brush = chart.show_hinted(ui, size, |bar| bar_words(histogram, bar, zone));
    match brush {
        Some(BrushEvent::Set(range)) => {
            let (from, to) = (bar_start(histogram, range.start), bar_start(histogram, range.end));
            let seconds = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
            for term in [format!("since:{}", seconds(from)), format!("until:{}", seconds(to))] {
                actions.push(Action::Requests(Do::AddTerm { term, negate: false }));
            }
        }
        Some(BrushEvent::Clear) => actions.push(Action::Requests(Do::ClearTime)),
        None => {}
    }
}

struct Facet<'a> {
    title: &'static str,
    field: &'static str,
    counts: &'a [Count],
}

impl<'a> Facet<'a> {
    fn values(&self) -> impl Iterator<Item = &'a Count> + use<'a> {
        self.counts.iter().filter(|count| !count.key.is_empty())
    }
}

const fn facets(listing: &Listing) -> [Facet<'_>; 4] {
    [
        Facet { title: "Outcome", field: "outcome", counts: listing.outcomes.as_slice() },
        Facet { title: "Operation", field: "operation", counts: listing.operations.as_slice() },
        Facet { title: "Error", field: "error", counts: listing.errors.as_slice() },
        Facet { title: "Client", field: "client", counts: listing.clients.as_slice() },
    ]
}

/// A facet's commonest values, and a menu of all where there are more, or more facets.
fn facet_column_ui(ui: &mut Ui, facets: &[Facet<'_>], chips: &[Chip], actions: &mut Vec<Action>) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let Some((first, others)) = facets.split_first() else { return };
    let more = first.values().count().saturating_sub(SHOWN);
    if more == 0 && others.is_empty() {
        facet_title_ui(ui, first.title);
    } else {
        let words = if others.is_empty() { format!("{more} more") } else { "More facets".to_owned() };
        let opener = facet_opener_ui(ui, first.title, &words);
        menu_ui(&opener, "More facets", MENU, |ui| menu_of_facets_ui(ui, facets, chips, actions));
    }
    for count in first.values().take(SHOWN) {
        value_ui(ui, first, count, chips, actions);
    }
}

fn menu_of_facets_ui(ui: &mut Ui, facets: &[Facet<'_>], chips: &[Chip], actions: &mut Vec<Action>) {
    let most = (ui.ctx().content_rect().bottom() - ui.cursor().top() - space::S24).clamp(120.0, 420.0);
    ScrollArea::vertical().max_height(most).show(ui, |ui| {
        egui::Frame::new().inner_margin(egui::Margin::symmetric(8, 4)).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for facet in facets.iter().filter(|facet| facet.values().next().is_some()) {
                facet_title_ui(ui, facet.title);
                for count in facet.values() {
                    if value_ui(ui, facet, count, chips, actions) {
                        // A choice by Enter is no click of the pointer, which would close the menu by itself.
                        ui.close();
                    }
                }
                ui.add_space(space::S6);
            }
        });
    });
}

/// One value; true when it was chosen.
fn value_ui(ui: &mut Ui, facet: &Facet<'_>, count: &Count, chips: &[Chip], actions: &mut Vec<Action>) -> bool {
    let (icon, words) = look(ui, facet.field, &count.key);
    let term = condition(facet.field, &count.key);
    let chip = chips.iter().position(|chip| chip.text.eq_ignore_ascii_case(&term));
    let event = facet_ui(ui, icon, &words, &grouped(count.count), chip.is_some());
    let Some(event) = event else { return false };
    actions.push(Action::Requests(match (event, chip) {
        (FacetEvent::Drop, Some(chip)) => Do::RemoveChip(chip),
        (event, _) => Do::AddTerm { term, negate: event == FacetEvent::Without },
    }));
    true
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
