//! The shape of what a query finds, over time: at most 96 bars of a width that a person reads easily.
//! It loses no line: those of a clock that is wrong by centuries stand in bars as wide.

use jiff::Timestamp;
use rusqlite::Result;

use super::tally::Bars;
use crate::{
    domain::journal::{Bar, Histogram},
    store::codes::instant,
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

/// What was counted in bars.
pub(super) fn of(bars: &Bars, counts: Vec<Bar>) -> Result<Histogram> {
    Ok(Histogram { start: instant(bars.first)?, bar_seconds: bars.width / SECOND, bars: counts })
}

/// Bars over the query's span, or from the oldest to the newest of the lines `found` where it sets none.
/// They never reach beyond now without lines there. They begin at `since`, or at a whole bar width.
pub(super) fn bars(found: (i64, i64), span: (Option<Timestamp>, Option<Timestamp>), now: Timestamp) -> Bars {
    let second = |at: i64| at.div_euclid(SECOND);
    let (oldest, newest) = (second(found.0), second(found.1));
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
    let count = usize::try_from(bars_for(width)).unwrap_or_default();
    Bars { first: start.saturating_mul(SECOND), width: width.saturating_mul(SECOND), count }
}
