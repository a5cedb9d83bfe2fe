//! Lines of a tenant's log whose bodies were not fetched yet.
//! Only the newest lines are looked at: an old gap is filled when somebody opens the line.

use super::Journal;
use crate::{
    domain::{failure::Failure, journal::Source, profile::ProfileId},
    store::codes::Code as _,
};

impl Journal {
    /// The tenant's ids of those of the newest `most` lines that came without their exchange, newest first.
    ///
    /// # Errors
    /// When the file is damaged or the call was interrupted.
    pub fn incomplete(&self, profile: &ProfileId, most: usize) -> Result<Vec<String>, Failure> {
        self.ask(profile, |projection, _| {
            let Some(projection) = projection else { return Ok(Vec::new()) };
            let bare = |number: &u32| {
                let kind = projection.kind_of(*number);
                kind.is_some_and(|kind| i64::from(kind.source) == Source::Tenant.code() && !kind.has_exchange)
            };
            let newest = projection.newest_first().take(most).filter(bare);
            Ok(newest.filter_map(|number| Some(projection.id_of(number)?.1.to_string())).collect())
        })
    }
}
