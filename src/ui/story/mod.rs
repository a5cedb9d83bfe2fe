//! The story of one person in place of the list: who they are, what needs care, then one line a step with both sides side by
//! side, and the chosen step with what the tenant should hold after it.

mod step;

use egui::{Rect, Ui, pos2, vec2};

use super::{
    icon,
    panels::panel,
    shell::{grouped, region},
    theme::{Theme, Tone, space, text},
    when::Zone,
    widgets::{
        self,
        at_end::{at_end_ui, width_at_end},
        banner::{StripButton, failure_ui, strip_ui},
        button::{Button, icon_button_ui, small_icon_button_unless_ui},
        columns::Column,
        empty::empty_ui,
        hairline,
        progress::progress_ui,
        segmented::{Segment, segmented_ui},
        splitter::{PaneSide, PaneSizes, splitter_ui},
        status::spinner_ui,
        table::{Row as TableRow, Table, TableState},
        tag::outcome_look,
        tag::paint_icon_text,
    },
};
use crate::{
    app::{
        Action, Model, forgetting, requests,
        story::{Do, Story},
    },
    domain::{
        journal::Count,
        pretty,
        story::{Gap, Person, Step},
    },
};

/// Below this width the step stands under the list.
const STACK_BELOW: f32 = 1120.0;
/// The most cautions that stand above the list.
const CAUTIONS: usize = 3;

const TIME: usize = 0;
const WHAT: usize = 1;
const TENANT: usize = 2;
const SENDER: usize = 3;
const CHANGED: usize = 4;

/// What only the drawing knows.
pub(super) struct View {
    table: TableState,
    pane: f32,
    pane_below: f32,
}

impl Default for View {
    fn default() -> Self {
        Self { table: TableState::default(), pane: 400.0, pane_below: 260.0 }
    }
}

/// Draws it.
pub(super) fn story_ui(
    ui: &mut Ui,
    model: &Model,
    story: &Story,
    (view, zone): (&mut View, &Zone),
    actions: &mut Vec<Action>,
) {
    let theme = Theme::of(ui);
    let area = ui.max_rect();
    let head = Rect::from_min_size(area.min, vec2(area.width(), space::HEADER));
    panel(ui, head, |ui| head_ui(ui, story, actions));
    hairline(ui.painter(), head.left_bottom(), head.right_bottom(), theme.line);
    let top = strips_ui(ui, story, area, head.bottom() + 1.0, actions);
    let rest = Rect::from_min_max(pos2(area.left(), top), area.max);
    let Some((_, chosen)) = story.selected() else {
        region(ui, rest.shrink(space::S16), |ui| nothing_ui(ui, story, actions));
        return;
    };
    let wide = ui.ctx().content_rect().width() >= STACK_BELOW;
    let (list, pane, line) = if wide {
        let edge = rest.right() - view.pane;
        let (list, pane) = rest.split_left_right_at_x(edge);
        (list, pane, Rect::from_min_max(pos2(edge, rest.top()), pos2(edge + 1.0, rest.bottom())))
    } else {
        let edge = rest.bottom() - view.pane_below.min((rest.height() - 160.0).max(121.0));
        let (list, pane) = rest.split_top_bottom_at_y(edge);
        (list, pane, Rect::from_min_max(pos2(rest.left(), edge), pos2(rest.right(), edge + 1.0)))
    };
    panel(ui, list, |ui| table_ui(ui, story, &mut view.table, zone, actions));
    panel(ui, pane, |ui| step::step_ui(ui, model, (story, chosen), zone, actions));
    if wide {
        let sizes = PaneSizes { range: 340.0..=640.0, usual: 400.0 };
        splitter_ui(ui, "Step width", line, PaneSide::Right, &sizes, &mut view.pane);
    } else {
        let sizes = PaneSizes { range: 120.0..=(rest.height() - 160.0).max(121.0), usual: 260.0 };
        splitter_ui(ui, "Step height", line, PaneSide::Below, &sizes, &mut view.pane_below);
    }
}

/// What stands at the right of the head.
const VERBS: &str = "the head of a story";

fn tell(actions: &mut Vec<Action>, action: Do) {
    actions.push(Action::Story(action));
}

fn head_ui(ui: &mut Ui, story: &Story, actions: &mut Vec<Action>) {
    let area = ui.max_rect().shrink2(vec2(space::S12, 0.0));
    region(ui, area, |ui| {
        let left = area.with_max_x(area.right() - width_at_end(ui, VERBS) - space::S12);
        widgets::over(ui, left, |ui| {
            ui.add_space(space::S8);
            ui.spacing_mut().item_spacing.y = 0.0;
            let (theme, width) = (Theme::of(ui), ui.available_width());
            let title = format!("Story of {}", pretty::visible(&story.of));
            widgets::label_ui(ui, text::TITLE.cut(title, theme.t1, width));
            let known = known_as(&story.told.person);
            let job = text::SMALL.cut(known.as_str(), theme.t2, width);
            widgets::label_ui(ui, job).on_hover_text(known);
        });
        at_end_ui(ui, VERBS, |ui| verbs_ui(ui, story, actions));
    });
}

fn verbs_ui(ui: &mut Ui, story: &Story, actions: &mut Vec<Action>) {
    ui.spacing_mut().item_spacing.x = space::S8;
    let nobody = story.is_empty().then_some("Nobody is here to forget");
    if small_icon_button_unless_ui(ui, icon::TRASH, "Forget this person…", nobody).clicked() {
        actions.push(Action::Forgetting(forgetting::Do::Open(Some(story.of.clone()))));
    }
    let segments = [Segment::new("Changes"), Segment::new("Everything")];
    let size = vec2(168.0, space::CONTROL);
    let chosen = Some(usize::from(story.everything));
    if let Some(next) = segmented_ui(ui, "Which steps show", &segments, chosen, size) {
        tell(actions, Do::Everything(next == 1));
    }
    let reason = story.is_empty().then_some("There is nothing to copy yet");
    if Button::new("Copy story").icon(icon::COPY).blocked(reason).show(ui).clicked() {
        tell(actions, Do::Copy);
    }
    let again = match story.unseen {
        0 => "Read again".to_owned(),
        many => format!("Read again, {} new", grouped(many)),
    };
    let reason = story.is_reading().then_some("The story is being read");
    if Button::new(&again).icon(icon::ARROW_CLOCKWISE).blocked(reason).show(ui).clicked() {
        tell(actions, Do::Again);
    }
    if icon_button_ui(ui, icon::X, "Close the story (Esc)").clicked() {
        tell(actions, Do::Close);
    }
}

/// "jane.smith, jane.doe · SCIM id 3f… · external id 9a…", as far as anything is known.
fn known_as(person: &Person) -> String {
    let listed = |values: &[String]| {
        let shown: Vec<String> = values.iter().take(3).map(|value| pretty::visible(value).into_owned()).collect();
        let more = values.len().saturating_sub(3);
        if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
    };
    let parts = [
        ("", &person.user_names),
        ("SCIM id ", &person.ids),
        ("external id ", &person.external_ids),
        ("e-mail ", &person.emails),
    ];
    let named = parts.into_iter().filter(|(_, values)| !values.is_empty());
    named.map(|(name, values)| format!("{name}{}", listed(values))).collect::<Vec<_>>().join(" · ")
}

/// What went wrong, how far the reading is, and where care is needed. Says where the list begins.
fn strips_ui(ui: &mut Ui, story: &Story, area: Rect, top: f32, actions: &mut Vec<Action>) -> f32 {
    let rect = Rect::from_min_max(pos2(area.left() + space::S12, top), pos2(area.right() - space::S12, area.bottom()));
    region(ui, rect, |ui| {
        let (width, before) = (rect.width(), ui.cursor().top());
        ui.spacing_mut().item_spacing.y = space::S6;
        if let Some(failure) = story.failure() {
            ui.add_space(space::S6);
            let button = StripButton { text: "Try again", icon: icon::ARROW_CLOCKWISE, primary: false };
            if failure_ui(ui, failure, Some(button), width) {
                tell(actions, Do::Again);
            }
        }
        if let (true, Some((done, total))) = (story.is_reading(), story.progress) {
            ui.add_space(space::S6);
            ui.horizontal(|ui| {
                let stop = Button::new("Stop reading").icon(icon::STOP).small();
                let room = width - stop.width(ui) - space::S8;
                progress_ui(ui, "Reading the story", done, total.unwrap_or(1), room);
                if stop.show(ui).clicked() {
                    tell(actions, Do::Stop);
                }
            });
        }
        for caution in story.told.cautions.iter().take(CAUTIONS) {
            ui.add_space(space::S6);
            strip_ui(ui, Tone::Warn, caution, None, width);
        }
        let used = ui.cursor().top() - before;
        if used > 0.0 { top + used } else { top }
    })
}

/// In place of the list: still reading, failed, only look-ups, or nobody of this name.
fn nothing_ui(ui: &mut Ui, story: &Story, actions: &mut Vec<Action>) {
    if story.is_reading() && !story.is_told() {
        // Beyond half a second, the progress above says so.
        if story.progress.is_none() {
            spinner_ui(ui, "Reading what is known of this person");
        }
        return;
    }
    if !story.is_told() {
        return;
    }
    let name = pretty::visible(&story.of).into_owned();
    let candidates = &story.told.candidates;
    let (title, words) = if candidates.is_empty() {
        (format!("Nobody goes by {name}"), "Neither a userName, an id nor an address in this journal is exactly that.")
    } else {
        (format!("Nobody is called exactly {name}"), "These are similar. Choose the one you mean.")
    };
    let height = if candidates.is_empty() { 140.0 } else { 120.0 + 26.0 * candidates.len().min(8) as f32 };
    empty_ui(ui, &title, words, height, |ui| {
        ui.spacing_mut().item_spacing.y = space::S4;
        for Count { key: candidate, count: lines } in candidates.iter().take(8) {
            ui.horizontal(|ui| {
                let shown = pretty::visible(candidate);
                let lines = if *lines == 1 { "1 request".to_owned() } else { format!("{} requests", grouped(*lines)) };
                if Button::link(&shown).icon(icon::USER).small().show(ui).clicked() {
                    tell(actions, Do::Open(candidate.clone()));
                }
                widgets::label_ui(ui, text::SMALL.job(lines, Theme::of(ui).t3));
            });
        }
        if candidates.is_empty() && Button::primary("Find requests").icon(icon::FUNNEL_SIMPLE).show(ui).clicked() {
            actions.push(Action::Requests(requests::Do::SetQuery(format!("\"{}\"", story.of.replace('"', "")))));
        }
    });
}

fn columns(width: f32, two_sided: bool) -> [Column<'static>; 5] {
    let roomy = width > 760.0;
    [
        Column::fixed("Time", 148.0),
        Column::fixed("Step", 118.0),
        Column::fixed("Tenant’s log", if roomy { 150.0 } else { 128.0 }),
        match (two_sided, roomy) {
            (false, _) => Column::fixed("", 0.0),
            (true, roomy) => Column::fixed("Sender’s log", if roomy { 176.0 } else { 144.0 }),
        },
        Column::flexible("What changed", 80.0),
    ]
}

fn table_ui(ui: &mut Ui, story: &Story, state: &mut TableState, zone: &Zone, actions: &mut Vec<Action>) {
    let columns = columns(ui.max_rect().width(), story.two_sided);
    let table = Table {
        name: "Steps",
        columns: &columns,
        len: story.len() as u64,
        selected: story.selected().map(|(at, _)| at as u64),
        sorted: None,
        stale: story.is_reading() && story.progress.is_some(),
        letters: true,
    };
    let events = table.show(ui, state, |row| {
        if let Some(step) = usize::try_from(row.index).ok().and_then(|at| story.step(at)) {
            paint(row, step, zone);
        }
    });
    if let Some(place) = events.open.or(events.select).and_then(|at| usize::try_from(at).ok()) {
        tell(actions, Do::Select(place));
    }
}

fn paint(row: &mut TableRow<'_>, step: &Step, zone: &Zone) {
    let theme = row.theme;
    let ink = if step.is_change() { theme.t1 } else { theme.t2 };
    row.text(TIME, text::MONO_SM, theme.t2, zone.day_and_clock(step.at));
    let (glyph, tone, word) = outcome_look(step.ending());
    let cell = row.cell(WHAT);
    let face = if step.is_change() { text::SMALL.medium() } else { text::SMALL };
    let job = face.cut(step.operation.label(), ink, cell.width() - 18.0);
    paint_icon_text(row.painter, cell, (glyph, theme.hue(tone).text), job);
    let warn = theme.hue(Tone::Warn).text;
    let gap = |wanted: Gap| step.gap == Some(wanted);
    row.text(TENANT, text::SMALL, if gap(Gap::NotReceived) { warn } else { ink }, step.tenant_words());
    let said = if gap(Gap::NotInDirectoryLog) || step.disagrees() { warn } else { ink };
    let words = step.sender_words();
    if !words.is_empty() {
        row.text(SENDER, text::SMALL, said, words);
    }
    let changed = if step.lost.is_empty() { ink } else { warn };
    row.text(CHANGED, text::SMALL, changed, step.change_words());
    row.say(|| {
        let parts = [
            zone.day_and_clock(step.at),
            format!("{} {}", step.operation.label(), word.to_lowercase()),
            format!("tenant {}", step.tenant_words()),
            format!("sender {}", step.sender_words()),
            step.change_words(),
        ];
        parts.join(", ")
    });
}

#[cfg(test)]
mod tests;
