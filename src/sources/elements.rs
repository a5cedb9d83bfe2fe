//! Cuts a stream into JSON values without parsing them: an array, `{"value":[…]}`, the entries of a HAR file, one object,
//! or one value a line.
//! A broken value costs only itself; memory holds one value at a time, and never more than the limit.

use std::io::BufRead;

use super::{
    MAX_RECORD_BYTES,
    block::{BLOCK, Block},
};

/// Below the 128 levels that `serde_json` reads, so that there is room for what the journal wraps around it.
const MAX_DEPTH: usize = 100;
const TOO_DEEP: &str = "It is nested too deeply.";
const TOO_LARGE: &str = "It is larger than a record may be.";

/// One value of the stream.
#[derive(Debug, Clone, Copy)]
pub(super) enum Element<'b> {
    /// Its bytes, which may still be no valid JSON.
    Bytes(&'b [u8]),
    /// Why it could not be cut out.
    Broken(&'static str),
}

/// Hands over every value with the byte at which it begins, until `take` gives false or `cancelled` gives true.
///
/// # Errors
/// When the reader fails.
pub(super) fn each(
    mut reader: impl BufRead,
    cancelled: &dyn Fn() -> bool,
    take: &mut dyn FnMut(u64, Element<'_>) -> bool,
) -> std::io::Result<bool> {
    let mut cutter = Cutter::new();
    loop {
        if cancelled() {
            return Ok(false);
        }
        let chunk = reader.fill_buf()?;
        if chunk.is_empty() {
            cutter.end(take);
            return Ok(true);
        }
        let length = chunk.len();
        if !cutter.feed(chunk, take) {
            return Ok(true);
        }
        reader.consume(length);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Between values, outside any list.
    Top,
    /// Between the values of a list.
    List,
    /// Within a value.
    Value { listed: bool },
    /// Within text that is no JSON, until the line ends.
    Garbage,
}

struct Cutter {
    state: State,
    /// Bytes seen so far.
    offset: u64,
    /// Where the current value begins.
    start: u64,
    value: Vec<u8>,
    /// Why the current value will not be read.
    spoilt: Option<&'static str>,
    /// Brackets open below the deepest that is kept.
    below: u64,
    /// Open brackets of the current value; true for `{`.
    open: Vec<bool>,
    in_string: bool,
    escaped: bool,
    /// How many objects are open around the list that is read, or whose list has been read; 0 when there is none.
    wrapped: usize,
}

impl Cutter {
    fn new() -> Self {
        Self {
            state: State::Top,
            offset: 0,
            start: 0,
            value: Vec::new(),
            spoilt: None,
            below: 0,
            open: Vec::new(),
            in_string: false,
            escaped: false,
            wrapped: 0,
        }
    }

    fn feed(&mut self, chunk: &[u8], take: &mut dyn FnMut(u64, Element<'_>) -> bool) -> bool {
        let mut at = 0;
        while at < chunk.len() {
            if self.in_string {
                at += self.string(&chunk[at..]);
                continue;
            }
            let plain = self.plain(&chunk[at..]);
            if plain > 0 {
                self.keep(&chunk[at..at + plain]);
                self.offset += plain as u64;
                at += plain;
                continue;
            }
            let byte = chunk[at];
            let go_on = match self.state {
                State::Top => self.top(byte, take),
                State::List => {
                    self.list(byte);
                    true
                }
                State::Value { listed } => self.inside(byte, listed, take),
                State::Garbage => {
                    if byte == b'\n' {
                        self.state = State::Top;
                    }
                    true
                }
            };
            if !go_on {
                return false;
            }
            at += 1;
            self.offset += 1;
        }
        true
    }

    fn end(&mut self, take: &mut dyn FnMut(u64, Element<'_>) -> bool) {
        if matches!(self.state, State::Value { listed } if listed || self.wrapped == 0) {
            take(self.start, Element::Broken("The file ends inside this record."));
        }
    }

    fn top(&mut self, byte: u8, take: &mut dyn FnMut(u64, Element<'_>) -> bool) -> bool {
        match byte {
            b'{' => self.begin(byte, false),
            b'[' => self.state = State::List,
            // Separators, what closes a list that was left early, and a byte order mark.
            b' ' | b'\t' | b'\r' | b'\n' | b',' | b']' | b'}' | 0x1e | 0xef | 0xbb | 0xbf => {}
            _ => {
                self.state = State::Garbage;
                return take(self.offset, Element::Broken("This is not JSON."));
            }
        }
        true
    }

    fn list(&mut self, byte: u8) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => {}
            b']' if self.wrapped > 0 => {
                self.state = State::Value { listed: false };
                self.open.resize(self.wrapped, true);
            }
            b']' => self.state = State::Top,
            _ => self.begin(byte, true),
        }
    }

    fn begin(&mut self, byte: u8, listed: bool) {
        self.state = State::Value { listed };
        self.start = self.offset;
        self.value.clear();
        self.value.push(byte);
        self.spoilt = None;
        self.below = 0;
        self.open.clear();
        match byte {
            b'{' | b'[' => self.open.push(byte == b'{'),
            b'"' => self.in_string = true,
            _ => {}
        }
    }

    fn inside(&mut self, byte: u8, listed: bool, take: &mut dyn FnMut(u64, Element<'_>) -> bool) -> bool {
        if self.below > 0 {
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.below += 1,
                b'}' | b']' => self.below -= 1,
                _ => {}
            }
            return true;
        }
        match byte {
            b'"' => self.in_string = true,
            b'[' if !listed && self.wrapped == 0 && self.is_before_the_list() => {
                self.wrapped = self.open.len();
                self.open.clear();
                self.state = State::List;
                return true;
            }
            b'{' | b'[' if self.open.len() == MAX_DEPTH => {
                self.spoilt = Some(TOO_DEEP);
                self.below = 1;
            }
            b'{' | b'[' => self.open.push(byte == b'{'),
            b',' if self.open.is_empty() => return self.finish(State::List, take),
            b']' if self.open.is_empty() => {
                let go_on = self.finish(State::List, take);
                self.list(byte);
                return go_on;
            }
            b'}' | b']' if self.open.pop() != Some(byte == b'}') => {
                return self.give_up("Its brackets do not match.", take);
            }
            b'}' | b']' if self.open.is_empty() => {
                self.keep(&[byte]);
                return self.finish(if listed { State::List } else { State::Top }, take);
            }
            _ => {}
        }
        self.keep(&[byte]);
        true
    }

    /// Graph writes `{"value":[`, a stream to storage `{"records":[`, a browser `{"log":{…"entries":[`.
    fn is_before_the_list(&self) -> bool {
        match self.open.as_slice() {
            [true] => ["value", "records"].iter().any(|key| ends_with_key(&self.value, key)),
            [true, true] => ends_with_key(&self.value, "entries") && begins_with_log(&self.value),
            _ => false,
        }
    }

    /// Passes over bytes that stand within the current value and neither begin nor end it, brackets and strings of what it
    /// holds among them; how many these are.
    fn plain(&mut self, bytes: &[u8]) -> usize {
        let State::Value { listed } = self.state else { return 0 };
        if self.below > 0 {
            return 0;
        }
        let mut end = 0;
        while let Some(block) = bytes[end..].first_chunk().map(Block::of)
            && !block.holds_an_escape()
            && !self.open.is_empty()
        {
            let (mut brackets, in_string) = block.brackets(self.in_string);
            while brackets != 0 {
                let at = end + brackets.trailing_zeros() as usize;
                if !self.is_within(bytes[at], listed) {
                    // A bracket stands outside of any string, whatever the block before ended with.
                    self.in_string = false;
                    return at;
                }
                brackets &= brackets - 1;
            }
            self.in_string = in_string;
            end += BLOCK;
        }
        if self.in_string {
            return end;
        }
        while let Some(byte) = bytes.get(end) {
            end += match byte {
                b'"' => match whole_string(&bytes[end..]) {
                    Some(length) => length,
                    None => break,
                },
                b'{' | b'}' | b'[' | b']' => break,
                b',' if self.open.is_empty() => break,
                _ => 1,
            };
        }
        end
    }

    /// Takes a bracket that opens or closes something within the current value; false where it does more than that.
    fn is_within(&mut self, bracket: u8, listed: bool) -> bool {
        let is_curly = bracket == b'{' || bracket == b'}';
        match bracket {
            b'{' | b'[' => {
                let may_be_the_list = !is_curly && !listed && self.wrapped == 0 && self.open.len() <= 2;
                let goes_on = !may_be_the_list && self.open.len() < MAX_DEPTH;
                if goes_on {
                    self.open.push(is_curly);
                }
                goes_on
            }
            _ => {
                let goes_on = self.open.len() > 1 && self.open.last() == Some(&is_curly);
                if goes_on {
                    self.open.pop();
                }
                goes_on
            }
        }
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.wrapped > 0 && matches!(self.state, State::Value { listed: false }) {
            return;
        }
        if self.spoilt.is_none() && self.value.len() + bytes.len() > MAX_RECORD_BYTES {
            self.spoilt = Some(TOO_LARGE);
        }
        if self.spoilt.is_none() {
            self.value.extend_from_slice(bytes);
        }
    }

    /// Takes the string up to its closing quote, or what there is of it.
    fn string(&mut self, bytes: &[u8]) -> usize {
        let mut length = 0;
        while length < bytes.len() {
            if std::mem::take(&mut self.escaped) {
                length += 1;
                continue;
            }
            let Some(at) = memchr::memchr2(b'\\', b'"', &bytes[length..]) else {
                length = bytes.len();
                break;
            };
            length += at + 1;
            if bytes[length - 1] == b'"' {
                self.in_string = false;
                break;
            }
            self.escaped = true;
        }
        self.keep(&bytes[..length]);
        self.offset += length as u64;
        length
    }

    fn finish(&mut self, next: State, take: &mut dyn FnMut(u64, Element<'_>) -> bool) -> bool {
        let rest_of_wrapper = self.wrapped > 0 && matches!(self.state, State::Value { listed: false });
        self.state = next;
        if rest_of_wrapper {
            self.wrapped = 0;
            return true;
        }
        match self.spoilt {
            Some(why) => take(self.start, Element::Broken(why)),
            None => take(self.start, Element::Bytes(&self.value)),
        }
    }

    fn give_up(&mut self, why: &'static str, take: &mut dyn FnMut(u64, Element<'_>) -> bool) -> bool {
        self.wrapped = 0;
        self.open.clear();
        self.state = State::Top;
        take(self.start, Element::Broken(why))
    }
}

/// How long a string is that begins here; `None` where it goes on beyond these bytes.
fn whole_string(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr::memchr2(b'\\', b'"', bytes.get(at..)?)?;
        match bytes[at] {
            b'"' => return Some(at + 1),
            _ => at += 2,
        }
    }
}

/// Whether the text ends in this member name and a colon.
fn ends_with_key(text: &[u8], key: &str) -> bool {
    let stem = text.trim_ascii_end().strip_suffix(b":").map(<[u8]>::trim_ascii_end);
    let open = stem.and_then(|stem| stem.strip_suffix(b"\"")?.strip_suffix(key.as_bytes())?.strip_suffix(b"\""));
    let before = open.map(<[u8]>::trim_ascii_end);
    before.is_some_and(|before| before.ends_with(b"{") || before.ends_with(b","))
}

/// Whether the text begins with a member `log` that is an object.
fn begins_with_log(text: &[u8]) -> bool {
    let rest = text.strip_prefix(b"{").map(<[u8]>::trim_ascii_start).and_then(|rest| rest.strip_prefix(b"\"log\""));
    let value = rest.map(<[u8]>::trim_ascii_start).and_then(|rest| rest.strip_prefix(b":"));
    value.is_some_and(|value| value.trim_ascii_start().starts_with(b"{"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut(text: &[u8], chunk: usize) -> Vec<String> {
        let mut found = Vec::new();
        let mut cutter = Cutter::new();
        let mut take = |at: u64, element: Element<'_>| {
            found.push(match element {
                Element::Bytes(bytes) => format!("{at}:{}", String::from_utf8_lossy(bytes)),
                Element::Broken(why) => format!("{at}!{why}"),
            });
            true
        };
        for part in text.chunks(chunk) {
            cutter.feed(part, &mut take);
        }
        cutter.end(&mut take);
        found
    }

    #[test]
    fn every_shape_gives_its_values() {
        let ends = "The file ends inside this record.";
        let brackets = "Its brackets do not match.";
        for (text, expected) in [
            ("", vec![]),
            ("[]", vec![]),
            ("{\"a\":1}", vec!["0:{\"a\":1}".to_owned()]),
            ("\u{feff}{\"a\":1}", vec!["3:{\"a\":1}".to_owned()]),
            ("{\"a\":1}\n{\"b\":\"]}\\\"\"}\r\n", vec!["0:{\"a\":1}".to_owned(), "8:{\"b\":\"]}\\\"\"}".to_owned()]),
            ("[ {\"a\":[{}]} , {} ]", vec!["2:{\"a\":[{}]}".to_owned(), "15:{}".to_owned()]),
            (
                "{\"@odata.context\":\"x\", \"value\" : [{\"a\":1},{}], \"next\": [{}], \"value\":[1]}",
                vec!["34:{\"a\":1}".to_owned(), "42:{}".to_owned()],
            ),
            (
                "{ \"log\": {\"pages\":[{}], \"entries\":[{\"a\":1}, {\"entries\":[2]}], \"x\":[{}]}} {\"b\":1}",
                vec!["35:{\"a\":1}".to_owned(), "44:{\"entries\":[2]}".to_owned(), "73:{\"b\":1}".to_owned()],
            ),
            ("{\"a\":{\"entries\":[1]}}", vec!["0:{\"a\":{\"entries\":[1]}}".to_owned()]),
            ("{\"records\":[1]}", vec!["12:1".to_owned()]),
            ("{\"value\":[{}, {\"a\":", vec!["10:{}".to_owned(), format!("14!{ends}")]),
            ("{\"value\":[{}], \"next\":", vec!["10:{}".to_owned()]),
            ("{\"value\":{\"value\":[1]}}", vec!["0:{\"value\":{\"value\":[1]}}".to_owned()]),
            ("[1,\"x\",null]", vec!["1:1".to_owned(), "3:\"x\"".to_owned(), "7:null".to_owned()]),
            ("[{\"a\":1},{\"b\":", vec!["1:{\"a\":1}".to_owned(), format!("9!{ends}")]),
            ("[{\"a\":[1},{\"b\":2}]", vec![format!("1!{brackets}"), "10:{\"b\":2}".to_owned()]),
            ("[{\"a\":},{\"b\":2}]", vec!["1:{\"a\":}".to_owned(), "8:{\"b\":2}".to_owned()]),
            ("id,name\n{}", vec!["0!This is not JSON.".to_owned(), "8:{}".to_owned()]),
        ] {
            for chunk in [1, 3, 1000] {
                assert_eq!(cut(text.as_bytes(), chunk), expected, "{text} by {chunk}");
            }
        }
    }

    #[test]
    fn what_is_too_deep_or_too_large_is_passed_over() {
        let deep = format!("{}{}", "{\"a\":".repeat(200), "}".repeat(200));
        assert_eq!(cut(deep.as_bytes(), 999), ["0!It is nested too deeply."]);
        let rest = format!("[{}1{},{{}}]", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(cut(rest.as_bytes(), 7), ["1!It is nested too deeply.", "200003:{}"]);
        let large = format!("[\"{}\",{{}}]", "x".repeat(MAX_RECORD_BYTES));
        let found = cut(large.as_bytes(), 1 << 16);
        assert_eq!(found, ["1!It is larger than a record may be.", &format!("{}:{{}}", large.len() - 3)]);
    }

    /// What JSON is made of, with what may mislead.
    const PARTS: [&str; 16] = [
        "{\"a\":",
        "{",
        "}",
        "[",
        "]",
        ",",
        "\n",
        "\"b\":1,",
        "\"value\" : [",
        "{\"log\":{\"entries\":[",
        "\"quoted {[ ]} \\\" \\\\\"",
        "\"a text that is longer than all that is looked at together: [{ one of some words, and of a few more\"",
        "\\",
        "\"",
        "null",
        "\"\":{\"c\":[true,false,{\"d\":[[[]]]}]}",
    ];

    proptest! {
        #[test]
        fn any_bytes_are_survived(text in "[\\[\\]{}\",:a \\\\\n]{0,60}") {
            prop_assert_eq!(cut(text.as_bytes(), 1), cut(text.as_bytes(), 64));
        }

        #[test]
        fn many_bytes_are_cut_like_one_by_one(
            parts in proptest::collection::vec(proptest::sample::select(PARTS.as_slice()), 0..60),
            chunk in 64_usize..700,
        ) {
            let text = parts.concat();
            prop_assert_eq!(cut(text.as_bytes(), 1), cut(text.as_bytes(), chunk));
        }
    }
}
