//! Tables: what was received and what is mapped, and how each attribute then stands.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::*;
use crate::domain::{
    attribute::ENTERPRISE_USER,
    exchange::{Exchange, Operation, Outcome, Request},
    journal::{Record, Source, Summary},
};

pub(crate) fn at(minute: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
}

pub(crate) fn request(minute: i64, body: Value) -> Record {
    let summary = Summary {
        id: minute.to_string(),
        at: at(minute),
        method: "POST".to_owned(),
        path: "/scim/v2/Users".to_owned(),
        status: Some(201),
        outcome: Outcome::Success,
        operation: Operation::Create,
        user: None,
        resource_id: None,
        scim_type: None,
        detail: None,
        duration_ms: None,
        client: None,
    };
    let request = Request { method: "POST".to_owned(), url: "/scim/v2/Users".to_owned(), body, ..Request::default() };
    let exchange = Some(Exchange { request, response: None, error: None, at: None, duration_ms: None });
    Record { source: Source::Tenant, summary, exchange, landing: None, event: None }
}

fn counted(bodies: &[Value]) -> Received {
    let mut received = Received::default();
    for (minute, body) in bodies.iter().enumerate() {
        received.add(&request(i64::try_from(minute).unwrap(), body.clone()));
    }
    received
}

fn rows(mappings: &[(&str, &str)]) -> Vec<MappingRow> {
    let row = |(a, f): &(&str, &str)| MappingRow { attribute: (*a).to_owned(), field: (*f).to_owned() };
    mappings.iter().map(row).collect()
}

/// How the rows stand that are not built in: `short standing field seen landed`.
fn stand(bodies: &[Value], mappings: &[(&str, &str)]) -> Vec<String> {
    let all = coverage(&counted(bodies), &rows(mappings));
    let line = |row: &CoverageRow| {
        let short = AttributeName::parse(&row.attribute).unwrap().short_name().to_owned();
        let meant = row.meant.as_deref().map(|meant| format!(" ~{}", meant.rsplit(':').next().unwrap()));
        format!(
            "{short} {:?} {} {}/{}{}",
            row.standing,
            row.field.as_deref().unwrap_or("-"),
            row.landed,
            row.seen,
            meant.unwrap_or_default()
        )
    };
    all.iter().filter(|row| !row.built_in).map(line).collect()
}

fn enterprise(name: &str) -> Value {
    json!({ ENTERPRISE_USER: { name: "x" } })
}

#[test]
fn each_attribute_stands_as_it_was_sent_and_mapped() {
    let cost = format!("{ENTERPRISE_USER}:costCenter");
    let cost = cost.as_str();
    for (bodies, mappings, wanted) in [
        (vec![json!({"nickName": "J"})], vec![], vec!["nickName Unmapped - 0/1"]),
        (vec![enterprise("costCenter")], vec![(cost, "costcentre")], vec!["costCenter Lands costcentre 1/1"]),
        (
            vec![enterprise("costcenter")],
            vec![(cost, "costcentre")],
            vec!["costcenter CasingDiffers costcentre 0/1 ~costCenter"],
        ),
        (vec![enterprise("costcenter")], vec![], vec!["costcenter CasingDiffers - 0/1 ~costCenter"]),
        // Mapped as it is sent, yet in no casing that the guide allows.
        (
            vec![enterprise("costcenter")],
            vec![("costcenter", "cc")],
            vec!["costcenter CasingDiffers cc 0/1 ~costCenter"],
        ),
        (vec![enterprise("costCentre")], vec![("costCentre", "cc")], vec!["costCentre NotAllowed cc 0/1"]),
        (vec![enterprise("costCentre")], vec![], vec!["costCentre Unmapped - 0/1"]),
        (
            vec![enterprise("organization")],
            vec![("organisation", "org")],
            vec!["organization SpellingDiffers org 0/1 ~organisation"],
        ),
        (vec![enterprise("organization")], vec![], vec!["organization SpellingDiffers - 0/1 ~organisation"]),
        (
            vec![enterprise("organization")],
            vec![("organization", "org")],
            vec!["organization SpellingDiffers org 0/1 ~organisation"],
        ),
        (vec![json!({"organization": "x"})], vec![("organization", "org")], vec!["organization Lands org 1/1"]),
        (vec![json!({"title": "x"})], vec![("startDate", "startdate")], vec!["startDate NeverReceived startdate 0/0"]),
        (vec![json!({"userType": ""})], vec![("userType", "type")], vec!["userType AlwaysEmpty type 0/1"]),
        (
            vec![json!({"userType": ""}), json!({"userType": "x"})],
            vec![("userType", "type")],
            vec!["userType LandsInPart type 1/2"],
        ),
        (vec![json!({"userType": null})], vec![], vec!["userType Unmapped - 0/1"]),
        (
            vec![json!({"costCenter": "x"}), json!({"costcenter": "x"})],
            vec![(cost, "cc")],
            vec!["costcenter CasingDiffers cc 0/1 ~costCenter", "costCenter Lands cc 1/1"],
        ),
        (vec![], vec![("", "x"), ("urn:x:", "y")], vec![]),
    ] {
        assert_eq!(stand(&bodies, &mappings), wanted, "{bodies:?} with {mappings:?}");
    }
}

#[test]
fn what_needs_action_stands_first_and_the_commonest_of_it() {
    let bodies = [
        json!({"title": "a", "userType": "x", "nickName": "j", "displayName": "J", ENTERPRISE_USER: {"costcenter": "1"}}),
        json!({"displayName": "K"}),
    ];
    let mappings = [("costCenter", "cc"), ("userType", "type"), ("startDate", "startdate")];
    assert_eq!(
        stand(&bodies, &mappings),
        [
            "displayName Unmapped - 0/2",
            "nickName Unmapped - 0/1",
            "costcenter CasingDiffers cc 0/1 ~costCenter",
            "startDate NeverReceived startdate 0/0",
            "userType Lands type 1/1",
        ]
    );
}

#[test]
fn the_nine_defaults_are_there_and_ask_for_nothing() {
    let all = coverage(&counted(&[json!({"title": "a"})]), &[]);
    let built_in: Vec<(&str, Standing)> = all
        .iter()
        .filter(|row| row.built_in)
        .map(|row| (row.field.as_deref().unwrap_or_default(), row.standing))
        .collect();
    assert_eq!(built_in.len(), 9);
    assert_eq!(built_in.last(), Some(&("jobTitle", Standing::Lands)));
    assert_eq!(tally(&all), BTreeMap::from([(Standing::Lands, 1)]));
}

#[test]
fn a_dropped_value_says_why_and_how_often() {
    let all = coverage(&counted(&[json!({"nickName": "J"}), json!({"nickName": ""})]), &[]);
    assert_eq!(all[0].dropped, Some(Reason { reason: "No mapping.".to_owned(), count: 1 }));
    assert_eq!((all[0].seen, all[0].empty), (2, 1));
}

#[test]
fn examples_are_left_out_of_json_unless_asked_for() {
    let all = coverage(&counted(&[json!({"nickName": "Jojo"})]), &[]);
    let (without, with) = (all[0].to_json(false), all[0].to_json(true));
    assert!(!without.to_string().contains("Jojo"));
    assert_eq!(with["examples"], json!(["Jojo"]));
    let keys: Vec<&String> = without.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "attribute",
            "standing",
            "builtIn",
            "meant",
            "field",
            "seen",
            "empty",
            "lastSeen",
            "landed",
            "dropped",
            "recordedLanded",
            "recordedDropped"
        ]
    );
    assert_eq!(without["standing"], "unmapped");
}
