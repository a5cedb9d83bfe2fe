//! Any record, also one of hostile bytes: a diagnosis is bounded, has evidence and whole texts, and is the same twice.
#![no_main]

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use scim_console::diagnosis::{Audience, Case, Markup, Reply, Setting, diagnose};
use scim_console::sources::paste;

fuzz_target!(|text: &str| {
    let now = Timestamp::from_second(1_795_521_600).expect("a time");
    for record in paste(text, now).records.iter().take(8) {
        let case = Case::of(record);
        let found = diagnose(&case);
        assert!(found.len() <= 12);
        for finding in &found {
            assert!(!finding.evidence.is_empty() && finding.evidence.len() <= 6, "{finding:?}");
        }
        assert_eq!(found, diagnose(&case));
        let setting = Setting { tenant: "Acme", when: "today" };
        for audience in Audience::ALL {
            for markup in Markup::ALL {
                assert!(!Reply::of(record, &found, audience, setting).text(markup).is_empty());
            }
        }
    }
});
