//! Counts what was found: how many lines of each kind, and how many of each outcome in each bar of time.
//! Lines stand mostly in the order of time, so of 64 neighbours that are within one bar no time is looked at.

use std::ops::Range;

use rusqlite::Result;

use super::{
    projection::{Chunk, Projection},
    scan::{Bits, Found, SHARED_FROM, each_of},
    shares::shared_out,
};
use crate::{
    domain::{exchange::Outcome, journal::Bar},
    store::codes::Code as _,
};

/// Bars of one width, side by side; microseconds.
pub(super) struct Bars {
    pub(super) first: i64,
    pub(super) width: i64,
    pub(super) count: usize,
}

impl Bars {
    /// No bar: nothing is counted by time.
    pub(super) const NONE: Self = Self { first: i64::MIN, width: i64::MAX, count: 0 };
}

/// How many lines there are.
pub(super) struct Tally {
    /// By kind.
    pub(super) kinds: Vec<u32>,
    pub(super) bars: Vec<Bar>,
}

/// Counts the lines that were found.
pub(super) fn tally(projection: &Projection, found: &Found, bars: &Bars) -> Result<Tally> {
    let outcomes: Vec<usize> = projection.kinds.iter().map(|kind| place_of(kind.outcome)).collect::<Result<_>>()?;
    let share = |share: Range<usize>| {
        let tally = Tally { kinds: vec![0; outcomes.len()], bars: vec![Bar::default(); bars.count] };
        let mut counting = Counting { bars, outcomes: &outcomes, from: 0, until: 0, bar: 0, tally };
        let chunks = projection.chunks().get(share.clone()).unwrap_or_default();
        for (bits, chunk) in found.bits.get(share).unwrap_or_default().iter().zip(chunks) {
            if let (Some(bits), Some(chunk)) = (bits, chunk) {
                counting.take(chunk, bits);
            }
        }
        counting.tally
    };
    let mut tally = Tally { kinds: vec![0; outcomes.len()], bars: vec![Bar::default(); bars.count] };
    for more in shared_out(found.bits.len(), SHARED_FROM, share) {
        tally.kinds.iter_mut().zip(more.kinds).for_each(|(count, more)| *count += more);
        for (bar, more) in tally.bars.iter_mut().zip(more.bars) {
            bar.counts.iter_mut().zip(more.counts).for_each(|(count, more)| *count += more);
        }
    }
    Ok(tally)
}

struct Counting<'a> {
    bars: &'a Bars,
    /// The place of each kind's outcome in a bar.
    outcomes: &'a [usize],
    /// The bar of the line before, and its span: neighbours mostly share one.
    bar: usize,
    from: i64,
    until: i64,
    tally: Tally,
}

impl Counting<'_> {
    fn take(&mut self, chunk: &Chunk, bits: &Bits) {
        let columns = &chunk.columns;
        for ((place, word), (oldest, newest)) in
            bits.iter().enumerate().zip(&chunk.spans).filter(|((_, word), _)| **word != 0)
        {
            let start = place * 64;
            let mut counts = [0; Outcome::ALL.len()];
            let is_within_one = self.bars.count == 0 || self.turn_to(*oldest) && *newest < self.until;
            if !is_within_one {
                each_of(*word, start, |at| {
                    if self.turn_to(columns.at[at])
                        && let Some((bar, outcome)) =
                            self.tally.bars.get_mut(self.bar).zip(self.outcomes.get(columns.kind[at] as usize))
                    {
                        bar.counts[*outcome] += 1;
                    }
                });
            }
            each_of(*word, start, |at| {
                let kind = columns.kind[at] as usize;
                if let Some((count, outcome)) = self.tally.kinds.get_mut(kind).zip(self.outcomes.get(kind)) {
                    *count += 1;
                    counts[*outcome] += 1;
                }
            });
            if let Some(bar) = self.tally.bars.get_mut(self.bar).filter(|_| is_within_one) {
                bar.counts.iter_mut().zip(counts).for_each(|(count, more)| *count += more);
            }
        }
    }

    /// Turns to the bar of a time; false where there is none.
    fn turn_to(&mut self, when: i64) -> bool {
        if when < self.from || when >= self.until {
            let Bars { first, width, count } = *self.bars;
            let bar =
                when.checked_sub(first).map(|since| since.div_euclid(width)).and_then(|bar| usize::try_from(bar).ok());
            let Some(bar) = bar.filter(|bar| *bar < count) else { return false };
            self.bar = bar;
            self.from = first + width * i64::try_from(bar).unwrap_or_default();
            self.until = self.from.saturating_add(width);
        }
        true
    }
}

/// The place of an outcome in [`Outcome::ALL`].
fn place_of(outcome: u8) -> Result<usize> {
    let outcome = Outcome::from_code(outcome.into())?;
    Ok(Outcome::ALL.iter().position(|one| *one == outcome).unwrap_or_default())
}
