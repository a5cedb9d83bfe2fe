//! The numbers that stand for values in the files: outcomes, operations, sources, instants, counts.
//! A number never changes its meaning.

use jiff::Timestamp;

use super::fault;
use crate::domain::{
    exchange::{Operation, Outcome},
    journal::Source,
};

/// A value that is stored as a number.
pub(super) trait Code: Copy + 'static {
    /// Every value.
    const ALL: &'static [Self];

    /// Its number.
    fn code(self) -> i64;

    /// The value of a number.
    fn from_code(code: i64) -> rusqlite::Result<Self> {
        let found = Self::ALL.iter().copied().find(|value| value.code() == code);
        found.ok_or(rusqlite::Error::IntegralValueOutOfRange(0, code))
    }
}

/// An instant from its microseconds since 1970.
pub(super) fn instant(microseconds: i64) -> rusqlite::Result<Timestamp> {
    const SECOND: i64 = 1_000_000;
    let nanoseconds = i32::try_from(microseconds % SECOND * 1_000).unwrap_or_default();
    Timestamp::new(microseconds / SECOND, nanoseconds).map_err(fault::unreadable)
}

/// A stored count; never negative.
pub(super) fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

/// A count as SQLite stores it; none comes near its limit.
pub(super) fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl Code for Outcome {
    const ALL: &'static [Self] = &Self::ALL;

    fn code(self) -> i64 {
        match self {
            Self::Success => 0,
            Self::Warning => 1,
            Self::Failure => 2,
            Self::Skipped => 3,
        }
    }
}

impl Code for Operation {
    const ALL: &'static [Self] = &Self::ALL;

    fn code(self) -> i64 {
        match self {
            Self::Create => 0,
            Self::Match => 1,
            Self::Read => 2,
            Self::List => 3,
            Self::Update => 4,
            Self::SetManager => 5,
            Self::Deactivate => 6,
            Self::Activate => 7,
            Self::Delete => 8,
            Self::Discover => 9,
            Self::Other => 10,
        }
    }
}

impl Code for Source {
    const ALL: &'static [Self] = &Self::ALL;

    fn code(self) -> i64 {
        match self {
            Self::Tenant => 0,
            Self::Console => 1,
            Self::Entra => 2,
            Self::Okta => 3,
            Self::Recording => 4,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_read_back_to_the_microsecond() {
        for text in ["-009999-01-02T01:59:59Z", "1969-12-31T23:59:59.999999Z", "9999-12-30T22:00:00.999999Z"] {
            let at: Timestamp = text.parse().unwrap();
            assert_eq!(instant(at.as_microsecond()).unwrap(), at);
        }
        assert!(instant(i64::MAX).is_err());
    }

    #[test]
    fn every_number_reads_back() {
        fn check<T: Code + PartialEq + std::fmt::Debug>() {
            for value in T::ALL {
                assert_eq!(T::from_code(value.code()).unwrap(), *value);
            }
            assert!(T::from_code(-1).is_err());
        }
        check::<Outcome>();
        check::<Operation>();
        check::<Source>();
    }
}
