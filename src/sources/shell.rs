//! The words of a command as a shell would split them: quotes, escapes, continued lines; of POSIX shells, of Windows' `cmd`
//! with its carets and of PowerShell with its backticks. Nothing is ever expanded or run.

use std::borrow::Cow;

/// The words of the first command, and the text after it.
pub(super) fn words(text: &str) -> (Vec<String>, &str) {
    let mut scanner = Scanner { rest: text, words: Vec::new(), word: None };
    scanner.run();
    (scanner.words, scanner.rest)
}

/// What `cmd` needs its carets for, taken off; any other text as it is.
pub(super) fn without_carets(text: &str) -> Cow<'_, str> {
    if !text.contains("^\"") && !text.contains("^\n") && !text.contains("^\r\n") {
        return text.into();
    }
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match (c, characters.peek()) {
            ('^', Some('\r' | '\n')) => plain.push('\\'),
            ('^', Some(next)) => {
                plain.push(*next);
                characters.next();
            }
            _ => plain.push(c),
        }
    }
    plain.into()
}

struct Scanner<'t> {
    rest: &'t str,
    words: Vec<String>,
    word: Option<String>,
}

impl Scanner<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    fn take(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn push(&mut self, c: char) {
        self.word.get_or_insert_default().push(c);
    }

    fn end_word(&mut self) {
        self.words.extend(self.word.take());
    }

    fn run(&mut self) {
        while let Some(c) = self.next() {
            match c {
                '\\' | '`' if self.take("\r\n") || self.take("\n") => self.end_word(),
                '\\' => self.next().into_iter().for_each(|c| self.push(c)),
                '\'' => self.single(),
                '"' => self.double(),
                '$' if self.take("'") => self.ansi(),
                '\n' | ';' | '|' => break,
                '&' if self.take("&") => break,
                c if c.is_whitespace() => self.end_word(),
                c => self.push(c),
            }
        }
        self.end_word();
    }

    fn single(&mut self) {
        self.word.get_or_insert_default();
        while let Some(c) = self.next().filter(|c| *c != '\'') {
            self.push(c);
        }
    }

    fn double(&mut self) {
        self.word.get_or_insert_default();
        while let Some(c) = self.next().filter(|c| *c != '"') {
            match c {
                '\\' if self.take("\n") => {}
                '\\' if self.rest.starts_with(['"', '\\', '$', '`']) => {
                    self.next().into_iter().for_each(|c| self.push(c));
                }
                c => self.push(c),
            }
        }
    }

    /// `$'…'`, as Chrome and Firefox write a body with quotes or line breaks in it.
    fn ansi(&mut self) {
        self.word.get_or_insert_default();
        while let Some(c) = self.next().filter(|c| *c != '\'') {
            let c = match c {
                '\\' => match self.next() {
                    Some('n') => '\n',
                    Some('r') => '\r',
                    Some('t') => '\t',
                    Some('x') => self.code(2),
                    Some('u') => self.code(4),
                    Some(other) => other,
                    None => break,
                },
                c => c,
            };
            self.push(c);
        }
    }

    fn code(&mut self, most: usize) -> char {
        let length = self.rest.bytes().take(most).take_while(u8::is_ascii_hexdigit).count();
        let (digits, rest) = self.rest.split_at(length);
        self.rest = rest;
        u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_split_as_the_shells_do() {
        for (text, expected, rest) in [
            ("a 'b c' \"d \\\"e\\\" $f\" g\\ h\nnext", &["a", "b c", "d \"e\" $f", "g h"][..], "next"),
            ("a \\\n  -X `\r\n POST", &["a", "-X", "POST"], ""),
            ("a $'it\\'s\\n\\u00e9\\x41' ''", &["a", "it's\néA", ""], ""),
            ("a 'it'\\''s' | b", &["a", "it's"], " b"),
            ("a 'open", &["a", "open"], ""),
        ] {
            let (words, left) = words(text);
            assert_eq!((words.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), left), (expected, rest));
        }
        let cmd = without_carets("curl ^\"https://x/Users^\" ^\r\n  -d ^\"{^\\^\"a^\\^\":1}^\"");
        assert_eq!(words(&cmd).0, ["curl", "https://x/Users", "-d", "{\"a\":1}"]);
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "[a '\"\\\\$\n^`x0u]{0,40}") {
            words(&without_carets(&text));
        }
    }
}
