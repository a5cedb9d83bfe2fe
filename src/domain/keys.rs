//! The keys of many lines in order, four bytes each: a list of five million is held and handed on without a thought.
//! All of them are of one profile, so they differ in their lower half only.

use std::{ops::Range, sync::Arc};

/// Keys in order. Cloning shares them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keys {
    /// The upper half of every key.
    upper: i64,
    lower: Arc<Vec<u32>>,
}

impl Keys {
    /// The keys with this upper half, by their lower halves.
    #[must_use]
    pub fn new(upper: i64, lower: Vec<u32>) -> Self {
        Self { upper, lower: Arc::new(lower) }
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lower.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lower.is_empty()
    }

    /// The key at a place.
    #[must_use]
    pub fn get(&self, at: usize) -> Option<i64> {
        self.lower.get(at).map(|lower| self.whole(*lower))
    }

    /// The keys at these places; `None` where they reach beyond the end.
    #[must_use]
    pub fn range(&self, range: Range<usize>) -> Option<Vec<i64>> {
        Some(self.lower.get(range)?.iter().map(|lower| self.whole(*lower)).collect())
    }

    /// Where a key stands.
    #[must_use]
    pub fn position(&self, key: i64) -> Option<usize> {
        let lower = u32::try_from(key & i64::from(u32::MAX)).ok().filter(|_| key >> 32 == self.upper)?;
        self.lower.iter().position(|one| *one == lower)
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = i64> + ExactSizeIterator {
        self.lower.iter().map(|lower| self.whole(*lower))
    }

    /// All of them, in order, eight bytes each.
    #[must_use]
    pub fn to_vec(&self) -> Vec<i64> {
        self.iter().collect()
    }

    const fn whole(&self, lower: u32) -> i64 {
        (self.upper << 32) | lower as i64
    }
}

/// Keys of one profile; those of another than the first one's are left out.
impl From<&[i64]> for Keys {
    fn from(keys: &[i64]) -> Self {
        let upper = keys.first().map_or(0, |key| key >> 32);
        let lower = |key: &i64| u32::try_from(key & i64::from(u32::MAX)).ok().filter(|_| key >> 32 == upper);
        Self::new(upper, keys.iter().filter_map(lower).collect())
    }
}

impl<const N: usize> From<[i64; N]> for Keys {
    fn from(keys: [i64; N]) -> Self {
        keys[..].into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_what_they_were() {
        let all = [(7 << 32) | 5, (7 << 32) | 4_294_967_295, 7 << 32];
        let keys = Keys::from(all);
        assert_eq!(keys.to_vec(), all);
        assert_eq!((keys.get(1), keys.get(3)), (Some(all[1]), None));
        assert_eq!(all.map(|key| keys.position(key)), [Some(0), Some(1), Some(2)]);
        assert_eq!((keys.position(5), keys.position(-1)), (None, None));
        assert_eq!((keys.range(1..3), keys.range(1..4)), (Some(all[1..].to_vec()), None));
        assert_eq!(Keys::from([1, all[0]]).to_vec(), [1]);
    }
}
