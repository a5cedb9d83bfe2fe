//! The portal's three CSV files as one log, joined on the change id in whatever order they come (`idp-facts.md` §1.3), and
//! the tables of a Log Analytics query. Memory holds the steps and properties of a part of the changes at a time: where
//! they are more than fits, the files are read once a part.

use std::{
    cell::Cell,
    collections::HashMap,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io::Read,
};

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::super::{
    Counts, Format, Reading, archive::Piece, json::Found, reading::within, rows, rows::Known, unicode::Unicode,
};
use crate::domain::journal::Record;

/// So many bytes of steps and properties are held at a time.
const HELD_BYTES: usize = 64 << 20;
/// So many steps or properties of one change are kept.
const MAX_ROWS: usize = 2_000;
/// The changes are parted into no more parts than this.
const MAX_PARTS: u64 = 1 << 12;

/// Tables that belong together.
#[derive(Default)]
pub(in crate::sources) struct Tables<'p> {
    pub(in crate::sources) logs: Vec<Piece<'p>>,
    pub(in crate::sources) sides: Vec<(Format, Piece<'p>)>,
    /// Bytes held at a time; fewer in tests.
    pub(in crate::sources) held: Option<usize>,
}

/// What the other two files say of one change: JSON objects, separated by commas.
#[derive(Default)]
struct Side {
    steps: Vec<u8>,
    properties: Vec<u8>,
    rows: usize,
}

/// The changes of one part: those whose hash leaves this remainder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    remainder: u64,
    of: u64,
}

impl Part {
    fn holds(self, change: &str) -> bool {
        let mut hasher = DefaultHasher::new();
        change.hash(&mut hasher);
        hasher.finish() % self.of == self.remainder
    }

    fn halves(self) -> [Self; 2] {
        let of = self.of * 2;
        [Self { remainder: self.remainder + self.of, of }, Self { of, ..self }]
    }
}

/// Reads the logs among the tables, each record with its steps and properties. `counts` has one place an input.
pub(in crate::sources) fn join(
    tables: &Tables<'_>,
    how: &Reading<'_>,
    sink: &mut dyn FnMut(Record),
    counts: &mut [Counts],
) {
    if tables.logs.is_empty() {
        for (format, piece) in &tables.sides {
            let what = if *format == Format::EntraSteps { "steps" } else { "modified properties" };
            let why = format!("It holds the {what} of a provisioning log; import it together with the log's own file.");
            within(&mut counts[piece.number], piece, |counts| counts.reject("the whole file", why));
        }
        return;
    }
    let mut parts = vec![Part { remainder: 0, of: 1 }];
    let mut sides_told = false;
    let mut logs_told = false;
    while let Some(part) = parts.pop() {
        let sides = load(tables, part, how, !sides_told, counts);
        sides_told = true;
        let Some(sides) = sides else {
            parts.extend(part.halves());
            continue;
        };
        for piece in &tables.logs {
            within(&mut counts[piece.number], piece, |counts| {
                log(piece, part, how, !logs_told, counts, &sides, sink);
            });
        }
        logs_told = true;
        if (how.stopped)() {
            return;
        }
    }
}

/// What the other files say of the changes of a part; nothing where it is more than fits.
fn load(
    tables: &Tables<'_>,
    part: Part,
    how: &Reading<'_>,
    told: bool,
    counts: &mut [Counts],
) -> Option<HashMap<String, Side>> {
    let most = tables.held.unwrap_or(HELD_BYTES);
    let mut sides: HashMap<String, Side> = HashMap::new();
    let mut held = 0;
    let is_full = |held: usize| held > most && part.of < MAX_PARTS;
    for (format, piece) in &tables.sides {
        within(&mut counts[piece.number], piece, |counts| {
            each(piece, how, told, counts, &mut |counts, row| {
                counts.joined += u64::from(told);
                let change = row.columns.cell(row.cells, "changeId").unwrap_or_default();
                if is_full(held) || !part.holds(change) || change.is_empty() {
                    return;
                }
                let mut object = row.columns.object(row.cells);
                object.remove("changeId");
                let text = Value::Object(object).to_string();
                let side = sides.entry(change.to_owned()).or_default();
                if side.rows < MAX_ROWS {
                    side.rows += 1;
                    held += text.len() + change.len() + 64;
                    let list = if *format == Format::EntraSteps { &mut side.steps } else { &mut side.properties };
                    if !list.is_empty() {
                        list.push(b',');
                    }
                    list.extend_from_slice(text.as_bytes());
                }
            });
        });
    }
    (!is_full(held)).then_some(sides)
}

/// Reads the changes of a part from a log.
fn log(
    piece: &Piece<'_>,
    part: Part,
    how: &Reading<'_>,
    told: bool,
    counts: &mut Counts,
    sides: &HashMap<String, Side>,
    sink: &mut dyn FnMut(Record),
) {
    each(piece, how, told, counts, &mut |counts, row| {
        let change = row.columns.cell(row.cells, "changeId").unwrap_or_default();
        if !part.holds(change) {
            return;
        }
        let mut object = row.columns.object(row.cells);
        if let Some(side) = sides.get(change) {
            for (name, list) in [("provisioningSteps", &side.steps), ("modifiedProperties", &side.properties)] {
                let text = [b"[", list.as_slice(), b"]"].concat();
                if !list.is_empty()
                    && !object.contains_key(name)
                    && let Ok(list) = serde_json::from_slice(&text)
                {
                    object.insert(name.to_owned(), list);
                }
            }
        }
        rows::hand_over(rows::record(row, how, object), row.line, sink, counts);
    });
}

fn each(
    piece: &Piece<'_>,
    how: &Reading<'_>,
    told: bool,
    counts: &mut Counts,
    take: &mut dyn FnMut(&mut Counts, Known<'_>),
) {
    let replaced = Cell::new(0);
    let opened =
        piece.open(|reader: &mut dyn Read| rows::each(Unicode::new(reader, &replaced), how, told, counts, take));
    match opened {
        Ok(()) if told => counts.replaced += replaced.get(),
        Err(why) if told => counts.reject("the whole file", why),
        _ => {}
    }
}

/// Whether a JSON value is what the Log Analytics API answers to a query: `{"tables":[{"columns":…,"rows":…}]}`.
pub(in crate::sources) fn is_query_result(value: &Value) -> bool {
    value["tables"][0]["columns"].is_array() && value["tables"][0]["rows"].is_array()
}

/// The records of such an answer.
pub(in crate::sources) fn query_result(value: &Value, now: Timestamp) -> Found {
    let mut records = Vec::new();
    for table in value["tables"].as_array().into_iter().flatten() {
        let columns = table["columns"].as_array().into_iter().flatten();
        let names: Vec<&str> = columns.map(|column| column["name"].as_str().unwrap_or_default()).collect();
        for row in table["rows"].as_array().into_iter().flatten().filter_map(Value::as_array) {
            let members = names.iter().map(|name| (*name).to_owned()).zip(row.iter().cloned());
            records.push(super::read(Value::Object(members.collect::<Map<_, _>>()), now)?);
        }
    }
    Ok(records)
}
