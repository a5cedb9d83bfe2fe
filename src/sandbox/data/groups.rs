//! The rows of groups and of who is in them. A member is an id and what the directory calls it; whoever is gone is in no
//! group any more.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};
use serde_json::{Map, Value};

use super::{Session, time, users::members, users::text};

/// One group, without its members.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::sandbox) struct Group {
    /// The id that the tenant gave.
    pub(in crate::sandbox) id: String,
    /// The SCIM resource without `id`, `meta` and `members`.
    pub(in crate::sandbox) resource: Map<String, Value>,
    /// `meta.created`.
    pub(in crate::sandbox) created: Timestamp,
    /// `meta.lastModified`.
    pub(in crate::sandbox) modified: Timestamp,
    /// Counts up with every change.
    pub(in crate::sandbox) version: i64,
}

/// Who is in a group, as the directory said it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::sandbox) struct Member {
    pub(in crate::sandbox) id: String,
    pub(in crate::sandbox) display: Option<String>,
}

const COLUMNS: &str = "id, resource, created, modified, version";

impl Session<'_> {
    /// The group with an id.
    pub(in crate::sandbox) fn group(&self, id: &str) -> rusqlite::Result<Option<Group>> {
        let mut query = self.0.prepare_cached(&format!("SELECT {COLUMNS} FROM groups WHERE id = ?1"))?;
        query.query_row([id], read).optional()
    }

    /// How many groups there are.
    pub(in crate::sandbox) fn count_groups(&self) -> rusqlite::Result<u64> {
        let mut query = self.0.prepare_cached("SELECT count(*) FROM groups")?;
        query.query_row([], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
    }

    /// Groups with their numbers in a stable order, after the one with this number.
    pub(in crate::sandbox) fn groups_after(
        &self,
        after: i64,
        offset: u64,
        limit: u64,
    ) -> rusqlite::Result<Vec<(i64, Group)>> {
        let bound = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let mut query = self.0.prepare_cached(&format!(
            "SELECT {COLUMNS}, seq FROM groups WHERE seq > ?1 ORDER BY seq LIMIT ?2 OFFSET ?3"
        ))?;
        query.query_map([after, bound(limit), bound(offset)], |row| Ok((row.get(5)?, read(row)?)))?.collect()
    }

    /// Who is in a group, in the order in which they came, each with the type of resource that it is; none is of an id
    /// that this tenant never gave.
    pub(in crate::sandbox) fn members(&self, group: &str) -> rusqlite::Result<Vec<(Member, Option<String>)>> {
        let mut query = self.0.prepare_cached(
            "SELECT m.member, m.display, CASE WHEN u.seq IS NOT NULL THEN 'User'
                 WHEN EXISTS (SELECT 1 FROM groups g WHERE g.id = m.member) THEN 'Group' END
             FROM group_members m LEFT JOIN users u ON u.id = m.member WHERE m.group_id = ?1 ORDER BY m.position",
        )?;
        let member = |row: &Row<'_>| Ok((Member { id: row.get(0)?, display: row.get(1)? }, row.get(2)?));
        query.query_map([group], member)?.collect()
    }

    /// The groups that an id is a member of, with what they are called.
    pub(in crate::sandbox) fn groups_of(&self, member: &str) -> rusqlite::Result<Vec<(String, Option<String>)>> {
        let mut query = self.0.prepare_cached(
            "SELECT g.id, json_extract(g.resource, '$.displayName')
             FROM group_members m JOIN groups g ON g.id = m.group_id WHERE m.member = ?1 ORDER BY g.seq",
        )?;
        query.query_map([member], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    }

    /// Adds a group without members.
    pub(in crate::sandbox) fn add_group(&self, group: &Group) -> rusqlite::Result<()> {
        self.0
            .prepare_cached(
                "INSERT INTO groups (id, resource, created, modified, version) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                group.id,
                text(&group.resource)?,
                group.created.as_millisecond(),
                group.modified.as_millisecond(),
                group.version,
            ])
            .map(drop)
    }

    /// Replaces a group's row.
    pub(in crate::sandbox) fn keep_group(&self, group: &Group) -> rusqlite::Result<()> {
        self.0
            .prepare_cached("UPDATE groups SET resource = ?2, modified = ?3, version = ?4 WHERE id = ?1")?
            .execute(params![group.id, text(&group.resource)?, group.modified.as_millisecond(), group.version])
            .map(drop)
    }

    /// Takes a member out of a group.
    pub(in crate::sandbox) fn leave(&self, group: &str, member: &str) -> rusqlite::Result<()> {
        self.0
            .prepare_cached("DELETE FROM group_members WHERE group_id = ?1 AND member = ?2")?
            .execute([group, member])
            .map(drop)
    }

    /// Puts a member into a group, after those who are in it.
    pub(in crate::sandbox) fn join(&self, group: &str, member: &Member) -> rusqlite::Result<()> {
        self.0
            .prepare_cached(
                "INSERT INTO group_members SELECT ?1, coalesce(max(position), 0) + 1, ?2, ?3
                 FROM group_members WHERE group_id = ?1",
            )?
            .execute(params![group, member.id, member.display])
            .map(drop)
    }

    /// Removes a group, and it from all others.
    pub(in crate::sandbox) fn remove_group(&self, id: &str) -> rusqlite::Result<()> {
        self.0.prepare_cached("DELETE FROM group_members WHERE group_id = ?1")?.execute([id])?;
        self.0.prepare_cached("DELETE FROM groups WHERE id = ?1")?.execute([id]).map(drop)
    }

    /// What is shown of a user changes with its groups, so its version and its time do too.
    pub(in crate::sandbox) fn touch_user(&self, id: &str, at: Timestamp) -> rusqlite::Result<()> {
        self.0
            .prepare_cached("UPDATE users SET version = version + 1, modified = ?2 WHERE id = ?1")?
            .execute(params![id, at.as_millisecond()])
            .map(drop)
    }

    /// Takes whoever is gone out of every group.
    pub(in crate::sandbox) fn leave_all(&self, member: &str, at: Timestamp) -> rusqlite::Result<()> {
        self.0
            .prepare_cached(
                "UPDATE groups SET version = version + 1, modified = ?2
                 WHERE id IN (SELECT group_id FROM group_members WHERE member = ?1)",
            )?
            .execute(params![member, at.as_millisecond()])?;
        self.0.prepare_cached("DELETE FROM group_members WHERE member = ?1")?.execute([member]).map(drop)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Group> {
    Ok(Group {
        id: row.get(0)?,
        resource: members(row, 1)?,
        created: time(row.get(2)?),
        modified: time(row.get(3)?),
        version: row.get(4)?,
    })
}
