//! What a tenant says of itself over the support API (design §6), as values. The field names are the wire's.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::mapping::MappingRow;

/// `GET /support/v1/tenant`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantInfo {
    /// The tenant's name.
    pub name: String,
    /// `sandbox`, `staging` or `production`.
    pub environment: String,
    /// The attributes that are mapped from the start.
    pub defaults: Vec<String>,
    /// The attributes that a filter may use.
    pub filterable: Vec<String>,
    /// Which parts of the support API it offers: `requests`, `stream`, `mappings`, `custom-fields`, `tokens`.
    pub capabilities: Vec<String>,
}

/// A custom profile field of the tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomField {
    /// The ref, always lower-case.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The label that learners see.
    pub label: String,
    /// `text` or `checkbox`.
    pub kind: String,
}

/// A tenant's mappings at one version.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantMappings {
    /// Counts up with every change.
    pub version: u64,
    /// The mappings as the tenant has them.
    pub mappings: Vec<MappingRow>,
    /// The entity tag to send as If-Match; not part of the body.
    #[serde(skip)]
    pub etag: Option<String>,
}

/// A token as a tenant lists it: never its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenInfo {
    /// Its id, which the request log names.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it stops being accepted.
    pub expires_at: Option<Timestamp>,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
}
