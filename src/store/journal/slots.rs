//! A hash table of numbers: what they stand for is asked of whoever owns it, and only where the hash is the same.
//! Eight bytes an entry where the library's maps take twice as many; with a million ids that is what fits.
//! It grows a part at a time, so that nobody waits while all of a million are put elsewhere.

/// How many parts there are; a power of two.
const PARTS: usize = 64;

/// The numbers, by the highest bits of their hashes.
pub(super) struct Slots {
    parts: [Part; PARTS],
}

#[derive(Default)]
struct Part {
    places: Vec<Slot>,
    used: usize,
}

/// A number with the lower half of its hash. Free ones hold number 0, so numbers begin at 1.
#[derive(Clone, Copy, Default)]
struct Slot {
    number: u32,
    hash: u32,
}

impl Default for Slots {
    fn default() -> Self {
        Self { parts: std::array::from_fn(|_| Part::default()) }
    }
}

impl Slots {
    /// The number with this hash that is the one meant.
    pub(super) fn find(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        self.parts[part(hash)].find(lower(hash), is_it)
    }

    /// Adds a number that is not there yet.
    pub(super) fn insert(&mut self, hash: u64, number: u32) {
        self.parts[part(hash)].insert(Slot { number, hash: lower(hash) });
    }
}

impl Part {
    fn find(&self, hash: u32, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let mask = self.places.len().checked_sub(1)?;
        let mut at = hash as usize & mask;
        loop {
            match self.places[at] {
                Slot { number: 0, .. } => return None,
                slot if slot.hash == hash && is_it(slot.number) => return Some(slot.number),
                _ => at = (at + 1) & mask,
            }
        }
    }

    fn insert(&mut self, slot: Slot) {
        if 3 * (self.used + 1) > 2 * self.places.len() {
            let larger = vec![Slot::default(); (2 * self.places.len()).max(8)];
            for old in std::mem::replace(&mut self.places, larger) {
                if old.number != 0 {
                    self.put(old);
                }
            }
        }
        self.put(slot);
        self.used += 1;
    }

    fn put(&mut self, slot: Slot) {
        let mask = self.places.len() - 1;
        let mut at = slot.hash as usize & mask;
        while self.places[at].number != 0 {
            at = (at + 1) & mask;
        }
        self.places[at] = slot;
    }
}

#[expect(clippy::cast_possible_truncation, reason = "so few bits are left")]
const fn part(hash: u64) -> usize {
    (hash >> (u64::BITS - PARTS.trailing_zeros())) as usize
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is what is meant")]
const fn lower(hash: u64) -> u32 {
    hash as u32
}
