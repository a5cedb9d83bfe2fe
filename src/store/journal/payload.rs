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

/// Makes stored forms; one for many records, since setting up the compressor costs more than a record does.
pub(super) struct Packer(zstd::bulk::Compressor<'static>);

impl Packer {
    pub(super) fn new() -> Result<Self> {
        zstd::bulk::Compressor::new(LEVEL).map(Self).map_err(unwritable)
    }

    /// The stored form of what stands behind a record; `None` where nothing does.
    pub(super) fn pack(&mut self, record: &Record) -> Result<Option<Vec<u8>>> {
        let Record { exchange, landing, event, .. } = record;
        if exchange.is_none() && landing.is_none() && event.is_none() {
            return Ok(None);
        }
        let written = Written { exchange: exchange.as_ref(), landing: landing.as_ref(), event: event.as_ref() };
        let json = serde_json::to_vec(&written).map_err(unwritable)?;
        self.0.compress(&json).map(Some).map_err(unwritable)
    }
}

fn unwritable(error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(Box::new(error))
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
