//! What people paste: commands, HTTP, error texts, a message with words around it. Read whole, up to a limit.

use std::io::Read;

use super::{Counts, Format, Reading, admit::admit, curl, entra, http, json, okta, plain, seen};
use crate::domain::journal::Record;

/// No text is larger than this, bytes.
const MAX_TEXT: u64 = 16 << 20;

/// Reads a text; `format` is what it was recognised as.
pub(super) fn read(
    reader: impl Read,
    format: Format,
    how: &Reading<'_>,
    sink: &mut dyn FnMut(Record),
    counts: &mut Counts,
) {
    let mut bytes = Vec::new();
    if let Err(error) = reader.take(MAX_TEXT + 1).read_to_end(&mut bytes) {
        return counts.reject("the whole file", format!("The file could not be read further: {error}."));
    }
    if bytes.len() as u64 > MAX_TEXT {
        counts.reject(format!("byte {MAX_TEXT}"), "A text that is no log is read only so far.");
        bytes.truncate(usize::try_from(MAX_TEXT).unwrap_or(usize::MAX));
    }
    let text = String::from_utf8_lossy(&bytes);
    let now = how.now;
    let found: Vec<Result<Vec<Record>, String>> = match format {
        Format::Curl => curl::read(&text).into_iter().map(|e| e.map(|e| vec![seen::record(e, now)])).collect(),
        Format::Http => http::read(&text).into_iter().map(|e| Ok(vec![seen::record(e, now)])).collect(),
        Format::EntraText => vec![Ok(vec![entra::text(&text, now)])],
        Format::OktaText => vec![Ok(vec![okta::text(&text, now)])],
        Format::Plain => vec![Ok(vec![plain::read(&text, now)])],
        _ => http::message(&text).map(|value| json::records(value, format, now)).into_iter().collect(),
    };
    for (number, found) in found.into_iter().enumerate() {
        if (how.stopped)() {
            counts.cancelled = true;
            return;
        }
        match found {
            Ok(records) => {
                counts.read += records.len() as u64;
                records.into_iter().map(admit).for_each(&mut *sink);
            }
            Err(why) => {
                counts.read += 1;
                counts.reject(format!("record {}", number + 1), why);
            }
        }
    }
}
