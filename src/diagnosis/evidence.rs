//! The evidence of a ticket as a file: each request with its diagnosis, what was asked and what was answered, as Markdown or as
//! one HTML page. People get aliases unless that is switched off, and the file says which; its shape stays that of the original,
//! so that the diagnosis of the file is that of the requests.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Serialize;

use super::{Case, Finding, InOrder, diagnose, with_order};
use crate::domain::{
    exchange::{Exchange, Headers},
    journal::Record,
    landing::Landing,
    pretty::counted,
    redaction::Redactor,
};

/// Most requests that one file takes.
pub const MOST_REQUESTS: usize = 500;
/// Longest body that is written, characters; the rest is said to be left out.
const LONGEST: usize = 20_000;

/// What the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvidenceFormat {
    /// Text with marks.
    Markdown,
    /// One page that needs nothing else.
    Html,
    /// Both, and the requests as JSON lines.
    Zip,
}

impl EvidenceFormat {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::Html, Self::Markdown, Self::Zip];

    /// The words on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Markdown => "Evidence as Markdown",
            Self::Html => "Evidence as a page",
            Self::Zip => "Evidence as an archive",
        }
    }

    /// How the file's name ends.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Html => "html",
            Self::Zip => "zip",
        }
    }

    /// The format of a file by how its name ends.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        Self::ALL.into_iter().find(|format| format.extension().eq_ignore_ascii_case(extension))
    }
}

/// One request of the file.
struct Piece {
    record: Record,
    findings: Vec<Finding>,
}

/// A request as one of the JSON lines, with what became of its attributes as the support API says it.
#[derive(Serialize)]
struct Seen<'p> {
    #[serde(flatten)]
    exchange: &'p Exchange,
    #[serde(skip_serializing_if = "Option::is_none")]
    mapping: Option<&'p Landing>,
}

/// The evidence, gathered request by request.
pub struct EvidenceFile {
    tenant: String,
    query: String,
    made: Timestamp,
    redactor: Option<Redactor>,
    pieces: Vec<Piece>,
    /// How many were found, also those that are left out.
    found: usize,
}

impl EvidenceFile {
    /// An empty file: whose, which requests, made when.
    #[must_use]
    pub fn new(tenant: &str, query: &str, made: Timestamp, redacts: bool) -> Self {
        let redactor = redacts.then(Redactor::new);
        let (tenant, query) = (tenant.to_owned(), query.to_owned());
        Self { tenant, query, made, redactor, pieces: Vec::new(), found: 0 }
    }

    /// Takes a request in, with what its place among the others shows; the ones beyond [`MOST_REQUESTS`] are counted only.
    pub fn take(&mut self, record: &Record, in_order: &[InOrder]) {
        self.found += 1;
        if self.pieces.len() < MOST_REQUESTS {
            let record = self.redactor.as_mut().map_or_else(|| record.clone(), |redactor| redactor.record(record));
            let findings = with_order(diagnose(&Case::of(&record)), &record, in_order);
            self.pieces.push(Piece { record, findings });
        }
    }

    /// How many requests it holds.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.pieces.len()
    }

    /// The requests as JSON lines, which `diagnose` reads.
    #[must_use]
    pub fn json_lines(&self) -> String {
        let lines = self.pieces.iter().filter_map(|piece| match (&piece.record.exchange, &piece.record.event) {
            (_, Some(event)) => serde_json::to_string(event).ok(),
            (Some(exchange), None) => {
                serde_json::to_string(&Seen { exchange, mapping: piece.record.landing.as_ref() }).ok()
            }
            (None, None) => serde_json::to_string(&piece.record.summary).ok(),
        });
        lines.fold(String::new(), |text, line| text + &line + "\n")
    }

    /// The file as Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut text = format!("# {}\n\n", self.title());
        for line in self.preface() {
            let _ = writeln!(text, "{line}\n");
        }
        for (piece, number) in self.pieces.iter().zip(1..) {
            let _ = writeln!(text, "## {number}. {}\n", piece.title());
            for finding in &piece.findings {
                let sure = finding.confidence.label();
                let _ = writeln!(text, "**{}** ({sure}, {})\n\n{}\n", finding.title, finding.id, finding.cause);
                for evidence in &finding.evidence {
                    let _ = writeln!(text, "- {}: `{}`", evidence.place_words(), evidence.text.replace('`', "'"));
                }
                text.push('\n');
            }
            for (name, block) in piece.blocks() {
                let fence = "`".repeat(longest_run(&block, '`').max(2) + 1);
                let _ = writeln!(text, "{name}\n\n{fence}\n{block}\n{fence}\n");
            }
        }
        text
    }

    /// The file as one page.
    #[must_use]
    pub fn html(&self) -> String {
        let mut page = format!(
            "<!doctype html>\n<html lang=\"en-GB\"><head><meta charset=\"utf-8\"><title>{0}</title><style>{STYLE}</style></head>\
             <body>\n<h1>{0}</h1>\n",
            escape(&self.title())
        );
        for line in self.preface() {
            let _ = writeln!(page, "<p>{}</p>", escape(&line));
        }
        for (piece, number) in self.pieces.iter().zip(1..) {
            let _ = writeln!(page, "<h2>{number}. {}</h2>", escape(&piece.title()));
            for finding in &piece.findings {
                let (title, cause) = (escape(&finding.title), escape(&finding.cause));
                let sure = finding.confidence.label();
                let _ =
                    writeln!(page, "<section><h3>{title} <small>{sure}, {}</small></h3><p>{cause}</p><ul>", finding.id);
                for evidence in &finding.evidence {
                    let (place, text) = (escape(&evidence.place_words()), escape(&evidence.text));
                    let _ = writeln!(page, "<li>{place}: <code>{text}</code></li>");
                }
                page.push_str("</ul></section>\n");
            }
            for (name, block) in piece.blocks() {
                let _ = writeln!(page, "<h4>{}</h4><pre>{}</pre>", escape(&name), escape(&block));
            }
        }
        page.push_str("</body></html>\n");
        page
    }

    fn title(&self) -> String {
        format!("Evidence: {}", self.tenant)
    }

    fn preface(&self) -> Vec<String> {
        let all = if self.query.is_empty() { "all requests" } else { &self.query };
        let made = self.made.strftime("%a %-d %b %Y, %H:%M UTC");
        let mut lines = vec![format!(
            "{}, {all}. Made on {made} by SCIM Console.",
            counted(self.pieces.len(), "request", "requests")
        )];
        lines.push(match &self.redactor {
            Some(redactor) => format!(
                "People, addresses and secrets are replaced: the same person has the same alias throughout. {} values were.",
                redactor.redacted()
            ),
            None => "Redaction was switched off for this file: it names people. Tokens are left out all the same.".to_owned(),
        });
        if self.found > self.pieces.len() {
            let more = counted(self.found - self.pieces.len(), "further request was", "further requests were");
            lines.push(format!("{more} found and left out."));
        }
        lines
    }
}

impl Piece {
    fn title(&self) -> String {
        let summary = &self.record.summary;
        let status = summary.status.map_or_else(|| "no status".to_owned(), |status| status.to_string());
        let what = format!("{} {}", summary.method, summary.path);
        let what = if what.trim().is_empty() { summary.operation.label().to_owned() } else { what };
        format!("{}, {what}, {status}", summary.at.strftime("%Y-%m-%d %H:%M:%S UTC"))
    }

    /// What was asked, answered and noted, each with its name.
    fn blocks(&self) -> Vec<(String, String)> {
        let mut blocks = Vec::new();
        if let Some(Exchange { request, response, error, .. }) = &self.record.exchange {
            if !request.method.is_empty() {
                let head = format!("{} {}", request.method, request.url);
                blocks.push(("Request".to_owned(), message(&head, &request.headers, &request.body)));
            }
            if let Some(response) = response {
                let head = format!("HTTP {}", response.status);
                blocks.push(("Answer".to_owned(), message(&head, &response.headers, &response.body)));
            }
            if let Some(error) = error {
                blocks.push(("In place of an answer".to_owned(), error.clone()));
            }
        }
        if let Some(event) = &self.record.event {
            blocks.push(("The directory’s record".to_owned(), body(event)));
        }
        blocks
    }
}

fn message(head: &str, headers: &Headers, content: &serde_json::Value) -> String {
    let mut text = head.to_owned();
    for (name, value) in headers.iter() {
        let _ = write!(text, "\n{name}: {value}");
    }
    if !content.is_null() {
        text.push_str("\n\n");
        text.push_str(&body(content));
    }
    text
}

fn body(value: &serde_json::Value) -> String {
    let text = match value {
        serde_json::Value::String(text) => text.clone(),
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    };
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => {
            format!("{}\n… {} more characters are left out", &text[..end], text.chars().count() - LONGEST)
        }
        None => text,
    }
}

fn longest_run(text: &str, letter: char) -> usize {
    text.split(|other| other != letter).map(|run| run.chars().count()).max().unwrap_or(0)
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1d22}\
h2{border-top:1px solid #d5d8de;padding-top:1rem;font-size:1.1rem}section{border:1px solid #d5d8de;border-radius:6px;padding:.2rem 1rem;margin:.6rem 0}\
h3{font-size:1rem}small{font-weight:400;color:#5b616e}pre{background:#f5f6f8;padding:.7rem;overflow:auto;font-size:13px}code{background:#f5f6f8}";
