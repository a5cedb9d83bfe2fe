//! A hash table of numbers that keeps nothing but the numbers: what they stand for is asked of whoever owns it.
//! Four bytes an entry where the library's maps take sixteen and more; with a million ids that is what fits.
//! It grows a part at a time, so that nobody waits while all of a million are put elsewhere.

/// How many parts there are; a power of two.
const PARTS: usize = 64;

/// The numbers, by the highest bits of their hashes.
pub(super) struct Slots {
    parts: [Part; PARTS],
}

/// Free places hold 0, so numbers begin at 1.
#[derive(Default)]
struct Part {
    places: Vec<u32>,
    used: usize,
}

impl Default for Slots {
    fn default() -> Self {
        Self { parts: std::array::from_fn(|_| Part::default()) }
    }
}

impl Slots {
    /// The number with this hash that is the one meant.
    pub(super) fn find(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        self.parts[part(hash)].find(hash, is_it)
    }

    /// Adds a number that is not there yet. `hash_of` gives the hash of one that is, when a part of the table must grow.
    pub(super) fn insert(&mut self, hash: u64, number: u32, hash_of: impl Fn(u32) -> u64) {
        self.parts[part(hash)].insert(hash, number, hash_of);
    }
}

impl Part {
    fn find(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
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

    fn insert(&mut self, hash: u64, number: u32, hash_of: impl Fn(u32) -> u64) {
        if 3 * (self.used + 1) > 2 * self.places.len() {
            let larger = vec![0; (2 * self.places.len()).max(8)];
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

#[expect(clippy::cast_possible_truncation, reason = "so few bits are left")]
const fn part(hash: u64) -> usize {
    (hash >> (u64::BITS - PARTS.trailing_zeros())) as usize
}

#[expect(clippy::cast_possible_truncation, reason = "the mask keeps fewer bits than either has")]
const fn place(hash: u64, mask: usize) -> usize {
    hash as usize & mask
}
