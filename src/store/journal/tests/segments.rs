//! Lines by the thousand, long ones and spoilt ones: how they are stored, and that they read back.

use super::*;

#[test]
fn a_segment_that_does_not_read_back_is_damage() {
    let (dir, journal) = filled();
    let columns: Vec<u8> =
        journal.connection().query_row("SELECT columns FROM segments", [], |row| row.get(0)).unwrap();
    for damaged in [&columns[..columns.len() / 2], &[], &[0; 40], b"\x28\xb5\x2f\xfd\x00\x00\x01\x00\x00"] {
        journal.connection().execute("UPDATE segments SET columns = ?1", [damaged]).unwrap();
        let other = Journal::open(dir.path()).unwrap();
        let failure = other.list(&acme(), &Query::everything(), now()).expect_err("damaged");
        assert_eq!(failure.kind, FailureKind::DatabaseDamaged);
    }
}

#[test]
fn many_small_calls_leave_few_segments_and_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    for number in 1..400 {
        journal.append(&acme(), &[record(number, number % 7)]).unwrap();
    }
    let segments: i64 = journal.connection().query_row("SELECT count(*) FROM segments", [], |row| row.get(0)).unwrap();
    assert!(segments < 12, "{segments}");
    let again = Journal::open(dir.path()).unwrap();
    for journal in [&journal, &again] {
        let keys = journal.list(&acme(), &Query::everything(), now()).unwrap().keys.to_vec();
        let mut ids: Vec<String> = keys.iter().map(|key| journal.record(*key).unwrap().unwrap().summary.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 399);
    }
    let listing = again.list(&acme(), &query("id:id-64"), now()).unwrap();
    assert_eq!(again.record(listing.keys.get(0).unwrap()).unwrap().unwrap(), record(64, 64 % 7));
}

#[test]
fn lines_of_many_chunks_are_listed_exactly() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    let bare = |number: i64| Record { exchange: None, ..record(number, number * 7 % 1_000) };
    for start in (1..40_001).step_by(5_000) {
        let more: Vec<Record> = (start..start + 5_000).map(bare).collect();
        journal.append(&acme(), &more).unwrap();
    }
    journal.append(&acme(), &[record(20_000, 20_000 * 7 % 1_000)]).unwrap();
    for again in [&journal, &Journal::open(dir.path()).unwrap()] {
        let listing = again.list(&acme(), &Query::everything(), now()).unwrap();
        assert_eq!(listing.keys.len(), 40_000);
        let rows = again.rows(&acme(), &listing.keys.to_vec()).unwrap();
        assert!(rows.is_sorted_by(|a, b| (a.summary.at, a.key) > (b.summary.at, b.key)));
        assert_eq!(again.list(&acme(), &query("outcome:failure"), now()).unwrap().keys.len(), 8_000);
        let one = again.list(&acme(), &query("id:id-39999"), now()).unwrap();
        assert_eq!((one.keys.len(), one.first[0].summary.id.as_str()), (1, "id-39999"));
        let whole = again.list(&acme(), &query("id:id-20000"), now()).unwrap();
        assert_eq!(again.record(whole.keys.get(0).unwrap()).unwrap().unwrap(), record(20_000, 20_000 * 7 % 1_000));
    }
}

#[test]
fn blocks_with_duplicates_keep_each_payload_with_its_line() {
    let (_dir, mut journal) = filled();
    let mixed: Vec<Record> = [5, 40, 6, 41, 41, 42, 7].into_iter().map(|number| record(number, number)).collect();
    assert_eq!(journal.append(&acme(), &mixed).unwrap(), Appended { imported: 3, duplicates: 4 });
    let listing = journal.list(&acme(), &Query::everything(), now()).unwrap();
    for (key, row) in listing.keys.iter().zip(&listing.first) {
        let number: i64 = row.summary.id[3..].parse().unwrap();
        assert_eq!(journal.record(key).unwrap().unwrap(), record(number, number));
    }
}

#[test]
fn a_line_of_texts_without_end_is_cut_kept_apart_and_read_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    let endless = |number: i64| {
        let mut one = record(number, number);
        one.summary.id = "i".repeat(1 << 20) + &number.to_string();
        for text in [&mut one.summary.user, &mut one.summary.detail, &mut one.summary.resource_id] {
            *text = Some("é".repeat(1 << 20));
        }
        one.event = Some(json!({"detail": "d".repeat(1 << 20)}));
        one
    };
    let two = [endless(1), endless(2)];
    assert_eq!(journal.append(&acme(), &two).unwrap().imported, 2);
    assert_eq!(journal.append(&acme(), &two).unwrap().duplicates, 2);
    drop(journal);
    let journal = Journal::open(dir.path()).unwrap();
    let listing = journal.list(&acme(), &Query::everything(), now()).unwrap();
    for ((key, row), record) in listing.keys.iter().zip(&listing.first).zip(&two) {
        let some = [&row.summary.user, &row.summary.detail, &row.summary.resource_id].into_iter().flatten();
        for text in some.chain([&row.summary.id]) {
            assert!(text.len() <= 2_048 && text.contains('…'));
        }
        assert_eq!(journal.record(key).unwrap().unwrap().event, record.event, "what stands behind it is whole");
    }
    assert_ne!(listing.first[0].summary.id, listing.first[1].summary.id);
}

#[test]
fn many_long_texts_take_more_than_one_segment() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    let long = |number: i64| {
        let mut one = record(number, 1);
        one.exchange = None;
        one.summary.detail = Some(format!("{number} {}", "d".repeat(2_000)));
        one
    };
    let all: Vec<Record> = (1..9_001).map(long).collect();
    journal.append(&acme(), &all).unwrap();
    let segments = |journal: &Journal| {
        journal.connection().query_row("SELECT count(*) FROM segments", [], |row| row.get::<_, i64>(0)).unwrap()
    };
    assert_eq!(segments(&journal), 2);
    journal.append(&acme(), &[long(9_001)]).unwrap();
    assert_eq!(journal.append(&acme(), &all).unwrap().duplicates, 9_000);
    drop(journal);
    let journal = Journal::open(dir.path()).unwrap();
    let listing = journal.list(&acme(), &Query::everything(), now()).unwrap();
    assert_eq!(listing.total, 9_001);
    let keys = listing.keys.to_vec();
    for (_, record) in journal.records(&acme(), &[keys[0], keys[500], keys[9_000]]).unwrap() {
        let number: i64 = record.summary.id[3..].parse().unwrap();
        assert_eq!(record, long(number));
    }
}
