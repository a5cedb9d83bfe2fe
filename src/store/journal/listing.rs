//! What a query finds: all keys in order, the counts beside them and their shape over time, in one pass over the lines.
//! It reads memory only, so it waits for no writer.

use std::{collections::HashMap, sync::atomic::AtomicBool};

use jiff::Timestamp;
use rusqlite::Result;

use super::{
    Journal,
    causes::Causes,
    histogram, interrupted,
    line::Kind,
    plan::plan,
    projection::Projection,
    scan::{Found, Stopped, scan},
    sorting::in_order,
    tally::{Bars, Tally, tally},
};
use crate::{
    domain::{
        exchange::{Operation, Outcome},
        failure::Failure,
        journal::{Count, Listing},
        keys::Keys,
        profile::ProfileId,
        query::{Field, GroupBy, Query},
        sorting::Sorting,
    },
    store::codes::{Code, instant},
};

/// Lines that come with a listing.
const FIRST: usize = 200;
/// Most values of one facet.
const MOST_VALUES: usize = 50;
const HOUR: i64 = 3_600_000_000;

impl Journal {
    /// What a query finds, newest first. The counts of a field follow the query without its own chips of that field, so that
    /// its other values can be chosen; values are the 50 commonest, and "none" is left out of errors and clients.
    ///
    /// # Errors
    /// When the file is damaged or the call was interrupted.
    pub fn list(&self, profile: &ProfileId, query: &Query, now: Timestamp) -> std::result::Result<Listing, Failure> {
        self.list_in(Sorting::default(), profile, query, now)
    }

    /// The same in another order.
    ///
    /// # Errors
    /// When the file is damaged or the call was interrupted.
    pub fn list_in(
        &self,
        sorting: Sorting,
        profile: &ProfileId,
        query: &Query,
        now: Timestamp,
    ) -> std::result::Result<Listing, Failure> {
        let causes = self.causes(profile);
        self.ask(profile, |projection, stop| match projection {
            Some(projection) => list(&Asked { projection, causes: &causes, now, stop }, query, sorting),
            None => {
                let histogram = histogram::empty(query.span(now).0, now);
                let (outcomes, operations, errors, clients) = Default::default();
                let (keys, first) = (Keys::default(), Vec::new());
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
        let causes = self.causes(profile);
        self.ask(profile, |projection, stop| {
            let Some(projection) = projection else { return Ok(Vec::new()) };
            let found = Asked { projection, causes: &causes, now, stop }.find(query)?;
            let kinds = |found: &Found| -> Result<_> { Ok(tally(projection, found, &Bars::NONE)?.kinds) };
            match group {
                GroupBy::Outcome => coded(projection, &kinds(&found)?, |kind| kind.outcome, Outcome::key),
                GroupBy::Operation => coded(projection, &kinds(&found)?, |kind| kind.operation, Operation::key),
                GroupBy::Error => Ok(by_text(projection, &kinds(&found)?, |kind| kind.error)),
                GroupBy::User => Ok(by_user(projection, &found)),
                GroupBy::Hour => by_hour(projection, &found),
            }
        })
    }
}

/// What is asked, and when.
struct Asked<'a> {
    projection: &'a Projection,
    causes: &'a Causes,
    now: Timestamp,
    stop: &'a AtomicBool,
}

impl Asked<'_> {
    fn find(&self, query: &Query) -> Result<Found> {
        let plan = plan(query, self.projection, self.causes, self.now);
        scan(self.projection, &plan, self.stop).map_err(|Stopped| interrupted())
    }
}

fn list(asked: &Asked<'_>, query: &Query, sorting: Sorting) -> Result<Listing> {
    let Asked { projection, now, stop, .. } = *asked;
    let found = asked.find(query)?;
    let span = found.span(projection);
    let bars = span.map_or(Bars::NONE, |span| histogram::bars(span, query.span(now), now));
    let Tally { kinds, bars: counts } = tally(projection, &found, &bars)?;
    // The counts of a field that has chips of its own, when it has.
    let others = |field: Field| -> Result<Option<Vec<u32>>> {
        let others = query.without_field(field);
        if others == *query { Ok(None) } else { Ok(Some(tally(projection, &asked.find(&others)?, &Bars::NONE)?.kinds)) }
    };
    let by_outcome = others(Field::Outcome)?;
    let by_operation = others(Field::Operation)?;
    let by_error = others(Field::Error)?;
    let by_client = others(Field::Client)?;
    let numbers = in_order(projection, &found, sorting, stop).map_err(|Stopped| interrupted())?;
    Ok(Listing {
        total: projection.len() as u64,
        first: projection.rows(numbers.iter().take(FIRST).copied())?,
        outcomes: coded(projection, by_outcome.as_ref().unwrap_or(&kinds), |kind| kind.outcome, Outcome::key)?,
        operations: coded(projection, by_operation.as_ref().unwrap_or(&kinds), |kind| kind.operation, Operation::key)?,
        errors: common(by_text(projection, by_error.as_ref().unwrap_or(&kinds), |kind| kind.error)),
        clients: common(by_text(projection, by_client.as_ref().unwrap_or(&kinds), |kind| kind.client)),
        histogram: if span.is_some() {
            histogram::of(&bars, counts)?
        } else {
            histogram::empty(query.span(now).0, now)
        },
        keys: Keys::new(projection.number, numbers),
    })
}

/// Counts by a property that a kind has, 0 included.
fn by_kind<K: Eq + std::hash::Hash>(projection: &Projection, kinds: &[u32], of: fn(&Kind) -> K) -> HashMap<K, u64> {
    let mut counts = HashMap::new();
    for (kind, count) in projection.kinds.iter().zip(kinds).filter(|(_, count)| **count > 0) {
        *counts.entry(of(kind)).or_default() += u64::from(*count);
    }
    counts
}

fn coded<T: Code>(
    projection: &Projection,
    kinds: &[u32],
    of: fn(&Kind) -> u8,
    key: fn(T) -> &'static str,
) -> Result<Vec<Count>> {
    let count = |(code, count): (u8, u64)| Ok(Count { key: key(T::from_code(code.into())?).to_owned(), count });
    by_kind(projection, kinds, of).into_iter().map(count).collect::<Result<_>>().map(sorted)
}

fn by_text(projection: &Projection, kinds: &[u32], of: fn(&Kind) -> u32) -> Vec<Count> {
    texts(projection, by_kind(projection, kinds, of))
}

fn by_user(projection: &Projection, found: &Found) -> Vec<Count> {
    let mut counts = vec![0_u64; projection.texts.len()];
    found.each(projection, |chunk, at| {
        if let Some(count) = counts.get_mut(chunk.columns.user[at] as usize) {
            *count += 1;
        }
    });
    texts(projection, (0..).zip(counts).filter(|(_, count)| *count > 0))
}

/// An empty text counts as "none".
fn texts(projection: &Projection, counts: impl IntoIterator<Item = (u32, u64)>) -> Vec<Count> {
    let mut by_text = HashMap::<String, u64>::new();
    for (number, count) in counts {
        *by_text.entry(projection.texts.text(number).to_owned()).or_default() += count;
    }
    sorted(by_text.into_iter().map(|(key, count)| Count { key, count }).collect())
}

fn by_hour(projection: &Projection, found: &Found) -> Result<Vec<Count>> {
    let mut hours = HashMap::<i64, u64>::new();
    let (mut hour, mut lines) = (0, 0);
    found.each(projection, |chunk, at| {
        let begun = chunk.columns.at[at].div_euclid(HOUR);
        if begun != hour {
            *hours.entry(hour).or_default() += std::mem::take(&mut lines);
            hour = begun;
        }
        lines += 1;
    });
    *hours.entry(hour).or_default() += lines;
    let mut hours: Vec<(i64, u64)> = hours.into_iter().filter(|(_, count)| *count > 0).collect();
    hours.sort_unstable();
    let count = |(hour, count): (i64, u64)| {
        let start = hour.saturating_mul(HOUR).max(Timestamp::MIN.as_microsecond());
        Ok(Count { key: instant(start)?.to_string(), count })
    };
    hours.into_iter().map(count).collect()
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
