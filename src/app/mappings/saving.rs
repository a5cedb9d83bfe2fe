//! The draft on disk: read once, saved with every change, one write at a time. What another window saved meanwhile is
//! never overwritten: both drafts stay until the user chooses.

use jiff::Timestamp;

use super::{Do, Mappings};
use crate::{
    app::{Action, Context},
    domain::{failure::Failure, mapping::History, profile::ProfileId},
    engine::{Command, DraftContent, JobId, StoredDraft},
};

/// How the draft stands on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// Nothing was changed yet, so there is nothing on disk.
    NotYet,
    /// Being written.
    Saving,
    /// As it stands, since then.
    At(Timestamp),
    /// What is on screen is not on disk: writing failed, or another window's draft is there.
    Not,
}

/// A draft whose tenant was left while its last change was not yet written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Parting {
    profile: ProfileId,
    content: DraftContent,
    saving: JobId,
}

/// A draft whose tenant was left while it could not be written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SetAside {
    content: DraftContent,
    revision: u64,
}

impl Mappings {
    /// How the draft stands on disk.
    #[must_use]
    pub fn save_state(&self) -> Saved {
        match (self.saving, self.saved_at) {
            _ if self.other.is_some() => Saved::Not,
            (Some(_), _) => Saved::Saving,
            _ if self.save_failure.is_some() => Saved::Not,
            (None, Some(at)) => Saved::At(at),
            (None, None) => Saved::NotYet,
        }
    }

    pub(super) fn save(&mut self, cx: &mut Context<'_>) {
        if self.saving.is_some() || self.other.is_some() {
            self.unsaved = true;
            return;
        }
        self.unsaved = false;
        let command = Command::SaveDraft {
            profile: cx.profile.clone(),
            draft: Box::new(self.content.clone()),
            revision: self.revision,
        };
        self.saving = Some(cx.orders.ask("draft changed", command));
    }

    /// Keeps what is not on disk yet when the tenant is left.
    pub(super) fn part(&mut self) {
        let Some(profile) = self.profile.take() else { return };
        let content = std::mem::take(&mut self.content);
        match self.saving {
            Some(saving) if self.unsaved => self.parting.push(Parting { profile, content, saving }),
            None if self.save_state() == Saved::Not => {
                self.set_aside.insert(profile, SetAside { content, revision: self.revision });
            }
            _ => {}
        }
    }

    /// Brings back what could not be written when the tenant was left.
    fn bring_back(&mut self, stored: Option<StoredDraft>, cx: &mut Context<'_>) {
        let Some(SetAside { content, revision }) = self.set_aside.remove(cx.profile) else { return };
        let overtaken = stored.filter(|stored| stored.revision != revision);
        self.content = content;
        self.history.push(self.content.rows.clone());
        self.revision = revision;
        self.other = overtaken;
        self.changed(cx);
    }

    /// The draft was read.
    pub fn draft_read(&mut self, job: JobId, stored: Option<StoredDraft>, cx: &mut Context<'_>) {
        if !self.draft.resolve(job, Ok(())) {
            return;
        }
        match stored.clone() {
            Some(stored) => self.take(stored),
            None => self.content.name = format!("{} fields", cx.name),
        }
        self.history = History::new(self.content.rows.clone());
        self.bring_back(stored, cx);
        self.adopt_tenant(cx);
        self.recheck();
        self.add_waiting(cx);
    }

    fn take(&mut self, stored: StoredDraft) {
        self.content = stored.content;
        self.revision = stored.revision;
        self.saved_at = Some(stored.saved_at);
        self.save_failure = None;
        self.unsaved = false;
        self.typing_in = None;
        self.focus_row = None;
        self.history.push(self.content.rows.clone());
    }

    /// The draft was saved, or could not be.
    pub fn saved(&mut self, job: JobId, result: Result<(u64, Timestamp), Failure>, cx: &mut Context<'_>) {
        if self.saving != Some(job) {
            self.parted(job, result.ok(), cx);
            return;
        }
        self.saving = None;
        match result {
            Ok((revision, at)) => {
                self.revision = revision;
                self.saved_at = Some(at);
                self.save_failure = None;
                if self.unsaved {
                    self.save(cx);
                }
            }
            Err(failure) => self.save_failure = Some(failure),
        }
    }

    /// The last write but one of a draft that was left is done: its last change follows.
    fn parted(&mut self, job: JobId, result: Option<(u64, Timestamp)>, cx: &mut Context<'_>) {
        let Some(place) = self.parting.iter().position(|parting| parting.saving == job) else { return };
        let Parting { profile, content, .. } = self.parting.remove(place);
        if let Some((revision, _)) = result {
            let command = Command::SaveDraft { profile, draft: Box::new(content), revision };
            cx.orders.ask("draft left with a change", command);
        }
    }

    /// Another window saved meanwhile: both drafts are kept and shown.
    pub fn outdated(&mut self, job: JobId, other: StoredDraft) {
        if self.saving == Some(job) {
            self.saving = None;
            self.other = Some(other);
        }
    }

    pub(super) fn take_other(&mut self, cx: &mut Context<'_>) {
        let Some(other) = self.other.take() else { return };
        self.take(other);
        self.recheck();
        cx.notices.say_with_undo(cx.now, "The other window’s draft is shown", Action::Mappings(Do::Undo));
    }

    pub(super) fn keep_mine(&mut self, cx: &mut Context<'_>) {
        if let Some(other) = self.other.take() {
            self.revision = other.revision;
            self.save(cx);
        }
    }
}
