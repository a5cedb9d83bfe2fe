//! A text field that stands in a table: plain text until it is hovered, focused or empty, then a box. While it is not
//! being edited it may show the text marked or shortened; what is edited is always the whole text, exactly as typed.

use egui::text::LayoutJob;
use egui::{Area, Color32, CornerRadius, Id, Key, Margin, Modifiers, Order, Rect, Response, Role, Sense, TextEdit};
use egui::{Ui, WidgetInfo, pos2, vec2};

use super::field::{name_edit, put_edit};
use super::key_cap::paint_key_cap;
use super::menu::popup_frame;
use super::paint::{Align, outlined, ring, text_at};
use crate::domain::problem::{Problem, Severity};
use crate::ui::theme::{Theme, space, text};

/// How many suggestions show at once.
const MOST_SHOWN: usize = 8;

/// A field in a table about to be shown.
#[derive(Clone, Copy)]
#[must_use = "call `show`"]
pub struct CellField<'a> {
    /// Its accessible name.
    pub name: &'a str,
    /// The face of the text.
    pub face: text::Face,
    /// What stands in the empty box.
    pub hint: &'a str,
    /// The text as it looks while it is edited: the same letters, in colours and marks.
    pub edited: Option<&'a dyn Fn(&str) -> LayoutJob>,
    /// How it looks while it is not edited; any letters, for this width.
    pub at_rest: Option<&'a dyn Fn(f32) -> LayoutJob>,
    /// What is wrong with it, for a screen reader and the outline.
    pub problem: Option<&'a Problem>,
    /// Values to choose from, each with its meaning, offered while it is edited.
    pub suggestions: &'a [(&'a str, &'a str)],
}

impl<'a> CellField<'a> {
    /// A field in mono with this accessible name.
    pub const fn new(name: &'a str) -> Self {
        Self { name, face: text::CODE, hint: "", edited: None, at_rest: None, problem: None, suggestions: &[] }
    }

    /// Shows it over `rect`; edits go into `value`. A picked suggestion counts as an edit.
    pub fn show(self, ui: &mut Ui, rect: Rect, value: &mut String) -> Response {
        let theme = Theme::of(ui);
        let id = cell_id(ui, self.name);
        let focused = ui.memory(|memory| memory.has_focus(id));
        let picked = if focused { self.suggest(ui, rect, id, value) } else { None };
        self.paint_box(ui, rect, focused, value.is_empty());
        let at_rest = self.at_rest.filter(|_| !focused && !value.is_empty());
        let face = self.face;
        let mut layouter = |ui: &Ui, buffer: &dyn egui::TextBuffer, _: f32| {
            let mut job = match (at_rest, self.edited) {
                (Some(_), _) => face.job(buffer.as_str(), Color32::TRANSPARENT),
                (None, Some(edited)) => edited(buffer.as_str()),
                (None, None) => face.job(buffer.as_str(), theme.t1),
            };
            job.wrap.max_width = f32::INFINITY;
            ui.painter().layout_job(job)
        };
        let edit = TextEdit::singleline(value)
            .id(id)
            .hint_text(face.cut(self.hint, theme.t3, rect.width() - 2.0 * space::S4))
            .layouter(&mut layouter);
        let mut response = put_edit(ui, rect, edit, (face, theme.t1), (space::S4, space::S4));
        name_edit(&response, self.name, Role::TextInput, self.problem);
        if let Some(at_rest) = at_rest {
            let inner = rect.shrink2(vec2(space::S4, 0.0));
            text_at(ui.painter(), inner, Align::Left, at_rest(inner.width()));
        }
        if focused {
            ring(ui.painter(), rect, space::R_TAG, theme.accent_line);
        }
        if response.gained_focus() {
            response.scroll_to_me(None);
        }
        if let Some(picked) = picked {
            *value = picked;
            response.mark_changed();
        }
        response
    }

    fn paint_box(&self, ui: &Ui, rect: Rect, focused: bool, empty: bool) {
        let theme = Theme::of(ui);
        let wrong = self.problem.is_some_and(|problem| problem.severity == Severity::Error);
        let hovered = ui.rect_contains_pointer(rect);
        let line = match (hovered, empty) {
            (_, true) if wrong => theme.fail.bar,
            (true, _) | (_, true) => theme.line2,
            (false, false) if focused => theme.line2,
            (false, false) => return,
        };
        outlined(ui.painter(), rect, space::R_TAG, theme.input, line);
    }

    /// Offers what fits the typed letters: arrows mark, Enter or a press takes. Returns what was taken.
    fn suggest(&self, ui: &Ui, rect: Rect, id: Id, value: &str) -> Option<String> {
        let offered = offered(self.suggestions, value);
        if offered.is_empty() {
            ui.data_mut(|data| data.remove::<usize>(id));
            return None;
        }
        let mut marked: Option<usize> = ui.data(|data| data.get_temp(id));
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if pressed(Key::ArrowDown) {
            marked = Some(marked.map_or(0, |at| (at + 1).min(offered.len() - 1)));
        }
        if pressed(Key::ArrowUp) {
            marked = marked.and_then(|at| at.checked_sub(1));
        }
        let marked = marked.filter(|at| *at < offered.len());
        let entered = marked.is_some() && pressed(Key::Enter);
        let pointed = list_ui(ui, id, rect, &offered, marked);
        let taken = if entered { marked } else { pointed };
        ui.data_mut(|data| match marked.filter(|_| taken.is_none()) {
            Some(marked) => drop(data.insert_temp(id, marked)),
            None => data.remove::<usize>(id),
        });
        taken.map(|at| offered[at].0.to_owned())
    }
}

/// The id of a cell, to move the focus to it.
#[must_use]
pub fn cell_id(ui: &Ui, name: &str) -> Id {
    ui.scope_id().with(name)
}

/// The suggestions that contain what is typed; all of them for an empty cell, none for a value that is one of them.
fn offered<'a>(all: &[(&'a str, &'a str)], typed: &str) -> Vec<(&'a str, &'a str)> {
    let typed = typed.trim().to_lowercase();
    if all.iter().any(|(value, _)| *value == typed) {
        return Vec::new();
    }
    let fits = |(value, meaning): &&(&str, &str)| value.contains(&typed) || meaning.to_lowercase().contains(&typed);
    all.iter().filter(fits).take(MOST_SHOWN).copied().collect()
}

fn list_ui(ui: &Ui, id: Id, under: Rect, offered: &[(&str, &str)], marked: Option<usize>) -> Option<usize> {
    let theme = Theme::of(ui);
    let mut picked = None;
    #[allow(clippy::cast_precision_loss, reason = "at most eight rows")]
    let height = offered.len() as f32 * space::CONTROL + 10.0;
    let below = under.bottom() + space::S4;
    let fits = below + height <= ui.ctx().content_rect().bottom();
    let top = if fits { below } else { under.top() - space::S4 - height };
    let area = Area::new(id.with("suggestions")).order(Order::Foreground).fixed_pos(pos2(under.left(), top));
    area.show(ui.ctx(), |ui| {
        popup_frame(theme).inner_margin(Margin::same(4)).show(ui, |ui| {
            ui.set_width(280.0);
            ui.spacing_mut().item_spacing.y = 0.0;
            for (place, (value, meaning)) in offered.iter().enumerate() {
                if option_ui(ui, value, meaning, marked == Some(place)) {
                    picked = Some(place);
                }
            }
        });
    });
    picked
}

fn option_ui(ui: &mut Ui, value: &str, meaning: &str, marked: bool) -> bool {
    let theme = Theme::of(ui);
    // Pressed, not clicked: the click would first take the focus from the text and close the list.
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), space::CONTROL), Sense::CLICK);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, marked, format!("{value}, {meaning}")));
    if marked || response.hovered() {
        let fill = if marked { theme.sel } else { theme.hover };
        ui.painter().rect_filled(rect, CornerRadius::same(space::R_CHIP), fill);
    }
    let inner = rect.shrink2(vec2(space::S8, 0.0));
    let word = text_at(ui.painter(), inner, Align::Left, text::MONO_SM.job(value, theme.t1));
    let right =
        if marked { paint_key_cap(ui.painter(), theme, inner.right_center(), "Enter").left() } else { inner.right() };
    let rest = Rect::from_min_max(pos2(word.right() + space::S12, rect.top()), pos2(right - space::S8, rect.bottom()));
    text_at(ui.painter(), rest, Align::Left, text::SMALL.cut(meaning, theme.t2, rest.width()));
    response.is_pointer_button_down_on() || response.clicked()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_fits_is_offered() {
        let all = [("costcentre", "Cost centre"), ("division", "Division"), ("unit", "Business unit")];
        for (typed, fit) in [
            ("", vec!["costcentre", "division", "unit"]),
            ("cost", vec!["costcentre"]),
            ("Business", vec!["unit"]),
            ("division", vec![]),
            ("nothing", vec![]),
        ] {
            let values: Vec<&str> = offered(&all, typed).into_iter().map(|(value, _)| value).collect();
            assert_eq!(values, fit, "{typed:?}");
        }
    }
}
