//! PATCH messages, written as JSON or made of the words that directories use. A refused one changes nothing; one that is
//! carried out leaves a resource with its id, its meta and a userName.
#![no_main]

use std::sync::LazyLock;

use arbitrary::{Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use scim_console::scim::patch;
use scim_console_fuzz::{json_of, operations, user};
use serde_json::Value;

static USER: LazyLock<Value> = LazyLock::new(user);

/// A message: anything that is JSON, or operations.
#[derive(Debug)]
struct Message(Value);

impl<'a> Arbitrary<'a> for Message {
    fn arbitrary(u: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        Ok(Self(if u.ratio(1, 4)? { json_of(u, 4)? } else { operations(u)? }))
    }
}

fuzz_target!(|data: &[u8]| {
    let message = match serde_json::from_slice(data) {
        Ok(message) => message,
        Err(_) => match Message::arbitrary(&mut Unstructured::new(data)) {
            Ok(Message(message)) => message,
            Err(_) => return,
        },
    };
    let mut patched = USER.clone();
    match patch::apply(&mut patched, &message) {
        Ok(_) => {
            for own in ["id", "meta"] {
                assert_eq!(patched[own], USER[own], "{message}");
            }
            assert!(patched["userName"].as_str().is_some_and(|name| !name.trim().is_empty()), "{message}");
        }
        Err(_) => assert_eq!(&patched, &*USER, "{message}"),
    }
});
