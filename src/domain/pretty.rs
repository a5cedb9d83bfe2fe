//! JSON and text as lines to read: indented, coloured by token, with every character that could deceive made visible.
//! It only prepares words for the screen; what is copied or saved comes from the value itself.

use std::{borrow::Cow, fmt::Write as _, ops::Range};

use serde_json::Value;

/// Spaces a level.
const STEP: usize = 2;

/// What a part of a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A member's name, with its quotes.
    Key,
    /// A string value, with its quotes.
    String,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// `null`.
    Null,
    /// Brackets, braces, colons and commas.
    Punctuation,
    /// Text that is not JSON.
    Plain,
}

/// One line of a code block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeLine {
    /// The line with its indentation.
    pub text: String,
    /// Byte ranges of `text` and what they are, in order; indentation and blanks belong to none.
    pub spans: Vec<(Range<usize>, TokenKind)>,
    /// How deep it is nested, in levels.
    pub indent: usize,
}

/// A body as lines: JSON indented, other text (a JSON string) as it is, nothing for null, which means no body.
#[must_use]
pub fn json_lines(value: &Value) -> Vec<CodeLine> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => text.lines().map(plain_line).collect(),
        value => {
            let mut page = Page { lines: Vec::new(), line: CodeLine::at(0) };
            page.value(value, 0);
            page.end_line(0);
            page.lines
        }
    }
}

/// An attribute name short enough for a column: `urn:ietf:…:User:costCenter`. Anything but a long URN stays.
#[must_use]
pub fn fold_urn(name: &str) -> String {
    let head = name.find('[').unwrap_or(name.len());
    let parts: Vec<&str> = name[..head].split(':').collect();
    match parts.as_slice() {
        [urn, space, middle @ .., resource, last] if urn.eq_ignore_ascii_case("urn") && middle.len() > 1 => {
            format!("{urn}:{space}:…:{resource}:{last}{}", &name[head..])
        }
        _ => name.to_owned(),
    }
}

/// An id with its middle left out: `7f3c…91b2` of at most `length` characters.
#[must_use]
pub fn shorten_id(id: &str, length: usize) -> String {
    let count = id.chars().count();
    if count <= length || length < 3 {
        return id.to_owned();
    }
    let tail = (length - 1) / 2;
    let head = length - 1 - tail;
    let start: String = id.chars().take(head).collect();
    let end: String = id.chars().skip(count - tail).collect();
    format!("{start}…{end}")
}

/// The text, or as much of its end as has room: of a name within a schema, its end tells it apart.
#[must_use]
pub fn ending(text: &str, length: usize) -> Cow<'_, str> {
    let left_out = text.chars().count().saturating_sub(length.max(1));
    if left_out == 0 {
        return Cow::Borrowed(text);
    }
    let from = text.char_indices().nth(left_out + 1).map_or(text.len(), |(from, _)| from);
    format!("…{}", &text[from..]).into()
}

/// The text with control, bidirectional and invisible characters as `\u{…}`: shown, not obeyed.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_deceptive) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_deceptive(c) {
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Whether a character does something else than show itself: controls, bidirectional marks, zero-width and
/// look-alike blanks, tags.
#[must_use]
pub fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{a0}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

impl CodeLine {
    fn at(indent: usize) -> Self {
        Self { text: " ".repeat(indent * STEP), spans: Vec::new(), indent }
    }

    fn push(&mut self, text: &str, kind: TokenKind) {
        let start = self.text.len();
        self.text.push_str(text);
        self.spans.push((start..self.text.len(), kind));
    }
}

fn plain_line(text: &str) -> CodeLine {
    let mut line = CodeLine::at(0);
    if !text.is_empty() {
        line.push(&visible(&text.replace('\t', "    ")), TokenKind::Plain);
    }
    line
}

struct Page {
    lines: Vec<CodeLine>,
    line: CodeLine,
}

impl Page {
    fn end_line(&mut self, indent: usize) {
        self.lines.push(std::mem::replace(&mut self.line, CodeLine::at(indent)));
    }

    fn value(&mut self, value: &Value, indent: usize) {
        match value {
            Value::Null => self.line.push("null", TokenKind::Null),
            Value::Bool(value) => self.line.push(if *value { "true" } else { "false" }, TokenKind::Bool),
            Value::Number(number) => self.line.push(&number.to_string(), TokenKind::Number),
            Value::String(text) => self.line.push(&literal(text), TokenKind::String),
            Value::Array(items) if items.is_empty() => self.line.push("[]", TokenKind::Punctuation),
            Value::Object(members) if members.is_empty() => self.line.push("{}", TokenKind::Punctuation),
            Value::Array(items) => {
                self.line.push("[", TokenKind::Punctuation);
                for (at, item) in items.iter().enumerate() {
                    self.end_line(indent + 1);
                    self.value(item, indent + 1);
                    self.comma(at + 1 < items.len());
                }
                self.end_line(indent);
                self.line.push("]", TokenKind::Punctuation);
            }
            Value::Object(members) => {
                self.line.push("{", TokenKind::Punctuation);
                for (at, (name, value)) in members.iter().enumerate() {
                    self.end_line(indent + 1);
                    self.line.push(&literal(name), TokenKind::Key);
                    self.line.push(":", TokenKind::Punctuation);
                    self.line.text.push(' ');
                    self.value(value, indent + 1);
                    self.comma(at + 1 < members.len());
                }
                self.end_line(indent);
                self.line.push("}", TokenKind::Punctuation);
            }
        }
    }

    fn comma(&mut self, more: bool) {
        if more {
            self.line.push(",", TokenKind::Punctuation);
        }
    }
}

/// A JSON string literal whose escapes are JSON's own, and `\u{…}` for what JSON would let through.
fn literal(text: &str) -> String {
    visible(&Value::from(text).to_string()).into_owned()
}

/// A count of something: 1 request, 12,345 requests.
#[must_use]
pub fn counted(count: impl TryInto<u64>, one: &str, many: &str) -> String {
    let count = count.try_into().unwrap_or(u64::MAX);
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// Bytes of a megabyte.
pub const MEGABYTE: u64 = 1_000_000;

/// A size in bytes as a person reads it: 34.2 MB.
#[must_use]
pub fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / MEGABYTE as f64)
}

/// A count with its thousands apart: 12,345.
#[must_use]
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn texts(value: &Value) -> Vec<String> {
        json_lines(value).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn an_end_is_as_long_as_has_room() {
        for (text, length, wanted) in
            [("abcdef", 6, "abcdef"), ("abcdef", 4, "…def"), ("äbç", 2, "…ç"), ("ab", 1, "…"), ("", 0, "")]
        {
            assert_eq!(ending(text, length), wanted, "{text} {length}");
        }
    }

    #[test]
    fn json_is_indented_and_every_token_has_its_kind() {
        let lines = json_lines(&json!({"a": [1, true, null], "b": {}, "c": "x"}));
        let texts: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(
            texts,
            ["{", "  \"a\": [", "    1,", "    true,", "    null", "  ],", "  \"b\": {},", "  \"c\": \"x\"", "}"]
        );
        assert_eq!(lines.iter().map(|line| line.indent).collect::<Vec<_>>(), [0, 1, 2, 2, 2, 1, 1, 1, 0]);
        let kinds: Vec<_> = lines[7].spans.iter().map(|(range, kind)| (&lines[7].text[range.clone()], *kind)).collect();
        let punctuation = TokenKind::Punctuation;
        assert_eq!(kinds, [("\"c\"", TokenKind::Key), (":", punctuation), ("\"x\"", TokenKind::String)]);
    }

    #[test]
    fn text_stays_text_and_no_body_has_no_lines() {
        assert_eq!(texts(&json!("<html>\r\n\t<b>\n\nx")), ["<html>", "    <b>", "", "x"]);
        assert!(texts(&Value::Null).is_empty());
        assert_eq!(texts(&json!([])), ["[]"]);
        assert_eq!(texts(&json!(7)), ["7"]);
    }

    #[test]
    fn what_could_deceive_is_shown() {
        for (text, shown) in [
            ("plain é 漢", "plain é 漢"),
            ("a\u{202e}b", "a\\u{202e}b"),
            ("a\u{200b}", "a\\u{200b}"),
            ("a\u{a0}b\u{feff}", "a\\u{a0}b\\u{feff}"),
            ("a\nb\u{7f}\u{85}", "a\\u{a}b\\u{7f}\\u{85}"),
        ] {
            assert_eq!(visible(text), shown);
        }
        assert_eq!(texts(&json!({"k\u{2066}": "v\u{202e}\n"})), ["{", "  \"k\\u{2066}\": \"v\\u{202e}\\n\"", "}"]);
    }

    #[test]
    fn names_and_ids_are_shortened() {
        for (name, folded) in [
            ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter", "urn:ietf:…:User:costCenter"),
            (
                "urn:ietf:params:scim:schemas:core:2.0:User:emails[type eq \"a:b\"].value",
                "urn:ietf:…:User:emails[type eq \"a:b\"].value",
            ),
            ("urn:x:1.0:User:team", "urn:x:1.0:User:team"),
            ("name.givenName", "name.givenName"),
            ("", ""),
        ] {
            assert_eq!(fold_urn(name), folded);
        }
        for (id, length, short) in [
            ("7f3c0000-0000-4000-8000-0000000091b2", 9, "7f3c…91b2"),
            ("7f3c91b2", 9, "7f3c91b2"),
            ("éééééé", 4, "éé…é"),
            ("abcdef", 2, "abcdef"),
        ] {
            assert_eq!(shorten_id(id, length), short);
        }
    }

    proptest! {
        #[test]
        fn lines_are_never_deceptive_and_spans_lie_within(text in ".{0,40}", key in ".{0,8}") {
            for line in json_lines(&json!({key: [text.clone(), 1]})).into_iter().chain(json_lines(&json!(text))) {
                prop_assert!(!line.text.contains(is_deceptive), "{:?}", line.text);
                let mut end = 0;
                for (range, _) in line.spans {
                    prop_assert!(range.start >= end && line.text.get(range.clone()).is_some());
                    end = range.end;
                }
            }
        }
    }
}
