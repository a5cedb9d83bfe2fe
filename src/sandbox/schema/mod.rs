//! What the tenant knows of its resources: the one description that `/Schemas` publishes and that validation, filters,
//! sorting and PATCH follow. It says what an attribute is and never holds a value.

mod input;
mod paths;

use std::sync::LazyLock;

use scim_v2::filter::AttrPath;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub(super) use input::conform;
pub(super) use paths::check_patch;

use crate::domain::attribute::{CORE_USER, ENTERPRISE_USER};

/// RFC 7643 §4.2.
pub(super) const CORE_GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// A type of resource (RFC 7643 §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum ResourceKind {
    User,
    Group,
}

impl ResourceKind {
    pub(super) const ALL: [Self; 2] = [Self::User, Self::Group];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
        }
    }

    /// The last part of its address.
    pub(super) const fn endpoint(self) -> &'static str {
        match self {
            Self::User => "Users",
            Self::Group => "Groups",
        }
    }

    /// Its core schema.
    pub(super) const fn urn(self) -> &'static str {
        match self {
            Self::User => CORE_USER,
            Self::Group => CORE_GROUP,
        }
    }
}

/// The type of a value (RFC 7643 §2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Type {
    String,
    Boolean,
    Decimal,
    Integer,
    DateTime,
    Binary,
    Reference,
    Complex,
}

/// Who may change a value, and when (RFC 7643 §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Mutability {
    ReadOnly,
    ReadWrite,
    Immutable,
    WriteOnly,
}

/// One attribute or sub-attribute, with the members and defaults of RFC 7643 §7.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Definition {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: Type,
    #[serde(default)]
    pub(super) multi_valued: bool,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(default)]
    pub(super) required: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    canonical_values: Vec<String>,
    #[serde(default)]
    pub(super) case_exact: bool,
    pub(super) mutability: Mutability,
    returned: String,
    #[serde(default = "none")]
    uniqueness: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    reference_types: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sub_attributes: Vec<Self>,
}

impl Definition {
    /// The sub-attribute of this name, whatever its case (RFC 7643 §2.1).
    pub(super) fn sub(&self, name: &str) -> Option<&Self> {
        self.sub_attributes.iter().find(|sub| sub.name.eq_ignore_ascii_case(name))
    }

    /// RFC 7643 §2.3.6 and §2.3.7: bytes and references are case exact, whatever the listing in §8.7 says.
    fn settle_case(&mut self) {
        self.case_exact |= matches!(self.kind, Type::Binary | Type::Reference);
        self.sub_attributes.iter_mut().for_each(Self::settle_case);
    }

    /// What a filter or a sort compares: the `value` of a complex attribute (RFC 7643 §2.4).
    pub(super) fn compared(&self) -> &Self {
        self.sub("value").unwrap_or(self)
    }
}

/// A schema of the tenant.
#[derive(Debug, Clone, Deserialize, Serialize)]
struct Schema {
    id: String,
    name: String,
    #[serde(default)]
    description: String,
    attributes: Vec<Definition>,
}

/// User, its enterprise extension, and Group.
static SCHEMAS: LazyLock<Vec<Schema>> = LazyLock::new(|| {
    read().unwrap_or_else(|error| {
        tracing::error!(%error, "the schemas could not be read");
        Vec::new()
    })
});

/// What every resource has (RFC 7643 §3.1); no schema lists it.
static SHARED: LazyLock<Vec<Definition>> = LazyLock::new(|| {
    let own = |name: &str, kind: &str| json!({ "name": name, "type": kind, "caseExact": true, "mutability": "readOnly", "returned": "default" });
    let mut meta = own("meta", "complex");
    meta["subAttributes"] = json!([
        own("resourceType", "string"),
        own("created", "dateTime"),
        own("lastModified", "dateTime"),
        own("location", "reference"),
        own("version", "string"),
    ]);
    let mut external_id = own("externalId", "string");
    external_id["mutability"] = "readWrite".into();
    serde_json::from_value(json!([own("id", "string"), external_id, meta])).unwrap_or_default()
});

fn none() -> String {
    "none".to_owned()
}

/// The RFC's schemas as the library holds them, without the password, which the tenant never keeps, and with what RFC
/// 7643 says in its text and leaves out of its listing (§2.4, §4.2): `primary` of an address, `display` of a member.
fn read() -> Result<Vec<Schema>, serde_json::Error> {
    let names = vec!["user", "enterprise_user", "group"];
    let library = scim_v2::models::scim_schema::get_schemas(names).map_err(serde::ser::Error::custom)?;
    let mut schemas: Vec<Schema> = serde_json::from_value(serde_json::to_value(library)?)?;
    for schema in &mut schemas {
        schema.attributes.retain(|attribute| attribute.name != "password");
        for attribute in &mut schema.attributes {
            attribute.settle_case();
            match attribute.name.as_str() {
                "addresses" => attribute.sub_attributes.extend(definition("primary", "boolean", "readWrite")?),
                "members" => attribute.sub_attributes.extend(definition("display", "string", "immutable")?),
                "displayName" if schema.id == CORE_GROUP => attribute.required = true,
                _ => {}
            }
        }
    }
    Ok(schemas)
}

fn definition(name: &str, kind: &str, mutability: &str) -> Result<Option<Definition>, serde_json::Error> {
    serde_json::from_value(json!({ "name": name, "type": kind, "mutability": mutability, "returned": "default" }))
        .map(Some)
}

/// The schemas as they are published, one for each of the resource types and extensions.
pub(super) fn published(kinds: &[ResourceKind]) -> Vec<Value> {
    let wanted = |schema: &&Schema| {
        let of = if schema.id == ENTERPRISE_USER { CORE_USER } else { schema.id.as_str() };
        kinds.iter().any(|kind| kind.urn() == of)
    };
    let publish = |schema: &Schema| {
        let mut published = serde_json::to_value(schema).unwrap_or_default();
        published["schemas"] = json!(["urn:ietf:params:scim:schemas:core:2.0:Schema"]);
        published
    };
    SCHEMAS.iter().filter(wanted).map(publish).collect()
}

/// An attribute by the schema that is named, or the core and shared ones where none is.
pub(super) fn attribute(kind: ResourceKind, uri: Option<&str>, name: &str) -> Option<&'static Definition> {
    let urn = uri.unwrap_or_else(|| kind.urn());
    let is_core = urn.eq_ignore_ascii_case(kind.urn());
    let is_extension = kind == ResourceKind::User && urn.eq_ignore_ascii_case(ENTERPRISE_USER);
    if !is_core && !is_extension {
        return None;
    }
    let own = SCHEMAS.iter().find(|schema| schema.id.eq_ignore_ascii_case(urn));
    let own = own.into_iter().flat_map(|schema| &schema.attributes);
    let shared = SHARED.iter().filter(|_| is_core);
    own.chain(shared).find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

/// The attribute or sub-attribute that a path names.
pub(super) fn at(kind: ResourceKind, path: &AttrPath) -> Option<&'static Definition> {
    let attribute = attribute(kind, path.uri.as_deref(), &path.name)?;
    match &path.sub_attr {
        Some(sub) => attribute.sub(sub),
        None => Some(attribute),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_by_any_case_in_their_own_schema() {
        let found = |kind, uri, name| attribute(kind, uri, name).map(|found| found.name.as_str());
        assert_eq!(found(ResourceKind::User, None, "USERNAME"), Some("userName"));
        assert_eq!(found(ResourceKind::User, Some(ENTERPRISE_USER), "costcenter"), Some("costCenter"));
        assert_eq!(found(ResourceKind::User, None, "costCenter"), None);
        assert_eq!(found(ResourceKind::User, None, "password"), None);
        assert_eq!(found(ResourceKind::Group, None, "userName"), None);
        assert_eq!(found(ResourceKind::Group, Some(CORE_GROUP), "members"), Some("members"));
        assert_eq!(found(ResourceKind::Group, None, "externalid"), Some("externalId"));
    }

    #[test]
    fn every_published_attribute_has_the_characteristics_of_rfc_7643_section_7() {
        fn check(attribute: &Value) {
            for member in
                ["name", "type", "multiValued", "required", "caseExact", "mutability", "returned", "uniqueness"]
            {
                assert!(attribute.get(member).is_some(), "{member} of {attribute}");
            }
            assert_eq!(attribute["type"] == "complex", attribute.get("subAttributes").is_some(), "{attribute}");
            assert_eq!(attribute["type"] == "reference", attribute.get("referenceTypes").is_some(), "{attribute}");
            attribute["subAttributes"].as_array().into_iter().flatten().for_each(check);
        }
        let all = published(&ResourceKind::ALL);
        let ids: Vec<&str> = all.iter().filter_map(|schema| schema["id"].as_str()).collect();
        assert_eq!(ids, [CORE_USER, ENTERPRISE_USER, CORE_GROUP]);
        all.iter().flat_map(|schema| schema["attributes"].as_array().unwrap()).for_each(check);
    }
}
