//! When a directory pushes: requests close together are one cycle, and cycles that come at a known distance have a cadence.
//! It says nothing where there are too few cycles, or where they come as they please.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::domain::exchange::Outcome;

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

/// The cycles of one client, newest first.
#[derive(Debug, Default)]
pub(super) struct Cycles(Vec<Cycle>);

impl Cycles {
    /// Takes a request that is no newer than those before it.
    pub(super) fn take(&mut self, at: Timestamp, outcome: Outcome) {
        let failed = u64::from(outcome == Outcome::Failure);
        match self.0.last_mut().filter(|cycle| cycle.from.duration_since(at) <= SILENCE) {
            Some(cycle) => {
                cycle.from = at;
                cycle.requests += 1;
                cycle.failed += failed;
            }
            None => self.0.push(Cycle { from: at, to: at, requests: 1, failed }),
        }
    }

    pub(super) fn newest(&self) -> Option<Cycle> {
        self.0.first().copied()
    }

    /// Their cadence, where at least three of four distances fit one. A cycle in which nothing changed sends nothing, so a
    /// distance may also be a small multiple.
    pub(super) fn cadence(&self) -> Option<Cadence> {
        if self.0.len() < LEAST_CYCLES {
            return None;
        }
        let minutes: Vec<i64> =
            self.0.windows(2).map(|pair| pair[0].from.duration_since(pair[1].from).as_secs() / 60).collect();
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
}
