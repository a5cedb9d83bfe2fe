//! The field for a token: dots instead of letters, unless asked. What is typed here is never kept for undo, never
//! copied out while hidden, never in `Debug`, and is wiped when it is dropped.

use std::any::TypeId;
use std::ops::Range;

use egui::text::CharIndex;
use egui::text_edit::TextEditState;
use egui::{Rect, Role, Sense, TextBuffer, TextEdit, Ui, pos2, vec2};

use super::button::small_icon_button_ui;
use super::field::{
    Field, FieldResponse, field_id, field_label_ui, name_edit, paint_box, paint_leading, problem_ui, put_edit,
};
use super::paint::over;
use crate::domain::secret::Secret;
use crate::ui::icon;
use crate::ui::theme::{Theme, space, text};

/// A token while it is being typed.
#[derive(Default)]
pub struct SecretText {
    letters: String,
    shown: bool,
}

impl SecretText {
    /// What was typed, as a secret.
    #[must_use]
    pub fn secret(&self) -> Secret {
        Secret::new(&self.letters)
    }

    /// Whether nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }

    /// Forgets what was typed.
    pub fn clear(&mut self) {
        self.wipe();
        self.shown = false;
    }

    /// Overwrites the letters before the memory is given back. Earlier, shorter copies that grew are out of reach.
    fn wipe(&mut self) {
        let mut bytes = std::mem::take(&mut self.letters).into_bytes();
        bytes.fill(0);
        std::hint::black_box(&bytes);
    }
}

impl Drop for SecretText {
    fn drop(&mut self) {
        self.wipe();
    }
}

impl std::fmt::Debug for SecretText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretText(•••)")
    }
}

impl TextBuffer for SecretText {
    fn is_mutable(&self) -> bool {
        true
    }

    fn as_str(&self) -> &str {
        &self.letters
    }

    fn insert_text(&mut self, text: &str, at: CharIndex) -> usize {
        // Room at once, so that growing leaves no copies behind.
        if self.letters.capacity() < self.letters.len() + text.len() {
            let mut larger = String::with_capacity((self.letters.len() + text.len()).max(4096));
            larger.push_str(&self.letters);
            self.wipe();
            self.letters = larger;
        }
        TextBuffer::insert_text(&mut self.letters, text, at)
    }

    fn delete_char_range(&mut self, range: Range<CharIndex>) {
        TextBuffer::delete_char_range(&mut self.letters, range);
    }

    fn type_id(&self) -> TypeId {
        TypeId::of::<Self>()
    }
}

impl Field<'_> {
    /// Shows it masked, with an eye to look. `saved_hint` stands in the empty box when a token is already stored.
    pub fn show_masked(self, ui: &mut Ui, value: &mut SecretText, saved_hint: &str) -> FieldResponse {
        let theme = Theme::of(ui);
        let width = self.width.unwrap_or_else(|| ui.available_width());
        let id = field_id(ui, self.name, "masked");
        ui.allocate_ui(vec2(width, 0.0), |ui| {
            ui.vertical(|ui| {
                ui.set_width(width);
                ui.spacing_mut().item_spacing.y = space::S4;
                field_label_ui(ui, self.name);
                let (rect, _) = ui.allocate_exact_size(vec2(width, self.height), Sense::hover());
                paint_box(ui, rect, id, self.problem);
                let left = paint_leading(ui, rect, self.leading);
                let masked = !value.shown;
                let edit = TextEdit::singleline(value)
                    .id(id)
                    .password(masked)
                    .hint_text(text::MONO_SM.job(saved_hint, theme.t3));
                let response = put_edit(ui, rect, edit, (text::MONO_SM, theme.t1), (left, 32.0));
                name_edit(&response, self.name, Role::PasswordInput, self.problem);
                forget_undo(ui, id);
                show_eye(ui, rect, self.name, value);
                let fix = problem_ui(ui, id, self.problem);
                FieldResponse { response, fix, action: false }
            })
            .inner
        })
        .inner
    }
}

fn show_eye(ui: &mut Ui, rect: Rect, name: &str, value: &mut SecretText) {
    let place = Rect::from_center_size(pos2(rect.right() - 16.0, rect.center().y), vec2(24.0, 24.0));
    let (icon, verb) = if value.shown { (icon::EYE_SLASH, "Hide") } else { (icon::EYE, "Show") };
    let words = format!("{verb} {}", name.to_lowercase());
    let eye = over(ui, place, |ui| small_icon_button_ui(ui, icon, &words));
    if eye.clicked() {
        value.shown = !value.shown;
    }
}

/// egui keeps earlier texts of a field for undo: not of this one.
fn forget_undo(ui: &Ui, id: egui::Id) {
    if let Some(mut state) = TextEditState::load(ui.ctx(), id) {
        state.clear_undoer();
        state.store(ui.ctx(), id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_shows_what_was_typed() {
        let mut typed = SecretText::default();
        typed.insert_text("s3cret-token-value", CharIndex(0));
        assert!(!format!("{typed:?}").contains("s3cret"));
        assert_eq!(typed.secret(), Secret::new("s3cret-token-value"));
        typed.clear();
        assert!(typed.is_empty());
    }
}
