//! The Mappings screen: a draft that is saved with every change, checked while it is typed, compared with the tenant,
//! previewed on a real request and applied only after a review.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Context, Remote, orders::Orders};
use crate::{
    domain::{
        exchange::Exchange,
        failure::Failure,
        journal::{Count, Row},
        landing::{self, Landing},
        mapping::{
            Choice, Comparison, History, MappingDraft, MappingRow, MappingSet, compare, entra_guide, okta_guide, ticket,
        },
        problem::{Problem, Severity},
        profile::ProfileId,
        sent::{is_default, sent},
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
    /// When.
    pub at: Timestamp,
}

/// The review before applying.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// Base, tenant and draft side by side.
    pub comparison: Comparison,
    /// How each conflict is settled.
    pub choices: BTreeMap<String, Choice>,
    /// What is typed to confirm on production.
    pub typed: String,
    /// The write, while it runs and after it failed.
    pub applying: Remote<()>,
    /// What the tenant found wrong.
    pub rejected: Vec<Problem>,
    /// Whether the tenant changed while this review was open.
    pub lost_race: bool,
}

/// Which text to export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Export {
    /// The ticket that the vendor's guide asks for.
    Ticket,
    /// A CSV file.
    Csv,
    /// A mapping file.
    Json,
    /// Steps for Entra.
    EntraGuide,
    /// Steps for Okta.
    OktaGuide,
}

impl Export {
    /// Every export, in menu order.
    pub const ALL: [Self; 5] = [Self::Ticket, Self::Csv, Self::Json, Self::EntraGuide, Self::OktaGuide];

    /// The words of the menu.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Ticket => "Support ticket",
            Self::Csv => "CSV file",
            Self::Json => "Mapping file",
            Self::EntraGuide => "Entra guide",
            Self::OktaGuide => "Okta guide",
        }
    }
}

/// What a person does here.
#[derive(Debug, Clone, PartialEq)]
pub enum Do {
    /// Type a row's attribute.
    Attribute(usize, String),
    /// Type a row's custom field ref.
    Field(usize, String),
    /// Type the draft's name.
    Name(String),
    /// Add an empty row, or one for a received attribute.
    Add(String),
    /// Add rows from a spreadsheet or a mapping file.
    AddRows(Vec<MappingRow>),
    /// Remove a row.
    Remove(usize),
    /// Take a problem's quick fix.
    Fix(Problem),
    /// Undo the last change.
    Undo,
    /// Redo it.
    Redo,
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
    /// Loading the draft.
    pub draft: Remote<()>,
    content: DraftContent,
    history: History<Vec<MappingRow>>,
    typing_in: Option<(usize, bool)>,
    revision: u64,
    saving: Option<JobId>,
    unsaved: bool,
    /// When the draft was last saved.
    pub saved_at: Option<Timestamp>,
    /// Why it could not be saved.
    pub save_failure: Option<Failure>,
    /// What another window saved meanwhile.
    pub other: Option<StoredDraft>,
    /// Every problem of the draft.
    pub problems: Vec<Problem>,
    /// The tenant's mappings.
    pub tenant: Remote<Pulled>,
    /// The attributes received lately.
    pub attributes: Remote<Vec<Count>>,
    /// Recent requests with bodies.
    pub payloads: Remote<Vec<(Row, Exchange)>>,
    /// Which of them is previewed.
    pub payload: usize,
    /// What would land of it.
    pub preview: Landing,
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
        *self = Self::default();
        self.draft.start(orders.ask("tenant opened", Command::LoadDraft(profile.clone())));
    }

    /// Reads what the tenant has and what was received.
    pub fn refresh(&mut self, profile: &ProfileId, orders: &mut Orders) {
        self.tenant.start(orders.ask("mappings shown", Command::PullMappings(profile.clone())));
        self.count(profile, orders);
    }

    /// Counts what was received.
    pub fn count(&mut self, profile: &ProfileId, orders: &mut Orders) {
        self.attributes.start(orders.ask("mappings shown", Command::CountAttributes(profile.clone())));
        self.payloads.start(orders.ask("mappings shown", Command::Payloads(profile.clone())));
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

    /// The rows the draft began from.
    #[must_use]
    pub fn base(&self) -> &[MappingRow] {
        &self.content.base
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

    /// How many rows differ from what the tenant has.
    #[must_use]
    pub fn change_count(&self) -> usize {
        let tenant = self.tenant.value().map_or(self.content.base.as_slice(), |pulled| &pulled.mappings.mappings);
        compare(tenant, tenant, &self.content.rows).changes().count()
    }

    /// The problems of one row.
    pub fn problems_of(&self, row: usize) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(move |problem| problem.row == Some(row))
    }

    /// How many errors and how many warnings.
    #[must_use]
    pub fn problem_counts(&self) -> (usize, usize) {
        let count = |severity| self.problems.iter().filter(|problem| problem.severity == severity).count();
        (count(Severity::Error), count(Severity::Warning))
    }

    /// Received attributes that neither the defaults nor the draft map, commonest first.
    pub fn unmapped(&self) -> impl Iterator<Item = &Count> {
        let rows = &self.content.rows;
        self.attributes
            .value()
            .into_iter()
            .flatten()
            .filter(move |count| !is_default(&count.key) && !rows.iter().any(|row| row.attribute == count.key))
    }

    /// Carries an action out.
    pub fn update(&mut self, action: Do, cx: &mut Context<'_>) {
        match action {
            Do::Attribute(row, text) => self.type_cell(cx, (row, true), text),
            Do::Field(row, text) => self.type_cell(cx, (row, false), text),
            Do::Name(name) => self.rename(name, cx),
            Do::Add(attribute) => self.add(attribute, cx),
            Do::AddRows(rows) => self.edit(cx, |all| all.extend(rows)),
            Do::Remove(row) => self.remove(row, cx),
            Do::Fix(problem) => self.fix(&problem, cx),
            Do::Undo => self.travel(cx, |history| history.undo().cloned()),
            Do::Redo => self.travel(cx, |history| history.redo().cloned()),
            Do::Pull => self.refresh(cx.profile, cx.orders),
            Do::ResetToTenant => self.reset_to_tenant(cx),
            Do::Payload(index) => self.choose_payload(index),
            Do::Review => self.open_review(cx),
            Do::CloseReview => self.review = None,
            Do::Settle(attribute, choice) => self.settle(attribute, choice),
            Do::TypeName(text) => self.type_name(text),
            Do::Apply => self.apply(cx),
            Do::Export(export) => self.export(export, cx),
            Do::CopyExport(export) => self.copy_export(export, cx),
            Do::TakeOther => self.take_other(cx),
            Do::KeepMine => self.keep_mine(cx),
            Do::DismissReminder => self.reminder = None,
            Do::OpenFile => {
                cx.orders.ask("open a mapping file", Command::Pick(crate::engine::Purpose::MappingFile));
            }
        }
    }

    fn edit(&mut self, cx: &mut Context<'_>, change: impl FnOnce(&mut Vec<MappingRow>)) {
        change(&mut self.content.rows);
        self.typing_in = None;
        if self.content.rows != *self.history.present() {
            self.history.push(self.content.rows.clone());
            self.changed(cx);
        }
    }

    /// More letters in the same cell are one step to undo.
    fn type_cell(&mut self, cx: &mut Context<'_>, cell: (usize, bool), text: String) {
        let (row, is_attribute) = cell;
        set(&mut self.content.rows, row, |r| if is_attribute { r.attribute = text } else { r.field = text });
        if self.typing_in == Some(cell) {
            self.history.amend(self.content.rows.clone());
        } else {
            self.history.push(self.content.rows.clone());
        }
        self.typing_in = Some(cell);
        self.changed(cx);
    }

    fn changed(&mut self, cx: &mut Context<'_>) {
        self.recheck();
        self.save(cx);
    }

    fn recheck(&mut self) {
        let fields = self.tenant.value().and_then(|pulled| pulled.fields.as_deref());
        self.problems = MappingDraft { rows: self.content.rows.clone() }.check(fields);
        let payload = self.payloads.value().and_then(|payloads| payloads.get(self.payload));
        self.preview = payload.map_or_else(Landing::default, |(_, exchange)| {
            landing::land(&sent(&exchange.request.body), &self.content.rows)
        });
    }

    fn save(&mut self, cx: &mut Context<'_>) {
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

    fn rename(&mut self, name: String, cx: &mut Context<'_>) {
        self.content.name = name;
        self.save(cx);
    }

    fn add(&mut self, attribute: String, cx: &mut Context<'_>) {
        let field = attribute.rsplit(':').next().unwrap_or_default().to_lowercase();
        let known = self.tenant.value().and_then(|pulled| pulled.fields.as_ref());
        let field =
            known.filter(|fields| fields.iter().any(|f| f.reference == field)).map(|_| field).unwrap_or_default();
        self.focus_row = Some(self.content.rows.len());
        self.edit(cx, |rows| rows.push(MappingRow { attribute, field }));
    }

    fn remove(&mut self, row: usize, cx: &mut Context<'_>) {
        if row >= self.content.rows.len() {
            return;
        }
        self.edit(cx, |rows| {
            rows.remove(row);
        });
        cx.notices.say_with_undo(cx.now, "Mapping removed", super::Action::Mappings(Do::Undo));
    }

    fn fix(&mut self, problem: &Problem, cx: &mut Context<'_>) {
        let (Some(row), Some(value)) = (problem.row, problem.fix.clone()) else { return };
        self.edit(cx, |rows| {
            set(rows, row, |r| if problem.field == "field" { r.field = value } else { r.attribute = value });
        });
    }

    fn travel(
        &mut self,
        cx: &mut Context<'_>,
        step: impl FnOnce(&mut History<Vec<MappingRow>>) -> Option<Vec<MappingRow>>,
    ) {
        self.typing_in = None;
        if let Some(rows) = step(&mut self.history) {
            self.content.rows = rows;
            self.changed(cx);
        }
    }

    fn reset_to_tenant(&mut self, cx: &mut Context<'_>) {
        let Some(pulled) = self.tenant.value() else { return };
        let (rows, etag) = (pulled.mappings.mappings.clone(), pulled.mappings.etag.clone());
        self.content.base.clone_from(&rows);
        self.content.base_etag = etag;
        self.edit(cx, |all| *all = rows);
        self.save(cx);
        cx.notices.say_with_undo(cx.now, "Draft reset to the tenant’s mappings", super::Action::Mappings(Do::Undo));
    }

    fn choose_payload(&mut self, index: usize) {
        self.payload = index;
        self.recheck();
    }

    /// The draft was read.
    pub fn draft_read(&mut self, job: JobId, stored: Option<StoredDraft>, cx: &mut Context<'_>) {
        if !self.draft.resolve(job, Ok(())) {
            return;
        }
        match stored {
            Some(stored) => self.take(stored),
            None => self.content.name = format!("{} fields", cx.name),
        }
        self.history = History::new(self.content.rows.clone());
        self.adopt_tenant(cx);
        self.recheck();
    }

    fn take(&mut self, stored: StoredDraft) {
        self.content = stored.content;
        self.revision = stored.revision;
        self.saved_at = Some(stored.saved_at);
        self.history.push(self.content.rows.clone());
    }

    /// A draft that nobody has touched begins as the tenant's mappings.
    fn adopt_tenant(&mut self, cx: &mut Context<'_>) {
        let untouched = self.draft.value().is_some() && self.revision == 0 && self.content.rows.is_empty();
        let Some(pulled) = self.tenant.value().filter(|_| untouched) else { return };
        self.content.rows.clone_from(&pulled.mappings.mappings);
        self.content.base.clone_from(&pulled.mappings.mappings);
        self.content.base_etag.clone_from(&pulled.mappings.etag);
        self.history = History::new(self.content.rows.clone());
        self.changed(cx);
    }

    /// The tenant's mappings were read, or could not be.
    pub fn pulled(&mut self, job: JobId, result: Result<Pulled, Failure>, cx: &mut Context<'_>) {
        if self.tenant.resolve(job, result) && self.tenant.failure().is_none() {
            self.adopt_tenant(cx);
            self.recheck();
        }
    }

    /// What was received was counted.
    pub fn counted(&mut self, job: JobId, result: Result<Vec<Count>, Failure>) {
        self.attributes.resolve(job, result);
    }

    /// Requests to preview were read.
    pub fn payloads_read(&mut self, job: JobId, result: Result<Vec<(Row, Exchange)>, Failure>) {
        if self.payloads.resolve(job, result) {
            self.payload = 0;
            self.recheck();
        }
    }

    /// The draft was saved, or could not be.
    pub fn saved(&mut self, job: JobId, result: Result<(u64, Timestamp), Failure>, cx: &mut Context<'_>) {
        if self.saving != Some(job) {
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

    /// Another window saved meanwhile: both drafts are kept and shown.
    pub fn outdated(&mut self, job: JobId, other: StoredDraft) {
        if self.saving == Some(job) {
            self.saving = None;
            self.other = Some(other);
        }
    }

    fn take_other(&mut self, cx: &mut Context<'_>) {
        let Some(other) = self.other.take() else { return };
        self.take(other);
        self.recheck();
        cx.notices.say_with_undo(cx.now, "The other window’s draft is shown", super::Action::Mappings(Do::Undo));
    }

    fn keep_mine(&mut self, cx: &mut Context<'_>) {
        if let Some(other) = self.other.take() {
            self.revision = other.revision;
            self.save(cx);
        }
    }

    fn open_review(&mut self, cx: &mut Context<'_>) {
        let Some(pulled) = self.tenant.value() else {
            self.refresh(cx.profile, cx.orders);
            return;
        };
        self.review = Some(self.review_against(&pulled.mappings, false));
    }

    fn review_against(&self, tenant: &TenantMappings, lost_race: bool) -> Review {
        Review {
            comparison: compare(&self.content.base, &tenant.mappings, &self.content.rows),
            choices: BTreeMap::new(),
            typed: String::new(),
            applying: Remote::default(),
            rejected: Vec::new(),
            lost_race,
        }
    }

    fn settle(&mut self, attribute: String, choice: Choice) {
        if let Some(review) = &mut self.review {
            review.choices.insert(attribute, choice);
        }
    }

    fn type_name(&mut self, text: String) {
        if let Some(review) = &mut self.review {
            review.typed = text;
        }
    }

    /// Why the reviewed set cannot be applied yet; `None` when it can.
    #[must_use]
    pub fn hindrance(&self, cx_name: &str, locked: bool, confirm: bool) -> Option<String> {
        let review = self.review.as_ref()?;
        if locked {
            return Some("This production tenant is read-only. Unlock it to apply.".to_owned());
        }
        let open = review.comparison.conflicts().filter(|row| !review.choices.contains_key(&row.attribute)).count();
        if open > 0 {
            return Some(format!("Settle {open} {} to apply", if open == 1 { "conflict" } else { "conflicts" }));
        }
        if let Err(reason) = self.result() {
            return Some(reason);
        }
        if confirm && review.typed.trim() != cx_name {
            return Some(format!("Type {cx_name} to confirm"));
        }
        None
    }

    /// The set that would be applied, or why there is none.
    fn result(&self) -> Result<(MappingSet, Vec<MappingRow>), String> {
        let review = self.review.as_ref().ok_or_else(|| "Open the review first".to_owned())?;
        let rows =
            review.comparison.resolve(&review.choices).map_err(|_| "Settle every conflict to apply".to_owned())?;
        let fields = self.tenant.value().and_then(|pulled| pulled.fields.as_deref());
        match (MappingDraft { rows: rows.clone() }).validate(fields) {
            Ok(set) => Ok((set, rows)),
            Err(problems) => {
                let count = problems.iter().filter(|problem| problem.blocks()).count();
                Err(format!("Mend {count} {} to apply", if count == 1 { "problem" } else { "problems" }))
            }
        }
    }

    fn apply(&mut self, cx: &mut Context<'_>) {
        if self.hindrance(cx.name, cx.locked, cx.confirms_by_name).is_some() || self.apply_job.is_some() {
            return;
        }
        let Ok((mappings, rows)) = self.result() else { return };
        let Some(if_match) = self.tenant.value().and_then(|pulled| pulled.mappings.etag.clone()) else { return };
        if rows != self.content.rows {
            self.edit(cx, |all| *all = rows);
        }
        let job = cx.orders.ask(
            "mappings applied by the user",
            Command::ApplyMappings { profile: cx.profile.clone(), mappings, if_match },
        );
        self.apply_job = Some(job);
        if let Some(review) = &mut self.review {
            review.rejected.clear();
            review.applying.start(job);
        }
    }

    /// The tenant took the mappings.
    pub fn applied(&mut self, job: JobId, mappings: TenantMappings, cx: &mut Context<'_>) {
        if self.apply_job.take_if(|expected| *expected == job).is_none() {
            return;
        }
        self.review = None;
        self.reminder = Some(cx.now);
        self.content.base.clone_from(&mappings.mappings);
        self.content.base_etag.clone_from(&mappings.etag);
        self.content.rows.clone_from(&mappings.mappings);
        self.history.push(self.content.rows.clone());
        if let Some(pulled) = self.tenant.value_mut() {
            pulled.mappings = mappings;
            pulled.at = cx.now;
        }
        self.changed(cx);
        cx.notices.say(cx.now, "Mappings applied");
    }

    /// The tenant changed meanwhile: nothing was written, both sides are shown.
    pub fn lost(&mut self, job: JobId, current: TenantMappings, cx: &Context<'_>) {
        if self.apply_job.take_if(|expected| *expected == job).is_none() {
            return;
        }
        self.review = Some(self.review_against(&current, true));
        if let Some(pulled) = self.tenant.value_mut() {
            pulled.mappings = current;
            pulled.at = cx.now;
        }
    }

    /// The tenant named problems.
    pub fn rejected(&mut self, job: JobId, problems: Vec<Problem>) {
        if self.apply_job.take_if(|expected| *expected == job).is_none() {
            return;
        }
        if let Some(review) = &mut self.review {
            review.applying = Remote::default();
            review.rejected = problems;
        }
    }

    /// The write failed.
    pub fn apply_failed(&mut self, job: JobId, failure: Failure) {
        if self.apply_job.take_if(|expected| *expected == job).is_none() {
            return;
        }
        if let Some(review) = &mut self.review {
            review.applying.resolve(job, Err(failure));
        }
    }

    fn export(&self, export: Export, cx: &mut Context<'_>) {
        let name = match export {
            Export::Ticket => "mapping-ticket.txt",
            Export::Csv => "mappings.csv",
            Export::Json => "mappings.json",
            Export::EntraGuide => "entra-guide.md",
            Export::OktaGuide => "okta-guide.md",
        };
        let command = Command::SaveAs { name: name.to_owned(), text: self.export_text(export, cx) };
        cx.orders.ask("export", command);
    }

    fn copy_export(&self, export: Export, cx: &mut Context<'_>) {
        let text = self.export_text(export, cx);
        cx.copy(text, &format!("{} copied", export.label()));
    }

    fn export_text(&self, export: Export, cx: &Context<'_>) -> String {
        let draft = MappingDraft { rows: self.content.rows.clone() };
        match export {
            Export::Ticket => ticket(&draft, cx.name, cx.environment, &self.problems),
            Export::Csv => draft.to_csv(),
            Export::Json => draft.to_json(),
            Export::EntraGuide => entra_guide(&draft),
            Export::OktaGuide => okta_guide(&draft),
        }
    }
}

fn set(rows: &mut [MappingRow], row: usize, change: impl FnOnce(&mut MappingRow)) {
    if let Some(row) = rows.get_mut(row) {
        change(row);
    }
}
