//! What is forgotten is gone from the answers and from the files, and nothing else is.

use super::*;

#[test]
fn a_removed_profile_leaves_nothing_behind() {
    let (_dir, mut journal) = filled();
    let mut other = record(1, 1);
    other.summary.user = Some("stays@zoo.example".to_owned());
    journal.append(&ProfileId::sandbox(), &[other]).unwrap();
    let old = journal.list(&acme(), &Query::everything(), now()).unwrap().keys.to_vec();
    journal.remove_profile(&acme()).unwrap();
    journal.remove_profile(&ProfileId("never".to_owned())).unwrap();
    assert_eq!(journal.count(&acme()).unwrap(), 0);
    assert_eq!(journal.count(&ProfileId::sandbox()).unwrap(), 1);
    let rows = |table: &str| -> i64 {
        journal.connection().query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    };
    assert_eq!(["profiles", "segments", "blocks", "completions"].map(rows), [1, 1, 1, 0]);
    assert_eq!(journal.append(&acme(), &records(1..3)).unwrap().imported, 2);
    let keys = journal.list(&acme(), &Query::everything(), now()).unwrap().keys.to_vec();
    assert!(keys.iter().all(|key| !old.contains(key)), "keys are never given again: {keys:?}");
}

/// Whether a text stands in any file of a folder.
fn stands_in(dir: &Path, text: &str) -> bool {
    fs::read_dir(dir).unwrap().any(|entry| {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        bytes.windows(text.len()).any(|part| part == text.as_bytes())
    })
}

/// A record whose texts are too odd to be compressed away: the files are looked through for them.
fn marked(number: i64, name: &str) -> Record {
    let mut marked = record(number, number);
    marked.summary.user = Some(format!("{name}@acme.example"));
    marked.event = Some(json!({"who": {"mail": format!("{name}@acme.example")}, "number": number}));
    marked
}

#[test]
fn what_is_forgotten_leaves_no_byte_in_any_file() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    let keeps = |journal: &Journal, text: &str| journal.list(&acme(), &query(text), now()).unwrap().keys.len();
    journal.append(&acme(), &records(1..300)).unwrap();
    // By itself each time, so that it stands there as it is written: nothing before it can be referred to.
    journal.append(&acme(), &[marked(1_000, "QZXWVKJ4711")]).unwrap();
    journal.append(&acme(), &records(300..600)).unwrap();
    journal.append(&ProfileId("QZXWVKJ4712".to_owned()), &[marked(1, "QZXWVKJ4712")]).unwrap();
    fs::write(dir.path().join("journal.sqlite3.schema-1.backup"), "QZXWVKJ4711").unwrap();
    assert!(stands_in(dir.path(), "QZXWVKJ4711") && stands_in(dir.path(), "QZXWVKJ4712"));
    let theirs = journal.list(&acme(), &query("user:qzxwvkj4711@acme.example"), now()).unwrap().keys.to_vec();
    assert_eq!(journal.forget_records(&ProfileId("QZXWVKJ4712".to_owned()), &theirs).unwrap(), 0, "not its own");
    assert_eq!(journal.forget_records(&acme(), &theirs).unwrap(), 1);
    assert!(!stands_in(dir.path(), "QZXWVKJ4711"));
    assert!(stands_in(dir.path(), "QZXWVKJ4712"));
    journal.remove_profile(&ProfileId("QZXWVKJ4712".to_owned())).unwrap();
    assert!(!stands_in(dir.path(), "QZXWVKJ4712"));
    assert_eq!((keeps(&journal, ""), keeps(&journal, "id:id-450")), (599, 1));
    let one = journal.list(&acme(), &query("id:id-299 or id:id-450"), now()).unwrap();
    assert_eq!(journal.record(one.keys.get(0).unwrap()).unwrap().unwrap(), record(299, 299));
    assert_eq!(journal.record(one.keys.get(1).unwrap()).unwrap().unwrap(), record(450, 450));
    assert_eq!(journal.append(&acme(), &[marked(1_000, "QZXWVKJ4711")]).unwrap().imported, 1, "it may come again");
}

#[test]
fn what_is_too_old_or_too_much_is_forgotten() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    journal.append(&acme(), &records(1..3_000)).unwrap();
    journal.append(&ProfileId::sandbox(), &records(2_000..3_000)).unwrap();
    let moment = record(2_500, 2_500).summary.at;
    assert_eq!(journal.forget_before(&acme(), moment).unwrap(), 499);
    assert_eq!(journal.count(&acme()).unwrap(), 2_500);
    let before = journal.size().unwrap();
    let forgotten = journal.shrink_to(before / 2).unwrap();
    assert!(forgotten > 0 && journal.size().unwrap() <= before / 2);
    let listing = journal.list(&acme(), &Query::everything(), now()).unwrap();
    assert_eq!(listing.first[0].summary.id, "id-1", "the newest stay");
    let last = journal.record(listing.keys.iter().last().unwrap()).unwrap().unwrap();
    let number: i64 = last.summary.id[3..].parse().unwrap();
    assert_eq!(last, record(number, number));
    assert_eq!(listing.total, journal.count(&acme()).unwrap());
    assert_eq!(fs::metadata(dir.path().join("journal.sqlite3")).unwrap().len(), journal.size().unwrap());
}
