//! The schema part of an attribute name: which of the two URNs was meant, however it was typed.
//! It says what it found; [`super::name`] turns that into problems.

use super::spelling::distance;
use crate::domain::attribute::{CORE_USER, ENTERPRISE_USER};

/// The two schemas a mapping may use.
pub(super) const SCHEMAS: [&str; 2] = [CORE_USER, ENTERPRISE_USER];

/// An attribute name taken apart at its schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Split<'a> {
    /// One of the two URNs, a separator, a path.
    Known {
        /// The URN, exact.
        schema: &'static str,
        /// What follows the separator.
        path: &'a str,
        /// The URN was typed in another case.
        case_differs: bool,
        /// A dot stands where the colon belongs.
        dot: bool,
    },
    /// Close enough to one of the two to be sure.
    Misspelt {
        /// The URN that was meant.
        schema: &'static str,
        /// What follows it.
        path: &'a str,
        /// A dot stands where the colon belongs, too.
        dot: bool,
    },
    /// Another URN.
    Unknown {
        /// The URN as typed.
        schema: &'a str,
        /// What follows it.
        path: &'a str,
    },
    /// A URN and nothing else.
    OnlySchema,
    /// No URN at all.
    Bare,
}

/// Takes a name apart at its schema. Colons and dots within a value filter do not count.
pub(super) fn split(name: &str) -> Split<'_> {
    if let Some(tail) = tail_after_repeated_schema(name) {
        return match split(tail) {
            Split::Known { schema, path, dot, .. } => Split::Misspelt { schema, path, dot },
            other => other,
        };
    }
    for schema in SCHEMAS {
        let Some(head) = name.get(..schema.len()).filter(|head| head.eq_ignore_ascii_case(schema)) else { continue };
        let rest = &name[schema.len()..];
        let case_differs = head != schema;
        match rest.chars().next() {
            None => return Split::OnlySchema,
            Some(':' | '.') if rest.len() == 1 => return Split::OnlySchema,
            Some(separator @ (':' | '.')) if !rest[1..].starts_with([':', '.']) => {
                return Split::Known { schema, path: &rest[1..], case_differs, dot: separator == '.' };
            }
            Some(':' | '.' | '/' | '#') => {
                let path = rest.trim_start_matches([':', '.', '/', '#']);
                return if path.is_empty() { Split::OnlySchema } else { Split::Misspelt { schema, path, dot: false } };
            }
            Some(_) => {}
        }
    }
    if SCHEMAS.iter().any(|schema| distance(name, schema) <= 2) {
        return Split::OnlySchema;
    }
    let end = name.find('[').unwrap_or(name.len());
    let Some(colon) = name[..end].rfind(':') else { return Split::Bare };
    let (head, path) = (&name[..colon], name[colon + 1..].trim_start_matches('.'));
    // `…:2.0:Users.department`: the last colon stands before the schema's own last word.
    if let Some((word, rest)) = path.split_once('.')
        && distance(word, "User") <= 1
        && let Some(schema) = meant(&format!("{head}:{word}"))
    {
        let path = rest.trim_start_matches('.');
        return if path.is_empty() { Split::OnlySchema } else { Split::Misspelt { schema, path, dot: true } };
    }
    match meant(head) {
        _ if path.is_empty() => Split::OnlySchema,
        Some(schema) => Split::Misspelt { schema, path, dot: false },
        None => Split::Unknown { schema: head, path },
    }
}

/// The part from the last of the two URNs on, where something stands before it: a prefix, or the same URN again.
fn tail_after_repeated_schema(name: &str) -> Option<&str> {
    let lower = name.to_ascii_lowercase();
    let start = SCHEMAS.iter().filter_map(|schema| lower.rfind(&schema.to_ascii_lowercase())).max()?;
    (start > 0).then(|| &name[start..])
}

/// The URN that a typed one certainly means: a letter or two off, or with words left out, doubled or slightly wrong,
/// as long as it still says `core` or `enterprise`. Version 1 URNs count as misspelt.
fn meant(typed: &str) -> Option<&'static str> {
    if let Some(schema) = SCHEMAS.into_iter().find(|schema| distance(typed, schema) <= 2) {
        return Some(schema);
    }
    let words: Vec<&str> = typed.split(':').filter(|word| !word.is_empty()).collect();
    let key = |word: &str| words.iter().any(|typed| distance(typed, word) <= 1);
    let schema = match (key("core"), key("enterprise")) {
        (true, false) => CORE_USER,
        (false, true) => ENTERPRISE_USER,
        _ => return None,
    };
    let mut wanted = schema.split(':').peekable();
    let mut missing = 0;
    let mut previous = "";
    for word in words {
        if same(word, previous) {
            continue;
        }
        loop {
            match wanted.next() {
                Some(next) if same(word, next) => {
                    previous = next;
                    break;
                }
                Some(_) => missing += 1,
                None => return None,
            }
        }
    }
    (missing + wanted.count() <= 3).then_some(schema)
}

/// `Users`, `EnterpriseUser` for `User`, `1.0` for `2.0`, `schema` for `schemas`.
fn same(typed: &str, wanted: &str) -> bool {
    !wanted.is_empty()
        && (distance(typed, wanted) <= 1 || (wanted == "User" && typed.to_ascii_lowercase().ends_with("user")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant() {
        for typed in [
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:Users",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:EnterpriseUser",
            "urn:ietf:params:scim:schema:extension:enterprise:2.0:User",
            "urn:ietf:params:scim:schemas:enterprise:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0",
            "urn:scim:schemas:extension:enterprise:1.0",
            "urn:ietf:params:scim:schemas:extension:entreprise:2.0:User",
            "ietf:params:scim:schemas:extension:enterprise:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2:0:User",
        ] {
            assert_eq!(meant(typed), Some(ENTERPRISE_USER), "{typed}");
        }
        for typed in [
            "urn:scim:schemas:core:1.0",
            "urn:ietf:params:scim:schemas:core:2.0:Usre",
            "urn:ietf:params:scim:core:2.0:User",
        ] {
            assert_eq!(meant(typed), Some(CORE_USER), "{typed}");
        }
        for typed in [
            "urn:ietf:params:scim:schemas:core:2.0:Group",
            "urn:ietf:params:scim:schemas:extension:acme:2.0:User",
            "urn:ietf:params:scim:schemas:2.0:User",
            "urn:acme:core",
            "urn",
            "",
        ] {
            assert_eq!(meant(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_name_comes_apart_at_its_schema() {
        let known = |schema, path, case_differs, dot| Split::Known { schema, path, case_differs, dot };
        let core = |rest: &str| format!("{CORE_USER}{rest}");
        assert_eq!(split(&core(":userType")), known(CORE_USER, "userType", false, false));
        assert_eq!(split(&core(".userType")), known(CORE_USER, "userType", false, true));
        assert_eq!(
            split(&core(":emails[value eq \"a:b\"].value")),
            known(CORE_USER, "emails[value eq \"a:b\"].value", false, false)
        );
        assert_eq!(split(&core(":userType").to_lowercase()), known(CORE_USER, "usertype", true, false));
        assert_eq!(split(&core("::userType")), Split::Misspelt { schema: CORE_USER, path: "userType", dot: false });
        assert_eq!(split(&core("s.userType")), Split::Misspelt { schema: CORE_USER, path: "userType", dot: true });
        assert_eq!(
            split(&format!("{CORE_USER}:{ENTERPRISE_USER}:division")),
            Split::Misspelt { schema: ENTERPRISE_USER, path: "division", dot: false }
        );
        assert_eq!(split("urn:acme:1.0:User:x"), Split::Unknown { schema: "urn:acme:1.0:User", path: "x" });
        for only in [core(""), core(":"), core("s"), "urn:acme:".to_owned()] {
            assert_eq!(split(&only), Split::OnlySchema, "{only}");
        }
        assert_eq!(split("userType"), Split::Bare);
        assert_eq!(split("emails[value eq \"a:b\"].value"), Split::Bare);
    }
}
