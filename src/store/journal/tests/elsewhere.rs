//! The journal as two windows: what one writes, replaces and forgets the other sees, and is told.

use super::*;

#[test]
fn two_windows_append_and_read_at_once() {
    let dir = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for window in 0..3 {
            let dir = dir.path();
            scope.spawn(move || {
                let mut journal = Journal::open(dir).unwrap();
                for batch in 0..6 {
                    // Neighbours overlap by half a batch.
                    let start = (window + batch) * 10;
                    journal.append(&acme(), &records(start..start + 20)).unwrap();
                    let listing = journal.list(&acme(), &Query::everything(), now()).unwrap();
                    assert_eq!(listing.total, listing.keys.len() as u64);
                }
            });
        }
    });
    let journal = Journal::open(dir.path()).unwrap();
    assert_eq!(journal.list(&acme(), &Query::everything(), now()).unwrap().keys.len(), 90);
    assert_eq!(journal.count(&acme()).unwrap(), 90);
}

#[test]
fn another_window_sees_what_is_written_replaced_and_forgotten() {
    let (dir, mut one) = filled();
    let mut other = Journal::open(dir.path()).unwrap();
    let count = |journal: &Journal, text: &str| journal.list(&acme(), &query(text), now()).unwrap().keys.len();
    assert_eq!(count(&other, ""), 30);
    other.append(&acme(), &[Record { exchange: None, ..record(31, 31) }]).unwrap();
    assert_eq!(count(&one, ""), 31, "asked before anybody looked what had changed");
    let grown = |added: u64, forgot: bool| [Elsewhere { profile: acme(), added, forgot }];
    assert_eq!(one.changed_elsewhere().unwrap(), grown(1, false));
    assert_eq!(one.changed_elsewhere().unwrap(), []);
    assert_eq!(count(&one, "-attr:title"), 1);
    one.append(&acme(), &[record(31, 31)]).unwrap();
    assert_eq!(count(&other, "-attr:title"), 0);
    assert_eq!(other.append(&acme(), &[record(31, 31)]).unwrap().duplicates, 1);
    let janes = one.list(&acme(), &query("user:jane@acme.example"), now()).unwrap().keys.to_vec();
    assert_eq!(one.forget_records(&acme(), &janes).unwrap(), 10);
    assert_eq!((count(&other, ""), count(&other, "user:jane@acme.example")), (21, 0));
    assert_eq!(other.count(&acme()).unwrap(), 21);
    one.remove_profile(&acme()).unwrap();
    assert_eq!(one.changed_elsewhere().unwrap(), [], "what is written here is known here");
    assert_eq!(other.changed_elsewhere().unwrap(), grown(0, true));
    assert_eq!(count(&other, ""), 0);
}

#[test]
fn what_another_window_wrote_is_told_though_this_one_wrote_after_it() {
    let (dir, mut one) = filled();
    let mut other = Journal::open(dir.path()).unwrap();
    let changed = |journal: &Journal| {
        let all = journal.changed_elsewhere().unwrap();
        all.into_iter().map(|one| (one.added, one.forgot)).collect::<Vec<_>>()
    };
    assert_eq!((changed(&one), changed(&other)), (vec![], vec![]), "what was there when they were opened");
    other.append(&acme(), &records(31..34)).unwrap();
    one.append(&acme(), &records(33..36)).unwrap();
    assert_eq!((changed(&one), changed(&other)), (vec![(3, false)], vec![(2, false)]));
    other.forget_before(&acme(), record(30, 30).summary.at).unwrap();
    one.append(&acme(), &records(40..41)).unwrap();
    assert_eq!((changed(&one), changed(&other)), (vec![(0, true)], vec![(1, false)]));
    assert_eq!((changed(&one), changed(&other)), (vec![], vec![]));
}
