//! The filter of a look-up (RFC 7644 §3.4.2.2), read with its value path: `emails[type eq "work"].value eq "jane"`; and which
//! of the resources in an answer are what was looked for. Services and directories write filters wrongly, so what
//! cannot be right is read as it was meant.

use serde_json::Value;

/// What a look-up looks for: the first comparison of its filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::diagnosis) struct Filter {
    /// The filter as it was written.
    pub(in crate::diagnosis) text: String,
    /// Where it stands: `request.url`, or `request.body/filter` of a search by POST.
    pub(in crate::diagnosis) place: &'static str,
    /// As it was written, with URN and value path.
    pub(in crate::diagnosis) attribute: String,
    /// As it was written: `eq`, `Eq`.
    pub(in crate::diagnosis) operator: String,
    /// Without its quotes and escapes.
    pub(in crate::diagnosis) value: String,
    /// What follows the first comparison: `and active eq true`.
    pub(in crate::diagnosis) rest: String,
    /// It ends within a text.
    pub(in crate::diagnosis) is_cut: bool,
}

impl Filter {
    /// Reads a filter; `None` where it compares nothing.
    pub(super) fn read(text: &str, place: &'static str) -> Option<Self> {
        let filter = text.trim().trim_start_matches('(').trim_start();
        let (attribute, rest) = filter.split_at_checked(attribute_end(filter))?;
        let rest = rest.trim_start();
        if attribute.is_empty() || rest.is_empty() && !attribute.contains('[') {
            return None;
        }
        let (operator, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let (value, rest) = compared(rest.trim());
        let quotes = quotes(filter).count();
        Some(Self {
            text: text.to_owned(),
            place,
            attribute: attribute.to_owned(),
            operator: operator.to_owned(),
            value,
            rest: rest.trim_start_matches([')', ']']).trim().to_owned(),
            is_cut: quotes % 2 == 1,
        })
    }

    /// Whether it makes more comparisons than one.
    pub(in crate::diagnosis) const fn is_several(&self) -> bool {
        !self.rest.is_empty()
    }

    pub(in crate::diagnosis) fn is_eq(&self) -> bool {
        self.operator.eq_ignore_ascii_case("eq")
    }

    /// The attribute as it was written, without its value path: `urn:…:User:emails`.
    pub(in crate::diagnosis) fn head(&self) -> &str {
        self.attribute.split('[').next().unwrap_or_default()
    }

    /// The attribute itself: `emails` for `urn:…:User:emails[type eq "work"].value`.
    pub(in crate::diagnosis) fn name(&self) -> &str {
        let head = self.head();
        let is_urn = head.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"));
        let own = if is_urn { head.rsplit(':').next().unwrap_or(head) } else { head };
        own.split('.').next().unwrap_or(own)
    }

    /// What one resource has of the attribute, in whichever of its schemas: empty where it does not say.
    pub(in crate::diagnosis) fn values<'c>(&self, resource: &'c Value) -> Vec<&'c Value> {
        let Some(value) = held(resource, self.name()) else { return Vec::new() };
        let within = self.attribute.rsplit(']').next().unwrap_or_default().split('.').nth(1).unwrap_or("value");
        let part = |value: &'c Value| if value.is_object() { member(value, within) } else { Some(value) };
        match value {
            Value::Array(items) => items.iter().filter_map(part).collect(),
            value => part(value).into_iter().collect(),
        }
    }

    /// Whether a value is what was looked for. Letter case is left aside, and so is a plus that arrived as a space.
    pub(in crate::diagnosis) fn is_met(&self, value: &Value) -> bool {
        let plain = |text: &str| text.trim().replace('+', " ").to_lowercase();
        let (wanted, has) = (plain(&self.value), value.as_str().map_or_else(|| plain(&value.to_string()), plain));
        match self.operator.to_ascii_lowercase().as_str() {
            "eq" => has == wanted,
            "co" => has.contains(&wanted),
            "sw" => has.starts_with(&wanted),
            "ew" => has.ends_with(&wanted),
            _ => true,
        }
    }
}

/// What a resource holds by a name in any case, at its top or in one of its extensions.
pub(in crate::diagnosis) fn held<'c>(resource: &'c Value, name: &str) -> Option<&'c Value> {
    let extensions = || resource.as_object().into_iter().flatten().filter(|(key, _)| key.starts_with("urn:"));
    member(resource, name).or_else(|| extensions().find_map(|(_, block)| member(block, name)))
}

/// A member by its name in any case.
fn member<'c>(value: &'c Value, name: &str) -> Option<&'c Value> {
    value.as_object()?.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// Where the attribute ends: at the first space outside a value path.
fn attribute_end(filter: &str) -> usize {
    let mut is_within = false;
    let ends = |letter: char| {
        is_within = letter == '[' || is_within && letter != ']';
        letter.is_whitespace() && !is_within
    };
    filter.find(ends).unwrap_or(filter.len())
}

/// The quotes that begin or end a text: those that no backslash escapes.
fn quotes(text: &str) -> impl Iterator<Item = usize> {
    let mut is_escaped = false;
    text.char_indices().filter_map(move |(at, letter)| {
        let is_quote = letter == '"' && !is_escaped;
        is_escaped = letter == '\\' && !is_escaped;
        is_quote.then_some(at)
    })
}

/// The value at the start of a text, and what follows it. A quote that more of the text follows stands within the value.
fn compared(text: &str) -> (String, &str) {
    let starts = |rest: &str, word: &str| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let is_next = |rest: &str| starts(rest, "and ") || starts(rest, "or ");
    let Some(quoted) = text.strip_prefix('"') else {
        let mut words = text.match_indices(char::is_whitespace).map(|(at, space)| at + space.len());
        let end = words.find(|at| is_next(&text[*at..])).unwrap_or(text.len());
        return (text[..end].trim_end().trim_end_matches(')').to_owned(), &text[end..]);
    };
    let is_end = |at: &usize| {
        let rest = quoted[at + 1..].trim_start();
        rest.is_empty() || rest.starts_with([')', ']']) || is_next(rest)
    };
    let end = quotes(quoted).find(is_end).unwrap_or(quoted.len());
    (unescaped(&quoted[..end]), quoted.get(end + 1..).unwrap_or_default())
}

/// A text without the escapes of JSON, by which filters are written; one that is none is left as it is.
fn unescaped(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    serde_json::from_str(&format!("\"{text}\"")).unwrap_or_else(|_| text.replace("\\\"", "\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_comparison_is_read_as_it_was_meant() {
        for (text, wanted) in [
            (r#"userName eq "jane""#, Some(("userName", "eq", "jane", "", false))),
            (r#"(userName Eq "jane")"#, Some(("userName", "Eq", "jane", "", false))),
            (
                r#"emails[type eq "work"].value eq "a@b.c""#,
                Some((r#"emails[type eq "work"].value"#, "eq", "a@b.c", "", false)),
            ),
            (r#"members[value eq "7"]"#, Some((r#"members[value eq "7"]"#, "", "", "", false))),
            (r#"displayName eq "a \"b\" c""#, Some(("displayName", "eq", r#"a "b" c"#, "", false))),
            (r#"displayName eq "5" TV""#, Some(("displayName", "eq", r#"5" TV"#, "", true))),
            (r#"displayName eq "R"#, Some(("displayName", "eq", "R", "", true))),
            (r"displayName eq \", Some(("displayName", "eq", r"\", "", false))),
            (r#"displayName eq "A\B""#, Some(("displayName", "eq", r"A\B", "", false))),
            (r#"id eq "1" AND active eq true"#, Some(("id", "eq", "1", "AND active eq true", false))),
            (r#"(id eq "1") or (id eq "2")"#, Some(("id", "eq", "1", r#"or (id eq "2")"#, false))),
            ("active eq true and id pr", Some(("active", "eq", "true", "and id pr", false))),
            ("active eq true   and   id pr", Some(("active", "eq", "true", "and   id pr", false))),
            ("externalId pr", Some(("externalId", "pr", "", "", false))),
            ("userName", None),
            ("", None),
        ] {
            let read = Filter::read(text, "request.url");
            let plain = read.as_ref().map(|read| {
                (read.attribute.as_str(), read.operator.as_str(), read.value.as_str(), read.rest.as_str(), read.is_cut)
            });
            assert_eq!(plain, wanted, "{text}");
        }
    }
}
