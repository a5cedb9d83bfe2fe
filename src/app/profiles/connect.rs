//! The Connect dialog: a form that is checked while it is typed, and the checklist of its addresses and token. It sends nothing:
//! what a test or a save takes is made here and ordered by whoever owns the dialog.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::{
    app::Remote,
    domain::{
        connection::{Check, CheckName, CheckStatus},
        failure::Failure,
        problem::Problem,
        profile::{Profile, ProfileDraft, ProfileId},
        secret::Secret,
    },
    engine::{JobId, TokenChange},
};

/// The Connect dialog.
#[derive(Debug, Clone, PartialEq)]
pub struct Connect {
    /// The profile's id: a new one, or the one that is edited.
    pub id: ProfileId,
    /// Whether it was saved before.
    pub existing: bool,
    /// The form.
    pub draft: ProfileDraft,
    pub(super) before: ProfileDraft,
    /// The token as typed; `None` keeps the saved one.
    pub token: Option<Secret>,
    pub(super) copy_token_from: Option<ProfileId>,
    /// Whether the saved token was taken away because the address leads elsewhere.
    pub(super) token_withheld: bool,
    /// Addresses that are still being typed: half an address may name somebody else's host.
    pub(super) unsettled: BTreeSet<&'static str>,
    /// Every problem of the form.
    pub problems: Vec<Problem>,
    pub(super) left: Vec<&'static str>,
    /// The checklist.
    pub checks: Vec<Check>,
    /// The checklist's job, while it runs.
    pub testing: Option<JobId>,
    pub(super) test_due: Option<Timestamp>,
    /// Why the checklist could not run.
    pub test_failure: Option<Failure>,
    /// The save, while it runs and after it failed.
    pub saving: Remote<()>,
}

impl Connect {
    pub(super) fn new(id: ProfileId, draft: ProfileDraft, existing: bool, copy_token_from: Option<ProfileId>) -> Self {
        let keeps_token = existing || copy_token_from.is_some();
        let mut dialog = Self {
            id,
            existing,
            before: draft.clone(),
            draft,
            token: (!keeps_token).then(|| Secret::new("")),
            copy_token_from,
            token_withheld: false,
            unsettled: BTreeSet::new(),
            problems: Vec::new(),
            left: Vec::new(),
            checks: waiting_checks(),
            testing: None,
            test_due: None,
            test_failure: None,
            saving: Remote::default(),
        };
        dialog.recheck();
        dialog
    }

    /// The problems of a field that may show: it was left, or it stands typed.
    pub fn problems_of(&self, field: &'static str) -> impl Iterator<Item = &Problem> {
        let shows = self.left.contains(&field);
        self.problems.iter().filter(move |problem| shows && problem.field == field)
    }

    /// Whether the problems of a field show already.
    #[must_use]
    pub fn shows(&self, field: &str) -> bool {
        self.left.contains(&field)
    }

    /// Whether something was typed that closing would lose.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        self.draft != self.before || self.token.as_ref().is_some_and(|token| !token.is_empty())
    }

    /// Whether it can be saved.
    #[must_use]
    pub fn can_save(&self) -> bool {
        !self.problems.iter().any(Problem::blocks) && self.saving.loading().is_none()
    }

    /// A saved token stays with the hosts it was saved for; for any other it has to be typed again.
    pub(super) fn withhold_token(&mut self) {
        let stays = self.draft.keeps_token_of(&self.before);
        if !stays && self.token.is_none() {
            self.token = Some(Secret::new(""));
            self.token_withheld = true;
        } else if stays && self.token_withheld && self.token.as_ref().is_some_and(Secret::is_empty) {
            self.token = None;
            self.token_withheld = false;
        }
    }

    /// No check runs any more.
    pub(super) fn settle_checks(&mut self, finding: &str) {
        for check in self.checks.iter_mut().filter(|check| check.status == CheckStatus::Running) {
            check.status = CheckStatus::Skipped;
            finding.clone_into(&mut check.finding);
        }
    }

    pub(super) fn is_complete(&self) -> bool {
        self.unsettled.is_empty()
            && self.token.as_ref().is_none_or(|token| !token.is_empty())
            && self.profile().is_some()
    }

    pub(super) fn recheck(&mut self) {
        self.problems = self.draft.check(self.token.as_ref().map(Secret::expose));
    }

    pub(super) fn token_change(&self) -> TokenChange {
        match (&self.token, &self.copy_token_from) {
            (Some(token), _) if token.is_empty() => TokenChange::Forget,
            (Some(token), _) => TokenChange::Set(token.clone()),
            (None, Some(other)) => TokenChange::CopyFrom(other.clone()),
            (None, None) => TokenChange::Keep,
        }
    }

    pub(super) fn profile(&self) -> Option<Profile> {
        self.draft.validate(self.id.clone(), self.token.as_ref().map(Secret::expose)).ok()
    }
}

pub(super) fn waiting_checks() -> Vec<Check> {
    CheckName::ALL
        .into_iter()
        .map(|name| Check {
            name,
            status: CheckStatus::Waiting,
            finding: "Waits for the form".to_owned(),
            next: String::new(),
            duration_ms: None,
        })
        .collect()
}
