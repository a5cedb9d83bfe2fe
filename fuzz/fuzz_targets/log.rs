//! Foreign logs, any bytes at all: packed, cut, of any encoding. Whatever is read twice is read alike, nothing is handed
//! over that was not counted, no record is from the future, and what went wrong has its place and its reason.
#![no_main]

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use scim_console::domain::journal::Record;
use scim_console::sources::{Bytes, Counts, Input, Reading, read_all, recognise};

fn read(bytes: &[u8], now: Timestamp) -> (Counts, Vec<Record>) {
    let mut records = Vec::new();
    let how = Reading::at(now);
    let mut counts = read_all(&[&Bytes(bytes) as &dyn Input], &how, &mut |record| records.push(record));
    (counts.remove(0), records)
}

fuzz_target!(|bytes: &[u8]| {
    let now = Timestamp::from_second(1_795_521_600).expect("a time");
    let (counts, records) = read(bytes, now);
    assert!(records.len() as u64 <= counts.read, "{counts:?}");
    assert!(counts.listed.iter().all(|one| !one.at.is_empty() && one.why.ends_with('.')), "{:?}", counts.listed);
    for record in &records {
        assert!(!record.summary.id.is_empty());
        let ahead = record.summary.at.duration_since(now).as_hours();
        assert!(ahead <= 31 * 24, "{}", record.summary.at);
    }
    assert_eq!((counts, records), read(bytes, now));
    let _ = recognise(bytes);
});
