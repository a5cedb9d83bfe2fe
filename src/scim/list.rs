//! Reads a ListResponse (RFC 7644 §3.4.2) tolerantly and names what deviates. It changes nothing and refuses nothing.

use serde_json::Value;

const LIST_RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// A page of users, and what is odd about it.
#[derive(Debug, Default)]
pub(super) struct Page<'a> {
    /// How many there are in all; the page's own count where the tenant does not say.
    pub(super) total: u64,
    /// The users of this page.
    pub(super) users: Vec<&'a Value>,
    /// Deviations from the RFC, whole sentences.
    pub(super) deviations: Vec<String>,
}

impl<'a> Page<'a> {
    /// `None` when the answer is no list at all.
    pub(super) fn read(body: &'a Value) -> Option<Self> {
        let mut page = Self::default();
        let listed = body.as_array().or_else(|| member(body, "Resources", &mut page.deviations)?.as_array());
        if body.is_array() {
            page.note("The answer is a bare array, not a ListResponse (RFC 7644 §3.4.2).");
        } else if !body.is_object() || (listed.is_none() && body.get("totalResults").is_none()) {
            return None;
        } else if !schemas(body).any(|urn| urn == LIST_RESPONSE) {
            page.note("The list does not name ListResponse in schemas (RFC 7644 §3.4.2).");
        }
        page.users = listed.map(|users| users.iter().collect()).unwrap_or_default();
        page.total = page.users.len() as u64;
        if body.is_object() {
            page.read_counts(body);
        }
        Some(page)
    }

    /// The users whose userName is the one asked for, whatever its case (RFC 7643 §4.1.1: caseExact is false).
    pub(super) fn named(&self, user_name: &str) -> Vec<&'a Value> {
        let wanted = user_name.to_lowercase();
        let is_it = |user: &&&Value| text(user, "userName").is_some_and(|name| name.to_lowercase() == wanted);
        self.users.iter().filter(is_it).copied().collect()
    }

    fn read_counts(&mut self, body: &Value) {
        match body.get("totalResults") {
            Some(Value::Number(number)) => self.total = number.as_u64().unwrap_or(self.total),
            Some(Value::String(text)) => {
                self.total = text.trim().parse().unwrap_or(self.total);
                self.note("totalResults is text; RFC 7644 §3.4.2 wants a number, and Okta gives up on text.");
            }
            Some(_) => self.note("totalResults is neither number nor text (RFC 7644 §3.4.2)."),
            None => self.note("totalResults is missing (RFC 7644 §3.4.2)."),
        }
        for name in ["startIndex", "itemsPerPage"] {
            if body.get(name).is_some_and(Value::is_string) {
                self.note(&format!("{name} is text; RFC 7644 §3.4.2 wants a number, and Okta gives up on text."));
            }
        }
        let size = self.users.len() as u64;
        if let Some(stated) = body.get("itemsPerPage").and_then(Value::as_u64).filter(|stated| *stated != size) {
            self.note(&format!("itemsPerPage says {stated} where the page holds {size} (RFC 7644 §3.4.2.4)."));
        }
    }

    fn note(&mut self, sentence: &str) {
        self.deviations.push(sentence.to_owned());
    }
}

/// The text of a member; a number is read as text.
pub(super) fn text(value: &Value, name: &str) -> Option<String> {
    match value.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The schemas that a message names.
pub(super) fn schemas(body: &Value) -> impl Iterator<Item = &str> {
    body.get("schemas").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

fn member<'a>(body: &'a Value, name: &str, deviations: &mut Vec<String>) -> Option<&'a Value> {
    if let Some(value) = body.get(name) {
        return Some(value);
    }
    let (found, value) = body.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    deviations.push(format!("The member {name} is spelt {found} (RFC 7644 §3.4.2); Entra may not read it."));
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn odd_lists_are_read_and_their_oddities_named() {
        let fine = json!({"schemas": [LIST_RESPONSE], "totalResults": 0});
        for (body, total, deviations) in [
            (fine, 0, &[][..]),
            (json!({"schemas": [LIST_RESPONSE], "totalResults": "1", "Resources": [{}]}), 1, &["totalResults is text"]),
            (json!({"schemas": [LIST_RESPONSE], "Resources": []}), 0, &["totalResults is missing"]),
            (json!({"totalResults": 0, "Resources": []}), 0, &["does not name ListResponse"]),
            (json!([{"userName": "a"}]), 1, &["bare array"]),
            (json!({"schemas": [LIST_RESPONSE], "totalResults": 0, "resources": []}), 0, &["spelt resources"]),
            (
                json!({"schemas": [LIST_RESPONSE], "totalResults": 0, "itemsPerPage": 20, "startIndex": "1"}),
                0,
                &["startIndex is text", "itemsPerPage says 20"],
            ),
        ] {
            let page = Page::read(&body).unwrap();
            assert_eq!(page.total, total, "{body}");
            assert_eq!(page.deviations.len(), deviations.len(), "{:?}", page.deviations);
            for (found, expected) in page.deviations.iter().zip(deviations) {
                assert!(found.contains(expected), "{found}");
            }
        }
    }

    #[test]
    fn what_is_no_list_is_not_read_as_an_empty_one() {
        for body in [json!({"id": "1", "userName": "a"}), Value::Null, json!("ok")] {
            assert!(Page::read(&body).is_none(), "{body}");
        }
    }

    #[test]
    fn a_user_is_found_whatever_the_case_of_the_name() {
        let body = json!({"totalResults": 2, "Resources": [{"userName": "Ada@X.co"}, {"userName": "b"}]});
        assert_eq!(Page::read(&body).unwrap().named("ada@x.co").len(), 1);
    }
}
