//! Foreign logs in: bytes to records, whoever wrote them and however they were packed (`idp-facts.md` §1 to §4).
//! Nothing here opens a file or trusts one: size, depth and count are bounded, and what cannot be read is counted.
//! What a file is its content says, never its name. No token, password or cookie gets into a record.

mod admit;
mod archive;
mod arrival;
mod block;
mod columns;
mod curl;
mod elements;
mod entra;
mod har;
mod http;
mod json;
mod message;
mod okta;
mod pair;
mod plain;
mod reading;
mod recognise;
mod rows;
mod seen;
mod shell;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod times;
mod unicode;

use std::io::{Cursor, Read, Seek};

use jiff::Timestamp;

pub use arrival::{Arrival, Make};
pub use columns::{Choice, Column, ColumnMatch};
pub use reading::{paste, read_all, read_made};
pub use recognise::recognise;

use crate::domain::journal::Record;

/// No log holds more records than this; the rest is left unread.
pub const MAX_RECORDS: u64 = 10_000_000;
/// No record is larger than this, bytes.
pub const MAX_RECORD_BYTES: usize = 4 << 20;
/// So many rejections are listed; all are counted.
pub const MAX_LISTED: usize = 1_000;
/// The most columns that a table may have.
pub const MAX_COLUMNS: usize = 1_000;

/// What some bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// A Microsoft Entra provisioning log, JSON: Graph, the portal's download or Log Analytics (`idp-facts.md` §1.2, §1.3).
    Entra,
    /// What Entra answers to provision on demand (§2.3).
    EntraOnDemand,
    /// The portal's CSV of the log, or Log Analytics as CSV (§1.3).
    EntraTable,
    /// The portal's CSV of the provisioning steps.
    EntraSteps,
    /// The portal's CSV of the modified properties.
    EntraProperties,
    /// An error text as Entra words it (§1.4).
    EntraText,
    /// An Okta System Log, JSON (§3.1).
    Okta,
    /// An Okta System Log, CSV.
    OktaTable,
    /// An error text as Okta words it (§3.5).
    OktaText,
    /// A HAR file of a browser.
    Har,
    /// `{"request":…,"response":…}`.
    Exchange,
    /// A SCIM message by itself.
    Scim,
    /// cURL commands.
    Curl,
    /// HTTP as text.
    Http,
    /// An error in whoever's words.
    Plain,
}

impl Format {
    /// The name on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Entra => "Entra provisioning log (JSON)",
            Self::EntraOnDemand => "Entra provision on demand",
            Self::EntraTable => "Entra provisioning log (CSV)",
            Self::EntraSteps => "Entra provisioning steps (CSV)",
            Self::EntraProperties => "Entra modified properties (CSV)",
            Self::EntraText => "Entra error text",
            Self::Okta => "Okta System Log (JSON)",
            Self::OktaTable => "Okta System Log (CSV)",
            Self::OktaText => "Okta error text",
            Self::Har => "Browser recording (HAR)",
            Self::Exchange => "Request and answer (JSON)",
            Self::Scim => "SCIM message",
            Self::Curl => "cURL command",
            Self::Http => "HTTP text",
            Self::Plain => "Error text",
        }
    }
}

/// A stream that can be read from any place.
pub trait Stream: Read + Seek {}

impl<T: Read + Seek> Stream for T {}

/// A file or a text to read. It may be opened more than once: first to see what it is, then to read it.
pub trait Input {
    /// A stream that stands at the first byte.
    ///
    /// # Errors
    /// When it cannot be opened.
    fn open(&self) -> std::io::Result<Box<dyn Stream + '_>>;
}

/// Bytes in memory.
#[derive(Debug, Clone, Copy)]
pub struct Bytes<'b>(pub &'b [u8]);

impl Input for Bytes<'_> {
    fn open(&self) -> std::io::Result<Box<dyn Stream + '_>> {
        Ok(Box::new(Cursor::new(self.0)))
    }
}

/// How to read.
#[derive(Clone, Copy)]
pub struct Reading<'r> {
    /// The time of reading: what bears no time of its own gets this one, and no record may be from long after it.
    pub now: Timestamp,
    /// Which columns mean what, where the user has said so.
    pub choices: &'r [Choice],
    /// Whether to stop.
    pub stopped: &'r dyn Fn() -> bool,
    /// Asked by each thread again and again: it comes back when nothing that is more urgent needs the processor.
    pub give_way: &'r (dyn Fn() + Sync),
}

impl Reading<'_> {
    /// To the end, as if nothing were more urgent.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self { now, choices: &[], stopped: &|| false, give_way: &|| {} }
    }
}

impl std::fmt::Debug for Reading<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading").field("now", &self.now).field("choices", &self.choices).finish_non_exhaustive()
    }
}

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Rejected {
    /// Where it stands: `record 3, byte 1204`.
    pub at: String,
    /// Why, in one sentence.
    pub why: String,
}

/// What became of an input read as a stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// What it was recognised as; an archive may hold several.
    pub formats: Vec<Format>,
    /// How many records were found, read or not.
    pub read: u64,
    /// How many of them could not be read.
    pub rejected: u64,
    /// The first of those, at most [`MAX_LISTED`].
    pub listed: Vec<Rejected>,
    /// How many entries are sound but not about provisioning: sign-ins in an Okta log, pictures in a HAR file.
    pub passed: u64,
    /// How many rows were joined to the records of another table.
    pub joined: u64,
    /// How many sequences of bytes were no text, and stand as U+FFFD in the records.
    pub replaced: u64,
    /// How the columns of its tables were understood.
    pub columns: Vec<ColumnMatch>,
    /// Whether reading stopped because it was cancelled.
    pub cancelled: bool,
}

impl Counts {
    fn reject(&mut self, at: impl Into<String>, why: impl Into<String>) {
        self.rejected += 1;
        if self.listed.len() < MAX_LISTED {
            self.listed.push(Rejected { at: at.into(), why: why.into() });
        }
    }
}

/// A text read whole.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Import {
    /// What became of it.
    pub counts: Counts,
    /// The records, in their order.
    pub records: Vec<Record>,
}

#[cfg(fuzzing)]
pub mod fuzzing {
    //! What the fuzz targets look at from outside.

    /// The words of a cURL command as a shell would split them.
    #[must_use]
    pub fn shell_words(text: &str) -> Vec<String> {
        super::shell::words(text).0
    }
}
