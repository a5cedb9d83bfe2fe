//! The tenants: the list, the Connect dialog with its live checklist, and which one is at work.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::{Context, Remote, orders::Orders};
use crate::{
    domain::{
        connection::{Check, CheckName, CheckStatus},
        failure::Failure,
        problem::Problem,
        profile::{Profile, ProfileDraft, ProfileId, mend_token},
        secret::Secret,
    },
    engine::{Command, JobId, Purpose, TokenChange},
};

/// The checklist starts by itself this long after the last edit.
const PAUSE: SignedDuration = SignedDuration::from_millis(600);

/// Every field of the form.
const FIELDS: [&str; 7] = ["name", "scim_url", "support_url", "token", "proxy", "ca_file", "token_issued_on"];
/// Those that say where the token goes.
const ADDRESSES: [&str; 3] = ["scim_url", "support_url", "proxy"];

/// What a person does here.
#[derive(Debug, Clone, PartialEq)]
pub enum Do {
    /// Connect a new tenant.
    New,
    /// Edit one.
    Edit(ProfileId),
    /// Make a copy of one, token included.
    Duplicate(ProfileId),
    /// Remove one; can be undone.
    Remove(ProfileId),
    /// Put a removed one back.
    Restore(ProfileId),
    /// Type into the form.
    Typed(Box<ProfileDraft>),
    /// Type a token.
    Token(Secret),
    /// Forget the saved token and type another.
    ReplaceToken,
    /// A field was left: its problems may show.
    Left(&'static str),
    /// Take blanks, quotes and a doubled prefix out of the typed token.
    MendToken,
    /// Take a problem's quick fix.
    Fix(Problem),
    /// Run the checklist.
    Test,
    /// Stop it.
    StopTest,
    /// Save.
    Save,
    /// Close the dialog without saving.
    Close,
    /// Choose a certificate authority's file.
    ChooseCa,
}

/// The Connect dialog.
#[derive(Debug, Clone, PartialEq)]
pub struct Connect {
    /// The profile's id: a new one, or the one that is edited.
    pub id: ProfileId,
    /// Whether it was saved before.
    pub existing: bool,
    /// The form.
    pub draft: ProfileDraft,
    before: ProfileDraft,
    /// The token as typed; `None` keeps the saved one.
    pub token: Option<Secret>,
    copy_token_from: Option<ProfileId>,
    /// Whether the saved token was taken away because the address leads elsewhere.
    token_withheld: bool,
    /// Addresses that are still being typed: half an address may name somebody else's host.
    unsettled: BTreeSet<&'static str>,
    /// Every problem of the form.
    pub problems: Vec<Problem>,
    left: Vec<&'static str>,
    /// The checklist.
    pub checks: Vec<Check>,
    /// The checklist's job, while it runs.
    pub testing: Option<JobId>,
    test_due: Option<Timestamp>,
    /// Why the checklist could not run.
    pub test_failure: Option<Failure>,
    /// The save, while it runs and after it failed.
    pub saving: Remote<()>,
}

/// The state of the dialog and the list.
#[derive(Debug, Default)]
pub struct Profiles {
    /// The dialog, while it is open.
    pub connect: Option<Connect>,
    removing: BTreeMap<JobId, (ProfileId, String)>,
}

impl Connect {
    fn new(id: ProfileId, draft: ProfileDraft, existing: bool, copy_token_from: Option<ProfileId>) -> Self {
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
    fn withhold_token(&mut self) {
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
    fn settle_checks(&mut self, finding: &str) {
        for check in self.checks.iter_mut().filter(|check| check.status == CheckStatus::Running) {
            check.status = CheckStatus::Skipped;
            finding.clone_into(&mut check.finding);
        }
    }

    fn is_complete(&self) -> bool {
        self.unsettled.is_empty()
            && self.token.as_ref().is_none_or(|token| !token.is_empty())
            && self.profile().is_some()
    }

    fn recheck(&mut self) {
        self.problems = self.draft.check(self.token.as_ref().map(Secret::expose));
    }

    fn token_change(&self) -> TokenChange {
        match (&self.token, &self.copy_token_from) {
            (Some(token), _) if token.is_empty() => TokenChange::Forget,
            (Some(token), _) => TokenChange::Set(token.clone()),
            (None, Some(other)) => TokenChange::CopyFrom(other.clone()),
            (None, None) => TokenChange::Keep,
        }
    }

    fn profile(&self) -> Option<Profile> {
        self.draft.validate(self.id.clone(), self.token.as_ref().map(Secret::expose)).ok()
    }
}

fn waiting_checks() -> Vec<Check> {
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

impl Profiles {
    /// Carries an action out.
    pub fn update(&mut self, action: Do, all: &[Profile], cx: &mut Context<'_>) {
        match action {
            Do::New => self.connect = Some(Connect::new(cx.new_profile_id(), ProfileDraft::default(), false, None)),
            Do::Edit(id) => self.edit(&id, all, cx),
            Do::Duplicate(id) => self.duplicate(&id, all, cx),
            Do::Remove(id) => self.remove(&id, all, cx),
            Do::Restore(id) => drop(cx.orders.ask("removal undone", Command::RestoreProfile(id))),
            Do::Typed(draft) => self.typed_form(*draft, cx),
            Do::Token(token) => self.typed(cx, |dialog| dialog.token = Some(token)),
            Do::ReplaceToken => self.typed(cx, |dialog| {
                dialog.token = Some(Secret::new(""));
                dialog.token_withheld = false;
            }),
            Do::Left(field) => self.left(field),
            Do::Fix(problem) => self.fix(&problem, cx),
            Do::MendToken => self.mend_token(cx),
            Do::Test => self.test(cx.orders),
            Do::StopTest => self.stop_test(cx.orders),
            Do::Save => self.save(cx.orders),
            Do::Close => self.close(cx.orders),
            Do::ChooseCa => drop(cx.orders.ask("choose a certificate", Command::Pick(Purpose::CertificateAuthority))),
        }
    }

    fn edit(&mut self, id: &ProfileId, all: &[Profile], cx: &mut Context<'_>) {
        if let Some(profile) = all.iter().find(|profile| profile.id == *id && !id.is_sandbox()) {
            let mut dialog = Connect::new(id.clone(), profile.draft(), true, None);
            dialog.test_due = Some(cx.now);
            self.connect = Some(dialog);
        }
    }

    fn duplicate(&mut self, id: &ProfileId, all: &[Profile], cx: &mut Context<'_>) {
        if let Some(profile) = all.iter().find(|profile| profile.id == *id) {
            let mut draft = profile.draft();
            draft.name = free_name(&draft.name, all);
            self.connect = Some(Connect::new(cx.new_profile_id(), draft, false, Some(id.clone())));
        }
    }

    fn typed_form(&mut self, draft: ProfileDraft, cx: &mut Context<'_>) {
        self.typed(cx, |dialog| {
            let addresses =
                |draft: &ProfileDraft| [&draft.scim_url, &draft.support_url, &draft.proxy].map(Clone::clone);
            let changed = addresses(&dialog.draft).into_iter().zip(addresses(&draft)).zip(ADDRESSES);
            dialog.unsettled.extend(changed.filter(|((old, new), _)| old != new).map(|(_, field)| field));
            dialog.draft = draft;
        });
    }

    /// What a running checklist finds would speak of another form: it is stopped, and starts again after the pause.
    fn typed(&mut self, cx: &mut Context<'_>, change: impl FnOnce(&mut Connect)) {
        self.stop_test(cx.orders);
        let Some(dialog) = &mut self.connect else { return };
        change(dialog);
        dialog.withhold_token();
        dialog.recheck();
        dialog.test_due = Some(cx.now + PAUSE);
    }

    fn left(&mut self, field: &'static str) {
        let Some(dialog) = &mut self.connect else { return };
        dialog.unsettled.remove(field);
        if !dialog.left.contains(&field) {
            dialog.left.push(field);
        }
    }

    fn fix(&mut self, problem: &Problem, cx: &mut Context<'_>) {
        let Some(value) = problem.fix.clone() else { return };
        self.typed(cx, |dialog| match problem.field.as_ref() {
            "name" => dialog.draft.name = value,
            "scim_url" => dialog.draft.scim_url = value,
            "support_url" => dialog.draft.support_url = value,
            "proxy" => dialog.draft.proxy = value,
            "ca_file" => dialog.draft.ca_file = value,
            "token_issued_on" => dialog.draft.token_issued_on = value,
            _ => {}
        });
    }

    fn mend_token(&mut self, cx: &mut Context<'_>) {
        let mended = |dialog: &Connect| dialog.token.as_ref().and_then(|token| mend_token(token.expose()));
        if let Some(token) = self.connect.as_ref().and_then(mended) {
            self.typed(cx, |dialog| dialog.token = Some(token));
        }
    }

    /// Starts the checklist when its pause is over. Says when it is due otherwise.
    pub fn tick(&mut self, now: Timestamp, orders: &mut Orders) -> Option<Timestamp> {
        let dialog = self.connect.as_mut()?;
        let due = dialog.test_due?;
        if !dialog.is_complete() {
            return None;
        }
        if now < due {
            return Some(due);
        }
        self.test(orders);
        None
    }

    fn test(&mut self, orders: &mut Orders) {
        let Some(dialog) = &mut self.connect else { return };
        dialog.test_due = None;
        let Some(profile) = dialog.profile() else {
            dialog.left = FIELDS.to_vec();
            return;
        };
        dialog.checks = waiting_checks();
        dialog.test_failure = None;
        let command = Command::TestConnection { profile: Box::new(profile), token: dialog.token_change() };
        dialog.testing = Some(orders.ask("connection tested", command));
    }

    fn stop_test(&mut self, orders: &mut Orders) {
        let Some(dialog) = &mut self.connect else { return };
        if let Some(job) = dialog.testing.take() {
            orders.cancel(job);
            dialog.settle_checks("Stopped before it ended");
        }
    }

    fn save(&mut self, orders: &mut Orders) {
        let Some(dialog) = &mut self.connect else { return };
        dialog.left = FIELDS.to_vec();
        if let Some(profile) = dialog.profile().filter(|_| dialog.saving.loading().is_none()) {
            let command = Command::SaveProfile { profile: Box::new(profile), token: dialog.token_change() };
            dialog.saving.start(orders.ask("profile saved by the user", command));
        }
    }

    fn close(&mut self, orders: &mut Orders) {
        self.stop_test(orders);
        self.connect = None;
    }

    /// A check began or ended.
    pub fn checked(&mut self, job: JobId, check: Check) {
        let Some(dialog) = self.connect.as_mut().filter(|dialog| dialog.testing == Some(job)) else { return };
        if let Some(line) = dialog.checks.iter_mut().find(|line| line.name == check.name) {
            *line = check;
        }
    }

    /// The checklist is over.
    pub fn checks_done(&mut self, job: JobId, failure: Option<Failure>) {
        if let Some(dialog) = self.connect.as_mut().filter(|dialog| dialog.testing == Some(job)) {
            dialog.testing = None;
            dialog.test_failure = failure;
            dialog.settle_checks("It did not come to an end");
        }
    }

    /// The profile was saved, or could not be. Says whether the dialog is done.
    pub fn saved(&mut self, job: JobId, result: Result<(), Failure>) -> bool {
        let saved = result.is_ok();
        let taken = self.connect.as_mut().is_some_and(|dialog| dialog.saving.resolve(job, result));
        if taken && saved {
            self.connect = None;
        }
        taken && saved
    }

    fn remove(&mut self, id: &ProfileId, all: &[Profile], cx: &mut Context<'_>) {
        let Some(profile) = all.iter().find(|profile| profile.id == *id && !id.is_sandbox()) else { return };
        let job = cx.orders.ask("profile removed by the user", Command::RemoveProfile(id.clone()));
        self.removing.insert(job, (id.clone(), profile.name.clone()));
    }

    /// A removal is done: only now can it be undone.
    pub fn removed(&mut self, job: JobId, cx: &mut Context<'_>) {
        if let Some((id, name)) = self.removing.remove(&job) {
            let undo = super::Action::Profiles(Do::Restore(id));
            cx.notices.say_with_undo(cx.now, format!("{name} removed"), undo);
        }
    }

    /// A certificate authority's file was chosen.
    pub fn ca_chosen(&mut self, file: &std::path::Path, cx: &mut Context<'_>) {
        let file = file.display().to_string();
        self.typed(cx, |dialog| dialog.draft.ca_file = file);
    }
}

fn free_name(name: &str, all: &[Profile]) -> String {
    let taken = |candidate: &str| all.iter().any(|profile| profile.name.eq_ignore_ascii_case(candidate));
    std::iter::once(format!("{name} copy"))
        .chain((2_u32..).map(|n| format!("{name} copy {n}")))
        .find(|candidate| !taken(candidate))
        .unwrap_or_default()
}
