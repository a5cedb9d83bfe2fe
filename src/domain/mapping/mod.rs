//! Mappings: one SCIM attribute to one Thrive custom field. What a person types is a [`MappingDraft`];
//! only [`MappingDraft::validate`] makes the [`MappingSet`] that can be sent or exported as final.

mod check;
mod compare;
mod field;
mod file;
mod guide;
mod history;
mod listed;
mod name;
mod set;
mod since;
mod spelling;
mod ticket;
mod urn;

use serde::{Deserialize, Serialize};

pub use compare::{Change, Choice, ComparedRow, Comparison, Unsettled, compare, diff};
pub use guide::{entra_guide, okta_guide};
pub use history::History;
pub use name::can_be_mapped;
pub use set::{Mapping, MappingSet};
pub use since::{Arrival, MappedSince};
pub use spelling::differing_letters;
pub(in crate::domain) use spelling::{is_invisible, is_quote};
pub use ticket::ticket;

/// One row as typed; anything goes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MappingRow {
    /// The SCIM attribute with its URN, exact casing.
    pub attribute: String,
    /// The custom field ref.
    pub field: String,
}

impl MappingRow {
    /// Whether nothing stands in it yet: a row to be filled in, and no mapping.
    #[must_use]
    pub const fn is_blank(&self) -> bool {
        self.attribute.is_empty() && self.field.is_empty()
    }
}

/// A named set of rows as typed: the mapping file of the headless commands, and what autosave keeps.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappingDraft {
    /// The rows in form order.
    #[serde(rename = "mappings")]
    pub rows: Vec<MappingRow>,
}
