//! The Overview screen: figures in one strip, requests and failures over time, the commonest errors, the people with most
//! failures, and what can be said of rhythm and quarantine. Every figure and row leads to its requests.

mod causes;
mod figures;
mod lists;

use egui::{Rect, Sense, Ui, pos2, vec2};

use super::{
    axis::{bar_start, bar_words, ticks},
    icon,
    panels::panel,
    shell::{counted, grouped, region},
    theme::{Theme, Tone, space, text},
    when::Zone,
    widgets::{
        self, Align,
        banner::{StripButton, failure_ui, strip_ui},
        button::Button,
        card::card_ui,
        chart::threshold_ui,
        empty::empty_ui,
        hairline,
        histogram::{Bar, BrushEvent, Histogram as Chart},
        progress::progress_ui,
        scroll::scroll_ui,
        select::Select,
        status::spinner_ui,
        tag::outcome_look,
        text_at,
    },
};
use crate::{
    app::{
        Action, Model, Screen,
        mappings::coverage::Span,
        onboarding::{Proof, checklist},
        overview::Do,
        requests,
    },
    domain::{
        exchange::Outcome,
        journal::Histogram,
        overview::{Cadence, ENTRA_COUNTS_FROM, ENTRA_PAUSES_ABOVE, Figures},
        query::condition,
    },
};

/// At most so many times stand under the chart.
const TICKS: usize = 8;
/// Below this width the right column stands under the left.
const STACK_BELOW: f32 = 1_160.0;
/// Width of the right column.
const RIGHT: f32 = 350.0;

/// What only the drawing knows.
#[derive(Default)]
pub(super) struct View {
    zone: Zone,
}

/// Draws the screen.
pub(super) fn overview_ui(ui: &mut Ui, model: &Model, view: &View, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let area = ui.max_rect();
    let head = Rect::from_min_size(area.min, vec2(area.width(), space::HEADER));
    panel(ui, head, |ui| head_ui(ui, model, actions));
    hairline(ui.painter(), head.left_bottom(), head.right_bottom(), theme.line);
    let body = Rect::from_min_max(pos2(area.left(), head.bottom() + 1.0), area.max);
    panel(ui, body, |ui| {
        scroll_ui(ui, "overview", |ui| {
            egui::Frame::new().inner_margin(16.0).show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.spacing_mut().item_spacing = vec2(space::S12, space::S12);
                states_ui(ui, model, actions);
                match model.overview.figures.value() {
                    Some(figures) if figures.overview.requests == 0 => nothing_ui(ui, model, actions),
                    Some(figures) => content_ui(ui, model, figures, &view.zone, actions),
                    None => {}
                }
            });
        });
    });
}

/// Shows the requests of a figure: its terms within the span of the screen.
fn find(model: &Model, terms: &str, actions: &mut Vec<Action>) {
    actions.push(Action::Requests(requests::Do::SetQuery(model.overview.query_of(terms))));
}

fn head_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let area = ui.max_rect().shrink2(vec2(space::S16, 0.0));
    let verbs = 390.0;
    region(ui, area.with_max_x(area.right() - verbs), |ui| {
        ui.add_space(space::S8);
        ui.spacing_mut().item_spacing.y = 0.0;
        let (theme, width) = (Theme::of(ui), ui.available_width());
        widgets::label_ui(ui, text::TITLE.cut(model.tenant_name(), theme.t1, width));
        let directory = model.profile().map_or("", |profile| profile.identity_provider.label());
        widgets::label_ui(ui, text::SMALL.cut(directory, theme.t2, width));
    });
    let bar = area.with_min_x(area.right() - verbs);
    let centred = |left: f32, width: f32| {
        Rect::from_min_size(pos2(left, bar.center().y - space::CONTROL / 2.0), vec2(width, space::CONTROL))
    };
    let overview = &model.overview;
    let again = match overview.unseen {
        0 => "Refresh".to_owned(),
        many => format!("Refresh, {} new", grouped(many)),
    };
    let reason = overview.figures.loading().map(|_| "The figures are being worked out");
    let button = Button::new(&again).icon(icon::ARROW_CLOCKWISE).blocked(reason);
    let wide = button.width(ui);
    let select = centred(bar.right() - wide - space::S8 - 158.0, 158.0);
    widgets::over(ui, select, |ui| {
        let options = Span::ALL.map(Span::label);
        let chosen = Span::ALL.iter().position(|span| *span == overview.span);
        let select = Select::new("Over which span").no_label().icon(icon::CALENDAR_BLANK);
        if let Some(next) = select.show(ui, &options, chosen) {
            actions.push(Action::Overview(Do::Span(Span::ALL[next])));
        }
    });
    if widgets::over(ui, centred(bar.right() - wide, wide), |ui| button.show(ui)).clicked() {
        actions.push(Action::Overview(Do::Again));
    }
}

fn states_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let (overview, width) = (&model.overview, ui.available_width());
    if let Some(failure) = overview.figures.failure() {
        let button = StripButton { text: "Try again", icon: icon::ARROW_CLOCKWISE, primary: false };
        if failure_ui(ui, failure, Some(button), width) {
            actions.push(Action::Overview(Do::Again));
        }
    }
    if overview.figures.loading().is_none() {
        return;
    }
    match overview.progress {
        Some((done, total)) => {
            ui.horizontal(|ui| {
                let stop = Button::new("Stop").icon(icon::STOP).small();
                let room = width - stop.width(ui) - space::S12;
                progress_ui(ui, "Working out the figures", done, total.unwrap_or(1), room);
                if stop.show(ui).clicked() {
                    actions.push(Action::Overview(Do::Stop));
                }
            });
        }
        None if overview.figures.value().is_none() => spinner_ui(ui, "Working out the figures"),
        None => {}
    }
}

fn nothing_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let overview = &model.overview;
    let known = model.requests.listing.value().filter(|_| overview.unseen == 0 && overview.span != Span::All);
    let words = match known.map_or(0, |listing| listing.total) {
        0 => "As soon as the directory sends one, or a log is imported, its figures stand here.".to_owned(),
        1 => "The one request of this tenant is older.".to_owned(),
        all => format!("All {} requests of this tenant are older.", grouped(all)),
    };
    empty_ui(ui, "No request in this span", &words, 140.0, |ui| {
        ui.horizontal(|ui| {
            if overview.span != Span::All && Button::primary("Count all requests").icon(icon::PULSE).show(ui).clicked()
            {
                actions.push(Action::Overview(Do::Span(Span::All)));
            }
            if Button::new("Import a log…").icon(icon::FILE_ARROW_UP).show(ui).clicked() {
                actions.push(Action::ChooseImport);
            }
        });
    });
}

fn content_ui(ui: &mut Ui, model: &Model, figures: &Figures, zone: &Zone, actions: &mut Vec<Action>) {
    if let Some(words) = figures.basis() {
        strip_ui(ui, Tone::Skip, &words, None, ui.available_width());
    }
    figures::strip_ui(ui, model, figures, actions);
    let width = ui.available_width();
    if width < STACK_BELOW {
        causes::causes_ui(ui, model, width, actions);
        left_ui(ui, model, figures, zone, width, actions);
        right_ui(ui, model, figures, width, actions);
        return;
    }
    ui.horizontal_top(|ui| {
        let left = width - RIGHT - space::S12;
        ui.allocate_ui(vec2(left, 0.0), |ui| {
            ui.vertical(|ui| left_ui(ui, model, figures, zone, left, actions));
        });
        ui.allocate_ui(vec2(RIGHT, 0.0), |ui| {
            ui.vertical(|ui| {
                causes::causes_ui(ui, model, RIGHT, actions);
                right_ui(ui, model, figures, RIGHT, actions);
            });
        });
    });
}

fn left_ui(ui: &mut Ui, model: &Model, figures: &Figures, zone: &Zone, width: f32, actions: &mut Vec<Action>) {
    card(ui, width, "Requests over time", |ui, width| chart_ui(ui, figures, (zone, model.now), width, actions));
    lists::errors_ui(ui, model, &figures.overview, width, actions);
    lists::people_ui(ui, model, &figures.overview, width, actions);
}

/// A card of a width with its title; `content` is told how wide it is inside.
fn card(ui: &mut Ui, width: f32, title: &str, content: impl FnOnce(&mut Ui, f32)) {
    ui.allocate_ui(vec2(width, 0.0), |ui| {
        card_ui(ui, false, 14, |ui| {
            let inner = width - 30.0;
            ui.set_width(inner);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = space::S8;
                widgets::label_ui(ui, text::HEADING.job(title, Theme::of(ui).t1));
                content(ui, inner);
            });
        });
    });
}

/// All requests, and below them the failures on a scale of their own: few of them would vanish in the stack.
fn chart_ui(
    ui: &mut Ui,
    figures: &Figures,
    (zone, now): (&Zone, jiff::Timestamp),
    width: f32,
    actions: &mut Vec<Action>,
) {
    let (histogram, tenant_only) = (&figures.histogram, figures.tenant_only);
    let whole: Vec<Bar> = histogram
        .bars
        .iter()
        .map(|bar| {
            let [ok, warn, fail, skip] = bar.counts.map(u64::from);
            Bar { ok, skip, warn, fail }
        })
        .collect();
    let failed: Vec<Bar> = whole.iter().map(|bar| Bar { fail: bar.fail, ..Bar::default() }).collect();
    let day_long = histogram.bar_seconds.saturating_mul(i64::try_from(whole.len()).unwrap_or(i64::MAX)) > 2 * 86_400;
    let ticks = if day_long { midnights(histogram, zone) } else { ticks(histogram, zone, now, TICKS) };
    let total: u64 = whole.iter().map(|bar| bar.ok + bar.skip + bar.warn + bar.fail).sum();
    let failures: u64 = failed.iter().map(|bar| bar.fail).sum();
    let hint = |bar: usize| bar_words(histogram, bar, zone);
    let names = [
        format!("Requests over time, {} in all", grouped(total)),
        format!("Failures over time, {}", grouped(failures)),
    ];
    legend_ui(ui, total > 0, width);
    let upper = Chart { name: &names[0], bars: &whole, ticks: &[], brush: None };
    let brushed = upper.show_hinted(ui, vec2(width, 120.0), hint);
    widgets::label_ui(ui, text::LABEL.regular().job("Failed, on its own scale", Theme::of(ui).t3));
    let lower = Chart { name: &names[1], bars: &failed, ticks: &ticks, brush: None };
    let brushed = lower.show_hinted(ui, vec2(width, 74.0), hint).or(brushed);
    if let Some(BrushEvent::Set(range)) = brushed {
        let seconds = |at: jiff::Timestamp| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let (from, to) = (bar_start(histogram, range.start), bar_start(histogram, range.end));
        let source = if tenant_only { " source:tenant" } else { "" };
        let query = format!("since:{} until:{}{source}", seconds(from), seconds(to));
        actions.push(Action::Requests(requests::Do::SetQuery(query)));
    }
}

/// What the colours of the bars stand for.
fn legend_ui(ui: &mut Ui, any: bool, width: f32) {
    if !any {
        return;
    }
    let theme = Theme::of(ui);
    let (mut rest, _) = ui.allocate_exact_size(vec2(width, 16.0), Sense::hover());
    for outcome in Outcome::ALL {
        let (_, tone, word) = outcome_look(outcome);
        let square = Rect::from_center_size(pos2(rest.left() + 4.0, rest.center().y), vec2(8.0, 8.0));
        ui.painter().rect_filled(square, 2.0, theme.hue(tone).bar);
        let words = rest.with_min_x(rest.left() + 14.0);
        rest.min.x =
            text_at(ui.painter(), words, Align::Left, text::LABEL.regular().job(word, theme.t2)).right() + 16.0;
    }
}

/// The bars in which a day begins, with its name; of many days, some.
fn midnights(histogram: &Histogram, zone: &Zone) -> Vec<(usize, String)> {
    const MOST: usize = 8;
    let second = jiff::SignedDuration::from_secs(1);
    let begins = |bar: &usize| {
        let (from, next) = (bar_start(histogram, *bar), bar_start(histogram, bar + 1));
        zone.day(next - second) != zone.day(from - second)
    };
    let days: Vec<usize> = (0..histogram.bars.len()).filter(begins).collect();
    let every = days.len().div_ceil(MOST).max(1);
    let name = |bar: usize| (bar, zone.day(bar_start(histogram, bar + 1) - second));
    days.into_iter().step_by(every).map(name).collect()
}

fn right_ui(ui: &mut Ui, model: &Model, figures: &Figures, width: f32, actions: &mut Vec<Action>) {
    let overview = &figures.overview;
    card(ui, width, "Quarantine", |ui, width| {
        let theme = Theme::of(ui);
        let Some(cycle) = overview.entra_cycle else {
            let words = "No push of Entra in this span. Only Entra puts provisioning into quarantine.";
            widgets::label_ui(ui, text::SMALL.wrapped(words, theme.t2, width));
            return;
        };
        #[allow(clippy::cast_precision_loss, reason = "a share on screen")]
        let (share, limit) = (cycle.failed as f32 / cycle.requests.max(1) as f32, ENTRA_PAUSES_ABOVE as f32 / 100.0);
        threshold_ui(ui, "Failures of Entra’s newest push", share, limit, width);
        let words = format!(
            "{} of {} requests of Entra’s newest push failed. Entra may pause provisioning above {ENTRA_PAUSES_ABOVE}%, and only \
             starts counting at {} failures.",
            grouped(cycle.failed),
            grouped(cycle.requests),
            grouped(ENTRA_COUNTS_FROM)
        );
        widgets::label_ui(ui, text::SMALL.wrapped(words, theme.t2, width));
    });
    card(ui, width, "Onboarding", |ui, width| onboarding_ui(ui, model, width, actions));
    card(ui, width, "Rhythm", |ui, width| {
        let theme = Theme::of(ui);
        let words = match overview.cadence {
            Some(Cadence::FortyMinutes) => "Pushes come every 40 minutes, as Entra’s do.",
            Some(Cadence::Daily) => {
                "Pushes come once a day. Entra slows down to this in quarantine; another directory may be set up so."
            }
            None => "No rhythm shows: there are too few pushes, or they come as changes are made.",
        };
        widgets::label_ui(ui, text::SMALL.wrapped(words, theme.t2, width));
        for client in overview.clients.iter().filter(|client| !client.key.is_empty()).take(4) {
            let name = format!("{}, {}", client.key, counted(client.count, "request", "requests"));
            if lists::row_ui(ui, width, &name, |ui, rect| {
                lists::two(ui, rect, &client.key, &grouped(client.count));
            }) {
                find(model, &condition("client", &client.key), actions);
            }
        }
    });
    card(ui, width, "Mappings", |ui, width| {
        let open = model.mappings.coverage.open();
        let words = match (model.mappings.coverage.received.value(), open) {
            (Some(received), _) if received.requests == 0 => {
                "Not known: no create or update is here with its body.".to_owned()
            }
            (None, _) => "What is received and not mapped was not counted yet.".to_owned(),
            (Some(_), 0) => "Everything that was received and mapped lands.".to_owned(),
            (Some(_), 1) => "1 attribute is received and does not land, or is mapped and never comes.".to_owned(),
            (Some(_), many) => format!("{many} attributes are received and do not land, or are mapped and never come."),
        };
        widgets::label_ui(ui, text::SMALL.wrapped(words, Theme::of(ui).t2, width));
        if Button::new("Open coverage").icon(icon::ARROWS_LEFT_RIGHT).small().show(ui).clicked() {
            actions.push(Action::Go(Screen::Mappings));
            let show = crate::app::mappings::Do::Show(crate::app::mappings::Tab::Coverage);
            actions.push(Action::Mappings(show));
        }
    });
}

/// What is proved of the tenant's onboarding, each point with what it rests on.
fn onboarding_ui(ui: &mut Ui, model: &Model, width: f32, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let points = checklist(model);
    let proved = points.iter().filter(|point| point.proof == Proof::Proved).count();
    let words = format!("{proved} of {} confirmed by what was seen.", points.len());
    widgets::label_ui(ui, text::SMALL.wrapped(words, theme.t2, width));
    for point in points {
        let (glyph, tone, word) = match point.proof {
            Proof::Proved => (icon::CHECK_CIRCLE, Tone::Ok, "proved"),
            Proof::Open => (icon::CIRCLE, Tone::Warn, "open"),
            Proof::Unknown => (icon::CIRCLE_DASHED, Tone::Skip, "not known"),
        };
        let name = format!("{}: {word}, {}", point.title, point.because);
        let pressed = lists::row_ui(ui, width, &name, |ui, rect| {
            let ink = if point.proof == Proof::Proved { theme.hue(tone).text } else { theme.t3 };
            glyph.paint(ui.painter(), pos2(rect.left() + 7.0, rect.center().y), space::ICON_CELL, ink);
            let rect = rect.with_min_x(rect.left() + space::S24);
            let title = text_at(ui.painter(), rect, Align::Left, text::SMALL.job(point.title, theme.t1));
            let room = rect.right() - title.right() - space::S8;
            text_at(ui.painter(), rect, Align::Right, text::SMALL.cut(&point.because, theme.t2, room));
        });
        if pressed {
            actions.extend(point.leads);
        }
    }
}

#[cfg(test)]
mod tests;
