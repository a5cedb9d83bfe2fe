//! What of a request lands in the learner's profile, and what is dropped and why (vendor's guide).
//! It is the one rule that the sandbox enforces and the preview shows.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A value that reached a profile field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Landed {
    /// The attribute as it was sent.
    pub attribute: String,
    /// The profile field (`firstName`) or custom field ref.
    pub field: String,
    /// The value.
    pub value: Value,
}

/// A value that was received and not kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dropped {
    /// The attribute as it was sent.
    pub attribute: String,
    /// The value.
    pub value: Value,
    /// Why, in one sentence.
    pub reason: String,
}

/// What became of every attribute of one request.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Landing {
    /// What was kept.
    pub landed: Vec<Landed>,
    /// What was not.
    pub dropped: Vec<Dropped>,
}
