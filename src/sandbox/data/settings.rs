//! The rows that the tenant's staff changes: mappings, custom fields and tokens. A token's value is never among them.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use super::{Session, time, unreadable};
use crate::domain::mapping::MappingRow;
use crate::domain::tenant::{CustomField, TenantMappings, TokenInfo};

/// A token to add.
pub(in crate::sandbox) struct NewToken {
    pub(in crate::sandbox) info: TokenInfo,
    /// SHA-256 of its value.
    pub(in crate::sandbox) hash: [u8; 32],
}

impl Session<'_> {
    /// The mappings in force.
    pub(in crate::sandbox) fn mappings(&self) -> rusqlite::Result<TenantMappings> {
        let mut query =
            self.0.prepare_cached("SELECT version, mappings FROM mapping_sets ORDER BY version DESC LIMIT 1")?;
        query.query_row([], |row| {
            let version = row.get::<_, i64>(0)?.unsigned_abs();
            let mappings = serde_json::from_str(row.get_ref(1)?.as_str()?).map_err(|error| unreadable(1, error))?;
            Ok(TenantMappings { version, mappings, etag: Some(format!("\"{version}\"")) })
        })
    }

    /// Puts a new set of mappings in force.
    pub(in crate::sandbox) fn keep_mappings(&self, rows: &[MappingRow], at: Timestamp) -> rusqlite::Result<()> {
        let text =
            serde_json::to_string(rows).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        self.0
            .prepare_cached("INSERT INTO mapping_sets SELECT max(version) + 1, ?1, ?2 FROM mapping_sets")?
            .execute(params![text, at.as_millisecond()])
            .map(drop)
    }

    /// The custom fields, by ref.
    pub(in crate::sandbox) fn custom_fields(&self) -> rusqlite::Result<Vec<CustomField>> {
        let mut query = self.0.prepare_cached("SELECT ref, label, kind FROM custom_fields ORDER BY ref")?;
        let field = |row: &Row<'_>| Ok(CustomField { reference: row.get(0)?, label: row.get(1)?, kind: row.get(2)? });
        query.query_map([], field)?.collect()
    }

    /// Adds a custom field; false when its ref is taken.
    pub(in crate::sandbox) fn add_custom_field(&self, field: &CustomField) -> rusqlite::Result<bool> {
        self.0
            .prepare_cached("INSERT OR IGNORE INTO custom_fields (ref, label, kind) VALUES (?1, ?2, ?3)")?
            .execute(params![field.reference, field.label, field.kind])
            .map(|added| added == 1)
    }

    /// The tokens, oldest first.
    pub(in crate::sandbox) fn tokens(&self) -> rusqlite::Result<Vec<TokenInfo>> {
        let mut query =
            self.0.prepare_cached("SELECT id, name, created, expires, last_used FROM tokens ORDER BY rowid")?;
        query.query_map([], read)?.collect()
    }

    /// The token whose value has this hash.
    pub(in crate::sandbox) fn token(&self, hash: &[u8; 32]) -> rusqlite::Result<Option<TokenInfo>> {
        let mut query =
            self.0.prepare_cached("SELECT id, name, created, expires, last_used FROM tokens WHERE hash = ?1")?;
        query.query_row([hash.as_slice()], read).optional()
    }

    /// Adds a token.
    pub(in crate::sandbox) fn add_token(&self, NewToken { info, hash }: &NewToken) -> rusqlite::Result<()> {
        self.0
            .prepare_cached("INSERT INTO tokens (id, name, hash, created, expires) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![
                info.id,
                info.name,
                hash.as_slice(),
                info.created_at.as_millisecond(),
                info.expires_at.map(Timestamp::as_millisecond),
            ])
            .map(drop)
    }

    /// Notes that a token was used.
    pub(in crate::sandbox) fn token_used(&self, id: &str, at: Timestamp) -> rusqlite::Result<()> {
        self.0
            .prepare_cached("UPDATE tokens SET last_used = ?2 WHERE id = ?1")?
            .execute(params![id, at.as_millisecond()])
            .map(drop)
    }

    /// A token with the hash of its value, to put it back after it was taken out of use.
    pub(in crate::sandbox) fn whole_token(&self, id: &str) -> rusqlite::Result<Option<NewToken>> {
        let mut query =
            self.0.prepare_cached("SELECT id, name, created, expires, last_used, hash FROM tokens WHERE id = ?1")?;
        query.query_row([id], |row| Ok(NewToken { info: read(row)?, hash: row.get(5)? })).optional()
    }

    /// Takes a token out of use; false when there is none with this id.
    pub(in crate::sandbox) fn remove_token(&self, id: &str) -> rusqlite::Result<bool> {
        self.0.prepare_cached("DELETE FROM tokens WHERE id = ?1")?.execute([id]).map(|removed| removed == 1)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<TokenInfo> {
    let moment = |column: usize| row.get::<_, Option<i64>>(column).map(|value| value.map(time));
    Ok(TokenInfo {
        id: row.get(0)?,
        name: row.get(1)?,
        created_at: time(row.get(2)?),
        expires_at: moment(3)?,
        last_used_at: moment(4)?,
    })
}
