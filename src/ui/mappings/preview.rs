//! What of a real request would land with this draft, what would be dropped and why, and the same over the recent ones.
//! Nothing is sent.

use egui::{Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, text::LayoutJob, vec2};
use serde_json::Value;

use super::columns::NAME;
use crate::{
    app::{
        Action, Model,
        mappings::{Do, Replay, short_name},
    },
    domain::{attribute::DEFAULTS, exchange::Exchange, journal::Row, pretty},
    ui::{
        icon,
        shell::region,
        theme::{Theme, Tone, space, text},
        when::Zone,
        widgets::{
            self, Align,
            banner::{StripButton, failure_ui, tone_icon},
            chart::{Part, meter_ui},
            empty::nothing_ui,
            hairline,
            scroll::scroll_ui,
            select::Select,
            status::spinner_ui,
            text_at,
        },
    },
};

/// Height of the figures at the bottom.
const REPLAY: f32 = 108.0;
/// A pane this wide has the figures at its side.
const SIDE_BY_SIDE: f32 = 700.0;

/// Draws the pane.
pub(super) fn preview_ui(ui: &mut Ui, model: &Model, zone: &Zone, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let area = ui.max_rect();
    ui.painter().rect_filled(area, 0.0, theme.base);
    let payloads = model.mappings.payloads.value().map_or(&[][..], Vec::as_slice);
    let wide = area.width() >= SIDE_BY_SIDE;
    let (list, replay) = if payloads.is_empty() {
        (area, None)
    } else if wide {
        let (list, replay) = area.split_left_right_at_x(area.right() - 340.0);
        (list, Some(replay))
    } else {
        let (list, replay) = area.split_top_bottom_at_y((area.bottom() - REPLAY).max(area.top() + 120.0));
        (list, Some(replay))
    };
    region(ui, list, |ui| list_ui(ui, model, payloads, zone, actions));
    if let Some(replay) = replay {
        ui.painter().rect_filled(replay, 0.0, theme.raised);
        let to = if wide { replay.left_bottom() } else { replay.right_top() };
        hairline(ui.painter(), replay.left_top(), to, theme.line2);
        let inner = replay.shrink2(vec2(space::S12, space::S12));
        region(ui, inner, |ui| replay_ui(ui, &model.mappings.replay, inner.width()));
    }
}

fn list_ui(ui: &mut Ui, model: &Model, payloads: &[(Row, Exchange)], zone: &Zone, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let inner = ui.max_rect().shrink2(vec2(space::S12, space::S8));
    let head = Rect::from_min_size(inner.min, vec2(inner.width(), 20.0));
    text_at(ui.painter(), head, Align::Left, text::HEADING.job("What lands in the profile", theme.t1));
    let body = inner.with_min_y(head.bottom() + space::S6);
    if payloads.is_empty() {
        region(ui, body, |ui| no_payload_ui(ui, model, actions));
        return;
    }
    let names: Vec<String> = payloads.iter().map(|(row, _)| payload_name(row, zone)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    region(ui, Rect::from_min_size(body.min, vec2(body.width(), space::CONTROL)), |ui| {
        let select = Select::new("Request to preview").no_label().icon(icon::PULSE);
        if let Some(next) = select.show(ui, &names, Some(model.mappings.payload)) {
            actions.push(Action::Mappings(Do::Payload(next)));
        }
    });
    region(ui, body.with_min_y(body.top() + space::CONTROL + space::S8), |ui| {
        scroll_ui(ui, "preview", |ui| lines_ui(ui, model));
    });
}

fn payload_name(row: &Row, zone: &Zone) -> String {
    let summary = &row.summary;
    let user = summary.user.as_deref().unwrap_or("no user");
    format!("{} {user}, {}", summary.operation.label(), zone.minute(summary.at))
}

fn no_payload_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let payloads = &model.mappings.payloads;
    let rect = ui.max_rect();
    match (payloads.failure(), payloads.value()) {
        (Some(failure), _) => {
            let button = StripButton { text: "Read again", icon: icon::ARROW_CLOCKWISE, primary: false };
            if failure_ui(ui, failure, Some(button), rect.width()) {
                actions.push(Action::Mappings(Do::Pull));
            }
        }
        (None, None) if payloads.loading().is_some() => spinner_ui(ui, "Reading recent requests"),
        (None, _) => {
            let words = "No create or update with a body yet. The first one is tried on this draft here.";
            let job = text::SMALL.wrapped(words, Theme::of(ui).t2, rect.width());
            widgets::label_ui(ui, job);
            let room = rect.with_min_y(rect.top() + 40.0).with_max_y((rect.top() + 160.0).min(rect.bottom()));
            nothing_ui(ui, room, Some(icon::PULSE), "Nothing to preview");
        }
    }
}

/// One line of the list.
struct Line<'a> {
    attribute: &'a str,
    field: &'a str,
    value: String,
    end: End<'a>,
}

/// How a line ends.
enum End<'a> {
    Landed,
    Dropped(&'a str),
    Absent,
}

fn lines_ui(ui: &mut Ui, model: &Model) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let preview = &model.mappings.preview;
    for landed in &preview.landed {
        let default = DEFAULTS.iter().find(|default| default.profile_field == landed.field);
        let field = default.map_or(landed.field.as_str(), |default| default.label);
        line_ui(ui, &Line { attribute: &landed.attribute, field, value: shown(&landed.value), end: End::Landed });
    }
    for dropped in &preview.dropped {
        let end = End::Dropped(&dropped.reason);
        line_ui(ui, &Line { attribute: &dropped.attribute, field: "", value: shown(&dropped.value), end });
    }
    for row in model.mappings.absent() {
        line_ui(ui, &Line { attribute: &row.attribute, field: &row.field, value: String::new(), end: End::Absent });
    }
}

fn shown(value: &Value) -> String {
    pretty::visible(&value.as_str().map_or_else(|| value.to_string(), str::to_owned)).into_owned()
}

fn line_ui(ui: &mut Ui, line: &Line<'_>) {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), space::PREVIEW_ROW), Sense::hover());
    let words = match line.end {
        End::Landed => format!("{} → {}: {}", line.attribute, line.field, line.value),
        End::Dropped(reason) => format!("{} dropped: {}. {reason}", line.attribute, line.value),
        End::Absent => format!("{} → {}: not in this payload", line.attribute, line.field),
    };
    response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, &words));
    let short = short_name(line.attribute).replace("[type eq \"", "[").replace("\"].value", "]");
    let middle = rect.left() + (rect.width() * 0.34).min(180.0);
    let left = rect.with_max_x(middle - space::S6);
    let right = rect.with_min_x(middle + space::S16);
    let (ink, glyph, tone) = match line.end {
        End::Landed => (theme.t1, icon::ARROW_RIGHT, theme.t3),
        End::Dropped(_) => (theme.t3, icon::X, theme.hue(Tone::Fail).text),
        End::Absent => (theme.t2, icon::ARROW_RIGHT, theme.t3),
    };
    let dropped = matches!(line.end, End::Dropped(_));
    let struck = |job: LayoutJob| if dropped { strike(job, theme.t3) } else { job };
    text_at(ui.painter(), left, Align::Left, struck(NAME.cut(short, ink, left.width())));
    glyph.paint(ui.painter(), pos2(middle + space::S4, rect.center().y), space::ICON_TAG, tone);
    let (end, first) = match line.end {
        End::Landed => {
            let most = right.width() - 40.0;
            let end = text_at(
                ui.painter(),
                right,
                Align::Right,
                text::SMALL.medium().cut(line.value.as_str(), theme.t1, most.max(40.0)),
            );
            (end.left(), text::SMALL.cut(line.field, theme.t2, end.left() - right.left() - space::S8))
        }
        End::Dropped(reason) => {
            let ink = theme.hue(Tone::Fail).text;
            let end = text_at(ui.painter(), right, Align::Right, text::SMALL.job(in_short(reason), ink));
            let room = end.left() - right.left() - space::S8;
            (end.left(), struck(text::SMALL.cut(line.value.as_str(), theme.t3, room)))
        }
        End::Absent => {
            let ink = theme.hue(Tone::Skip).text;
            let end = text_at(ui.painter(), right, Align::Right, text::SMALL.job("Not in this payload", ink));
            icon::CIRCLE_DASHED.paint(ui.painter(), end.left_center() - vec2(10.0, 0.0), space::ICON_TAG, ink);
            (end.left() - 18.0, NAME.cut(line.field, theme.t2, end.left() - right.left() - 26.0))
        }
    };
    text_at(ui.painter(), right.with_max_x(end.max(right.left())), Align::Left, first);
    hairline(ui.painter(), rect.left_bottom() - vec2(0.0, 1.0), rect.right_bottom() - vec2(0.0, 1.0), theme.line);
    response.on_hover_text(words);
}

fn strike(mut job: LayoutJob, ink: egui::Color32) -> LayoutJob {
    for section in &mut job.sections {
        section.format.strikethrough = Stroke::new(1.0, ink);
    }
    job
}

/// A reason in two words; the whole sentence is told on hover.
fn in_short(reason: &str) -> &'static str {
    if reason.starts_with("Only the case") {
        "Case differs"
    } else if reason.starts_with("No mapping") {
        "No mapping"
    } else if reason.contains("spelling") {
        "Spelling differs"
    } else {
        "Not allowed"
    }
}

fn replay_ui(ui: &mut Ui, replay: &Replay, width: f32) {
    let theme = Theme::of(ui);
    ui.spacing_mut().item_spacing.y = space::S6;
    let requests = replay.requests();
    let title = format!("Replay, last {requests} {}", if requests == 1 { "request" } else { "requests" });
    let line = Rect::from_min_size(ui.cursor().min, vec2(width, 18.0));
    text_at(ui.painter(), line, Align::Right, text::LABEL.regular().job("nothing sent", theme.t3));
    widgets::label_ui(ui, text::HEADING.job(title, theme.t1));
    let parts = [
        (replay.fills, "fill a field", Tone::Ok),
        (replay.empty, "fill none", Tone::Skip),
        (replay.dropped, "drop a value", Tone::Fail),
    ];
    let meter = parts.map(|(count, word, tone)| Part { tone, count: count as u64, word });
    meter_ui(ui, "Replay", &meter, width);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S4;
        for (count, word, tone) in parts {
            let ink = theme.hue(tone).text;
            let (spot, _) = ui.allocate_exact_size(vec2(space::ICON_CELL, 16.0), Sense::hover());
            tone_icon(tone).paint(ui.painter(), spot.center(), space::ICON_CELL, ink);
            widgets::label_ui(ui, text::MONO.medium().job(count.to_string(), theme.t1));
            widgets::label_ui(ui, text::SMALL.job(word, ink));
            ui.add_space(space::S4);
        }
    });
    if let Some(words) = compared(replay) {
        widgets::label_ui(ui, text::SMALL.wrapped(words, theme.t2, width));
    }
}

fn compared(replay: &Replay) -> Option<String> {
    let tenant = replay.tenant_fills?;
    Some(match replay.fills.cmp(&tenant) {
        std::cmp::Ordering::Equal => "As many as with the tenant’s mappings today.".to_owned(),
        std::cmp::Ordering::Greater => format!("{} more than with the tenant’s mappings today.", replay.fills - tenant),
        std::cmp::Ordering::Less => format!("{} fewer than with the tenant’s mappings today.", tenant - replay.fills),
    })
}
