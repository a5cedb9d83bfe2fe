//! When a directory pushes: requests close together are one cycle, and cycles that come at a known distance have a cadence.
//! It says nothing where there are too few cycles, or where they come as they please.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::domain::{exchange::Outcome, journal::Row};

/// A silence this long ends a cycle.
const SILENCE: SignedDuration = SignedDuration::from_mins(10);
/// Fewer cycles show no rhythm.
const LEAST_CYCLES: usize = 5;
/// So many of a hundred distances must fit.
const FITTING: usize = 75;

/// One run of requests without a long silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Cycle {
    /// The first request.
    pub from: Timestamp,
    /// The last.
    pub to: Timestamp,
    /// How many.
    pub requests: u64,
    /// How many of them failed.
    pub failed: u64,
}

/// How often a directory pushes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cadence {
    /// Every 40 minutes, as Entra does.
    FortyMinutes,
    /// Once a day, as Entra does in quarantine.
    Daily,
}

impl Cadence {
    /// The words on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::FortyMinutes => "every 40 minutes",
            Self::Daily => "once a day",
        }
    }
}

/// The cycles of lines, newest first in, oldest first out.
pub(super) fn cycles(newest_first: &[&Row]) -> Vec<Cycle> {
    let mut rows: Vec<&Row> = newest_first.to_vec();
    rows.sort_by_key(|row| row.summary.at);
    let mut cycles: Vec<Cycle> = Vec::new();
    for row in rows {
        let (at, failed) = (row.summary.at, u64::from(row.summary.outcome == Outcome::Failure));
        match cycles.last_mut().filter(|cycle| at.duration_since(cycle.to) <= SILENCE) {
            Some(cycle) => {
                cycle.to = at;
                cycle.requests += 1;
                cycle.failed += failed;
            }
            None => cycles.push(Cycle { from: at, to: at, requests: 1, failed }),
        }
    }
    cycles
}

/// The cadence of cycles, where at least three of four distances fit one. A cycle in which nothing changed sends nothing,
/// so a distance may also be a small multiple.
pub(super) fn cadence(cycles: &[Cycle]) -> Option<Cadence> {
    if cycles.len() < LEAST_CYCLES {
        return None;
    }
    let minutes: Vec<i64> =
        cycles.windows(2).map(|pair| pair[1].from.duration_since(pair[0].from).as_secs() / 60).collect();
    let fits = |every: i64, slack: i64, most: i64| {
        let near = |distance: &&i64| {
            let turns = (**distance + every / 2) / every;
            (1..=most).contains(&turns) && (**distance - turns * every).abs() <= slack
        };
        minutes.iter().filter(near).count() * 100 >= minutes.len() * FITTING
    };
    if fits(40, 4, 6) {
        Some(Cadence::FortyMinutes)
    } else if fits(24 * 60, 90, 3) {
        Some(Cadence::Daily)
    } else {
        None
    }
}
