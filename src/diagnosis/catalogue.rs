//! The catalogue of patterns, embedded; `build.rs` has checked it. Texts hold places for the case's own values:
//! `{user|this person}` is the user where the case names one, else "this person".

use std::{collections::BTreeMap, sync::LazyLock};

use jiff::{Timestamp, ToSpan as _};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::finding::Owner;
use crate::domain::{mapping::MappingRow, profile::IdentityProvider};

/// One known way in which provisioning goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// Stable, such as `op-casing`.
    pub id: String,
    /// Which part of provisioning: `connection`, `mapping`, …
    pub category: String,
    /// One line.
    pub title: String,
    /// The same of a habit that did no harm, where the title speaks of harm.
    #[serde(default)]
    pub habit: Option<String>,
    /// Whose side the cause is on.
    pub owner: Owner,
    /// `blocker`, `high`, `medium` or `low`.
    pub severity: Weight,
    /// What happened and why.
    pub cause: String,
    /// How it looks to the people who meet it.
    pub looks_like: String,
    /// Steps for the customer's admin; empty where there is nothing to do there.
    pub fix_customer: Vec<Step>,
    /// Steps for support.
    pub fix_support: Vec<String>,
    /// How it is told from others.
    pub detection: String,
    /// What would tell it from its likeliest neighbour.
    pub tell_apart: String,
    /// Addresses of what it was written from.
    pub sources: Vec<String>,
}

impl Pattern {
    /// One of its texts, of no case in particular.
    #[must_use]
    pub fn plain(&self, text: &str) -> String {
        filled(text, |_| None)
    }

    /// The steps for the customer's admin, in their directory; all where it is another, or none of them is for it.
    #[must_use]
    pub fn customer_steps(&self, directory: IdentityProvider) -> Vec<&str> {
        let steps =
            |directory| -> Vec<&str> { self.fix_customer.iter().flat_map(|step| step.texts(directory)).collect() };
        let own = steps(directory);
        if own.is_empty() { steps(IdentityProvider::Other) } else { own }
    }

    /// Its title, of no case in particular.
    #[must_use]
    pub fn plain_title(&self) -> String {
        self.plain(&self.title)
    }
}

/// A step for the customer's admin.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Step {
    /// The same everywhere.
    Anywhere(String),
    /// By the directory; not there for one that does not need it.
    By {
        /// In Entra.
        entra: Option<String>,
        /// In Okta.
        okta: Option<String>,
    },
}

impl Step {
    fn texts(&self, directory: IdentityProvider) -> Vec<&str> {
        let texts = match (self, directory) {
            (Self::Anywhere(text), _) => [Some(text), None],
            (Self::By { entra, .. }, IdentityProvider::Entra) => [entra.as_ref(), None],
            (Self::By { okta, .. }, IdentityProvider::Okta) => [okta.as_ref(), None],
            (Self::By { entra, okta }, IdentityProvider::Other) => [entra.as_ref(), okta.as_ref()],
        };
        texts.into_iter().flatten().map(String::as_str).collect()
    }
}

/// How bad a pattern is where it strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// Good to know.
    Low,
    /// Something is lost or slow.
    Medium,
    /// People are affected.
    High,
    /// Nothing works.
    Blocker,
}

const FILES: [&str; 8] = [
    include_str!("../../assets/diagnoses/connection.json"),
    include_str!("../../assets/diagnoses/scope.json"),
    include_str!("../../assets/diagnoses/mapping.json"),
    include_str!("../../assets/diagnoses/value-format.json"),
    include_str!("../../assets/diagnoses/protocol.json"),
    include_str!("../../assets/diagnoses/identity.json"),
    include_str!("../../assets/diagnoses/lifecycle.json"),
    include_str!("../../assets/diagnoses/groups.json"),
];

/// Every pattern by its id.
pub static CATALOGUE: LazyLock<BTreeMap<String, Pattern>> = LazyLock::new(|| {
    let read = |text: &&str| serde_json::from_str::<Vec<Pattern>>(text).unwrap_or_default();
    FILES.iter().flat_map(read).map(|pattern| (pattern.id.clone(), pattern)).collect()
});

/// What a page plays into the practice tenant, so that its cause is found there.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Example {
    /// One request, or several where only their order shows the cause, at the last of them.
    Input(Value),
    /// Several, where the cause shows at the one that stands first, whenever it was.
    First(Vec<Value>),
    /// Rows of a mapping form.
    Rows(Vec<MappingRow>),
    /// Rows of attributes that no request carries.
    Unsent(Vec<MappingRow>),
}

#[derive(Deserialize)]
struct Line {
    id: String,
    #[serde(flatten)]
    example: Example,
}

/// The example of each pattern.
pub static EXAMPLES: LazyLock<BTreeMap<String, Example>> = LazyLock::new(|| {
    let lines = include_str!("../../assets/diagnoses/examples.jsonl").lines();
    let read = |line: &str| serde_json::from_str(line).ok().map(|Line { id, example }| (id, example));
    lines.filter_map(read).collect()
});

/// An example as if it happened now: with a time and an id of its own, so that it is a request of its own. Of several
/// requests the last one happened now, and each other one so many minutes ago as it says.
#[must_use]
pub fn example(id: &str, now: Timestamp, fresh: &str) -> Option<Example> {
    let mut example = EXAMPLES.get(id)?.clone();
    match &mut example {
        Example::Input(Value::Array(requests)) | Example::First(requests) => {
            requests.iter_mut().filter_map(Value::as_object_mut).for_each(|request| {
                let ago = request.remove("minutesAgo").and_then(|ago| ago.as_i64()).unwrap_or_default();
                happen(request, now.checked_sub(ago.minutes()).unwrap_or(now), fresh);
            });
        }
        Example::Input(request) => happen(request.as_object_mut()?, now, fresh),
        Example::Rows(_) | Example::Unsent(_) => {}
    }
    Some(example)
}

fn happen(request: &mut Map<String, Value>, at: Timestamp, fresh: &str) {
    // An event of Okta’s may tell of the request that it came from.
    let members = if request.contains_key("published") {
        vec![("published", at.to_string()), ("uuid", fresh.to_owned())]
    } else if request.contains_key("request") {
        vec![("at", at.to_string())]
    } else {
        vec![("activityDateTime", at.to_string()), ("id", fresh.to_owned())]
    };
    request.extend(members.into_iter().map(|(name, value)| (name.to_owned(), Value::String(value))));
}

/// A text with the case's values in their places; `{attribute_short|…}` is a name without its schema.
pub(super) fn filled<'v>(text: &str, value: impl Fn(&str) -> Option<&'v str>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((place, next)) = after.split_once('}') else { break };
        let (name, otherwise) = place.split_once('|').unwrap_or((place, place));
        out.push_str(before);
        let filling = match name.strip_suffix("_short") {
            Some(name) => value(name).map(without_schema),
            None => value(name),
        };
        out.push_str(filling.unwrap_or(otherwise));
        rest = next;
    }
    out.push_str(rest);
    out
}

/// `department` of `urn:…:User:department`.
fn without_schema(name: &str) -> &str {
    let is_urn = name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"));
    let own = name.rsplit(':').next().filter(|own| is_urn && !own.is_empty());
    own.unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_filled_with_the_values_of_the_case() {
        let value = |name: &str| match name {
            "attribute" => Some("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"),
            "user" => Some("ann@acme.example"),
            _ => None,
        };
        for (text, wanted) in [
            ("{attribute_short|A name} of {user|a person}", "department of ann@acme.example"),
            ("{meant_short|the expected name}", "the expected name"),
            ("{user_short|somebody}", "ann@acme.example"),
            ("no place", "no place"),
        ] {
            assert_eq!(filled(text, value), wanted);
        }
    }

    #[test]
    fn an_admin_reads_the_steps_of_their_own_directory() {
        let pattern = &CATALOGUE["token-invalid-or-expired"];
        let [all, entra, okta] =
            [IdentityProvider::Other, IdentityProvider::Entra, IdentityProvider::Okta].map(|directory| {
                let steps = pattern.customer_steps(directory);
                let with = |name: &str| steps.iter().filter(|step| step.contains(name)).count();
                (steps.len(), with("Entra"), with("Okta"))
            });
        assert!(all.1 > 0 && all.2 > 0 && all.0 > entra.0, "{all:?} {entra:?}");
        assert_eq!((entra.2, okta.1), (0, 0));
        // A pattern of Entra's alone keeps its steps.
        let flag = &CATALOGUE["entra-flag-in-url"];
        assert!(!flag.customer_steps(IdentityProvider::Okta).is_empty());
    }
}
