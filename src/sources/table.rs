//! CSV as a stream of rows: commas, semicolons or tabs, quoted or not, with or without Excel's `sep=` line.
//! A row that is too large or too wide costs only itself; memory holds one row, and never more than the limit.

use std::io::{BufRead, BufReader, Cursor, Read};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::{MAX_COLUMNS, MAX_RECORD_BYTES};

const CHUNK: usize = 64 << 10;
const TOO_LARGE: &str = "It is larger than a record may be.";
const TOO_WIDE: &str = "It has more columns than a log may have.";
const CUT: &str = "The file ends inside this row.";
const UNEVEN: &str = "It has more cells than there are columns.";

/// One row, by the line on which it ends.
#[derive(Debug, Clone, Copy)]
pub(super) enum Row<'b> {
    /// The names of the columns.
    Header(&'b [&'b str]),
    /// The cells; there may be fewer than columns.
    Cells(&'b [&'b str]),
    /// Why it could not be read.
    Broken(&'static str),
}

/// Hands over every row with its line, until `take` gives false or `stopped` gives true (then the answer is false).
///
/// # Errors
/// When the reader fails.
pub(super) fn each(
    mut reader: impl Read,
    stopped: &dyn Fn() -> bool,
    take: &mut dyn FnMut(u64, Row<'_>) -> bool,
) -> std::io::Result<bool> {
    let mut head = Vec::with_capacity(CHUNK);
    reader.by_ref().take(CHUNK as u64).read_to_end(&mut head)?;
    let (delimiter, skipped) = delimiter(&head);
    let mut reader = BufReader::with_capacity(CHUNK, Cursor::new(head.split_off(skipped)).chain(reader));
    let mut rows = Rows::new(delimiter, u64::from(skipped > 0));
    loop {
        if stopped() {
            return Ok(false);
        }
        let input = reader.fill_buf()?;
        let (used, go_on) = rows.feed(input, take);
        reader.consume(used);
        if !go_on {
            return Ok(true);
        }
    }
}

/// The columns of a table whose beginning this is, where it looks like one.
pub(super) fn header(bytes: &[u8]) -> Option<Vec<String>> {
    first(bytes)?.ok().filter(|cells| cells.len() > 1)
}

/// Whether this is the beginning of a table: a head of three columns or more, and a row of as many cells.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    let (mut columns, mut is_one) = (0, false);
    let _ = each(bytes, &|| false, &mut |_, row| {
        match row {
            Row::Header(cells) => columns = cells.len(),
            Row::Cells(cells) => is_one = columns > 2 && cells.len() == columns,
            Row::Broken(_) => {}
        }
        !is_one && matches!(row, Row::Header(_))
    });
    is_one
}

/// Why a table whose beginning this is has too many columns to be one.
pub(super) fn too_wide(bytes: &[u8]) -> Option<&'static str> {
    first(bytes)?.err().filter(|why| *why == TOO_WIDE)
}

fn first(bytes: &[u8]) -> Option<Result<Vec<String>, &'static str>> {
    let mut found = None;
    let _ = each(bytes, &|| false, &mut |_, row| {
        found = match row {
            Row::Header(cells) => Some(Ok(cells.iter().map(|cell| cell.trim().to_owned()).collect())),
            Row::Cells(_) => None,
            Row::Broken(why) => Some(Err(why)),
        };
        false
    });
    found
}

struct Rows {
    core: Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
    at: (usize, usize),
    spoilt: Option<&'static str>,
    open_quote: bool,
    skipped: u64,
    /// How many columns there are, once they are known.
    columns: Option<usize>,
}

impl Rows {
    fn new(delimiter: u8, skipped: u64) -> Self {
        Self {
            core: ReaderBuilder::new().delimiter(delimiter).build(),
            text: vec![0; 8 << 10],
            ends: vec![0; MAX_COLUMNS + 1],
            at: (0, 0),
            spoilt: None,
            open_quote: false,
            skipped,
            columns: None,
        }
    }

    /// Takes what it can of the input (none at the end); says how much, and whether to go on.
    fn feed(&mut self, input: &[u8], take: &mut dyn FnMut(u64, Row<'_>) -> bool) -> (usize, bool) {
        let (text, ends) = (&mut self.text[self.at.0..], &mut self.ends[self.at.1..]);
        let (result, used, wrote, ended) = self.core.read_record(input, text, ends);
        self.at = (self.at.0 + wrote, self.at.1 + ended);
        self.open_quote ^= input[..used].iter().filter(|byte| **byte == b'"').count() % 2 == 1;
        let go_on = match result {
            ReadRecordResult::InputEmpty => true,
            ReadRecordResult::OutputFull if self.text.len() < MAX_RECORD_BYTES => {
                self.text.resize(self.text.len() * 2, 0);
                true
            }
            ReadRecordResult::OutputFull => self.spoil(TOO_LARGE),
            ReadRecordResult::OutputEndsFull => self.spoil(TOO_WIDE),
            ReadRecordResult::Record => {
                let go_on = self.row(input[..used].last().copied(), take);
                self.at = (0, 0);
                self.spoilt = None;
                self.open_quote = false;
                go_on
            }
            ReadRecordResult::End => false,
        };
        (used, go_on)
    }

    /// What is left of this row is read and dropped.
    fn spoil(&mut self, why: &'static str) -> bool {
        self.spoilt = Some(why);
        self.at = (0, 0);
        true
    }

    /// `last` is the byte that ended the row; none at the end.
    fn row(&mut self, last: Option<u8>, take: &mut dyn FnMut(u64, Row<'_>) -> bool) -> bool {
        let at_end = last.is_none();
        let line = self.core.line() + self.skipped - u64::from(last == Some(b'\n'));
        if let Some(why) = self.spoilt {
            // Without its columns a table says nothing.
            return take(line, Row::Broken(why)) && self.columns.is_some();
        }
        let mut cells = Vec::with_capacity(self.at.1);
        let mut start = 0;
        for end in &self.ends[..self.at.1] {
            let cell = self.text.get(start..*end).unwrap_or_default();
            cells.push(std::str::from_utf8(cell).unwrap_or_default());
            start = *end;
        }
        match self.columns {
            _ if cells.iter().all(|cell| cell.trim().is_empty()) => true,
            None => {
                self.columns = Some(cells.len());
                take(line, Row::Header(&cells))
            }
            Some(columns) if cells.len() > columns => take(line, Row::Broken(UNEVEN)),
            Some(columns) if at_end && (cells.len() < columns || self.open_quote) => take(line, Row::Broken(CUT)),
            Some(_) => take(line, Row::Cells(&cells)),
        }
    }
}

/// What separates the cells, and how many bytes Excel's `sep=` line takes.
fn delimiter(head: &[u8]) -> (u8, usize) {
    let end = head.iter().position(|byte| *byte == b'\n').unwrap_or(head.len());
    let line = head[..end].trim_ascii_end();
    if let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] = *line {
        return (delimiter, (end + 1).min(head.len()));
    }
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in line {
        quoted ^= *byte == b'"';
        if !quoted && let Some((_, count)) = counts.iter_mut().find(|(delimiter, _)| delimiter == byte) {
            *count += 1;
        }
    }
    // The first of the most frequent.
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or_default();
    (counts.iter().find(|(_, count)| *count == most).map_or(b',', |(delimiter, _)| *delimiter), 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        let done = each(text, &|| false, &mut |line, row| {
            found.push(match row {
                Row::Header(cells) => format!("{line}# {}", cells.join("|")),
                Row::Cells(cells) => format!("{line}: {}", cells.join("|")),
                Row::Broken(why) => format!("{line}! {why}"),
            });
            true
        });
        assert!(done.unwrap());
        found
    }

    #[test]
    fn every_spelling_gives_the_same_rows() {
        let expected = ["1# a|b", "2: 1|x, \"y\"", "3: |2"];
        for text in [
            "a,b\n1,\"x, \"\"y\"\"\"\n,2\n",
            "a,b\r\n1,\"x, \"\"y\"\"\"\r\n,2\r\n",
            "a;b\n1;\"x, \"\"y\"\"\"\n;2",
            "a\tb\n1\tx, \"y\"\n\t2\n",
        ] {
            assert_eq!(rows(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(rows(b"sep=|\r\n\"a,b\"|c\n1|2\n"), ["2# a,b|c", "3: 1|2"]);
        assert_eq!(rows("\u{feff}a,b\n\n1,\"two\nlines\"\n".as_bytes()), ["1# a|b", "4: 1|two\nlines"]);
        assert_eq!(rows(b""), Vec::<String>::new());
    }

    #[test]
    fn what_is_cut_or_uneven_is_told() {
        for text in ["a,b,c\n1,2,3\n4,5", "a,b,c\n1,2,3\n4,5,\"six"] {
            assert_eq!(rows(text.as_bytes())[1..], ["2: 1|2|3".to_owned(), format!("3! {CUT}")], "{text}");
        }
        assert_eq!(rows(b"a,b\n1,2,3\n4,5\n6\n")[1..], [format!("2! {UNEVEN}"), "3: 4|5".into(), "4: 6".into()]);
    }

    #[test]
    fn what_is_too_large_or_too_wide_is_passed_over() {
        let large = format!("a,b\n1,{}\n2,3\n", "x".repeat(10 << 20));
        assert_eq!(rows(large.as_bytes())[1..], [format!("2! {TOO_LARGE}"), "3: 2|3".into()]);
        let wide = format!("a{}\n1,2\n", ",a".repeat(10_000));
        assert_eq!(rows(wide.as_bytes()), [format!("1! {TOO_WIDE}")]);
        let one = format!("a,b\n1{}\n2,3\n", ",1".repeat(10_000));
        assert_eq!(rows(one.as_bytes())[1..], [format!("2! {TOO_WIDE}"), "3: 2|3".into()]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(text in "[a,;\"\\n\\r\\t= \u{0}é]{0,80}") {
            rows(text.as_bytes());
        }
    }
}
