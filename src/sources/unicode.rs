//! Any bytes as UTF-8: a byte order mark is taken off, UTF-16 (as Excel saves it) is turned, and what is no text becomes
//! U+FFFD and is counted. It never fails on content and keeps no more than one chunk.

use std::{
    cell::Cell,
    io::{BufRead, Read, Result},
};

const CHUNK: usize = 256 << 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16 { big: bool },
}

/// A reader of valid UTF-8 over a reader of anything.
pub(super) struct Unicode<'c, R> {
    inner: R,
    encoding: Option<Encoding>,
    /// Read, not yet turned.
    raw: Vec<u8>,
    /// Turned, handed out up to `at`.
    text: Vec<u8>,
    at: usize,
    ended: bool,
    replaced: &'c Cell<u64>,
}

impl<'c, R: Read> Unicode<'c, R> {
    pub(super) fn new(inner: R, replaced: &'c Cell<u64>) -> Self {
        Self { inner, encoding: None, raw: Vec::new(), text: Vec::new(), at: 0, ended: false, replaced }
    }

    /// Reads more raw bytes; none at the end.
    fn more(&mut self) -> Result<()> {
        let before = self.raw.len();
        self.raw.resize(before + CHUNK, 0);
        let count = self.inner.read(&mut self.raw[before..]);
        self.raw.truncate(before + *count.as_ref().unwrap_or(&0));
        self.ended = count? == 0;
        Ok(())
    }

    fn fill(&mut self) -> Result<()> {
        self.text.clear();
        self.at = 0;
        while self.text.is_empty() && !(self.ended && self.raw.is_empty()) {
            self.more()?;
            let encoding = match self.encoding {
                Some(encoding) => encoding,
                // Two characters tell UTF-16 without a mark from UTF-8.
                None if self.raw.len() < 4 && !self.ended => continue,
                None => self.begin(),
            };
            match encoding {
                Encoding::Utf8 => self.turn_utf8(),
                Encoding::Utf16 { big } => self.turn_utf16(big),
            }
        }
        Ok(())
    }

    fn begin(&mut self) -> Encoding {
        let (encoding, mark) = match *self.raw.as_slice() {
            [0xff, 0xfe, ..] => (Encoding::Utf16 { big: false }, 2),
            [0xfe, 0xff, ..] => (Encoding::Utf16 { big: true }, 2),
            [0xef, 0xbb, 0xbf, ..] => (Encoding::Utf8, 3),
            [first, 0, second, 0, ..] if first != 0 && second != 0 => (Encoding::Utf16 { big: false }, 0),
            [0, first, 0, second, ..] if first != 0 && second != 0 => (Encoding::Utf16 { big: true }, 0),
            _ => (Encoding::Utf8, 0),
        };
        self.raw.drain(..mark);
        *self.encoding.insert(encoding)
    }

    fn turn_utf8(&mut self) {
        let mut kept = 0;
        // Most logs are plain ASCII, which is seen sooner.
        while !self.raw[kept..].is_ascii()
            && let Err(error) = std::str::from_utf8(&self.raw[kept..])
        {
            let valid = kept + error.valid_up_to();
            self.text.extend_from_slice(&self.raw[kept..valid]);
            kept = valid;
            match error.error_len() {
                Some(length) => kept += length,
                None if self.ended => kept = self.raw.len(),
                // A character that the next chunk completes.
                None => {
                    self.raw.drain(..kept);
                    return;
                }
            }
            self.replace();
        }
        if kept == 0 {
            std::mem::swap(&mut self.raw, &mut self.text);
        } else {
            self.text.extend_from_slice(&self.raw[kept..]);
        }
        self.raw.clear();
    }

    fn turn_utf16(&mut self, big: bool) {
        let unit = |pair: &[u8]| if big { [pair[0], pair[1]] } else { [pair[1], pair[0]] };
        let mut units: Vec<u16> = self.raw.chunks_exact(2).map(|pair| u16::from_be_bytes(unit(pair))).collect();
        let odd = self.raw.len() % 2 == 1;
        let cut = !self.ended && units.last().is_some_and(|last| (0xd800..0xdc00).contains(last));
        if cut {
            units.pop();
        }
        self.raw.drain(..units.len() * 2);
        for unit in char::decode_utf16(units) {
            match unit {
                Ok(character) => self.text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
                Err(_) => self.replace(),
            }
        }
        if self.ended {
            self.raw.clear();
            if odd {
                self.replace();
            }
        }
    }

    fn replace(&mut self) {
        self.replaced.set(self.replaced.get() + 1);
        self.text.extend_from_slice("\u{fffd}".as_bytes());
    }
}

impl<R: Read> Read for Unicode<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Unicode<'_, R> {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        if self.at == self.text.len() {
            self.fill()?;
        }
        Ok(&self.text[self.at..])
    }

    fn consume(&mut self, count: usize) {
        self.at += count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Gives a few bytes at a time.
    struct Drip<'b>(&'b [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn turned(bytes: &[u8], step: usize) -> (String, u64) {
        let replaced = Cell::new(0);
        let mut text = Vec::new();
        Unicode::new(Drip(bytes, step), &replaced).read_to_end(&mut text).unwrap();
        (String::from_utf8(text).unwrap(), replaced.get())
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "{\"näme\": \"Ωé😀\u{202e}\"}";
        let units: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        for (bytes, expected) in [
            (text.as_bytes().to_vec(), (text.to_owned(), 0)),
            ([b"\xef\xbb\xbf", text.as_bytes()].concat(), (text.to_owned(), 0)),
            ([b"\xff\xfe", little.as_slice()].concat(), (text.to_owned(), 0)),
            ([b"\xfe\xff", big.as_slice()].concat(), (text.to_owned(), 0)),
            (little.clone(), (text.to_owned(), 0)),
            (big, (text.to_owned(), 0)),
            ([b"\xff\xfe", little.as_slice(), b"x"].concat(), (format!("{text}\u{fffd}"), 1)),
            (b"\xff\xfe\x00\xd8a\x00".to_vec(), ("\u{fffd}a".to_owned(), 1)),
            (b"a\xffb\xc3\x28\xe2\x82".to_vec(), ("a\u{fffd}b\u{fffd}(\u{fffd}".to_owned(), 3)),
            (b"".to_vec(), (String::new(), 0)),
            (b"a".to_vec(), ("a".to_owned(), 0)),
        ] {
            for step in [1, 2, 3, 5, 1000] {
                assert_eq!(turned(&bytes, step), expected, "{bytes:x?} by {step}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_become_what_the_standard_library_says(bytes in proptest::collection::vec(any::<u8>(), 4..40), step in 1..9_usize) {
            let (text, _) = turned(&bytes, step);
            let marked = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || bytes.starts_with(b"\xef\xbb\xbf");
            let wide = [0, 1].iter().any(|at| bytes[*at] == 0 && bytes[at + 2] == 0);
            prop_assume!(!(marked || wide));
            prop_assert_eq!(text, String::from_utf8_lossy(&bytes));
        }
    }
}
