//! What was found, in the order that was asked for. Each line gets a number that stands for its value in the column; the
//! numbers are what is sorted, so that a text is compared once however many lines have it.

use std::{
    cmp::Ordering,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

use super::{
    columns::NO_DURATION,
    line::Kind,
    projection::{Chunk, Projection},
    scan::{Found, Stopped},
};
use crate::{
    domain::{
        exchange::{Operation, Outcome},
        journal::Source,
        sorting::{SortBy, Sorting},
    },
    store::codes::Code,
};

/// Stands last, whichever way the others stand.
const NONE: u32 = u32::MAX;

/// The numbers of all lines that were found.
pub(super) fn in_order(
    projection: &Projection,
    found: &Found,
    sorting: Sorting,
    stop: &AtomicBool,
) -> Result<Vec<u32>, Stopped> {
    let mut newest_first = found.newest_first(projection);
    let values = match sorting.by {
        SortBy::Time => {
            if !sorting.descending {
                newest_first.reverse();
            }
            return Ok(newest_first);
        }
        SortBy::User => texts(projection, found, |chunk, at| chunk.columns.user[at], stop)?,
        SortBy::Path => texts(projection, found, |chunk, at| chunk.columns.path[at], stop)?,
        SortBy::Duration => Values::Durations,
        SortBy::Status => Values::Kinds(projection.kinds.iter().map(|kind| kind.status.checked_sub(1)).collect()),
        SortBy::Outcome => kinds(projection, |kind| label(kind.outcome, Outcome::label)),
        SortBy::Operation => kinds(projection, |kind| label(kind.operation, Operation::label)),
        SortBy::Error => kinds(projection, |kind| named(projection, kind.error)),
        SortBy::Source => {
            kinds(projection, |kind| named(projection, kind.client).or_else(|| label(kind.source, Source::label)))
        }
    };
    // Of two lines that are alike, the one that stands first now stands first then.
    let mut keyed: Vec<(u32, u32)> = (0..)
        .zip(&newest_first)
        .map(|(place, number)| {
            let value = projection.find(*number).and_then(|(chunk, at)| values.of(chunk, at));
            let rank =
                value.map_or(NONE, |value| if sorting.descending { NONE - 1 - value.min(NONE - 1) } else { value });
            (rank, place)
        })
        .collect();
    sort(&mut keyed, Ord::cmp, stop)?;
    Ok(keyed.into_iter().filter_map(|(_, place)| newest_first.get(place as usize).copied()).collect())
}

/// What stands for a line's value.
enum Values {
    Durations,
    /// By the number of its kind.
    Kinds(Vec<Option<u32>>),
    /// By the number of a text of its.
    Texts(Vec<u32>, fn(&Chunk, usize) -> u32),
}

impl Values {
    fn of(&self, chunk: &Chunk, at: usize) -> Option<u32> {
        match self {
            Self::Durations => chunk.columns.duration.get(at).copied().filter(|duration| *duration != NO_DURATION),
            Self::Kinds(ranks) => ranks.get(*chunk.columns.kind.get(at)? as usize).copied().flatten(),
            Self::Texts(ranks, text) => ranks.get(text(chunk, at) as usize).copied().filter(|rank| *rank != NONE),
        }
    }
}

/// The place of each kind's text among those of all kinds, without regard to case.
fn kinds(projection: &Projection, text: impl Fn(&Kind) -> Option<String>) -> Values {
    let of: Vec<Option<String>> = projection.kinds.iter().map(|kind| text(kind).map(|t| t.to_lowercase())).collect();
    let mut all: Vec<&String> = of.iter().flatten().collect();
    all.sort_unstable();
    all.dedup();
    let place = |text: &String| all.binary_search(&text).ok().and_then(|at| u32::try_from(at).ok());
    Values::Kinds(of.iter().map(|text| text.as_ref().and_then(place)).collect())
}

fn named(projection: &Projection, text: u32) -> Option<String> {
    projection.texts.some(text).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn label<T: Code>(code: u8, label: fn(T) -> &'static str) -> Option<String> {
    T::from_code(code.into()).ok().map(|value| label(value).to_owned())
}

/// The place of each text that is in use, without regard to case.
fn texts(
    projection: &Projection,
    found: &Found,
    text: fn(&Chunk, usize) -> u32,
    stop: &AtomicBool,
) -> Result<Values, Stopped> {
    let mut ranks = vec![NONE; projection.texts.len()];
    let mut used = Vec::new();
    found.each(projection, |chunk, at| {
        let number = text(chunk, at);
        if let Some(rank) = ranks.get_mut(number as usize).filter(|rank| **rank == NONE) {
            *rank = 0;
            used.push(number);
        }
    });
    let folded = |number: &u32| projection.texts.folded(*number);
    sort(&mut used, |a, b| folded(a).cmp(folded(b)), stop)?;
    let mut rank = 0;
    let mut last = "";
    for number in &used {
        let folded = folded(number);
        if folded != last {
            (rank, last) = (rank + 1, folded);
        }
        if let Some(place) = ranks.get_mut(*number as usize) {
            // An empty text is none.
            *place = if folded.is_empty() { NONE } else { rank };
        }
    }
    Ok(Values::Texts(ranks, text))
}

/// Sorts, and looks again and again whether it is to stop: a million paths take seconds.
fn sort<T>(items: &mut [T], order: impl Fn(&T, &T) -> Ordering, stop: &AtomicBool) -> Result<(), Stopped> {
    let go_on = || if stop.load(Relaxed) { Err(Stopped) } else { Ok(()) };
    let mut sorted = 1 << 14;
    for few in items.chunks_mut(sorted) {
        go_on()?;
        few.sort_unstable_by(&order);
    }
    while sorted < items.len() {
        for two in items.chunks_mut(2 * sorted) {
            go_on()?;
            // What is sorted in two halves is merged.
            two.sort_by(&order);
        }
        sorted *= 2;
    }
    go_on()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_are_sorted_and_nothing_is_done_once_it_is_to_stop() {
        let many: Vec<u32> = (0..100_000_u32).map(|n| n.wrapping_mul(2_654_435_761)).collect();
        let (mut sorted, mut left, mut wanted) = (many.clone(), many.clone(), many.clone());
        wanted.sort_unstable();
        assert!(sort(&mut sorted, Ord::cmp, &AtomicBool::new(false)).is_ok());
        assert_eq!(sorted, wanted);
        assert!(sort(&mut left, Ord::cmp, &AtomicBool::new(true)).is_err());
        assert_eq!(left, many);
    }
}
