//! Reads the sources and fails on what this house forbids: an import against the table in `src/lib.rs`, a file that
//! grew too long, a sleep in a test, a colour outside the theme, a slip in the words on screen.
//! It only reads text: it never builds or starts anything, so it stays fast and needs no display.
#![allow(clippy::expect_used, reason = "a test may stop where its ground is missing")]

use std::{
    collections::HashMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    sync::{LazyLock, Mutex},
};

use regex::Regex;

/// The most lines a file may have before its tests.
const MOST_LINES: usize = 500;
/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 9] = ["util", "utils", "helper", "helpers", "common", "misc", "types", "manager", "managers"];
/// Crates that compute and neither draw nor reach disk or network: allowed everywhere.
const PURE: [&str; 15] = [
    "aho_corasick",
    "jiff",
    "memchr",
    "regex",
    "scim_v2",
    "secrecy",
    "serde",
    "serde_json",
    "sha2",
    "similar",
    "thiserror",
    "tracing",
    "url",
    "uuid",
    "wide",
];

/// One row of the import table.
struct Row {
    module: &'static str,
    /// Modules of this crate; `a::b` allows that part of `a` only.
    inside: &'static [&'static str],
    /// Other crates, besides [`PURE`].
    outside: &'static [&'static str],
}

/// Who may import whom: the table at the top of `src/lib.rs`, for a machine.
const TABLE: [Row; 10] = [
    Row { module: "domain", inside: &[], outside: &["csv"] },
    Row { module: "diagnosis", inside: &["domain"], outside: &[] },
    Row { module: "sources", inside: &["domain"], outside: &["base64", "csv_core", "flate2", "zip"] },
    Row {
        module: "scim",
        inside: &["domain"],
        outside: &["base64", "futures_util", "reqwest", "rustls", "tokio", "tokio_util"],
    },
    Row {
        module: "store",
        inside: &["domain"],
        outside: &["foldhash", "rayon", "rusqlite", "rusqlite_migration", "zstd"],
    },
    Row {
        module: "sandbox",
        inside: &["domain", "scim::patch"],
        outside: &[
            "axum",
            "futures_util",
            "hyper",
            "hyper_util",
            "rusqlite",
            "rusqlite_migration",
            "tokio",
            "tokio_stream",
            "tokio_util",
            "tower",
            "tower_http",
            "base64",
            "utoipa",
            "utoipa_axum",
        ],
    },
    Row {
        module: "engine",
        inside: &["domain", "diagnosis", "sources", "scim", "store", "sandbox"],
        outside: &["futures_util", "keyring", "logging", "rfd", "tokio", "tokio_stream", "tokio_util", "zip"],
    },
    Row { module: "app", inside: &["domain", "diagnosis", "engine"], outside: &[] },
    Row { module: "ui", inside: &["app", "domain"], outside: &["egui", "eframe", "egui_extras"] },
    Row {
        module: "cli",
        inside: &["domain", "diagnosis", "sources", "engine"],
        outside: &["clap", "csv", "directories", "tokio"],
    },
];
/// The files where drawing ends and changing begins: only they hold the model to change it.
const SEAMS: [&str; 2] = ["src/ui/window.rs", "src/ui/mod.rs"];
/// What `app` may not take from the engine: it knows commands and events, not the machine.
const ENGINE_ROOM: [&str; 4] = ["Engine", "Setup", "Wake", "credentials"];
/// The layers that are told the time.
const TOLD_THE_TIME: [&str; 4] = ["domain", "diagnosis", "sources", "app"];

static DECLARED: LazyLock<Vec<String>> = LazyLock::new(|| {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml is readable");
    let section = pattern(r"(?ms)^\[dependencies\]$(.*?)^\[");
    let name = pattern(r"(?m)^([a-z0-9_-]+) *=");
    let body = section.captures(&manifest).expect("a list of dependencies")[1].to_owned();
    name.captures_iter(&body).map(|found| found[1].replace('-', "_")).collect()
});

/// A source file, read once: its code without comments and texts, and its texts.
struct Source {
    path: String,
    raw: String,
    /// The file with comments and the inside of literals blanked, line breaks kept.
    code: String,
    /// Line and content of each text literal.
    texts: Vec<(usize, String)>,
    /// The first line of its tests; one past the end where it has none.
    tests_from: usize,
}

impl Source {
    fn new(path: &str, raw: &str) -> Self {
        let (code, texts) = blank(raw);
        let lines = raw.lines().count();
        let tests_from = if path.starts_with("tests/")
            || path.starts_with("benches/")
            || path.ends_with("/tests.rs")
            || path.contains("/tests/")
        {
            1
        } else {
            let tests = pattern(r"(?m)^#\[cfg\(test\)\]\s*(#\[[^\]]*\]\s*)*(pub )?mod \w+ \{");
            tests.find(&code).map_or(lines + 1, |found| line_of(&code, found.start()))
        };
        Self { path: path.to_owned(), raw: raw.to_owned(), code, texts, tests_from }
    }

    /// The module of this crate that the file belongs to, with the depth of its path below the crate.
    fn module(&self) -> Option<(&str, usize)> {
        let inside = self.path.strip_prefix("src/")?.strip_suffix(".rs")?;
        let parts: Vec<&str> = inside.split('/').collect();
        let depth = parts.len() - usize::from(parts.last() == Some(&"mod"));
        (parts.len() > 1).then(|| (parts[0], depth))
    }

    fn is_in(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }

    /// Places in the code that match, with their lines; `tests` chooses the tests or what is before them.
    fn find(&self, text: &str, tests: bool) -> Vec<(usize, String)> {
        let pattern = pattern(text);
        let all = pattern.find_iter(&self.code);
        let all = all.map(|found| (line_of(&self.code, found.start()), found.as_str().to_owned()));
        all.filter(|(line, _)| (*line >= self.tests_from) == tests).collect()
    }

    /// The crate paths that the code names, each as `a::b::…`, with their lines.
    fn crate_paths(&self) -> Vec<(usize, String)> {
        let start = pattern(r"\bcrate::|\bsuper::(?:super::)*");
        let depth = self.module().map_or(0, |(_, depth)| depth);
        let mut out = Vec::new();
        for found in start.find_iter(&self.code) {
            let line = line_of(&self.code, found.start());
            let levels = found.as_str().matches("super").count();
            let here = depth + usize::from(line >= self.tests_from && !self.path.ends_with("/tests.rs"));
            if levels == 0 || levels == here {
                let mut paths = Vec::new();
                branches(&self.code[found.end()..], "", &mut paths);
                out.extend(paths.into_iter().map(|path| (line, path)));
            }
        }
        out
    }
}

/// Expands a use tree (`a::{b, c::{d}}`) that the text begins with; answers what follows it.
fn branches<'a>(text: &'a str, above: &str, out: &mut Vec<String>) -> &'a str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix('}') {
                return after;
            }
            let before = rest.len();
            rest = branches(rest, above, out).trim_start();
            rest = rest.strip_prefix(',').unwrap_or(rest);
            if rest.len() == before {
                return rest;
            }
        }
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '*').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let path = if above.is_empty() { name.to_owned() } else { format!("{above}::{name}") };
    match rest.strip_prefix("::") {
        Some(deeper) if !deeper.starts_with('<') => branches(deeper, &path, out),
        _ => {
            out.push(path);
            rest.strip_prefix(" as ")
                .map_or(rest, |alias| alias.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_'))
        }
    }
}

/// Blanks comments and the inside of literals, and hands out the text literals.
fn blank(raw: &str) -> (String, Vec<(usize, String)>) {
    static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
        let raw_texts = (0..4)
            .map(|n| {
                let h = "#".repeat(n);
                format!(r#"b?r{h}"(?s:.*?)"{h}"#)
            })
            .rev()
            .collect::<Vec<_>>()
            .join("|");
        Regex::new(&format!(
            r#"//[^\n]*|/\*(?s:.*?)\*/|\b(?:{raw_texts})|b?"(?s:[^"\\]|\\.)*"|b?'(?:[^'\\\n]|\\(?:u\{{[^}}]*\}}|x..|.))'"#
        ))
        .expect("a pattern")
    });
    let (mut code, mut texts, mut at) = (String::with_capacity(raw.len()), Vec::new(), 0);
    for found in TOKEN.find_iter(raw) {
        code.push_str(&raw[at..found.start()]);
        let token = found.as_str();
        if let Some(open) = token.find('"').filter(|_| !token.starts_with(['/', '\'']) && !token.starts_with("b'")) {
            let close = token.rfind('"').unwrap_or(open);
            texts.push((line_of(raw, found.start()), token[open + 1..close.max(open + 1)].to_owned()));
            code.push('"');
            code.extend(token.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            code.push('"');
        } else {
            code.extend(token.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        }
        at = found.end();
    }
    code.push_str(&raw[at..]);
    (code, texts)
}

/// A pattern, compiled once.
fn pattern(text: &str) -> Regex {
    static COMPILED: LazyLock<Mutex<HashMap<String, Regex>>> = LazyLock::new(Mutex::default);
    let mut compiled = COMPILED.lock().expect("nobody panicked here");
    compiled.entry(text.to_owned()).or_insert_with(|| Regex::new(text).expect("a pattern")).clone()
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

type Breach = (usize, String);

fn imports(source: &Source) -> Vec<Breach> {
    let Some((module, _)) = source.module() else { return Vec::new() };
    let Some(row) = TABLE.iter().find(|row| row.module == module) else {
        return vec![(1, format!("the module '{module}' has no row in the import table"))];
    };
    let mut out = Vec::new();
    for (line, path) in source.crate_paths() {
        let mut parts = path.split("::");
        let (top, next) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let known = TABLE.iter().any(|row| row.module == top);
        let allowed = row.inside.iter().any(|may| *may == top || *may == format!("{top}::{next}"));
        let engine_room = module == "app" && top == "engine" && ENGINE_ROOM.contains(&next);
        if known && top != module && (!allowed || engine_room) {
            out.push((line, format!("{module} may not use crate::{path}")));
        }
    }
    let start = pattern(r"(?:^|[^:\w.$])([a-z_0-9]+)(?:::|;)");
    for found in start.captures_iter(&source.code) {
        let (name, line) = (&found[1], line_of(&source.code, found.get(1).map_or(0, |name| name.start())));
        let is_crate = DECLARED.iter().any(|declared| declared == name);
        let is_path = found[0].ends_with("::")
            || found[0].starts_with(' ')
                && source.code.lines().nth(line - 1).is_some_and(|text| text.trim_start().starts_with("use "));
        let allowed = PURE.contains(&name) || row.outside.contains(&name) || line >= source.tests_from;
        if is_crate && is_path && !allowed {
            out.push((line, format!("{module} may not use the crate {name}")));
        }
    }
    out
}

fn told_the_time(source: &Source) -> Vec<Breach> {
    let told = source.module().is_some_and(|(module, _)| TOLD_THE_TIME.contains(&module));
    let clocks = source.find(r"\b(Timestamp|Zoned|Instant|SystemTime)::now\(", false);
    clocks.into_iter().filter(|_| told).map(|(line, text)| (line, format!("reads a clock: {text}"))).collect()
}

fn drawing_changes_nothing(source: &Source) -> Vec<Breach> {
    if !source.is_in("src/ui/") || SEAMS.contains(&source.path.as_str()) {
        return Vec::new();
    }
    let found = source.find(r"&(?:'\w+ )?mut (?:\w+::)*Model\b", false);
    found.into_iter().map(|(line, _)| (line, "a screen takes &Model and answers with actions".to_owned())).collect()
}

fn size(source: &Source) -> Vec<Breach> {
    let lines = source.tests_from - 1;
    let too_long = lines > MOST_LINES;
    too_long
        .then(|| (MOST_LINES, format!("{lines} lines before the tests; {MOST_LINES} is the most")))
        .into_iter()
        .collect()
}

fn names(source: &Source) -> Vec<Breach> {
    let empty = source.path.trim_end_matches(".rs").split('/').find(|part| EMPTY_NAMES.contains(part));
    empty.map(|part| (1, format!("'{part}' says nothing: name what is inside"))).into_iter().collect()
}

fn opening(source: &Source) -> Vec<Breach> {
    let opens = source.raw.lines().next().is_some_and(|line| line.starts_with("//! ") && line.len() > 20);
    (!opens).then(|| (1, "a file opens with //! and what it is for".to_owned())).into_iter().collect()
}

fn tests_wait_for_nothing(source: &Source) -> Vec<Breach> {
    // The windowed test watches another process, which it can only ask again.
    let sleeps = if source.is_in("tests/windowed/") { Vec::new() } else { source.find(r"\bsleep\(", true) };
    let skipped = [true, false].into_iter().flat_map(|tests| source.find(r"#\[(ignore|should_panic)\b", tests));
    sleeps.into_iter().chain(skipped).map(|(line, text)| (line, format!("{text} in a test"))).collect()
}

fn bounded(source: &Source) -> Vec<Breach> {
    let found = source.find(r"\bunbounded\w*|\bmpsc::channel(::<[^()]*>)?\(\)", false);
    found.into_iter().map(|(line, text)| (line, format!("{text}: give the channel a bound"))).collect()
}

fn reasons(source: &Source) -> Vec<Breach> {
    let found = [true, false].into_iter().flat_map(|tests| source.find(r"#!?\[(allow|expect)\([^\]]*\)\]", tests));
    found
        .filter(|(_, text)| !text.contains("reason"))
        .map(|(line, text)| (line, format!("{text} states no reason")))
        .collect()
}

fn theme(source: &Source) -> Vec<Breach> {
    if !source.is_in("src/ui/") || source.is_in("src/ui/theme") || source.path == "src/ui/icon.rs" {
        return Vec::new();
    }
    let raw = r"\bColor32::from_\w+|\bhex_color!|\bColor32::[A-Z_]{3,}\b|\bFontId::(new|proportional|monospace)\b|\bRichText::new\([^;]*?\)\s*\.(size|color)\(";
    let found = source
        .find(raw, false)
        .into_iter()
        .filter(|(_, text)| !text.ends_with("TRANSPARENT") && !text.ends_with("PLACEHOLDER"));
    found.map(|(line, text)| (line, format!("{}: colours, sizes and fonts come from ui::theme", text.trim()))).collect()
}

fn words(source: &Source) -> Vec<Breach> {
    if !source.is_in("src/ui/") && !source.is_in("src/app/") {
        return Vec::new();
    }
    let said = source.texts.iter().filter(|(line, _)| *line < source.tests_from);
    said.filter_map(|(line, text)| {
        let letters = text.chars().any(char::is_alphabetic);
        let slip = if text.contains("...") { "write … , not three stops" } else { "no exclamation marks" };
        (letters && (text.contains("...") || text.ends_with('!'))).then(|| (*line, format!("“{text}”: {slip}")))
    })
    .collect()
}

fn silence(source: &Source) -> Vec<Breach> {
    if !source.is_in("src/") || source.path == "src/main.rs" {
        return Vec::new();
    }
    let found = source.find(r"\b(e?print(ln)?|dbg)!", false);
    found.into_iter().map(|(line, text)| (line, format!("{text}: only main.rs prints"))).collect()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every source file of the crate, its tests and benches.
static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| {
    fn collect(folder: &Path, out: &mut Vec<PathBuf>) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
            if path.is_dir() {
                collect(&path, out);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                out.push(path);
            }
        }
    }
    let root = root();
    let mut paths = Vec::new();
    ["src", "tests", "benches"].iter().for_each(|folder| collect(&root.join(folder), &mut paths));
    paths.sort();
    let read = |path: &PathBuf| {
        let name = path.strip_prefix(&root).expect("a path below the root").to_string_lossy().replace('\\', "/");
        Source::new(&name, &fs::read_to_string(path).expect("a source is readable"))
    };
    paths.iter().map(read).collect()
});

#[track_caller]
fn holds(rule: fn(&Source) -> Vec<Breach>) {
    let mut report = String::new();
    for source in SOURCES.iter() {
        for (line, why) in rule(source) {
            writeln!(report, "{}:{line}: {why}", source.path).expect("a text grows");
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

#[test]
fn imports_go_one_way() {
    holds(imports);
}

#[test]
fn only_the_engine_and_the_window_know_what_time_it_is() {
    holds(told_the_time);
}

#[test]
fn a_screen_draws_and_changes_nothing() {
    holds(drawing_changes_nothing);
}

#[test]
fn files_stay_small() {
    holds(size);
}

#[test]
fn names_say_what_is_inside() {
    holds(names);
}

#[test]
fn files_open_with_what_they_are_for() {
    holds(opening);
}

#[test]
fn tests_neither_sleep_nor_hide() {
    holds(tests_wait_for_nothing);
}

#[test]
fn channels_have_a_bound() {
    holds(bounded);
}

#[test]
fn opt_outs_state_their_reason() {
    holds(reasons);
}

#[test]
fn looks_come_from_the_theme() {
    holds(theme);
}

#[test]
fn words_on_screen_follow_the_house_style() {
    holds(words);
}

#[test]
fn only_main_prints() {
    holds(silence);
}

#[test]
fn every_dependency_is_used() {
    // A feature switches the inspection on; eframe does the rest.
    let mut unused = DECLARED.iter().filter(|name| *name != "egui_inspection").collect::<Vec<_>>();
    for source in SOURCES.iter().filter(|source| source.is_in("src/")) {
        unused.retain(|name| source.find(&format!(r"\b{name}(::|;)"), false).is_empty());
    }
    assert!(unused.is_empty(), "not used: {unused:?}");
}

#[test]
fn every_rule_catches_its_breach() {
    type Rule = fn(&Source) -> Vec<Breach>;
    let long = format!("//! A long file, for a test.\n{}", "fn f() {}\n".repeat(MOST_LINES));
    let cases: &[(Rule, &str, &str, usize)] = &[
        (imports, "src/domain/a.rs", "use crate::store::Store;", 1),
        (imports, "src/domain/a.rs", "// crate::store\nlet a = \"crate::store\";", 0),
        (
            imports,
            "src/ui/a.rs",
            "use crate::{\n    app::{Action, Model},\n    domain::mapping,\n    scim::{self, client},\n};",
            2,
        ),
        (imports, "src/ui/a/b.rs", "fn f() { super::super::super::store::open() }", 1),
        (imports, "src/ui/a/b.rs", "use super::super::widgets; #[cfg(test)]\nmod tests { use super::super::x; }", 0),
        (imports, "src/ui/window.rs", "use crate::engine::Engine;", 1),
        (imports, "src/app/a.rs", "use crate::engine::{Command, Engine, JobId as Id};", 1),
        (imports, "src/app/a.rs", "async fn f() { tokio::spawn(g()); }", 1),
        (imports, "src/sandbox/a.rs", "use crate::scim::{patch, client::Client};", 1),
        (imports, "src/engine/a.rs", "use eframe;\nuse serde_json as json;", 1),
        (imports, "src/new/a.rs", "", 1),
        (imports, "src/store/a.rs", "use rusqlite::params;\n#[cfg(test)]\nmod tests { use tokio::main; }", 0),
        (imports, "src/app/a.rs", "#[cfg(test)]\nmod tests;\nfn f() { tokio::spawn(g()) }", 1),
        (told_the_time, "src/app/a.rs", "let now = jiff::Timestamp::now();", 1),
        (told_the_time, "src/ui/a.rs", "let now = jiff::Timestamp::now();", 0),
        (drawing_changes_nothing, "src/ui/a.rs", "fn f(ui: &mut Ui, model: &mut app::Model) {}", 1),
        (drawing_changes_nothing, "src/ui/window.rs", "fn f(model: &mut Model) {}", 0),
        (size, "src/app/a.rs", &long, 1),
        (size, "tests/a.rs", &long, 0),
        (names, "src/ui/helpers/a.rs", "", 1),
        (names, "src/ui/helpful.rs", "", 0),
        (opening, "src/ui/a.rs", "use std::fmt;", 1),
        (opening, "src/ui/a.rs", "//! Draws one row of the list.", 0),
        (
            tests_wait_for_nothing,
            "src/a/b.rs",
            "fn f() { sleep(1) }\n#[cfg(test)]\nmod tests { fn g() { thread::sleep(x) } }",
            1,
        ),
        (tests_wait_for_nothing, "tests/a.rs", "#[ignore = \"slow\"]\nfn f() { /* sleep(1) */ }", 1),
        (
            bounded,
            "src/a/b.rs",
            "let (a, b) = mpsc::unbounded_channel(); let c = mpsc::channel(); mpsc::channel(4);",
            2,
        ),
        (reasons, "src/a/b.rs", "#[allow(dead_code)]\n#[allow(dead_code, reason = \"kept for callers\")]", 1),
        (
            theme,
            "src/ui/a.rs",
            "Color32::from_rgb(1, 2, 3); RichText::new(text(a)).strong().size(12.0); Color32::TRANSPARENT;",
            2,
        ),
        (theme, "src/ui/theme.rs", "Color32::from_rgb(1, 2, 3)", 0),
        (words, "src/ui/a.rs", "f(\"Loading...\"); f(\"Done!\"); f(\"Review…\"); f(\"!\"); f(r#\"Say \"hi\"!\"#)", 3),
        (words, "src/cli/a.rs", "f(\"Loading...\")", 0),
        (silence, "src/cli/a.rs", "println!(\"{}\", 1); // println!", 1),
        (silence, "src/main.rs", "println!(\"{}\", 1)", 0),
    ];
    for (number, (rule, path, text, expected)) in cases.iter().enumerate() {
        let found = rule(&Source::new(path, text));
        assert_eq!(found.len(), *expected, "case {number}: {text}\n{found:?}");
    }
}
