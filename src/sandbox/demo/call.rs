//! One planned request of the day: who sends what and when, before the tenant has given any id.
//! It never holds a token, only which one to send.

use serde_json::Value;

use super::people::Directory;
use crate::domain::practice::Fault;

/// A request that a directory will send. Paths and bodies name a user who the tenant knows by its own id as
/// `{id:NUMBER}`, the number being the person's place in the staff list.
#[derive(Clone)]
pub(super) struct Call {
    /// Milliseconds since the day began.
    pub(super) at: u64,
    /// How long the answer takes, milliseconds.
    pub(super) took: u64,
    pub(super) directory: Directory,
    pub(super) method: &'static str,
    /// From the root of the tenant's host, with the query.
    pub(super) path: String,
    pub(super) body: Value,
    pub(super) content_type: &'static str,
    pub(super) credential: Credential,
    pub(super) fault: Option<Fault>,
    /// The person whose id the answer tells.
    pub(super) about: Option<usize>,
    /// A create that a directory leaves out when its look-up found the user.
    pub(super) only_if_absent: bool,
    /// Which entry of the failure catalogue this is an example of.
    pub(super) failure: Option<&'static str>,
}

/// What stands in the Authorization header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Credential {
    /// The directory's own token.
    Own,
    /// The word Bearer twice, as when an administrator pastes it into the token field.
    BearerTwice,
    /// A token that this tenant never issued.
    Foreign,
}

impl Call {
    pub(super) fn new(directory: Directory, method: &'static str, path: impl Into<String>) -> Self {
        Self {
            at: 0,
            took: 0,
            directory,
            method,
            path: path.into(),
            body: Value::Null,
            content_type: "application/scim+json; charset=utf-8",
            credential: Credential::Own,
            fault: None,
            about: None,
            only_if_absent: false,
            failure: None,
        }
    }

    pub(super) fn body(mut self, body: Value) -> Self {
        self.body = body;
        self
    }

    pub(super) const fn about(mut self, number: usize) -> Self {
        self.about = Some(number);
        self
    }

    pub(super) const fn credential(mut self, credential: Credential) -> Self {
        self.credential = credential;
        self
    }

    pub(super) fn fault(mut self, fault: Fault) -> Self {
        self.fault = Some(fault);
        self
    }

    /// Takes this many milliseconds whatever its kind.
    pub(super) const fn took(mut self, milliseconds: u64) -> Self {
        self.took = milliseconds;
        self
    }

    /// Marks it as an example of a catalogue entry.
    pub(super) const fn shows(mut self, failure: &'static str) -> Self {
        self.failure = Some(failure);
        self
    }

    /// Sent even when the look-up found somebody: the directory does not see that it is the same person.
    pub(super) const fn regardless(mut self) -> Self {
        self.only_if_absent = false;
        self
    }
}

/// How a body or path names the id that the tenant gave to a person.
pub(super) fn id_of(number: usize) -> String {
    format!("{{id:{number}}}")
}

/// The ids the tenant has given so far, by place in the staff list.
#[derive(Debug, Default)]
pub(super) struct Ids(Vec<Option<String>>);

impl Ids {
    pub(super) fn learn(&mut self, number: usize, id: &str) {
        if self.0.len() <= number {
            self.0.resize(number + 1, None);
        }
        self.0[number] = Some(id.to_owned());
    }

    pub(super) fn knows(&self, number: usize) -> bool {
        self.0.get(number).is_some_and(Option::is_some)
    }

    /// The text with every `{id:…}` replaced. Somebody who the tenant has never known gets an id that it never gave.
    pub(super) fn fill(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{id:") {
            filled.push_str(before);
            let Some((number, tail)) = after.split_once('}') else {
                rest = after;
                continue;
            };
            let number = number.parse::<usize>().unwrap_or(usize::MAX);
            match self.0.get(number).and_then(Option::as_deref) {
                Some(id) => filled.push_str(id),
                None => filled.push_str(&unknown_id(number)),
            }
            rest = tail;
        }
        filled.push_str(rest);
        filled
    }
}

fn unknown_id(number: usize) -> String {
    uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, format!("nobody-{number}").as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_filled_in_as_the_tenant_gave_them() {
        let mut ids = Ids::default();
        ids.learn(3, "abc");
        assert_eq!(ids.fill("/Users/{id:3}?x={id:3}"), "/Users/abc?x=abc");
        assert_eq!(ids.fill("no id"), "no id");
        let unknown = ids.fill("{id:9}");
        assert!(uuid::Uuid::parse_str(&unknown).is_ok(), "{unknown}");
        assert_eq!(ids.fill("{id:9}"), unknown);
    }
}
