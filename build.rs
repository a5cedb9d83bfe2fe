//! Embeds the version and the git commit, and checks the embedded assets: that they are there, and that the catalogue of
//! diagnoses is whole. It generates no code.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, ExitCode};

use serde_json::{Map, Value};

/// How many patterns the catalogue holds.
const PATTERNS: usize = 102;
/// The catalogue, one file a category or part of one.
const CATALOGUE: [&str; 8] =
    ["connection", "scope", "mapping", "value-format", "protocol", "identity", "lifecycle", "groups"];
const OWNERS: [&str; 5] = ["IdP config", "service provider", "data", "token", "network"];
const SEVERITIES: [&str; 4] = ["blocker", "high", "medium", "low"];
/// Members that hold one text, and those that hold several.
const TEXTS: [&str; 8] = ["id", "category", "title", "owner", "severity", "cause", "looks_like", "detection"];
const LISTS: [&str; 3] = ["fix_customer", "fix_support", "sources"];

const ASSETS: [&str; 8] = [
    "assets/fonts/Inter-Regular.otf",
    "assets/fonts/Inter-Medium.otf",
    "assets/fonts/Inter-SemiBold.otf",
    "assets/fonts/JetBrainsMono-Regular.ttf",
    "assets/fonts/JetBrainsMono-Medium.ttf",
    "assets/fonts/Phosphor-Regular.ttf",
    "assets/fonts/Phosphor-Fill.ttf",
    "assets/fonts/Phosphor-Bold.ttf",
];

#[allow(clippy::print_stdout, clippy::print_stderr, reason = "how a build script speaks to cargo and to the builder")]
fn main() -> ExitCode {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-env=SCIM_CONSOLE_COMMIT={}", commit());
    for asset in ASSETS {
        println!("cargo:rerun-if-changed={asset}");
        if !Path::new(asset).is_file() {
            eprintln!("{asset} is missing. The fonts are part of the repository: check it out again.");
            return ExitCode::FAILURE;
        }
    }
    let problems = catalogue();
    for problem in &problems {
        eprintln!("{problem}");
    }
    if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What is wrong with the catalogue of diagnoses, all at once.
#[allow(clippy::print_stdout, reason = "how a build script speaks to cargo")]
fn catalogue() -> Vec<String> {
    let (mut problems, mut ids) = (Vec::new(), BTreeSet::new());
    for name in CATALOGUE {
        let path = format!("assets/diagnoses/{name}.json");
        println!("cargo:rerun-if-changed={path}");
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => {
                problems.push(format!("{path}: {error}"));
                continue;
            }
        };
        match serde_json::from_str::<Vec<Map<String, Value>>>(&text) {
            Ok(patterns) => {
                for pattern in patterns {
                    let id = pattern.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
                    problems.extend(wrong_with(&pattern).into_iter().map(|wrong| format!("{path}, {id}: {wrong}")));
                    if !ids.insert(id.clone()) {
                        problems.push(format!("{path}: {id} is there twice"));
                    }
                }
            }
            Err(error) => problems.push(format!("{path}: {error}")),
        }
    }
    println!("cargo:rerun-if-changed=assets/diagnoses/examples.jsonl");
    if problems.is_empty() && ids.len() != PATTERNS {
        problems.push(format!("assets/diagnoses holds {} patterns instead of {PATTERNS}", ids.len()));
    }
    problems
}

fn wrong_with(pattern: &Map<String, Value>) -> Vec<String> {
    let text = |name: &str| pattern.get(name).and_then(Value::as_str).unwrap_or_default();
    let mut wrong: Vec<String> =
        TEXTS.iter().filter(|name| text(name).trim().is_empty()).map(|name| format!("{name} is empty")).collect();
    if !text("id").chars().all(|letter| matches!(letter, 'a'..='z' | '0'..='9' | '-')) {
        wrong.push("an id is written in small letters with hyphens".to_owned());
    }
    if !OWNERS.contains(&text("owner")) || !SEVERITIES.contains(&text("severity")) {
        wrong.push("its owner or its severity is not known".to_owned());
    }
    for name in LISTS {
        if !pattern.get(name).is_some_and(Value::is_array) {
            wrong.push(format!("{name} is no list"));
        }
    }
    let texts = pattern.values().flat_map(texts);
    wrong.extend(texts.filter(|text| !places_are_closed(text)).map(|text| format!("{{name|words}} in: {text}")));
    wrong
}

/// The texts of a member: one, several, or a step by directory.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text.as_str()],
        Value::Array(all) => all.iter().flat_map(texts).collect(),
        Value::Object(step) => step.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

/// Whether each place for a value is closed and has words for when there is none.
fn places_are_closed(text: &str) -> bool {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((place, next)) = after.split_once('}') else { return false };
        let named = place.split_once('|').is_some_and(|(name, words)| !name.is_empty() && !words.is_empty());
        if !named || before.contains('}') {
            return false;
        }
        rest = next;
    }
    !rest.contains('}')
}

/// The short commit, or "unknown" outside a git checkout, as in a source archive.
fn commit() -> String {
    let git = |words: &[&str]| {
        let output = Command::new("git").args(words).output().ok().filter(|output| output.status.success())?;
        String::from_utf8(output.stdout).ok().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    // Inside somebody else's repository its commit would be a lie.
    let own = git(&["ls-files", "--error-unmatch", "build.rs"]).is_some();
    let Some(commit) = own.then(|| git(&["rev-parse", "--short=12", "HEAD"])).flatten() else {
        return "unknown".to_owned();
    };
    if let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"]).filter(|path| Path::new(path).exists()) {
        watch(&log);
    }
    commit
}

#[allow(clippy::print_stdout, reason = "how a build script speaks to cargo")]
fn watch(path: &str) {
    println!("cargo:rerun-if-changed={path}");
}
