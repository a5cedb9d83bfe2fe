//! Drafts: each save is a revision on top of the one its window had seen. A window that has seen an older one is refused and
//! told what the other saved. The last 500 revisions are kept.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Result, params};

use super::{Console, from_json, to_json};
use crate::{
    domain::{
        draft::{DraftRefused, DraftRevision, DraftToSave, SavedDraft, StoredDraft},
        failure::{Failure, FailureKind},
        profile::ProfileId,
    },
    store::codes::{instant, signed, unsigned},
};

/// Revisions that are kept of a draft.
pub const MOST_REVISIONS: u64 = 500;

const READING: &str = "The draft could not be read";

impl Console {
    /// The newest revision of a profile's draft.
    ///
    /// # Errors
    /// When the file is damaged or cannot be read.
    pub fn load_draft(&self, profile: &ProfileId) -> std::result::Result<Option<StoredDraft>, Failure> {
        self.read(READING, |connection| newest(connection, profile))
    }

    /// One revision of a profile's draft, where it is still kept.
    ///
    /// # Errors
    /// When the file is damaged or cannot be read.
    pub fn draft_at(&self, profile: &ProfileId, revision: u64) -> std::result::Result<Option<StoredDraft>, Failure> {
        self.read(READING, |connection| stored(connection, profile, signed(revision)))
    }

    /// The kept revisions of a profile's draft, newest first.
    ///
    /// # Errors
    /// When the file is damaged or cannot be read.
    pub fn draft_history(&self, profile: &ProfileId) -> std::result::Result<Vec<DraftRevision>, Failure> {
        self.read(READING, |connection| {
            let mut list = connection.prepare_cached(
                "SELECT revision, name, saved_at, row_count FROM draft_revisions WHERE profile = ?1 ORDER BY revision DESC",
            )?;
            let line = |row: &rusqlite::Row<'_>| {
                Ok(DraftRevision {
                    revision: unsigned(row.get(0)?),
                    name: row.get(1)?,
                    saved_at: instant(row.get(2)?)?,
                    rows: unsigned(row.get(3)?),
                })
            };
            list.query_map([&profile.0], line)?.collect()
        })
    }

    /// Saves a draft as the revision after `expected_revision` (0 for the first). Saving what the newest revision holds
    /// already changes nothing and gives that revision, whoever saved it.
    ///
    /// # Errors
    /// `Outdated` with the other's rows when another window has saved since; or when the file cannot be written.
    pub fn save_draft(
        &mut self,
        profile: &ProfileId,
        draft: &DraftToSave,
        expected_revision: u64,
        now: Timestamp,
    ) -> std::result::Result<SavedDraft, DraftRefused> {
        let saved = self.write("The draft could not be saved", |transaction| {
            let newest = newest(transaction, profile)?;
            if let Some(same) = newest.as_ref().filter(|newest| holds(newest, draft)) {
                let StoredDraft { revision, saved_at, undo_depth, .. } = *same;
                return Ok(Ok(SavedDraft { revision, saved_at, undo_depth }));
            }
            if newest.as_ref().map_or(0, |newest| newest.revision) != expected_revision {
                return Ok(Err(outdated(newest)));
            }
            append(transaction, profile, draft, expected_revision + 1, now).map(Ok)
        });
        saved?
    }
}

fn append(
    connection: &Connection,
    profile: &ProfileId,
    draft: &DraftToSave,
    revision: u64,
    now: Timestamp,
) -> Result<SavedDraft> {
    let base = base(connection, profile, draft)?;
    connection.execute(
        "INSERT INTO draft_revisions (profile, revision, name, rows, row_count, base, saved_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            profile.0,
            signed(revision),
            draft.name,
            to_json(&draft.rows)?,
            i64::try_from(draft.rows.len()).unwrap_or(i64::MAX),
            base,
            now.as_microsecond(),
        ],
    )?;
    let oldest = signed(revision.saturating_sub(MOST_REVISIONS));
    connection
        .execute("DELETE FROM draft_revisions WHERE profile = ?1 AND revision <= ?2", params![profile.0, oldest])?;
    connection.execute(
        "DELETE FROM draft_bases WHERE profile = ?1 AND id NOT IN (SELECT base FROM draft_revisions WHERE profile = ?1)",
        [&profile.0],
    )?;
    let undo_depth = earlier(connection, profile, signed(revision))?;
    Ok(SavedDraft { revision, saved_at: instant(now.as_microsecond())?, undo_depth })
}

/// The id of the tenant's rows that a draft began from.
fn base(connection: &Connection, profile: &ProfileId, draft: &DraftToSave) -> Result<i64> {
    let rows = to_json(&draft.base_rows)?;
    let values = params![profile.0, rows, draft.base_version.map(signed), draft.base_etag];
    let find = "SELECT id FROM draft_bases WHERE profile = ?1 AND rows = ?2 AND version IS ?3 AND etag IS ?4";
    if let Some(id) = connection.query_row(find, values, |row| row.get(0)).optional()? {
        return Ok(id);
    }
    let mut add =
        connection.prepare("INSERT INTO draft_bases (profile, rows, version, etag) VALUES (?1, ?2, ?3, ?4)")?;
    add.insert(values)
}

fn newest(connection: &Connection, profile: &ProfileId) -> Result<Option<StoredDraft>> {
    let find = "SELECT max(revision) FROM draft_revisions WHERE profile = ?1";
    let revision: Option<i64> = connection.query_row(find, [&profile.0], |row| row.get(0))?;
    revision.map_or(Ok(None), |revision| stored(connection, profile, revision))
}

fn stored(connection: &Connection, profile: &ProfileId, revision: i64) -> Result<Option<StoredDraft>> {
    let mut find = connection.prepare_cached(
        "SELECT d.name, d.rows, b.rows, b.version, b.etag, d.saved_at FROM draft_revisions d \
         JOIN draft_bases b ON b.id = d.base WHERE d.profile = ?1 AND d.revision = ?2",
    )?;
    let undo_depth = earlier(connection, profile, revision)?;
    let draft = |row: &rusqlite::Row<'_>| {
        Ok(StoredDraft {
            name: row.get(0)?,
            rows: from_json(&row.get::<_, String>(1)?)?,
            revision: unsigned(revision),
            base_rows: from_json(&row.get::<_, String>(2)?)?,
            base_version: row.get::<_, Option<i64>>(3)?.map(unsigned),
            base_etag: row.get(4)?,
            saved_at: instant(row.get(5)?)?,
            undo_depth,
        })
    };
    find.query_row(params![profile.0, revision], draft).optional()
}

fn earlier(connection: &Connection, profile: &ProfileId, revision: i64) -> Result<u64> {
    let mut count =
        connection.prepare_cached("SELECT count(*) FROM draft_revisions WHERE profile = ?1 AND revision < ?2")?;
    count.query_row(params![profile.0, revision], |row| row.get(0)).map(unsigned)
}

fn holds(stored: &StoredDraft, draft: &DraftToSave) -> bool {
    stored.name == draft.name
        && stored.rows == draft.rows
        && stored.base_rows == draft.base_rows
        && stored.base_version == draft.base_version
        && stored.base_etag == draft.base_etag
}

fn outdated(theirs: Option<StoredDraft>) -> DraftRefused {
    let failure = Failure::new(
        FailureKind::Outdated,
        "The draft was not saved",
        "Another window has changed it since; nothing was overwritten.",
        "Look at the other window's version, then take it over or save yours on top of it.",
    );
    DraftRefused::Outdated { failure, theirs: theirs.map(Box::new) }
}
