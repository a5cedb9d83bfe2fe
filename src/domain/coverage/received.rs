//! What requests really carried, name by name: how often, when last, three examples, and what the tenant itself recorded.
//! It only counts; what a name means for a set of mappings is [`super::coverage`]'s to say. It never corrects a name.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use crate::domain::{attribute::AttributeName, exchange::Operation, journal::Record, landing::is_empty, sent::sent};

/// Values that are kept of one attribute.
const EXAMPLES: usize = 3;
/// Longest example, characters.
const LONGEST: usize = 80;
/// Most names that are told apart; a hostile log cannot fill the memory with names.
const MOST_NAMES: usize = 2_000;
/// Longest name, bytes.
const LONGEST_NAME: usize = 500;

/// What a tenant's own log says became of an attribute, at the time of each request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recorded {
    /// How often it landed.
    pub landed: u64,
    /// How often it was dropped, by reason.
    pub dropped: BTreeMap<String, u64>,
}

/// One attribute as it was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// Its name, exactly as sent.
    pub name: AttributeName,
    /// In how many requests.
    pub seen: u64,
    /// In how many of them without a value.
    pub empty: u64,
    /// When last.
    pub last: Timestamp,
    /// The newest different values, cut to a line.
    pub examples: Vec<String>,
    /// What the tenant recorded, where it does.
    pub recorded: Recorded,
}

/// What requests carried. Feed it newest first: the first values met are the examples.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Received {
    /// How many requests with a readable body were counted.
    pub requests: u64,
    /// How many creates and updates have no body in the journal.
    pub without_body: u64,
    /// When the oldest of them was received.
    pub from: Option<Timestamp>,
    /// When the newest was.
    pub to: Option<Timestamp>,
    /// Names beyond the 2,000 that are told apart.
    pub more_names: u64,
    sightings: BTreeMap<String, Sighting>,
    /// When each request came, and whose it is.
    came: Vec<(Timestamp, Option<String>)>,
}

/// The operations whose bodies set attributes.
pub const SETTING: [Operation; 5] =
    [Operation::Create, Operation::Update, Operation::SetManager, Operation::Deactivate, Operation::Activate];

impl Received {
    /// Every attribute, by full name.
    pub fn sightings(&self) -> impl Iterator<Item = &Sighting> {
        self.sightings.values()
    }

    /// How many of the requests came after an instant, and how many people they were about.
    #[must_use]
    pub fn after(&self, at: Timestamp) -> (u64, u64) {
        let later = || self.came.iter().filter(|(came, _)| *came > at);
        let people: BTreeSet<&String> = later().filter_map(|(_, who)| who.as_ref()).collect();
        (later().count() as u64, people.len() as u64)
    }

    /// Counts one request; anything but a request that sets a user's attributes is passed over.
    pub fn add(&mut self, record: &Record) {
        let summary = &record.summary;
        if !SETTING.contains(&summary.operation) || summary.path.contains("/Groups") {
            return;
        }
        let body = record.exchange.as_ref().map(|exchange| &exchange.request.body);
        let Some(body) = body.filter(|body| body.is_object()) else {
            self.without_body += 1;
            return;
        };
        self.requests += 1;
        self.came.push((summary.at, summary.resource_id.clone().or_else(|| summary.user.clone())));
        self.from = Some(self.from.map_or(summary.at, |from| from.min(summary.at)));
        self.to = self.to.max(Some(summary.at));
        let mut met: BTreeMap<String, bool> = BTreeMap::new();
        for (name, value) in sent(body) {
            let full = name.to_string();
            if full.len() > LONGEST_NAME {
                continue;
            }
            if !self.sightings.contains_key(&full) && self.sightings.len() >= MOST_NAMES {
                self.more_names += 1;
                continue;
            }
            let empty = is_empty(&value);
            met.entry(full.clone()).and_modify(|all_empty| *all_empty &= empty).or_insert(empty);
            let sighting = self.sightings.entry(full).or_insert_with(|| Sighting {
                name,
                seen: 0,
                empty: 0,
                last: summary.at,
                examples: Vec::new(),
                recorded: Recorded::default(),
            });
            sighting.last = sighting.last.max(summary.at);
            if !empty {
                keep_example(&mut sighting.examples, &value);
            }
        }
        for (full, all_empty) in met {
            if let Some(sighting) = self.sightings.get_mut(&full) {
                sighting.seen += 1;
                sighting.empty += u64::from(all_empty);
            }
        }
        self.add_recorded(record);
    }

    /// What the tenant's log says of this request; a name counts once a request.
    fn add_recorded(&mut self, record: &Record) {
        let Some(landing) = &record.landing else { return };
        let full = |attribute: &str| AttributeName::parse(attribute).map(|name| name.to_string());
        let landed: BTreeSet<String> = landing.landed.iter().flat_map(|landed| full(&landed.attribute)).collect();
        for name in landed {
            if let Some(sighting) = self.sightings.get_mut(&name) {
                sighting.recorded.landed += 1;
            }
        }
        let dropped: BTreeMap<String, &str> =
            landing.dropped.iter().flat_map(|d| full(&d.attribute).map(|name| (name, d.reason.as_str()))).collect();
        for (name, reason) in dropped {
            if let Some(sighting) = self.sightings.get_mut(&name) {
                *sighting.recorded.dropped.entry(reason.to_owned()).or_default() += 1;
            }
        }
    }

    /// The short names that were received.
    #[must_use]
    pub fn short_names(&self) -> BTreeSet<&str> {
        self.sightings.values().map(|sighting| sighting.name.short_name()).collect()
    }
}

fn keep_example(examples: &mut Vec<String>, value: &Value) {
    if examples.len() == EXAMPLES {
        return;
    }
    let whole = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut cut: String = whole.chars().take(LONGEST).collect();
    if cut.len() < whole.len() {
        cut.push('…');
    }
    if !examples.contains(&cut) {
        examples.push(cut);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::{
        coverage::tests::{at, request},
        landing::{Dropped, Landed, Landing, shown},
    };

    fn counted(records: &[Record]) -> Received {
        let mut received = Received::default();
        records.iter().for_each(|record| received.add(record));
        received
    }

    fn row(received: &Received, name: &str) -> (u64, u64, Vec<String>) {
        let found = received.sightings().find(|sighting| shown(&sighting.name) == name);
        found.map_or((0, 0, Vec::new()), |s| (s.seen, s.empty, s.examples.clone()))
    }

    #[test]
    fn each_name_counts_once_a_request_with_its_newest_values() {
        let received = counted(&[
            request(3, json!({"title": "Lead", "roles": ["a", "b"]})),
            request(2, json!({"Operations": [{"op": "Replace", "path": "title", "value": ""}]})),
            request(1, json!({"title": "Nurse"})),
        ]);
        assert_eq!(row(&received, "title"), (3, 1, vec!["Lead".to_owned(), "Nurse".to_owned()]));
        assert_eq!(row(&received, "roles"), (1, 0, vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!((received.requests, received.from, received.to), (3, Some(at(1)), Some(at(3))));
    }

    #[test]
    fn look_ups_groups_and_bodies_that_are_gone_are_no_evidence() {
        let mut look_up = request(1, json!({"title": "Lead"}));
        look_up.summary.operation = Operation::Match;
        let mut group = request(2, json!({"displayName": "Nurses"}));
        group.summary.path = "/scim/v2/Groups".to_owned();
        let mut gone = request(3, json!({}));
        gone.exchange = None;
        let received = counted(&[look_up, group, gone]);
        assert_eq!((received.requests, received.without_body, received.sightings().count()), (0, 1, 0));
    }

    #[test]
    fn what_the_tenant_recorded_stands_beside_what_was_sent() {
        let mut record = request(1, json!({"title": "Lead", "nickName": "J"}));
        record.landing = Some(Landing {
            landed: vec![Landed { attribute: "title".to_owned(), field: "jobTitle".to_owned(), value: json!("Lead") }],
            dropped: vec![Dropped {
                attribute: "nickName".to_owned(),
                value: json!("J"),
                reason: "No mapping.".to_owned(),
            }],
        });
        let received = counted(&[record.clone(), record]);
        let recorded: Vec<&Recorded> = received.sightings().map(|sighting| &sighting.recorded).collect();
        assert_eq!(recorded[0].dropped, BTreeMap::from([("No mapping.".to_owned(), 2)]));
        assert_eq!(recorded[1].landed, 2);
    }

    #[test]
    fn a_hostile_log_gives_a_bounded_number_of_names() {
        let body: serde_json::Map<String, Value> = (0..2_500).map(|n| (format!("a{n}"), json!(1))).collect();
        let received = counted(&[request(1, Value::Object(body))]);
        assert_eq!((received.sightings().count(), received.more_names), (MOST_NAMES, 500));
        let long = counted(&[request(1, json!({"title": "é".repeat(200), "x".repeat(600): 1}))]);
        assert_eq!(row(&long, "title").2, vec![format!("{}…", "é".repeat(LONGEST))]);
        assert_eq!(long.sightings().count(), 1);
    }
}
