//! Entra's three CSV files, in every order, each of any text below a header that is known. The records are the rows of the
//! log that could be read, whatever stands in the other two, and in whatever order they come.
#![no_main]

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use scim_console::sources::{Bytes, Input, Reading, read_all};

fn ids(files: &[&str]) -> Vec<String> {
    let now = Timestamp::from_second(1_795_521_600).expect("a time");
    let bytes: Vec<Bytes<'_>> = files.iter().map(|file| Bytes(file.as_bytes())).collect();
    let inputs: Vec<&dyn Input> = bytes.iter().map(|input| input as &dyn Input).collect();
    let mut ids = Vec::new();
    let how = Reading::at(now);
    read_all(&inputs, &how, &mut |record| ids.push(record.summary.id));
    ids
}

fuzz_target!(|rows: (&str, &str, &str)| {
    let log = format!("Date,ID,Change ID,Action,Status\n2026-01-01,1,c,Create,Success\n{}", rows.0);
    let steps = format!("Change ID,Name,Type,Status,Details\nc,EntryExportAdd,export,Success,\n{}", rows.1);
    let properties = format!("Change ID,Property name,Old value,New value\nc,active,True,False\n{}", rows.2);
    let alone = ids(&[&log]);
    assert!(!alone.is_empty());
    assert_eq!(alone, ids(&[&log, &steps, &properties]));
    assert_eq!(alone, ids(&[&properties, &steps, &log]));
});
