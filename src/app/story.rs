//! The story of one person, in place of the list of requests: opened from a request, by the palette or by a name that is
//! offered. It is worked out from records that the engine gathered; nothing here reads a log.

use std::collections::BTreeMap;

use super::{Context, Remote, orders::Orders};
use crate::{
    diagnosis::Mark,
    domain::{
        failure::Failure,
        journal::Record,
        profile::ProfileId,
        redaction::Redactor,
        story::{Gathered, Step, Story as Told, tell},
    },
    engine::{Command, JobId},
};

/// Most records that a copy redacts at once, newest kept: more would hold the window up.
const COPIED: usize = 400;

/// A story as it was read: what it was told from, the story, and the best finding of each line that has one.
pub type Read = (Gathered, Told, Vec<(i64, Mark)>);

/// What a person does here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Do {
    /// Open the story of whoever goes by this.
    Open(String),
    /// Go back to the list.
    Close,
    /// Read it again.
    Again,
    /// Stop reading.
    Stop,
    /// Show look-ups and reads too, or changes alone.
    Everything(bool),
    /// Choose a step by its place among those shown.
    Select(usize),
    /// Open a line of the journal by its key, back on the list.
    OpenRequest(i64),
    /// Copy the story, redacted unless that is switched off.
    Copy,
}

/// The state of the story on screen.
#[derive(Debug, Default)]
pub struct Story {
    /// Whom it is about, as asked.
    pub of: String,
    gathered: Remote<Gathered>,
    /// The story as far as it was told.
    pub told: Told,
    marks: BTreeMap<i64, Mark>,
    shown: Vec<usize>,
    /// Whether look-ups and reads show.
    pub everything: bool,
    selected: Option<usize>,
    /// Whether a sender's log has a word in it, or should have.
    pub two_sided: bool,
    /// How far the reading is: done, total.
    pub progress: Option<(u64, Option<u64>)>,
    /// Lines that came in since it was read.
    pub unseen: u64,
}

impl Story {
    /// Begins with whoever goes by this name.
    pub fn open(of: String, profile: &ProfileId, orders: &mut Orders) -> Self {
        let mut story = Self { of, ..Self::default() };
        story.read(profile, orders);
        story
    }

    fn read(&mut self, profile: &ProfileId, orders: &mut Orders) {
        self.unseen = 0;
        self.progress = None;
        let command = Command::Story { profile: profile.clone(), of: self.of.clone() };
        self.gathered.start(orders.ask("story opened", command));
    }

    /// Whether it was told at least once.
    #[must_use]
    pub const fn is_told(&self) -> bool {
        self.gathered.value().is_some()
    }

    /// Whether it is being read.
    #[must_use]
    pub const fn is_reading(&self) -> bool {
        self.gathered.loading().is_some()
    }

    /// Why it could not be read.
    #[must_use]
    pub const fn failure(&self) -> Option<&Failure> {
        self.gathered.failure()
    }

    /// How many steps show.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shown.len()
    }

    /// Whether none shows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// The step at a place among those shown.
    #[must_use]
    pub fn step(&self, place: usize) -> Option<&Step> {
        self.shown.get(place).and_then(|at| self.told.steps.get(*at))
    }

    /// What is known to be wrong with a step: the line it stands in, and the best finding. The tenant's line goes first.
    #[must_use]
    pub fn mark(&self, step: &Step) -> Option<(i64, &Mark)> {
        let sights = [&step.tenant, &step.sender].into_iter().flatten();
        sights.into_iter().find_map(|sight| Some((sight.key, self.marks.get(&sight.key)?)))
    }

    /// The chosen step and its place; the newest one until another is chosen.
    #[must_use]
    pub fn selected(&self) -> Option<(usize, &Step)> {
        let last = self.len().checked_sub(1)?;
        let place = self.selected.and_then(|at| self.shown.iter().position(|shown| *shown == at)).unwrap_or(last);
        Some((place, self.step(place)?))
    }

    fn narrow(&mut self) {
        let shows = |at: &usize| self.everything || self.told.steps[*at].is_change();
        self.shown = (0..self.told.steps.len()).filter(shows).collect();
        self.two_sided = self.told.steps.iter().any(|step| step.sender.is_some() || step.gap.is_some());
    }

    /// Carries an action out. Opening and closing are the window's.
    pub fn update(&mut self, action: Do, cx: &mut Context<'_>) {
        match action {
            Do::Again => self.read(cx.profile, cx.orders),
            Do::Stop => {
                if let Some(job) = self.gathered.loading() {
                    cx.orders.cancel(job);
                }
            }
            Do::Everything(everything) => {
                self.everything = everything;
                self.narrow();
            }
            Do::Select(place) => self.selected = self.shown.get(place).copied(),
            Do::Copy => self.copy(cx),
            Do::Open(_) | Do::Close | Do::OpenRequest(_) => {}
        }
    }

    /// Everything was gathered.
    pub fn gathered(&mut self, job: JobId, result: Result<Read, Failure>) {
        let (gathered, told) = match result {
            Ok((gathered, told, marks)) => (Ok(gathered), Some((told, marks))),
            Err(failure) => (Err(failure), None),
        };
        if !self.gathered.resolve(job, gathered) {
            return;
        }
        let Some((told, marks)) = told else { return };
        self.progress = None;
        self.told = told;
        self.marks = marks.into_iter().collect();
        // Somebody of whom only look-ups are known would have an empty story.
        self.everything |= !self.told.steps.iter().any(Step::is_change);
        self.narrow();
    }

    /// How far the reading is.
    pub fn progressed(&mut self, job: JobId, done: u64, total: Option<u64>) {
        if self.gathered.loading() == Some(job) {
            self.progress = Some((done, total));
        }
    }

    /// The story of redacted records is a redacted story: the same steps, with the same alias throughout.
    fn copy(&self, cx: &mut Context<'_>) {
        let Some(gathered) = self.gathered.value() else { return };
        if !cx.redacts {
            cx.clipboard.push(self.told.text(self.everything));
            cx.notices.say(cx.now, "Story copied");
            return;
        }
        let mut redactor = Redactor::new();
        let from = gathered.records.len().saturating_sub(COPIED);
        let redact = |(key, record): &(i64, Record)| (*key, redactor.record(record));
        let records: Vec<(i64, Record)> = gathered.records[from..].iter().map(redact).collect();
        let redacted = Gathered {
            start: redactor.text(&gathered.start),
            records,
            shared: gathered.shared.iter().map(|address| redactor.text(address)).collect(),
            candidates: Vec::new(),
            truncated: gathered.truncated || from > 0,
            without_bodies: gathered.without_bodies,
            spans: gathered.spans,
        };
        let text = tell(&redacted).text(self.everything);
        cx.clipboard.push(redactor.text(&text));
        cx.notices.say(cx.now, format!("Story copied, {} values redacted", redactor.redacted()));
    }
}
