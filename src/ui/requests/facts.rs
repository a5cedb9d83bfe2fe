//! A line in words: its title, one sentence of what happened, and the facts below it.

use egui::Ui;

use crate::{
    domain::{
        attribute::{AttributeName, CORE_USER},
        exchange::{Operation, Outcome},
        journal::{Record, Summary},
        pretty,
    },
    ui::{
        theme::{Theme, Tone, text},
        when::Zone,
        widgets,
    },
};

/// "Update failed".
pub(super) fn title(record: &Record) -> String {
    if record.is_quotation() {
        return "A quoted error".to_owned();
    }
    let summary = &record.summary;
    let verb = match summary.outcome {
        Outcome::Success => "succeeded",
        Outcome::Warning => "succeeded in part",
        Outcome::Failure => "failed",
        Outcome::Skipped => "skipped",
    };
    format!("{} {verb}", summary.operation.label())
}

/// "400 invalidPath", "2 dropped".
pub(super) fn code(summary: &Summary) -> Option<String> {
    match (summary.status, &summary.scim_type) {
        (Some(status), Some(kind)) => Some(format!("{status} {kind}")),
        (Some(status), None) => Some(status.to_string()),
        (None, kind) => kind.clone(),
    }
}

/// What happened, from what was seen alone.
pub(super) fn sentence(record: &Record) -> String {
    let summary = &record.summary;
    if record.is_quotation() {
        return "Somebody quoted this error. Which request it is of, and who answered it, it does not say.".to_owned();
    }
    let who = summary.user.as_deref().unwrap_or("an unnamed user");
    if let Some(kind) = record.own_change().filter(|_| summary.outcome == Outcome::Success) {
        return format!("Okta logged {kind} for {who} in its own directory. It is no request to the service.");
    }
    let what = match summary.operation {
        Operation::Create => format!("create {who}"),
        Operation::Match => format!("look {who} up"),
        Operation::Read => format!("read {who}"),
        Operation::List => "list users".to_owned(),
        Operation::Update => format!("update {who}"),
        Operation::SetManager => format!("set the manager of {who}"),
        Operation::Deactivate => format!("deactivate {who}"),
        Operation::Activate => format!("activate {who}"),
        Operation::Delete => format!("delete {who}"),
        Operation::Discover => "read the service’s description".to_owned(),
        Operation::Other => "do something the console has no name for".to_owned(),
    };
    let client = summary.client.as_deref().unwrap_or("A client");
    match summary.outcome {
        Outcome::Success => format!("{client} asked to {what}, and it was done."),
        Outcome::Warning => format!("{client} asked to {what}. It was done, but not every value was kept."),
        Outcome::Failure => format!("{client} asked to {what}, and it was refused or failed. {}", meaning(summary)),
        Outcome::Skipped => format!("{client} chose not to {what}."),
    }
}

/// What a status says by its standard; the cause is another question.
fn meaning(summary: &Summary) -> &'static str {
    match summary.status {
        Some(400) => "400 says that the request itself does not hold.",
        Some(401) => "401 says that the token was not accepted.",
        Some(403) => "403 says that the token is genuine but may not do this.",
        Some(404) => "404 says that there is no such user or address.",
        Some(409) => "409 says that a value is taken already.",
        Some(412) => "412 says that somebody else changed it meanwhile.",
        Some(413) => "413 says that the request is too large.",
        Some(429) => "429 says that there were too many requests; directories try again.",
        Some(status) if status >= 500 => "The fault is on the service’s side; directories try again.",
        Some(_) => "The cause is not known from the status alone.",
        None => "No status is recorded; the cause is not known.",
    }
}

/// A body as indented text; nothing for no body.
pub(super) fn body_text(value: &serde_json::Value) -> String {
    let lines = pretty::json_lines(value);
    lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n")
}

/// The facts below the sentence.
pub(super) fn lines(record: &Record, zone: &Zone) -> Vec<(&'static str, String)> {
    let summary = &record.summary;
    let mut lines = vec![("Time", zone.day_and_clock(summary.at)), ("In UTC", Zone::utc(summary.at))];
    if !summary.method.is_empty() {
        lines.push(("Request", format!("{} {}", summary.method, summary.path)));
    }
    let status = summary.status.map(|status| status.to_string());
    let optional = [
        ("Status", &status),
        ("Error", &summary.scim_type),
        ("User", &summary.user),
        ("SCIM id", &summary.resource_id),
        ("Sent by", &summary.client),
    ];
    lines.extend(optional.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))));
    lines.push(("Seen by", record.source.label().to_owned()));
    lines.push(("Log id", summary.id.clone()));
    lines
}

/// The full name of an attribute that a log shows short.
pub(super) fn full_name(attribute: &str) -> String {
    AttributeName::parse(attribute).map_or_else(|_| format!("{CORE_USER}:{attribute}"), |name| name.to_string())
}

/// One value: attribute, where it went, value; what was dropped is struck through and says why.
pub(super) fn landing_row_ui(ui: &mut Ui, attribute: &str, field: &str, value: &str, dropped: bool) {
    let theme = Theme::of(ui);
    let width = ui.available_width();
    let name = attribute.rsplit(':').next().unwrap_or(attribute);
    let mut job = text::MONO_SM.wrapped(name, if dropped { theme.t3 } else { theme.t1 }, width);
    let mut ink = text::MONO_SM.format(if dropped { theme.t3 } else { theme.t1 });
    if dropped {
        for section in &mut job.sections {
            section.format.strikethrough = egui::Stroke::new(1.0, theme.t3);
        }
        ink.strikethrough = egui::Stroke::new(1.0, theme.t3);
        job.append("  ", 0.0, text::MONO_SM.format(theme.t3));
    } else {
        job.append(&format!(" → {field}  "), 0.0, text::MONO_SM.format(theme.t3));
    }
    job.append(value, 0.0, ink);
    widgets::label_ui(ui, job).on_hover_text(attribute);
    if dropped {
        widgets::label_ui(ui, text::SMALL.wrapped(field, theme.hue(Tone::Fail).text, width));
    }
}
