//! Profiles: names are unique whatever their case; a removed one can be brought back until it is purged.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Result, params};

use super::{Console, from_json, records::mapped_since, to_json};
use crate::domain::{
    failure::{Failure, FailureKind},
    profile::{Profile, ProfileId},
    query::fold,
};

const READING: &str = "The profiles could not be read";

impl Console {
    /// The profiles by name, without removed ones.
    ///
    /// # Errors
    /// When the file is damaged or cannot be read.
    pub fn list_profiles(&self) -> std::result::Result<Vec<Profile>, Failure> {
        self.read(READING, |connection| {
            let mut list =
                connection.prepare_cached("SELECT body FROM profiles WHERE removed_at IS NULL ORDER BY folded, id")?;
            list.query_map([], |row| row.get::<_, String>(0))?.map(|body| from_json(&body?)).collect()
        })
    }

    /// Saves a profile, new or changed; a removed one of its id comes back.
    ///
    /// # Errors
    /// `Invalid` when another profile has the name, in whatever case; or when the file cannot be written.
    pub fn save_profile(&mut self, profile: &Profile) -> std::result::Result<(), Failure> {
        let folded = fold(profile.name.trim());
        self.write("The profile could not be saved", |transaction| {
            if is_taken(transaction, &folded, &profile.id)? {
                return Ok(Err(name_taken("The profile was not saved", &profile.name)));
            }
            transaction.execute(
                "INSERT INTO profiles (id, folded, body) VALUES (?1, ?2, ?3) \
                 ON CONFLICT (id) DO UPDATE SET folded = excluded.folded, body = excluded.body, removed_at = NULL",
                params![profile.id.0, folded, to_json(profile)?],
            )?;
            Ok(Ok(()))
        })?
    }

    /// Removes a profile; [`Console::restore_profile`] undoes it. Its draft stays until it is purged.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn remove_profile(&mut self, id: &ProfileId, now: Timestamp) -> std::result::Result<(), Failure> {
        self.write("The profile could not be removed", |transaction| {
            let removed = "UPDATE profiles SET removed_at = ?2 WHERE id = ?1 AND removed_at IS NULL";
            transaction.execute(removed, params![id.0, now.as_microsecond()])?;
            Ok(Ok(()))
        })?
    }

    /// Brings a removed profile back; `None` where it was purged meanwhile.
    ///
    /// # Errors
    /// `Invalid` when another profile has taken its name; or when the file cannot be written.
    pub fn restore_profile(&mut self, id: &ProfileId) -> std::result::Result<Option<Profile>, Failure> {
        self.write("The profile could not be restored", |transaction| {
            let find = "SELECT folded, body FROM profiles WHERE id = ?1";
            let found: Option<(String, String)> =
                transaction.query_row(find, [&id.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let Some((folded, body)) = found else { return Ok(Ok(None)) };
            let profile: Profile = from_json(&body)?;
            if is_taken(transaction, &folded, id)? {
                return Ok(Err(name_taken("The profile was not restored", &profile.name)));
            }
            transaction.execute("UPDATE profiles SET removed_at = NULL WHERE id = ?1", [&id.0])?;
            Ok(Ok(Some(profile)))
        })?
    }

    /// Deletes the profiles removed before an instant, with their drafts, for good. The answer names them, so that their
    /// tokens and requests can be deleted too.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn purge_removed(&mut self, before: Timestamp) -> std::result::Result<Vec<ProfileId>, Failure> {
        self.write("The removed profiles could not be deleted", |transaction| {
            let mut find =
                transaction.prepare("SELECT id FROM profiles WHERE removed_at < ?1 ORDER BY removed_at, id")?;
            let removed: Vec<String> =
                find.query_map([before.as_microsecond()], |row| row.get(0))?.collect::<Result<_>>()?;
            for id in &removed {
                for delete in [
                    "DELETE FROM draft_revisions WHERE profile = ?1",
                    "DELETE FROM draft_bases WHERE profile = ?1",
                    "DELETE FROM profiles WHERE id = ?1",
                ] {
                    transaction.execute(delete, [id])?;
                }
                transaction.execute("DELETE FROM settings WHERE key = ?1", [mapped_since(id)])?;
            }
            Ok(Ok(removed.into_iter().map(ProfileId).collect()))
        })?
    }
}

fn is_taken(connection: &Connection, folded: &str, id: &ProfileId) -> Result<bool> {
    let find = "SELECT 1 FROM profiles WHERE folded = ?1 AND id <> ?2 AND removed_at IS NULL";
    Ok(connection.query_row(find, [folded, &id.0], |_| Ok(())).optional()?.is_some())
}

fn name_taken(what: &'static str, name: &str) -> Failure {
    let meaning = format!("Another profile is already named “{}”.", name.trim());
    Failure::new(FailureKind::Invalid, what, meaning, "Choose another name.")
}
