//! Chance that repeats: the same seed always draws the same day. It is never used for anything secret.

/// A SplitMix64 generator (Steele, Lea and Flood 2014): one word of state, good enough to shuffle a staff list.
#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }

    /// A number below `limit`; 0 when the limit is 0.
    pub(super) const fn below(&mut self, limit: u64) -> u64 {
        let word = self.next();
        if limit == 0 { 0 } else { word % limit }
    }

    /// A number from `low` up to and without `high`.
    pub(super) const fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low))
    }

    /// Whether something that happens `percent` times in a hundred happens now.
    pub(super) const fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of several, `None` when there is none.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(usize::try_from(self.below(from.len() as u64)).unwrap_or_default())
    }

    /// The same things in another order (Fisher and Yates).
    pub(super) fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            let other = usize::try_from(self.below(last as u64 + 1)).unwrap_or_default();
            things.swap(last, other);
        }
    }

    /// A random UUID in Microsoft's notation.
    pub(super) fn uuid(&mut self) -> String {
        let bits = (u128::from(self.next()) << 64) | u128::from(self.next());
        uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid().to_string()
    }

    /// An Okta id: `00u` and 17 letters or digits.
    pub(super) fn okta_id(&mut self) -> String {
        const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        let letters = (0..17).filter_map(|_| self.pick(LETTERS).copied().map(char::from)).collect::<String>();
        format!("00u{letters}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_draws_are_those_of_the_published_generator() {
        let mut chance = Chance::new(0);
        assert_eq!([chance.next(), chance.next()], [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4]);
    }

    #[test]
    fn ids_look_like_the_directories_own() {
        let mut chance = Chance::new(3);
        assert_eq!(chance.okta_id().len(), 20);
        assert_eq!(uuid::Uuid::parse_str(&chance.uuid()).unwrap().get_version_num(), 4);
    }
}
