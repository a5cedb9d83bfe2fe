//! What the journal holds of its budgets at 5 thousand, 1 million and 5 million requests: how long an import takes, how
//! long a question does, also while an import runs, how much memory and disk are taken. It prints one table.
//! `benches/journal.sh` writes the log that it reads, and sets the import beside DuckDB's.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    missing_docs,
    reason = "a bench, not a library"
)]

use std::{
    cell::Cell,
    env, fs,
    fs::File,
    io::{BufRead as _, BufReader, Read},
    path::Path,
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use scim_console::{
    domain::{
        profile::ProfileId,
        query::{GroupBy, Query},
    },
    sources::{self, Arrival, Bytes, Reading},
    store::journal::{Journal, Prepared},
};

/// The console's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Where the log is that `gen_entra.py` wrote.
const LOG: &str = "JOURNAL_BENCH_LOG";
/// The largest journal to make, in requests.
const MOST: &str = "JOURNAL_BENCH_MOST";
/// Says to a child which journal it opens, to tell the time and the memory that takes.
const OPENED: &str = "JOURNAL_BENCH_OPENED";
/// Records a transaction, as the engine takes them.
const BATCH: usize = 8_192;
/// What is typed into the filter bar, letter by letter.
const TYPED: [&str; 7] =
    ["user00042", "family977", "uniqueness", "a1b2c3", "operation:create", "TooMany", "status:>=400"];

fn main() {
    if let Some(dir) = env::var_os(OPENED) {
        return opened(Path::new(&dir));
    }
    let Some(log) = env::var_os(LOG) else {
        eprintln!("{LOG} names no log, so nothing was measured. benches/journal.sh writes one.");
        return;
    };
    let most: usize = env::var(MOST).ok().and_then(|most| most.parse().ok()).unwrap_or(5_000_000);
    let log = Path::new(&log);
    let truth: serde_json::Value =
        serde_json::from_slice(&fs::read(log.with_file_name("truth.json")).expect("truth.json")).expect("JSON");
    let now: Timestamp = truth["now"].as_str().expect("a time").parse().expect("a time");
    let lines = usize::try_from(truth["records"].as_u64().expect("a count")).expect("a count");
    for requests in [5_000, 1_000_000, 5_000_000].into_iter().filter(|requests| *requests <= most) {
        measure(log, requests, lines, now);
    }
}

fn profile() -> ProfileId {
    ProfileId("bench".to_owned())
}

fn measure(log: &Path, requests: usize, lines: usize, now: Timestamp) {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let mut journal = Journal::open(dir.path()).expect("a journal");
    println!("\n{requests} requests");
    let (mut bytes, mut copies) = (0, Vec::new());
    let mut left = requests;
    while left > 0 {
        let some = left.min(lines);
        let (took, longest, read) = import(&mut journal, log, copies.len(), some);
        bytes += read;
        left -= some;
        copies.push((took, longest));
    }
    let seconds: Vec<String> = copies.iter().map(|(took, _)| format!("{:.2}", took.as_secs_f64())).collect();
    println!("import of {} at a time, s: {}", requests.min(lines), seconds.join(" "));
    let longest = copies.iter().map(|(_, longest)| *longest).max().unwrap_or_default();
    println!("longest that a write does not look whether it was cancelled: {} ms", ms(longest));
    drop(journal);
    let size = fs::metadata(dir.path().join("journal.sqlite3")).expect("the file").len();
    println!("file: {:.1} MB of {:.1} MB JSON, {:.3} x", mb(size), mb(bytes), mb(size) / mb(bytes));

    let own = env::current_exe().expect("this program");
    let child = Command::new(own).env(OPENED, dir.path()).output().expect("a child");
    print!("{}", String::from_utf8_lossy(&child.stdout));
    let writer = Journal::open(dir.path()).expect("a journal");
    questions(&writer, requests, now);
    let reader = writer.beside().expect("a journal");
    while_importing(writer, &reader, log, (copies.len(), lines.min(requests)), now);
}

/// Opens a journal as a window does at its start.
fn opened(dir: &Path) {
    let before = private();
    let started = Instant::now();
    let journal = Journal::open(dir).expect("a journal");
    let all = journal.list(&profile(), &Query::everything(), Timestamp::UNIX_EPOCH).expect("a list");
    println!("open and first list: {} ms", ms(started.elapsed()));
    let took = private().saturating_sub(before);
    println!("private memory it took: {:.1} MB ({} lines listed)", mb(took), all.keys.len());
}

/// The time of a copy's import, the longest that a cancel would have waited for, and its bytes.
fn import(journal: &mut Journal, log: &Path, copy: usize, lines: usize) -> (Duration, Duration, u64) {
    let (mut copied, mut text) = (Copied::new(log, copy, lines), Vec::new());
    copied.read_to_end(&mut text).expect("the log");
    let started = Instant::now();
    let mut longest = Duration::ZERO;
    let (mut ready, mut count) = (Vec::new(), 0);
    let questions = journal.questions();
    let mut write = |ready: Vec<Prepared>| {
        // From one look at whether it was stopped to the next.
        let (looked, apart) = (Cell::new(Instant::now()), Cell::new(Duration::ZERO));
        let look = || {
            apart.set(apart.get().max(looked.replace(Instant::now()).elapsed()));
            false
        };
        journal.append_prepared(&profile(), ready, &look).expect("written");
        look();
        longest = longest.max(apart.get());
    };
    let mut sink = |more: Vec<Prepared>| {
        count += more.iter().map(Prepared::records).sum::<usize>();
        ready.extend(more);
        if count >= BATCH {
            write(std::mem::take(&mut ready));
            count = 0;
        }
    };
    let give_way = || questions.let_pass();
    let prepare = |batch: Vec<Arrival<'_>>| {
        let records = batch.into_iter().map(|arrival| {
            give_way();
            (arrival.record, arrival.event)
        });
        Prepared::of(records).expect("prepared")
    };
    let how = Reading { give_way: &give_way, ..Reading::at(Timestamp::now()) };
    let counts = sources::read_made(&[&Bytes(&text)], &how, &prepare, &mut sink);
    assert_eq!((counts[0].read, counts[0].rejected), (lines as u64, 0));
    write(ready);
    journal.keep().expect("kept");
    (started.elapsed(), longest, copied.bytes)
}

fn questions(journal: &Journal, requests: usize, now: Timestamp) {
    let ask = |text: &str| {
        let query = Query::parse(text).expect("a query");
        let started = Instant::now();
        let listing = journal.list(&profile(), &query, now).expect("a list");
        (started.elapsed(), listing.keys.len())
    };
    for text in ["", "outcome:failure", "user00042", "a1b2c3", "user:user00042@example.com outcome:failure since:7d"] {
        let times: Vec<Duration> = (0..40).map(|_| ask(text).0).collect();
        println!("list {text:?} ({} lines): {}", ask(text).1, spread(times));
    }
    let failures = Query::parse("user:user00042@example.com outcome:failure since:7d").expect("a query");
    let times = (0..60).map(|_| {
        let started = Instant::now();
        journal.group_by(&profile(), &failures, GroupBy::Error, now).expect("groups");
        started.elapsed()
    });
    println!("failures of one user in 7 days by error: {}", spread(times.collect()));
    let times = typed().map(|text| ask(&text).0).collect();
    println!("keystroke to rows: {}", spread(times));
    let all = journal.list(&profile(), &Query::everything(), now).expect("a list");
    let started = Instant::now();
    let last = journal.rows(&profile(), &all.keys.range(requests - 60..requests).expect("keys")).expect("lines");
    println!("the last 60 lines: {} ms", ms(started.elapsed()));
    assert_eq!(last.len(), 60);
    let times = all.keys.iter().step_by((requests / 50).max(1)).map(|key| {
        let started = Instant::now();
        journal.record(key).expect("readable").expect("there");
        started.elapsed()
    });
    println!("one payload: {}", spread(times.collect()));
}

/// Everything typed, letter by letter, where it is a query.
fn typed() -> impl Iterator<Item = String> {
    let letters = |text: &'static str| (1..=text.len()).map(|end| text[..end].to_owned());
    TYPED.into_iter().flat_map(letters).filter(|text| Query::parse(text).is_ok())
}

fn while_importing(mut writer: Journal, reader: &Journal, log: &Path, (copy, lines): (usize, usize), now: Timestamp) {
    let done = AtomicBool::new(false);
    let mut times = Vec::new();
    let took = std::thread::scope(|scope| {
        let import = scope.spawn(|| {
            let (took, ..) = import(&mut writer, log, copy, lines);
            done.store(true, Ordering::Relaxed);
            took
        });
        for text in typed().collect::<Vec<_>>().iter().cycle() {
            if done.load(Ordering::Relaxed) {
                break;
            }
            let query = Query::parse(text).expect("a query");
            let started = Instant::now();
            reader.list(&profile(), &query, now).expect("a list");
            times.push(started.elapsed());
            // A person who types fast. Whatever woke this thread before may end a wait at once.
            let pause = Duration::from_millis(60);
            let paused = Instant::now();
            while let Some(left) = pause.checked_sub(paused.elapsed()).filter(|left| !left.is_zero()) {
                std::thread::park_timeout(left);
            }
        }
        import.join().expect("imported")
    });
    println!("keystroke to rows while {lines} more are imported ({:.2} s): {}", took.as_secs_f64(), spread(times));
}

/// The log again, with other ids: each copy's are its own.
struct Copied {
    lines: BufReader<File>,
    mask: u32,
    left: usize,
    line: Vec<u8>,
    at: usize,
    bytes: u64,
}

impl Copied {
    fn new(log: &Path, copy: usize, left: usize) -> Self {
        let lines = BufReader::with_capacity(1 << 20, File::open(log).expect("the log"));
        let mask = u32::try_from(copy).expect("few copies").wrapping_mul(0x9e37_79b1);
        Self { lines, mask, left, line: Vec::new(), at: 0, bytes: 0 }
    }
}

impl Read for Copied {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        const BEGIN: &[u8] = b"{\"id\":\"";
        if self.at == self.line.len() {
            self.line.clear();
            self.at = 0;
            if self.left > 0 && self.lines.read_until(b'\n', &mut self.line)? > 0 && self.line.starts_with(BEGIN) {
                self.left -= 1;
                let id = &mut self.line[BEGIN.len()..BEGIN.len() + 8];
                let old = u32::from_str_radix(std::str::from_utf8(id).expect("text"), 16).expect("hexadecimal");
                id.copy_from_slice(format!("{:08x}", old ^ self.mask).as_bytes());
            }
            self.bytes += self.line.len() as u64;
        }
        let count = buffer.len().min(self.line.len() - self.at);
        buffer[..count].copy_from_slice(&self.line[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

fn spread(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |share: usize| times.get((times.len() * share / 100).min(times.len().saturating_sub(1))).copied();
    let [half, most, all] = [50, 95, 100].map(|share| ms(at(share).unwrap_or_default()));
    format!("median {half} ms, p95 {most} ms, longest {all} ms ({} times)", times.len())
}

fn ms(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() * 1_000.0)
}

#[expect(clippy::cast_precision_loss, reason = "megabytes for a person")]
fn mb(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// Memory of this process alone, bytes; 0 where the system does not say.
fn private() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap_or_default();
    line.trim().trim_end_matches("kB").trim().parse::<u64>().map_or(0, |kb| kb * 1_024)
}
