//! Paths of attributes, any text at all: as a PATCH path, as an attribute name of a mapping, and as both of them where
//! they must agree. A path that is refused changes nothing.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use scim_console::domain::attribute::{AttributeName, AttributePath};
use scim_console::sandbox::fuzzing;
use scim_console::scim::patch;
use scim_console_fuzz::user;
use serde_json::{Value, json};

static USER: LazyLock<Value> = LazyLock::new(user);

fuzz_target!(|text: &str| {
    if let Ok(name) = AttributeName::parse(text) {
        assert!(!name.path().is_empty());
        assert_eq!(AttributeName::parse(&name.to_string()).as_ref(), Ok(&name), "{text}");
        let _ = name.kind();
    }
    if let Some(path) = AttributePath::parse(text) {
        assert!(!path.head.is_empty());
    }
    let _ = fuzzing::is_writable(text);
    for operation in ["add", "replace", "remove"] {
        for value in [json!("x"), json!({ "value": "x" }), json!([{ "value": "x", "primary": "True" }]), Value::Null] {
            let mut patched = USER.clone();
            let message = json!({ "Operations": [{ "op": operation, "path": text, "value": value }] });
            match patch::apply(&mut patched, &message) {
                Ok(_) => {
                    for own in ["id", "meta"] {
                        assert_eq!(patched[own], USER[own], "{text} {message}");
                    }
                    assert!(patched["userName"].is_string(), "{text} {message}");
                }
                Err(error) => {
                    assert_eq!(&patched, &*USER, "{text} {message}");
                    assert!(!error.detail.is_empty());
                }
            }
        }
    }
});
