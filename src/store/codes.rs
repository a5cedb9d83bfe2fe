//! The numbers that stand for outcomes, operations and sources in the journal's file. A number never changes its meaning.

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
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
