//! Which tenant is at work, and going from one to another. What belongs to a tenant is begun anew; a trial goes on.

use super::{Model, trial};
use crate::{
    domain::{
        journal::Source,
        profile::{Environment, Profile, ProfileId},
    },
    engine::{Command, Setting},
};

impl Model {
    /// Every tenant: the practice ones first, then the saved ones by name.
    pub fn all_profiles(&self) -> impl Iterator<Item = &Profile> {
        let first = self.sandbox.value().into_iter();
        let practice = self.practice.house.value().into_iter().flat_map(|house| house.tenants.iter().skip(1));
        first
            .chain(practice.map(|tenant| &tenant.profile))
            .chain(self.workspace.value().into_iter().flat_map(|ws| &ws.profiles))
    }

    /// The tenant at work, once it is known.
    #[must_use]
    pub fn profile(&self) -> Option<&Profile> {
        self.all_profiles().find(|profile| profile.id == self.current)
    }

    /// The name of the tenant at work.
    #[must_use]
    pub fn tenant_name(&self) -> &str {
        self.profile().map_or("Practice tenant", |profile| &profile.name)
    }

    /// Whether a line is practice: the practice tenant's own log holds invented people. What was imported into its journal
    /// may be a customer's.
    #[must_use]
    pub fn is_practice(&self, source: Source) -> bool {
        self.current.is_sandbox() && source == Source::Tenant
    }

    /// Whether the tenant at work is a practice tenant of a sandbox that was stopped.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.current.is_sandbox() && self.practice.house.value().is_some_and(|house| !house.running)
    }

    /// The environment of the tenant at work.
    #[must_use]
    pub fn environment(&self) -> Environment {
        self.profile().map_or(Environment::Sandbox, |profile| profile.environment)
    }

    /// Whether writing to the tenant at work is locked.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.environment() == Environment::Production && !self.unlocked.contains(&self.current)
    }

    /// Goes to another tenant, where it is known.
    pub(super) fn switch(&mut self, profile: ProfileId) {
        let known = self.all_profiles().any(|candidate| candidate.id == profile);
        if !known || profile == self.current {
            return;
        }
        self.orders.ask(
            "tenant switched",
            Command::SaveSetting { setting: Setting::Profile, value: serde_json::Value::String(profile.0.clone()) },
        );
        self.forgetting = self.forgetting.take().filter(|dialog| dialog.under_way.is_some());
        self.work_with(profile);
    }

    /// Makes a tenant the one at work.
    pub(super) fn work_with(&mut self, profile: ProfileId) {
        let trial = self.parked.remove(&profile).unwrap_or_default();
        let left = std::mem::replace(&mut self.current, profile);
        self.parked.insert(left, std::mem::replace(&mut self.trial, trial));
        self.open_tenant();
    }

    /// Begins with the tenant at work.
    pub(super) fn open_tenant(&mut self) {
        self.story = None;
        self.overview.open(self.environment());
        self.requests.open(&self.current, &mut self.orders);
        self.sources.open(&mut self.orders);
        self.mappings.open(&self.current, &mut self.orders);
        self.trial.reopen();
        let screen = self.screen;
        self.go(screen);
    }

    /// The Test provision screen of every tenant: news of a run goes to the one that started it.
    pub(super) fn trials(&mut self) -> impl Iterator<Item = &mut trial::Trial> {
        std::iter::once(&mut self.trial).chain(self.parked.values_mut())
    }
}
