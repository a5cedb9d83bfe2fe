//! Lines of a tenant's log whose bodies were not fetched yet.

use rusqlite::params;

use super::{Journal, profile_number};
use crate::{
    domain::{failure::Failure, journal::Source, profile::ProfileId},
    store::codes::Code,
};

impl Journal {
    /// The tenant's ids of the newest lines without their exchange, newest first.
    ///
    /// # Errors
    /// When the file is damaged or the call was interrupted.
    pub fn incomplete(&self, profile: &ProfileId, most: usize) -> Result<Vec<String>, Failure> {
        self.read(|connection| {
            let Some(number) = profile_number(connection, profile)? else { return Ok(Vec::new()) };
            // Among the newest lines only: an old gap is filled when somebody opens the line.
            let mut find = connection.prepare_cached(
                "SELECT source_id FROM (SELECT source_id, source, has_exchange, at, key FROM records \
                 WHERE profile = ?1 ORDER BY at DESC, key DESC LIMIT ?3) \
                 WHERE source = ?2 AND NOT has_exchange ORDER BY at DESC, key DESC",
            )?;
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            find.query_map(params![number, Source::Tenant.code(), most], |row| row.get(0))?.collect()
        })
    }
}
