//! Review and apply: the draft against the tenant as it is now, conflicts settled by the user, one conditional write.
//! A write that loses the race changes nothing, and both sides are shown.

use std::collections::BTreeMap;

use super::{Mappings, Pulled};
use crate::{
    app::{Context, Remote},
    domain::{
        failure::Failure,
        mapping::{Change, Choice, ComparedRow, Comparison, MappingDraft, MappingRow, MappingSet, compare},
        problem::Problem,
        tenant::TenantMappings,
    },
    engine::{Command, JobId},
};

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
    /// Whether the tenant, asked anew when the review was opened, has not answered yet.
    opening: bool,
}

impl Review {
    /// Whether a conflict has a choice that can be carried out.
    #[must_use]
    pub fn is_settled(&self, attribute: &str) -> bool {
        match self.choices.get(attribute) {
            Some(Choice::Other(field)) => !field.trim().is_empty(),
            Some(Choice::KeepTenant | Choice::UseDraft) => true,
            None => false,
        }
    }

    /// How many conflicts there are, and how many of them are open.
    #[must_use]
    pub fn conflicts(&self) -> (usize, usize) {
        let all = self.comparison.conflicts().count();
        (all, self.comparison.conflicts().filter(|row| !self.is_settled(&row.attribute)).count())
    }

    /// How many mappings of the tenant the result changes; an open conflict counts as one.
    #[must_use]
    pub fn change_count(&self) -> usize {
        let changes = |row: &&ComparedRow| match (self.choices.get(&row.attribute), row.change) {
            (Some(Choice::KeepTenant), _) | (None, Change::Unchanged | Change::KeepTenant) => false,
            (Some(Choice::Other(field)), _) => row.tenant.as_deref() != Some(field.trim()),
            (Some(Choice::UseDraft), _) => row.tenant != row.draft,
            (None, Change::Add | Change::Change | Change::Remove | Change::Conflict) => true,
        };
        self.comparison.rows.iter().filter(changes).count()
    }

    /// Whether the tenant changed since the draft began.
    #[must_use]
    pub fn tenant_moved(&self) -> bool {
        self.comparison.rows.iter().any(|row| row.base != row.tenant)
    }
}

impl Mappings {
    /// Opens the review against what is known, and asks the tenant anew: what it says replaces what is on show.
    pub(super) fn open_review(&mut self, cx: &mut Context<'_>) {
        if self.review.is_some() {
            return;
        }
        if let (Some(pulled), None) = (self.tenant.value(), self.tenant.failure()) {
            self.review = Some(self.review_against(&pulled.mappings, false));
        }
        self.pull(cx.profile, cx.orders);
    }

    fn review_against(&self, tenant: &TenantMappings, lost_race: bool) -> Review {
        Review {
            comparison: compare(&self.content.base, &tenant.mappings, &self.content.rows),
            choices: BTreeMap::new(),
            typed: String::new(),
            applying: Remote::default(),
            rejected: Vec::new(),
            lost_race,
            opening: !lost_race,
        }
    }

    /// The tenant was read again while the review is open: choices stay where nothing changed under them.
    pub(super) fn compare_again(&mut self) {
        let (Some(pulled), Some(open)) = (self.tenant.value(), &mut self.review) else { return };
        if self.apply_job.is_some() {
            return;
        }
        let opening = std::mem::take(&mut open.opening);
        let comparison = compare(&self.content.base, &pulled.mappings.mappings, &self.content.rows);
        if comparison == open.comparison {
            return;
        }
        let is_same = |attribute: &String| {
            let of = |side: &Comparison| side.rows.iter().find(|row| row.attribute == *attribute).cloned();
            of(&comparison) == of(&open.comparison)
        };
        let choices = open.choices.iter().filter(|(attribute, _)| is_same(attribute));
        let choices = choices.map(|(attribute, choice)| (attribute.clone(), choice.clone())).collect();
        self.review = Some(Review { choices, comparison, lost_race: !opening || open.lost_race, ..open.clone() });
    }

    /// Closes the review, unless its write is under way.
    pub(super) fn close_review(&mut self) {
        if self.apply_job.is_none() {
            self.review = None;
        }
    }

    pub(super) fn settle(&mut self, attribute: String, choice: Choice) {
        if let Some(review) = self.open_to_change() {
            review.choices.insert(attribute, choice);
            review.rejected.clear();
        }
    }

    pub(super) fn type_name(&mut self, text: String) {
        if let Some(review) = self.open_to_change() {
            review.typed = text;
        }
    }

    fn open_to_change(&mut self) -> Option<&mut Review> {
        self.review.as_mut().filter(|_| self.apply_job.is_none())
    }

    /// Why the reviewed set cannot be applied yet; `None` when it can.
    #[must_use]
    pub fn hindrance(&self, tenant_name: &str, locked: bool, confirm: bool) -> Option<String> {
        let review = self.review.as_ref()?;
        if self.apply_job.is_some() {
            return Some("Being written to the tenant".to_owned());
        }
        if locked {
            return Some("This production tenant is read-only. Unlock it to apply.".to_owned());
        }
        if self.tenant.failure().is_some() {
            return Some("The tenant cannot be reached".to_owned());
        }
        let (_, open) = review.conflicts();
        if open > 0 {
            return Some(format!("Settle {open} {} to apply", if open == 1 { "conflict" } else { "conflicts" }));
        }
        if review.change_count() == 0 {
            return Some("The tenant has exactly this already".to_owned());
        }
        if let Err(reason) = self.result() {
            return Some(reason);
        }
        if self.tenant.value().is_none_or(|pulled| pulled.mappings.etag.is_none()) {
            return Some("This tenant gives no version to write against, so write a ticket instead".to_owned());
        }
        if confirm && review.typed.trim() != tenant_name.trim() {
            return Some("Type the tenant’s name to confirm".to_owned());
        }
        None
    }

    /// The rows that would be sent, once every conflict is settled.
    #[must_use]
    pub fn result_rows(&self) -> Option<Vec<MappingRow>> {
        let review = self.review.as_ref()?;
        review.comparison.resolve(&review.choices).ok()
    }

    /// What is wrong with the rows that would be sent: the checks run again on the result.
    #[must_use]
    pub fn result_problems(&self) -> Vec<Problem> {
        let problems = self.result_rows().map(|rows| MappingDraft { rows }.check(self.fields())).unwrap_or_default();
        problems.into_iter().filter(Problem::blocks).collect()
    }

    /// The set that would be applied, or why there is none.
    fn result(&self) -> Result<(MappingSet, Vec<MappingRow>), String> {
        let rows = self.result_rows().ok_or_else(|| "Settle every conflict to apply".to_owned())?;
        match (MappingDraft { rows: rows.clone() }).validate(self.fields()) {
            Ok(set) => Ok((set, rows)),
            Err(problems) => {
                let count = problems.iter().filter(|problem| problem.blocks()).count();
                Err(format!("Mend {count} {} to apply", if count == 1 { "problem" } else { "problems" }))
            }
        }
    }

    pub(super) fn apply(&mut self, cx: &mut Context<'_>) {
        if self.hindrance(cx.name, cx.locked, cx.confirms_by_name).is_some() {
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
        self.typing_in = None;
        self.history.push(self.content.rows.clone());
        self.tenant_is(mappings, cx);
        self.changed(cx);
        cx.notices.say(cx.now, "Mappings applied");
    }

    /// The tenant changed meanwhile: nothing was written, both sides are shown.
    pub fn lost(&mut self, job: JobId, current: TenantMappings, cx: &Context<'_>) {
        if self.apply_job.take_if(|expected| *expected == job).is_none() {
            return;
        }
        self.review = Some(self.review_against(&current, true));
        self.tenant_is(current, cx);
    }

    /// A read that is still under way would bring older news: it is dropped.
    fn tenant_is(&mut self, mappings: TenantMappings, cx: &Context<'_>) {
        let before = self.tenant.value();
        let fields = before.and_then(|pulled| pulled.fields.clone());
        let mut since = before.map(|pulled| pulled.since.clone()).unwrap_or_default();
        since.look(mappings.mappings.iter().map(|row| row.attribute.as_str()), cx.now);
        self.tenant = Remote::ready(Pulled { mappings, fields, since, at: cx.now });
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
}
