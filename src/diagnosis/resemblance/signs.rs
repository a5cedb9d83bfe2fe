//! The signs by which errors are compared: words, pairs of neighbouring words, and circumstances. What a value of a person
//! or an id is called says nothing, so it stands for itself only as "a value".

use std::collections::{BTreeSet, HashSet};

use super::super::facts::{Facts, each_text};

/// Most words that are looked at.
const MOST: usize = 300;
/// Most values that are told from words, and the longest of them, bytes.
const MOST_VALUES: usize = 300;
const LONGEST_VALUE: usize = 400;
/// A longer word is an id or a path.
const LONGEST: usize = 24;

/// All signs of a case. Words are in lower case; a circumstance begins with `=`.
pub(super) fn signs(facts: &Facts<'_>) -> BTreeSet<String> {
    let said = if facts.said.trim().is_empty() { &facts.words } else { &facts.said };
    let mut all = words(said, &values(facts));
    let mut circumstance = |name: &str, value: &dyn std::fmt::Debug| {
        all.insert(format!("={name} {value:?}").to_lowercase().replace(['"', '\t', '\n'], ""));
    };
    let (asked, reply) = (&facts.asked, &facts.reply);
    let written = asked.written.iter().map(|part| part.name.as_str());
    let paths = asked.ops.iter().filter_map(|op| op.path);
    for name in written.chain(paths) {
        let name = name.rsplit([':', '.']).next().unwrap_or(name).to_lowercase();
        if name.len() > 2 && said.contains(&name) {
            circumstance("names", &"a sent attribute");
            circumstance("names", &name);
        }
    }
    if let Some(status) = reply.status {
        circumstance("status", &status);
    }
    if let Some(kind) = reply.scim_type {
        circumstance("scimtype", &kind);
    }
    circumstance("method", &asked.method);
    circumstance("operation", &facts.operation());
    circumstance("target", &asked.target);
    circumstance("answer", &reply.form);
    if asked.looks_up() {
        circumstance("looks", &"up");
    }
    for code in &facts.event.codes {
        circumstance("code", &code.text);
    }
    for op in &asked.ops {
        circumstance(if op.path.is_some() { "with path" } else { "without path" }, &op.op);
    }
    all
}

/// The words of values that were sent and of the person's names; of a great many, the first.
fn values(facts: &Facts<'_>) -> HashSet<String> {
    let (mut values, mut left) = (HashSet::new(), MOST_VALUES);
    let mut take = |text: &str| {
        if left > 0 && text.len() <= LONGEST_VALUE {
            left -= 1;
            values.extend(split(&text.to_lowercase()).map(str::to_owned));
        }
    };
    facts.asked.written.iter().for_each(|part| each_text(part.value, &mut take));
    facts.record.summary.user.iter().for_each(|user| take(user));
    values
}

fn words(said: &str, values: &HashSet<String>) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut before = "^";
    for word in split(said).take(MOST) {
        let is_number = word.chars().any(|c| c.is_ascii_digit());
        let is_status = word.len() == 3 && word.chars().all(|c| c.is_ascii_digit());
        let word = match word {
            _ if word.contains('@') || values.contains(word) => "@",
            _ if word.len() > LONGEST => "~",
            _ if is_number && !is_status => "#",
            _ => word,
        };
        all.insert(word.to_owned());
        all.insert(format!("{before} {word}"));
        before = word;
    }
    all
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    // An address is one word.
    let parts = |token| {
        let is_address = str::contains(token, '@');
        str::split(token, move |c: char| !(c.is_alphanumeric() || is_address && !matches!(c, '"' | '\'' | ',' | ')')))
    };
    text.split_whitespace().flat_map(parts).filter(|word| !word.is_empty())
}
