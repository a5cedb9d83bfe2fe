//! What the engine answers finds its place here: each piece of news goes to the screen that asked.
//! A late answer, to a question that was asked anew, changes nothing.

use std::path::Path;

use serde_json::Value;

use super::{Action, Model, Screen, forgetting::Counted, help::Opens, mappings::Pulled, settings::Settings};
use crate::{
    diagnosis::{Causes, Finding},
    domain::{
        failure::{Failure, FailureKind},
        house::HouseState,
        journal::{Listing, Record},
        keys::Keys,
        pretty::counted,
        profile::ProfileId,
    },
    engine::{Event, JobId, Live, News, Purpose, Workspace},
};

impl Model {
    /// Takes one event in.
    pub fn absorb(&mut self, event: Event) {
        let Event { job, news } = event;
        let placeless = news.ends_job() && self.orders.ended(job);
        match news {
            News::Progress { done, total, .. } => self.progressed(job, done, total),
            News::Opened(workspace) => self.opened(job, *workspace),
            News::SetAside(_) => self.reopen(),
            News::SandboxReady(profile) => self.sandbox_ready(job, *profile),
            News::House(house) => self.house_stands(job, *house),
            News::TokenIssued { token, value, house } => {
                self.with(|s, cx| s.practice.token_issued(job, *token, value, *house, cx));
            }
            News::ScriptPlayed { played, house } => {
                self.with(|s, cx| s.practice.script_played(job, *played, *house, cx));
            }
            News::ProfileSaved { profile, token } => self.profile_saved(job, *profile, token),
            News::ProfilesChanged(workspace) => self.profiles_changed(job, *workspace),
            News::Checked(check) => self.profiles.checked(job, check),
            News::ChecksDone => self.profiles.checks_done(job, None),
            News::Live(live) => self.live_changed(job, live),
            News::JournalChanged { profile, added } => self.journal_changed(&profile, added),
            News::ForgottenElsewhere(profile) => self.forgotten_elsewhere(&profile),
            News::Synced { added } => {
                self.requests.synced(job, Ok(()));
                self.with(|s, cx| s.sources.ended(job, Ok(added), cx));
            }
            News::DirectoryLog { log, secret, read } => {
                let connected = super::sources::Connected { log: log.map(|log| *log), secret, read };
                self.with(|s, cx| s.sources.stands(job, connected, cx));
            }
            News::Listed(listing) => self.listed(job, Ok(*listing)),
            News::FailuresFound(keys) => self.failures_found(job, &keys),
            News::RowsRead(rows) => {
                self.requests.rows_read(job, rows);
                self.requests.mark_visible(&self.current, &mut self.orders);
            }
            News::DetailRead { record, findings } => self.detail_read(job, *record, findings),
            News::AttributesCounted(counts) => {
                self.mappings.counted(job, Ok(counts));
                self.mappings.count_rest(&self.current, &mut self.orders);
            }
            News::PayloadsRead(payloads) => {
                self.mappings.payloads_read(job, Ok(payloads));
                self.mappings.count_rest(&self.current, &mut self.orders);
            }
            News::OverviewRead(figures) => self.overview.counted(job, Ok(*figures)),
            News::Marked(marks) => self.requests.marked(job, marks),
            News::CausesSoFar(causes) => self.overview.causes_come(job, *causes),
            News::CausesFound(causes) => self.causes_found(job, *causes),
            News::StoryRead { story, marks, gathered } => self.story_read(job, Ok((*gathered, *story, marks))),
            News::ReceivedRead(received) => self.mappings.received(job, Ok(*received)),
            News::DraftRead(stored) => self.with(|s, cx| s.mappings.draft_read(job, stored.map(|boxed| *boxed), cx)),
            News::DraftSaved { revision, saved_at } => {
                self.with(|s, cx| s.mappings.saved(job, Ok((revision, saved_at)), cx));
            }
            News::DraftOutdated(other) => self.mappings.outdated(job, *other),
            News::MappingsPulled { mappings, fields, since, at } => {
                self.pulled(job, Pulled { mappings, fields, since, at });
            }
            News::MappingsApplied(mappings) => self.with(|s, cx| s.mappings.applied(job, mappings, cx)),
            News::MappingsLost(current) => self.with(|s, cx| s.mappings.lost(job, current, cx)),
            News::MappingsRejected(problems) => self.mappings.rejected(job, problems),
            News::TrialPlanned(plan) => self.trial.planned(job, Ok(plan)),
            News::StepDone(step) => self.trials().for_each(|trial| trial.step_done(job, &step)),
            News::TrialDone(report) => self.trials().for_each(|trial| trial.done(job, &report)),
            News::CleanedUp(step) => self.trials().for_each(|trial| trial.cleaned_up(job, Ok(step.as_ref()))),
            News::Imported(report) => self.imported(job, *report),
            News::Picked { purpose, files, rows } => self.picked(purpose, files, rows),
            News::Exported { path, lines } => self.exported(job, &path, lines),
            News::Saved(None) if self.exports.ended(job, None) => {}
            News::Saved(Some(path)) => self.notices.say(self.now, format!("Saved as {}", path.display())),
            News::Forgotten { requests, more, size } => self.forgotten(job, Counted { requests, more, size }),
            News::Grouped(counts) => self.people_found(job, Ok(counts)),
            News::Saved(None) | News::Done => {}
            News::Failed(failure) => {
                self.failed(job, &failure);
                if placeless && failure.kind != FailureKind::Cancelled {
                    self.notices.report(self.now, &failure);
                }
            }
        }
    }

    /// What is wrong with the line by itself is known at once; what its place among the others shows, and of how many of
    /// them the same is true, follows. A line that went well may show an edit, so it is looked at too.
    fn detail_read(&mut self, job: JobId, record: Record, findings: Vec<Finding>) {
        let in_span = self.overview.span.holds(record.summary.at, self.now);
        self.requests.detail_read(job, record, findings);
        self.order_known();
        let causes = &self.overview.causes;
        let rests = in_span && causes.loading().is_none();
        let is_new = |key| rests && causes.value().is_some_and(|causes| causes.is_beyond(key));
        if causes.is_idle() || self.requests.selected.is_some_and(is_new) {
            self.overview.find_causes(&self.current, &mut self.orders);
        }
    }

    fn causes_found(&mut self, job: JobId, causes: Causes) {
        self.overview.causes_found(job, Ok(causes));
        self.order_known();
    }

    fn order_known(&mut self) {
        if let Some(causes) = self.overview.causes.value() {
            self.requests.order_known(causes);
        }
    }

    fn listed(&mut self, job: JobId, result: Result<Listing, Failure>) {
        let profile = self.current.clone();
        self.requests.listed(job, result, &profile, &mut self.orders);
        self.requests.mark_visible(&profile, &mut self.orders);
    }

    fn progressed(&mut self, job: JobId, done: u64, total: Option<u64>) {
        if self.sandbox.loading() == Some(job) {
            self.sandbox_progress = Some((done, total));
        }
        self.requests.progressed(job, done, total);
        self.mappings.counting(job, done, total);
        self.overview.progressed(job, done, total);
        if let Some(story) = &mut self.story {
            story.progressed(job, done, total);
        }
        self.practice.progressed(job, done, total);
        self.imports.progressed(job, done, total);
        self.sources.progressed(job, done);
        self.exports.progressed(job, done, total);
    }

    fn opened(&mut self, job: JobId, workspace: Workspace) {
        let settings = Settings::read(&workspace.settings);
        let wanted = workspace.settings.get("profile").and_then(Value::as_str).map(|id| ProfileId(id.to_owned()));
        let saved = wanted.filter(|id| id.is_sandbox() || workspace.profiles.iter().any(|profile| profile.id == *id));
        if !self.workspace.resolve(job, Ok(workspace)) {
            return;
        }
        self.settings = settings;
        match saved {
            // It is opened once the sandbox runs.
            Some(practice) if practice.is_sandbox() => self.current = practice,
            Some(saved) => self.work_with(saved),
            None => {}
        }
        self.start_sandbox();
    }

    fn sandbox_ready(&mut self, job: JobId, profile: crate::domain::profile::Profile) {
        self.sandbox_progress = None;
        if !self.sandbox.resolve(job, Ok(profile)) {
            return;
        }
        if self.current.is_sandbox() {
            self.open_tenant();
        }
        self.practice.look(&mut self.orders);
    }

    fn house_stands(&mut self, job: JobId, house: HouseState) {
        self.with(|s, cx| s.practice.stands(job, house, cx));
        let Some(house) = self.practice.house.value() else { return };
        if let (Some(profile), Some(first)) = (self.sandbox.value_mut(), house.tenants.first()) {
            profile.clone_from(&first.profile);
        }
        let current_is_gone = house.running && self.current.is_sandbox() && house.tenant(&self.current).is_none();
        if current_is_gone {
            self.switch(ProfileId::sandbox());
        }
    }

    fn profile_saved(
        &mut self,
        job: JobId,
        profile: crate::domain::profile::Profile,
        token: crate::engine::TokenPlace,
    ) {
        if let Some(workspace) = self.workspace.value_mut() {
            workspace.profiles.retain(|saved| saved.id != profile.id);
            workspace.profiles.push(profile.clone());
            workspace.profiles.sort_by_key(|saved| saved.name.to_lowercase());
            workspace.tokens.insert(profile.id.clone(), token);
        }
        if self.profiles.saved(job, Ok(())) {
            self.notices.say(self.now, format!("{} saved", profile.name));
            if self.current == profile.id {
                self.open_tenant();
            } else {
                self.switch(profile.id);
            }
        }
    }

    fn profiles_changed(&mut self, job: JobId, workspace: Workspace) {
        self.with(|s, cx| s.profiles.removed(job, cx));
        if let Some(known) = self.workspace.value_mut() {
            *known = workspace;
        }
    }

    fn story_read(&mut self, job: JobId, result: Result<super::story::Read, Failure>) {
        if let Some(story) = &mut self.story {
            story.gathered(job, result);
        }
    }

    fn failures_found(&mut self, job: JobId, keys: &Keys) {
        let profile = self.current.clone();
        self.requests.failures_found(job, keys, &profile, &mut self.orders);
    }

    fn live_changed(&mut self, job: JobId, live: Live) {
        if self.sources.live_changed(job, &live) {
            return;
        }
        if live == Live::Following {
            self.requests.progress = None;
        }
        self.requests.live_changed(job, live);
    }

    fn journal_changed(&mut self, profile: &ProfileId, added: u64) {
        if *profile != self.current {
            return;
        }
        self.requests.journal_changed(added, profile, &mut self.orders);
        self.others_changed(added);
    }

    /// What the other screens make of new lines.
    fn others_changed(&mut self, added: u64) {
        self.mappings.coverage.unseen += added;
        self.overview.unseen += added;
        if let Some(story) = &mut self.story {
            story.unseen += added;
        }
        if self.screen == Screen::Sandbox {
            self.practice.look(&mut self.orders);
        }
        if self.screen == Screen::Mappings {
            self.mappings.count(&self.current, &mut self.orders);
        }
    }

    fn pulled(&mut self, job: JobId, pulled: Pulled) {
        self.with(|s, cx| s.mappings.pulled(job, Ok(pulled), cx));
        if !self.trial.user.0.is_empty() {
            self.offer_mappings_to_trial();
        }
    }

    fn exported(&mut self, job: JobId, path: &Path, lines: u64) {
        self.exports.ended(job, None);
        let requests = counted(lines, "request", "requests");
        self.notices.say(self.now, format!("{requests} saved as {}", path.display()));
    }

    fn imported(&mut self, job: JobId, report: crate::engine::ImportReport) {
        let added = report.imported;
        let only = report.whereabouts.as_ref().and_then(|whereabouts| whereabouts.key);
        let ends = report.whereabouts.as_ref().and_then(|whereabouts| whereabouts.ends);
        let ended = self.imports.ended(job, Ok(report));
        let is_here = ended && self.imports.target() == Some(&self.current);
        let example = self.example.take_if(|(example, _)| *example == job);
        if let Some((_, opens)) = example.filter(|_| is_here) {
            let shows = ends.map(|(first, last)| if opens == Opens::First { first } else { last });
            let opens_newest = shows.is_none() && opens == Opens::Last;
            self.requests.show_newest(opens_newest, &self.current, &mut self.orders);
            self.requests.imported(0, shows, &self.current, &mut self.orders);
            self.others_changed(added);
        } else if is_here {
            self.requests.imported(added, only, &self.current, &mut self.orders);
            self.others_changed(added);
        }
    }

    fn picked(
        &mut self,
        purpose: Purpose,
        files: Vec<std::path::PathBuf>,
        rows: Option<Vec<crate::domain::mapping::MappingRow>>,
    ) {
        match (purpose, rows) {
            (Purpose::Import, _) if !files.is_empty() => self.update(Action::Import(files)),
            (Purpose::MappingFile, Some(rows)) => {
                self.update(Action::Mappings(super::mappings::Do::AddRows(rows)));
            }
            (Purpose::CertificateAuthority, _) => {
                if let Some(file) = files.first() {
                    self.with(|s, cx| s.profiles.ca_chosen(file, cx));
                }
            }
            _ => {}
        }
    }

    /// A failure belongs to whoever started the job; the others do not know its id and stay as they are.
    fn failed(&mut self, job: JobId, failure: &Failure) {
        let failed = || failure.clone();
        self.workspace.resolve(job, Err(failed()));
        if self.sandbox.resolve(job, Err(failed())) {
            self.sandbox_progress = None;
        } else if failure.kind == FailureKind::DatabaseDamaged {
            // Nothing goes on before the damaged file is put aside: the whole window says so.
            self.workspace.start(job);
            self.workspace.resolve(job, Err(failed()));
        }
        self.practice.failed(job, failure, &mut self.orders);
        self.profiles.saved(job, Err(failed()));
        self.profiles.checks_done(job, Some(failed()));
        self.requests.synced(job, Err(failed()));
        self.with(|s, cx| s.sources.ended(job, Err(failed()), cx));
        self.listed(job, Err(failed()));
        self.requests.rows_failed(job);
        self.requests.detail.resolve(job, Err(failed()));
        self.mappings.counted(job, Err(failed()));
        self.mappings.payloads_read(job, Err(failed()));
        self.mappings.count_rest(&self.current, &mut self.orders);
        self.not_forgotten(job, failure);
        self.overview.counted(job, Err(failed()));
        self.overview.causes_found(job, Err(failed()));
        self.story_read(job, Err(failed()));
        self.people_found(job, Err(failed()));
        self.mappings.received(job, Err(failed()));
        self.mappings.draft.resolve(job, Err(failed()));
        self.with(|s, cx| s.mappings.saved(job, Err(failed()), cx));
        self.with(|s, cx| s.mappings.pulled(job, Err(failed()), cx));
        self.mappings.apply_failed(job, failed());
        self.trial.planned(job, Err(failed()));
        for trial in self.trials() {
            trial.failed(job, failure);
            trial.cleaned_up(job, Err(failure));
        }
        self.imports.ended(job, Err(failed()));
        if self.imports.not_picked(job, failure) {
            // It stands where what is imported would.
            self.story = None;
            self.go(Screen::Requests);
        }
        self.exports.ended(job, Some(failed()));
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        app::{
            Action, Screen, requests,
            script::{Script, acme, failed, failure, fine, is_list, job, workspace},
            settings,
        },
        domain::failure::{Failure, FailureKind},
        engine::{Command, JobId, News, Purpose},
    };

    /// Everything that a failure could be shown at.
    fn failures(script: &Script) -> Vec<&'static str> {
        let model = &script.model;
        let shown = [
            ("workspace", model.workspace.failure().is_some()),
            ("sandbox", model.sandbox.failure().is_some()),
            ("list", model.requests.listing.failure().is_some()),
            ("catch-up", model.requests.sync_failure.is_some()),
            ("detail", model.requests.detail.failure().is_some()),
            ("tenant's mappings", model.mappings.tenant.failure().is_some()),
            ("import", model.imports.report.failure().is_some()),
            ("file dialog", model.imports.unpicked.is_some()),
            ("notice", !model.notices.shown().is_empty()),
        ];
        shown.into_iter().filter(|(_, failed)| *failed).map(|(name, _)| name).collect()
    }

    #[test]
    fn a_failure_shows_where_its_job_began_and_nowhere_else() {
        type Begin = fn(&mut Script) -> JobId;
        let cases: [(&str, Begin); 8] = [
            ("list", |script| job(&script.requests(requests::Do::SetQuery("jane".to_owned())), is_list)),
            ("catch-up", |script| {
                job(&script.requests(requests::Do::Live(true)), |command| matches!(command, Command::Sync { .. }))
            }),
            ("detail", |script| {
                let orders = script.requests(requests::Do::OpenAt(0));
                job(&orders, |command| matches!(command, Command::Detail { .. }))
            }),
            ("tenant's mappings", |script| {
                let orders = script.act(Action::Go(Screen::Mappings));
                job(&orders, |command| matches!(command, Command::PullMappings(_)))
            }),
            ("import", |script| {
                let orders = script.act(Action::Import(vec!["log.json".into()]));
                job(&orders, |command| matches!(command, Command::Import { .. }))
            }),
            ("sandbox", |script| job(&script.act(Action::StartSandbox), |command| *command == Command::StartSandbox)),
            ("file dialog", |script| {
                job(&script.act(Action::ChooseImport), |command| *command == Command::Pick(Purpose::Import))
            }),
            ("notice", |script| {
                let orders = script.act(Action::Settings(settings::Do::Theme(settings::ThemeChoice::Light)));
                job(&orders, |command| matches!(command, Command::SaveSetting { .. }))
            }),
        ];
        for (wanted, begin) in cases {
            let mut script = Script::listed(&[1], fine([1]));
            script.orders();
            let begun = begin(&mut script);
            script.answer(JobId(9_999), failed());
            assert_eq!(failures(&script), Vec::<&str>::new(), "nobody asked");
            script.answer(begun, failed());
            assert_eq!(failures(&script), [wanted]);
            script.answer(begun, failed());
            assert_eq!(failures(&script), [wanted], "once is enough");
        }
    }

    #[test]
    fn what_was_stopped_is_no_news() {
        let mut script = Script::listed(&[1], fine([1]));
        let pick = job(&script.act(Action::ChooseImport), |command| matches!(command, Command::Pick(_)));
        script.answer(pick, News::Failed(Failure::cancelled()));
        let follow = script.requests(requests::Do::Live(true));
        let sync = job(&follow, |command| matches!(command, Command::Sync { .. }));
        script.answer(sync, News::Failed(Failure::cancelled()));
        assert_eq!(failures(&script), Vec::<&str>::new());
    }

    #[test]
    fn a_damaged_database_closes_the_window_until_it_is_put_aside() {
        let mut script = Script::listed(&[1], fine([1]));
        script.orders();
        let listing = job(&script.requests(requests::Do::SetQuery("jane".to_owned())), is_list);
        script.answer(listing, News::Failed(Failure { kind: FailureKind::DatabaseDamaged, ..failure() }));
        assert!(script.model.workspace.failure().is_some_and(|failure| failure.kind == FailureKind::DatabaseDamaged));
        let aside = job(&script.act(Action::SetAsideDamaged), |command| *command == Command::SetAsideDamaged);
        script.answer(aside, News::SetAside("/data/journal.sqlite3.damaged-1".into()));
        let open = job(&script.orders(), |command| *command == Command::Open);
        script.answer(open, News::Opened(Box::new(workspace(vec![acme()]))));
        assert_eq!(script.model.workspace.failure(), None);
    }

    #[test]
    fn the_tenant_of_last_time_is_at_work_again_unless_it_is_gone() {
        for (known, wanted) in [(vec![acme()], "acme"), (Vec::new(), "sandbox")] {
            let mut script = Script::new();
            let open = job(&script.act(Action::Reopen), |command| *command == Command::Open);
            let mut workspace = workspace(known);
            workspace.settings.insert("profile".to_owned(), "acme".into());
            workspace.settings.insert("theme".to_owned(), "light".into());
            script.answer(JobId(9_999), News::Opened(Box::new(workspace.clone())));
            assert_eq!(script.model.current.0, "sandbox", "only an answer that was asked for counts");
            script.answer(open, News::Opened(Box::new(workspace)));
            assert_eq!(script.model.current.0, wanted);
            assert_eq!(script.model.settings.theme.label(), "Light");
        }
    }

    #[test]
    fn a_mapping_file_and_a_log_go_where_they_were_picked_for() {
        let mut script = Script::listed(&[1], fine([1]));
        let draft = job(&script.orders(), |command| matches!(command, Command::LoadDraft(_)));
        script.answer(draft, News::DraftRead(None));
        script.orders();
        let pick = job(&script.act(Action::ChooseImport), |command| matches!(command, Command::Pick(_)));
        script.answer(pick, News::Picked { purpose: Purpose::Import, files: Vec::new(), rows: None });
        assert_eq!(script.orders(), [], "a closed dialog asks for nothing");
        script.answer(pick, News::Picked { purpose: Purpose::Import, files: vec!["log.json".into()], rows: None });
        job(&script.orders(), |command| matches!(command, Command::Import { .. }));
        let rows = vec![crate::domain::mapping::MappingRow { field: "grade".to_owned(), ..Default::default() }];
        script.answer(pick, News::Picked { purpose: Purpose::MappingFile, files: Vec::new(), rows: Some(rows) });
        assert!(script.model.mappings.rows().iter().any(|row| row.field == "grade"));
    }
}
