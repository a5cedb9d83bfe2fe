//! Which line is chosen and open, and the way from one failure to the next.

use std::collections::HashSet;

use super::{
    Requests, Tab,
    diagnosis::{self, Diagnosis},
};
use crate::{
    app::{context::Context, orders::Orders},
    diagnosis::{Finding, Mark},
    domain::{exchange::Outcome, journal::Record, keys::Keys, profile::ProfileId, sorting::Sorting},
    engine::{Command, JobId},
};

impl Requests {
    pub(super) fn select(&mut self, position: usize, profile: &ProfileId, orders: &mut Orders) {
        let Some(key) = self.listing.value().and_then(|listing| listing.keys.get(position)) else { return };
        self.selected = Some(key);
        self.selected_at = Some(position);
        if self.detail_open {
            self.load_detail(key, profile, orders);
        }
    }

    pub(super) fn open_at(&mut self, position: usize, profile: &ProfileId, orders: &mut Orders) {
        self.detail_open = true;
        self.select(position, profile, orders);
    }

    /// Opens a line by its key, whether the query finds it or not.
    pub fn open_key(&mut self, key: i64, profile: &ProfileId, orders: &mut Orders) {
        let place = self.listing.value().and_then(|listing| listing.keys.position(key));
        self.detail_open = true;
        match place {
            Some(at) => self.select(at, profile, orders),
            None => {
                self.selected = Some(key);
                self.selected_at = None;
                self.load_detail(key, profile, orders);
            }
        }
    }

    /// Whether the line that is open is not among those in the list.
    #[must_use]
    pub const fn is_elsewhere(&self) -> bool {
        self.selected.is_some() && self.selected_at.is_none() && self.listing.loading().is_none()
    }

    /// An import ended. What it brought is in the list, however far that is scrolled; if it was one request, that opens.
    pub fn imported(&mut self, added: u64, only: Option<i64>, profile: &ProfileId, orders: &mut Orders) {
        if added > 0 {
            self.list(profile, orders, "import ended");
        }
        if let Some(key) = only {
            self.tab = Tab::Diagnosis;
            self.open_key(key, profile, orders);
        }
    }

    /// Lists everything, newest first, and may open the newest.
    pub fn show_newest(&mut self, opens: bool, profile: &ProfileId, orders: &mut Orders) {
        self.sorting = Sorting::default();
        self.tab = Tab::Diagnosis;
        self.opens_newest = opens;
        self.set_query(String::new(), profile, orders);
    }

    pub(super) fn load_detail(&mut self, key: i64, profile: &ProfileId, orders: &mut Orders) {
        self.detail.start(orders.ask("line opened", Command::Detail { profile: profile.clone(), key }));
    }

    /// The line was read: what is wrong with it is known at once.
    pub fn detail_read(&mut self, job: JobId, record: Record, findings: Vec<Finding>) {
        if self.detail.resolve(job, Ok(record)) {
            self.diagnosis = Diagnosis::of(findings);
            if let Some(key) = self.selected {
                self.marks.insert(key, Mark::of(&self.diagnosis.findings));
            }
        }
    }

    /// Carries an action on the diagnosis out.
    pub fn diagnose(&mut self, action: diagnosis::Do, cx: &mut Context<'_>) {
        self.diagnosis.update(action, self.detail.value(), cx);
    }

    pub(super) fn step(&mut self, by: isize, profile: &ProfileId, orders: &mut Orders) {
        let Some(last) = self.len().checked_sub(1) else { return };
        let to = match self.selected_at {
            Some(at) => at.saturating_add_signed(by).min(last),
            None => 0,
        };
        self.select(to, profile, orders);
    }

    /// The next failure among the lines that are loaded without a gap; the engine knows of those beyond.
    pub(super) fn next_failure(&mut self, backwards: bool, profile: &ProfileId, orders: &mut Orders) {
        let mut at = match (self.selected_at, backwards) {
            (Some(at), true) => at.checked_sub(1),
            (Some(at), false) => Some(at + 1),
            (None, true) => None,
            (None, false) => Some(0),
        };
        while let Some(position) = at.filter(|at| *at < self.len()) {
            match self.rows.get(&position) {
                Some(row) if row.summary.outcome == Outcome::Failure => return self.open_at(position, profile, orders),
                None if !self.absent.contains(&position) => return self.seek(backwards, profile, orders),
                _ => at = if backwards { position.checked_sub(1) } else { Some(position + 1) },
            }
        }
    }

    fn seek(&mut self, backwards: bool, profile: &ProfileId, orders: &mut Orders) {
        let command = Command::Failures { profile: profile.clone(), query: Box::new(self.effective()) };
        self.seeking = Some((orders.ask("next failure", command), backwards));
    }

    /// The failed lines are known: the next one opens.
    pub fn failures_found(&mut self, job: JobId, failed: &Keys, profile: &ProfileId, orders: &mut Orders) {
        let Some((_, backwards)) = self.seeking.take_if(|(expected, _)| *expected == job) else { return };
        let Some(keys) = self.listing.value().map(|listing| listing.keys.clone()) else { return };
        let failed: HashSet<i64> = failed.iter().collect();
        let from = match (self.selected_at, backwards) {
            (Some(at), true) => at.min(keys.len()),
            (Some(at), false) => (at + 1).min(keys.len()),
            (None, _) => 0,
        };
        let has_failed = |at: &usize| keys.get(*at).is_some_and(|key| failed.contains(&key));
        let found = if backwards { (0..from).rev().find(has_failed) } else { (from..keys.len()).find(has_failed) };
        if let Some(at) = found {
            self.open_at(at, profile, orders);
        }
    }
}
