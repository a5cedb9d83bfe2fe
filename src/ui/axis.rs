//! The times under a histogram, and what its bars stand for: round times of the reader's zone, as many as have room, and with their day where the
//! bars are not all of today. It never reads a clock.

use jiff::{Span, Timestamp, ToSpan as _, civil::DateTime};

use super::{shell::grouped, when::Zone};
use crate::domain::{exchange::Outcome, journal::Histogram};

/// How far two labels are apart.
#[derive(Clone, Copy)]
enum Step {
    Minutes(i64),
    Days(i64),
    Months(i64),
}

use Step::{Days, Minutes, Months};

/// What a person reads easily, shortest first.
const STEPS: [Step; 20] = [
    Minutes(1),
    Minutes(5),
    Minutes(10),
    Minutes(15),
    Minutes(30),
    Minutes(60),
    Minutes(120),
    Minutes(180),
    Minutes(360),
    Minutes(720),
    Days(1),
    Days(2),
    Days(7),
    Days(14),
    Months(1),
    Months(3),
    Months(12),
    Months(60),
    Months(240),
    Months(1_200),
];
const DAY: i64 = 86_400;

impl Step {
    const fn seconds(self) -> i64 {
        match self {
            Minutes(minutes) => minutes * 60,
            Days(days) => days * DAY,
            Months(months) => months * 30 * DAY,
        }
    }

    fn span(self) -> Span {
        match self {
            Minutes(minutes) => minutes.minutes(),
            Days(days) => days.days(),
            Months(months) => months.months(),
        }
    }

    /// The last of its times that is not after `at`. Weeks begin on Mondays.
    fn before(self, at: DateTime) -> Option<DateTime> {
        let midnight = at.date().at(0, 0, 0, 0);
        match self {
            Minutes(minutes) => {
                let of_day = i64::from(at.hour()) * 60 + i64::from(at.minute());
                midnight.checked_add((of_day / minutes * minutes).minutes()).ok()
            }
            Days(7 | 14) => midnight.checked_sub(i64::from(at.weekday().to_monday_zero_offset()).days()).ok(),
            Days(_) => Some(midnight),
            Months(months) => {
                let of_all = i64::from(at.year()) * 12 + i64::from(at.month()) - 1;
                at.date().first_of_month().at(0, 0, 0, 0).checked_sub(of_all.rem_euclid(months).months()).ok()
            }
        }
    }

    fn words(self, at: Timestamp, with_day: bool, zone: &Zone) -> String {
        let minute = zone.minute(at);
        match self {
            Minutes(_) if minute == "00:00" => zone.date(at),
            Minutes(_) if with_day => zone.day_and_minute(at),
            Minutes(_) => minute,
            Days(_) => zone.date(at),
            Months(..12) => zone.month(at),
            Months(_) => zone.year(at),
        }
    }
}

/// The moment at which a bar begins.
pub(super) fn bar_start(histogram: &Histogram, bar: usize) -> Timestamp {
    let seconds = histogram.bar_seconds.saturating_mul(i64::try_from(bar).unwrap_or(i64::MAX));
    histogram.start.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(histogram.start)
}

/// Whether all that a list finds is of today, so that times need no day.
pub(super) fn is_all_today(histogram: &Histogram, zone: &Zone, now: Timestamp) -> bool {
    let end = bar_start(histogram, histogram.bars.len());
    let last = end.checked_sub(jiff::SignedDuration::from_millis(1)).unwrap_or(end).max(histogram.start).min(now);
    zone.is_same_day(histogram.start, now) && zone.is_same_day(last, now)
}

/// What a bar stands for: when, in the reader's zone and in UTC, and how many of each outcome.
pub(super) fn bar_words(histogram: &Histogram, bar: usize, zone: &Zone) -> String {
    let Some(counts) = histogram.bars.get(bar).map(|bar| bar.counts) else { return String::new() };
    let (from, to) = (bar_start(histogram, bar), bar_start(histogram, bar + 1));
    let end = if zone.is_same_day(from, to) { zone.minute(to) } else { zone.day_and_minute(to) };
    let some = Outcome::ALL.iter().zip(counts).filter(|(_, count)| *count > 0);
    let some: Vec<String> =
        some.map(|(one, count)| format!("{} {}", grouped(count.into()), one.label().to_lowercase())).collect();
    let some = if some.is_empty() { "no request".to_owned() } else { some.join(", ") };
    format!("{} to {end}: {some}\n{} UTC", zone.day_and_minute(from), from.strftime("%Y-%m-%d %H:%M"))
}

/// At most so many labels, each with the bar at whose left edge it stands: the edge nearest to its time.
pub(super) fn ticks(histogram: &Histogram, zone: &Zone, now: Timestamp, most: usize) -> Vec<(usize, String)> {
    let count = histogram.bars.len();
    let most = i64::try_from(most.max(1)).unwrap_or(1);
    let end = bar_start(histogram, count);
    let whole = end.as_second() - histogram.start.as_second();
    let has_room = |step: &Step| step.seconds() * most >= whole;
    let Some(step) = STEPS.into_iter().find(has_room).or(STEPS.last().copied()) else { return Vec::new() };
    let all_today = is_all_today(histogram, zone, now);
    let mut ticks: Vec<(usize, String)> = Vec::new();
    let mut next = step.before(histogram.start.to_zoned_datetime(zone.zone().clone()).datetime());
    while let Some(civil) = next {
        let Ok(at) = civil.to_zoned_datetime(zone.zone().clone()).map(|zoned| zoned.timestamp()) else { break };
        if at >= end {
            break;
        }
        if at >= histogram.start {
            let seconds = at.as_second() - histogram.start.as_second();
            let bar = (seconds + histogram.bar_seconds / 2) / histogram.bar_seconds.max(1);
            let bar = usize::try_from(bar).unwrap_or(usize::MAX);
            if bar < count && ticks.last().is_none_or(|(last, _)| *last < bar) {
                ticks.push((bar, step.words(at, ticks.is_empty() && !all_today, zone)));
            }
        }
        next = civil.checked_add(step.span()).ok();
    }
    ticks
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::domain::journal::Bar;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn labels(start: &str, bar_seconds: i64, bars: usize, zone: &Zone) -> Vec<String> {
        let histogram = Histogram { start: at(start), bar_seconds, bars: vec![Bar::default(); bars] };
        ticks(&histogram, zone, at("2026-11-27T04:36:00Z"), 6)
            .into_iter()
            .map(|(bar, words)| format!("{bar} {words}"))
            .collect()
    }

    #[test]
    fn labels_are_round_and_say_the_day_where_there_is_more_than_one() {
        let utc = Zone::new(TimeZone::UTC);
        for (start, bar_seconds, bars, wanted) in [
            (
                "2026-11-27T01:10:00Z",
                300,
                36,
                vec!["4 01:30", "10 02:00", "16 02:30", "22 03:00", "28 03:30", "34 04:00"],
            ),
            ("2026-11-26T04:20:00Z", 1_800, 49, vec!["3 26 Nov, 06:00", "15 12:00", "27 18:00", "39 27 Nov"]),
            (
                "2026-11-20T08:00:00Z",
                300,
                12,
                vec!["0 20 Nov, 08:00", "2 08:10", "4 08:20", "6 08:30", "8 08:40", "10 08:50"],
            ),
            ("2026-11-13T00:00:00Z", 14_400, 85, vec!["18 16 Nov", "60 23 Nov"]),
            (
                "2025-09-30T00:00:00Z",
                604_800,
                61,
                vec!["0 Oct 2025", "13 Jan 2026", "26 Apr 2026", "39 Jul 2026", "52 Oct 2026"],
            ),
            (
                "1999-06-01T00:00:00Z",
                31_536_000,
                28,
                vec!["1 2000", "6 2005", "11 2010", "16 2015", "21 2020", "26 2025"],
            ),
        ] {
            assert_eq!(labels(start, bar_seconds, bars, &utc), wanted, "{start}");
        }
    }

    #[test]
    fn hours_and_midnights_are_the_readers() {
        let berlin = Zone::new(TimeZone::get("Europe/Berlin").unwrap());
        // The clocks went back in this night: midnight and noon stay where they are.
        let night = labels("2026-10-24T16:00:00Z", 1_800, 72, &berlin);
        assert_eq!(night, ["0 24 Oct, 18:00", "12 25 Oct", "26 06:00", "38 12:00", "50 18:00", "62 26 Oct"]);
    }

    #[test]
    fn a_span_without_bars_has_no_label() {
        assert_eq!(labels("2026-11-27T01:00:00Z", 60, 0, &Zone::new(TimeZone::UTC)), Vec::<String>::new());
    }
}
