//! How long one diagnosis takes, over all cases of the tests. The budget is 100 µs (design §10, issue 5).
#![allow(clippy::expect_used, missing_docs, reason = "a bench, not a library")]

use std::{fs, path::Path};

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use scim_console::{
    diagnosis::{Case, diagnose},
    domain::journal::Record,
    sources,
};
use serde_json::Value;

fn records() -> Vec<Record> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/diagnosis");
    let mut records = Vec::new();
    for entry in fs::read_dir(folder).expect("the cases are there") {
        let text = fs::read_to_string(entry.expect("a file").path()).expect("a file of text");
        for line in text.lines() {
            let case: Value = serde_json::from_str(line).expect("a case is JSON");
            records.extend(sources::paste(&case["input"].to_string(), Timestamp::UNIX_EPOCH).records);
        }
    }
    records
}

fn one(criterion: &mut Criterion) {
    let records = records();
    let mut next = records.iter().cycle();
    criterion.bench_function("one diagnosis", |bench| {
        bench.iter(|| diagnose(&Case::of(next.next().expect("a cycle has no end"))));
    });
}

criterion_group!(benches, one);
criterion_main!(benches);
