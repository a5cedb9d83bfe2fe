//! The Requests screen: a query over the journal, the lines it finds, and the one that is open.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    ops::Range,
};

use super::{Remote, orders::Orders};
use crate::{
    domain::{
        exchange::Outcome,
        failure::{Failure, FailureKind},
        journal::{Listing, Record, Row},
        profile::ProfileId,
        query::{Expression, Field, Query, QueryError},
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
    /// What happened, in words.
    #[default]
    Summary,
    /// What was asked.
    Request,
    /// What was answered.
    Response,
    /// What landed and what was dropped.
    Mapping,
}

impl Tab {
    /// Every part, in order.
    pub const ALL: [Self; 4] = [Self::Summary, Self::Request, Self::Response, Self::Mapping];

    /// The word on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Summary => "Summary",
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
}

/// The state of the screen.
#[derive(Debug, Default)]
pub struct Requests {
    /// What is typed and not yet part of the query.
    pub text: String,
    /// The query that the lines answer.
    pub query: Query,
    /// What is wrong with the text.
    pub problem: Option<QueryError>,
    /// What the query found.
    pub listing: Remote<Listing>,
    /// Lines by position, a window around what is in view.
    rows: BTreeMap<usize, Row>,
    fetching: Option<(JobId, Range<usize>)>,
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
        *self = Self { live_on: true, at_top: true, ..Self::default() };
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
            Do::Text(text) => self.type_text(text),
            Do::Submit => self.submit(profile, orders),
            Do::SetQuery(text) => self.set_query(text, profile, orders),
            Do::RemoveChip(index) => self.replace(self.query.without(index), profile, orders),
            Do::EditChip(index) => self.edit_chip(index, profile, orders),
            Do::ClearTime => self.clear_time(profile, orders),
            Do::AddTerm { term, negate } => self.add_term(&term, negate, profile, orders),
            Do::Visible(range) => self.show_range(range, profile, orders),
            Do::Select(position) => self.select(position, profile, orders),
            Do::OpenAt(position) => self.open_at(position, profile, orders),
            Do::Close => self.detail_open = false,
            Do::Move(by) => self.step(by, profile, orders),
            Do::NextFailure { backwards } => self.next_failure(backwards, profile, orders),
            Do::Show(tab) => self.tab = tab,
            Do::ShowNew => self.list(profile, orders, "new requests shown"),
            Do::Live(on) => self.set_live(on, profile, orders),
            Do::Retry => self.retry(profile, orders),
            Do::AtTop(at_top) => self.scrolled(at_top, profile, orders),
        }
    }

    fn type_text(&mut self, text: String) {
        self.problem = None;
        self.text = text;
    }

    fn submit(&mut self, profile: &ProfileId, orders: &mut Orders) {
        match Query::parse(&self.text) {
            Ok(typed) => {
                self.text.clear();
                let query = typed.terms().iter().fold(self.query.clone(), |query, term| query.with(term.clone()));
                self.replace(query, profile, orders);
            }
            Err(error) => self.problem = Some(error),
        }
    }

    fn set_query(&mut self, text: String, profile: &ProfileId, orders: &mut Orders) {
        match Query::parse(&text) {
            Ok(query) => {
                self.text.clear();
                self.replace(query, profile, orders);
            }
            Err(error) => {
                self.text = text;
                self.problem = Some(error);
            }
        }
    }

    fn edit_chip(&mut self, index: usize, profile: &ProfileId, orders: &mut Orders) {
        if let Some(chip) = self.query.chips().get(index) {
            self.text = format!("{} {}", chip.text, self.text).trim_end().to_owned();
            self.replace(self.query.without(index), profile, orders);
        }
    }

    fn clear_time(&mut self, profile: &ProfileId, orders: &mut Orders) {
        let query = [Field::Since, Field::Until, Field::Time]
            .into_iter()
            .fold(self.query.clone(), |query, field| query.without_field(field));
        self.replace(query, profile, orders);
    }

    fn add_term(&mut self, term: &str, negate: bool, profile: &ProfileId, orders: &mut Orders) {
        let Some(condition) = Query::parse(term).ok().and_then(|query| Expression::all(query.terms().to_vec())) else {
            return;
        };
        let condition = if negate { condition.negated() } else { condition };
        self.replace(self.query.with(condition), profile, orders);
    }

    fn replace(&mut self, query: Query, profile: &ProfileId, orders: &mut Orders) {
        self.query = query;
        self.problem = None;
        self.list(profile, orders, "filter changed");
    }

    fn list(&mut self, profile: &ProfileId, orders: &mut Orders, cause: &'static str) {
        self.unseen = 0;
        self.again = false;
        let command = Command::List { profile: profile.clone(), query: Box::new(self.query.clone()) };
        self.listing.start(orders.ask(cause, command));
    }

    /// The query was answered. What arrived meanwhile is listed in turn: a query that is restarted with every new line
    /// would never end.
    pub fn listed(&mut self, job: JobId, result: Result<Listing, Failure>, profile: &ProfileId, orders: &mut Orders) {
        if !self.listing.resolve(job, result) || self.listing.failure().is_some() {
            return;
        }
        let Some(listing) = self.listing.value() else { return };
        self.rows = listing.first.iter().cloned().enumerate().collect();
        self.selected_at = self.selected.and_then(|key| listing.keys.iter().position(|k| *k == key));
        self.fetching = None;
        self.refused = None;
        self.seeking = None;
        self.absent.clear();
        if self.again {
            self.list(profile, orders, "new requests");
        }
    }

    fn show_range(&mut self, range: Range<usize>, profile: &ProfileId, orders: &mut Orders) {
        self.visible = range.clone();
        let end = range.end.min(self.len());
        if self.is_missing(&range) {
            self.fetch(profile, range.start.saturating_sub(MARGIN)..(end + MARGIN).min(self.len()), orders);
        }
    }

    fn fetch(&mut self, profile: &ProfileId, range: Range<usize>, orders: &mut Orders) {
        let Some(keys) = self.listing.value().and_then(|listing| listing.keys.get(range.clone())) else { return };
        let job = orders.ask("lines in view", Command::Rows { profile: profile.clone(), keys: keys.to_vec() });
        self.fetching = Some((job, range));
    }

    /// Lines arrived.
    pub fn rows_read(&mut self, job: JobId, rows: Vec<Row>) {
        let Some((_, range)) = self.fetching.take_if(|(expected, _)| *expected == job) else { return };
        let Some(keys) = self.listing.value().map(|listing| listing.keys.clone()) else { return };
        let mut by_key: BTreeMap<i64, Row> = rows.into_iter().map(|row| (row.key, row)).collect();
        self.refused = None;
        for at in range {
            match keys.get(at).and_then(|key| by_key.remove(key)) {
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

    fn select(&mut self, position: usize, profile: &ProfileId, orders: &mut Orders) {
        let Some(key) = self.listing.value().and_then(|listing| listing.keys.get(position).copied()) else { return };
        self.selected = Some(key);
        self.selected_at = Some(position);
        if self.detail_open {
            self.load_detail(key, profile, orders);
        }
    }

    fn open_at(&mut self, position: usize, profile: &ProfileId, orders: &mut Orders) {
        self.detail_open = true;
        self.select(position, profile, orders);
    }

    fn load_detail(&mut self, key: i64, profile: &ProfileId, orders: &mut Orders) {
        self.detail.start(orders.ask("line opened", Command::Detail { profile: profile.clone(), key }));
    }

    fn step(&mut self, by: isize, profile: &ProfileId, orders: &mut Orders) {
        let Some(last) = self.len().checked_sub(1) else { return };
        let to = match self.selected_at {
            Some(at) => at.saturating_add_signed(by).min(last),
            None => 0,
        };
        self.select(to, profile, orders);
    }

    /// The next failure among the lines that are loaded without a gap; the engine knows of those beyond.
    fn next_failure(&mut self, backwards: bool, profile: &ProfileId, orders: &mut Orders) {
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
        let command = Command::Failures { profile: profile.clone(), query: Box::new(self.query.clone()) };
        self.seeking = Some((orders.ask("next failure", command), backwards));
    }

    /// The failed lines are known: the next one opens.
    pub fn failures_found(&mut self, job: JobId, failed: &[i64], profile: &ProfileId, orders: &mut Orders) {
        let Some((_, backwards)) = self.seeking.take_if(|(expected, _)| *expected == job) else { return };
        let Some(keys) = self.listing.value().map(|listing| listing.keys.clone()) else { return };
        let failed: HashSet<i64> = failed.iter().copied().collect();
        let from = match (self.selected_at, backwards) {
            (Some(at), true) => at.min(keys.len()),
            (Some(at), false) => (at + 1).min(keys.len()),
            (None, _) => 0,
        };
        let found = if backwards {
            keys[..from].iter().rposition(|key| failed.contains(key))
        } else {
            keys[from..].iter().position(|key| failed.contains(key)).map(|at| from + at)
        };
        if let Some(at) = found {
            self.open_at(at, profile, orders);
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
mod tests {
    use super::*;
    use crate::{
        app::{
            Action,
            script::{Script, acme, failed, fine, found, is_list, job, row},
        },
        engine::News,
    };

    fn is_rows(command: &Command) -> bool {
        matches!(command, Command::Rows { .. })
    }

    fn is_failures(command: &Command) -> bool {
        matches!(command, Command::Failures { .. })
    }

    fn keys(requests: &Requests) -> Vec<i64> {
        requests.listing.value().unwrap().keys.to_vec()
    }

    fn changed(added: u64) -> News {
        News::JournalChanged { profile: ProfileId::sandbox(), added }
    }

    #[test]
    fn a_list_that_was_asked_anew_is_answered_once() {
        let mut script = Script::listed(&[1], fine([1]));
        script.orders();
        let first = job(&script.requests(Do::SetQuery("jane".to_owned())), is_list);
        let second = job(&script.requests(Do::SetQuery("joel".to_owned())), is_list);
        script.answer(first, News::Listed(Box::new(found(&[7, 8], fine([7, 8])))));
        assert_eq!(keys(&script.model.requests), [1], "a late answer changes nothing, and the screen is not blank");
        script.answer(second, News::Listed(Box::new(found(&[9], fine([9])))));
        script.answer(first, failed());
        assert_eq!(keys(&script.model.requests), [9]);
        assert_eq!(script.model.requests.listing.failure(), None);
    }

    #[test]
    fn new_lines_show_at_the_top_and_are_counted_below_it() {
        let mut script = Script::listed(&[2, 1], fine([2, 1]));
        let sync = job(&script.orders(), |command| matches!(command, Command::Sync { follow: true, .. }));
        script.answer(sync, changed(1));
        job(&script.orders(), is_list);
        script.list(&[3, 2, 1], fine([3, 2, 1]));

        script.requests(Do::AtTop(false));
        script.answer(sync, changed(2));
        script.answer(sync, changed(3));
        assert_eq!((script.orders().len(), script.model.requests.unseen), (0, 5));
        job(&script.requests(Do::ShowNew), is_list);
        assert_eq!(script.model.requests.unseen, 0);
        script.list(&[8, 3, 2, 1], fine([8, 3, 2, 1]));

        script.answer(sync, changed(1));
        job(&script.requests(Do::AtTop(true)), is_list);
        let of_another = News::JournalChanged { profile: acme().id, added: 4 };
        script.answer(sync, of_another);
        assert_eq!((script.orders().len(), script.model.requests.unseen), (0, 0), "another tenant's lines stay there");
    }

    #[test]
    fn a_list_under_way_is_not_restarted_by_each_new_line() {
        let mut script = Script::listed(&[1], fine([1]));
        let sync = job(&script.orders(), |command| matches!(command, Command::Sync { .. }));
        script.answer(sync, changed(1));
        let listing = job(&script.orders(), is_list);
        for _ in 0..5 {
            script.answer(sync, changed(1));
        }
        assert_eq!(script.orders(), []);
        script.answer(listing, News::Listed(Box::new(found(&[2, 1], fine([2, 1])))));
        assert_eq!(keys(&script.model.requests), [2, 1], "it comes to its end");
        job(&script.orders(), is_list);
        script.list(&[3, 2, 1], fine([3, 2, 1]));
        assert_eq!(script.orders(), [], "and what came meanwhile is listed once");
    }

    #[test]
    fn the_lines_in_view_are_fetched_once_with_a_margin() {
        let all: Vec<i64> = (0..5_000).collect();
        let mut script = Script::listed(&all, fine(0..200));
        script.orders();
        assert_eq!(script.requests(Do::Visible(0..40)), []);
        let orders = script.requests(Do::Visible(1_000..1_040));
        let fetch = job(&orders, is_rows);
        let Command::Rows { keys, .. } = &orders[0].command else { panic!() };
        assert_eq!((keys[0], keys.len()), (900, 240));
        assert_eq!(script.requests(Do::Visible(1_010..1_050)), [], "they are on their way");
        assert!(!script.model.requests.is_missing(&(1_010..1_050)));
        // One of them has gone from the journal: it is not asked for again and again.
        script.answer(fetch, News::RowsRead(fine((900..1_140).filter(|key| *key != 1_020))));
        assert!(script.model.requests.row(1_000).is_some() && script.model.requests.row(1_020).is_none());
        assert_eq!(script.requests(Do::Visible(1_000..1_040)), []);

        let far = job(&script.requests(Do::Visible(3_000..3_040)), is_rows);
        let farther = job(&script.requests(Do::Visible(4_000..4_040)), is_rows);
        script.answer(far, News::RowsRead(fine(2_900..3_140)));
        assert!(script.model.requests.row(3_000).is_none(), "a late answer is dropped");
        script.answer(farther, News::RowsRead(fine(3_900..4_140)));
        assert!(script.model.requests.row(4_000).is_some());
        assert_eq!(script.requests(Do::Visible(4_990..5_040)).len(), 1, "the end of the list is no obstacle");
    }

    #[test]
    fn lines_that_cannot_be_read_are_told_once_and_not_asked_for_every_frame() {
        let all: Vec<i64> = (0..5_000).collect();
        let mut script = Script::listed(&all, fine(0..200));
        script.orders();
        let fetch = job(&script.requests(Do::Visible(1_000..1_040)), is_rows);
        script.answer(fetch, failed());
        assert_eq!(script.requests(Do::Visible(1_000..1_040)), []);
        assert_eq!(script.said().len(), 1);
        assert_eq!(script.requests(Do::Visible(2_000..2_040)).len(), 1, "elsewhere it is tried");
    }

    #[test]
    fn only_so_many_lines_are_kept() {
        let all: Vec<i64> = (0..50_000).collect();
        let mut script = Script::listed(&all, fine(0..200));
        for start in (0..50_000).step_by(200) {
            let orders = script.requests(Do::Visible(start..start + 200));
            if let Some(fetch) = orders.iter().find(|order| is_rows(&order.command)) {
                let Command::Rows { keys, .. } = &fetch.command else { panic!() };
                script.answer(fetch.job, News::RowsRead(fine(keys.clone())));
            }
            assert!(script.model.requests.row(start + 100).is_some());
            assert!(script.model.requests.rows.len() <= KEPT + 400);
        }
    }

    #[test]
    fn the_next_failure_is_found_beyond_the_loaded_lines() {
        let all: Vec<i64> = (0..5_000).collect();
        let mut first = fine(0..200);
        first[5] = row(5, Outcome::Failure);
        let mut script = Script::listed(&all, first);
        script.orders();
        let next = Do::NextFailure { backwards: false };
        job(&script.requests(next.clone()), |command| matches!(command, Command::Detail { key: 5, .. }));
        assert_eq!((script.model.requests.selected_at, script.model.requests.detail_open), (Some(5), true));

        let seek = job(&script.requests(next.clone()), is_failures);
        let newer = job(&script.requests(next.clone()), is_failures);
        let failures = || News::FailuresFound([5, 1_200, 4_000].into());
        script.answer(seek, failures());
        assert_eq!(script.model.requests.selected_at, Some(5), "a late answer moves nothing");
        script.answer(newer, failures());
        assert_eq!(script.model.requests.selected_at, Some(1_200));
        let seek = job(&script.requests(next.clone()), is_failures);
        script.answer(seek, failures());
        assert_eq!(script.model.requests.selected_at, Some(4_000));
        let seek = job(&script.requests(next), is_failures);
        script.answer(seek, failures());
        assert_eq!(script.model.requests.selected_at, Some(4_000), "there is none further down");
        let back = job(&script.requests(Do::NextFailure { backwards: true }), is_failures);
        script.answer(back, failures());
        assert_eq!(script.model.requests.selected_at, Some(1_200));
    }

    #[test]
    fn the_selection_stays_with_its_line_and_moves_within_the_list() {
        let mut script = Script::listed(&[3, 2, 1], fine([3, 2, 1]));
        script.orders();
        script.requests(Do::OpenAt(1));
        let detail = script.model.requests.detail.loading().unwrap();
        script.requests(Do::ShowNew);
        script.list(&[5, 4, 3, 2, 1], fine([5, 4, 3, 2, 1]));
        assert_eq!((script.model.requests.selected, script.model.requests.selected_at), (Some(2), Some(3)));
        script.requests(Do::Move(-1));
        script.answer(detail, failed());
        assert_eq!(script.model.requests.detail.failure(), None, "the open line is another by now");
        for (by, wanted) in [(10, 4), (-10, 0), (1, 1)] {
            script.requests(Do::Move(by));
            assert_eq!(script.model.requests.selected_at, Some(wanted));
        }
    }

    #[test]
    fn what_is_typed_narrows_the_query_and_a_chip_turns_back_into_text() {
        let mut script = Script::listed(&[1], fine([1]));
        let printed = |script: &Script| script.model.requests.query.to_string();
        script.requests(Do::SetQuery("jane or joel".to_owned()));
        script.requests(Do::Text("outcome:failure".to_owned()));
        job(&script.requests(Do::Submit), is_list);
        assert_eq!(printed(&script), "(jane or joel) outcome:failure", "typed words narrow the whole query");
        assert_eq!(script.model.requests.text, "");
        script.requests(Do::AddTerm { term: "user:\"Jane Doe\"".to_owned(), negate: true });
        assert_eq!(printed(&script), "(jane or joel) outcome:failure -user:\"Jane Doe\"");

        script.requests(Do::Text("half".to_owned()));
        script.requests(Do::EditChip(1));
        assert_eq!(script.model.requests.text, "outcome:failure half", "nothing typed is lost");
        assert_eq!(printed(&script), "(jane or joel) -user:\"Jane Doe\"");
        script.requests(Do::RemoveChip(0));
        assert_eq!(printed(&script), "-user:\"Jane Doe\"");

        script.requests(Do::Text("status:often".to_owned()));
        assert_eq!(script.requests(Do::Submit), [], "a slip asks for nothing");
        assert!(script.model.requests.problem.is_some());
        assert_eq!(script.model.requests.text, "status:often");
        script.requests(Do::Text("status:4xx".to_owned()));
        assert_eq!(script.model.requests.problem, None, "typing on takes the problem away");
        script.requests(Do::SetQuery("since:24h until:1h jane".to_owned()));
        script.requests(Do::ClearTime);
        assert_eq!(printed(&script), "jane");
    }

    #[test]
    fn another_tenant_ends_the_catch_up_of_this_one() {
        let mut script = Script::listed(&[1], fine([1]));
        let sync = job(&script.orders(), |command| matches!(command, Command::Sync { .. }));
        let orders = script.act(Action::Switch(acme().id));
        job(&orders, |command| *command == Command::Cancel(sync));
        job(&orders, |command| matches!(command, Command::Sync { profile, .. } if *profile == acme().id));
        job(&orders, |command| matches!(command, Command::List { profile, .. } if *profile == acme().id));
        assert_eq!(script.model.requests.listing.value(), None, "the other tenant's lines are gone");
        script.answer(sync, News::Live(Live::Following));
        script.answer(sync, News::Progress { what: "", done: 3, total: None });
        script.answer(sync, News::Synced { added: 3 });
        assert_eq!((script.model.requests.live.clone(), script.model.requests.progress), (None, None));
    }

    #[test]
    fn live_goes_off_and_on() {
        let mut script = Script::listed(&[1], fine([1]));
        let sync = job(&script.orders(), |command| matches!(command, Command::Sync { .. }));
        script.answer(sync, News::Progress { what: "", done: 3, total: None });
        let orders = script.requests(Do::Live(false));
        job(&orders, |command| *command == Command::Cancel(sync));
        assert_eq!((orders.len(), script.model.requests.progress), (1, None));
        script.answer(sync, News::Synced { added: 0 });
        assert_eq!(script.model.requests.live, Some(Live::Off));
        let again =
            job(&script.requests(Do::Live(true)), |command| matches!(command, Command::Sync { follow: true, .. }));
        script.answer(again, News::Live(Live::Following));
        assert_eq!(script.model.requests.live, Some(Live::Following));
        script.answer(again, failed());
        assert!(script.model.requests.sync_failure.is_some());
        job(&script.requests(Do::Retry), |command| matches!(command, Command::Sync { .. }));
        assert_eq!(script.model.requests.sync_failure, None);
    }

    #[test]
    fn trying_again_repeats_only_what_failed() {
        let mut script = Script::listed(&[1], fine([1]));
        script.orders();
        assert_eq!(script.requests(Do::Retry), []);
        let listing = job(&script.requests(Do::SetQuery("jane".to_owned())), is_list);
        script.answer(listing, failed());
        assert_eq!(keys(&script.model.requests), [1], "the last good list stays");
        let orders = script.requests(Do::Retry);
        job(&orders, is_list);
        assert_eq!(orders.len(), 1);
    }
}
