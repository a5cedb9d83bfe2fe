//! A draft as it is kept: every save is a revision, so that two windows cannot overwrite each other and every step can be undone.

use jiff::Timestamp;

use super::{failure::Failure, mapping::MappingRow};

/// What autosave hands over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftToSave {
    /// The draft's name.
    pub name: String,
    /// The rows as typed.
    pub rows: Vec<MappingRow>,
    /// The tenant's rows that it began from; empty for a draft that began from nothing.
    pub base_rows: Vec<MappingRow>,
    /// The tenant's version that it began from.
    pub base_version: Option<u64>,
    /// The entity tag of that version.
    pub base_etag: Option<String>,
}

/// One revision of a profile's draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDraft {
    /// The draft's name.
    pub name: String,
    /// The rows as typed.
    pub rows: Vec<MappingRow>,
    /// Counts up with every save, from 1.
    pub revision: u64,
    /// The tenant's rows that it began from.
    pub base_rows: Vec<MappingRow>,
    /// The tenant's version that it began from.
    pub base_version: Option<u64>,
    /// The entity tag of that version.
    pub base_etag: Option<String>,
    /// When it was saved.
    pub saved_at: Timestamp,
    /// How many earlier revisions are kept.
    pub undo_depth: u64,
}

/// What a save came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SavedDraft {
    /// The revision that now holds what was saved; the expected one of the next save.
    pub revision: u64,
    /// When that revision was saved: earlier than now where nothing had changed.
    pub saved_at: Timestamp,
    /// How many earlier revisions are kept.
    pub undo_depth: u64,
}

/// One line of a draft's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRevision {
    /// The revision.
    pub revision: u64,
    /// The draft's name then.
    pub name: String,
    /// When it was saved.
    pub saved_at: Timestamp,
    /// How many rows it had.
    pub rows: u64,
}

/// Why a draft was not saved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftRefused {
    /// Another window has saved a newer revision; nothing was overwritten.
    #[error("{failure}")]
    Outdated {
        /// `FailureKind::Outdated`, in words.
        failure: Failure,
        /// What the other window saved; `None` where it removed the draft.
        theirs: Option<Box<StoredDraft>>,
    },
    /// The database refused.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<DraftRefused> for Failure {
    fn from(refused: DraftRefused) -> Self {
        match refused {
            DraftRefused::Outdated { failure, .. } | DraftRefused::Failed(failure) => failure,
        }
    }
}
