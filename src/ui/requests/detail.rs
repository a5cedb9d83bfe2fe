//! The open line: what happened in words, what was asked and answered, what landed and what was dropped.
//! What is known to be wrong stands first; the evidence stands below.

use egui::{Rect, ScrollArea, Ui, pos2, vec2};

use super::{View as Screen, diagnosis, facts, landing::landing_ui};
use crate::{
    app::{
        Action, Finding, Model, mappings,
        requests::{Do, Tab, diagnosis::Do as Diagnose, shown::Shown},
        story,
    },
    domain::{
        exchange::{Exchange, Headers, Outcome},
        journal::Record,
        landing::NO_MAPPING,
        pretty,
        query::condition,
    },
    ui::{
        icon,
        shell::{grouped, region},
        theme::{Theme, Tone, space, text},
        when::Zone,
        widgets::{
            self,
            at_end::at_end_ui,
            banner::{StripButton, failure_ui, strip_ui},
            button::{Button, small_icon_button_ui},
            card::card_ui,
            code::{CodeBlock, CodeEvent, CodeText},
            hairline,
            status::spinner_ui,
            tabs::{Tab as TabLabel, tabs_ui},
            tag::{outcome_look, tag_ui},
        },
    },
};

/// The accessible name of the way back.
const BACK: &str = "Back to the list";
/// Why an open line may not be found in the list.
const ELSEWHERE: &str = "The filter leaves this request out, or it came after the list was read";

/// Texts laid out once for the line that is open.
#[derive(Default)]
pub(super) struct View {
    of: Option<(Option<i64>, bool, usize)>,
    request: CodeText,
    response: CodeText,
    shown: Shown,
    unfolded: bool,
}

/// Draws the pane; `whole` where it stands in place of the list.
pub(super) fn detail_ui(ui: &mut Ui, model: &Model, view: &mut Screen, whole: bool, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let area = ui.max_rect();
    ui.painter().rect_filled(area, 0.0, theme.base);
    hairline(ui.painter(), area.left_top(), area.left_bottom(), theme.line);
    let detail = &model.requests.detail;
    let inner = area.shrink2(vec2(space::S14, 0.0));
    let Some(record) = detail.value() else {
        region(ui, inner.shrink2(vec2(0.0, space::S12)), |ui| match detail.failure() {
            Some(failure) => {
                let button = StripButton { text: "Try again", icon: icon::ARROW_CLOCKWISE, primary: false };
                if failure_ui(ui, failure, Some(button), inner.width()) {
                    actions.push(Action::Requests(Do::Retry));
                }
            }
            None => spinner_ui(ui, "Reading the request"),
        });
        return;
    };
    let head = Rect::from_min_size(inner.min, vec2(inner.width(), 60.0));
    region(ui, head, |ui| head_ui(ui, model, record, (&view.zone, whole), actions));
    let tabs = Rect::from_min_size(head.left_bottom() - vec2(space::S8, 0.0), vec2(inner.width(), space::TABS));
    hairline(ui.painter(), pos2(area.left(), tabs.bottom()), pos2(area.right(), tabs.bottom()), theme.line);
    region(ui, tabs, |ui| detail_tabs_ui(ui, model, record, actions));
    let foot_height = if model.requests.detail.failure().is_some() { 92.0 } else { 48.0 };
    let foot = Rect::from_min_max(pos2(inner.left(), inner.bottom() - foot_height), inner.max);
    let body = Rect::from_min_max(pos2(inner.left(), tabs.bottom() + 1.0), pos2(inner.right(), foot.top()));
    keep_texts(&mut view.detail, model.requests.selected, record, &model.requests.diagnosis.findings);
    region(ui, body, |ui| {
        ui.style_mut().interaction.selectable_labels = true;
        ScrollArea::vertical().id_salt((&record.summary.id, model.requests.tab.label())).auto_shrink(false).show(
            ui,
            |ui| {
                ui.add_space(space::S12);
                ui.spacing_mut().item_spacing.y = space::S8;
                match model.requests.tab {
                    Tab::Diagnosis => {
                        diagnosis::findings_ui(ui, model, record, &view.zone, actions);
                        summary_ui(ui, model, record, &view.zone, actions);
                    }
                    Tab::Request => side_ui(ui, record, true, &mut view.detail, actions),
                    Tab::Response => side_ui(ui, record, false, &mut view.detail, actions),
                    Tab::Mapping => landing_ui(ui, record.landing.as_ref(), &view.detail.shown, actions),
                }
                ui.add_space(space::S12);
            },
        );
    });
    hairline(ui.painter(), pos2(area.left(), foot.top()), pos2(area.right(), foot.top()), theme.line);
    region(ui, foot, |ui| foot_ui(ui, model, record, &view.zone, actions));
}

fn keep_texts(view: &mut View, selected: Option<i64>, record: &Record, findings: &[Finding]) {
    let key = (selected, record.exchange.is_some(), findings.len());
    if view.of.as_ref() == Some(&key) {
        return;
    }
    let body = |value: &serde_json::Value| CodeText::new(&facts::body_text(value));
    let exchange = record.exchange.as_ref();
    view.request = exchange.map(|e| body(&e.request.body)).unwrap_or_default();
    view.response = exchange.and_then(|e| e.response.as_ref()).map(|r| body(&r.body)).unwrap_or_default();
    if let (None, Some(event)) = (exchange, &record.event) {
        view.request = body(event);
    }
    view.request = diagnosis::marked(std::mem::take(&mut view.request), findings, &["request.body", "event"]);
    view.response = diagnosis::marked(std::mem::take(&mut view.response), findings, &["response.body"]);
    view.shown = Shown::of(record);
    view.of = Some(key);
}

fn head_ui(ui: &mut Ui, model: &Model, record: &Record, (zone, whole): (&Zone, bool), actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let summary = &record.summary;
    let (glyph, tone, _) = outcome_look(summary.outcome);
    ui.spacing_mut().item_spacing.y = 0.0;
    ui.add_space(space::S8);
    ui.horizontal(|ui| {
        if whole && Button::new("Back").icon(icon::ARROW_LEFT).small().name(BACK).hover("Esc").show(ui).clicked() {
            actions.push(Action::Requests(Do::Close));
        }
        let (place, _) = ui.allocate_exact_size(vec2(space::ICON, 20.0), egui::Sense::hover());
        glyph.paint(ui.painter(), place.center(), space::ICON, theme.hue(tone).text);
        widgets::label_ui(ui, text::TITLE.job(facts::title(record), theme.t1));
        if let Some(code) = facts::code(summary) {
            tag_ui(ui, tone, None, &code);
        }
        at_end_ui(ui, "the head of a request", |ui| {
            ui.spacing_mut().item_spacing.x = space::S4;
            if small_icon_button_ui(ui, icon::CARET_UP, "Previous request (K)").clicked() {
                actions.push(Action::Requests(Do::Move(-1)));
            }
            if small_icon_button_ui(ui, icon::CARET_DOWN, "Next request (J)").clicked() {
                actions.push(Action::Requests(Do::Move(1)));
            }
            if !whole && small_icon_button_ui(ui, icon::X, "Close detail (Esc)").clicked() {
                actions.push(Action::Requests(Do::Close));
            }
        });
    });
    ui.add_space(space::S2);
    let user = summary.user.as_deref().unwrap_or("No user");
    let millis = summary.duration_ms.map(|ms| format!(" · {} ms", grouped(ms))).unwrap_or_default();
    let line = format!("{user} · {}{millis}", zone.day_and_clock(summary.at));
    ui.horizontal(|ui| {
        if model.requests.is_elsewhere() {
            tag_ui(ui, Tone::Neutral, None, "Not in this list").on_hover_text(ELSEWHERE);
        }
        let width = ui.available_width();
        widgets::label_ui(ui, text::SMALL.cut(line, theme.t2, width)).on_hover_text(Zone::utc(summary.at));
    });
}

fn detail_tabs_ui(ui: &mut Ui, model: &Model, record: &Record, actions: &mut Vec<Action>) {
    let dropped = record.landing.as_ref().map_or(0, |landing| landing.dropped.len());
    let findings = model.requests.diagnosis.findings.len();
    let labels = Tab::ALL.map(|tab| match tab {
        Tab::Diagnosis if findings > 0 => TabLabel::counted("Diagnosis", findings),
        Tab::Mapping if dropped > 0 => TabLabel::counted("Dropped", dropped),
        other => TabLabel::new(other.label()),
    });
    let chosen = Tab::ALL.iter().position(|tab| *tab == model.requests.tab).unwrap_or_default();
    if let Some(next) = tabs_ui(ui, &labels, chosen, space::TABS) {
        actions.push(Action::Requests(Do::Show(Tab::ALL[next])));
    }
}

fn summary_ui(ui: &mut Ui, model: &Model, record: &Record, zone: &Zone, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let width = ui.available_width();
    widgets::label_ui(ui, text::BODY.wrapped(facts::sentence(record), theme.t1, width));
    if let Some(name) = story_name(record) {
        let story = Button::link("Show this person’s story").icon(icon::CLOCK_COUNTER_CLOCKWISE).small();
        if story.hover("S").show(ui).clicked() {
            actions.push(Action::Story(story::Do::Open(name.clone())));
        }
    }
    if let Some(detail) = record.summary.detail.as_deref().filter(|_| record.summary.outcome == Outcome::Failure) {
        widgets::label_ui(
            ui,
            text::LABEL
                .job(if record.is_quotation() { "As it was quoted" } else { "In the tenant’s own words" }, theme.t3),
        );
        card_ui(ui, false, 8, |ui| {
            let width = ui.available_width();
            ui.set_width(width);
            widgets::label_ui(ui, text::CODE.wrapped(pretty::visible(detail), theme.t1, width));
        });
    }
    for dropped in record.landing.iter().flat_map(|landing| &landing.dropped) {
        let words = format!("`{}` was dropped. {}", dropped.attribute, dropped.reason);
        let button = StripButton { text: "Map it", icon: icon::ARROWS_LEFT_RIGHT, primary: false };
        let mappable = dropped.reason == NO_MAPPING;
        if strip_ui(ui, Tone::Warn, &words, mappable.then_some(button), width) {
            actions.push(Action::Go(crate::app::Screen::Mappings));
            actions.push(Action::Mappings(mappings::Do::Map(facts::full_name(&dropped.attribute))));
        }
    }
    ui.add_space(space::S4);
    for (name, value) in facts::lines(record, zone) {
        let spoken = format!("{name}: {value}");
        ui.horizontal_top(|ui| {
            let (place, _) = ui.allocate_exact_size(vec2(88.0, 16.0), egui::Sense::hover());
            widgets::text_at(ui.painter(), place, widgets::Align::Left, text::SMALL.job(name, theme.t3));
            let label = widgets::label_ui(ui, text::MONO_SM.wrapped(value, theme.t1, width - 96.0));
            // The name is only painted: whoever listens hears both as one.
            label.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
        });
    }
    if model.is_practice(record.source) {
        ui.add_space(space::S4);
        let words = "Practice data: these people are invented.";
        widgets::label_ui(ui, text::SMALL.wrapped(words, theme.t3, width));
    }
}

fn side_ui(ui: &mut Ui, record: &Record, request: bool, view: &mut View, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let width = ui.available_width();
    let Some(exchange) = &record.exchange else {
        let words = "The source of this line does not hold the exchange itself.";
        widgets::label_ui(ui, text::SMALL.wrapped(words, theme.t3, width));
        if record.event.is_some() && request {
            widgets::label_ui(ui, text::LABEL.job("The directory’s own record", theme.t3));
            body_ui(ui, "Record", &view.request, &mut view.unfolded, actions);
        }
        return;
    };
    if request {
        let line = format!("{} {}", exchange.request.method, exchange.request.url);
        widgets::label_ui(ui, text::MONO_SM.wrapped(line, theme.t1, width));
        headers_ui(ui, &exchange.request.headers);
        body_ui(ui, "Request body", &view.request, &mut view.unfolded, actions);
    } else {
        let line = match (&exchange.response, &exchange.error) {
            (Some(response), _) => format!("HTTP {}", response.status),
            (None, Some(error)) => error.clone(),
            (None, None) => "No answer was recorded.".to_owned(),
        };
        widgets::label_ui(ui, text::MONO_SM.wrapped(line, theme.t1, width));
        if let Some(response) = &exchange.response {
            headers_ui(ui, &response.headers);
            body_ui(ui, "Response body", &view.response, &mut view.unfolded, actions);
        }
    }
}

fn headers_ui(ui: &mut Ui, headers: &Headers) {
    let theme = Theme::of(ui);
    let width = ui.available_width();
    for (name, value) in headers.iter() {
        let mut job = text::CODE.wrapped(format!("{name}: "), theme.t3, width);
        job.append(&pretty::visible(value), 0.0, text::CODE.format(theme.t2));
        widgets::label_ui(ui, job);
    }
}

fn body_ui(ui: &mut Ui, name: &str, body: &CodeText, unfolded: &mut bool, actions: &mut Vec<Action>) {
    if body.lines.is_empty() || body.lines.iter().all(|line| line.text.is_empty()) {
        widgets::label_ui(ui, text::SMALL.job("No body", Theme::of(ui).t3));
        return;
    }
    let block = CodeBlock { name, text: body, tight: false, most: 1_200.0, unfolded: *unfolded, copies: true };
    match block.show(ui) {
        Some(CodeEvent::Copy) => {
            let text = body.lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
            actions.push(Action::Copy { text, said: format!("{name} copied") });
        }
        Some(CodeEvent::Unfold) => *unfolded = !*unfolded,
        None => {}
    }
}

fn foot_ui(ui: &mut Ui, model: &Model, record: &Record, zone: &Zone, actions: &mut Vec<Action>) {
    if let Some(failure) = model.requests.detail.failure() {
        let width = ui.available_width();
        ui.add_space(space::S6);
        let button = StripButton { text: "Try again", icon: icon::ARROW_CLOCKWISE, primary: false };
        if failure_ui(ui, failure, Some(button), width) {
            actions.push(Action::Requests(Do::Retry));
        }
    }
    ui.add_space(10.0);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S8;
        let reason = record.exchange.is_none().then_some("The exchange itself is not recorded");
        let found = model.requests.has_reply();
        if found {
            let when = || diagnosis::when(record, zone);
            if Button::primary("Copy reply").icon(icon::COPY).hover("Ctrl Shift C").show(ui).clicked() {
                actions.push(Action::Diagnosis(Diagnose::Copy { when: when() }));
            }
            if Button::new("Reply…").icon(icon::PENCIL_SIMPLE).show(ui).clicked() {
                actions.push(Action::Diagnosis(Diagnose::OpenReply { when: when() }));
            }
        }
        let curl = if found { Button::new("Copy as cURL") } else { Button::primary("Copy as cURL") };
        if curl.icon(icon::COPY).blocked(reason).show(ui).clicked()
            && let Some(exchange) = &record.exchange
        {
            copy_exchange(exchange, true, actions);
        }
        if !found
            && Button::new("Copy exchange").icon(icon::COPY).blocked(reason).show(ui).clicked()
            && let Some(exchange) = &record.exchange
        {
            copy_exchange(exchange, false, actions);
        }
        if let Some(user) = record.summary.user.as_ref().filter(|_| !found)
            && Button::new("Only this user").icon(icon::USER).hover("U").show(ui).clicked()
        {
            let term = condition("user", user);
            actions.push(Action::Requests(Do::AddTerm { term, negate: false }));
        }
    });
}

/// Whom the story of this line would be about: the name, or the id where there is none.
fn story_name(record: &Record) -> Option<&String> {
    let summary = &record.summary;
    summary.user.as_ref().or(summary.resource_id.as_ref()).filter(|_| !summary.path.contains("/Groups"))
}

fn copy_exchange(exchange: &Exchange, as_curl: bool, actions: &mut Vec<Action>) {
    actions.push(Action::CopyExchange { exchange: Box::new(exchange.clone()), as_curl });
}
