//! The figures in one outlined strip: requests, failed, last push, answer time, token age, quarantine risk. Each that has
//! requests behind it is a button to them; what cannot be known says so.

use egui::{Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::find;
use crate::{
    app::{Action, Model, Screen},
    domain::{
        overview::{Figures, Risk, ago},
        query::condition,
    },
    ui::{
        icon::{self, Icon},
        shell::grouped,
        theme::{Theme, Tone, space, text},
        widgets::{Align, focus_ring, hairline, outlined, tag::paint_icon_text, text_at},
    },
};

/// Height of one row of figures.
const HEIGHT: f32 = 88.0;
/// A token this many days old should be renewed soon.
const OLD: i32 = 330;

/// One figure.
struct Figure {
    title: &'static str,
    value: String,
    note: String,
    tone: Tone,
    glyph: Option<Icon>,
    leads: Option<Leads>,
}

/// Where a figure leads.
enum Leads {
    Requests(String),
    Screen(Screen),
}

/// Draws the strip; six figures in one row, or three in two.
pub(super) fn strip_ui(ui: &mut Ui, model: &Model, figures: &Figures, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let all = all(model, figures);
    let width = ui.available_width();
    let columns = if width < 1_000.0 { 3 } else { 6 };
    let rows = all.len().div_ceil(columns);
    #[allow(clippy::cast_precision_loss, reason = "six figures")]
    let (rect, _) = ui.allocate_exact_size(vec2(width, HEIGHT * rows as f32), Sense::hover());
    outlined(ui.painter(), rect, space::R_CARD, theme.raised, theme.line);
    #[allow(clippy::cast_precision_loss, reason = "six figures")]
    let cell_width = width / columns as f32;
    for (place, figure) in all.iter().enumerate() {
        #[allow(clippy::cast_precision_loss, reason = "six figures")]
        let (column, row) = ((place % columns) as f32, (place / columns) as f32);
        let corner = pos2(rect.left() + column * cell_width, rect.top() + row * HEIGHT);
        let cell = Rect::from_min_size(corner, vec2(cell_width, HEIGHT));
        if place % columns > 0 {
            hairline(ui.painter(), cell.left_top(), cell.left_bottom(), theme.line);
        }
        if place >= columns && place % columns == 0 {
            hairline(ui.painter(), cell.left_top(), pos2(rect.right(), cell.top()), theme.line);
        }
        if figure_ui(ui, cell, figure) {
            match &figure.leads {
                Some(Leads::Requests(terms)) => find(model, terms, actions),
                Some(Leads::Screen(screen)) => actions.push(Action::Go(*screen)),
                None => {}
            }
        }
    }
}

fn figure_ui(ui: &mut Ui, cell: Rect, figure: &Figure) -> bool {
    let theme = Theme::of(ui);
    let sense = if figure.leads.is_some() { Sense::click() } else { Sense::hover() };
    let response = ui.interact(cell, ui.scope_id().with(figure.title), sense);
    let role = if figure.leads.is_some() { Role::Button } else { Role::Label };
    let spoken = format!("{}: {}, {}", figure.title, figure.value, figure.note);
    response.widget_info(|| WidgetInfo::labeled(role, true, &spoken));
    if figure.leads.is_some() && response.hovered() {
        ui.painter().rect_filled(cell.shrink(2.0), f32::from(space::R_CONTROL), theme.hover);
    }
    let inner = cell.shrink2(vec2(space::S14, space::S12));
    let line =
        |top: f32, height: f32| Rect::from_min_size(pos2(inner.left(), inner.top() + top), vec2(inner.width(), height));
    text_at(ui.painter(), line(0.0, 16.0), Align::Left, text::SMALL.cut(figure.title, theme.t2, inner.width()));
    let value = text::DISPLAY.cut(figure.value.as_str(), theme.t1, inner.width());
    text_at(ui.painter(), line(18.0, 26.0), Align::Left, value);
    let ink = if figure.glyph.is_some() { theme.hue(figure.tone).text } else { theme.t2 };
    let note = text::SMALL.cut(figure.note.as_str(), ink, inner.width() - 18.0);
    match figure.glyph {
        Some(glyph) => drop(paint_icon_text(ui.painter(), line(46.0, 16.0), (glyph, ink), note)),
        None => drop(text_at(ui.painter(), line(46.0, 16.0), Align::Left, note)),
    }
    focus_ring(ui, &response, cell.shrink(2.0), space::R_CONTROL);
    response.clicked()
}

fn all(model: &Model, figures: &Figures) -> [Figure; 6] {
    let overview = &figures.overview;
    let plain = |title, value: String, note: String| Figure {
        title,
        value,
        note,
        tone: Tone::Neutral,
        glyph: None,
        leads: Some(Leads::Requests(String::new())),
    };
    let requests = plain("Requests", grouped(overview.requests), format!("about {} users", grouped(overview.users)));
    let share = share(overview.failed, overview.requests);
    let failed = Figure {
        tone: if overview.failed > 0 { Tone::Fail } else { Tone::Ok },
        glyph: Some(if overview.failed > 0 { icon::X_CIRCLE } else { icon::CHECK_CIRCLE }),
        leads: Some(Leads::Requests("outcome:failure".to_owned())),
        ..plain("Failed", grouped(overview.failed), format!("{share} of requests"))
    };
    [requests, failed, last_push(model, figures), latency(figures), token(model), risk(figures)]
}

fn share(part: u64, whole: u64) -> String {
    // Rounded, but never up to all of it, nor down to none.
    let rounded = (part * 1_000 + whole / 2) / whole.max(1);
    let tenths = if part < whole { rounded.min(999) } else { rounded };
    match (part, tenths) {
        (0, _) => "0%".to_owned(),
        (_, 0) => "under 0.1%".to_owned(),
        (_, tenths) => format!("{}.{}%", tenths / 10, tenths % 10),
    }
}

fn unknown(title: &'static str, note: &str) -> Figure {
    Figure { title, value: "–".to_owned(), note: note.to_owned(), tone: Tone::Neutral, glyph: None, leads: None }
}

/// A query narrowed to the client that a figure is of.
fn of_client(client: Option<&str>, query: String) -> String {
    client.map_or_else(|| query.clone(), |client| format!("{} {query}", condition("client", client)))
}

fn last_push(model: &Model, figures: &Figures) -> Figure {
    let Some((at, cycle)) = figures.overview.last_push.zip(figures.overview.last_cycle) else {
        return unknown("Last push", "no push in this span");
    };
    let rhythm = figures.overview.cadence.map_or("no regular schedule", crate::domain::overview::Cadence::label);
    let note = figures.overview.last_client.as_deref().map(|client| format!("{client}, {rhythm}"));
    let from = cycle.from.strftime("%Y-%m-%dT%H:%M:%SZ");
    Figure {
        title: "Last push",
        value: format!("{} ago", ago(at, model.now)),
        note: note.unwrap_or_else(|| rhythm.to_owned()),
        tone: Tone::Neutral,
        glyph: None,
        leads: Some(Leads::Requests(of_client(figures.overview.last_client.as_deref(), format!("since:{from}")))),
    }
}

fn latency(figures: &Figures) -> Figure {
    let Some(latency) = figures.overview.latency else { return unknown("Answer time", "the log does not say") };
    Figure {
        title: "Answer time, median",
        value: format!("{} ms", grouped(latency.median)),
        note: format!("95% within {} ms", grouped(latency.p95)),
        tone: Tone::Neutral,
        glyph: None,
        leads: Some(Leads::Requests(String::new())),
    }
}

fn token(model: &Model) -> Figure {
    let issued = model.profile().and_then(|profile| profile.token_issued_on);
    let today = model.now.to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
    let days = issued.and_then(|issued| issued.until(today).ok()).map(|span| span.get_days());
    let Some(days) = days else {
        return Figure {
            leads: Some(Leads::Screen(Screen::Profiles)),
            ..unknown("Token age", "note its date in the profile")
        };
    };
    let old = days >= OLD;
    Figure {
        title: "Token age",
        value: if days == 1 { "1 day".to_owned() } else { format!("{days} days") },
        note: if old { "renew it before it ends".to_owned() } else { "as noted in the profile".to_owned() },
        tone: if old { Tone::Warn } else { Tone::Neutral },
        glyph: old.then_some(icon::WARNING),
        leads: Some(Leads::Screen(Screen::Profiles)),
    }
}

fn risk(figures: &Figures) -> Figure {
    let Some((risk, cycle)) = figures.overview.risk().zip(figures.overview.entra_cycle) else {
        return unknown("Quarantine risk", "no push of Entra here");
    };
    let (tone, glyph) = match risk {
        Risk::Low => (Tone::Ok, icon::CHECK_CIRCLE),
        Risk::Raised => (Tone::Warn, icon::WARNING),
        Risk::High => (Tone::Fail, icon::X_CIRCLE),
    };
    let from = cycle.from.strftime("%Y-%m-%dT%H:%M:%SZ");
    Figure {
        title: "Quarantine risk",
        value: risk.label().to_owned(),
        note: format!("{} of Entra’s last push", share(cycle.failed, cycle.requests)),
        tone,
        glyph: Some(glyph),
        leads: Some(Leads::Requests(of_client(
            Some("Entra"),
            match cycle.failed {
                0 => format!("since:{from}"),
                _ => format!("since:{from} outcome:failure"),
            },
        ))),
    }
}
