//! Fixtures follow `idp-facts.md` §1; every person in them is made up.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    domain::{
        exchange::{Operation, Outcome},
        journal::{Record, Source},
    },
    sources::{
        Format, Import, recognise,
        tests::{now, of_bytes},
    },
};

fn record(value: Value) -> Result<Record, String> {
    super::read(value, now())
}

fn read(bytes: &[u8]) -> Import {
    of_bytes(bytes)
}

const GRAPH: &[u8] = include_bytes!("../../../tests/data/entra/graph-v1.json");
const BETA: &[u8] = include_bytes!("../../../tests/data/entra/beta.json");
const LOG_ANALYTICS: &[u8] = include_bytes!("../../../tests/data/entra/log-analytics.jsonl");
const DAMAGED: &[u8] = include_bytes!("../../../tests/data/entra/damaged.json");

/// One line a record: what the list shows.
fn lines(bytes: &[u8]) -> Vec<String> {
    let import = read(bytes);
    assert_eq!(import.counts.listed, []);
    assert_eq!(import.counts.read, import.records.len() as u64);
    let line = |record: &Record| {
        let s = &record.summary;
        assert_eq!((record.source, s.client.as_deref()), (Source::Entra, Some("Entra")));
        let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        let status = s.status.map_or_else(|| "-".to_owned(), |status| status.to_string());
        let duration = s.duration_ms.unwrap_or_default();
        let words = [s.operation.key(), s.outcome.key(), &status, &or(&s.user), &or(&s.resource_id), &or(&s.scim_type)];
        format!("{} {} {} {duration}", s.id, s.at, words.join(" "))
    };
    import.records.iter().map(line).collect()
}

#[test]
fn graph_records_become_lines() {
    assert_eq!(
        lines(GRAPH),
        [
            "0c1a1f3e-8a52-4e5b-9f4b-1d7f6f2b0001 2026-11-18T09:14:03.412Z create failure 409 jane.doe@contoso.com - \
         SystemForCrossDomainIdentityManagementBadRequest 1432",
            "0c1a1f3e-8a52-4e5b-9f4b-1d7f6f2b0002 2026-11-18T09:10:00Z deactivate success - john.smith@contoso.com \
         7f3c0000-0000-4000-8000-0000000091b2 - 410",
            "0c1a1f3e-8a52-4e5b-9f4b-1d7f6f2b0003 2026-11-18T09:05:00Z other skipped - Ana Silva - RedundantExport 0",
        ]
    );
}

#[test]
fn the_wrapped_answer_becomes_an_exchange() {
    let import = read(GRAPH);
    let first = &import.records[0];
    let response = first.exchange.as_ref().and_then(|exchange| exchange.response.as_ref()).unwrap();
    assert_eq!(response.status, 409);
    assert_eq!(response.body["scimType"], "uniqueness");
    assert!(first.summary.detail.as_ref().unwrap().starts_with("Failed to create User"));
    assert_eq!(first.event.as_ref().unwrap()["tenantId"], "5f0b1c8e-3f8f-4a5c-9e6b-aaaaaaaaaaaa");
    assert!(import.records[1].exchange.is_none());
    let skipped = import.records[2].summary.detail.as_deref();
    assert_eq!(skipped, Some("The state of the user in both the source and target systems already match."));
    let page = read(BETA).records[0].exchange.clone().unwrap().response.unwrap();
    assert_eq!((page.status, page.body), (502, json!("<html><h1>502</h1></html>")));
}

#[test]
fn beta_and_log_analytics_names_are_read_alike() {
    assert_eq!(
        lines(BETA),
        [
            "beta-1 2026-11-17T07:00:00Z deactivate failure 502 Bo Ek t-1 \
         SystemForCrossDomainIdentityManagementServiceIncompatible 99",
            "change-2@2026-11-17T07:00:00Z 2026-11-17T07:00:00Z deactivate warning - Cy Fox t-2 \
         UnableToResolveReferenceAttributeValue 0",
        ]
    );
    assert_eq!(
        lines(LOG_ANALYTICS),
        [
            "la-1 2026-11-16T10:00:00Z update failure 500 Jane Doe t-1 InternalServerError 77",
            "eh-1 2026-11-16T11:00:00Z set-manager success - jane.doe@contoso.com t-1 - 0",
        ]
    );
}

#[test]
fn an_update_is_what_its_properties_say() {
    let property = |name: &str, old: Value, new: Value| json!({"displayName": name, "oldValue": old, "newValue": new});
    for (properties, expected) in [
        (json!([]), Operation::Update),
        (json!([property("active", json!("True"), json!("True"))]), Operation::Update),
        (json!([property("active", json!(null), json!("False"))]), Operation::Deactivate),
        (json!([property("active", json!("\"False\""), json!("\"True\""))]), Operation::Activate),
        (
            json!([property("title", json!("a"), json!("b")), property("active", json!("True"), json!("False"))]),
            Operation::Deactivate,
        ),
        (json!([property("manager", json!(null), json!("9"))]), Operation::SetManager),
        (
            json!([property("manager", json!(null), json!("9")), property("title", json!("a"), json!("b"))]),
            Operation::Update,
        ),
    ] {
        let value = json!({
            "id": "1", "activityDateTime": "2026-01-01T00:00:00Z", "provisioningAction": "update",
            "provisioningStatusInfo": {"status": "success"}, "modifiedProperties": properties,
        });
        assert_eq!(record(value).unwrap().summary.operation, expected, "{properties}");
    }
}

#[test]
fn an_unknown_status_is_told_by_the_error() {
    for (info, expected) in [
        (json!({"status": "unknownFutureValue"}), Outcome::Warning),
        (json!({"status": "unknownFutureValue", "errorInformation": {"errorCode": "X"}}), Outcome::Failure),
        (json!({"status": "Skipped"}), Outcome::Skipped),
    ] {
        let value =
            json!({"activityDateTime": "2026-01-01T00:00:00Z", "action": "create", "provisioningStatusInfo": info});
        let record = record(value).unwrap();
        assert_eq!(record.summary.outcome, expected, "{info}");
        assert_eq!(record.summary.id, "entra@2026-01-01T00:00:00Z");
    }
}

#[test]
fn what_no_line_tells_of_must_be_json_all_the_same() {
    let record = |more: &str| {
        format!(
            r#"{{"id":"1","activityDateTime":"2026-01-01T00:00:00Z","provisioningAction":"create",
            "provisioningStatusInfo":{{"status":"success"}},"initiatedBy":{more}}}"#
        )
    };
    let nested = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    for (more, read) in [
        (r#"{"id":"x","list":[1,{"a":null}]}"#.to_owned(), true),
        (r#"{"n":1e999}"#.to_owned(), false),
        (r#"[1e999]"#.to_owned(), false),
        (nested(90), true),
        (nested(110), false),
    ] {
        let import = of_bytes(record(&more).as_bytes());
        assert_eq!((import.records.len() == 1, import.counts.rejected == 0), (read, read), "{more}");
    }
}

#[test]
fn what_cannot_be_read_has_its_place_and_the_rest_is_kept() {
    let import = read(DAMAGED);
    let ids: Vec<_> = import.records.iter().map(|record| record.summary.id.as_str()).collect();
    assert_eq!(ids, ["good-1", "good-2"]);
    assert_eq!(import.counts.read, 8);
    let rejected: Vec<_> = import.counts.listed.iter().map(|r| format!("{}: {}", r.at, r.why)).collect();
    assert_eq!(
        rejected,
        [
            "record 2, byte 136: It has no activityDateTime.",
            "record 3, byte 230: Its activityDateTime is not a date and time.",
            "record 4, byte 356: It is not valid JSON: expected value at line 1 column 39.",
            "record 5, byte 397: It is not a JSON object.",
            "record 6, byte 405: It is no provisioning record: it has no provisioningAction and no provisioningStatusInfo.",
            "record 8, byte 559: The file ends inside this record.",
        ]
    );
}

#[test]
fn a_log_is_recognised_by_its_content_even_when_cut() {
    for bytes in [GRAPH, BETA, LOG_ANALYTICS, DAMAGED, &GRAPH[..2500]] {
        assert_eq!(recognise(bytes), Some(Format::Entra));
    }
    for bytes in ["", "[]", "{}", "hello", "{\"request\":{},\"response\":{}}", "[{\"eventType\":\"x\"}]"] {
        assert_eq!(recognise(bytes.as_bytes()), None, "{bytes}");
    }
}

#[test]
fn a_long_log_keeps_its_order_and_places() {
    let mut log = String::from("[");
    for number in 0..5_000 {
        let id = if number == 3_500 { "7".to_owned() } else { format!("\"id\": \"{number}\"") };
        log.push_str(&format!(
            "{{{id}, \"activityDateTime\": \"2026-01-01T00:00:00Z\", \"provisioningAction\": \"create\", \
             \"provisioningStatusInfo\": {{\"status\": \"success\"}}}},\n"
        ));
    }
    let import = read(log.as_bytes());
    let ids: Vec<u32> = import.records.iter().map(|record| record.summary.id.parse().unwrap()).collect();
    let expected: Vec<u32> = (0..5_000).filter(|number| *number != 3_500).collect();
    assert_eq!((import.counts.read, ids), (5_000, expected));
    assert!(import.counts.listed[0].at.starts_with("record 3501, byte "), "{:?}", import.counts.listed);
}

/// A generated record, with any of its members missing or of a wrong type.
fn any_record() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![Just(json!(null)), any::<i32>().prop_map(Value::from), ".{0,12}".prop_map(Value::from)];
    let names = prop_oneof![
        "[a-z]{1,4}",
        Just("activityDateTime".to_owned()),
        Just("provisioningAction".to_owned()),
        Just("provisioningStatusInfo".to_owned()),
        Just("provisioningSteps".to_owned()),
        Just("modifiedProperties".to_owned()),
        Just("sourceIdentity".to_owned()),
        Just("properties".to_owned()),
        Just("details".to_owned()),
        Just("reason".to_owned()),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((names.clone(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn hostile_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200), cut in 0..6000_usize) {
        let import = read(&bytes);
        prop_assert_eq!(import.records.len(), 0);
        let mut mixed = GRAPH[..cut.min(GRAPH.len())].to_vec();
        mixed.extend(&bytes);
        let import = read(&mixed);
        prop_assert!(import.counts.read <= (import.records.len() + import.counts.listed.len()) as u64);
        let _ = recognise(&mixed);
    }

    #[test]
    fn hostile_records_are_survived(mut value in any_record()) {
        let _ = record(value.clone());
        if let Some(object) = value.as_object_mut() {
            // Log Analytics wraps a record in `properties`, which would then be the one that counts.
            object.remove("properties");
            object.insert("activityDateTime".to_owned(), json!("2026-01-01T00:00:00Z"));
            object.insert("action".to_owned(), json!("update"));
            prop_assert!(record(value).is_ok());
        }
    }
}
