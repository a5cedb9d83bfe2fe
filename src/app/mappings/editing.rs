//! Editing the draft: typing, adding, removing, fixing, undoing. Every change is checked and saved at once;
//! no name is ever corrected without being asked.

use super::{Do, Mappings, short_name};
use crate::{
    app::{Action, Context},
    domain::{
        attribute::AttributeName,
        mapping::{History, MappingDraft, MappingRow},
        problem::Problem,
    },
};

impl Mappings {
    pub(super) fn edit(&mut self, cx: &mut Context<'_>, change: impl FnOnce(&mut Vec<MappingRow>)) {
        change(&mut self.content.rows);
        self.typing_in = None;
        if self.content.rows != *self.history.present() {
            self.history.push(self.content.rows.clone());
            self.changed(cx);
        }
    }

    /// What could be undone before is not the last change any more.
    pub(super) fn changed(&mut self, cx: &mut Context<'_>) {
        cx.notices.withdraw(&Action::Mappings(Do::Undo));
        self.recheck();
        self.save(cx);
    }

    /// Checks and previews the rows as they are now. A row that was just added is told what is wrong with it once
    /// something stands in it; until then it is not sent either.
    pub(super) fn recheck(&mut self) {
        self.problems = MappingDraft { rows: self.content.rows.clone() }.check(self.fields());
        let rows = &self.content.rows;
        self.problems.retain(|problem| problem.row.and_then(|row| rows.get(row)).is_none_or(|row| !row.is_blank()));
        self.preview_again();
        self.leave_out_mapped();
    }

    /// More letters in the same cell are one step to undo.
    pub(super) fn type_cell(&mut self, cx: &mut Context<'_>, cell: (usize, bool), text: String) {
        let (row, is_attribute) = cell;
        set(&mut self.content.rows, row, |r| if is_attribute { r.attribute = text } else { r.field = text });
        if self.content.rows == *self.history.present() {
            return;
        }
        if self.typing_in == Some(cell) {
            self.history.amend(self.content.rows.clone());
        } else {
            self.history.push(self.content.rows.clone());
        }
        self.typing_in = Some(cell);
        self.focus_row = None;
        self.changed(cx);
    }

    pub(super) fn rename(&mut self, name: String, cx: &mut Context<'_>) {
        if name != self.content.name {
            self.content.name = name;
            self.save(cx);
        }
    }

    /// Shows the row that maps an attribute, a new one where there is none.
    pub(super) fn map(&mut self, attribute: String, cx: &mut Context<'_>) {
        self.tab = super::Tab::Form;
        self.wanted = Some(attribute);
        self.add_waiting(cx);
    }

    pub(super) fn add(&mut self, attribute: String, cx: &mut Context<'_>) {
        self.tab = super::Tab::Form;
        let field = short_name(&attribute).to_lowercase();
        let is_known = self.fields().is_some_and(|fields| fields.iter().any(|known| known.reference == field));
        let field = if is_known { field } else { String::new() };
        self.add_rows(vec![MappingRow { attribute, field }], cx);
    }

    pub(super) fn add_rows(&mut self, rows: Vec<MappingRow>, cx: &mut Context<'_>) {
        self.waiting.extend(rows);
        self.add_waiting(cx);
    }

    /// Adds what is waiting, once it is known what it is added to: a new draft begins as the tenant's mappings.
    pub(super) fn add_waiting(&mut self, cx: &mut Context<'_>) {
        let begins = self.is_untouched() && self.tenant.loading().is_some();
        if self.draft.value().is_none() || begins {
            return;
        }
        if let Some(attribute) = self.wanted.take() {
            let full = |name: &str| AttributeName::parse(name.trim()).map(|name| name.to_string()).unwrap_or_default();
            let is_it = |row: &MappingRow| full(&row.attribute).eq_ignore_ascii_case(&full(&attribute));
            match self.content.rows.iter().position(is_it) {
                Some(row) => self.focus_row = Some(row),
                None => return self.add(attribute, cx),
            }
        }
        if self.waiting.is_empty() {
            return;
        }
        let rows = std::mem::take(&mut self.waiting);
        self.focus_row = Some(self.content.rows.len());
        self.edit(cx, |all| all.extend(rows));
    }

    pub(super) fn paste(&mut self, text: &str, cx: &mut Context<'_>) {
        match MappingDraft::from_paste(text) {
            Ok(draft) => {
                let count = draft.rows.len();
                self.paste_failure = None;
                self.add_rows(draft.rows, cx);
                let words = if count == 1 { "1 row pasted".to_owned() } else { format!("{count} rows pasted") };
                cx.notices.say_with_undo(cx.now, words, Action::Mappings(Do::Undo));
            }
            Err(failure) => self.paste_failure = Some(failure),
        }
    }

    pub(super) fn remove(&mut self, row: usize, cx: &mut Context<'_>) {
        if row >= self.content.rows.len() {
            return;
        }
        self.focus_row = None;
        let name = short_name(&self.content.rows[row].attribute).to_owned();
        self.edit(cx, |rows| {
            rows.remove(row);
        });
        let said = if name.is_empty() { "Mapping removed".to_owned() } else { format!("Mapping of {name} removed") };
        cx.notices.say_with_undo(cx.now, said, Action::Mappings(Do::Undo));
    }

    pub(super) fn fix(&mut self, problem: &Problem, cx: &mut Context<'_>) {
        let (Some(row), Some(value)) = (problem.row, problem.fix.clone()) else { return };
        // The button belongs to what stood there when it was drawn: a row that moved meanwhile is left alone.
        if !self.problems.contains(problem) {
            return;
        }
        self.edit(cx, |rows| {
            set(rows, row, |r| if problem.field == "field" { r.field = value } else { r.attribute = value });
        });
    }

    pub(super) fn travel(
        &mut self,
        cx: &mut Context<'_>,
        step: impl FnOnce(&mut History<Vec<MappingRow>>) -> Option<Vec<MappingRow>>,
    ) {
        self.typing_in = None;
        self.focus_row = None;
        if let Some(rows) = step(&mut self.history) {
            self.content.rows = rows;
            self.changed(cx);
        }
    }

    pub(super) fn reset_to_tenant(&mut self, cx: &mut Context<'_>) {
        let Some(pulled) = self.tenant.value() else { return };
        self.content.base.clone_from(&pulled.mappings.mappings);
        self.content.base_etag.clone_from(&pulled.mappings.etag);
        self.content.rows.clone_from(&pulled.mappings.mappings);
        self.typing_in = None;
        self.focus_row = None;
        self.history.push(self.content.rows.clone());
        self.changed(cx);
        cx.notices.say_with_undo(cx.now, "Draft reset to the tenant’s mappings", Action::Mappings(Do::Undo));
    }

    /// A draft that nobody has touched begins as the tenant's mappings.
    pub(super) fn adopt_tenant(&mut self, cx: &mut Context<'_>) {
        let begins = self.draft.value().is_some() && self.is_untouched();
        let Some(pulled) = self.tenant.value().filter(|_| begins) else { return };
        self.content.rows.clone_from(&pulled.mappings.mappings);
        self.content.base.clone_from(&pulled.mappings.mappings);
        self.content.base_etag.clone_from(&pulled.mappings.etag);
        self.history = History::new(self.content.rows.clone());
        self.changed(cx);
    }

    fn is_untouched(&self) -> bool {
        self.revision == 0 && self.saving.is_none() && self.content.rows.is_empty()
    }
}

fn set(rows: &mut [MappingRow], row: usize, change: impl FnOnce(&mut MappingRow)) {
    if let Some(row) = rows.get_mut(row) {
        change(row);
    }
}
