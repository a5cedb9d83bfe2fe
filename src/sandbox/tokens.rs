//! Bearer tokens: making them, hashing them and recognising them. Only the SHA-256 of a value is ever kept.

use axum::http::{HeaderMap, header::AUTHORIZATION};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::data::{NewToken, Session};
use super::error::TokenFault;
use crate::domain::secret::Secret;
use crate::domain::tenant::TokenInfo;

/// How exact "last used" is.
const LAST_USED_STEP: SignedDuration = SignedDuration::from_secs(60);

/// A random value: 244 bits from the system's generator.
pub(super) fn random() -> Secret {
    Secret::new(&format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()))
}

/// Adds a token to the tenant; one that it has already is left as it is.
pub(super) fn add(
    session: &Session<'_>,
    name: &str,
    value: &Secret,
    now: Timestamp,
    expires_at: Option<Timestamp>,
) -> rusqlite::Result<TokenInfo> {
    let hash = hash(value.expose());
    if let Some(known) = session.token(&hash)? {
        return Ok(known);
    }
    let info = TokenInfo {
        id: format!("tok_{}", &Uuid::new_v4().simple().to_string()[..12]),
        name: name.to_owned(),
        created_at: now,
        expires_at,
        last_used_at: None,
    };
    session.add_token(&NewToken { info: info.clone(), hash })?;
    Ok(info)
}

/// The token that a request carries, if the tenant accepts it.
pub(super) fn recognise(
    session: &Session<'_>,
    headers: &HeaderMap,
    now: Timestamp,
) -> rusqlite::Result<Result<TokenInfo, TokenFault>> {
    match headers.get(AUTHORIZATION).and_then(|value| bearer(value.to_str().ok()?)) {
        Some(value) => recognise_value(session, value, now),
        None => Ok(Err(TokenFault::Missing)),
    }
}

/// The token of a value, if the tenant accepts it.
pub(super) fn recognise_value(
    session: &Session<'_>,
    value: &str,
    now: Timestamp,
) -> rusqlite::Result<Result<TokenInfo, TokenFault>> {
    recognise_hash(session, &hash(value), now)
}

/// The same by what is kept of the value.
pub(super) fn recognise_hash(
    session: &Session<'_>,
    hash: &[u8; 32],
    now: Timestamp,
) -> rusqlite::Result<Result<TokenInfo, TokenFault>> {
    let Some(token) = session.token(hash)? else { return Ok(Err(TokenFault::Unknown)) };
    if token.expires_at.is_some_and(|end| end <= now) {
        return Ok(Err(TokenFault::Expired));
    }
    if token.last_used_at.is_none_or(|last| now.duration_since(last) >= LAST_USED_STEP) {
        session.token_used(&token.id, now)?;
    }
    Ok(Ok(token))
}

/// RFC 6750 §2.1; the scheme is case-insensitive (RFC 9110 §11.1).
pub(super) fn bearer(header: &str) -> Option<&str> {
    let (scheme, value) = header.split_once(' ')?;
    let value = value.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !value.is_empty()).then_some(value)
}

/// What is kept of a value.
pub(super) fn hash(value: &str) -> [u8; 32] {
    Sha256::digest(value.as_bytes()).into()
}
