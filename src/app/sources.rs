//! The Sources screen: where the journal of the tenant at work is fed from, how each source stands, and connecting the
//! directory's own log. A secret is here only while it is typed.

use jiff::Timestamp;

use super::{Action, Context, Live, Remote, TokenPlace, orders::Orders};
use crate::{
    domain::{
        directory::{DirectoryLog, DirectoryLogDraft},
        failure::Failure,
        problem::Problem,
        profile::ProfileId,
        secret::Secret,
    },
    engine::{Command, JobId, TokenChange},
};

/// Every field of the form, in order.
const FIELDS: [&str; 6] = ["base", "login", "tenant", "client", "secret", "only"];

/// What a person does here.
#[derive(Debug, Clone, PartialEq)]
pub enum Do {
    /// Look again.
    Look,
    /// Connect the directory's log, or change how it is connected.
    Edit,
    /// Type into the form.
    Typed(Box<DirectoryLogDraft>),
    /// Type the secret.
    Secret(Secret),
    /// A field was left: its problems may show.
    Left(&'static str),
    /// Save what is typed.
    Save,
    /// Close the form without saving.
    Close,
    /// Read what is new, once, or go on reading.
    Read {
        /// Whether to stay and ask every minute.
        follow: bool,
    },
    /// Stop reading.
    Stop,
    /// Take the log off, its secret too.
    TakeOff,
    /// Connect it again as it was; its secret has to be typed again.
    Restore(Box<DirectoryLog>),
}

/// The form that connects a directory's log.
#[derive(Debug, Clone, PartialEq)]
pub struct Connect {
    /// What is typed.
    pub draft: DirectoryLogDraft,
    /// The secret as typed; empty keeps the saved one.
    pub secret: Secret,
    /// Whether a secret is saved that the form may keep.
    pub has_secret: bool,
    before: Option<DirectoryLog>,
    left: Vec<&'static str>,
    /// The save, while it runs and after it failed.
    pub saving: Remote<()>,
}

/// How the directory's log is connected.
#[derive(Debug, Clone, PartialEq)]
pub struct Connected {
    /// Which log, if one is.
    pub log: Option<DirectoryLog>,
    /// Where its secret is.
    pub secret: TokenPlace,
    /// When it was last read to its end.
    pub read: Option<Timestamp>,
}

/// How a visit to the directory's log ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Visit {
    /// With so many new records.
    Done {
        /// How many.
        added: u64,
    },
    /// Before its end.
    Failed(Failure),
}

/// The state of the screen.
#[derive(Debug, Default)]
pub struct Sources {
    /// How the directory's log of the tenant at work is connected.
    pub directory: Remote<Connected>,
    /// The form, while it is open.
    pub connect: Option<Connect>,
    /// How the running visit stands.
    pub live: Option<Live>,
    /// How many records the running visit has brought.
    pub progress: Option<u64>,
    /// How the last visit ended.
    pub last: Option<Visit>,
    reading: Option<JobId>,
    /// A reading that was asked for before it was known what is connected, and whether it is to be followed.
    wanted: Option<bool>,
    /// What to say once a change is saved, and what undoes it.
    saved: Option<(String, Option<Action>)>,
    changing: Option<JobId>,
}

impl Connect {
    /// The problems of a field that may show.
    pub fn problem_of(&self, field: &'static str) -> Option<Problem> {
        let shows = self.left.contains(&field);
        self.problems().into_iter().find(|problem| shows && problem.field == field)
    }

    /// Every problem of the form.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let checked = self.draft.validate();
        let kept = checked.as_ref().is_ok_and(|log| self.keeps_secret(log));
        let mut problems = checked.err().unwrap_or_default();
        if self.secret.is_empty() && !kept {
            let words = if self.has_secret && self.before.is_some() {
                "Type the secret again: the saved one goes only to the address it was saved for."
            } else {
                "Type the secret; it is kept in the system’s credential store."
            };
            problems.push(Problem::new("secret", "secret-empty", crate::domain::problem::Severity::Error, words));
        }
        problems
    }

    /// Whether something was typed that closing would lose.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        !self.secret.is_empty() || self.draft != self.before.as_ref().map(DirectoryLog::draft).unwrap_or_default()
    }

    fn keeps_secret(&self, log: &DirectoryLog) -> bool {
        self.has_secret && self.before.as_ref().is_some_and(|before| log.keeps_secret_of(before))
    }
}

impl Sources {
    /// Another tenant is at work: a visit for the last one stops, what it brought stays in that tenant's journal.
    pub(super) fn open(&mut self, orders: &mut Orders) {
        if let Some(job) = self.reading {
            orders.cancel(job);
        }
        *self = Self::default();
    }

    /// Asks how the directory's log is connected, unless that is on its way.
    pub(super) fn look(&mut self, profile: &ProfileId, orders: &mut Orders) {
        if self.directory.loading().is_none() {
            self.directory.start(orders.ask("sources shown", Command::LookAtDirectoryLog(profile.clone())));
        }
    }

    /// Whether the directory's log is being read.
    #[must_use]
    pub const fn is_reading(&self) -> bool {
        self.reading.is_some()
    }

    /// The connected log, if there is one.
    #[must_use]
    pub fn log(&self) -> Option<&DirectoryLog> {
        self.directory.value()?.log.as_ref()
    }

    /// Carries an action out.
    pub(super) fn update(&mut self, action: Do, cx: &mut Context<'_>) {
        match action {
            Do::Look => self.look(cx.profile, cx.orders),
            Do::Edit => self.edit(),
            Do::Typed(draft) => {
                if let Some(form) = &mut self.connect {
                    form.draft = *draft;
                }
            }
            Do::Secret(secret) => {
                if let Some(form) = &mut self.connect {
                    form.secret = secret;
                }
            }
            Do::Left(field) => {
                if let Some(form) = self.connect.as_mut().filter(|form| !form.left.contains(&field)) {
                    form.left.push(field);
                }
            }
            Do::Save => self.save(cx),
            Do::Close => self.connect = None,
            Do::Read { follow } => self.read(follow, cx),
            Do::Stop => {
                if let Some(job) = self.reading {
                    cx.orders.cancel(job);
                }
            }
            Do::TakeOff => self.take_off(cx),
            Do::Restore(log) => {
                self.change(Some(log), TokenChange::Keep, "Connected again; type its secret to read it", None, cx);
            }
        }
    }

    fn edit(&mut self) {
        let before = self.log().cloned();
        let has_secret = self.directory.value().is_some_and(|connected| connected.secret != TokenPlace::Absent);
        let draft = before.as_ref().map(DirectoryLog::draft).unwrap_or_default();
        let secret = Secret::new("");
        self.connect = Some(Connect { draft, secret, has_secret, before, left: Vec::new(), saving: Remote::default() });
    }

    fn save(&mut self, cx: &mut Context<'_>) {
        let Some(form) = &mut self.connect else { return };
        form.left = FIELDS.to_vec();
        if !form.problems().is_empty() || form.saving.loading().is_some() {
            return;
        }
        let Ok(log) = form.draft.validate() else { return };
        let secret = if form.secret.is_empty() { TokenChange::Keep } else { TokenChange::Set(form.secret.clone()) };
        let said = format!("{} connected", log.kind().label());
        let command = Command::SaveDirectoryLog { profile: cx.profile.clone(), log: Some(Box::new(log)), secret };
        // A visit to the old address would note its place for the new one.
        if let Some(reading) = self.reading.take() {
            cx.orders.cancel(reading);
            self.live = None;
        }
        let job = cx.orders.ask("directory's log connected", command);
        form.saving.start(job);
        self.saved = Some((said, None));
        self.changing = Some(job);
    }

    fn take_off(&mut self, cx: &mut Context<'_>) {
        let Some(log) = self.log().cloned() else { return };
        if let Some(job) = self.reading {
            cx.orders.cancel(job);
        }
        let undo = Action::Sources(Do::Restore(Box::new(log)));
        self.change(None, TokenChange::Forget, "The directory’s log was taken off, its secret too", Some(undo), cx);
    }

    fn change(
        &mut self,
        log: Option<Box<DirectoryLog>>,
        secret: TokenChange,
        said: &str,
        undo: Option<Action>,
        cx: &mut Context<'_>,
    ) {
        let command = Command::SaveDirectoryLog { profile: cx.profile.clone(), log, secret };
        self.changing = Some(cx.orders.ask("directory's log changed", command));
        self.saved = Some((said.to_owned(), undo));
    }

    fn read(&mut self, follow: bool, cx: &mut Context<'_>) {
        if self.reading.is_some() {
            return;
        }
        let Some(connected) = self.directory.value() else {
            self.wanted = Some(follow);
            return self.look(cx.profile, cx.orders);
        };
        if connected.log.is_none() {
            return self.edit();
        }
        self.last = None;
        self.progress = None;
        self.live = Some(Live::CatchingUp);
        let command = Command::ReadDirectoryLog { profile: cx.profile.clone(), follow };
        self.reading = Some(cx.orders.ask("directory's log read", command));
    }

    /// How the directory's log is connected, as looked up or after a change.
    pub(super) fn stands(&mut self, job: JobId, connected: Connected, cx: &mut Context<'_>) {
        if self.changing.take_if(|changing| *changing == job).is_none() {
            if self.directory.resolve(job, Ok(connected))
                && let Some(follow) = self.wanted.take()
            {
                self.read(follow, cx);
            }
            return;
        }
        self.connect = None;
        self.last = None;
        let reads = connected.log.is_some() && connected.secret != TokenPlace::Absent;
        self.directory = Remote::ready(connected);
        match self.saved.take() {
            Some((said, Some(undo))) => cx.notices.say_with_undo(cx.now, said, undo),
            Some((said, None)) => cx.notices.say(cx.now, said),
            None => {}
        }
        if reads {
            self.read(false, cx);
        }
    }

    /// The running visit goes on. Says whether it is this one.
    pub(super) fn progressed(&mut self, job: JobId, done: u64) {
        if self.reading == Some(job) {
            self.progress = Some(done);
        }
    }

    /// The running visit stands otherwise. Says whether it is this one.
    pub(super) fn live_changed(&mut self, job: JobId, live: &Live) -> bool {
        let mine = self.reading == Some(job);
        if mine {
            self.live = Some(live.clone());
        }
        mine
    }

    /// A visit ended, or a change could not be saved.
    pub(super) fn ended(&mut self, job: JobId, result: Result<u64, Failure>, cx: &mut Context<'_>) {
        if self.reading.take_if(|reading| *reading == job).is_some() {
            self.live = None;
            self.progress = None;
            self.last = Some(match result {
                Ok(added) => Visit::Done { added },
                Err(failure) => Visit::Failed(failure),
            });
            self.look(cx.profile, cx.orders);
            return;
        }
        let Err(failure) = result else { return };
        self.directory.resolve(job, Err(failure.clone()));
        if self.changing.take_if(|changing| *changing == job).is_some() {
            self.saved = None;
            match &mut self.connect {
                Some(form) => drop(form.saving.resolve(job, Err(failure))),
                None => self.last = Some(Visit::Failed(failure)),
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    pub(crate) use crate::app::script::Script as Window;
    use crate::{
        app::{
            Screen,
            script::{Script, failed, job},
        },
        domain::directory::DirectoryKind,
        engine::News,
    };

    fn okta() -> DirectoryLogDraft {
        DirectoryLogDraft { kind: DirectoryKind::Okta, base: "https://acme.okta.com".into(), ..Default::default() }
    }

    pub(crate) fn looked() -> Script {
        let mut script = Script::new();
        let look = job(&script.act(Action::Go(Screen::Sources)), |c| matches!(c, Command::LookAtDirectoryLog(_)));
        script.answer(look, News::DirectoryLog { log: None, secret: TokenPlace::Absent, read: None });
        script
    }

    pub(crate) fn synced(added: u64) -> News {
        News::Synced { added }
    }

    fn act(script: &mut Script, action: Do) -> Vec<crate::engine::Order> {
        script.act(Action::Sources(action))
    }

    fn is_save(command: &Command) -> bool {
        matches!(command, Command::SaveDirectoryLog { .. })
    }

    fn is_read(command: &Command) -> bool {
        matches!(command, Command::ReadDirectoryLog { .. })
    }

    /// With a log connected, and its first reading under way.
    pub(crate) fn connected() -> (Script, JobId) {
        let mut script = looked();
        act(&mut script, Do::Edit);
        act(&mut script, Do::Typed(Box::new(okta())));
        act(&mut script, Do::Secret(Secret::new("00okta")));
        let save = job(&act(&mut script, Do::Save), is_save);
        let log = Box::new(okta().validate().unwrap());
        script.answer(save, News::DirectoryLog { log: Some(log), secret: TokenPlace::Keychain, read: None });
        let reading = job(&script.orders(), is_read);
        (script, reading)
    }

    #[test]
    fn a_log_is_connected_and_read_at_once() {
        let (mut script, reading) = connected();
        assert_eq!(script.said(), ["Okta System Log connected"]);
        assert!(script.model.sources.connect.is_none() && script.model.sources.is_reading());
        script.answer(reading, News::Progress { what: "", done: 7, total: None });
        assert_eq!(script.model.sources.progress, Some(7));
        script.answer(reading, News::Synced { added: 7 });
        let sources = &script.model.sources;
        assert_eq!((sources.is_reading(), &sources.last), (false, &Some(Visit::Done { added: 7 })));
        job(&script.orders(), |command| matches!(command, Command::LookAtDirectoryLog(_)));
    }

    #[test]
    fn nothing_is_saved_before_it_holds() {
        let mut script = looked();
        act(&mut script, Do::Edit);
        assert_eq!(act(&mut script, Do::Save), []);
        let form = script.model.sources.connect.as_ref().unwrap();
        let codes: Vec<String> = form.problems().iter().map(|problem| problem.code.to_string()).collect();
        assert_eq!(codes, ["id-empty", "id-empty", "secret-empty"]);
        assert!(form.problem_of("client").is_some(), "they show once saving was tried");
    }

    #[test]
    fn a_saved_secret_stays_with_its_address() {
        let (mut script, reading) = connected();
        script.answer(reading, News::Synced { added: 0 });
        act(&mut script, Do::Edit);
        let moved = DirectoryLogDraft { base: "https://elsewhere.example".into(), ..okta() };
        let problems = |script: &Script| script.model.sources.connect.as_ref().unwrap().problems();
        assert_eq!(problems(&script), []);
        act(&mut script, Do::Typed(Box::new(moved)));
        assert_eq!(problems(&script)[0].code, "secret-empty");
    }

    #[test]
    fn a_new_address_stops_the_visit_to_the_old_one() {
        let (mut script, reading) = connected();
        act(&mut script, Do::Edit);
        act(&mut script, Do::Secret(Secret::new("another")));
        let orders = act(&mut script, Do::Save);
        assert!(orders.iter().any(|order| order.command == Command::Cancel(reading)));
        let log = Box::new(okta().validate().unwrap());
        let save = job(&orders, is_save);
        script.answer(save, News::DirectoryLog { log: Some(log), secret: TokenPlace::Keychain, read: None });
        let again = job(&script.orders(), is_read);
        script.answer(reading, News::Synced { added: 9 });
        assert!(script.model.sources.is_reading() && again != reading);
    }

    #[test]
    fn a_reading_asked_for_elsewhere_waits_for_what_is_connected() {
        for (log, wanted) in [(Some(Box::new(okta().validate().unwrap())), true), (None, false)] {
            let mut script = Script::new();
            let orders = act(&mut script, Do::Read { follow: false });
            assert_eq!(script.model.screen, Screen::Sources);
            let look = job(&orders, |command| matches!(command, Command::LookAtDirectoryLog(_)));
            script.answer(look, News::DirectoryLog { log, secret: TokenPlace::Keychain, read: None });
            assert_eq!(script.model.sources.is_reading(), wanted);
            assert_eq!(script.model.sources.connect.is_some(), !wanted, "the form opens where there is none");
        }
    }

    #[test]
    fn what_goes_wrong_stands_where_it_began() {
        let (mut script, reading) = connected();
        script.answer(reading, failed());
        assert!(matches!(script.model.sources.last, Some(Visit::Failed(_))));
        assert_eq!(script.said(), ["Okta System Log connected"]);
        act(&mut script, Do::Edit);
        act(&mut script, Do::Secret(Secret::new("another")));
        let save = job(&act(&mut script, Do::Save), is_save);
        script.answer(save, failed());
        assert!(script.model.sources.connect.as_ref().unwrap().saving.failure().is_some(), "the form stays open");
    }

    #[test]
    fn taking_off_can_be_undone_and_another_tenant_starts_afresh() {
        let (mut script, reading) = connected();
        let orders = act(&mut script, Do::TakeOff);
        assert!(orders.iter().any(|order| order.command == Command::Cancel(reading)));
        let off = job(&orders, is_save);
        script.answer(off, News::DirectoryLog { log: None, secret: TokenPlace::Absent, read: None });
        let index = script.model.notices.shown().len() - 1;
        job(&script.act(Action::Undo(index)), is_save);
        script.act(Action::Switch(crate::app::script::acme().id));
        assert_eq!(script.model.sources.log(), None);
        assert!(script.model.sources.directory.loading().is_some(), "the screen is on show");
    }
}
