//! Three-way comparison for Review & apply: what the draft began from, what the tenant has now, what the draft wants.
//! Nothing is decided where both changed the same mapping: that is a conflict, and stays one until the user chooses.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::MappingRow;

/// What applying the draft does to one mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Draft and tenant agree.
    Unchanged,
    /// Only the draft has it, newly.
    Add,
    /// Only the draft gives it another field.
    Change,
    /// Only the draft took it away.
    Remove,
    /// Only the tenant changed it since the draft began; the tenant's stays.
    KeepTenant,
    /// Both changed it, differently.
    Conflict,
}

/// One attribute, seen from the three sides; `None` where a side does not map it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedRow {
    /// The attribute, as typed.
    pub attribute: String,
    /// The custom field ref that the draft began from.
    pub base: Option<String>,
    /// The tenant's now.
    pub tenant: Option<String>,
    /// The draft's.
    pub draft: Option<String>,
    /// What follows.
    pub change: Change,
}

/// What the user chose for one attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// As the tenant has it now.
    KeepTenant,
    /// As the draft has it.
    UseDraft,
    /// Another custom field ref; the result must be checked again.
    Other(String),
}

/// Conflicts without a choice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} to settle before the draft can be applied", .attributes.len())]
pub struct Unsettled {
    /// Their attributes, in order.
    pub attributes: Vec<String>,
}

/// The three sides side by side: the draft's order, then what only the tenant has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// One row per attribute that the tenant or the draft maps.
    pub rows: Vec<ComparedRow>,
}

/// Compares the three sides by exact attribute. Where one side has an attribute twice its last row counts,
/// as it does in a tenant; a checked draft never has. A row of the draft that is still blank is left out.
#[must_use]
pub fn compare(base: &[MappingRow], tenant: &[MappingRow], draft: &[MappingRow]) -> Comparison {
    let (bases, tenants, drafts) = (by_attribute(base), by_attribute(tenant), by_attribute(draft));
    let mut seen = HashSet::new();
    let rows = draft
        .iter()
        .filter(|row| !row.is_blank())
        .chain(tenant)
        .map(|row| row.attribute.as_str())
        .filter(|attribute| seen.insert(*attribute))
        .map(|attribute| {
            let side = |fields: &HashMap<&str, &str>| fields.get(attribute).map(|field| (*field).to_owned());
            let (base, tenant, draft) = (side(&bases), side(&tenants), side(&drafts));
            let change = change(base.as_ref(), tenant.as_ref(), draft.as_ref());
            ComparedRow { attribute: attribute.to_owned(), base, tenant, draft, change }
        })
        .collect();
    Comparison { rows }
}

/// What applying the draft would change, when nobody else changed the tenant.
#[must_use]
pub fn diff(tenant: &[MappingRow], draft: &[MappingRow]) -> Comparison {
    compare(tenant, tenant, draft)
}

impl Comparison {
    /// The rows that must be settled.
    pub fn conflicts(&self) -> impl Iterator<Item = &ComparedRow> {
        self.rows.iter().filter(|row| row.change == Change::Conflict)
    }

    /// The rows in which the draft alone changes something.
    pub fn changes(&self) -> impl Iterator<Item = &ComparedRow> {
        self.rows.iter().filter(|row| matches!(row.change, Change::Add | Change::Change | Change::Remove))
    }

    /// The mappings to send. A choice also overrules a row that is no conflict: one can leave out an addition.
    /// Choices for attributes that are not here count for nothing; another ref left blank is no choice.
    ///
    /// # Errors
    /// The conflicts that no choice settles.
    pub fn resolve(&self, choices: &BTreeMap<String, Choice>) -> Result<Vec<MappingRow>, Unsettled> {
        let mut result = Vec::with_capacity(self.rows.len());
        let mut unsettled = Vec::new();
        for row in &self.rows {
            let field = match (choices.get(&row.attribute), row.change) {
                (Some(Choice::KeepTenant), _) => row.tenant.as_deref(),
                (Some(Choice::UseDraft), _) => row.draft.as_deref(),
                (Some(Choice::Other(field)), _) if !field.trim().is_empty() => Some(field.trim()),
                (_, Change::Conflict) => {
                    unsettled.push(row.attribute.clone());
                    continue;
                }
                (_, Change::Unchanged | Change::KeepTenant) => row.tenant.as_deref(),
                (_, Change::Add | Change::Change | Change::Remove) => row.draft.as_deref(),
            };
            result.extend(field.map(|field| MappingRow { attribute: row.attribute.clone(), field: field.to_owned() }));
        }
        if unsettled.is_empty() { Ok(result) } else { Err(Unsettled { attributes: unsettled }) }
    }
}

fn by_attribute(rows: &[MappingRow]) -> HashMap<&str, &str> {
    rows.iter().map(|row| (row.attribute.as_str(), row.field.as_str())).collect()
}

fn change(base: Option<&String>, tenant: Option<&String>, draft: Option<&String>) -> Change {
    if tenant == draft {
        Change::Unchanged
    } else if base == draft {
        Change::KeepTenant
    } else if base != tenant {
        Change::Conflict
    } else if draft.is_none() {
        Change::Remove
    } else if base.is_none() {
        Change::Add
    } else {
        Change::Change
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(pairs: &[(&str, &str)]) -> Vec<MappingRow> {
        pairs.iter().map(|(a, f)| MappingRow { attribute: (*a).to_owned(), field: (*f).to_owned() }).collect()
    }

    #[test]
    fn every_change_has_its_name() {
        for (base, tenant, draft, wanted) in [
            (Some("a"), Some("a"), Some("a"), Change::Unchanged),
            (Some("a"), Some("b"), Some("b"), Change::Unchanged),
            (None, Some("b"), Some("b"), Change::Unchanged),
            (None, None, Some("b"), Change::Add),
            (Some("a"), Some("a"), Some("b"), Change::Change),
            (Some("a"), Some("a"), None, Change::Remove),
            (Some("a"), Some("b"), Some("a"), Change::KeepTenant),
            (Some("a"), None, Some("a"), Change::KeepTenant),
            (None, Some("b"), None, Change::KeepTenant),
            (Some("a"), Some("b"), Some("c"), Change::Conflict),
            (Some("a"), None, Some("c"), Change::Conflict),
            (Some("a"), Some("b"), None, Change::Conflict),
            (None, Some("b"), Some("c"), Change::Conflict),
        ] {
            let side = |field: Option<&str>| field.map(|f| rows(&[("x", f)])).unwrap_or_default();
            let comparison = compare(&side(base), &side(tenant), &side(draft));
            assert_eq!(comparison.rows[0].change, wanted, "{base:?} {tenant:?} {draft:?}");
        }
        assert_eq!(compare(&rows(&[("x", "a")]), &[], &[]), Comparison::default());
    }

    #[test]
    fn the_review_of_the_mock_up_resolves() {
        let base = rows(&[("costCenter", "costcode"), ("division", "division")]);
        let tenant = rows(&[("costCenter", "costcentrecode"), ("division", "businessunit"), ("teamName", "team")]);
        let draft = rows(&[("costCenter", "costcentre"), ("division", "division"), ("userType", "contracttype")]);
        let comparison = compare(&base, &tenant, &draft);
        assert_eq!(comparison.conflicts().map(|r| r.attribute.as_str()).collect::<Vec<_>>(), ["costCenter"]);
        assert_eq!(comparison.changes().map(|r| r.attribute.as_str()).collect::<Vec<_>>(), ["userType"]);
        let unsettled = Unsettled { attributes: vec!["costCenter".to_owned()] };
        let settle = |choice| BTreeMap::from([("costCenter".to_owned(), choice)]);
        assert_eq!(comparison.resolve(&BTreeMap::new()), Err(unsettled.clone()));
        assert_eq!(comparison.resolve(&settle(Choice::Other(" ".to_owned()))), Err(unsettled));
        for (choice, field) in [
            (Choice::KeepTenant, "costcentrecode"),
            (Choice::UseDraft, "costcentre"),
            (Choice::Other("cost".to_owned()), "cost"),
        ] {
            let wanted = rows(&[
                ("costCenter", field),
                ("division", "businessunit"),
                ("userType", "contracttype"),
                ("teamName", "team"),
            ]);
            assert_eq!(comparison.resolve(&settle(choice)), Ok(wanted));
        }
    }

    #[test]
    fn a_choice_can_leave_out_an_addition() {
        let comparison = diff(&[], &rows(&[("x", "a")]));
        assert_eq!(comparison.resolve(&BTreeMap::from([("x".to_owned(), Choice::KeepTenant)])), Ok(Vec::new()));
    }

    fn side() -> impl Strategy<Value = Vec<MappingRow>> {
        prop::collection::btree_map("[a-e]", "[x-z]", 0..5)
            .prop_map(|map| map.into_iter().map(|(attribute, field)| MappingRow { attribute, field }).collect())
    }

    fn sorted(mut rows: Vec<MappingRow>) -> Vec<MappingRow> {
        rows.sort_by(|a, b| a.attribute.cmp(&b.attribute));
        rows
    }

    proptest! {
        #[test]
        fn one_unchanged_side_never_conflicts(base in side(), other in side()) {
            let draft_only = compare(&base, &base, &other);
            prop_assert_eq!(draft_only.conflicts().count(), 0);
            prop_assert_eq!(sorted(draft_only.resolve(&BTreeMap::new()).unwrap()), other.clone());
            let tenant_only = compare(&base, &other, &base);
            prop_assert_eq!(tenant_only.conflicts().count(), 0);
            prop_assert_eq!(sorted(tenant_only.resolve(&BTreeMap::new()).unwrap()), other);
        }

        #[test]
        fn a_result_comes_from_somewhere_and_loses_nothing(base in side(), tenant in side(), draft in side(), keep in any::<bool>()) {
            let comparison = compare(&base, &tenant, &draft);
            let choice = |row: &ComparedRow| (row.attribute.clone(), if keep { Choice::KeepTenant } else { Choice::UseDraft });
            let choices: BTreeMap<_, _> = comparison.conflicts().map(choice).collect();
            prop_assert_eq!(comparison.resolve(&BTreeMap::new()).is_ok(), choices.is_empty());
            let result = comparison.resolve(&choices).unwrap();
            for row in &result {
                prop_assert!(tenant.contains(row) || draft.contains(row));
            }
            // What both sides want stays; what one side added stays unless it is the losing side of a conflict.
            for row in tenant.iter().filter(|row| draft.contains(row)) {
                prop_assert!(result.contains(row));
            }
            let added = |side: &[MappingRow], wins: bool| side.iter().filter(|row| !base.contains(row) && (wins || !choices.contains_key(&row.attribute))).cloned().collect::<Vec<_>>();
            for row in added(&tenant, keep).iter().chain(&added(&draft, !keep)) {
                prop_assert!(result.contains(row), "{:?} is lost", row);
            }
        }
    }
}
