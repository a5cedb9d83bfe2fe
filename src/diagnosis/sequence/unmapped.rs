//! Values that were dropped before their attribute was mapped. A directory sends changes only, so whoever was not sent again
//! since the mapping came has an empty field until provisioning is restarted (learn.microsoft.com, app-provisioning/known-issues).

use std::{collections::HashMap, sync::Arc};

use super::{InOrder, Seen};
use crate::domain::{
    landing::{Landing, lacked_mapping},
    problem::Severity,
};

/// The pattern.
const RESTART: &str = "restart-needed-after-mapping";
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
    /// The request with which it last landed.
    landed: Option<Seen>,
    /// The last request of each person that brought a value which was dropped.
    dropped: HashMap<u64, Seen>,
}

/// A request after which something is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::diagnosis) struct Waiting {
    /// The person, as a hash.
    pub(in crate::diagnosis) who: u64,
    pub(in crate::diagnosis) shown: InOrder,
}

impl Unmapped {
    /// Takes in what became of a person's values.
    pub(super) fn take(&mut self, seen: Seen, who: u64, landing: &Landing) {
        for landed in &landing.landed {
            // What was never dropped is of no interest, and there are many of those.
            if let Some(attribute) = self.attributes.get_mut(&landed.attribute) {
                attribute.landed = Some(seen);
                self.waiting -= usize::from(attribute.dropped.remove(&who).is_some());
            }
        }
        for dropped in landing.dropped.iter().filter(|dropped| lacked_mapping(&dropped.reason)) {
            if self.waiting >= MOST {
                return;
            }
            let attribute = self.attributes.entry(dropped.attribute.clone()).or_default();
            self.waiting += usize::from(attribute.dropped.insert(who, seen).is_none());
        }
    }

    /// A person was sent something, and what became of it is not known.
    pub(super) fn forget(&mut self, who: u64) {
        for attribute in self.attributes.values_mut() {
            self.waiting -= usize::from(attribute.dropped.remove(&who).is_some());
        }
    }

    /// The requests that brought a value too early, each once, oldest first.
    pub(super) fn waiting(&self) -> impl Iterator<Item = Waiting> {
        let mut all: Vec<Waiting> = Vec::new();
        for (name, attribute, landed) in self.attributes.iter().filter_map(|(name, one)| Some((name, one, one.landed?)))
        {
            let name: Arc<str> = name.as_str().into();
            let shown = |seen| {
                let (severity, other, attribute) = (Severity::Warning, Some(landed), Some(Arc::clone(&name)));
                InOrder { id: RESTART, severity, seen, other, attribute }
            };
            let early = attribute.dropped.iter().filter(|(_, seen)| seen.at < landed.at);
            all.extend(early.map(|(who, seen)| Waiting { who: *who, shown: shown(*seen) }));
        }
        all.sort_by_key(|waiting| (waiting.shown.seen.at, waiting.shown.seen.key));
        all.dedup_by_key(|waiting| waiting.shown.seen.key);
        all.into_iter()
    }
}
