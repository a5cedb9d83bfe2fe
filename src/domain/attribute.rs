//! SCIM attribute names as the vendor's guide uses them: a schema URN, then the attribute, casing included.
//! It never corrects a name; it only says which one was meant.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// RFC 7643 §4.1.
pub const CORE_USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// RFC 7643 §4.3.
pub const ENTERPRISE_USER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// The only enterprise attributes that Thrive lets a mapping use (vendor's guide). `organisation` is the guide's
/// spelling; RFC 7643 and every directory write `organization`.
pub const MAPPABLE_EXTENSION: [&str; 5] = ["employeeNumber", "costCenter", "organisation", "division", "department"];

/// One of the nine attributes that every tenant has mapped already (vendor's guide).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DefaultAttribute {
    /// Schema URN.
    pub schema: &'static str,
    /// Path within the schema, as the guide writes it.
    pub path: &'static str,
    /// The learner profile's field, in Thrive's words.
    pub label: &'static str,
    /// The profile field's name in Thrive's public API.
    pub profile_field: &'static str,
    /// `String`, `Boolean` or `Reference`.
    pub kind: &'static str,
    /// Whether the guide marks it as supported for filtering.
    pub filterable: bool,
}

/// The nine defaults, in the order of the Mappings screen.
pub const DEFAULTS: [DefaultAttribute; 9] = [
    default("userName", "Ref", "ref", "String", true),
    default("name.givenName", "First name", "firstName", "String", false),
    default("name.familyName", "Last name", "lastName", "String", false),
    default("emails[type eq \"work\"].value", "Email", "email", "String", false),
    default("title", "Job title", "jobTitle", "String", false),
    default("preferredLanguage", "Language", "languageCode", "String", false),
    default("timezone", "Timezone", "timeZone", "String", false),
    default("active", "Status", "status", "Boolean", false),
    DefaultAttribute {
        schema: ENTERPRISE_USER,
        path: "manager",
        label: "Manager",
        profile_field: "managerRef",
        kind: "Reference",
        filterable: false,
    },
];

const fn default(
    path: &'static str,
    label: &'static str,
    profile_field: &'static str,
    kind: &'static str,
    filterable: bool,
) -> DefaultAttribute {
    DefaultAttribute { schema: CORE_USER, path, label, profile_field, kind, filterable }
}

/// The type of a value (RFC 7643 §2.3); `Reference` and `Complex` do not fit one text field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Text.
    String,
    /// True or false.
    Boolean,
    /// A date and time.
    DateTime,
    /// Base64 bytes.
    Binary,
    /// The address of a resource or page.
    Reference,
    /// An object with parts.
    Complex,
}

impl Kind {
    /// The word of the Mappings screen and of the guide's table.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::String => "String",
            Self::Boolean => "Boolean",
            Self::DateTime => "DateTime",
            Self::Binary => "Binary",
            Self::Reference => "Reference",
            Self::Complex => "Complex",
        }
    }
}

/// One attribute of RFC 7643's User or of its enterprise extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute {
    /// Schema URN.
    pub schema: &'static str,
    /// Name, exact.
    pub name: &'static str,
    /// Type of its value.
    pub kind: Kind,
    /// Whether it is a list.
    pub multi_valued: bool,
    /// The sub-attributes of a complex one, each with its type.
    pub parts: &'static [(&'static str, Kind)],
}

impl Attribute {
    /// The sub-attribute of this name, whatever its case.
    #[must_use]
    pub fn part(&self, name: &str) -> Option<(&'static str, Kind)> {
        self.parts.iter().copied().find(|(part, _)| part.eq_ignore_ascii_case(name))
    }
}

const PLURAL: &[(&str, Kind)] =
    &[("value", Kind::String), ("display", Kind::String), ("type", Kind::String), ("primary", Kind::Boolean)];

/// Every attribute of a User: the common ones (RFC 7643 §3.1), the core (§4.1) and the enterprise extension (§4.3).
pub const ATTRIBUTES: [Attribute; 31] = [
    simple("id", Kind::String),
    simple("externalId", Kind::String),
    Attribute { multi_valued: true, ..simple("schemas", Kind::Reference) },
    complex(
        "meta",
        &[
            ("resourceType", Kind::String),
            ("created", Kind::DateTime),
            ("lastModified", Kind::DateTime),
            ("location", Kind::Reference),
            ("version", Kind::String),
        ],
    ),
    simple("userName", Kind::String),
    complex(
        "name",
        &[
            ("formatted", Kind::String),
            ("familyName", Kind::String),
            ("givenName", Kind::String),
            ("middleName", Kind::String),
            ("honorificPrefix", Kind::String),
            ("honorificSuffix", Kind::String),
        ],
    ),
    simple("displayName", Kind::String),
    simple("nickName", Kind::String),
    simple("profileUrl", Kind::Reference),
    simple("title", Kind::String),
    simple("userType", Kind::String),
    simple("preferredLanguage", Kind::String),
    simple("locale", Kind::String),
    simple("timezone", Kind::String),
    simple("active", Kind::Boolean),
    simple("password", Kind::String),
    plural("emails", PLURAL),
    plural("phoneNumbers", PLURAL),
    plural("ims", PLURAL),
    plural(
        "photos",
        &[("value", Kind::Reference), ("display", Kind::String), ("type", Kind::String), ("primary", Kind::Boolean)],
    ),
    plural(
        "addresses",
        &[
            ("formatted", Kind::String),
            ("streetAddress", Kind::String),
            ("locality", Kind::String),
            ("region", Kind::String),
            ("postalCode", Kind::String),
            ("country", Kind::String),
            ("type", Kind::String),
            ("primary", Kind::Boolean),
        ],
    ),
    plural(
        "groups",
        &[("value", Kind::String), ("$ref", Kind::Reference), ("display", Kind::String), ("type", Kind::String)],
    ),
    plural("entitlements", PLURAL),
    plural("roles", PLURAL),
    plural(
        "x509Certificates",
        &[("value", Kind::Binary), ("display", Kind::String), ("type", Kind::String), ("primary", Kind::Boolean)],
    ),
    enterprise("employeeNumber"),
    enterprise("costCenter"),
    enterprise("organization"),
    enterprise("division"),
    enterprise("department"),
    Attribute {
        kind: Kind::Complex,
        parts: &[("value", Kind::String), ("$ref", Kind::Reference), ("displayName", Kind::String)],
        ..enterprise("manager")
    },
];

const fn simple(name: &'static str, kind: Kind) -> Attribute {
    Attribute { schema: CORE_USER, name, kind, multi_valued: false, parts: &[] }
}

const fn complex(name: &'static str, parts: &'static [(&'static str, Kind)]) -> Attribute {
    Attribute { schema: CORE_USER, name, kind: Kind::Complex, multi_valued: false, parts }
}

const fn plural(name: &'static str, parts: &'static [(&'static str, Kind)]) -> Attribute {
    Attribute { schema: CORE_USER, name, kind: Kind::Complex, multi_valued: true, parts }
}

const fn enterprise(name: &'static str) -> Attribute {
    Attribute { schema: ENTERPRISE_USER, name, kind: Kind::String, multi_valued: false, parts: &[] }
}

/// The RFC's attribute of this name in this schema, whatever the name's case.
#[must_use]
pub fn find(schema: &str, name: &str) -> Option<&'static Attribute> {
    ATTRIBUTES.iter().find(|a| a.schema == schema && a.name.eq_ignore_ascii_case(name))
}

/// A path within a schema, taken apart: `emails[type eq "work"].value`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttributePath<'a> {
    /// The attribute: `emails`.
    pub head: &'a str,
    /// What stands between the brackets: `type eq "work"`.
    pub filter: Option<&'a str>,
    /// The sub-attribute: `value`.
    pub part: Option<&'a str>,
}

impl<'a> AttributePath<'a> {
    /// Takes a path apart (RFC 7644 §3.5.2); `None` when it is not one, such as one with an open bracket.
    #[must_use]
    pub fn parse(path: &'a str) -> Option<Self> {
        let head_end = path.find(['.', '[']).unwrap_or(path.len());
        let (head, rest) = path.split_at(head_end);
        let (filter, rest) = match rest.strip_prefix('[') {
            Some(inner) => {
                let close = inner.rfind(']')?;
                (Some(&inner[..close]), &inner[close + 1..])
            }
            None => (None, rest),
        };
        let part = if rest.is_empty() { None } else { Some(rest.strip_prefix('.')?) };
        let named = |name: &str| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '$' | '-' | '_' | '.'))
        };
        (named(head) && part.is_none_or(named) && filter.is_none_or(|f| !f.trim().is_empty())).then_some(Self {
            head,
            filter,
            part,
        })
    }
}

/// A well-formed attribute name: a schema URN and a path within it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AttributeName {
    schema: Cow<'static, str>,
    path: String,
}

impl AttributeName {
    /// Joins a schema and a path that are known to be well formed.
    #[must_use]
    pub fn new(schema: &str, path: &str) -> Self {
        let known = [CORE_USER, ENTERPRISE_USER].into_iter().find(|known| *known == schema);
        Self { schema: known.map_or_else(|| schema.to_owned().into(), Cow::Borrowed), path: path.to_owned() }
    }

    /// Splits `urn:…:User:costCenter` after the schema: the RFC's own, else all before the last colon. A name without a
    /// URN is a core attribute.
    ///
    /// # Errors
    /// When the path is empty.
    pub fn parse(text: &str) -> Result<Self, AttributeNameError> {
        let after = |schema: &str| {
            let (start, rest) = text.split_at_checked(schema.len())?;
            Some((start, rest.strip_prefix(':')?)).filter(|_| start.eq_ignore_ascii_case(schema))
        };
        let (schema, path) = if let Some(known) = after(CORE_USER).or_else(|| after(ENTERPRISE_USER)) {
            known
        } else if text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:")) {
            // A value filter may hold colons; the schema ends before it.
            let end = text.find('[').unwrap_or(text.len());
            let colon = text[..end].rfind(':').ok_or(AttributeNameError::Empty)?;
            (&text[..colon], &text[colon + 1..])
        } else {
            (CORE_USER, text)
        };
        if path.is_empty() {
            return Err(AttributeNameError::Empty);
        }
        Ok(Self::new(schema, path))
    }

    /// The schema URN.
    #[must_use]
    pub fn schema(&self) -> &str {
        &self.schema
    }

    /// The path within the schema: `costCenter`, `name.givenName`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The short name that Thrive's mapping uses (vendor's guide): the path.
    #[must_use]
    pub fn short_name(&self) -> &str {
        &self.path
    }

    /// The type of the value at the path, where the RFC knows it.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        let path = AttributePath::parse(&self.path)?;
        let attribute = find(&self.schema, path.head)?;
        path.part.map_or(Some(attribute.kind), |part| attribute.part(part).map(|(_, kind)| kind))
    }
}

/// Why a text is no attribute name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AttributeNameError {
    /// There is no attribute after the schema.
    #[error("the attribute is empty")]
    Empty,
}

impl TryFrom<String> for AttributeName {
    type Error = AttributeNameError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<AttributeName> for String {
    fn from(name: AttributeName) -> Self {
        name.to_string()
    }
}

impl std::fmt::Display for AttributeName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.schema, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_come_apart() {
        let path = |head, filter, part| Some(AttributePath { head, filter, part });
        for (text, wanted) in [
            ("userType", path("userType", None, None)),
            ("name.givenName", path("name", None, Some("givenName"))),
            ("emails[type eq \"work\"].value", path("emails", Some("type eq \"work\""), Some("value"))),
            ("emails[type eq \"a]b\"]", path("emails", Some("type eq \"a]b\""), None)),
            ("", None),
            ("name.", None),
            (".x", None),
            ("emails[type", None),
            ("emails[]", None),
            ("emails[x]y", None),
            ("cost center", None),
            ("dépt", None),
        ] {
            assert_eq!(AttributePath::parse(text), wanted, "{text}");
        }
    }

    #[test]
    fn names_know_their_schema_and_type() {
        for (text, schema, path, kind) in [
            ("userType", CORE_USER, "userType", Some(Kind::String)),
            ("urn:ietf:params:scim:schemas:core:2.0:User:active", CORE_USER, "active", Some(Kind::Boolean)),
            ("urn:x:y[z eq \"a:b\"].v", "urn:x", "y[z eq \"a:b\"].v", None),
            ("a:b", CORE_USER, "a:b", None),
            ("urn[:b", CORE_USER, "urn[:b", None),
        ] {
            let name = AttributeName::parse(text).unwrap();
            assert_eq!(
                AttributeName::parse(&name.to_string()).as_ref(),
                Ok(&name),
                "{text}: as it is written, it is read"
            );
            assert_eq!((name.schema(), name.path(), name.kind()), (schema, path, kind), "{text}");
        }
        assert_eq!(AttributeName::parse("urn:x:"), Err(AttributeNameError::Empty));
    }

    #[test]
    fn every_default_but_none_of_the_guides_own_spellings_is_in_the_table() {
        for default in DEFAULTS {
            let path = AttributePath::parse(default.path).unwrap();
            assert!(find(default.schema, path.head).is_some(), "{}", default.path);
        }
        let unknown: Vec<_> = MAPPABLE_EXTENSION.into_iter().filter(|n| find(ENTERPRISE_USER, n).is_none()).collect();
        assert_eq!(unknown, ["organisation"]);
    }
}
