//! Every pattern of the catalogue against cases written from its sources: two or more that show it, and one that nearly does.
//! A file of `tests/data/diagnosis` holds cases one a line: `{"case", "expect", "within", "absent", "healthy", "input"}`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop where its ground is missing"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::LazyLock,
};

use jiff::Timestamp;
use proptest::prelude::*;
use scim_console::{
    diagnosis::{
        CATALOGUE, Case, EXAMPLES, EvidenceFile, Example, Finding, KnownErrors, Owner, Scheme, Tally, diagnose,
        diagnose_log, example, with_order,
    },
    domain::{
        exchange::Operation,
        journal::Record,
        mapping::{MappingDraft, MappingRow},
        problem::{Problem, Severity},
        redaction::Redactor,
    },
    sources,
};
use serde::Deserialize;
use serde_json::{Value, json};

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
    /// What tells it is in the letters of a person's values, which redaction takes away.
    #[serde(default)]
    in_letters: bool,
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

fn record(input: &Value) -> Record {
    let now: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    let mut import = sources::paste(&input.to_string(), now);
    assert!(!import.records.is_empty(), "nothing is read from {input}");
    import.records.swap_remove(0)
}

fn findings(input: &Value) -> Vec<Finding> {
    diagnose(&Case { record: &record(input), scheme: Scheme::of_exchange(input) })
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
            // A character that is not seen is written out: `\u{200b}`.
            for text in texts.filter(|text| text.replace("\\u{", "").contains('{')) {
                wrong.push(format!("{}: {}: a place is left open in: {text}", fixture.case, finding.id));
            }
            if finding.evidence.is_empty() {
                wrong.push(format!("{}: {} quotes no evidence", fixture.case, finding.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Cases of testers who had seen neither the rules nor the cases above (docs/DIAGNOSIS.md); without `expect`, all is well.
#[derive(Debug, Deserialize)]
struct HeldOut {
    case: String,
    expect: Option<String>,
    input: Value,
}

#[test]
fn cases_of_others_keep_their_causes() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/held_out.jsonl");
    let (mut failing, mut first, mut among_three, mut healthy) = (0, 0, 0, 0);
    for line in fs::read_to_string(file).unwrap().lines() {
        let HeldOut { case, expect, input } = serde_json::from_str(line).unwrap();
        let found = findings(&input);
        match expect {
            Some(id) => {
                failing += 1;
                first += usize::from(found.first().is_some_and(|finding| finding.id == id));
                among_three += usize::from(found.iter().take(3).any(|finding| finding.id == id));
            }
            None => {
                healthy += 1;
                assert!(found.iter().all(|finding| finding.severity < Severity::Error), "{case}: {found:?}");
            }
        }
    }
    assert!(failing > 600 && healthy > 180, "{failing} {healthy}");
    assert!(first * 100 >= failing * 98, "first in {first} of {failing}");
    assert!(among_three * 100 >= failing * 99, "among three in {among_three} of {failing}");
}

/// Every failing case, the testers' in the order in which they came.
fn errors() -> Vec<(Record, Option<String>)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/held_out.jsonl");
    let text = fs::read_to_string(file).unwrap();
    let held_out = text.lines().map(|line| serde_json::from_str::<HeldOut>(line).unwrap());
    let all =
        fixtures().into_iter().map(|one| (one.input, one.expect)).chain(held_out.map(|one| (one.input, one.expect)));
    all.map(|(input, expect)| (record(&input), expect)).collect()
}

fn counted(errors: &[&(Record, Option<String>)]) -> String {
    KnownErrors::count(errors.iter().map(|(record, cause)| (Case::of(record), cause.clone())))
}

#[test]
fn the_errors_that_others_are_compared_with_are_those_of_the_cases() {
    let errors = errors();
    let text = counted(&errors.iter().collect::<Vec<_>>());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/diagnoses/resemblance.tsv");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, text).unwrap();
    } else {
        let is_old = fs::read_to_string(&path).unwrap() != text;
        assert!(!is_old, "the cases have changed: UPDATE_DOCS=1 cargo test --test diagnosis");
    }
}

/// Each tenth of the cases is compared with the others: mostly one tester's with those of all others.
#[test]
fn what_is_said_of_errors_by_their_likeness_alone_is_mostly_right() {
    let errors = errors();
    let tenth = errors.len().div_ceil(10);
    let (mut said, mut right) = (0, 0);
    for start in (0..errors.len()).step_by(tenth) {
        let end = errors.len().min(start + tenth);
        let text = counted(&errors[..start].iter().chain(&errors[end..]).collect::<Vec<_>>());
        let known = KnownErrors::read(&text).unwrap();
        for (record, cause) in &errors[start..end] {
            let like = known.cause(&Case::of(record));
            said += usize::from(like.is_some());
            right += usize::from(like.is_some() && like == cause.as_deref());
        }
    }
    assert!(said > 1_000 && right * 100 >= said * 80, "{said} said, {right} of them rightly");
}

/// A short log, and the patterns that only its order shows (`tests/data/sequences.jsonl`).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ShortLog {
    case: String,
    /// What has to be found above info; where it is empty, nothing may be.
    expect: Vec<String>,
    absent: Vec<String>,
    /// How many requests the first of them explains, where it matters.
    requests: Option<u64>,
    log: Vec<Line>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    at: Timestamp,
    /// Method and path, or `OKTA` and the kind of an event of its log.
    r#do: String,
    status: u16,
    user: Option<String>,
    id: Option<String>,
    #[serde(default)]
    send: Value,
    #[serde(default)]
    answer: Value,
    landing: Option<Value>,
    /// Who sent it; Entra where nothing is said.
    client: Option<String>,
    /// Whether the log holds the line alone.
    #[serde(default)]
    blind: bool,
}

impl Line {
    fn record(&self, number: usize) -> Record {
        let (method, path) = self.r#do.split_once(' ').unwrap();
        let outcome = if self.status < 400 { "success" } else { "failure" };
        if method == "OKTA" {
            return record(&json!({
                "uuid": number.to_string(), "published": self.at, "eventType": path, "outcome": {"result": outcome},
                "target": [{"type": "User", "id": "00u9", "alternateId": self.user}],
            }));
        }
        let exchange = json!({"request": {"method": method, "url": path, "headers": {}, "body": self.send},
            "response": {"status": self.status, "headers": {}, "body": self.answer}, "error": null, "at": null,
            "duration_ms": 5});
        serde_json::from_value(json!({
            "source": "tenant",
            "summary": {"id": number.to_string(), "at": self.at, "method": method, "path": path, "status": self.status,
                "outcome": outcome, "operation": Operation::of(method, path, &self.send), "user": self.user,
                "resourceId": self.id, "scimType": self.answer.get("scimType"), "detail": null, "durationMs": 5,
                "client": self.client.as_deref().unwrap_or("Entra")},
            "exchange": (!self.blind).then_some(exchange),
            "landing": self.landing, "event": null,
        }))
        .unwrap()
    }
}

#[test]
fn the_order_of_requests_shows_its_causes() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sequences.jsonl");
    let mut wrong = Vec::new();
    let mut cases = BTreeMap::<String, usize>::new();
    for line in fs::read_to_string(file).unwrap().lines() {
        let ShortLog { case, expect, absent, requests, log } = serde_json::from_str(line).unwrap();
        let records: Vec<Record> = log.iter().enumerate().map(|(number, line)| line.record(number)).collect();
        *cases.entry(case.split('/').next().unwrap().to_owned()).or_default() += usize::from(!expect.is_empty());
        let mut found = diagnose_log(&records);
        found.retain(|finding| finding.severity > Severity::Info);
        let told: Vec<&str> = found.iter().map(|finding| finding.id.as_str()).collect();
        let is_right = expect.iter().all(|id| told.contains(&id.as_str()))
            && !absent.iter().any(|id| told.contains(&id.as_str()))
            && (!expect.is_empty() || !absent.is_empty() || told.is_empty());
        // The whole journal is told the same, request by request.
        let mut tally = Tally::default();
        let mut so_far = BTreeSet::new();
        for (key, record) in (0..).zip(&records) {
            tally.take(key, record);
            so_far.extend(tally.so_far().causes.into_iter().map(|cause| cause.id));
        }
        let counted = tally.causes();
        if let Some(id) = so_far.iter().find(|id| counted.of(id).is_none()) {
            wrong.push(format!("{case}: {id} was told on the way and taken back"));
        }
        // Nothing but a short log as a whole shows that nobody is ever created.
        let by_line = |id: &&String| *id != "provisioning-feature-not-enabled";
        let is_counted = expect.iter().filter(by_line).all(|id| counted.of(id).is_some())
            && !absent.iter().any(|id| counted.of(id).is_some());
        let of_the_first = expect.first().and_then(|id| counted.of(id)).map(|cause| cause.requests);
        if !is_right || !is_counted || requests.is_some_and(|requests| Some(requests) != of_the_first) {
            wrong.push(format!("{case}: wanted {expect:?} without {absent:?}, got {told:?}, counted {counted:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    let few: Vec<_> =
        cases.iter().filter(|(id, shown)| **shown < 2 && *id != "provisioning-feature-not-enabled").collect();
    assert!(few.is_empty() && cases.len() >= 14, "shown fewer than twice: {few:?} of {cases:?}");
}

#[test]
fn a_wrong_answer_is_the_services_to_mend() {
    let input = json!({
        "request": {"method": "GET", "url": "https://t.example/scim/v2/Users/7", "headers": {}, "body": null},
        "response": {"status": 200, "headers": {}, "body": {"schemas": [], "id": 7, "userName": "ann@acme.example"}},
    });
    let found = findings(&input).into_iter().find(|found| found.id == "type-mismatch-number-string").unwrap();
    assert_eq!((found.owner, found.fix_customer.len()), (Owner::ServiceProvider, 0));
}

#[test]
fn what_landed_goes_with_the_evidence_and_is_read_from_it() {
    let department = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";
    let original = record(&json!({
        "request": {"method": "PATCH", "url": "https://t.example/scim/v2/Users/7", "headers": {}, "body": {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": department, "value": "Wards"}],
        }},
        "response": {"status": 204, "headers": {}, "body": null},
        "mapping": {"landed": [], "dropped": [
            {"attribute": department, "value": "Wards", "reason": "No mapping."},
            {"attribute": "password", "value": "hunter2", "reason": "Bearer abcdefghijklmnopqrstuvwx"},
        ]},
    }));
    let mut file = EvidenceFile::new("Acme", "", "2026-11-20T12:00:00Z".parse().unwrap(), true);
    file.take(&original, &[]);
    let lines = file.json_lines();
    assert!(!lines.contains("hunter2") && !lines.contains("abcdefghij"), "{lines}");
    let again = record(&serde_json::from_str(&lines).unwrap());
    let said = |record: &Record| diagnose(&Case::of(record)).into_iter().map(|found| found.id).collect::<Vec<_>>();
    assert_eq!(said(&original), ["mapping-absent-silently-dropped"]);
    assert_eq!(said(&again), said(&original));
}

#[test]
fn the_diagnosis_of_redacted_evidence_is_that_of_the_original() {
    let said = |record: &Record, input: &Value| -> Vec<String> {
        let found = diagnose(&Case { record, scheme: Scheme::of_exchange(input) });
        found.iter().map(|f| format!("{} {:?} {:?}", f.id, f.severity, f.confidence)).collect()
    };
    let mut wrong = Vec::new();
    for fixture in fixtures().into_iter().filter(|fixture| !fixture.in_letters) {
        let original = record(&fixture.input);
        let redacted = Redactor::new().record(&original);
        let (before, after) = (said(&original, &fixture.input), said(&redacted, &fixture.input));
        if before != after {
            wrong.push(format!("{}: {before:?} became {after:?}", fixture.case));
        }
    }
    assert!(wrong.is_empty(), "{} changed:\n{}", wrong.len(), wrong.join("\n"));
}

/// What is said over all cases, as the table of docs/DIAGNOSIS.md; `UPDATE_DOCS=1` writes it anew.
#[test]
fn the_table_in_the_docs_is_what_is_said() {
    #[derive(Default)]
    struct Line {
        cases: usize,
        first: usize,
        within_three: usize,
        mistaken: BTreeMap<String, usize>,
    }
    let mut lines = BTreeMap::<String, Line>::new();
    let (mut healthy, mut alarmed) = (0, 0);
    for fixture in fixtures() {
        let found = findings(&fixture.input);
        if fixture.healthy {
            healthy += 1;
            alarmed += usize::from(found.iter().any(|finding| finding.severity > Severity::Info));
        }
        let Some(expected) = fixture.expect else { continue };
        let line = lines.entry(expected.clone()).or_default();
        line.cases += 1;
        line.first += usize::from(found.first().is_some_and(|first| first.id == expected));
        line.within_three += usize::from(found.iter().take(3).any(|finding| finding.id == expected));
        if let Some(first) = found.first().filter(|first| first.id != expected) {
            *line.mistaken.entry(first.id.clone()).or_default() += 1;
        }
    }
    let mut table = String::from("| pattern | cases | first | among three | else first |\n|---|---|---|---|---|\n");
    for (id, line) in &lines {
        let mistaken: Vec<String> = line.mistaken.iter().map(|(id, count)| format!("{id} {count}")).collect();
        let (cases, first, three) = (line.cases, line.first, line.within_three);
        table.push_str(&format!("| {id} | {cases} | {first} | {three} | {} |\n", mistaken.join(", ")));
    }
    let sum = |of: fn(&Line) -> usize| lines.values().map(of).sum::<usize>();
    let (cases, first, three) = (sum(|l| l.cases), sum(|l| l.first), sum(|l| l.within_three));
    table.push_str(&format!(
        "\n{} patterns, {cases} cases: {first} first, {three} among the first three. {healthy} healthy cases, {alarmed} with a \
         finding above info.\n",
        lines.len()
    ));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/DIAGNOSIS.md");
    let page = fs::read_to_string(&path).unwrap();
    const MARK: &str = "<!-- table -->\n";
    let (before, _) = page.split_once(MARK).expect("the page has a place for the table");
    let wanted = format!("{before}{MARK}{table}");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, wanted).unwrap();
    } else {
        assert!(page == wanted, "the table is old: UPDATE_DOCS=1 cargo test --test diagnosis");
    }
}

/// Puts something else at a random place of a document.
fn changed(value: &mut Value, at: &mut usize, new: &Value) {
    if *at == 0 {
        *value = new.clone();
    }
    *at = at.wrapping_sub(1);
    match value {
        Value::Object(object) => object.values_mut().for_each(|value| changed(value, at, new)),
        Value::Array(items) => items.iter_mut().for_each(|value| changed(value, at, new)),
        _ => {}
    }
}

fn anything() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,24}".prop_map(Value::from),
        "(Replace|add|urn:ietf:params:scim:schemas:core:2.0:User:|members\\[value eq |\"|/|%|\\{\\|\\}){1,12}"
            .prop_map(Value::from),
        ".{0,4}".prop_map(|text| Value::from(text.repeat(40_000))),
        Just(json!([[[[{"op": {"path": []}}]]]])),
        Just(json!({"schemas": "x", "Operations": {}, "Resources": [null, 1, {}], "emails": [{"value": null}]})),
    ]
}

proptest::proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_document_breaks_it(case in any::<prop::sample::Index>(), changes in prop::collection::vec((0_usize..60, anything()), 1..4)) {
        static ALL: LazyLock<Vec<Fixture>> = LazyLock::new(fixtures);
        let all = &*ALL;
        let mut input = all[case.index(all.len())].input.clone();
        for (mut at, new) in changes {
            changed(&mut input, &mut at, &new);
        }
        let now: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
        for record in sources::paste(&input.to_string(), now).records {
            let case = Case { record: &record, scheme: Scheme::of_exchange(&input) };
            let found = diagnose(&case);
            prop_assert!(found.len() <= 12);
            for finding in &found {
                prop_assert!((1..=6).contains(&finding.evidence.len()), "{finding:?}");
            }
            prop_assert_eq!(&found, &diagnose(&case));
        }
    }
}

/// What is said of the one of several requests which a page opens: the first or the last, as they are written down.
fn in_order(input: &Value, now: Timestamp, opens_first: bool) -> Vec<Finding> {
    let mut records = sources::paste(&input.to_string(), now).records;
    let opened = if opens_first { records.first() } else { records.last() }.unwrap().summary.id.clone();
    records.sort_by_key(|record| record.summary.at);
    let shows = records.iter().position(|record| record.summary.id == opened).unwrap();
    let mut tally = Tally::default();
    (0..).zip(&records).for_each(|(key, record)| tally.take(key, record));
    let (causes, last) = (tally.causes(), records.last().unwrap());
    assert!(records.iter().all(|record| record.summary.at <= last.summary.at && last.summary.at == now));
    let about =
        |id: &str| causes.in_order.iter().any(|shown| shown.id == id && shown.attribute.as_deref() == Some("title"));
    assert!(!input.to_string().contains("Matron") || about("source-drift-manual-edit"), "{:?}", causes.in_order);
    let record = &records[shows];
    with_order(diagnose(&Case::of(record)), record, causes.in_order_of(shows as i64))
}

/// What the mapping form says of the rows of a page.
const ROW_PROBLEMS: [(&str, &str); 4] = [
    ("custom-field-ref-not-lowercase", "field-not-lowercase"),
    ("duplicate-target-mapping", "duplicate-field"),
    ("shortname-collision-across-namespaces", "short-name-collision"),
    ("unsupported-complex-custom", "multi-valued-attribute"),
];

#[test]
fn the_example_of_each_page_gets_the_cause_of_the_page() {
    let now: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    for id in EXAMPLES.keys() {
        assert!(CATALOGUE.contains_key(id));
        let example = example(id, now, "0f0c5e6a-8a4e-4b1e-9a54-000000000001").unwrap();
        let found = match example {
            Example::Input(Value::Array(requests)) => in_order(&json!(requests), now, false),
            Example::Input(input) => findings(&input),
            Example::First(requests) => in_order(&json!(requests), now, true),
            // Coverage shows it, of rows that the form has nothing against.
            Example::Unsent(rows) => {
                let problems = MappingDraft { rows }.check(None);
                assert!(problems.iter().all(|problem| problem.severity < Severity::Error), "{id}: {problems:?}");
                continue;
            }
            Example::Rows(rows) => {
                // As they stand below those of the practice tenant.
                let of = |name: &str| format!("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:{name}");
                let known = |name: &str| MappingRow { attribute: of(name), field: name.to_lowercase() };
                let known = ["employeeNumber", "department", "division"].map(known);
                let problems = MappingDraft { rows: [&known, &*rows].concat() }.check(None);
                let told = |problem: &Problem| ROW_PROBLEMS.contains(&(id.as_str(), problem.code.as_ref()));
                assert!(problems.iter().any(told), "{id}: {problems:?}");
                continue;
            }
        };
        let among = found.iter().take(3).any(|finding| finding.id == *id);
        assert!(among, "{id}: {:?}", found.iter().map(|finding| &finding.id).collect::<Vec<_>>());
    }
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

/// An answer as the directories tell it, which leave the request out: Entra quotes it whole, Okta its words.
fn retold(input: &Value) -> Option<[Value; 3]> {
    let (request, response) = (&input["request"], input.get("response")?);
    let status = response["status"].as_u64().filter(|status| *status >= 400)?;
    let words = ["detail", "message", "error_description", "error", "title"]
        .iter()
        .find_map(|name| response["body"].get(name).and_then(Value::as_str))
        .or_else(|| response["body"].as_str())?;
    let (is_group, method) = (request["url"].as_str()?.contains("/Groups"), request["method"].as_str()?);
    let phrase = reqwest::StatusCode::from_u16(u16::try_from(status).ok()?).ok()?.canonical_reason()?;
    let action = match method {
        "POST" => "create",
        "PATCH" | "PUT" => "update",
        "DELETE" => "delete",
        _ => "other",
    };
    let entra = json!({"id": "e", "activityDateTime": "2026-08-18T06:51:34Z", "changeId": "c", "provisioningAction": action,
        "sourceIdentity": {"id": "f", "displayName": "Orla", "identityType": if is_group { "Group" } else { "User" }, "details": {}},
        "provisioningStatusInfo": {"status": "failure", "errorInformation": {
            "errorCode": "SystemForCrossDomainIdentityManagementServiceIncompatible",
            "reason": format!("StatusCode: {} Message: Processing of the HTTP request resulted in an exception. Web Response: {}. \
                               This operation was retried 0 times.", phrase.replace(' ', ""), response["body"])}}});
    let kind = match (is_group, method) {
        (true, "PATCH") => "group_push.push_memberships",
        (true, _) => "group_push.pushed",
        (_, "POST") => "user.push",
        (_, "PATCH" | "PUT") => "user.push_profile",
        (_, "DELETE") => "user.deactivate",
        _ => "user.verify_exists",
    };
    let okta = json!({"uuid": "aaa5a3a6-240c-4304-ab71-a5797b520241", "published": "2026-09-26T16:26:21.317Z", "severity": "ERROR",
        "eventType": format!("application.provision.{kind}"),
        "outcome": {"result": "FAILURE", "reason": format!("{phrase}. Errors reported by remote server: {words}")},
        "target": [{"id": "0ua1", "type": "AppUser", "alternateId": "ann@acme.example", "displayName": "Ann Ek"}]});
    let mut alone = input.clone();
    alone["request"] = Value::Null;
    Some([alone, entra, okta])
}

#[test]
fn an_error_keeps_its_cause_where_only_the_answer_or_a_directory_tells_it() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/held_out.jsonl");
    let (mut all, mut first, mut silent) = (0, [0; 3], [0; 3]);
    for line in fs::read_to_string(file).unwrap().lines() {
        let HeldOut { expect, input, .. } = serde_json::from_str(line).unwrap();
        let (Some(expected), Some(told)) = (expect, retold(&input)) else { continue };
        all += 1;
        for (at, told) in told.iter().enumerate() {
            let found = findings(told);
            first[at] += usize::from(found.first().is_some_and(|finding| finding.id == expected));
            silent[at] += usize::from(found.is_empty());
        }
    }
    // What only the request shows is not in the answer: of the rest, nearly all is told.
    assert!(all > 900, "{all}");
    assert!(first.into_iter().zip([68, 67, 65]).all(|(first, least)| first * 100 >= all * least), "{first:?} of {all}");
    assert!(silent.into_iter().all(|silent| silent * 100 <= all * 8), "{silent:?} of {all} have no cause at all");
}
