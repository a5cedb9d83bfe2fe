//! What the engine answers finds its place here: each piece of news goes to the screen that asked.
//! A late answer, to a question that was asked anew, changes nothing.

use serde_json::Value;

use super::{Action, Model, mappings::Pulled, settings::Settings};
use crate::{
    domain::{failure::Failure, profile::ProfileId},
    engine::{Event, JobId, Live, News, Purpose, Workspace},
};

impl Model {
    /// Takes one event in.
    pub fn absorb(&mut self, event: Event) {
        let Event { job, news } = event;
        if news.ends_job() {
            self.orders.ended(job);
        }
        match news {
            News::Progress { done, total, .. } => self.progressed(job, done, total),
            News::Opened(workspace) => self.opened(job, *workspace),
            News::SetAside(_) => self.reopen(),
            News::SandboxReady(profile) => self.sandbox_ready(job, *profile),
            News::ProfileSaved { profile, token } => self.profile_saved(job, *profile, token),
            News::ProfilesChanged(workspace) => self.profiles_changed(*workspace),
            News::Checked(check) => self.profiles.checked(job, check),
            News::ChecksDone => self.profiles.checks_done(job, None),
            News::Live(live) => self.live_changed(job, live),
            News::JournalChanged { profile, added } => self.journal_changed(&profile, added),
            News::Synced { .. } => self.requests.synced(job, Ok(())),
            News::Listed(listing) => self.requests.listed(job, Ok(*listing)),
            News::RowsRead(rows) => self.requests.rows_read(job, rows),
            News::DetailRead(record) => drop(self.requests.detail.resolve(job, Ok(*record))),
            News::AttributesCounted(counts) => {
                self.mappings.counted(job, Ok(counts));
                self.mappings.count_rest(&self.current, &mut self.orders);
            }
            News::PayloadsRead(payloads) => {
                self.mappings.payloads_read(job, Ok(payloads));
                self.mappings.count_rest(&self.current, &mut self.orders);
            }
            News::DraftRead(stored) => self.with(|s, cx| s.mappings.draft_read(job, stored.map(|boxed| *boxed), cx)),
            News::DraftSaved { revision, saved_at } => {
                self.with(|s, cx| s.mappings.saved(job, Ok((revision, saved_at)), cx));
            }
            News::DraftOutdated(other) => self.mappings.outdated(job, *other),
            News::MappingsPulled { mappings, fields, at } => self.pulled(job, Pulled { mappings, fields, at }),
            News::MappingsApplied(mappings) => self.with(|s, cx| s.mappings.applied(job, mappings, cx)),
            News::MappingsLost(current) => self.with(|s, cx| s.mappings.lost(job, current, cx)),
            News::MappingsRejected(problems) => self.mappings.rejected(job, problems),
            News::TrialPlanned(plan) => self.trial.planned(job, Ok(plan)),
            News::StepDone(step) => self.trial.step_done(job, *step),
            News::TrialDone(report) => self.trial.done(job, *report),
            News::CleanedUp(step) => self.trial.cleaned_up(job, Ok(*step)),
            News::Imported(report) => self.imported(job, *report),
            News::Picked { purpose, files, rows } => self.picked(purpose, files, rows),
            News::Saved(Some(path)) => self.notices.say(self.now, format!("Saved as {}", path.display())),
            News::Saved(None) | News::Grouped(_) | News::Done => {}
            News::Failed(failure) => self.failed(job, &failure),
        }
    }

    fn progressed(&mut self, job: JobId, done: u64, total: Option<u64>) {
        if self.sandbox.loading() == Some(job) {
            self.sandbox_progress = Some((done, total));
        }
        self.requests.progressed(job, done, total);
        self.imports.progressed(job, done, total);
    }

    fn opened(&mut self, job: JobId, workspace: Workspace) {
        self.settings = Settings::read(&workspace.settings);
        let wanted = workspace.settings.get("profile").and_then(Value::as_str).map(|id| ProfileId(id.to_owned()));
        let saved = wanted.filter(|id| workspace.profiles.iter().any(|profile| profile.id == *id));
        if !self.workspace.resolve(job, Ok(workspace)) {
            return;
        }
        if let Some(saved) = saved {
            self.current = saved;
            self.open_tenant();
        }
        self.start_sandbox();
    }

    fn sandbox_ready(&mut self, job: JobId, profile: crate::domain::profile::Profile) {
        self.sandbox_progress = None;
        if self.sandbox.resolve(job, Ok(profile)) && self.current.is_sandbox() {
            self.open_tenant();
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

    fn profiles_changed(&mut self, workspace: Workspace) {
        if let Some(known) = self.workspace.value_mut() {
            *known = workspace;
        }
    }

    fn live_changed(&mut self, job: JobId, live: Live) {
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
        if self.screen == super::Screen::Mappings {
            self.mappings.count(profile, &mut self.orders);
        }
    }

    fn pulled(&mut self, job: JobId, pulled: Pulled) {
        self.with(|s, cx| s.mappings.pulled(job, Ok(pulled), cx));
        if !self.trial.user.0.is_empty() {
            self.offer_mappings_to_trial();
        }
    }

    fn imported(&mut self, job: JobId, report: crate::engine::ImportReport) {
        let profile = self.current.clone();
        let added = report.imported;
        if self.imports.ended(job, Ok(report)) && added > 0 {
            self.journal_changed(&profile, added);
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
        }
        self.profiles.saved(job, Err(failed()));
        self.profiles.checks_done(job, Some(failed()));
        self.requests.synced(job, Err(failed()));
        self.requests.listed(job, Err(failed()));
        self.requests.detail.resolve(job, Err(failed()));
        self.mappings.counted(job, Err(failed()));
        self.mappings.payloads_read(job, Err(failed()));
        self.mappings.count_rest(&self.current, &mut self.orders);
        self.mappings.draft.resolve(job, Err(failed()));
        self.with(|s, cx| s.mappings.saved(job, Err(failed()), cx));
        self.with(|s, cx| s.mappings.pulled(job, Err(failed()), cx));
        self.mappings.apply_failed(job, failed());
        self.trial.planned(job, Err(failed()));
        self.trial.failed(job, failed());
        self.trial.cleaned_up(job, Err(failed()));
        self.imports.ended(job, Err(failed()));
    }
}
