//! Tables of lines and the figures that come of them; what cannot be known is absent.

use super::*;
use crate::domain::journal::Summary;

fn at(minute: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
}

fn line(minute: i64, outcome: Outcome) -> Summary {
    let failed = outcome == Outcome::Failure;
    Summary {
        id: minute.to_string(),
        at: at(minute),
        method: "PATCH".to_owned(),
        path: "/Users/1".to_owned(),
        status: Some(if failed { 409 } else { 200 }),
        outcome,
        operation: Operation::Update,
        user: Some("jane".to_owned()),
        resource_id: None,
        scim_type: failed.then(|| "uniqueness".to_owned()),
        detail: None,
        duration_ms: None,
        client: Some("Entra".to_owned()),
    }
}

/// The figures of lines, newest first.
fn overview(lines: &[Summary]) -> Overview {
    let mut reckoning = Reckoning::default();
    lines.iter().for_each(|line| reckoning.take(line.into()));
    reckoning.figures()
}

/// Pushes of one request each at these minutes.
fn pushes(minutes: impl IntoIterator<Item = i64>) -> Overview {
    let mut lines: Vec<Summary> = minutes.into_iter().map(|minute| line(minute, Outcome::Success)).collect();
    lines.reverse();
    overview(&lines)
}

#[test]
fn a_cadence_is_said_only_when_it_shows() {
    for (minutes, wanted) in [
        (vec![0, 40, 80, 120, 160], Some(Cadence::FortyMinutes)),
        (vec![0, 41, 79, 160, 240, 281], Some(Cadence::FortyMinutes)),
        (vec![0, 40, 80, 120], None),
        (vec![0, 13, 71, 90, 203, 260], None),
        (vec![0, 1_440, 2_881, 4_300, 5_770], Some(Cadence::Daily)),
        (vec![], None),
    ] {
        assert_eq!(pushes(minutes.clone()).cadence, wanted, "{minutes:?}");
    }
}

#[test]
fn the_risk_is_that_of_the_newest_cycle_alone() {
    let lines = |failed: usize, of: usize| {
        let old = (0..50).map(|_| line(1, Outcome::Failure));
        let new = (0..of).map(|n| line(100, if n < failed { Outcome::Failure } else { Outcome::Success }));
        let mut all: Vec<Summary> = old.chain(new).collect();
        all.reverse();
        overview(&all)
    };
    for (failed, of, wanted) in [
        (0, 10, Risk::Low),
        (1, 20, Risk::Low),
        (4, 10, Risk::Raised),
        (5, 10, Risk::Raised),
        (4_999, 5_000, Risk::Raised),
        (5_000, 10_000, Risk::High),
        (5_000, 50_001, Risk::Low),
    ] {
        let told = lines(failed, of);
        assert_eq!(told.risk(), Some(wanted), "{failed} of {of}");
        let cycle = told.last_cycle.unwrap();
        assert_eq!((cycle.failed, cycle.requests), (failed as u64, of as u64));
    }
    let mut of_okta = line(1, Outcome::Failure);
    of_okta.client = Some("Okta".to_owned());
    let told = overview(&[of_okta]);
    assert_eq!((told.last_cycle.is_some(), told.risk()), (true, None), "only Entra knows a quarantine");
    assert_eq!(overview(&[]), Overview::default());
    assert_eq!(overview(&[]).risk(), None);
}

#[test]
fn two_directories_that_push_at_once_are_told_apart() {
    let of = |client: &str, minute: i64, outcome: Outcome| {
        let mut one = line(minute, outcome);
        one.client = Some(client.to_owned());
        one
    };
    let lines = [
        of("Entra", 9, Outcome::Success),
        of("Okta", 8, Outcome::Failure),
        of("Entra", 7, Outcome::Success),
        of("Okta", 6, Outcome::Failure),
    ];
    let told = overview(&lines);
    let cycle = told.last_cycle.unwrap();
    assert_eq!((told.last_client.as_deref(), cycle.failed, cycle.requests), (Some("Entra"), 0, 2));
    assert_eq!(told.last_cycle, told.entra_cycle, "one push has one figure wherever it stands");
}

#[test]
fn the_consoles_own_requests_are_no_push() {
    let mut own = line(9, Outcome::Success);
    own.client = Some("Console".to_owned());
    let told = overview(&[own, line(3, Outcome::Success)]);
    assert_eq!((told.requests, told.last_push), (2, Some(at(3))));
}

#[test]
fn answer_times_are_a_median_and_what_nineteen_of_twenty_keep() {
    let timed = |times: &[u64]| {
        let with = |time: &u64| {
            let mut one = line(1, Outcome::Success);
            one.duration_ms = Some(*time);
            one
        };
        overview(&times.iter().map(with).collect::<Vec<_>>()).latency
    };
    assert_eq!(timed(&[]), None);
    assert_eq!(timed(&[7]), Some(Latency { median: 7, p95: 7, of: 1 }));
    let hundred: Vec<u64> = (1..=100).rev().collect();
    assert_eq!(timed(&hundred), Some(Latency { median: 50, p95: 95, of: 100 }));
}

#[test]
fn errors_and_people_stand_by_how_often_and_lead_to_their_requests() {
    let mut rate = line(8, Outcome::Failure);
    rate.scim_type = None;
    rate.status = Some(429);
    rate.user = Some("bob".to_owned());
    let mut silent = line(7, Outcome::Failure);
    let mut spelt = line(9, Outcome::Failure);
    spelt.scim_type = Some("Uniqueness".to_owned());
    silent.scim_type = None;
    silent.status = None;
    let told = overview(&[
        spelt,
        line(9, Outcome::Failure),
        rate,
        silent,
        line(6, Outcome::Failure),
        line(5, Outcome::Success),
    ]);
    let errors: Vec<(&str, u64, &str)> =
        told.errors.iter().map(|line| (line.error.as_str(), line.requests, line.query.as_str())).collect();
    assert_eq!(
        errors,
        [
            ("Uniqueness", 3, "outcome:failure error:Uniqueness"),
            ("HTTP 429", 1, "outcome:failure status:429 error:\"\""),
            ("No answer", 1, "outcome:failure error:\"\" -status:>=0"),
        ]
    );
    for line in &told.errors {
        assert!(crate::domain::query::Query::parse(&line.query).is_ok(), "{}", line.query);
    }
    let people: Vec<(&str, u64)> = told.people.iter().map(|line| (line.user.as_str(), line.failures)).collect();
    assert_eq!((people, told.failed, told.affected), (vec![("jane", 4), ("bob", 1)], 5, 2));
    assert_eq!(told.people[0].latest, at(9));
}

#[test]
fn how_long_ago_is_said_in_one_unit() {
    for (seconds, wanted) in [(-5, "0 s"), (38, "38 s"), (60, "1 min"), (7_200, "2 h"), (172_800, "2 days")] {
        assert_eq!(ago(at(0), at(0) + SignedDuration::from_secs(seconds)), wanted);
    }
}
