//! Every format by its fixtures (`tests/data/sources`, written from `idp-facts.md`; every person in them is made up), and
//! what holds for all of them.

mod archives;
mod tables;

use std::{collections::HashSet, io::Write as _};

use flate2::{Compression, write::GzEncoder};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::json;

use super::{Bytes, ColumnMatch, Counts, Format, Import, Input, Reading, paste, read_all, recognise};
use crate::domain::{exchange::Outcome, journal::Record};

pub(super) fn now() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

pub(super) fn of_bytes(bytes: &[u8]) -> Import {
    let mut records = Vec::new();
    let how = Reading::at(now());
    let mut counts = read_all(&[&Bytes(bytes) as &dyn Input], &how, &mut |record| records.push(record));
    Import { counts: counts.remove(0), records }
}

const FOLDER: &str = "tests/data/sources/";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{FOLDER}{name}")).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Every format with a fixture or more, and how many records each has; sides of a table have none.
const FIXTURES: [(&str, Format, u64); 23] = [
    ("entra-on-demand.json", Format::EntraOnDemand, 1),
    ("entra-on-demand-bare.json", Format::EntraOnDemand, 1),
    ("entra-portal-log.csv", Format::EntraTable, 3),
    ("entra-portal-steps.csv", Format::EntraSteps, 0),
    ("entra-portal-properties.csv", Format::EntraProperties, 0),
    ("entra-graph-log.csv", Format::EntraTable, 3),
    ("entra-graph-steps.csv", Format::EntraSteps, 0),
    ("entra-graph-properties.csv", Format::EntraProperties, 0),
    ("entra-error.txt", Format::EntraText, 1),
    ("log-analytics.csv", Format::EntraTable, 2),
    ("log-analytics-query.json", Format::Entra, 2),
    ("okta.json", Format::Okta, 4),
    ("okta.jsonl", Format::Okta, 4),
    ("okta.csv", Format::OktaTable, 4),
    ("okta-error.txt", Format::OktaText, 1),
    ("browser.har", Format::Har, 4),
    ("exchanges.jsonl", Format::Exchange, 3),
    ("curl.txt", Format::Curl, 2),
    ("curl-cmd.txt", Format::Curl, 1),
    ("http.txt", Format::Http, 2),
    ("http-verbose.txt", Format::Http, 1),
    ("scim-error.txt", Format::Scim, 1),
    ("plain-error.txt", Format::Plain, 1),
];

fn or(text: &Option<String>) -> &str {
    text.as_deref().unwrap_or("-")
}

/// What the list shows of a record.
fn line(record: &Record) -> String {
    let s = &record.summary;
    let status = s.status.map_or_else(|| "-".to_owned(), |status| status.to_string());
    let told = [s.operation.key(), s.outcome.key(), &status, or(&s.user), or(&s.resource_id), or(&s.scim_type)];
    let how = format!("{} {}", s.method, s.path);
    let at = if s.at == now() { "now".to_owned() } else { s.at.to_string() };
    format!(
        "{} {at} {}{}",
        record.source.key(),
        told.join(" "),
        if how == " " { String::new() } else { format!(" | {how}") }
    )
}

fn lines(name: &str) -> Vec<String> {
    let import = of_bytes(&fixture(name));
    assert_eq!(import.counts.listed, [], "{name}");
    import.records.iter().map(line).collect()
}

/// Reads several inputs as one.
fn together(inputs: &[&[u8]]) -> (Vec<Counts>, Vec<Record>) {
    let bytes: Vec<Bytes<'_>> = inputs.iter().map(|input| Bytes(input)).collect();
    let inputs: Vec<&dyn Input> = bytes.iter().map(|input| input as &dyn Input).collect();
    let mut records = Vec::new();
    let how = Reading::at(now());
    let counts = read_all(&inputs, &how, &mut |record| records.push(record));
    (counts, records)
}

#[test]
fn a_command_is_one_whatever_its_body_looks_like() {
    let text = "curl https://x/Users -d 'a;b\nc;d\n;e'";
    assert_eq!(recognise(text.as_bytes()), Some(Format::Curl));
    assert_eq!(paste(text, Timestamp::UNIX_EPOCH).counts.read, 1);
}

#[test]
fn an_error_is_what_a_value_says_and_not_what_it_is_called() {
    let code = "SystemForCrossDomainIdentityManagementBadResponse";
    let counts = format!(r#"{{"failures_by_code": {{"TooManyRequests": 3, "{code}": 4}}}}"#);
    assert_eq!(recognise(counts.as_bytes()), None);
    let error = format!(r#"{{"errors": [{{"code": "{code}", "times": 4}}]}}"#);
    assert_eq!(recognise(error.as_bytes()), Some(Format::EntraText));
    let beginning = format!(r#"{{"errors": [{{"code": "{code}", "#);
    assert_eq!(recognise(beginning.as_bytes()), Some(Format::EntraText), "copied in part");
}

#[test]
fn every_fixture_is_recognised_by_its_content() {
    for (name, format, records) in FIXTURES {
        let import = of_bytes(&fixture(name));
        assert_eq!(import.counts.formats, [format], "{name}: {:?}", import.counts);
        assert_eq!(
            (import.counts.read, import.records.len() as u64),
            (records, records),
            "{name}: {:?}",
            import.counts
        );
        assert!(!format.label().is_empty());
    }
    let patch = of_bytes(&fixture("scim-patch.json"));
    assert_eq!((patch.counts.formats.as_slice(), patch.records.len()), ([Format::Scim].as_slice(), 1));
}

#[test]
fn every_fixture_is_imported_once_and_holds_no_secret() {
    for (name, ..) in FIXTURES {
        let (first, again) = (of_bytes(&fixture(name)), of_bytes(&fixture(name)));
        let ids = |import: &Import| import.records.iter().map(|r| r.summary.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&first), ids(&again), "{name}");
        let unique: HashSet<_> = ids(&first).into_iter().collect();
        assert_eq!(unique.len(), first.records.len(), "{name}");
        let text = serde_json::to_string(&first.records).unwrap();
        assert!(!text.contains("s3cret"), "{name}: {text}");
    }
}

#[test]
fn provision_on_demand_says_what_was_sent() {
    assert_eq!(
        lines("entra-on-demand.json"),
        ["entra 2026-11-18T09:00:00.5Z create failure 409 jane.doe@contoso.com - \
             SystemForCrossDomainIdentityManagementServiceIncompatible"]
    );
    let import = of_bytes(&fixture("entra-on-demand.json"));
    assert_eq!(import.records[0].summary.duration_ms, Some(1_500));
    let response = import.records[0].exchange.as_ref().unwrap().response.as_ref().unwrap();
    assert_eq!(response.body["scimType"], "uniqueness");
    assert_eq!(
        lines("entra-on-demand-bare.json"),
        ["entra 2026-11-18T09:05:00Z other skipped - Ana Silva - RedundantExport"]
    );
}

/// `learn.microsoft.com`, provisionOnDemand: an object of a list says how it went by its own status.
#[test]
fn of_a_list_provisioned_on_demand_each_outcome_is_told() {
    for (status, outcome) in
        [("Success", Outcome::Success), ("Skipped", Outcome::Skipped), ("Failure", Outcome::Failure)]
    {
        let objects = json!([{"provisioningSteps": [], "status": status}]).to_string();
        let answer = json!({"key": "Microsoft.Identity.Health.CPP.Common.DataContracts.SyncFabric.StatusInfo", "value": objects});
        let import = of_bytes(answer.to_string().as_bytes());
        assert_eq!(import.records[0].summary.outcome, outcome, "{status}");
    }
}

#[test]
fn log_analytics_is_read_as_rows_of_either_kind() {
    assert_eq!(
        lines("log-analytics.csv"),
        [
            "entra 2026-11-16T10:00:00Z update failure 500 Jane Doe t-1 InternalServerError",
            "entra 2026-11-16T13:00:00Z create success - Bo Ek t-2 -",
        ]
    );
    assert_eq!(
        lines("log-analytics-query.json"),
        [
            "entra 2026-11-16T10:00:00Z create failure - Jane Doe - InternalServerError",
            "entra 2026-11-16T10:01:00Z update success - Bo Ek - -",
        ]
    );
}

#[test]
fn okta_is_read_alike_as_an_array_lines_and_a_table() {
    let expected = [
        "okta 2026-11-18T09:00:00Z create failure 409 jane.doe@contoso.com - uniqueness",
        "okta 2026-11-18T09:01:00Z update failure - jane.doe@contoso.com - application.provision.user.sync",
        "okta 2026-11-18T09:02:00Z deactivate success - jane.doe@contoso.com - -",
        "okta 2026-11-18T09:04:00Z other failure - - - application.integration.rate_limit_exceeded",
    ];
    for name in ["okta.json", "okta.jsonl", "okta.csv"] {
        assert_eq!(lines(name), expected, "{name}");
        assert_eq!(of_bytes(&fixture(name)).counts.passed, 1, "{name}: a sign-in is not about provisioning");
    }
}

#[test]
fn recordings_and_texts_become_exchanges() {
    for (name, expected) in [
        (
            "browser.har",
            &[
                "recording 2026-11-18T09:00:00Z read failure 404 - 7 - | GET /scim/v2/Users/7?access_token=%5Bnot%20kept%5D",
                "recording 2026-11-18T09:00:01Z create success 201 ann@x 8 - | POST /scim/v2/Users",
                "entra 2026-11-18T08:00:00Z create success - Bo Ek - -",
                "recording 2026-11-18T09:00:04Z delete failure - - 9 - | DELETE /scim/v2/Users/9",
            ][..],
        ),
        (
            "exchanges.jsonl",
            &[
                "recording 2026-11-18T09:00:00Z deactivate success 200 jane 7 - | PATCH /scim/v2/Users/7",
                "recording now create failure 409 bo - uniqueness | POST /scim/v2/Users",
                "recording 2026-11-18T09:10:00Z match success 200 bo - - | GET /scim/v2/Users?filter=userName+eq+%22bo%22",
            ],
        ),
        (
            "curl.txt",
            &[
                "recording 2026-11-18T09:14:03Z create failure 409 o'neil@x - uniqueness | POST /scim/v2/Users",
                "recording now other warning - - 7 - | HEAD /scim/v2/Users/7",
            ],
        ),
        ("curl-cmd.txt", &["recording now deactivate warning - - 7 - | PATCH /scim/v2/Users/7"]),
        (
            "http.txt",
            &[
                "recording 2026-11-18T09:14:03Z create failure 400 jane@x - invalidValue | POST /scim/v2/Users",
                "recording now match warning - bo@x - - | GET /scim/v2/Users?filter=userName eq \"bo@x\"",
            ],
        ),
        ("http-verbose.txt", &["recording 2026-11-18T09:15:00Z update success 204 - 7 - | PATCH /scim/v2/Users/7"]),
        (
            "entra-error.txt",
            &[
                "entra now create failure 409 jane.doe@contoso.com - SystemForCrossDomainIdentityManagementServiceIncompatible",
            ],
        ),
        ("okta-error.txt", &["okta now match failure - jane.doe@contoso.com - -"]),
        ("scim-error.txt", &["recording now other failure 400 - - invalidPath"]),
        ("scim-patch.json", &["recording now deactivate warning - - - - | PATCH "]),
    ] {
        assert_eq!(lines(name), expected, "{name}");
    }
    let request = of_bytes(&fixture("http.txt")).records[0].exchange.clone().unwrap().request;
    assert_eq!(request.url, "https://acme.example/scim/v2/Users");
    assert_eq!(request.headers.get("user-agent"), Some("Okta SCIM Client 1.0.0"));
    assert_eq!(request.body["password"], "[not kept]");
}

#[test]
fn bad_input_is_bounded_and_told_with_its_place() {
    let event = |id: &str, name: &str| {
        format!(
            "{{\"uuid\":\"{id}\",\"published\":\"2026-11-18T09:00:00Z\",\"eventType\":\"application.provision.user.push\",\
             \"outcome\":{{\"result\":\"SUCCESS\"}},\"target\":[{{\"type\":\"User\",\"alternateId\":\"{name}\"}}]}}\n"
        )
    };
    let long = event("long", &"x".repeat(10 << 20));
    let deep = format!("{}1{}\n", "[".to_owned() + &"{\"a\":".repeat(300), "}".repeat(300) + "]");
    let odd = event("odd", "\u{202e}enaJ\\u0007\\u0000=cmd()");
    let future = event("future", "x").replace("2026-11-18", "9998-11-18");
    let text = [event("one", "ann"), long, deep, odd, future, event("last", "bo")].concat();
    let mut bytes = text.into_bytes();
    bytes.extend(event("latin", "J").bytes().flat_map(|byte| if byte == b'J' { vec![0xe9] } else { vec![byte] }));
    let import = of_bytes(&bytes);
    let ids: Vec<&str> = import.records.iter().map(|record| record.summary.id.as_str()).collect();
    assert_eq!(ids, ["one", "odd", "last", "latin"]);
    assert_eq!(import.records[1].summary.user.as_deref(), Some("\u{202e}enaJ\u{0007}\u{0000}=cmd()"));
    assert_eq!(import.records[3].summary.user.as_deref(), Some("\u{fffd}"));
    assert_eq!(import.counts.replaced, 1);
    let whys: Vec<&str> = import.counts.listed.iter().map(|one| one.why.as_str()).collect();
    assert_eq!(
        whys,
        [
            "It is larger than a record may be.",
            "It is nested too deeply.",
            "Its time of publishing lies in the future."
        ]
    );
    assert!(import.counts.listed.iter().all(|one| one.at.starts_with("record ") && one.at.contains(", byte ")));
    for (bytes, why) in [
        (format!("Date,Action,Status{}\n", ",x".repeat(10_000)).into_bytes(), "columns"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), "knows"),
        (Vec::new(), "knows"),
        (b"hello, world\nhow, are\n".to_vec(), "knows"),
        (vec![0xff; 100_000], "knows"),
    ] {
        let import = of_bytes(&bytes);
        assert!(import.records.is_empty() && import.counts.listed[0].why.contains(why), "{:?}", import.counts);
    }
}

#[test]
fn reading_stops_when_it_is_told_to() {
    for (name, ..) in FIXTURES {
        let bytes = fixture(name);
        let how = Reading { stopped: &|| true, ..Reading::at(now()) };
        let counts = read_all(&[&Bytes(&bytes)], &how, &mut |_| panic!("{name}: nothing is handed over"));
        assert!(counts[0].cancelled, "{name}");
    }
}

#[test]
fn a_paste_is_read_without_a_file() {
    let text = String::from_utf8(fixture("scim-error.txt")).unwrap();
    let import = paste(&text, now());
    assert_eq!((import.counts.formats.as_slice(), import.records.len()), ([Format::Scim].as_slice(), 1));
    assert_eq!(paste("hello", now()).counts.listed[0].why, "It is no log, request or answer that the console knows.");
}

#[test]
fn what_a_cell_or_an_option_holds_is_not_mistaken_for_something_else() {
    let log = "Date,ID,Action,Status,Reason\n2026-11-18T09:00:00Z,1,Create,Failure,\"It sent\nPOST /Users\nHTTP/1.1 409 Conflict\"\n";
    let import = of_bytes(log.as_bytes());
    assert_eq!((import.counts.formats.as_slice(), import.records.len()), ([Format::EntraTable].as_slice(), 1));
    let command =
        "curl --strange value -U ann:s3cret --proxy-user ann:s3cret --oauth2-bearer s3cret https://x/scim/v2/Users/7";
    let import = paste(command, now());
    assert_eq!(line(&import.records[0]), "recording now read warning - - 7 - | GET /scim/v2/Users/7");
    assert!(!serde_json::to_string(&import.records).unwrap().contains("s3cret"));
    let dated = "HTTP/1.1 204 No Content\nDate: Wed, 18 Nov 2099 09:14:03 GMT\n\n";
    assert_eq!(line(&paste(dated, now()).records[0]), "recording now other success 204 - - -");
    let long = format!("StatusCode: Conflict Web Response: {}", "é".repeat(10_000));
    let record = paste(&long, now()).records.remove(0);
    assert_eq!(record.summary.detail.map(|detail| detail.chars().count()), Some(4_001));
    assert_eq!(record.event.unwrap()["text"], long);
}

/// Records that carry their own id: a cut file may hold fewer of them, never others.
const WITH_IDS: [&str; 9] = [
    "entra-on-demand-bare.json",
    "entra-portal-log.csv",
    "entra-graph-log.csv",
    "log-analytics.csv",
    "log-analytics-query.json",
    "okta.json",
    "okta.jsonl",
    "okta.csv",
    "exchanges.jsonl",
];

proptest! {
    #[test]
    fn a_cut_never_invents_a_record(which in 0..WITH_IDS.len(), part in 0.0..1.0_f64) {
        let bytes = fixture(WITH_IDS[which]);
        let cut = &bytes[..(bytes.len() as f64 * part) as usize];
        let ids = |bytes: &[u8]| of_bytes(bytes).records.into_iter().map(|r| r.summary.id).collect::<HashSet<_>>();
        prop_assert!(ids(cut).is_subset(&ids(&bytes)));
    }

    #[test]
    fn a_cut_text_holds_no_more_records(which in 0..FIXTURES.len(), part in 0.0..1.0_f64) {
        let (name, _, records) = FIXTURES[which];
        let bytes = fixture(name);
        let cut = of_bytes(&bytes[..(bytes.len() as f64 * part) as usize]);
        prop_assert!(cut.records.len() as u64 <= records, "{}", name);
    }

    #[test]
    fn no_bytes_panic(which in 0..FIXTURES.len(), at in 0.0..1.0_f64, bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
        let import = of_bytes(&bytes);
        prop_assert!(import.records.len() as u64 <= import.counts.read);
        let mut mixed = fixture(FIXTURES[which].0);
        let at = (mixed.len() as f64 * at) as usize;
        let end = (at + bytes.len()).min(mixed.len());
        mixed.splice(at..end, bytes);
        let import = of_bytes(&mixed);
        prop_assert!(import.records.len() as u64 <= import.counts.read);
        let _ = recognise(&mixed);
        of_bytes(&gzip(&mixed));
    }
}
