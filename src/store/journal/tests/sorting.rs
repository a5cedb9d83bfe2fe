//! A list stands in the order that was asked for, as sorting its rows one by one would put them.

use super::*;
use crate::domain::{
    journal::Row,
    sorting::{SortBy, Sorting},
};

/// What a row is sorted by, where it has that.
fn value(row: &Row, by: SortBy) -> Option<(u64, String)> {
    let line = &row.summary;
    let words = |text: &str| Some((0, text.to_lowercase()));
    let some = |text: Option<&String>| text.filter(|text| !text.is_empty()).and_then(|text| words(text));
    let number = |number: u64| Some((number, String::new()));
    match by {
        SortBy::Time => number(line.at.as_microsecond().unsigned_abs()),
        SortBy::Outcome => words(line.outcome.label()),
        SortBy::Operation => words(line.operation.label()),
        SortBy::User => some(line.user.as_ref()),
        SortBy::Path => some(Some(&line.path)),
        SortBy::Status => line.status.and_then(|status| number(status.into())),
        SortBy::Error => some(line.scim_type.as_ref()),
        SortBy::Duration => line.duration_ms.and_then(number),
        SortBy::Source => some(line.client.as_ref()).or_else(|| words(row.source.label())),
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn a_list_stands_as_its_rows_sorted_one_by_one(records in proptest::collection::vec(random::record(), 0..24)) {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(dir.path()).unwrap();
        journal.append(&acme(), &records).unwrap();
        let list = |sorting| journal.list_in(sorting, &acme(), &Query::everything(), random::now()).unwrap().keys.to_vec();
        let newest_first = list(Sorting::default());
        for (by, descending) in SortBy::ALL.into_iter().flat_map(|by| [(by, false), (by, true)]) {
            let mut rows = journal.rows(&acme(), &newest_first).unwrap();
            if by == SortBy::Time {
                if !descending {
                    rows.reverse();
                }
            } else {
                rows.sort_by(|a, b| match (value(a, by), value(b, by)) {
                    (Some(a), Some(b)) if descending => b.cmp(&a),
                    (Some(a), Some(b)) => a.cmp(&b),
                    (a, b) => b.is_some().cmp(&a.is_some()),
                });
            }
            let expected: Vec<i64> = rows.iter().map(|row| row.key).collect();
            proptest::prop_assert_eq!(list(Sorting { by, descending }), expected, "{:?} {}", by, descending);
        }
    }
}
