//! A realistic day of traffic for the sandbox: the directories of two invented customers send every request through
//! the tenant's own router, so that nothing is in its log that it did not answer.

mod call;
mod chance;
mod day;
mod entra;
mod failures;
mod identity;
mod okta;
mod people;
mod routine;
mod spelling;

use jiff::Timestamp;

pub use failures::FAILURES;

/// Which day to play. The same three values give the same requests, ids aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoDay {
    /// Draws the people and what happens to them.
    pub seed: u64,
    /// How many exchanges there are at least; some five hundred always are.
    pub exchanges: usize,
    /// The last moment of the twenty-four hours.
    pub end: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(day: &DemoDay) -> Vec<String> {
        let line = |call: &call::Call| format!("{} {} {} {} {}", call.at, call.took, call.method, call.path, call.body);
        day::calls(day).iter().map(line).collect()
    }

    #[test]
    fn the_same_seed_and_end_give_the_same_requests() {
        let end = "2026-11-23T14:42:30Z".parse().unwrap();
        let day = DemoDay { seed: 7, exchanges: 2_000, end };
        assert_eq!(script(&day), script(&day));
        assert_ne!(script(&day), script(&DemoDay { seed: 8, ..day }));
    }

    #[test]
    fn a_day_has_at_least_what_was_asked_for_and_stays_within_it() {
        for (exchanges, hour) in [(0, 0), (500, 5), (2_000, 9), (2_000, 14), (20_000, 22)] {
            let end = Timestamp::from_second(1_795_000_000 + hour * 3600).unwrap();
            let calls = day::calls(&DemoDay { seed: 1, exchanges, end });
            assert!(calls.len() >= exchanges, "{} of {exchanges}", calls.len());
            assert!(calls.len() < exchanges.max(600) * 11 / 10, "{} of {exchanges}", calls.len());
            assert!(calls.is_sorted_by_key(|call| call.at));
            assert!(calls.iter().all(|call| call.at < day::LENGTH && call.took > 0));
            let last = calls.last().map_or(0, |call| day::LENGTH - call.at);
            assert!((20_000..60_000).contains(&last), "the last request is {last} ms before the end");
        }
    }

    #[test]
    fn every_listed_failure_occurs_and_every_marked_one_is_listed() {
        let end = "2026-11-23T14:42:30Z".parse().unwrap();
        let calls = day::calls(&DemoDay { seed: 7, exchanges: 600, end });
        for failure in FAILURES {
            assert!(calls.iter().any(|call| call.failure == Some(failure)), "{failure}");
        }
        assert!(calls.iter().filter_map(|call| call.failure).all(|failure| FAILURES.contains(&failure)));
    }
}
