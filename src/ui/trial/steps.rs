//! The newest run step by step, or the requests of the next one. The first step in trouble opens itself.

use egui::{Rect, Ui, pos2, vec2};

use super::{View, counted, exchange, head_of, plan, short_path, strips};
use crate::{
    app::{
        Action, Model,
        trial::{Do, Run},
    },
    domain::trial::{StepName, StepReport, StepStatus, TrialOutcome, Verdict},
    ui::{
        icon::{self, Icon},
        shell::region,
        theme::{Theme, Tone, space, text},
        when::Zone,
        widgets::{
            self, Align, hairline,
            scroll::scroll_ui,
            status::Status,
            step::Step,
            tabs::{Tab, tabs_ui},
            tag::{paint_tag, tag_width},
            text_at,
        },
    },
};

/// Draws the column.
pub(super) fn steps_ui(ui: &mut Ui, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    let (head, rest) = head_of(ui);
    let facts = region(ui, head, |ui| head_ui(ui, model, &view.zone, actions));
    region(ui, rest, |ui| {
        ui.style_mut().interaction.selectable_labels = true;
        scroll_ui(ui, "steps", |ui| {
            egui::Frame::new().inner_margin(14.0).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = space::S4;
                if let Some(facts) = facts {
                    let width = ui.available_width();
                    widgets::label_ui(ui, text::SMALL.wrapped(facts, Theme::of(ui).t3, width));
                }
                strips::strips_ui(ui, model, actions);
                match model.trial.run.as_ref().filter(|_| !model.trial.next_shown) {
                    Some(run) => run_ui(ui, model, run, view, actions),
                    None => plan::plan_ui(ui, model, &mut view.texts, actions),
                }
            });
        });
    });
}

/// Draws the head; returns the facts that found no room in it.
fn head_ui(ui: &mut Ui, model: &Model, zone: &Zone, actions: &mut Vec<Action>) -> Option<String> {
    let theme = Theme::of(ui);
    let area = ui.max_rect();
    let Some(run) = &model.trial.run else {
        text_at(ui.painter(), area, Align::Left, text::HEADING.job("What a run will send", theme.t1));
        let requests: usize = model.trial.planned_steps().map(|step| step.requests.len()).sum();
        if requests > 0 {
            let words = counted(requests, "request", "requests");
            text_at(ui.painter(), area, Align::Right, text::SMALL.job(words, theme.t2));
        }
        return None;
    };
    let title = format!("Run {}", run.number);
    let tabs = [Tab::new(&title), Tab::new("Next run")];
    let shown = usize::from(model.trial.next_shown);
    // A tab has nine points of its own on either side.
    let row = Rect::from_min_max(area.min - vec2(9.0, 0.0), area.max);
    let used = region(ui, row, |ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        if let Some(next) = tabs_ui(ui, &tabs, shown, area.height()) {
            actions.push(Action::Trial(Do::ShowNext(next == 1)));
        }
        ui.min_rect().right()
    });
    let (tone, glyph, word) = verdict(run);
    let width = tag_width(ui.painter(), Some(glyph), &word);
    let tag = Rect::from_min_max(pos2(area.right() - width, area.top()), area.max);
    let response = ui.interact(tag, ui.scope_id().with("verdict"), egui::Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &word));
    paint_tag(ui.painter(), theme, tag.left_center(), tone, Some(glyph), &word);
    if model.trial.next_shown {
        return None;
    }
    let facts = facts(model, run, zone);
    let room = Rect::from_min_max(pos2(used + space::S8, area.top()), pos2(tag.left() - space::S8, area.bottom()));
    let job = text::SMALL.job(facts.as_str(), theme.t3);
    if ui.painter().layout_job(job.clone()).size().x > room.width() {
        return Some(facts);
    }
    text_at(ui.painter(), room, Align::Left, job);
    None
}

/// "today 14:38, 7 steps in 1.13 s, as Entra".
fn facts(model: &Model, run: &Run, zone: &Zone) -> String {
    let day = |at| zone.day_and_clock(at).split(',').next().map(str::to_owned).unwrap_or_default();
    let (began, today) = (day(run.started), day(model.now));
    let when = if began == today { "today" } else { began.as_str() };
    let at = zone.minute(run.started);
    let done = if run.job.is_some() {
        format!("step {} of {}", (run.steps.len() + 1).min(StepName::ALL.len()), StepName::ALL.len())
    } else {
        let millis: u64 = run.steps.iter().map(|step| step.duration_ms).sum();
        let sent = run.steps.iter().filter(|step| step.status != StepStatus::Skipped).count();
        format!("{} in {}.{:02} s", counted(sent, "step", "steps"), millis / 1000, millis % 1000 / 10)
    };
    format!("{when} {at}, {done}, as {}", run.dialect.label())
}

fn verdict(run: &Run) -> (Tone, Icon, String) {
    if run.job.is_some() {
        let word = if run.stopped { "Stopping" } else { "Running" };
        return (Tone::Accent, icon::CIRCLE_NOTCH, word.to_owned());
    }
    if run.stopped {
        return (Tone::Skip, icon::MINUS_CIRCLE, "Stopped".to_owned());
    }
    match run.report.as_ref().map(|report| report.outcome) {
        None | Some(TrialOutcome::Failed) => (Tone::Fail, icon::X_CIRCLE, "Failed".to_owned()),
        Some(TrialOutcome::Passed) => match mismatches(run) {
            0 => (Tone::Ok, icon::CHECK_CIRCLE, "Passed".to_owned()),
            off => (Tone::Warn, icon::WARNING, format!("Passed, {}", counted(off, "mismatch", "mismatches"))),
        },
    }
}

fn mismatches(run: &Run) -> usize {
    let lines = run.report.iter().flat_map(|report| &report.verification);
    lines.filter(|line| matches!(line.verdict, Verdict::Differs | Verdict::Missing)).count()
}

fn run_ui(ui: &mut Ui, model: &Model, run: &Run, view: &mut View, actions: &mut Vec<Action>) {
    let running = run.job.is_some();
    for (index, name) in StepName::ALL.into_iter().enumerate() {
        let report = run.steps.iter().find(|step| step.name == name);
        if report.is_none() && !running {
            continue;
        }
        let under_way = running && index == run.steps.len();
        let open = model.trial.open.contains(&name) && report.is_some();
        let exchange = report.and_then(|step| step.exchange.as_ref());
        let note = report.and_then(|step| note_of(step, run));
        let follows = index + 1 < StepName::ALL.len();
        let shown = Step {
            status: match report {
                Some(step) => status_of(step, run),
                None if under_way => Status::Running,
                None => Status::Waiting,
            },
            name: name.label(),
            method: exchange.map_or("", |exchange| exchange.request.method.as_str()),
            path: &exchange.map(|exchange| short_path(&exchange.request.url)).unwrap_or_default(),
            note: note.as_ref().map(|(tone, words)| (*tone, words.as_str())),
            code: exchange.and_then(|exchange| exchange.response.as_ref()).map(|response| response.status),
            millis: match report {
                Some(step) => step.exchange.is_some().then_some(step.duration_ms),
                None => under_way.then(|| elapsed(model, run)),
            },
            open,
            follows,
        };
        if shown.show(ui) && report.is_some() {
            actions.push(Action::Trial(Do::Toggle(name)));
        }
        if let Some(step) = report.filter(|_| open) {
            indented(ui, follows, |ui| exchange::step_ui(ui, model, run, step, view, actions));
        }
    }
}

/// Milliseconds since the running step began, by what the steps before it took.
fn elapsed(model: &Model, run: &Run) -> u64 {
    let since = u64::try_from(model.now.duration_since(run.started).as_millis()).unwrap_or_default();
    since.saturating_sub(run.steps.iter().map(|step| step.duration_ms).sum())
}

fn status_of(step: &StepReport, run: &Run) -> Status {
    match step.status {
        StepStatus::Failed => Status::Failed,
        StepStatus::Skipped => Status::Skipped,
        StepStatus::Passed if step.name == StepName::ReadBack && mismatches(run) > 0 => Status::Warning,
        StepStatus::Passed => Status::Passed,
    }
}

fn note_of(step: &StepReport, run: &Run) -> Option<(Tone, String)> {
    let off = mismatches(run);
    match step.status {
        StepStatus::Skipped if step.exchange.is_none() => Some((Tone::Neutral, "Not sent".to_owned())),
        StepStatus::Skipped => Some((Tone::Skip, "Stopped".to_owned())),
        StepStatus::Failed => None,
        StepStatus::Passed if step.name == StepName::ReadBack && off > 0 => {
            Some((Tone::Warn, counted(off, "mismatch", "mismatches")))
        }
        StepStatus::Passed => match step.notes.len() {
            0 => None,
            notes => Some((Tone::Neutral, counted(notes, "note", "notes"))),
        },
    }
}

/// What stands under an open step, beside the line to the next one.
pub(super) fn indented(ui: &mut Ui, follows: bool, content: impl FnOnce(&mut Ui)) {
    let rect = ui.available_rect_before_wrap();
    // Taller than the view, or a code block would shrink to what is left of it and scroll on its own.
    let inner = Rect::from_min_max(rect.min + vec2(32.0, 0.0), pos2(rect.right(), rect.top() + 10_000.0));
    let mut child = ui.new_child(egui::UiBuilder::new().max_rect(inner));
    child.spacing_mut().item_spacing.y = space::S6;
    content(&mut child);
    let bottom = child.min_rect().bottom() + space::S8;
    ui.advance_cursor_after_rect(Rect::from_min_max(rect.min, pos2(rect.right(), bottom)));
    if follows {
        let left = rect.left() + 12.0;
        hairline(ui.painter(), pos2(left, rect.top()), pos2(left, bottom), Theme::of(ui).line2);
    }
}
