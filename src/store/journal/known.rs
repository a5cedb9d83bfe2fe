//! Which records a profile's journal has, by source and the source's id: what makes importing twice add nothing.
//! Only whoever writes keeps one; it is made when it is first needed.

use std::hash::BuildHasher as _;

use foldhash::fast::RandomState;

use super::{line::Id, projection::Projection, slots::Slots};

/// So many are taken in between two looks at whether to stop or to let somebody pass.
const SOME: u32 = 1 << 11;

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

    /// Takes in what the projection has gained; not all of it when `must_stop` gives true.
    pub(super) fn follow(&mut self, projection: &Projection, must_stop: &dyn Fn() -> bool) {
        if (self.number, self.epoch) != (projection.number, projection.epoch) {
            *self = Self { number: projection.number, epoch: projection.epoch, ..Self::new() };
        }
        while self.next < projection.next && !must_stop() {
            let some = self.next..projection.next.min(self.next.saturating_add(SOME));
            self.next = some.end;
            for number in some {
                if let Some(id) = projection.id_of(number) {
                    self.slots.insert(self.hash(id), number);
                }
            }
        }
    }

    /// The number of a record, by source and id, whose hash is given.
    pub(super) fn find(&self, projection: &Projection, hash: u64, meant: (u8, Id<'_>)) -> Option<u32> {
        self.slots.find(hash, |number| projection.id_of(number) == Some(meant))
    }

    /// The hash of source and id.
    pub(super) fn hash(&self, meant: (u8, Id<'_>)) -> u64 {
        self.hasher.hash_one(meant)
    }
}
