//! Versions of resources as entity tags (RFC 7644 §3.14). They are weak: two answers of one version may differ in what was
//! asked for, never in what they are.

use axum::http::header::{HeaderName, IF_MATCH, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};

use super::error::ScimError;
use super::service::Call;

impl Call<'_> {
    /// A write meant for another version is refused (RFC 9110 §13.1).
    pub(super) fn check_version(&self, what: &str, version: i64) -> Result<(), ScimError> {
        if self.has_version(version) {
            let detail = format!("The {what} is at version {}, which If-None-Match excludes.", etag(version));
            return Err(ScimError::new(StatusCode::PRECONDITION_FAILED, detail));
        }
        self.check_match(what, version)
    }

    /// Whatever is meant for another version is refused, a read too.
    pub(super) fn check_match(&self, what: &str, version: i64) -> Result<(), ScimError> {
        let Some(wanted) = tags(&self.parts.headers, &IF_MATCH) else { return Ok(()) };
        if names(&wanted, version) {
            return Ok(());
        }
        let detail = format!("The {what} is at version {}, not at the one in If-Match.", etag(version));
        Err(ScimError::new(StatusCode::PRECONDITION_FAILED, detail))
    }

    /// Whether the caller has this version already.
    pub(super) fn has_version(&self, version: i64) -> bool {
        tags(&self.parts.headers, &IF_NONE_MATCH).is_some_and(|known| names(&known, version))
    }
}

/// The weak entity tag of a version.
pub(super) fn etag(version: i64) -> String {
    format!("W/\"{version}\"")
}

fn tags(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let all: Vec<&str> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
    (!all.is_empty()).then(|| all.join(","))
}

/// Whether a list of entity tags names the version; compared as weak tags.
fn names(list: &str, version: i64) -> bool {
    let version = version.to_string();
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").trim_matches('"').to_owned();
    list.split(',').any(|tag| tag.trim() == "*" || opaque(tag) == version)
}
