//! In which order the lines of a list stand: by one column, either way. What a column does not say stands last both ways,
//! and lines that are alike stand newest first.

/// What lines are put in order by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SortBy {
    /// When they were received.
    #[default]
    Time,
    /// How they ended, by the word.
    Outcome,
    /// What they do, by the word.
    Operation,
    /// Whom they are about.
    User,
    /// The path.
    Path,
    /// The HTTP status.
    Status,
    /// The error.
    Error,
    /// How long they took.
    Duration,
    /// The client, or else the source.
    Source,
}

impl SortBy {
    /// Everything that lines are put in order by.
    pub const ALL: [Self; 9] = [
        Self::Time,
        Self::Outcome,
        Self::Operation,
        Self::User,
        Self::Path,
        Self::Status,
        Self::Error,
        Self::Duration,
        Self::Source,
    ];

    /// The word of the command line.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Outcome => "outcome",
            Self::Operation => "operation",
            Self::User => "user",
            Self::Path => "path",
            Self::Status => "status",
            Self::Error => "error",
            Self::Duration => "duration",
            Self::Source => "source",
        }
    }

    /// Whether people look for the largest first: the newest, the slowest, the worst.
    const fn begins_with_the_largest(self) -> bool {
        matches!(self, Self::Time | Self::Status | Self::Duration)
    }
}

/// By what, and which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sorting {
    /// By what.
    pub by: SortBy,
    /// Whether the largest stands first.
    pub descending: bool,
}

impl Default for Sorting {
    fn default() -> Self {
        Self::of(SortBy::Time)
    }
}

impl Sorting {
    /// The way that people look for first.
    #[must_use]
    pub const fn of(by: SortBy) -> Self {
        Self { by, descending: by.begins_with_the_largest() }
    }

    /// The order after a column was asked for: the other way round where it is the one already.
    #[must_use]
    pub fn asked(self, by: SortBy) -> Self {
        if self.by == by { Self { by, descending: !self.descending } } else { Self::of(by) }
    }

    /// Reads `user`, or `-user` for the other way round.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        let (by, reversed) = key.strip_prefix('-').map_or((key, false), |by| (by, true));
        let order = SortBy::ALL.into_iter().find(|one| one.key() == by).map(Self::of)?;
        Some(if reversed { order.asked(order.by) } else { order })
    }
}
