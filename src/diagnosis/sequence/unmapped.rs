//! Values that were dropped before their attribute was mapped. A directory sends changes only, so whoever was not sent again
//! since the mapping came has an empty field until provisioning is restarted (learn.microsoft.com, app-provisioning/known-issues).

use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::landing::{Landing, lacked_mapping};

/// The pattern.
pub(in crate::diagnosis) const RESTART: &str = "restart-needed-after-mapping";
/// Most values that are waited for.
const MOST: usize = 200_000;

/// What was dropped for want of a mapping, by the attribute's name as it was sent.
#[derive(Debug, Default)]
pub(super) struct Unmapped {
    attributes: HashMap<String, Attribute>,
    waiting: usize,
}

#[derive(Debug, Default)]
struct Attribute {
    /// When it last landed.
    landed: Option<Timestamp>,
    /// The last request of each person that brought a value which was dropped.
    dropped: HashMap<u64, (i64, Timestamp)>,
}

/// A request whose value was dropped and would land now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::diagnosis) struct Waiting {
    pub(in crate::diagnosis) key: i64,
    pub(in crate::diagnosis) at: Timestamp,
    /// The person, as a hash.
    pub(in crate::diagnosis) who: u64,
}

impl Unmapped {
    /// Takes in what became of a person's values.
    pub(super) fn take(&mut self, key: i64, who: u64, at: Timestamp, landing: &Landing) {
        for landed in &landing.landed {
            // What was never dropped is of no interest, and there are many of those.
            if let Some(attribute) = self.attributes.get_mut(&landed.attribute) {
                attribute.landed = Some(at);
                self.waiting -= usize::from(attribute.dropped.remove(&who).is_some());
            }
        }
        for dropped in landing.dropped.iter().filter(|dropped| lacked_mapping(&dropped.reason)) {
            if self.waiting >= MOST {
                return;
            }
            let attribute = self.attributes.entry(dropped.attribute.clone()).or_default();
            self.waiting += usize::from(attribute.dropped.insert(who, (key, at)).is_none());
        }
    }

    /// The requests that brought a value too early, each once.
    pub(super) fn waiting(&self) -> impl Iterator<Item = Waiting> {
        let early = self.attributes.values().flat_map(|attribute| {
            let is_early = move |at: Timestamp| attribute.landed.is_some_and(|landed| at < landed);
            attribute.dropped.iter().filter(move |(_, (_, at))| is_early(*at))
        });
        let mut all: Vec<Waiting> = early.map(|(who, (key, at))| Waiting { key: *key, at: *at, who: *who }).collect();
        all.sort_by_key(|waiting| (waiting.at, waiting.key));
        all.dedup();
        all.into_iter()
    }
}
