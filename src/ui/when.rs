//! Times as a person reads them: 24 hours, in the user's zone, with UTC at hand.

use jiff::{Timestamp, tz::TimeZone};

/// The user's time zone, looked up once.
#[derive(Debug, Clone)]
pub struct Zone(TimeZone);

impl Default for Zone {
    fn default() -> Self {
        Self(TimeZone::system())
    }
}

impl Zone {
    /// A zone of one's choice, for tests.
    #[must_use]
    pub const fn new(zone: TimeZone) -> Self {
        Self(zone)
    }

    /// `14:32:07`.
    #[must_use]
    pub fn clock(&self, at: Timestamp) -> String {
        self.format(at, "%H:%M:%S")
    }

    /// `14:32`.
    #[must_use]
    pub fn minute(&self, at: Timestamp) -> String {
        self.format(at, "%H:%M")
    }

    /// `Mon 23`.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> String {
        self.format(at, "%a %-d")
    }

    /// `23 Nov, 14:32`.
    #[must_use]
    pub fn day_and_minute(&self, at: Timestamp) -> String {
        self.format(at, "%-d %b, %H:%M")
    }

    /// `Mon 23 Nov, 14:32:07`.
    #[must_use]
    pub fn day_and_clock(&self, at: Timestamp) -> String {
        self.format(at, "%a %-d %b, %H:%M:%S")
    }

    /// `23 Nov`.
    #[must_use]
    pub fn date(&self, at: Timestamp) -> String {
        self.format(at, "%-d %b")
    }

    /// `23 Nov 14:32:07`, as wide on every day.
    #[must_use]
    pub fn date_and_clock(&self, at: Timestamp) -> String {
        self.format(at, "%e %b %H:%M:%S")
    }

    /// `Nov 2026`.
    #[must_use]
    pub fn month(&self, at: Timestamp) -> String {
        self.format(at, "%b %Y")
    }

    /// `2026`.
    #[must_use]
    pub fn year(&self, at: Timestamp) -> String {
        self.format(at, "%Y")
    }

    /// Whether two moments are on one day.
    #[must_use]
    pub fn is_same_day(&self, one: Timestamp, other: Timestamp) -> bool {
        let day = |at: Timestamp| at.to_zoned_datetime(self.0.clone()).date();
        day(one) == day(other)
    }

    /// The zone itself, for whoever counts in its hours and days.
    #[must_use]
    pub const fn zone(&self) -> &TimeZone {
        &self.0
    }

    /// `2026-11-23 14:32:07.418 UTC`.
    #[must_use]
    pub fn utc(at: Timestamp) -> String {
        at.strftime("%Y-%m-%d %H:%M:%S%.3f UTC").to_string()
    }

    fn format(&self, at: Timestamp, pattern: &str) -> String {
        at.to_zoned_datetime(self.0.clone()).strftime(pattern).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_the_users_and_utc_is_at_hand() {
        let at: Timestamp = "2026-11-23T14:32:07.418Z".parse().unwrap();
        let zone = Zone::new(TimeZone::fixed(jiff::tz::offset(1)));
        assert_eq!(zone.day_and_clock(at), "Mon 23 Nov, 15:32:07");
        assert_eq!(Zone::utc(at), "2026-11-23 14:32:07.418 UTC");
    }
}
