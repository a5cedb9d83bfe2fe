//! The tenants: the list, the Connect dialog with its live checklist, and which one is at work.

mod connect;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

pub use self::connect::Connect;
use self::connect::waiting_checks;
use super::{Context, orders::Orders};
use crate::{
    domain::{
        connection::Check,
        failure::Failure,
        problem::Problem,
        profile::{Profile, ProfileDraft, ProfileId, mend_token},
        secret::Secret,
    },
    engine::{Command, JobId, Purpose},
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

/// The state of the dialog and the list.
#[derive(Debug, Default)]
pub struct Profiles {
    /// The dialog, while it is open.
    pub connect: Option<Connect>,
    removing: BTreeMap<JobId, (ProfileId, String)>,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::{
            Action,
            script::{Script, acme, failed, failure, is_list, job, noon, workspace},
        },
        domain::connection::{CheckName, CheckStatus},
        engine::{News, Order, TokenChange, TokenPlace},
    };

    fn act(script: &mut Script, action: Do) -> Vec<Order> {
        script.act(Action::Profiles(action))
    }

    fn dialog(script: &Script) -> &Connect {
        script.model.profiles.connect.as_ref().expect("the dialog is open")
    }

    fn is_test(command: &Command) -> bool {
        matches!(command, Command::TestConnection { .. })
    }

    fn is_save(command: &Command) -> bool {
        matches!(command, Command::SaveProfile { .. })
    }

    /// Types into the form and leaves the field.
    fn type_into(script: &mut Script, field: &'static str, change: impl FnOnce(&mut ProfileDraft)) {
        let mut draft = dialog(script).draft.clone();
        change(&mut draft);
        act(script, Do::Typed(Box::new(draft)));
        act(script, Do::Left(field));
    }

    /// The dialog with everything typed, just now.
    fn typed() -> Script {
        let mut script = Script::new();
        act(&mut script, Do::New);
        type_into(&mut script, "name", |draft| draft.name = "Globex".to_owned());
        type_into(&mut script, "scim_url", |draft| draft.scim_url = "https://globex.example/scim/v2".to_owned());
        act(&mut script, Do::Token(Secret::new("globex-token-0123456789")));
        script.orders();
        script
    }

    #[test]
    fn the_checklist_starts_after_a_pause_in_typing() {
        let mut script = typed();
        assert_eq!(script.wait(0), Some(noon() + PAUSE));
        script.wait(400);
        act(&mut script, Do::Token(Secret::new("globex-token-01234567890")));
        assert_eq!(
            script.wait(400),
            Some(noon() + SignedDuration::from_millis(400) + PAUSE),
            "each letter begins anew"
        );
        assert_eq!(script.orders(), []);
        script.wait(200);
        let test = job(&script.orders(), is_test);
        assert_eq!(script.wait(10_000), None, "once");
        assert_eq!(script.orders(), []);

        let check = |status, finding: &str| Check {
            name: CheckName::Address,
            status,
            finding: finding.to_owned(),
            next: String::new(),
            duration_ms: None,
        };
        script.answer(JobId(9_999), News::Checked(check(CheckStatus::Failed, "somebody else's")));
        script.answer(test, News::Checked(check(CheckStatus::Running, "looks")));
        assert_eq!(dialog(&script).checks[0].finding, "looks");
        // What it finds of the old form is of no use.
        let orders = act(&mut script, Do::Token(Secret::new("another-token-0123456789")));
        job(&orders, |command| *command == Command::Cancel(test));
        assert_eq!(dialog(&script).checks[0].status, CheckStatus::Skipped, "none runs any more");
        script.answer(test, News::Checked(check(CheckStatus::Passed, "late")));
        assert_ne!(dialog(&script).checks[0].finding, "late");
        script.wait(600);
        let test = job(&script.orders(), is_test);
        script.answer(test, failed());
        assert_eq!((dialog(&script).testing, dialog(&script).test_failure.clone()), (None, Some(failure())));
    }

    #[test]
    fn half_a_form_and_half_an_address_test_nothing() {
        let mut script = Script::new();
        act(&mut script, Do::New);
        type_into(&mut script, "name", |draft| draft.name = "Globex".to_owned());
        assert_eq!(script.wait(1_000), None);
        act(&mut script, Do::Token(Secret::new("globex-token-0123456789")));
        // Each of these is an address by itself, and none is meant.
        for half in ["https://globex.co", "https://globex.com", "https://globex.company.example/scim/v2"] {
            let mut draft = dialog(&script).draft.clone();
            draft.scim_url = half.to_owned();
            act(&mut script, Do::Typed(Box::new(draft)));
            script.wait(5_000);
            assert_eq!(script.orders(), [], "the token goes to no half-typed host");
        }
        act(&mut script, Do::Left("scim_url"));
        script.wait(0);
        job(&script.orders(), is_test);
    }

    #[test]
    fn problems_show_once_their_field_was_left_or_the_form_was_sent() {
        let mut script = Script::new();
        act(&mut script, Do::New);
        let shown = |script: &Script, field| dialog(script).problems_of(field).count();
        assert!(!dialog(&script).problems.is_empty() && !dialog(&script).can_save());
        assert_eq!((shown(&script, "name"), shown(&script, "scim_url")), (0, 0), "nothing was done wrong yet");
        act(&mut script, Do::Left("name"));
        assert_eq!((shown(&script, "name"), shown(&script, "scim_url")), (1, 0));
        assert_eq!(act(&mut script, Do::Save), [], "what blocks is not saved");
        assert_eq!((shown(&script, "name"), shown(&script, "scim_url")), (1, 1));

        act(&mut script, Do::Close);
        act(&mut script, Do::New);
        assert_eq!(shown(&script, "name"), 0, "a new form begins anew");
        assert_eq!(act(&mut script, Do::Test), []);
        assert_eq!(shown(&script, "scim_url"), 1, "testing shows what is in the way too");
    }

    #[test]
    fn a_copy_has_a_free_name_and_takes_the_token_along() {
        let mut script = Script::new();
        let mut taken = acme();
        (taken.id, taken.name) = (ProfileId("other".to_owned()), "ACME COPY".to_owned());
        if let Some(known) = script.model.workspace.value_mut() {
            *known = workspace(vec![acme(), taken]);
        }
        act(&mut script, Do::Duplicate(acme().id));
        assert_eq!(dialog(&script).draft.name, "Acme copy 2");
        let orders = act(&mut script, Do::Save);
        let Command::SaveProfile { profile, token } = &orders[0].command else { panic!("{orders:?}") };
        assert_ne!(profile.id, acme().id);
        assert_eq!(*token, TokenChange::CopyFrom(acme().id));
    }

    #[test]
    fn a_saved_token_is_not_taken_to_another_host() {
        let change = |script: &mut Script| match &act(script, Do::Save)[..] {
            [Order { command: Command::SaveProfile { token, .. }, .. }] => token.clone(),
            other => panic!("{other:?}"),
        };
        for begin in [Do::Edit(acme().id), Do::Duplicate(acme().id)] {
            let mut script = Script::new();
            act(&mut script, begin);
            assert_eq!(dialog(&script).token, None, "the saved one is kept");
            type_into(&mut script, "scim_url", |draft| draft.scim_url = "https://globex.example/scim/v2".to_owned());
            assert_eq!(dialog(&script).token, Some(Secret::new("")), "it has to be typed again");
            script.orders();
            script.wait(5_000);
            assert_eq!(script.orders(), [], "nothing is sent there by itself");
            type_into(&mut script, "scim_url", |draft| {
                draft.scim_url = "https://acme.example/other/scim/v2".to_owned();
            });
            assert_eq!(dialog(&script).token, None, "back at the old host it is there again");
            type_into(&mut script, "support_url", |draft| {
                draft.support_url = "https://globex.example/support/v1".to_owned();
            });
            act(&mut script, Do::Token(Secret::new("globex-token-0123456789")));
            assert_eq!(change(&mut script), TokenChange::Set(Secret::new("globex-token-0123456789")));
        }
    }

    #[test]
    fn a_removal_is_told_when_it_is_done_and_can_be_undone() {
        let mut script = Script::new();
        script.act(Action::Switch(acme().id));
        let orders = act(&mut script, Do::Remove(acme().id));
        let removal = job(&orders, |command| *command == Command::RemoveProfile(acme().id));
        assert!(script.model.current.is_sandbox(), "another tenant is at work first");
        assert_eq!(script.said(), Vec::<&str>::new());
        script.answer(removal, News::ProfilesChanged(Box::new(workspace(Vec::new()))));
        assert_eq!(script.said(), ["Acme removed"]);
        assert_eq!(script.model.all_profiles().count(), 1);
        let restore = job(&script.act(Action::Undo(0)), |command| *command == Command::RestoreProfile(acme().id));
        script.answer(restore, News::ProfilesChanged(Box::new(workspace(vec![acme()]))));
        assert_eq!(script.model.all_profiles().count(), 2);
        assert_eq!(script.said(), Vec::<&str>::new());

        let orders = act(&mut script, Do::Remove(acme().id));
        let removal = job(&orders, |command| matches!(command, Command::RemoveProfile(_)));
        script.answer(removal, failed());
        assert_eq!(script.said(), [failure().to_string()], "a removal that failed is not called done");
        assert_eq!(script.model.all_profiles().count(), 2);
        assert_eq!(act(&mut script, Do::Remove(ProfileId::sandbox())), [], "the practice tenant stays");
    }

    #[test]
    fn saving_opens_the_tenant_and_a_failed_save_keeps_the_form() {
        let mut script = typed();
        assert!(dialog(&script).is_dirty());
        let save = job(&act(&mut script, Do::Save), is_save);
        assert_eq!(act(&mut script, Do::Save), [], "it is saved once");
        script.answer(save, failed());
        assert_eq!(dialog(&script).saving.failure(), Some(&failure()));
        assert_eq!(dialog(&script).draft.name, "Globex", "nothing typed is lost");
        let orders = act(&mut script, Do::Save);
        let save = job(&orders, is_save);
        let Command::SaveProfile { profile, .. } = &orders[0].command else { panic!("{orders:?}") };
        let saved = News::ProfileSaved { profile: profile.clone(), token: TokenPlace::Session };
        script.answer(save, saved);
        assert_eq!(script.model.profiles.connect, None);
        assert_eq!(script.said(), ["Globex saved"]);
        assert_eq!(script.model.tenant_name(), "Globex");
        job(&script.orders(), is_list);
    }

    #[test]
    fn only_what_was_typed_makes_the_form_dirty() {
        let mut script = Script::new();
        act(&mut script, Do::New);
        assert!(!dialog(&script).is_dirty());
        act(&mut script, Do::Token(Secret::new("globex-token-0123456789")));
        assert!(dialog(&script).is_dirty());
        act(&mut script, Do::Edit(acme().id));
        assert!(!dialog(&script).is_dirty());
        type_into(&mut script, "name", |draft| draft.name = "Acme two".to_owned());
        assert!(dialog(&script).is_dirty());
        type_into(&mut script, "name", |draft| draft.name = "Acme".to_owned());
        assert!(!dialog(&script).is_dirty());
    }

    #[test]
    fn a_pasted_token_is_mended_and_a_fix_goes_into_its_field() {
        let mut script = typed();
        act(&mut script, Do::Token(Secret::new("Bearer globex-token-0123456789")));
        act(&mut script, Do::MendToken);
        assert_eq!(dialog(&script).token, Some(Secret::new("globex-token-0123456789")));
        type_into(&mut script, "scim_url", |draft| draft.scim_url = "https://globex.example/scim/v2/Users".to_owned());
        let problem = dialog(&script).problems.iter().find(|problem| problem.fix.is_some()).unwrap().clone();
        act(&mut script, Do::Fix(problem));
        assert_eq!(dialog(&script).draft.scim_url, "https://globex.example/scim/v2");
    }
}
