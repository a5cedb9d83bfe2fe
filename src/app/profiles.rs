//! The tenants: the list, the Connect dialog with its live checklist, and which one is at work.

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
            Do::Remove(id) => remove(&id, all, cx),
            Do::Restore(id) => drop(cx.orders.ask("removal undone", Command::RestoreProfile(id))),
            Do::Typed(draft) => self.typed(cx, |dialog| dialog.draft = *draft),
            Do::Token(token) => self.typed(cx, |dialog| dialog.token = Some(token)),
            Do::ReplaceToken => self.typed(cx, |dialog| dialog.token = Some(Secret::new(""))),
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
        if let Some(profile) = all.iter().find(|profile| profile.id == *id) {
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

    fn typed(&mut self, cx: &Context<'_>, change: impl FnOnce(&mut Connect)) {
        let Some(dialog) = &mut self.connect else { return };
        change(dialog);
        dialog.recheck();
        dialog.test_due = Some(cx.now + PAUSE);
    }

    fn left(&mut self, field: &'static str) {
        if let Some(dialog) = self.connect.as_mut().filter(|dialog| !dialog.left.contains(&field)) {
            dialog.left.push(field);
        }
    }

    fn fix(&mut self, problem: &Problem, cx: &Context<'_>) {
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

    fn mend_token(&mut self, cx: &Context<'_>) {
        let mended = |dialog: &Connect| dialog.token.as_ref().and_then(|token| mend_token(token.expose()));
        if let Some(token) = self.connect.as_ref().and_then(mended) {
            self.typed(cx, |dialog| dialog.token = Some(token));
        }
    }

    /// Starts the checklist when its pause is over. Says when it is due otherwise.
    pub fn tick(&mut self, now: Timestamp, orders: &mut Orders) -> Option<Timestamp> {
        let dialog = self.connect.as_mut()?;
        let due = dialog.test_due?;
        let complete = dialog.token.as_ref().is_none_or(|token| !token.is_empty()) && dialog.profile().is_some();
        if !complete {
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
            dialog.left = vec!["name", "scim_url", "support_url", "token", "proxy", "ca_file", "token_issued_on"];
            return;
        };
        dialog.checks = waiting_checks();
        dialog.test_failure = None;
        let command = Command::TestConnection { profile: Box::new(profile), token: dialog.token_change() };
        dialog.testing = Some(orders.ask("connection tested", command));
    }

    fn stop_test(&mut self, orders: &mut Orders) {
        if let Some(job) = self.connect.as_mut().and_then(|dialog| dialog.testing.take()) {
            orders.cancel(job);
        }
    }

    fn save(&mut self, orders: &mut Orders) {
        let Some(dialog) = &mut self.connect else { return };
        dialog.left = vec!["name", "scim_url", "support_url", "token", "proxy", "ca_file", "token_issued_on"];
        if let Some(profile) = dialog.profile() {
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

    /// A certificate authority's file was chosen.
    pub fn ca_chosen(&mut self, file: &std::path::Path, cx: &Context<'_>) {
        let file = file.display().to_string();
        self.typed(cx, |dialog| dialog.draft.ca_file = file);
    }
}

fn remove(id: &ProfileId, all: &[Profile], cx: &mut Context<'_>) {
    let Some(profile) = all.iter().find(|profile| profile.id == *id) else { return };
    cx.orders.ask("profile removed by the user", Command::RemoveProfile(id.clone()));
    let undo = super::Action::Profiles(Do::Restore(id.clone()));
    cx.notices.say_with_undo(cx.now, format!("{} removed", profile.name), undo);
}

fn free_name(name: &str, all: &[Profile]) -> String {
    let taken = |candidate: &str| all.iter().any(|profile| profile.name.eq_ignore_ascii_case(candidate));
    std::iter::once(format!("{name} copy"))
        .chain((2_u32..).map(|n| format!("{name} copy {n}")))
        .find(|candidate| !taken(candidate))
        .unwrap_or_default()
}
