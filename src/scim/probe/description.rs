//! Reads ServiceProviderConfig (RFC 7643 §5) tolerantly. It is optional for directories, so nothing here ever fails.

use serde_json::Value;

use crate::domain::connection::CheckStatus;
use crate::domain::exchange::truth;
use crate::scim::client::Sent;
use crate::scim::list::schemas;

const CONFIG: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
const OPERATOR: &str = "Nothing to do in the directory; the tenant's operator can mend it.";

pub(super) struct Described {
    pub(super) status: CheckStatus,
    pub(super) finding: String,
    pub(super) next: String,
}

/// What the answer to `GET /ServiceProviderConfig` is worth.
pub(super) fn judge(sent: &Sent) -> Described {
    let warning =
        |finding: String, next: &str| Described { status: CheckStatus::Warning, finding, next: next.to_owned() };
    match (&sent.result, sent.status()) {
        (Ok(()), _) if sent.body().is_object() => {
            let (offers, notes) = read(sent);
            if notes.is_empty() {
                return Described { status: CheckStatus::Passed, finding: offers, next: String::new() };
            }
            warning(format!("{offers} {}", notes.join(" ")), OPERATOR)
        }
        (Ok(()), _) => warning("The answer holds no service description (RFC 7643 §5).".to_owned(), OPERATOR),
        (Err(_), Some(status @ (404 | 405 | 501))) => {
            warning(format!("Optional, and not offered here ({status}). Directories work without it."), "")
        }
        (Err(failure), _) => {
            warning(format!("{}. It is optional, and directories work without it.", failure.what), OPERATOR)
        }
    }
}

/// What is odd about a service description that came.
pub(in crate::scim) fn service_notes(sent: &Sent) -> Vec<String> {
    read(sent).1
}

/// The media type, where it is not SCIM's.
pub(in crate::scim) fn content_type(sent: &Sent) -> Option<String> {
    if sent.body().is_null() {
        return None;
    }
    let found = sent.header("content-type").unwrap_or("nothing");
    let plain = found.split(';').next().unwrap_or_default().trim();
    (!plain.eq_ignore_ascii_case("application/scim+json"))
        .then(|| format!("The answer is labelled {plain}, not application/scim+json (RFC 7644 §3.1)."))
}

fn read(sent: &Sent) -> (String, Vec<String>) {
    let config = sent.body();
    let mut notes: Vec<String> = content_type(sent).into_iter().collect();
    if !schemas(config).any(|urn| urn == CONFIG) {
        notes.push("It does not name ServiceProviderConfig in schemas (RFC 7643 §5).".to_owned());
    }
    let mut offered = Vec::new();
    for (member, label) in
        [("patch", "PATCH"), ("filter", "filters"), ("bulk", "bulk"), ("sort", "sorting"), ("etag", "ETags")]
    {
        let supported = config.get(member).and_then(|part| part.get("supported"));
        match supported {
            None => notes.push(format!("{member}.supported is missing (RFC 7643 §5).")),
            Some(Value::Bool(_)) => {}
            Some(_) => notes.push(format!("{member}.supported is not a boolean (RFC 7643 §5).")),
        }
        if truth(supported) == Some(true) {
            offered.push(label);
        } else if supported.is_some() && member == "patch" {
            notes.push(
                "It says that PATCH is not supported, which Entra needs to change and deactivate users.".to_owned(),
            );
        } else if supported.is_some() && member == "filter" {
            notes
                .push("It says that filters are not supported, which every directory needs to match users.".to_owned());
        }
    }
    if !config.get("authenticationSchemes").is_some_and(Value::is_array) {
        notes.push("authenticationSchemes is missing (RFC 7643 §5).".to_owned());
    }
    let offers = match offered.as_slice() {
        [] => "It offers none of the optional parts.".to_owned(),
        parts => format!("It offers {}.", parts.join(", ")),
    };
    (offers, notes)
}
