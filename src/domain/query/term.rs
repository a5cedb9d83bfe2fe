//! The words of the query language: its fields, and the values that each of them takes.
//! A value keeps what was typed, so that it prints back; only an instant given without an offset becomes UTC.

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Time},
    tz::TimeZone,
};

use crate::domain::{
    exchange::{Operation, Outcome},
    journal::Source,
};

/// A field of the query language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Whom it is about.
    User,
    /// HTTP status.
    Status,
    /// How it ended.
    Outcome,
    /// What it does.
    Operation,
    /// The scimType or the directory's error code.
    Error,
    /// The path.
    Path,
    /// An attribute that was received.
    Attr,
    /// Not before.
    Since,
    /// Not after.
    Until,
    /// Within a span.
    Time,
    /// Who saw it.
    Source,
    /// The record's or the resource's id.
    Id,
    /// Which client sent it.
    Client,
    /// What went wrong.
    Cause,
}

impl Field {
    /// Every field, in the order that suggestions take.
    pub const ALL: [Self; 14] = [
        Self::User,
        Self::Status,
        Self::Outcome,
        Self::Operation,
        Self::Error,
        Self::Path,
        Self::Attr,
        Self::Since,
        Self::Until,
        Self::Time,
        Self::Source,
        Self::Id,
        Self::Client,
        Self::Cause,
    ];

    /// The word before the colon.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Status => "status",
            Self::Outcome => "outcome",
            Self::Operation => "operation",
            Self::Error => "error",
            Self::Path => "path",
            Self::Attr => "attr",
            Self::Since => "since",
            Self::Until => "until",
            Self::Time => "time",
            Self::Source => "source",
            Self::Id => "id",
            Self::Client => "client",
            Self::Cause => "cause",
        }
    }

    /// Reads the word before the colon, in any case.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.key().eq_ignore_ascii_case(key))
    }
}

/// One word or field with its value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Term {
    /// Anywhere in the line.
    Word(Pattern),
    /// `user:`
    User(Pattern),
    /// `error:`
    Error(Pattern),
    /// `path:`
    Path(Pattern),
    /// `attr:`
    Attr(Pattern),
    /// `id:`
    Id(Pattern),
    /// `client:`
    Client(Pattern),
    /// `cause:`
    Cause(Pattern),
    /// `status:`
    Status(StatusTest),
    /// `outcome:`
    Outcome(Outcome),
    /// `operation:`
    Operation(Operation),
    /// `source:`
    Source(Source),
    /// `since:`
    Since(Moment),
    /// `until:`
    Until(Moment),
    /// `time:`
    Time(TimeSpan),
}

impl Term {
    /// Its field; `None` for a word.
    #[must_use]
    pub const fn field(&self) -> Option<Field> {
        Some(match self {
            Self::Word(_) => return None,
            Self::User(_) => Field::User,
            Self::Error(_) => Field::Error,
            Self::Path(_) => Field::Path,
            Self::Attr(_) => Field::Attr,
            Self::Id(_) => Field::Id,
            Self::Client(_) => Field::Client,
            Self::Cause(_) => Field::Cause,
            Self::Status(_) => Field::Status,
            Self::Outcome(_) => Field::Outcome,
            Self::Operation(_) => Field::Operation,
            Self::Source(_) => Field::Source,
            Self::Since(_) => Field::Since,
            Self::Until(_) => Field::Until,
            Self::Time(_) => Field::Time,
        })
    }
}

/// A text to find, as typed; `*` stands for any text, also none.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern(pub String);

impl From<&str> for Pattern {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// What an HTTP status is held against. A line without a status never fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StatusTest {
    /// `4xx`: the hundreds digit.
    Class(u16),
    /// `409`, `>=400`.
    Code(Comparison, u16),
}

/// How two numbers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// The same.
    Equal,
    /// `>=`
    AtLeast,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `<`
    Below,
}

impl Comparison {
    /// Every comparison, longer signs first, so that reading takes `>=` before `>`.
    pub const ALL: [Self; 5] = [Self::AtLeast, Self::AtMost, Self::Above, Self::Below, Self::Equal];

    /// Its sign.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::AtLeast => ">=",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::Below => "<",
        }
    }
}

impl StatusTest {
    /// Whether a status passes.
    #[must_use]
    pub const fn passes(self, status: u16) -> bool {
        match self {
            Self::Class(class) => status / 100 == class,
            Self::Code(Comparison::Equal, code) => status == code,
            Self::Code(Comparison::AtLeast, code) => status >= code,
            Self::Code(Comparison::AtMost, code) => status <= code,
            Self::Code(Comparison::Above, code) => status > code,
            Self::Code(Comparison::Below, code) => status < code,
        }
    }
}

/// A unit of time before now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimeUnit {
    /// `m`
    Minutes,
    /// `h`
    Hours,
    /// `d`, 24 hours
    Days,
    /// `w`, seven days
    Weeks,
}

impl TimeUnit {
    /// Every unit.
    pub const ALL: [Self; 4] = [Self::Minutes, Self::Hours, Self::Days, Self::Weeks];

    /// Its letter.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Minutes => 'm',
            Self::Hours => 'h',
            Self::Days => 'd',
            Self::Weeks => 'w',
        }
    }

    const fn seconds(self) -> i64 {
        match self {
            Self::Minutes => 60,
            Self::Hours => 3_600,
            Self::Days => 86_400,
            Self::Weeks => 604_800,
        }
    }
}

/// A point in time as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Moment {
    /// So long before now.
    Ago(u32, TimeUnit),
    /// A day, UTC.
    Day(Date),
    /// An instant.
    At(Timestamp),
}

impl Moment {
    /// Where it begins: a day's midnight, UTC.
    #[must_use]
    pub fn start(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Ago(amount, unit) => {
                let ago = SignedDuration::from_secs(i64::from(amount) * unit.seconds());
                now.checked_sub(ago).unwrap_or(Timestamp::MIN)
            }
            Self::Day(day) => midnight(day).unwrap_or(Timestamp::MIN),
            Self::At(at) => at,
        }
    }

    /// Where it ends: a day's last midnight, UTC.
    #[must_use]
    pub fn end(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Day(day) => day.tomorrow().ok().and_then(midnight).unwrap_or(Timestamp::MAX),
            Self::Ago(..) | Self::At(_) => self.start(now),
        }
    }
}

/// A span of time as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimeSpan {
    /// Between two times of day, UTC; over midnight when the second is not after the first.
    Daily(Time, Time),
    /// Between two instants.
    Between(Timestamp, Timestamp),
}

impl TimeSpan {
    /// From (inclusive) and to (exclusive). A span of the day is the latest one that has begun.
    #[must_use]
    pub fn bounds(self, now: Timestamp) -> (Timestamp, Timestamp) {
        match self {
            Self::Between(from, to) => (from, to),
            Self::Daily(from, to) => {
                let today = now.to_zoned_datetime(TimeZone::UTC).date();
                let begun = on_day(today, from, to).filter(|(start, _)| *start <= now);
                let earlier = || on_day(today.yesterday().ok()?, from, to);
                begun.or_else(earlier).unwrap_or((now, now))
            }
        }
    }
}

/// The span between two times of a day, UTC; over midnight when the second is not after the first.
pub(super) fn on_day(day: Date, from: Time, to: Time) -> Option<(Timestamp, Timestamp)> {
    let start = day.to_datetime(from).to_zoned_datetime(TimeZone::UTC).ok()?.timestamp();
    let length =
        if to > from { from.duration_until(to) } else { from.duration_until(to) + SignedDuration::from_hours(24) };
    Some((start, start.checked_add(length).ok()?))
}

fn midnight(day: Date) -> Option<Timestamp> {
    Some(day.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp())
}

/// What the headless `--group-by` counts by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GroupBy {
    /// The scimType or the directory's error code.
    Error,
    /// Whom it is about.
    User,
    /// What it does.
    Operation,
    /// How it ended.
    Outcome,
    /// The hour it was received, UTC.
    Hour,
}

impl GroupBy {
    /// Every grouping.
    pub const ALL: [Self; 5] = [Self::Error, Self::User, Self::Operation, Self::Outcome, Self::Hour];

    /// The word of the command line.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::User => "user",
            Self::Operation => "operation",
            Self::Outcome => "outcome",
            Self::Hour => "hour",
        }
    }

    /// Reads the word of the command line.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.key().eq_ignore_ascii_case(key))
    }
}
