//! What was sent against what landed, attribute by attribute; where they differ, why, and the way to mend it.

use egui::{Margin, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::head_of;
use crate::{
    app::{
        Action, Model, Screen, mappings, requests,
        trial::{Do, Run},
    },
    domain::{
        pretty,
        query::condition,
        trial::{Verdict, Verification},
    },
    ui::{
        icon::{self, Icon},
        shell::region,
        theme::{Theme, Tone, space, text},
        widgets::{
            self, Align, button::Button, empty::nothing_ui, hairline, scroll::scroll_ui, tag::paint_icon_text, text_at,
        },
    },
};

/// Where the columns before the verdict begin, as shares of what it leaves.
const COLUMNS: [f32; 4] = [0.0, 0.38, 0.69, 1.0];
/// The widest verdict with its icon.
const VERDICT: f32 = 96.0;

/// Draws the column.
pub(super) fn verification_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let (head, rest) = head_of(ui);
    text_at(ui.painter(), head, Align::Left, text::HEADING.job("Sent and landed", theme.t1));
    let Some(run) = &model.trial.run else {
        return nothing_ui(ui, rest, Some(icon::TEST_TUBE), "Run to compare what is sent with what lands.");
    };
    let Some(report) = &run.report else {
        let words =
            if run.job.is_some() { "Compared when the run ends." } else { "The run broke off: nothing to compare." };
        return nothing_ui(ui, rest, None, words);
    };
    let foot = Rect::from_min_max(pos2(rest.left(), rest.bottom() - 52.0), rest.max);
    let body = Rect::from_min_max(rest.min, pos2(rest.right(), foot.top()));
    if report.verification.is_empty() {
        nothing_ui(ui, body, None, "No user was created: nothing to compare.");
    } else {
        summary_ui(ui, head, &report.verification);
        region(ui, body, |ui| table_ui(ui, &report.verification, actions));
    }
    hairline(ui.painter(), foot.left_top(), foot.right_top(), theme.line);
    region(ui, foot.shrink2(vec2(space::S14, space::S12)), |ui| foot_ui(ui, run, actions));
}

/// "14 same" and "1 dropped" at the right of the head.
fn summary_ui(ui: &Ui, head: Rect, lines: &[Verification]) {
    let theme = Theme::of(ui);
    let mut right = head.right();
    for verdict in [Verdict::NotChecked, Verdict::Missing, Verdict::Differs, Verdict::Match] {
        let count = lines.iter().filter(|line| line.verdict == verdict).count();
        if count == 0 {
            continue;
        }
        let (glyph, tone) = look(verdict);
        let words = match verdict {
            Verdict::Differs => {
                if count == 1 {
                    "1 differs".to_owned()
                } else {
                    format!("{count} differ")
                }
            }
            other => format!("{count} {}", other.label().to_lowercase()),
        };
        let ink = if verdict == Verdict::Match { theme.t2 } else { theme.hue(tone).text };
        let job = text::SMALL.job(words, ink);
        let width = ui.painter().layout_job(job.clone()).size().x + space::ICON_CELL + space::S4;
        let cell = Rect::from_min_max(pos2(right - width, head.top()), pos2(right, head.bottom()));
        paint_icon_text(ui.painter(), cell, (glyph, theme.hue(tone).text), job);
        right = cell.left() - space::S12;
    }
}

fn table_ui(ui: &mut Ui, lines: &[Verification], actions: &mut Vec<Action>) {
    ui.spacing_mut().item_spacing.y = 0.0;
    head_row_ui(ui);
    scroll_ui(ui, "verification", |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (index, line) in lines.iter().enumerate() {
            ui.push_id(index, |ui| verified_ui(ui, line, actions));
        }
    });
}

fn foot_ui(ui: &mut Ui, run: &Run, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S8;
        if Button::new("Copy result for ticket").icon(icon::COPY).show(ui).clicked() {
            actions.push(Action::Trial(Do::CopyResult));
        }
        if Button::new("Show its requests").icon(icon::PULSE).show(ui).clicked() {
            let query = condition("user", &run.user_name);
            actions.push(Action::Requests(requests::Do::SetQuery(query)));
        }
    });
}

const fn look(verdict: Verdict) -> (Icon, Tone) {
    match verdict {
        Verdict::Match => (icon::CHECK, Tone::Ok),
        Verdict::Differs | Verdict::Missing => (icon::WARNING, Tone::Warn),
        Verdict::NotChecked => (icon::MINUS, Tone::Neutral),
    }
}

/// The last part of a name, which is how people call it.
fn short(attribute: &str) -> String {
    let name = attribute.rsplit(':').next().unwrap_or(attribute);
    name.replace("[type eq \"work\"].value", "[work]")
}

fn verified_ui(ui: &mut Ui, line: &Verification, actions: &mut Vec<Action>) {
    row_ui(ui, line);
    if !matches!(line.verdict, Verdict::Differs | Verdict::Missing) {
        return;
    }
    let theme = Theme::of(ui);
    let frame = egui::Frame::new().inner_margin(Margin { left: 14, right: 14, top: 2, bottom: 8 });
    let shown = frame.fill(theme.hue(Tone::Warn).tint).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing = vec2(space::S8, space::S6);
        let width = ui.available_width();
        let why = line.why.as_deref().unwrap_or("Not known why. Compare what Create sent with what Read back found.");
        widgets::label_ui(ui, text::SMALL.prose(why, theme.t1, theme.t1, width));
        ui.horizontal(|ui| {
            let short = short(&line.attribute);
            let name = format!("Open mapping of {short}");
            if Button::new("Open mapping").icon(icon::ARROWS_LEFT_RIGHT).small().name(&name).show(ui).clicked() {
                actions.push(Action::Go(Screen::Mappings));
            }
            let unmapped =
                line.field.is_none() && line.verdict == Verdict::Missing && line.attribute.starts_with("urn:");
            let name = format!("Map {short}");
            if unmapped && Button::new("Map it").icon(icon::PLUS).small().name(&name).show(ui).clicked() {
                actions.push(Action::Go(Screen::Mappings));
                actions.push(Action::Mappings(mappings::Do::Add(line.attribute.clone())));
            }
        });
    });
    let rect = shown.response.rect;
    hairline(ui.painter(), rect.left_bottom() - vec2(0.0, 1.0), rect.right_bottom() - vec2(0.0, 1.0), theme.line);
}

fn cells(row: Rect) -> [Rect; 4] {
    let (values, verdict) =
        row.shrink2(vec2(space::S14, 0.0)).split_left_right_at_x(row.right() - space::S14 - VERDICT);
    let cell = |column: usize| {
        let at = |share: f32| values.left() + values.width() * share;
        Rect::from_min_max(
            pos2(at(COLUMNS[column]), row.top()),
            pos2(at(COLUMNS[column + 1]) - space::S8, row.bottom()),
        )
    };
    [cell(0), cell(1), cell(2), verdict]
}

fn head_row_ui(ui: &mut Ui) {
    let theme = Theme::of(ui);
    let (row, _) = ui.allocate_exact_size(vec2(ui.available_width(), space::TABLE_HEAD), Sense::hover());
    for (cell, words) in cells(row).into_iter().zip(["Attribute", "Sent", "Landed", "Verdict"]) {
        text_at(ui.painter(), cell, Align::Left, text::LABEL.regular().cut(words, theme.t2, cell.width()));
    }
    hairline(ui.painter(), row.left_bottom() - vec2(0.0, 1.0), row.right_bottom() - vec2(0.0, 1.0), theme.line);
}

fn row_ui(ui: &mut Ui, line: &Verification) {
    let theme = Theme::of(ui);
    let (row, response) = ui.allocate_exact_size(vec2(ui.available_width(), space::ROW), Sense::hover());
    let (glyph, tone) = look(line.verdict);
    let off = tone == Tone::Warn;
    if off {
        ui.painter().rect_filled(row, 0.0, theme.hue(tone).tint);
    } else {
        hairline(ui.painter(), row.left_bottom() - vec2(0.0, 1.0), row.right_bottom() - vec2(0.0, 1.0), theme.line);
    }
    let sent = pretty::visible(&line.sent).into_owned();
    let landed = line.landed.as_deref().map_or_else(|| "Empty".to_owned(), |value| pretty::visible(value).into_owned());
    let spoken = format!("{}: sent {sent}, landed {landed}, {}", short(&line.attribute), line.verdict.label());
    response.widget_info(|| WidgetInfo::labeled(Role::Row, true, &spoken));
    let [attribute, first, second, verdict] = cells(row);
    let hue = theme.hue(tone).text;
    let painter = ui.painter();
    text_at(painter, attribute, Align::Left, text::MONO_SM.cut(short(&line.attribute), theme.t1, attribute.width()));
    let ink = if off { theme.t1 } else { theme.t2 };
    text_at(painter, first, Align::Left, text::SMALL.cut(sent.as_str(), ink, first.width()));
    let (ink, shown) = match line.verdict {
        Verdict::NotChecked => (theme.t3, "–"),
        Verdict::Match => (theme.t2, landed.as_str()),
        Verdict::Differs | Verdict::Missing => (hue, landed.as_str()),
    };
    text_at(painter, second, Align::Left, text::SMALL.cut(shown, ink, second.width()));
    let face = if off { text::SMALL.medium() } else { text::SMALL };
    let ink = if off { hue } else { theme.t2 };
    paint_icon_text(painter, verdict, (glyph, hue), face.cut(line.verdict.label(), ink, verdict.width() - 18.0));
    let field = line.field.as_deref().map(|field| format!("\nto: {field}")).unwrap_or_default();
    response.on_hover_text(format!("{}\nsent: {sent}\nlanded: {landed}{field}", line.attribute));
}
