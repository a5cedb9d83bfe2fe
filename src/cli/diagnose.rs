//! `diagnose`: what went wrong in each request of a file, who acts, and what to do. It opens no journal and sends nothing.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Ending, output::Output, read_file};
use crate::{
    diagnosis::{Case, Finding, Scheme, diagnose, diagnose_log},
    domain::{
        exchange::Outcome,
        failure::{Failure, FailureKind},
        journal::Record,
        problem::Severity,
    },
    sources,
};

/// `diagnose …`
#[derive(Debug, Args)]
pub struct Arguments {
    /// One exchange, or record of Entra or Okta, a line; or anything else that can be imported; - for the standard input.
    file: PathBuf,
}

/// One thing that was diagnosed, or why it could not be.
struct Diagnosed {
    case: String,
    findings: Result<Found, String>,
}

/// What was found, and whether the request failed: it may have without a cause that is known.
struct Found {
    findings: Vec<Finding>,
    has_failed: bool,
}

impl Found {
    fn of(case: &Case<'_>) -> Self {
        Self { findings: diagnose(case), has_failed: has_failed(case.record) }
    }

    /// Whether somebody has to look at it: for its cause, or because none is known.
    fn is_bad(&self) -> bool {
        self.has_failed && self.findings.is_empty()
            || self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }
}

fn has_failed(record: &Record) -> bool {
    record.summary.outcome == Outcome::Failure
}

pub(super) fn run(arguments: &Arguments, output: &Output) -> Result<Ending, Failure> {
    let bytes = read_file(&arguments.file)?;
    let text = String::from_utf8_lossy(&bytes);
    let text = text.trim_start_matches('\u{feff}');
    let now = Timestamp::now();
    let (mut read, mut unread, mut fails) = (false, false, false);
    let mut say = |all: Vec<Diagnosed>| {
        for diagnosed in all {
            read |= diagnosed.findings.is_ok();
            unread |= diagnosed.findings.is_err();
            fails |= diagnosed.findings.as_ref().is_ok_and(Found::is_bad);
            tell(&diagnosed, output);
        }
    };
    if is_lines(text) {
        let lines = text.lines().filter(|line| !line.trim().is_empty()).zip(1..);
        lines.for_each(|(line, number)| say(one(line, number, now)));
    } else {
        say(pasted(text, now));
    }
    if !read {
        return Err(Failure::new(
            FailureKind::FileUnreadable,
            format!("Nothing in {} could be diagnosed", arguments.file.display()),
            "It is no request, answer or record of a directory that the console knows.",
            "Copy the request with its answer, or download the log as JSON, and diagnose that.",
        ));
    }
    Ok(if fails || unread { Ending::WithFailures } else { Ending::Done })
}

/// Whether a file has a JSON object on each line: its first one is.
fn is_lines(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty());
    first.is_some_and(|line| serde_json::from_str::<Value>(line).is_ok_and(|value| value.is_object()))
}

/// One line. What it wraps (`{"case","exchange":{…}}`) is taken out; a list in it is diagnosed as one log; a line with several
/// records gives as many.
fn one(text: &str, number: usize, now: Timestamp) -> Vec<Diagnosed> {
    let line: Value = match serde_json::from_str(text) {
        Ok(line) => line,
        Err(error) => {
            return vec![Diagnosed {
                case: number.to_string(),
                findings: Err(format!("It is not valid JSON: {error}.")),
            }];
        }
    };
    let is_bare = line.get("request").is_some() || line.get("response").is_some();
    let wrapped = |names: &[&str], is_one: fn(&Value) -> bool| {
        names.iter().filter_map(|name| line.get(*name)).find(|inner| !is_bare && is_one(inner))
    };
    let list = wrapped(&["exchanges", "log", "requests", "records", "events"], Value::is_array);
    let inner = wrapped(&["exchange", "input", "record", "event"], Value::is_object);
    let names: &[&str] = if inner.is_some() || list.is_some() { &["case", "name", "id"] } else { &["case"] };
    let name = names.iter().find_map(|name| line.get(*name));
    let name = name.map(|case| case.as_str().map_or_else(|| case.to_string(), str::to_owned));
    let case = name.unwrap_or_else(|| number.to_string());
    let part = list.or(inner);
    let import = match part {
        Some(part) => sources::paste(&part.to_string(), now),
        None => sources::paste(text, now),
    };
    if import.records.is_empty() {
        let why =
            import.counts.listed.first().map_or("It is not about provisioning.", |rejected| rejected.why.as_str());
        return vec![Diagnosed { case, findings: Err(why.to_owned()) }];
    }
    if list.is_some() {
        let has_failed = import.records.iter().any(has_failed);
        let found = Found { findings: diagnose_log(&import.records), has_failed };
        return vec![Diagnosed { case, findings: Ok(found) }];
    }
    let scheme = Scheme::of_exchange(part.unwrap_or(&line));
    let several = import.records.len() > 1;
    let named = |place: usize| if several { format!("{case}/{place}") } else { case.clone() };
    let diagnosed =
        |(record, place)| Diagnosed { case: named(place), findings: Ok(Found::of(&Case { record, scheme })) };
    import.records.iter().zip(1..).map(diagnosed).collect()
}

/// A text that is no JSON lines: a recording, an error message, a table.
fn pasted(text: &str, now: Timestamp) -> Vec<Diagnosed> {
    let import = sources::paste(text, now);
    let read = import.records.iter().zip(1..).map(|(record, number): (_, usize)| Diagnosed {
        case: number.to_string(),
        findings: Ok(Found::of(&Case::of(record))),
    });
    let unread = import
        .counts
        .listed
        .iter()
        .map(|rejected| Diagnosed { case: rejected.at.clone(), findings: Err(rejected.why.clone()) });
    read.chain(unread).collect()
}

fn tell(diagnosed: &Diagnosed, output: &Output) {
    match &diagnosed.findings {
        Ok(found) => {
            let Found { findings, has_failed } = found;
            let line = json!({"case": diagnosed.case, "failed": has_failed, "findings": findings});
            output.line(&line, || words(&diagnosed.case, found));
        }
        Err(why) => {
            output.line(&json!({"case": diagnosed.case, "findings": [], "unread": why}), || {
                format!("{}: not read", diagnosed.case)
            });
            output.say(&format!("{}: {why}", diagnosed.case));
        }
    }
}

fn words(case: &str, Found { findings, has_failed }: &Found) -> String {
    let mut text = format!("{case}: ");
    if findings.is_empty() {
        text.push_str(if *has_failed {
            "it failed, and the cause is not known"
        } else {
            "nothing wrong is known of it"
        });
    }
    for (place, finding) in findings.iter().enumerate() {
        let lead = if place == 0 { "" } else { "\n  also: " };
        text.push_str(&format!(
            "{lead}{} ({}, {})",
            finding.title,
            finding.confidence.label().to_lowercase(),
            finding.id
        ));
        if place == 0 {
            text.push_str(&format!("\n  {}\n  Acts first: {}", finding.cause, finding.owner.label()));
            let steps = finding.fix_customer.iter().map(|step| ("Customer", step));
            for (who, step) in steps.chain(finding.fix_support.iter().map(|step| ("Support", step))) {
                text.push_str(&format!("\n  {who}: {step}"));
            }
        }
    }
    text
}
