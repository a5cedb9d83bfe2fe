//! SCIM attribute names as the vendor's guide uses them: a schema URN, then the attribute, casing included.
//! It never corrects a name; it only says which one was meant.

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

/// A well-formed attribute name: a schema URN and a path within it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AttributeName {
    schema: String,
    path: String,
}

impl AttributeName {
    /// Joins a schema and a path that are known to be well formed.
    #[must_use]
    pub fn new(schema: &str, path: &str) -> Self {
        Self { schema: schema.to_owned(), path: path.to_owned() }
    }

    /// Splits `urn:…:User:costCenter` at the last colon after the schema. A name without a URN is a core attribute.
    ///
    /// # Errors
    /// When the path is empty.
    pub fn parse(text: &str) -> Result<Self, AttributeNameError> {
        let (schema, path) = match text {
            t if t.len() >= 4 && t.as_bytes()[..4].eq_ignore_ascii_case(b"urn:") => {
                // A value filter may hold colons; the schema ends before it.
                let end = t.find('[').unwrap_or(t.len());
                let colon = t[..end].rfind(':').ok_or(AttributeNameError::Empty)?;
                (&t[..colon], &t[colon + 1..])
            }
            t => (CORE_USER, t),
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
