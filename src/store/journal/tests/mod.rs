//! The journal of one window: what is kept, found, counted and forgotten.

mod appending;
mod counting;
mod elsewhere;
mod forgetting;
mod segments;
mod sorting;

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::domain::{
    attribute::{CORE_USER, ENTERPRISE_USER},
    exchange::{Exchange, Operation, Outcome, Request, Response},
    failure::FailureKind,
    journal::{Count, Record, Source, Summary},
    landing::{Landed, Landing},
    query::{GroupBy, Query, tests::random},
};
use crate::store::attributes_of;

/// 14:30 of the day that the records are of.
fn now() -> Timestamp {
    "2026-03-03T14:30:00Z".parse().unwrap()
}

fn acme() -> ProfileId {
    ProfileId("acme".to_owned())
}

/// A record `minutes` before [`now`]: an update of one of three users, failed when its number divides by five.
fn record(number: i64, minutes: i64) -> Record {
    let failed = number % 5 == 0;
    let at = Timestamp::from_second(now().as_second() - minutes * 60).unwrap();
    let user = ["Jane@acme.example", "bob@acme.example", "zoë@acme.example"][usize::try_from(number % 3).unwrap()];
    let body = json!({"Operations": [{"op": "Replace", "path": "title", "value": "Lead"},
        {"op": "Add", "path": format!("{ENTERPRISE_USER}:costCenter"), "value": "7"}]});
    let request =
        Request { method: "PATCH".to_owned(), url: format!("/scim/v2/Users/{number}"), body, ..Request::default() };
    let response = Response { status: if failed { 409 } else { 200 }, ..Response::default() };
    let summary = Summary {
        id: format!("id-{number}"),
        at,
        method: "PATCH".to_owned(),
        path: format!("/scim/v2/Users/{number}"),
        status: Some(response.status),
        outcome: if failed { Outcome::Failure } else { Outcome::Success },
        operation: Operation::Update,
        user: Some(user.to_owned()),
        resource_id: Some(number.to_string()),
        scim_type: failed.then(|| "uniqueness".to_owned()),
        detail: failed.then(|| "The userName is taken.".to_owned()),
        duration_ms: Some(12),
        client: (number % 2 == 0).then(|| "Entra".to_owned()),
    };
    let exchange =
        Some(Exchange { request, response: Some(response), error: None, at: Some(at), duration_ms: Some(12) });
    Record { source: Source::Tenant, summary, exchange, landing: None, event: None }
}

fn records(numbers: std::ops::Range<i64>) -> Vec<Record> {
    numbers.map(|number| record(number, number)).collect()
}

fn query(text: &str) -> Query {
    Query::parse(text).unwrap()
}

fn counts(counts: &[Count]) -> Vec<(&str, u64)> {
    counts.iter().map(|count| (count.key.as_str(), count.count)).collect()
}

fn filled() -> (tempfile::TempDir, Journal) {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    journal.append(&acme(), &records(1..31)).unwrap();
    (dir, journal)
}

#[test]
fn can_move_to_a_thread() {
    fn is_send<T: Send>() {}
    is_send::<Journal>();
    is_send::<Interrupt>();
}

#[test]
fn what_was_written_is_read_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    let landed = Landed { attribute: "title".to_owned(), field: "jobTitle".to_owned(), value: json!("Lead") };
    let mut full = record(1, 1);
    full.landing = Some(Landing { landed: vec![landed], dropped: Vec::new() });
    full.event = Some(json!({"z": 1, "a": [null, "ü\u{202e}"], "big": 18_446_744_073_709_551_615_u64}));
    let mut bare = record(2, 0);
    bare.source = Source::Okta;
    bare.exchange = None;
    bare.summary =
        Summary { status: None, user: None, resource_id: None, client: None, duration_ms: None, ..bare.summary };
    journal.append(&acme(), &[full.clone(), bare.clone()]).unwrap();
    let keys = journal.list(&acme(), &Query::everything(), now()).unwrap().keys.to_vec();
    assert_eq!(journal.record(keys[0]).unwrap().unwrap(), bare);
    assert_eq!(journal.record(keys[1]).unwrap().unwrap(), full);
    assert_eq!(journal.record(99).unwrap(), None);
    let rows = journal.rows(&acme(), &[keys[1], 99, keys[0]]).unwrap();
    assert_eq!(rows.iter().map(|row| row.key).collect::<Vec<_>>(), [keys[1], keys[0]]);
    assert_eq!((rows[0].source, &rows[0].summary), (Source::Tenant, &full.summary));
    assert!(journal.rows(&ProfileId::sandbox(), &keys).unwrap().is_empty());
}

#[test]
fn importing_twice_adds_nothing() {
    let (_dir, mut journal) = filled();
    let again = journal.append(&acme(), &records(21..41)).unwrap();
    assert_eq!(again, Appended { imported: 10, duplicates: 10 });
    let within = journal.append(&acme(), &[record(50, 0), record(50, 0)]).unwrap();
    assert_eq!(within, Appended { imported: 1, duplicates: 1 });
    assert_eq!(journal.count(&acme()).unwrap(), 41);
    let mut elsewhere = record(1, 1);
    elsewhere.source = Source::Entra;
    assert_eq!(journal.append(&acme(), &[elsewhere]).unwrap().imported, 1);
    assert_eq!(journal.append(&ProfileId::sandbox(), &records(1..31)).unwrap().imported, 30);
    assert_eq!(journal.count(&acme()).unwrap(), 42);
}

#[test]
fn an_exchange_that_comes_later_completes_its_line() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    let whole = record(1, 1);
    let line = Record { exchange: None, ..whole.clone() };
    journal.append(&acme(), std::slice::from_ref(&line)).unwrap();
    assert!(journal.received_attributes(&acme(), 9).unwrap().is_empty());
    assert_eq!(journal.append(&acme(), std::slice::from_ref(&whole)).unwrap(), Appended { imported: 0, duplicates: 1 });
    assert_eq!(journal.append(&acme(), &[line]).unwrap().duplicates, 1);
    let keys = journal.list(&acme(), &Query::everything(), now()).unwrap().keys.to_vec();
    assert_eq!(journal.record(keys[0]).unwrap().unwrap(), whole);
    assert_eq!(journal.received_attributes(&acme(), 9).unwrap().len(), 2);
}

#[test]
fn a_listing_is_newest_first_with_its_counts() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    journal.append(&acme(), &records(0..300)).unwrap();
    journal.append(&acme(), &[record(301, 0)]).unwrap();
    let listing = journal.list(&acme(), &Query::everything(), now()).unwrap();
    assert_eq!((listing.total, listing.keys.len(), listing.first.len()), (301, 301, 200));
    assert_eq!(listing.first[0].summary.id, "id-301", "of two at one time the later key comes first");
    assert_eq!(listing.first[1].summary.id, "id-0");
    assert!(listing.first.iter().map(|row| row.key).eq(listing.keys.iter().take(200)));
    assert_eq!(counts(&listing.outcomes), [("success", 241), ("failure", 60)]);
    assert_eq!(counts(&listing.operations), [("update", 301)]);
    assert_eq!(counts(&listing.errors), [("uniqueness", 60)]);
    assert_eq!(counts(&listing.clients), [("Entra", 150)]);
}

#[test]
fn a_facets_counts_follow_all_other_chips() {
    let (_dir, journal) = filled();
    let listing = journal.list(&acme(), &query("outcome:failure user:jane@ACME.example"), now()).unwrap();
    assert_eq!(listing.keys.len(), 2);
    assert_eq!(counts(&listing.outcomes), [("success", 8), ("failure", 2)]);
    assert_eq!(counts(&listing.errors), [("uniqueness", 2)]);
}

#[test]
fn an_unknown_profile_is_empty() {
    let (_dir, journal) = filled();
    let listing = journal.list(&ProfileId::sandbox(), &query("since:24h"), now()).unwrap();
    assert_eq!((listing.total, listing.keys.len(), listing.histogram.bars.len()), (0, 0, 0));
    assert_eq!(journal.count(&ProfileId::sandbox()).unwrap(), 0);
    assert_eq!(journal.newest_id(&ProfileId::sandbox(), Source::Tenant).unwrap(), None);
}

#[test]
fn bars_have_a_sensible_width_and_lose_nothing() {
    let (_dir, mut journal) = filled();
    journal.append(&acme(), &[record(100, 60 * 24 * 400)]).unwrap();
    for (text, width, bars, start) in [
        ("since:24h", 900, 96, "2026-03-02T14:30:00Z"),
        ("since:1h", 60, 60, "2026-03-03T13:30:00Z"),
        ("time:14:00-15:00", 60, 30, "2026-03-03T14:00:00Z"),
        ("since:7d", 7_200, 84, "2026-02-24T14:30:00Z"),
        ("id:id-3 or id:id-9", 60, 7, "2026-03-03T14:21:00Z"),
        ("until:9999-12-31 -id:id-100", 60, 30, "2026-03-03T14:00:00Z"),
        ("", 604_800, 58, "2025-01-23T00:00:00Z"),
        ("since:2000-01-01", 31_536_000, 27, "2000-01-01T00:00:00Z"),
    ] {
        let listing = journal.list(&acme(), &query(text), now()).unwrap();
        let histogram = listing.histogram;
        let shown: u32 = histogram.bars.iter().flat_map(|bar| bar.counts).sum();
        assert_eq!((histogram.bar_seconds, histogram.bars.len()), (width, bars), "{text}");
        assert_eq!(histogram.start.to_string(), start, "{text}");
        assert_eq!(shown as usize, listing.keys.len(), "{text}");
    }
}

#[test]
fn a_clock_that_is_wrong_by_millennia_keeps_the_bars_few() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    let mut ends = [record(1, 0), record(2, 0)];
    ends[0].summary.at = Timestamp::MIN;
    ends[1].summary.at = Timestamp::MAX;
    journal.append(&acme(), &ends).unwrap();
    let histogram = journal.list(&acme(), &Query::everything(), now()).unwrap().histogram;
    assert!(histogram.bars.len() <= 96);
    assert_eq!(histogram.bars.iter().flat_map(|bar| bar.counts).sum::<u32>(), 2);
    assert_eq!(journal.group_by(&acme(), &Query::everything(), GroupBy::Hour, now()).unwrap().len(), 2);
}

#[test]
fn groups_are_counted() {
    let (_dir, journal) = filled();
    for (text, group, expected) in [
        ("", GroupBy::Outcome, &[("success", 24), ("failure", 6)][..]),
        ("", GroupBy::Operation, &[("update", 30)]),
        ("", GroupBy::Error, &[("", 24), ("uniqueness", 6)]),
        (
            "outcome:failure",
            GroupBy::User,
            &[("Jane@acme.example", 2), ("bob@acme.example", 2), ("zoë@acme.example", 2)],
        ),
        ("", GroupBy::Hour, &[("2026-03-03T14:00:00Z", 30)]),
        ("since:5h time:14:00-14:20", GroupBy::Hour, &[("2026-03-03T14:00:00Z", 20)]),
    ] {
        let groups = journal.group_by(&acme(), &query(text), group, now()).unwrap();
        assert_eq!(counts(&groups), expected, "{text} {group:?}");
    }
}

#[test]
fn catching_up_begins_at_the_newest_of_a_source() {
    let (_dir, mut journal) = filled();
    let mut sent = record(99, 0);
    sent.source = Source::Console;
    journal.append(&acme(), &[sent]).unwrap();
    let newest = record(1, 1).summary;
    assert_eq!(journal.newest_id(&acme(), Source::Tenant).unwrap(), Some((newest.id, newest.at)));
    assert_eq!(journal.newest_id(&acme(), Source::Entra).unwrap(), None);
}

#[test]
fn recent_bodies_and_their_attributes_are_found() {
    let (_dir, mut journal) = filled();
    let mut deleted = record(40, 0);
    deleted.summary.operation = Operation::Delete;
    let mut unseen = record(41, 0);
    unseen.exchange = None;
    journal.append(&acme(), &[deleted, unseen]).unwrap();
    let recent = journal.recent_payloads(&acme(), 3).unwrap();
    let ids: Vec<&str> = recent.iter().map(|(row, _)| row.summary.id.as_str()).collect();
    assert_eq!(ids, ["id-1", "id-2", "id-3"]);
    assert_eq!(Some(&recent[0].1), record(1, 1).exchange.as_ref());
    let title = format!("{CORE_USER}:title");
    let cost_centre = format!("{ENTERPRISE_USER}:costCenter");
    let received = journal.received_attributes(&acme(), 10).unwrap();
    assert_eq!(counts(&received), [(title.as_str(), 10), (cost_centre.as_str(), 10)]);
    let mut imported = record(42, 0);
    imported.source = Source::Recording;
    if let Some(exchange) = &mut imported.exchange {
        exchange.request.body = json!({"nickName": "Jo"});
    }
    journal.append(&acme(), &[imported]).unwrap();
    assert_eq!(journal.received_attributes(&acme(), 10).unwrap(), received, "the tenant’s own log goes first");
}

#[test]
fn a_full_disk_imports_nothing_of_the_call() {
    let (_dir, mut journal) = filled();
    journal.connection().execute_batch("PRAGMA incremental_vacuum").unwrap();
    let pages: i64 = journal.connection().pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    journal.connection().pragma_update_and_check(None, "max_page_count", pages + 2, |_| Ok(())).unwrap();
    let refused = journal.append(&acme(), &records(100..6_000)).expect_err("full");
    assert_eq!(refused.kind, FailureKind::DiskFull);
    assert_eq!(journal.list(&acme(), &Query::everything(), now()).unwrap().keys.len(), 30);
    assert_eq!(journal.count(&acme()).unwrap(), 30);
}

#[test]
fn a_payload_that_does_not_read_back_is_damage() {
    let (_dir, journal) = filled();
    let keys = journal.list(&acme(), &Query::everything(), now()).unwrap().keys.to_vec();
    journal.connection().execute("UPDATE blocks SET body = x'00'", []).unwrap();
    assert_eq!(journal.record(keys[0]).expect_err("damaged").kind, FailureKind::DatabaseDamaged);
}

#[test]
fn a_running_question_can_be_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    journal.append(&acme(), &records(0..3_000)).unwrap();
    let interrupt = journal.interrupt_handle();
    let stopped = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stopped.load(Ordering::Relaxed) {
                interrupt.stop();
            }
        });
        let failure = loop {
            if let Err(failure) = journal.list(&acme(), &query("-zzz*zzz"), now()) {
                break failure;
            }
        };
        stopped.store(true, Ordering::Relaxed);
        assert_eq!(failure.kind, FailureKind::Cancelled);
    });
    assert_eq!(journal.list(&acme(), &Query::everything(), now()).unwrap().keys.len(), 3_000);
}

#[test]
fn released_databases_still_open() {
    let mut seen = 0;
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/store")).unwrap() {
        let released = entry.unwrap();
        if !released.file_name().to_string_lossy().starts_with("journal-schema-") {
            continue;
        }
        seen += 1;
        let dir = tempfile::tempdir().unwrap();
        fs::copy(released.path(), dir.path().join("journal.sqlite3")).unwrap();
        let mut journal = Journal::open(dir.path()).unwrap();
        let listing = journal.list(&acme(), &query("user:jane* attr:costcenter"), now()).unwrap();
        let ids: Vec<&str> = listing.first.iter().map(|row| row.summary.id.as_str()).collect();
        assert_eq!(ids, ["id-3", "id-6", "id-9"]);
        assert_eq!(journal.record(listing.keys.get(0).unwrap()).unwrap().unwrap(), record(3, 3));
        let again = journal.append(&acme(), &records(1..12)).unwrap();
        assert_eq!(again, Appended { imported: 1, duplicates: 10 });
    }
    assert!(seen > 0);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(384))]

    #[test]
    fn the_store_and_matches_agree(
        records in proptest::collection::vec(random::record(), 0..24),
        queries in proptest::collection::vec(random::query(), 1..12),
        causes in proptest::collection::vec((0_usize..24, proptest::sample::select(&["one", "two"][..])), 0..24),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(dir.path()).unwrap();
        journal.append(&acme(), &records).unwrap();
        let all = journal.list(&acme(), &Query::everything(), random::now()).unwrap();
        let mut explained = std::collections::BTreeMap::<String, Vec<i64>>::new();
        for (at, cause) in causes {
            explained.entry(cause.to_owned()).or_default().extend(all.keys.get(at));
        }
        explained.values_mut().for_each(Vec::dedup);
        journal.tell_causes(&acme(), explained.iter().map(|(name, keys)| (name.clone(), keys[..].into())));
        for query in queries {
            let listing = journal.list(&acme(), &query, random::now()).unwrap();
            let shown = |key: &i64| {
                let record = journal.record(*key).unwrap().unwrap();
                let causes: Vec<&str> =
                    explained.iter().filter(|(_, keys)| keys.contains(key)).map(|(name, _)| name.as_str()).collect();
                query.matches((&record.summary, record.source), &attributes_of(&record), &causes, random::now())
            };
            let expected: Vec<i64> = all.keys.iter().filter(shown).collect();
            proptest::prop_assert_eq!(listing.keys.to_vec(), expected, "{}", query);
        }
    }
}

#[test]
fn a_call_that_was_stopped_while_it_was_undone_does_not_close_the_journal() {
    let (_dir, mut journal) = filled();
    let left_open = |journal: &Journal| journal.connection().execute_batch("BEGIN").unwrap();
    left_open(&journal);
    let before = journal.count(&acme()).unwrap();
    left_open(&journal);
    journal.append(&acme(), &records(900..901)).unwrap();
    assert_eq!(journal.count(&acme()).unwrap(), before + 1);
    left_open(&journal);
    journal.remove_profile(&acme()).unwrap();
    assert_eq!(journal.count(&acme()).unwrap(), 0);
}
