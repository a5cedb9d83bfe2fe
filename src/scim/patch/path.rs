//! Where a PATCH operation points: the whole resource, an extension, or an attribute with filter and sub-attribute.
//! The grammar is scim_v2's; what is added here is the `$ref` member and the difference between a schema and an attribute.

use scim_v2::filter::{AttrPath, PatchPath, ValFilter};
use serde_json::{Map, Value};

use super::{PatchError, grammar::spaced, member};
use crate::domain::attribute::{CORE_USER, ENTERPRISE_USER};

/// What a path means.
pub(super) enum Target {
    /// The resource itself: no path, or the core schema's URN.
    Resource,
    /// A whole extension, by URN.
    Extension(String),
    /// One attribute.
    Attribute(Attribute),
}

/// One attribute of the resource or of an extension.
pub(super) struct Attribute {
    /// The extension's URN; `None` for a core attribute.
    pub(super) schema: Option<String>,
    /// The attribute's name as sent.
    pub(super) name: String,
    /// Which elements, where the path says.
    pub(super) filter: Option<ValFilter>,
    /// The sub-attribute as sent.
    pub(super) sub: Option<String>,
    /// The path as sent, without the core schema's URN.
    pub(super) shown: String,
}

impl Attribute {
    /// Whether this is a core attribute of that name.
    pub(super) fn is_core(&self, name: &str) -> bool {
        self.schema.is_none() && self.name.eq_ignore_ascii_case(name)
    }

    /// Whether this is a manager, wherever the directory puts it.
    pub(super) fn is_manager(&self) -> bool {
        self.name.eq_ignore_ascii_case("manager")
    }
}

impl Target {
    /// Reads a path against the resource that it points into.
    pub(super) fn parse(path: &str, resource: &Map<String, Value>) -> Result<Self, PatchError> {
        let path = path.trim();
        if path.is_empty() {
            return Err(PatchError::path("The path is empty."));
        }
        if path.ends_with(['.', ':']) {
            return Err(PatchError::path(format!("The path {path} ends before the attribute.")));
        }
        if path.eq_ignore_ascii_case(CORE_USER) {
            return Ok(Self::Resource);
        }
        if is_extension(path, resource) {
            return Ok(Self::Extension(path.to_owned()));
        }
        let (stem, reference) = match path.strip_suffix(".$ref") {
            Some(stem) => (stem, true),
            None => (path, false),
        };
        let parsed: PatchPath = spaced(stem)
            .parse()
            .map_err(|_| PatchError::path(format!("The path {path} is not a valid attribute path.")))?;
        let (AttrPath { uri, name, sub_attr }, filter, after) = match parsed {
            PatchPath::Attr(attribute) => (attribute, None, None),
            PatchPath::Value(value) => (value.attr, Some(value.filter), value.sub_attr),
        };
        if filter.is_some() && sub_attr.is_some() || reference && (sub_attr.is_some() || after.is_some()) {
            return Err(PatchError::path(format!("The path {path} goes deeper than SCIM allows.")));
        }
        let dotted = |uri: &String| sub_attr.is_some() && is_known_schema(&format!("{uri}:{name}"));
        if uri.as_ref().is_some_and(dotted) {
            return Err(PatchError::path(format!(
                "In {path} a colon must stand between the schema and the attribute."
            )));
        }
        // Entra's documentation writes the manager without its schema (`idp-facts.md` §2.1); no core attribute is called so.
        if uri.is_none() && name.eq_ignore_ascii_case("manager") {
            let schema = Some(ENTERPRISE_USER.to_owned());
            let sub = if reference { Some("$ref".to_owned()) } else { sub_attr.or(after) };
            let shown = format!("{ENTERPRISE_USER}:{path}");
            return Ok(Self::Attribute(Attribute { schema, name, filter, sub, shown }));
        }
        let core = uri.as_ref().is_some_and(|uri| uri.eq_ignore_ascii_case(CORE_USER));
        let shown = if core { path[CORE_USER.len() + 1..].to_owned() } else { path.to_owned() };
        let sub = if reference { Some("$ref".to_owned()) } else { sub_attr.or(after) };
        Ok(Self::Attribute(Attribute { schema: uri.filter(|_| !core), name, filter, sub, shown }))
    }
}

/// Whether a key of a value without path holds an extension's attributes rather than one attribute.
pub(super) fn holds_extension(key: &str, value: &Value, resource: &Map<String, Value>) -> bool {
    let within =
        |schema: &str| key.len() > schema.len() && key.as_bytes()[schema.len()] == b':' && starts_with(key, schema);
    let within_known =
        || within(CORE_USER) || within(ENTERPRISE_USER) || resource.keys().any(|k| starts_with(k, "urn:") && within(k));
    is_extension(key, resource) || value.is_object() && starts_with(key, "urn:") && !within_known()
}

fn is_known_schema(urn: &str) -> bool {
    urn.eq_ignore_ascii_case(CORE_USER) || urn.eq_ignore_ascii_case(ENTERPRISE_USER)
}

fn is_extension(path: &str, resource: &Map<String, Value>) -> bool {
    let listed = |schemas: &Value| {
        schemas
            .as_array()
            .is_some_and(|all| all.iter().filter_map(Value::as_str).any(|schema| schema.eq_ignore_ascii_case(path)))
    };
    path.eq_ignore_ascii_case(ENTERPRISE_USER)
        || starts_with(path, "urn:")
            && (member(resource, path).is_some_and(Value::is_object) || member(resource, "schemas").is_some_and(listed))
}

fn starts_with(text: &str, prefix: &str) -> bool {
    text.as_bytes().get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}
