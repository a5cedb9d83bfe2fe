//! One SCIM request and its answer, as somebody saw it. The wire form is the headless contract's.
//! An exchange never holds an Authorization header or a cookie: they are dropped when headers are read.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::sent::operations;

/// Header names (lower-case) and values; secrets cannot get in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Headers(BTreeMap<String, String>);

impl Headers {
    /// Adds a header, unless it is one that carries a secret.
    pub fn insert(&mut self, name: &str, value: &str) {
        let name = name.to_ascii_lowercase();
        if !carries_secret(&name) {
            self.0.insert(name, value.to_owned());
        }
    }

    /// The value of a header, by name in any case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(&name.to_ascii_lowercase()).map(String::as_str)
    }

    /// All headers by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(headers: I) -> Self {
        let mut all = Self::default();
        for (name, value) in headers {
            all.insert(name.as_ref(), value.as_ref());
        }
        all
    }
}

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(BTreeMap::<String, String>::deserialize(deserializer)?.into_iter().collect())
    }
}

fn carries_secret(name: &str) -> bool {
    matches!(name, "authorization" | "proxy-authorization" | "cookie" | "set-cookie" | "x-api-key")
        || name.contains("token")
        || name.contains("secret")
}

/// What was asked. `body` is JSON, a JSON string for other text, or null.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Request {
    /// Upper-case HTTP method.
    pub method: String,
    /// Absolute address, or a path where the host is not known.
    pub url: String,
    /// Headers without secrets.
    pub headers: Headers,
    /// The body.
    pub body: Value,
}

/// What was answered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Headers without secrets.
    pub headers: Headers,
    /// The body: JSON, a JSON string for other text, or null.
    pub body: Value,
}

/// One request and its answer, or the error in place of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// What was asked.
    pub request: Request,
    /// What was answered; `None` when nothing came back.
    #[serde(default)]
    pub response: Option<Response>,
    /// Why nothing came back, in words.
    #[serde(default)]
    pub error: Option<String>,
    /// When the request was sent, UTC.
    #[serde(default)]
    pub at: Option<Timestamp>,
    /// From sending to the last byte, milliseconds.
    #[serde(default)]
    pub duration_ms: Option<u64>,
}

/// How it ended. Shown as icon and word, never colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Done as asked.
    Success,
    /// Done, but something sent did not land.
    Warning,
    /// Refused or broken.
    Failure,
    /// The directory chose not to send.
    Skipped,
}

impl Outcome {
    /// Every outcome, best first.
    pub const ALL: [Self; 4] = [Self::Success, Self::Warning, Self::Failure, Self::Skipped];

    /// The word of the query language and of JSON.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Failure => "failure",
            Self::Skipped => "skipped",
        }
    }

    /// The word on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Success => "Succeeded",
            Self::Warning => "Warning",
            Self::Failure => "Failed",
            Self::Skipped => "Skipped",
        }
    }

    /// Reads the word of the query language.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.key().eq_ignore_ascii_case(key))
    }
}

/// What a request does, in the words of provisioning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// POST of a user.
    Create,
    /// GET with a filter: does this user exist?
    Match,
    /// GET of one user.
    Read,
    /// GET of a page of users.
    List,
    /// PUT or PATCH of a user.
    Update,
    /// PATCH of the manager alone.
    SetManager,
    /// PUT or PATCH that sets active to false.
    Deactivate,
    /// PATCH that sets active to true.
    Activate,
    /// DELETE of a user.
    Delete,
    /// ServiceProviderConfig, Schemas, ResourceTypes.
    Discover,
    /// Anything else.
    Other,
}

impl Operation {
    /// Every operation, commonest first.
    pub const ALL: [Self; 11] = [
        Self::Update,
        Self::Match,
        Self::Create,
        Self::Read,
        Self::SetManager,
        Self::Deactivate,
        Self::Activate,
        Self::Delete,
        Self::List,
        Self::Discover,
        Self::Other,
    ];

    /// The word of the query language and of JSON.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Match => "match",
            Self::Read => "read",
            Self::List => "list",
            Self::Update => "update",
            Self::SetManager => "set-manager",
            Self::Deactivate => "deactivate",
            Self::Activate => "activate",
            Self::Delete => "delete",
            Self::Discover => "discover",
            Self::Other => "other",
        }
    }

    /// The word on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Create => "Create",
            Self::Match => "Match",
            Self::Read => "Read",
            Self::List => "List",
            Self::Update => "Update",
            Self::SetManager => "Set manager",
            Self::Deactivate => "Deactivate",
            Self::Activate => "Activate",
            Self::Delete => "Delete",
            Self::Discover => "Discover",
            Self::Other => "Other",
        }
    }

    /// Reads the word of the query language.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.key().eq_ignore_ascii_case(key))
    }

    /// What a request does, from its method, path (with query) and body. Entra's quoted booleans and capital
    /// operations, and path-less and whole-resource forms, are read as they are meant.
    #[must_use]
    pub fn of(method: &str, path: &str, body: &Value) -> Self {
        let (bare, query) = path.split_once('?').unwrap_or((path, ""));
        let mut parts = bare.trim_end_matches('/').rsplit('/');
        let last = parts.next().unwrap_or_default();
        let before = parts.next().unwrap_or_default();
        if ["ServiceProviderConfig", "ResourceTypes", "Schemas"].iter().any(|d| last == *d || before == *d) {
            return Self::Discover;
        }
        let on_collection = matches!(last, "Users" | "Groups");
        match method {
            "POST" if on_collection => Self::Create,
            "POST" if last == ".search" => Self::Match,
            "GET" if on_collection && query.contains("filter=") => Self::Match,
            "GET" if on_collection => Self::List,
            "GET" if matches!(before, "Users" | "Groups") => Self::Read,
            "DELETE" => Self::Delete,
            "PUT" => match truth(body.get("active")) {
                Some(false) => Self::Deactivate,
                _ => Self::Update,
            },
            "PATCH" => Self::of_patch(body),
            _ => Self::Other,
        }
    }

    fn of_patch(body: &Value) -> Self {
        let operations = operations(body);
        let Some([only]) = operations.map(Vec::as_slice) else { return Self::Update };
        let path = only.get("path").and_then(Value::as_str).unwrap_or_default();
        let active = if path.eq_ignore_ascii_case("active") {
            truth(only.get("value"))
        } else if path.is_empty() {
            only.get("value").and_then(|value| truth(value.get("active")))
        } else {
            None
        };
        match active {
            Some(true) => Self::Activate,
            Some(false) => Self::Deactivate,
            None if path.rsplit(':').next().is_some_and(|last| last.eq_ignore_ascii_case("manager")) => {
                Self::SetManager
            }
            None => Self::Update,
        }
    }
}

/// A boolean as directories send it: `true`, or `"True"` in any case (Entra without the compliance flag).
#[must_use]
pub fn truth(value: Option<&Value>) -> Option<bool> {
    match value? {
        Value::Bool(b) => Some(*b),
        Value::String(s) if s.eq_ignore_ascii_case("true") => Some(true),
        Value::String(s) if s.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn headers_cannot_hold_a_secret() {
        let headers: Headers =
            [("Authorization", "Bearer x"), ("Accept", "application/scim+json"), ("X-Api-Token", "y")]
                .into_iter()
                .collect();
        assert_eq!(headers.iter().collect::<Vec<_>>(), [("accept", "application/scim+json")]);
    }

    #[test]
    fn operations_are_named_by_what_they_mean() {
        let patch = |path: &str, value: Value| json!({"Operations": [{"op": "Replace", "path": path, "value": value}]});
        for (method, path, body, expected) in [
            ("POST", "/scim/v2/Users", json!({}), Operation::Create),
            ("GET", "/scim/v2/Users?filter=userName+eq+%22a%22", Value::Null, Operation::Match),
            ("GET", "/scim/v2/Users?startIndex=1&count=2", Value::Null, Operation::List),
            ("GET", "/scim/v2/Users/7", Value::Null, Operation::Read),
            ("GET", "/scim/v2/Schemas/urn:x", Value::Null, Operation::Discover),
            ("PUT", "/scim/v2/Users/7", json!({"active": true}), Operation::Update),
            ("PUT", "/scim/v2/Users/7", json!({"active": false}), Operation::Deactivate),
            ("PATCH", "/scim/v2/Users/7", patch("active", json!("False")), Operation::Deactivate),
            ("PATCH", "/scim/v2/Users/7", patch("active", json!(true)), Operation::Activate),
            ("PATCH", "/scim/v2/Users/7", patch("title", json!("x")), Operation::Update),
            (
                "PATCH",
                "/scim/v2/Users/7",
                patch("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", json!("9")),
                Operation::SetManager,
            ),
            (
                "PATCH",
                "/scim/v2/Users/7",
                json!({"Operations": [{"op": "replace", "value": {"active": false}}]}),
                Operation::Deactivate,
            ),
            ("DELETE", "/scim/v2/Users/7", Value::Null, Operation::Delete),
        ] {
            assert_eq!(Operation::of(method, path, &body), expected, "{method} {path} {body}");
        }
    }
}
