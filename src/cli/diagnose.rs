//! `diagnose`: what went wrong in each request of a file, who acts, and what to do. It opens no journal and sends nothing.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Ending, output::Output, read_file};
use crate::{
    diagnosis::{Case, Finding, Scheme, Tally, diagnose, diagnose_log, with_order},
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
        self.has_failed && self.findings.first().is_none_or(|finding| finding.severity > Severity::Info)
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

/// Whether a file has a JSON object, or a short log as a list, on each line: its first one is. One list alone is a log.
fn is_lines(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next().and_then(|line| serde_json::from_str::<Value>(line).ok());
    first.is_some_and(|first| first.is_object() || first.is_array() && lines.next().is_some())
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
    let list = wrapped(&["exchanges", "log", "requests", "records", "events", "input"], Value::is_array);
    let list = list.or_else(|| line.is_array().then_some(&line));
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
    each(&import.records, scheme)
        .zip(1..)
        .map(|(found, place)| Diagnosed { case: named(place), findings: Ok(found) })
        .collect()
}

/// What each request shows by itself, and by its place among the others.
fn each(records: &[Record], scheme: Option<Scheme>) -> impl Iterator<Item = Found> {
    let mut in_time: Vec<(i64, &Record)> = (0..).zip(records).collect();
    in_time.sort_by_key(|(_, record)| record.summary.at);
    let mut tally = Tally::default();
    in_time.into_iter().for_each(|(key, record)| tally.take(key, record));
    let causes = tally.causes();
    (0..).zip(records).map(move |(key, record)| {
        let mut found = Found::of(&Case { record, scheme });
        found.findings = with_order(found.findings, record, causes.in_order_of(key));
        found
    })
}

/// A text that is no JSON lines: a recording, an error message, a table.
fn pasted(text: &str, now: Timestamp) -> Vec<Diagnosed> {
    let import = sources::paste(text, now);
    let named = |(found, number): (Found, usize)| Diagnosed { case: number.to_string(), findings: Ok(found) };
    let read = each(&import.records, None).zip(1..).map(named);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(method: &str, path: &str, status: u16, sent: Value, answered: Value, at: &str) -> Value {
        json!({"request": {"method": method, "url": format!("https://t.example/scim/v2{path}"), "headers": {}, "body": sent},
            "response": {"status": status, "headers": {}, "body": answered}, "at": at})
    }

    fn ids(all: &[Diagnosed]) -> Vec<Vec<String>> {
        let of =
            |one: &Diagnosed| one.findings.as_ref().unwrap().findings.iter().map(|found| found.id.clone()).collect();
        all.iter().map(of).collect()
    }

    #[test]
    fn a_list_is_a_log_whose_order_counts_however_it_comes() {
        let now = "2026-11-20T09:00:00Z".parse().unwrap();
        let person = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ann@acme.example"});
        let found = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 0, "Resources": []});
        let refused = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "409", "scimType": "uniqueness",
            "detail": "userName is taken"});
        let looked = "/Users?filter=userName%20eq%20%22ann@acme.example%22";
        let log = json!([
            exchange("GET", looked, 200, Value::Null, found, "2026-11-18T09:00:00Z"),
            exchange("POST", "/Users", 409, person, refused, "2026-11-18T09:00:01Z"),
        ]);
        let expected = "filter-case-sensitivity".to_owned();
        for line in [log.to_string(), json!({"case": "x", "log": log}).to_string(), json!({"input": log}).to_string()] {
            assert_eq!(ids(&one(&line, 1, now))[0][0], expected, "{line}");
        }
        let each = ids(&pasted(&log.to_string(), now));
        assert_eq!((each.len(), &each[1][0]), (2, &expected));
        let lines = format!("{log}\n{log}\n");
        assert!(is_lines(&lines) && !is_lines(&log.to_string()) && is_lines("{}") && !is_lines("no JSON"));
    }

    #[test]
    fn an_error_is_diagnosed_without_the_request_that_it_is_of() {
        let now = Timestamp::UNIX_EPOCH;
        let error = "A user with this email already exists";
        let expected = vec![vec!["conflict-existing-user".to_owned()]];
        assert_eq!(ids(&pasted(error, now)), expected);
        for error in [json!(error), json!({"message": error})] {
            let line = json!({"request": null, "response": null, "error": error}).to_string();
            assert_eq!(ids(&one(&line, 1, now)), expected);
        }
    }
}
