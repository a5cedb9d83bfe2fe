//! What an answer shows of the values that its request sent. Nothing is said to have landed that the answer does not hold, and
//! nothing to be missing that may stand in another entry of its list.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{
    attribute::{AttributeName, CORE_USER},
    exchange::{Exchange, truth},
    landing::{flatten, is_empty, shown},
    sent::sent,
};

/// At most so many values are held against the answer.
const MOST: usize = 500;

/// A value that was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct SentValue {
    /// The attribute as it was sent; core attributes without their URN.
    pub attribute: String,
    /// The value.
    pub value: Value,
    /// What the answer holds of it.
    pub answered: Answered,
}

/// What an answer holds of a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Answered {
    /// The same.
    Same,
    /// Another one.
    Other(Value),
    /// Its list, with other entries alone. One entry may be chosen in many ways.
    OtherEntries,
    /// Nothing under that name.
    Missing,
}

/// Every value that a request set, in the order sent, held against the resource that was answered.
#[must_use]
pub fn held_against(exchange: &Exchange) -> Vec<SentValue> {
    let resource = exchange.response.as_ref().map(|response| resource(&response.body)).unwrap_or_default();
    let held = Held::of(resource);
    let values = sent(&exchange.request.body).into_iter().filter(|(_, value)| !is_empty(value)).take(MOST);
    let values = values.map(|(name, value)| {
        let answered = held.answers(&folded(&name.to_string()), &value);
        SentValue { attribute: shown(&name), value, answered }
    });
    values.collect()
}

/// The resource of an answer, also where it is a list of one.
fn resource(body: &Value) -> &Value {
    match body.get("Resources").and_then(Value::as_array).map(Vec::as_slice) {
        Some([only]) => only,
        _ => body,
    }
}

/// What an answer holds, by names that compare.
#[derive(Default)]
struct Held {
    values: HashMap<String, Vec<Value>>,
    /// Every list, and every entry of one by what chooses it: `emails`, `emails[typeeq"work"]`.
    entries: HashSet<String>,
}

impl Held {
    fn of(resource: &Value) -> Self {
        let mut held = Self::default();
        let external_id =
            resource.get("externalId").map(|id| (AttributeName::new(CORE_USER, "externalId"), id.clone()));
        for (name, value) in flatten(resource).into_iter().chain(external_id).filter(|(_, value)| !is_empty(value)) {
            let name = folded(&name.to_string());
            held.entries.extend(list_of(&name).map(str::to_owned));
            held.entries.extend(name.split_once(']').map(|(entry, _)| format!("{entry}]")));
            held.values.entry(whole(&name).to_owned()).or_default().push(value);
        }
        held
    }

    fn answers(&self, name: &str, value: &Value) -> Answered {
        let is_held = |held: &Vec<Value>| held.iter().any(|one| is_same(one, value));
        if let Some(held) = self.values.get(whole(name)) {
            return if is_held(held) {
                Answered::Same
            } else {
                held.first().map_or(Answered::Missing, |first| Answered::Other(first.clone()))
            };
        }
        let Some((entry, part)) = name.split_once(']') else { return Answered::Missing };
        let Some(list) = list_of(name).filter(|list| self.entries.contains(*list)) else { return Answered::Missing };
        // An entry that does not say which it is may be the one that was sent.
        match self.values.get(whole(&format!("{list}{part}"))) {
            Some(held) if is_held(held) => Answered::Same,
            _ if self.entries.contains(&format!("{entry}]")) => Answered::Missing,
            _ => Answered::OtherEntries,
        }
    }
}

/// RFC 7643 §2.1: names are case-insensitive; a filter in one may be written with or without blanks.
fn folded(name: &str) -> String {
    name.chars().filter(|letter| !letter.is_whitespace()).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// A value stands by itself, or as the `value` of its attribute.
fn whole(name: &str) -> &str {
    name.strip_suffix(".value").unwrap_or(name)
}

/// The list that a name is an entry of: `emails` of `emails[type eq "work"]`.
fn list_of(name: &str) -> Option<&str> {
    let filter = name.find('[').unwrap_or(name.len());
    // A schema's URN has dots of its own.
    let own = name[..filter].rfind(':').unwrap_or_default();
    let end = name[own..].find(['[', '.'])? + own;
    Some(&name[..end])
}

/// Directories send booleans and numbers as texts too.
fn is_same(one: &Value, other: &Value) -> bool {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    one == other || truth(Some(one)).is_some_and(|one| truth(Some(other)) == Some(one)) || text(one) == text(other)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_values_of_an_answer_are_held_against_those_that_were_sent() {
        let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let sent = json!({"userName": "ada", "active": "True", "title": "Lead", "nickName": "A",
            "emails": [{"type": "work", "value": "ada@acme.example"}], "phoneNumbers": [{"type": "work", "value": "1"}],
            "addresses": [{"type": "work", "locality": "Oslo", "country": "NO"}],
            "roles": [{"type": "x", "value": "r"}], "locale": "nb-NO", "ims": [{"type": "work", "value": "a@x"}],
            enterprise: {"manager": "m1", "department": "Care", "costCenter": "7"}});
        let answer = json!({"id": "1", "username": "ada", "active": true, "title": "Boss", "displayName": "Ada",
            "emails": [{"value": "ada@acme.example"}], "phoneNumbers": [{"type": "home", "value": "2"}],
            "addresses": [{"type": "work", "country": "NO"}], "locale": "", "ims": [{"type": "home", "value": "a@x"}],
            enterprise: {"manager": {"value": "m1"}, "department": "Care"}});
        let exchange: Exchange = serde_json::from_value(json!({
            "request": {"method": "POST", "url": "/scim/v2/Users", "headers": {}, "body": sent},
            "response": {"status": 201, "headers": {}, "body": answer}, "error": null, "at": null, "duration_ms": null,
        }))
        .unwrap();
        let values = held_against(&exchange);
        let said: Vec<_> = values.iter().map(|one| (one.attribute.as_str(), one.answered.clone())).collect();
        let of = |short: &str| {
            let ends = |name: &&(&str, Answered)| name.0 == short || name.0.ends_with(&format!(":{short}"));
            said.iter().find(ends).map(|(_, answered)| answered.clone())
        };
        for (name, wanted) in [
            ("userName", Answered::Same),
            ("active", Answered::Same),
            ("title", Answered::Other("Boss".into())),
            ("nickName", Answered::Missing),
            ("emails[type eq \"work\"].value", Answered::Same),
            ("phoneNumbers[type eq \"work\"].value", Answered::OtherEntries),
            ("addresses[type eq \"work\"].locality", Answered::Missing),
            ("addresses[type eq \"work\"].country", Answered::Same),
            ("roles[type eq \"x\"].value", Answered::Missing),
            ("locale", Answered::Missing),
            ("ims[type eq \"work\"].value", Answered::OtherEntries),
            ("manager", Answered::Same),
            ("department", Answered::Same),
            ("costCenter", Answered::Missing),
        ] {
            assert_eq!(of(name), Some(wanted), "{name} of {said:?}");
        }
        assert_eq!(said.len(), 14, "and nothing that was not sent");
    }

    #[test]
    fn an_external_id_and_an_answer_in_a_list_of_one_compare_too() {
        let answered = |body: Value| {
            let exchange: Exchange = serde_json::from_value(json!({
                "request": {"method": "PATCH", "url": "/Users/1", "headers": {}, "body":
                    {"Operations": [{"op": "replace", "path": "externalId", "value": "e1"}]}},
                "response": {"status": 200, "headers": {}, "body": body}, "error": null, "at": null, "duration_ms": null,
            }))
            .unwrap();
            held_against(&exchange).into_iter().map(|one| one.answered).collect::<Vec<_>>()
        };
        assert_eq!(answered(json!({"id": "1", "externalId": "e1"})), [Answered::Same]);
        assert_eq!(
            answered(json!({"totalResults": 1, "Resources": [{"id": "1", "externalId": "e2"}]})),
            [Answered::Other("e2".into())]
        );
        assert_eq!(answered(json!({"id": "1", "externalId": ""})), [Answered::Missing]);
    }
}
