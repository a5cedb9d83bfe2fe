//! The table of the attributes: how each stands, where it goes, and how often it was received and landed. A name is shown
//! by its end, its schema in one word, and never so that two schemas look the same.

use egui::Ui;

use super::{
    super::columns::{Marks, shown_name},
    View, cover, look,
};
use crate::{
    app::{
        Action, Model,
        mappings::{
            self,
            coverage::{Do as Cover, Span},
        },
    },
    domain::{
        attribute::{CORE_USER, ENTERPRISE_USER},
        coverage::{CoverageRow, Standing},
        mapping::differing_letters,
        pretty,
    },
    ui::{
        icon,
        shell::{grouped, region},
        theme::{Tone, space, text},
        when::Zone,
        widgets::{
            self,
            button::Button,
            columns::Column,
            empty::{empty_ui, nothing_ui},
            status::spinner_ui,
            table::{Row as TableRow, Table},
            tag::paint_icon_text,
        },
    },
};

/// A cell this wide holds the longest listed name in full.
const WHOLE_NAME: f32 = 480.0;
/// How wide a letter of a name is, points.
const LETTER: f32 = 6.5;

const STANDING: usize = 0;
const ATTRIBUTE: usize = 1;
const FIELD: usize = 2;
const SEEN: usize = 3;
const LANDED: usize = 4;
const LAST: usize = 5;
const EXAMPLES: usize = 6;

fn columns(width: f32) -> [Column<'static>; 8] {
    let or_none = |shows: bool, column: Column<'static>| if shows { column } else { Column::fixed("", 0.0) };
    [
        Column::fixed("State", 132.0),
        Column::flexible("SCIM attribute", 150.0),
        Column::fixed("Goes to", 124.0),
        Column::fixed("Received", 76.0).right(),
        Column::fixed("Lands", 68.0).right(),
        or_none(width > 700.0, Column::fixed("Last received", 112.0)),
        or_none(width > 940.0, Column::flexible("Examples", 120.0)),
        Column::fixed("", space::S12),
    ]
}

/// Draws the table, or what stands in its place.
pub(super) fn table_ui(ui: &mut Ui, model: &Model, view: &mut View, zone: &Zone, actions: &mut Vec<Action>) {
    let coverage = &model.mappings.coverage;
    let area = ui.max_rect();
    match coverage.received.value() {
        None if coverage.received.failure().is_some() => return,
        None => {
            region(ui, area.shrink(space::S16), |ui| spinner_ui(ui, "Counting what was received"));
            return;
        }
        Some(received) if received.requests == 0 => {
            return nothing_counted_ui(ui, model, received.without_body, actions);
        }
        Some(_) if coverage.is_empty() => {
            return nothing_ui(ui, area, Some(icon::FUNNEL_SIMPLE), "No attribute is in this state");
        }
        Some(_) => {}
    }
    let columns = columns(area.width());
    let table = Table {
        name: "Coverage",
        columns: &columns,
        len: coverage.len() as u64,
        selected: coverage.selected().map(|(at, _)| at as u64),
        sorted: None,
        stale: coverage.received.loading().is_some() && coverage.progress.is_some(),
        letters: true,
    };
    let events = table.show(ui, &mut view.table, |row| {
        if let Some(line) = usize::try_from(row.index).ok().and_then(|at| coverage.row(at)) {
            paint(row, model, line, zone);
        }
    });
    if let Some(place) = events.open.or(events.select).and_then(|at| usize::try_from(at).ok()) {
        cover(actions, Cover::Select(place));
    }
}

/// The letters of `shown` in which a row's name differs from the one that was meant.
pub(super) fn marks_of(row: &CoverageRow, shown: &str) -> Marks {
    let Some(meant) = &row.meant else { return (Vec::new(), Tone::Neutral) };
    let own = mappings::short_name(&row.attribute);
    // Of a name that is cut, its end stands after the sign that says so.
    let begins = if shown.starts_with('…') { '…'.len_utf8() } else { 0 };
    let place = |at: usize| (at + shown.len()).checked_sub(own.len()).filter(|at| *at >= begins);
    let shift = |range: std::ops::Range<usize>| Some(place(range.start)?..place(range.end)?);
    (differing_letters(own, mappings::short_name(meant)).into_iter().filter_map(shift).collect(), Tone::Fail)
}

/// The name with its schema in one word where it is the RFC's to the letter, so that two schemas never look the same.
pub(super) fn folded(attribute: &str) -> String {
    let known = [(CORE_USER, "core"), (ENTERPRISE_USER, "enterprise")];
    let found =
        known.iter().find_map(|(schema, word)| Some((word, attribute.strip_prefix(schema)?.strip_prefix(':')?)));
    match found {
        Some((word, own)) => pretty::visible(&format!("{word}:{own}")).into_owned(),
        None => pretty::visible(attribute).into_owned(),
    }
}

fn paint(row: &mut TableRow<'_>, model: &Model, line: &CoverageRow, zone: &Zone) {
    let theme = row.theme;
    let (glyph, tone) = look(line.standing);
    let hue = theme.hue(tone);
    let asks = line.standing.needs_action() && !line.built_in;
    let ink = if asks { theme.t1 } else { theme.t2 };
    let cell = row.cell(STANDING);
    let face = if asks { text::SMALL.medium() } else { text::SMALL };
    let job = face.cut(line.standing.label(), if asks { hue.text } else { theme.t2 }, cell.width() - 18.0);
    paint_icon_text(row.painter, cell, (glyph, hue.text), job);
    let cell = row.cell(ATTRIBUTE);
    let whole = cell.width() >= WHOLE_NAME;
    let full = if whole { pretty::visible(&line.attribute) } else { folded(&line.attribute).into() };
    let name = pretty::ending(&full, widgets::room_for(LETTER, cell.width()));
    let job = shown_name(theme, &name, true, &marks_of(line, &name), cell.width());
    widgets::text_at(row.painter, cell, widgets::Align::Left, job);
    let drafted = line.standing == Standing::Unmapped && model.mappings.is_drafted(&line.attribute);
    let field = match (&line.field, drafted) {
        (Some(field), _) => field.as_str(),
        (None, true) => "in this draft",
        (None, false) => "–",
    };
    row.text(FIELD, text::MONO_SM, if line.field.is_some() { ink } else { theme.t3 }, field);
    row.text(SEEN, text::MONO, ink, grouped(line.seen));
    let lands = if line.seen == 0 { "–".to_owned() } else { grouped(line.landed) };
    row.text(LANDED, text::MONO, if line.landed == 0 && asks { hue.text } else { ink }, lands);
    let last = line.last_seen.map_or_else(|| "–".to_owned(), |at| zone.day_and_minute(at));
    for (column, face, words) in [(LAST, text::MONO_SM, last), (EXAMPLES, text::SMALL, examples(line))] {
        // A column without room is not there.
        if row.cell(column).width() > space::S24 {
            row.text(column, face, theme.t2, words);
        }
    }
    row.say(|| {
        format!(
            "{}, {}, goes to {field}, received {}, lands {}",
            line.attribute,
            line.standing.label(),
            line.seen,
            line.landed
        )
    });
}

fn examples(line: &CoverageRow) -> String {
    line.examples.iter().map(|example| pretty::visible(example)).collect::<Vec<_>>().join(" · ")
}

fn nothing_counted_ui(ui: &mut Ui, model: &Model, without_body: u64, actions: &mut Vec<Action>) {
    let known = match without_body {
        0 => "No create or update in this span".to_owned(),
        _ => format!("{} creates and updates, none of them with its body", grouped(without_body)),
    };
    let words = "Coverage is read from what the tenant received: the bodies of creates and updates. A directory’s log says \
                 only what was sent.";
    empty_ui(ui, &known, words, 160.0, |ui| {
        ui.horizontal(|ui| {
            let offered = model.requests.live != Some(crate::app::Live::NotOffered);
            if without_body > 0 && offered {
                let read = Button::primary("Read them from the tenant").icon(icon::DOWNLOAD_SIMPLE);
                if read.hover("Nothing is changed there").show(ui).clicked() {
                    cover(actions, Cover::Fetch);
                }
            } else if Button::primary("Send a test provision").icon(icon::TEST_TUBE).show(ui).clicked() {
                actions.push(Action::Go(crate::app::Screen::Trial));
            }
            let span = model.mappings.coverage.span;
            if span != Span::All && Button::new("Count all requests").icon(icon::PULSE).show(ui).clicked() {
                cover(actions, Cover::Span(Span::All));
            }
        });
    });
}
