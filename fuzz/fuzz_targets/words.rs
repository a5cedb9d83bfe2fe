//! The words of a cURL command: what a POSIX shell is quoted, word by word, comes back as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scim_console::sources::{fuzzing::shell_words, paste};

fuzz_target!(|words: Vec<&str>| {
    // Carets are how Windows quotes.
    if words.iter().any(|word| word.contains('^')) {
        return;
    }
    let quoted: Vec<String> = words.iter().map(|word| format!("'{}'", word.replace('\'', r"'\''"))).collect();
    assert_eq!(shell_words(&quoted.join(" \\\n ")), words);
    let command = format!("curl https://x/Users {}", quoted.join(" "));
    let now = jiff::Timestamp::from_second(1_795_521_600).expect("a time");
    assert_eq!(paste(&command, now).counts.read, 1);
});
