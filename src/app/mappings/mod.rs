//! The Mappings screen: a draft that is saved with every change, checked while it is typed, compared with the tenant,
//! previewed on a real request and applied only after a review. It never writes to a tenant without one.

pub mod coverage;
mod editing;
mod export;
mod preview;
mod reviewing;
mod saving;

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;

pub use self::{export::Export, preview::Replay, reviewing::Review, saving::Saved};
use super::{Context, Remote, orders::Orders};
use crate::{
    domain::{
        attribute::{AttributeName, AttributePath},
        exchange::Exchange,
        failure::{Failure, FailureKind},
        journal::{Count, Row},
        landing::{Landing, is_envelope},
        mapping::{Change, Choice, History, MappedSince, MappingRow, compare},
        problem::{Problem, Severity},
        profile::ProfileId,
        sent::is_default,
        tenant::{CustomField, TenantMappings},
    },
    engine::{Command, DraftContent, JobId, StoredDraft},
};

/// What was read from the tenant, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Pulled {
    /// The mappings.
    pub mappings: TenantMappings,
    /// The custom fields, where the tenant tells them.
    pub fields: Option<Vec<CustomField>>,
    /// Since when each mapping is there, as far as was seen.
    pub since: MappedSince,
    /// When.
    pub at: Timestamp,
}

/// The parts of the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tab {
    /// The draft and its preview.
    #[default]
    Form,
    /// What is received against what is mapped.
    Coverage,
}

impl Tab {
    /// Every part, in order.
    pub const ALL: [Self; 2] = [Self::Form, Self::Coverage];

    /// The word on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Form => "Draft",
            Self::Coverage => "Coverage",
        }
    }
}

/// What a person does here.
#[derive(Debug, Clone, PartialEq)]
pub enum Do {
    /// Show a part of the screen.
    Show(Tab),
    /// Show the row that maps an attribute, in whatever case.
    ShowRow(String),
    /// The same, and add a row where there is none.
    Map(String),
    /// In the coverage.
    Coverage(coverage::Do),
    /// Type a row's attribute.
    Attribute(usize, String),
    /// Type a row's custom field ref.
    Field(usize, String),
    /// Type the draft's name.
    Name(String),
    /// Add an empty row, or one for a received attribute.
    Add(String),
    /// Add rows from a mapping file.
    AddRows(Vec<MappingRow>),
    /// Add rows copied from a spreadsheet.
    Paste(String),
    /// Take away why a paste could not be read.
    DismissPaste,
    /// Remove a row.
    Remove(usize),
    /// Take a problem's quick fix.
    Fix(Problem),
    /// Undo the last change.
    Undo,
    /// Redo it.
    Redo,
    /// Read the draft again after that failed.
    Reload,
    /// Save the draft again after that failed.
    Save,
    /// Read the tenant's mappings again.
    Pull,
    /// Begin again from the tenant's mappings.
    ResetToTenant,
    /// Choose the request of the preview.
    Payload(usize),
    /// Open the review.
    Review,
    /// Close the review.
    CloseReview,
    /// Settle a conflict.
    Settle(String, Choice),
    /// Type the tenant's name to confirm.
    TypeName(String),
    /// Write to the tenant.
    Apply,
    /// Save an export as a file.
    Export(Export),
    /// Copy an export.
    CopyExport(Export),
    /// Put the other window's draft in place of this one.
    TakeOther,
    /// Save this draft over the other window's.
    KeepMine,
    /// Take the reminder away.
    DismissReminder,
    /// Choose a mapping file to open.
    OpenFile,
}

/// The state of the screen.
#[derive(Debug, Default)]
pub struct Mappings {
    profile: Option<ProfileId>,
    /// Which part shows.
    pub tab: Tab,
    /// What is received against what is mapped.
    pub coverage: coverage::Coverage,
    /// Loading the draft.
    pub draft: Remote<()>,
    content: DraftContent,
    history: History<Vec<MappingRow>>,
    typing_in: Option<(usize, bool)>,
    waiting: Vec<MappingRow>,
    /// The attribute whose row is shown once there are rows.
    wanted: Option<String>,
    revision: u64,
    saving: Option<JobId>,
    unsaved: bool,
    parting: Vec<saving::Parting>,
    set_aside: BTreeMap<ProfileId, saving::SetAside>,
    /// When the draft was last saved.
    pub saved_at: Option<Timestamp>,
    /// Why it could not be saved.
    pub save_failure: Option<Failure>,
    /// What another window saved meanwhile.
    pub other: Option<StoredDraft>,
    /// Every problem of the draft.
    pub problems: Vec<Problem>,
    /// Why the last paste could not be read.
    pub paste_failure: Option<Failure>,
    /// The tenant's mappings.
    pub tenant: Remote<Pulled>,
    /// The attributes received lately.
    pub attributes: Remote<Vec<Count>>,
    unmapped: Vec<Count>,
    /// Recent requests with bodies.
    pub payloads: Remote<Vec<(Row, Exchange)>>,
    count_again: bool,
    sent: Vec<preview::Sent>,
    /// Which of them is previewed.
    pub payload: usize,
    /// What would land of it.
    pub preview: Landing,
    /// What would land of all of them.
    pub replay: Replay,
    /// The review, while it is open.
    pub review: Option<Review>,
    apply_job: Option<JobId>,
    /// When mappings were applied and the reminder was not yet taken away.
    pub reminder: Option<Timestamp>,
    /// The row to put the cursor into.
    pub focus_row: Option<usize>,
}

impl Mappings {
    /// Begins with a tenant.
    pub fn open(&mut self, profile: &ProfileId, orders: &mut Orders) {
        self.part();
        let (parting, set_aside) = (std::mem::take(&mut self.parting), std::mem::take(&mut self.set_aside));
        *self = Self { profile: Some(profile.clone()), tab: self.tab, parting, set_aside, ..Self::default() };
        self.draft.start(orders.ask("tenant opened", Command::LoadDraft(profile.clone())));
    }

    /// Reads what the tenant has and what was received.
    pub fn refresh(&mut self, profile: &ProfileId, orders: &mut Orders) {
        self.pull(profile, orders);
        self.count(profile, orders);
    }

    fn pull(&mut self, profile: &ProfileId, orders: &mut Orders) {
        self.tenant.start(orders.ask("mappings shown", Command::PullMappings(profile.clone())));
    }

    /// The rows as typed.
    #[must_use]
    pub fn rows(&self) -> &[MappingRow] {
        &self.content.rows
    }

    /// The draft's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.content.name
    }

    /// The custom fields of the tenant, where it tells them.
    #[must_use]
    pub fn fields(&self) -> Option<&[CustomField]> {
        self.tenant.value().and_then(|pulled| pulled.fields.as_deref())
    }

    /// Whether there is something to undo, and to redo.
    #[must_use]
    pub fn can_undo_redo(&self) -> (bool, bool) {
        (self.history.can_undo(), self.history.can_redo())
    }

    /// Whether a row differs from what the tenant had when the draft began.
    #[must_use]
    pub fn is_changed(&self, row: &MappingRow) -> bool {
        !self.content.base.contains(row)
    }

    /// How many mappings the draft changes, or wants to change where the tenant did too.
    #[must_use]
    pub fn change_count(&self) -> usize {
        let base = &self.content.base;
        let tenant = self.tenant.value().map_or(base.as_slice(), |pulled| &pulled.mappings.mappings);
        let rows = compare(base, tenant, &self.content.rows).rows;
        rows.iter().filter(|row| !matches!(row.change, Change::Unchanged | Change::KeepTenant)).count()
    }

    /// Whether the tenant takes mappings by ticket alone.
    #[must_use]
    pub fn by_ticket(&self) -> bool {
        self.tenant.failure().is_some_and(|failure| failure.kind == FailureKind::NotOffered)
    }

    /// Why there is nothing to review now; `None` when there is.
    #[must_use]
    pub fn review_hindrance(&self) -> Option<&'static str> {
        if self.draft.value().is_none() {
            return Some("The draft is being read");
        }
        match (self.tenant.failure(), self.tenant.value()) {
            (Some(_), _) if self.by_ticket() => Some("This tenant takes tickets"),
            (Some(_), _) => Some("The tenant cannot be reached"),
            (None, None) => Some("The tenant is being read"),
            (None, Some(_)) if self.change_count() == 0 => Some("Nothing to apply"),
            (None, Some(_)) => None,
        }
    }

    /// The problems of one row. All stand in form order, so those of one row stand together.
    #[must_use]
    pub fn problems_of(&self, row: usize) -> &[Problem] {
        let from = self.problems.partition_point(|problem| problem.row < Some(row));
        let until = self.problems.partition_point(|problem| problem.row <= Some(row));
        &self.problems[from..until]
    }

    /// How many errors and how many warnings.
    #[must_use]
    pub fn problem_counts(&self) -> (usize, usize) {
        let count = |severity| self.problems.iter().filter(|problem| problem.severity == severity).count();
        (count(Severity::Error), count(Severity::Warning))
    }

    /// Whether an attribute was received lately; `None` while nothing is known of what was received.
    #[must_use]
    pub fn is_received(&self, attribute: &str) -> Option<bool> {
        let counts = self.attributes.value().filter(|counts| !counts.is_empty())?;
        Some(counts.iter().any(|count| count.key == attribute))
    }

    /// Received attributes that neither the defaults nor the draft map, commonest first. What is no path (RFC 7644 §3.5.2),
    /// such as `name.`, is none.
    #[must_use]
    pub fn unmapped(&self) -> &[Count] {
        &self.unmapped
    }

    fn leave_out_mapped(&mut self) {
        let mapped: HashSet<&str> = self.content.rows.iter().map(|row| row.attribute.as_str()).collect();
        let is_path = |name: &AttributeName| AttributePath::parse(name.path()).is_some() && !is_envelope(name);
        let is_open = |key: &str| {
            !is_default(key) && !mapped.contains(key) && AttributeName::parse(key).is_ok_and(|name| is_path(&name))
        };
        let counts = self.attributes.value().into_iter().flatten();
        self.unmapped = counts.filter(|count| is_open(&count.key)).cloned().collect();
    }

    /// Carries an action out.
    pub fn update(&mut self, action: Do, cx: &mut Context<'_>) {
        match action {
            Do::Show(tab) => self.open_tab(tab, cx),
            Do::ShowRow(attribute) => self.open_row(&attribute),
            Do::Map(attribute) => self.map(attribute, cx),
            Do::Coverage(action) => self.cover(action, cx),
            Do::Add(attribute) => self.add(attribute, cx),
            Do::AddRows(rows) => self.add_rows(rows, cx),
            Do::Paste(text) => self.paste(&text, cx),
            Do::Reload => self.open(cx.profile, cx.orders),
            Do::Pull => self.refresh(cx.profile, cx.orders),
            Do::DismissPaste => self.paste_failure = None,
            Do::DismissReminder => self.reminder = None,
            Do::Payload(index) => self.choose_payload(index),
            Do::Export(export) => self.export(export, cx),
            Do::CopyExport(export) => self.copy_export(export, cx),
            Do::OpenFile => {
                cx.orders.ask("open a mapping file", Command::Pick(crate::engine::Purpose::MappingFile));
            }
            Do::CloseReview => self.close_review(),
            Do::Settle(attribute, choice) => self.settle(attribute, choice),
            Do::TypeName(text) => self.type_name(text),
            // The rest changes or writes a draft: there must be one.
            _ if self.draft.value().is_none() => {}
            Do::Attribute(row, text) => self.type_cell(cx, (row, true), text),
            Do::Field(row, text) => self.type_cell(cx, (row, false), text),
            Do::Name(name) => self.rename(name, cx),
            Do::Remove(row) => self.remove(row, cx),
            Do::Fix(problem) => self.fix(&problem, cx),
            Do::Undo => self.travel(cx, |history| history.undo().cloned()),
            Do::Redo => self.travel(cx, |history| history.redo().cloned()),
            Do::Save => self.save(cx),
            Do::ResetToTenant => self.reset_to_tenant(cx),
            Do::Review => self.open_review(cx),
            Do::Apply => self.apply(cx),
            Do::TakeOther => self.take_other(cx),
            Do::KeepMine => self.keep_mine(cx),
        }
    }

    /// The tenant's mappings were read, or could not be.
    pub fn pulled(&mut self, job: JobId, result: Result<Pulled, Failure>, cx: &mut Context<'_>) {
        if !self.tenant.resolve(job, result) {
            return;
        }
        if self.tenant.failure().is_none() {
            self.adopt_tenant(cx);
            self.compare_again();
            self.recheck();
        }
        self.add_waiting(cx);
    }
}

/// The short name of an attribute: what Thrive's mapping uses.
#[must_use]
pub fn short_name(attribute: &str) -> &str {
    let end = attribute.find('[').unwrap_or(attribute.len());
    attribute[..end].rfind(':').map_or(attribute, |colon| &attribute[colon + 1..])
}

#[cfg(test)]
pub(crate) mod stage;
#[cfg(test)]
mod tests;
