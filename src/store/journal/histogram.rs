//! The shape of what a query finds, over time: at most 96 bars of a width that a person reads easily.
//! It loses no line: those of a clock that is wrong by centuries stand in bars as wide.

use jiff::Timestamp;
use rusqlite::Result;

use super::{
    projection::{Chunk, Projection},
    scan::Found,
};
use crate::{
    domain::{
        exchange::Outcome,
        journal::{Bar, Histogram},
    },
    store::codes::{Code as _, instant},
};

/// Most bars of a histogram.
const MOST_BARS: i64 = 96;
const SECOND: i64 = 1_000_000;

/// Widths that a person reads easily, seconds: a minute to a year.
const BAR_WIDTHS: [i64; 16] = [
    60, 300, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 1_209_600, 2_592_000,
    7_776_000, 31_536_000,
];

/// No line, so no bar.
pub(super) fn empty(from: Option<Timestamp>, now: Timestamp) -> Histogram {
    Histogram { start: from.unwrap_or(now), bar_seconds: BAR_WIDTHS[0], bars: Vec::new() }
}

/// Bars over the query's span, or from the oldest to the newest of the lines found where it sets none.
/// It never reaches beyond now without lines there. Bars begin at `since`, or at a whole bar width.
pub(super) fn histogram(
    projection: &Projection,
    found: &Found,
    span: (Option<Timestamp>, Option<Timestamp>),
    now: Timestamp,
) -> Result<Histogram> {
    let second = |at: i64| at.div_euclid(SECOND);
    let Some((oldest, newest)) = found.span.map(|(oldest, newest)| (second(oldest), second(newest))) else {
        return Ok(empty(span.0, now));
    };
    let from = span.0.map(|from| second(from.as_microsecond()));
    let present = second(now.as_microsecond() - 1).max(newest);
    let last = match span {
        (_, Some(to)) => second(to.as_microsecond() - 1).min(present),
        (Some(_), None) => present,
        (None, None) => newest,
    };
    let start_for =
        |width: i64| from.unwrap_or_else(|| (oldest.div_euclid(width) * width).max(Timestamp::MIN.as_second()));
    let bars_for = |width: i64| (last - start_for(width)) / width + 1;
    let widest = BAR_WIDTHS[BAR_WIDTHS.len() - 1];
    // Beyond a century, a directory's clock is wrong; whole years keep the number of bars bounded all the same.
    let years = || ((last - start_for(widest)) / widest / MOST_BARS + 2) * widest;
    let width = BAR_WIDTHS.into_iter().find(|width| bars_for(*width) <= MOST_BARS).unwrap_or_else(years);
    let start = start_for(width);
    let mut bars = vec![Bar::default(); usize::try_from(bars_for(width)).unwrap_or_default()];
    let outcomes: Vec<usize> = projection.kinds.iter().map(|kind| place_of(kind.outcome)).collect::<Result<_>>()?;
    let (first, step) = (start.saturating_mul(SECOND), width.saturating_mul(SECOND));
    // Neighbours mostly share a bar: a line is divided only when it does not.
    let new = || (vec![Bar::default(); bars.len()], i64::MAX, 0);
    let take = |(bars, from, bar): &mut (Vec<Bar>, i64, usize), chunk: &Chunk, at: usize| {
        let when = chunk.columns.at[at];
        if when.wrapping_sub(*from).cast_unsigned() >= step.cast_unsigned() {
            *bar = usize::try_from((when - first) / step).unwrap_or(usize::MAX);
            *from = first + step * i64::try_from(*bar).unwrap_or_default();
        }
        if let Some((bar, outcome)) = bars.get_mut(*bar).zip(outcomes.get(chunk.columns.kind[at] as usize)) {
            bar.counts[*outcome] += 1;
        }
    };
    for (share, ..) in found.by_shares(projection, new, take) {
        for (bar, more) in bars.iter_mut().zip(share) {
            bar.counts.iter_mut().zip(more.counts).for_each(|(count, more)| *count += more);
        }
    }
    Ok(Histogram { start: instant(first)?, bar_seconds: width, bars })
}

/// The place of an outcome in [`Outcome::ALL`].
fn place_of(outcome: u8) -> Result<usize> {
    let outcome = Outcome::from_code(outcome.into())?;
    Ok(Outcome::ALL.iter().position(|one| *one == outcome).unwrap_or_default())
}
