//! Filters as text, before a parser sees them: what is quoted, and the one place where the grammar of RFC 7644 figure 1
//! and the library's differ.

/// The symbols outside of quotes, each with its place.
pub fn unquoted(text: &str) -> impl Iterator<Item = (usize, char)> {
    let (mut quoted, mut escaped) = (false, false);
    text.char_indices().filter(move |(_, symbol)| {
        let inside = quoted;
        match (quoted, escaped, symbol) {
            (true, false, '\\') => {
                escaped = true;
                return false;
            }
            (_, false, '"') => quoted = !quoted,
            _ => {}
        }
        escaped = false;
        !inside && *symbol != '"'
    })
}

/// The text with a space after each `not`: RFC 7644 figure 1 has none before the parenthesis, its examples have one, and
/// the library insists on it.
#[must_use]
pub fn spaced(text: &str) -> String {
    let mut done = String::with_capacity(text.len());
    let mut copied = 0;
    for (at, symbol) in unquoted(text) {
        let before = &text[copied..at];
        let word = before.len().checked_sub(3).and_then(|start| before.get(start..));
        let whole =
            before.chars().rev().nth(3).is_none_or(|symbol| !symbol.is_alphanumeric() && !"_-.:$".contains(symbol));
        if symbol == '(' && whole && word.is_some_and(|word| word.eq_ignore_ascii_case("not")) {
            done.push_str(before);
            done.push(' ');
            copied = at;
        }
    }
    done + &text[copied..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn not_stands_apart_from_its_parenthesis() {
        for (sent, read) in [
            ("not(title pr)", "not (title pr)"),
            ("a pr and NOT(b pr or not(c pr))", "a pr and NOT (b pr or not (c pr))"),
            ("emails[not(type eq \"work\")].value", "emails[not (type eq \"work\")].value"),
            ("((not(a pr)))", "((not (a pr)))"),
            ("not (a pr)", "not (a pr)"),
            ("a eq \"not(b)\" and knot(c)", "a eq \"not(b)\" and knot(c)"),
            ("ünot(c", "ünot(c"),
            ("", ""),
        ] {
            assert_eq!(spaced(sent), read);
        }
    }
}
