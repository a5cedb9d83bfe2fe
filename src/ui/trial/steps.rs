//! The steps: before a run the exact requests, then how each one went, with its exchange.

use egui::{Rect, ScrollArea, Ui, vec2};

use super::{View as Screen, head_of};
use crate::{
    app::{
        Action, Model,
        trial::{Do, Run, Tab},
    },
    domain::{
        curl::to_curl,
        exchange::{Exchange, Request},
        pretty,
        trial::{PlannedStep, StepName, StepReport, StepStatus, TrialOutcome, Verdict},
    },
    ui::{
        icon,
        shell::region,
        theme::{Theme, Tone, space, text},
        when::Zone,
        widgets::{
            self, Align,
            banner::{StripButton, failure_ui, strip_ui},
            code::{CodeBlock, CodeEvent, CodeText},
            status::Status,
            step::Step,
            tabs::{Tab as TabLabel, tabs_ui},
            tag::tag_ui,
            text_at,
        },
    },
};

/// Texts laid out once.
#[derive(Default)]
pub(super) struct View {
    texts: std::collections::HashMap<(StepName, String), CodeText>,
    of: Option<(u32, usize)>,
    unfolded: bool,
}

/// Draws the column.
pub(super) fn steps_ui(ui: &mut Ui, model: &Model, view: &mut Screen, actions: &mut Vec<Action>) {
    let (head, rest) = head_of(ui);
    region(ui, head, |ui| head_ui(ui, model, &view.zone));
    let generation = model.trial.run.as_ref().map(|run| (run.number, run.steps.len()));
    if view.steps.of != generation || generation.is_none() {
        view.steps.texts.clear();
        view.steps.of = generation;
    }
    region(ui, rest, |ui| {
        ScrollArea::vertical().id_salt("steps").auto_shrink(false).show(ui, |ui| {
            egui::Frame::new().inner_margin(14.0).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = space::S4;
                strips_ui(ui, model, actions);
                match &model.trial.run {
                    Some(run) => run_ui(ui, model, run, &mut view.steps, actions),
                    None => plan_ui(ui, model, &mut view.steps, actions),
                }
            });
        });
    });
}

fn head_ui(ui: &mut Ui, model: &Model, zone: &Zone) {
    let theme = Theme::of(ui);
    let area = ui.max_rect();
    let Some(run) = &model.trial.run else {
        text_at(ui.painter(), area, Align::Left, text::HEADING.job("Exactly these requests will be sent", theme.t1));
        return;
    };
    ui.horizontal_centered(|ui| {
        widgets::label_ui(ui, text::HEADING.job(format!("Run {}", run.number), theme.t1));
        let millis: u64 = run.steps.iter().map(|step| step.duration_ms).sum();
        let sent = run.steps.iter().filter(|step| step.status != StepStatus::Skipped).count();
        let words =
            format!("{}, {} in {:.2} s", zone.minute(run.started), counted(sent, "step"), millis as f64 / 1000.0);
        widgets::label_ui(ui, text::SMALL.job(format!("{words}, as {}", run.dialect.label()), theme.t3));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let (tone, glyph, words) = verdict(run);
            tag_ui(ui, tone, Some(glyph), &words);
        });
    });
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

fn verdict(run: &Run) -> (Tone, icon::Icon, String) {
    let Some(report) = &run.report else {
        return if run.failure.is_some() {
            (Tone::Fail, icon::X_CIRCLE, "Failed".to_owned())
        } else {
            (Tone::Accent, icon::CIRCLE_NOTCH, "Running".to_owned())
        };
    };
    let off = report.verification.iter().filter(|v| matches!(v.verdict, Verdict::Differs | Verdict::Missing)).count();
    match (report.outcome, off) {
        (TrialOutcome::Failed, _) => (Tone::Fail, icon::X_CIRCLE, "Failed".to_owned()),
        (TrialOutcome::Passed, 0) => (Tone::Ok, icon::CHECK_CIRCLE, "Passed".to_owned()),
        (TrialOutcome::Passed, off) => (
            Tone::Warn,
            icon::WARNING,
            format!("Passed, {}", counted(off, "mismatch").replace("mismatchs", "mismatches")),
        ),
    }
}

fn strips_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let trial = &model.trial;
    let width = ui.available_width();
    for failure in
        [trial.run.as_ref().and_then(|run| run.failure.as_ref()), trial.plan.failure(), trial.clean_up.failure()]
            .into_iter()
            .flatten()
    {
        failure_ui(ui, failure, None, width);
    }
    if let Some(step) = trial.clean_up.value().filter(|step| step.status == StepStatus::Failed) {
        strip_ui(ui, Tone::Fail, &format!("The clean-up did not work. {}", step.notes.join(" ")), None, width);
    }
    if let Some(id) = &trial.left_behind {
        let words = format!("The user `{}` is still in the tenant.", pretty::shorten_id(id, 16));
        let button = StripButton { text: "Clean up", icon: icon::TRASH, primary: true };
        if strip_ui(ui, Tone::Warn, &words, Some(button), width) {
            actions.push(Action::Trial(Do::CleanUp));
        }
    }
}

fn path_of(url: &str) -> String {
    let path = url::Url::parse(url).map_or_else(
        |_| url.to_owned(),
        |u| u.query().map_or_else(|| u.path().to_owned(), |query| format!("{}?{query}", u.path())),
    );
    let start = ["/Users", "/ServiceProviderConfig"].iter().filter_map(|known| path.find(known)).min().unwrap_or(0);
    path[start..].replace('+', " ").replace("%22", "\"").replace("%40", "@").replace("%7Bid%7D", "{id}")
}

fn plan_ui(ui: &mut Ui, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    let Some(plan) = model.trial.plan.value() else { return };
    for (index, step) in plan.iter().enumerate() {
        let write = step.requests.iter().find(|request| request.method != "GET");
        let Some(request) = write.or(step.requests.first()) else { continue };
        let open = model.trial.open.contains(&step.name);
        let shown = Step {
            status: Status::Waiting,
            name: step.name.label(),
            method: &request.method,
            path: &path_of(&request.url),
            note: None,
            code: None,
            millis: None,
            open,
            follows: index + 1 < plan.len(),
        };
        if shown.show(ui) {
            actions.push(Action::Trial(Do::Toggle(step.name)));
        }
        if open {
            indented(ui, |ui| planned_ui(ui, step, view, actions));
        }
    }
}

fn planned_ui(ui: &mut Ui, step: &PlannedStep, view: &mut View, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let width = ui.available_width();
    widgets::label_ui(ui, text::SMALL.wrapped(step.effect.as_str(), theme.t2, width));
    for (index, request) in step.requests.iter().enumerate() {
        let line = format!("{} {}", request.method, request.url.replace("%7Bid%7D", "{id}"));
        widgets::label_ui(ui, text::MONO_SM.wrapped(line, theme.t1, width));
        if !request.body.is_null() {
            code_ui(ui, view, step.name, &format!("Planned body {}", index + 1), || body(&request.body), actions);
        }
    }
}

fn body(value: &serde_json::Value) -> String {
    pretty::json_lines(value).iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n")
}

fn run_ui(ui: &mut Ui, model: &Model, run: &Run, view: &mut View, actions: &mut Vec<Action>) {
    let running = run.job.is_some();
    for (index, name) in StepName::ALL.into_iter().enumerate() {
        let report = run.steps.iter().find(|step| step.name == name);
        let next = running && report.is_none() && index == run.steps.len();
        if report.is_none() && !running {
            continue;
        }
        let open = model.trial.open.contains(&name) && report.is_some();
        let exchange = report.and_then(|step| step.exchange.as_ref());
        let path = exchange.map(|exchange| path_of(&exchange.request.url)).unwrap_or_default();
        let note = report.and_then(|step| note_of(step, run));
        let shown = Step {
            status: report.map_or(if next { Status::Running } else { Status::Waiting }, |step| status_of(step, run)),
            name: name.label(),
            method: exchange.map_or("", |exchange| exchange.request.method.as_str()),
            path: &path,
            note: note.as_ref().map(|(tone, words)| (*tone, words.as_str())),
            code: exchange.and_then(|exchange| exchange.response.as_ref()).map(|response| response.status),
            millis: report.filter(|step| step.status != StepStatus::Skipped).map(|step| step.duration_ms),
            open,
            follows: index + 1 < StepName::ALL.len(),
        };
        if shown.show(ui) {
            actions.push(Action::Trial(Do::Toggle(name)));
        }
        if let Some(report) = report.filter(|_| open) {
            indented(ui, |ui| report_ui(ui, model, report, view, actions));
        }
    }
}

fn status_of(step: &StepReport, run: &Run) -> Status {
    match step.status {
        StepStatus::Failed => Status::Failed,
        StepStatus::Skipped => Status::Skipped,
        StepStatus::Passed if note_of(step, run).is_some_and(|(tone, _)| tone == Tone::Warn) => Status::Warning,
        StepStatus::Passed => Status::Passed,
    }
}

fn note_of(step: &StepReport, run: &Run) -> Option<(Tone, String)> {
    if step.status == StepStatus::Skipped {
        return Some((Tone::Neutral, "Not sent".to_owned()));
    }
    if step.name == StepName::ReadBack
        && let Some(report) = &run.report
    {
        let off =
            report.verification.iter().filter(|v| matches!(v.verdict, Verdict::Differs | Verdict::Missing)).count();
        if off > 0 {
            return Some((Tone::Warn, format!("{off} not as sent")));
        }
    }
    None
}

fn report_ui(ui: &mut Ui, model: &Model, step: &StepReport, view: &mut View, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let width = ui.available_width();
    for note in &step.notes {
        let ink = if step.status == StepStatus::Failed { theme.hue(Tone::Fail).text } else { theme.t2 };
        widgets::label_ui(ui, text::SMALL.wrapped(note.as_str(), ink, width));
    }
    let Some(exchange) = &step.exchange else { return };
    let labels = Tab::ALL.map(|tab| TabLabel::new(tab.label()));
    let chosen = Tab::ALL.iter().position(|tab| *tab == model.trial.tab).unwrap_or_default();
    ui.push_id(step.name.label(), |ui| {
        if let Some(next) = tabs_ui(ui, &labels, chosen, 28.0) {
            actions.push(Action::Trial(Do::Show(Tab::ALL[next])));
        }
        let tab = model.trial.tab;
        let name = format!("{}, {}", step.name.label(), tab.label());
        code_ui(ui, view, step.name, &name, || content(exchange, tab), actions);
    });
    if let Some(error) = &exchange.error {
        widgets::label_ui(ui, text::SMALL.wrapped(error.as_str(), theme.hue(Tone::Fail).text, width));
    }
}

fn content(exchange: &Exchange, tab: Tab) -> String {
    let headers = |title: &str, headers: &crate::domain::exchange::Headers| {
        let lines: Vec<String> =
            headers.iter().map(|(name, value)| format!("{name}: {}", pretty::visible(value))).collect();
        format!("{title}\n{}", lines.join("\n"))
    };
    let Exchange { request: Request { headers: asked, body: sent, .. }, response, .. } = exchange;
    match tab {
        Tab::Request => body(sent),
        Tab::Response => response.as_ref().map(|response| body(&response.body)).unwrap_or_default(),
        Tab::Headers => {
            let answered = response.as_ref().map(|r| headers("Response", &r.headers)).unwrap_or_default();
            format!("{}\n\n{answered}", headers("Request, with Authorization left out", asked))
        }
        Tab::Curl => to_curl(exchange),
    }
}

fn code_ui(
    ui: &mut Ui,
    view: &mut View,
    step: StepName,
    name: &str,
    text_of: impl FnOnce() -> String,
    actions: &mut Vec<Action>,
) {
    let code = view.texts.entry((step, name.to_owned())).or_insert_with(|| CodeText::new(&text_of()));
    if code.lines.iter().all(|line| line.text.is_empty()) {
        widgets::label_ui(ui, text::SMALL.job("No body", Theme::of(ui).t3));
        return;
    }
    let block = CodeBlock { name, text: code, tight: true, most: 420.0, unfolded: view.unfolded, copies: true };
    match block.show(ui) {
        Some(CodeEvent::Copy) => {
            let text = code.lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
            actions.push(Action::Copy { text, said: "Copied".to_owned() });
        }
        Some(CodeEvent::Unfold) => view.unfolded = !view.unfolded,
        None => {}
    }
}

fn indented(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    let rect = ui.available_rect_before_wrap();
    let inner = Rect::from_min_max(rect.min + vec2(30.0, 0.0), rect.max);
    let mut child = ui.new_child(egui::UiBuilder::new().max_rect(inner));
    child.spacing_mut().item_spacing.y = space::S6;
    content(&mut child);
    let used = child.min_rect();
    ui.advance_cursor_after_rect(Rect::from_min_max(rect.min, used.max + vec2(0.0, space::S8)));
}
