//! The answer to a ticket: what was seen, what it means and what to do, for the customer or for the second line, as
//! Markdown, plain text or HTML. It says nothing that the findings do not say, and admits where nothing is known.

use std::fmt::Write as _;

use super::{Confidence, Finding, evidence::escape};
use crate::domain::{
    exchange::{Operation, Outcome},
    journal::{Record, Source},
};

/// Who reads it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Audience {
    /// The customer's administrator.
    #[default]
    Customer,
    /// Colleagues who look further.
    SecondLine,
}

/// How it is written down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Markup {
    /// For ticket systems that read it.
    Markdown,
    /// For everything else.
    #[default]
    Plain,
    /// For e-mail.
    Html,
}

impl Audience {
    /// Every reader.
    pub const ALL: [Self; 2] = [Self::Customer, Self::SecondLine];

    /// The word on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Customer => "For the customer",
            Self::SecondLine => "For the second line",
        }
    }
}

impl Markup {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Plain, Self::Markdown, Self::Html];

    /// The word on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Plain => "Plain text",
            Self::Markdown => "Markdown",
            Self::Html => "HTML",
        }
    }
}

/// What the answer says besides the case itself.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The tenant's name.
    pub tenant: &'a str,
    /// When the request was received, in the reader's zone, with the zone.
    pub when: &'a str,
}

/// A part of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Heading(String),
    Text(String),
    Steps(Vec<String>),
    /// A place and what stands there.
    Quotes(Vec<(String, String)>),
}

/// An answer to a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply(Vec<Part>);

impl Reply {
    /// Writes the answer for a line and what was found of it, best first.
    #[must_use]
    pub fn of(record: &Record, findings: &[Finding], audience: Audience, setting: Setting<'_>) -> Self {
        Self(match audience {
            Audience::Customer => for_the_customer(record, findings, setting),
            Audience::SecondLine => for_the_second_line(record, findings, setting),
        })
    }

    /// Its text.
    #[must_use]
    pub fn text(&self, markup: Markup) -> String {
        let parts: Vec<String> = self.0.iter().map(|part| part.text(markup)).collect();
        let between = if markup == Markup::Html { "\n" } else { "\n\n" };
        let mut text = parts.join(between);
        text.push('\n');
        text
    }
}

fn for_the_customer(record: &Record, findings: &[Finding], setting: Setting<'_>) -> Vec<Part> {
    let mut parts = vec![Part::Text("Hello,".to_owned()), Part::Text(seen(record, setting))];
    let Some(first) = findings.first() else {
        let has_failed = record.summary.outcome == Outcome::Failure;
        let words = if has_failed {
            "It failed, and we do not know the cause yet. We are looking into it. The people and the settings on your side can stay as they are meanwhile."
        } else {
            "We found nothing wrong with this request."
        };
        parts.push(Part::Text(words.to_owned()));
        // Who quoted it knows it, and a name in it is not recognised.
        parts.extend(own_words(record).filter(|_| !record.is_quotation()));
        return parts;
    };
    parts.push(Part::Heading("What it means".to_owned()));
    let hedge = match first.confidence {
        Confidence::Certain => "",
        Confidence::Likely => " This is the likeliest cause.",
        Confidence::Possible => " This is one possible cause; we are not sure yet.",
    };
    parts.push(Part::Text(format!("{}. {}{hedge}", first.title, first.cause)));
    if let Some(words) = &first.tell_apart {
        parts.push(Part::Text(words.clone()));
    }
    parts.push(Part::Heading("What to do".to_owned()));
    if first.fix_customer.is_empty() {
        parts.push(Part::Text("There is nothing to change on your side. We are taking care of it.".to_owned()));
    } else {
        parts.push(Part::Steps(first.fix_customer.clone()));
    }
    if !first.evidence.is_empty() {
        parts.push(Part::Heading("Where it shows".to_owned()));
        parts.push(quotes(first));
    }
    parts
}

fn for_the_second_line(record: &Record, findings: &[Finding], setting: Setting<'_>) -> Vec<Part> {
    let mut parts = vec![Part::Text(seen(record, setting)), Part::Quotes(ids(record))];
    if findings.is_empty() {
        parts.push(Part::Text("No known cause fits. The evidence is in the exchange itself.".to_owned()));
        parts.extend(own_words(record));
    }
    for (place, finding) in findings.iter().enumerate() {
        let name = match (place, finding.confidence) {
            (0, Confidence::Certain) => "Cause".to_owned(),
            (0, sure) => format!("Hypothesis ({})", sure.label().to_lowercase()),
            _ => "Also seen".to_owned(),
        };
        parts.push(Part::Heading(format!("{name}: {}", finding.title)));
        parts.push(Part::Text(finding.cause.clone()));
        parts.extend(finding.tell_apart.clone().map(Part::Text));
        parts.push(quotes(finding));
        if place == 0 && !finding.fix_support.is_empty() {
            parts.push(Part::Steps(finding.fix_support.clone()));
        }
    }
    parts
}

/// What was said of the error, where nothing else is known of it.
fn own_words(record: &Record) -> Option<Part> {
    let detail = record.summary.detail.clone().filter(|_| record.summary.outcome == Outcome::Failure)?;
    Some(Part::Quotes(vec![("What the error says".to_owned(), detail)]))
}

/// "On Tue 24 Nov, 14:32 (Europe/London), Entra sent … to Acme. It was answered 400 invalidPath."
fn seen(record: &Record, setting: Setting<'_>) -> String {
    let summary = &record.summary;
    if record.is_quotation() {
        return format!("An error of the provisioning into {} was quoted to us on {}.", setting.tenant, setting.when);
    }
    let client = summary.client.as_deref().unwrap_or("the directory");
    let whom = summary.user.as_deref().map(|user| format!(" {} {user}", verb(summary.operation))).unwrap_or_default();
    let mut text = format!("On {}, {client} asked {} to", setting.when, setting.tenant);
    text.push_str(if whom.is_empty() { " do something for a user we cannot name" } else { &whom });
    if !summary.method.is_empty() {
        let _ = write!(text, " ({} {})", summary.method, summary.path);
    }
    text.push('.');
    match (summary.status, &summary.scim_type) {
        (Some(status), Some(kind)) => drop(write!(text, " It was answered {status} {kind}.")),
        (Some(status), None) => drop(write!(text, " It was answered {status}.")),
        (None, Some(code)) => drop(write!(text, " The directory noted {code}.")),
        (None, None) => text.push_str(" No answer was recorded."),
    }
    text
}

const fn verb(operation: Operation) -> &'static str {
    match operation {
        Operation::Create => "create",
        Operation::Match => "look up",
        Operation::Read | Operation::List => "read",
        Operation::SetManager => "set the manager of",
        Operation::Deactivate => "deactivate",
        Operation::Activate => "activate",
        Operation::Delete => "delete",
        Operation::Update | Operation::Discover | Operation::Other => "update",
    }
}

/// By what the request can be found again on both sides.
fn ids(record: &Record) -> Vec<(String, String)> {
    let mut ids = Vec::new();
    let mut add = |name: &str, value: Option<&str>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            ids.push((name.to_owned(), value.to_owned()));
        }
    };
    let whose = if record.source == Source::Tenant { "Request id" } else { "Record id" };
    add(whose, Some(&record.summary.id));
    add("SCIM id", record.summary.resource_id.as_deref());
    let event =
        |name: &str| record.event.as_ref().and_then(|event| event.get(name)).and_then(serde_json::Value::as_str);
    for name in ["changeId", "cycleId", "jobId", "uuid"] {
        add(name, event(name));
    }
    let response = record.exchange.as_ref().and_then(|exchange| exchange.response.as_ref());
    for name in ["x-request-id", "request-id", "x-correlation-id", "cf-ray", "client-request-id"] {
        add(name, response.and_then(|response| response.headers.get(name)));
    }
    ids
}

fn quotes(finding: &Finding) -> Part {
    Part::Quotes(finding.evidence.iter().map(|one| (one.place_words(), one.text.clone())).collect())
}

impl Part {
    fn text(&self, markup: Markup) -> String {
        let escaped = |text: &str| match markup {
            Markup::Html => escape(text),
            Markup::Markdown | Markup::Plain => text.to_owned(),
        };
        match (self, markup) {
            (Self::Heading(text), Markup::Markdown) => format!("**{text}**"),
            (Self::Heading(text), Markup::Plain) => text.clone(),
            (Self::Heading(text), Markup::Html) => format!("<h3>{}</h3>", escape(text)),
            (Self::Text(text), Markup::Html) => format!("<p>{}</p>", escape(text)),
            (Self::Text(text), _) => text.clone(),
            (Self::Steps(steps), Markup::Html) => {
                let items: String = steps.iter().map(|step| format!("<li>{}</li>", escape(step))).collect();
                format!("<ol>{items}</ol>")
            }
            (Self::Steps(steps), _) => numbered(steps),
            (Self::Quotes(quotes), _) => {
                let lines = quotes.iter().map(|(place, text)| match markup {
                    Markup::Markdown => format!("- {place}: `{}`", text.replace('`', "'")),
                    Markup::Plain => format!("- {place}: {text}"),
                    Markup::Html => format!("<li>{}: <code>{}</code></li>", escaped(place), escaped(text)),
                });
                let lines: Vec<String> = lines.collect();
                if markup == Markup::Html { format!("<ul>{}</ul>", lines.concat()) } else { lines.join("\n") }
            }
        }
    }
}

fn numbered(steps: &[String]) -> String {
    let lines: Vec<String> =
        steps.iter().zip(1..).map(|(step, number): (_, usize)| format!("{number}. {step}")).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_without_a_known_cause_is_answered_as_one() {
        let text = "The frobnicator of this person could not be twiddled";
        let record: Record = serde_json::from_value(serde_json::json!({"source": "recording", "exchange": null,
            "landing": null, "event": {"text": text}, "summary": {"id": "text-1", "at": "2026-11-27T09:00:00Z", "method": "",
                "path": "", "status": null, "outcome": "failure", "operation": "other", "user": null, "resourceId": null,
                "scimType": null, "detail": text, "durationMs": null, "client": null}}))
        .unwrap();
        let setting = Setting { tenant: "Acme", when: "Fri 27 Nov, 09:00" };
        let said = |audience| Reply::of(&record, &[], audience, setting).text(Markup::Plain);
        let customer = said(Audience::Customer);
        assert!(customer.contains("we do not know the cause yet") && !customer.contains(text), "{customer}");
        assert!(customer.contains("was quoted to us on Fri 27 Nov, 09:00"), "{customer}");
        assert!(said(Audience::SecondLine).contains(text));
    }

    #[test]
    fn every_markup_says_the_same() {
        let reply = Reply(vec![
            Part::Heading("What to do".to_owned()),
            Part::Text("Use <b> & co.".to_owned()),
            Part::Steps(vec!["Save.".to_owned(), "Restart.".to_owned()]),
            Part::Quotes(vec![("Answer, status".to_owned(), "`409`".to_owned())]),
        ]);
        for (markup, wanted) in [
            (Markup::Plain, "What to do\n\nUse <b> & co.\n\n1. Save.\n2. Restart.\n\n- Answer, status: `409`\n"),
            (
                Markup::Markdown,
                "**What to do**\n\nUse <b> & co.\n\n1. Save.\n2. Restart.\n\n- Answer, status: `'409'`\n",
            ),
            (
                Markup::Html,
                "<h3>What to do</h3>\n<p>Use &lt;b&gt; &amp; co.</p>\n<ol><li>Save.</li><li>Restart.</li></ol>\n\
                 <ul><li>Answer, status: <code>`409`</code></li></ul>\n",
            ),
        ] {
            assert_eq!(reply.text(markup), wanted);
        }
    }
}
