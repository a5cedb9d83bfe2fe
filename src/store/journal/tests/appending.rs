//! Writing by parts: what comes twice in one call, a call that is stopped, and questions that are asked meanwhile.

use std::cell::Cell;

use super::*;
use crate::store::journal::Prepared;

fn prepared(records: &[Record]) -> Vec<Prepared> {
    Prepared::of(records.iter().map(|record| (record.clone(), None))).unwrap()
}

fn ids(journal: &Journal) -> Vec<String> {
    let keys = journal.list(&acme(), &Query::everything(), now()).unwrap().keys.to_vec();
    keys.iter().map(|key| journal.record(*key).unwrap().unwrap().summary.id).collect()
}

#[test]
fn a_line_and_its_exchange_in_one_call_are_one_record() {
    let bare = |number: i64| Record { exchange: None, ..record(number, number) };
    // Within one block, and so far apart that they stand in two.
    for between in [0, 600] {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(dir.path()).unwrap();
        let mut all = vec![bare(1)];
        all.extend((2..2 + between).map(bare));
        all.extend([record(1, 1), bare(1), record(1, 1)]);
        let new = 1 + between.unsigned_abs();
        let appended = journal.append_prepared(&acme(), prepared(&all), &|| false).unwrap().unwrap();
        assert_eq!(appended, Appended { imported: new, duplicates: 3 });
        for again in [&journal, &Journal::open(dir.path()).unwrap()] {
            let found = again.list(&acme(), &query("id:id-1"), now()).unwrap();
            let key = found.keys.get(0).unwrap();
            assert_eq!(again.record(key).unwrap().unwrap(), record(1, 1));
            assert_eq!(again.received_attributes(&acme(), 9).unwrap().len(), 2);
        }
        assert_eq!(journal.append(&acme(), &all).unwrap().imported, 0);
    }
}

#[test]
fn a_call_that_is_stopped_adds_nothing_whenever_that_is() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    journal.append(&acme(), &records(1..40)).unwrap();
    let before = ids(&journal);
    let more: Vec<Record> = records(20..900);
    let mut looks = 0_u32;
    loop {
        let left = Cell::new(looks);
        let stopped = || left.replace(left.get().saturating_sub(1)) == 0;
        match journal.append_prepared(&acme(), prepared(&more), &stopped).unwrap() {
            None => assert_eq!(ids(&journal), before, "after {looks} looks"),
            Some(appended) => {
                assert_eq!(appended, Appended { imported: 860, duplicates: 20 });
                break;
            }
        }
        looks += 1;
        assert!(looks < 50, "it ends some time");
    }
    assert!(looks > 3, "it looks again and again");
    assert_eq!(ids(&journal).len(), 899);
    assert_eq!(ids(&Journal::open(dir.path()).unwrap()), ids(&journal));
}

#[test]
fn a_question_never_waits_for_who_writes() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    journal.append(&acme(), &records(1..40)).unwrap();
    let reader = journal.beside().unwrap();
    let seen = Cell::new(0);
    let look = || {
        seen.set(seen.get() + 1);
        assert_eq!(ids(&reader).len(), 39, "as it was before");
        false
    };
    journal.append_prepared(&acme(), prepared(&records(40..900)), &look).unwrap();
    assert!(seen.get() > 3);
    assert_eq!(ids(&reader).len(), 899, "what was written is there when the call comes back");
}

#[test]
fn json_that_is_too_deep_to_be_read_back_is_kept_as_text() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    for (number, levels) in [(1, 90), (2, 126)] {
        let text = format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels));
        let deep: serde_json::Value = serde_json::from_str(&text).unwrap();
        let mut whole = record(number, number);
        whole.event = Some(deep.clone());
        if let Some(exchange) = &mut whole.exchange {
            exchange.request.body = deep.clone();
            exchange.response.as_mut().unwrap().body = deep.clone();
        }
        journal.append(&acme(), &[whole]).unwrap();
        let listing = journal.list(&acme(), &query(&format!("id:id-{number}")), now()).unwrap();
        let read = journal.record(listing.keys.get(0).unwrap()).unwrap().unwrap();
        let kept = if levels == 90 { deep } else { json!(text) };
        assert_eq!(read.event.unwrap(), kept);
        assert_eq!(read.exchange.unwrap().request.body, kept);
    }
}

#[test]
fn what_was_added_comes_to_its_place_while_others_write_and_when_the_journal_is_closed() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("journal.sqlite3-wal");
    let mut journal = Journal::open(dir.path()).unwrap();
    for part in 0..6 {
        let some = records(part * 2_000..(part + 1) * 2_000);
        assert_eq!(journal.append_prepared(&acme(), prepared(&some), &|| false).unwrap().unwrap().imported, 2_000);
    }
    journal.keep().unwrap();
    journal.shared.settler.wait();
    // It tells how the log stands and brings nothing to its place itself.
    let pages = |journal: &Journal| -> i64 {
        journal.connection().query_row("PRAGMA wal_checkpoint(NOOP)", [], |row| row.get(1)).unwrap()
    };
    assert_eq!(pages(&journal), 1, "all is at its place, and the log was begun anew for whoever writes next");
    journal.append(&acme(), &records(12_000..12_001)).unwrap();
    assert!(pages(&journal) > 2, "it goes on in that log");
    // A stopped call owes nothing, and one that is stopped while it waits comes back.
    journal.append_prepared(&acme(), prepared(&records(20_000..22_000)), &|| false).unwrap();
    assert_eq!(journal.append_prepared(&acme(), prepared(&records(30_000..32_000)), &|| true).unwrap(), None);
    drop(journal);
    assert!(!log.exists(), "whoever closes last leaves no log behind");
    assert_eq!(ids(&Journal::open(dir.path()).unwrap()).len(), 14_001);
}

#[test]
fn who_waits_for_another_writer_comes_back_when_stopped() {
    let (dir, mut journal) = filled();
    let other = Journal::open(dir.path()).unwrap();
    other.connection().execute_batch("BEGIN IMMEDIATE").unwrap();
    let looks = Cell::new(0);
    let stopped = || looks.replace(looks.get() + 1) > 1;
    assert_eq!(journal.append_prepared(&acme(), prepared(&records(100..110)), &stopped).unwrap(), None);
    other.connection().execute_batch("COMMIT").unwrap();
    let added = journal.append_prepared(&acme(), prepared(&records(100..110)), &|| false).unwrap();
    assert_eq!(added.unwrap().imported, 10, "the journal can be written to as before");
}
