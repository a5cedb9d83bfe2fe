//! Valid mappings. Nothing outside this file can make one except through the checks, or from a tenant's own set.

use serde::{Deserialize, Serialize};

use super::{MappingDraft, MappingRow};
use crate::domain::{attribute::AttributeName, problem::Problem, tenant::CustomField};

/// A valid mapping. It can only come from [`MappingDraft::validate`] or from a tenant's own set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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

/// The mappings of a tenant, in order. Read from JSON, it passes the same checks as a draft.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<MappingRow>")]
pub struct MappingSet(Vec<Mapping>);

impl MappingSet {
    /// What a tenant says it has, unchecked: it works there, however it looks. Rows without an attribute are left out.
    #[must_use]
    pub fn of_tenant(rows: &[MappingRow]) -> Self {
        let mapping = |row: &MappingRow| {
            let attribute = AttributeName::parse(&row.attribute).ok()?;
            Some(Mapping { attribute, field: row.field.clone() })
        };
        Self(rows.iter().filter_map(mapping).collect())
    }

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

impl TryFrom<Vec<MappingRow>> for MappingSet {
    type Error = String;

    fn try_from(rows: Vec<MappingRow>) -> Result<Self, Self::Error> {
        let first_error = |problems: Vec<Problem>| {
            let error = problems.into_iter().find(Problem::blocks);
            error.map_or_else(String::new, |p| format!("mapping {}: {}", p.row.unwrap_or(0) + 1, p.message))
        };
        MappingDraft { rows }.validate(None).map_err(first_error)
    }
}

impl MappingDraft {
    /// The valid set, or every problem (warnings included) when at least one is an error.
    ///
    /// # Errors
    /// All problems, when one of them blocks.
    pub fn validate(&self, fields: Option<&[CustomField]>) -> Result<MappingSet, Vec<Problem>> {
        let problems = self.check(fields);
        if problems.iter().any(Problem::blocks) {
            return Err(problems);
        }
        Ok(MappingSet::of_tenant(&self.rows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALID: &str = r#"[{"attribute":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter","field":"costcentre"}]"#;

    #[test]
    fn a_set_survives_json() {
        let set: MappingSet = serde_json::from_str(VALID).unwrap();
        assert_eq!(set.as_slice()[0].attribute().short_name(), "costCenter");
        assert_eq!(serde_json::to_string(&set).unwrap(), VALID);
        assert_eq!(MappingDraft { rows: set.to_rows() }.validate(None), Ok(set));
    }

    #[test]
    fn json_is_no_way_around_the_checks() {
        let error = serde_json::from_str::<MappingSet>(&VALID.replace("costCenter", "costcenter")).unwrap_err();
        assert!(error.to_string().contains("Only the case differs"), "{error}");
    }
}
