//! Every pattern of the catalogue against cases written from its sources: two or more that show it, and one that nearly does.
//! A file of `tests/data/diagnosis` holds cases one a line: `{"case", "expect", "within", "absent", "healthy", "input"}`.

use std::{collections::BTreeMap, fs, path::Path};

use jiff::Timestamp;
use scim_console::{
    diagnosis::{CATALOGUE, Case, Finding, Scheme, diagnose},
    domain::problem::Severity,
    sources,
};
use serde::Deserialize;
use serde_json::Value;

/// One case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixture {
    /// `op-casing/entra-add`: the pattern and what is special about it.
    case: String,
    /// The pattern that has to come first; none in a near miss.
    #[serde(default)]
    expect: Option<String>,
    /// Where another may rightly stand before it.
    #[serde(default)]
    within: Option<usize>,
    /// Patterns that must not be said to explain it: a near miss.
    #[serde(default)]
    absent: Vec<String>,
    /// Nothing above info may be found.
    #[serde(default)]
    healthy: bool,
    /// An exchange, or a record of Entra or Okta.
    input: Value,
}

fn fixtures() -> Vec<Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/diagnosis");
    let folder = std::env::var_os("DIAGNOSIS_FIXTURES").map_or(folder, Into::into);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut all = Vec::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|kind| kind == "jsonl")) {
        for (number, line) in fs::read_to_string(file).unwrap().lines().enumerate().filter(|(_, line)| !line.is_empty())
        {
            let fixture = serde_json::from_str(line);
            all.push(fixture.unwrap_or_else(|error| panic!("{}:{}: {error}", file.display(), number + 1)));
        }
    }
    all
}

fn findings(input: &Value) -> Vec<Finding> {
    let now: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    let import = sources::paste(&input.to_string(), now);
    let record = import.records.first().unwrap_or_else(|| panic!("nothing is read from {input}"));
    diagnose(&Case { record, scheme: Scheme::of_exchange(input) })
}

#[test]
fn every_case_gets_its_cause() {
    let mut wrong = Vec::new();
    for fixture in fixtures() {
        let found = findings(&fixture.input);
        let told: Vec<String> = found.iter().map(|f| format!("{} {:?} {:?}", f.id, f.severity, f.confidence)).collect();
        let above_info = |finding: &&Finding| finding.severity > Severity::Info;
        if let Some(expected) = &fixture.expect {
            let within = fixture.within.unwrap_or(1);
            if !found.iter().take(within).any(|finding| finding.id == *expected) {
                wrong.push(format!("{}: wanted {expected} within {within}, got {told:?}", fixture.case));
            }
        }
        for absent in &fixture.absent {
            if found.iter().filter(above_info).any(|finding| finding.id == *absent) {
                wrong.push(format!("{}: {absent} is said, among {told:?}", fixture.case));
            }
        }
        if fixture.healthy && found.iter().any(|finding| above_info(&finding)) {
            wrong.push(format!("{}: is healthy, got {told:?}", fixture.case));
        }
        for finding in &found {
            let texts =
                [&finding.title, &finding.cause].into_iter().chain(&finding.fix_customer).chain(&finding.fix_support);
            for text in texts.filter(|text| text.contains(['{', '}'])) {
                wrong.push(format!("{}: {}: a place is left open in: {text}", fixture.case, finding.id));
            }
            if finding.evidence.is_empty() {
                wrong.push(format!("{}: {} quotes no evidence", fixture.case, finding.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_pattern_that_one_exchange_shows_has_cases() {
    let mut shown = BTreeMap::<String, usize>::new();
    let mut near = BTreeMap::<String, usize>::new();
    for fixture in fixtures() {
        if let Some(expected) = fixture.expect {
            *shown.entry(expected).or_default() += 1;
        }
        for absent in fixture.absent {
            *near.entry(absent).or_default() += 1;
        }
    }
    for id in shown.keys().chain(near.keys()) {
        assert!(CATALOGUE.contains_key(id), "{id} is not in the catalogue");
    }
    let few: Vec<&String> = shown.keys().filter(|id| shown[*id] < 2 || !near.contains_key(*id)).collect();
    assert!(few.is_empty(), "these have fewer than two cases, or no near miss: {few:?}");
}
