//! The rows of users. userName is compared without case (RFC 7643 §4.1.1); paging order is the order of creation.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};
use serde_json::{Map, Value};

use super::{Session, time, unreadable};

/// One provisioned user.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::sandbox) struct User {
    /// The id that the tenant gave.
    pub(in crate::sandbox) id: String,
    /// The whole SCIM resource as received, without `id` and `meta`.
    pub(in crate::sandbox) resource: Map<String, Value>,
    /// What landed: attribute name → value.
    pub(in crate::sandbox) profile: Map<String, Value>,
    /// `meta.created`.
    pub(in crate::sandbox) created: Timestamp,
    /// `meta.lastModified`.
    pub(in crate::sandbox) modified: Timestamp,
    /// Counts up with every change.
    pub(in crate::sandbox) version: i64,
}

impl User {
    /// The userName as last sent.
    pub(in crate::sandbox) fn user_name(&self) -> &str {
        self.resource.get("userName").and_then(Value::as_str).unwrap_or_default()
    }
}

const COLUMNS: &str = "id, resource, profile, created, modified, version";

impl Session<'_> {
    /// The user with an id.
    pub(in crate::sandbox) fn user(&self, id: &str) -> rusqlite::Result<Option<User>> {
        let mut query = self.0.prepare_cached(&format!("SELECT {COLUMNS} FROM users WHERE id = ?1"))?;
        query.query_row([id], read).optional()
    }

    /// The user with a userName, in any case.
    pub(in crate::sandbox) fn user_named(&self, user_name: &str) -> rusqlite::Result<Option<User>> {
        let mut query = self.0.prepare_cached(&format!("SELECT {COLUMNS} FROM users WHERE user_key = ?1"))?;
        query.query_row([key(user_name)], read).optional()
    }

    /// The users that their directory gave this id. A directory may give one twice.
    pub(in crate::sandbox) fn users_known_as(&self, external_id: &str) -> rusqlite::Result<Vec<(i64, User)>> {
        let mut query = self.0.prepare_cached(&format!(
            "SELECT {COLUMNS}, seq FROM users WHERE json_extract(resource, '$.externalId') = ?1 ORDER BY seq"
        ))?;
        query.query_map([external_id], numbered)?.collect()
    }

    /// The number of a user in the order of creation.
    pub(in crate::sandbox) fn user_seq(&self, id: &str) -> rusqlite::Result<Option<i64>> {
        self.0.prepare_cached("SELECT seq FROM users WHERE id = ?1")?.query_row([id], |row| row.get(0)).optional()
    }

    /// Users with their numbers in a stable order, after the one with this number.
    pub(in crate::sandbox) fn users_after(&self, after: i64, limit: u64) -> rusqlite::Result<Vec<(i64, User)>> {
        let mut query =
            self.0.prepare_cached(&format!("SELECT {COLUMNS}, seq FROM users WHERE seq > ?1 ORDER BY seq LIMIT ?2"))?;
        query.query_map([after, i64::try_from(limit).unwrap_or(i64::MAX)], numbered)?.collect()
    }

    /// How many users there are.
    pub(in crate::sandbox) fn count_users(&self) -> rusqlite::Result<u64> {
        self.0
            .prepare_cached("SELECT coalesce(sum(users), 0) FROM user_blocks")?
            .query_row([], |row| row.get::<_, i64>(0))
            .map(i64::unsigned_abs)
    }

    /// Users in a stable order. The way to a page far back leads over the counts of whole blocks.
    pub(in crate::sandbox) fn users(&self, offset: u64, limit: u64) -> rusqlite::Result<Vec<User>> {
        let bound = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let mut ahead = bound(offset);
        let mut blocks = self.0.prepare_cached("SELECT first, users FROM user_blocks ORDER BY first")?;
        let mut rows = blocks.query([])?;
        let first: i64 = loop {
            let Some(row) = rows.next()? else { return Ok(Vec::new()) };
            let users: i64 = row.get(1)?;
            if users > ahead {
                break row.get(0)?;
            }
            ahead -= users;
        };
        let mut query = self.0.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM users WHERE seq IN \
             (SELECT seq FROM users WHERE seq >= ?1 ORDER BY seq LIMIT ?2 OFFSET ?3) ORDER BY seq"
        ))?;
        query.query_map([first, bound(limit), ahead], read)?.collect()
    }

    /// Adds a user.
    pub(in crate::sandbox) fn add_user(&self, user: &User) -> rusqlite::Result<()> {
        self.0
            .prepare_cached(
                "INSERT INTO users (id, user_key, resource, profile, created, modified, version)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                user.id,
                key(user.user_name()),
                text(&user.resource)?,
                text(&user.profile)?,
                user.created.as_millisecond(),
                user.modified.as_millisecond(),
                user.version,
            ])
            .map(drop)
    }

    /// Replaces a user's row.
    pub(in crate::sandbox) fn keep_user(&self, user: &User) -> rusqlite::Result<()> {
        self.0
            .prepare_cached(
                "UPDATE users SET user_key = ?2, resource = ?3, profile = ?4, modified = ?5, version = ?6 WHERE id = ?1",
            )?
            .execute(params![
                user.id,
                key(user.user_name()),
                text(&user.resource)?,
                text(&user.profile)?,
                user.modified.as_millisecond(),
                user.version,
            ])
            .map(drop)
    }

    /// Removes a user.
    pub(in crate::sandbox) fn remove_user(&self, id: &str) -> rusqlite::Result<()> {
        self.0.prepare_cached("DELETE FROM users WHERE id = ?1")?.execute([id]).map(drop)
    }
}

pub(super) fn key(user_name: &str) -> String {
    user_name.to_lowercase()
}

pub(super) fn text(members: &Map<String, Value>) -> rusqlite::Result<String> {
    serde_json::to_string(members).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

pub(super) fn members(row: &Row<'_>, column: usize) -> rusqlite::Result<Map<String, Value>> {
    serde_json::from_str(row.get_ref(column)?.as_str()?).map_err(|error| unreadable(column, error))
}

fn numbered(row: &Row<'_>) -> rusqlite::Result<(i64, User)> {
    Ok((row.get(6)?, read(row)?))
}

fn read(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        id: row.get(0)?,
        resource: members(row, 1)?,
        profile: members(row, 2)?,
        created: time(row.get(3)?),
        modified: time(row.get(4)?),
        version: row.get(5)?,
    })
}
