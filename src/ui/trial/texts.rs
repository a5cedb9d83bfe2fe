//! Bodies as lines of code, laid out once, with what matters in them marked: a directory's habits, what did not land.
//! Only for the eye: what is copied comes from the exchange itself.

use std::collections::HashMap;

use serde_json::Value;

use crate::{
    app::trial::{Run, Tab},
    domain::{
        curl::to_curl,
        exchange::{Exchange, Headers},
        pretty,
        trial::{Dialect, StepName, Verdict},
    },
    ui::{theme::Tone, widgets::code::CodeText},
};

/// Which text of a run: its step, which of the step's exchanges, which part.
pub(super) type Place = (StepName, usize, Tab);

/// The texts that are on screen.
#[derive(Default)]
pub(super) struct Texts {
    run: Option<(u32, bool)>,
    sent: HashMap<Place, CodeText>,
    planned: HashMap<(StepName, usize), (Value, CodeText)>,
    /// Whether URNs stand in full.
    pub(super) unfolded: bool,
}

impl Texts {
    /// A part of an exchange of a run.
    pub(super) fn of_run(&mut self, run: &Run, exchange: &Exchange, place: Place) -> &CodeText {
        let newest = Some((run.number, run.report.is_some()));
        if self.run != newest {
            self.sent.clear();
            self.run = newest;
        }
        self.sent.entry(place).or_insert_with(|| marked(CodeText::new(&content(exchange, place.2)), run, place))
    }

    /// The body of a request that will be sent.
    pub(super) fn of_plan(&mut self, step: StepName, index: usize, body: &Value, dialect: Dialect) -> &CodeText {
        let kept = self.planned.entry((step, index)).or_insert_with(|| (Value::Null, CodeText::default()));
        if kept.0 != *body {
            *kept = (body.clone(), habits(CodeText::new(&lines(body)), dialect));
        }
        &kept.1
    }
}

fn lines(value: &Value) -> String {
    pretty::json_lines(value).iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n")
}

fn content(exchange: &Exchange, tab: Tab) -> String {
    match tab {
        Tab::Request => lines(&exchange.request.body),
        Tab::Response => exchange.response.as_ref().map(|response| lines(&response.body)).unwrap_or_default(),
        Tab::Headers => headers(exchange),
        Tab::Curl => pretty_lines(&to_curl(exchange)),
    }
}

/// Line by line, so that the line breaks of the command stay.
fn pretty_lines(text: &str) -> String {
    text.lines().map(pretty::visible).collect::<Vec<_>>().join("\n")
}

/// The headers of both sides as text. Authorization is never among them.
pub(super) fn headers(exchange: &Exchange) -> String {
    let listed = |headers: &Headers| -> String {
        headers.iter().map(|(name, value)| format!("{name}: {}\n", pretty::visible(value))).collect()
    };
    let Exchange { request, response, .. } = exchange;
    let asked = format!("{} {}\n{}", request.method, request.url, listed(&request.headers));
    let answered =
        response.as_ref().map(|response| format!("\nHTTP {}\n{}", response.status, listed(&response.headers)));
    format!("{asked}{}", answered.unwrap_or_default())
}

/// Capital operations and booleans as text: what Entra sends without its flag.
fn habits(text: CodeText, dialect: Dialect) -> CodeText {
    if dialect != Dialect::Entra {
        return text;
    }
    ["\"Replace\"", "\"Add\"", "\"Remove\"", "\"False\"", "\"True\""]
        .iter()
        .fold(text, |text, fragment| text.mark(fragment, Tone::Warn))
}

/// Marks what was dropped where it was sent, and says it where it should have come back.
fn marked(text: CodeText, run: &Run, (step, index, tab): Place) -> CodeText {
    let mut text = if tab == Tab::Request { habits(text, run.dialect) } else { text };
    let place = (step, tab);
    let tells =
        index == 0 && (place == (StepName::Create, Tab::Request) || place == (StepName::ReadBack, Tab::Response));
    for line in run.report.iter().flat_map(|report| &report.verification).filter(|_| tells) {
        let path = line.attribute.rsplit(':').next().unwrap_or_default();
        let name = path.rsplit('.').next().unwrap_or_default();
        if path.contains(['[', ',']) {
            continue;
        }
        text = match (line.verdict, step) {
            (Verdict::Missing, StepName::ReadBack) => {
                let last = text.lines.iter().filter_map(|line| line.number).max().unwrap_or_default();
                text.missing_after(last.saturating_sub(1), format!("missing: \"{name}\", sent in Create"))
            }
            (Verdict::Missing | Verdict::Differs, _) => text.mark(&format!("\"{name}\":"), Tone::Warn),
            (Verdict::Match | Verdict::NotChecked, _) => text,
        };
    }
    text
}
