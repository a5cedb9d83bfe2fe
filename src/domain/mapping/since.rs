//! Since when a tenant has each of its mappings, as far as this console has seen: a tenant tells its mappings, and not when
//! they came. It knows no more than the times at which somebody looked.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// When a mapping came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// When it was first seen.
    pub seen: Timestamp,
    /// When the tenant was last seen without it; `None` where it was there at the first look.
    pub lacked: Option<Timestamp>,
}

/// When each of a tenant's mappings came.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappedSince {
    looked: Option<Timestamp>,
    attributes: BTreeMap<String, Arrival>,
}

impl MappedSince {
    /// Takes in what the tenant has now. One that went and came again counts from its return.
    pub fn look<'a>(&mut self, attributes: impl IntoIterator<Item = &'a str>, now: Timestamp) {
        let arrived = Arrival { seen: now, lacked: self.looked };
        let known = std::mem::take(&mut self.attributes);
        let since = |name: &str| known.get(name).copied().unwrap_or(arrived);
        self.attributes = attributes.into_iter().map(|name| (name.to_owned(), since(name))).collect();
        self.looked = Some(now);
    }

    /// When the mapping of an attribute came, by its name in the tenant.
    #[must_use]
    pub fn of(&self, attribute: &str) -> Option<Arrival> {
        self.attributes.get(attribute).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_counts_from_when_it_was_first_seen() {
        let at = |hour: i64| Timestamp::from_second(hour * 3_600).unwrap();
        let mut since = MappedSince::default();
        since.look(["division"], at(1));
        since.look(["division", "nickName"], at(2));
        since.look(["division", "nickName"], at(3));
        assert_eq!(since.of("division"), Some(Arrival { seen: at(1), lacked: None }));
        assert_eq!(since.of("nickName"), Some(Arrival { seen: at(2), lacked: Some(at(1)) }));
        since.look(["division"], at(4));
        since.look(["division", "nickName"], at(5));
        assert_eq!(since.of("nickName"), Some(Arrival { seen: at(5), lacked: Some(at(4)) }));
        assert_eq!(since.of("pager"), None);
        let kept = serde_json::to_value(&since).unwrap();
        assert_eq!(serde_json::from_value::<MappedSince>(kept).unwrap(), since);
    }
}
