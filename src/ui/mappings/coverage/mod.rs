//! Coverage: what is received against what is mapped, one line an attribute, what needs action first. The chosen line
//! opens beside the table. Examples are shown here and nowhere else: a copy leaves them out.

mod detail;

use egui::{Rect, Ui, pos2, vec2};

use super::columns::{Marks, shown_name};
use crate::{
    app::{
        Action, Model,
        mappings::{
            self, Do,
            coverage::{Against, Do as Cover, Span},
        },
    },
    domain::{
        attribute::{CORE_USER, ENTERPRISE_USER},
        coverage::{CoverageRow, Standing},
        mapping::differing_letters,
        pretty,
    },
    ui::{
        icon::{self, Icon},
        panels::panel,
        shell::{grouped, region},
        theme::{Theme, Tone, space, text},
        when::Zone,
        widgets::{
            self,
            banner::{StripButton, failure_ui},
            button::{Button, icon_button_ui},
            columns::Column,
            empty::{empty_ui, nothing_ui},
            hairline,
            progress::progress_ui,
            segmented::{Segment, segmented_ui},
            select::Select,
            splitter::{PaneSide, PaneSizes, splitter_ui},
            status::spinner_ui,
            table::{Row as TableRow, Table, TableState},
            tag::paint_icon_text,
        },
    },
};

/// Below this width the pane stands under the table.
const STACK_BELOW: f32 = 1120.0;
/// Below this width of the bar its choices are narrower.
const TIGHT_BELOW: f32 = 740.0;

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

/// What only the drawing knows.
pub(super) struct View {
    table: TableState,
    pane: f32,
    pane_below: f32,
}

impl Default for View {
    fn default() -> Self {
        Self { table: TableState::default(), pane: 350.0, pane_below: 240.0 }
    }
}

/// The icon and colour of a standing.
pub(super) const fn look(standing: Standing) -> (Icon, Tone) {
    match standing {
        Standing::Unmapped => (icon::PROHIBIT, Tone::Warn),
        Standing::CasingDiffers | Standing::SpellingDiffers | Standing::NotAllowed => (icon::X_CIRCLE, Tone::Fail),
        Standing::AlwaysEmpty => (icon::CIRCLE, Tone::Skip),
        Standing::NeverReceived => (icon::CIRCLE_DASHED, Tone::Skip),
        Standing::LandsInPart => (icon::MINUS_CIRCLE, Tone::Skip),
        Standing::Lands => (icon::CHECK_CIRCLE, Tone::Ok),
    }
}

/// Draws the part.
pub(super) fn coverage_ui(ui: &mut Ui, model: &Model, view: &mut View, zone: &Zone, actions: &mut Vec<Action>) {
    let area = ui.max_rect();
    let bar = Rect::from_min_size(area.min, vec2(area.width(), space::FILTER_BAR));
    panel(ui, bar, |ui| bar_ui(ui, model, actions));
    let theme = Theme::of(ui);
    hairline(ui.painter(), bar.left_bottom(), bar.right_bottom(), theme.line);
    let top = strips_ui(ui, model, zone, area, bar.bottom() + 1.0, actions);
    let rest = Rect::from_min_max(pos2(area.left(), top), area.max);
    if model.mappings.coverage.selected().is_none() {
        panel(ui, rest, |ui| table_ui(ui, model, view, zone, actions));
    } else if ui.ctx().content_rect().width() < STACK_BELOW {
        let most = (rest.height() - 160.0).max(121.0);
        let sizes = PaneSizes { range: 120.0..=most, usual: 240.0 };
        let edge = rest.bottom() - view.pane_below.min(most);
        let (list, pane) = rest.split_top_bottom_at_y(edge);
        panel(ui, list, |ui| table_ui(ui, model, view, zone, actions));
        panel(ui, pane, |ui| detail::detail_ui(ui, model, zone, actions));
        let line = Rect::from_min_max(pos2(rest.left(), edge), pos2(rest.right(), edge + 1.0));
        splitter_ui(ui, "Attribute height", line, PaneSide::Below, &sizes, &mut view.pane_below);
    } else {
        let sizes = PaneSizes { range: 300.0..=560.0, usual: 350.0 };
        let edge = rest.right() - view.pane;
        let (list, pane) = rest.split_left_right_at_x(edge);
        panel(ui, list, |ui| table_ui(ui, model, view, zone, actions));
        panel(ui, pane, |ui| detail::detail_ui(ui, model, zone, actions));
        let line = Rect::from_min_max(pos2(edge, rest.top()), pos2(edge + 1.0, rest.bottom()));
        splitter_ui(ui, "Attribute width", line, PaneSide::Right, &sizes, &mut view.pane);
    }
}

fn cover(actions: &mut Vec<Action>, action: Cover) {
    actions.push(Action::Mappings(Do::Coverage(action)));
}

fn bar_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let coverage = &model.mappings.coverage;
    let bar = ui.max_rect().shrink2(vec2(space::S12, space::S8));
    // What there is no room for is narrowed, then the verbs are icons.
    let [span, against, only] = if bar.width() < TIGHT_BELOW { [136.0, 204.0, 166.0] } else { [158.0, 226.0, 186.0] };
    let mut left = bar.left();
    let mut place = |width: f32| {
        let rect = Rect::from_min_size(pos2(left, bar.top()), vec2(width, space::CONTROL));
        left += width + space::S8;
        rect
    };
    widgets::over(ui, place(span), |ui| {
        let options = Span::ALL.map(Span::label);
        let chosen = Span::ALL.iter().position(|span| *span == coverage.span);
        let select = Select::new("Which requests are counted").no_label().icon(icon::CALENDAR_BLANK);
        if let Some(next) = select.show(ui, &options, chosen) {
            cover(actions, Cover::Span(Span::ALL[next]));
        }
    });
    widgets::over(ui, place(against), |ui| against_ui(ui, model, actions));
    widgets::over(ui, place(only), |ui| only_ui(ui, model, actions));
    region(ui, bar.with_min_x(left), |ui| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = space::S8;
            let again = match coverage.unseen {
                0 => "Count again".to_owned(),
                1 => "Count again, 1 new request".to_owned(),
                many => format!("Count again, {} new requests", grouped(many)),
            };
            let reason = coverage.received.loading().map(|_| "The requests are being counted");
            let read = Button::new(&again).icon(icon::ARROW_CLOCKWISE).blocked(reason);
            let nothing = coverage.is_empty().then_some("There is nothing to copy yet");
            let copy = Button::new("Copy table").icon(icon::COPY).hover("Without the examples").blocked(nothing);
            let (room, copy_wide) = (ui.available_width() - space::S8, copy.width(ui));
            let counts = if read.width(ui) + space::CONTROL > room && reason.is_none() {
                icon_button_ui(ui, icon::ARROW_CLOCKWISE, &again)
            } else {
                read.show(ui)
            };
            if counts.clicked() {
                cover(actions, Cover::Read);
            }
            let copies = if copy_wide > ui.available_width() && nothing.is_none() {
                icon_button_ui(ui, icon::COPY, "Copy table")
            } else {
                copy.show(ui)
            };
            if copies.clicked() {
                cover(actions, Cover::Copy);
            }
        });
    });
}

fn against_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    const CHOICES: [Against; 2] = [Against::Tenant, Against::Draft];
    let size = vec2(ui.available_width(), space::CONTROL);
    if model.mappings.tenant.value().is_none() {
        let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
        let words = text::SMALL.job("held against this draft", Theme::of(ui).t2);
        widgets::text_at(ui.painter(), rect.with_min_x(rect.left() + space::S8), widgets::Align::Left, words);
        return;
    }
    let segments = [Segment::new("Tenant’s mappings"), Segment::new("This draft")];
    let chosen = CHOICES.iter().position(|choice| *choice == model.mappings.against());
    if let Some(next) = segmented_ui(ui, "Held against", &segments, chosen, size) {
        cover(actions, Cover::Against(CHOICES[next]));
    }
}

fn only_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let coverage = &model.mappings.coverage;
    let standings: Vec<Standing> = coverage.tally.keys().copied().collect();
    let mut words = vec![format!("All attributes, {}", coverage.all().len())];
    words.extend(coverage.tally.iter().map(|(standing, count)| format!("{}, {count}", standing.label())));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let chosen = coverage.only.map_or(Some(0), |only| standings.iter().position(|s| *s == only).map(|at| at + 1));
    let select = Select::new("Which attributes show").no_label().icon(icon::FUNNEL_SIMPLE);
    if let Some(next) = select.show(ui, &words, chosen) {
        let only = next.checked_sub(1).and_then(|at| standings.get(at).copied());
        cover(actions, Cover::Only(only));
    }
}

/// What was counted, what went wrong, and how far a count is. Says where the table begins.
fn strips_ui(ui: &mut Ui, model: &Model, zone: &Zone, area: Rect, top: f32, actions: &mut Vec<Action>) -> f32 {
    let coverage = &model.mappings.coverage;
    let rect = Rect::from_min_max(pos2(area.left() + space::S12, top), pos2(area.right() - space::S12, area.bottom()));
    region(ui, rect, |ui| {
        let (width, before) = (rect.width(), ui.cursor().top());
        ui.spacing_mut().item_spacing.y = space::S6;
        if let Some(failure) = coverage.received.failure() {
            ui.add_space(space::S6);
            let button = StripButton { text: "Count again", icon: icon::ARROW_CLOCKWISE, primary: false };
            if failure_ui(ui, failure, Some(button), width) {
                cover(actions, Cover::Read);
            }
        }
        if let (Some(_), Some((done, total))) = (coverage.received.loading(), coverage.progress) {
            ui.add_space(space::S6);
            ui.horizontal(|ui| {
                let stop = Button::new("Stop counting").icon(icon::STOP).small();
                let room = width - stop.width(ui) - space::S8;
                progress_ui(ui, "Counting requests", done, total.unwrap_or(1), room);
                if stop.show(ui).clicked() {
                    cover(actions, Cover::Stop);
                }
            });
        }
        if let Some(received) = coverage.received.value().filter(|received| received.requests > 0) {
            ui.add_space(space::S6);
            ui.horizontal_wrapped(|ui| {
                ui.set_min_height(space::CONTROL_SMALL);
                let words = basis(received, zone);
                widgets::label_ui(ui, text::SMALL.job(words, Theme::of(ui).t2));
                let can_fetch = received.without_body > 0 && model.requests.live != Some(crate::app::Live::NotOffered);
                let hover = "Reads up to 2,000 requests from the tenant’s log. Nothing is changed there.";
                let read = Button::link("Read their bodies").icon(icon::DOWNLOAD_SIMPLE).small().hover(hover);
                if can_fetch && read.show(ui).clicked() {
                    cover(actions, Cover::Fetch);
                }
            });
        }
        let used = ui.cursor().top() - before;
        if used > 0.0 { top + used } else { top }
    })
}

/// "400 requests, 23 Nov, 09:12 to 14:40; 1,080 more have no body here."
fn basis(received: &crate::domain::coverage::Received, zone: &Zone) -> String {
    let mut words = match received.requests {
        1 => "1 create or update".to_owned(),
        many => format!("{} creates and updates", grouped(many)),
    };
    if let (Some(from), Some(to)) = (received.from, received.to) {
        words.push_str(&format!(", {} to {}", zone.day_and_minute(from), zone.day_and_minute(to)));
    }
    match received.without_body {
        0 => words.push('.'),
        1 => words.push_str(". 1 more is known by its line alone."),
        many => words.push_str(&format!(". {} more came without a body.", grouped(many))),
    }
    if received.more_names > 0 {
        words.push_str(" There are more names than are told apart here; narrow the span.");
    }
    words
}

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

fn table_ui(ui: &mut Ui, model: &Model, view: &mut View, zone: &Zone, actions: &mut Vec<Action>) {
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
fn folded(attribute: &str) -> String {
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
    let name = pretty::ending(&full, letters_in(cell.width()));
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

/// How many letters of a name have room.
fn letters_in(width: f32) -> usize {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "letters on a screen, never negative")]
    let letters = (width / LETTER).max(0.0) as usize;
    letters
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

#[cfg(test)]
mod tests;
