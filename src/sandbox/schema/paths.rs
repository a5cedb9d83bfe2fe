//! The paths of a PATCH held against the schema before anything is changed: what is not there, what is the tenant's own
//! and what may be set once only.

use scim_v2::filter::PatchPath;
use serde_json::Value;

use super::super::error::ScimError;
use super::super::resource::field;
use super::{Mutability, ResourceKind, attribute};
use crate::domain::attribute::ENTERPRISE_USER;
use crate::scim::patch::spaced;

/// Refuses a PATCH that names an attribute which the schema does not have or does not let it change (RFC 7644 §3.5.2).
/// A value without a path may hold more than the schema has: directories send back all that they read.
pub(in crate::sandbox) fn check_patch(kind: ResourceKind, patch: &Value) -> Result<(), ScimError> {
    let operations = patch.as_object().into_iter().flatten().find(|(key, _)| key.eq_ignore_ascii_case("operations"));
    let operations = operations.and_then(|(_, operations)| operations.as_array()).into_iter().flatten();
    operations.into_iter().try_for_each(|operation| check(kind, operation))
}

fn check(kind: ResourceKind, operation: &Value) -> Result<(), ScimError> {
    let Some(path) = field(operation, "path").and_then(Value::as_str).map(str::trim) else { return Ok(()) };
    let removes = field(operation, "op").and_then(Value::as_str).is_some_and(|op| op.eq_ignore_ascii_case("remove"));
    let unassigns = removes || field(operation, "value").is_some_and(Value::is_null);
    if [kind.urn(), ENTERPRISE_USER].iter().any(|urn| urn.eq_ignore_ascii_case(path)) {
        return Ok(());
    }
    // `$ref` is not in the grammar of RFC 7644 §3.10, although RFC 7643 has attributes of that name.
    let (stem, reference) = path.strip_suffix(".$ref").map_or((path, None), |stem| (stem, Some("$ref".to_owned())));
    // What cannot be read is refused with its own words where it is carried out.
    let Ok(parsed) = spaced(stem).parse::<PatchPath>() else { return Ok(()) };
    let (attr, after) = match parsed {
        PatchPath::Attr(attr) => (attr, None),
        PatchPath::Value(value) => (value.attr, value.sub_attr),
    };
    let unknown = || ScimError::patch("invalidPath", format!("The path {path} is not an attribute of this resource."));
    let read_only = |what: &str| ScimError::patch("mutability", format!("{path} is {what}."));
    // A manager without its schema is let pass, as `scim::patch` does.
    let bare_manager = kind == ResourceKind::User && attr.uri.is_none() && attr.name.eq_ignore_ascii_case("manager");
    let uri = attr.uri.as_deref().or(bare_manager.then_some(ENTERPRISE_USER));
    let whole = attribute(kind, uri, &attr.name).ok_or_else(unknown)?;
    let sub = match reference.or(attr.sub_attr).or(after) {
        Some(name) => Some(whole.sub(&name).ok_or_else(unknown)?),
        None => None,
    };
    if [Some(whole), sub].into_iter().flatten().any(|named| named.mutability == Mutability::ReadOnly) {
        // `id` and `meta` may be sent back as they are; whoever carries it out knows their values.
        let own = ["id", "meta"].contains(&whole.name.as_str());
        return if own { Ok(()) } else { Err(read_only("read-only")) };
    }
    if unassigns && whole.required && sub.is_none() {
        return Err(read_only("required and cannot be removed"));
    }
    if sub.is_some_and(|sub| sub.mutability == Mutability::Immutable) {
        return Err(read_only("immutable: remove the value and add another"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_follow_the_schema() {
        let manager = format!("{ENTERPRISE_USER}:manager.displayName");
        for (kind, path, refused) in [
            (ResourceKind::User, "title", None),
            (ResourceKind::User, "emails[type eq \"work\"].value", None),
            (ResourceKind::User, ENTERPRISE_USER, None),
            (ResourceKind::User, "shoeSize", Some("invalidPath")),
            (ResourceKind::User, "name.shoeSize", Some("invalidPath")),
            (ResourceKind::User, "urn:x:y:User:title", Some("invalidPath")),
            (ResourceKind::User, "groups", Some("mutability")),
            (ResourceKind::User, "groups[value eq \"1\"]", Some("mutability")),
            (ResourceKind::User, manager.as_str(), Some("mutability")),
            (ResourceKind::Group, "members[value eq \"1\"]", None),
            (ResourceKind::Group, "members[value eq \"1\"].value", Some("mutability")),
            (ResourceKind::Group, "members.$ref", Some("mutability")),
            (ResourceKind::Group, "userName", Some("invalidPath")),
        ] {
            let checked = check_patch(kind, &json!({ "Operations": [{ "op": "add", "path": path, "value": "x" }] }));
            assert_eq!(checked.err().and_then(|error| error.scim_type), refused, "{path}");
        }
    }
}
