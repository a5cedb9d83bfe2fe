//! What is counted beside a list is what counting its rows one by one comes to.

use std::collections::BTreeMap;

use super::*;
use crate::domain::journal::{Bar, Glance, Histogram, Row};

/// The row's bar and its outcome's place there.
fn place(row: &Row, histogram: &Histogram) -> (usize, usize) {
    let since = row.summary.at.as_microsecond() - histogram.start.as_microsecond();
    let bar = since.div_euclid(histogram.bar_seconds * 1_000_000);
    let outcome = Outcome::ALL.iter().position(|outcome| *outcome == row.summary.outcome);
    (usize::try_from(bar).unwrap(), outcome.unwrap())
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(32))]

    #[test]
    fn counts_are_those_of_the_rows(
        // Minutes before now by number: mostly one after the other, as in a log, and some that are far off.
        steps in proptest::collection::vec((0_i64..400, 0_u8..20), 0..200),
        text in proptest::sample::select(&["", "outcome:failure", "bob", "id-1", "since:2h", "zoë outcome:success", "1"][..]),
        forgotten in 0_usize..3,
    ) {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(dir.path()).unwrap();
        let mut minutes = 0;
        let records: Vec<Record> = (1..)
            .zip(steps)
            .map(|(number, (step, strays))| {
                minutes += step / 40;
                record(number, if strays == 0 { minutes + step * 1_000 } else { minutes })
            })
            .collect();
        for some in records.chunks(80) {
            journal.append(&acme(), some).unwrap();
        }
        if forgotten == 0 {
            journal.forget_before(&acme(), now() - jiff::SignedDuration::from_hours(24)).unwrap();
        }
        let listing = journal.list(&acme(), &query(text), now()).unwrap();
        let rows = journal.rows(&acme(), &listing.keys.to_vec()).unwrap();
        let (keys, mut glanced) = (listing.keys.to_vec(), rows.iter().map(|row| Glance::from(&row.summary)));
        journal.glance(&acme(), keys.into_iter(), |line| assert_eq!(Some(line), glanced.next())).unwrap();
        proptest::prop_assert_eq!(glanced.next(), None);
        let mut bars = vec![Bar::default(); listing.histogram.bars.len()];
        for row in &rows {
            let (bar, outcome) = place(row, &listing.histogram);
            bars[bar].counts[outcome] += 1;
        }
        proptest::prop_assert_eq!(&listing.histogram.bars, &bars);
        let mut clients = BTreeMap::<&str, u64>::new();
        for row in &rows {
            *clients.entry(row.summary.client.as_deref().unwrap_or_default()).or_default() += 1;
        }
        clients.remove("");
        proptest::prop_assert_eq!(counts(&listing.clients).into_iter().collect::<BTreeMap<_, _>>(), clients);
        let grouped = journal.group_by(&acme(), &query(text), GroupBy::Outcome, now()).unwrap();
        proptest::prop_assert_eq!(grouped.iter().map(|count| count.count).sum::<u64>(), rows.len() as u64);
    }
}
