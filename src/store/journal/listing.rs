//! What a query finds: all keys in order, the counts beside them and their shape over time, in one pass over an index.

use std::collections::HashMap;
use std::hash::Hash;

use jiff::Timestamp;
use rusqlite::{Connection, Result, params_from_iter};

use super::{
    Journal, profile_number,
    reading::{rows_of, total},
};
use crate::{
    domain::{
        exchange::{Operation, Outcome},
        failure::Failure,
        journal::{Bar, Count, Histogram, Listing},
        profile::ProfileId,
        query::{Field, GroupBy, Query},
    },
    store::{
        codes::{Code, instant, unsigned},
        query_sql::{Condition, condition},
    },
};

/// Lines that come with a listing.
const FIRST: usize = 200;
/// Most values of one facet.
const MOST_VALUES: usize = 50;
/// Most bars of a histogram.
const MOST_BARS: i64 = 96;
const HOUR: i64 = 3_600_000_000;

impl Journal {
    /// What a query finds, newest first. The counts of a field follow the query without its own chips of that field, so that
    /// its other values can be chosen; values are the 50 commonest, and "none" is left out of errors and clients.
    ///
    /// # Errors
    /// When the file is damaged or the call was interrupted.
    pub fn list(&self, profile: &ProfileId, query: &Query, now: Timestamp) -> std::result::Result<Listing, Failure> {
        self.read(|connection| match profile_number(connection, profile)? {
            Some(number) => list(connection, profile, number, query, now),
            None => {
                let start = query.span(now).0.unwrap_or(now);
                let histogram = Histogram { start, bar_seconds: BAR_WIDTHS[0], bars: Vec::new() };
                let (outcomes, operations, errors, clients) = Default::default();
                let (keys, first) = ([].into(), Vec::new());
                Ok(Listing { keys, total: 0, first, outcomes, operations, errors, clients, histogram })
            }
        })
    }

    /// How many of the query's requests there are by one property: commonest first, hours in order. Its key is in the words of
    /// the query language, empty for "none".
    ///
    /// # Errors
    /// When the file is damaged or the call was interrupted.
    pub fn group_by(
        &self,
        profile: &ProfileId,
        query: &Query,
        group: GroupBy,
        now: Timestamp,
    ) -> std::result::Result<Vec<Count>, Failure> {
        self.read(|connection| {
            let Some(number) = profile_number(connection, profile)? else { return Ok(Vec::new()) };
            let which = condition(number, query, now);
            match group {
                GroupBy::Outcome => coded(counted(connection, "r.outcome", &which)?, Outcome::key),
                GroupBy::Operation => coded(counted(connection, "r.operation", &which)?, Operation::key),
                GroupBy::Error => texts(connection, counted(connection, "r.error", &which)?),
                GroupBy::User => texts(connection, counted(connection, "r.user", &which)?),
                GroupBy::Hour => {
                    let hour = format!("r.at - ((r.at % {HOUR}) + {HOUR}) % {HOUR}");
                    let mut hours: Vec<(Option<i64>, u64)> = counted(connection, &hour, &which)?.into_iter().collect();
                    hours.sort_unstable();
                    let count = |(hour, count): (Option<i64>, u64)| {
                        let start = hour.unwrap_or_default().max(Timestamp::MIN.as_microsecond());
                        Ok(Count { key: instant(start)?.to_string(), count })
                    };
                    hours.into_iter().map(count).collect()
                }
            }
        })
    }
}

/// Counts by a column's value.
type Counts<K> = HashMap<K, u64>;

fn list(connection: &Connection, profile: &ProfileId, number: i64, query: &Query, now: Timestamp) -> Result<Listing> {
    let which = condition(number, query, now);
    let mut keys = Vec::new();
    let mut shape: Vec<(i64, u8)> = Vec::new();
    let (mut outcomes, mut operations) = (Counts::new(), Counts::new());
    let (mut errors, mut clients) = (Counts::new(), Counts::new());
    let mut select = connection.prepare_cached(&format!(
        "SELECT r.key, r.at, r.outcome, r.operation, r.error, r.client FROM {} WHERE {} \
         ORDER BY r.at DESC, r.key DESC",
        which.from, which.sql
    ))?;
    let mut rows = select.query(params_from_iter(&which.values))?;
    while let Some(row) = rows.next()? {
        let outcome: u8 = row.get(2)?;
        keys.push(row.get(0)?);
        shape.push((row.get(1)?, outcome));
        add(&mut outcomes, Some(i64::from(outcome)));
        add(&mut operations, row.get(3)?);
        add(&mut errors, row.get(4)?);
        add(&mut clients, row.get(5)?);
    }
    let facet = |field: Field, column: &str, counted_so_far: Counts<Option<i64>>| {
        let others = query.without_field(field);
        if others == *query {
            Ok(counted_so_far)
        } else {
            counted(connection, column, &condition(number, &others, now))
        }
    };
    Ok(Listing {
        total: total(connection, profile)?,
        first: rows_of(connection, number, &keys[..keys.len().min(FIRST)])?,
        outcomes: coded(facet(Field::Outcome, "r.outcome", outcomes)?, Outcome::key)?,
        operations: coded(facet(Field::Operation, "r.operation", operations)?, Operation::key)?,
        errors: common(texts(connection, facet(Field::Error, "r.error", errors)?)?),
        clients: common(texts(connection, facet(Field::Client, "r.client", clients)?)?),
        histogram: histogram(&shape, query.span(now), now)?,
        keys: keys.into(),
    })
}

fn add<K: Eq + Hash>(counts: &mut Counts<K>, key: K) {
    *counts.entry(key).or_default() += 1;
}

fn counted(connection: &Connection, column: &str, which: &Condition) -> Result<Counts<Option<i64>>> {
    let mut count = connection
        .prepare_cached(&format!("SELECT {column}, count(*) FROM {} WHERE {} GROUP BY 1", which.from, which.sql))?;
    count.query_map(params_from_iter(&which.values), |row| Ok((row.get(0)?, unsigned(row.get(1)?))))?.collect()
}

fn coded<T: Code>(counts: Counts<Option<i64>>, key: fn(T) -> &'static str) -> Result<Vec<Count>> {
    let count =
        |(code, count): (Option<i64>, u64)| Ok(Count { key: key(T::from_code(code.unwrap_or(-1))?).to_owned(), count });
    counts.into_iter().map(count).collect::<Result<_>>().map(sorted)
}

fn texts(connection: &Connection, counts: Counts<Option<i64>>) -> Result<Vec<Count>> {
    let mut find = connection.prepare_cached("SELECT text FROM texts WHERE id = ?1")?;
    let mut by_text = Counts::<String>::new();
    for (id, count) in counts {
        let text = id.map_or(Ok(String::new()), |id| find.query_row([id], |row| row.get(0)))?;
        *by_text.entry(text).or_default() += count;
    }
    Ok(sorted(by_text.into_iter().map(|(key, count)| Count { key, count }).collect()))
}

fn sorted(mut counts: Vec<Count>) -> Vec<Count> {
    counts.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.key.cmp(&b.key)));
    counts
}

fn common(mut counts: Vec<Count>) -> Vec<Count> {
    counts.retain(|count| !count.key.is_empty());
    counts.truncate(MOST_VALUES);
    counts
}

/// Widths that a person reads easily, seconds: a minute to a year.
const BAR_WIDTHS: [i64; 16] = [
    60, 300, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 1_209_600, 2_592_000,
    7_776_000, 31_536_000,
];

/// Bars over the query's span, or from the oldest to the newest of `shape` (newest first) where it sets none.
/// It never reaches beyond now without lines there. Bars begin at `since`, or at a whole bar width.
fn histogram(shape: &[(i64, u8)], span: (Option<Timestamp>, Option<Timestamp>), now: Timestamp) -> Result<Histogram> {
    let second = |at: i64| at.div_euclid(1_000_000);
    let newest = shape.first().map(|(at, _)| second(*at));
    let oldest = shape.last().map(|(at, _)| second(*at));
    let (Some(newest), Some(oldest)) = (newest, oldest) else {
        return Ok(Histogram { start: span.0.unwrap_or(now), bar_seconds: BAR_WIDTHS[0], bars: Vec::new() });
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
    for (at, outcome) in shape {
        let place = usize::try_from((second(*at) - start) / width).ok().and_then(|place| bars.get_mut(place));
        let outcome = Outcome::from_code(i64::from(*outcome))?;
        let order = Outcome::ALL.iter().position(|one| *one == outcome);
        if let Some((bar, order)) = place.zip(order) {
            bar.counts[order] += 1;
        }
    }
    Ok(Histogram { start: instant(start.saturating_mul(1_000_000))?, bar_seconds: width, bars })
}
