//! The one way in: sees what each input is, unpacks it, and hands it to whoever can read it. Several inputs are one
//! reading, so that tables which belong together find each other.

use std::{cell::Cell, io::Read};

use jiff::Timestamp;

use super::{
    Arrival, Bytes, Counts, Format, Import, Input, Make, Reading,
    archive::{self, Piece},
    arrival::Out,
    columns,
    entra::tables::{self, Tables},
    json, recognise, rows, table, text,
    unicode::Unicode,
};
use crate::domain::journal::Record;

/// So much of an input is looked at to see what it is.
const HEAD: u64 = 64 << 10;
const UNKNOWN: &str = "It is no log, request or answer that the console knows.";

/// Reads every input as a stream and hands over its records. Answers with what became of each input, in their order.
/// Memory does not grow with the inputs.
pub fn read_all(inputs: &[&dyn Input], how: &Reading<'_>, sink: &mut dyn FnMut(Record)) -> Vec<Counts> {
    let whole = |batch: Vec<Arrival<'_>>| batch.into_iter().map(Arrival::into_record).collect::<Vec<_>>();
    read_made(inputs, how, &whole, &mut |records| records.into_iter().for_each(&mut *sink))
}

/// The same, handing over what `make` made of each batch of records, in their order.
pub fn read_made<T: Send>(
    inputs: &[&dyn Input],
    how: &Reading<'_>,
    make: Make<'_, T>,
    sink: &mut dyn FnMut(T),
) -> Vec<Counts> {
    let mut out = Out::new(make, sink);
    let mut counts = vec![Counts::default(); inputs.len()];
    let mut together = Tables::default();
    for (number, input) in inputs.iter().copied().enumerate() {
        let counts = &mut counts[number];
        if (how.stopped)() {
            counts.cancelled = true;
            continue;
        }
        match archive::pieces(input, number) {
            Err(why) => counts.reject("the whole file", why),
            Ok(pieces) => {
                for piece in pieces {
                    if let Some((format, piece)) = within_piece(piece, how, &mut out, counts) {
                        match format {
                            Format::EntraTable => together.logs.push(piece),
                            _ => together.sides.push((format, piece)),
                        }
                    }
                }
            }
        }
    }
    tables::join(&together, how, &mut |record| out.take(record), &mut counts);
    out.flush();
    counts
}

/// Reads a text that somebody pasted. What bears no time gets `now`.
#[must_use]
pub fn paste(text: &str, now: Timestamp) -> Import {
    let mut records = Vec::new();
    let how = Reading::at(now);
    let mut counts = read_all(&[&Bytes(text.as_bytes())], &how, &mut |record| records.push(record));
    Import { counts: counts.pop().unwrap_or_default(), records }
}

/// Reads a piece, unless it is a table that waits for others: then it is given back.
fn within_piece<'p, T: Send>(
    piece: Piece<'p>,
    how: &Reading<'_>,
    out: &mut Out<'_, T>,
    counts: &mut Counts,
) -> Option<(Format, Piece<'p>)> {
    let format = within(counts, &piece, |counts| one(&piece, how, out, counts));
    format.map(|format| (format, piece))
}

/// What happens within a file of an archive is told with the file's name.
pub(super) fn within<T>(counts: &mut Counts, piece: &Piece<'_>, work: impl FnOnce(&mut Counts) -> T) -> T {
    let before = counts.listed.len();
    let done = work(counts);
    if let Some(entry) = piece.entry() {
        for rejected in &mut counts.listed[before..] {
            rejected.at = format!("{entry}, {}", rejected.at);
        }
    }
    done
}

fn one<T: Send>(piece: &Piece<'_>, how: &Reading<'_>, out: &mut Out<'_, T>, counts: &mut Counts) -> Option<Format> {
    let head = match piece.head(HEAD) {
        Ok(head) => utf8(&head),
        Err(why) => {
            counts.reject("the whole file", why);
            return None;
        }
    };
    // What the user says of columns may make a table of what is none by itself.
    let chosen = || {
        let header = table::header(&head).filter(|_| !how.choices.is_empty())?;
        columns::of(&header, how.choices).filter(columns::ColumnMatch::is_complete).map(|columns| columns.format)
    };
    let recognised = match recognise(&head) {
        // Whoever says what its columns hold knows better.
        Some(Format::Plain) => chosen().or(Some(Format::Plain)),
        known => known.or_else(chosen),
    };
    let Some(format) = recognised else {
        let named = |header: Vec<String>| {
            let unknown = || table::is_one(&head).then(|| columns::unknown(&header));
            columns::of(&header, how.choices).filter(|columns| columns.columns.len() > 2).or_else(unknown)
        };
        match table::header(&head).and_then(named) {
            Some(columns) => {
                counts.reject("line 1", columns.reason());
                counts.columns.push(columns);
            }
            None => counts.reject("the whole file", table::too_wide(&head).unwrap_or(UNKNOWN)),
        }
        return None;
    };
    if !counts.formats.contains(&format) {
        counts.formats.push(format);
    }
    if matches!(format, Format::EntraTable | Format::EntraSteps | Format::EntraProperties) {
        return Some(format);
    }
    let replaced = Cell::new(0);
    let opened = piece.open(|reader: &mut dyn Read| {
        let reader = Unicode::new(reader, &replaced);
        match format {
            Format::OktaTable => rows::read(reader, how, &mut |record| out.take(record), counts),
            Format::Entra | Format::EntraOnDemand | Format::Okta | Format::Har | Format::Exchange => {
                json::read(reader, format, how, out, counts);
            }
            Format::Scim if head.trim_ascii_start().starts_with(b"{") || head.trim_ascii_start().starts_with(b"[") => {
                json::read(reader, format, how, out, counts);
            }
            _ => text::read(reader, format, how, &mut |record| out.take(record), counts),
        }
    });
    counts.replaced += replaced.get();
    if let Err(why) = opened {
        counts.reject("the whole file", why);
    }
    None
}

/// The beginning of a file as text. What is cut at its end does not count.
fn utf8(head: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    // Memory never fails to be read.
    let _ = Unicode::new(head, &Cell::new(0)).read_to_end(&mut text);
    text
}
