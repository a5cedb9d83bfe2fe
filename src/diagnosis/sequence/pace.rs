//! Whether Entra, which came every 40 minutes, comes once a day since requests failed: its quarantine
//! (learn.microsoft.com, application-provisioning-quarantine-status). Requests are handed over oldest first.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{
    exchange::Outcome,
    journal::{Record, Source},
};

/// A silence this long ends a cycle.
const SILENCE: SignedDuration = SignedDuration::from_mins(10);
/// Cycles in which nothing changed send nothing, so a distance may be a multiple of 40 minutes.
const OFTEN: SignedDuration = SignedDuration::from_hours(3);
/// So many short distances in a row are a pace.
const LEAST_OFTEN: u32 = 4;
/// So many distances of a day are another.
const LEAST_DAILY: u32 = 2;

/// What is known of the pace so far.
#[derive(Debug, Default)]
pub(super) struct Pace {
    cycle: Option<Cycle>,
    /// Short distances in a row, before those of a day.
    often: u32,
    /// Whether the last cycle at that pace mostly failed.
    failing: bool,
    /// Distances of a day in a row.
    daily: u32,
}

#[derive(Debug)]
struct Cycle {
    from: Timestamp,
    to: Timestamp,
    requests: u32,
    failed: u32,
}

impl Pace {
    /// Takes the next request in; whether it shows that the pace has dropped.
    pub(super) fn drops_with(&mut self, record: &Record) -> bool {
        let summary = &record.summary;
        let is_entra = |client: &String| client.eq_ignore_ascii_case("Entra");
        if record.source != Source::Entra && !summary.client.as_ref().is_some_and(is_entra) {
            return false;
        }
        let failed = u32::from(summary.outcome == Outcome::Failure);
        if let Some(cycle) = self.cycle.as_mut().filter(|cycle| summary.at.duration_since(cycle.to) <= SILENCE) {
            cycle.to = summary.at;
            cycle.requests = cycle.requests.saturating_add(1);
            cycle.failed = cycle.failed.saturating_add(failed);
            return false;
        }
        let next = Cycle { from: summary.at, to: summary.at, requests: 1, failed };
        let Some(last) = self.cycle.replace(next) else { return false };
        let distance = summary.at.duration_since(last.from);
        let is_a_day = (SignedDuration::from_hours(22)..=SignedDuration::from_hours(26)).contains(&distance);
        if distance <= OFTEN {
            (self.often, self.daily) = (if self.daily == 0 { self.often.saturating_add(1) } else { 1 }, 0);
        } else if is_a_day {
            if self.daily == 0 {
                self.failing = last.failed > last.requests / 2;
            }
            self.daily = self.daily.saturating_add(1);
        } else {
            (self.often, self.daily) = (0, 0);
        }
        self.daily == LEAST_DAILY && self.often >= LEAST_OFTEN && self.failing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{exchange::Operation, journal::Summary};

    /// Whether cycles of three requests at these minutes show it, and at which cycle.
    fn shown(minutes: &[i64], outcome: impl Fn(usize) -> Outcome, client: &str) -> Option<usize> {
        let mut pace = Pace::default();
        (0..minutes.len()).find(|cycle| {
            (0..3).any(|step| {
                pace.drops_with(&Record {
                    source: Source::Tenant,
                    summary: Summary {
                        id: String::new(),
                        at: Timestamp::from_second(minutes[*cycle] * 60 + step).unwrap(),
                        method: "GET".to_owned(),
                        path: String::new(),
                        status: None,
                        outcome: outcome(*cycle),
                        operation: Operation::Match,
                        user: None,
                        resource_id: None,
                        scim_type: None,
                        detail: None,
                        duration_ms: None,
                        client: Some(client.to_owned()),
                    },
                    exchange: None,
                    landing: None,
                    event: None,
                })
            })
        })
    }

    #[test]
    fn a_pace_that_drops_to_a_day_after_failures_is_a_quarantine() {
        const DAY: i64 = 24 * 60;
        let failed = |_| Outcome::Failure;
        let usual = [0, 40, 80, 160, 200];
        let dropped = [&usual[..], &[200 + DAY, 200 + 2 * DAY, 200 + 3 * DAY]].concat();
        assert_eq!(shown(&dropped, failed, "Entra"), Some(6), "on the second day, once");
        assert_eq!(shown(&dropped, failed, "Okta"), None, "only Entra knows it");
        assert_eq!(shown(&dropped, |_| Outcome::Success, "Entra"), None, "nothing had failed");
        let only_later = |cycle| if cycle > 4 { Outcome::Failure } else { Outcome::Success };
        assert_eq!(shown(&dropped, only_later, "Entra"), None, "it came less often before anything failed");
        assert_eq!(shown(&[0, DAY, 2 * DAY, 3 * DAY], failed, "Entra"), None, "it never came more often");
        let weekend = [&usual[..], &[200 + 3 * DAY, 200 + 4 * DAY, 200 + 5 * DAY]].concat();
        assert_eq!(shown(&weekend, failed, "Entra"), None, "a weekend lies between");
        let back = [&usual[..], &[200 + DAY, 240 + DAY, 240 + 2 * DAY]].concat();
        assert_eq!(shown(&back, failed, "Entra"), None, "it came back to its pace");
    }
}
