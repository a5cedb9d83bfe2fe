//! What a step noticed, in sentences: deviations from the RFC, whose habit a refused shape is, and who can mend it.

use serde_json::Value;

use crate::domain::attribute::ENTERPRISE_USER;
use crate::domain::failure::FailureKind;
use crate::domain::trial::{Dialect, StepName};
use crate::scim::client::Sent;
use crate::scim::list::schemas;
use crate::scim::probe::content_type;

pub(super) const NOT_FOUND_FOR_OKTA: &str =
    "An unknown user gives 404 where RFC 7644 §3.4.2 wants an empty list. Okta accepts that, Entra does not.";
pub(super) const NOT_FOUND_FOR_MATCH: &str =
    "An unknown user must give an empty list (RFC 7644 §3.4.2); Entra puts the job into quarantine over a 404.";
pub(super) const NO_LIST: &str =
    "The answer to the look-up is no list (RFC 7644 §3.4.2), so no directory can match users.";
pub(super) const EXISTS: &str = "A user with this userName exists already. A run never touches a user that it did not \
     create, so nothing was written. Choose another userName.";
pub(super) const FILTER_IGNORED: &str = "The look-up returned users with other names: the filter is ignored. A directory \
     would take the first of them for its own, so nothing was written. The tenant's operator can mend it.";
pub(super) const CREATION_UNKNOWN: &str =
    "Whether the tenant created the user is not known. Look for its userName before you try again.";
pub(super) const CREATED_ALL_THE_SAME: &str =
    "The tenant created the user all the same, as a look-up shows; a directory would not know.";
pub(super) const NO_ID: &str = "The tenant accepted the user but its answer has no id (RFC 7644 §3.3), and the look-up does \
     not find it. Look for its userName and remove it by hand.";
pub(super) const MANAGER_APART: &str = "Entra sends the manager in a PATCH of its own, as the bare id of a user that must \
     exist in the tenant. Check the manager's id; if it is right, the tenant's operator must accept a bare id beside the \
     object of RFC 7643 §4.3.";
pub(super) const NOT_FOUND_BY_NAME: &str = "The new user exists, but a look-up by userName does not find it. A directory \
     would create it again at the next cycle and get a conflict. The tenant's operator can mend it.";
pub(super) const OTHER_ID: &str =
    "The look-up finds this userName under another id than the one given at creation (RFC 7643 §3.1: an id is stable).";
pub(super) const FOUND_TWICE: &str =
    "The look-up finds this userName more than once, and directories stop when a match is not unique.";
pub(super) const COUNT_IGNORED: &str =
    "The parameter count is ignored: count=0 asks for the total only (RFC 7644 §3.4.2.4).";
pub(super) const TITLE_UNCHANGED: &str = "The tenant accepted the change, but the title is not the one sent.";
pub(super) const HIDDEN_WHEN_SUSPENDED: &str =
    "The suspended user cannot be read any more; Entra expects it to be returned with active false.";
pub(super) const STILL_ACTIVE: &str = "The tenant accepted the deactivation, but the user is still active, so people who \
     leave would keep access. The tenant's operator must mend this before go-live.";

/// Whether a write may have been done although no usable answer came.
pub(super) fn may_have_acted(sent: &Sent) -> bool {
    let Err(failure) = &sent.result else { return true };
    match failure.kind {
        FailureKind::TimedOut | FailureKind::AnswerBroken | FailureKind::AnswerTooLarge | FailureKind::NotScim => true,
        FailureKind::TenantFailed => true,
        FailureKind::Unreachable => sent.exchange.response.is_none(),
        _ => false,
    }
}

/// RFC 7644 §3.3.
pub(super) fn creation(sent: &Sent) -> Vec<String> {
    let mut notes: Vec<String> = content_type(sent).into_iter().collect();
    let mut note = |sentence: &str| notes.push(sentence.to_owned());
    if let Some(status) = sent.status().filter(|status| *status != 201) {
        note(&format!("The creation was answered with {status}; RFC 7644 §3.3 says 201."));
    }
    if sent.header("location").is_none() {
        note("No Location header on the answer to the creation (RFC 7644 §3.3).");
    }
    if sent.body().is_null() {
        note("The answer to the creation has no body; Okta then reports \"Create new user returned empty user\".");
    } else {
        notes.extend(user(sent.body()));
    }
    notes
}

/// RFC 7643 §3.1 and §4.
pub(super) fn user(body: &Value) -> Vec<String> {
    let mut notes = Vec::new();
    let mut note = |sentence: &str| notes.push(sentence.to_owned());
    match body.get("id") {
        Some(Value::String(_)) => {}
        Some(Value::Number(_)) => note("The id is a number; RFC 7643 §3.1 wants text, and strict directories stop."),
        _ => note("The user comes without an id (RFC 7643 §3.1)."),
    }
    if schemas(body).next().is_none() {
        note("The user names no schemas (RFC 7643 §3).");
    }
    if body.get("active").is_some_and(|active| !active.is_boolean()) {
        note("active comes back as text or number; RFC 7643 §4.1.1 wants a boolean, and Entra misreads it.");
    }
    let manager = body.get(ENTERPRISE_USER).and_then(|extension| extension.get("manager"));
    if manager.is_some_and(|manager| !manager.is_object() && !manager.is_null()) {
        note("manager comes back as text; RFC 7643 §4.3 wants an object, and Entra cannot read the user then.");
    }
    if !body.get("meta").is_some_and(Value::is_object) {
        note("The user comes without meta (RFC 7643 §3.1).");
    }
    notes
}

/// RFC 7644 §3.5.
pub(super) fn change(sent: &Sent) -> Option<String> {
    let method = sent.exchange.request.method.as_str();
    match (method, sent.status()) {
        ("PATCH", Some(204)) => {
            Some("PATCH is answered with 204 and no body, which RFC 7644 §3.5.2 allows.".to_owned())
        }
        ("PUT", Some(204)) => Some("PUT is answered with 204; RFC 7644 §3.5.1 says 200 with the user.".to_owned()),
        (_, Some(200)) if sent.body().is_null() => {
            Some(format!("{method} is answered with 200 but no body (RFC 7644 §3.5)."))
        }
        _ => content_type(sent),
    }
}

/// A directory's habit that the tenant takes.
pub(super) fn accepted_shape(dialect: Dialect, name: StepName) -> Option<String> {
    let habit = match (dialect, name) {
        (Dialect::Entra, StepName::Deactivate) => {
            "Capital Replace and quoted \"False\" are Entra habits. Accepted here."
        }
        (Dialect::EntraFlag, StepName::Update) => {
            "One replace without a path, with dotted and URN keys, is a habit of Entra with aadOptscim062020. Accepted here."
        }
        (Dialect::Okta, StepName::Update) => "Putting the whole user back is an Okta habit. Accepted here.",
        _ => return None,
    };
    Some(habit.to_owned())
}

/// Whose habit a refused request shows, and who can do something about it.
pub(super) fn refused_shape(dialect: Dialect, name: StepName, sent: &Sent) -> Option<String> {
    if !matches!(sent.status(), Some(400 | 415 | 422 | 500 | 501)) {
        return None;
    }
    let habit = match (dialect, name) {
        (Dialect::Entra, StepName::Deactivate) => {
            "Entra without aadOptscim062020 sends \"False\" as text and Replace with a capital. RFC 7643 §2.3.2 wants the \
             boolean, but this is what arrives, so leavers would stay active: the tenant's operator should accept it, or the \
             customer's admin adds ?aadOptscim062020 to the tenant URL."
        }
        (Dialect::Entra, StepName::Update) => {
            "Entra without aadOptscim062020 writes Replace with a capital; RFC 7644 §3.5.2 has lower-case names. The tenant's \
             operator should accept both, or the customer's admin adds ?aadOptscim062020 to the tenant URL."
        }
        (Dialect::EntraFlag, StepName::Update) => {
            "Entra with aadOptscim062020 bundles changes in one replace without a path, with dotted and URN keys. The tenant's \
             operator should accept it; until then the customer's admin leaves the flag out."
        }
        (Dialect::Okta, StepName::Update) => {
            "Okta puts the whole user back as it read it, id and meta included, which RFC 7644 §3.5.1 has the tenant ignore. The \
             tenant's operator can mend it."
        }
        (Dialect::Okta, StepName::Deactivate) => {
            "Okta deactivates with a replace without a path, which RFC 7644 §3.5.2.3 allows. The tenant's operator can mend it."
        }
        (Dialect::Entra | Dialect::EntraFlag, StepName::Create) => {
            "Entra always lists the enterprise extension in schemas and never a custom one, and sends externalId, meta and empty \
             roles along. If the tenant's words point at one of these, its operator can mend it."
        }
        (Dialect::Okta, StepName::Create) => {
            "Okta sends displayName, externalId and empty groups along. If the tenant's words point at one of these, its \
             operator can mend it."
        }
        _ => return None,
    };
    Some(habit.to_owned())
}
