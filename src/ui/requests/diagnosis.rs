//! What is known to be wrong with the open line: findings as cards, the first one open, and the answer to the ticket. It shows
//! what was found and says plainly where nothing is known.

use egui::{Sense, TextEdit, Ui, WidgetInfo, vec2};

use crate::{
    app::{
        Action, Audience, Evidence, Finding, Markup, Model, Screen, help, mappings,
        requests::{Do, Tab, diagnosis::Do as Diagnose},
    },
    domain::{
        attribute::{AttributeName, CORE_USER, ENTERPRISE_USER},
        exchange::Outcome,
        journal::Record,
        pretty,
        problem::Severity,
    },
    ui::{
        icon::{self, Icon},
        shell::counted,
        theme::{Theme, Tone, space, text},
        when::Zone,
        widgets::{
            self,
            button::Button,
            card::card_ui,
            code::{CodeBlock, CodeText},
            dialog::Dialog,
            segmented::{Segment, segmented_ui},
            tag::tag_ui,
        },
    },
};

/// Widest answer.
const DIALOG: f32 = 720.0;
/// Lines of the answer that show without scrolling.
const LINES: usize = 16;

/// When a line was received, in the reader's zone.
pub(super) fn when(record: &Record, zone: &Zone) -> String {
    format!("{} ({})", zone.day_and_clock(record.summary.at), Zone::utc(record.summary.at))
}

/// Draws the findings, or that there are none.
pub(super) fn findings_ui(ui: &mut Ui, model: &Model, record: &Record, zone: &Zone, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let width = ui.available_width();
    let diagnosis = &model.requests.diagnosis;
    if diagnosis.findings.is_empty() {
        let dropped = record.landing.as_ref().map_or(0, |landing| landing.dropped.len());
        let words = match record.summary.outcome {
            Outcome::Warning if dropped > 0 => {
                "Not every value was kept. Each one that was not stands below, with its reason."
            }
            Outcome::Failure => "No known cause fits this failure. What was asked and answered stands below.",
            Outcome::Warning => "No known cause is found. Something was not kept; see what was dropped.",
            Outcome::Success | Outcome::Skipped => "Nothing wrong is known of this request.",
        };
        widgets::label_ui(ui, text::BODY.wrapped(words, theme.t1, width));
        return;
    }
    for (place, finding) in diagnosis.findings.iter().enumerate() {
        if diagnosis.is_open(place) {
            open_ui(ui, (model, zone), place, finding, actions);
        } else {
            folded_ui(ui, place, finding, actions);
        }
    }
}

/// Shorter quotations stand in too many places to say anything.
const MARKED_FROM: usize = 3;

/// A body with what the findings quote of it marked where it stands.
pub(super) fn marked(body: CodeText, findings: &[Finding], wholes: &[&str]) -> CodeText {
    let quoted = findings.iter().flat_map(|finding| finding.evidence.iter().map(move |one| (one, finding.severity)));
    let here = quoted.filter(|(one, _)| wholes.iter().any(|whole| one.place.starts_with(whole)));
    here.filter(|(one, _)| one.text.chars().count() >= MARKED_FROM)
        .fold(body, |body, (one, severity)| body.mark(one.text.trim_end_matches('…'), tone(severity)))
}

const fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Error => Tone::Fail,
        Severity::Warning => Tone::Warn,
        Severity::Info => Tone::Neutral,
    }
}

/// The title with the well-known URNs folded away; they stand in the cause below it.
fn title(finding: &Finding) -> String {
    [ENTERPRISE_USER, CORE_USER]
        .iter()
        .fold(pretty::visible(&finding.title).into_owned(), |title, urn| title.replace(&format!("{urn}:"), ""))
}

/// "Same cause in 17 requests, 15 people", a way to them, where that was counted; else the pattern's id.
fn same_cause_ui(ui: &mut Ui, model: &Model, finding: &Finding, actions: &mut Vec<Action>) {
    match model.overview.causes.value().and_then(|causes| causes.of(&finding.id)) {
        Some(cause) if cause.requests > 1 => {
            let requests = counted(cause.requests, "request", "requests");
            let people = match cause.people {
                0 => String::new(),
                people => format!(", {}", counted(people, "person", "people")),
            };
            let words = format!("Same cause in {requests}{people}");
            if Button::link(&words).small().show(ui).on_hover_text(&finding.id).clicked() {
                let query = model.overview.query_of(&format!("cause:{}", finding.id));
                actions.push(Action::Requests(Do::SetQuery(query)));
            }
        }
        _ => drop(widgets::label_ui(ui, text::SMALL.job(finding.id.clone(), Theme::of(ui).t2))),
    }
}

/// Its place and how sure it is, or that it is a habit which did no harm.
fn rank(place: usize, finding: &Finding) -> String {
    let words = if finding.is_habit { "No harm seen" } else { finding.confidence.label() };
    format!("{} · {words}", place + 1)
}

fn folded_ui(ui: &mut Ui, place: usize, finding: &Finding, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 36.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, format!("Show: {}", finding.title)));
    let fill = if response.hovered() { theme.hover } else { theme.base };
    widgets::outlined(ui.painter(), rect, space::R_CARD, fill, theme.line);
    let inner = rect.shrink2(vec2(space::S12, 0.0));
    let tag = widgets::tag::paint_tag(
        ui.painter(),
        theme,
        inner.left_center(),
        tone(finding.severity),
        None,
        &rank(place, finding),
    );
    let room = egui::Rect::from_min_max(
        egui::pos2(tag.right() + space::S8, rect.top()),
        egui::pos2(inner.right() - space::ICON - space::S4, rect.bottom()),
    );
    let title = text::SMALL.cut(title(finding), theme.t1, room.width());
    widgets::text_at(ui.painter(), room, widgets::Align::Left, title);
    icon::CARET_RIGHT.paint(
        ui.painter(),
        egui::pos2(inner.right() - space::S8, rect.center().y),
        space::ICON,
        theme.t3,
    );
    widgets::focus_ring(ui, &response, rect, space::R_CARD);
    if response.on_hover_text(pretty::visible(&finding.title)).clicked() {
        actions.push(Action::Diagnosis(Diagnose::Fold(place)));
    }
}

fn open_ui(ui: &mut Ui, (model, zone): (&Model, &Zone), place: usize, finding: &Finding, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    card_ui(ui, true, 12, |ui| {
        let width = ui.available_width();
        ui.set_width(width);
        ui.spacing_mut().item_spacing.y = space::S8;
        ui.horizontal(|ui| {
            tag_ui(ui, tone(finding.severity), None, &rank(place, finding));
            same_cause_ui(ui, model, finding, actions);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let name = format!("Fold {}", finding.title);
                if widgets::button::small_icon_button_ui(ui, icon::CARET_DOWN, &name).clicked() {
                    actions.push(Action::Diagnosis(Diagnose::Fold(place)));
                }
            });
        });
        let title = text::TITLE.wrapped(title(finding), theme.t1, width);
        widgets::label_ui(ui, title).on_hover_text(pretty::visible(&finding.title));
        widgets::label_ui(ui, text::BODY.wrapped(pretty::visible(&finding.cause), theme.t2, width));
        if let Some(words) = &finding.tell_apart {
            widgets::label_ui(ui, text::SMALL.wrapped(pretty::visible(words), theme.t2, width));
        }
        for (at, evidence) in finding.evidence.iter().enumerate() {
            evidence_ui(ui, (model, zone), (place, at), evidence, finding.severity, actions);
        }
        let customer_first = finding.owner.is_customers() && !finding.fix_customer.is_empty();
        let customer = (icon::USER_GEAR, "Customer’s identity provider admin");
        steps_ui(ui, customer, customer_first, &finding.fix_customer);
        steps_ui(ui, (icon::LIFEBUOY, "Support"), !customer_first, &finding.fix_support);
        if let Some(actions_of) = finding.mapping_of.as_deref().map(mapping_of) {
            let name = format!("Open the mapping of finding {}", place + 1);
            let button = Button::link("Open the mapping").icon(icon::ARROWS_LEFT_RIGHT).small().name(&name);
            if button.hover("Ctrl M").show(ui).clicked() {
                actions.extend(actions_of);
            }
        }
        let more = format!("Read about this cause: {}", pretty::visible(&finding.title));
        if Button::link("Read about this cause").icon(icon::BOOK_OPEN).small().name(&more).show(ui).clicked() {
            actions.push(Action::Help(help::Do::Open(Some(finding.id.clone()))));
        }
        widgets::label_ui(
            ui,
            text::SMALL.wrapped(format!("On whose side the cause is: {}", finding.owner.label()), theme.t3, width),
        );
    });
}

/// What leads to the row that maps an attribute.
pub(in crate::ui) fn mapping_of(attribute: &str) -> [Action; 2] {
    let full = AttributeName::parse(attribute).map_or_else(|_| attribute.to_owned(), |name| name.to_string());
    [Action::Go(Screen::Mappings), Action::Mappings(mappings::Do::Map(full))]
}

/// A quoted place; choosing it shows the whole it stands in.
fn evidence_ui(
    ui: &mut Ui,
    (model, zone): (&Model, &Zone),
    (place, at): (usize, usize),
    evidence: &Evidence,
    severity: Severity,
    actions: &mut Vec<Action>,
) {
    let words = place_words(evidence, zone);
    let shows = |tab| Some(Action::Requests(Do::Show(tab)));
    let action = match evidence.place.split(['.', '/']).next() {
        Some("request" | "event") => shows(Tab::Request),
        Some("response" | "error") => shows(Tab::Response),
        Some("landing") => shows(Tab::Mapping),
        Some("log") => {
            model.requests.diagnosis.request_at(&evidence.place).map(|key| Action::Requests(Do::OpenKey(key)))
        }
        _ => None,
    };
    match action {
        Some(action) => {
            if place_ui(ui, &words, &format!("Show {words}")) {
                actions.push(action);
            }
        }
        None => drop(widgets::label_ui(ui, text::SMALL.job(words, Theme::of(ui).t3))),
    }
    let quoted = pretty::visible(&evidence.text);
    // Of another request this says what it was; it is no quotation.
    if evidence.place.starts_with("log/") {
        let (ink, width) = (Theme::of(ui).t1, ui.available_width());
        widgets::label_ui(ui, text::SMALL.wrapped(quoted, ink, width));
        return;
    }
    let text = CodeText::evidence(&quoted).mark(&quoted, tone(severity));
    let name = format!("Evidence {}.{}", place + 1, at + 1);
    CodeBlock { name: &name, text: &text, tight: true, most: 60.0, unfolded: false, copies: false }.show(ui);
}

/// Where a quotation stands, in words; another request by its time in the reader's zone.
fn place_words(evidence: &Evidence, zone: &Zone) -> String {
    let at = evidence.place.strip_prefix("log/").and_then(|at| at.parse().ok());
    at.map_or_else(|| evidence.place_words(), |at| format!("Request of {}", zone.day_and_clock(at)))
}

/// A place in words, in line with what is quoted below it. True when it was chosen.
fn place_ui(ui: &mut Ui, words: &str, name: &str) -> bool {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 16.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Link, true, name));
    let ink = if response.hovered() { theme.t1 } else { theme.accent };
    widgets::text_at(ui.painter(), rect, widgets::Align::Left, text::SMALL.cut(words, ink, rect.width()));
    widgets::focus_ring(ui, &response, rect, space::R_TAG);
    response.clicked()
}

fn steps_ui(ui: &mut Ui, (icon, who): (Icon, &str), first: bool, steps: &[String]) {
    if steps.is_empty() {
        return;
    }
    let theme = Theme::of(ui);
    ui.horizontal(|ui| {
        let (place, _) = ui.allocate_exact_size(vec2(space::ICON, 18.0), Sense::hover());
        icon.paint(ui.painter(), place.center(), space::ICON, theme.t2);
        widgets::label_ui(ui, text::HEADING.job(who, theme.t1));
        if first {
            tag_ui(ui, Tone::Accent, None, "Acts first");
        }
    });
    for (step, number) in steps.iter().zip(1..) {
        ui.horizontal_top(|ui| {
            let (place, _) = ui.allocate_exact_size(vec2(20.0, 16.0), Sense::hover());
            widgets::text_at(
                ui.painter(),
                place,
                widgets::Align::Right,
                text::MONO_SM.job(format!("{number}"), theme.t3),
            );
            let width = ui.available_width();
            widgets::label_ui(ui, text::SMALL.wrapped(pretty::visible(step), theme.t1, width));
        });
    }
}

/// The answer to the ticket, where it is open.
pub(in crate::ui) fn reply_ui(ui: &Ui, model: &Model, actions: &mut Vec<Action>) {
    let Some(draft) = &model.requests.diagnosis.reply else { return };
    let dialog = Dialog {
        title: "Reply to the ticket",
        subtitle: "What was seen, what it means and what to do. Change the words as you like.",
        width: DIALOG,
        dirty: draft.edited,
    };
    let shown = dialog.show(ui.ctx(), |parts| {
        parts.body(16, |ui| {
            ui.horizontal(|ui| {
                let segments = Audience::ALL.map(|audience| Segment::new(audience.label()));
                let chosen = Audience::ALL.iter().position(|one| *one == draft.audience);
                let size = vec2(280.0, space::CONTROL);
                if let Some(at) = segmented_ui(ui, "Who reads it", &segments, chosen, size) {
                    actions.push(Action::Diagnosis(Diagnose::Audience(Audience::ALL[at])));
                }
                let segments = Markup::ALL.map(|markup| Segment::new(markup.label()));
                let chosen = Markup::ALL.iter().position(|one| *one == draft.markup);
                let size = vec2(250.0, space::CONTROL);
                if let Some(at) = segmented_ui(ui, "Written as", &segments, chosen, size) {
                    actions.push(Action::Diagnosis(Diagnose::Markup(Markup::ALL[at])));
                }
            });
            let mut written = draft.text.clone();
            let edit = TextEdit::multiline(&mut written)
                .desired_rows(LINES)
                .desired_width(f32::INFINITY)
                .margin(egui::Margin::same(8))
                .font(text::BODY.font());
            let response = ui.add(edit);
            response.widget_info(|| WidgetInfo::labeled(egui::Role::MultilineTextInput, true, "Reply"));
            if response.changed() {
                actions.push(Action::Diagnosis(Diagnose::Text(written)));
            }
        });
        let note = draft.redacted.map_or_else(
            || "People are named: redaction is off".to_owned(),
            |values| match values {
                1 => "1 value of a person is replaced".to_owned(),
                values => format!("{values} values of people are replaced"),
            },
        );
        parts.footer(
            |ui| drop(widgets::label_ui(ui, text::SMALL.job(note, Theme::of(ui).t3))),
            |ui| {
                let cancel = Button::new("Cancel").show(ui).clicked();
                if Button::primary("Copy this reply").icon(icon::COPY).show(ui).clicked() {
                    return Some(Diagnose::Copy { when: String::new() });
                }
                cancel.then_some(Diagnose::CloseReply)
            },
        )
    });
    let closed = shown.close.then_some(Diagnose::CloseReply);
    actions.extend(shown.inner.flatten().or(closed).map(Action::Diagnosis));
}
