//! Foreign logs in: bytes to records, whatever directory wrote them.
//! Nothing here opens a file or trusts one: size, depth and count are bounded, and what cannot be read is counted.

mod elements;
pub mod entra;

use crate::domain::journal::Record;

/// No log holds more records than this; the rest is left unread.
pub const MAX_RECORDS: u64 = 10_000_000;
/// No record is larger than this, bytes.
pub const MAX_RECORD_BYTES: usize = 4 << 20;
/// So many rejections are listed; all are counted.
pub const MAX_LISTED: usize = 1_000;

/// What kind of log some bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// A Microsoft Entra provisioning log, JSON.
    Entra,
}

impl Format {
    /// The name on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Entra => "Entra provisioning log (JSON)",
        }
    }
}

/// The format of a log, by its content; its first 64 KiB are enough.
#[must_use]
pub fn recognise(bytes: &[u8]) -> Option<Format> {
    entra::is_entra(bytes).then_some(Format::Entra)
}

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Rejected {
    /// Where it stands: `record 3, byte 1204`.
    pub at: String,
    /// Why, in one sentence.
    pub why: String,
}

/// What became of a log read as a stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// How many records were found, read or not.
    pub read: u64,
    /// How many of them could not be read.
    pub rejected: u64,
    /// The first of those, at most [`MAX_LISTED`].
    pub listed: Vec<Rejected>,
    /// Whether reading stopped because it was cancelled.
    pub cancelled: bool,
}

impl Counts {
    fn reject(&mut self, at: String, why: impl Into<String>) {
        self.rejected += 1;
        if self.listed.len() < MAX_LISTED {
            self.listed.push(Rejected { at, why: why.into() });
        }
    }
}

/// A log read whole.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Import {
    /// How many records were found, read or not.
    pub read: u64,
    /// Those that could be read, in file order.
    pub records: Vec<Record>,
    /// The others, at most [`MAX_LISTED`].
    pub rejected: Vec<Rejected>,
}
