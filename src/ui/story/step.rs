//! The chosen step: both sides side by side, what it changed, and what the tenant should hold after it.

use egui::{Ui, vec2};
use serde_json::Value;

use crate::{
    app::{
        Action, Model,
        story::{Do, Story},
    },
    domain::{
        journal::Source,
        pretty,
        problem::Severity,
        story::{Account, Change, Gap, Sight, State, Step, short, value_words},
    },
    ui::{
        icon,
        theme::{Theme, Tone, space, text},
        when::Zone,
        widgets::{
            self,
            banner::{StripButton, strip_ui},
            button::Button,
            card::card_ui,
            scroll::scroll_ui,
            tag::{outcome_look, tag_ui},
        },
    },
};

/// Attributes that stand first.
const FIRST: [&str; 3] = ["userName", "active", "externalId"];
/// Two cards stand beside each other in a pane this wide.
const BESIDE: f32 = 330.0;

/// Draws the pane.
pub(super) fn step_ui(
    ui: &mut Ui,
    model: &Model,
    (story, step): (&Story, &Step),
    zone: &Zone,
    actions: &mut Vec<Action>,
) {
    let area = ui.max_rect();
    ui.painter().rect_filled(area, 0.0, Theme::of(ui).base);
    scroll_ui(ui, "step", |ui| {
        egui::Frame::new().inner_margin(12.0).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing = vec2(space::S8, space::S8);
            ui.style_mut().interaction.selectable_labels = true;
            head_ui(ui, step, zone);
            gap_ui(ui, step);
            finding_ui(ui, story, step, actions);
            sides_ui(ui, step, zone, actions);
            lost_ui(ui, step);
            claimed_ui(ui, step);
            state_ui(ui, step);
            let foreign = step.sender.as_ref().is_some_and(|sight| sight.source != Source::Console);
            if step.tenant.is_some() && !foreign && model.is_practice(Source::Tenant) {
                let width = ui.available_width();
                let words = "Practice data: these people are invented.";
                widgets::label_ui(ui, text::SMALL.wrapped(words, Theme::of(ui).t3, width));
            }
        });
    });
}

fn head_ui(ui: &mut Ui, step: &Step, zone: &Zone) {
    let theme = Theme::of(ui);
    let (glyph, tone, word) = outcome_look(step.ending());
    ui.horizontal(|ui| {
        widgets::label_ui(ui, text::TITLE.job(step.operation.label(), theme.t1));
        tag_ui(ui, tone, Some(glyph), word);
    });
    let width = ui.available_width();
    let account = step.account.as_deref().map(|id| format!(" · account {}", pretty::visible(id))).unwrap_or_default();
    let line = format!("{}{account}", zone.day_and_clock(step.at));
    widgets::label_ui(ui, text::SMALL.cut(line, theme.t2, width)).on_hover_text(Zone::utc(step.at));
}

fn gap_ui(ui: &mut Ui, step: &Step) {
    let width = ui.available_width();
    if let Some(gap) = step.gap {
        strip_ui(ui, Tone::Warn, gap.words(), None, width);
    } else if step.disagrees() {
        strip_ui(ui, Tone::Warn, "The two logs tell different ends of this step.", None, width);
    }
}

/// What is known to be wrong with it.
fn finding_ui(ui: &mut Ui, story: &Story, step: &Step, actions: &mut Vec<Action>) {
    let Some((key, mark)) = story.mark(step) else { return };
    let tone = if mark.severity == Severity::Error { Tone::Fail } else { Tone::Warn };
    let button = StripButton { text: "Open diagnosis", icon: icon::STETHOSCOPE, primary: false };
    let width = ui.available_width();
    if strip_ui(ui, tone, &mark.title, Some(button), width) {
        actions.push(Action::Story(Do::OpenRequest(key)));
    }
}

/// What was sent and not kept, and why.
fn lost_ui(ui: &mut Ui, step: &Step) {
    if step.lost.is_empty() {
        return;
    }
    let (theme, width) = (Theme::of(ui), ui.available_width());
    ui.add_space(space::S4);
    ui.horizontal(|ui| {
        let (place, _) = ui.allocate_exact_size(vec2(space::ICON, 18.0), egui::Sense::hover());
        icon::WARNING.paint(ui.painter(), place.center(), space::ICON_CELL, theme.hue(Tone::Warn).text);
        widgets::label_ui(ui, text::HEADING.job("Sent, not kept", theme.t1));
    });
    for lost in &step.lost {
        line_ui(ui, None, &lost.attribute, Some(&lost.value), width);
        widgets::label_ui(ui, text::SMALL.wrapped(pretty::visible(&lost.reason), theme.t2, width));
    }
}

fn sides_ui(ui: &mut Ui, step: &Step, zone: &Zone, actions: &mut Vec<Action>) {
    let width = ui.available_width();
    let one_side = step.gap.is_none() && (step.tenant.is_none() || step.sender.is_none());
    let beside = width >= BESIDE && !one_side;
    let card = if beside { (width - space::S8) / 2.0 } else { width };
    let mut both = |ui: &mut Ui| {
        if step.tenant.is_some() || step.gap == Some(Gap::NotReceived) {
            side_ui(ui, "Tenant’s log", step.tenant.as_ref(), card, zone, actions);
        }
        if step.sender.is_some() || step.gap == Some(Gap::NotInDirectoryLog) {
            let name = step.sender.as_ref().map_or("Directory’s log", |sight| sight.source.label());
            side_ui(ui, name, step.sender.as_ref(), card, zone, actions);
        }
    };
    if beside {
        ui.horizontal_top(|ui| both(ui));
    } else {
        both(ui);
    }
}

fn side_ui(ui: &mut Ui, name: &str, sight: Option<&Sight>, width: f32, zone: &Zone, actions: &mut Vec<Action>) {
    ui.allocate_ui(vec2(width, 0.0), |ui| {
        card_ui(ui, false, 8, |ui| {
            let theme = Theme::of(ui);
            let room = width - 18.0;
            ui.set_width(room);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = space::S4;
                widgets::label_ui(ui, text::LABEL.job(name, theme.t3));
                let Some(sight) = sight else {
                    widgets::label_ui(ui, text::SMALL.wrapped("Nothing of this", theme.hue(Tone::Warn).text, room));
                    return;
                };
                let (_, tone, _) = outcome_look(sight.outcome);
                let said = sight.words();
                widgets::label_ui(ui, text::SMALL.medium().wrapped(said.as_str(), theme.hue(tone).text, room));
                let at = text::MONO_SM.cut(zone.clock(sight.at), theme.t2, room);
                widgets::label_ui(ui, at).on_hover_text(Zone::utc(sight.at));
                if let Some(detail) = sight.detail.as_ref().filter(|detail| !said.contains(&*pretty::visible(detail))) {
                    widgets::label_ui(ui, text::SMALL.wrapped(cut(&pretty::visible(detail)), theme.t1, room));
                }
                let spoken = format!("Open this line of {name}");
                let open = Button::link("Open").icon(icon::ARROW_RIGHT).small().name(&spoken);
                if open.show(ui).clicked() {
                    actions.push(Action::Story(Do::OpenRequest(sight.key)));
                }
            });
        });
    });
}

/// The beginning of a long text; the whole stands in the request.
fn cut(text: &str) -> String {
    match text.char_indices().nth(240) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// What the directory says it changed, where the tenant's log does not show it.
fn claimed_ui(ui: &mut Ui, step: &Step) {
    if !step.changes.is_empty() || step.claimed.is_empty() {
        return;
    }
    let (theme, width) = (Theme::of(ui), ui.available_width());
    ui.add_space(space::S4);
    widgets::label_ui(ui, text::HEADING.job("The directory says it changed", theme.t1));
    for change in &step.claimed {
        let value = (change.after != Value::Null).then_some(&change.after);
        line_ui(ui, Some(change), &change.attribute, value, width);
    }
}

fn state_ui(ui: &mut Ui, step: &Step) {
    let theme = Theme::of(ui);
    let width = ui.available_width();
    ui.add_space(space::S4);
    widgets::label_ui(ui, text::HEADING.job("The tenant should hold, after this", theme.t1));
    let state = &step.state;
    let words = match state.account {
        Account::Deleted => Some("No account: it was deleted."),
        Account::Unknown if step.changes.iter().any(|change| change.attribute == "account") => Some(
            "Whether there is an account is not known: it was deleted, and the directory says that it changed it since.",
        ),
        Account::Unknown if state.attributes.is_empty() => {
            Some("Not known: no answer so far shows this person’s account.")
        }
        Account::Unknown => Some("Whether there is an account is not known; these values were sent and not refused."),
        Account::Exists => None,
    };
    if let Some(words) = words {
        widgets::label_ui(ui, text::SMALL.wrapped(words, theme.t2, width));
    }
    for (name, value) in ordered(state) {
        let change = step.changes.iter().find(|change| change.attribute == name);
        line_ui(ui, change, name, Some(value), width);
    }
    for change in step.changes.iter().filter(|change| change.after == Value::Null && change.attribute != "account") {
        line_ui(ui, Some(change), &change.attribute, None, width);
    }
}

/// userName, active and externalId first, then by name.
fn ordered(state: &State) -> Vec<(&str, &Value)> {
    let mut all: Vec<(&str, &Value)> = state.attributes.iter().map(|(name, value)| (name.as_str(), value)).collect();
    let place = |name: &str| FIRST.iter().position(|first| first.eq_ignore_ascii_case(name)).unwrap_or(FIRST.len());
    all.sort_by_key(|(name, _)| place(name));
    all
}

/// One attribute; what this step changed is marked, with the value before.
fn line_ui(ui: &mut Ui, change: Option<&Change>, name: &str, value: Option<&Value>, width: f32) {
    let theme = Theme::of(ui);
    let (name_ink, ink) = if change.is_some() { (theme.accent, theme.t1) } else { (theme.t3, theme.t2) };
    let column = (width * 0.4).min(190.0);
    let mut job = text::MONO_SM.wrapped("", ink, width - column - space::S8);
    if let Some(before) = change.map(|change| &change.before).filter(|before| !before.is_null()) {
        let mut old = text::MONO_SM.format(theme.t3);
        old.strikethrough = egui::Stroke::new(1.0, theme.t3);
        job.append(&value_words(before), 0.0, old);
        job.append(if value.is_some() { " → " } else { "" }, 0.0, text::MONO_SM.format(theme.t3));
    }
    match value {
        Some(value) => job.append(&value_words(value), 0.0, text::MONO_SM.format(ink)),
        None => job.append(" removed", 0.0, text::SMALL.format(theme.t2)),
    }
    let spoken = format!("{}: {}", short(name), job.text);
    ui.horizontal_top(|ui| {
        let (place, named) = ui.allocate_exact_size(vec2(column, 16.0), egui::Sense::hover());
        let words = short(name).replace("[type eq \"", "[").replace("\"].value", "]");
        widgets::text_at(ui.painter(), place, widgets::Align::Left, text::MONO_SM.cut(words, name_ink, column));
        named.on_hover_text(name);
        let shown = widgets::label_ui(ui, job);
        shown.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
    });
}
