//! What the order of requests shows of one of them, as a finding with both ends as its evidence. Kept small: there may be one
//! for every line of a log.

use std::sync::Arc;

use jiff::Timestamp;

use super::super::{
    catalogue::{CATALOGUE, filled},
    finding::{Confidence, Evidence, Finding},
};
use crate::domain::{journal::Record, mapping::can_be_mapped, problem::Severity};

/// A request and when it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// The journal's key.
    pub key: i64,
    /// When it was received.
    pub at: Timestamp,
}

impl Seen {
    /// It as the place of an evidence.
    #[must_use]
    pub fn place(&self) -> String {
        format!("log/{}", self.at)
    }
}

/// What the order of requests shows of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InOrder {
    /// The pattern's id.
    pub id: &'static str,
    /// An error where the request failed.
    pub severity: Severity,
    /// The request.
    pub seen: Seen,
    /// The other request that shows it, where it is one.
    pub other: Option<Seen>,
    /// The attribute that it is about, where it is about one.
    pub attribute: Option<Arc<str>>,
}

impl InOrder {
    /// The finding of that request's record; `None` where the catalogue does not know the pattern.
    #[must_use]
    pub fn finding(&self, record: &Record) -> Option<Finding> {
        let pattern = CATALOGUE.get(self.id)?;
        let summary = &record.summary;
        let value = |name: &str| match name {
            "user" => summary.user.as_deref(),
            "attribute" => self.attribute.as_deref(),
            _ => None,
        };
        let fill = |text: &str| filled(text, value);
        Some(Finding {
            id: self.id.to_owned(),
            severity: self.severity,
            confidence: Confidence::Likely,
            owner: pattern.owner,
            title: fill(&pattern.title),
            cause: fill(&pattern.cause),
            evidence: self.evidence(record).collect(),
            fix_customer: pattern.customer_steps(record.directory()).into_iter().map(fill).collect(),
            fix_support: pattern.fix_support.iter().map(|step| fill(step)).collect(),
            tell_apart: None,
            is_habit: false,
            mapping_of: self.attribute.as_deref().filter(|name| can_be_mapped(name)).map(str::to_owned),
        })
    }

    /// This request and the other.
    pub(in crate::diagnosis) fn evidence(&self, record: &Record) -> impl Iterator<Item = Evidence> {
        let summary = &record.summary;
        let status = summary.status.map_or_else(|| "no status".to_owned(), |status| status.to_string());
        let what = [summary.method.as_str(), summary.path.as_str()].join(" ");
        let about = self.attribute.as_deref().map(|attribute| format!("; it is about {attribute}")).unwrap_or_default();
        let text = match record.own_change() {
            Some(kind) => format!("Okta logged {kind}."),
            None => format!("{}, answered {status}{about}", what.trim()),
        };
        let other = self.other.map(|other| Evidence { place: other.place(), text: other_words(self.id).to_owned() });
        [Evidence { place: self.seen.place(), text }].into_iter().chain(other)
    }
}

/// What the other request shows, in words.
fn other_words(id: &str) -> &'static str {
    match id {
        "anchor-lost-404" => "They were created under this id.",
        "conflict-external-id" => "Somebody else was given this externalId.",
        "deactivation-not-sent" => "Others were sent since.",
        "externalid-changed-or-wrong-source" => "Another externalId was sent for them.",
        "filter-case-sensitivity" => "The look-up found nobody.",
        "group-partial-failure" => "Members were added here.",
        "group-remove-member-shape" => "Members were removed here.",
        "valuepath-creates-duplicate-entry" => "One entry of this type was there before.",
        "put-replaces-and-wipes" => "A PUT without it replaced the person.",
        "group-member-unknown" | "manager-unresolved" => "The service answered that it does not know this id.",
        "hard-delete-data-loss" => "They were deleted, or switched off and gone.",
        "matching-duplicates-source" => "The other value was sent for them.",
        "pagination-wrong" => "The page before held the same resources.",
        "restart-needed-after-mapping" => "The attribute has landed for somebody since.",
        "soft-delete-recreate-conflict" => "They were switched off or deleted.",
        "source-drift-manual-edit" => "The answer showed the value as it was sent.",
        "token-invalid-or-expired" => "The last request that was answered with success.",
        "username-vs-email-change" => "Their e-mail address alone was changed to this user name.",
        "unexpected-deactivation" => "They were switched on.",
        _ => "Another request of the same story.",
    }
}
