//! From schema 1, one row a record, to schema 2. Keys are given anew, in the old order; nothing else of a record changes.
//! It runs within one transaction, after a copy of the file was made.

use rusqlite::{Connection, Result, Row as SqlRow, Transaction, params};
use rusqlite_migration::HookResult;

use super::{
    append::{put_block, put_segment},
    builder::Builder,
    line::Line,
    payload::{Block, decompress},
    projection::{CHUNK, key},
};
use crate::{
    domain::{failure::Failure, journal::Summary},
    store::{
        codes::{Code, instant, unsigned},
        database::Database,
    },
};

/// Moves every record of schema 1 into the tables of schema 2, and drops the old ones.
pub(super) fn carry_over(transaction: &Transaction<'_>) -> HookResult {
    let profiles: Vec<(i64, String)> = transaction
        .prepare("SELECT number, id FROM profiles_1 ORDER BY number")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_>>()?;
    for (old, id) in profiles {
        transaction.execute("INSERT INTO profiles (id) VALUES (?1)", [&id])?;
        carry_profile(transaction, old, transaction.last_insert_rowid())?;
    }
    transaction.execute_batch(
        "DROP TABLE payloads; DROP TABLE records; DROP TABLE attribute_members; DROP TABLE attribute_sets;
         DROP TABLE texts; DROP TABLE profiles_1;",
    )?;
    Ok(())
}

fn carry_profile(connection: &Connection, old: i64, profile: i64) -> Result<()> {
    let mut select = connection.prepare(
        "SELECT r.source, r.source_id, r.at, r.method, r.path, r.status, r.outcome, r.operation, u.text, r.resource_id, \
         e.text, d.text, r.duration_ms, c.text, coalesce(a.names, ''), r.has_exchange, p.body FROM records r \
         LEFT JOIN texts u ON u.id = r.user LEFT JOIN texts e ON e.id = r.error LEFT JOIN texts d ON d.id = r.detail \
         LEFT JOIN texts c ON c.id = r.client LEFT JOIN attribute_sets a ON a.id = r.attributes \
         LEFT JOIN payloads p ON p.key = r.key WHERE +r.profile = ?1 ORDER BY r.key",
    )?;
    let mut rows = select.query([old])?;
    let (mut next, mut first, mut first_of_block) = (1_u32, 1, 1);
    let (mut builder, mut block) = (Builder::default(), Block::default());
    while let Some(row) = rows.next()? {
        builder.push(&line(row)?);
        match row.get_ref(16)?.as_blob_or_null().map_err(rusqlite::Error::from)? {
            Some(body) => block.push(&decompress(body)?),
            None => block.push(&[]),
        }
        next += 1;
        if block.is_full() {
            write_block(connection, profile, first_of_block, std::mem::take(&mut block))?;
            first_of_block = next;
        }
        if (next as usize).is_multiple_of(CHUNK) || builder.is_full() {
            put_segment(connection, key(profile, first), 1, std::mem::take(&mut builder))?;
            first = next;
        }
    }
    write_block(connection, profile, first_of_block, block)?;
    if first < next {
        put_segment(connection, key(profile, first), 1, builder)?;
    }
    connection.execute(
        "UPDATE profiles SET records = ?2, next = ?3, change = 1 WHERE number = ?1",
        params![profile, next - 1, next],
    )?;
    Ok(())
}

fn write_block(connection: &Connection, profile: i64, first: u32, mut block: Block) -> Result<()> {
    match block.pack()? {
        Some(body) => put_block(connection, key(profile, first), &body),
        None => Ok(()),
    }
}

fn line(row: &SqlRow<'_>) -> Result<Line> {
    let summary = Summary {
        id: row.get(1)?,
        at: instant(row.get(2)?)?,
        method: row.get(3)?,
        path: row.get(4)?,
        status: row.get(5)?,
        outcome: Code::from_code(row.get(6)?)?,
        operation: Code::from_code(row.get(7)?)?,
        user: row.get(8)?,
        resource_id: row.get(9)?,
        scim_type: row.get(10)?,
        detail: row.get(11)?,
        duration_ms: row.get::<_, Option<i64>>(12)?.map(unsigned),
        client: row.get(13)?,
    };
    let source = Code::from_code(row.get(0)?)?;
    Ok(Line::new(source, summary, row.get(14)?, row.get(15)?))
}

/// A file that was made before free pages were given back is written anew, once. Where another window keeps it from
/// that, the next start tries again.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn make_room(database: &Database) -> std::result::Result<(), Failure> {
    let work = |connection: &Connection| -> Result<()> {
        let mode: i64 = connection.pragma_query_value(None, "auto_vacuum", |row| row.get(0))?;
        if mode == 0 {
            connection.pragma_update(None, "auto_vacuum", "incremental")?;
            // The copy that SQLite makes meanwhile may be as large as the file.
            connection.pragma_update(None, "temp_store", "file")?;
            if let Err(error) = connection.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)") {
                tracing::warn!(%error, "the journal keeps its free pages until the next start");
            }
            connection.pragma_update(None, "temp_store", "memory")?;
        }
        Ok(())
    };
    work(&database.connection).map_err(|error| database.failure("The journal could not be opened", &error))
}
