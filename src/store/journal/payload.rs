//! What stands behind a line, as it is stored: JSON, compressed. A payload is never larger than can be held in memory.

use std::io::Read as _;

use rusqlite::Result;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    domain::{exchange::Exchange, journal::Record, landing::Landing},
    store::fault,
};

/// The fastest level: higher ones were not smaller on provisioning logs.
const LEVEL: i32 = 1;
/// Largest payload that is read back, bytes of JSON.
const MAX_BYTES: u64 = 256 << 20;

#[derive(Serialize)]
struct Written<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    exchange: Option<&'a Exchange>,
    #[serde(skip_serializing_if = "Option::is_none")]
    landing: Option<&'a Landing>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<&'a Value>,
}

/// What stands behind a line.
#[derive(Default, Deserialize)]
pub(super) struct Payload {
    #[serde(default)]
    pub(super) exchange: Option<Exchange>,
    #[serde(default)]
    pub(super) landing: Option<Landing>,
    #[serde(default)]
    pub(super) event: Option<Value>,
}

/// The stored form of what stands behind a record; `None` where nothing does.
pub(super) fn pack(record: &Record) -> Result<Option<Vec<u8>>> {
    let payload =
        Written { exchange: record.exchange.as_ref(), landing: record.landing.as_ref(), event: record.event.as_ref() };
    if payload.exchange.is_none() && payload.landing.is_none() && payload.event.is_none() {
        return Ok(None);
    }
    let json = serde_json::to_vec(&payload).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    let packed = zstd::bulk::compress(&json, LEVEL);
    packed.map(Some).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

/// Reads the stored form.
pub(super) fn unpack(stored: Option<&[u8]>) -> Result<Payload> {
    let Some(stored) = stored else { return Ok(Payload::default()) };
    let mut json = Vec::new();
    zstd::Decoder::with_buffer(stored)
        .and_then(|decoder| decoder.take(MAX_BYTES).read_to_end(&mut json))
        .map_err(fault::unreadable)?;
    serde_json::from_slice(&json).map_err(fault::unreadable)
}
