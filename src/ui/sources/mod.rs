//! The Sources screen: one card for each source of the tenant at work, with how it stands, when it was last read and
//! what went wrong. A secret is drawn nowhere, only typed in the dialog.

mod connect;
#[cfg(test)]
mod tests;

use egui::{Rect, Ui, pos2, vec2};
use jiff::Timestamp;

pub(super) use self::connect::{View, connect_ui};
use super::{
    icon::{self, Icon},
    shell::{grouped, region},
    theme::{Theme, Tone, space, text},
    when::Zone,
    widgets::{
        self,
        banner::{StripButton, failure_ui, strip_ui},
        button::Button,
        card::card_ui,
        scroll::scroll_ui,
        tag::tag_ui,
    },
};
use crate::{
    app::{
        Action, Live, Model, TokenPlace, requests,
        sources::{Do, Sources, Visit},
    },
    domain::{directory::DirectoryLog, journal::Source},
};

/// Width of the cards.
const WIDTH: f32 = 900.0;

/// Draws the screen.
pub(super) fn sources_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let area = ui.max_rect();
    let head = Rect::from_min_size(area.min, vec2(area.width(), space::HEADER));
    region(ui, head.shrink2(vec2(space::S16, 0.0)), |ui| {
        ui.horizontal_centered(|ui| {
            widgets::label_ui(ui, text::TITLE.job("Sources", theme.t1));
            let words = format!("What the journal of {} is fed from.", model.tenant_name());
            let width = ui.available_width();
            widgets::label_ui(ui, text::SMALL.cut(words, theme.t3, width));
        });
    });
    widgets::hairline(ui.painter(), head.left_bottom(), head.right_bottom(), theme.line);
    let body =
        Rect::from_min_max(pos2(area.left() + space::S16, head.bottom() + 1.0), area.max - vec2(space::S16, 0.0));
    region(ui, body, |ui| {
        scroll_ui(ui, "sources", |ui| {
            ui.add_space(space::S12);
            ui.spacing_mut().item_spacing.y = space::S8;
            let width = ui.available_width().min(WIDTH);
            for card in [tenant_ui, directory_ui, files_ui] {
                ui.allocate_ui(vec2(width, 0.0), |ui| {
                    card_ui(ui, false, 14, |ui| {
                        ui.set_width(ui.available_width());
                        ui.spacing_mut().item_spacing = vec2(space::S8, space::S6);
                        card(ui, model, actions);
                    });
                });
            }
        });
    });
}

/// The line of a card: its name, how it stands, its buttons at the right.
fn head_ui(ui: &mut Ui, title: &str, (tone, glyph, word): (Tone, Icon, &str), buttons: impl FnOnce(&mut Ui)) {
    let theme = Theme::of(ui);
    ui.horizontal(|ui| {
        widgets::label_ui(ui, text::HEADING.job(title, theme.t1));
        tag_ui(ui, tone, Some(glyph), word);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), buttons);
    });
}

fn words_ui(ui: &mut Ui, words: &str) {
    let (theme, width) = (Theme::of(ui), ui.available_width());
    widgets::label_ui(ui, text::SMALL.wrapped(words, theme.t2, width));
}

fn tenant_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let live = model.requests.live.as_ref();
    let state = match live {
        _ if model.is_stopped() => (Tone::Skip, icon::PAUSE, "Stopped"),
        Some(Live::Following) => (Tone::Ok, icon::BROADCAST, "Live"),
        Some(Live::CatchingUp) => (Tone::Accent, icon::CIRCLE_NOTCH, "Reading"),
        Some(Live::Waiting { .. }) => (Tone::Warn, icon::CLOUD_SLASH, "Waiting"),
        Some(Live::NotOffered) => (Tone::Skip, icon::MINUS_CIRCLE, "Not offered"),
        Some(Live::Off) | None => (Tone::Skip, icon::PAUSE, "Not live"),
    };
    head_ui(ui, "The tenant’s own log", state, |ui| {
        if matches!(live, Some(Live::NotOffered)) {
            return;
        }
        let (words, glyph) =
            if model.requests.live_on { ("Stop following", icon::STOP) } else { ("Follow it", icon::BROADCAST) };
        if Button::new(words).icon(glyph).small().hover("Ctrl L").show(ui).clicked() {
            actions.push(Action::Requests(requests::Do::Live(!model.requests.live_on)));
        }
        shown_ui(ui, Source::Tenant, actions);
    });
    words_ui(
        ui,
        match live {
            Some(Live::NotOffered) => {
                "This tenant offers no support API. The console lists its own requests, the directory’s log and imported files."
            }
            _ => "Every SCIM request that the tenant received, through its support API.",
        },
    );
    let width = ui.available_width();
    if model.is_stopped() {
        let start = StripButton { text: "Start the sandbox", icon: icon::PLAY, primary: false };
        if strip_ui(ui, Tone::Warn, "The sandbox is stopped, so that its tenants answer nothing.", Some(start), width) {
            actions.push(Action::StartSandbox);
        }
        return;
    }
    if let Some(Live::Waiting { until, failure }) = live {
        let words = format!("{failure} Next try {}.", moment(*until, model.now));
        let now = StripButton { text: "Try now", icon: icon::ARROW_CLOCKWISE, primary: false };
        if strip_ui(ui, Tone::Warn, &words, Some(now), width) {
            let follow = |on| Action::Requests(requests::Do::Live(on));
            actions.extend([follow(false), follow(true)]);
        }
    }
    if let Some(failure) = &model.requests.sync_failure {
        failure_ui(ui, failure, None, width);
    }
}

fn directory_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let sources = &model.sources;
    let log = sources.log();
    let state = match (&sources.live, log, &sources.last) {
        (Some(Live::Waiting { .. }), ..) => (Tone::Warn, icon::HOURGLASS, "Waiting"),
        (Some(Live::Following), ..) => (Tone::Ok, icon::BROADCAST, "Following"),
        (Some(_), ..) => (Tone::Accent, icon::CIRCLE_NOTCH, "Reading"),
        (None, None, _) => (Tone::Skip, icon::MINUS_CIRCLE, "Not connected"),
        (None, Some(_), Some(Visit::Failed(_))) => (Tone::Fail, icon::X_CIRCLE, "Failed"),
        (None, Some(_), _) => (Tone::Ok, icon::CHECK_CIRCLE, "Connected"),
    };
    head_ui(ui, "The directory’s own log", state, |ui| directory_buttons_ui(ui, sources, actions));
    match log {
        None => words_ui(
            ui,
            "What the directory says it sent, and what it made of the answer: Microsoft Graph or Okta’s System Log. Only \
             read, never written; its secret stays in the system’s credential store.",
        ),
        Some(log) => log_ui(ui, model, log),
    }
    let width = ui.available_width();
    match &sources.live {
        Some(Live::Waiting { until, failure }) => {
            let words = format!("{failure} Next try {}.", moment(*until, model.now));
            strip_ui(ui, Tone::Warn, &words, None, width);
        }
        Some(_) => {
            let words = match sources.progress {
                Some(added) => format!("{} new records so far", grouped(added)),
                None => "Asking for what is new".to_owned(),
            };
            words_ui(ui, &words);
        }
        None => {}
    }
    match &sources.last {
        Some(Visit::Failed(failure)) => {
            failure_ui(ui, failure, None, width);
        }
        Some(Visit::Done { added: 0 }) => words_ui(ui, "Nothing was new."),
        Some(Visit::Done { added: 1 }) => words_ui(ui, "1 new record."),
        Some(Visit::Done { added }) => words_ui(ui, &format!("{} new records.", grouped(*added))),
        None => {}
    }
    if let Some(failure) = sources.directory.failure() {
        failure_ui(ui, failure, None, width);
    }
}

fn directory_buttons_ui(ui: &mut Ui, sources: &Sources, actions: &mut Vec<Action>) {
    let mut push = |action| actions.push(Action::Sources(action));
    if sources.log().is_none() {
        let unknown = sources.directory.value().is_none().then_some("Looking up how it is connected");
        let button = Button::primary("Connect a log…").icon(icon::PLUGS_CONNECTED).small().blocked(unknown);
        if button.show(ui).clicked() {
            push(Do::Edit);
        }
        return;
    }
    if Button::new("Take off")
        .icon(icon::TRASH)
        .small()
        .hover("Can be undone, except for its secret")
        .show(ui)
        .clicked()
    {
        push(Do::TakeOff);
    }
    if Button::new("Edit…").icon(icon::PENCIL_SIMPLE).small().name("Edit the directory’s log…").show(ui).clicked()
    {
        push(Do::Edit);
    }
    if sources.is_reading() {
        if Button::new("Stop").icon(icon::STOP).small().name("Stop reading the directory’s log").show(ui).clicked() {
            push(Do::Stop);
        }
        return;
    }
    if Button::new("Follow").icon(icon::BROADCAST).small().hover("Asks every minute").show(ui).clicked() {
        push(Do::Read { follow: true });
    }
    if Button::new("Read now").icon(icon::ARROW_CLOCKWISE).small().show(ui).clicked() {
        push(Do::Read { follow: false });
    }
    if let Some(log) = sources.log() {
        shown_ui(ui, log.kind().source(), actions);
    }
}

fn log_ui(ui: &mut Ui, model: &Model, log: &DirectoryLog) {
    let (theme, width) = (Theme::of(ui), ui.available_width());
    let address = log.base().as_str().trim_end_matches('/');
    widgets::label_ui(ui, text::MONO_SM.cut(address, theme.t2, width));
    let Some(connected) = model.sources.directory.value() else { return };
    let read = match connected.read {
        Some(at) => format!("read to its end {}", moment(at, model.now)),
        None => "not read to its end yet".to_owned(),
    };
    let secret = match connected.secret {
        TokenPlace::Keychain => "secret in the system’s credential store",
        TokenPlace::Session => "secret kept until you close the window",
        TokenPlace::Absent => "no secret: edit it to type one",
    };
    let words = format!("{} · {read} · {secret}", log.kind().label());
    let label = widgets::label_ui(ui, text::SMALL.wrapped(words, theme.t2, width));
    if let Some(at) = connected.read {
        label.on_hover_text(Zone::utc(at));
    }
}

fn files_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let reading = model.imports.report.loading().is_some();
    let state = if reading {
        (Tone::Accent, icon::CIRCLE_NOTCH, "Importing")
    } else {
        (Tone::Skip, icon::FILE_ARROW_UP, "On demand")
    };
    head_ui(ui, "Files", state, |ui| {
        let blocked = reading.then_some("An import is running");
        let button = Button::new("Import a log…").icon(icon::FILE_ARROW_UP).small().hover("Ctrl O").blocked(blocked);
        if button.show(ui).clicked() {
            actions.push(Action::ChooseImport);
        }
        let button = Button::new("Paste").icon(icon::CLIPBOARD_TEXT).small().hover("Ctrl V").blocked(blocked);
        if button.name("Paste a log or an exchange").show(ui).clicked() {
            actions.push(Action::Paste);
        }
    });
    words_ui(
        ui,
        "Downloads of a provisioning log: drop them on the window, or choose them. Error texts, browser recordings, cURL \
         commands and HTTP: paste them. Importing one twice adds nothing.",
    );
    if let Some(report) = model.imports.report.value() {
        words_ui(
            ui,
            &format!(
                "The last import: {} new records, {} there already.",
                grouped(report.imported),
                grouped(report.duplicates)
            ),
        );
    }
}

/// Leads to what came from a source.
fn shown_ui(ui: &mut Ui, source: Source, actions: &mut Vec<Action>) {
    let name = format!("Show what came from: {}", source.label());
    if Button::new("Show").icon(icon::FUNNEL_SIMPLE).small().name(&name).show(ui).clicked() {
        actions.push(Action::Requests(requests::Do::SetQuery(format!("source:{}", source.key()))));
    }
}

/// `at 14:32` today, `on 23 Nov, 14:32` otherwise.
fn moment(at: Timestamp, now: Timestamp) -> String {
    let zone = Zone::default();
    let day = |time| zone.day_and_minute(time).split(',').next().map(str::to_owned);
    if day(at) == day(now) { format!("at {}", zone.minute(at)) } else { format!("on {}", zone.day_and_minute(at)) }
}
