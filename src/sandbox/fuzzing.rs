//! What the fuzz targets in `fuzz/` need of the inside. It is there only when they are built, and does nothing that a
//! request cannot do.

use serde_json::{Value, json};

use super::schema::{ResourceKind, check_patch};
use super::{Policy, filter, habits};

/// Whether a filter, read by the rules of a policy, selects a user; `None` where it is refused.
#[must_use]
pub fn selects(text: &str, policy: Policy, user: &Value) -> Option<bool> {
    habits::shouts(text);
    let filter = filter::read(text, policy).ok()?.into_filter();
    filter::matches(&filter, ResourceKind::Group, user);
    filter::check(&filter, ResourceKind::User).ok()?;
    Some(filter::matches(&filter, ResourceKind::User, user))
}

/// Whether a PATCH path names something of a user or a group that may be changed.
#[must_use]
pub fn is_writable(path: &str) -> bool {
    let patch = json!({ "Operations": [{ "op": "replace", "path": path, "value": "x" }] });
    ResourceKind::ALL.into_iter().any(|kind| check_patch(kind, &patch).is_ok())
}
