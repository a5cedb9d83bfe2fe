//! What a diagnosis said of a profile's lines, for the questions that ask for a cause. It is told to the journal and only in
//! memory: nothing of it is in the file.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, atomic::Ordering},
};

use super::{Journal, projection::parts};
use crate::domain::{keys::Keys, profile::ProfileId, query::Pattern};

/// The lines of each cause, by their numbers, lowest first.
#[derive(Debug, Default)]
pub(super) struct Causes(BTreeMap<String, Arc<[u32]>>);

impl Causes {
    /// The lines of every cause whose name fits.
    pub(super) fn fitting(&self, name: &Pattern) -> Vec<Arc<[u32]>> {
        self.0.iter().filter(|(cause, _)| name.fits(cause)).map(|(_, lines)| Arc::clone(lines)).collect()
    }

    /// The lines of every cause.
    pub(super) fn all(&self) -> Vec<Arc<[u32]>> {
        self.0.values().map(Arc::clone).collect()
    }
}

impl Journal {
    /// Tells which lines each cause explains, by its name. It holds for the questions that come after, of all connections
    /// of this process, until it is told anew; a line that is in none has no cause.
    pub fn tell_causes(&self, profile: &ProfileId, causes: impl IntoIterator<Item = (String, Keys)>) {
        let numbers = |keys: &Keys| {
            let mut numbers: Vec<u32> = keys.iter().map(|key| parts(key).1).collect();
            numbers.sort_unstable();
            numbers.into()
        };
        let causes = Causes(causes.into_iter().map(|(name, keys)| (name, numbers(&keys))).collect());
        let mut told = self.shared.causes.write().unwrap_or_else(PoisonError::into_inner);
        told.insert(profile.clone(), Arc::new(causes));
    }

    /// What was told last.
    pub(super) fn causes(&self, profile: &ProfileId) -> Arc<Causes> {
        let told = self.shared.causes.read().unwrap_or_else(PoisonError::into_inner);
        told.get(profile).cloned().unwrap_or_default()
    }

    /// How many lines were completed since this process began to write: what was said of them before may be outdated.
    #[must_use]
    pub fn completions(&self) -> u64 {
        self.shared.completions.load(Ordering::Relaxed)
    }
}
