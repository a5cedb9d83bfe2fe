//! The Requests screen: a query over the journal, the lines it finds, and the one that is open.

pub mod diagnosis;
mod filter;
mod selection;
pub mod shown;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use super::{Remote, orders::Orders};
use crate::{
    diagnosis::Mark,
    domain::{
        failure::{Failure, FailureKind},
        journal::{Listing, Record, Row},
        profile::ProfileId,
        query::{Query, QueryError},
        sorting::{SortBy, Sorting},
    },
    engine::{Command, JobId, Live},
};

/// How many lines are kept in memory around the ones in view.
const KEPT: usize = 2_000;
/// How many lines are fetched beyond each end of the ones in view.
const MARGIN: usize = 100;

/// Which part of the detail pane shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tab {
    /// What went wrong and who acts, or what happened.
    #[default]
    Diagnosis,
    /// What was asked.
    Request,
    /// What was answered.
    Response,
    /// What landed and what was dropped.
    Mapping,
}

impl Tab {
    /// Every part, in order.
    pub const ALL: [Self; 4] = [Self::Diagnosis, Self::Request, Self::Response, Self::Mapping];

    /// The word on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Diagnosis => "Diagnosis",
            Self::Request => "Request",
            Self::Response => "Response",
            Self::Mapping => "Landed",
        }
    }
}

/// What a person does here.
#[derive(Debug, Clone, PartialEq)]
pub enum Do {
    /// Type into the query field.
    Text(String),
    /// Add what is typed to the query.
    Submit,
    /// Replace the whole query.
    SetQuery(String),
    /// Take a chip away, by its index.
    RemoveChip(usize),
    /// Turn a chip back into text.
    EditChip(usize),
    /// Take the limits of time away.
    ClearTime,
    /// Add a term, or its negation.
    AddTerm {
        /// `outcome:failure`.
        term: String,
        /// Whether to exclude it.
        negate: bool,
    },
    /// These lines are in view.
    Visible(Range<usize>),
    /// Choose a line by its position.
    Select(usize),
    /// Choose a line by its position and open it in the detail pane.
    OpenAt(usize),
    /// Open a line by its key, whether the query finds it or not.
    OpenKey(i64),
    /// Close the detail pane.
    Close,
    /// Move the selection.
    Move(isize),
    /// Go to the next (or previous) failure.
    NextFailure {
        /// Whether to go up.
        backwards: bool,
    },
    /// Show a part of the detail.
    Show(Tab),
    /// Show the new lines that arrived.
    ShowNew,
    /// Switch the live connection.
    Live(bool),
    /// Try again what failed.
    Retry,
    /// The list is at its top, or was scrolled away from it.
    AtTop(bool),
    /// Put the list in the order of a column; the other way round where it is in that order.
    Sort(SortBy),
}

/// The state of the screen.
#[derive(Debug, Default)]
pub struct Requests {
    /// What is typed and not yet part of the query.
    pub text: String,
    /// What of it narrows the list already.
    typed: Query,
    /// The settled part of the query.
    pub query: Query,
    /// What is wrong with the text.
    pub problem: Option<QueryError>,
    /// How the lines stand.
    pub sorting: Sorting,
    /// How often what is listed was changed: the list of another one is read from its top.
    pub questions: u64,
    /// What the query found.
    pub listing: Remote<Listing>,
    /// Lines by position, a window around what is in view.
    rows: BTreeMap<usize, Row>,
    fetching: Option<(JobId, Range<usize>)>,
    /// What is known to be wrong with lines that were in view; `None` where nothing is, or it is not known yet.
    marks: BTreeMap<i64, Option<Mark>>,
    /// The lines that are being looked at.
    marking: Option<(JobId, Vec<i64>)>,
    /// Positions whose line is not in the journal any more.
    absent: BTreeSet<usize>,
    /// Lines that could not be read; they are not asked for again before something changes.
    refused: Option<Range<usize>>,
    /// Looks for the next failure beyond the loaded lines, upwards or downwards.
    seeking: Option<(JobId, bool)>,
    /// Whether lines arrived while the list was being read.
    again: bool,
    visible: Range<usize>,
    /// The chosen line's key.
    pub selected: Option<i64>,
    /// The chosen line's position; the list scrolls to it when it changes.
    pub selected_at: Option<usize>,
    /// Whether the detail pane is open.
    pub detail_open: bool,
    /// What stands in it.
    pub detail: Remote<Record>,
    /// What is wrong with it.
    pub diagnosis: diagnosis::Diagnosis,
    /// Which part shows.
    pub tab: Tab,
    /// Whether the live connection is wanted.
    pub live_on: bool,
    /// How it stands.
    pub live: Option<Live>,
    sync: Option<JobId>,
    /// How far the catch-up is: done, total.
    pub progress: Option<(u64, Option<u64>)>,
    /// Why the last catch-up failed.
    pub sync_failure: Option<Failure>,
    /// Whether the newest request is opened when the list is there.
    opens_newest: bool,
    /// Lines that arrived while the list was scrolled away from its top.
    pub unseen: u64,
    at_top: bool,
}

impl Requests {
    /// Begins with a tenant: lists its journal and catches up with it.
    pub fn open(&mut self, profile: &ProfileId, orders: &mut Orders) {
        if let Some(job) = self.sync.take() {
            orders.cancel(job);
        }
        *self = Self { live_on: true, at_top: true, questions: self.questions + 1, ..Self::default() };
        self.list(profile, orders, "tenant opened");
        self.follow(profile, orders);
    }

    /// Reads what is new from the tenant and stays connected while live is on.
    pub fn follow(&mut self, profile: &ProfileId, orders: &mut Orders) {
        self.sync_failure = None;
        let command = Command::Sync { profile: profile.clone(), follow: self.live_on };
        self.sync = Some(orders.ask("catch up with the tenant", command));
    }

    /// The line at a position, where it is loaded.
    #[must_use]
    pub fn row(&self, position: usize) -> Option<&Row> {
        self.rows.get(&position)
    }

    /// Whether a line of a range is neither loaded nor on its way.
    #[must_use]
    pub fn is_missing(&self, range: &Range<usize>) -> bool {
        let end = range.end.min(self.len());
        let start = range.start.min(end);
        let covers = |r: &Range<usize>| r.start <= start && end <= r.end;
        let asked = self.fetching.as_ref().is_some_and(|(_, r)| covers(r)) || self.refused.as_ref().is_some_and(covers);
        !asked && (start..end).any(|at| !self.rows.contains_key(&at) && !self.absent.contains(&at))
    }

    /// How many lines the query finds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.listing.value().map_or(0, |listing| listing.keys.len())
    }

    /// Whether the query finds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The line that is open.
    #[must_use]
    pub fn selected_row(&self) -> Option<&Row> {
        self.selected_at.and_then(|at| self.rows.get(&at)).filter(|row| Some(row.key) == self.selected)
    }

    /// Carries an action out.
    pub fn update(&mut self, action: Do, profile: &ProfileId, orders: &mut Orders) {
        match action {
            Do::Text(text) => self.type_text(text, profile, orders),
            Do::Submit => self.submit(profile, orders),
            Do::SetQuery(text) => self.set_query(text, profile, orders),
            Do::RemoveChip(index) => self.replace(self.query.without(index), profile, orders),
            Do::EditChip(index) => self.edit_chip(index, profile, orders),
            Do::ClearTime => self.clear_time(profile, orders),
            Do::AddTerm { term, negate } => self.add_term(&term, negate, profile, orders),
            Do::Visible(range) => self.show_range(range, profile, orders),
            Do::Select(position) => self.select(position, profile, orders),
            Do::OpenAt(position) => self.open_at(position, profile, orders),
            Do::OpenKey(key) => self.open_key(key, profile, orders),
            Do::Close => self.detail_open = false,
            Do::Move(by) => self.step(by, profile, orders),
            Do::NextFailure { backwards } => self.next_failure(backwards, profile, orders),
            Do::Show(tab) => self.tab = tab,
            Do::ShowNew => self.list(profile, orders, "new requests shown"),
            Do::Live(on) => self.set_live(on, profile, orders),
            Do::Retry => self.retry(profile, orders),
            Do::AtTop(at_top) => self.scrolled(at_top, profile, orders),
            Do::Sort(by) => {
                self.sorting = self.sorting.asked(by);
                self.list(profile, orders, "sorted");
            }
        }
    }

    fn list(&mut self, profile: &ProfileId, orders: &mut Orders, cause: &'static str) {
        self.unseen = 0;
        self.again = false;
        let command =
            Command::List { profile: profile.clone(), query: Box::new(self.effective()), sorting: self.sorting };
        self.listing.start(orders.ask(cause, command));
    }

    /// Requests are gone: the list is read again, and nothing is open that may not be there.
    pub fn read_again(&mut self, profile: &ProfileId, orders: &mut Orders) {
        (self.detail_open, self.selected, self.selected_at) = (false, None, None);
        self.list(profile, orders, "requests forgotten");
    }

    /// The query was answered. What arrived meanwhile is listed in turn: a query that is restarted with every new line
    /// would never end.
    pub fn listed(&mut self, job: JobId, result: Result<Listing, Failure>, profile: &ProfileId, orders: &mut Orders) {
        if !self.listing.resolve(job, result) {
            return;
        }
        let opens_newest = std::mem::take(&mut self.opens_newest);
        if self.listing.failure().is_some() {
            return;
        }
        let Some(listing) = self.listing.value() else { return };
        self.rows = listing.first.iter().cloned().enumerate().collect();
        self.selected_at = self.selected.and_then(|key| listing.keys.position(key));
        self.fetching = None;
        self.refused = None;
        self.seeking = None;
        self.absent.clear();
        if opens_newest {
            self.open_at(0, profile, orders);
        }
        if self.again {
            self.list(profile, orders, "new requests");
        }
    }

    fn show_range(&mut self, range: Range<usize>, profile: &ProfileId, orders: &mut Orders) {
        self.visible = range.clone();
        let end = range.end.min(self.len());
        if self.is_missing(&range) {
            self.fetch(profile, range.start.saturating_sub(MARGIN)..(end + MARGIN).min(self.len()), orders);
        } else {
            self.mark_visible(profile, orders);
        }
    }

    fn fetch(&mut self, profile: &ProfileId, range: Range<usize>, orders: &mut Orders) {
        let Some(keys) = self.listing.value().and_then(|listing| listing.keys.range(range.clone())) else { return };
        let job = orders.ask("lines in view", Command::Rows { profile: profile.clone(), keys });
        self.fetching = Some((job, range));
    }

    /// Lines arrived.
    pub fn rows_read(&mut self, job: JobId, rows: Vec<Row>) {
        let Some((_, range)) = self.fetching.take_if(|(expected, _)| *expected == job) else { return };
        let Some(keys) = self.listing.value().map(|listing| listing.keys.clone()) else { return };
        let mut by_key: BTreeMap<i64, Row> = rows.into_iter().map(|row| (row.key, row)).collect();
        self.refused = None;
        for at in range {
            match keys.get(at).and_then(|key| by_key.remove(&key)) {
                Some(row) => drop(self.rows.insert(at, row)),
                None => drop(self.absent.insert(at)),
            }
        }
        if self.rows.len() > KEPT {
            let near = self.visible.start.saturating_sub(KEPT / 4)..self.visible.end + KEPT / 4;
            self.rows.retain(|at, _| near.contains(at));
        }
    }

    /// Lines could not be read.
    pub fn rows_failed(&mut self, job: JobId) {
        if let Some((_, range)) = self.fetching.take_if(|(expected, _)| *expected == job) {
            self.refused = Some(range);
        }
    }

    fn set_live(&mut self, on: bool, profile: &ProfileId, orders: &mut Orders) {
        self.live_on = on;
        if let Some(job) = self.sync.take() {
            orders.cancel(job);
        }
        self.live = Some(Live::Off);
        self.progress = None;
        if on {
            self.follow(profile, orders);
        }
    }

    fn retry(&mut self, profile: &ProfileId, orders: &mut Orders) {
        if self.listing.failure().is_some() {
            self.list(profile, orders, "tried again");
        }
        if self.detail.failure().is_some()
            && let Some(key) = self.selected
        {
            self.load_detail(key, profile, orders);
        }
        if self.sync_failure.is_some() && self.sync.is_none() {
            self.follow(profile, orders);
        }
    }

    fn scrolled(&mut self, at_top: bool, profile: &ProfileId, orders: &mut Orders) {
        self.at_top = at_top;
        if at_top && self.unseen > 0 {
            self.list(profile, orders, "scrolled to the top");
        }
    }

    /// New lines are in the journal: they show at once at the top of the list, else they are counted.
    pub fn journal_changed(&mut self, added: u64, profile: &ProfileId, orders: &mut Orders) {
        if (self.at_top || self.is_empty()) && self.listing.loading().is_some() {
            self.again = true;
        } else if self.at_top || self.is_empty() {
            self.list(profile, orders, "new requests");
        } else {
            self.unseen += added;
        }
    }

    /// The live connection changed.
    pub fn live_changed(&mut self, job: JobId, live: Live) {
        if self.sync == Some(job) {
            self.live = Some(live);
        }
    }

    /// The catch-up goes on.
    pub fn progressed(&mut self, job: JobId, done: u64, total: Option<u64>) {
        if self.sync == Some(job) {
            self.progress = Some((done, total));
        }
    }

    /// The catch-up ended.
    pub fn synced(&mut self, job: JobId, result: Result<(), Failure>) {
        if self.sync != Some(job) {
            return;
        }
        self.sync = None;
        self.progress = None;
        self.sync_failure = result.err().filter(|failure| failure.kind != FailureKind::Cancelled);
        if self.live != Some(Live::NotOffered) {
            self.live = Some(Live::Off);
        }
    }
}

#[cfg(test)]
mod tests;
