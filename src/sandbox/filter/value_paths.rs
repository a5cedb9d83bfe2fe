//! `emails[type eq "work"].value eq "a@x"`: a sub-attribute after a value path, which the grammar of RFC 7644 §3.4.2.2 does
//! not have, and which Entra matches by (`idp-facts.md` §2.1). It is read as a part of the value path.

use crate::scim::patch::unquoted;

/// The filter with every such comparison moved into its brackets; anything else stays as it is.
pub(super) fn fold(text: &str) -> String {
    let (mut done, mut rest) = (String::new(), text);
    while let Some((before, inner, comparison, after)) = next(rest) {
        let either = has_or(inner);
        let (open, close) = if either { ("(", ")") } else { ("", "") };
        done.push_str(&format!("{before}[{open}{inner}{close} and {comparison}]"));
        rest = after;
    }
    done + rest
}

/// The text before the bracket, what is inside, the comparison behind, and the rest.
fn next(text: &str) -> Option<(&str, &str, &str, &str)> {
    let mut open = None;
    for (at, symbol) in unquoted(text) {
        match (symbol, open) {
            ('[', _) => open = Some(at),
            (']', Some(from)) if text[at + 1..].starts_with('.') => {
                let behind = &text[at + 2..];
                let length = comparison(behind)?;
                return Some((&text[..from], &text[from + 1..at], &behind[..length], &behind[length..]));
            }
            _ => {}
        }
    }
    None
}

/// How long `value eq "…"` is, or `value pr`.
fn comparison(text: &str) -> Option<usize> {
    let name = text.find(' ')?;
    let operator = name + 1 + text[name + 1..].find([' ', ')']).unwrap_or(text.len() - name - 1);
    if text[name + 1..operator].eq_ignore_ascii_case("pr") {
        return Some(operator);
    }
    let value = operator + 1;
    let end = unquoted(text).find(|(at, symbol)| *at > value && matches!(symbol, ' ' | ')'));
    (value < text.len()).then(|| end.map_or(text.len(), |(at, _)| at))
}

fn has_or(text: &str) -> bool {
    let plain: String = unquoted(text).map(|(_, symbol)| symbol).collect();
    plain.to_ascii_lowercase().split_whitespace().any(|word| word == "or")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_the_brackets_moves_into_them() {
        for (sent, read) in [
            (r#"emails[type eq "work"].value eq "a@x""#, r#"emails[type eq "work" and value eq "a@x"]"#),
            (r#"emails[type eq "work"].value pr"#, r#"emails[type eq "work" and value pr]"#),
            (
                r#"(emails[type eq "w" or type eq "h"].value sw "a b") and title pr"#,
                r#"(emails[(type eq "w" or type eq "h") and value sw "a b"]) and title pr"#,
            ),
            (
                r#"a[b eq "]. x\""].c eq 1 and d[e pr].f eq true"#,
                r#"a[b eq "]. x\"" and c eq 1] and d[e pr and f eq true]"#,
            ),
            (r#"emails[type eq "work"]"#, r#"emails[type eq "work"]"#),
            (r#"title eq "x[y].z eq 1""#, r#"title eq "x[y].z eq 1""#),
            ("a[b pr].c", "a[b pr].c"),
            ("a[b pr].c eq ", "a[b pr].c eq "),
            ("ä]. ö[", "ä]. ö["),
        ] {
            assert_eq!(fold(sent), read);
        }
    }
}
