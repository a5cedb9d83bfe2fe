//! Filters, any text at all. Whatever the vendor's guide allows the RFC's rules allow too, and read alike; a space around
//! a filter changes nothing; what is not selected by it is selected by its opposite.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use scim_console::sandbox::Policy;
use scim_console::sandbox::fuzzing::selects;
use scim_console_fuzz::user;
use serde_json::Value;

static USER: LazyLock<Value> = LazyLock::new(user);

fuzz_target!(|text: &str| {
    let rfc = selects(text, Policy::Rfc, &USER);
    let thrive = selects(text, Policy::Thrive, &USER);
    assert!(thrive.is_none() || thrive == rfc, "{text}: {thrive:?} by the guide, {rfc:?} by the RFC");
    if let Some(rfc) = rfc {
        assert_eq!(selects(&format!(" {text} "), Policy::Rfc, &USER), Some(rfc), "{text}");
        // The opposite is one level deeper, and may be one too deep.
        let opposite = selects(&format!("not ({})", text.trim()), Policy::Rfc, &USER);
        assert!(opposite.is_none_or(|opposite| opposite != rfc), "{text}");
    }
});
