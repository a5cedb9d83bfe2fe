//! The rows of the request log. Ids count up and are never used twice; the oldest rows go when the log is full.

use std::borrow::Cow;

use jiff::Timestamp;
use rusqlite::types::Value as Sql;
use rusqlite::{OptionalExtension as _, Row, params, params_from_iter};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::super::support;
use super::{Session, time, unreadable, users::key};
use crate::domain::exchange::{Headers, Outcome};
use crate::domain::landing::Landing;

/// How many exchanges the log keeps.
const KEPT: i64 = 50_000;
/// How often the oldest are taken out.
const SWEEP: i64 = 500;

/// One line of the log, as the support API lists it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RequestSummary)]
pub(in crate::sandbox) struct Entry {
    /// Ids sort as text in the order of arrival.
    #[schema(example = "000000004711")]
    pub(in crate::sandbox) id: String,
    /// When it came.
    #[schema(value_type = String, format = DateTime)]
    pub(in crate::sandbox) at: Timestamp,
    #[schema(example = "POST")]
    pub(in crate::sandbox) method: String,
    /// With its query.
    #[schema(example = "/scim/v2/Users")]
    pub(in crate::sandbox) path: String,
    /// The status that was answered.
    #[schema(example = 409)]
    pub(in crate::sandbox) status: u16,
    #[schema(value_type = support::Outcome)]
    pub(in crate::sandbox) outcome: &'static str,
    /// What it does in the words of provisioning: create, match, read, list, update, set-manager, deactivate, activate,
    /// delete, discover or other.
    #[schema(example = "create")]
    pub(in crate::sandbox) operation: String,
    /// The userName that it concerns; null when it names none.
    #[schema(required, example = "jane@example.com")]
    pub(in crate::sandbox) user: Option<String>,
    /// The id of the resource; null when there is none.
    #[schema(required)]
    pub(in crate::sandbox) resource_id: Option<String>,
    /// The error's `scimType` (RFC 7644 §3.12).
    #[schema(required, example = "uniqueness")]
    pub(in crate::sandbox) scim_type: Option<String>,
    /// The error's detail, or what was dropped.
    #[schema(required)]
    pub(in crate::sandbox) detail: Option<String>,
    pub(in crate::sandbox) duration_ms: u64,
    /// Who sent it: Entra, Okta, Console or the product of its User-Agent.
    #[schema(example = "Entra")]
    pub(in crate::sandbox) client: String,
    /// Which token was used; null when it is unknown or missing.
    #[schema(required)]
    pub(in crate::sandbox) token_id: Option<String>,
}

/// One side of an exchange; never an Authorization header.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Message)]
pub(in crate::sandbox) struct Recorded {
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub(in crate::sandbox) headers: Headers,
    /// JSON as it was sent, text that is not JSON as a string, null when there was none.
    pub(in crate::sandbox) body: Value,
}

/// A line of the log with all that was said.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Request)]
pub(in crate::sandbox) struct Exchange {
    #[serde(flatten)]
    pub(in crate::sandbox) entry: Entry,
    pub(in crate::sandbox) request: Recorded,
    pub(in crate::sandbox) response: Recorded,
    #[serde(rename = "mapping")]
    #[schema(value_type = support::Landing)]
    pub(in crate::sandbox) landing: Landing,
}

/// An exchange to record; bodies are JSON text.
pub(in crate::sandbox) struct NewExchange<'x> {
    pub(in crate::sandbox) entry: Entry,
    pub(in crate::sandbox) request_headers: Headers,
    pub(in crate::sandbox) request_body: Cow<'x, str>,
    pub(in crate::sandbox) response_headers: Headers,
    pub(in crate::sandbox) response_body: Cow<'x, str>,
    pub(in crate::sandbox) landing: &'x Landing,
}

/// Which lines to list, newest first.
#[derive(Debug, Clone, Default)]
pub(in crate::sandbox) struct Page {
    pub(in crate::sandbox) limit: usize,
    /// Only lines older than this one.
    pub(in crate::sandbox) before: Option<i64>,
    pub(in crate::sandbox) since: Option<Timestamp>,
    pub(in crate::sandbox) until: Option<Timestamp>,
    pub(in crate::sandbox) outcome: Option<Outcome>,
    pub(in crate::sandbox) user: Option<String>,
    /// First and last status.
    pub(in crate::sandbox) status: Option<(u16, u16)>,
}

const COLUMNS: &str = "id, at, method, path, status, outcome, operation, user, resource_id, scim_type, detail, \
                       duration_ms, client, token_id";

impl Session<'_> {
    /// Adds an exchange to the log and gives its number.
    pub(in crate::sandbox) fn record(&self, new: &NewExchange<'_>) -> rusqlite::Result<i64> {
        let entry = &new.entry;
        self.0
            .prepare_cached(
                "INSERT INTO exchanges (at, method, path, status, outcome, operation, user, user_key, resource_id, \
                 scim_type, detail, duration_ms, client, token_id, request_headers, request_body, response_headers, \
                 response_body, landing) \
                 VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19)",
            )?
            .execute(params![
                entry.at.as_millisecond(),
                entry.method,
                entry.path,
                entry.status,
                entry.outcome,
                entry.operation,
                entry.user,
                entry.user.as_deref().map(key),
                entry.resource_id,
                entry.scim_type,
                entry.detail,
                i64::try_from(entry.duration_ms).unwrap_or(i64::MAX),
                entry.client,
                entry.token_id,
                json(&new.request_headers)?,
                new.request_body,
                json(&new.response_headers)?,
                new.response_body,
                json(new.landing)?,
            ])?;
        let mut number = self.0.last_insert_rowid();
        if number == 1 {
            number = self.above_floor(number)?;
        }
        if number % SWEEP == 0 {
            self.0.prepare_cached("DELETE FROM exchanges WHERE id <= ?1")?.execute([number - KEPT])?;
            self.forget_old_exchanges(entry.at)?;
        }
        Ok(number)
    }

    /// How many exchanges the log holds.
    pub(in crate::sandbox) fn count_exchanges(&self) -> rusqlite::Result<u64> {
        self.0
            .prepare_cached("SELECT count(*) FROM exchanges")?
            .query_row([], |row| row.get::<_, i64>(0))
            .map(i64::unsigned_abs)
    }

    /// The number of the newest exchange there was, 0 when there was none.
    pub(in crate::sandbox) fn newest_exchange(&self) -> rusqlite::Result<i64> {
        let newest: Option<i64> =
            self.0.prepare_cached("SELECT max(id) FROM exchanges")?.query_row([], |row| row.get(0))?;
        newest.map_or_else(|| self.exchange_floor(), Ok)
    }

    /// One exchange with its payloads.
    pub(in crate::sandbox) fn exchange(&self, number: i64) -> rusqlite::Result<Option<Exchange>> {
        let mut query = self.0.prepare_cached(&format!(
            "SELECT {COLUMNS}, request_headers, request_body, response_headers, response_body, landing \
             FROM exchanges WHERE id = ?1"
        ))?;
        query.query_row([number], read_whole).optional()
    }

    /// A page of the log, newest first, and the number to go on before, if there is more.
    pub(in crate::sandbox) fn exchanges(&self, page: &Page) -> rusqlite::Result<(Vec<Entry>, Option<i64>)> {
        let mut conditions = Vec::new();
        let mut values: Vec<Sql> = Vec::new();
        let mut also = |condition: &'static str, value: Sql| {
            conditions.push(condition);
            values.push(value);
        };
        if let Some(number) = page.before {
            also("id < ?", number.into());
        }
        if let Some(at) = page.since {
            also("at >= ?", at.as_millisecond().into());
        }
        if let Some(at) = page.until {
            also("at < ?", at.as_millisecond().into());
        }
        if let Some(outcome) = page.outcome {
            also("outcome = ?", outcome.key().to_owned().into());
        }
        if let Some(user) = &page.user {
            also("user_key = ?", key(user).into());
        }
        if let Some((first, last)) = page.status {
            also("status >= ?", i64::from(first).into());
            also("status <= ?", i64::from(last).into());
        }
        values.push(i64::try_from(page.limit + 1).unwrap_or(i64::MAX).into());
        let all = if conditions.is_empty() { "TRUE".to_owned() } else { conditions.join(" AND ") };
        let sql = format!("SELECT {COLUMNS} FROM exchanges WHERE {all} ORDER BY id DESC LIMIT ?");
        let mut query = self.0.prepare_cached(&sql)?;
        let rows = query.query_map(params_from_iter(values), |row| Ok((row.get::<_, i64>(0)?, read(row)?)))?;
        let mut rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
        let more = rows.len() > page.limit;
        rows.truncate(page.limit);
        let next = rows.last().filter(|_| more).map(|(number, _)| *number);
        Ok((rows.into_iter().map(|(_, entry)| entry).collect(), next))
    }

    /// The next exchanges after a number, oldest first, each with its number.
    pub(in crate::sandbox) fn exchanges_after(&self, number: i64, limit: u32) -> rusqlite::Result<Vec<(i64, Entry)>> {
        let mut query =
            self.0.prepare_cached(&format!("SELECT {COLUMNS} FROM exchanges WHERE id > ?1 ORDER BY id LIMIT ?2"))?;
        query.query_map(params![number, limit], |row| Ok((row.get(0)?, read(row)?)))?.collect()
    }
}

fn json(value: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

fn read(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let outcome = row.get_ref(5)?.as_str().ok().and_then(Outcome::from_key).unwrap_or(Outcome::Failure);
    Ok(Entry {
        // Padded, so that ids sort as text in the order of arrival.
        id: format!("{:012}", row.get::<_, i64>(0)?),
        at: time(row.get(1)?),
        method: row.get(2)?,
        path: row.get(3)?,
        status: row.get(4)?,
        outcome: outcome.key(),
        operation: row.get(6)?,
        user: row.get(7)?,
        resource_id: row.get(8)?,
        scim_type: row.get(9)?,
        detail: row.get(10)?,
        duration_ms: row.get::<_, i64>(11)?.unsigned_abs(),
        client: row.get(12)?,
        token_id: row.get(13)?,
    })
}

fn read_whole(row: &Row<'_>) -> rusqlite::Result<Exchange> {
    fn column<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
        serde_json::from_str(row.get_ref(column)?.as_str()?).map_err(|error| unreadable(column, error))
    }
    Ok(Exchange {
        entry: read(row)?,
        request: Recorded { headers: column(row, 14)?, body: column(row, 15)? },
        response: Recorded { headers: column(row, 16)?, body: column(row, 17)? },
        landing: column(row, 18)?,
    })
}
