//! What the console wrote to a tenant, for whoever asks later. An entry never holds a token or a request's body.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::profile::ProfileId;

/// One write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// When it was sent.
    pub at: Timestamp,
    /// To which profile's tenant.
    pub profile: ProfileId,
    /// What was done, one word or two: `mappings applied`, `user created`.
    pub action: String,
    /// What exactly, one sentence without secrets.
    pub summary: String,
}
