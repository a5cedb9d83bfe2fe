//! Coverage: what the tenant's requests carried, held against its mappings or against this draft. The requests are read
//! once; a change of the draft is worked out anew from what was counted. It never edits a draft by itself.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{Mappings, Tab};
use crate::{
    app::{Context, Remote, orders::Orders},
    domain::{
        coverage::{CoverageRow, Received, Standing, coverage, tally},
        failure::Failure,
        mapping::{Arrival, MappingRow},
        pretty,
        profile::ProfileId,
        query::{Expression, Moment, Pattern, Query, Term, TimeUnit},
    },
    engine::{Command, JobId},
};

/// How many requests are counted at most, newest first.
pub const LAST: usize = 10_000;

/// Which requests are counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Span {
    /// Of the last 24 hours.
    Day,
    /// Of the last seven days.
    Week,
    /// Of the last 30 days.
    Month,
    /// However old.
    #[default]
    All,
}

impl Span {
    /// Every span, shortest first.
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::All];

    /// The words on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Day => "Last 24 hours",
            Self::Week => "Last 7 days",
            Self::Month => "Last 30 days",
            Self::All => "All requests",
        }
    }

    fn term(self) -> Option<Term> {
        let since = |amount, unit| Some(Term::Since(Moment::Ago(amount, unit)));
        match self {
            Self::Day => since(24, TimeUnit::Hours),
            Self::Week => since(7, TimeUnit::Days),
            Self::Month => since(30, TimeUnit::Days),
            Self::All => None,
        }
    }

    /// Whether a moment lies in it.
    #[must_use]
    pub fn holds(self, at: Timestamp, now: Timestamp) -> bool {
        let hours = match self {
            Self::Day => 24,
            Self::Week => 7 * 24,
            Self::Month => 30 * 24,
            Self::All => return true,
        };
        now.duration_since(at) <= SignedDuration::from_hours(hours)
    }

    /// The query of this span.
    #[must_use]
    pub fn query(self) -> Query {
        self.term().map_or_else(Query::everything, |term| Query::everything().with(term))
    }
}

/// What the requests are held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// The tenant's mappings as they were last read.
    Tenant,
    /// The draft as it is now.
    Draft,
}

/// What a person does here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Do {
    /// Count again.
    Read,
    /// Read bodies from the tenant that the journal lacks, then count again.
    Fetch,
    /// Stop counting.
    Stop,
    /// Count other requests.
    Span(Span),
    /// Hold them against something else.
    Against(Against),
    /// Show one standing alone, or all again.
    Only(Option<Standing>),
    /// Choose a row by its place among those shown.
    Select(usize),
    /// Close the pane beside the table.
    Close,
    /// Copy the table without its examples.
    Copy,
}

/// A mapping for which nothing comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Silence {
    /// When the mapping came.
    pub arrival: Arrival,
    /// How many of the requests came since; all of them where it was there at the first look.
    pub requests: u64,
    /// How many people they were about.
    pub people: u64,
}

/// The state of the part.
#[derive(Debug, Default)]
pub struct Coverage {
    /// What was received.
    pub received: Remote<Received>,
    /// Every attribute, in order.
    rows: Vec<CoverageRow>,
    /// Places of the rows that show.
    shown: Vec<usize>,
    /// How many there are of each standing.
    pub tally: BTreeMap<Standing, usize>,
    /// Which requests are counted.
    pub span: Span,
    chosen: Option<Against>,
    /// The standing that shows alone.
    pub only: Option<Standing>,
    selected: Option<String>,
    /// Since when the tenant maps the chosen attribute, where it was never received.
    pub silence: Option<Silence>,
    /// How far the counting is: done, total.
    pub progress: Option<(u64, Option<u64>)>,
    /// Requests that came in since the last count.
    pub unseen: u64,
}

impl Coverage {
    /// How many rows show.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shown.len()
    }

    /// Whether none shows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// The row at a place among those shown.
    #[must_use]
    pub fn row(&self, place: usize) -> Option<&CoverageRow> {
        self.shown.get(place).and_then(|at| self.rows.get(*at))
    }

    /// Every row, shown or not.
    #[must_use]
    pub fn all(&self) -> &[CoverageRow] {
        &self.rows
    }

    /// The chosen row and its place.
    #[must_use]
    pub fn selected(&self) -> Option<(usize, &CoverageRow)> {
        let wanted = self.selected.as_ref()?;
        (0..self.len()).find_map(|at| self.row(at).filter(|row| row.attribute == *wanted).map(|row| (at, row)))
    }

    /// How many attributes need action.
    #[must_use]
    pub fn open(&self) -> usize {
        self.tally.iter().filter(|(standing, _)| standing.needs_action()).map(|(_, count)| count).sum()
    }

    /// The query that finds the requests which carried an attribute, whatever its case.
    #[must_use]
    pub fn query_of(&self, row: &CoverageRow) -> String {
        let attribute = Expression::Term(Term::Attr(Pattern(row.attribute.clone())));
        self.span.query().with(attribute).to_string()
    }

    fn read(&mut self, fetching: bool, profile: &ProfileId, orders: &mut Orders) {
        self.unseen = 0;
        self.progress = None;
        let query = Box::new(self.span.query());
        let command = Command::ReadReceived { profile: profile.clone(), query, last: LAST, fetching };
        self.received.start(orders.ask("coverage shown", command));
    }

    fn narrow(&mut self) {
        let shows = |row: &CoverageRow| self.only.is_none_or(|only| row.standing == only);
        self.shown = (0..self.rows.len()).filter(|at| shows(&self.rows[*at])).collect();
    }

    fn text(&self) -> String {
        let line = |row: &CoverageRow| {
            let field = row.field.as_deref().unwrap_or("-");
            format!(
                "{}\t{}\t{field}\t{}\t{}",
                pretty::visible(&row.attribute),
                row.standing.label(),
                row.seen,
                row.landed
            )
        };
        let head = "attribute\tstands\tfield\treceived\tlands".to_owned();
        let rows = self.shown.iter().filter_map(|at| self.rows.get(*at)).map(line);
        std::iter::once(head).chain(rows).collect::<Vec<_>>().join("\n")
    }
}

impl Mappings {
    /// What the requests are held against: the tenant where it is known, unless the draft was chosen.
    #[must_use]
    pub fn against(&self) -> Against {
        match self.coverage.chosen {
            Some(chosen) if chosen == Against::Draft || self.tenant.value().is_some() => chosen,
            _ if self.tenant.value().is_some() => Against::Tenant,
            _ => Against::Draft,
        }
    }

    /// Whether the draft maps an attribute under exactly this name.
    #[must_use]
    pub fn is_drafted(&self, attribute: &str) -> bool {
        let short = super::short_name(attribute);
        self.content.rows.iter().any(|row| super::short_name(&row.attribute) == short)
    }

    /// The part of the screen that shows was opened: what it needs is read unless it is there.
    pub fn show(&mut self, profile: &ProfileId, orders: &mut Orders) {
        if self.tab == Tab::Coverage && self.coverage.received.is_idle() {
            self.coverage.read(false, profile, orders);
        }
    }

    pub(super) fn open_tab(&mut self, tab: Tab, cx: &mut Context<'_>) {
        self.tab = tab;
        self.show(cx.profile, cx.orders);
    }

    /// Opens the form at the row that maps an attribute, whatever its case.
    pub(super) fn open_row(&mut self, attribute: &str) {
        self.tab = Tab::Form;
        let short = super::short_name(attribute);
        let same = |row: &MappingRow| super::short_name(&row.attribute).eq_ignore_ascii_case(short);
        self.focus_row = self.content.rows.iter().position(same);
    }

    pub(super) fn cover(&mut self, action: Do, cx: &mut Context<'_>) {
        match action {
            Do::Read => self.coverage.read(false, cx.profile, cx.orders),
            Do::Fetch => self.coverage.read(true, cx.profile, cx.orders),
            Do::Stop => {
                if let Some(job) = self.coverage.received.loading() {
                    cx.orders.cancel(job);
                }
            }
            Do::Span(span) => {
                self.coverage.span = span;
                // What was received in another span says nothing of this one.
                self.coverage.received = Remote::default();
                self.coverage.rows.clear();
                self.coverage.tally.clear();
                self.coverage.narrow();
                self.coverage.read(false, cx.profile, cx.orders);
            }
            Do::Against(against) => {
                self.coverage.chosen = Some(against);
                self.cover_again();
            }
            Do::Only(only) => {
                self.coverage.only = only;
                self.coverage.narrow();
            }
            Do::Select(place) => {
                self.coverage.selected = self.coverage.row(place).map(|row| row.attribute.clone());
                self.coverage.silence = self.silence();
            }
            Do::Close => self.coverage.selected = None,
            Do::Copy => cx.copy(self.coverage.text(), "Coverage copied without its examples"),
        }
    }

    /// The counts arrived.
    pub fn received(&mut self, job: JobId, result: Result<Received, Failure>) {
        if self.coverage.received.resolve(job, result) {
            self.coverage.progress = None;
            self.cover_again();
        }
    }

    /// How far the counting is.
    pub fn counting(&mut self, job: JobId, done: u64, total: Option<u64>) {
        if self.coverage.received.loading() == Some(job) {
            self.coverage.progress = Some((done, total));
        }
    }

    /// Works the table out anew: what was received, or what it is held against, has changed.
    pub(super) fn cover_again(&mut self) {
        let against = self.against();
        let Some(received) = self.coverage.received.value() else { return };
        let tenant = self.tenant.value().filter(|_| against == Against::Tenant);
        let rows = tenant.map_or(self.content.rows.as_slice(), |pulled| &pulled.mappings.mappings);
        let rows = coverage(received, rows);
        self.coverage.tally = tally(&rows);
        self.coverage.rows = rows;
        self.coverage.narrow();
        self.coverage.silence = self.silence();
    }

    fn silence(&self) -> Option<Silence> {
        let (_, row) = self.coverage.selected()?;
        let is_silent = row.standing == Standing::NeverReceived && !row.built_in;
        let pulled = self.tenant.value().filter(|_| is_silent && self.against() == Against::Tenant)?;
        let short = super::short_name(&row.attribute);
        let mapped = pulled.mappings.mappings.iter().find(|row| super::short_name(&row.attribute) == short)?;
        let arrival = pulled.since.of(&mapped.attribute)?;
        let since = arrival.lacked.map_or(Timestamp::MIN, |_| arrival.seen);
        let (requests, people) = self.coverage.received.value()?.after(since);
        Some(Silence { arrival, requests, people })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        app::mappings::{
            self,
            stage::{Stage, offline, row},
        },
        domain::{attribute::ENTERPRISE_USER, coverage::tests::request, failure::FailureKind, profile::Environment},
        engine::News,
    };

    const NICK: &str = "urn:ietf:params:scim:schemas:core:2.0:User:nickName";

    fn received() -> News {
        let mut received = Received::default();
        received.add(&request(2, json!({"nickName": "Jojo", ENTERPRISE_USER: {"costcenter": "CC1"}})));
        received.add(&request(1, json!({"nickName": "Jo"})));
        News::ReceivedRead(Box::new(received))
    }

    fn is_reading(command: &Command) -> bool {
        matches!(command, Command::ReadReceived { .. })
    }

    fn act(stage: &mut Stage, action: Do) {
        stage.act_here(mappings::Do::Coverage(action));
    }

    /// On the coverage of a tenant that maps costCenter, counted.
    fn counted() -> Stage {
        let mut stage = Stage::begun(Environment::Staging, &[row("costCenter", "costcentre")]);
        stage.act_here(mappings::Do::Show(Tab::Coverage));
        stage.answer(is_reading, received());
        stage
    }

    fn standings(stage: &Stage) -> Vec<(String, Standing)> {
        let coverage = &stage.mappings().coverage;
        let short = |row: &CoverageRow| mappings::short_name(&row.attribute).to_owned();
        let rows = (0..coverage.len()).filter_map(|at| coverage.row(at));
        rows.filter(|row| !row.built_in).map(|row| (short(row), row.standing)).collect()
    }

    #[test]
    fn it_is_read_when_it_is_first_shown_and_the_draft_is_worked_out_without_reading_again() {
        let mut stage = counted();
        let reads = |stage: &Stage| stage.ordered.iter().filter(|order| is_reading(&order.command)).count();
        let cased = ("costcenter".to_owned(), Standing::CasingDiffers);
        assert_eq!(standings(&stage), [("nickName".to_owned(), Standing::Unmapped), cased.clone()]);
        assert_eq!(
            (reads(&stage), stage.mappings().against(), stage.mappings().coverage.open()),
            (1, Against::Tenant, 2)
        );
        stage.act_here(mappings::Do::Add(NICK.to_owned()));
        assert_eq!(stage.mappings().tab, Tab::Form, "the new row is there to be filled in");
        assert!(stage.mappings().is_drafted(NICK));
        assert_eq!(standings(&stage)[0].1, Standing::Unmapped, "the tenant does not have it yet");
        stage.act_here(mappings::Do::Show(Tab::Coverage));
        act(&mut stage, Do::Against(Against::Draft));
        assert_eq!(standings(&stage), [cased, ("nickName".to_owned(), Standing::Lands)]);
        assert_eq!(reads(&stage), 1);
    }

    #[test]
    fn a_tenant_that_does_not_tell_its_mappings_is_held_against_the_draft() {
        let mut stage = Stage::new(Environment::Staging);
        stage.read_draft(None);
        stage.pull_fails(FailureKind::Unreachable);
        stage.act_here(mappings::Do::Show(Tab::Coverage));
        stage.answer(is_reading, received());
        assert_eq!(stage.mappings().against(), Against::Draft);
        act(&mut stage, Do::Against(Against::Tenant));
        assert_eq!(stage.mappings().against(), Against::Draft, "there is nothing else to hold it against");
    }

    #[test]
    fn the_chosen_row_stays_chosen_and_leads_to_its_requests_and_its_mapping() {
        let mut stage = counted();
        act(&mut stage, Do::Only(Some(Standing::CasingDiffers)));
        act(&mut stage, Do::Select(0));
        act(&mut stage, Do::Only(None));
        let (at, row) = stage.mappings().coverage.selected().unwrap();
        assert_eq!((at, row.meant.as_deref().map(mappings::short_name)), (1, Some("costCenter")));
        let query = stage.mappings().coverage.query_of(row);
        assert_eq!(Query::parse(&query).unwrap().to_string(), query);
        let meant = row.meant.clone().unwrap();
        stage.act_here(mappings::Do::ShowRow(meant.clone()));
        assert_eq!((stage.mappings().tab, stage.mappings().focus_row), (Tab::Form, Some(0)));
        let rows = stage.mappings().content.rows.len();
        stage.act_here(mappings::Do::Map(meant.to_uppercase()));
        assert_eq!((stage.mappings().focus_row, stage.mappings().content.rows.len()), (Some(0), rows));
        stage.act_here(mappings::Do::Map("urn:ietf:params:scim:schemas:core:2.0:User:nickName".to_owned()));
        assert_eq!((stage.mappings().focus_row, stage.mappings().content.rows.len()), (Some(rows), rows + 1));
    }

    #[test]
    fn a_copy_holds_no_value_of_any_user() {
        let mut stage = counted();
        act(&mut stage, Do::Copy);
        let copied = stage.model.take_clipboard().join("\n");
        assert!(copied.contains("nickName\tNot mapped\t-\t2\t0"), "{copied}");
        assert!(!copied.contains("Jojo") && !copied.contains("CC1"));
    }

    #[test]
    fn a_failed_count_keeps_the_last_one_of_that_span() {
        let mut stage = counted();
        act(&mut stage, Do::Read);
        stage.answer(is_reading, News::Failed(offline()));
        assert!(stage.mappings().coverage.received.failure().is_some());
        assert_eq!(standings(&stage).len(), 2);
        act(&mut stage, Do::Span(Span::Week));
        let weekly = stage.ordered.iter().rev().find_map(|order| match &order.command {
            Command::ReadReceived { query, .. } => Some(query.to_string()),
            _ => None,
        });
        assert_eq!(weekly.as_deref(), Some("since:7d"));
        stage.answer(is_reading, News::Failed(offline()));
        assert!(stage.mappings().coverage.received.failure().is_some());
        assert!(standings(&stage).is_empty(), "those were of another span");
    }
}
