//! A hash table of numbers that keeps nothing but the numbers: what they stand for is asked of whoever owns it.
//! Four bytes an entry where the library's maps take sixteen and more; with a million ids that is what fits.

/// Free places hold 0, so numbers begin at 1.
#[derive(Default)]
pub(super) struct Slots {
    places: Vec<u32>,
    used: usize,
}

impl Slots {
    /// The number with this hash that is the one meant.
    pub(super) fn find(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let mask = self.places.len().checked_sub(1)?;
        let mut at = place(hash, mask);
        loop {
            match self.places[at] {
                0 => return None,
                number if is_it(number) => return Some(number),
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// Adds a number that is not there yet. `hash_of` gives the hash of one that is, when the table must grow.
    pub(super) fn insert(&mut self, hash: u64, number: u32, hash_of: impl Fn(u32) -> u64) {
        if 3 * (self.used + 1) > 2 * self.places.len() {
            let larger = vec![0; (2 * self.places.len()).max(64)];
            for old in std::mem::replace(&mut self.places, larger) {
                if old != 0 {
                    self.put(hash_of(old), old);
                }
            }
        }
        self.put(hash, number);
        self.used += 1;
    }

    fn put(&mut self, hash: u64, number: u32) {
        let mask = self.places.len() - 1;
        let mut at = place(hash, mask);
        while self.places[at] != 0 {
            at = (at + 1) & mask;
        }
        self.places[at] = number;
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the mask keeps fewer bits than either has")]
const fn place(hash: u64, mask: usize) -> usize {
    hash as usize & mask
}
