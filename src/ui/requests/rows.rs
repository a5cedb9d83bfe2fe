//! The rows: newest first, only those in view, failures standing out by icon, word and ink.

use egui::{Ui, vec2};
use jiff::Timestamp;

use super::{
    View,
    layout::{ERROR, MILLIS, OPERATION, OUTCOME, REQUEST, SORTED_BY, SOURCE, STATUS, TIME, USER, columns},
};
use crate::{
    app::{Action, Mark, Model, requests::Do},
    domain::{
        exchange::Outcome,
        journal::Row,
        pretty::{self, shorten_id},
        problem::Severity,
    },
    ui::{
        axis::is_all_today,
        icon,
        shell::{grouped, region},
        theme::{Tone, space, text},
        when::Zone,
        widgets::{
            banner::{StripButton, strip_ui},
            button::Button,
            columns::Sorted,
            empty::{empty_ui, nothing_ui},
            fitted, galley_at,
            list::ListPosition,
            room_for,
            status::spinner_ui,
            step::request_job,
            table::{Row as TableRow, Table},
            tag::paint_outcome,
            text_at,
        },
    },
};

/// How far from the left of an error the sign stands that its cause is known, where there is room.
const SIGN: f32 = 180.0;
/// How wide a letter of a request is, points.
const LETTER: f32 = 6.8;

/// Draws the list, or what stands in its place.
pub(super) fn rows_ui(ui: &mut Ui, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    let requests = &model.requests;
    let area = ui.max_rect();
    match requests.listing.value() {
        None if requests.listing.failure().is_none() => {
            region(ui, area.shrink(space::S16), |ui| spinner_ui(ui, "Reading the journal"));
            return;
        }
        None => return,
        Some(listing) if listing.total == 0 => return nothing_received_ui(ui, model, actions),
        Some(listing) if listing.keys.is_empty() => return nothing_matches_ui(ui, model, actions),
        Some(listing) => view.dated = !is_all_today(&listing.histogram, &view.zone, model.now),
    }
    if view.question != requests.questions && requests.listing.loading().is_none() {
        view.question = requests.questions;
        view.table.position = ListPosition::default();
        view.table.reveal_again();
    }
    // The list is lower beside an open line, which may hide what was chosen before.
    let selected = (requests.selected, requests.detail_open);
    if view.selected != selected {
        view.selected = selected;
        view.table.reveal_again();
    }
    let len = requests.len() as u64;
    let columns = columns(area.width(), view.dated);
    let table = Table {
        name: "Requests",
        columns: &columns,
        len,
        selected: requests.selected_at.map(|at| at as u64),
        sorted: SORTED_BY
            .iter()
            .position(|by| *by == requests.sorting.by)
            .map(|column| Sorted { column, descending: requests.sorting.descending }),
        stale: false,
        letters: true,
    };
    let times = Times { zone: view.zone.clone(), dated: view.dated };
    let events =
        table.show(ui, &mut view.table, |row| match usize::try_from(row.index).ok().and_then(|at| requests.row(at)) {
            Some(line) => paint(row, line, requests.mark(line.key), &times),
            None => row.text(TIME, text::MONO, row.theme.t3, "…"),
        });
    if view.asked.as_ref() != Some(&events.in_view) || requests.is_missing(&to_range(&events.in_view)) {
        view.asked = Some(events.in_view.clone());
        actions.push(Action::Requests(Do::Visible(to_range(&events.in_view))));
    }
    let at_top = view.table.position.at_top();
    if at_top != view.at_top {
        view.at_top = at_top;
        actions.push(Action::Requests(Do::AtTop(at_top)));
    }
    if let Some(by) = events.sort.and_then(|column| SORTED_BY.get(column)) {
        actions.push(Action::Requests(Do::Sort(*by)));
    }
    let place = |index: u64| usize::try_from(index).unwrap_or(usize::MAX);
    if let Some(index) = events.open {
        actions.push(Action::Requests(Do::OpenAt(place(index))));
    } else if let Some(index) = events.select {
        let pointer = ui.ctx().input(|input| input.pointer.any_click());
        actions.push(Action::Requests(if pointer { Do::OpenAt(place(index)) } else { Do::Select(place(index)) }));
    }
}

fn to_range(range: &std::ops::Range<u64>) -> std::ops::Range<usize> {
    let place = |index: u64| usize::try_from(index).unwrap_or(usize::MAX);
    place(range.start)..place(range.end)
}

/// How the list shows a time.
struct Times {
    zone: Zone,
    dated: bool,
}

impl Times {
    fn words(&self, at: Timestamp) -> String {
        if self.dated { self.zone.date_and_clock(at) } else { self.zone.clock(at) }
    }
}

fn paint(row: &mut TableRow<'_>, line: &Row, mark: Option<&Mark>, times: &Times) {
    let theme = row.theme;
    let summary = &line.summary;
    let quiet = matches!(summary.outcome, Outcome::Success | Outcome::Skipped);
    let ink = if quiet { theme.t2 } else { theme.t1 };
    row.text(TIME, text::MONO, ink, times.words(summary.at));
    row.hint(TIME, || format!("{}\n{}", times.zone.day_and_clock(summary.at), Zone::utc(summary.at)));
    paint_outcome(row.painter, theme, row.cell(OUTCOME), summary.outcome);
    row.text(OPERATION, text::SMALL, ink, summary.operation.label());
    let face = if row.selected { text::SMALL.semi() } else { text::SMALL };
    row.text(USER, face, if row.selected { theme.t1 } else { ink }, summary.user.as_deref().unwrap_or("–"));
    request_ui(row, line);
    let failed = summary.outcome == Outcome::Failure;
    let status = summary.status.map_or_else(|| "–".to_owned(), |status| status.to_string());
    row.text(STATUS, text::MONO, if failed { theme.hue(Tone::Fail).text } else { ink }, status);
    error_ui(row, line, mark, ink);
    let millis = summary.duration_ms.map_or_else(|| "–".to_owned(), grouped);
    row.text(MILLIS, text::MONO, ink, millis);
    let source = summary.client.as_deref().unwrap_or_else(|| line.source.label());
    row.text(SOURCE, text::SMALL, ink, source);
    row.say(|| spoken(line, mark, times));
}

/// The request, its middle left out where it does not fit: ids differ at their ends.
fn request_ui(row: &TableRow<'_>, line: &Row) {
    let (cell, method, path) = (row.cell(REQUEST), &line.summary.method, shown_path(&line.summary.path));
    // A directory’s log does not say what was asked.
    if method.is_empty() && path.is_empty() {
        return row.text(REQUEST, text::MONO_SM, row.theme.t3, "–");
    }
    let room = room_for(LETTER, cell.width()).saturating_sub(method.chars().count() + 1);
    let shown = shorten_id(&path, room.max(3));
    if shown != path {
        row.hint(REQUEST, || format!("{method} {}", pretty::visible(&path)));
    }
    let job = request_job(row.theme, method, &shown, row.theme.t2, cell.width());
    text_at(row.painter, cell, crate::ui::widgets::Align::Left, job);
}

/// The error, and a sign where its cause is known.
fn error_ui(row: &mut TableRow<'_>, line: &Row, mark: Option<&Mark>, ink: egui::Color32) {
    let cell = row.cell(ERROR);
    let room = if mark.is_some() { cell.with_max_x(cell.right() - space::ICON - 2.0 * space::S4) } else { cell };
    let error = error_words(line);
    let words = fitted(row.painter, text::SMALL, &error, ink, room.width());
    let is_cut = words.elided || words.text() != error;
    let words = galley_at(row.painter, room, crate::ui::widgets::Align::Left, words, ink);
    row.hint(ERROR, || {
        let cause = mark.map(|mark| format!("Cause known: {}", pretty::visible(&mark.title)));
        [is_cut.then_some(error), cause].into_iter().flatten().collect::<Vec<_>>().join("\n")
    });
    if let Some(mark) = mark {
        let tone = if mark.severity == Severity::Error { Tone::Fail } else { Tone::Warn };
        // All in one line, unless the words are longer.
        let usual = (cell.left() + SIGN).max(words.right() + space::S16);
        let centre = egui::pos2(usual.min(cell.right() - space::ICON / 2.0 - space::S4), cell.center().y);
        icon::STETHOSCOPE.paint(row.painter, centre, space::ICON, row.theme.hue(tone).text);
    }
}

fn spoken(line: &Row, mark: Option<&Mark>, times: &Times) -> String {
    let s = &line.summary;
    let status = s.status.map(|status| status.to_string()).unwrap_or_default();
    let user = s.user.as_deref().unwrap_or("no user");
    [
        times.words(s.at).trim(),
        s.outcome.label(),
        s.operation.label(),
        user,
        &format!("{} {}", s.method, s.path),
        &status,
        &error_words(line),
        mark.map_or("", |mark| mark.title.as_str()),
    ]
    .into_iter()
    .filter(|part| !part.is_empty())
    .collect::<Vec<_>>()
    .join(", ")
}

/// The path below the service's base, with what is escaped in it readable.
fn shown_path(path: &str) -> String {
    let start = ["/Users", "/Groups", "/ServiceProviderConfig", "/ResourceTypes", "/Schemas"]
        .iter()
        .filter_map(|known| path.find(known))
        .min()
        .unwrap_or(0);
    path[start..].replace('+', " ").replace("%22", "\"").replace("%20", " ").replace("%40", "@")
}

fn error_words(line: &Row) -> String {
    let summary = &line.summary;
    match (&summary.scim_type, summary.outcome) {
        (Some(kind), _) => kind.clone(),
        (None, Outcome::Warning) => {
            summary.detail.as_deref().and_then(|d| d.split(':').next()).unwrap_or("Check").to_owned()
        }
        (None, Outcome::Failure) => match summary.status {
            Some(401) => "Token refused".to_owned(),
            Some(404) => "Not found".to_owned(),
            Some(429) => "Rate limit".to_owned(),
            Some(status) if status >= 500 => "Server error".to_owned(),
            Some(_) => "Refused".to_owned(),
            None => summary.detail.clone().unwrap_or_else(|| "No answer".to_owned()),
        },
        (None, Outcome::Success) => String::new(),
        (None, Outcome::Skipped) => summary.detail.clone().unwrap_or_default(),
    }
}

fn nothing_received_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let offered = model.requests.live != Some(crate::app::Live::NotOffered);
    let (title, words) = if offered {
        ("No requests yet", "As soon as the identity provider sends one, it shows here.")
    } else {
        (
            "This tenant does not show its log",
            "Send a test provision, or import a log of the identity provider, and it shows here.",
        )
    };
    empty_ui(ui, title, words, 160.0, |ui| {
        ui.horizontal(|ui| {
            if Button::primary("Send a test provision").icon(icon::TEST_TUBE).show(ui).clicked() {
                actions.push(Action::Go(crate::app::Screen::Trial));
            }
            if Button::new("Import a log…")
                .icon(icon::FILE_ARROW_UP)
                .name("Import a log into this list…")
                .show(ui)
                .clicked()
            {
                actions.push(Action::ChooseImport);
            }
        });
    });
}

fn nothing_matches_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let chips = model.requests.query.chips();
    let area = ui.max_rect();
    let typed = !model.requests.text.is_empty();
    let (words, remedy) = match chips.last() {
        _ if typed => (format!("Clear {}", model.requests.text), Do::Text(String::new())),
        Some(last) => (format!("Remove {}", last.text), Do::RemoveChip(chips.len() - 1)),
        None => return nothing_ui(ui, area, None, "No request matches."),
    };
    let strip =
        egui::Rect::from_min_size(area.min + vec2(space::S16, space::S16), vec2(area.width() - 2.0 * space::S16, 60.0));
    region(ui, strip, |ui| {
        let button = StripButton { text: &words, icon: icon::X, primary: false };
        if strip_ui(ui, Tone::Neutral, "No request matches.", Some(button), strip.width()) {
            actions.push(Action::Requests(remedy));
        }
    });
}
