//! Which records a profile's journal has, by source and the source's id: what makes importing twice add nothing.
//! Only whoever writes keeps one; it is made when it is first needed.

use std::hash::BuildHasher as _;

use foldhash::fast::RandomState;

use super::{line::Id, projection::Projection, slots::Slots};

/// The ids of one projection.
pub(super) struct Known {
    number: i64,
    epoch: i64,
    /// Numbers from here on are not in it yet.
    next: u32,
    hasher: RandomState,
    slots: Slots,
}

impl Known {
    pub(super) fn new() -> Self {
        Self { number: 0, epoch: 0, next: 1, hasher: RandomState::default(), slots: Slots::default() }
    }

    /// Takes in what the projection has gained.
    pub(super) fn follow(&mut self, projection: &Projection) {
        if (self.number, self.epoch) != (projection.number, projection.epoch) {
            *self = Self { number: projection.number, epoch: projection.epoch, ..Self::new() };
        }
        let Self { hasher, slots, next, .. } = self;
        let hash_of = |number| projection.id_of(number).map_or(0, |id| hasher.hash_one(id));
        for number in *next..projection.next {
            if let Some(id) = projection.id_of(number) {
                slots.insert(hasher.hash_one(id), number, hash_of);
            }
        }
        *next = projection.next;
    }

    /// The number of a record.
    pub(super) fn find(&self, projection: &Projection, source: u8, id: &str) -> Option<u32> {
        let meant = (source, Id::of(id));
        self.slots.find(self.hasher.hash_one(meant), |number| projection.id_of(number) == Some(meant))
    }
}
